"""What has been found of one case so far?

Records take their seats, once for each pass; seats are numbered through, so that nothing of the strict pass can ever be
joined with the presumed one. Truths are kept by seat; none kept means *no*.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeAlias

from ipt_formulate.engines.connections import connected
from ipt_formulate.engines.durable.readings import Seat
from ipt_formulate.engines.facts import View
from ipt_formulate.engines.signs import Situations
from ipt_formulate.logic.truth import NO, Truth
from ipt_formulate.rulebook.nodes import ABOUTS, About

Cast: TypeAlias = Mapping[About, list[Seat]]
"""The seats of one pass, by kind of record, in the order of the case."""


class Findings:
    """Truths of judgements and parts by seat, and which records are connected."""

    def __init__(self, situations: Situations, judgements: int, parts: int) -> None:
        self.strict = _cast(situations.strict, 0)
        self.presumed = _cast(situations.presumed, sum(map(len, self.strict.values())))
        self.truths: list[dict[int, Truth]] = [{} for _ in range(judgements)]
        self.parts: list[dict[int, Truth]] = [{} for _ in range(parts)]
        self._connected: dict[tuple[int, int], Truth] = {}

    @property
    def casts(self) -> tuple[Cast, Cast]:
        """Both passes."""
        return self.strict, self.presumed

    def seats(self, about: About) -> Iterator[Seat]:
        """The records of a kind in both passes."""
        for cast in self.casts:
            yield from cast[about]

    def truth(self, judgement: int, seat: Seat) -> Truth:
        """What is found for a judgement."""
        return self.truths[judgement].get(seat.number, NO)

    def present(self, judgement: int, seat: Seat) -> Truth:
        """Does the record exist, and does the judgement hold for it?"""
        return min(seat.record.exists, self.truth(judgement, seat))

    def connection(self, one: Seat, other: Seat) -> Truth:
        """Are two records of one pass connected? The same either way round."""
        pair = min(one.number, other.number), max(one.number, other.number)
        if pair not in self._connected:
            self._connected[pair] = connected(one.record, other.record, one.view)
        return self._connected[pair]


def lift(truths: dict[int, Truth], number: int, truth: Truth) -> None:
    """Keep the higher truth."""
    if truth > truths.get(number, NO):
        truths[number] = truth


def _cast(view: View, first: int) -> Cast:
    cast: dict[About, list[Seat]] = {}
    for about in ABOUTS:
        records = view.of(about)
        cast[about] = [Seat(number, record, view) for number, record in enumerate(records, first)]
        first += len(records)
    return cast
