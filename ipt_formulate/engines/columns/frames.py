"""How are tables opened, joined, stacked and worked out?

The only file that knows of backends. The rules run where the tables are, in Polars or in
DuckDB; PyArrow and pandas go to Polars. Frames are worked out at fixed places (`settled`), so that no query grows with
the rulebook: a frame in memory in Polars, an Arrow table that DuckDB reads in DuckDB. Never a null after a join: what
finds no partner gets the value that says so.

On DuckDB a run has a high price whatever the number of cases: each step (thousands) is bound when it is said, and its
Python layer compares every column with every name. So nothing runs the rules there unless it is asked to.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, TypeAlias

import narwhals.stable.v2 as nw

from ipt_formulate.engines.columns.encoding import plain

Frame: TypeAlias = Any
"""A lazy Narwhals frame."""

CASE_KEY = "case"


# -- in and out of backends ---------------------------------------------------------------------------------------


def opened(native: Any) -> Frame:
    """A native table as a lazy Narwhals frame, where it is if rules can run there, else in Polars.

    Column names come without dots (see `encoding.plain`).

    Raises
    ------
    TypeError
        For what is no table, for a frame of Spark, and for a classic pandas column of mixed things.
    """
    frame = nw.from_native(native)
    where = frame.implementation
    if where.is_spark_like():
        raise TypeError("a frame of Spark: `formulate_table` codes it, where it is")
    if not (where.is_polars() or where.is_duckdb()):
        frame = _in_polars(frame)
    lazy = frame.lazy() if isinstance(frame, nw.DataFrame) else frame
    if where.is_duckdb():
        lazy = settled(lazy)
    names = columns_in(lazy)
    dotted = [name for name in names if plain(name) != name]
    if not dotted:
        return lazy
    return lazy.rename({name: plain(name) for name in dotted})


def _in_polars(frame: Any) -> Frame:
    import polars as pl

    eager = frame.collect() if isinstance(frame, nw.LazyFrame) else frame
    if eager.implementation.is_pandas():
        for name in eager.columns:
            if eager[name].dtype == nw.Object:
                raise TypeError(f"column {name}: pandas holds things of several types here; give it one type")
    taken = pl.from_arrow(eager.to_arrow())
    assert isinstance(taken, pl.DataFrame)
    floats = [name for name, dtype in taken.schema.items() if dtype.is_float()]
    return nw.from_native(taken.with_columns(pl.col(floats).fill_nan(None)) if floats else taken)


def settled(frame: Frame) -> Frame:
    """The frame, worked out once, so that it can be read several times."""
    where = frame.implementation
    if where.is_polars():
        return frame.collect().lazy()
    return nw.from_native(_database().from_arrow(frame.to_native().to_arrow_table()))


@cache
def _database() -> Any:
    """Where the rules run on tables of DuckDB: a database of its own, in memory."""
    import duckdb

    database = duckdb.connect()
    database.execute("set preserve_insertion_order = false")
    return database


def listed(like: Frame, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Frame:
    """A small table of words, where another frame is."""
    if like.implementation.is_polars():
        import polars as pl

        return nw.from_native(pl.LazyFrame(rows, schema=list(columns), orient="row"))
    import pyarrow as pa

    told = {name: [row[place] for row in rows] for place, name in enumerate(columns)}
    return nw.from_native(_database().from_arrow(pa.table(told)))


def rows_in(frame: Frame) -> int:
    """How many rows there are."""
    return int(frame.select(nw.len().alias("rows")).collect().item(0, "rows"))


def sums_of(frame: Frame) -> dict[str, int]:
    """The sum of every column; 0 where there are no rows."""
    names = columns_in(frame)
    told = frame.select(*(nw.col(name).sum() for name in names)).collect().rows(named=True)
    return {name: int(told[0][name] or 0) for name in names} if told else dict.fromkeys(names, 0)


def columns_in(frame: Frame) -> list[str]:
    """The names of the columns."""
    if frame.implementation.is_duckdb():
        # Without their types, which Narwhals would make again for each frame.
        return list(frame.to_native().columns)
    return list(frame.collect_schema().names())


# -- tables -------------------------------------------------------------------------------------------------------


def matched(frame: Frame, other: Frame, on: Sequence[str], otherwise: Mapping[str, Any]) -> Frame:
    """The frame with the columns of `otherwise` from `other`; where no row matches, the value given there."""
    schema = other.collect_schema()
    joined = frame.join(other.select(*on, *otherwise), on=list(on), how="left")
    return joined.with_columns(*(nw.col(name).fill_null(value).cast(schema[name]) for name, value in otherwise.items()))


def stacked(frames: Sequence[Frame], columns: Sequence[str] | None = None) -> Frame:
    """The rows of several frames under one another; same columns, same types."""
    chosen = columns or columns_in(frames[0])
    cut = [frame.select(*chosen) for frame in frames]
    return cut[0] if len(cut) == 1 else nw.concat(cut, how="vertical")


def lengthened(frame: Frame, columns: Sequence[str], *, keys: Sequence[str], name: str, value: str) -> Frame:
    """One row for each of these columns of each row: what it is called and what it holds."""
    if not frame.implementation.is_duckdb():
        return frame.unpivot(list(columns), index=list(keys), variable_name=name, value_name=value)
    # Narwhals asks the connection that all of a process share, which does not know tables of another database.
    chosen = ", ".join(map(_quoted, (*keys, name, value)))
    turned = f"unpivot _wide on {', '.join(map(_quoted, columns))} into name {_quoted(name)} value {_quoted(value)}"
    return nw.from_native(frame.to_native().query("_wide", f"select {chosen} from ({turned})"))


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def highest(frame: Frame, by: Sequence[str], columns: Iterable[str]) -> Frame:
    """The highest of each column for every group."""
    return frame.group_by(*by).agg(*(nw.col(name).max() for name in columns))


def summed(frame: Frame, by: Sequence[str], columns: Sequence[str]) -> Frame:
    """The sum of each column for every group."""
    sums = frame.group_by(*by).agg(*(nw.col(name).sum() for name in columns))
    return sums.with_columns(*(nw.col(name).cast(nw.Int32) for name in columns))


def counted(frame: Frame, by: Sequence[str], name: str) -> Frame:
    """How many rows every group has."""
    return frame.group_by(*by).agg(nw.len().alias(name)).with_columns(nw.col(name).cast(nw.Int32))


# -- columns ------------------------------------------------------------------------------------------------------


def whole(value: int, dtype: Any = nw.Int8) -> nw.Expr:
    """A whole number in every row."""
    return nw.lit(value, dtype=dtype)


def flag(holds: nw.Expr) -> nw.Expr:
    """1 where it holds, else 0."""
    return nw.when(holds).then(whole(1)).otherwise(whole(0))


def worded(column: nw.Expr, words: Sequence[str]) -> nw.Expr:
    """A number as the word at its place; nothing for any other number."""
    told = nw.lit("")
    for number, word in reversed(list(enumerate(words))):
        told = nw.when(column == number).then(nw.lit(word)).otherwise(told)
    return told


def either(parts: Iterable[nw.Expr]) -> nw.Expr:
    """Does one of these tests hold?"""
    found = list(parts)
    if not found:
        return nw.lit(False)
    holds = found[0]
    for part in found[1:]:
        holds = holds | part
    return holds


def every(parts: Iterable[nw.Expr]) -> nw.Expr:
    """Do all of these tests hold?"""
    found = list(parts)
    if not found:
        return nw.lit(True)
    holds = found[0]
    for part in found[1:]:
        holds = holds & part
    return holds


def total(parts: Iterable[nw.Expr], dtype: Any = nw.Int8) -> nw.Expr:
    """The sum; nothing makes 0."""
    found = list(parts)
    if not found:
        return whole(0, dtype)
    added = found[0]
    for part in found[1:]:
        added = added + part
    return added.cast(dtype)
