"""The JSON Schema: current, itself valid, and of one mind with the reader about documents."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from jsonschema import Draft202012Validator

from ipt_formulate.intake import ITEMS, Intake, IntakeError
from ipt_formulate.intake.schema import intake_schema, schema_text
from ipt_formulate.intake.template import template
from ipt_formulate.reading import read_text
from tests.strategies import intake_wires

KEPT = Path(__file__).parents[2] / "docs" / "schema" / "intake.schema.json"
VALIDATOR = Draft202012Validator(intake_schema())


def test_the_kept_schema_is_current() -> None:
    """If not: `python -m ipt_formulate.intake.schema > docs/schema/intake.schema.json`."""
    assert KEPT.read_text(encoding="utf-8") == schema_text()


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(intake_schema())


@settings(max_examples=40)
@given(intake_wires())
def test_what_the_reader_takes_the_schema_takes(wire: dict[str, Any]) -> None:
    assert VALIDATOR.is_valid(wire)
    assert VALIDATOR.is_valid(Intake.from_dict(wire).to_dict())


@pytest.mark.parametrize("full", [False, True])
def test_the_template_fits_the_schema(full: bool) -> None:
    assert VALIDATOR.is_valid(read_text(template(full), name="template", format="yaml").data)


@pytest.mark.parametrize(
    "wire",
    [
        {"frame": {"age_bnd": "older_60_plus"}},
        {"intake_version": "9"},
        {"isolation": {"confidants": "2"}},
        {"isolation": {"confidants": 2.5}},
        {"isolation": {"confidants": True}},
        {"isolation": {"hard_to_keep": 5}},
        {"isolation": {"hard_to_keep": {"value": 2, "source": "hearsay"}}},
        {"isolation": {"hard_to_keep": {"unknown": "forgot"}}},
        {"episode": {"diagnosis": "mmd"}},
        {"episode": {"onset": "last year"}},
        {"episode": {"onset": {"before_onset": {"days": 3}}}},
        {"frame": {"assessed_on": {"before_assessment": {"days": 3}}}},
        {"safety": {"self_harm": []}},
        {"safety": {"self_harm": ["plann"]}},
        {"safety": {"self_harm": {"none": True, "plan": "yes"}}},
        {"losses": [{"kind": "other"}]},
        {"losses": [{"id": "My mother"}]},
        {"losses": [{"id": "none"}]},
        {"losses": {"asked": "perhaps"}},
        {"people": [{"id": "a", "from": "b"}]},
        {"decisions": [{"area": "grief", "decision": "keep"}]},
        {"decisions": [{"situation": "a", "area": "grief", "decision": "maybe"}]},
        {"made_up": 1},
    ],
)
def test_what_the_schema_refuses_the_reader_refuses(wire: dict[str, Any]) -> None:
    assert not VALIDATOR.is_valid(wire)
    with pytest.raises(IntakeError):
        Intake.from_dict(wire)


def test_every_question_is_described() -> None:
    text = schema_text()
    assert all(item.question in text for items in ITEMS.values() for item in items.values())
