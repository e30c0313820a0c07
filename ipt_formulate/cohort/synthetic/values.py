"""How do drawn values become columns? Arrays of codes with their words, no loop over cases.

Which answers are missing is drawn apart from what they would be: the same seed with another rate of missing answers
gives the same people with other gaps, and a higher rate only adds gaps.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ipt_formulate.cohort.layout import UNKNOWN

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Codes = NDArray[Any]

ABSENT: Final = ("declined", "do_not_know")
DECLINED: Final = 0.06
"""Share of the missing answers that were declined."""
NOT_KNOWN: Final = 0.2
"""Share of the missing answers that were declined or not known; the rest was not asked."""
MEMBERS_MISSING: Final = 0.3
"""How often, relative to whole answers, a single member of an answered multi-choice question is not known."""


@dataclass(frozen=True, slots=True)
class Words:
    """One word a row, as a code into ``words``; a negative code has no answer, for no reason that was told."""

    codes: Codes
    words: pa.Array

    def __len__(self) -> int:
        return len(self.codes)


@dataclass(frozen=True, slots=True)
class Numbers:
    """One whole number a row."""

    values: Codes

    def __len__(self) -> int:
        return len(self.values)


@dataclass(frozen=True, slots=True)
class Ticked:
    """Members that are true, one column a member."""

    members: tuple[str, ...]
    yes: Bools

    def __len__(self) -> int:
        return len(self.yes)


Value = Words | Numbers | Ticked
YES_NO: Final = pa.array(["yes", "no"])


def told(yes: Bools) -> Words:
    """Yes or no a row."""
    return Words((~yes).view(np.int8), YES_NO)


def words(codes: Codes, vocabulary: Sequence[str]) -> Words:
    """Words by code."""
    return Words(codes, pa.array(vocabulary))


def columns(
    name: str, value: Value, rate: float, rng: np.random.Generator, fits: Bools | None
) -> Iterator[tuple[str, pa.Array]]:
    """The columns of a field: its values, and why they are missing. Rows that do not ``fit`` were not asked."""
    drawn = rng.random(len(value), dtype=np.float32)
    missing = drawn < rate
    silent = missing if fits is None else missing | ~fits
    match value:
        case Words(codes, vocabulary):
            yield name, coded(codes, vocabulary, silent)
        case Numbers(values):
            yield name, pa.array(values.astype(np.int16), mask=silent)
        case Ticked(members, yes):
            part = rng.random(yes.shape, dtype=np.float32) < rate * MEMBERS_MISSING
            for index, member in enumerate(members):
                yield f"{name}.{member}", coded((~yes[:, index]).view(np.int8), YES_NO, silent | part[:, index])
    why = (drawn >= rate * DECLINED).view(np.int8)
    told_why = drawn < rate * NOT_KNOWN
    if fits is not None:
        told_why &= fits
    yield name + UNKNOWN, coded(why, _ABSENT, ~told_why)


_ABSENT = pa.array(ABSENT)


def coded(codes: Codes, vocabulary: pa.Array, silent: Bools | None = None) -> pa.Array:
    """A column of words; only those that occur are written to its dictionary."""
    empty = codes < 0 if silent is None else silent | (codes < 0)
    if len(vocabulary) > np.iinfo(np.int8).max:
        used = np.bincount(np.maximum(codes, 0), minlength=len(vocabulary)) > 0
        codes = (np.cumsum(used) - 1)[np.maximum(codes, 0)].astype(np.int32)
        vocabulary = vocabulary.filter(pa.array(used))
    return pa.DictionaryArray.from_arrays(pa.array(codes, mask=empty), vocabulary)
