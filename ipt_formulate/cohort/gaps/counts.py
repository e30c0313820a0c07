"""What are the counts of a cohort whose batches were counted one by one? Sums: no figure here hangs on two cases."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from ipt_formulate.cohort.gaps.attrition import over_tables
from ipt_formulate.cohort.gaps.bounds import bounds_of, standings_of, steps_of
from ipt_formulate.cohort.gaps.missing import missing_of
from ipt_formulate.cohort.gaps.ran import Ran
from ipt_formulate.cohort.gaps.table import Bound, Change, Frozen, Missing, RuleCount, Standing, Step
from ipt_formulate.engines.columns.engine import NOT_SUPPORTED

Row = TypeVar("Row", bound=Frozen)


@dataclass(frozen=True, slots=True)
class Counts:
    """What is counted over the tables of some cases; see `ipt_formulate.cohort.gaps.table`."""

    cases: int = 0
    contradictory: int = 0
    untold: int = 0
    bounds: Sequence[Bound] = ()
    standings: Sequence[Standing] = ()
    steps: Sequence[Step] = ()
    rules: Sequence[RuleCount] = ()
    missing: Sequence[Missing] = ()
    changes: Sequence[Change] = ()

    def __add__(self, other: Counts) -> Counts:
        """The counts over the cases of both, which have none in common."""
        return Counts(
            cases=self.cases + other.cases,
            contradictory=self.contradictory + other.contradictory,
            untold=self.untold + other.untold,
            bounds=added(self.bounds, other.bounds),
            standings=added(self.standings, other.standings),
            steps=added(self.steps, other.steps),
            rules=added(self.rules, other.rules),
            missing=added(self.missing, other.missing),
            changes=added(self.changes, other.changes),
        )


def counts_of(ran: Ran, changes: Sequence[Change] = ()) -> Counts:
    """What can be counted over the tables, with what other settings change in these cases."""
    cases = ran.result.cases.collect()
    return Counts(
        cases=cases.height,
        contradictory=int((cases["contradictions"] == 1).sum()),
        untold=int((cases[NOT_SUPPORTED] != "").sum()),
        bounds=bounds_of(ran),
        standings=[*standings_of(ran)],
        steps=[*steps_of(ran)],
        rules=[*over_tables(ran)],
        missing=[*missing_of(ran)],
        changes=changes,
    )


def added(some: Iterable[Row], more: Iterable[Row]) -> list[Row]:
    """Rows of the same kind added up: whole numbers are counts, everything else says what was counted."""
    found = {_counted(each): each for each in some}
    for each in more:
        what = _counted(each)
        found[what] = _sum(found[what], each) if what in found else each
    return [*found.values()]


def _counted(row: Frozen) -> tuple[Any, ...]:
    return tuple((name, value) for name, value in row if not isinstance(value, int | dict))


def _sum(one: Row, other: Row) -> Row:
    counts: dict[str, Any] = {}
    for (name, value), (_, more) in zip(one, other, strict=True):
        if isinstance(value, int):
            counts[name] = value + more
        elif isinstance(value, dict):
            counts[name] = {key: value.get(key, 0) + more.get(key, 0) for key in {**value, **more}}
    return one.model_copy(update=counts)
