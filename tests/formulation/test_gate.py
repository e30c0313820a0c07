"""May deficits be considered? Three outcomes in the strict pass, one on what was said, and what a site may decide."""

from __future__ import annotations

from typing import Any

import pytest

from ipt_formulate.formulation.gate import DEFICITS, GATE_WORDS
from tests.formulation.made import COMPLETE, DEPRESSED, NOTHING, contest, formulated, listed, places

LONELY: dict[str, Any] = {"how_long": "lifelong", "confidants": 0, "people_seen_monthly": 1, "hard_to_start": 4}
ALONE = {**DEPRESSED, **NOTHING, "isolation": LONELY}
MINE = ("isolation", DEFICITS)
DEATH = listed({"id": "mother"})


@pytest.mark.parametrize(
    ("grief", "value", "lean"),
    [
        ("excluded", "open", "open"),
        ("not_supported", "open", "open"),
        ("excluded not_supported possible", "unsettled", "open"),
        ("not_supported open present", "unsettled", "unsettled"),
        ("not_supported possible present", "unsettled", "closed"),
        ("possible", "closed", "closed"),
        ("possible possible present", "closed", "closed"),
        ("present", "closed", "closed"),
    ],
)
def test_three_outcomes(grief: str, value: str, lean: str) -> None:
    made, _ = contest({**ALONE, "losses": DEATH}, {("mother", "grief"): grief, MINE: "present"})
    assert GATE_WORDS[made.gate.truth] == value
    assert made.gate.lean_word == lean
    assert made.gate.admits == (lean == "open")


@pytest.mark.parametrize("section", ["losses", "conflicts", "changes"])
@pytest.mark.parametrize("mark", [{}, {"asked": "yes"}, {"asked": "yes", "complete": "no"}, {"asked": "no"}])
def test_a_list_that_may_be_longer_keeps_the_gate_unsettled(section: str, mark: dict[str, str]) -> None:
    made, focus = contest({**ALONE, section: mark}, {MINE: "present"})
    assert GATE_WORDS[made.gate.truth] == "unsettled"
    assert not made.gate.admits
    assert focus.status == "insufficient"


def test_a_surely_possible_area_closes_it_whatever_the_lists_are() -> None:
    data = {**ALONE, "losses": listed({"id": "mother"}, complete=False)}
    made, focus = contest(data, {("mother", "grief"): "possible", MINE: "present"})
    assert GATE_WORDS[made.gate.truth] == "closed"
    assert places(made, focus.leaders) == [("mother", "grief")]


@pytest.mark.parametrize("people", [{}, {"asked": "yes", "complete": "no"}])
def test_the_inventory_need_not_be_complete(people: dict[str, str]) -> None:
    made, focus = contest({**ALONE, "people": people}, {MINE: "present"})
    assert GATE_WORDS[made.gate.truth] == "open"
    assert places(made, focus.leaders) == [MINE]


def test_behind_a_gate_that_leans_open_the_focus_is_provisional() -> None:
    standings = {("mother", "grief"): "excluded not_supported possible", MINE: "present"}
    _, focus = contest({**ALONE, "losses": DEATH}, standings)
    assert focus.status == "proposed"
    assert not focus.settled


def test_a_plain_no_to_the_last_question_completes_empty_lists() -> None:
    asked_once_more = {**DEPRESSED, "isolation": {**LONELY, "any_recent_event": "no"}}
    assert formulated(asked_once_more).gate.value == "open"
    with_a_record = {**asked_once_more, "losses": listed({"id": "mother"}, complete=False)}
    assert formulated(with_a_record).gate.value == "unsettled"


def test_the_gate_says_what_holds_it_and_asks_what_would_open_it() -> None:
    held = formulated({**ALONE, "conflicts": listed({"id": "boss", "relation": "boss", "expectations_fit": "clash"})})
    assert held.gate.because == ("role_dispute",)
    open_ = formulated({**ALONE, "losses": {}})
    assert (open_.gate.value, open_.gate.because) == ("unsettled", ("losses.complete",))
    assert "losses.complete" in open_.gate.questions
    assert "losses.complete" in {question.path for question in open_.questions}


def test_where_sources_put_deficits_beside_other_areas_they_are_ranked() -> None:
    data = {**ALONE, "losses": DEATH}
    standings = {("mother", "grief"): "possible", MINE: "present"}
    _, last = contest(data, standings)
    made, equal = contest(data, standings, deficits_policy="equal")
    assert places(made, last.leaders) == [("mother", "grief")]
    assert places(made, equal.leaders) == [MINE]
    assert equal.settled


def test_where_deficits_are_a_note_they_are_never_ranked() -> None:
    _, focus = contest(ALONE, {MINE: "present"}, deficits_policy="note_only")
    assert focus.status in ("insufficient", "none")
    result = formulated(ALONE, deficits_policy="note_only")
    assert [each.rank for each in result.candidates if each.area == DEFICITS] == [None]


def test_a_clinician_may_release_it_and_settles_nothing_by_that() -> None:
    released = {"situation": "isolation", "area": DEFICITS, "decision": "override"}
    data = {**ALONE, "losses": DEATH, "decisions": [released]}
    made, focus = contest(data, {("mother", "grief"): "possible", MINE: "present"})
    assert (GATE_WORDS[made.gate.truth], made.gate.released) == ("closed", True)
    assert places(made, focus.leaders) == [MINE]
    assert not focus.settled


def test_switched_off_deficits_say_so() -> None:
    result = formulated({**DEPRESSED, "losses": COMPLETE}, areas="three_plus_style")
    assert result.model_dump()["areas"][DEFICITS] == {"off": True}
    assert not [each for each in result.candidates if each.area == DEFICITS]
