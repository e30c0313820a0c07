"""Do the shipped examples come out alike on both engines? (The whole cases of the rules: tests/golden.)

`auto` compares every verdict of the two and refuses to go on if one differs; everything after the verdicts is the same
code. Where only one engine can run there is nothing to compare, and the receipt says so.
"""

from __future__ import annotations

import pytest

from ipt_formulate.formulation.formulate import conclude
from ipt_formulate.intake import Intake
from tests.switches.shipped import book, examples

BOTH = ("durable", "reference")


@pytest.mark.parametrize(("name", "intake"), list(examples()))
def test_the_examples_agree_on_both_engines(name: str, intake: Intake) -> None:
    result, _ = conclude(intake, book(), "auto")
    if result.receipt.engines != BOTH:
        pytest.skip(f"only {', '.join(result.receipt.engines)} can run here: {result.receipt.engine_note}")
