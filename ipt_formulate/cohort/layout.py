"""How does an intake stand in tables, one per kind of record?

A column is the path of an answer within its record: ``closeness``, ``frame.age_band``, and for one member of a
multi-choice answer ``manner.sudden`` (yes, no, or empty for unknown). Words are those of the wire format, days as in
`ipt_formulate.cohort.days`, the ids of a link of many are separated by blanks. An empty cell is not asked; why else an
answer is missing stands beside it in ``closeness.unknown`` (do_not_know, declined), and who gave it in
``closeness.source``. The isolation picture, and whether each list was asked and is complete, stand in the table of
cases. What the clinician decided has a table of its own. A whole number may stand as a decimal or as text where it is
exact; a text without a character and a number that is none are empty cells.

Nothing is checked here: what does not fit is handed on as it is, for the intake to refuse.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, time
from decimal import Decimal
from typing import Any, Final

from ipt_formulate.cohort.days import day_to_text, day_to_wire
from ipt_formulate.intake import ITEMS, SECTIONS, Answer, Intake, Section
from ipt_formulate.intake.decision import Decision
from ipt_formulate.intake.item import Item
from ipt_formulate.intake.situation import Situation
from ipt_formulate.intake.types import UNKNOWN as UNKNOWN_WORD
from ipt_formulate.intake.types import Day, Link, Members, Multi, Number

CASE: Final = "case"
"""The column that names the case, in every table."""
ID: Final = "id"
ROW: Final = "row"
"""The column that says in which row of its source a row stood; may be missing."""
UNKNOWN: Final = ".unknown"
SOURCE: Final = ".source"
MARK: Final = "synthetic"
"""The column of the table of cases that is true for made-up cases, and what they are counted as."""
MADE_UP: Final = "synthetic-"
"""How the id of every made-up case begins."""
TABLES: Final[Mapping[str, str]] = {"cases": "case", **{section: about for about, section in SECTIONS.items()}}
"""Every table of answers, by the kind of record it holds."""
DECISIONS: Final = "decisions"
"""The table of what the clinician decided: one row a decision."""
DECISION: Final = tuple(Decision.model_fields)
"""Its columns."""
NAMED: Final = ("label", "from", "same_event")
WHOLE: Final = r"^-?[0-9]{1,9}(\.0{1,9})?"
"""How a whole number may be written; the end of the text must follow."""
_WHOLE = re.compile(WHOLE + r"\Z")


def items_of(table: str) -> dict[str, Item]:
    """The questions of a table by column, in their order."""
    about = TABLES[table]
    if about != "case":
        return dict(ITEMS[about])
    isolation = {f"isolation.{name}": item for name, item in ITEMS["isolation"].items()}
    return {**ITEMS["case"], **isolation}


def marks_of(section: str) -> dict[str, Item]:
    """What a list says about itself, by column of the table of cases: was it asked, is it complete?"""
    return {f"{section}.{name}": item for name, item in Section.questions().items()}


def questions_of(table: str) -> dict[str, Item]:
    """Everything that is answered in a table, by column."""
    marks = {name: item for section in SECTIONS.values() for name, item in marks_of(section).items()}
    return {**(marks if table == "cases" else {}), **items_of(table)}


def columns_of(table: str) -> tuple[str, ...]:
    """All columns that a table may have."""
    if table == DECISIONS:
        return (CASE, *DECISION, ROW)
    names = [CASE]
    if table == "cases":
        names.append(MARK)
    else:
        names += [ID, "label"] if table == "people" else [ID, *NAMED]
    for name, item in questions_of(table).items():
        if isinstance(item.type, Multi):
            names += [f"{name}.{member}" for member in item.type.members]
        else:
            names.append(name)
        names += [name + UNKNOWN, name + SOURCE]
    return (*names, ROW)


# -- from tables ------------------------------------------------------------------------------------------------------


def record_to_wire(table: str, row: Mapping[str, Any]) -> dict[str, Any]:
    """One row as the flat wire of its record: answers by field; empty cells are left out."""
    wire: dict[str, Any] = {}
    if table != "cases":
        wire |= {name: value for name in (ID, *NAMED) if (value := _cell(row, name)) is not None}
        if isinstance(wire.get("same_event"), str):
            wire["same_event"] = _ids(wire["same_event"])
    for name, item in _ITEMS[table].items():
        answer = _answer(name, item, row)
        if answer is not None:
            wire[name] = answer
    return wire


def case_to_wire(
    case: Mapping[str, Any],
    children: Mapping[str, Iterable[Mapping[str, Any]]],
    there: Iterable[str] = tuple(SECTIONS.values()),
) -> dict[str, Any]:
    """The wire of an intake from its row in the table of cases and its rows in the others.

    ``there``: the tables that exist. A list without a table was not asked about, whatever the case says of it.
    """
    wire: dict[str, Any] = {"intake_version": "1", "case_id": case_name(case.get(CASE))}
    for name, answer in record_to_wire("cases", case).items():
        part, _, field = name.partition(".")
        wire.setdefault(part, {})[field] = answer
    for section in SECTIONS.values():
        if section not in there:
            continue
        told = {name.partition(".")[2]: answer for name, answer in _marks(section, case)}
        items = [record_to_wire(section, row) for row in children.get(section, ())]
        if items:
            told["items"] = items
        if told:
            wire[section] = told
    decisions = [_decision(row) for row in children.get(DECISIONS, ())]
    if decisions:
        wire["decisions"] = decisions
    return wire


def case_name(cell: Any) -> Any:
    """The id of a case as text: numbers are names too."""
    told = _exact(cell)
    return str(told) if type(told) is int else told


def _marks(section: str, case: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, item in marks_of(section).items():
        answer = _answer(name, item, case)
        if answer is not None:
            yield name, answer


def _decision(row: Mapping[str, Any]) -> dict[str, Any]:
    wire = {name: value for name in DECISION if (value := _cell(row, name)) is not None}
    if "when" in wire:
        wire["when"] = _day(wire["when"])
    return wire


def _answer(name: str, item: Item, row: Mapping[str, Any]) -> Any:
    """The wire of an answer: bare where that is all, else a map with what is beside it."""
    value: Any
    if isinstance(item.type, Multi):
        told = {member: _cell(row, column) for member, column in _members(name, item.type)}
        value = {member: cell for member, cell in told.items() if cell is not None} or None
    else:
        value = _cell(row, name)
        if value is not None:
            value = _value(item.type, value)
    reason, source = _cell(row, name + UNKNOWN), _cell(row, name + SOURCE)
    if reason is None and source is None:
        return value
    wire = {"unknown": reason} if reason is not None else {}
    if value is not None or reason is None:
        wire["value"] = value
    return wire if source is None else {**wire, "source": source}


def _value(kind: Any, value: Any) -> Any:
    match kind:
        case Day():
            return _day(value)
        case Number():
            return int(value.partition(".")[0]) if isinstance(value, str) and _WHOLE.match(value) else _exact(value)
        case Link(many=True) if isinstance(value, str) and value not in ("none", UNKNOWN_WORD):
            return _ids(value)
    return value


def _day(value: Any) -> Any:
    if isinstance(value, datetime) and value.time() == time():
        return value.date()
    return day_to_wire(value) if isinstance(value, str) else _exact(value)


def _exact(value: Any) -> Any:
    """A whole number that stands as a decimal number."""
    decimal = isinstance(value, float | Decimal) and math.isfinite(value) and value == int(value)
    return int(value) if decimal else value


def _ids(text: str) -> list[str]:
    return [each for each in text.split(" ") if each]


def _cell(row: Mapping[str, Any], column: str) -> Any:
    value = row.get(column)
    return None if value == "" or (isinstance(value, float) and math.isnan(value)) else value


# -- to tables --------------------------------------------------------------------------------------------------------


def rows_of(intake: Intake) -> dict[str, list[dict[str, Any]]]:
    """The rows of an intake by table; what is empty is left out, and the day on which an answer was given is lost.

    A list that says nothing of itself and holds no record has no row anywhere: give every table, even an empty one, or
    the list counts as not asked.
    """
    case = {CASE: intake.case_id}
    rows: dict[str, list[dict[str, Any]]] = {"cases": [{**case, **_cells(items_of("cases"), intake)}]}
    for section in SECTIONS.values():
        listed = getattr(intake, section)
        rows["cases"][0] |= _cells(marks_of(section), intake)
        rows[section] = [{**case, **_named(one), **_cells(items_of(section), one)} for one in listed.items]
    rows[DECISIONS] = [{**case, **_decided(one)} for one in intake.decisions]
    return rows


def _named(record: Any) -> dict[str, Any]:
    cells = {ID: record.id, "label": record.label}
    if isinstance(record, Situation):
        cells |= {"from": record.origin, "same_event": " ".join(record.same_event) or None}
    return {name: cell for name, cell in cells.items() if cell is not None}


def _decided(decision: Decision) -> dict[str, Any]:
    told = {name: getattr(decision, name) for name in DECISION}
    if decision.when is not None:
        told["when"] = day_to_text(decision.when.write())
    return {name: cell for name, cell in told.items() if cell is not None}


def _cells(items: Mapping[str, Item], holder: Any) -> dict[str, Any]:
    cells: dict[str, Any] = {}
    for name, item in items.items():
        answer: Answer[Any] = holder
        for step in name.split("."):
            answer = getattr(answer, step)
        if answer.source is not None:
            cells[name + SOURCE] = answer.source
        if answer.unknown is not None:
            if answer.unknown != "not_asked" or answer.source is not None:
                cells[name + UNKNOWN] = answer.unknown
        elif isinstance(answer.value, Members):
            cells |= {f"{name}.{member}": told for member, told in answer.value.items() if told != UNKNOWN_WORD}
        else:
            cells[name] = _told(item.type, answer.value)
    return cells


def _told(kind: Any, value: Any) -> Any:
    match kind:
        case Day():
            return day_to_text(value.write())
        case Link(many=True):
            return " ".join(value) or "none"
    return value


def _members(name: str, kind: Multi) -> Iterable[tuple[str, str]]:
    return _MEMBERS[name, kind]


_ITEMS = {table: items_of(table) for table in TABLES}
_MEMBERS = {
    (name, item.type): tuple((member, f"{name}.{member}") for member in item.type.members)
    for items in _ITEMS.values()
    for name, item in items.items()
    if isinstance(item.type, Multi)
}
