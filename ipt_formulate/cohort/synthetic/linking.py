"""Which record does each made-up link name? Chosen among the records of the same case, never a record of another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
import pyarrow as pa

from ipt_formulate.cohort.synthetic.values import Bools, Codes, Ints, Words
from ipt_formulate.intake.situation import ISOLATION

LETTERS: Final[Mapping[str, str]] = {"loss": "l", "conflict": "c", "change": "t", "person": "p"}
MOST: Final = 60
"""No case has more records of one kind."""
NONE: Final = 0
_ISOLATION: Final = 1


@cache
def _ids() -> tuple[pa.Array, dict[str, int]]:
    starts, texts = {}, ["none", ISOLATION]
    for kind, letter in LETTERS.items():
        starts[kind] = len(texts)
        texts += [f"{letter}{number + 1}" for number in range(MOST)]
    return pa.array(texts), starts


def names(kind: str, places: Ints) -> Words:
    """The ids of records by their number within the case; a negative number is no link."""
    texts, starts = _ids()
    return Words(np.where(places < 0, NONE, starts[kind] + places), texts)


def optional(kind: str, places: Ints) -> Words:
    """As `names`, but a negative number is an empty cell."""
    texts, starts = _ids()
    return Words(np.where(places < 0, -1, starts[kind] + places), texts)


def some_of(counts: Ints, own: Ints | None, wanted: Bools, rng: np.random.Generator) -> Ints:
    """For each record, the number of some record in its case, not its ``own``; -1 where none is wanted or there."""
    found = np.floor(rng.random(len(counts)) * counts).astype(np.int64)
    gone = (counts == 0) | ~wanted
    if own is not None:
        gone |= found == own
    return np.where(gone, -1, found)


@dataclass(frozen=True, slots=True)
class Situations:
    """The situations of all cases in the order of the cases, as codes among the ids, with the log of their weights."""

    cases: int
    case: Ints
    codes: Ints
    weights: Codes

    def heaviest(self, alone: Bools, rng: np.random.Generator) -> Codes:
        """Draw for each case one situation, in proportion to weight; the isolation in cases that are ``alone``."""
        found: Codes = np.where(alone, _ISOLATION, NONE)
        if len(self.case):
            score = self.weights - np.log(rng.exponential(size=len(self.case)))
            starts = np.flatnonzero(np.diff(self.case, prepend=-1))
            best = np.maximum.reduceat(score, starts)
            winner = np.flatnonzero(score == np.repeat(best, np.diff(starts, append=len(score))))
            found[self.case[winner]] = np.where(alone[self.case[winner]], _ISOLATION, self.codes[winner])
        return found


def situations(cases: int, parts: Sequence[tuple[str, Ints, Ints, Codes]]) -> Situations:
    """Gather the situations from ``parts``: kind, case, number and weight of records."""
    _, starts = _ids()
    case = np.concatenate([part[1] for part in parts])
    codes = np.concatenate([starts[kind] + place for kind, _, place, _ in parts])
    weights = np.log(np.concatenate([part[3] for part in parts]))
    order = np.argsort(case, kind="stable")
    return Situations(cases, case[order], codes[order], weights[order])


def by_code(codes: Codes) -> Words:
    """Links by their codes."""
    return Words(codes, _ids()[0])
