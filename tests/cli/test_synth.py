"""Does `ipt-formulate synth` write a cohort, and nothing when it cannot?"""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from ipt_formulate.cli.main import cli
from ipt_formulate.cohort.intakes import intakes_from


def test_it_writes_one_file_per_kind_of_record(tmp_path: Path) -> None:
    ended = CliRunner().invoke(cli, ["synth", "30", "--seed", "4", "--missing", "0.3", "-o", str(tmp_path / "c")])
    assert ended.exit_code == 0, ended.output
    assert "all synthetic" in ended.output
    assert sorted(each.name for each in (tmp_path / "c").iterdir()) == [
        "README.md", "cases.parquet", "changes.parquet", "conflicts.parquet", "losses.parquet", "people.parquet",
    ]  # fmt: skip
    assert len(list(intakes_from(tmp_path / "c"))) == 30


def test_records_a_case_can_be_asked_for(tmp_path: Path) -> None:
    arguments = ["synth", "30", "--seed", "4", "--losses-per-case", "0", "-o", str(tmp_path)]
    assert CliRunner().invoke(cli, arguments).exit_code == 0
    assert all(not intake.losses.items for intake in intakes_from(tmp_path))


@pytest.mark.parametrize("arguments", [["0", "--seed", "1"], ["5"], ["5", "--seed", "1", "--missing", "1.5"]])
def test_wrong_use_is_named(tmp_path: Path, arguments: list[str]) -> None:
    ended = CliRunner().invoke(cli, ["synth", *arguments, "-o", str(tmp_path / "c")])
    assert ended.exit_code == 2
    assert not (tmp_path / "c").exists()


def test_a_folder_that_cannot_be_made_ends_with_bad_input(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    ended = CliRunner().invoke(cli, ["synth", "5", "--seed", "1", "-o", str(tmp_path / "file" / "c")])
    assert ended.exit_code == 3
    assert "cannot be written" in ended.stderr
