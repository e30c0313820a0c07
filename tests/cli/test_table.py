"""Does `ipt-formulate table` code a folder, say what it did, and end with the right code?"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from click.testing import CliRunner, Result

from ipt_formulate.cli.main import cli
from ipt_formulate.cohort.outputs.coding import Coder
from tests.cohort.coded import CASES, coded_frames, cohort

REJECT = {"source": "cases.parquet", "row": 3, "case": None, "column": "case", "code": "C160", "reason": "has no id"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return cohort(tmp_path_factory.mktemp("in") / "cohort")


@pytest.fixture
def coder(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Codes from tables worked out before. `stop_at`: the batch before which it is stopped; `rejects`: how many."""
    coded_frames()
    told: dict[str, Any] = {"batches": 0, "stop_at": None, "rejects": 0}

    def code(_coder: Coder, batch: Mapping[str, Any], *_: object) -> dict[str, pl.DataFrame]:
        if told["batches"] == told["stop_at"]:
            raise KeyboardInterrupt
        told["batches"] += 1
        cases = batch["cases"]["case"].to_pylist()
        frames = coded_frames()
        made = {name: frame.filter(pl.col("case").is_in(cases)) for name, frame in frames.items() if name != "rejects"}
        rejects = pl.DataFrame([REJECT] * told["rejects"], schema=frames["rejects"].schema)
        return made | {"rejects": rejects}

    monkeypatch.setattr(Coder, "code", code)
    return told


def table(*arguments: object) -> Result:
    return CliRunner().invoke(cli, ["table", *[str(each) for each in arguments]])


def test_a_folder_is_coded(folder: Path, coder: Mapping[str, Any], tmp_path: Path) -> None:
    ended = table(folder, "-o", tmp_path / "coded")
    assert ended.exit_code == 0, ended.output
    assert f"{CASES} cases" in ended.stdout
    assert "not a diagnosis" in ended.stderr
    assert pl.read_parquet(tmp_path / "coded" / "cases.parquet").height == CASES


def test_rejects_end_with_code_1_and_the_rest_is_written(folder: Path, coder: dict[str, Any], tmp_path: Path) -> None:
    coder["rejects"] = 2
    ended = table(folder, "-o", tmp_path / "coded.csv")
    assert ended.exit_code == 1
    assert "coded.rejects.csv says which and why" in ended.stderr.replace("\n", "")
    assert (tmp_path / "coded.rejects.csv").read_text("utf-8").count("has no id") == 2
    assert pl.read_csv(tmp_path / "coded.csv").height == CASES


def test_an_interrupted_run_says_how_to_go_on(folder: Path, coder: dict[str, Any], tmp_path: Path) -> None:
    coder["stop_at"] = 2
    ended = table(folder, "-o", tmp_path / "coded", "--batch", 7)
    assert ended.exit_code == 130
    assert "the same command goes on" in ended.stderr
    assert not (tmp_path / "coded").exists()
    coder["stop_at"] = None
    ended = table(folder, "-o", tmp_path / "coded", "--batch", 7)
    assert ended.exit_code == 0
    assert "going on with the parts of an interrupted run" in ended.stderr
    assert coder["batches"] == -(-CASES // 7)


def test_nothing_of_a_case_is_shown(folder: Path, coder: Mapping[str, Any], tmp_path: Path) -> None:
    assert "synthetic-" not in table(folder, "-o", tmp_path / "coded", "--batch", 7).output


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["nowhere", "-o", "coded"], 3, "No such file"),
        (["FOLDER", "-o", "coded.xyz"], 3, "no known format"),
        (["FOLDER", "-o", "coded.csv", "--format", "sav"], 3, "sav was asked for"),
        (["FOLDER"], 2, "--output"),
        (["FOLDER", "-o", "coded", "--profile", "klassic"], 2, "classic"),
        (["FOLDER", "-o", "coded", "--rules", "nowhere"], 4, "nowhere"),
        (["FOLDER", "-o", "coded", "--backend", "pandas"], 2, "duckdb"),
    ],
)
def test_what_cannot_be_is_refused(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], code: int, told: str
) -> None:
    monkeypatch.chdir(tmp_path)
    ended = table(*(str(folder) if each == "FOLDER" else each for each in arguments))
    assert ended.exit_code == code, ended.output
    assert told in ended.output
    assert not [*tmp_path.iterdir()], "nothing was written"


def test_help_has_examples_and_every_format() -> None:
    told = table("--help").output
    assert len(re.findall(r"^  ?\s*ipt-formulate table ", told, re.MULTILINE)) >= 3
    assert all(ending in told for ending in (".parquet", ".csv", ".sav", ".dta", ".duckdb"))
