"""How are tables opened, joined, stacked and worked out?

The only file that knows of backends. Polars runs the rules; tables of DuckDB, PyArrow and pandas come in as Arrow.
Frames are worked out at fixed places (`settled`), so that no query grows with the rulebook. Never a null after a join:
what finds no partner gets the value that says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias

import narwhals.stable.v2 as nw

Frame: TypeAlias = Any
"""A lazy Narwhals frame."""

CASE_KEY = "case"


def opened(native: Any) -> Frame:
    """A native table as a lazy Polars frame in Narwhals.

    Raises
    ------
    TypeError
        For Spark, whose tables cannot come to one machine, and for what is no table.
    """
    import polars as pl

    frame = nw.from_native(native)
    if frame.implementation.is_spark_like():
        raise TypeError("the columns engine does not take Spark tables; write them to Parquet and read them in batches")
    if not frame.implementation.is_polars():
        eager = frame.collect() if isinstance(frame, nw.LazyFrame) else frame
        taken = pl.from_arrow(eager.to_arrow())
        assert isinstance(taken, pl.DataFrame)
        frame = nw.from_native(taken)
    return frame.lazy() if isinstance(frame, nw.DataFrame) else frame


def settled(frame: Frame) -> Frame:
    """The frame, worked out once, so that it can be read several times."""
    return frame.collect().lazy()


def rows_in(frame: Frame) -> int:
    """How many rows there are."""
    return int(frame.select(nw.len().alias("rows")).collect().item(0, "rows"))


def columns_in(frame: Frame) -> list[str]:
    """The names of the columns."""
    return list(frame.collect_schema().names())


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


def whole(value: int, dtype: Any = nw.Int8) -> nw.Expr:
    """A whole number in every row."""
    return nw.lit(value, dtype=dtype)


def flag(holds: nw.Expr) -> nw.Expr:
    """1 where it holds, else 0."""
    return nw.when(holds).then(whole(1)).otherwise(whole(0))


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
