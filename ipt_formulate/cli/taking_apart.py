"""Which options do all commands share that take a case apart?"""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar

import click

from ipt_formulate.cli.faults import guarded

FORMATS = ("text", "json", "md")

P = ParamSpec("P")
R = TypeVar("R")

_OPTIONS = (
    click.option(
        "--format", "format_", type=click.Choice(FORMATS), default="text", show_default=True, help="What to print."
    ),
    click.option("--profile", default="classic", show_default=True, metavar="P", help="Profile of the rulebook."),
    click.option(
        "--rules", "folder", type=click.Path(), metavar="DIR", help="Another rulebook than the library's own."
    ),
    click.option("--show-values", is_flag=True, help="Let messages about faults repeat the faulty answer."),
)


def taking_apart(command: Callable[P, R]) -> Callable[P, R]:
    """Add --format, --profile, --rules and --show-values, and end as every command does when something is wrong."""
    run = guarded(command)
    for option in reversed(_OPTIONS):
        run = option(run)
    return run
