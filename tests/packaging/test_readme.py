"""Does what the README shows still work? Its two set-up commands are run by `.ci/run`; the Python is run here."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from ipt_formulate import formulate

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str, text: str = README) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL)


def test_two_commands_do_all_the_set_up() -> None:
    section = README.partition("\n## Two commands\n")[2].partition("\n## ")[0]
    assert blocks("sh", section) == blocks("sh")
    assert [block.count("\n") for block in blocks("sh")] == [1, 1]


def test_files_that_the_readme_names_exist() -> None:
    named = set(re.findall(r"\]\(([^)#:]+)\)", README)) | set(re.findall(r"\b(?:examples|docs)/[\w./-]+\w", README))
    assert {name for name in named if not (ROOT / name).exists()} == set()


@pytest.mark.parametrize("code", blocks("python"))
def test_the_python_in_the_readme_runs(code: str) -> None:
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_sample_is_what_the_example_prints() -> None:
    """What the README shows as output is what the shipped example prints, whichever engines can run here."""
    (shown,) = blocks("text")
    printed = formulate(ROOT / "examples/cases/mother-died-forty-days-before.yaml", engine="reference").summary()

    def lines(sample: str) -> list[str]:
        return [line for line in sample.strip().splitlines() if not line.startswith("Rulebook ")]

    assert lines(shown) == lines(printed)
