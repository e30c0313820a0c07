"""What the tests of agreement run in a process of its own."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from typing import Any
from unittest.mock import patch

from hypothesis import given, seed, settings

from ipt_formulate.engines.choosing import verdicts_of
from ipt_formulate.engines.durable import (
    DurableEngine,
    engine_for,
    findings,
    joining,
    linking,
    rails,
    readings,
    running,
)
from ipt_formulate.engines.durable.formula import Formula, Operator
from ipt_formulate.engines.durable.host import Memory
from ipt_formulate.engines.reference import ReferenceEngine
from ipt_formulate.engines.signs import situations_of
from ipt_formulate.engines.verdicts import EngineDisagreement, compare
from ipt_formulate.intake import Intake
from ipt_formulate.logic.truth import YES, at_least
from ipt_formulate.rulebook import Rule, Rulebook
from ipt_formulate.rulebook.nodes import About
from tests.engines.drawn import any_intakes, book, full_intake, rules, with_matched
from tests.strategies import intakes

NAMES = ("durable", "reference")
FULL_ENOUGH = 60


def agree(intake: Intake, rulebook: Rulebook, engine: DurableEngine | None = None) -> None:
    """Both engines give the same verdicts."""
    situations = situations_of(intake, rulebook)
    mine = (engine or engine_for(rulebook)).run(situations, rulebook)
    compare(mine, ReferenceEngine().run(situations, rulebook), NAMES)


def thin_intakes(number: int, most: int) -> None:
    """The shipped rulebook on intakes in which little is known."""

    @seed(number)
    @settings(max_examples=most)
    @given(intakes())
    def holds(intake: Intake) -> None:
        agree(intake, book())

    holds()


def full_intakes(number: int, most: int) -> None:
    """The shipped rulebook on intakes in which most is known, under each profile in turn."""
    profiles = book().profiles
    for place, profile in enumerate(profiles):
        for each in range(number * most + place, (number + 1) * most, len(profiles)):
            agree(full_intake(each), book(profile))


def random_rules(number: int, most: int) -> None:
    """Random rules with conditions of every kind."""

    @seed(number)
    @settings(max_examples=most)
    @given(rules(), any_intakes())
    def holds(matched: tuple[Rule, ...], intake: Intake) -> None:
        rulebook = with_matched(*matched)
        engine = DurableEngine(rulebook)
        try:
            agree(intake, rulebook, engine)
        finally:
            engine.close()

    holds()


# -- planted faults ---------------------------------------------------------------------------------------------------


def _outside(limited: bool, name: str, sign: Operator, value: int) -> list[Formula]:
    return _IF(limited, name, sign, value + (sign == ">="))


def _but_the_last(memory: Memory, fired: list[Any]) -> None:
    _FINISH(memory, fired[:-1])


def _last_one(truths: dict[int, int], number: int, truth: int) -> None:
    truths[number] = truth


def _closed(count: int, parts: list[int], *, more_may_exist: bool) -> int:
    return at_least(count, parts)


def _of_another(facts: Mapping[int, Mapping[str, int]], seat: int, read: Container[str | None]) -> Any:
    return _ENDS(facts, seat + 1, read)


def _strict_only(found: findings.Findings, about: About) -> Iterator[readings.Seat]:
    return iter(found.strict[about])


_IF, _FINISH, _ENDS = rails._if, Memory.finish, joining._ends

FAULTS: Mapping[str, tuple[object, str, object]] = {
    "not does not swap": (rails, "_SWAPPED", {rail: rail for rail in rails._SWAPPED}),
    "may is yes": (rails, "_TRUTHS", {**rails._TRUTHS, "may": ("==", YES)}),
    "unknown is no": (rails, "_TRUTHS", {**rails._TRUTHS, "no": ("<", YES)}),
    "limits lie outside": (rails, "_if", _outside),
    "a choice known in part is lost": (readings.PartlyAmong, "of", lambda *seat_and_parts: None),
    "a firing is lost": (Memory, "finish", _but_the_last),
    "the last rail counts": (running, "lift", _last_one),
    "open lists are complete": (linking, "at_least", _closed),
    "every record exists": (findings.Findings, "present", findings.Findings.truth),
    "links lead elsewhere": (joining, "_ends", _of_another),
    "joins are certain": (joining, "RAILS", (YES, YES)),
    "the presumed pass is not run": (findings.Findings, "seats", _strict_only),
}


def planted(name: str) -> None:
    """With this fault in the durable engine some case is refused; prints what the error says."""
    owner, attribute, wrong = FAULTS[name]
    with patch.object(owner, attribute, wrong):
        for number in range(FULL_ENOUGH):
            try:
                verdicts_of(situations_of(full_intake(number), book()), book())
            except EngineDisagreement as disagreement:
                print(disagreement)
                return
    raise AssertionError("no case showed the fault")
