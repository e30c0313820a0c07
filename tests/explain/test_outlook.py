"""Does the outlook on a case hold the case as it is? Compared with both passes of the engines, sign by sign."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from ipt_formulate.engines.kleene import truth
from ipt_formulate.explain.exact import missing_answers
from ipt_formulate.explain.hanging import Hanging
from ipt_formulate.formulation.formulate import outcome
from ipt_formulate.intake import Intake, Link, Multi
from ipt_formulate.logic.truth import NO, UNKNOWN, YES, Truth
from ipt_formulate.rulebook.nodes import Sign
from tests.explain.cases import book, cases

z3 = pytest.importorskip("z3", reason="exact relevance needs z3-solver")

OUT_OF_A_CHANGE = {
    "intake_version": "1",
    "case_id": "out-of-a-change",
    "episode": {"diagnosis": "mdd"},
    "conflicts": [
        {
            "id": "fight",
            "relation": "partner",
            "set_off_by": "move",
            "worse_around_onset": "after_onset",
            "linked_by_patient": "no",
            "before_any_depression": "no",
        }
    ],
    "changes": [{"id": "move", "kind": "move", "when": {"before_onset": {"days": 60}}}],
}
"""The dispute is taken to start with the move, until its own start is told."""
NAMES = [name for name in cases() if not outcome(cases()[name], book())[0].case.contradictions]


def outlook_of(intake: Intake, days: dict[str, Any] | None) -> Any:
    from ipt_formulate.explain.outlook import Outlook

    work, _ = outcome(intake, book())
    return Outlook(work, Hanging(work.case, work.book), missing_answers(intake), days)


def nothing_answered() -> Any:
    """An assignment in which no variable holds."""
    solver = z3.Solver()
    assert solver.check() == z3.sat
    return solver.model()


def unanswered(model: Any, formula: Any) -> bool:
    """Does a formula hold while nothing more is answered?"""
    return formula if isinstance(formula, bool) else bool(z3.is_true(model.eval(formula, model_completion=True)))


def followed(outlook: Any) -> Iterator[tuple[Any, Any]]:
    """Every sign that is neither multi-choice nor a link, with its record in both passes."""
    for record in (outlook.view.case, *outlook.view.all()):
        for name in record.values:
            sign = Sign(record.about, name)
            if name != "named_in" and outlook.book.vocabulary.has(record.about, name):
                type_ = outlook.book.vocabulary.type_of(sign)
                if not isinstance(type_, Multi | Link):
                    yield sign, record


@pytest.mark.parametrize("days", [None, {}], ids=["days left open", "days followed"])
@pytest.mark.parametrize("name", NAMES[::5])
def test_without_further_answers_signs_are_what_they_are(name: str, days: dict[str, Any] | None) -> None:
    """One and only one case of each value, which is that of the pass; a presumed no among them."""
    from ipt_formulate.explain.guarded import TooWide
    from ipt_formulate.explain.outlook import PRESUMED, STRICT

    outlook, model = outlook_of(cases()[name], days), nothing_answered()
    seen = 0
    for sign, record in followed(outlook):
        for of, told in ((STRICT, record), (PRESUMED, outlook.presumed[record.key])):
            try:
                cell = outlook.cell(sign, record, of)
            except TooWide:
                continue
            now = [value for guard, value in cell if unanswered(model, guard)]
            assert now == [told.values[sign.name]], (sign, record.key, of)
            seen += 1
    assert seen > 100


@pytest.mark.parametrize("name", NAMES[::12])
def test_without_further_answers_conditions_are_what_they_are(name: str) -> None:
    """In both passes, for every rule and record."""
    from ipt_formulate.explain.outlook import PRESUMED, STRICT, asks

    outlook, model = outlook_of(cases()[name], {}), nothing_answered()
    presumed = outlook.work.case.presumed
    for rule in book().active:
        if rule.when is None or asks(rule.when) or all(each.stratum == "advice" for each in rule.conclusions):
            continue  # advice may read the result itself; what looks at whether something was answered is left open
        for record in outlook.view.of(rule.about):
            for of, it, view in ((STRICT, record, outlook.view), (PRESUMED, outlook.presumed[record.key], presumed)):
                rails = outlook.rails(rule.when, record, of)
                yes, no = unanswered(model, rails.yes), unanswered(model, rails.no)
                found: Truth = YES if yes else NO if no else UNKNOWN
                assert not (yes and no)
                assert found == truth(rule.when, it, view), (rule.id, record.key, of)


def test_an_answer_that_lifts_a_presumption_matters() -> None:
    """The start of a dispute that was presumed: told, it may lie long before what set the dispute off."""
    from ipt_formulate.explain.proof import questions

    intake = Intake.from_dict(OUT_OF_A_CHANGE)
    before, after = (
        outcome(intake.with_answers({"conflicts[fight].relationship": "ended", **more}), book())[0]
        for more in ({}, {"conflicts[fight].started": {"before_onset": {"days": 700}}})
    )
    leans = [{(each.candidate.records, each.candidate.area): each.standing.lean for each in work.contest.order}
             for work in (before, after)]  # fmt: skip
    assert leans[0] != leans[1]
    work, _ = outcome(intake, book())
    missing = frozenset(missing_answers(intake))
    ((_, standing),) = questions(work, Hanging(work.case, work.book), missing, frozenset({"standing"}))
    assert not standing.rules_out("conflicts[fight].started")
