"""Which few verdicts of rules would have to be otherwise for the engine to say what a coder said?

Verdicts are turned over one by one, and in pairs where one does not do, and the case is concluded anew: what is listed
was seen to bring the coder's code. It tells where to look in the rules; it does not tell that a rule is wrong.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Final

from ipt_formulate.cohort.agreement.codes import NO_FOCUS, UNDECIDED, PresenceRule
from ipt_formulate.engines.verdicts import Pair
from ipt_formulate.formulation.focus import focus_of
from ipt_formulate.formulation.formulate import Work, work_of
from ipt_formulate.formulation.standing import WORDS
from ipt_formulate.logic.truth import NO, YES, word
from ipt_formulate.rulebook import conclusions as c

MOST_RULES: Final = 2
_OF_AREA: Final = (c.Supports, c.Opposes, c.Excludes, c.Caps, c.Floors, c.Routes, c.Bars)
_OF_STAGE: Final = (c.Stages, c.BlocksStage)
_OF_FOCUS: Final = (*_OF_AREA, c.Ranks)


@dataclass(frozen=True, slots=True)
class Turned:
    """One verdict that would be otherwise: of which rule about which record, what it is, and what it would be."""

    rule: str
    record: str
    now: str
    other: str

    def __str__(self) -> str:
        """For reports."""
        return f"{self.rule} of {self.record}: {self.other} instead of {self.now}"


@dataclass(frozen=True, slots=True)
class Said:
    """What is coded of a case: the item, for a stage the dispute, and the rule of presence."""

    item: str
    dispute: str | None
    presence: PresenceRule

    def by_engine(self, work: Work) -> str | None:
        """The engine's code; None where it gives none."""
        kind, _, area = self.item.partition("_")
        if kind in ("presence", "standing"):
            standing = work.areas.get(area)
            if standing is None:
                return None
            lean = WORDS[standing.lean]
            return lean if kind == "standing" else self.presence.of_standing(lean)
        if self.item == "stage":
            mine = (e for e in work.stagings if e.situation == self.dispute and e.line == "couple")
            return next((each.stage for each in mine), None)
        focus = focus_of(work.contest, work.ordered, overturned=False)
        areas = {work.contest.order[i].candidate.area for i in focus.leaders}
        if focus.status in ("proposed", "tie") and len(areas) == 1:
            return areas.pop()
        return NO_FOCUS if focus.status in ("none", "not_applicable") else UNDECIDED


def rules_that_separate(
    work: Work, said: Said, wanted: str, *, most: int = MOST_RULES, seconds: float, shown: int
) -> list[tuple[Turned, ...]]:
    """The smallest sets of verdicts with which the engine would give the wanted code, all of one size.

    Parameters
    ----------
    work
        The case as the engine concluded it.
    said, wanted
        What is coded, and the code that is wanted.
    most
        The most verdicts of a set.
    seconds
        After which no more are tried; what was found by then is given back.
    shown
        The most sets; those with verdicts that are unknown now come first.
    """
    able = sorted(_able(work, said, wanted), key=lambda each: (each.now != "unknown", each.rule, each.record))
    until = time.monotonic() + seconds
    for size in range(1, most + 1):
        found: list[tuple[Turned, ...]] = []
        for chosen in combinations(able, size):
            if time.monotonic() > until or len(found) == shown:
                break
            if said.by_engine(_concluded(work, chosen)) == wanted:
                found.append(chosen)
        if found:
            return found
    return []


def _able(work: Work, said: Said, wanted: str) -> Iterator[Turned]:
    """The verdicts that bear on what is coded."""
    if said.item == "stage":
        kinds: tuple[type[c.Conclusion], ...] = _OF_STAGE
        areas: set[str] = set()
        mine = {each.record.id for each in work.stagings if each.situation == said.dispute}
    else:
        focus = said.item == "focus"
        kinds = _OF_FOCUS if focus else _OF_AREA
        areas = {wanted, said.by_engine(work) or ""} if focus else {said.item.partition("_")[2]}
        mine = {record for _, record in work.verdicts.rules}
    bearing = {rule.id for rule, each in work.book.concluding(*kinds) if _bears(each, areas)}
    for (rule, record), pair in work.verdicts.rules.items():
        if rule in bearing and record in mine:
            other = NO if pair.presumed == YES else YES
            yield Turned(rule, record, word(pair.presumed), word(other))


def _bears(each: c.Conclusion, areas: set[str]) -> bool:
    if isinstance(each, c.Supports) and each.strength == "weak":
        return False
    return getattr(each, "area", None) in areas if hasattr(each, "area") else True


def _concluded(work: Work, turned: tuple[Turned, ...]) -> Work:
    rules = dict(work.verdicts.rules)
    for each in turned:
        told = YES if each.other == word(YES) else NO
        rules[each.rule, each.record] = Pair(told, told)
    return work_of(work.intake, work.book, work.case, replace(work.verdicts, rules=rules))
