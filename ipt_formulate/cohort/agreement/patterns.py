"""Which combinations of codes occur, and how often? Cases with the same codes are alike to every statistic.

Drawing cases with replacement is then drawing how often each combination occurs: a million cases cost as much as fifty.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ipt_formulate.cohort.agreement.codes import RatedItem
from ipt_formulate.cohort.agreement.coding import Coding

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
MISSING = -1


@dataclass(frozen=True, slots=True)
class Patterns:
    """The codes of several raters on one item.

    ``codes``: one row a combination, one column a rater; indices into ``labels``, -1 where missing. ``times``: how
    many cases have it.
    """

    labels: tuple[str, ...]
    codes: Ints
    times: Ints

    @property
    def cases(self) -> int:
        """How many cases there are."""
        return int(self.times.sum())

    def of(self, raters: Sequence[int], complete: bool = False) -> Patterns:
        """Only these raters, and only cases that at least two of them (or all) rated."""
        codes = self.codes[:, list(raters)]
        enough = (codes != MISSING).sum(axis=1) >= (len(raters) if complete else 2)
        return Patterns(self.labels, codes[enough], self.times[enough])

    def rated(self, raters: Sequence[int], complete: bool = False) -> NDArray[np.bool_]:
        """Which rows `of` keeps."""
        codes = self.codes[:, list(raters)]
        return np.asarray((codes != MISSING).sum(axis=1) >= (len(raters) if complete else 2), dtype=np.bool_)


def patterns(item: RatedItem, raters: Sequence[Coding], cases: Sequence[str]) -> Patterns:
    """The combinations over ``cases``; of a stage only codes about the dispute that the first rater means."""
    places = {label: index for index, label in enumerate(item.labels)}
    counted: dict[tuple[int, ...], int] = {}
    for case in cases:
        row = tuple(places[code] if (code := code_of(item, raters, rater, case)) else MISSING for rater in raters)
        counted[row] = counted.get(row, 0) + 1
    rows = sorted(counted)
    codes = np.array(rows, dtype=np.int64).reshape(len(rows), len(raters))
    return Patterns(item.labels, codes, np.array([counted[row] for row in rows], dtype=np.int64))


def code_of(item: RatedItem, raters: Sequence[Coding], rater: Coding, case: str) -> str | None:
    """The code of one rater, or None; None too for the stage of another dispute than the first rater's."""
    code = rater.cases.get(case, {}).get(item.name)
    if item.name == "stage" and code is not None:
        mine = rater.situations.get(case, {}).get("lead_dispute")
        first = raters[0].situations.get(case, {}).get("lead_dispute")
        if mine and first and mine != first:
            return None
    return code
