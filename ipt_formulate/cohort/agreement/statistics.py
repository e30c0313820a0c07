"""What is each coefficient, for many weightings of the cases at once?

Every function takes the codes of distinct combinations and weights (one row a drawing, one column a combination) and
gives one number a drawing, NaN where the coefficient is undefined. The figure that is reported for the cases as they
are comes from statsmodels or krippendorff where these have it (`point`); the forms here serve the drawings, are held
against the libraries on every run, and are the only source of AC1, of PABAK, and of Fleiss' kappa with missing codes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import combinations
from typing import Final, Literal

import numpy as np

from ipt_formulate.cohort.agreement.patterns import MISSING, Floats, Ints, Patterns

Statistic = Callable[[Ints, int, Floats], Floats]
_EPSILON: Final = 1e-12


def counts(codes: Ints, labels: int) -> Floats:
    """How many raters gave each label, one row a combination."""
    return np.asarray(np.stack([(codes == label).sum(axis=1) for label in range(labels)], axis=1), dtype=np.float64)


def _ratio(part: Floats, whole: Floats) -> Floats:
    """Part by whole, NaN where the whole is nothing."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(whole > _EPSILON, part / np.where(whole > _EPSILON, whole, 1.0), np.nan)


def percent(codes: Ints, labels: int, weights: Floats) -> Floats:
    """Share of agreeing pairs of raters, averaged over cases with at least two ratings; 0 to 1."""
    given = counts(codes, labels)
    raters = given.sum(axis=1)
    pairable = raters >= 2
    agreeing = _ratio((given * (given - 1)).sum(axis=1), raters * (raters - 1))
    return _ratio(weights[:, pairable] @ agreeing[pairable], weights[:, pairable].sum(axis=1))


def _tables(codes: Ints, labels: int, weights: Floats) -> Floats:
    """The cross table of two raters for each drawing."""
    cell = codes[:, 0] * labels + codes[:, 1]
    spread = np.zeros((len(codes), labels * labels))
    spread[np.arange(len(codes)), cell] = 1.0
    return np.asarray((weights @ spread).reshape(len(weights), labels, labels))


def _kappa(tables: Floats, credit: Floats) -> Floats:
    total = tables.sum(axis=(1, 2))
    seen = _ratio((tables * credit).sum(axis=(1, 2)), total)
    rows, columns = _ratio(tables.sum(axis=2), total[:, None]), _ratio(tables.sum(axis=1), total[:, None])
    chance = np.einsum("di,ij,dj->d", rows, credit, columns)
    return _ratio(seen - chance, 1.0 - chance)


def cohen(codes: Ints, labels: int, weights: Floats) -> Floats:
    """Cohen's kappa of two raters without missing codes."""
    return _kappa(_tables(codes, labels, weights), np.eye(labels))


def linear_credit(labels: int) -> Floats:
    """Credit for being near: 1 on the same label, less in equal steps."""
    places = np.arange(labels)
    return np.asarray(1.0 - abs(places[:, None] - places[None, :]) / max(labels - 1, 1))


def cohen_linear(codes: Ints, labels: int, weights: Floats) -> Floats:
    """Cohen's kappa of two raters with linear weights over the order of the labels."""
    return _kappa(_tables(codes, labels, weights), linear_credit(labels))


def light(codes: Ints, labels: int, weights: Floats) -> Floats:
    """Light's kappa: the mean of Cohen's kappa over all pairs of raters, each on the cases both rated."""
    found = []
    for pair in combinations(range(codes.shape[1]), 2):
        both = (codes[:, list(pair)] != MISSING).all(axis=1)
        found.append(cohen(codes[both][:, list(pair)], labels, weights[:, both]))
    return np.asarray(np.mean(found, axis=0))


def _use(codes: Ints, labels: int, weights: Floats) -> Floats:
    """How much of the rating each label takes: its share in a case, averaged over all cases with a rating."""
    given = counts(codes, labels)
    raters = given.sum(axis=1)
    rated = raters >= 1
    shares = _ratio(given[rated], raters[rated][:, None])
    return _ratio(weights[:, rated] @ shares, weights[:, rated].sum(axis=1)[:, None])


def fleiss(codes: Ints, labels: int, weights: Floats) -> Floats:
    """Fleiss' kappa; codes may be missing (Gwet 2014), and where none is, it is the one of Fleiss (1971)."""
    chance = (_use(codes, labels, weights) ** 2).sum(axis=1)
    return _ratio(percent(codes, labels, weights) - chance, 1.0 - chance)


def _alpha(codes: Ints, labels: int, weights: Floats, ordinal: bool) -> Floats:
    given = counts(codes, labels)
    raters = given.sum(axis=1)
    pairable = raters >= 2
    given, raters, weights = given[pairable], raters[pairable], weights[:, pairable]
    pairs = given[:, :, None] * given[:, None, :]
    pairs[:, np.arange(labels), np.arange(labels)] -= given
    pairs /= (raters - 1)[:, None, None]
    together = np.einsum("dp,pij->dij", weights, pairs)
    totals = together.sum(axis=2)
    values = totals.sum(axis=1)
    if ordinal:
        ends = np.cumsum(totals, axis=1)
        middle = ends - totals / 2
        distance = (middle[:, :, None] - middle[:, None, :]) ** 2
    else:
        distance = np.broadcast_to(1.0 - np.eye(labels), together.shape)
    seen = (together * distance).sum(axis=(1, 2))
    chance = np.einsum("di,dij,dj->d", totals, distance, totals)
    return 1.0 - _ratio((values - 1) * seen, chance)


def alpha(codes: Ints, labels: int, weights: Floats) -> Floats:
    """Krippendorff's alpha, nominal; codes may be missing."""
    return _alpha(codes, labels, weights, ordinal=False)


def alpha_ordinal(codes: Ints, labels: int, weights: Floats) -> Floats:
    """Krippendorff's alpha, ordinal; codes may be missing."""
    return _alpha(codes, labels, weights, ordinal=True)


def ac1(codes: Ints, labels: int, weights: Floats) -> Floats:
    """Gwet's AC1 over the fixed list of labels (Gwet 2008); codes may be missing (Gwet 2014)."""
    use = _use(codes, labels, weights)
    chance = (use * (1 - use)).sum(axis=1) / (labels - 1)
    return _ratio(percent(codes, labels, weights) - chance, 1.0 - chance)


def pabak(codes: Ints, labels: int, weights: Floats) -> Floats:
    """Kappa with chance set to one in the number of labels (Byrt, Bishop and Carlin 1993; Brennan and Prediger)."""
    return (labels * percent(codes, labels, weights) - 1.0) / (labels - 1.0)


STATISTICS: Final[Mapping[str, Statistic]] = {
    "percent": percent,
    "cohen": cohen,
    "cohen_linear": cohen_linear,
    "light": light,
    "fleiss": fleiss,
    "alpha": alpha,
    "alpha_ordinal": alpha_ordinal,
    "ac1": ac1,
    "pabak": pabak,
}
COMPLETE: Final = frozenset({"cohen", "cohen_linear"})
"""Those that need a code of every rater."""
OF_ANY: Final = frozenset({"fleiss", "ac1"})
"""Those to which a case adds that one rater rated: nothing to the agreement, but to how much each label is used."""
CHANCE: Final = frozenset({"cohen", "cohen_linear", "light", "fleiss", "alpha", "alpha_ordinal"})
"""Those that are undefined when only one label was used."""


def needed(name: str, raters: int) -> int:
    """How many of the raters must have rated a case for it to add to a coefficient."""
    return raters if name in COMPLETE else 1 if name in OF_ANY else 2


def point(name: str, told: Patterns) -> float | None:
    """The coefficient of the cases as they are, by statsmodels or krippendorff where they have it.

    Returns
    -------
    float or None
        None where it is undefined: no case, or only one label used.
    """
    if told.cases == 0:
        return None
    weights = told.times[None, :].astype(np.float64)
    own = float(STATISTICS[name](told.codes, len(told.labels), weights)[0])
    if np.isnan(own):
        return None
    published = _by_library(name, told, weights)
    if published is not None and abs(published - own) > 1e-9:
        raise ArithmeticError(f"{name}: {own!r} here and {published!r} by the library")
    return own if published is None else published


def _by_library(name: str, told: Patterns, weights: Floats) -> float | None:
    labels = len(told.labels)
    match name:
        case "cohen" | "cohen_linear":
            from statsmodels.stats.inter_rater import cohens_kappa

            table = _tables(told.codes, labels, weights)[0]
            kind = None if name == "cohen" else "linear"
            return float(cohens_kappa(table, wt=kind, return_results=False))
        case "fleiss" if (told.codes != MISSING).all():
            from statsmodels.stats.inter_rater import fleiss_kappa

            return float(fleiss_kappa(np.repeat(counts(told.codes, labels), told.times, axis=0)))
        case "alpha" | "alpha_ordinal":
            import krippendorff

            level: Literal["nominal", "ordinal"] = "ordinal" if name == "alpha_ordinal" else "nominal"
            table = np.repeat(counts(told.codes, labels), told.times, axis=0).astype(int)
            return float(krippendorff.alpha(value_counts=table, level_of_measurement=level))
    return None
