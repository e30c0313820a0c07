"""`ipt-formulate gaps`: between which bounds the figures of a cohort lie, and what they hang on."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ipt_formulate.cli.faults import BAD_RULEBOOK, FINDINGS, guarded
from ipt_formulate.cli.progress import ProgressLine
from ipt_formulate.cohort.faults import CohortError
from ipt_formulate.reading import Fault

if TYPE_CHECKING:
    from ipt_formulate.cohort.gaps.table import Gaps

FORMATS = ("text", "json", "md")
REPORT = "gaps.json"


@click.command(epilog="See docs/gaps.md for what the bounds mean.")
@click.argument("cohort", type=click.Path(path_type=Path), metavar="IN")
@click.option("--mapping", type=click.Path(path_type=Path), metavar="FILE", help="From the columns of a study to ours.")
@click.option("--encoding", metavar="E", help="Of CSV or TSV that is not UTF-8, such as cp1252.")
@click.option("--profile", default="classic", show_default=True, metavar="P", help="The profile of the rulebook.")
@click.option("--rules", "rules", type=click.Path(), metavar="DIR", help="Another rulebook than the library's own.")
@click.option(
    "--sample",
    type=click.IntRange(1),
    default=500,
    show_default=True,
    help="Cases that are taken apart one by one to see on which items they hang.",
)
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="Of the sample; recorded.")
@click.option("--batch", type=click.IntRange(1), default=25_000, show_default=True, metavar="N",
              help="Cases in memory at once.")  # fmt: skip
@click.option("--no-settings", is_flag=True, help="Do not try other settings, which takes longest.")
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", show_default=True, help="What to print.")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Write gaps.json, gaps.md and CSV tables to this folder instead.",
)
@click.option("--show-values", is_flag=True, help="Let messages about faults repeat the faulty value.")
@guarded
def gaps(
    cohort: Path,
    *,
    mapping: Path | None,
    encoding: str | None,
    profile: str,
    rules: str | None,
    sample: int,
    seed: int,
    batch: int,
    no_settings: bool,
    form: Any,
    output: Path | None,
    show_values: bool,
) -> None:
    """Say what the missing answers of a cohort leave open.

    IN is a folder of tables or of intakes, or a file of cases: whatever
    `ipt-formulate table` takes, and intakes in YAML or JSON.
    Counted are the bounds of each area, focus and stage, the items on which
    their width hangs, the verdicts of every rule, and how many cases come out
    otherwise under other settings. The figures are counts of these cases.

    \b
    Examples:
      ipt-formulate gaps cohort/
      ipt-formulate gaps cohort/ --no-settings --format md
      ipt-formulate gaps intakes.ndjson --profile research -o gaps/
      ipt-formulate gaps study.csv --mapping study.map.yaml -o gaps/
    """
    if output is not None:
        _keep_what_is_there(output, cohort, mapping)
    for name in ("narwhals", "polars"):
        if find_spec(name) is None:
            raise click.UsageError(f"{name} is not installed; it comes with: pip install 'ipt-formulate[tables]'")
    from ipt_formulate.cohort.agreement.rendering import number_of_cases
    from ipt_formulate.cohort.gaps.rendering import as_json, as_markdown, as_text
    from ipt_formulate.cohort.gaps.report import gaps as report_on
    from ipt_formulate.engines.columns.plan import NotSupported
    from ipt_formulate.explain.formulation import load_rulebook

    shown = ProgressLine()
    book = load_rulebook(rules, profile)
    try:
        report = report_on(
            cohort,
            book,
            mapping=mapping,
            encoding=encoding,
            folder=rules,
            sample=sample,
            seed=seed,
            settings=not no_settings,
            cases_per_batch=batch,
            progress=shown.tell,
        )
    except NotSupported as error:
        shown.clear()
        click.echo(f"error: tables cannot say what this rulebook says: {error}", err=True)
        sys.exit(BAD_RULEBOOK)
    shown.clear()
    if output is None:
        write = {"text": as_text, "json": as_json, "md": as_markdown}[form]
        click.echo(write(report), nl=False)
    else:
        _write(report, output)
    if report.rejects:
        told = f"{number_of_cases(report.rejected)} could not be used"
        if report.opened:
            told += ", and rows of no known case could not be read"
        click.echo(f"{told}; with -o, rejects.csv says why", err=True)
        sys.exit(FINDINGS)


def _keep_what_is_there(output: Path, cohort: Path, mapping: Path | None) -> None:
    """Nothing is written among or over what is read, or over files that no earlier run wrote; told before any work."""
    from ipt_formulate.cohort.gaps.rendering import PARTS

    if output.resolve().is_relative_to(cohort.resolve()):
        where = "is what is read" if output.resolve() == cohort.resolve() else f"lies in {cohort}, which is read"
        raise click.UsageError(f"{output} {where}: name another folder with -o")
    read = {each.resolve() for each in (cohort, mapping) if each is not None}
    files = [output / name for name in _files(PARTS)]
    for path in files:
        if path.resolve() in read:
            raise click.UsageError(f"{path} is what is read, and would be overwritten: name another folder with -o")
    before = _written_before(output)
    there = [path for path in files if path.exists() and path.name not in before]
    if there:
        message = "is there already, and no gaps.json beside it says that `gaps` wrote it"
        raise CohortError([Fault("C135", str(path), message, None, "another folder") for path in there])


def _written_before(folder: Path) -> frozenset[str]:
    """The names of the files that an earlier run wrote to this folder."""
    from ipt_formulate.cohort.gaps.rendering import tables_told

    try:
        tables = tables_told((folder / REPORT).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return frozenset()
    return frozenset(_files(tables))


def _files(tables: Iterable[str]) -> tuple[str, ...]:
    """What -o writes with these tables."""
    return (REPORT, "gaps.md", *(f"{name}.csv" for name in tables))


def _write(report: Gaps, output: Path) -> None:
    from ipt_formulate.cohort.gaps.rendering import as_csv, as_json, as_markdown
    from ipt_formulate.cohort.writing import whole_files

    before = _written_before(output)
    with whole_files(output) as made:
        (made / REPORT).write_text(as_json(report), encoding="utf-8")
        (made / "gaps.md").write_text(as_markdown(report), encoding="utf-8")
        for name, table in as_csv(report).items():
            (made / f"{name}.csv").write_text(table, encoding="utf-8")
    for name in before - _written_before(output):
        (output / name).unlink(missing_ok=True)
    click.echo(f"{output}: gaps.json, gaps.md and {len(as_csv(report))} tables", err=True)
