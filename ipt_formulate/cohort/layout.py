"""How does an intake stand in tables, one per kind of record?

A column is the path of an answer within its record: ``closeness``, ``frame.age_band``, and for one member of a
multi-choice answer ``manner.sudden`` (yes, no, or empty for unknown). Words are those of the wire format, days as in
`ipt_formulate.cohort.days`, the ids of a link of many are separated by blanks. An empty cell is not asked; why else an
answer is missing stands beside it in ``closeness.unknown`` (do_not_know, declined). The isolation picture, and whether
each list was asked and is complete, stand in the table of cases.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from ipt_formulate.cohort.days import day_to_wire
from ipt_formulate.intake import ITEMS, SECTIONS
from ipt_formulate.intake.item import Item
from ipt_formulate.intake.types import Choice, Day, Link, Multi, Tri

CASE: Final = "case"
"""The column that names the case, in every table."""
ID: Final = "id"
UNKNOWN: Final = ".unknown"
MARK: Final = "synthetic"
"""The column of the table of cases that is true for made-up cases."""
TABLES: Final[Mapping[str, str]] = {"cases": "case", **{section: about for about, section in SECTIONS.items()}}
"""Every table, by the kind of record it holds."""
_NAMED = ("label", "from", "same_event")
_SECTION: Final = Tri()


def items_of(table: str) -> dict[str, Item]:
    """The questions of a table by column, in their order."""
    about = TABLES[table]
    if about != "case":
        return dict(ITEMS[about])
    isolation = {f"isolation.{name}": item for name, item in ITEMS["isolation"].items()}
    return {**ITEMS["case"], **isolation}


def columns_of(table: str) -> tuple[str, ...]:
    """All columns that a table may have."""
    names = [CASE]
    if table == "cases":
        names += [MARK, *(f"{section}.{mark}" for section in SECTIONS.values() for mark in ("asked", "complete"))]
    else:
        names += [ID, "label"] if table == "people" else [ID, *_NAMED]
    for name, item in items_of(table).items():
        if isinstance(item.type, Multi):
            names += [f"{name}.{member}" for member in item.type.members]
        else:
            names.append(name)
        names.append(name + UNKNOWN)
    return tuple(names)


def record_to_wire(table: str, row: Mapping[str, Any]) -> dict[str, Any]:
    """One row as the flat wire of its record: answers by field; empty cells are left out."""
    wire: dict[str, Any] = {}
    if table != "cases":
        wire |= {name: row[name] for name in (ID, *_NAMED) if row.get(name) is not None}
        if isinstance(wire.get("same_event"), str):
            wire["same_event"] = wire["same_event"].split()
    for name, item in _ITEMS[table].items():
        answer = _answer(name, item, row)
        if answer is not None:
            wire[name] = answer
    return wire


def case_to_wire(case: Mapping[str, Any], children: Mapping[str, Iterable[Mapping[str, Any]]]) -> dict[str, Any]:
    """The wire of an intake from its row in the table of cases and its rows in the others."""
    wire: dict[str, Any] = {"intake_version": "1", "case_id": case[CASE]}
    for name, answer in record_to_wire("cases", case).items():
        part, _, field = name.partition(".")
        wire.setdefault(part, {})[field] = answer
    for section in SECTIONS.values():
        told = dict(_marks(section, case))
        items = [record_to_wire(section, row) for row in children.get(section, ())]
        if items:
            told["items"] = items
        if told:
            wire[section] = told
    return wire


def _marks(section: str, case: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for mark in ("asked", "complete"):
        answer = _plain(_SECTION, f"{section}.{mark}", case)
        if answer is not None:
            yield mark, answer


def _answer(name: str, item: Item, row: Mapping[str, Any]) -> Any:
    if not isinstance(item.type, Multi):
        return _plain(item.type, name, row)
    told = {member: row[column] for member, column in _MEMBERS[name, item.type] if row.get(column) is not None}
    return told or _absent(name, row)


def _plain(kind: Any, name: str, row: Mapping[str, Any]) -> Any:
    value = row.get(name)
    if value is None:
        return _absent(name, row)
    match kind:
        case Day():
            return day_to_wire(value)
        case Link(many=True) if value != "none":
            return value.split()
        case Tri() | Choice():
            return value
    return value


def _absent(name: str, row: Mapping[str, Any]) -> Any:
    reason = row.get(name + UNKNOWN)
    return None if reason is None else {"unknown": reason}


_ITEMS = {table: items_of(table) for table in TABLES}
_MEMBERS = {
    (name, item.type): tuple((member, f"{name}.{member}") for member in item.type.members)
    for items in _ITEMS.values()
    for name, item in items.items()
    if isinstance(item.type, Multi)
}
