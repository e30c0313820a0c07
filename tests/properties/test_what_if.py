"""Does a what-if replay? An answer put in by its path gives what a file with that answer gives."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ipt_formulate.intake import SECTIONS, Intake, IntakeError, parse_path
from tests.properties.case import formulated
from tests.properties.drawn import CASES, Case
from tests.properties.wires import Wire, records
from tests.strategies import values_for


@given(CASES, st.data())
def test_a_what_if_replays(case: Case, data: st.DataObject) -> None:
    """`with_answers` and the changed file are the same intake and have the same result, digests included."""
    intake = case.intake
    ids = {about: [each.id for each in intake.records(about)] for about in SECTIONS}
    path = parse_path(data.draw(st.sampled_from(intake.paths()), label="path"))
    others = {about: [one for one in named if one != path.id] for about, named in ids.items()}
    value = data.draw(st.one_of(st.none(), values_for(path.item, others)), label="value")
    try:
        what_if = intake.with_answers({str(path): value})
    except IntakeError:
        return
    wire = intake.to_dict()
    _write(wire, str(path), value)
    file = Intake.from_json(json.dumps(wire))
    assert what_if == file
    assert what_if.digest() == file.digest()
    results = [formulated(each)[0] for each in (what_if, file)]
    assert results[0].receipt.result_sha256 == results[1].receipt.result_sha256
    assert _without_time(results[0].model_dump()) == _without_time(results[1].model_dump())


@given(CASES, st.data())
def test_every_question_can_be_answered(case: Case, data: st.DataObject) -> None:
    """The paths that a result asks for are paths of the intake: with an answer, a result follows again."""
    result, _ = formulated(case.intake)
    asked = [each for each in result.questions if each.path != "decisions"]
    if not asked:
        return
    question = data.draw(st.sampled_from(asked), label="question")
    path = parse_path(question.path)
    ids = {about: [each.id for each in case.intake.records(about)] for about in SECTIONS}
    others = {about: [one for one in named if one not in (path.id, path.origin)] for about, named in ids.items()}
    value = data.draw(values_for(path.item, others), label="value")
    codes: set[str] = set()
    answered = case.intake
    try:
        answered = case.intake.with_answers({question.path: value})
    except IntakeError as error:
        codes = {fault.code for fault in error.faults}
    # A value may be impossible beside others (a date, a score); the path may not.
    assert "A116" not in codes, question.path
    if codes:
        return
    assert answered.answer(question.path).unknown != "not_asked"
    formulated(answered)


def _write(wire: Wire, text: str, value: Any) -> None:
    path = parse_path(text)
    holder = wire.setdefault(path.part, {})
    if path.id is not None:
        about = next(about for about, section in SECTIONS.items() if section == path.part)
        holder = next(record for record in records(wire, about) if record["id"] == path.id)
    if value is None:
        holder.pop(path.field, None)
    else:
        holder[path.field] = value


def _without_time(result: Mapping[str, Any]) -> dict[str, Any]:
    return {**result, "receipt": {key: told for key, told in result["receipt"].items() if key != "time"}}
