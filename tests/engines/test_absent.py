"""What happens where the native engine cannot run, or could not be fenced in?"""

from __future__ import annotations

import pytest

from tests.engines import absent
from tests.engines.own_process import run_apart


def test_without_durable_rules_the_reference_engine_runs_alone_and_the_receipt_says_so() -> None:
    run_apart(absent.without, "durable")


@pytest.mark.parametrize("name", ["Host._run", "_unix_now", "durable_rules_engine.delete_ruleset"])
def test_without_a_private_name_that_the_fence_needs_it_is_the_same(name: str) -> None:
    pytest.importorskip("durable.engine", reason="durable-rules is not installed here", exc_type=ImportError)
    assert name.rpartition(".")[2] in run_apart(absent.without, name)
