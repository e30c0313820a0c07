"""Which days is each text that stands in a cell? Worked out once for every different text, and looked up after that.

The same as `PartialDay.read` after `day_to_wire`, in expressions. A text that is no day has frame 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from typing import Final

import narwhals.stable.v2 as nw

from ipt_formulate.cohort.entry.backends import Frame, kept
from ipt_formulate.cohort.entry.cells import END
from ipt_formulate.engines.columns.encoding import FRAMES, NO_FRAME
from ipt_formulate.intake.dates import ABOUT_DAYS, ABOUT_SHARE, FIRST_YEAR, LAST_YEAR, LONGEST_LAG, MONTH_DAYS

TEXT, FRAME, LEAST, MOST = "text", "frame", "least", "most"
UNITS: Final = ("days", "weeks", "months", "years")
_DATE: Final = r"^(about )?[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?" + END
_LAG: Final = r"^(about )?(-?[0-9]{1,6} (days|weeks|months|years) )+before (onset|assessment)" + END
_LENGTHS: Final = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_MONTH: Final = "2026-03"
_DAY: Final = "2026-03-14"


def dictionary(texts: Sequence[Frame]) -> Frame:
    """Every different text of these frames (one column, `text`) with its frame, first and last day."""
    told = nw.concat(list(texts), how="vertical").filter(~nw.col(TEXT).is_null()).unique(subset=[TEXT])
    return kept(_lags(_dates(kept(told))).select(TEXT, FRAME, LEAST, MOST))


def _whole(value: int) -> nw.Expr:
    return nw.lit(value, dtype=nw.Int64)


def _pick(wanted: nw.Expr, values: Sequence[int]) -> nw.Expr:
    """The value with this number, counted from 0."""
    found = _whole(values[-1])
    for number in reversed(range(len(values) - 1)):
        found = nw.when(wanted == number).then(_whole(values[number])).otherwise(found)
    return found


def _dates(frame: Frame) -> Frame:
    text = nw.col(TEXT)
    about = text.str.starts_with("about ")
    told = text.str.replace_all("^about ", "")
    frame = frame.with_columns(text.str.contains(_DATE).alias("is date"), about.alias("about"), told.alias("told"))
    date = nw.when(nw.col("is date")).then(nw.col("told")).otherwise(nw.lit(str(FIRST_YEAR)))
    frame = frame.with_columns(date.alias("date"), date.str.len_chars().cast(nw.Int64).alias("length"))
    date, length = nw.col("date"), nw.col("length")
    month = nw.when(length >= len(_MONTH)).then(date.str.slice(5, 2)).otherwise(nw.lit("0"))
    day = nw.when(length >= len(_DAY)).then(date.str.slice(8, 2)).otherwise(nw.lit("0"))
    frame = frame.with_columns(
        date.str.slice(0, 4).cast(nw.Int64).alias("year"),
        month.cast(nw.Int64).alias("month"),
        day.cast(nw.Int64).alias("day"),
    )
    year, month, day = nw.col("year"), nw.col("month"), nw.col("day")
    first = nw.when(length < len(_MONTH)).then(_whole(1)).otherwise(month)
    last = nw.when(length < len(_MONTH)).then(_whole(12)).otherwise(month)
    leap = ((year % 4 == 0) & (year % 100 != 0)) | (year % 400 == 0)
    frame = frame.with_columns(first.alias("first"), last.alias("last"), leap.alias("leap"))
    frame = frame.with_columns(_length(nw.col("last")).alias("days"))
    earliest = _ordinal(nw.col("first"), nw.when(length < len(_DAY)).then(_whole(1)).otherwise(day))
    latest = _ordinal(nw.col("last"), nw.when(length < len(_DAY)).then(nw.col("days")).otherwise(day))
    right_month = (length < len(_MONTH)) | ((month >= 1) & (month <= 12))
    right_day = (length < len(_DAY)) | ((day >= 1) & (day <= nw.col("days")))
    right_year = (year >= FIRST_YEAR) & (year <= LAST_YEAR)
    frame = frame.with_columns(
        earliest.alias("earliest"),
        latest.alias("latest"),
        (nw.col("is date") & right_year & right_month & right_day).alias("right date"),
    )
    spread = _about(nw.col("latest") - nw.col("earliest") + 1)
    return frame.with_columns(
        (nw.col("earliest") - spread).alias("earliest"), (nw.col("latest") + spread).alias("latest")
    )


def _length(month: nw.Expr) -> nw.Expr:
    """How many days the month has in its year."""
    february = nw.when(nw.col("leap")).then(_whole(29)).otherwise(_whole(28))
    return nw.when(month == 2).then(february).otherwise(_pick(month - 1, _LENGTHS))


def _ordinal(month: nw.Expr, day: nw.Expr) -> nw.Expr:
    """The number of a calendar day, as `date.toordinal` counts."""
    past = nw.col("year") - 1
    before = _pick(month - 1, [sum(_LENGTHS[:number]) for number in range(12)])
    leap = nw.when(nw.col("leap") & (month > 2)).then(_whole(1)).otherwise(_whole(0))
    return past * 365 + past // 4 - past // 100 + past // 400 + before + leap + day


def _about(days: nw.Expr) -> nw.Expr:
    """How far a day may be off, if it was told with `about`."""
    share = (days + (ABOUT_SHARE - 1)) // ABOUT_SHARE
    return nw.when(nw.col("about")).then(nw.max_horizontal(share, _whole(ABOUT_DAYS))).otherwise(_whole(0))


def _lags(frame: Frame) -> Frame:
    told = nw.col("told")
    twice = [told.str.contains(f" {unit} .* {unit} ") for unit in UNITS]
    is_lag = nw.col(TEXT).str.contains(_LAG) & ~reduce(lambda one, other: one | other, twice)
    frame = frame.with_columns(is_lag.alias("is lag"))
    counts = []
    for unit in UNITS:
        count = told.str.replace_all(f" {unit} .*$", "").str.replace_all("^.* ", "")
        there = nw.col("is lag") & told.str.contains(f" {unit} ")
        counts.append(nw.when(there).then(count).otherwise(nw.lit("0")).cast(nw.Int64).alias(unit))
    frame = frame.with_columns(*counts)
    ends = [end for unit in UNITS for end in _unit(unit)]
    frame = frame.with_columns(*ends)
    total = [
        reduce(lambda one, other: one + other, [nw.col(f"{unit} {end}") for unit in UNITS]).alias(end)
        for end in ("fewest", "most lag")
    ]
    frame = frame.with_columns(*total)
    short = [nw.col(unit).abs() <= LONGEST_LAG for unit in UNITS]
    most = nw.max_horizontal(nw.col("fewest").abs(), nw.col("most lag").abs())
    right = reduce(lambda one, other: one & other, [nw.col("is lag"), most <= LONGEST_LAG, *short])
    frame = frame.with_columns(right.alias("right lag"), _about(most).alias("spread"))
    fewest, most, spread = nw.col("fewest"), nw.col("most lag"), nw.col("spread")
    low = nw.when(fewest > 0).then(nw.max_horizontal(fewest - spread, _whole(0))).otherwise(fewest - spread)
    high = nw.when(most < 0).then(nw.min_horizontal(most + spread, _whole(0))).otherwise(most + spread)
    from_onset = nw.col("told").str.ends_with("onset")
    anchor = nw.when(from_onset).then(_whole(FRAMES["before_onset"])).otherwise(_whole(FRAMES["before_assessment"]))
    which = nw.when(nw.col("right lag")).then(anchor).otherwise(_whole(NO_FRAME))
    date, lag = nw.col("right date"), nw.col("right lag")
    nothing = _whole(0)
    return frame.with_columns(
        nw.when(date).then(_whole(FRAMES["calendar"])).otherwise(which).alias(FRAME),
        nw.when(date).then(nw.col("earliest")).otherwise(nw.when(lag).then(low).otherwise(nothing)).alias(LEAST),
        nw.when(date).then(nw.col("latest")).otherwise(nw.when(lag).then(high).otherwise(nothing)).alias(MOST),
    )


def _unit(unit: str) -> tuple[nw.Expr, nw.Expr]:
    """Fewest and most days of so many of a unit."""
    count = nw.col(unit)
    size = count.abs()
    if unit in ("days", "weeks"):
        days = count * (7 if unit == "weeks" else 1)
        return days.alias(f"{unit} fewest"), days.alias(f"{unit} most lag")
    years = size if unit == "years" else size // 12
    fewest, most = years * 365 + years // 4, years * 365 + (years + 3) // 4
    if unit == "months":
        fewest = fewest + _pick(size % 12, [low for low, _ in MONTH_DAYS])
        most = most + _pick(size % 12, [high for _, high in MONTH_DAYS])
    return (
        nw.when(count < 0).then(most * -1).otherwise(fewest).alias(f"{unit} fewest"),
        nw.when(count < 0).then(fewest * -1).otherwise(most).alias(f"{unit} most lag"),
    )
