"""Where in the wire form of an intake does each answer stand? For tests that change answers of one type."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ipt_formulate.intake import ITEMS, SECTIONS, Item

Wire = dict[str, Any]


def answers(wire: Wire) -> Iterator[tuple[Wire, str, Item]]:
    """Every answer that is given: the map that holds it, its key there, and its item."""
    for name, item in ITEMS["case"].items():
        part, _, field = name.partition(".")
        if field in wire.get(part, {}):
            yield wire[part], field, item
    for field, item in ITEMS["isolation"].items():
        if field in wire.get("isolation", {}):
            yield wire["isolation"], field, item
    for about in SECTIONS:
        for record in records(wire, about):
            yield from ((record, field, item) for field, item in ITEMS[about].items() if field in record)


def records(wire: Wire, about: str) -> list[Wire]:
    """The records of one kind."""
    listed: list[Wire] = wire.get(SECTIONS[about], {}).get("items", [])
    return listed


def bare(told: Any) -> Any:
    """The value of an answer without its source and day; None where there is no value."""
    if isinstance(told, dict) and ("value" in told or "unknown" in told):
        return told.get("value")
    return told


def put(holder: Wire, field: str, value: Any) -> None:
    """Replace the value of an answer and keep its source and day."""
    told = holder.get(field)
    wrapped = isinstance(told, dict) and "value" in told
    holder[field] = {**told, "value": value} if isinstance(told, dict) and wrapped else value
