"""When does one thing stand before another, if its criteria are only known as ranges?

Two orders, never mixed: `certainly_before` holds whatever the missing answers are and is a strict partial order
("neither before the other" is *not* transitive and must never be used to form groups). The shown order is plain
comparison of tuples and needs no code here.
"""

from __future__ import annotations

from collections.abc import Sequence

from ipt_formulate.logic.possible import Span


def certainly_before(x: Sequence[Span], y: Sequence[Span]) -> bool:
    """True if `x` stands before `y` under every completion of the missing answers.

    Higher numbers stand first; earlier criteria weigh more. Both must have the same criteria.

    >>> certainly_before([Span(2, 3), Span(5, 5)], [Span(2, 2), Span(1, 4)])
    True
    >>> certainly_before([Span(2, 3)], [Span(3, 3)])
    False
    """
    for mine, theirs in zip(x, y, strict=True):
        if mine.least > theirs.most:
            return True
        if mine.least < theirs.most:
            return False
    return False
