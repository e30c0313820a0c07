"""Which cases do the property tests look at? A numbered population, each formulated once and looked at by many tests.

Hypothesis draws numbers. A number stands for a pair of intakes, the second with more known than the first: most are
plausible, some are nearly empty, some are the examples of this repository with answers hidden. In the profile `ci` the
population is small, so that tests share the work; in `long` it is without end.
"""

from __future__ import annotations

import random
from functools import cache, lru_cache
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st

from ipt_formulate.intake import Intake
from tests.properties.case import worked
from tests.properties.plausible import less_known, plausible_pair

EXAMPLES = Path(__file__).parents[2] / "examples" / "cases"
POPULATION = 150 if settings.default is None or settings.default.max_examples <= 100 else 2**40
GAPS = (0.0, 0.0, 0.03, 0.1, 0.3, 0.6, 0.9)
HIDDEN = (0.02, 0.1, 0.3, 0.7)
EVERY_EXAMPLE = 10


class Case:
    """One intake and what follows from it. Shared by all tests: look, do not touch."""

    def __init__(self, name: str, intake: Intake) -> None:
        self.name = name
        self.intake = intake
        self.work, self.focus = worked(intake)

    def __repr__(self) -> str:
        """How to get it again; never the answers, which would fill pages."""
        return self.name


@cache
def examples() -> tuple[Intake, ...]:
    """The example cases of this repository."""
    files = (file for file in sorted(EXAMPLES.rglob("*.yaml")) if file.name != "labels.yaml")
    return tuple(Intake.from_file(file) for file in files)


def intakes_of(number: int) -> tuple[Intake, Intake]:
    """The pair of intakes that a number stands for."""
    hidden = random.Random(number).choice(HIDDEN)
    if number % EVERY_EXAMPLE == 0:
        full = examples()[number // EVERY_EXAMPLE % len(examples())]
        return less_known(full, number, hidden), full
    return plausible_pair(number, random.Random(number + 1).choice(GAPS), hidden)


@lru_cache(maxsize=POPULATION if POPULATION < 1000 else 10)
def pair(number: int) -> tuple[Case, Case]:
    """The pair of cases that a number stands for, the second with more known."""
    less, full = intakes_of(number)
    return Case(f"pair({number})[0]", less), Case(f"pair({number})[1]", full)


NUMBERS = st.integers(0, POPULATION - 1)
PAIRS = NUMBERS.map(pair)
CASES = st.builds(lambda number, which: pair(number)[which], NUMBERS, st.sampled_from((1, 1, 0)))
FULL = NUMBERS.map(lambda number: pair(number)[1])
