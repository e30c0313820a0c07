"""`ipt-formulate rules`: is the rulebook in order, and what does it say?"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ipt_formulate.cli.faults import BAD_RULEBOOK, FINDINGS, WELL, guarded

if TYPE_CHECKING:
    from ipt_formulate.rulebook import Rule, Rulebook

_folder = click.option(
    "--rules", "folder", type=click.Path(), metavar="DIR", help="Another rulebook than the library's own."
)


@click.group()
def rules() -> None:
    """Check, test and read the rulebook.

    \b
    Examples:
      ipt-formulate rules check                      faults and lints, with places
      ipt-formulate rules test grief.no-death -v     the cases of one rule
      ipt-formulate rules list --area grief          every rule about grief
      ipt-formulate rules show grief.no-death        one rule as a sentence
      ipt-formulate rules coverage                   where each statement has gone
    """


@rules.command()
@_folder
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "json", "github"]),
    default="text",
    show_default=True,
    help="text for people, json for programs, github for annotations of a CI run.",
)
@guarded
def check(folder: str | None, format_: str) -> None:
    """Read every rule file and every profile, and look the rulebook through.

    Exit code 4 if the rulebook cannot be read, 1 if a lint has an error or a
    warning, 0 otherwise. Hints fail nothing. Each lint has a page in docs/lints.

    \b
    Examples:
      ipt-formulate rules check
      ipt-formulate rules check --rules my-rules --format json
      ipt-formulate rules check --format github
    """
    from ipt_formulate.analysis.lints import run_lints
    from ipt_formulate.cli.findings import FORMATS
    from ipt_formulate.rulebook import Rulebook, RulebookError

    try:
        book = Rulebook.load(folder)
        for profile in book.profiles:
            Rulebook.load(folder, profile=profile)
    except RulebookError as error:
        for line in FORMATS[format_](error.faults, (), 0):
            click.echo(line)
        sys.exit(BAD_RULEBOOK)
    findings = run_lints(book)
    for line in FORMATS[format_]((), findings, len(book.rules)):
        click.echo(line)
    sys.exit(FINDINGS if any(each.severity != "hint" for each in findings) else WELL)


@rules.command(name="test")
@click.argument("ids", nargs=-1, metavar="[ID]...")
@_folder
@click.option("-v", "--verbose", is_flag=True, help="Every case, with the tests that decided it.")
@guarded
def test_(ids: tuple[str, ...], folder: str | None, verbose: bool) -> None:
    """Run the cases that stand beside each rule, and the whole intakes.

    Without ID: every rule and every whole intake. Exit code 1 if a case fails;
    a case that cannot be read is a failure.

    \b
    Examples:
      ipt-formulate rules test
      ipt-formulate rules test grief.avoided-mourning -v
    """
    from ipt_formulate.analysis.trials import rule_trials, whole_trials
    from ipt_formulate.rulebook import Rulebook

    book = Rulebook.load(folder)
    chosen = [_rule(book, each) for each in ids] or list(book.active)
    count = failed = 0
    for trial in [*rule_trials(book, chosen, decided=verbose), *(whole_trials(book) if not ids else ())]:
        count += 1
        failed += not trial.passed
        for line in trial.lines(verbose=verbose):
            click.echo(line)
    click.echo(f"{count} cases, {failed} failed")
    sys.exit(FINDINGS if failed else WELL)


@rules.command(name="list")
@_folder
@click.option("--area", metavar="AREA", help="Rules whose conclusions are about this area.")
@click.option("--stratum", metavar="STRATUM", help="signs, safety, evidence, differential, stage, rank or advice.")
@click.option("--label", metavar="LABEL", help="MS, SS, EO or OI.")
@click.option("--status", metavar="STATUS", help="draft, reviewed or retired.")
@click.option("--statement", metavar="K-ID", help="Rules that stand for this statement.")
@guarded
def list_(folder: str | None, **wanted: str | None) -> None:
    """List rules: id, label, status and title.

    \b
    Examples:
      ipt-formulate rules list --stratum stage
      ipt-formulate rules list --area grief --label OI
      ipt-formulate rules list --statement K-GRIEF-06
    """
    from ipt_formulate.analysis.choosing_rules import chosen_rules
    from ipt_formulate.rulebook import Rulebook

    book = Rulebook.load(folder)
    try:
        found = chosen_rules(book, {name: value for name, value in wanted.items() if value is not None})
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    for rule in found:
        click.echo(f"{rule.id:48} {rule.basis.label} {rule.status:8} {rule.title}")
    click.echo(f"{len(found)} of {len(book.rules)} rules", err=True)


@rules.command()
@click.argument("id_", metavar="ID")
@_folder
@guarded
def show(id_: str, folder: str | None) -> None:
    """Read one rule aloud: what it says, on whose authority, and what reads it.

    \b
    Example:
      ipt-formulate rules show grief.avoided-mourning
    """
    from ipt_formulate.analysis.card import Cards
    from ipt_formulate.cli.rule_text import card_text
    from ipt_formulate.rulebook import Rulebook

    book = Rulebook.load(folder)
    click.echo(card_text(Cards(book).of(_rule(book, id_))), nl=False)


@rules.command()
@_folder
@guarded
def coverage(folder: str | None) -> None:
    """Print where each statement of the reference has gone.

    Exit code 1 if one has gone nowhere, or if a list names one that does not
    exist.

    \b
    Example:
      ipt-formulate rules coverage
    """
    from ipt_formulate.analysis.coverage import coverage_of, misnamed
    from ipt_formulate.rulebook import Rulebook

    book = Rulebook.load(folder)
    nowhere = 0
    for statement, places in coverage_of(book).items():
        nowhere += not places
        click.echo(f"{statement:14} {', '.join(places) or 'NOWHERE'}")
    unknown = misnamed(book)
    for statement in unknown:
        click.echo(f"{statement:14} is named in untranslatable.yaml and is no statement")
    click.echo(f"{len(book.statements)} statements, {nowhere} without a place", err=True)
    sys.exit(FINDINGS if nowhere or unknown else WELL)


@rules.command()
@_folder
@guarded
def schema(folder: str | None) -> None:
    """Print the JSON Schema of a rule file, for editors.

    \b
    Example:
      ipt-formulate rules schema > docs/schema/rule.schema.json
    """
    from ipt_formulate.analysis.rule_schema import schema_text
    from ipt_formulate.rulebook import Rulebook

    click.echo(schema_text(Rulebook.load(folder)), nl=False)


@rules.command()
@_folder
@click.option("--write", is_flag=True, help="Write the lock beside the rules.")
@guarded
def lock(folder: str | None, write: bool) -> None:
    """Compare the rulebook with its lock: revision and hash of meaning per rule.

    A rule that means something else needs a higher `revision`; wording does not
    count. Exit code 1 if anything differs. With --write the lock is written, and
    refused (exit code 4) while a rule has changed under the same revision.

    \b
    Examples:
      ipt-formulate rules lock
      ipt-formulate rules lock --write
    """
    from ipt_formulate.analysis.lock import drift, read_lock, write_lock
    from ipt_formulate.rulebook import Rulebook

    book = Rulebook.load(folder)
    if write:
        click.echo(f"{write_lock(book)}: {len(book.rules)} rules")
        return
    found = list(drift(book, read_lock(book.folder) or {}))
    for each in found:
        click.echo(f"{each.kind:8} {each.rule} (locked: {each.was or 'no'}, now: {each.now or 'gone'})")
    click.echo(f"{len(book.rules)} rules, {len(found)} differ from the lock", err=True)
    sys.exit(FINDINGS if found else WELL)


@rules.command()
@_folder
@click.option("--write", type=click.Path(file_okay=False, path_type=Path), metavar="DIR", help="Write the pages.")
@click.option("--check", "compare", type=click.Path(path_type=Path), metavar="DIR", help="Are those of DIR current?")
@guarded
def pages(folder: str | None, write: Path | None, compare: Path | None) -> None:
    """Make the pages of the rules: an index, and one page for each folder.

    Without an option the pages are printed. With --check, exit code 1 if a page
    is missing, different or left over.

    \b
    Examples:
      ipt-formulate rules pages --write docs/rules
      ipt-formulate rules pages --check docs/rules
    """
    from ipt_formulate.analysis.pages import pages_of, stale_pages, write_pages
    from ipt_formulate.rulebook import Rulebook

    made = pages_of(Rulebook.load(folder))
    if write is not None:
        write_pages(made, write)
        click.echo(f"{write}: {len(made)} pages")
    elif compare is not None:
        stale = stale_pages(made, compare)
        for name in stale:
            click.echo(f"{compare / name}: not current")
        sys.exit(FINDINGS if stale else WELL)
    else:
        click.echo("\n".join(made.values()), nl=False)


def _rule(book: Rulebook, id_: str) -> Rule:
    from ipt_formulate.analysis.lints.lint import did_you_mean

    if id_ not in book.rules:
        raise click.UsageError(f"there is no rule `{id_}`{did_you_mean(id_, book.rules)}")
    return book.rules[id_]
