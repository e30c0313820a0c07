"""Is the rulebook of this library in order, and is everything that is made from it current?"""

from __future__ import annotations

from pathlib import Path

import pytest

from ipt_formulate.analysis.coverage import coverage_of, misnamed
from ipt_formulate.analysis.lints import run_lints
from ipt_formulate.analysis.lock import drift, read_lock
from ipt_formulate.analysis.pages import pages_of, stale_pages
from ipt_formulate.analysis.rule_schema import schema_text
from ipt_formulate.analysis.trials import rule_trials
from ipt_formulate.rulebook import Rulebook

DOCS = Path(__file__).parents[2] / "docs"


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


@pytest.mark.slow
def test_every_case_of_a_rule_is_as_it_says(book: Rulebook) -> None:
    assert [line for trial in rule_trials(book, book.active) for line in trial.lines(verbose=False)] == []
