"""Do the hundred shipped whole intakes come out alike on both engines?

`auto` compares every verdict of the two and refuses to go on if one differs; everything after the verdicts is the same
code. Where only one engine can run there is nothing to compare, and the receipt says so.
"""

from __future__ import annotations

import pytest

from ipt_formulate.engines.verdicts import EngineDisagreement
from ipt_formulate.formulation.formulate import conclude
from ipt_formulate.intake import Intake
from ipt_formulate.rulebook import Rulebook
from tests.switches.shipped import book, case, examples, files

BOTH = ("durable", "reference")


def _shipped() -> list[tuple[str, Intake, Rulebook]]:
    found = []
    for file in files():
        each = case(file)
        under = book(each.profile)
        found.append((each.id, each.intake, under.with_settings(each.settings) if each.settings else under))
    return found + [(name, intake, book()) for name, intake in examples()]


def test_a_hundred_whole_intakes_ship() -> None:
    assert len(_shipped()) >= 100


def test_the_shipped_whole_intakes_agree_on_both_engines() -> None:
    for name, intake, under in _shipped():
        try:
            result, _ = conclude(intake, under, "auto")
        except EngineDisagreement as different:
            pytest.fail(f"{name}: {different}")
        if result.receipt.engines != BOTH:
            pytest.skip(f"only {', '.join(result.receipt.engines)} can run here: {result.receipt.engine_note}")
