"""How does one intake in the wire format become rows of the tables of the layout?

Only the shape is looked at: what has no place in the layout is a fault of the intake. Whether an answer is possible is
for whoever reads the tables; it keeps its text.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from ipt_formulate.cohort.days import day_to_text
from ipt_formulate.cohort.layout import (
    DECISION,
    DECISIONS,
    ID,
    MARK,
    NAMED,
    SOURCE,
    TABLES,
    UNKNOWN,
    columns_of,
    items_of,
)
from ipt_formulate.intake import SECTIONS
from ipt_formulate.intake.answer import ABSENCES
from ipt_formulate.intake.items import CASE_PARTS
from ipt_formulate.intake.situation import ISOLATION
from ipt_formulate.intake.types import NO, YES, AnswerType, Day, Link, Misreadings, Multi, Text, Tri
from ipt_formulate.intake.types import UNKNOWN as UNKNOWN_WORD
from ipt_formulate.intake.versions import migrate
from ipt_formulate.reading import Fault, nearest

Row = list[str | int | None]
"""One row: a cell for each of `COLUMNS`, in their order."""
NAMES: Final = (*TABLES, DECISIONS)
COLUMNS: Final = {name: tuple(column for column in columns_of(name) if column != MARK) for name in NAMES}
_AT: Final = {name: {column: at for at, column in enumerate(columns)} for name, columns in COLUMNS.items()}
_PARTS: Final = (*CASE_PARTS, ISOLATION)
_SECTIONS: Final = frozenset(SECTIONS.values())
_TOP: Final = ("intake_version", "case_id", *_PARTS, *SECTIONS.values(), DECISIONS)
_KEYS: Final = ("value", "unknown", "source", "on")
_MARKS: Final = ("asked", "complete")


class Slot:
    """Where an answer goes: its cell, those of its reason and source, and of its members.

    `bare`: as it is told; `id`: it is one; `ids`: it holds several.
    """

    __slots__ = ("at", "bare", "id", "ids", "kind", "members", "source", "unknown", "word")

    def __init__(self, table: str, name: str, kind: AnswerType | None) -> None:
        here = _AT[table]
        self.kind = kind
        self.at = here.get(name, -1)
        self.unknown = here.get(name + UNKNOWN, -1)
        self.source = here.get(name + SOURCE, -1)
        self.members = {each: here[f"{name}.{each}"] for each in kind.members} if isinstance(kind, Multi) else {}
        self.bare = not isinstance(kind, Multi | Day) and not (isinstance(kind, Link) and kind.many)
        self.id = name in (ID, "from") if kind is None else isinstance(kind, Link) and not kind.many
        self.ids = name == "same_event" if kind is None else isinstance(kind, Link) and kind.many
        self.word = not isinstance(kind, Text) and kind is not None


class Shapeless(Exception):
    """Something in an intake that has no place in a table."""

    def __init__(
        self, code: str, path: str, message: str, near: str | None = None, *, expected: str | None = None
    ) -> None:
        self.fault = Fault(code, path, message, None, expected, near)
        super().__init__(message)


def flat(wire: Any, number: int) -> dict[str, list[Row]]:
    """The rows of an intake by table.

    Parameters
    ----------
    wire
        Plain data in the wire format.
    number
        The line it stands in; every row says so.

    Raises
    ------
    Shapeless
        For the first thing that has no place in a table.
    """
    if not isinstance(wire, dict):
        raise Shapeless("A102", "", "is no intake but a value of another kind")
    if wire.get("intake_version") not in (None, "1", 1):
        wire = _migrated(wire)
    given = wire.get("case_id")
    name = "" if given is None else _id(given, "case_id", "C102")
    if not name.strip():
        raise Shapeless("C102", "case_id", "has no id")
    case = _row("cases", name, number)
    found: dict[str, list[Row]] = {"cases": [case]}
    for part, value in wire.items():
        if value is None:
            continue
        if part in _SECTIONS:
            found[part] = _section(part, value, case)
        elif part in _SLOTS_OF_PARTS:
            _group(_SLOTS_OF_PARTS[part], _map(part, value), case, part)
        elif part == DECISIONS:
            found[part] = [_decision(each, name, number, place) for place, each in enumerate(_list(part, value))]
        elif part not in _TOP:
            raise Shapeless("A101", "", "holds a field that is none of the intake", nearest(str(part), _TOP))
    return found


def _row(table: str, case: str, number: int) -> Row:
    row: Row = [None] * len(COLUMNS[table])
    row[0] = case
    row[-1] = number
    return row


def _migrated(wire: dict[str, Any]) -> dict[str, Any]:
    try:
        return dict(migrate(wire))
    except Misreadings as error:
        raise Shapeless("A112", "intake_version", error.misreads[0].message) from None


def _section(table: str, wire: Any, case: Row) -> list[Row]:
    if isinstance(wire, list):
        wire = {"asked": YES, "items": wire}
    wire = _map(table, wire)
    items = _list(f"{table}.items", wire.get("items") or [])
    marks = _MARK_SLOTS[table]
    for mark, slot in marks.items():
        if wire.get(mark) is not None:
            _answer(slot, wire[mark], case, f"{table}.{mark}")
    asked, complete = marks["asked"], marks["complete"]
    if case[asked.at] is None and case[asked.unknown] is None and (items or case[complete.at] is not None):
        case[asked.at] = YES  # whoever tells of a record was asked
    strange = [key for key in wire if key not in (*_MARKS, "items")]
    if strange:
        near = nearest(str(strange[0]), (*_MARKS, "items"))
        raise Shapeless("A101", table, "holds a field that is none of a list", near)
    return [_record(table, item, case, place) for place, item in enumerate(items)]


def _record(table: str, wire: Any, case: Row, place: int) -> Row:
    path = f"{table}[{place}]"
    row: Row = [None] * len(COLUMNS[table])
    row[0] = case[0]
    row[-1] = case[-1]
    _group(_SLOTS[table], _map(path, wire), row, path)
    return row


def _group(slots: Mapping[str, Slot], wire: Mapping[str, Any], row: Row, path: str) -> None:
    for key, value in wire.items():
        if value is None:
            continue
        slot = slots.get(key)
        if slot is None:
            raise Shapeless("A101", path, "holds a field that is none of the intake", nearest(key, slots))
        if slot.bare and type(value) is str and (value != UNKNOWN_WORD or not slot.word):
            row[slot.at] = value
        else:
            _answer(slot, value, row, f"{path}.{key}")


def _answer(slot: Slot, wire: Any, row: Row, path: str) -> None:
    if isinstance(wire, dict) and ("value" in wire or "unknown" in wire):
        _wrapped(slot, wire, row, path)
    elif wire == UNKNOWN_WORD and slot.word:
        row[slot.unknown] = "do_not_know"
    elif slot.members:
        _members(slot, wire, row, path)
    elif slot.ids:
        row[slot.at] = _ids(wire, path)
    elif slot.id:
        row[slot.at] = _id(wire, path)
    else:
        row[slot.at] = _text(wire, path) if slot.bare else _day(wire, path)


def _wrapped(slot: Slot, wire: dict[str, Any], row: Row, path: str) -> None:
    for key in wire:
        if key not in _KEYS:
            raise Shapeless("A101", path, "holds a key that is none of an answer", nearest(key, _KEYS))
    if slot.unknown < 0:
        raise Shapeless("A102", path, "is no answer, and has neither source nor reason")
    if "value" in wire and "unknown" in wire:
        raise Shapeless("A102", path, "has both a value and a reason for having none")
    if "unknown" in wire:
        if wire["unknown"] not in ABSENCES:
            near = nearest(str(wire["unknown"]), ABSENCES)
            raise Shapeless("A104", path, "is no reason for having no answer", near)
        if wire["unknown"] != "not_asked":
            row[slot.unknown] = wire["unknown"]
    elif wire["value"] is not None:
        _answer(slot, wire["value"], row, path)
    if wire.get("source") is not None:
        row[slot.source] = _text(wire["source"], path)


def _members(slot: Slot, wire: Any, row: Row, path: str) -> None:
    if wire == "none" or (isinstance(wire, dict) and [*wire] == ["none"] and wire["none"] in (True, YES)):
        for at in slot.members.values():
            row[at] = NO
        return
    if isinstance(wire, list) and wire:
        wire = dict.fromkeys(map(str, wire), YES)
    if not isinstance(wire, dict) or not wire:
        raise Shapeless("A102", path, "is no list or map of members")
    known = False
    for member, told in wire.items():
        if member not in slot.members:
            raise Shapeless("A104", path, "names a member that there is not", nearest(str(member), slot.members))
        if told != UNKNOWN_WORD and told is not None:
            row[slot.members[member]] = told if type(told) is str else _text(told, path)
            known = True
    if not known:
        row[slot.unknown] = "do_not_know"


def _day(wire: Any, path: str) -> str:
    if not isinstance(wire, dict):
        return _text(wire, path)
    frames = [key for key in wire if key != "about"]
    lag = wire.get(frames[0]) if len(frames) == 1 else None
    whole = frames == ["date"] and isinstance(lag, str | int) and not isinstance(lag, bool)
    counts = isinstance(lag, dict) and lag and all(type(count) is int for count in lag.values())
    if not (whole or (counts and frames[0] in ("before_onset", "before_assessment"))):
        raise Shapeless("A105", path, "holds neither a date nor one lag")
    if wire.get("about", False) not in (True, False, YES, NO):
        raise Shapeless("A105", path, "`about` must be true or false")
    return day_to_text(wire)


def _ids(wire: Any, path: str) -> str:
    listed = [_id(each, path) for each in (wire if isinstance(wire, list) else [wire])]
    if not listed or not all(each and not each.isspace() for each in listed):
        raise Shapeless("A102", path, "is no list of ids")
    if any(len(each.split()) > 1 for each in listed):
        raise Shapeless("A110", path, "holds an id with a blank in it")
    return " ".join(listed)


def _id(wire: Any, path: str, code: str = "A102") -> str:
    """An id as it stands in a cell: a whole number is its digits, as in every other format. Nothing else is guessed."""
    if isinstance(wire, str):
        return wire
    if type(wire) is int:
        return str(wire)
    what = "a truth value" if isinstance(wire, bool) else "a decimal number" if isinstance(wire, float) else "no text"
    raise Shapeless(code, path, f"is {what}, and should be an id", expected="text or a whole number")


def _text(wire: Any, path: str) -> str:
    """A bare value as it stands in a cell."""
    if isinstance(wire, str):
        return wire
    if isinstance(wire, bool):
        return YES if wire else NO
    if isinstance(wire, int | float):
        return str(wire)
    raise Shapeless("A102", path, "holds a list or a map, and should hold one value")


def _decision(wire: Any, case: str, number: int, place: int) -> Row:
    path = f"{DECISIONS}[{place}]"
    row = _row(DECISIONS, case, number)
    for key, value in _map(path, wire).items():
        if key not in DECISION:
            raise Shapeless("A101", path, "holds a field that is none of a decision", nearest(key, DECISION))
        if value is not None:
            row[_AT[DECISIONS][key]] = _DECIDED.get(key, _text)(value, f"{path}.{key}")
    return row


_DECIDED: Final = {"when": _day, "situation": _id}


def _map(path: str, wire: Any) -> dict[str, Any]:
    if not isinstance(wire, dict):
        raise Shapeless("A102", path, "is no group of answers")
    return wire


def _list(path: str, wire: Any) -> list[Any]:
    if not isinstance(wire, list):
        raise Shapeless("A102", path, "is no list")
    return wire


def _slots(table: str) -> dict[str, Slot]:
    kinds: dict[str, AnswerType | None] = {name: item.type for name, item in items_of(table).items()}
    if table != "cases":
        kinds |= dict.fromkeys((ID, "label") if table == "people" else (ID, *NAMED))
    return {name: Slot(table, name, kind) for name, kind in kinds.items()}


_SLOTS: Final = {table: _slots(table) for table in TABLES}
_SLOTS_OF_PARTS: Final = {
    part: {name.removeprefix(f"{part}."): slot for name, slot in _SLOTS["cases"].items() if name.startswith(f"{part}.")}
    for part in _PARTS
}
_MARK_SLOTS: Final = {
    section: {mark: Slot("cases", f"{section}.{mark}", Tri()) for mark in _MARKS} for section in SECTIONS.values()
}
