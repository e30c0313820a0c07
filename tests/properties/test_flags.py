"""Do flags stand above the ranking and never in it, and is no danger that was told, and none not asked, passed over?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipt_formulate.engines.signs import situations_of
from ipt_formulate.formulation.safety import LEVELS, raised
from ipt_formulate.intake import ITEMS, Intake
from ipt_formulate.intake.answer import ABSENCES
from ipt_formulate.intake.types import Multi, Tri
from ipt_formulate.rulebook import Rulebook
from ipt_formulate.rulebook import conclusions as c
from ipt_formulate.rulebook.loading import inputs_of
from ipt_formulate.rulebook.nodes import Sign, signs_read
from tests.properties.case import book, formulated, worked
from tests.properties.dense import dense_intake
from tests.properties.drawn import CASES, NUMBERS, Case, pair
from tests.properties.outline import differences, outline
from tests.properties.wires import Wire
from tests.strategies import repaired

BEFORE_FLAGS = ("signs", "evidence", "differential", "stage", "rank")
SELF_HARM = ("safety.self_harm", "safety.self_harm_score", "safety.attempt_on")
IN_GROUP = ("group.suicidal_ideation", "group.suicide_plan", "group.suicide_attempt_last_3_months")
TOLD_BY_YES = (
    *IN_GROUP,
    *(f"safety.{name}" for name in (
        "dependant_at_risk", "psychosis_or_confusion", "mania", "substance_dependence", "postpartum_danger",
        "self_neglect", "threats_to_kill", "violence_escalating",
    )),
)  # fmt: skip

# Contradictions included: the dense ones are full of them.
ANY_INTAKE = st.one_of(
    st.builds(dense_intake, st.integers(0, 199), st.sampled_from((0.0, 0.3, 0.9))),
    st.builds(lambda number, which: pair(number)[which].intake, NUMBERS, st.integers(0, 1)),
)


def _dangers() -> Iterator[tuple[str, Any, str]]:
    """Where a danger can be told, how, and the least level of its flag."""
    for member in _members("case", "safety.self_harm"):
        yield "safety.self_harm", {member: "yes"}, "review" if member == "passive" else "urgent"
    for member in _members("case", "safety.violence_at_home"):
        yield "safety.violence_at_home", {member: "yes"}, "urgent"
    for member in _members("conflict", "harm"):
        yield "conflict.harm", {member: "yes"}, "urgent"
    yield "safety.harm_to_others", "plan", "emergency"
    yield "safety.harm_to_others", "thoughts", "urgent"
    yield "safety.self_harm_score", 1, "review"
    yield "loss.wish_to_join_the_dead", "yes", "urgent"
    for name in TOLD_BY_YES:
        yield name, "yes", "urgent"


def _members(about: str, name: str) -> tuple[str, ...]:
    type_ = ITEMS[about][name].type
    assert isinstance(type_, Multi)
    return type_.members


DANGERS = tuple(_dangers())


@given(ANY_INTAKE, st.sampled_from(DANGERS))
def test_a_danger_that_was_told_is_always_flagged(intake: Intake, danger: tuple[str, Any, str]) -> None:
    """Whatever else is answered, and whatever contradicts it."""
    where, value, level = danger
    told = Intake.from_dict(_with_danger(intake.to_dict(), where, value))
    flags = list(raised(situations_of(told, book()), book()))
    assert min((LEVELS.index(flag[1]) for flag in flags), default=99) <= LEVELS.index(level), (danger, flags)


@pytest.mark.parametrize(("where", "value", "level"), DANGERS)
def test_a_danger_that_was_told_and_nothing_else_is_flagged(where: str, value: Any, level: str) -> None:
    """The same where nothing else is known; and the flag is certain."""
    told = Intake.from_dict(_with_danger({}, where, value))
    flags = [
        flag for flag in raised(situations_of(told, book()), book()) if LEVELS.index(flag[1]) <= LEVELS.index(level)
    ]
    assert any(certainty == "certain" for _, _, certainty, _, _ in flags)


def test_every_safety_question_about_a_danger_is_among_the_dangers() -> None:
    """A new question about danger has to be added to the two tests above."""
    named = {where.partition(".")[2] if where.startswith(("loss.", "conflict.")) else where for where, _, _ in DANGERS}
    asked = {
        name
        for about in ("case", "loss", "conflict")
        for name, item in ITEMS[about].items()
        if item.safety and isinstance(item.type, Tri | Multi)
    }
    # Means, contact and the weaker side's safety colour a danger and are none; the rest of the group check is about
    # whether to begin.
    beside = {
        "safety.access_to_means", "safety.safe_to_contact", "weaker_can_speak_safely", "group.in_acute_crisis",
        "group.excluding_conditions", "group.recent_hostility",
    }  # fmt: skip
    assert asked - named == beside


@given(ANY_INTAKE, st.sampled_from((None, *ABSENCES)), st.sampled_from((None, "no", "unknown")))
def test_an_unasked_self_harm_item_is_always_flagged(intake: Intake, absence: str | None, in_group: str | None) -> None:
    """Not asked, not known and declined alike, as long as the group part tells nothing either."""
    wire = intake.to_dict()
    for name in SELF_HARM:
        wire.get("safety", {}).pop(name.partition(".")[2], None)
        if absence is not None:
            wire.setdefault("safety", {})[name.partition(".")[2]] = {"unknown": absence}
    for name in IN_GROUP:
        wire.get("group", {}).pop(name.partition(".")[2], None)
        if in_group is not None:
            wire.setdefault("group", {})[name.partition(".")[2]] = in_group
    case = situations_of(Intake.from_dict(wire), book())
    assert "self_harm_not_asked" in {flag for flag, *_ in raised(case, book())}


@pytest.mark.parametrize("data", [{}, {"losses": {"asked": "yes", "complete": "yes"}}, {"people": [{"id": "p"}]}])
def test_an_empty_intake_raises_only_the_flag_that_nobody_asked(data: Wire) -> None:
    """That everything is unknown is no sign of danger: no possible emergencies."""
    result, _ = formulated(Intake.from_dict(data))
    assert [(flag.id, flag.level) for flag in result.flags] == [("self_harm_not_asked", "review")]
    assert "safety.self_harm" in result.safety_unasked


def test_no_rule_of_the_ranking_reads_a_flag() -> None:
    """Over all rules: what signs, evidence, differentials, stages and ranks read, through any chain, is no result."""
    rules = [rule for rule in book().rules.values() if any(each.stratum in BEFORE_FLAGS for each in rule.conclusions)]
    for rule in rules:
        found: set[Sign] = set()
        pending = set(inputs_of(rule, rule.about, book().vocabulary))
        for each in rule.conclusions:
            part = each.where if isinstance(each, c.Yields) else each.until if isinstance(each, c.Bars) else None
            pending |= set(signs_read(part)) if part is not None else set()
        while pending:
            sign = pending.pop()
            if sign not in found:
                found.add(sign)
                maker = book().derived.get(sign)
                pending |= inputs_of(maker, maker.about, book().vocabulary) if maker is not None else set()
        assert not [sign for sign in found if sign.name.startswith("result.")], rule.id


@given(CASES)
def test_flags_change_no_ranking(case: Case) -> None:
    """With every flag stripped from the rules the ranking, the stages and the focus are the same."""
    stripped = outline(*worked(case.intake, _without(c.Flags)))
    assert stripped["flags"] == set()
    assert not differences(outline(case.work, case.focus) | {"flags": set()}, stripped)


@given(
    CASES, st.sampled_from([danger for danger in DANGERS if danger[2] == "emergency" or danger[1] == {"plan": "yes"}])
)
def test_emergencies_require_acknowledgement_and_keep_the_ranking(case: Case, danger: tuple[str, Any, str]) -> None:
    """Every emergency, and nothing less, asks to be acknowledged; what is ranked is there all the same."""
    intake = Intake.from_dict(_with_danger(case.intake.to_dict(), danger[0], danger[1]))
    result, work = formulated(intake)
    assert any(flag.level == "emergency" for flag in result.flags)
    assert all(flag.requires_acknowledgement == (flag.level == "emergency") for flag in result.flags)
    assert not differences(
        outline(work, worked(intake)[1]) | {"flags": set()}, outline(*worked(intake, _without(c.Flags)))
    )


@cache
def _without(kind: type[c.Conclusion]) -> Rulebook:
    """The shipped rulebook with one kind of conclusion taken out of every rule."""
    rules = {
        rule.id: replace(rule, conclusions=tuple(each for each in rule.conclusions if not isinstance(each, kind)))
        for rule in book().rules.values()
    }
    return replace(book(), rules=MappingProxyType(rules))


def _with_danger(wire: Wire, where: str, value: Any) -> Wire:
    part, _, field = where.partition(".")
    if part in ("loss", "conflict"):
        section = wire.setdefault("losses" if part == "loss" else "conflicts", {})
        section["asked"] = "yes"
        listed = section.setdefault("items", [])
        if not listed:
            listed.append({"id": f"the-{part}"})
        holder = listed[0]
    else:
        holder = wire.setdefault(part, {})
    told = holder.get(field)
    if isinstance(value, dict) and isinstance(told, dict) and not {"value", "unknown"} & set(told):
        value = {**told, **value}
    holder[field] = value
    if field.endswith("_score"):
        holder.pop("severity_instrument", None)
    return repaired(wire)
