"""Which focus, with which status, and when is it settled? Standings, differentials and bars given by hand."""

from __future__ import annotations

from typing import Any

import pytest

from ipt_formulate.formulation.focus import focus_of, shown_order
from tests.formulation.made import DEPRESSED, NOTHING, contest, formulated, listed, places

ALL = {**DEPRESSED, **NOTHING}
MOTHER, FATHER = ("mother", "grief"), ("father", "grief")
BOSS, WIFE = ("boss", "role_dispute"), ("wife", "role_dispute")
MOVE = ("move", "role_transition")
CASE: dict[str, Any] = {
    **ALL,
    "losses": listed({"id": "mother"}, {"id": "father"}),
    "conflicts": listed({"id": "boss"}, {"id": "wife"}),
    "changes": listed({"id": "move"}),
}
SURE = {"diagnosis": "mdd"}


# -- status, in its order -----------------------------------------------------------------------------------------


def test_no_episode_comes_before_everything() -> None:
    _, focus = contest({**CASE, "episode": {"diagnosis": "none"}}, {MOTHER: "present"})
    assert (focus.status, focus.leaders, focus.second) == ("not_applicable", (), None)


def test_nothing_possible_and_every_list_complete_is_none() -> None:
    _, focus = contest(CASE, {MOTHER: "not_supported"})
    assert (focus.status, focus.settled) == ("none", True)
    _, open_list = contest({**CASE, "changes": {}}, {MOTHER: "not_supported"})
    assert open_list.status == "insufficient"
    assert "changes.complete" in open_list.overturned_by


@pytest.mark.parametrize("told", ["not_supported not_supported present", "excluded excluded possible"])
def test_nothing_that_leans_open_is_insufficient(told: str) -> None:
    _, focus = contest(CASE, {MOTHER: told})
    assert (focus.status, focus.leaders) == ("insufficient", ())


def test_equal_keys_at_the_top_are_a_tie() -> None:
    made, focus = contest(CASE, {MOTHER: "present", FATHER: "present", MOVE: "possible"})
    assert focus.status == "tie"
    assert set(places(made, focus.leaders)) == {MOTHER, FATHER}
    assert focus.second is None
    assert not focus.settled


@pytest.mark.parametrize("told", ["present", "possible", "not_supported open possible"])
def test_one_at_the_top_is_proposed(told: str) -> None:
    made, focus = contest(CASE, {MOTHER: told, BOSS: "not_supported"})
    assert focus.status == "proposed"
    assert places(made, focus.leaders) == [MOTHER]


def test_a_tie_within_one_area_is_a_tie_on_with_whom() -> None:
    death = {"kind": "death_of_person", "closeness": 4, "linked_by_patient": "yes"}
    result = formulated({**ALL, "losses": listed({"id": "a", **death}, {"id": "b", **death})})
    assert result.focus.status == "tie"
    assert result.focus.primary is not None
    assert (result.focus.primary.area, result.focus.primary.situation) == ("grief", None)
    assert {each.situation for each in result.focus.tied} == {"a", "b"}
    assert [each.rank for each in result.candidates if each.area == "grief"] == [1, 1]


# -- settled ------------------------------------------------------------------------------------------------------


def test_a_sure_leader_before_sure_rivals_is_settled() -> None:
    _, focus = contest(CASE, {MOTHER: "present", BOSS: "possible", MOVE: "not_supported"})
    assert focus.settled
    assert focus.overturned_by == ()


@pytest.mark.parametrize(
    ("change", "standings"),
    [
        ({"episode": {}}, {MOTHER: "present"}),  # the episode itself is not sure
        ({"losses": listed({"id": "mother"}, {"id": "father"}, complete=False)}, {MOTHER: "present"}),
        ({}, {MOTHER: "not_supported present present"}),  # it may still not stand
        ({}, {MOTHER: "present", BOSS: "not_supported possible present"}),  # another may still come level
        ({}, {MOTHER: "possible possible present", BOSS: "possible"}),
    ],
)
def test_what_keeps_a_focus_provisional(change: dict[str, Any], standings: dict[tuple[str, str], str]) -> None:
    made, focus = contest({**CASE, **change}, standings)
    assert places(made, focus.leaders) == [MOTHER]
    assert not focus.settled


def test_a_rival_that_gives_way_for_certain_hinders_nothing() -> None:
    standings = {MOTHER: "possible", BOSS: "present"}
    made, focus = contest(CASE, standings, [(BOSS, MOTHER, "yes")])
    assert places(made, focus.leaders) == [MOTHER]
    assert focus.settled


@pytest.mark.parametrize("told", ["unknown/yes", "unknown"])
def test_a_differential_that_only_may_be_settles_nothing(told: str) -> None:
    made, focus = contest(CASE, {MOTHER: "possible", BOSS: "present"}, [(BOSS, MOTHER, told)])
    assert places(made, focus.leaders) == [MOTHER if told == "unknown/yes" else BOSS]
    assert not focus.settled


def test_a_differential_of_what_is_not_sure_to_stand_settles_nothing() -> None:
    standings = {MOTHER: "possible", BOSS: "not_supported present present"}
    _, focus = contest(CASE, standings, [(BOSS, MOTHER, "yes")])
    assert not focus.settled


def test_edges_both_ways_are_a_tie() -> None:
    edges = [(BOSS, MOVE, "yes"), (MOVE, BOSS, "yes")]
    made, focus = contest(CASE, {BOSS: "present", MOVE: "possible", MOTHER: "possible"}, edges)
    assert focus.status == "tie"
    assert set(places(made, focus.leaders)) == {BOSS, MOVE}


def test_contradictions_settle_nothing() -> None:
    conflict = {"id": "boss", "openness": "covert", "how_they_speak": "repetitive_quarrels"}
    data = {**CASE, "conflicts": listed(conflict, {"id": "wife"})}
    _, focus = contest(data, {MOTHER: "present"})
    assert not focus.settled


# -- bars ---------------------------------------------------------------------------------------------------------


def test_a_barred_candidate_is_passed_over_and_stays_a_rival() -> None:
    bars = {MOTHER: [("first", "yes", "unknown")]}
    made, focus = contest(CASE, {MOTHER: "present", BOSS: "possible"}, bars=bars)
    assert places(made, focus.leaders) == [BOSS]
    assert not focus.settled  # an answer may lift the bar
    assert places(made, shown_order(made))[0] == BOSS


def test_a_bar_that_no_answer_will_lift_leaves_no_rival() -> None:
    bars = {MOTHER: [("first", "yes", "no")]}
    made, focus = contest(CASE, {MOTHER: "present", BOSS: "possible"}, bars=bars)
    assert places(made, focus.leaders) == [BOSS]
    assert focus.settled


def test_a_lifted_bar_bars_nothing() -> None:
    bars = {MOTHER: [("first", "yes", "yes"), ("first", "no", "no")]}
    made, focus = contest(CASE, {MOTHER: "present", BOSS: "possible"}, bars=bars)
    assert places(made, focus.leaders) == [MOTHER]
    assert focus.settled


def test_a_bar_that_only_may_hold_forbids_settled() -> None:
    made, focus = contest(CASE, {MOTHER: "present"}, bars={MOTHER: [("first", "unknown", "no")]})
    assert places(made, focus.leaders) == [MOTHER]
    assert not focus.settled


def test_a_bar_from_the_second_place_does_not_touch_the_first() -> None:
    made, focus = contest(CASE, {MOTHER: "present"}, bars={MOTHER: [("second", "yes", "no")]})
    assert places(made, focus.leaders) == [MOTHER]
    assert focus.settled


def test_only_barred_ones_left_is_insufficient_and_asks_what_would_lift_the_bar() -> None:
    pet = {"id": "dog", "kind": "death_of_pet", "closeness": 4, "linked_by_patient": "yes"}
    result = formulated({**ALL, "losses": listed(pet), "isolation": {"how_long": "not_isolated"}})
    candidate = next(each for each in result.candidates if each.area == "grief")
    assert [(each.place, each.until) for each in candidate.barred] == [("first", "decisions")]
    assert result.focus.status == "insufficient"
    assert "decisions" in result.focus.overturned_by
    confirmed = {"situation": "dog", "area": "grief", "decision": "confirm", "by": "Dr. A"}
    lifted = formulated({**ALL, "losses": listed(pet), "decisions": [confirmed]})
    assert lifted.focus.status == "proposed"


def test_what_a_clinician_excludes_does_not_lead() -> None:
    death = {"id": "mother", "kind": "death_of_person", "closeness": 4, "linked_by_patient": "yes"}
    quarrel = {"id": "boss", "relation": "boss", "expectations_fit": "clash"}
    data = {**ALL, "losses": listed(death), "conflicts": listed(quarrel)}
    decision = {"situation": "mother", "area": "grief", "decision": "exclude"}
    for decisions, leader in (([], MOTHER), ([decision], BOSS)):
        primary = formulated({**data, "decisions": decisions}).focus.primary
        assert primary is not None
        assert (primary.situation, primary.area) == leader


# -- the second focus ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("told", "more", "expected"),
    [
        ("present", {"wishes": {"most_tied_to": "boss"}}, BOSS),
        ("present", {"wishes": {"wants_to_work_on": "boss"}}, BOSS),
        ("present", {"wishes": {"most_feeling": "boss"}}, None),  # named by the clinician only
        ("present", {}, None),  # neither connected nor named
        ("possible", {"wishes": {"wants_to_work_on": "boss"}}, None),  # not present
        ("present", {"episode": {"diagnosis": "mdd", "happened_before_links": ["mother", "boss"]}}, BOSS),  # connected
    ],
)
def test_a_second_focus(told: str, more: dict[str, Any], expected: tuple[str, str] | None) -> None:
    lifted = [(BOSS, MOTHER, "yes")]  # so that what names the boss does not put it first
    made, focus = contest({**CASE, **more}, {MOTHER: "present", BOSS: told}, lifted)
    assert places(made, focus.leaders) == [MOTHER]
    assert (None if focus.second is None else places(made, [focus.second])[0]) == expected


@pytest.mark.parametrize(("policy", "second"), [("last_resort", False), ("note_only", False), ("equal", True)])
def test_deficits_are_no_second_focus_unless_a_site_makes_them_an_equal(policy: str, second: bool) -> None:
    isolation = ("isolation", "interpersonal_deficits")
    data = {**CASE, "wishes": {"most_tied_to": "isolation"}}
    standings = {MOTHER: "present", isolation: "present"}
    made, focus = contest(data, standings, [(isolation, MOTHER, "yes")], deficits_policy=policy)
    assert places(made, focus.leaders) == [MOTHER]
    assert (focus.second is not None) == second


def test_where_one_focus_is_wanted_there_is_no_second() -> None:
    more = {"wishes": {"wants_to_work_on": "boss"}}
    standings, lifted = {MOTHER: "present", BOSS: "present"}, [(BOSS, MOTHER, "yes")]
    _, focus = contest({**CASE, **more}, standings, lifted, max_foci="1")
    assert focus.second is None


def test_a_bar_from_the_second_place_passes_it_over() -> None:
    more = {"episode": {"diagnosis": "mdd", "happened_before_links": ["mother", "boss", "move"]}}
    standings = {MOTHER: "present", BOSS: "present", MOVE: "present"}
    bars = {BOSS: [("second", "yes", "no")]}
    made, focus = contest({**CASE, **more}, standings, [(BOSS, MOTHER, "yes"), (MOVE, MOTHER, "yes")], bars)
    assert places(made, focus.leaders) == [MOTHER]
    assert focus.second is not None
    assert places(made, [focus.second]) == [MOVE]


def test_a_second_focus_is_not_chosen_by_its_name() -> None:
    """Two that stand alike for the second place: whichever is listed first, the answer is the same."""
    linked = {"episode": {"diagnosis": "mdd", "happened_before_links": ["mother", "boss", "wife"]}}
    standings = {MOTHER: "present", BOSS: "present", WIFE: "present"}
    found = set()
    for records in ([{"id": "boss"}, {"id": "wife"}], [{"id": "wife"}, {"id": "boss"}]):
        data = {**CASE, **linked, "conflicts": listed(*records)}
        made, focus = contest(data, standings, [(BOSS, MOTHER, "yes"), (WIFE, MOTHER, "yes")])
        found.add(None if focus.second is None else places(made, [focus.second])[0])
    renamed = {
        **CASE,
        "episode": {"diagnosis": "mdd", "happened_before_links": ["mother", "zoe", "amy"]},
        "conflicts": listed({"id": "zoe"}, {"id": "amy"}),
    }
    zoe, amy = ("zoe", "role_dispute"), ("amy", "role_dispute")
    made, focus = contest(
        renamed, {MOTHER: "present", zoe: "present", amy: "present"}, [(zoe, MOTHER, "yes"), (amy, MOTHER, "yes")]
    )
    back = {zoe: BOSS, amy: WIFE}
    found.add(None if focus.second is None else back[places(made, [focus.second])[0]])
    assert len(found) == 1


def test_focus_of_is_repeatable() -> None:
    made, focus = contest(CASE, {MOTHER: "present", BOSS: "present"})
    assert focus_of(made, shown_order(made)) == focus
