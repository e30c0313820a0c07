"""`ipt-formulate gaps`: between which bounds the figures of a cohort lie, and what they hang on."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ipt_formulate.cli.faults import FINDINGS, guarded

if TYPE_CHECKING:
    from ipt_formulate.cohort.gaps.table import Gaps

FORMATS = ("text", "json", "md")


@click.command(epilog="See docs/gaps.md for what the bounds mean.")
@click.argument("cohort", type=click.Path(path_type=Path), metavar="IN")
@click.option("--profile", default="classic", show_default=True, metavar="P", help="The profile of the rulebook.")
@click.option(
    "--sample",
    type=click.IntRange(1),
    default=500,
    show_default=True,
    help="Cases that are taken apart one by one to see on which items they hang.",
)
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="Of the sample; recorded.")
@click.option("--no-settings", is_flag=True, help="Do not try other settings, which takes longest.")
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", show_default=True, help="What to print.")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Write gaps.json, gaps.md and CSV tables to this folder instead.",
)
@guarded
def gaps(
    cohort: Path, *, profile: str, sample: int, seed: int, no_settings: bool, form: Any, output: Path | None
) -> None:
    """Say what the missing answers of a cohort leave open.

    IN is a folder of tables or of intakes, or a file of cases: whatever
    `ipt-formulate table` takes without a mapping, and intakes in YAML or JSON.
    Counted are the bounds of each area, focus and stage, the items on which
    their width hangs, the verdicts of every rule, and how many cases come out
    otherwise under other settings. The figures are counts of these cases.

    \b
    Examples:
      ipt-formulate gaps cohort/
      ipt-formulate gaps cohort/ --no-settings --format md
      ipt-formulate gaps intakes.ndjson --profile research -o gaps/
    """
    if output is not None and output.resolve() == cohort.resolve():
        raise click.UsageError(f"{output} is what is read: name another folder with -o")
    for name in ("narwhals", "polars"):
        if find_spec(name) is None:
            raise click.UsageError(f"{name} is not installed; it comes with: pip install 'ipt-formulate[tables]'")
    from ipt_formulate.cohort.gaps.rendering import as_json, as_markdown, as_text
    from ipt_formulate.cohort.gaps.report import gaps as report_on
    from ipt_formulate.explain.formulation import load_rulebook

    shown = sys.stderr.isatty()

    def progress(told: str) -> None:
        if shown:
            click.echo(f"\r\033[K{told}", nl=False, err=True)

    book = load_rulebook(None, profile)
    report = report_on(cohort, book, sample=sample, seed=seed, settings=not no_settings, progress=progress)
    progress("")
    if output is None:
        write = {"text": as_text, "json": as_json, "md": as_markdown}[form]
        click.echo(write(report), nl=False)
    else:
        _write(report, output)
    if report.rejects:
        told = f"{report.rejected} cases could not be used"
        if report.opened:
            told += ", and rows of no known case could not be read"
        click.echo(f"{told}; with -o, rejects.csv says why", err=True)
        sys.exit(FINDINGS)


def _write(report: Gaps, output: Path) -> None:
    from ipt_formulate.cohort.gaps.rendering import as_csv, as_json, as_markdown
    from ipt_formulate.cohort.writing import whole_files

    with whole_files(output) as made:
        (made / "gaps.json").write_text(as_json(report), encoding="utf-8")
        (made / "gaps.md").write_text(as_markdown(report), encoding="utf-8")
        for name, table in as_csv(report).items():
            (made / f"{name}.csv").write_text(table, encoding="utf-8")
    click.echo(f"{output}: gaps.json, gaps.md and {len(as_csv(report))} tables", err=True)
