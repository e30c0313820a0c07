"""How far do these raters agree? Every item, every pair, from their codings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import combinations

import numpy as np

from ipt_formulate.cohort.agreement.bootstrap import DRAWS, LEVEL, Progress, drawings, estimate, interval
from ipt_formulate.cohort.agreement.codes import AREAS, PresenceRule, RatedItem, all_areas, rated_items
from ipt_formulate.cohort.agreement.coding import Coding
from ipt_formulate.cohort.agreement.patterns import Floats, Patterns, patterns
from ipt_formulate.cohort.agreement.table import Agreement, Compared, Disagreement, Estimate, ItemAgreement
from ipt_formulate.cohort.faults import CohortError
from ipt_formulate.reading import Fault
from ipt_formulate.version import __version__


def agreement(
    engine: Coding,
    coders: Sequence[Coding],
    rule: PresenceRule,
    *,
    seed: int = 1,
    draws: int = DRAWS,
    progress: Progress = lambda item: None,
) -> Agreement:
    """Compare the engine with coders and the coders with each other.

    Parameters
    ----------
    engine, coders
        Their codes; the names must differ.
    rule
        The rule of presence that the codings were read with; it is recorded.
    seed, draws
        Of the bootstrap over cases; recorded.
    progress
        Called with each item before it is computed.

    Raises
    ------
    CohortError
        If no case is rated by the engine and a coder, or two raters have one name.
    """
    raters = (engine, *coders)
    cases = _cases(raters)
    items, rated = [], []
    for number, item in enumerate(rated_items(_areas(raters))):
        told = patterns(item, raters, cases)
        if told.of(range(len(raters))).cases:
            progress(item.name)
            rated.append((item, told))
            items.append(_item(item, told, [each.name for each in raters], drawings(told, draws, (seed, number))))
    settings: dict[str, str | int] = {
        "library": __version__, "seed": seed, "drawings": draws, "level": f"{LEVEL:.0%}",
        "present_from": rule.threshold, "open_counts_as": rule.open_as,
    }  # fmt: skip
    counts = {each.name: len(each.cases) for each in raters} | {"compared": len(cases)}
    compared = set(cases)
    counts |= {f"{each.name}, without partner": len(each.cases.keys() - compared) for each in raters}
    ignored = {each.name: each.ignored for each in raters if each.ignored}
    names = tuple(each.name for each in coders)
    found = tuple(_disagreements(rated, names, cases))
    return Agreement(engine.name, names, settings, counts, ignored, tuple(items), found)


def _cases(raters: Sequence[Coding]) -> tuple[str, ...]:
    """The cases that at least two raters rated, in the order of the engine's file."""
    faults = []
    for name, files in Counter(each.name for each in raters).items():
        if files > 1:
            faults.append(Fault("C120", name, "is the name of two files; the name of a file stands for its rater"))
    engine, *coders = raters
    for coder in coders:
        if not engine.cases.keys() & coder.cases.keys():
            message = f"shares no case with {engine.name}: the ids in the column `case` must be the same"
            faults.append(Fault("C117", coder.name, message))
    if faults:
        raise CohortError(faults)
    times = Counter(case for rater in raters for case in rater.cases)
    order = dict.fromkeys(case for rater in raters for case in rater.cases)
    return tuple(case for case in order if times[case] > 1)


def _areas(raters: Sequence[Coding]) -> tuple[str, ...]:
    """The usual areas, and the optional ones that somebody rated."""
    rated = {item.area for item in rated_items(all_areas()) if item.area is not None and any(
        item.name in codes for rater in raters for codes in rater.cases.values())}  # fmt: skip
    chosen = {codes.get("focus") for rater in raters for codes in rater.cases.values()}
    return tuple(area for area in all_areas() if area in AREAS or area in rated | chosen)


def _item(item: RatedItem, told: Patterns, names: Sequence[str], drawn: Floats) -> ItemAgreement:
    everybody = tuple(range(len(names)))
    coders = everybody[1:]
    pairs: list[Compared] = []
    kappas: dict[tuple[int, ...], tuple[Estimate | None, Floats]] = {}
    for pair in combinations(everybody, 2):
        compared, values = _compared(item, told, pair, names, drawn)
        pairs.append(compared)
        kappas[pair] = (compared.estimate("cohen"), values)
    several = len(coders) > 1
    return ItemAgreement(
        item.name,
        item.labels,
        _compared(item, told, everybody, names, drawn)[0] if several else pairs[0],
        _compared(item, told, coders, names, drawn)[0] if several else None,
        tuple(pairs),
        _difference(kappas) if several else None,
    )


def _compared(
    item: RatedItem, told: Patterns, raters: tuple[int, ...], names: Sequence[str], drawn: Floats
) -> tuple[Compared, Floats]:
    two = len(raters) == 2
    wanted = ["percent", "cohen"] if two else ["percent", "fleiss", "light"]
    if two and item.ordinal:
        wanted.append("cohen_linear")
    wanted += ["alpha_ordinal" if item.ordinal else "alpha", "ac1", "pabak"]
    found, kept = [], np.full(len(drawn), np.nan)
    for name in wanted:
        one, values = estimate(name, told, raters, drawn)
        found.append(one)
        if name == "cohen":
            kept = values
    mine = told.of(raters)
    confusion = None
    if two:
        table = np.zeros((len(item.labels), len(item.labels)), dtype=np.int64)
        np.add.at(table, (mine.codes[:, 0], mine.codes[:, 1]), mine.times)
        confusion = tuple(tuple(int(cell) for cell in row) for row in table)
    raters_named = tuple(names[each] for each in raters)
    return Compared(raters_named, mine.cases, tuple(found), _full(told.of(raters, len(raters))), confusion), kept


def _full(told: Patterns) -> Estimate:
    """In which share of the cases that all rated did all say the same, with Wilson's interval."""
    from statsmodels.stats.proportion import proportion_confint

    if told.cases == 0:
        return Estimate("full_agreement", None, None, None, 0, 0, "no case rated by all")
    same = int(told.times[(told.codes == told.codes[:, :1]).all(axis=1)].sum())
    low, high = proportion_confint(same, told.cases, alpha=1 - LEVEL, method="wilson")
    return Estimate("full_agreement", same / told.cases, float(low), float(high), told.cases, 0)


def _difference(kappas: dict[tuple[int, ...], tuple[Estimate | None, Floats]]) -> Estimate | None:
    with_engine = [each for pair, each in kappas.items() if pair[0] == 0]
    among = [each for pair, each in kappas.items() if pair[0] != 0]
    known = [each for each, _ in (*with_engine, *among) if each is not None and each.value is not None]
    cases = min((each.cases for each in known), default=0)
    if len(known) < len(kappas):
        return Estimate("difference", None, None, None, cases, 0, "undefined, as one of the kappas is")
    means = [float(np.mean([each.value for each, _ in part if each is not None])) for part in (with_engine, among)]
    values = np.mean([drawn for _, drawn in with_engine], axis=0) - np.mean([drawn for _, drawn in among], axis=0)
    return Estimate("difference", means[0] - means[1], *interval(values), cases, int(np.isfinite(values).sum()))


def _disagreements(
    rated: Sequence[tuple[RatedItem, Patterns]], coders: Sequence[str], cases: Sequence[str]
) -> Iterator[Disagreement]:
    """Every case in which a coder gave another code than the engine, in the order of cases, items and coders."""
    differ = [[told.differ(0, number) for number in range(1, len(coders) + 1)] for _, told in rated]
    for place, case in enumerate(cases):
        for (item, told), by_coder in zip(rated, differ, strict=True):
            row = told.rows[place]
            for number, (coder, differs) in enumerate(zip(coders, by_coder, strict=True), start=1):
                if differs[row]:
                    mine, its = (item.labels[told.codes[row, rater]] for rater in (0, number))
                    yield Disagreement(case, item.name, mine, coder, its)
