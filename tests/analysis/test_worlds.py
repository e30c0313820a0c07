"""Does the search for answers agree with trying every answer in the engine that defines the meaning?"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ipt_formulate.analysis import worlds
from ipt_formulate.analysis.worlds import Worlds
from ipt_formulate.engines.facts import Ids, Record, View
from ipt_formulate.engines.kleene import truth
from ipt_formulate.engines.primitives import compute
from ipt_formulate.logic.possible import Span
from ipt_formulate.logic.truth import NO, UNKNOWN, YES
from ipt_formulate.rulebook import Rulebook
from ipt_formulate.rulebook import nodes as n
from ipt_formulate.rulebook.nodes import Condition, Sign
from tests.rulebook.books import BASE

BOOK = Rulebook.load(BASE)
KINDS = ("death_of_person", "loss_of_job")
MEMBERS = ("sudden", "violent")
LEVELS = (0, 2, 4)
LAGS = (-40, 10, 40)

leaves: st.SearchStrategy[Condition] = st.one_of(
    st.builds(n.Says, st.just(Sign("loss", "linked_by_patient")), st.booleans()),
    st.builds(n.Says, st.just(Sign("loss", "tied")), st.booleans()),
    st.builds(n.Among, st.just(Sign("loss", "kind")), st.frozensets(st.sampled_from(KINDS), max_size=2)),
    st.builds(n.Among, st.just(Sign("loss", "timing")), st.frozensets(st.sampled_from(("soon", "late", "after")))),
    st.builds(n.Among, st.just(Sign("loss", "direction")), st.frozensets(st.sampled_from(("onset", "consequence")))),
    st.builds(n.Between, st.just(Sign("loss", "closeness")), st.integers(-1, 5), st.integers(-1, 5)),
    st.builds(n.Between, st.just(Sign("loss", "lag")), st.sampled_from((-41, 0, 10)), st.sampled_from((5, 32, 40))),
    st.builds(
        n.Has,
        st.just(Sign("loss", "manner")),
        st.sampled_from(("any", "all", "none")),
        st.lists(st.sampled_from(MEMBERS), unique=True, max_size=2).map(tuple),
    ),
    st.builds(n.Names, st.just(Sign("loss", "person")), st.booleans()),
)
conditions: st.SearchStrategy[Condition] = st.recursive(
    leaves,
    lambda parts: st.one_of(
        st.builds(n.AllOf, st.lists(parts, max_size=3).map(tuple)),
        st.builds(n.AnyOf, st.lists(parts, max_size=3).map(tuple)),
        st.builds(n.Not, parts),
        st.builds(n.Block, st.just("b"), parts),
    ),
    max_leaves=6,
)


def worlds_of(*, gaps: bool) -> Iterator[tuple[Record, View]]:
    """Every record of a loss with one of each of a few answers, and with gaps if wanted."""
    unknown_kind = frozenset(BOOK.vocabulary.type_of(Sign("loss", "kind")).members)  # type: ignore[union-attr]
    choices: list[list[Any]] = [
        [YES, NO, *([UNKNOWN] if gaps else [])],
        [*(frozenset({kind}) for kind in KINDS), frozenset({"other"}), *([unknown_kind] if gaps else [])],
        [*(Span(level, level) for level in LEVELS), *([Span(0, 4)] if gaps else [])],
        [Span(lag, lag) for lag in LAGS],
        [dict(zip(MEMBERS, told, strict=True)) for told in itertools.product((YES, NO), repeat=2)],
        [Ids(frozenset({"x"}), True), Ids(frozenset(), True)],
    ]
    for linked, kind, level, lag, manner, person in itertools.product(*choices):
        values = {
            "linked_by_patient": linked,
            "tied": linked,
            "kind": kind,
            "closeness": level,
            "lag": lag,
            "manner": manner,
            "person": person,
        }
        record = Record("this", "loss", values)
        view = View(Record("case", "case", {}), {"loss": [record]})
        for name in ("timing", "direction"):
            by = BOOK.derived[Sign("loss", name)].conclusions[0].by  # type: ignore[union-attr]
            values[name] = compute(by, Sign("loss", name), record, view, BOOK)  # type: ignore[arg-type]
        yield record, view


COMPLETE = list(worlds_of(gaps=False))


@settings(max_examples=150)
@given(conditions)
def test_what_some_answers_make_true_is_possible(condition: Condition) -> None:
    found = [truth(condition, record, view) for record, view in COMPLETE]
    search = Worlds(BOOK)
    if YES in found:
        assert search.possible(condition) is True
    if NO in found:
        assert search.can_fail(condition) is True


@settings(max_examples=150)
@given(conditions.filter(lambda condition: all(_plain(node) for node in n.walk(condition))))
def test_what_no_answers_make_true_is_impossible(condition: Condition) -> None:
    """Only over answers of which every value that the tests can tell apart is tried."""
    found = {truth(condition, record, view) for record, view in COMPLETE}
    search = Worlds(BOOK)
    assert search.possible(condition) is (YES in found)
    assert search.can_fail(condition) is (NO in found)


def _plain(node: Condition) -> bool:
    if isinstance(node, n.Between):
        return False
    return not isinstance(node, n.Among) or node.sign.name == "kind"


def test_a_gap_counts_where_it_may() -> None:
    sign = Sign("loss", "had_support")
    both = n.AllOf((n.Says(sign, True), n.Says(sign, False)))
    search = Worlds(BOOK)
    assert search.possible(both) is False
    assert search.possible(both, UNKNOWN) is False
    assert search.possible(both, UNKNOWN, gaps=True) is True
    asked = n.AllOf((n.Answered(sign, False), n.Says(sign, False)))
    assert search.possible(asked) is False
    assert search.possible(asked, UNKNOWN, gaps=True) is True
    assert search.possible(n.Answered(sign, False)) is True


def test_what_is_guarded_by_answered_is_never_unknown() -> None:
    sign = Sign("loss", "had_support")
    search = Worlds(BOOK)
    assert search.can_be_unknown(n.Says(sign, True)) is True
    assert search.can_be_unknown(n.AllOf((n.Says(sign, True), n.Answered(sign, True)))) is False
    assert search.can_be_unknown(n.Among(Sign("case", "setting.scope"), frozenset({"wide"}))) is True


def test_a_search_that_grows_too_large_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worlds, "MOST_STEPS", 3)
    names = ("had_support", "little_sorrow", "could_cry_or_talk", "took_part_in_rites")
    wide = n.AllOf(tuple(n.Says(Sign("loss", name), True) for name in names))
    assert Worlds(BOOK).possible(n.AllOf((wide, n.Not(wide)))) is None
