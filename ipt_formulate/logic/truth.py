"""What do *and*, *or*, *not* and *at least* mean when an answer may be unknown?

Strong Kleene logic on the whole numbers 0 (no), 1 (unknown), 2 (yes), so that every engine can compute it with
lowest, highest and ``2 - x``. Nothing here may ever turn an unknown into a no.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Literal, TypeAlias

Truth: TypeAlias = int
"""0 no, 1 unknown, 2 yes. Never use it as a condition (`if truth:` would read unknown as yes)."""

TruthWord: TypeAlias = Literal["no", "unknown", "yes"]

NO: Final[Truth] = 0
UNKNOWN: Final[Truth] = 1
YES: Final[Truth] = 2

_WORDS: Final[tuple[TruthWord, TruthWord, TruthWord]] = ("no", "unknown", "yes")


def word(truth: Truth) -> TruthWord:
    """The outward word of a truth value.

    >>> word(UNKNOWN)
    'unknown'
    """
    return _WORDS[truth]


def all_of(parts: Iterable[Truth]) -> Truth:
    """Every part holds; yes when there are none.

    >>> all_of([YES, UNKNOWN]), all_of([NO, UNKNOWN]), all_of([])
    (1, 0, 2)
    """
    return min(parts, default=YES)


def any_of(parts: Iterable[Truth]) -> Truth:
    """At least one part holds; no when there are none.

    >>> any_of([NO, UNKNOWN]), any_of([YES, UNKNOWN]), any_of([])
    (1, 2, 0)
    """
    return max(parts, default=NO)


def negation(part: Truth) -> Truth:
    """The opposite; unknown stays unknown."""
    return YES - part


def at_least(count: int, parts: Iterable[Truth], *, more_may_exist: bool = False) -> Truth:
    """`count` or more parts hold.

    Parameters
    ----------
    count
        How many are needed.
    parts
        The parts that are on record.
    more_may_exist
        True when the list is not known to be complete: then the answer is never no.

    >>> at_least(2, [YES, UNKNOWN]), at_least(2, [YES, NO]), at_least(2, [YES, NO], more_may_exist=True)
    (1, 0, 1)
    """
    values = list(parts)
    if sum(value == YES for value in values) >= count:
        return YES
    if more_may_exist or sum(value != NO for value in values) >= count:
        return UNKNOWN
    return NO
