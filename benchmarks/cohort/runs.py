"""What is timed? Each of these runs in a process of its own and says how long its work took, imports not counted."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from benchmarks.cohort.answers import by_reference, expected, wrong
from benchmarks.cohort.inputs import Kind
from benchmarks.process import processor_seconds
from ipt_formulate.cohort.intakes import intakes_from
from ipt_formulate.cohort.layout import CASE, TABLES
from ipt_formulate.rulebook import Rulebook

SAMPLE = 200
"""Cases on which the answers are compared, and the loop over the reference engine is timed."""
Timed = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Given:
    """What a run is about. `tables`: the same cohort as a folder of Parquet. `scratch`: where it may write."""

    kind: Kind
    where: Path
    files: list[Path]
    tables: Path
    scratch: Path


@contextmanager
def clock(timed: Timed) -> Iterator[None]:
    """Add the seconds that pass, and the processor time of all processes, to what was timed."""
    processor, start = processor_seconds(), time.perf_counter()
    yield
    timed["s"] = timed.get("s", 0.0) + time.perf_counter() - start
    timed["cpu s"] = timed.get("cpu s", 0.0) + processor_seconds() - processor


def yardstick(given: Given) -> Timed:
    """DuckDB: the maximum of every column by case, file by file; the median of three."""
    import duckdb

    reads = {"parquet": "read_parquet('{}')", "csv": "read_csv('{}', all_varchar = true)",
             "jsonl": "read_json_auto('{}', format = 'newline_delimited')"}  # fmt: skip
    case = "case_id" if given.kind == "jsonl" else CASE
    runs: list[Timed] = []
    for _ in range(3):
        timed: Timed = {}
        with clock(timed):
            for file in given.files:
                table = reads[given.kind].format(file)
                asked = f'select "{case}", max(columns(* exclude ("{case}"))) from {table} group by "{case}"'
                duckdb.execute(f"create or replace temporary table found as {asked}")
        runs.append(timed)
    return sorted(runs, key=lambda each: each["s"])[1]


def reference_loop(given: Given) -> Timed:
    """The reference engine in a loop, over intakes read one by one, to focus and stages; for the cases of a sample."""
    book = Rulebook.load()
    timed: Timed = {"measured": 0}
    with clock(timed):
        for intake in islice(intakes_from(given.tables), SAMPLE):
            by_reference(intake, book)
            timed["measured"] += 1
    return timed


def whole_path(given: Given, backend: Any) -> Timed:
    """From files to files, as `ipt-formulate table` does it."""
    import pyarrow.parquet as pq

    from ipt_formulate.cohort.outputs.files import destination
    from ipt_formulate.cohort.outputs.run import write_table

    book = Rulebook.load()
    timed: Timed = {}
    with clock(timed):
        written = write_table(given.where, destination(given.scratch / "coded"), book, backend=backend, fresh=True)
    timed["rejected"] = written.counts["rejects"]
    rows = pq.ParquetFile(given.scratch / "coded" / "cases.parquet").iter_batches(SAMPLE)
    return timed | _compared(given, book, ((row[CASE], row) for row in next(rows).to_pylist()))


def spark_path(given: Given) -> Timed:
    """From Parquet to Parquet on Spark in local mode, its start not counted."""
    from ipt_formulate import formulate_table

    book = Rulebook.load()
    timed: Timed = {}
    with _spark() as session:
        coded = str(given.scratch / "coded")
        with clock(timed):
            frames = {
                name: session.read.parquet(str(given.tables / f"{name}.parquet"))
                for name in TABLES
                if (given.tables / f"{name}.parquet").is_file()
            }
            formulate_table(frames, rulebook=book).cases.write.mode("overwrite").parquet(coded)
        judged = [str(each.case_id) for each in islice(intakes_from(given.tables), SAMPLE)]
        sample = session.read.parquet(coded).where(f"`{CASE}` in ({', '.join(repr(each) for each in judged)})")
        rows = [row.asDict() for row in sample.collect()]
    return timed | _compared(given, book, ((row[CASE], row) for row in rows))


def engine_alone(given: Given, backend: str) -> Timed:
    """The rules over tables that are already entered, batch by batch; reading, entering and writing not counted."""
    from ipt_formulate.cohort.entry import enter
    from ipt_formulate.cohort.sources import open_source
    from ipt_formulate.engines.columns.engine import ColumnsEngine

    book = Rulebook.load()
    engine = ColumnsEngine(book)
    timed: Timed = {}
    judged = [str(each.case_id) for each in islice(intakes_from(given.tables), SAMPLE)]
    sample: list[Mapping[str, Any]] = []
    with _home(backend) as at_home, open_source(given.where) as source:
        for batch in source.batches():
            tables = {name: at_home(table) for name, table in enter(batch, engine.plan).tables.items()}
            with clock(timed):
                cases = _collected(engine.run(tables).cases)
            sample += cases.filter(cases["name"].is_in(judged)).to_dicts()
    return timed | _compared(given, book, ((row["name"], row) for row in sample))


def _compared(given: Given, book: Rulebook, rows: Any) -> Timed:
    judge = expected(islice(intakes_from(given.tables), SAMPLE), book)
    listed = [(case, row) for case, row in rows if case in judge]
    return {"compared": len(judge), "wrong": wrong(listed, judge, book)}


@contextmanager
def _home(backend: str) -> Iterator[Callable[[Any], Any]]:
    """How a table comes to a backend, before the clock runs."""
    import narwhals.stable.v2 as nw

    def polars(table: Any) -> Any:
        frame = nw.from_native(table)
        return (frame.collect(backend="polars") if isinstance(frame, nw.LazyFrame) else frame).to_polars()

    if backend == "polars":
        yield polars
        return
    import duckdb

    connection = duckdb.connect()
    names: list[str] = []

    def to_duckdb(table: Any) -> Any:
        name = f"given_{len(names)}"
        names.append(name)
        arrow = polars(table).to_arrow()
        connection.register("arrow", arrow)
        connection.execute(f"create temporary table {name} as from arrow")
        return connection.table(name)

    yield to_duckdb
    connection.close()


def _collected(native: Any) -> Any:
    """The rows as a Polars frame, worked out."""
    import narwhals.stable.v2 as nw

    frame = nw.from_native(native)
    return (frame.collect(backend="polars") if isinstance(frame, nw.LazyFrame) else frame).to_polars()


@contextmanager
def _spark() -> Iterator[Any]:
    """Spark on two cores, without compiling each query to Java: that takes longer than what it saves here."""
    from pyspark.sql import SparkSession

    session = (
        SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.memory", "4g")
        .config("spark.sql.shuffle.partitions", "4")
        .config("spark.sql.codegen.wholeStage", "false")
        .config("spark.sql.codegen.factoryMode", "NO_CODEGEN")
        .config("spark.log.level", "ERROR")
        .getOrCreate()
    )
    session.range(1).count()
    yield session
    session.stop()


RUNS: dict[str, Callable[[Given], Timed]] = {
    "yardstick": yardstick,
    "reference loop": reference_loop,
    "whole path, Polars": lambda given: whole_path(given, "polars"),
    "whole path, DuckDB": lambda given: whole_path(given, "duckdb"),
    "whole path, Spark": spark_path,
    "rules alone, Polars": lambda given: engine_alone(given, "polars"),
    "rules alone, DuckDB": lambda given: engine_alone(given, "duckdb"),
}
