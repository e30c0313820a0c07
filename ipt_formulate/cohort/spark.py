"""How is a cohort on Spark coded: which rows go together, and what comes back?

No case looks at another. So the rows of a case are brought together once, and every partition is coded on the worker
that holds it, as one batch in Polars: one exchange of rows, however many rules there are. Nothing comes to the driver
but counts. Rows travel as they are, with their types; results as one table that is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

CASES_TOGETHER: Final = 20_000
"""Cases of one partition: some 0.4 GB on a worker."""
KIND, CASE, ROW = "kind", "case", "row"
Coding = Callable[[Mapping[str, Any]], Mapping[str, Any]]
"""From tables in Arrow to coded tables in Polars, by name."""


def coded_by_partition(tables: Mapping[str, Any], code: Coding) -> dict[str, Any]:
    """The coded tables of a cohort on Spark, as frames of Spark.

    Parameters
    ----------
    tables
        Frames of Spark in the common layout, by name, each with its column of case ids.
    code
        Codes the rows of some whole cases. It runs on the workers, which need what it needs.
    """
    from pyspark.sql import functions as f
    from pyspark.sql.pandas.types import from_arrow_schema

    columns = {name: list(table.columns) for name, table in tables.items()}
    packed = [_packed(name, table) for name, table in tables.items()]
    together = packed[0]
    for each in packed[1:]:
        together = together.unionByName(each, allowMissingColumns=True)
    parts = max(1, -(-tables["cases"].count() // CASES_TOGETHER))
    rows = together.repartition(parts, CASE)
    none = _unpacked(rows.limit(0).toArrow(), columns)
    like = dict(code(none))
    schema = from_arrow_schema(_stacked(like, like).schema)

    def of_partition(batches: Iterator[Any]) -> Iterator[Any]:
        import pyarrow as pa

        held = [batch for batch in batches if batch.num_rows]
        if held:
            yield from _stacked(code(_unpacked(pa.Table.from_batches(held), columns)), like).to_batches()

    results = rows.mapInArrow(of_partition, schema).persist()
    return {
        name: results.filter(f.col(KIND) == name).select(
            *(f.col(_place(name, column)).alias(column) for column in frame.columns)
        )
        for name, frame in like.items()
    }


def _packed(name: str, table: Any) -> Any:
    """The rows of a table as one column, beside their case. Inside, columns are numbered: names may hold dots."""
    from pyspark.sql import functions as f

    numbered = table.toDF(*(f"c{place}" for place in range(len(table.columns))))
    case = f.col(f"c{table.columns.index(CASE)}").cast("string")
    return numbered.select(f.lit(name).alias(KIND), case.alias(CASE), f.struct("*").alias(f"{ROW} {name}"))


def _unpacked(rows: Any, columns: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """The tables that were packed, in Arrow. No row has a number: there is no order of rows on Spark."""
    import pyarrow as pa
    import pyarrow.compute as pc

    tables = {}
    for name, names in columns.items():
        mine = rows.filter(pc.equal(rows[KIND], name))[f"{ROW} {name}"].combine_chunks()
        told = mine.flatten() if mine.type.num_fields else []
        table = pa.table(dict(zip(names, told, strict=True)))
        tables[name] = table if ROW in names else table.append_column(ROW, pa.nulls(table.num_rows, pa.int64()))
    return tables


def _place(name: str, column: str) -> str:
    return f"{name}/{column}"


def _stacked(results: Mapping[str, Any], like: Mapping[str, Any]) -> Any:
    """All results in one Arrow table: the columns of the others are empty. Texts are of the kind every Spark takes."""
    import polars as pl

    frames = []
    for name, frame in results.items():
        told = frame.cast(dict(like[name].schema)).rename({column: _place(name, column) for column in frame.columns})
        frames.append(told.select(pl.lit(name).alias(KIND), pl.all()))
    return pl.concat(frames, how="diagonal").to_arrow(compat_level=pl.CompatLevel.oldest())
