"""Does the durable engine give the verdicts of the reference engine, whatever the rules and the case?

In processes of their own: a crash of the native engine is then a failed test. 330 cases in everyday runs; in the long
fuzz as many as the profile says, of each sort.
"""

from __future__ import annotations

from collections.abc import Callable
from math import ceil

import pytest

pytest.importorskip("durable.engine", reason="durable-rules is not installed here", exc_type=ImportError)

from tests.agreement import durable_runs
from tests.agreement.durable_runs import FAULTS
from tests.engines.own_process import examples, run_apart

AT_ONCE = 1_000


def _in_parts(run: Callable[[int, int], None], everyday: int) -> None:
    """So many examples, in several processes if there are many: Hypothesis keeps what it drew."""
    most = examples(everyday)
    for number in range(ceil(most / AT_ONCE)):
        run_apart(run, number, min(most, AT_ONCE))


@pytest.mark.slow
def test_shipped_rules_agree_where_little_is_known() -> None:
    _in_parts(durable_runs.thin_intakes, 100)


@pytest.mark.slow
def test_shipped_rules_agree_where_most_is_known_under_every_profile() -> None:
    _in_parts(durable_runs.full_intakes, 100)


@pytest.mark.slow
def test_random_rules_agree() -> None:
    _in_parts(durable_runs.random_rules, 30)


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_found(fault: str) -> None:
    said = run_apart(durable_runs.planted, fault)
    assert "engines disagree on rule" in said
    assert "durable" in said
