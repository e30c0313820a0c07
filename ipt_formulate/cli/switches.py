"""`ipt-formulate switches`: what of a result hangs on where published sources disagree."""

from __future__ import annotations

import sys
from typing import Any

import click

from ipt_formulate.cli.faults import FINDINGS
from ipt_formulate.cli.progress import ProgressLine
from ipt_formulate.cli.taking_apart import taking_apart

EVERY = 50
"""Progress is shown after so many settings."""


@click.command(epilog="docs/switches.md says what each switch stands for, and on whose word.")
@click.argument("case", type=click.Path(), metavar="CASE")
@click.option("--all", "every", is_flag=True, help="Also the switches that change nothing for this case.")
@taking_apart
def switches(*, case: str, every: bool, format_: Any, profile: str, folder: str | None, show_values: bool) -> None:
    """Does the result hang on a published disagreement?

    Works the case out under every setting of the switches that can make a
    difference to it, and says for each part of the result whether it is the
    same everywhere, or what it is under which setting. Ctrl-C stops it: what
    is printed then holds for the switches that were looked at in full (exit
    code 1).

    \b
    Examples:
      ipt-formulate switches case.yaml
      ipt-formulate switches case.yaml --all
      ipt-formulate switches case.yaml --profile who_group --format json
    """
    from ipt_formulate.explain.formulation import formulate, load_rulebook
    from ipt_formulate.explain.switches import across_switches

    formulation = formulate(case, rulebook=load_rulebook(folder, profile), engine="reference")
    line = ProgressLine()

    def progress(done: int, count: int) -> None:
        if done % EVERY == 0:
            line.tell(f"{done} of {count} settings looked at")

    try:
        found = across_switches(formulation.work, progress)
    finally:
        line.clear()
    if format_ == "json":
        click.echo(found.model_dump_json(indent=2))
    else:
        click.echo(found.in_words(every=every, format=format_), nl=False)
    if found.stopped is not None:
        sys.exit(FINDINGS)
