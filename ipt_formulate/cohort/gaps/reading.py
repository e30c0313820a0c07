"""How does a cohort come in: its coded tables, and the intakes of a sample of its cases?

Tables and JSON Lines are opened as for coded tables: they go in without a loop, and what is broken is left out and
told. Other intakes are read one by one, and a broken one stops the reading.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from ipt_formulate.cohort.entry.enter import enter
from ipt_formulate.cohort.faults import CohortError
from ipt_formulate.cohort.intakes import FILES, LINES, intakes_in, wires
from ipt_formulate.cohort.layout import CASE
from ipt_formulate.cohort.outputs.coding import cause, unread_counts
from ipt_formulate.cohort.outputs.methods import REJECTED_CASES
from ipt_formulate.cohort.sources import Source, open_source
from ipt_formulate.cohort.sources.opening import NAMES, ROWS
from ipt_formulate.engines.columns.plan import Plan
from ipt_formulate.engines.columns.tables import tables_of
from ipt_formulate.intake import Intake
from ipt_formulate.reading import Fault

_ROW: Final = "row"
_PLACE: Final = "place"
_MOST_NAMED: Final = 3
"""Rejects that are named where there is no case."""


@dataclass(frozen=True, slots=True)
class Read:
    """What was read.

    Attributes
    ----------
    tables
        Encoded tables, Polars frames, for the columns engine.
    sample
        The intakes of the cases that were drawn.
    rejected
        How many cases were left out.
    rejects
        Why, in the order of tables and rows: case, table, row, column, code and reason of every fault, never a value.
        Also the rows that could not be read and whose case could not be told.
    opened
        The lists in which these may have stood; they are complete for no case.
    """

    tables: Mapping[str, Any]
    sample: tuple[Intake, ...]
    rejected: int = 0
    rejects: tuple[Mapping[str, Any], ...] = ()
    opened: tuple[str, ...] = ()


def read(cohort: str | Path | Iterable[Intake], plan: Plan, *, sample: int, seed: int) -> Read:
    """Read a cohort and draw a sample of its cases without replacement.

    Raises
    ------
    CohortError
        If it cannot be read, holds no case, or its tables do not belong together.
    """
    where = "the cohort"
    if isinstance(cohort, str | Path):
        if not _one_by_one(Path(cohort)):
            return _tables(Path(cohort), plan, sample, seed)
        where, cohort = str(cohort), intakes_in(cohort)
    cases = list(cohort)
    _check(len(cases), where)
    return Read(tables_of(cases, plan.book, plan), tuple(_drawn(cases, sample, seed)))


def _one_by_one(place: Path) -> bool:
    """Whether this is a file of one intake, or a folder of intakes and not of tables."""
    if not place.is_dir():
        return place.suffix.lower() in FILES
    files = [path for path in place.iterdir() if not path.name.startswith(".")]
    return any(path.suffix.lower() in (*FILES, *LINES) for path in files) and not any(
        path.stem == "cases" and path.suffix.lower() in ROWS for path in files
    )


def _check(cases: int, where: str, rejects: Sequence[Mapping[str, Any]] = ()) -> None:
    """Is there a case? If not, the first rejects say why."""
    if cases:
        return
    whys = [
        Fault(
            each["code"],
            f"{each['table']}: row {each['row']}: {each['column'] or ''}".removesuffix(": "),
            each["reason"],
        )
        for each in rejects[:_MOST_NAMED]
    ]
    raise CohortError([Fault("C113", where, "holds no case that can be used"), *whys])


def _drawn(cases: list[Any], sample: int, seed: int) -> list[Any]:
    return random.Random(seed).sample(cases, sample) if sample < len(cases) else cases


def _tables(folder: Path, plan: Plan, sample: int, seed: int) -> Read:
    with open_source(folder) as source:
        source.check()
        given = {name: table.pl() for name, table in source.tables.items()}
        unread = [*_unread(source)]
        lost = unread_counts(source.rejects)[REJECTED_CASES]
        opened = tuple(dict.fromkeys(name for each in source.rejects for name in each.opens))
    entered = enter(given, plan)
    rejects = sorted([*unread, *_collected(entered.rejects).iter_rows(named=True)], key=_place)
    _check(entered.cases, str(folder), rejects)
    tables = {name: _collected(each) for name, each in entered.tables.items()}
    names = _drawn(tables["case"]["name"].to_list(), sample, seed)
    return Read(tables, tuple(_intakes(given, names)), entered.rejected + lost, tuple(rejects), opened)


def _unread(source: Source) -> Iterator[dict[str, Any]]:
    """The rows that could not even be read, as the rejects of `enter`."""
    for each in source.rejects:
        for fault in each.faults:
            column, code, reason = cause(fault, source.places[each.table])
            at = {"case": each.case, "table": each.table, "row": each.row}
            yield {**at, "column": column, "code": code, "reason": reason}


def _place(reject: Mapping[str, Any]) -> tuple[Any, ...]:
    return NAMES.index(reject["table"]), reject["row"] or 0, reject["column"] or "", reject["code"]


def _collected(frame: Any) -> Any:
    return frame.collect() if hasattr(frame, "collect") else frame


def _intakes(given: Mapping[str, Any], names: list[str]) -> Iterable[Intake]:
    """The intakes of these cases, in this order."""
    import polars as pl

    order = pl.DataFrame({CASE: names}).with_row_index(_PLACE)
    own = {
        name: table.with_columns(pl.col(CASE).cast(pl.String))
        .join(order, on=CASE, how="inner")
        .sort(_PLACE, maintain_order=True)
        .drop(_PLACE, *([_ROW] if _ROW in table.columns else []))
        for name, table in given.items()
    }
    yield from (Intake.from_dict(wire) for wire in wires({n: each.to_arrow().to_batches() for n, each in own.items()}))
