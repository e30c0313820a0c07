"""How does the native engine lay out the conditions of a ruleset, and does every fact fit through?

A model of its discrimination network: one node for each distinct comparison after the same beginning, one junction
after each `$or`. While a fact passes through, the nodes still to be visited wait on a stack of 64; `depth` is the most
that can wait there. More than that is an error there, and longer lists of children crash it.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from ipt_formulate.engines.durable.formula import Expression

MOST_WAITING = 60
MOST_CHILDREN = 250
MOST_JUNCTIONS = 120
MOST_ENDS = 250

_Comparison: TypeAlias = tuple[str, str, Any]
_HOLDS: Mapping[str, Callable[[Any, Any], bool]] = {
    "$eq": operator.eq,
    "$neq": operator.ne,
    "$lt": operator.lt,
    "$lte": operator.le,
    "$gt": operator.gt,
    "$gte": operator.ge,
}


@dataclass(eq=False, slots=True)
class _Node:
    children: dict[_Comparison, _Node] = field(default_factory=dict)
    junctions: list[_Node] = field(default_factory=list)
    ends: int = 0
    depth: int | None = None
    """Kept until something is added below."""


class Network:
    """The nodes of every pattern that was added."""

    def __init__(self) -> None:
        self._root = _Node()
        self._excess: str | None = None

    def add(self, pattern: Expression) -> None:
        """Add the nodes of a pattern."""
        end = self._grow(self._root, pattern)
        end.ends += 1
        self._limit(end)

    def depth(self) -> int:
        """An upper bound of how many nodes can wait at once while one fact passes through."""
        return _depth(self._root)

    def excess(self) -> str | None:
        """What is too large for the native engine, if anything is."""
        if self._excess is None and self.depth() > MOST_WAITING:
            return f"more than {MOST_WAITING} conditions waiting at once"
        return self._excess

    def _grow(self, parent: _Node, expression: Expression) -> _Node:
        """Add what comes after a node; the node at its end."""
        parent.depth = None
        ((key, body),) = expression.items()
        if key == "$and":
            for part in body:
                parent = self._grow(parent, part)
            return parent
        if key == "$or":
            junction = _Node()
            for part in body:
                end = self._grow(parent, part)
                end.depth = None
                end.junctions.append(junction)
                self._limit(end)
            return junction
        end = parent.children.setdefault(_comparison(expression), _Node())
        self._limit(parent)
        return end

    def _limit(self, node: _Node) -> None:
        if len(node.children) > MOST_CHILDREN:
            self._excess = f"more than {MOST_CHILDREN} conditions after one beginning"
        if len(node.junctions) > MOST_JUNCTIONS:
            self._excess = f"more than {MOST_JUNCTIONS} disjunctions after one beginning"
        if node.ends > MOST_ENDS:
            self._excess = f"more than {MOST_ENDS} rules with one ending"


def _comparison(expression: Expression) -> _Comparison:
    ((key, body),) = expression.items()
    if not key.startswith("$"):
        key, body = "$eq", {key: body}
    ((name, value),) = body.items()
    if isinstance(value, Mapping):
        ((alias, other),) = value.items()
        return name, f"{key} {alias} {other}", None
    return name, key, value


def _depth(node: _Node) -> int:
    if node.depth is None:
        below = [_depth(each) for each in (*node.children.values(), *node.junctions)]
        node.depth = max(1, _together(node) - 1 + max(below)) if below else 1
    return node.depth


def _together(node: _Node) -> int:
    """How many children one fact can satisfy at once: of equalities on one property, only one."""
    by_name: dict[str, list[tuple[str, Any]]] = {}
    for name, key, value in node.children:
        by_name.setdefault(name, []).append((key, value))
    return len(node.junctions) + sum(map(_most_together, by_name.values()))


def _most_together(comparisons: list[tuple[str, Any]]) -> int:
    """Of comparisons of one property with constants, the most that one value satisfies; joins always count."""
    constant = [(_HOLDS[key], value) for key, value in comparisons if key in _HOLDS]
    tried = {value for _, value in constant}
    tried |= {value + step for value in tried if isinstance(value, int) for step in (-1, 1)}
    most = max((sum(holds(each, value) for holds, value in constant) for each in tried), default=0)
    return len(comparisons) - len(constant) + most
