"""When one changed answer changes a verdict, do the explanations differ, and do they name that answer?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from ipt_formulate import Intake, formulate
from ipt_formulate.engines.reference import ReferenceEngine
from ipt_formulate.engines.signs import situations_of
from ipt_formulate.explain.explanations import Why, WhyNot
from ipt_formulate.formulation.focus import focus_of
from ipt_formulate.formulation.formulate import work_of
from tests.explain.cases import book, cases, known_paths, mutants


def verdicts(intake: Intake) -> dict[str, Any]:
    """Every verdict that can be asked about, by target."""
    case = situations_of(intake, book())
    work = work_of(intake, book(), case, ReferenceEngine().run(case, book()))
    focus = focus_of(work.contest, work.ordered, overturned=False)

    def place(index: int | None) -> tuple[str, str] | None:
        candidate = work.contest.order[index].candidate if index is not None else None
        return (candidate.area, candidate.situation) if candidate is not None else None

    leaders = tuple(map(place, focus.leaders))
    found: dict[str, Any] = {"focus": (focus.status, focus.settled, leaders, place(focus.second)), **work.areas}
    for each in work.stagings:
        found.setdefault(f"stage:{each.record.id}", (each.stage, each.shown, each.settled))
    return found


def named(why: Why, why_not: WhyNot) -> set[str]:
    """The answers that the reasons name; the bare list of what could change it does not count."""
    told = {path for contrast in why_not.contrasts for path in contrast.paths()}
    groups = (*why.groups, *why_not.groups)
    return told | {path for group in groups for reason in group.reasons for path in reason.paths()}


def said(why: Why, why_not: WhyNot) -> tuple[Any, ...]:
    """What the explanations say besides the verdict itself."""
    return why.groups, why_not.groups, why_not.contrasts


def changes(name: str) -> Iterator[tuple[str, str, Intake]]:
    """Target, path and changed intake, for every verdict that one changed answer changes."""
    intake = cases()[name]
    old = verdicts(intake)
    for path in known_paths(intake):
        for other in mutants(intake, path):
            new = verdicts(other)
            yield from ((target, path, other) for target in old if target in new and old[target] != new[target])


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=() if place % 3 == 0 else pytest.mark.long)
        for place, name in enumerate(sorted(cases()))
    ],
)
def test_the_changed_answer_is_named(name: str) -> None:
    before = formulate(cases()[name], rulebook=book(), engine="reference")
    told: dict[str, tuple[Why, WhyNot]] = {}
    for target, path, other in changes(name):
        after = formulate(other, rulebook=book(), engine="reference")
        if target not in told:
            told[target] = before.why(target), before.why_not(target)
        again = after.why(target), after.why_not(target)
        assert said(*told[target]) != said(*again), (target, path)
        paths = named(*told[target]) | named(*again)
        assert path in paths, (target, path)
