"""Does `switches` say what the verb says, in every format, and refuse what it does not know?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from ipt_formulate import formulate
from ipt_formulate.cli.main import cli
from ipt_formulate.cli.progress import ProgressLine

ROOT = Path(__file__).parents[2]
WIDOW = ROOT / "examples" / "cases" / "widow-with-a-new-role.yaml"
QUICK = ROOT / "examples" / "cases" / "alone-all-his-life.yaml"


def run(*arguments: Any) -> Result:
    return CliRunner().invoke(cli, ["switches", *map(str, arguments)])


def test_json_is_that_of_the_verb() -> None:
    found = run(QUICK, "--format", "json")
    told = formulate(QUICK, engine="reference").across_switches()
    assert json.loads(found.stdout) == json.loads(told.model_dump_json())


def test_text_says_what_hangs_on_which_switch() -> None:
    text = " ".join(run(WIDOW).stdout.split())
    assert "Second focus: grief (her husband). - None with max_foci 1." in text
    assert "THE SAME UNDER EVERY SETTING - Focus: role transition (life on her own), provisional." in text
    assert "[max_foci, DIS-05]" in text
    assert "hamd_bands" not in text
    assert "hamd_bands" in run(QUICK, "--all").stdout


def test_markdown_has_headings() -> None:
    assert run(QUICK, "--format", "md").stdout.startswith("# Where published sources disagree")


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("nowhere.yaml",), 3, "there is no such file"),
        ((WIDOW, "--profile", "stuard"), 2, "stuart"),
        ((WIDOW, "--format", "xml"), 2, "'text', 'json', 'md'"),
    ],
)
def test_what_is_wrong_is_said(arguments: tuple[Any, ...], code: int, said: str) -> None:
    found = run(*arguments)
    assert found.exit_code == code
    assert said in found.stderr


def test_an_interruption_prints_what_was_looked_at_in_full(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(self: ProgressLine, line: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(ProgressLine, "tell", interrupted)
    found = run(QUICK)
    assert found.exit_code == 1
    assert "Stopped before it was finished." in found.stdout
    assert json.loads(run(QUICK, "--format", "json").stdout)["stopped"] == "interrupted"


def test_progress_goes_to_no_pipe() -> None:
    assert run(QUICK).stderr == ""
