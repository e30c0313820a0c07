"""Do the rails of a condition say what the definition says, before any native code is asked?"""

from __future__ import annotations

import operator
from collections.abc import Mapping
from math import prod

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("durable.engine", reason="durable-rules is not installed here", exc_type=ImportError)

from ipt_formulate.engines.durable.formula import ALWAYS, NEVER, Compare, Every, Formula, Some, every, some, ways
from ipt_formulate.engines.durable.names import Names
from ipt_formulate.engines.durable.rails import Rail, Rails
from ipt_formulate.engines.durable.readings import Seat
from ipt_formulate.engines.facts import View
from ipt_formulate.engines.kleene import truth
from ipt_formulate.engines.signs import situations_of
from ipt_formulate.intake import Intake
from ipt_formulate.logic.truth import NO, UNKNOWN, YES
from ipt_formulate.rulebook.nodes import ABOUTS, About, Among, Condition, Sign
from tests.engines.drawn import any_intakes, book, conditions
from tests.engines.own_process import examples

HOLDS = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
RAILS: Mapping[Rail, set[int]] = {"yes": {YES}, "no": {NO}, "may": {YES, UNKNOWN}, "maynot": {NO, UNKNOWN}}


def held(formula: Formula, fact: Mapping[str, int]) -> int:
    """In how many ways a formula holds for a fact, as the native engine counts."""
    match formula:
        case Compare(name, sign, value):
            return int(name in fact and HOLDS[sign](fact[name], value))
        case Every(parts):
            return prod(held(part, fact) for part in parts)
        case Some(parts):
            return sum(held(part, fact) for part in parts)


def facts(rails: Rails, about: About, intake: Intake) -> list[tuple[Seat, dict[str, int]]]:
    """Every record of a kind in both passes, with the properties that were given names."""
    situations = situations_of(intake, book())
    views: tuple[View, ...] = (situations.strict, situations.presumed)
    found = []
    for view in views:
        for record in view.of(about):
            seat = Seat(0, record, view)
            values = {name: reading.of(seat, ()) for name, reading in rails.readings.items()}
            found.append((seat, {name: value for name, value in values.items() if value is not None}))
    return found


@settings(max_examples=examples(150))
@given(st.data())
def test_rails_are_the_definition(data: st.DataObject) -> None:
    about = data.draw(st.sampled_from(ABOUTS))
    condition: Condition = data.draw(conditions(about, 0))
    rails = Rails(book().vocabulary, Names())
    written = {rail: rails.of(condition, rail, {}) for rail in RAILS}
    once = {rail: rails.of(condition, rail, {}, once=True) for rail in RAILS}
    for seat, fact in facts(rails, about, data.draw(any_intakes())):
        told = truth(condition, seat.record, seat.view)
        for rail, truths in RAILS.items():
            assert (held(written[rail], fact) > 0) == (told in truths)
            assert held(once[rail], fact) == int(told in truths)
            assert held(written[rail], fact) <= ways(written[rail])
            assert ways(once[rail]) <= 1


def test_a_choice_that_is_not_asserted_is_on_no_rail() -> None:
    rails = Rails(book().vocabulary, Names())
    among = Among(Sign("loss", "kind"), frozenset(("death_of_person",)))
    for rail in RAILS:
        assert held(rails.of(among, rail, {}), {}) == 0


def test_what_goes_without_saying_is_left_out() -> None:
    one, two = Compare("p", "==", 1), Compare("q", ">", 0)
    assert every([one, ALWAYS, one]) == one
    assert every([one, NEVER]) == NEVER
    assert some([one, NEVER]) == one
    assert some([one, ALWAYS]) == ALWAYS
    assert some([some([one, two]), one]) == Some((one, two))
    assert some([]) == NEVER
    assert every([]) == ALWAYS
