"""Are a few cases that tables cannot tell known without planning tables?"""

from __future__ import annotations

from typing import Any

import pytest

from ipt_formulate.cohort.gaps.few import few_cases
from ipt_formulate.cohort.gaps.moves import moves_of
from ipt_formulate.cohort.gaps.ran import EveryRule, run
from ipt_formulate.cohort.gaps.sensitivity import Sensitivity
from ipt_formulate.engines.columns.engine import NOT_SUPPORTED, ColumnsEngine
from ipt_formulate.engines.columns.tables import tables_of
from ipt_formulate.intake import Intake
from tests.properties.case import book
from tests.properties.dense import dense_intake


def _couples(*ids: str) -> list[dict[str, Any]]:
    return [{"id": each, "relation": "partner", "steps_to_end": ["moved_out"]} for each in ids]


def _separation(*ids: str) -> list[dict[str, Any]]:
    return [{"id": "k", "kind": "separation_or_divorce", "same_event": [*ids]}]


def _caring(**told: Any) -> dict[str, Any]:
    loss = {"id": "l", "kind": "stillbirth_or_neonatal_death", "daily_life_depended": ["care_given"], **told}
    return {"losses": [loss], "changes": [{"id": "k", "kind": "end_of_caring", "same_event": ["l"]}]}


CANNOT_TELL = [
    {"conflicts": _couples("c", "d"), "changes": _separation("c", "d")},
    {"conflicts": _couples("c", "d"), "changes": [{"id": "k", "same_event": ["c", "d"]}]},
    _caring(relation="child"),  # that it is spoken of as a child, and so somebody died, is presumed
]
CAN_TELL = [
    {"conflicts": _couples("c"), "changes": _separation("c")},
    {"conflicts": _couples("c", "d"), "changes": _separation("c")},
    {"conflicts": _couples("c", "d"), "changes": []},
    _caring(relation="child", spoken_of_as_child="yes"),
    _caring(),
]


def _intake(told: dict[str, Any]) -> Intake:
    return Intake.from_dict({"intake_version": "1", **told})


def test_the_same_cases_as_by_tables_cannot_be_told() -> None:
    """A record that is what a rule would make of several, or of what is presumed only; and of no other setting's."""
    made = [_intake(each) for each in (*CANNOT_TELL, *CAN_TELL)]
    intakes = [*made, *(dense_intake(number, 0.2, 3) for number in range(40))]
    rules = book("perinatal")
    tables = ColumnsEngine(rules).run(tables_of(intakes, rules)).cases.collect().sort("case")[NOT_SUPPORTED].to_list()
    few = few_cases(dict(enumerate(intakes)), rules)[NOT_SUPPORTED].to_list()
    assert few == tables
    assert [each != "" for each in few[: len(made)]] == [True] * len(CANNOT_TELL) + [False] * len(CAN_TELL)
    as_dispute = few_cases(dict(enumerate(made)), rules.with_settings({"divorce_routing": "dispute"}))
    assert [each != "" for each in as_dispute[NOT_SUPPORTED]] == [False, False, True, *[False] * len(CAN_TELL)]


@pytest.mark.long
def test_a_case_that_tables_cannot_tell_under_a_setting_is_not_counted_for_it() -> None:
    """Whichever way is taken, so that the figures do not hang on the size of a batch."""
    rules = book().with_settings({"divorce_routing": "dispute"})
    intakes, plan = [_intake(each) for each in (CANNOT_TELL[0], CAN_TELL[0])], EveryRule(rules)
    ran = run(tables_of(intakes, rules, plan), plan)
    tried = Sensitivity(rules, [move for move in moves_of(rules) if move.name == "divorce_routing"])
    few = tried.changes(ran, few=dict(enumerate(intakes)))
    assert few == tried.changes(ran)
    assert {(each.to, each.n) for each in few} == {("by_contest", 1), ("transition", 1)}
