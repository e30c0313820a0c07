"""Is the rulebook of this library in order, and is everything that is made from it current?"""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from ipt_formulate.analysis.coverage import coverage_of, misnamed
from ipt_formulate.analysis.lints import run_lints
from ipt_formulate.analysis.lock import drift, read_lock
from ipt_formulate.analysis.pages import pages_of, stale_pages
from ipt_formulate.analysis.rule_schema import schema_text
from ipt_formulate.analysis.trials import rule_trials, whole_trials
from ipt_formulate.rulebook import Rulebook

DOCS = Path(__file__).parents[2] / "docs"
SECONDS_TO_LOAD = 0.5
SECONDS_TO_CHECK_AND_TEST = 20.0


@pytest.fixture(scope="module")
def book() -> Rulebook:
    """The shipped rulebook."""
    return Rulebook.load()


def test_no_lint_has_an_error_or_a_warning(book: Rulebook) -> None:
    assert [each.headline for each in run_lints(book) if each.severity != "hint"] == []


def test_every_statement_has_a_place_and_every_place_a_statement(book: Rulebook) -> None:
    assert [statement for statement, places in coverage_of(book).items() if not places] == []
    assert misnamed(book) == ()


def test_the_schema_of_rules_is_current(book: Rulebook) -> None:
    """If not: `ipt-formulate rules schema > docs/schema/rule.schema.json`."""
    assert (DOCS / "schema" / "rule.schema.json").read_text(encoding="utf-8") == schema_text(book)


def test_the_pages_of_rules_are_current(book: Rulebook) -> None:
    """If not: `ipt-formulate rules pages --write docs/rules`."""
    assert stale_pages(pages_of(book), DOCS / "rules") == ()


def test_the_lock_is_current(book: Rulebook) -> None:
    """If not: raise `revision` where the meaning changed, then `ipt-formulate rules lock --write`."""
    kept = read_lock(book.folder)
    assert kept is not None
    assert [f"{each.kind} {each.rule}" for each in drift(book, kept)] == []


def test_the_rulebook_loads_quickly_from_its_cache(book: Rulebook) -> None:
    """Processor time, which other work on the machine does not change much."""
    quickest = min(_seconds(Rulebook.load) for _ in range(3))
    assert quickest <= SECONDS_TO_LOAD


@pytest.mark.slow
def test_every_case_is_as_it_says_and_all_is_checked_in_time(book: Rulebook) -> None:
    start = time.process_time()
    run_lints(book)
    trials = [*rule_trials(book, book.active), *whole_trials(book)]
    took = time.process_time() - start
    assert [line for trial in trials for line in trial.lines(verbose=False)] == []
    assert took <= SECONDS_TO_CHECK_AND_TEST


def _seconds(work: object) -> float:
    start = time.process_time()
    work()  # type: ignore[operator]
    return time.process_time() - start
