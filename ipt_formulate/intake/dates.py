"""What does a date mean that is known only in part, and which days may it be?

A partial day is an interval: of calendar days, or of a number of days before the onset or before the assessment.
Nothing here rounds an interval to its middle or fills a gap.

Widths. A whole month or year is all its days. A lag of n months is as long as n calendar months can be (one month
28 to 31 days, twelve 365 to 366). ``about`` widens either way by a quarter of the lag, or of the written period, and
at least 7 days; a lag that was given as before stays before.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal

FIRST_YEAR, LAST_YEAR = 1900, 2199
LONGEST_LAG = 40_000
ABOUT_SHARE = 4
ABOUT_DAYS = 7

Frame = Literal["calendar", "before_onset", "before_assessment"]
FRAMES: tuple[Frame, ...] = ("calendar", "before_onset", "before_assessment")
_LAGS = FRAMES[1:]
_UNITS = ("days", "weeks", "months", "years")
_WRITTEN = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?\Z")
# Fewest and most days that 0..11 consecutive calendar months can hold.
MONTH_DAYS = (
    (0, 0), (28, 31), (59, 62), (89, 92), (120, 123), (150, 153),
    (181, 184), (212, 215), (242, 245), (273, 276), (303, 306), (334, 337),
)  # fmt: skip


class DateFault(Exception):
    """A wire value that is no date; ``message`` says why without repeating it."""

    def __init__(self, message: str) -> None:
        self.message = message
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class PartialDay:
    """The days one told date may be.

    kind ``calendar``: from ``earliest`` to ``latest``, both included. Kinds ``before_onset`` and
    ``before_assessment``: from ``fewest`` to ``most`` days before it; negative days lie after it. ``written`` keeps
    what was told: a date text, or the lag as sorted (unit, count) pairs.
    """

    kind: Frame
    written: str | tuple[tuple[str, int], ...]
    about: bool = False
    earliest: date | None = None
    latest: date | None = None
    fewest: int | None = None
    most: int | None = None

    @classmethod
    def read(cls, wire: Any) -> PartialDay:
        """Read a wire value; raises DateFault.

        ``2026``, ``2026-03``, ``2026-03-14``, ``{date: 2026-03, about: true}``, ``{before_onset: {days: 40}}``.
        """
        if not isinstance(wire, Mapping):
            return cls._calendar(wire, False)
        frames = [key for key in wire if key in ("date", *_LAGS)]
        if len(frames) != 1 or set(wire) - {frames[0], "about"}:
            raise DateFault("holds neither a date nor one lag")
        about = wire.get("about", False)
        if about in ("yes", "no"):
            about = about == "yes"
        if not isinstance(about, bool):
            raise DateFault("`about` must be true or false")
        if frames[0] == "date":
            return cls._calendar(wire["date"], about)
        return cls._lag(frames[0], wire[frames[0]], about)

    @classmethod
    def on(cls, day: date) -> PartialDay:
        """The partial day that is exactly ``day``."""
        return cls._calendar(day, False)

    @classmethod
    def _calendar(cls, wire: Any, about: bool) -> PartialDay:
        if isinstance(wire, datetime):
            raise DateFault("holds a time of day")
        text = wire.isoformat() if isinstance(wire, date) else str(wire)
        found = None if isinstance(wire, bool) else _WRITTEN.match(text)
        if found is None:
            raise DateFault("is not a date")
        year, month, day = (int(part) if part else None for part in found.groups())
        assert year is not None
        if not FIRST_YEAR <= year <= LAST_YEAR:
            raise DateFault(f"lies outside the years {FIRST_YEAR} to {LAST_YEAR}")
        try:
            earliest = date(year, 1 if month is None else month, 1 if day is None else day)
        except ValueError:
            raise DateFault("is not a day of the calendar") from None
        last_month = 12 if month is None else month
        latest = date(year, last_month, calendar.monthrange(year, last_month)[1] if day is None else day)
        if about:
            spread = timedelta(days=_spread((latest - earliest).days + 1))
            earliest, latest = earliest - spread, latest + spread
        return cls("calendar", text, about, earliest, latest)

    @classmethod
    def _lag(cls, kind: Frame, wire: Any, about: bool) -> PartialDay:
        if not isinstance(wire, Mapping) or not wire or set(wire) - set(_UNITS):
            raise DateFault("a lag must be a map of days, weeks, months or years")
        if any(type(count) is not int or abs(count) > LONGEST_LAG for count in wire.values()):
            raise DateFault(f"a lag must be whole numbers of at most {LONGEST_LAG}")
        bounds = [_days(unit, count) for unit, count in wire.items()]
        fewest, most = sum(low for low, _ in bounds), sum(high for _, high in bounds)
        if max(abs(fewest), abs(most)) > LONGEST_LAG:
            raise DateFault(f"a lag must be at most {LONGEST_LAG} days")
        if about:
            spread = _spread(max(abs(fewest), abs(most)))
            low, high = fewest - spread, most + spread
            fewest, most = (max(low, 0) if fewest > 0 else low), (min(high, 0) if most < 0 else high)
        written = tuple((unit, wire[unit]) for unit in _UNITS if unit in wire)
        return cls(kind, written, about, None, None, fewest, most)

    def write(self) -> Any:
        """The compact wire value; reading it gives an equal partial day."""
        told: Any = self.written if isinstance(self.written, str) else dict(self.written)
        if self.kind == "calendar":
            return {"date": told, "about": True} if self.about else told
        return {self.kind: told, "about": True} if self.about else {self.kind: told}

    def on_calendar(self, assessed: PartialDay | None, onset: PartialDay | None) -> tuple[date, date] | None:
        """First and last calendar day this may be, or None where it hangs on a date that is not known."""
        if self.earliest is not None and self.latest is not None:
            return self.earliest, self.latest
        anchor = onset if self.kind == "before_onset" else assessed
        if anchor is None or anchor.kind == self.kind or self.fewest is None or self.most is None:
            return None
        span = anchor.on_calendar(assessed, None)
        if span is None:
            return None
        return span[0] - timedelta(days=self.most), span[1] - timedelta(days=self.fewest)

    def surely_after(self, other: PartialDay, assessed: PartialDay | None, onset: PartialDay | None) -> bool:
        """True only if every day this may be lies after every day ``other`` may be."""
        if self.kind == other.kind != "calendar":
            return self.most is not None and other.fewest is not None and self.most < other.fewest
        mine, its = self.on_calendar(assessed, onset), other.on_calendar(assessed, onset)
        return mine is not None and its is not None and mine[0] > its[1]


def _spread(days: int) -> int:
    return max(ABOUT_DAYS, -(-days // ABOUT_SHARE))


def _days(unit: str, count: int) -> tuple[int, int]:
    """Fewest and most days in ``count`` units."""
    if count < 0:
        fewest, most = _days(unit, -count)
        return -most, -fewest
    if unit in ("days", "weeks"):
        days = count * (7 if unit == "weeks" else 1)
        return days, days
    years, months = (count, 0) if unit == "years" else divmod(count, 12)
    fewest, most = MONTH_DAYS[months]
    return 365 * years + years // 4 + fewest, 365 * years + -(-years // 4) + most
