"""What must a peer be able to do? Take rules once, then say for the rows of a case which of them fire."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from benchmarks.peers.rows import Row
from benchmarks.peers.said import Said

Fired = set[tuple[str, int]]
"""Names of rules and numbers of rows."""


class Peer(Protocol):
    """A rule engine with rules in it.

    Attributes
    ----------
    batch
        Whether `fire` has a way of its own for many cases at once: rows of a thousand cases in one call, not in a loop.
    """

    batch: bool

    def __init__(self, rules: Sequence[Said]) -> None: ...

    def fire(self, rows: Iterable[Row]) -> Fired:
        """Every rule that fires, with the row."""
        ...
