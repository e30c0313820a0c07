"""Which part of a condition is to blame when it never changes?"""

from __future__ import annotations

from collections.abc import Callable

from ipt_formulate.analysis.lints.conditions import Placed
from ipt_formulate.rulebook import nodes as n
from ipt_formulate.rulebook.nodes import Condition


def first_constant(placed: Placed, is_constant: Callable[[Condition], bool]) -> Condition | None:
    """The smallest part that is constant, the condition itself included; None if there is none.

    A block is looked at by itself, so in a sentence its inside is left alone.
    """
    if isinstance(placed.condition, n.Block):
        if placed.path[0] != "blocks":
            return None
        inner = _search(placed.condition.part, is_constant)
        return placed.condition if inner is placed.condition.part else inner
    return _search(placed.condition, is_constant)


def _search(node: Condition, is_constant: Callable[[Condition], bool]) -> Condition | None:
    if isinstance(node, n.Block):
        return None
    for part in n.children(node):
        found = _search(part, is_constant)
        if found is not None:
            return found
    return node if is_constant(node) else None
