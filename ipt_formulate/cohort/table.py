"""How is a whole cohort coded from Python? `formulate_table`: tables in, coded tables of the same kind out."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import narwhals.stable.v2 as nw
import polars as pl

from ipt_formulate.cohort.entry.faults import STRAY
from ipt_formulate.cohort.faults import CohortError
from ipt_formulate.cohort.layout import CASE, DECISIONS, MADE_UP, MARK
from ipt_formulate.cohort.mapping import StudyMapping
from ipt_formulate.cohort.outputs import codebook
from ipt_formulate.cohort.outputs.coding import BACKENDS, Backend, Coder, made_up, unread, unread_counts
from ipt_formulate.cohort.outputs.methods import REJECTED_CASES, UNREAD, methods
from ipt_formulate.cohort.outputs.receipt import TableReceipt, receipt_of
from ipt_formulate.cohort.outputs.variables import (
    CANDIDATES,
    CASES,
    DISPUTES,
    FINDINGS,
    REJECTS,
    Variable,
    variables_of,
)
from ipt_formulate.cohort.sources import Source, open_source
from ipt_formulate.cohort.spark import coded_by_partition
from ipt_formulate.engines.columns.engine import ColumnsEngine
from ipt_formulate.explain.formulation import load_rulebook
from ipt_formulate.reading import Fault
from ipt_formulate.rulebook import Rulebook

CASES_PER_BATCH: Final = 100_000
BY_DEFAULT: Final[Backend] = "polars"
TABLES: Final = (CASES, CANDIDATES, DISPUTES, FINDINGS, REJECTS)


@dataclass(frozen=True, slots=True)
class TableResult:
    """The coded tables of a cohort, in the kind of frame that was given.

    For files they are DuckDB tables, or Polars frames where `backend` asks for Polars by name.

    Attributes
    ----------
    cases
        One row a case, in the order of the input: focus, second, ties, standing of every area (lean, worst, best,
        settled), gate, stage of the leading dispute, flags, contradictions, and the receipt. Words, not codes; a
        missing answer is never a no: see `codebook`.
    candidates
        One row for each situation that may be a candidate for an area, with its standing and rank.
    disputes
        One row for each dispute with its stage; None where the area of disputes is switched off.
    findings
        One row for each rule that speaks about an area and is not a no; None unless it was asked for.
    rejects
        One row for each fault: source, row, case, column, reason; never the value. What is rejected is in no other
        table.
    receipt
        Versions, hashes, profile and switches.
    variables
        What every column means, by table.
    methods
        A paragraph for a paper, and what was not validated.
    """

    cases: Any
    candidates: Any
    disputes: Any
    findings: Any
    rejects: Any
    receipt: TableReceipt
    variables: Mapping[str, Sequence[Variable]] = field(repr=False)
    methods: str = field(repr=False)

    def codebook(self) -> str:
        """Every variable with its values, its codes, and how the unknown stands in it, as Markdown."""
        return codebook.to_markdown(self.variables, self.receipt)


def formulate_table(
    data: Any,
    *,
    mapping: StudyMapping | str | Path | None = None,
    profile: str = "classic",
    rulebook: Rulebook | str | Path | None = None,
    backend: Backend | None = None,
    findings: bool = False,
    encoding: str | None = None,
) -> TableResult:
    """Formulate every case of a cohort, with the rules run over tables.

    Parameters
    ----------
    data
        The path of a file or folder, a table, or tables by name (``cases``, ``losses``, ``conflicts``, ``changes``,
        ``people``). Tables may be of Polars, PyArrow, DuckDB, PySpark or pandas (which comes back as PyArrow). A
        table that is not there was not asked about; it never means that there is nothing.
    mapping
        From the columns and codes of a study to the fields of an intake: a mapping, or its file.
    profile
        A profile of the rulebook; ignored when `rulebook` is a loaded one.
    rulebook
        A loaded rulebook or the folder of one; the rules of this library by default.
    backend
        Where the rules run: ``duckdb`` or ``polars``, by default Polars, for files and DuckDB tables too. The result is
        the same; DuckDB takes far longer, since it plans every step of the rules anew for each batch. Spark tables are
        always worked on by Spark.
    findings
        Also give the long table of what every rule said.
    encoding
        Of delimited text, if it is not UTF-8.

    Returns
    -------
    TableResult
        The same standings, stages, focus and flags as `formulate` gives case by case.

    Raises
    ------
    CohortError
        If the data cannot be used at all. A case with faults is among the rejects and the others are coded.
    RulebookError, NotSupported
        If the rulebook has faults, or says something that tables cannot say.
    """
    book = rulebook if isinstance(rulebook, Rulebook) else load_rulebook(rulebook, profile)
    if backend is not None and backend not in BACKENDS:
        raise ValueError(f"no such backend: {backend!r}; one of {', '.join(BACKENDS)}")
    with open_source(data, mapping=mapping, encoding=encoding) as source:
        like = _given(data, source)
        kind = nw.from_native(like).implementation
        if kind.is_spark_like():
            return _by_spark(source, book, findings=findings)
        receipt = receipt_of(book, backend or BY_DEFAULT)
        coder = Coder(ColumnsEngine(book), receipt, findings=findings)
        parts: dict[str, list[Any]] = {}
        given = 0
        for batch in source.batches(CASES_PER_BATCH):
            given += batch[CASES].num_rows
            for name, frame in coder.code(batch, source.places, source.opened, source.columns).items():
                parts.setdefault(name, []).append(frame)
        parts.setdefault(REJECTS, []).append(unread(source.rejects, source.places))
        lost = unread_counts(source.rejects)
        given += lost[REJECTED_CASES]
        if backend is not None and isinstance(data, str | os.PathLike):
            kind = nw.Implementation.POLARS if backend == "polars" else nw.Implementation.DUCKDB
        made = {name: pl.concat(frames) for name, frames in parts.items()}
        counts = {name: frame.height for name, frame in made.items()} | lost
        counts |= {REJECTED_CASES: given - made[CASES].height, MARK: made_up(made[CASES])}
        columns = {name: set(frame.columns) for name, frame in made.items()}
        return TableResult(
            **{name: _as(kind, like, made.pop(name, None)) for name in TABLES},
            receipt=receipt,
            variables=_told(columns, book),
            methods=methods(receipt, book, counts),
        )


def _given(data: Any, source: Source) -> Any:
    """A table of the kind that was given; for files one of the source."""
    if isinstance(data, str | os.PathLike):
        return source.tables[CASES]
    return next(iter(data.values())) if isinstance(data, Mapping) else data


def _as(kind: nw.Implementation, like: Any, frame: Any) -> Any:
    """A Polars frame as the kind of table that was given."""
    if frame is None:
        return None
    if kind.is_duckdb():
        import duckdb

        return duckdb.from_arrow(frame.to_arrow())
    if not kind.is_polars():
        return frame.to_arrow(compat_level=pl.CompatLevel.oldest())
    return frame.lazy() if isinstance(like, pl.LazyFrame) else frame


def _told(columns: Mapping[str, set[str]], book: Rulebook) -> dict[str, tuple[Variable, ...]]:
    return {
        table: tuple(each for each in several if each.name in columns[table])
        for table, several in variables_of(book).items()
        if table in columns
    }


def _by_spark(source: Source, book: Rulebook, *, findings: bool) -> TableResult:
    """Whole tables, worked on where they are; only counts come to this machine.

    No worker sees the records of the others. Where one finds a record without a case, which may be of any case, all
    are told and begin anew.
    """
    from pyspark.sql import functions as f

    receipt = receipt_of(book, "pyspark")
    coder, places = Coder(ColumnsEngine(book), receipt, findings=findings), dict(source.places)
    made = coded_by_partition(source.tables, lambda tables: coder.code(tables, places))
    strays = _strays(made[REJECTS], places)
    if strays:
        made = coded_by_partition(source.tables, lambda tables: coder.code(tables, places, strays))
    given, coded = source.tables[CASES].count(), made[CASES].count()
    marked = made[CASES].filter(f.col(CASE).startswith(MADE_UP)).count()
    counts = {CASES: coded, REJECTED_CASES: given - coded, MARK: marked}
    counts |= {f"{UNREAD}{name}": n for name, n in strays.items()}
    columns = {name: set(frame.columns) for name, frame in made.items()}
    return TableResult(
        **{name: made.get(name) for name in TABLES},
        receipt=receipt,
        variables=_told(columns, book),
        methods=methods(receipt, book, counts),
    )


def _strays(rejects: Any, places: Mapping[str, str]) -> dict[str, int]:
    """How many records without a case each list has.

    Raises
    ------
    CohortError
        If a decision has none: nothing in the layout says that there may be more decisions.
    """
    from pyspark.sql import functions as f

    counted = rejects.filter(f.col("code") == STRAY).groupBy("source").count().collect()
    rows = {row["source"]: row["count"] for row in counted}
    found = {name: rows[place] for name, place in places.items() if place in rows}
    if DECISIONS in found:
        message = f"holds {found[DECISIONS]} decisions that belong to no case of the table of cases"
        raise CohortError([Fault("C103", places[DECISIONS], message)])
    return found
