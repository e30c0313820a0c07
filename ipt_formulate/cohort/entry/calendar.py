"""Can the days of a record be as told? Not after the assessment, and not in an order that no day they may be allows.

The same tests as in `ipt_formulate.intake.checks`, over spans. Needs the columns `assessed` and `onset` of the case.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import narwhals.stable.v2 as nw

from ipt_formulate.cohort.entry.faults import DAYS_APART, WRONG_DAY, Test
from ipt_formulate.cohort.entry.names import frame, least, most, raw
from ipt_formulate.engines.columns.encoding import FRAMES, NO_FRAME
from ipt_formulate.intake.types import Day

ASSESSED, ONSET = "assessed", "onset"
"""Days of the case on the calendar: first and last in `assessed<` and `assessed>`, null where they are not known."""
ASSESSED_ON, BEGAN_ON = "frame.assessed_on", "episode.onset"
CALENDAR, FROM_ONSET, FROM_ASSESSMENT = (FRAMES[name] for name in ("calendar", "before_onset", "before_assessment"))
PAIRS: Final = (("changed", "started"), ("last_attempt", "started"), ("until", "when"))
"""Later and earlier days of one record."""


def known_days(columns: frozenset[str]) -> list[nw.Expr]:
    """The days of assessment and onset on the calendar, from a table of cases whose days were looked up."""
    nothing = nw.lit(None, dtype=nw.Int64)
    assessed = [nothing.alias(least(ASSESSED)), nothing.alias(most(ASSESSED))]
    onset = [nothing.alias(least(ONSET)), nothing.alias(most(ONSET))]
    if frame(ASSESSED_ON) in columns:
        exact = nw.col(frame(ASSESSED_ON)) == CALENDAR
        assessed = [nw.when(exact).then(nw.col(end(ASSESSED_ON))).alias(end(ASSESSED)) for end in (least, most)]
    if frame(BEGAN_ON) in columns:
        told = nw.col(frame(BEGAN_ON))
        for number, (end, other) in enumerate(((least, most), (most, least))):
            lag = nothing
            if frame(ASSESSED_ON) in columns:
                exact = (nw.col(frame(ASSESSED_ON)) == CALENDAR) & (told == FROM_ASSESSMENT)
                lag = nw.when(exact).then(nw.col(end(ASSESSED_ON)) - nw.col(other(BEGAN_ON)))
            onset[number] = nw.when(told == CALENDAR).then(nw.col(end(BEGAN_ON))).otherwise(lag).alias(end(ONSET))
    return [*assessed, *onset]


def tests_of_days(days: Mapping[str, Day], columns: frozenset[str]) -> Iterator[Test]:
    """Every test of the days of a table that were looked up."""
    for name, kind in days.items():
        told = nw.col(frame(name))
        reason = f"is no day, or cannot be told in this way; expected {kind.describe()}"
        allowed = [FRAMES[each] for each in kind.frames]
        wrong = ~told.is_in(allowed) & ~nw.col(raw(name)).is_null()
        yield Test(name, WRONG_DAY, reason, wrong)
        past = _must_be_past(name, kind, columns)
        if past is not None:
            first, _ = _span(name)
            lag = nw.when(told == FROM_ASSESSMENT).then(nw.col(most(name)) < 0)
            after = lag.otherwise((told != NO_FRAME) & (first > nw.col(most(ASSESSED))))
            yield Test(name, DAYS_APART, "lies after the assessment", after & past)
    for later, earlier in PAIRS:
        if later in days and earlier in days:
            yield Test(later, DAYS_APART, f"lies before `{earlier}`", _surely_after(earlier, later))
    if "when" in days:
        for name, word in (("phase", "to_come"), ("still_to_come", "yes")):
            if raw(name) in columns:
                _, last = _span("when")
                early = (nw.col(raw(name)) == word) & (nw.col(least(ASSESSED)) > last)
                yield Test("when", DAYS_APART, "is said to be still to come, yet lies before the assessment", early)


def _must_be_past(name: str, kind: Day, columns: frozenset[str]) -> nw.Expr | None:
    """Does the record say that this day has come? None if it never does."""
    if not kind.may_come:
        return nw.lit(True)
    if raw("phase") in columns:
        phase = nw.col(raw("phase"))
        return (phase == "over") | (phase == "going_on") if name == "when" else phase == "over"
    return nw.col(raw("still_to_come")) == "no" if raw("still_to_come") in columns else None


def _span(name: str) -> tuple[nw.Expr, nw.Expr]:
    """First and last day on the calendar; null where it hangs on a day that is not known."""
    told, low, high = nw.col(frame(name)), nw.col(least(name)), nw.col(most(name))

    def end(exact: nw.Expr, lag: nw.Expr, side: str) -> nw.Expr:
        from_assessment = nw.when(told == FROM_ASSESSMENT).then(nw.col(ASSESSED + side) - lag)
        from_onset = nw.when(told == FROM_ONSET).then(nw.col(ONSET + side) - lag).otherwise(from_assessment)
        return nw.when(told == CALENDAR).then(exact).otherwise(from_onset)

    return end(low, high, "<"), end(high, low, ">")


def _surely_after(one: str, other: str) -> nw.Expr:
    """Does every day that the one may be lie after every day that the other may be?"""
    same = (nw.col(frame(one)) == nw.col(frame(other))) & (nw.col(frame(one)) > CALENDAR)
    nearer = nw.col(most(one)) < nw.col(least(other))
    return nw.when(same).then(nearer).otherwise(_span(one)[0] > _span(other)[1])
