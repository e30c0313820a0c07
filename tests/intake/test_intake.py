"""The whole intake: read from any form, written without loss, and the same whatever the order of keys."""

from __future__ import annotations

import copy
import json
import pickle
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from ruamel.yaml import YAML

from ipt_formulate.intake import ITEMS, NOT_ASKED, SECTIONS, Intake, IntakeError, Members, Record, load_intake
from ipt_formulate.intake.section import Section
from tests.strategies import intake_wires, intakes, refinements

MOTHER = {"id": "mother", "label": "Mum", "kind": "death_of_person", "when": "2026-03", "closeness": 4}


def shuffled(value: Any, order: random.Random) -> Any:
    if isinstance(value, dict):
        keys = list(value)
        order.shuffle(keys)
        return {key: shuffled(value[key], order) for key in keys}
    return [shuffled(one, order) for one in value] if isinstance(value, list) else value


@given(intakes())
def test_written_and_read_again_it_is_the_same(intake: Intake) -> None:
    again = Intake.from_dict(intake.to_dict())
    assert again == intake
    assert again.digest() == intake.digest()


@given(intakes())
def test_json_and_yaml_files_say_the_same_as_plain_data(intake: Intake) -> None:
    text = json.dumps(intake.to_dict())
    assert Intake.from_json(text) == intake
    assert Intake.from_yaml(text) == intake


@settings(max_examples=30)
@given(intakes())
def test_block_style_yaml_says_the_same(intake: Intake) -> None:
    from io import StringIO

    stream = StringIO()
    YAML(typ="safe", pure=True).dump(intake.to_dict(), stream)
    assert Intake.from_yaml(stream.getvalue()) == intake


@given(intake_wires(), st.randoms(use_true_random=False))
def test_the_order_of_keys_does_not_matter(wire: dict[str, Any], order: random.Random) -> None:
    one, other = Intake.from_dict(wire), Intake.from_dict(shuffled(wire, order))
    assert one == other
    assert one.digest() == other.digest()


@given(intakes())
def test_every_path_leads_to_its_answer(intake: Intake) -> None:
    paths = intake.paths()
    assert len(set(paths)) == len(paths)
    told = {path: intake.answer(path) for path in paths}
    for about, items in ITEMS.items():
        for item in items.values():
            for record in intake.records(about):
                if about in SECTIONS:
                    path = f"{SECTIONS[about]}[{record.id}].{item.field}"
                else:
                    path = item.field if about == "case" else f"{about}.{item.field}"
                assert told.pop(path) == item.read(record)
    assert set(told) == {f"{section}.{field}" for section in SECTIONS.values() for field in Section.questions()}


@given(st.data())
def test_a_refinement_changes_no_known_answer(data: st.DataObject) -> None:
    intake = data.draw(intakes())
    refined = data.draw(refinements(intake))
    for path in intake.paths():
        before, after = intake.answer(path), refined.answer(path)
        if isinstance(before.value, Members) and after.value is not None:
            assert all(after.value[member] == told for member, told in before.value.items() if told != "unknown")
        elif before.known:
            assert after == before


def test_an_empty_intake_knows_nothing() -> None:
    for intake in (Intake(), Intake.from_dict({}), Intake.from_yaml("losses:\nframe: {}\n"), Intake.from_json("{}")):
        assert intake == Intake()
        assert all(intake.answer(path) == NOT_ASKED for path in intake.paths())
        assert intake.to_dict() == {"intake_version": "1"}


@pytest.mark.parametrize(
    ("wire", "asked", "complete", "count"),
    [
        (None, None, None, 0),
        ({}, None, None, 0),
        ([], "yes", None, 0),
        ([MOTHER], "yes", None, 1),
        ({"items": [MOTHER]}, "yes", None, 1),
        ({"complete": "yes"}, "yes", "yes", 0),
        ({"asked": "no"}, "no", None, 0),
        ({"asked": "yes", "complete": "no", "items": [MOTHER]}, "yes", "no", 1),
        ({"asked": True, "complete": True, "items": []}, "yes", "yes", 0),
        ({"asked": {"unknown": "declined"}}, None, None, 0),
        ({"asked": "yes", "items": None}, "yes", None, 0),
    ],
)
def test_a_section_says_whether_it_is_complete(wire: Any, asked: str, complete: str, count: int) -> None:
    losses = Intake.from_dict({"losses": wire}).losses
    assert (losses.asked.value, losses.complete.value, len(losses.items)) == (asked, complete, count)


def test_a_record_keeps_its_ties() -> None:
    wire = {
        "losses": [MOTHER],
        "changes": [{"id": "alone", "from": "mother", "same_event": ["mother"], "death_in_it": "mother"}],
    }
    change = Intake.from_dict(wire).changes.items[0]
    assert (change.origin, change.same_event, change.death_in_it.value) == ("mother", ("mother",), "mother")


def test_a_person_and_a_situation_may_share_an_id() -> None:
    intake = Intake.from_dict({"losses": [{**MOTHER, "person": "mother"}], "people": [{"id": "mother"}]})
    assert intake.losses.items[0].person.value == "mother"


def test_decisions_are_read() -> None:
    decision = {"situation": "isolation", "area": "interpersonal_deficits", "decision": "keep", "by": "Dr B"}
    intake = Intake.from_dict({"decisions": [{**decision, "when": "2026-06-16", "reason": "so agreed"}]})
    assert intake.decisions[0].decision == "keep"
    assert Intake.from_dict(intake.to_dict()) == intake


def test_nothing_can_be_changed() -> None:
    intake = Intake.from_dict({"losses": [MOTHER]})
    with pytest.raises(ValidationError):
        intake.frame = None  # type: ignore[assignment,misc]
    with pytest.raises(ValidationError):
        intake.losses.items[0].closeness = 3


def test_an_intake_can_be_copied_sent_to_another_process_and_used_as_a_key() -> None:
    intake = Intake.from_dict({"losses": [{**MOTHER, "mixed_feelings": ["anger"]}]})
    assert copy.deepcopy(intake) == pickle.loads(pickle.dumps(intake)) == intake  # noqa: S301 (our own bytes)
    assert {intake: 1}[Intake.from_dict(intake.to_dict())] == 1


def test_faults_can_be_sent_from_another_process() -> None:
    with pytest.raises(IntakeError) as caught:
        Intake.from_dict({"losses": 3})
    again = pickle.loads(pickle.dumps(caught.value))  # noqa: S301 (our own bytes)
    assert (type(again), again.faults) == (IntakeError, caught.value.faults)


def test_pydantic_errors_show_no_input() -> None:
    with pytest.raises(ValidationError) as caught:
        Intake.model_validate({"frame": {"age_band": "secret"}, "losses": [{"id": "A secret", "label": 3}]})
    assert "secret" not in str(caught.value)


def test_records_say_what_they_are_about() -> None:
    intake = Intake.from_dict({"losses": [MOTHER]})
    assert [record.about for about in ITEMS for record in intake.records(about)] == ["case", "loss", "isolation"]
    assert all(isinstance(record, Record) for record in intake.records("case"))


def test_load_intake_reads_a_file(tmp_path: Path) -> None:
    file = tmp_path / "case.yaml"
    file.write_text("losses:\n  - id: mother\n    closeness: 4\n", encoding="utf-8")
    assert load_intake(file) == Intake.from_dict({"losses": [{"id": "mother", "closeness": 4}]})
