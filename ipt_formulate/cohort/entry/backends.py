"""How are the tables of each backend opened, numbered and kept? The only file of the entry that knows of backends.

Polars and DuckDB stay what they are; what lives in memory otherwise (PyArrow, pandas) comes in as Polars. Tables
of one cohort are all of one backend.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, TypeAlias

import narwhals.stable.v2 as nw

from ipt_formulate.cohort.entry.names import plain
from ipt_formulate.cohort.faults import CohortError
from ipt_formulate.reading import Fault

Frame: TypeAlias = Any
"""A lazy Narwhals frame."""
NUMBER: Final = "_n"
"""The number of a row within its table: different for every row, in the order of the rows."""


def opened(tables: Mapping[str, Any]) -> dict[str, Frame]:
    """The tables as lazy Narwhals frames with numbered rows.

    Raises
    ------
    CohortError
        For what is no table, for columns of mixed types, and for tables of several backends.
    """
    frames = {name: _opened(name, native) for name, native in tables.items()}
    backends = {frame.implementation for frame in frames.values()}
    if len(backends) > 1:
        raise CohortError([Fault("C150", "tables", "are of several backends", None, "all of the same")])
    return frames


def _opened(name: str, native: Any) -> Frame:
    try:
        frame = nw.from_native(native)
    except TypeError:
        wanted = "a table of Polars, DuckDB, PyArrow or pandas"
        raise CohortError([Fault("C150", name, "is no table", None, wanted)]) from None
    kind = frame.implementation
    if kind.is_spark_like():
        wanted = "a table of Polars, DuckDB, PyArrow or pandas; `formulate_table` takes Spark"
        raise CohortError([Fault("C150", name, "is a table of Spark", None, wanted)])
    if kind.is_polars():
        return nw.from_native(_polars(frame.lazy().to_native()))
    if kind.is_duckdb():
        native = frame.to_native()
        columns = ", ".join(f"{_quoted(column)} as {_quoted(plain(column))}" for column in native.columns)
        numbered = f"select {columns}, row_number() over () as {NUMBER} from _ipt_formulate"
        return nw.from_native(native.query("_ipt_formulate", numbered))
    eager = frame.collect() if isinstance(frame, nw.LazyFrame) else frame
    return nw.from_native(_polars(_from_memory(name, eager).lazy()))


def _polars(frame: Any) -> Any:
    """Numbered, and columns without any type as text."""
    import polars as pl

    empty = [column for column, kind in frame.collect_schema().items() if kind == pl.Null]
    told = frame.with_columns(pl.col(empty).cast(pl.String)).rename(plain)
    return told.with_row_index(NUMBER, 1).cast({NUMBER: pl.Int64})


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _from_memory(name: str, eager: Any) -> Any:
    import polars as pl
    import pyarrow as pa

    mixed = []
    for column in eager.columns:
        try:
            eager.select(column).to_arrow()
        except (pa.ArrowInvalid, pa.ArrowTypeError):
            mixed.append(column)
    if mixed:
        message, wanted = "holds values of several types", "one type, such as text"
        raise CohortError([Fault("C151", f"{name}: {column}", message, None, wanted) for column in mixed])
    taken = pl.from_arrow(eager.to_arrow())
    assert isinstance(taken, pl.DataFrame)
    return taken


def kept(frame: Frame) -> Frame:
    """The frame, worked out once, so that it can be read several times."""
    native = frame.to_native()
    if frame.implementation.is_duckdb():
        # Through Arrow and back, and not as a temporary table: that would stay for as long as the connection. What a
        # statement gives back has forgotten what it was made from; else every query would carry all those before it.
        arrow = frame.collect().to_native()  # noqa: F841, read by name in the query
        start = native.query("_ipt_formulate", "create or replace temp table _ipt_formulate_start as select 1")
        start = native if start is None else start
        return nw.from_native(start.query("_ipt_formulate", "select * from arrow"))
    return frame.collect().lazy()
