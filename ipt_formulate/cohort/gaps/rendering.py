"""How is a report on gaps told: for the terminal, as Markdown, as JSON (`ipt-formulate.gaps/1`), and as CSV tables?"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from ipt_formulate.cohort.agreement.rendering import escaped, number_of_cases
from ipt_formulate.cohort.gaps.table import Bound, Change, Gaps, Hanging
from ipt_formulate.cohort.spreadsheets import harmless
from ipt_formulate.formulation.result import NOTICE

FORMAT: Final = "ipt-formulate.gaps/1"
MOST_ITEMS: Final = 10
MOST_CHANGES: Final = 20
READING: Final = (
    "Lower and upper hold whatever the missing answers are, as long as none contradicts another; they are no "
    "confidence intervals and say nothing of other cases. Shown is what the engine leans to."
)
Rows = Iterable[Sequence[str]]


PARTS: Final[Mapping[str, str]] = {
    **{name: name for name in ("bounds", "standings", "steps", "rules", "unsettled", "hanging", "missing")},
    "settings": "changes",
    "rejects": "rejects",
}
"""The tables beside a report, with the part of it that each holds."""


def as_json(report: Gaps) -> str:
    """One object with everything."""
    told = {"format": FORMAT, **report.model_dump(mode="json"), "reading": READING, "notice": NOTICE}
    return json.dumps(told, indent=2, ensure_ascii=False) + "\n"


def tables_told(text: str) -> frozenset[str]:
    """The names of the tables that stand beside a report as one object. Raises ValueError where it is no report."""
    told = json.loads(text)
    if not isinstance(told, dict) or told.get("format") != FORMAT:
        raise ValueError("no report of `gaps`")
    return frozenset(name for name, part in PARTS.items() if told.get(part))


def as_text(report: Gaps) -> str:
    """For the terminal: the figures, what they hang on most, and the settings that change most."""
    lines = [headline(report), ""]
    for title, head, rows in tables(report, most=True):
        lines += [title, *_aligned([head, *rows]), ""]
    return "\n".join([*lines, READING, NOTICE]) + "\n"


def as_markdown(report: Gaps) -> str:
    """Every table in full."""
    lines = ["# What the gaps of a cohort do to its figures", "", escaped(headline(report)) + "."]
    for title, head, rows in tables(report, most=False):
        lines += ["", f"## {escaped(title)}", "", _row(head), "| " + " | ".join(["---"] * len(head)) + " |"]
        lines += [_row(row) for row in rows]
    return "\n".join([*lines, "", f"{READING} {NOTICE}"]) + "\n"


def as_csv(report: Gaps) -> dict[str, str]:
    """One table each: bounds, standings, steps, rules, unsettled, hanging, missing, settings, rejects."""
    parts: dict[str, Sequence[Any]] = {name: getattr(report, part) for name, part in PARTS.items()}
    return {name: _csv([each.model_dump() for each in part]) for name, part in parts.items() if part}


def headline(report: Gaps) -> str:
    """How many cases, under which rules."""
    folder = f", from {report.rulebook_folder}" if report.rulebook_folder is not None else ""
    rules = f"rulebook {report.rulebook}{folder} (SHA-256 {report.rulebook_sha256}), profile {report.profile}"
    told = f"{number_of_cases(report.cases)}; {rules}"
    if report.made_up:
        told += f"; {report.made_up} of them made up (synthetic): nothing about people follows from these"
    told += f"; {report.contradictory} with contradictions"
    if report.rejected:
        told += f"; {report.rejected} more could not be used"
    if report.opened:
        told += f"; rows of no known case could not be read, so for no case is complete: {', '.join(report.opened)}"
    if report.untold:
        told += f"; {report.untold} that tables cannot tell"
    return f"{told}; {report.sample} taken apart one by one (seed {report.seed})"


def tables(report: Gaps, *, most: bool) -> Iterator[tuple[str, tuple[str, ...], list[tuple[str, ...]]]]:
    """Title, head and rows of every table; with `most` only the rows that matter most."""
    head = ("", "", "n", "lower", "shown", "upper", "width")
    yield "Between which bounds the figures lie", head, [_bound(each) for each in report.bounds]
    yield (
        "How the cases stand",
        ("area", "standing", "n", "shown", "at worst", "at best"),
        [(e.area, e.standing, str(e.n), str(e.lean), str(e.worst), str(e.best)) for e in report.standings],
    )
    yield (
        "Gates",
        ("", "n", "yes", "no", "unknown", "yes as presumed"),
        [(e.step, *_whole(e.n, e.yes, e.no, e.unknown, e.presumed_yes)) for e in report.steps],
    )
    for one in report.unsettled:
        those = [each for each in report.hanging if (each.of, each.code) == (one.of, one.code)]
        title = f"On what it hangs: {one.of} {one.code}, {one.unsettled} of {one.n} unsettled in the sample"
        rows = [_hanging(each) for each in (those[:MOST_ITEMS] if most else those)]
        yield title, ("item", "share", "hang on it", "on it alone"), rows
    never = [each for each in report.missing if each.n and not each.answered]
    shown = never if most else report.missing
    yield (
        "Items that nobody answered" if most else "How often each item was answered",
        ("item", "code", "n", "answered", "in part"),
        [(e.item, e.code, *_whole(e.n, e.answered, e.partly)) for e in shown],
    )
    if not most:
        yield (
            "Verdicts of every rule",
            ("rule", "about", "stratum", "counted over", "n", "yes", "no", "unknown", "yes as presumed"),
            [
                (e.rule, e.about, e.stratum, e.over, *_whole(e.n, e.yes, e.no, e.unknown, e.presumed_yes))
                for e in report.rules
            ],
        )
    if report.changes:
        changing = [each for each in report.changes if each.any]
        areas = tuple(dict.fromkeys(area for each in report.changes for area in each.areas))
        told = changing[:MOST_CHANGES] if most else report.changes
        yield (
            f"What other settings change: {len(changing)} of {len(report.changes)} change something",
            ("setting", "from", "to", "n", "cases", "focus", "settled", "stage", *areas),
            [_change(each, areas) for each in told],
        )


def _bound(each: Bound) -> tuple[str, ...]:
    what = "at least possible" if each.level == "possible" else each.level
    return (f"{each.of} {each.code}", what, *_whole(each.n, each.lower, each.shown, each.upper), f"{each.width:.1%}")


def _hanging(each: Hanging) -> tuple[str, ...]:
    return (each.item, f"{each.share:.1f}", *_whole(each.cases, each.alone))


def _change(each: Change, areas: Sequence[str]) -> tuple[str, ...]:
    told = (each.name, each.now, f"{each.to} ({each.why_not})" if each.why_not else each.to)
    counts = (each.n, each.any, each.focus, each.settled, each.stage, *(each.areas.get(area, 0) for area in areas))
    return (*told, *_whole(*counts))


def _whole(*numbers: int | None) -> tuple[str, ...]:
    return tuple("" if number is None else str(number) for number in numbers)


def _aligned(rows: Rows) -> list[str]:
    listed = [[str(cell) for cell in row] for row in rows]
    widths = [max(len(cell) for cell in column) for column in zip(*listed, strict=True)]
    return [
        "  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in listed
    ]


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(escaped(cell) for cell in cells) + " |"


def _csv(rows: Sequence[dict[str, Any]]) -> str:
    flat = [
        {
            name if key is None else f"{name}_{key}": cell
            for name, value in row.items()
            for key, cell in (value.items() if isinstance(value, dict) else [(None, value)])
        }
        for row in rows
    ]
    written = io.StringIO()
    writer = csv.DictWriter(written, dict.fromkeys(name for row in flat for name in row), lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: harmless(cell) for name, cell in row.items()} for row in flat)
    return written.getvalue()
