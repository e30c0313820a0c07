"""Is what is said about the switches what comes out under each of their settings, worked out from the start?"""

from __future__ import annotations

import random
from functools import cache
from math import prod
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ipt_formulate.engines.verdicts import matched_rules
from ipt_formulate.explain.settings import BY_BOTH, BY_FORMULATION, values_of
from ipt_formulate.explain.switches import Across, AcrossSwitches, across_switches
from ipt_formulate.formulation.formulate import conclude
from ipt_formulate.formulation.outcome import Outcome, lean_of
from ipt_formulate.formulation.readers import conditions_of, read_in
from ipt_formulate.formulation.standing import WORDS
from ipt_formulate.intake import Intake
from tests.explain.cases import book, cases

SOME = ("gc13", "gc03", "gc24", "widow-with-a-new-role", "husband-and-wife-at-impasse", "alone-all-his-life")


@cache
def told(name: str) -> tuple[Intake, AcrossSwitches]:
    intake = cases()[name]
    return intake, across_switches(conclude(intake, book(), "reference")[1])


def value_in(outcome: Outcome, part: Across) -> Any:
    """What a part of the result is in an outcome, in plain words."""
    match part.kind:
        case "focus":
            return outcome.status, outcome.settled, outcome.leaders
        case "second":
            return outcome.second
        case "gate":
            return outcome.gate[1]
        case "standing":
            return next((WORDS[each.lean] for code, each in outcome.areas if code == part.area), None)
        case "stage":
            lines = dict(outcome.stages)
            found = lines.get((str(part.situation), str(part.area)))
            return None if found is None else found.stage or "not_staged"
        case "flag":
            return {f"{flag}:{level}": certainty for (flag, level), certainty in outcome.flags}.get(str(part.area))


def value_told(part: Across, chosen: dict[str, Any]) -> Any:
    """What is said of a part under a setting of all switches."""
    wanted = {name: chosen[name] for name in part.depends_on}
    found = [under for under in part.values if not part.depends_on or wanted in under.settings]
    assert len(found) == 1, (part.kind, part.area, part.situation)
    value = found[0].value
    if part.kind == "focus":
        return value.status, value.settled, tuple(sorted((each.area, each.situation) for each in value.leads))
    if part.kind == "second":
        return None if value is None else (value.area, value.situation)
    return value


def agrees(name: str, seed: int) -> None:
    intake, across = told(name)
    rng = random.Random(seed)
    chosen: dict[str, Any] = {each: rng.choice(values_of(switch)) for each, switch in book().switches.items()}
    outcome = lean_of(intake, book().with_settings(chosen))
    for part in across.parts:
        assert value_told(part, chosen) == value_in(outcome, part), (name, chosen, part.kind, part.area)
    said = {(part.kind, part.area, part.situation) for part in across.parts}
    assert {("stage", line, record) for (record, line), _ in outcome.stages} <= said
    assert {("flag", f"{flag}:{level}", None) for (flag, level), _ in outcome.flags} <= said


@pytest.mark.parametrize("name", [SOME[0], *(pytest.param(name, marks=pytest.mark.long) for name in SOME[1:])])
@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_any_setting_of_a_shipped_case_gives_what_is_said(name: str, seed: int) -> None:
    agrees(name, seed)


def test_every_setting_is_accounted_for_and_few_are_worked_out() -> None:
    _, across = told("gc13")
    assert across.settings == prod(len(values_of(switch)) for switch in book().switches.values())
    assert across.worked_out <= across.told_apart < across.settings
    assert len(across.switches) == len(book().switches)


def test_the_value_in_use_stands_first() -> None:
    intake, across = told("gc13")
    now = lean_of(intake, book())
    for part in across.parts:
        assert part.values[0].now
        assert value_told(part, dict(book().settings)) == value_in(now, part)
        assert part.settled_everywhere == (len(part.values) == 1)


def test_a_switch_that_some_part_hangs_on_matters_and_no_other() -> None:
    for name in (SOME[0], SOME[-1]):
        _, across = told(name)
        hangs = {switch for part in across.parts for switch in part.depends_on}
        assert {switch.name for switch in across.switches if switch.matters} == hangs


def test_the_switches_that_rules_read_are_known() -> None:
    read = {
        sign.name.removeprefix("setting.")
        for rule in matched_rules(book())
        for condition in conditions_of(rule)
        for sign in read_in(condition, rule.about)
        if sign.name.startswith("setting.")
    }
    assert read & set(BY_FORMULATION) == set(BY_BOTH)
