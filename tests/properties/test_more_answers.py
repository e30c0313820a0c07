"""What must hold when more becomes known? Nothing settled is ever un-settled; unknown is never no.

A *changed* answer is a correction and outside these promises; so are intakes with contradictions.
"""

from __future__ import annotations

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ipt_formulate.formulation.ranking import is_before
from ipt_formulate.intake import SECTIONS, Intake
from ipt_formulate.logic.truth import UNKNOWN
from tests.properties.case import name_of
from tests.properties.drawn import PAIRS, Case
from tests.strategies import intakes, refinements

Both = tuple[Case, Case]


def _without_contradictions(pair: Both) -> Both:
    assume(not pair[0].work.case.contradictions and not pair[1].work.case.contradictions)
    return pair


@st.composite
def thin_pairs(draw: st.DrawFn) -> Both:
    """A thin intake and the same with more known, drawn answer by answer: slow, and shrinks well."""
    intake = draw(intakes(most_records=2))
    later: Intake = draw(refinements(intake))
    if intake.isolation.any_recent_event.known:
        # By that answer an empty list may be complete: a record in it is then a correction.
        assume(all(bool(intake.records(about)) == bool(later.records(about)) for about in SECTIONS))
    return Case("less", intake), Case("more", later)


@given(PAIRS)
def test_unknown_is_never_no(pair: Both) -> None:
    """A strict verdict of a rule stays what it is when more is answered: only unknown may change."""
    before, after = _without_contradictions(pair)
    _verdicts_stay(before, after)


@given(PAIRS)
def test_strict_ranges_only_shrink(pair: Both) -> None:
    """Worst never falls and best never rises, for candidates and for areas."""
    before, after = _without_contradictions(pair)
    _ranges_shrink(before, after)


@settings(max_examples=30)
@given(thin_pairs())
def test_nearly_empty_intakes_keep_verdicts_and_ranges(pair: Both) -> None:
    """The same two promises, for intakes in which hardly anything is known."""
    before, after = _without_contradictions(pair)
    _verdicts_stay(before, after)
    _ranges_shrink(before, after)


def _verdicts_stay(before: Case, after: Case) -> None:
    made = {each.id for each in before.work.case.strict.all() if each.made_by is not None}
    for key, verdict in before.work.verdicts.rules.items():
        if verdict.strict != UNKNOWN and key[1] not in made:
            assert after.work.verdicts.rules[key].strict == verdict.strict, key


def _ranges_shrink(before: Case, after: Case) -> None:
    later = {name_of(each): each.standing for each in after.work.contest.order}
    for each in before.work.contest.order:
        standing = later.get(name_of(each))
        if standing is not None:
            assert standing.worst >= each.standing.worst, name_of(each)
            assert standing.best <= each.standing.best, name_of(each)
    for area, area_standing in before.work.areas.items():
        assert after.work.areas[area].best <= area_standing.best, area
        assert after.work.areas[area].worst >= area_standing.worst, area


@given(PAIRS)
def test_the_gate_stays_settled(pair: Both) -> None:
    """An open gate stays open and a closed one closed."""
    before, after = _without_contradictions(pair)
    if before.work.contest.gate.truth != UNKNOWN:
        assert after.work.contest.gate.truth == before.work.contest.gate.truth


@given(PAIRS)
def test_a_certain_order_stays(pair: Both) -> None:
    """A candidate that certainly stands before another still does when more is known."""
    before, after = _without_contradictions(pair)
    later = {name_of(each): each for each in after.work.contest.order}
    now = [each for each in before.work.contest.order if name_of(each) in later]
    for x in now:
        for y in now:
            if is_before(x, y):
                assert is_before(later[name_of(x)], later[name_of(y)]), (name_of(x), name_of(y))


@given(PAIRS)
def test_a_settled_stage_stays(pair: Both) -> None:
    """The stage of a dispute, once settled, is never another one."""
    before, after = _without_contradictions(pair)
    later = {(each.record.id, each.line): each for each in after.work.stagings}
    for staging in before.work.stagings:
        if staging.settled:
            again = later[staging.record.id, staging.line]
            assert again.settled, staging.record.id
            assert again.stage == staging.stage, staging.record.id


@given(PAIRS)
def test_a_settled_focus_stays(pair: Both) -> None:
    """A settled focus is the focus under every answer that was missing."""
    before, after = _without_contradictions(pair)
    if before.focus.settled:
        assert after.focus.settled
        assert after.focus.status == before.focus.status
        assert _leaders(after) == _leaders(before)


def _leaders(case: Case) -> set[tuple[str, str]]:
    return {name_of(case.work.contest.order[i]) for i in case.focus.leaders}
