"""Does the calendar matter, or only how far days lie apart?"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ipt_formulate.intake import Intake
from ipt_formulate.intake.types import Day
from tests.properties.case import worked
from tests.properties.drawn import CASES, Case
from tests.properties.outline import differences, outline
from tests.properties.wires import Wire, answers, bare, put

DAY = len("2026-03-14")


@given(CASES, st.integers(-4000, 4000))
def test_shifting_all_dates_together_changes_nothing(case: Case, by: int) -> None:
    """The same days apart, the same result. To the day: months and years are not all of one length."""
    wire = case.intake.to_dict()
    _to_the_day(wire)
    before = Intake.from_dict(wire)
    for holder, field, item in answers(wire):
        if isinstance(item.type, Day):
            put(holder, field, _shifted(bare(holder[field]), by))
    assert not differences(outline(*worked(before)), outline(*worked(Intake.from_dict(wire))))


def _to_the_day(wire: Wire) -> None:
    """Drop the days that are known by month or year only; counted ones (days before onset) stay."""
    for holder, field, item in list(answers(wire)):
        if isinstance(item.type, Day) and not _exact(bare(holder[field])):
            del holder[field]


def _exact(told: Any) -> bool:
    if isinstance(told, dict):
        return "date" not in told or len(told["date"]) == DAY
    return isinstance(told, str) and len(told) == DAY


def _shifted(told: Any, by: int) -> Any:
    if isinstance(told, dict):
        return {**told, "date": _shifted(told["date"], by)} if "date" in told else told
    return (date.fromisoformat(told) + timedelta(days=by)).isoformat()
