"""Can evidence work backwards? More for an area never lowers how it stands, more against it never raises it."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from ipt_formulate.engines.verdicts import Pair
from ipt_formulate.formulation.candidates import Candidate
from ipt_formulate.formulation.standing import EXCLUDED, NOT_SUPPORTED, POSSIBLE, PRESENT, WORDS, fold, standing_of
from ipt_formulate.logic.truth import UNKNOWN, YES
from ipt_formulate.rulebook import conclusions as c
from tests.properties.drawn import CASES, Case

SUPPORTS = st.builds(
    c.Supports,
    st.just("grief"),
    st.sampled_from(("strong", "moderate", "weak")),
    st.sampled_from(("link", "kind", "manner")),
    st.booleans(),
)
LEVELS = st.lists(st.sampled_from((NOT_SUPPORTED, POSSIBLE, PRESENT)), max_size=2)
OPPOSING = st.integers(0, 3)


@given(st.lists(SUPPORTS, max_size=5), st.lists(SUPPORTS, max_size=3), OPPOSING, LEVELS, LEVELS)
def test_more_supporting_evidence_never_lowers_a_standing(
    some: list[c.Supports], more: list[c.Supports], opposing: int, caps: list[int], floors: list[int]
) -> None:
    """Whatever stands against it: the fold only rises with more support and more floors."""
    before = fold(supports=some, opposing=opposing, excluded=False, caps=caps, floors=[])
    after = fold(supports=[*some, *more], opposing=opposing, excluded=False, caps=caps, floors=floors)
    assert after >= before


@given(st.lists(SUPPORTS, max_size=5), OPPOSING, LEVELS, LEVELS, LEVELS)
def test_more_opposing_evidence_never_raises_a_standing(
    supports: list[c.Supports], opposing: int, caps: list[int], more: list[int], floors: list[int]
) -> None:
    """More against it, more caps or an exclusion only lower the fold, and caps win over floors."""
    before = fold(supports=supports, opposing=opposing, excluded=False, caps=caps, floors=floors)
    after = fold(supports=supports, opposing=opposing + 1, excluded=False, caps=[*caps, *more], floors=floors)
    assert after <= before
    assert after <= min([PRESENT, *caps, *more])
    assert fold(supports=supports, opposing=0, excluded=True, caps=[], floors=floors) == EXCLUDED


@given(CASES, st.data())
def test_more_supporting_evidence_never_lowers_a_standing_of_a_case(case: Case, data: st.DataObject) -> None:
    """A rule that speaks for a candidate of a real intake becomes yes: worst, best and lean do not fall."""
    candidate = data.draw(st.sampled_from([each.candidate for each in case.work.contest.order]), label="candidate")
    speaking = [i for i, each in enumerate(candidate.evidence) if isinstance(each.conclusion, c.Supports | c.Floors)]
    if not speaking:
        return
    chosen = set(data.draw(st.lists(st.sampled_from(speaking), min_size=1, max_size=3), label="rules"))
    before, after = standing_of(candidate), standing_of(_with_yes(candidate, chosen))
    for was, now in zip(before, after, strict=True):
        assert now >= was, (WORDS[was], WORDS[now])


@given(CASES, st.data())
def test_unknown_evidence_against_lowers_the_worst_and_never_the_lean(case: Case, data: st.DataObject) -> None:
    """Evidence against an area that is unknown leaves the lean and the best as if it were known absent."""
    candidate = data.draw(st.sampled_from([each.candidate for each in case.work.contest.order]), label="candidate")
    against = c.Opposes | c.Excludes | c.Caps
    known = tuple(
        each
        for each in candidate.evidence
        if not (isinstance(each.conclusion, against) and each.truth == Pair(UNKNOWN, UNKNOWN))
    )
    with_it, without = standing_of(candidate), standing_of(replace(candidate, evidence=known))
    assert with_it.worst <= without.worst
    assert (with_it.best, with_it.lean) == (without.best, without.lean)


def _with_yes(candidate: Candidate, chosen: set[int]) -> Candidate:
    evidence = tuple(
        replace(each, truth=Pair(YES, YES)) if i in chosen else each for i, each in enumerate(candidate.evidence)
    )
    return replace(candidate, evidence=evidence)
