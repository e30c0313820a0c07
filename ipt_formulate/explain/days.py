"""Which days are tried for a date that is missing?

One for each band in which the rules count from it; for the onset and the assessment, from which the others are counted,
days that bring what is dated into every band. Rules do not tell other days from these, but which of two events is
nearer to the onset can hang on any day: what no tried day changes is not proved to change nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from ipt_formulate.engines.facts import View, When
from ipt_formulate.explain.apart import Apart
from ipt_formulate.explain.kinds import LONGEST, Kind, kinds_of, kinds_of_days
from ipt_formulate.intake import AnswerPath, Day, Intake
from ipt_formulate.logic.possible import Span

FRAME, ASSESSMENT = LAGS = ("before_onset", "before_assessment")
DAYS_LATER = (1, 20, 100, 200, 400, 900)
"""Days after the last one that was told on which the assessment may have been."""
DAYS_BEFORE = (1, 15, 100, 300)
"""Days before the assessment on which an episode may have begun."""
ANY_DAY = date(2026, 1, 1).toordinal()
ONSET, ASSESSED = "episode.onset", "frame.assessed_on"


def days_to_try(path: AnswerPath, apart: Apart, intake: Intake, told: View) -> tuple[Any, ...]:
    """Days for a missing date, in wire form.

    Parameters
    ----------
    path
        The date.
    apart
        What the rulebook tells apart.
    intake, told
        The case, and its answers.
    """
    if str(path) == ASSESSED:
        return tuple(_on(_last(told) + days) for days in DAYS_LATER)
    if str(path) == ONSET:
        return tuple(_onsets(apart, told))
    return tuple(_days(path, apart, intake, told))


def days_in_order(path: AnswerPath, apart: Apart, intake: Intake, told: View) -> list[Kind]:
    """Days for a missing date, each a kind by itself, one after the other and all told in the same way.

    The first, the middle and the last day of every band, also of those that are counted from elsewhere, and the days
    on which it would be as near to the onset as another situation is. None where there is no way to tell it by.
    """
    if str(path) in (ONSET, ASSESSED):
        return _anchors(path, apart, intake, told)
    by_frame: dict[str, set[int]] = {}
    for kind in kinds_of(path.item, apart, intake, path.id):
        ((frame, lag),) = kind.wire.items()
        by_frame.setdefault(frame, set()).update({lag["days"], *(each for each in kind.values if abs(each) < LONGEST)})
    frame = next((each for each in LAGS if each in by_frame), "")
    if not frame:
        return []
    days = by_frame[frame]
    between = _onset_before_assessment(told)
    if between is not None:
        shift = between if frame == FRAME else -between
        days |= {each - shift for other, lags in by_frame.items() if other != frame for each in lags}
    if frame == FRAME:
        days |= {sign * near + further for near in _nearness(told) for sign in (1, -1) for further in (-1, 0, 1)}
    return [Kind({frame: {"days": each}}, (each, each)) for each in sorted(days)]


def _anchors(path: AnswerPath, apart: Apart, intake: Intake, told: View) -> list[Kind]:
    """Days of the calendar where one was told, else days counted back from the assessment."""
    tried = days_to_try(path, apart, intake, told)
    if any(each.frame == "calendar" for each in _dated(told)):
        return [Kind(day, (day,)) for day in sorted({each for each in tried if isinstance(each, str)})]
    lags = {each[ASSESSMENT]["days"] for each in tried if ASSESSMENT in each}
    return [Kind({ASSESSMENT: {"days": days}}, (days, days)) for days in sorted(lags)]


def _onset_before_assessment(told: View) -> int | None:
    """How many days the onset lies before the assessment, if both are known to the day."""
    onset, assessed = (told.case.values.get(name) for name in (ONSET, ASSESSED))
    if not isinstance(onset, When) or onset.span.least != onset.span.most:
        return None
    if onset.frame == ASSESSMENT:
        return onset.span.least
    exact = isinstance(assessed, When) and assessed.frame == onset.frame == "calendar"
    return assessed.span.least - onset.span.least if exact and isinstance(assessed, When) else None


def _nearness(told: View) -> set[int]:
    """How many days other situations lie from the onset, where that is known to the day."""
    lags = (record.values.get("lag") for record in told.all())
    return {abs(lag.least) for lag in lags if isinstance(lag, Span) and lag.least == lag.most}


def _days(path: AnswerPath, apart: Apart, intake: Intake, told: View) -> Iterator[Any]:
    """The days in which rules count, counted in each way in which they may be told."""
    kinds = kinds_of(path.item, apart, intake, path.id)
    wires = [kind.wire for kind in kinds]
    yield from wires
    days = sorted({each["days"] for wire in wires for each in wire.values()})
    last = _last(told)
    yield from (_on(last - each) for each in days if each >= 0)
    # Through the onset or the assessment: the last days of bands too, since how sure the onset is moves them.
    ends = {kind.values[1] for kind in kinds if 0 <= kind.values[1] < LONGEST}
    for frame in LAGS:
        if not any(frame in wire for wire in wires):
            yield from ({frame: {"days": each}} for each in sorted({*days, *ends}) if each >= 0)


def _last(told: View) -> int:
    """The last day of the calendar that was told, or any one."""
    return max((each.span.most for each in _dated(told) if each.frame == "calendar"), default=ANY_DAY)


def _onsets(apart: Apart, told: View) -> Iterator[Any]:
    """A beginning of the episode that brings a dated event into each band; any, where there is none."""
    bands = frozenset().union(*apart.lags.values())
    lags = sorted({kind.wire[FRAME]["days"] for kind in kinds_of_days(Day(), bands) if FRAME in kind.wire})
    events = sorted({each for each in _dated(told) if each.frame != FRAME})
    for event in events:
        for days in lags:
            if event.frame == "calendar":
                yield _on(event.span.most + days)
            elif event.span.least >= days:
                yield {event.frame: {"days": event.span.least - days}}
    yield from ({ASSESSMENT: {"days": days}} for days in DAYS_BEFORE)
    yield from (_on(_last(told) - days) for days in DAYS_BEFORE)


def _dated(told: View) -> Iterator[When]:
    """Every day that was told."""
    for record in (told.case, *told.all()):
        yield from (each for each in record.values.values() if isinstance(each, When))


def _on(ordinal: int) -> str:
    return date.fromordinal(ordinal).isoformat()
