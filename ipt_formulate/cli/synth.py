"""`ipt-formulate synth`: a made-up cohort for tests, teaching and planning, marked as made up wherever it stands."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from ipt_formulate.cli.faults import guarded

MOST_CASES = 100_000_000
MOST_RECORDS = 10.0
F = TypeVar("F", bound=Callable[..., Any])


def _mean(name: str, default: float) -> Callable[[F], F]:
    return click.option(
        f"--{name}-per-case",
        name,
        type=click.FloatRange(0, MOST_RECORDS),
        default=default,
        show_default=True,
        metavar="MEAN",
        help=f"Mean number of {name} of a case.",
    )


@click.command()
@click.argument("cases", type=click.IntRange(1, MOST_CASES), metavar="N")
@click.option("--seed", type=click.IntRange(0), required=True, help="Equal seeds give equal cases.")
@click.option(
    "--missing",
    type=click.FloatRange(0, 1),
    default=0.1,
    show_default=True,
    metavar="RATE",
    help="Share of answers that are missing. The people stay the same, only their gaps differ.",
)
@_mean("losses", 1.2)
@_mean("conflicts", 1.0)
@_mean("changes", 1.0)
@_mean("people", 2.0)
@click.option(
    "--format",
    "form",
    type=click.Choice(["parquet", "ndjson"]),
    default="parquet",
    show_default=True,
    help="parquet: one file per kind of record. ndjson: one intake a line.",
)
@click.option("-o", "--output", "folder", type=click.Path(file_okay=False), required=True, metavar="DIR")
@guarded
def synth(cases: int, seed: int, missing: float, form: Any, folder: str, **means: float) -> None:
    """Write N synthetic cases to a folder.

    The cases are made up, their shares and correlations too: they show that
    software works and teach how it does, and are no estimate of anything.

    \b
    Examples:
      ipt-formulate synth 2000 --seed 7 -o cohort
      ipt-formulate synth 2000 --seed 7 --missing 0.5 -o the-same-people-asked-less
      ipt-formulate synth 50 --seed 1 --format ndjson -o teaching
    """
    try:
        from ipt_formulate.cohort.synthetic.cohort import Plan
        from ipt_formulate.cohort.synthetic.folder import write_cohort
    except ModuleNotFoundError as error:
        raise click.UsageError(
            f"{error.name} is not installed; it comes with: pip install 'ipt-formulate[tables]'"
        ) from error

    shown = sys.stderr.isatty()

    def progress(done: int) -> None:
        if shown:
            click.echo(f"\r{done} of {cases} cases", nl=done == cases, err=True)

    rows = write_cohort(Path(folder), cases, Plan(seed, missing, means), form, progress)
    counted = ", ".join(f"{count} {name}" for name, count in rows.items())
    click.echo(f"{folder}: {counted}; all synthetic")
