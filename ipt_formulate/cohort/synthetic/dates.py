"""How is a day told? Sometimes exactly, often as a month, a year or a lag: never so that it excludes the true day.

Days are counted before the assessment; negative ones lie after it.
"""

from __future__ import annotations

from functools import cache
from typing import Final

import numpy as np
import pyarrow as pa

from ipt_formulate.cohort.synthetic.values import Codes, Ints, Words
from ipt_formulate.intake.types import Day

FIRST, LAST = np.datetime64("1930-01-01"), np.datetime64("2031-01-01")
# The forms and how often each is used; a form that does not fit the day or the question becomes the exact day.
FORMS: Final = ("day", "month", "year", "about_month", "before_onset", "before_assessment")
_CHANCES: Final = np.cumsum([0.46, 0.28, 0.04, 0.06, 0.06, 0.10])
# A lag is told in days up to two weeks, about so many weeks up to half a year, then about so many months: `about`
# widens by more than rounding can lose.
_DAYS, _WEEKS, _MONTHS = 14, 26, 1200
_LONGEST_LAG = 36_000
_MONTH: Final = 30.436875


@cache
def _vocabulary() -> tuple[pa.Array, dict[str, int]]:
    """Every text a day can have, and where those of each form begin."""
    starts: dict[str, int] = {}
    texts: list[str] = []
    months = [str(each) for each in np.arange(FIRST.astype("M8[M]"), LAST.astype("M8[M]"))]
    years = [str(each) for each in np.arange(FIRST.astype("M8[Y]"), LAST.astype("M8[Y]"))]
    lags = [
        *[f"{count} days" for count in range(_DAYS)],
        *[f"about {count} weeks" for count in range(_WEEKS + 1)],
        *[f"about {count} months" for count in range(_MONTHS + 1)],
    ]
    for form, told in (
        ("day", [str(each) for each in np.arange(FIRST, LAST)]),
        ("month", months),
        ("year", years),
        ("about_month", [f"about {each}" for each in months]),
        ("before_onset", [f"{each} before onset" for each in lags]),
        ("before_assessment", [f"{each} before assessment" for each in lags]),
    ):
        starts[form] = len(texts)
        texts += told
    return pa.array(texts), starts


def tell(days: Ints, assessed: Ints, onset: Ints | None, kind: Day, rng: np.random.Generator) -> Words:
    """The words for days before the assessment.

    ``assessed`` are days since 1970, ``onset`` days before the assessment (None where no lag from it makes sense).
    """
    texts, starts = _vocabulary()
    form = np.searchsorted(_CHANCES, rng.random(len(days)) * _CHANCES[-1], side="right").clip(0, len(FORMS) - 1)
    lags = {"before_assessment": days}
    if onset is not None:
        lags["before_onset"] = days - onset
    for name in ("before_onset", "before_assessment"):
        fits = name in kind.frames and name in lags
        wrong = (form == FORMS.index(name)) & (((lags[name] < 0) | (lags[name] > _LONGEST_LAG)) if fits else np.True_)
        form = np.where(wrong, 0, form)
    when = (assessed - days).astype("M8[D]")
    month = (when.astype("M8[M]") - FIRST.astype("M8[M]")).astype(np.int64)
    codes = {
        "day": (when - FIRST).astype(np.int64),
        "month": month,
        "year": (when.astype("M8[Y]") - FIRST.astype("M8[Y]")).astype(np.int64),
        "about_month": month,
        **{name: _lag(lag) for name, lag in lags.items()},
    }
    found: Codes = np.zeros(len(days), dtype=np.int64)
    for index, name in enumerate(FORMS):
        if name in codes:
            found = np.where(form == index, starts[name] + codes[name], found)
    return Words(found, texts)


def exactly(days: Ints, assessed: Ints) -> Words:
    """The words for exact days."""
    return Words(((assessed - days).astype("M8[D]") - FIRST).astype(np.int64), _vocabulary()[0])


def _lag(days: Ints) -> Ints:
    weeks = np.rint(days / 7).astype(np.int64)
    months = np.rint(days / _MONTH).astype(np.int64).clip(0, _MONTHS)
    codes: Ints = np.where(days < _DAYS, days, np.where(weeks <= _WEEKS, _DAYS + weeks, _DAYS + _WEEKS + 1 + months))
    return codes
