"""Do the tests that are said to have decided really decide?"""

from __future__ import annotations

import pytest

from ipt_formulate.analysis.deciding import decided_by, deciding
from ipt_formulate.engines.facts import Record, View
from ipt_formulate.logic.truth import NO, UNKNOWN, YES
from ipt_formulate.rulebook import Case, Rulebook
from ipt_formulate.rulebook import nodes as n
from ipt_formulate.rulebook.nodes import Condition, Sign
from tests.rulebook.books import BASE

BOOK = Rulebook.load(BASE)
RECORD = Record("this", "loss", {"a": YES, "b": NO, "c": UNKNOWN})
VIEW = View(Record("case", "case", {}), {"loss": [RECORD]})


def says(name: str) -> Condition:
    """A block with one test."""
    return n.Block(f"is_{name}", n.Says(Sign("loss", name), True))


A, B, C = says("a"), says("b"), says("c")


@pytest.mark.parametrize(
    ("condition", "tests"),
    [
        (A, ["is_a: a"]),
        (n.AllOf((A, B, C)), ["is_b: b"]),
        (n.AllOf((A, C)), ["is_c: c"]),
        (n.AllOf((A, A)), ["is_a: a"]),
        (n.AnyOf((A, B, C)), ["is_a: a"]),
        (n.AnyOf((B, C)), ["is_c: c"]),
        (n.AnyOf((B, n.Not(A))), ["is_b: b", "is_a: a"]),
        (n.Not(n.AllOf((A, n.AnyOf((B, C))))), ["is_c: c"]),
    ],
)
def test_only_what_the_verdict_hangs_on_is_named(condition: Condition, tests: list[str]) -> None:
    assert [name for name, _ in deciding(condition, RECORD, VIEW)] == tests


def test_a_case_that_cannot_be_built_decides_nothing() -> None:
    rule = BOOK.rules["grief.died"]
    assert decided_by(rule, Case("fires", {"kind": "no_such"}), BOOK) == ""
    assert decided_by(BOOK.rules["signs.loss-lag"], Case("unknown", {}), BOOK) == ""
    told = decided_by(rule, Case("fires", {"kind": "loss_of_job"}), BOOK)
    assert told == "no: someone_died: kind no"
