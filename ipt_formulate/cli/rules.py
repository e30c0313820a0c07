"""`ipt-formulate rules`: is the rulebook in order, and what does it say?"""

from __future__ import annotations

import sys

import click

from ipt_formulate.cli.faults import FINDINGS, guarded

_folder = click.option(
    "--rules", "folder", type=click.Path(), metavar="DIR", help="Another rulebook than the library's own."
)


@click.group()
def rules() -> None:
    """Check, test and read the rulebook.

    \b
    Examples:
      ipt-formulate rules check
      ipt-formulate rules test
      ipt-formulate rules coverage
    """


@rules.command()
@_folder
@guarded
def check(folder: str | None) -> None:
    """Read every rule file and report every fault with its place.

    Exit code 4 if there is a fault, 1 if a rule lacks a kind of case.
    """
    from ipt_formulate.analysis.cases import missing_kinds
    from ipt_formulate.rulebook import Rulebook

    book = Rulebook.load(folder, places=True)
    lacking = [(rule, kinds) for rule in book.active if (kinds := missing_kinds(rule))]
    for rule, kinds in lacking:
        click.echo(f"{rule.at}: {rule.id} has no case of kind {', '.join(kinds)}")
    click.echo(f"{len(book.rules)} rules, {len(lacking)} without all kinds of cases")
    sys.exit(FINDINGS if lacking else 0)


@rules.command(name="test")
@_folder
@guarded
def test_(folder: str | None) -> None:
    """Run the cases that stand beside each rule.

    Exit code 1 if a case fails.
    """
    from ipt_formulate.analysis.cases import run_cases
    from ipt_formulate.rulebook import Rulebook

    book = Rulebook.load(folder, places=True)
    count = failed = 0
    for outcome in run_cases(book):
        count += 1
        if not outcome.passed:
            failed += 1
            for problem in outcome.problems:
                click.echo(f"{outcome.case.at}: {outcome.rule} [{outcome.case.kind}] {problem}")
    click.echo(f"{count} cases of {len(book.active)} rules, {failed} failed")
    sys.exit(FINDINGS if failed else 0)


@rules.command()
@_folder
@guarded
def coverage(folder: str | None) -> None:
    """Print where each statement of the reference has gone.

    Exit code 1 if one has gone nowhere.
    """
    from ipt_formulate.analysis.coverage import coverage_of
    from ipt_formulate.rulebook import Rulebook

    book = Rulebook.load(folder)
    nowhere = 0
    for statement, places in coverage_of(book).items():
        nowhere += not places
        click.echo(f"{statement:14} {', '.join(places) or 'NOWHERE'}")
    click.echo(f"{len(book.statements)} statements, {nowhere} without a place", err=True)
    sys.exit(FINDINGS if nowhere else 0)
