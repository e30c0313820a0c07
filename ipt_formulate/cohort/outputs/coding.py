"""How is one batch of a cohort coded? In, through the columns engine, out as coded tables in the order of the cases."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final, Literal

import narwhals.stable.v2 as nw
import polars as pl

from ipt_formulate.cohort.entry import enter
from ipt_formulate.cohort.entry.faults import WRONG_WORD
from ipt_formulate.cohort.layout import CASE, MADE_UP
from ipt_formulate.cohort.outputs.methods import REJECTED_CASES, UNREAD
from ipt_formulate.cohort.outputs.receipt import TableReceipt
from ipt_formulate.cohort.outputs.shaping import shaped, untold
from ipt_formulate.cohort.outputs.variables import (
    CANDIDATES,
    CASES,
    DISPUTES,
    FINDINGS,
    REJECTED,
    REJECTS,
)
from ipt_formulate.cohort.sources import Reject
from ipt_formulate.cohort.sources.mapped import ReadFrom
from ipt_formulate.engines.columns.engine import ColumnsEngine
from ipt_formulate.reading import Fault

Backend = Literal["duckdb", "polars"]
BACKENDS: Final[tuple[Backend, ...]] = ("duckdb", "polars")
ORDER: Final[Mapping[str, tuple[str, ...]]] = {
    CASES: (),
    CANDIDATES: ("rank", "area", "situation"),
    DISPUTES: ("situation", "line"),
    FINDINGS: ("about", "situation", "rule", "effect", "area", "aspect", "at"),
}
"""How the rows of a case are ordered, so that every backend gives the same table."""
_KINDS: Final = {"text": pl.String, "count": pl.Int64}
_PLACE: Final = "place of the case"


class Coder:
    """A rulebook on a backend, ready to code batches.

    Raises
    ------
    NotSupported
        If the rulebook says something that tables cannot say; names the rule.
    """

    def __init__(self, engine: ColumnsEngine, receipt: TableReceipt, *, findings: bool = False) -> None:
        self.engine = engine
        self.receipt = receipt
        self.findings = findings

    def code(
        self,
        batch: Mapping[str, Any],
        places: Mapping[str, str],
        opened: Collection[str] = (),
        columns: Mapping[str, Mapping[str, ReadFrom]] | None = None,
    ) -> dict[str, Any]:
        """The coded tables of a batch as Polars frames, rejects among them.

        Parameters
        ----------
        batch
            Arrow tables in the common layout.
        places
            What each of them was read from, for the rejects.
        opened
            Lists of which records of no known case were lost elsewhere: complete for no case.
        columns
            For tables that came by a mapping, what each of their columns was read from.
        """
        given = {name: self._opened(table) for name, table in batch.items()}
        entered = enter(given, self.engine.plan, opened)
        result = self.engine.run(entered.tables)
        order = pl.DataFrame({CASE: batch[CASES][CASE].cast("string")}).with_row_index(_PLACE)
        made = {}
        for table, frame in shaped(result, self.engine.book, self.receipt, findings=self.findings).items():
            made[table] = _in_order(_collected(frame), order, ORDER[table])
        faults = [_collected(each) for each in (nw.from_native(entered.rejects), untold(result))]
        told = [_collected(rejected(nw.from_native(as_read(each, columns or {})), places)) for each in faults]
        made[REJECTS] = pl.concat(told).sort(["source", "row", "case", "column", "code"], nulls_last=True)
        return made

    def _opened(self, table: Any) -> Any:
        if self.receipt.backend != "duckdb":
            return pl.from_arrow(table)
        import duckdb

        return duckdb.from_arrow(table)


def _collected(frame: Any) -> Any:
    eager = frame.collect(backend="polars") if isinstance(frame, nw.LazyFrame) else frame
    return eager.to_polars()


def _in_order(frame: Any, order: Any, by: tuple[str, ...]) -> Any:
    keys = [pl.col("rank") == 0] if "rank" in by else []
    return frame.join(order, on=CASE, how="left").sort([_PLACE, *keys, *by]).drop(_PLACE)


def as_read(rejects: Any, columns: Mapping[str, Mapping[str, ReadFrom]]) -> Any:
    """Faults of the layout, as a Polars frame, with the columns of the data that they were read from.

    The field of the mapping then stands before the reason; where nothing was read for it, there alone.
    """
    if not columns:
        return rejects
    rows = [
        (table, ours, each.column, each.field, each.reason)
        for table, those in columns.items()
        for ours, each in those.items()
    ]
    added = ["read from", "field", "instead"]
    known = pl.DataFrame(rows, schema=dict.fromkeys(("table", "column", *added), pl.String), orient="row")
    ours = pl.col("table").is_in([*columns]) & (pl.col("column") != "")
    why = pl.when(pl.col("code") == WRONG_WORD).then(pl.coalesce("instead", "reason")).otherwise("reason")
    reason = pl.format("{}.{}: {}", "table", pl.coalesce("field", "column"), why)
    told = rejects.join(known, on=["table", "column"], how="left").with_columns(
        pl.when(ours).then(reason).otherwise("reason").alias("reason"),
        pl.when(ours).then("read from").otherwise("column").alias("column"),
    )
    return told.drop(added).unique(maintain_order=True)


def rejected(rejects: Any, places: Mapping[str, str] | None = None) -> Any:
    """The faults that were found in the answers; `places` says what each table was read from."""
    source = nw.col("table")
    for table, place in (places or {}).items():
        source = nw.when(nw.col("table") == table).then(nw.lit(place)).otherwise(source)
    told = rejects.with_columns(source.alias("source"))
    return told.select(
        nw.col(each.reads).cast(nw.Int64() if each.kind == "count" else nw.String()).alias(each.name)
        for each in REJECTED
    )


def unread(rejects: Iterable[Reject], places: Mapping[str, str]) -> Any:
    """The rows that could not even be read, as a Polars frame like the rejects of a batch."""
    rows = [
        (places[each.table], each.row, each.case, *cause(fault, places[each.table]))
        for each in rejects
        for fault in each.faults
    ]
    return pl.DataFrame(rows, schema={each.name: _KINDS[each.kind] for each in REJECTED}, orient="row")


def made_up(cases: Any) -> int:
    """How many cases of a coded Polars frame are marked as made up."""
    return int(cases[CASE].str.starts_with(MADE_UP).sum())


def unread_counts(rejects: Iterable[Reject]) -> dict[str, int]:
    """How many cases are left out since a row could not be read; by list how many rows of no known case it lacks."""
    counts = Counter(f"{UNREAD}{name}" for each in rejects for name in each.opens)
    left_out = {each.case or (each.table, each.row) for each in rejects if not each.opens}
    return {REJECTED_CASES: len(left_out), **counts}


def cause(fault: Fault, place: str) -> tuple[str | None, str, str]:
    """Column, code and reason; where a fault names the file and line, the line is part of the reason."""
    if fault.path.startswith(place):
        return None, fault.code, f"{fault.path.removeprefix(place).removeprefix(': ')}: {reason_of(fault)}"
    return fault.path or None, fault.code, reason_of(fault)


def reason_of(fault: Fault) -> str:
    """What is wrong and what was expected, without the value and without the place."""
    more = f"; expected {fault.expected}" if fault.expected else ""
    near = f"; did you mean {fault.nearest!r}?" if fault.nearest else ""
    return f"{fault.message}{more}{near}"
