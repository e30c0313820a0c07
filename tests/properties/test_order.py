"""Is the order an order? The certain one is a strict partial order, the shown one ranks all, differentials lift."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from ipt_formulate.engines.verdicts import Pair
from ipt_formulate.formulation.ranking import Edge, Ranked, effective_keys, mutual
from ipt_formulate.formulation.standing import EXCLUDED, PRESENT, Standing
from ipt_formulate.logic.order import certainly_before
from ipt_formulate.logic.possible import Span
from ipt_formulate.logic.truth import YES
from tests.properties.drawn import CASES, Case

LENGTH = 4
SPANS = st.lists(st.integers(0, 3), min_size=2, max_size=2).map(lambda two: Span(min(two), max(two)))
RANGES = st.lists(SPANS, min_size=LENGTH, max_size=LENGTH).map(tuple)
LEVELS = st.integers(EXCLUDED, PRESENT)


@st.composite
def rivals(draw: st.DrawFn) -> list[Ranked]:
    """Candidates with any leans and criteria; what they are about does not matter here."""
    few = draw(st.lists(st.tuples(LEVELS, RANGES), min_size=2, max_size=6))
    return [Ranked(None, Standing(lean, lean, lean), shown, shown) for lean, shown in few]  # type: ignore[arg-type]


@st.composite
def contests(draw: st.DrawFn) -> tuple[list[Ranked], list[Edge]]:
    """Candidates and differentials between them."""
    order = draw(rivals())
    places = st.integers(0, len(order) - 1)
    drawn = draw(st.lists(st.tuples(places, places, st.booleans()), max_size=5))
    ways = [way for x, y, both in drawn if x != y for way in (((x, y), (y, x)) if both else ((x, y),))]
    return order, [Edge(x, y, "rule", Pair(YES, YES)) for x, y in ways]


@given(RANGES, RANGES, RANGES)
def test_the_certain_order_is_a_strict_partial_order(
    x: tuple[Span, ...], y: tuple[Span, ...], z: tuple[Span, ...]
) -> None:
    """Nothing stands before itself, no two stand before each other, and before is handed on."""
    assert not certainly_before(x, x)
    assert not (certainly_before(x, y) and certainly_before(y, x))
    if certainly_before(x, y) and certainly_before(y, z):
        assert certainly_before(x, z)


@given(RANGES, RANGES, st.data())
def test_the_certain_order_holds_whatever_the_answers_are(
    x: tuple[Span, ...], y: tuple[Span, ...], data: st.DataObject
) -> None:
    """Narrower ranges never take a certain order back, and any exact values obey it."""

    def narrower(span: Span) -> Span:
        least = data.draw(st.integers(span.least, span.most))
        return Span(least, data.draw(st.integers(least, span.most)))

    if certainly_before(x, y):
        assert certainly_before([narrower(span) for span in x], [narrower(span) for span in y])
        exact = [[data.draw(st.integers(span.least, span.most)) for span in each] for each in (x, y)]
        assert exact[0] > exact[1]


@given(contests())
def test_the_shown_order_is_a_total_preorder(contest: tuple[list[Ranked], list[Edge]]) -> None:
    """Effective keys are tuples of one shape: any two compare, and equality is a tie both ways."""
    order, edges = contest
    keys = [key.tuple for key in effective_keys(order, edges)]
    for x in keys:
        for y in keys:
            assert (x < y) + (x == y) + (x > y) == 1
    assert sorted(sorted(keys, reverse=True)) == sorted(keys)


@given(contests())
def test_a_differential_lifts_just_above_its_source(contest: tuple[list[Ranked], list[Edge]]) -> None:
    """What another gives way to stands above it, nothing falls, and ways back and forth end as a tie."""
    order, edges = contest
    plain = effective_keys(order, [])
    lifted = effective_keys(order, edges)
    assert all(after.tuple >= before.tuple for before, after in zip(plain, lifted, strict=True))
    for x, y in mutual(edges):
        assert lifted[x] == lifted[y]
    if len(edges) == 1:
        (edge,) = edges
        assert lifted[edge.target].tuple > lifted[edge.source].tuple
        between = [
            i
            for i, key in enumerate(lifted)
            if i not in (edge.source, edge.target) and lifted[edge.source].tuple < key.tuple < lifted[edge.target].tuple
        ]
        # Only where it stood above its source already may others stand between.
        assert not between or plain[edge.target].tuple > plain[edge.source].tuple


@given(st.permutations(range(5)))
def test_ties_through_others_are_one_tie(places: list[int]) -> None:
    """Each gives way to its neighbour and the neighbour to it: all five are tied, however they are listed."""
    leans = [Standing(lean, lean, lean) for lean in range(5)]
    order = [Ranked(None, leans[place], (), ()) for place in places]  # type: ignore[arg-type]
    at = {place: i for i, place in enumerate(places)}
    pairs = [(at[one], at[one + 1]) for one in range(4)]
    edges = [Edge(*way, "rule", Pair(YES, YES)) for x, y in pairs for way in ((x, y), (y, x))]
    assert len({key.tuple for key in effective_keys(order, edges)}) == 1


@given(contests(), st.randoms(use_true_random=False))
def test_effective_keys_do_not_hang_on_any_order(contest: tuple[list[Ranked], list[Edge]], rng: object) -> None:
    """Candidates and differentials in another order give the same keys."""
    order, edges = contest
    places = list(range(len(order)))
    rng.shuffle(places)  # type: ignore[attr-defined]
    moved = {old: new for new, old in enumerate(places)}
    others = [replace(edge, source=moved[edge.source], target=moved[edge.target]) for edge in edges]
    rng.shuffle(others)  # type: ignore[attr-defined]
    shuffled = effective_keys([order[old] for old in places], others)
    assert [shuffled[moved[i]] for i in range(len(order))] == effective_keys(order, edges)


@given(CASES)
def test_ranks_follow_the_effective_keys(case: Case) -> None:
    """The listing is by effective key, best first, but for candidates that are barred from the first place."""
    keys = [case.work.contest.keys[i].tuple for i in case.work.ordered]
    free = [
        key
        for i, key in zip(case.work.ordered, keys, strict=True)
        if not any(bar.shown and bar.place == "first" for bar in case.work.contest.bars[i])
    ]
    assert free == sorted(free, reverse=True)
