"""Do coded tables on Spark stay on Spark, and say what `formulate` says? Local mode; needs PySpark and Java."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from ipt_formulate import formulate_table
from ipt_formulate.cohort.faults import CohortError
from ipt_formulate.cohort.table import TableResult
from tests.cohort.coded import Row, book, case_row, cohort, formulated

pytestmark = pytest.mark.spark
NAMES = ("cases", "losses", "conflicts", "changes", "people")


@pytest.fixture(scope="module")
def session() -> Iterator[Any]:
    from pyspark.sql import SparkSession

    with pytest.MonkeyPatch.context() as here:
        here.setenv("PYSPARK_PYTHON", sys.executable)  # the workers need what this process has
        started = (
            SparkSession.builder.master("local[2]")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.memory", "2g")
            .config("spark.sql.shuffle.partitions", "2")
            .getOrCreate()
        )
        yield started
        started.stop()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return cohort(tmp_path_factory.mktemp("spark") / "cohort", cases=24)


@pytest.fixture(scope="module")
def frames(session: Any, folder: Path) -> dict[str, Any]:
    return {name: session.read.parquet(str(folder / f"{name}.parquet")) for name in NAMES}


@pytest.fixture(scope="module")
def coded(frames: dict[str, Any]) -> TableResult:
    return formulate_table(frames, rulebook=book(), findings=True)


def rows_of(frame: Any) -> list[Row]:
    return [row.asDict() for row in frame.collect()]


def test_a_cohort_on_spark_is_coded_there(coded: TableResult) -> None:
    from pyspark.sql import DataFrame

    tables = (coded.cases, coded.candidates, coded.disputes, coded.findings, coded.rejects)
    assert all(isinstance(each, DataFrame) for each in tables)
    assert coded.receipt.backend == "pyspark"
    assert coded.rejects.count() == 0
    assert coded.findings.count() > 24
    assert "Apache Spark" in coded.methods


def test_every_case_is_as_it_is_by_itself(coded: TableResult, folder: Path) -> None:
    rows = {row["case"]: row for row in rows_of(coded.cases)}
    for wanted in (case_row(each) for each in formulated(folder)):
        assert {name: rows[wanted["case"]][name] for name in wanted} == wanted, wanted["case"]


def test_partitions_keep_the_rows_of_a_case_together(frames: dict[str, Any], folder: Path, coded: TableResult) -> None:
    """The same whatever the partitions of the frames were, and with a table of cases in which one is broken."""
    from pyspark.sql import functions as f

    broken = rows_of(frames["cases"])[3]["case"]
    age = f.when(f.col("case") == broken, "fifty").otherwise(f.col("`frame.age_band`"))
    cases = frames["cases"].withColumn("frame.age_band", age)
    scattered = {name: table.repartition(5) for name, table in {**frames, "cases": cases}.items()}
    found = formulate_table(scattered, rulebook=book())
    (reject,) = rows_of(found.rejects)
    assert (reject["case"], reject["column"], reject["row"]) == (broken, "frame.age_band", None)
    assert "fifty" not in str(reject)
    rest = {row["case"]: row for row in rows_of(coded.cases) if row["case"] != broken}
    assert {row["case"]: row for row in rows_of(found.cases)} == rest


def test_a_record_without_a_case_leaves_its_list_open_for_every_case(session: Any) -> None:
    """On whichever worker it comes to light; the methods say so. A decision without a case stops the run."""
    told = [(name, "yes", "yes") for name in "abcd"]
    losses = [("a", "l1", "loss_of_job"), ("nobody", "l1", "death_of_person")]
    here = {
        "cases": pl.DataFrame(told, ["case", "losses.asked", "losses.complete"], orient="row"),
        "losses": pl.DataFrame(losses[:1], ["case", "id", "kind"], orient="row"),
    }
    closed = formulate_table(here, rulebook=book()).cases
    assert {*closed["grief_best"]} <= {"excluded", "not_supported"}
    marks = "case string, `losses.asked` string, `losses.complete` string"
    cases = session.createDataFrame(told, marks).repartition(3)
    lost, whole = (
        session.createDataFrame(rows, "case string, id string, kind string") for rows in (losses, losses[:1])
    )
    found = formulate_table({"cases": cases, "losses": lost}, rulebook=book())
    (reject,) = rows_of(found.rejects)
    assert (reject["source"], reject["case"], reject["code"]) == ("frame losses", "nobody", "C162")
    assert {row["grief_best"] for row in rows_of(found.cases)} == {"present"}
    assert "(1 of losses) may belong to any case" in found.methods
    decisions = session.createDataFrame(
        [("nobody", "l1", "grief", "confirm")], "case string, situation string, area string, decision string"
    )
    with pytest.raises(CohortError, match="belong to no case"):
        formulate_table({"cases": cases, "losses": whole, "decisions": decisions}, rulebook=book())
