"""Does `ipt-formulate gaps` report on a cohort, and end with the right code when it cannot?"""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from click.testing import CliRunner, Result

from ipt_formulate.cli.main import cli
from ipt_formulate.cohort.synthetic.cohort import Plan
from ipt_formulate.cohort.synthetic.folder import write_cohort
from ipt_formulate.rulebook import Rulebook

QUICK = ("--no-settings", "--sample", "3")


@pytest.fixture(scope="module")
def cohort(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cohort")
    write_cohort(folder, 12, Plan(seed=7, missing=0.3))
    return folder


def run(*arguments: Any) -> Result:
    return CliRunner().invoke(cli, ["gaps", *map(str, arguments)])


def test_the_report_is_told_in_words(cohort: Path) -> None:
    ended = run(cohort, *QUICK)
    assert ended.exit_code == 0, ended.output
    for told in ("12 cases", "3 taken apart", "area grief", "no confidence intervals", "not a diagnosis", "Gates"):
        assert told in ended.output


def test_a_folder_gets_every_table(cohort: Path, tmp_path: Path) -> None:
    """Complete, and readable again."""
    ended = run(cohort, *QUICK, "-o", tmp_path / "gaps")
    assert ended.exit_code == 0, ended.output
    made = {each.name: each for each in (tmp_path / "gaps").iterdir()}
    assert {"gaps.json", "gaps.md", "bounds.csv", "rules.csv", "missing.csv"} <= made.keys()
    told = json.loads(made["gaps.json"].read_text())
    assert (told["format"], told["cases"], told["seed"]) == ("ipt-formulate.gaps/1", 12, 1)
    with made["rules.csv"].open() as lines:
        assert [row["rule"] for row in csv.DictReader(lines)] == sorted(r.id for r in Rulebook.load().active)
    assert made["gaps.md"].read_text().startswith("# What the gaps of a cohort do to its figures")


def test_a_broken_row_is_left_out_and_told(cohort: Path, tmp_path: Path) -> None:
    """The rest is counted, the reason holds no value, and the code says that there were findings."""
    for each in cohort.glob("*.parquet"):
        table = pl.read_parquet(each)
        if each.stem == "losses":
            row = pl.int_range(pl.len()) == 0
            table = table.with_columns(closeness=pl.when(row).then(97).otherwise(pl.col("closeness")))
        table.write_parquet(tmp_path / each.name)
    ended = run(tmp_path, *QUICK, "-o", tmp_path / "gaps")
    assert ended.exit_code == 1, ended.output
    assert json.loads((tmp_path / "gaps" / "gaps.json").read_text())["cases"] == 11
    rejects = (tmp_path / "gaps" / "rejects.csv").read_text()
    assert "closeness" in rejects
    assert "97" not in rejects


def test_a_row_that_cannot_be_read_is_told_and_settles_nothing(tmp_path: Path) -> None:
    """In delimited text; of a case that is named, and of one that cannot be told."""
    (tmp_path / "cases.csv").write_text("case,losses.asked,losses.complete\na,yes,yes\nb,yes,yes\nc,yes,yes\n")
    (tmp_path / "losses.csv").write_text("case,id,kind\n?,l1,death,more\na,l1\n")
    ended = run(tmp_path, *QUICK, "-o", tmp_path / "gaps")
    assert ended.exit_code == 1, ended.output
    assert "1 cases could not be used, and rows of no known case could not be read" in ended.output
    told = json.loads((tmp_path / "gaps" / "gaps.json").read_text())
    assert (told["cases"], told["rejected"], told["opened"]) == (2, 1, ["losses"])
    assert [(each["table"], each["row"], each["case"]) for each in told["rejects"]] == [
        ("losses", 1, None),
        ("losses", 2, "a"),
    ]
    grief = [each for each in told["bounds"] if (each["of"], each["code"]) == ("area", "grief")]
    assert {each["upper"] for each in grief} == {2}, "there may be a loss in every case"


def test_tables_that_do_not_belong_together_are_refused_as_by_table(cohort: Path, tmp_path: Path) -> None:
    for each in ("cases", "losses"):
        pl.read_parquet(cohort / f"{each}.parquet").write_parquet(tmp_path / f"{each}.parquet")
    cases = pl.read_parquet(tmp_path / "cases.parquet")
    pl.concat([cases, cases.head(1)]).write_parquet(tmp_path / "cases.parquet")
    ended = run(tmp_path)
    assert ended.exit_code == 3
    assert "has the id of an earlier case" in ended.output
    cases.tail(1).write_parquet(tmp_path / "cases.parquet")
    ended = run(tmp_path)
    assert ended.exit_code == 3
    assert "belongs to no case of the table of cases" in ended.output


def test_what_is_no_cohort_is_refused(tmp_path: Path) -> None:
    assert run(tmp_path / "nowhere").exit_code == 3
    empty = run(tmp_path)
    assert empty.exit_code == 3
    assert "holds no table of cases" in empty.output
    assert tmp_path.name in empty.output.replace("\n", "")
    (tmp_path / "a.yaml").touch()
    assert run(tmp_path).exit_code == 3
    (tmp_path / "a.yaml").unlink()
    (tmp_path / "a.ndjson").write_text('{"intake_version": "1", "case_id": "secret", "frame": {"age_band": "x"}}\n')
    broken = run(tmp_path / "a.ndjson")
    assert broken.exit_code == 3
    assert "age_band" in broken.output


def test_an_unknown_profile_gives_the_nearest(cohort: Path) -> None:
    ended = run(cohort, "--profile", "clasic")
    assert ended.exit_code == 2
    assert "classic" in ended.output
