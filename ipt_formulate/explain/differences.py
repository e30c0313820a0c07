"""How do two results of one case differ: in focus, standings, stages, gate and flags?

Frozen data with the words of the result; `in_words` and the templates put it into sentences. Compares outcomes only
(`formulation/outcome.py` says what belongs to one), and never says which of the two is right.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict

from ipt_formulate.formulation.formulate import Work
from ipt_formulate.formulation.gate import GATE_WORDS
from ipt_formulate.formulation.outcome import Outcome, Place, Staged
from ipt_formulate.formulation.result import FocusPlace, StandingRange
from ipt_formulate.formulation.standing import WORDS, Standing
from ipt_formulate.rulebook.nodes import SITUATIONS

NOT_STAGED = "not_staged"
Titles: TypeAlias = Callable[[str], str]
"""From a situation to its name for a reader."""


class Frozen(BaseModel):
    """Plain frozen data that goes to JSON as it is."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class FocusSeen(Frozen):
    """A focus: its status, the place that leads (or all that are tied), the second, and whether it is settled."""

    status: str
    settled: bool
    leads: tuple[FocusPlace, ...]
    second: FocusPlace | None


class FocusDifference(Frozen):
    """The focus before and after."""

    before: FocusSeen
    after: FocusSeen

    @property
    def moved(self) -> bool:
        """Another focus, and not only more or less settled, or another second one."""
        return (self.before.status, self.before.leads) != (self.after.status, self.after.leads)


class StandingDifference(Frozen):
    """How an area, or a situation in it, stands before and after; None where there is no such candidate."""

    area: str
    situation: str | None
    label: str | None
    before: StandingRange | None
    after: StandingRange | None


class StageSeen(Frozen):
    """The stage of one line of a dispute, in the words of the result."""

    stage: str
    settled: bool
    confidence: str | None
    variant: str | None


class StageDifference(Frozen):
    """The stage of one line of a dispute before and after; None where there is no such line."""

    situation: str
    label: str
    line: Literal["couple", "coparent"]
    before: StageSeen | None
    after: StageSeen | None


class FlagDifference(Frozen):
    """A flag before and after: certain, possible, or None."""

    flag: str
    level: str
    before: str | None
    after: str | None


class GateDifference(Frozen):
    """The gate to deficits before and after: for certain, and on what was said."""

    before: tuple[str, str]
    after: tuple[str, str]


class Difference(Frozen):
    """Everything in which two results differ; empty where they are the same."""

    focus: FocusDifference | None = None
    standings: tuple[StandingDifference, ...] = ()
    stages: tuple[StageDifference, ...] = ()
    flags: tuple[FlagDifference, ...] = ()
    gate: GateDifference | None = None

    @property
    def nothing(self) -> bool:
        """Do the two say the same?"""
        return not (self.focus or self.standings or self.stages or self.flags or self.gate)

    @property
    def leans(self) -> tuple[StandingDifference, ...]:
        """Standings whose lean is another one; the rest differ only in how far they may still go."""
        return tuple(each for each in self.standings if _lean(each.before) != _lean(each.after))


def difference(before: Outcome, after: Outcome, titles: Titles) -> Difference:
    """In what one outcome differs from another."""
    focus = None
    if _focus_key(before) != _focus_key(after):
        focus = FocusDifference(before=focus_seen(before), after=focus_seen(after))
    gate = None
    if before.gate != after.gate:
        gate = GateDifference(before=_gate(before), after=_gate(after))
    return Difference(
        focus=focus,
        standings=tuple(_standings(before, after, titles)),
        stages=tuple(_stages(before, after, titles)),
        flags=tuple(_flags(before, after)),
        gate=gate,
    )


def titles_of(*works: Work) -> Titles:
    """Names of situations for a reader: labels, or what they are; of the first case that has them."""
    told: dict[str, str] = {}
    for work in works:
        for about in SITUATIONS:
            for record in work.case.presumed.of(about):
                told.setdefault(record.id, work.names.title(record))

    def title(situation: str) -> str:
        first = situation.partition("+")[0]
        return told.get(first, first)

    return title


def focus_seen(outcome: Outcome) -> FocusSeen:
    """The focus of an outcome as data."""
    return FocusSeen(
        status=outcome.status,
        settled=outcome.settled,
        leads=tuple(_place(each) for each in outcome.leaders),
        second=_place(outcome.second) if outcome.second is not None else None,
    )


def standing_range(standing: Standing) -> StandingRange:
    """A standing in words."""
    words: Any = [WORDS[each] for each in standing]
    return StandingRange(worst=words[0], best=words[1], lean=words[2])


def stage_seen(staged: Staged) -> StageSeen:
    """A stage in words."""
    return StageSeen(
        stage=staged.stage or NOT_STAGED,
        settled=staged.settled,
        confidence=staged.confidence,
        variant=staged.variant,
    )


def _place(place: Place) -> FocusPlace:
    return FocusPlace(area=place[0], situation=place[1])


def _focus_key(outcome: Outcome) -> tuple[Any, ...]:
    return (outcome.status, outcome.settled, outcome.leaders, outcome.second)


def _gate(outcome: Outcome) -> tuple[str, str]:
    truth, lean = outcome.gate
    return (GATE_WORDS[truth], lean)


def _lean(standing: StandingRange | None) -> str | None:
    return standing.lean if standing is not None else None


def _standings(before: Outcome, after: Outcome, titles: Titles) -> Iterator[StandingDifference]:
    for mine, theirs, named in (
        (dict(before.areas), dict(after.areas), False),
        (dict(before.standings), dict(after.standings), True),
    ):
        for key in dict.fromkeys((*mine, *theirs)):
            was, now = mine.get(key), theirs.get(key)
            if was != now:
                area, situation = (key[0], key[1]) if named else (str(key), None)
                yield StandingDifference(
                    area=area,
                    situation=situation,
                    label=titles(situation) if situation is not None else None,
                    before=standing_range(was) if was is not None else None,
                    after=standing_range(now) if now is not None else None,
                )


def _stages(before: Outcome, after: Outcome, titles: Titles) -> Iterator[StageDifference]:
    mine, theirs = dict(before.stages), dict(after.stages)
    for key in dict.fromkeys((*mine, *theirs)):
        was, now = mine.get(key), theirs.get(key)
        if was != now:
            line: Any = key[1]
            yield StageDifference(
                situation=key[0],
                label=titles(key[0]),
                line=line,
                before=stage_seen(was) if was is not None else None,
                after=stage_seen(now) if now is not None else None,
            )


def _flags(before: Outcome, after: Outcome) -> Iterator[FlagDifference]:
    mine, theirs = dict(before.flags), dict(after.flags)
    for key in sorted({*mine, *theirs}):
        was, now = mine.get(key), theirs.get(key)
        if was != now:
            yield FlagDifference(flag=key[0], level=key[1], before=was, after=now)
