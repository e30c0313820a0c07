"""Does a result say what a trainee says, about an area, the focus, or a stage?

Pure comparisons of an outcome with one choice. Where the result itself leaves something open, neither of two answers is
wrong. Nothing here explains anything; see `compare`.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from ipt_formulate.explain.differences import NOT_STAGED
from ipt_formulate.explain.trainee import FocusChosen
from ipt_formulate.formulation.outcome import Outcome, Place, Staged
from ipt_formulate.formulation.standing import OPEN, POSSIBLE, PRESENT

Judgement: TypeAlias = Literal["agreed", "differed", "left_open", "not_answered"]
AREA_OFF = -1


def area(outcome: Outcome, code: str, listed: bool | None) -> Judgement:
    """Is an area present? `listed` says what the trainee thinks; None is no answer.

    A possible area may be listed or not; an open one may be listed, but nothing speaks for it yet.
    """
    if listed is None:
        return "not_answered"
    lean = next((each.lean for name, each in outcome.areas if name == code), AREA_OFF)
    if lean == POSSIBLE or (lean == OPEN and listed):
        return "left_open"
    return "agreed" if listed == (lean == PRESENT) else "differed"


def focus(outcome: Outcome, chosen: FocusChosen | None) -> Judgement:
    """Is this the focus? Of a tie, every part of it may be chosen."""
    if chosen is None:
        return "not_answered"
    if chosen.status not in ("proposed", "tie"):
        return "agreed" if chosen.status == outcome.status else "differed"
    fitting = [place for place in outcome.leaders if is_chosen(place, chosen)]
    if outcome.status == "tie":
        if chosen.status == "tie":
            return "agreed" if chosen.area is None or fitting else "differed"
        if len(fitting) == len(outcome.leaders):
            return "agreed"
        return "left_open" if fitting else "differed"
    return "agreed" if fitting and chosen.status == "proposed" else "differed"


def is_chosen(place: Place, chosen: FocusChosen) -> bool:
    """Is this the place that was chosen? Without a situation every one of the area is."""
    return chosen.area in (None, place[0]) and chosen.situation in (None, place[1])


def stage(lines: list[Staged], chosen: str | None, *, blocked: bool) -> Judgement:
    """Is this the stage of a dispute, on any of its lines?

    Where signs of several stages stand side by side, each of these may be chosen; but none while fear or violence keeps
    the stage from being told.
    """
    if chosen is None:
        return "not_answered"
    if chosen in ([each.stage or NOT_STAGED for each in lines] or [NOT_STAGED]):
        return "agreed"
    side_by_side = {each for line in lines if line.stage == "undetermined" for each in line.shown}
    return "left_open" if chosen in side_by_side and not blocked else "differed"


def lines_of(outcome: Outcome, conflict: str) -> list[Staged]:
    """The lines of a dispute in an outcome."""
    return [each for (record, _), each in outcome.stages if record == conflict]
