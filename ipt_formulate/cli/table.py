"""`ipt-formulate table`: a cohort of intakes to coded tables, with codebook, methods paragraph and run record."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from ipt_formulate.cli.faults import BAD_RULEBOOK, FINDINGS, INTERRUPTED, guarded
from ipt_formulate.cli.progress import ProgressLine

if TYPE_CHECKING:
    from ipt_formulate.cohort.outputs.run import Progress

FORMATS: Final = ("parquet", "csv", "sav", "dta", "duckdb")
STARTS: Final = {
    "new": "",
    "resumed": "going on with the parts of an interrupted run (--fresh starts over)",
    "changed": "input, rulebook or options are not those of the interrupted run: starting anew",
    "fresh": "starting over",
}


@click.command(
    epilog="Beside the table of cases: candidates, disputes, rejects, codebook (CSV and Markdown), methods.md and "
    "run.json. Exit code 1 if rows were rejected; the others are coded all the same. See docs/cohorts.md."
)
@click.argument("where", type=click.Path(path_type=Path), metavar="IN")
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, metavar="OUT",
              help="A folder, or a file that ends in .parquet, .csv, .sav, .dta or .duckdb.")  # fmt: skip
@click.option("--format", "form", type=click.Choice(FORMATS), help="For a folder; by default parquet.")
@click.option("--mapping", type=click.Path(path_type=Path), metavar="FILE", help="From the columns of a study to ours.")
@click.option("--encoding", metavar="E", help="Of CSV or TSV that is not UTF-8, such as cp1252.")
@click.option("--profile", default="classic", show_default=True, metavar="P", help="Profile of the rulebook.")
@click.option("--rules", "rules", type=click.Path(), metavar="DIR", help="Another rulebook than the library's own.")
@click.option("--findings", is_flag=True, help="Also the long table of what every rule said.")
@click.option("--backend", type=click.Choice(["duckdb", "polars"]), default="polars", show_default=True,
              help="What runs the rules. The result is the same; DuckDB takes far longer.")  # fmt: skip
@click.option("--batch", type=click.IntRange(1), default=100_000, show_default=True, metavar="N",
              help="Cases in memory at once.")  # fmt: skip
@click.option("--fresh", is_flag=True, help="Start over instead of going on with an interrupted run.")
@click.option("--show-values", is_flag=True, help="Let messages about faults repeat the faulty value.")
@guarded
def table(
    where: Path,
    output: Path,
    form: str | None,
    mapping: Path | None,
    encoding: str | None,
    profile: str,
    rules: str | None,
    findings: bool,
    backend: Any,
    batch: int,
    fresh: bool,
    show_values: bool,
) -> None:
    """Code every case of a cohort.

    IN is a folder of tables or a file: Parquet, Arrow, CSV or TSV, JSON Lines
    of intakes, Excel, SPSS or Stata. Columns of your own need a mapping.

    \b
    Examples:
      ipt-formulate synth 2000 --seed 7 -o cohort
      ipt-formulate table cohort -o coded/
      ipt-formulate table intakes.ndjson -o coded.sav
      ipt-formulate table study.csv --mapping study.map.yaml -o coded/ --format csv
      ipt-formulate table cohort -o coded.duckdb --findings --profile research
    """
    try:
        from ipt_formulate.cohort.outputs.files import FORMATS as WRITERS
        from ipt_formulate.cohort.outputs.files import destination
        from ipt_formulate.cohort.outputs.run import write_table
    except ModuleNotFoundError as error:
        raise click.UsageError(
            f"{error.name} is not installed; it comes with: pip install 'ipt-formulate[tables]'"
        ) from error
    from ipt_formulate.engines.columns.plan import NotSupported
    from ipt_formulate.explain.formulation import load_rulebook

    to = destination(output, form)
    if not WRITERS[to.form].installed():
        raise click.UsageError(f"{to.form} needs pyreadstat; it comes with: pip install 'ipt-formulate[research]'")
    book = load_rulebook(rules, profile)
    shown, finished = ProgressLine(), False

    def started(start: str) -> None:
        if STARTS[start]:
            click.echo(STARTS[start], err=True)

    def progress(far: Progress) -> None:
        nonlocal finished
        finished = True
        shown.tell(_far(far))

    try:
        written = write_table(
            where,
            to,
            book,
            mapping=mapping,
            encoding=encoding,
            backend=backend,
            findings=findings,
            cases_per_batch=batch,
            fresh=fresh,
            started=started,
            progress=progress,
        )
    except KeyboardInterrupt:
        shown.end()
        kept = "finished parts are kept, and the same command goes on with them" if finished else "nothing was finished"
        click.echo(f"interrupted; {kept}", err=True)
        sys.exit(INTERRUPTED)
    except NotSupported as error:
        shown.end()
        click.echo(f"error: tables cannot say what this rulebook says: {error}", err=True)
        sys.exit(BAD_RULEBOOK)
    shown.end()
    told = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in written.counts.items())
    click.echo(f"{output}: {told}")
    click.echo(written.receipt.notice, err=True)
    if written.counts["rejects"]:
        click.echo(f"some rows were rejected; {written.rejects} says which and why", err=True)
        sys.exit(FINDINGS)


def _far(progress: Progress) -> str:
    """How many cases are done, and how long the others will take."""
    line = f"{progress.done} of {progress.of} cases"
    worked = progress.done - progress.taken
    if worked and progress.seconds:
        rate = worked / progress.seconds
        line += f", {rate:,.0f} a second, {_lasting((progress.of - progress.done) / rate)} left"
    return line


def _lasting(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
