"""Does a cohort on Spark come out as each case does by the reference engine? Local mode; needs PySpark and Java."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from typing import Any

import polars as pl
import pytest

from tests.agreement.whole_results import agree, drawn, made_up, worked_on
from tests.properties.case import book

pytestmark = pytest.mark.spark


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    """A small local session, without what only pays on large data."""
    sql = pytest.importorskip("pyspark.sql", reason="Spark tests need PySpark: pip install 'ipt-formulate[spark]'")
    if shutil.which("java") is None:
        pytest.skip("Spark tests need Java 17 or later on the path")
    with pytest.MonkeyPatch.context() as here:
        here.setenv("PYSPARK_PYTHON", sys.executable)  # the workers need what this process has
        yield from _session(sql)


def _session(sql: Any) -> Iterator[Any]:
    session = (
        sql.SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.memory", "2g")
        .config("spark.sql.shuffle.partitions", "2")
        .getOrCreate()
    )
    yield session
    session.stop()


def test_a_cohort_on_spark_agrees(spark: Any) -> None:
    """Frames in, frames out, and every case as the reference engine has it."""

    def native(frame: pl.DataFrame) -> Any:
        return spark.createDataFrame(frame.to_arrow())

    intakes = (*drawn(8), *made_up(10, 0.2))
    agree(intakes, worked_on(intakes, book()), book(), native)
