"""What is a yes-or-no test on the properties of one fact, and how is it written for the native engine?

Comparisons of one whole-number property with a constant, joined by *every* and *some*; nothing else. Three values are
turned into such tests in `rails`. A formula knows in how many ways it can hold at once, because the native engine
fires once for each of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from math import prod
from typing import Any, Literal, TypeAlias

Operator: TypeAlias = Literal["==", "!=", "<", "<=", ">", ">="]
Expression: TypeAlias = Mapping[str, Any]
"""A condition as the native engine reads it."""

_WRITTEN: Mapping[Operator, str] = {"!=": "$neq", "<": "$lt", "<=": "$lte", ">": "$gt", ">=": "$gte"}


@dataclass(frozen=True, slots=True)
class Compare:
    """A property of the fact compares so with a constant. False, whatever the operator, for a fact without it."""

    property: str
    operator: Operator
    value: int


@dataclass(frozen=True, slots=True)
class Every:
    """All parts hold."""

    parts: tuple[Formula, ...]


@dataclass(frozen=True, slots=True)
class Some:
    """At least one part holds. `exclusive`: never more than one of them."""

    parts: tuple[Formula, ...]
    exclusive: bool = False


Formula: TypeAlias = Compare | Every | Some

ALWAYS: Formula = Every(())
NEVER: Formula = Some(())


def every(parts: Iterable[Formula]) -> Formula:
    """The parts joined, without what goes without saying."""
    kept: dict[Formula, None] = {}
    for part in parts:
        if part == NEVER:
            return NEVER
        kept.update(dict.fromkeys(conjuncts(part)))
    return Every(tuple(kept)) if len(kept) != 1 else next(iter(kept))


def some(parts: Iterable[Formula], *, exclusive: bool = False) -> Formula:
    """One of the parts, without those that cannot be."""
    kept: dict[Formula, None] = {}
    for part in parts:
        if part == ALWAYS:
            return ALWAYS
        if isinstance(part, Some) and (part.exclusive == exclusive or not part.parts):
            kept.update(dict.fromkeys(part.parts))
        else:
            kept[part] = None
    if not kept:
        return NEVER
    return Some(tuple(kept), exclusive) if len(kept) != 1 else next(iter(kept))


def conjuncts(formula: Formula) -> tuple[Formula, ...]:
    """Its parts if all of them must hold; else the formula itself."""
    return formula.parts if isinstance(formula, Every) else (formula,)


def comparisons(formula: Formula) -> Iterator[Compare]:
    """Every comparison in it."""
    if isinstance(formula, Compare):
        yield formula
    else:
        for part in formula.parts:
            yield from comparisons(part)


def ways(formula: Formula) -> int:
    """In how many ways it can hold at once, at most."""
    match formula:
        case Every(parts):
            return prod(ways(part) for part in parts)
        case Some(parts, exclusive):
            return max(map(ways, parts), default=0) if exclusive else sum(map(ways, parts))
        case Compare():
            return 1


def written(formula: Formula) -> Expression:
    """The formula for the native engine, comparisons before groups. `ALWAYS` and `NEVER` cannot be written."""
    if isinstance(formula, Compare):
        held = {formula.property: formula.value}
        return held if formula.operator == "==" else {_WRITTEN[formula.operator]: held}
    assert formula.parts, "an empty group makes the native engine loop for ever"
    ordered = sorted(formula.parts, key=lambda part: not isinstance(part, Compare))
    return {"$and" if isinstance(formula, Every) else "$or": [written(part) for part in ordered]}
