"""What result is asked for, when somebody asks what would have to change?

Reads what a person types, such as "grief leads" or "stage of husband is renegotiation". A name that does not exist is
refused with the nearest one that does.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from ipt_formulate.explain.differences import NOT_STAGED
from ipt_formulate.explain.errors import UnknownTarget
from ipt_formulate.explain.targets import STAGES as THREE_STAGES
from ipt_formulate.explain.targets import target_of
from ipt_formulate.formulation.formulate import Work
from ipt_formulate.formulation.outcome import Outcome, Place, outcome_of
from ipt_formulate.formulation.standing import OPEN, PRESENT, WORDS
from ipt_formulate.logic.truth import NO
from ipt_formulate.reading import nearest
from ipt_formulate.rulebook.vocabulary import STAGES

AIMS = (
    "Ask for: <area> leads, <area>:<situation> leads, no tie, second is <area>, no second, "
    "stage of <conflict> is <stage>, <area> is <standing>."
)
_LEADS = re.compile(r"(?P<what>.+?)\s+(?:leads|is first|comes first)\Z")
_SECOND = re.compile(r"second\s+is\s+(?P<what>.+)\Z")
_STAGE = re.compile(r"stage(?:\s+of)?\s+(?P<who>.+?)\s+is\s+(?P<stage>.+)\Z")
_STANDS = re.compile(r"(?P<what>.+?)\s+is\s+(?P<standing>[a-z_ ]+)\Z")
_STAGE_WORDS = (*STAGES, NOT_STAGED)


@dataclass(frozen=True, slots=True)
class Aim:
    """A result that is asked for; `reached` says whether an outcome is one.

    An area without a situation means any situation of it, and the other way round.
    """

    text: str
    kind: Literal["leads", "second", "no_second", "no_tie", "stage", "standing"]
    area: str | None = None
    situation: str | None = None
    word: str | None = None

    def reached(self, outcome: Outcome) -> bool:
        """Is this what the outcome says?"""
        match self.kind:
            case "leads":
                return bool(outcome.leaders) and all(self._is(place) for place in outcome.leaders)
            case "second":
                return outcome.second is not None and self._is(outcome.second)
            case "no_second":
                return outcome.second is None
            case "no_tie":
                return outcome.status != "tie"
            case "stage":
                stages = [each.stage or NOT_STAGED for (record, _), each in outcome.stages if record == self.situation]
                return self.word in (stages or [NOT_STAGED])
            case "standing":
                return self._stands(outcome)

    def reachable(self, loose: Work) -> bool:
        """Could it be reached from a case in which every answer that could be otherwise is left open?

        A sound test: what the strict pass rules out there is ruled out whatever these answers are.
        """
        outcome = outcome_of(loose)
        best = [each.best for place, each in outcome.standings if self._is(place)]
        match self.kind:
            case "leads" if outcome.settled:
                return self.reached(outcome)
            case "leads":
                return any(each >= OPEN for each in best)
            case "second":
                return any(each >= PRESENT for each in best)
            case "standing":
                ranges = [each for place, each in outcome.standings if self._is(place)]
                if self.situation is None:
                    ranges = [each for area, each in outcome.areas if area == self.area]
                return any(each.worst <= WORDS.index(str(self.word)) <= each.best for each in ranges)
            case "stage" if self.word in THREE_STAGES:
                return any(
                    signal.truth.strict != NO and signal.stages.stage == self.word
                    for staging in loose.stagings
                    if staging.record.id == self.situation
                    for signal in staging.signals
                )
            case _:
                return True

    def _is(self, place: Place) -> bool:
        return self.area in (None, place[0]) and self.situation in (None, place[1])

    def _stands(self, outcome: Outcome) -> bool:
        if self.situation is None:
            return any(WORDS[each.lean] == self.word for area, each in outcome.areas if area == self.area)
        return any(WORDS[each.lean] == self.word for place, each in outcome.standings if self._is(place))


def aim_of(text: str, work: Work) -> Aim:
    """The aim that a text names.

    Raises
    ------
    UnknownTarget
        With the nearest right name.
    """
    asked = " ".join(text.split())
    if asked == "no tie":
        return Aim(text, "no_tie")
    if asked in ("no second", "second is none", "second is nothing"):
        return Aim(text, "no_second")
    found = _SECOND.match(asked)
    if found:
        return _placed(text, found["what"], "second", work)
    found = _STAGE.match(asked)
    if found:
        return _stage(text, found["who"], found["stage"], work)
    found = _LEADS.match(asked)
    if found:
        return _placed(text, found["what"], "leads", work)
    found = _STANDS.match(asked)
    if found and _code(found["standing"]) in WORDS:
        aim = _placed(text, found["what"], "standing", work)
        return Aim(text, "standing", aim.area, aim.situation, _code(found["standing"]))
    raise UnknownTarget(text, nearest(asked, _examples(work)), AIMS)


def _placed(text: str, what: str, kind: Literal["leads", "second", "standing"], work: Work) -> Aim:
    try:
        target = target_of(what, work)
    except UnknownTarget as unknown:
        near = text.replace(what, unknown.nearest) if unknown.nearest is not None else None
        raise UnknownTarget(text, near, AIMS) from None
    if target.kind not in ("area", "candidate"):
        raise UnknownTarget(text, nearest(text, _examples(work)), AIMS)
    aim = Aim(text, kind, target.area, target.situation)
    places = [(each.candidate.area, each.candidate.situation) for each in work.contest.order]
    if target.situation is not None and not any(aim._is(place) for place in places):
        other = next((f"{area}:{situation}" for area, situation in places if situation == target.situation), None)
        raise UnknownTarget(text, other, AIMS)
    return aim


def _stage(text: str, who: str, stage: str, work: Work) -> Aim:
    try:
        target = target_of(f"stage:{who}", work)
    except UnknownTarget as unknown:
        near = text.replace(who, unknown.nearest.removeprefix("stage:")) if unknown.nearest is not None else None
        raise UnknownTarget(text, near, AIMS) from None
    if _code(stage) not in _STAGE_WORDS:
        word = nearest(_code(stage), _STAGE_WORDS)
        raise UnknownTarget(text, text.replace(stage, word) if word is not None else None, AIMS)
    return Aim(text, "stage", None, target.situation, _code(stage))


def _code(word: str) -> str:
    return word.strip().lower().replace(" ", "_")


def _examples(work: Work) -> list[str]:
    places = [each.candidate for each in work.contest.order]
    found = [f"{area.code} leads" for area in work.book.areas_on]
    found += [f"{each.area}:{each.situation} leads" for each in places]
    found += [f"stage of {each.id} is {stage}" for each in work.case.strict.of("conflict") for stage in _STAGE_WORDS]
    found += [f"second is {area.code}" for area in work.book.areas_on]
    return [*found, "no tie", "no second"]
