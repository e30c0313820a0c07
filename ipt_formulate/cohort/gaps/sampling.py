"""Which cases are drawn, while nobody knows yet how many there will be?"""

from __future__ import annotations

import heapq
import random
from collections.abc import Callable, Iterable, Sequence

from ipt_formulate.intake import Intake


class Sample:
    """Cases drawn without replacement, while nobody knows yet how many there will be.

    Every case draws a lot, and those with the lowest stay. So the sample hangs on the seed and the order of the cases,
    and not on where a batch ends.
    """

    def __init__(self, size: int, seed: int) -> None:
        self._size = size
        self._chance = random.Random(seed)
        self._seen = 0
        self._drawn: list[tuple[float, int]] = []
        self._intakes: dict[int, Intake] = {}

    def add(self, cases: int, intakes: Callable[[Sequence[int]], Iterable[Intake]]) -> None:
        """Draw among so many more cases; `intakes` gives those at these places among them, in that order."""
        lots = [(self._chance.random(), self._seen + place) for place in range(cases)]
        self._drawn = heapq.nsmallest(self._size, [*self._drawn, *lots])
        numbers = sorted(number for _, number in self._drawn)
        new = [number for number in numbers if number >= self._seen]
        made = zip(new, intakes([number - self._seen for number in new]), strict=True)
        self._intakes |= made
        self._intakes = {number: self._intakes[number] for number in numbers}
        self._seen += cases

    @property
    def intakes(self) -> tuple[Intake, ...]:
        """Those drawn so far, in the order of the cases."""
        return tuple(self._intakes.values())
