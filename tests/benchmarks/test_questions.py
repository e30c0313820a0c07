"""Does the count of questions leave out only work that cannot change it?"""

from __future__ import annotations

import random

import pytest

from benchmarks.questions import asked_by_worth, asked_in_order, bearing_on_lead, hidden, pool, told
from ipt_formulate.explain.questions import next_questions
from ipt_formulate.formulation.formulate import conclude
from ipt_formulate.formulation.outcome import lean_of
from ipt_formulate.intake import Intake, parse_path
from tests.explain.cases import book, cases


def in_order(start: Intake, full: Intake, order: list[str]) -> int:
    """The count with the lead worked out after every answer."""
    goal, now = lean_of(full, book()).lead, start
    last = 0 if lean_of(start, book()).lead == goal else None
    for number, path in enumerate(order, 1):
        now = told(now, full, path)
        right = lean_of(now, book()).lead == goal
        last = None if not right else number if last is None else last
    return last if last is not None else len(order) + 1


def by_worth(start: Intake, full: Intake) -> int:
    """The count with every question ranked each time, until none is left."""
    goal, now, asked = lean_of(full, book()).lead, start, list[str]()
    last = 0 if lean_of(start, book()).lead == goal else None
    while True:
        ranked = next_questions(*conclude(now, book(), "reference"), None).can_change
        paths = (each.path for each in ranked if each.path not in asked and each.path != "decisions")
        path = next((each for each in paths if not parse_path(each).item.safety), None)
        if path is None:
            return last if last is not None else len(asked) + 1
        asked.append(path)
        now = told(now, full, path)
        right = lean_of(now, book()).lead == goal
        last = None if not right else len(asked) if last is None else last


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "seed"),
    [("gc13", 0), *(pytest.param("gc26", seed, marks=pytest.mark.long) for seed in (0, 2))],
)
def test_the_counts_are_those_of_the_plain_way(name: str, seed: int) -> None:
    full, rng = cases()[name], random.Random(f"{name} {seed}")
    start = hidden(full, 0.5, rng)
    order = pool(start)
    rng.shuffle(order)
    bearing = bearing_on_lead(conclude(start, book(), "reference")[1])
    assert asked_in_order(start, full, book(), order, bearing) == in_order(start, full, order)
    assert asked_by_worth(start, full, book(), plain=False) == by_worth(start, full)
