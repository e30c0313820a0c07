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

FRAME = "before_onset"
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


def is_counted_from(path: AnswerPath) -> bool:
    """Is it a date from which the others are counted?"""
    return str(path) in (ONSET, ASSESSED)


def days_in_order(path: AnswerPath, apart: Apart, intake: Intake, told: View) -> list[Kind]:
    """The same days for a date that others are counted from, each a kind by itself, in order.

    All of the calendar where a day of it was told, else all counted back from the assessment; none where that cannot
    be said either.
    """
    tried = days_to_try(path, apart, intake, told)
    if any(each.frame == "calendar" for each in _dated(told)):
        return [Kind(day, (day,)) for day in sorted({each for each in tried if isinstance(each, str)})]
    lags = {each["before_assessment"]["days"] for each in tried if "before_assessment" in each}
    return [Kind({"before_assessment": {"days": days}}, (days, days)) for days in sorted(lags)]


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
    for frame in (FRAME, "before_assessment"):
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
    yield from ({"before_assessment": {"days": days}} for days in DAYS_BEFORE)
    yield from (_on(_last(told) - days) for days in DAYS_BEFORE)


def _dated(told: View) -> Iterator[When]:
    """Every day that was told."""
    for record in (told.case, *told.all()):
        yield from (each for each in record.values.values() if isinstance(each, When))


def _on(ordinal: int) -> str:
    return date.fromordinal(ordinal).isoformat()
