"""What does a blank intake look like, with every question beside the place for its answer?

The untouched template loads as an intake in which nothing was asked: nothing in it answers for anybody.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping

from ipt_formulate.intake.item import Item
from ipt_formulate.intake.items import CASE_PARTS, ITEMS, SECTIONS
from ipt_formulate.intake.section import Section
from ipt_formulate.intake.situation import ISOLATION
from ipt_formulate.intake.types import Day
from ipt_formulate.intake.versions import CURRENT

WIDTH = 100
_ONLY_FULL = ("group",)
_HEAD = """\
Blank intake. Write an answer after the colon, or leave it blank if it was not asked.
An answer may also be {unknown: not_asked}, {unknown: do_not_know} or {unknown: declined}, and
{value: ..., source: patient, on: 2026-03-14} says who gave it and when (patient, clinician, record, coder).
Dates may be 2026, 2026-03, 2026-03-14, {date: 2026-03, about: true}, {before_onset: {days: 40}} or
{before_assessment: {months: 3}}. A code with a star belongs to the smallest useful intake.
"""
_RECORDS = "One block for each {about}. Take off the first `# ` of each line to use it, and copy it for the next one."


def template(full: bool = False, losses: int = 1, conflicts: int = 1, changes: int = 1, people: int = 1) -> str:
    """A commented blank intake as YAML text.

    ``full`` asks everything, otherwise only the smallest useful set (without the questions about groups). The
    numbers say how many commented-out blocks each list gets.
    """
    blocks = {"loss": losses, "conflict": conflicts, "change": changes, "person": people}
    lines = [*_comments(_HEAD.splitlines(), ""), f'intake_version: "{CURRENT}"']
    for part in ("frame", "episode"):
        lines += _part(part, full)
    for about, section in SECTIONS.items():
        lines += ["", f"{section}:", *_answers(Section.questions(), "  ", True), "  items:"]
        lines += _comments(textwrap.wrap(_RECORDS.format(about=about), WIDTH), "    ")
        for number in range(1, blocks[about] + 1):
            lines += [f"    # {line}".rstrip() for line in _record(about, number, full)]
    lines += ["", f"{ISOLATION}:", *_answers(ITEMS[ISOLATION], "  ", full)]
    for part in CASE_PARTS:
        if part not in ("frame", "episode"):
            lines += _part(part, full)
    if full:
        lines += ["", *_comments(["H09 Decisions of the clinician: a list of"], "")]
        lines += ["#   {situation: id, area: grief, decision: confirm, by: name, when: 2026-03-14, reason: text}"]
        lines += ["decisions:"]
    return "\n".join(lines) + "\n"


def _part(part: str, full: bool) -> list[str]:
    items = {name.removeprefix(f"{part}."): item for name, item in ITEMS["case"].items() if name.startswith(f"{part}.")}
    answers = [*_answers(items, "  ", full)] if full or part not in _ONLY_FULL else []
    return ["", f"{part}:", *answers] if answers else []


def _record(about: str, number: int, full: bool) -> Iterator[str]:
    yield f"- id: {about}-{number}"
    yield "  # how the person calls it"
    yield "  label:"
    if full and about != "person":
        yield "  # ids of records that tell of the same event, as a list"
        yield "  same_event:"
        yield "  # id of the situation that brought this one about"
        yield "  from:"
    yield from _answers(ITEMS[about], "  ", full)


def _answers(items: Mapping[str, Item], indent: str, full: bool) -> Iterator[str]:
    for name, item in items.items():
        if full or item.minimum:
            code = f"{item.code}{'*' if item.minimum else ''} " if item.code else ""
            allowed = "a date" if isinstance(item.type, Day) else item.type.describe()
            words = [f"{code}{item.question}", f"{allowed}{f' ({item.unit})' if item.unit else ''}"]
            yield from _comments([line for word in words for line in textwrap.wrap(word, WIDTH)], indent)
            yield f"{indent}{name}:"


def _comments(lines: Iterable[str], indent: str) -> Iterator[str]:
    return (f"{indent}# {line}" for line in lines)
