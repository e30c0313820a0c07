"""How are columns called on their way in?

As they are called in the layout and in the encoded tables, but without dots: some backends read a dot as a way into a
nested column.
"""

from __future__ import annotations

from typing import Final

from ipt_formulate.engines.columns import encoding

RAW: Final = "text/"


def plain(name: str) -> str:
    """A name without dots."""
    return name.replace(".", "/")


def raw(name: str) -> str:
    """A day, an id or a link that is still a text, or an answer that tests read later."""
    return plain(RAW + name)


def named(link: str, slot: int) -> str:
    """The number of the record that a link names."""
    return raw(encoding.target(link, slot))


def frame(day: str) -> str:
    """Through which day a day is counted; null if there is none."""
    return plain(encoding.frame(day))


def least(day: str) -> str:
    """The first day it may be."""
    return plain(encoding.least(day))


def most(day: str) -> str:
    """The last day it may be."""
    return plain(encoding.most(day))
