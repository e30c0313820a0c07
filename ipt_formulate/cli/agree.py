"""`ipt-formulate agree`: how far the engine and human coders agree, and where they do not.

Every file is read before anything is computed; a fault in one of them means exit code 3 and no output.
"""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import click

from ipt_formulate.cli.faults import INTERRUPTED, guarded
from ipt_formulate.cli.progress import ProgressLine

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
@click.option("--intakes", type=click.Path(path_type=Path), metavar="DIR", help="Explain each disagreement from these.")
@click.option("--profile", default="classic", show_default=True, metavar="P", help="With --intakes: the profile used.")
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
    profile: str,
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
    """
    read = {each.resolve() for each in (engine, *coders)}
    if output is not None and output.resolve() in read:
        raise click.UsageError(f"{output} is one of the files that are read: name another with -o")
    if plots is not None and plots.resolve() in read:
        raise click.UsageError(f"{plots} is one of the files that are read: name a folder with --plots")
    for option, place in (("-o", output), ("--plots", plots)):
        if intakes is not None and place is not None and place.resolve().is_relative_to(intakes.resolve()):
            raise click.UsageError(f"{place} lies in {intakes}, which is read: name another place with {option}")
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

    shown = ProgressLine()
    rule = PresenceRule(present_from, open_as)
    first, *others = read_codings((engine, *coders), rule)
    report = agreement(first, others, rule, seed=seed, draws=draws, progress=shown.tell)
    if intakes is not None:
        report = explained(report, intakes, profile, seconds=seconds, progress=shown.tell)
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
    looked = report.looked
    if looked is not None and looked.stopped is not None:
        told = "interrupted" if looked.stopped == "interrupted" else "the time was up (--seconds)"
        click.echo(f"{told}: {looked.looked_at} of {looked.of} disagreements were looked at", err=True)
    if looked is not None and looked.stopped == "interrupted":
        sys.exit(INTERRUPTED)
