"""Is the schema of rule files a schema, and of one mind with the loader?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from ipt_formulate.analysis.rule_schema import rule_schema, schema_text
from ipt_formulate.reading import RULE_BYTES, read_file, read_text
from ipt_formulate.rulebook import Rulebook
from tests.rulebook.books import BASE, BROKEN, rule_text

SHIPPED = Rulebook.load()
SMALL = Draft202012Validator(rule_schema(Rulebook.load(BASE)))


def data(text: str) -> Any:
    """The plain data of a rule."""
    return read_text(text, name="a rule", format="yaml").data


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(rule_schema(SHIPPED))
    assert json.loads(schema_text(SHIPPED)) == rule_schema(SHIPPED)


def test_every_shipped_rule_fits() -> None:
    validator = Draft202012Validator(rule_schema(SHIPPED))
    folders = sorted({rule_id.partition(".")[0] for rule_id in SHIPPED.rules})
    for path in [path for folder in folders[::4] for path in sorted((SHIPPED.folder / folder).glob("*.yaml"))]:
        faults = [fault.message[:200] for fault in validator.iter_errors(read_file(path, limit=RULE_BYTES).data)]
        assert faults == [], path.name


@pytest.mark.parametrize("path", sorted(BASE.glob("*/*.yaml")), ids=lambda path: path.stem)
def test_every_rule_of_the_base_fits(path: Path) -> None:
    assert path.parent.name in ("words", "profiles") or SMALL.is_valid(read_file(path).data)


@pytest.mark.parametrize(
    "parts",
    [
        {"blocks": "{died: {kind: deth_of_person}}"},
        {"blocks": "{died: {knid: death_of_person}}"},
        {"blocks": "{died: {how_they_speak: silence}}"},
        {"blocks": "{died: {about: conflict, kind: death_of_person}}"},
        {"blocks": "{died: {closeness: {atleast: 3}}}"},
        {"blocks": "{died: {closeness: {at_least: $markd}}}"},
        {"blocks": "{died: {had_support: maybe}}"},
        {"blocks": "{Died: {had_support: yes}}"},
        {"then": "{supports: grief}"},
        {"then": "{supports: greif, strength: weak, aspect: link}"},
        {"then": "{oposes: grief}"},
        {"label": "XX"},
        {"sources": "[NOBODY]"},
        {"about": "losses"},
        {"cases": "{fire: [{}]}"},
        {"more": "colour: red"},
        {"more": "allow: {no_such_lint: why}"},
        {"more": "allow: {block_never_used: why}"},
    ],
)
def test_what_the_loader_refuses_the_schema_underlines(parts: dict[str, str]) -> None:
    assert SMALL.is_valid(data(rule_text("grief.one")))
    assert not SMALL.is_valid(data(rule_text("grief.one", **parts)))


@pytest.mark.parametrize(
    "parts",
    [
        {"blocks": "{died: {about: conflict, how_they_speak: {in: [silence]}}}"},
        {"blocks": "{died: {about: case, frame.age_band: older_60_plus}}"},
        {"blocks": "{died: {frame.age_band: {is: older_60_plus, said_by: clinician}}}"},
        {"blocks": "{died: {closeness: {between: [1, $marked]}}}"},
        {"blocks": "{died: {person: {names: someone}, manner: {none_of: [sudden]}, when: {answered: no}}}"},
        {"then": "[{opposes: grief}, {notes: a text, under: case}]"},
        {"sources": "BOOK°"},
        {"more": "allow: {bare_not: a reason}"},
        {"when": None},
    ],
)
def test_every_form_of_a_test_fits(parts: dict[str, Any]) -> None:
    assert SMALL.is_valid(data(rule_text("grief.one", **parts)))


def test_misspelt_names_of_a_broken_rulebook_do_not_fit() -> None:
    assert len(list(SMALL.iter_errors(read_file(BROKEN / "misspelt-names" / "grief" / "names.yaml").data))) >= 5
