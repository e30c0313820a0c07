"""How sure is a coefficient? Percentile intervals over cases drawn with replacement, from a recorded seed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from ipt_formulate.cohort.agreement.patterns import Floats, Patterns
from ipt_formulate.cohort.agreement.statistics import CHANCE, STATISTICS, needed, point
from ipt_formulate.cohort.agreement.table import Estimate

LEVEL: Final = 0.95
DRAWS: Final = 2000
FEWEST_DEFINED: Final = 0.5
"""With a smaller share of drawings in which the coefficient exists, no interval is given."""
ONE_LABEL: Final = "undefined, only one category used"
NO_CASE: Final = "undefined, no case rated by two"


def drawings(told: Patterns, draws: int, seed: tuple[int, int]) -> Floats:
    """How often each combination occurs in each drawing of as many cases."""
    if told.cases == 0:
        return np.zeros((draws, len(told.times)))
    rng = np.random.default_rng(seed)
    return rng.multinomial(told.cases, told.times / told.cases, size=draws).astype(np.float64)


def estimate(name: str, told: Patterns, raters: tuple[int, ...], drawn: Floats) -> tuple[Estimate, Floats]:
    """One coefficient of some raters with its interval, and its value in each drawing."""
    least = needed(name, len(raters))
    kept, mine = told.rated(raters, least), told.of(raters, least)
    cases = told.of(raters, max(least, 2)).cases
    value = point(name, mine)
    if value is None:
        why = NO_CASE if cases == 0 else ONE_LABEL
        return Estimate(name, None, None, None, cases, 0, why), np.full(len(drawn), np.nan)
    values = STATISTICS[name](mine.codes, len(told.labels), drawn[:, kept])
    return Estimate(name, value, *interval(values), cases, int(np.isfinite(values).sum()), _why(name, values)), values


def interval(values: Floats) -> tuple[float | None, float | None]:
    """The middle 95 percent of the drawings in which there is a value; None when these are too few."""
    there = values[np.isfinite(values)]
    if not len(values) or len(there) < FEWEST_DEFINED * len(values):
        return None, None
    low, high = np.quantile(there, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(low), float(high)


def _why(name: str, values: Floats) -> str | None:
    there = values[np.isfinite(values)]
    if len(there) < FEWEST_DEFINED * len(values) and name in CHANCE:
        return "no interval: most drawings used only one category"
    if len(there) and np.ptp(there) < 1e-12:
        return "every drawing gave this value: see the interval of full agreement for what so few cases can show"
    return None


Progress = Callable[[str], None]
