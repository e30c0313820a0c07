"""Which smallest sets of steps lead to an aim?

Every set of one step is tried, then every set of two, then of three, smallest first, so that what is found has nothing
smaller inside it. Left out without trying is only what cannot come out otherwise: a step that touches nothing another
one touches, and that changes nothing the aim looks at, adds nothing to it. Stops where it is told to, and says so.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Literal, TypeAlias

from ipt_formulate.explain.aims import Aim
from ipt_formulate.explain.changeable import Step
from ipt_formulate.formulation.staging import DISPUTE
from ipt_formulate.formulation.trials import Trial, Trials
from ipt_formulate.intake import IntakeError
from ipt_formulate.rulebook import conclusions as c

MOST = 3
"""The largest sets that are looked for."""
CHUNK = 256
"""How many sets are looked at between two looks at the clock."""

Progress: TypeAlias = Callable[[int, int, int], None]
"""Called now and then with the size of the sets, how many were looked at, and how many there are."""


@dataclass(frozen=True, slots=True)
class Tried:
    """A step with what came of it alone.

    `touches` is what it can change at all; `moved` what it changed alone of all that the aim looks at, and None where
    it makes or unmakes a situation or the intake refuses it.
    """

    step: Step
    trial: Trial | None
    touches: frozenset[tuple[str, str]]
    moved: frozenset[Hashable] | None


@dataclass(slots=True)
class Search:
    """The search of one case for one aim.

    Attributes
    ----------
    found
        The smallest sets, as indices of steps.
    looked_at
        Every set of at most so many steps was looked at.
    stopped
        Why it did not get further.
    """

    trials: Trials
    aim: Aim
    steps: Sequence[Step]
    progress: Progress | None = None
    until: float | None = None
    found: list[tuple[Step, ...]] = field(default_factory=list)
    looked_at: int = 0
    stopped: Literal["time", "interrupted"] | None = None
    _tried: list[Tried] = field(default_factory=list)
    _relevant: frozenset[str] = frozenset()
    _about: frozenset[str] | None = None

    def run(self, most: int = 2) -> None:
        """Look at all sets of at most `most` steps; what was found stays if it is interrupted."""
        self._relevant = _rules_that_matter(self.aim, self.trials)
        self._about = _records_that_matter(self.aim, self.trials)
        try:
            for size in range(1, most + 1):
                sets = self._singles() if size == 1 else self._larger(size)
                if not sets:
                    return
                self.looked_at = size
        except KeyboardInterrupt:
            self.stopped = "interrupted"

    def _singles(self) -> bool:
        for number, step in enumerate(self.steps):
            if self._is_late(1, number, len(self.steps)):
                return False
            trial = self._under(step)
            moved = None if trial is None or trial.difference is None else self._of_interest(trial.difference)
            self._tried.append(Tried(step, trial, self.trials.touched(step.path), moved))
            if trial is not None and not trial.contradicts and self.aim.reached(trial.outcome):
                self.found.append((step,))
        if all(each.moved is not None for each in self._tried):
            self._tried = [each for each in self._tried if each.moved or self._may_join(each.touches)]
        return True

    def _may_join(self, touches: frozenset[tuple[str, str]]) -> bool:
        """Can the step, which changes nothing of interest alone, do so together with another?"""
        return any(
            (first in self._relevant and self._is_about(second))
            or (self.trials.reads_directly(first, second) and self._is_about(first))
            for first, second in touches
        )

    def _is_about(self, record: str) -> bool:
        return self._about is None or record in self._about

    def _larger(self, size: int) -> bool:
        reached = [frozenset(id(step) for step in each) for each in self.found]
        alone = {next(iter(each)) for each in reached if len(each) == 1}
        rest = [each for each in self._tried if id(each.step) not in alone]
        count = _number_of_sets(len(rest), size)
        for number, chosen in enumerate(combinations(rest, size)):
            if number % CHUNK == 0 and self._is_late(size, number, count):
                return False
            if len({each.step.path for each in chosen}) < size or self._is_superfluous(chosen):
                continue
            ids = frozenset(id(each.step) for each in chosen)
            if size > 2 and any(each < ids for each in reached):
                continue
            trial = self._under(*(each.step for each in chosen))
            if trial is not None and not trial.contradicts and self.aim.reached(trial.outcome):
                self.found.append(tuple(each.step for each in chosen))
        return True

    def _is_superfluous(self, chosen: Sequence[Tried]) -> bool:
        """Does one of the steps add nothing to the others, whatever they do?"""
        if any(each.moved is None for each in chosen):
            return False
        return any(
            (not one.moved or (one.trial is not None and one.trial.contradicts))
            and all(one.touches.isdisjoint(other.touches) for other in chosen if other is not one)
            for one in chosen
        )

    def _under(self, *steps: Step) -> Trial | None:
        try:
            return self.trials.under({step.path: step.after for step in steps})
        except IntakeError:
            return None

    def _of_interest(self, difference: frozenset[Hashable]) -> frozenset[Hashable]:
        found = set()
        for each in difference:
            assert isinstance(each, tuple)
            if each[0] == "rules":
                about = self.trials.book.rules[each[1][0]].about
                if each[1][0] in self._relevant and self._is_about(f"{about}:{each[1][1]}"):
                    found.add(each)
            elif each[0] in ("bars", "edges"):
                if each[1][0] in self._relevant:
                    found.add(each)
            elif each[0] == "contradiction" or (each[0] != "flags" and self._is_about(each[0])):
                found.add(each)
        return frozenset(found)

    def _is_late(self, size: int, number: int, count: int) -> bool:
        if self.progress is not None:
            self.progress(size, number, count)
        if self.until is not None and time.monotonic() > self.until:
            self.stopped = "time"
            return True
        return False


_EVIDENCE = (c.Supports, c.Opposes, c.Excludes, c.Caps, c.Floors, c.Routes)


def _rules_that_matter(aim: Aim, trials: Trials) -> frozenset[str]:
    """The rules whose verdicts the aim can hang on."""
    if aim.kind == "stage":
        return frozenset(
            rule.id
            for rule, each in trials.book.concluding(c.Stages, c.BlocksStage, *_EVIDENCE)
            if getattr(each, "area", DISPUTE) == DISPUTE
        )
    if aim.kind == "standing":
        of_area = (aim.area, None)
        return frozenset(
            rule.id
            for rule, each in trials.book.concluding(*_EVIDENCE)
            if aim.area is None or getattr(each, "area", None) in of_area
        )
    return frozenset(rule.id for rule, _ in trials.book.concluding(*_EVIDENCE, c.Yields, c.Bars, c.Ranks))


def _records_that_matter(aim: Aim, trials: Trials) -> frozenset[str] | None:
    """For a stage: the conflict, and what tells of the same; None where it may be any record."""
    if aim.kind != "stage":
        return None
    order = trials.work.contest.order
    told = [each.candidate for each in order if aim.situation in each.candidate.records]
    return frozenset(member.strict.key for each in told for member in each.members)


def _number_of_sets(things: int, size: int) -> int:
    count = 1
    for i in range(size):
        count = count * (things - i) // (i + 1)
    return count


def minimal(sets: Sequence[tuple[Step, ...]]) -> Iterator[tuple[Step, ...]]:
    """The sets that have no other one inside them."""
    keys = [frozenset((step.path, str(step.after)) for step in each) for each in sets]
    for each, key in zip(sets, keys, strict=True):
        if not any(other < key for other in keys):
            yield each
