"""Which combinations of codes occur, and how often? Cases with the same codes are alike to every statistic.

Drawing cases with replacement is then drawing how often each combination occurs: a million cases cost as much as fifty.
"""

from __future__ import annotations

from collections import Counter
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
    many cases have it. ``about``: the dispute that each rater means, as a number, -1 where nobody said; codes about
    different ones are not compared. ``held``: whether the file of each rater has the case at all; None: every one has.
    ``rows``: the row of each case, in the order of the cases.
    """

    labels: tuple[str, ...]
    codes: Ints
    times: Ints
    about: Ints | None = None
    held: NDArray[np.bool_] | None = None
    rows: tuple[int, ...] = ()

    @property
    def cases(self) -> int:
        """How many cases there are."""
        return int(self.times.sum())

    def of(self, raters: Sequence[int], least: int = 2) -> Patterns:
        """Only these raters, and only cases that two of their files have and at least so many of them rated."""
        enough = self.rated(raters, least)
        return Patterns(self.labels, self._comparable(raters)[enough], self.times[enough])

    def rated(self, raters: Sequence[int], least: int = 2) -> NDArray[np.bool_]:
        """Which rows `of` keeps."""
        enough = np.asarray((self._comparable(raters) != MISSING).sum(axis=1) >= least, dtype=np.bool_)
        return enough if self.held is None else enough & (self.held[:, list(raters)].sum(axis=1) >= 2)

    def differ(self, one: int, other: int) -> NDArray[np.bool_]:
        """In which rows do two raters give different codes that can be compared?"""
        codes = self._comparable((one, other))
        return self.rated((one, other)) & np.asarray(codes[:, 0] != codes[:, 1], dtype=np.bool_)

    def _comparable(self, raters: Sequence[int]) -> Ints:
        """The codes of these raters; none of a case in which they name different disputes, whoever stands first."""
        codes = self.codes[:, list(raters)]
        if self.about is None:
            return codes
        about = self.about[:, list(raters)]
        named = (about != MISSING) & (codes != MISSING)
        first = np.take_along_axis(about, named.argmax(axis=1)[:, None], axis=1)
        return np.where((named & (about != first)).any(axis=1, keepdims=True), MISSING, codes)


def patterns(item: RatedItem, raters: Sequence[Coding], cases: Sequence[str]) -> Patterns:
    """The combinations over ``cases``."""
    places = {label: index for index, label in enumerate(item.labels)}
    found: list[tuple[tuple[int, ...], ...]] = []
    for case in cases:
        codes = tuple(places[code] if (code := code_of(item, rater, case)) else MISSING for rater in raters)
        disputes = [dispute_of(item, rater, case) for rater in raters]
        told = [each for each in dict.fromkeys(disputes) if each]
        about = tuple(told.index(each) if each else MISSING for each in disputes)
        found.append((codes, about, tuple(int(case in rater.cases) for rater in raters)))
    counted = Counter(found)
    rows = sorted(counted)
    shape = (len(rows), len(raters))
    codes_, about_, held = (np.array([row[part] for row in rows], dtype=np.int64).reshape(shape) for part in range(3))
    times = np.array([counted[row] for row in rows], dtype=np.int64)
    at = {row: number for number, row in enumerate(rows)}
    return Patterns(item.labels, codes_, times, about_, held == 1, tuple(at[row] for row in found))


def code_of(item: RatedItem, rater: Coding, case: str) -> str | None:
    """The code of one rater, if there is one."""
    return rater.cases.get(case, {}).get(item.name)


def dispute_of(item: RatedItem, rater: Coding, case: str) -> str | None:
    """The dispute that the code of one rater is about, if that was said."""
    return rater.situations.get(case, {}).get("lead_dispute") if item.name == "stage" else None
