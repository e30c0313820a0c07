"""`ipt-formulate agree`: how far the engine and human coders agree, and where they do not.

Every file is read before anything is computed; a fault in one of them means exit code 3 and no output.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from ipt_formulate.cli.faults import FINDINGS, INTERRUPTED, guarded
from ipt_formulate.cli.progress import ProgressLine

if TYPE_CHECKING:
    from ipt_formulate.cohort.agreement.table import Looked

FORMATS = ("text", "json", "md")


@click.command(
    epilog="A coding file is CSV, TSV, Parquet, SPSS, Stata or DuckDB, one row a case: case, presence_<area>, "
    "standing_<area>, focus, focus_situation, stage, lead_dispute. See docs/agreement.md."
)
@click.argument("engine", type=click.Path(path_type=Path), metavar="ENGINE")
@click.argument("coders", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="CODER...")
@click.option(
    "--present-from",
    type=click.Choice(["possible", "present"]),
    default="possible",
    show_default=True,
    help="The standing from which an area counts as present.",
)
@click.option(
    "--open-as",
    type=click.Choice(["absent", "missing"]),
    default="absent",
    show_default=True,
    help="What an open standing counts as; missing flatters the engine.",
)
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="Of the bootstrap; recorded.")
@click.option("--draws", type=click.IntRange(100, 100_000), default=2000, show_default=True, help="Bootstrap drawings.")
@click.option("--intakes", type=click.Path(path_type=Path), metavar="IN",
              help="Explain each disagreement from these: what `ipt-formulate gaps` takes.")  # fmt: skip
@click.option("--mapping", type=click.Path(path_type=Path), metavar="FILE",
              help="With --intakes: from the columns of a study to ours.")  # fmt: skip
@click.option("--encoding", metavar="E", help="With --intakes: of CSV or TSV that is not UTF-8, such as cp1252.")
@click.option("--profile", default="classic", show_default=True, metavar="P", help="With --intakes: the profile used.")
@click.option("--rules", "rules", type=click.Path(), metavar="DIR",
              help="With --intakes: another rulebook than the library's own.")  # fmt: skip
@click.option(
    "--seconds",
    type=click.FloatRange(1),
    default=300.0,
    show_default=True,
    metavar="N",
    help="With --intakes: after which no further disagreement is begun.",
)
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", show_default=True, help="What to write.")
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Not to stdout.")
@click.option("--plots", type=click.Path(path_type=Path, file_okay=False), metavar="DIR", help="Also PNG and SVG.")
@click.option("--show-values", is_flag=True, help="Let messages about faults repeat the faulty code.")
@guarded
def agree(
    engine: Path,
    coders: tuple[Path, ...],
    *,
    present_from: Any,
    open_as: Any,
    seed: int,
    draws: int,
    intakes: Path | None,
    mapping: Path | None,
    encoding: str | None,
    profile: str,
    rules: str | None,
    seconds: float,
    form: str,
    output: Path | None,
    plots: Path | None,
    show_values: bool,
) -> None:
    """Compare the engine's codes with those of human coders.

    ENGINE is what `ipt-formulate run --format ndjson` printed, or a coding
    file; each CODER is a coding file. The name of a file stands for its rater.

    \b
    Examples:
      ipt-formulate agree engine.ndjson anna.csv
      ipt-formulate agree engine.ndjson anna.csv bela.csv --format md -o report.md
      ipt-formulate agree engine.ndjson anna.csv --intakes cases/ --plots plots/
      ipt-formulate agree coded.csv anna.csv --intakes study.csv --mapping study.map.yaml
    """
    chosen = click.get_current_context().get_parameter_source("profile") is ParameterSource.COMMANDLINE
    _check(
        engine,
        coders,
        intakes,
        output=output,
        plots=plots,
        reading={
            "--mapping": mapping,
            "--encoding": encoding,
            "--rules": rules,
            "--profile": profile if chosen else None,
        },
    )
    for name in ("krippendorff", "statsmodels"):
        if find_spec(name) is None:
            raise click.UsageError(f"{name} is not installed; it comes with: pip install 'ipt-formulate[research]'")
    from ipt_formulate.cohort.agreement.codes import PresenceRule
    from ipt_formulate.cohort.agreement.compare import agreement
    from ipt_formulate.cohort.agreement.disagreements import explained
    from ipt_formulate.cohort.agreement.files import read_codings
    from ipt_formulate.cohort.agreement.plots import PlotsMissing, write_plots
    from ipt_formulate.cohort.agreement.rendering import FORMATS as WRITERS
    from ipt_formulate.cohort.writing import whole_file
    from ipt_formulate.explain.formulation import load_rulebook

    shown = ProgressLine()
    book = load_rulebook(rules, profile) if intakes is not None else None
    rule = PresenceRule(present_from, open_as)
    first, *others = read_codings((engine, *coders), rule)
    report = agreement(first, others, rule, seed=seed, draws=draws, progress=shown.tell)
    if intakes is not None and book is not None:
        report = explained(
            report,
            intakes,
            book,
            mapping=mapping,
            encoding=encoding,
            folder=rules,
            seconds=seconds,
            progress=shown.tell,
        )
    shown.clear()
    if plots is not None:
        try:
            write_plots(report, plots)
        except PlotsMissing as error:
            raise click.UsageError(str(error)) from error
    text = WRITERS[form](report)
    if output is None:
        click.echo(text, nl=False)
    else:
        with whole_file(output) as made:
            made.write_text(text, encoding="utf-8")
    if report.looked is not None:
        _end(report.looked, intakes)


def _check(
    engine: Path,
    coders: Iterable[Path],
    intakes: Path | None,
    *,
    output: Path | None,
    plots: Path | None,
    reading: Mapping[str, Any],
) -> None:
    """Does every option have its place? `reading`: those that say how intakes are read. Told before any work."""
    for option, value in reading.items():
        if intakes is None and value is not None:
            raise click.UsageError(f"{option} says how --intakes are read: name these too")
    read = {each.resolve() for each in (engine, *coders, reading["--mapping"]) if each is not None}
    if output is not None and output.resolve() in read:
        raise click.UsageError(f"{output} is one of the files that are read: name another with -o")
    if plots is not None and plots.resolve() in read:
        raise click.UsageError(f"{plots} is one of the files that are read: name a folder with --plots")
    for option, place in (("-o", output), ("--plots", plots)):
        if intakes is not None and place is not None and place.resolve().is_relative_to(intakes.resolve()):
            raise click.UsageError(f"{place} lies in {intakes}, which is read: name another place with {option}")


def _end(looked: Looked, intakes: Path | None) -> None:
    """Say how far disagreements were looked at and what could not be used, and end accordingly."""
    from ipt_formulate.cohort.agreement.rendering import number_of_cases

    if looked.stopped is not None:
        told = "interrupted" if looked.stopped == "interrupted" else "the time was up (--seconds)"
        click.echo(f"{told}: {looked.looked_at} of {looked.of} disagreements were looked at", err=True)
    if looked.unusable or looked.opened:
        told = f"{number_of_cases(looked.unusable)} of {intakes} could not be used"
        if looked.opened:
            told += ", and rows of no known case could not be read"
        click.echo(f"{told}; `ipt-formulate gaps` says of each why (rejects.csv)", err=True)
    if looked.stopped == "interrupted":
        sys.exit(INTERRUPTED)
    if looked.unusable or looked.opened:
        sys.exit(FINDINGS)
