"""Do coded tables on Spark stay on Spark, and say what `formulate` says? Local mode; needs PySpark and Java."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from ipt_formulate import formulate_table
from tests.cohort.coded import book, case_row, cohort, formulated

pytestmark = pytest.mark.spark
NAMES = ("cases", "losses", "conflicts", "changes", "people")


def test_a_cohort_on_spark_is_coded_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from pyspark.sql import DataFrame, SparkSession

    monkeypatch.setenv("PYSPARK_PYTHON", sys.executable)
    session = (
        SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "2")
        .getOrCreate()
    )
    try:
        folder = cohort(tmp_path / "cohort", cases=8)
        frames = {name: session.read.parquet(str(folder / f"{name}.parquet")) for name in NAMES}
        found = formulate_table(frames, rulebook=book())
        tables = (found.cases, found.candidates, found.disputes, found.rejects)
        assert all(isinstance(each, DataFrame) for each in tables)
        rows = {row["case"]: row.asDict() for row in found.cases.collect()}
        for wanted in (case_row(each) for each in formulated(folder)):
            assert {name: rows[wanted["case"]][name] for name in wanted} == wanted, wanted["case"]
        assert found.receipt.backend == "pyspark"
        assert found.rejects.count() == 0
    finally:
        session.stop()
