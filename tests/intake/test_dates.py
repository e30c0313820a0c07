"""Partial dates: which days they may be, and when two of them are surely in the wrong order."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipt_formulate.intake import PartialDay
from ipt_formulate.intake.dates import DateFault
from tests.strategies import days

FRAMES = ("calendar", "before_onset", "before_assessment")


@pytest.mark.parametrize(
    ("wire", "earliest", "latest"),
    [
        ("2026", date(2026, 1, 1), date(2026, 12, 31)),
        (2026, date(2026, 1, 1), date(2026, 12, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2026-03-14", date(2026, 3, 14), date(2026, 3, 14)),
        (date(2026, 3, 14), date(2026, 3, 14), date(2026, 3, 14)),
        ({"date": "2026-03-14", "about": True}, date(2026, 3, 7), date(2026, 3, 21)),
        ({"date": "2026-03", "about": "yes"}, date(2026, 2, 21), date(2026, 4, 8)),
        ({"date": "2025", "about": True}, date(2024, 10, 1), date(2026, 4, 2)),
    ],
)
def test_calendar_dates_are_all_their_days(wire: Any, earliest: date, latest: date) -> None:
    day = PartialDay.read(wire)
    assert (day.kind, day.earliest, day.latest) == ("calendar", earliest, latest)


@pytest.mark.parametrize(
    ("wire", "fewest", "most"),
    [
        ({"before_onset": {"days": 40}}, 40, 40),
        ({"before_onset": {"weeks": 2, "days": 1}}, 15, 15),
        ({"before_onset": {"months": 1}}, 28, 31),
        ({"before_onset": {"months": 3}}, 89, 92),
        ({"before_onset": {"months": 14}}, 365 + 59, 366 + 62),
        ({"before_onset": {"years": 4}}, 1461, 1461),
        ({"before_onset": {"days": -20}}, -20, -20),
        ({"before_onset": {"months": -1}}, -31, -28),
        ({"before_onset": {"days": 100}, "about": True}, 75, 125),
        ({"before_onset": {"days": 10}, "about": True}, 3, 17),
        ({"before_onset": {"days": 3}, "about": True}, 0, 10),
        ({"before_onset": {"days": 0}, "about": True}, -7, 7),
        ({"before_onset": {"days": -3}, "about": True}, -10, 0),
    ],
)
def test_lags_are_intervals_of_days(wire: Any, fewest: int, most: int) -> None:
    day = PartialDay.read(wire)
    assert (day.kind, day.fewest, day.most) == ("before_onset", fewest, most)


@given(st.dates(date(1950, 1, 1), date(2099, 12, 31)), st.integers(1, 40))
def test_a_lag_of_months_holds_every_calendar_lag(end: date, months: int) -> None:
    day = min(end.day, 28)
    index = end.year * 12 + end.month - 1 - months
    days_between = (end.replace(day=day) - date(index // 12, index % 12 + 1, day)).days
    lag = PartialDay.read({"before_onset": {"months": months}})
    assert lag.fewest is not None
    assert lag.most is not None
    assert lag.fewest <= days_between <= lag.most


@pytest.mark.parametrize(
    "wire",
    [
        "2026-02-30", "2026-13", "26-01-01", "1850", "3000-01", "yesterday", "2026-3-1", "2026-03-14T10:00", "",
        {"date": "2026", "before_onset": {"days": 1}}, {"date": "2026", "roughly": True}, {"about": True}, {},
        {"before_onset": 40}, {"before_onset": {}}, {"before_onset": {"days": 1.5}}, {"before_onset": {"days": True}},
        {"before_onset": {"hours": 1}}, {"before_onset": {"days": 10**6}}, {"before_onset": {"years": 5000}},
        {"date": "2026", "about": "maybe"}, {"date": None}, {"date": {"date": "2026"}},
    ],
)  # fmt: skip
def test_what_is_no_date_is_refused_without_repeating_it(wire: Any) -> None:
    with pytest.raises(DateFault) as caught:
        PartialDay.read(wire)
    assert str(wire) not in caught.value.message or wire == ""


@given(days(FRAMES))
def test_written_and_read_again_it_is_the_same(wire: Any) -> None:
    day = PartialDay.read(wire)
    assert PartialDay.read(day.write()) == day


@given(days(FRAMES))
def test_about_only_widens(wire: Any) -> None:
    exact = PartialDay.read(wire)
    told = exact.write()
    about = PartialDay.read({**told, "about": True} if isinstance(told, dict) else {"date": told, "about": True})
    if exact.kind == "calendar":
        assert about.earliest <= exact.earliest <= exact.latest <= about.latest  # type: ignore[operator]
    else:
        assert about.fewest <= exact.fewest <= exact.most <= about.most  # type: ignore[operator]


@given(days(FRAMES), days(FRAMES), days(), days(("calendar", "before_assessment")))
def test_surely_after_means_every_pair_of_days(one: Any, other: Any, assessed: Any, onset: Any) -> None:
    first, second, at, began = (PartialDay.read(wire) for wire in (one, other, assessed, onset))
    mine, its = first.on_calendar(at, began), second.on_calendar(at, began)
    assert mine is not None
    assert its is not None
    if first.surely_after(second, at, began):
        assert not second.surely_after(first, at, began)
    if first.kind != second.kind:
        assert first.surely_after(second, at, began) == (mine[0] > its[1])


def test_two_lags_compare_without_a_calendar() -> None:
    near, far = (PartialDay.read({"before_onset": {"days": count}}) for count in (10, 90))
    assert near.surely_after(far, None, None)
    assert not far.surely_after(near, None, None)


def test_a_lag_without_its_anchor_has_no_calendar_days() -> None:
    lag = PartialDay.read({"before_onset": {"days": 10}})
    assert lag.on_calendar(None, None) is None
    onset = PartialDay.read({"before_assessment": {"days": 5}})
    assert lag.on_calendar(None, onset) is None
    day = date(2026, 6, 15)
    assert lag.on_calendar(PartialDay.on(day), onset) == (day - timedelta(days=15),) * 2
