"""Answer paths: how one answer is named and replaced."""

from __future__ import annotations

import pytest
from hypothesis import given

from ipt_formulate.intake import Answer, Intake, IntakeError, parse_path
from tests.strategies import intakes

CASE = {
    "losses": [{"id": "mother", "closeness": 4}],
    "changes": [{"id": "flat"}],
    "people": [{"id": "sister"}],
    "safety": {"self_harm": {"value": ["passive"], "source": "patient"}},
}


@given(intakes())
def test_a_path_reads_back_as_itself(intake: Intake) -> None:
    assert [str(parse_path(path)) for path in intake.paths()] == list(intake.paths())


@given(intakes())
def test_setting_every_answer_to_what_it_is_changes_nothing(intake: Intake) -> None:
    known = {path: intake.answer(path) for path in intake.paths() if intake.answer(path).known}
    assert intake.with_answers(known) == intake
    assert intake.with_answers({}) == intake


def test_parts_of_a_path() -> None:
    path = parse_path("changes[from=mother].coping_difficulty")
    assert (path.part, path.id, path.origin, path.field, path.member) == (
        "changes", None, "mother", "coping_difficulty", None,
    )  # fmt: skip
    assert path.item.code == "E19"
    assert parse_path("safety.self_harm.plan").member == "plan"
    assert str(parse_path("conflicts[him].harm.violence")) == "conflicts[him].harm.violence"


@pytest.mark.parametrize(
    ("path", "nearest"),
    [
        ("losses[mother].closness", "losses[ID].closeness"),
        ("losses[mother].complete", None),
        ("losses.closeness", None),
        ("episode.onst", "episode.onset"),
        ("frame[x].age_band", None),
        ("safety.self_harm.plam", None),
        ("frame.age_band.child_lt12", None),
        ("people[from=mother].ring", None),
        ("losses[Mother].kind", None),
        ("some words a person said", None),
        ("", None),
    ],
)
def test_what_is_no_path_is_refused(path: str, nearest: str | None) -> None:
    with pytest.raises(IntakeError) as caught:
        parse_path(path)
    (fault,) = caught.value.faults
    assert fault.code == "A116"
    assert nearest is None or fault.nearest == nearest
    assert "a person said" not in str(caught.value)


def test_answers_are_replaced_and_taken_back() -> None:
    intake = Intake.from_dict(CASE)
    more = intake.with_answers(
        {
            "episode.onset": "2026-03",
            "losses[mother].closeness": {"unknown": "declined"},
            "losses.complete": "yes",
            "isolation.confidants": 2,
        }
    )
    assert more.episode.onset.value.written == "2026-03"
    assert more.answer("losses[mother].closeness") == Answer(None, "declined")
    assert more.losses.complete.value == "yes"
    assert more.answer("isolation.confidants").value == 2
    assert intake == Intake.from_dict(CASE)
    assert more.with_answers({"losses[mother].closeness": None}).answer("losses[mother].closeness") == Answer()


def test_one_member_of_a_multi_choice_answer() -> None:
    intake = Intake.from_dict(CASE)
    assert intake.answer("safety.self_harm.passive") == Answer("yes", None, "patient")
    assert intake.answer("safety.self_harm.plan") == Answer(None, "do_not_know", "patient")
    more = intake.with_answers({"safety.self_harm.plan": "no", "conflicts.asked": "yes"})
    assert more.answer("safety.self_harm.plan") == Answer("no", None, "patient")
    assert more.answer("safety.self_harm.passive").value == "yes"
    fresh = Intake().with_answers({"safety.self_harm.plan": "yes"})
    assert fresh.answer("safety.self_harm.intent") == Answer(None, "do_not_know")
    none = Intake.from_dict({"safety": {"self_harm": {"none": True}}}).with_answers({"safety.self_harm.plan": "yes"})
    assert none.answer("safety.self_harm.intent").value == "no"
    declined = Intake.from_dict({"safety": {"self_harm": {"unknown": "declined"}}})
    assert declined.with_answers({"safety.self_harm.plan": "yes"}).answer("safety.self_harm.plan").value == "yes"


def test_a_situation_brought_about_by_another_is_added_once() -> None:
    intake = Intake.from_dict(CASE).with_answers(
        {"changes[from=mother].coping_difficulty": 3, "changes[from=mother].kind": "widowhood"}
    )
    flat, follows = intake.changes.items
    assert (flat.id, flat.origin) == ("flat", None)
    assert (follows.id, follows.origin, follows.coping_difficulty.value) == ("mother-follows", "mother", 3)
    assert intake.answer("changes[from=mother].kind").value == "widowhood"
    again = intake.with_answers({"changes[from=mother].coping_difficulty": 1})
    assert len(again.changes.items) == 2


def test_unknown_records_are_refused_all_at_once() -> None:
    with pytest.raises(IntakeError) as caught:
        Intake.from_dict(CASE).with_answers(
            {"losses[mothr].closeness": 3, "changes[from=nobody].kind": "move", "people[sister].ringg": "inner"}
        )
    assert [fault.code for fault in caught.value.faults] == ["A116"] * 3
    assert caught.value.faults[0].nearest == "losses[mother].closeness"
    assert caught.value.faults[0].expected == "one of those on record in `losses`: mother"
    with pytest.raises(IntakeError, match="expected a record of `people`: none is there"):
        Intake().with_answers({"people[sister].ring": "inner"})


def test_an_unfitting_value_is_refused() -> None:
    with pytest.raises(IntakeError, match=r"losses\.items\[0\]\.closeness: is out of range"):
        Intake.from_dict(CASE).with_answers({"losses[mother].closeness": 9})
    with pytest.raises(IntakeError, match=r"safety\.self_harm\.value\.plan: is not an answer"):
        Intake.from_dict(CASE).with_answers({"safety.self_harm.plan": "perhaps"})
