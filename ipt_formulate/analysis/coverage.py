"""Where has each statement of the reference gone?

Into rules, into a property that the engine keeps (`kept_by`), or into the list of what cannot be said.
"""

from __future__ import annotations

from ipt_formulate.rulebook import Rulebook


def coverage_of(book: Rulebook) -> dict[str, tuple[str, ...]]:
    """For each statement the places where it is kept; empty for one that is nowhere."""
    places: dict[str, list[str]] = {statement: [] for statement in book.statements}
    for rule in book.active:
        for statement in rule.knowledge:
            places[statement].append(rule.id)
    for statement, body in book.statements.items():
        if body.get("kept_by"):
            places[statement].append(f"kept by {body['kept_by']}")
    for entry in book.untranslatable:
        named = entry.get("knowledge") or ()
        for statement in [named] if isinstance(named, str) else named:
            if statement in places:
                places[statement].append("cannot be said (untranslatable.yaml)")
    return {statement: tuple(found) for statement, found in places.items()}
