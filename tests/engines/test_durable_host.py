"""Does the fence round the native engine hold: after faults, between cases, over many cases and for many threads?"""

from __future__ import annotations

import pytest

pytest.importorskip("durable.engine", reason="durable-rules is not installed here", exc_type=ImportError)

from tests.engines import native
from tests.engines.own_process import is_short, run_apart

A_FEW_MEGABYTES = 4096


def test_a_failing_action_is_an_error_and_the_next_case_is_right() -> None:
    run_apart(native.a_failing_action)


def test_a_failing_engine_is_an_error_without_case_content_and_the_next_case_is_right() -> None:
    run_apart(native.a_failing_engine)


def test_an_interrupted_case_leaves_nothing_behind() -> None:
    run_apart(native.an_interrupted_case)


def test_no_threads_are_started() -> None:
    run_apart(native.no_threads)


def test_engines_are_kept_for_a_rulebook_and_freed_when_there_are_many() -> None:
    run_apart(native.engines_are_kept_and_freed)


@pytest.mark.slow
def test_memory_stays_flat_over_many_cases() -> None:
    """300 cases in everyday runs, 20,000 in the long fuzz."""
    assert int(run_apart(native.flat_memory, 300 if is_short() else 20_000)) < A_FEW_MEGABYTES


@pytest.mark.slow
def test_dropped_engines_give_their_memory_back() -> None:
    assert int(run_apart(native.flat_rulesets, 12 if is_short() else 250)) < A_FEW_MEGABYTES


@pytest.mark.slow
def test_eight_threads_get_no_wrong_answer() -> None:
    run_apart(native.threads, 8, 30 if is_short() else 1_000)
