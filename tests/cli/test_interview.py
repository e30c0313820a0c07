"""Is a line of thousands of digits told to be no answer, as any other is?"""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from ipt_formulate.cli.main import cli

COUPLE = Path(__file__).parents[2] / "examples" / "cases" / "husband-and-wife-at-impasse.yaml"


@pytest.mark.parametrize("before", [[], ["2", "2", "1", "2"]], ids=["choice", "reasons"])
def test_a_number_of_thousands_of_digits_names_nothing(before: list[str]) -> None:
    typed = "".join(f"{line}\n" for line in [*before, "9" * 5000])
    found = CliRunner().invoke(cli, ["drill", str(COUPLE)], input=typed)
    assert found.exit_code == 2
    assert "999" not in found.stdout + found.stderr
