"""How does a cohort on Spark run: which rows go together, and what comes back?

No case looks at another. So the rows of a case are brought together once, and every partition runs the rules over its
own cases with the same engine, in Polars, on the worker that holds it: one exchange of rows, however many rules there
are. Nothing comes to the driver but counts. Rows travel as numbers in one array, results as one table that is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from ipt_formulate.engines.columns.encoding import plain
from ipt_formulate.engines.columns.findings import Count
from ipt_formulate.engines.columns.frames import CASE_KEY

CASES_TOGETHER = 20_000
"""Cases of one partition: some 0.4 GB on a worker."""
KIND, NUMBERS = "kind", "numbers"
NAME = "name"
Ran = Callable[[Mapping[str, Any]], Mapping[str, Any]]
"""From tables of Polars to results of Polars, by name."""


class Partitions:
    """The tables of a cohort on Spark, the rows of each case together."""

    def __init__(self, tables: Mapping[str, Any]) -> None:
        from pyspark.sql import functions as f

        self.columns: dict[str, list[str]] = {}
        packed = []
        for kind, table in tables.items():
            named = table.toDF(*map(plain, table.columns))
            numbers = [name for name in named.columns if name not in (CASE_KEY, NAME)]
            self.columns[kind] = numbers
            array = (
                f.array(*(f.col(name).cast("bigint") for name in numbers))
                if numbers
                else f.array().cast("array<bigint>")
            )
            name = f.col(NAME) if NAME in named.columns else f.lit(None).cast("string")
            packed.append(
                named.select(f.lit(kind).alias(KIND), f.col(CASE_KEY), name.alias(NAME), array.alias(NUMBERS))
            )
        together = packed[0]
        for each in packed[1:]:
            together = together.unionAll(each)
        parts = max(1, -(-tables["case"].count() // CASES_TOGETHER))
        self.rows = together.repartition(parts, CASE_KEY)
        self.empty = {kind: table.limit(0).toArrow() for kind, table in tables.items()}

    def run(self, ran: Ran) -> dict[str, Any]:
        """What `ran` gives, for every partition; frames of Spark by name."""
        import polars as pl
        from pyspark.sql import functions as f
        from pyspark.sql.pandas.types import from_arrow_schema

        columns = self.columns
        like = dict(ran({kind: pl.from_arrow(table) for kind, table in self.empty.items()}))
        schema = from_arrow_schema(_in_arrow(_stacked(like, like)).schema)

        def of_partition(batches: Iterator[Any]) -> Iterator[Any]:
            yield from _of_partition(batches, columns, ran, like)

        results = self.rows.mapInArrow(of_partition, schema).persist()
        return {
            name: results.filter(f.col(KIND) == name).select(
                *(f.col(_place(name, column)).alias(column) for column in frame.columns)
            )
            for name, frame in like.items()
        }


def _of_partition(
    batches: Iterator[Any], columns: Mapping[str, Sequence[str]], ran: Ran, like: Mapping[str, Any]
) -> Iterator[Any]:
    import polars as pl
    import pyarrow as pa

    held = [batch for batch in batches if batch.num_rows]
    if not held:
        return
    rows = pl.from_arrow(pa.Table.from_batches(held))
    assert isinstance(rows, pl.DataFrame)
    tables = {kind: _unpacked(rows.filter(pl.col(KIND) == kind), names) for kind, names in columns.items()}
    yield from _in_arrow(_stacked(ran(tables), like)).to_batches()


def _in_arrow(frame: Any) -> Any:
    """As Arrow, with texts of the one kind that every Spark takes."""
    import pyarrow as pa

    table = frame.to_arrow()
    kinds = {
        name: pa.string() if frame[name].dtype == frame[KIND].dtype else table.schema.field(name).type
        for name in frame.columns
    }
    return table.cast(pa.schema(list(kinds.items())))


def _unpacked(rows: Any, names: Sequence[str]) -> Any:
    import polars as pl

    keys = rows.select(CASE_KEY, NAME)
    if keys[NAME].null_count() == len(keys):
        keys = keys.drop(NAME)
    if not names:
        return keys
    numbers = rows.select(pl.col(NUMBERS).list.to_array(len(names)).arr.to_struct(list(names)).struct.unnest())
    return pl.concat([keys, numbers], how="horizontal")


def _place(name: str, column: str) -> str:
    return f"{name}/{column}"


def _stacked(results: Mapping[str, Any], like: Mapping[str, Any]) -> Any:
    """All results in one table: the columns of the others are empty."""
    import polars as pl

    frames = []
    for name, frame in results.items():
        told = frame.cast(dict(like[name].schema)).rename({column: _place(name, column) for column in frame.columns})
        frames.append(told.select(pl.lit(name).alias(KIND), pl.all()))
    return pl.concat(frames, how="diagonal")


def counts_in(rows: Any) -> tuple[Count, ...]:
    """The counts of all partitions, added up; in the order of `place`."""
    from pyspark.sql import functions as f

    numbers = ("records", "yes", "unknown", "no", "leans_yes", "leans_unknown", "leans_no")
    added = rows.groupBy("rule", "about", "place").agg(*(f.sum(name).alias(name) for name in numbers)).collect()
    return tuple(
        Count(row["rule"], row["about"], *(int(row[name]) for name in numbers))
        for row in sorted(added, key=lambda row: row["place"])
    )
