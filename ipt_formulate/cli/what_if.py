"""`ipt-formulate what-if`: the result with some answers otherwise, or the fewest answers that would lead elsewhere."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from ipt_formulate.cli.faults import FINDINGS
from ipt_formulate.cli.taking_apart import taking_apart

if TYPE_CHECKING:
    from ipt_formulate.reading import Fault

SETTING = re.compile(r"(?P<path>[^=\[]*(?:\[[^\]]*\])?[^=\[]*)=(?P<value>.*)\Z", re.DOTALL)
NO_SUCH_PATH = "A116"
LONGEST = 120
EVERY = 64
"""Progress is shown after so many sets."""


@click.command(
    name="what-if",
    epilog="Exit code 1: the search stopped before it was finished (--seconds, or Ctrl-C); what was found is shown.",
)
@click.argument("case", type=click.Path(), metavar="CASE")
@click.option(
    "--set",
    "settings",
    multiple=True,
    metavar="PATH=VALUE",
    help="An answer given otherwise, as it would stand in an intake; may be repeated. No value: not asked.",
)
@click.option("--until", metavar="AIM", help="Look for the fewest answers that would lead there.")
@click.option(
    "--most", type=click.IntRange(1, 3), default=2, show_default=True, help="With --until: so many answers at most."
)
@click.option("--seconds", type=click.FloatRange(0), metavar="S", help="With --until: stop after so long.")
@click.option(
    "--depth", type=click.IntRange(0, 1), default=1, show_default=True, metavar="N", help="With --set: 0 is shorter."
)
@taking_apart
def what_if(
    *,
    case: str,
    settings: tuple[str, ...],
    until: str | None,
    most: int,
    seconds: float | None,
    depth: int,
    format_: Any,
    profile: str,
    folder: str | None,
    show_values: bool,
) -> None:
    """What would come out, had some answers been otherwise.

    With --set: the difference in focus, stages, standings and flags. With
    --until: the smallest sets of answers that would lead there, among those
    that can change (never a fact, a date, what another person did, or an
    answer about danger). AIM is one of: AREA leads, AREA:SITUATION leads, no
    tie, second is AREA, no second, stage of CONFLICT is STAGE, AREA is
    STANDING. Nothing is written anywhere.

    \b
    Examples:
      ipt-formulate what-if case.yaml --set losses[mother].closeness=1
      ipt-formulate what-if case.yaml --set 'conflicts[wife].last_attempt={before_assessment: {weeks: 3}}'
      ipt-formulate what-if case.yaml --set episode.onset=
      ipt-formulate what-if case.yaml --until "grief leads"
      ipt-formulate what-if case.yaml --until "stage of wife is renegotiation" --most 3
    """
    if bool(settings) == (until is not None):
        raise click.UsageError("say either what is otherwise (--set PATH=VALUE) or where it should lead (--until AIM).")
    answers = _answers(settings)
    from ipt_formulate.explain.formulation import formulate, load_rulebook

    formulation = formulate(case, rulebook=load_rulebook(folder, profile), engine="reference")
    if until is None:
        told = _replayed(formulation, answers)
        text = (
            told.model_dump_json(indent=2) + "\n" if format_ == "json" else told.in_words(depth=depth, format=format_)
        )
        click.echo(text, nl=False)
        return
    found = _searched(formulation, until, most, seconds)
    click.echo(
        found.model_dump_json(indent=2) + "\n" if format_ == "json" else found.in_words(format=format_), nl=False
    )
    if not found.complete:
        sys.exit(FINDINGS)


def _replayed(formulation: Any, answers: Mapping[str, Any]) -> Any:
    from ipt_formulate.intake import IntakeError

    try:
        return formulation.what_if(answers)
    except IntakeError as error:
        wrong = [_with_id(fault).headline() for fault in error.faults if fault.code == NO_SUCH_PATH]
        if wrong:
            raise click.UsageError("\n".join(wrong)) from error
        intake = formulation.work.intake
        raise IntakeError(replace(fault, path=_as_asked(fault.path, intake)) for fault in error.faults) from None


def _with_id(fault: Fault) -> Fault:
    """The fault with a nearest path that can be pasted: it names the record that was asked about."""
    found = re.search(r"\[[a-z0-9_=-]+\]", fault.path)
    if found is None or fault.nearest is None:
        return fault
    return replace(fault, nearest=fault.nearest.replace("[ID]", found[0]))


def _as_asked(path: str, intake: Any) -> str:
    """The path of a fault with the id of the record in place of its number: as it was asked for."""
    found = re.match(r"(?P<section>[a-z]+)\.items\[(?P<number>\d+)\]", path)
    records = getattr(intake, found["section"]).items if found else ()
    if found is None or int(found["number"]) >= len(records):
        return path
    return f"{found['section']}[{records[int(found['number'])].id}]{path[found.end() :]}"


def _searched(formulation: Any, until: str, most: int, seconds: float | None) -> Any:
    from ipt_formulate.explain.changes import smallest_changes
    from ipt_formulate.explain.errors import UnknownTarget

    shown = sys.stderr.isatty()

    def progress(size: int, number: int, count: int) -> None:
        if shown and number % EVERY == 0:
            click.echo(f"\rsets of {size}: {number} of at most {count} looked at \x1b[K", nl=False, err=True)

    try:
        return smallest_changes(formulation.work, until, most=most, seconds=seconds, progress=progress)
    except UnknownTarget as error:
        raise click.UsageError(str(error)) from error
    finally:
        if shown:
            click.echo("\r\x1b[K", nl=False, err=True)


def _answers(settings: tuple[str, ...]) -> dict[str, Any]:
    """Wire values by path; None for what is taken away."""
    answers: dict[str, Any] = {}
    for number, setting in enumerate(settings, 1):
        found = SETTING.match(setting)
        if found is None:
            raise click.UsageError(f"--set number {number} is not of the form PATH=VALUE.")
        path = found["path"].strip()
        if path in answers:
            raise click.UsageError(f"--set names {_shown(path)} twice.")
        answers[path] = _value(path, found["value"])
    return answers


def _value(path: str, text: str) -> Any:
    """A value as it would stand in an intake: YAML, of which JSON is a part; `yes` stays text."""
    from ipt_formulate.intake import IntakeError
    from ipt_formulate.reading import FaultyInput, read_text

    if not text.strip():
        return None
    try:
        return read_text(text, name=f"--set {_shown(path)}", format="yaml").data
    except FaultyInput as error:
        raise IntakeError(error.faults) from None


def _shown(path: str) -> str:
    """What was given as a path, so far as it could be one: it may be anything."""
    return path if re.fullmatch(r"[a-z0-9_.=\[\]-]+", path) and len(path) <= LONGEST else "?"
