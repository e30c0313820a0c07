"""Would the benchmarks notice wrong answers, and do they measure what they say?"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import polars as pl
import pytest

from benchmarks.cohort.__main__ import _growth
from benchmarks.cohort.answers import expected, wrong
from benchmarks.cohort.inputs import KINDS, Kind, made
from benchmarks.cohort.runs import Given, reference_loop, yardstick
from benchmarks.process import watched
from benchmarks.table import FORMS, shown
from ipt_formulate.cohort.intakes import intakes_from
from ipt_formulate.engines.columns.engine import ColumnsEngine
from ipt_formulate.engines.columns.tables import tables_of
from tests.properties.case import book

CASES = 25


def test_wrong_answers_are_counted(tmp_path: Path) -> None:
    """None from the engine as it is; one for a case that is changed, one for a case that is lost."""
    where, _ = made(tmp_path, CASES, 3, "parquet")
    intakes = list(intakes_from(where))
    judge = expected(intakes, book())
    found = ColumnsEngine(book()).run(tables_of(intakes, book())).cases
    frame = found.collect() if isinstance(found, pl.LazyFrame) else found
    rows = [(str(row["name"]), row) for row in frame.to_dicts()]
    assert wrong(rows, judge, book()) == 0
    name, row = rows[0]
    turned = {**row, "focus_settled": not row["focus_settled"]}
    assert wrong([(name, turned), *rows[1:]], judge, book()) == 1
    assert wrong(rows[1:], judge, book()) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_cohort_in_every_kind_of_file(kind: Kind, tmp_path: Path) -> None:
    """Made once; the yardstick groups it by case, and every case is there."""
    where, files = made(tmp_path, CASES, 3, kind)
    stamp = [file.stat().st_mtime_ns for file in files]
    assert made(tmp_path, CASES, 3, kind) == (where, files)
    assert [file.stat().st_mtime_ns for file in files] == stamp, "made a second time"
    assert len(files) == (1 if kind == "jsonl" else 5)
    tables, _ = made(tmp_path, CASES, 3, "parquet")
    given = Given(kind, where, files, tables, tmp_path)
    assert yardstick(given)["s"] > 0
    assert reference_loop(given)["measured"] == CASES


def test_memory_of_what_a_command_starts_counts(tmp_path: Path) -> None:
    """The peak is that of the command and its children together."""
    child = "import time; held = bytearray(80_000_000); time.sleep(0.6)"
    command = f"import subprocess, sys; held = bytearray(60_000_000); subprocess.run([sys.executable, '-c', {child!r}])"
    ended = watched([sys.executable, "-c", command], tmp_path)
    assert ended.code == 0
    assert ended.peak_mb > 140


def test_a_table_is_shown_in_every_form() -> None:
    rows = [{"run": "one", "s": 1.5}, {"run": "another", "note": "not installed"}]
    told = {form: shown(("run", "s", "note"), rows, form) for form in FORMS}
    assert json.loads(told["json"]) == rows
    assert "not installed" in told["text"]
    assert told["md"].splitlines()[1].startswith("| -")


def test_growth_is_told_for_ten_times_as_many() -> None:
    rows = [{"input": "csv", "run": "x", "cases": cases, "s": s} for cases, s in ((100, 2.0), (1000, 21.0))]
    assert _growth(rows) == ["csv, x: 10.5 times as long for 1,000 as for 100 cases"]
