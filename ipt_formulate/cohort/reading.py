"""How does a cohort come in: batch by batch, as encoded tables for the columns engine and as intakes?

Tables and JSON Lines are opened as for coded tables and go in without a loop, other intakes one by one. What is broken
is left out and told. Memory depends on the size of a batch, and on how many rejects there are.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, Final

from ipt_formulate.cohort.entry.enter import enter
from ipt_formulate.cohort.faults import CohortError
from ipt_formulate.cohort.intakes import FILES, LINES, Broken, intakes_in, wires
from ipt_formulate.cohort.layout import CASE, MADE_UP
from ipt_formulate.cohort.outputs.coding import as_read, cause, reason_of, unread_counts
from ipt_formulate.cohort.outputs.methods import REJECTED_CASES
from ipt_formulate.cohort.outputs.run import rows_in
from ipt_formulate.cohort.sources import Source, open_source
from ipt_formulate.cohort.sources.opening import NAMES, ROWS
from ipt_formulate.engines.columns.plan import Plan
from ipt_formulate.engines.columns.tables import tables_of
from ipt_formulate.intake import Intake
from ipt_formulate.reading import Fault

CASES_PER_BATCH: Final = 25_000
_ROW: Final = "row"
_PLACE: Final = "place"
_MOST_NAMED: Final = 3
"""Rejects that are named where there is no case."""


@dataclass(slots=True)
class Read:
    """What was read so far; after the last batch, all of it.

    Attributes
    ----------
    done, of
        How many cases were read, those left out included, and of how many; None where that is known at the end only.
    used, made_up, rejected
        How many cases were handed out, how many of these are marked as made up, and how many were left out.
    rejects
        Why, in the order of tables and rows, or of files: case, table (the file of an intake that is one of a folder),
        row, column, code and reason of every fault, never a value. Also the rows that could not be read and whose case
        could not be told.
    opened
        The lists in which these may have stood; they are complete for no case.
    """

    done: int = 0
    of: int | None = None
    used: int = 0
    made_up: int = 0
    rejected: int = 0
    rejects: list[Mapping[str, Any]] = field(default_factory=list)
    opened: tuple[str, ...] = ()

    def took(self, names: Sequence[str]) -> None:
        """Note the cases that are handed out next, by their ids."""
        self.used += len(names)
        self.made_up += sum(each.startswith(MADE_UP) for each in names)


@dataclass(frozen=True, slots=True)
class Batch:
    """Some cases that can be used.

    Attributes
    ----------
    names
        Their ids, in the order of the cases; empty for an intake without one.
    tables
        Makes the encoded tables for the columns engine, in Polars.
    intakes
        Makes the intakes of those at these places among the names, in that order.
    """

    names: Sequence[str]
    tables: Callable[[], dict[str, Any]]
    intakes: Callable[[Iterable[int]], Iterable[Intake]]


def batches(
    cohort: str | Path | Iterable[Intake],
    plan: Plan,
    read: Read,
    *,
    mapping: str | Path | None = None,
    encoding: str | None = None,
    cases_per_batch: int = CASES_PER_BATCH,
) -> Generator[Batch, None, None]:
    """Read a cohort, batch by batch; how much was read, and what could not be used, goes to `read`.

    Parameters
    ----------
    cohort, mapping, encoding
        Intakes, or where they are; the other two as `open_source` takes them.
    plan
        Which answers are encoded; all are checked.
    read
        What was read so far; nothing yet.
    cases_per_batch
        How many cases are in memory at once.

    Raises
    ------
    CohortError
        If it cannot be read, holds no case that can be used, or its tables do not belong together.
    """
    where = "the cohort"
    if isinstance(cohort, str | Path):
        if mapping is not None or not _one_by_one(Path(cohort)):
            with open_source(cohort, mapping=mapping, encoding=encoding) as source:
                yield from _of_tables(source, str(cohort), plan, read, cases_per_batch)
            return
        where, cohort = str(cohort), _usable(intakes_in(cohort), read)
    elif mapping is not None:
        raise CohortError([Fault("C149", where, "holds whole intakes, which need no mapping")])
    if encoding is not None:
        raise CohortError([Fault("C141", where, "holds whole intakes, which are always UTF-8", None, "no encoding")])
    yield from _of_intakes(iter(cohort), where, plan, read, cases_per_batch)


def _one_by_one(place: Path) -> bool:
    """Whether this is a file of one intake, or a folder of intakes and not of tables."""
    if not place.is_dir():
        return place.suffix.lower() in FILES
    files = [path for path in place.iterdir() if not path.name.startswith(".")]
    return any(path.suffix.lower() in (*FILES, *LINES) for path in files) and not any(
        path.stem == "cases" and path.suffix.lower() in ROWS for path in files
    )


# -- whole intakes ------------------------------------------------------------------------------------------------


def _usable(given: Iterable[Intake | Broken], read: Read) -> Iterator[Intake]:
    """The intakes that are not broken; the others are told."""
    for each in given:
        if isinstance(each, Intake):
            yield each
        else:
            read.done += 1
            read.rejected += 1
            at = {"case": each.case, "table": each.file, "row": each.line}
            read.rejects += [
                {**at, "column": fault.path or None, "code": fault.code, "reason": reason_of(fault)}
                for fault in each.faults
            ]


def _of_intakes(cohort: Iterator[Intake], where: str, plan: Plan, read: Read, size: int) -> Iterator[Batch]:
    # Nothing here holds on to a batch that was handed out, so that it makes room as soon as it was used.
    pieces = iter(lambda: list(islice(cohort, size)), [])
    yield from map(partial(_taken, plan, read), pieces)
    _check(read, where)


def _taken(plan: Plan, read: Read, cases: Sequence[Intake]) -> Batch:
    names = [each.case_id or "" for each in cases]
    read.done += len(cases)
    read.took(names)
    return Batch(names, partial(tables_of, cases, plan.book, plan), partial(_at, cases))


# -- tables -------------------------------------------------------------------------------------------------------


def _of_tables(source: Source, where: str, plan: Plan, read: Read, size: int) -> Iterator[Batch]:
    read.of = rows_in(source.tables["cases"])
    read.rejects += _unread(source)
    read.rejected = unread_counts(source.rejects)[REJECTED_CASES]
    read.opened = source.opened
    yield from filter(lambda batch: batch.names, map(partial(_entered, source, plan, read), source.batches(size)))
    read.rejects.sort(key=_place)
    _check(read, where)


def _entered(source: Source, plan: Plan, read: Read, batch: Mapping[str, Any]) -> Batch:
    """What can be used of a batch; its rejects go to `read`."""
    import polars as pl

    given = {name: pl.from_arrow(table) for name, table in batch.items()}
    entered = enter(given, plan, source.opened)
    read.done += batch["cases"].num_rows
    read.rejected += entered.rejected
    read.rejects += as_read(_collected(entered.rejects), source.columns).iter_rows(named=True)
    tables = {name: _collected(each) for name, each in entered.tables.items()}
    names = tables["case"].sort(CASE)["name"].to_list()
    read.took(names)
    return Batch(names, lambda: tables, partial(_intakes, given, names))


def _check(read: Read, where: str) -> None:
    """Was there a case? If not, the first rejects say why."""
    if read.used:
        return
    whys = [Fault(each["code"], stands_at(each), each["reason"]) for each in read.rejects[:_MOST_NAMED]]
    raise CohortError([Fault("C113", where, "holds no case that can be used"), *whys])


def stands_at(reject: Mapping[str, Any]) -> str:
    """Where a reject stands, for messages: table or file, row or line, column."""
    table, row, column = (reject[name] for name in ("table", "row", "column"))
    kind = "row" if table in NAMES else "line"
    return ": ".join((table, *([] if row is None else [f"{kind} {row}"]), *([column] if column else [])))


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


def _at(cases: Sequence[Any], places: Iterable[int]) -> list[Any]:
    return [cases[place] for place in places]


def _intakes(given: Mapping[str, Any], names: Sequence[str], places: Iterable[int]) -> Iterable[Intake]:
    """The intakes of the cases whose names stand at these places, in this order."""
    import polars as pl

    order = pl.DataFrame({CASE: _at(names, places)}, schema={CASE: pl.String}).with_row_index(_PLACE)
    own = {
        name: table.with_columns(pl.col(CASE).cast(pl.String))
        .join(order, on=CASE, how="inner")
        .sort(_PLACE, maintain_order=True)
        .drop(_PLACE, *([_ROW] if _ROW in table.columns else []))
        for name, table in given.items()
    }
    yield from (Intake.from_dict(wire) for wire in wires({n: each.to_arrow().to_batches() for n, each in own.items()}))
