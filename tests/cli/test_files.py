"""Does every command at the desk end the same way where a file or a folder is missing?

Bad input, and what cannot be read or written, is 3; a call that makes no sense is 2.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from ipt_formulate.cli.main import cli

COUPLE = Path(__file__).parents[2] / "examples" / "cases" / "husband-and-wife-at-impasse.yaml"
ON_A_CASE = (
    ("run",),
    ("explain",),
    ("ask",),
    ("ask", "--interactive"),
    ("what-if", "--set", "episode.onset="),
    ("switches",),
    ("drill",),
)


@pytest.mark.parametrize("command", ON_A_CASE, ids=" ".join)
@pytest.mark.parametrize("missing", ["nowhere.yaml", "nowhere/case.yaml", "."])
def test_a_case_that_cannot_be_read_is_bad_input(command: tuple[str, ...], missing: str, tmp_path: Path) -> None:
    found = CliRunner().invoke(cli, [command[0], str(tmp_path / missing), *command[1:]], input="n\n")
    assert (found.exit_code, found.stdout) == (3, "")
    assert "error: the intake has faults (1)" in found.stderr


@pytest.mark.parametrize(
    "command", [("drill", "--save", "x.json"), ("ask", "--interactive", "--save", "x.yaml")], ids=" ".join
)
def test_a_folder_that_cannot_be_written_to_is_told_before_anything_is_asked(
    command: tuple[str, ...], tmp_path: Path
) -> None:
    *options, name = command[1:]
    found = CliRunner().invoke(cli, [command[0], str(COUPLE), *options, str(tmp_path / "none" / name)], input="n\n")
    assert (found.exit_code, found.stdout) == (3, "")
    assert "cannot be written: No such file or directory" in found.stderr


def test_answers_that_cannot_be_read_are_bad_input(tmp_path: Path) -> None:
    found = CliRunner().invoke(cli, ["drill", str(COUPLE), "--answers", str(tmp_path / "nowhere.yaml")])
    assert (found.exit_code, found.stdout) == (3, "")
