"""Is what is said about the switches what comes out under each of their settings, worked out from the start?"""

from __future__ import annotations

import random
from dataclasses import replace
from functools import cache
from math import prod
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.questions import hidden
from ipt_formulate.engines.verdicts import matched_rules
from ipt_formulate.explain import settings as across_settings
from ipt_formulate.explain.alike import values_of
from ipt_formulate.explain.settings import BY_BOTH, BY_FORMULATION
from ipt_formulate.explain.switches import Across, AcrossSwitches, across_switches
from ipt_formulate.formulation.formulate import conclude
from ipt_formulate.formulation.outcome import Outcome, lean_of
from ipt_formulate.formulation.readers import conditions_of, read_in
from ipt_formulate.formulation.standing import WORDS
from ipt_formulate.intake import Intake
from tests.explain.cases import book, cases

SOME = ("gc13", "gc03", "gc24", "widow-with-a-new-role", "husband-and-wife-at-impasse", "alone-all-his-life")


def with_gaps(name: str) -> Intake:
    """A case with half of its answers hidden."""
    return hidden(cases()[name], 0.5, random.Random(name))


@cache
def told(name: str) -> tuple[Intake, AcrossSwitches]:
    base = name.removesuffix(" with gaps")
    intake = with_gaps(base) if base != name else cases()[name]
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


@pytest.mark.parametrize("name", SOME)
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


def test_few_settings_can_differ_where_the_answers_leave_a_switch_no_say() -> None:
    _, across = told("gc13")
    assert across.told_apart <= 96  # of 4478976 settings


@pytest.mark.parametrize("name", ["gc03", "gc13", "gc24", "widow-with-a-new-role"])
def test_values_that_come_to_the_same_do_so_under_every_other_setting(name: str) -> None:
    intake, rng = with_gaps(name), random.Random(name)
    across = across_settings.Across(conclude(intake, book(), "reference")[1])
    across.find_groups()
    classes = across.classes
    extra = {area.code for area in book().areas if area.extra}

    def seen(settings: dict[str, Any]) -> Outcome:
        """The outcome without the areas that are never candidates here."""
        outcome = lean_of(intake, book().with_settings(settings))
        standings = tuple(each for each in outcome.standings if each[0][0] not in extra)
        areas = tuple(each for each in outcome.areas if each[0] not in extra)
        return replace(outcome, standings=standings, areas=areas)

    assert any(len(values) > 1 for found in classes.values() for values in found)
    for _ in range(5):
        chosen: dict[str, Any] = {each: rng.choice(values_of(switch)) for each, switch in book().switches.items()}
        for switch, found in classes.items():
            values = max(found, key=len)
            assert seen({**chosen, switch: values[0]}) == seen({**chosen, switch: values[-1]}), (switch, chosen)


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_any_setting_of_a_case_with_gaps_gives_what_is_said(seed: int) -> None:
    agrees("gc03 with gaps", seed)


@pytest.mark.parametrize("after", [0, 3])
def test_an_interruption_before_anything_was_looked_at_says_the_result_in_use(
    after: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While it is still found out which switches can matter: nothing is said of any of them."""
    intake, _ = told("gc03")
    whole_look, looked = across_settings.Across._classes_of, list[str]()

    def interrupt(self: across_settings.Across, name: str) -> Any:
        looked.append(name)
        if len(looked) > after:
            raise KeyboardInterrupt
        return whole_look(self, name)

    monkeypatch.setattr(across_settings.Across, "_classes_of", interrupt)
    found = across_switches(conclude(intake, book(), "reference")[1])
    assert (found.stopped, found.left_in_use, found.told_apart) == ("interrupted", tuple(book().switches), 1)
    assert not found.settled_everywhere
    outcome = lean_of(intake, book())
    assert all(value_told(part, book().settings) == value_in(outcome, part) for part in found.parts)
    assert "Stopped before any switch was looked at in full." in " ".join(found.in_words().split())


@pytest.mark.parametrize("after", [0, 1, 30, 100])
def test_an_interruption_leaves_what_was_looked_at_in_full(after: int) -> None:
    intake, whole = told("gc03")

    def interrupt(done: int, count: int) -> None:
        if done > after:
            raise KeyboardInterrupt

    found = across_switches(conclude(intake, book(), "reference")[1], interrupt)
    assert found.stopped == "interrupted" and found.left_in_use
    assert not found.settled_everywhere
    assert 1 <= found.told_apart <= after + 1
    text = " ".join(found.in_words().split())
    assert "Stopped before it was finished." in text and "THE SAME UNDER EVERY SETTING THAT WAS LOOKED AT" in text
    left = {name: book().settings[name] for name in found.left_in_use}
    rng = random.Random(after)
    for _ in range(5):
        chosen = {each: rng.choice(values_of(switch)) for each, switch in book().switches.items()} | left
        outcome = lean_of(intake, book().with_settings(chosen))
        assert all(value_told(part, chosen) == value_in(outcome, part) for part in found.parts)
    assert whole.stopped is None and whole.left_in_use == ()
