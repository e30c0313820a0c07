"""Are the coefficients those of the literature? Worked examples, computations by hand, and the libraries."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Final

import krippendorff
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.inter_rater import cohens_kappa, fleiss_kappa

from ipt_formulate.cohort.agreement.bootstrap import NO_CASE, ONE_LABEL, drawings, estimate, interval
from ipt_formulate.cohort.agreement.patterns import Patterns
from ipt_formulate.cohort.agreement.statistics import STATISTICS, counts, point

Rows = list[list[int]]


def _told(rows: Rows, labels: int) -> Patterns:
    found, times = np.unique(np.array(rows), axis=0, return_counts=True)
    return Patterns(tuple(f"label {each}" for each in range(labels)), found, times)


def _crossed(table: Rows) -> Patterns:
    rows = [[i, j] for i, row in enumerate(table) for j, times in enumerate(row) for _ in range(times)]
    return _told(rows, len(table))


def test_ac1_and_kappa_where_one_category_prevails() -> None:
    """118, 5, 2, 0: the example with which Gwet shows the paradox of kappa (kappa -.02, AC1 .94)."""
    told = _crossed([[118, 5], [2, 0]])
    use = Fraction(118 + 5 + 118 + 2, 250)
    chance = 2 * use * (1 - use)
    by_hand = (Fraction(118, 125) - chance) / (1 - chance)
    assert point("ac1", told) == pytest.approx(float(by_hand), abs=1e-12)
    assert point("ac1", told) == pytest.approx(0.9408, abs=5e-4)
    assert point("cohen", told) == pytest.approx(-0.0234, abs=5e-4)
    assert point("percent", told) == pytest.approx(0.944)
    assert point("pabak", told) == pytest.approx(2 * 0.944 - 1)


def test_alpha_of_krippendorffs_example_with_missing_codes() -> None:
    """Krippendorff 2011, four observers and twelve units: nominal .743, ordinal .815."""
    observers = [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, 0, 0, 0],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, 0, 3],
        [0, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, 0],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, 0],
    ]
    told = _told([[code - 1 for code in unit] for unit in zip(*observers, strict=True)], 5)
    assert point("alpha", told) == pytest.approx(0.743, abs=5e-4)
    assert point("alpha_ordinal", told) == pytest.approx(0.815, abs=5e-4)


def test_fleiss_of_his_first_worked_table() -> None:
    """The much-copied example of ten subjects, fourteen raters and five categories: kappa .210."""
    table = [[0, 0, 0, 0, 14], [0, 2, 6, 4, 2], [0, 0, 3, 5, 6], [0, 3, 9, 2, 0], [2, 2, 8, 1, 1], [7, 7, 0, 0, 0],
             [3, 2, 6, 3, 0], [2, 5, 3, 2, 2], [6, 5, 2, 1, 0], [0, 2, 2, 3, 7]]  # fmt: skip
    rows = [[label for label, times in enumerate(row) for _ in range(times)] for row in table]
    told = _told(rows, 5)
    assert point("fleiss", told) == pytest.approx(0.210, abs=5e-4)
    assert (counts(told.codes, 5).sum(axis=1) == 14).all()


def test_ac1_of_several_raters_by_hand() -> None:
    """Two cases, three raters, one code missing: 0 0 1 and 1 1 missing."""
    told = _told([[0, 0, 1], [1, 1, -1]], 2)
    seen = (Fraction(1, 3) + 1) / 2
    use = (Fraction(2, 3) + 0) / 2
    chance = 2 * use * (1 - use)
    assert point("ac1", told) == pytest.approx(float((seen - chance) / (1 - chance)), abs=1e-12)


_: Final = -1
FOUR_RATERS: Rows = [
    [1, 1, _, 1], [2, 2, 3, 2], [3, 3, 3, 3], [3, 3, 3, 3], [2, 2, 2, 2], [1, 2, 3, 4], [4, 4, 4, 4], [1, 1, 2, 1],
    [2, 2, 2, 2], [_, 5, 5, 5], [_, _, 1, 1], [_, _, 3, _],
]  # fmt: skip
"""Gwet (2014), Handbook of Inter-Rater Reliability, 4th edition, page 120: twelve units, four raters, codes missing."""
THREE_RATERS: Rows = [
    [1, 2, 3], [3, _, _], [3, 3, _], [1, 3, 1], [1, _, 1], [1, _, 2], [0, 0, _], [3, 3, 2], [3, _, 1], [3, 0, _],
    [0, _, _], [0, 1, 1], [3, _, _], [1, 0, 3], [_, _, 1],
]  # fmt: skip


@pytest.mark.parametrize(("rows", "labels", "figures"), [
    (FOUR_RATERS, 5, {"ac1": 0.77544, "fleiss": 0.76117, "alpha": 0.74342, "pabak": 0.77273, "percent": 0.81818}),
    (THREE_RATERS, 4, {"ac1": 0.17156, "fleiss": 0.08510, "alpha": 0.08949, "pabak": 0.15152}),
])  # fmt: skip
def test_missing_codes_are_handled_as_gwet_does(rows: Rows, labels: int, figures: dict[str, float]) -> None:
    """The figures of irrCAC 0.4.4, the port of his program: AC1, Fleiss' kappa, alpha, Brennan and Prediger.

    Those of the first table stand in his book too. A case that one rater rated adds to how much each label is used, in
    AC1 and Fleiss' kappa, and to nothing else.
    """
    told = _told([[code - 1 if labels == 5 and code > 0 else code for code in row] for row in rows], labels)
    raters = tuple(range(len(rows[0])))
    drawn = drawings(told, 200, (1, 1))
    for name, figure in figures.items():
        one, _values = estimate(name, told, raters, drawn)
        assert one.value == pytest.approx(figure, abs=5e-6), name
        assert one.cases == sum(sum(code != _ for code in row) > 1 for row in rows)
        assert one.low is not None and one.high is not None and one.low < figure < one.high


def test_cases_of_one_rater_alone_are_no_comparison() -> None:
    """Whatever labels they use."""
    told = _told([[0, _], [1, _], [_, 1]], 2)
    for name in ("ac1", "fleiss", "alpha", "pabak", "cohen"):
        found, _values = estimate(name, told, (0, 1), drawings(told, 50, (1, 1)))
        assert (found.value, found.cases, found.why) == (None, 0, NO_CASE)


def test_linear_weights_by_hand() -> None:
    """One step apart in three labels costs half."""
    told = _crossed([[2, 1, 0], [0, 2, 0], [0, 0, 1]])
    seen = Fraction(5, 6) + Fraction(1, 6) / 2
    rows, columns = (3, 2, 1), (2, 3, 1)
    chance = sum((1 - Fraction(abs(i - j), 2)) * Fraction(rows[i] * columns[j], 36) for i in range(3) for j in range(3))
    assert point("cohen_linear", told) == pytest.approx(float((seen - chance) / (1 - chance)), abs=1e-12)


@pytest.mark.parametrize("name", ["cohen", "fleiss", "alpha", "light"])
def test_one_category_only_is_undefined_and_raw_agreement_stands(name: str) -> None:
    told = _crossed([[9, 0], [0, 0]])
    drawn = drawings(told, 100, (1, 1))
    found, values = estimate(name, told, (0, 1), drawn)
    assert (found.value, found.low, found.why) == (None, None, ONE_LABEL)
    assert np.isnan(values).all()
    assert estimate("percent", told, (0, 1), drawn)[0].value == 1.0


def test_no_case_is_told() -> None:
    told = Patterns(("a", "b"), np.zeros((0, 2), dtype=np.int64), np.zeros(0, dtype=np.int64))
    found, _ = estimate("cohen", told, (0, 1), drawings(told, 10, (1, 1)))
    assert found.cases == 0
    assert found.value is None


codings = st.integers(2, 4).flatmap(
    lambda raters: st.lists(
        st.lists(st.integers(0, 3), min_size=raters, max_size=raters), min_size=2, max_size=30
    ).filter(lambda rows: len({code for row in rows for code in row}) > 1)
)


@settings(max_examples=60)
@given(codings)
def test_our_forms_are_those_of_the_libraries(rows: Rows) -> None:
    told = _told(rows, 4)
    table = counts(told.codes, 4).repeat(told.times, axis=0)
    weights = told.times[None, :].astype(float)
    own = {name: float(STATISTICS[name](told.codes, 4, weights)[0]) for name in ("fleiss", "alpha", "alpha_ordinal")}
    assert own["fleiss"] == pytest.approx(float(fleiss_kappa(table)), abs=1e-9)
    assert own["alpha"] == pytest.approx(
        krippendorff.alpha(value_counts=table.astype(int), level_of_measurement="nominal")
    )
    assert own["alpha_ordinal"] == pytest.approx(
        krippendorff.alpha(value_counts=table.astype(int), level_of_measurement="ordinal")
    )
    if len(rows[0]) == 2 and point("cohen", told) is not None:
        crossed = np.zeros((4, 4))
        for one, other in rows:
            crossed[one, other] += 1
        assert point("cohen", told) == pytest.approx(cohens_kappa(crossed, return_results=False), abs=1e-9)


@settings(max_examples=60)
@given(codings, st.randoms(use_true_random=False))
def test_neither_the_order_of_cases_nor_of_raters_matters(rows: Rows, rng: object) -> None:
    told = _told(rows, 4)
    shuffled = _told([row[::-1] for row in rows[::-1]], 4)
    for name in ("percent", "fleiss", "alpha", "ac1", "pabak"):
        one, other = point(name, told), point(name, shuffled)
        assert one == other or (one is not None and other is not None and math.isclose(one, other, abs_tol=1e-9))


def test_the_seed_decides_the_interval_and_it_holds_the_value() -> None:
    told = _crossed([[30, 5], [4, 21]])
    one, _ = estimate("cohen", told, (0, 1), drawings(told, 2000, (3, 0)))
    same, _ = estimate("cohen", told, (0, 1), drawings(told, 2000, (3, 0)))
    other, _ = estimate("cohen", told, (0, 1), drawings(told, 2000, (4, 0)))
    assert one == same != other
    assert one.value is not None
    assert one.low is not None
    assert one.high is not None
    assert one.low < one.value < one.high
    # The large-sample interval of statsmodels is near.
    result = cohens_kappa(np.array([[30, 5], [4, 21]]))
    assert one.low == pytest.approx(result.kappa_low, abs=0.05)
    assert one.high == pytest.approx(result.kappa_upp, abs=0.05)


def test_drawing_combinations_is_drawing_cases() -> None:
    told = _crossed([[30, 5], [4, 21]])
    fast = estimate("cohen", told, (0, 1), drawings(told, 4000, (1, 1)))[0]
    rng = np.random.default_rng(8)
    rows = told.codes.repeat(told.times, axis=0)
    slow = []
    for _ in range(4000):
        drawn = rows[rng.integers(0, len(rows), len(rows))]
        slow.append(float(STATISTICS["cohen"](drawn, 2, np.ones((1, len(drawn))))[0]))
    low, high = interval(np.array(slow))
    assert (fast.low, fast.high) == (pytest.approx(low, abs=0.02), pytest.approx(high, abs=0.02))
