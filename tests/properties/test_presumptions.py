"""Do presumptions only ever narrow what is open? What is settled leads, and at most one focus is settled."""

from __future__ import annotations

from hypothesis import assume, given

from ipt_formulate.formulation.focus import THREE_LISTS, is_settled
from ipt_formulate.formulation.ranking import is_before
from ipt_formulate.logic.truth import NO, UNKNOWN, YES
from tests.properties.case import name_of
from tests.properties.drawn import CASES, Case


def _consistent(case: Case) -> Case:
    assume(not case.work.case.contradictions)
    return case


@given(CASES)
def test_presumed_verdicts_never_contradict_strict_ones(case: Case) -> None:
    """What the answers decide, no presumption decides otherwise: for rules, bars and differentials."""
    verdicts = _consistent(case).work.verdicts
    for table in (verdicts.rules, verdicts.bars, verdicts.edges):
        for key, pair in table.items():
            assert pair.strict in (UNKNOWN, pair.presumed), key


@given(CASES)
def test_presumed_ranges_lie_inside_strict_ones(case: Case) -> None:
    """The lean lies between worst and best, and every shown criterion within its certain range."""
    work = _consistent(case).work
    for each in work.contest.order:
        assert each.standing.worst <= each.standing.lean <= each.standing.best, name_of(each)
        for shown, certain in zip(each.shown, each.certain[1:], strict=True):
            assert certain.least <= shown.least <= shown.most <= certain.most, name_of(each)
    for area, standing in work.areas.items():
        assert standing.worst <= standing.lean <= standing.best, area


@given(CASES)
def test_settled_implies_leading(case: Case) -> None:
    """What no missing answer can change is what is shown: standing, order, gate, stage and focus."""
    work = _consistent(case).work
    for standing in (*(each.standing for each in work.contest.order), *work.areas.values()):
        if standing.settled:
            assert standing.lean == standing.worst
    for x in work.contest.order:
        for y in work.contest.order:
            assert not is_before(x, y) or x.key > y.key, (name_of(x), name_of(y))
    if work.contest.gate.truth != UNKNOWN:
        assert work.contest.gate.lean_word == {NO: "closed", YES: "open"}[work.contest.gate.truth]
    for staging in work.stagings:
        if staging.settled and staging.stage is not None:
            assert staging.shown == (staging.stage,), staging.record.id
    if all(work.case.strict.complete(about) == YES for about in THREE_LISTS):
        for index in range(len(work.contest.order)):
            if is_settled(index, work.contest):
                assert case.focus.leaders == (index,), name_of(work.contest.order[index])


@given(CASES)
def test_at_most_one_focus_is_settled(case: Case) -> None:
    """No two candidates can both be the focus whatever the missing answers are."""
    contest = case.work.contest
    assert sum(is_settled(index, contest) for index in range(len(contest.order))) <= 1
