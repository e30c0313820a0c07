"""What must hold when more becomes known? Nothing settled is ever un-settled; unknown is never no.

A *changed* answer is a correction and outside these promises; so are intakes with contradictions.
"""

from __future__ import annotations

from hypothesis import assume, given
from hypothesis import strategies as st

from ipt_formulate.engines.reference import ReferenceEngine
from ipt_formulate.engines.signs import situations_of
from ipt_formulate.formulation.formulate import Work
from ipt_formulate.formulation.ranking import is_before
from ipt_formulate.intake import Intake
from ipt_formulate.logic.truth import UNKNOWN
from tests.properties.case import book, formulated
from tests.properties.dense import dense_pair
from tests.strategies import intakes, refinements


@st.composite
def thin_pairs(draw: st.DrawFn) -> tuple[Intake, Intake]:
    """A thin intake, and the same with more known."""
    intake = draw(intakes(most_records=2))
    return intake, draw(refinements(intake))


DENSE = st.builds(
    dense_pair,
    st.integers(0, 2**32),
    st.sampled_from((0.0, 0.1, 0.3)),
    st.sampled_from((0.02, 0.1, 0.3, 0.7)),
)
PAIRS = st.one_of(thin_pairs(), DENSE, DENSE)


def _works(pair: tuple[Intake, Intake]) -> tuple[Work, Work]:
    before, after = (formulated(each)[1] for each in pair)
    assume(not before.case.contradictions and not after.case.contradictions)
    return before, after


@given(PAIRS)
def test_unknown_is_never_no(pair: tuple[Intake, Intake]) -> None:
    """A strict verdict of a rule stays what it is when more is answered: only unknown may change."""
    engine = ReferenceEngine()
    first, second = (situations_of(each, book()) for each in pair)
    assume(not first.contradictions and not second.contradictions)
    less, more = engine.run(first, book()), engine.run(second, book())
    made = {each.id for each in first.strict.all() if each.made_by is not None}
    for key, verdict in less.rules.items():
        if verdict.strict != UNKNOWN and key[1] not in made:
            assert more.rules[key].strict == verdict.strict, key


@given(PAIRS)
def test_strict_ranges_only_shrink(pair: tuple[Intake, Intake]) -> None:
    """Worst never falls and best never rises, for candidates and for areas."""
    before, after = _works(pair)
    later = {(each.candidate.situation, each.candidate.area): each.standing for each in after.contest.order}
    for each in before.contest.order:
        standing = later.get((each.candidate.situation, each.candidate.area))
        if standing is not None:
            assert standing.worst >= each.standing.worst, (each.candidate.situation, each.candidate.area)
            assert standing.best <= each.standing.best, (each.candidate.situation, each.candidate.area)
    for area, area_standing in before.areas.items():
        assert after.areas[area].best <= area_standing.best, area
        assert after.areas[area].worst >= area_standing.worst, area


@given(PAIRS)
def test_the_gate_stays_settled(pair: tuple[Intake, Intake]) -> None:
    """An open gate stays open and a closed one closed."""
    before, after = _works(pair)
    if before.contest.gate.truth != UNKNOWN:
        assert after.contest.gate.truth == before.contest.gate.truth


@given(PAIRS)
def test_a_certain_order_stays(pair: tuple[Intake, Intake]) -> None:
    """A candidate that certainly stands before another still does when more is known."""
    before, after = _works(pair)
    later = {(each.candidate.situation, each.candidate.area): each for each in after.contest.order}
    now = [each for each in before.contest.order if (each.candidate.situation, each.candidate.area) in later]
    for x in now:
        for y in now:
            if is_before(x, y):
                keys = [(each.candidate.situation, each.candidate.area) for each in (x, y)]
                assert is_before(later[keys[0]], later[keys[1]]), keys


@given(PAIRS)
def test_a_settled_stage_stays(pair: tuple[Intake, Intake]) -> None:
    """The stage of a dispute, once settled, is never another one."""
    before, after = _works(pair)
    later = {(each.record.id, each.line): each for each in after.stagings}
    for staging in before.stagings:
        if staging.settled:
            again = later[staging.record.id, staging.line]
            assert again.settled and again.stage == staging.stage, staging.record.id


@given(PAIRS)
def test_a_settled_focus_stays(pair: tuple[Intake, Intake]) -> None:
    """A settled focus is the focus under every answer that was missing."""
    before, _ = formulated(pair[0])
    after, _ = formulated(pair[1])
    assume(not before.contradictions and not after.contradictions)
    if before.focus.settled:
        assert after.focus.status == before.focus.status
        assert after.focus.primary == before.focus.primary
        assert after.focus.settled
