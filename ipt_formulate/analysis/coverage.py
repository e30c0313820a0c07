"""Where has each statement of the reference gone?

Into rules, into a property that the engine keeps (`kept_by`), or into the list of what cannot be said.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ipt_formulate.rulebook import Rulebook


def coverage_of(book: Rulebook) -> dict[str, tuple[str, ...]]:
    """For each statement the places where it is kept; empty for one that is nowhere."""
    places: dict[str, list[str]] = {statement: [] for statement in book.statements}
    for rule in book.active:
        for statement in rule.knowledge:
            places[statement].append(rule.id)
    for statement, body in book.statements.items():
        places[statement] += [f"kept by {name}" for name in kept_by(body)]
    for entry in book.untranslatable:
        for statement in statements_of(entry):
            if statement in places:
                places[statement].append("cannot be said (untranslatable.yaml)")
    return {statement: tuple(found) for statement, found in places.items()}


def misnamed(book: Rulebook) -> tuple[str, ...]:
    """The statements that untranslatable.yaml names and statements.yaml does not have, sorted."""
    named = {statement for entry in book.untranslatable for statement in statements_of(entry)}
    return tuple(sorted(named - set(book.statements)))


def kept_by(statement: Mapping[str, Any]) -> Iterator[str]:
    """The property tests that keep a statement about the engine."""
    named = statement.get("kept_by") or ()
    yield from [named] if isinstance(named, str) else named


def statements_of(entry: Mapping[str, Any]) -> Iterator[str]:
    """The statements that an entry of untranslatable.yaml is about."""
    named = entry.get("knowledge") or ()
    yield from [named] if isinstance(named, str) else named
