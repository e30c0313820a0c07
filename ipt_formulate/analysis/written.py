"""Which sentence of the rule language stands for a condition?

The way back from nodes to text: reading the sentence again over the same blocks gives the same condition.
"""

from __future__ import annotations

from ipt_formulate.rulebook import nodes as n
from ipt_formulate.rulebook.nodes import Condition


def written(node: Condition) -> str:
    """The sentence over the names of blocks.

    Raises
    ------
    ValueError
        For a test outside a block, which no sentence can say.
    """
    match node:
        case n.Block(name):
            return name
        case n.AllOf(parts) | n.AnyOf(parts):
            return f" {'and' if isinstance(node, n.AllOf) else 'or'} ".join(_single(part) for part in parts)
        case n.Not(n.AtLeast(1, about, part, other)):
            return f"no {'other ' if other else ''}{about} where {_single(part)}"
        case n.Not(part):
            return f"not {_single(part)}"
        case n.AtLeast(1, about, part, other):
            return f"any {'other ' if other else ''}{about} where {_single(part)}"
        case n.AtLeast(count, about, part, other):
            return f"at least {count} {'other ' if other else ''}{about} where {_single(part)}"
        case n.Connected(about, part):
            return f"connected {about} where {_single(part)}"
        case n.Linked(sign, _, part):
            return f"{sign.name} where {_single(part)}"
        case _:
            raise ValueError("a sentence joins blocks; this test stands outside of one")


def _single(node: Condition) -> str:
    return f"({written(node)})" if isinstance(node, n.AllOf | n.AnyOf) else written(node)
