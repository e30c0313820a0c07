"""Which focus may there be, and what may never choose it?"""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ipt_formulate.formulation.focus import THREE_LISTS
from ipt_formulate.formulation.gate import DEFICITS
from ipt_formulate.formulation.ranking import are_connected, ranked
from ipt_formulate.formulation.standing import POSSIBLE, PRESENT
from ipt_formulate.intake import Intake
from ipt_formulate.intake.types import Choice
from ipt_formulate.logic.truth import NO, YES
from tests.properties.case import book, formulated, name_of, worked
from tests.properties.drawn import CASES, FULL, Case, pair

PROFILES = tuple(name for name in ("stuart", "uk", "who_group", "research") if name in book().profiles)


@given(CASES)
def test_at_most_two_foci(case: Case) -> None:
    """One first focus or a tie; a second only beside a proposed first; with one focus allowed, none."""
    focus = case.focus
    if focus.status == "proposed":
        assert len(focus.leaders) == 1
    else:
        assert focus.second is None
        assert len(focus.leaders) != 1
    assert focus.second not in focus.leaders
    _, single = worked(case.intake, book().with_settings({"max_foci": "1"}))
    assert single.second is None
    assert single.leaders == focus.leaders


@given(CASES)
def test_a_second_focus_is_present_and_connected_or_named(case: Case) -> None:
    """A second focus leans present, is not deficits, and belongs to the first or was named by the person."""
    work, focus = case.work, case.focus
    if focus.second is None:
        return
    first, second = (work.contest.order[i] for i in (focus.leaders[0], focus.second))
    assert second.standing.lean == PRESENT
    assert second.candidate.area != DEFICITS
    connected = are_connected(first.candidate, second.candidate, work.case.presumed, presumed=True) == YES
    naming = [member.presumed.values["named_in"] for member in second.candidate.members]
    named = any(YES in (told["wishes.most_tied_to"], told["wishes.wants_to_work_on"]) for told in naming)  # type: ignore[index,call-overload]
    assert connected or named


@given(CASES, st.sampled_from(PROFILES))
def test_a_style_note_is_no_second_focus(case: Case, profile: str) -> None:
    """Deficits are no second focus unless a site makes them an equal, and none where they are a style or a note."""
    work, focus = worked(case.intake, book(profile))
    areas = [work.contest.order[i].candidate.area for i in (*focus.leaders, *work.ordered)]
    if (
        book(profile).settings["areas"] == "three_plus_style"
        or book(profile).settings["deficits_policy"] == "note_only"
    ):
        assert DEFICITS not in areas
    if focus.second is not None and book(profile).settings["deficits_policy"] != "equal":
        assert work.contest.order[focus.second].candidate.area != DEFICITS


@given(FULL)
def test_equal_keys_are_a_tie(case: Case) -> None:
    """Equal rank means equal key and the other way round, and equal keys at the top are a tie, never broken."""
    result, _ = formulated(case.intake)
    ranks = [each for each in result.candidates if each.rank is not None]
    for x in ranks:
        for y in ranks:
            if not x.barred and not y.barred:
                assert (x.rank == y.rank) == (x.key == y.key)
    top = [each for each in ranks if not any(bar.place == "first" for bar in each.barred)]
    if result.focus.status in ("proposed", "tie"):
        best = [each for each in top if each.key == top[0].key]
        assert (result.focus.status == "tie") == (len(best) > 1)
        places = result.focus.tied or (result.focus.primary,)
        assert {(each.area, each.situation) for each in best} == {
            (place.area, place.situation) for place in places if place
        }
    if result.focus.status == "tie" and result.focus.primary is not None:
        assert result.focus.primary.situation is None
        assert {place.area for place in result.focus.tied} == {result.focus.primary.area}


@given(CASES)
def test_each_record_is_its_own_candidate(case: Case) -> None:
    """Every loss, conflict and change on record competes in its own area, once, unless two are one event."""
    homes = {"loss": "grief", "conflict": "role_dispute", "change": "role_transition"}
    found = [name for each in case.work.contest.order for name in [(each.candidate.records, each.candidate.area)]]
    assert len(found) == len(set(found))
    for about, area in homes.items():
        for record in case.intake.records(about):
            holding = [records for records, of in found if of == area and record.id in records]
            assert len(holding) == 1, (record.id, area)
            if not record.same_event and not any(record.id in other.same_event for other in _situations(case.intake)):
                assert holding[0] == {record.id}


def _situations(intake: Intake) -> list[object]:
    return [each for about in ("loss", "conflict", "change") for each in intake.records(about)]


@given(CASES)
def test_no_focus_without_an_episode(case: Case) -> None:
    """Where a clinician sees no disorder there is nothing to formulate; standings are shown all the same."""
    _, focus = worked(case.intake.with_answers({"episode.diagnosis": "none"}))
    assert (focus.status, focus.leaders, focus.second) == ("not_applicable", (), None)
    if case.focus.status == "not_applicable":
        assert case.work.case.strict.case.values["episode_present"] == NO


@given(CASES)
def test_nothing_possible_gives_no_focus(case: Case) -> None:
    """`none` exactly when every list is complete and nothing can still become possible."""
    work = case.work
    assume(case.focus.status != "not_applicable")
    complete = all(work.case.strict.complete(about) == YES for about in THREE_LISTS)
    possible = [
        name_of(each)
        for each in work.contest.order
        if each.standing.best >= POSSIBLE
        and not (each.candidate.area == DEFICITS and work.contest.gate.applied and work.contest.gate.truth == NO)
    ]
    if case.focus.status == "none":
        assert complete
        assert not possible
        assert not case.focus.leaders
    elif complete:
        assert possible or case.focus.status == "insufficient"


@given(CASES)
def test_a_maintaining_problem_may_lead(case: Case) -> None:
    """Whether a situation began the episode or keeps it going enters no key."""
    directions = book().vocabulary.type_of(book().vocabulary.find("loss", "direction"))  # type: ignore[arg-type]
    assert isinstance(directions, Choice)
    for each in case.work.contest.order:
        for one in directions.members:
            members = tuple(
                replace(
                    member,
                    **{
                        side: replace(record, values={**record.values, "direction": frozenset({one})})
                        for side, record in (("strict", member.strict), ("presumed", member.presumed))
                    },
                )
                for member in each.candidate.members
            )
            other = ranked(replace(each.candidate, members=members), each.standing, case.work.verdicts, book())
            assert (other.shown, other.certain) == (each.shown, each.certain)


def test_what_only_keeps_an_episode_going_is_proposed_where_nothing_else_is() -> None:
    """An old quarrel that wears somebody down leads, although it began nothing."""
    intake = Intake.from_dict(
        {
            "frame": {"assessed_on": "2026-06-15"},
            "episode": {"diagnosis": "mdd", "onset": "2026-01-10", "made_it_go_on_links": ["wife"]},
            "losses": {"asked": "yes", "complete": "yes"},
            "changes": {"asked": "yes", "complete": "yes"},
            "conflicts": {
                "complete": "yes",
                "items": [
                    {
                        "id": "wife",
                        "relation": "partner",
                        "relationship": "current",
                        "expectations_fit": "clash",
                        "started": "2015",
                        "worse_around_onset": "no_change",
                        "before_any_depression": "yes",
                        "linked_by_patient": "yes",
                    }
                ],
            },
        }
    )
    result, _ = formulated(intake)
    assert result.focus.primary is not None
    assert (result.focus.primary.area, result.focus.primary.situation) == ("role_dispute", "wife")
    assert next(each for each in result.candidates if each.rank == 1).direction == ("maintaining",)


@pytest.mark.parametrize("status", ["proposed", "tie", "insufficient", "none", "not_applicable"])
def test_every_status_is_met(status: str) -> None:
    """The population of these tests has every outcome, so that none of them is empty talk."""
    assert any(each.focus.status == status for number in range(150) for each in pair(number))


def test_settled_and_second_foci_are_met() -> None:
    """So does it have settled foci, second ones and open gates."""
    cases = [each for number in range(150) for each in pair(number)]
    assert sum(each.focus.settled and each.focus.status == "proposed" for each in cases) >= 5
    assert sum(each.focus.second is not None for each in cases) >= 5
    assert sum(each.work.contest.gate.truth == YES for each in cases) >= 5
    assert sum(staging.settled and staging.stage is not None for each in cases for staging in each.work.stagings) >= 5
