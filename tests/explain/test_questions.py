"""Do the questions stand in the right bucket and order, and do their answers do what is said of them?

That a question in *cannot matter* never changes the result is attacked in `test_relevance.py`.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ipt_formulate import Formulation, Intake, formulate
from ipt_formulate.explain.differences import difference, titles_of
from ipt_formulate.explain.questions import NextQuestions, OpenQuestion, next_questions, order_to_ask
from ipt_formulate.formulation.formulate import conclude
from ipt_formulate.formulation.outcome import lean_of
from ipt_formulate.intake import ITEMS, Day, Multi, parse_path
from tests.explain.cases import book, cases
from tests.properties.drawn import intakes_of

SOME = ("gc08", "gc13", "widow-with-a-new-role", "husband-and-wife-at-impasse", "alone-all-his-life")


@cache
def told(name: str | int) -> tuple[Formulation, NextQuestions]:
    intake = cases()[name] if isinstance(name, str) else intakes_of(name)[0]
    formulation = formulate(intake, rulebook=book(), engine="reference")
    return formulation, formulation.next_questions(None, seconds=0)


def every(found: NextQuestions) -> list[OpenQuestion]:
    return [*found.can_change, *found.cannot_matter, *found.declined]


NAMES = st.one_of(st.sampled_from(SOME), st.integers(0, 2))


@given(NAMES)
def test_every_missing_answer_is_in_one_bucket(name: str | int) -> None:
    formulation, found = told(name)
    intake = formulation.work.intake
    asked = [each.path for each in every(found) if "[from=" not in each.path]
    assert len(asked) == len(set(asked))
    missing = {
        path
        for path in intake.paths()
        if not intake.answer(path).known and not (path.endswith(".asked") and path.count(".") == 1)
    }
    assert missing <= set(asked)
    for each in every(found):
        if each.members:
            members = parse_path(each.path).item.type
            assert isinstance(members, Multi)
            assert set(each.members) <= set(members.members)


@given(NAMES)
def test_an_answer_that_moves_a_provisional_focus_is_among_what_could_overturn_it(name: str | int) -> None:
    formulation, found = told(name)
    if formulation.focus.status != "proposed":
        return
    named = {parse_path(path) for path in formulation.focus.overturned_by if path != "decisions"}
    for asked in found.can_change:
        moves = any(each.difference.focus is not None and each.difference.focus.moved for each in asked.effects)
        if moves:
            assert parse_path(asked.path) in {replace(each, member=None) for each in named}, asked.path


@given(NAMES)
def test_safety_comes_first_and_what_nobody_knew_last(name: str | int) -> None:
    formulation, found = told(name)
    unasked = [path for path in formulation.safety_unasked if path in {each.path for each in found.can_change}]
    assert [each.path for each in found.can_change[: len(unasked)]] == unasked
    rest = found.can_change[len(unasked) :]
    knew = [each.unknown != "do_not_know" for each in rest]
    assert knew == sorted(knew, reverse=True)


DANGER = (*SOME, "flags-before-anything-else", "gc21")


@pytest.mark.parametrize("name", DANGER)
def test_what_can_raise_or_lift_a_flag_about_danger_stands_before_every_ordinary_question(name: str) -> None:
    """What nobody knew comes last all the same, and so does the group part where no group is planned."""
    formulation, found = told(name)
    group = formulation.work.intake.frame.format.value == "group"
    asked = [
        each
        for each in found.can_change
        if each.unknown != "do_not_know" and (group or not each.path.startswith("group"))
    ]
    pressing = [each.safety and "flag" in each.bears_on for each in asked]
    pressing[: len(formulation.safety_unasked)] = [True for _ in formulation.safety_unasked]
    assert pressing == sorted(pressing, reverse=True)


def test_of_those_about_danger_what_can_move_a_flag_that_is_up_comes_first() -> None:
    """Violence told, nothing graver asked: whether it is grave is asked before what nobody hinted at."""
    intake = Intake.from_dict(
        {
            "safety": {
                "self_harm": {"none": True},
                "access_to_means": "no",
                "harm_to_others": "none",
                "violence_at_home": {"violence": "yes", "weapons": "no", "strangulation": "no", "stalking": "no"},
                "dependant_at_risk": "no",
                "psychosis_or_confusion": "no",
                "mania": "no",
            }
        }
    )
    found = formulate(intake, rulebook=book(), engine="reference").next_questions(None, seconds=0)
    paths = [each.path for each in found.can_change]
    told_of = max(paths.index("safety.threats_to_kill"), paths.index("safety.violence_escalating"))
    assert told_of < paths.index("safety.substance_dependence")
    assert told_of < paths.index("safety.self_neglect")


@pytest.mark.parametrize("name", SOME)
def test_no_reason_says_that_violence_was_told_where_it_was_denied(name: str) -> None:
    formulation, found = told(name)
    assert formulation.work.intake.safety.violence_at_home.value != {"violence": "yes"}
    for each in found.can_change:
        assert not (each.asked_because or "").startswith(("violence has been told", "thoughts of death were told"))


def test_a_reason_states_no_fact_that_nobody_told() -> None:
    """Whether a group is planned was not asked; where it was told, the reason says so plainly."""
    for frame, said in (({}, "if this applies here: a group is planned"), ({"format": "group"}, "a group is planned")):
        intake = Intake.from_dict({"frame": frame, "losses": {"items": [{"id": "partner", "relation": "partner"}]}})
        formulation = formulate(intake, rulebook=book(), engine="reference")
        assert {each.why for each in formulation.questions if each.why.endswith("a group is planned")} == {said}
        found = formulation.next_questions(None, seconds=0)
        reasons = {each.asked_because or "" for each in (*found.can_change, *found.cannot_matter)}
        assert {each for each in reasons if each.endswith("a group is planned")} == {said}
        assert not any(each.startswith("if this applies here: where ") for each in reasons)


def test_where_thoughts_are_denied_a_date_can_still_raise_the_flag() -> None:
    """The worse answer counts, so the day of an attempt stays a question: what was denied may be told by it."""
    intake = Intake.from_dict({"frame": {"assessed_on": "2026-03-10"}, "safety": {"self_harm": {"none": True}}})
    formulation = formulate(intake, rulebook=book(), engine="reference")
    asked = formulation.next_questions(None, seconds=0)
    assert "safety.attempt_on" in {each.path for each in asked.can_change}
    after = formulate(intake.with_answers({"safety.attempt_on": "2026-03-07"}), rulebook=book(), engine="reference")
    assert ("suicidal_plan", "certain") in {(each.id, each.certainty) for each in after.flags}
    assert "suicidal_plan" not in {each.id for each in formulation.flags if each.certainty == "certain"}


def test_a_question_about_danger_says_what_it_is_about() -> None:
    """Two of them in the same words would be answered for one another."""
    questions = [(item.question, item.safety) for items in ITEMS.values() for item in items.values()]
    texts = [text for text, _ in questions]
    assert [text for text, safety in questions if safety and texts.count(text) > 1] == []


def test_a_declined_question_is_never_asked_again() -> None:
    declined = {"unknown": "declined"}
    intake = cases()["widow-with-a-new-role"].with_answers({"losses[husband].yearning": declined})
    found = formulate(intake, rulebook=book(), engine="reference").next_questions(None, seconds=0)
    assert [each.path for each in found.declined] == ["losses[husband].yearning"]
    assert "losses[husband].yearning" not in {each.path for each in (*found.can_change, *found.cannot_matter)}


@given(NAMES, st.data())
def test_an_answer_does_what_is_said_of_it(name: str | int, data: st.DataObject) -> None:
    """Each effect replays: the case with this answer, worked out from the start, differs in just that."""
    formulation, found = told(name)
    work = formulation.work
    effects = [
        (asked, effect)
        for asked in found.can_change
        for effect in asked.effects
        if "[from=" not in asked.path and not asked.members and asked.path.count(".") + asked.path.count("[") > 1
    ]
    if not effects:
        return
    asked, effect = data.draw(st.sampled_from(effects))
    kind = data.draw(st.sampled_from(effect.answers))
    wire = kind.wire
    if isinstance(parse_path(asked.path).item.type, Day):
        day = data.draw(st.sampled_from(kind.values))
        wire = {frame: {"days": day} for frame in wire} if isinstance(wire, dict) else day
    after = lean_of(work.intake.with_answers({asked.path: wire}), book())
    before = lean_of(work.intake, book())
    assert difference(before, after, titles_of(work)) == effect.difference, asked.path


@given(NAMES)
def test_what_is_settled_says_so(name: str | int) -> None:
    formulation, found = told(name)
    assert found.settled == formulation.focus.settled
    assert found.open == len(found.can_change)
    if found.settled:
        for asked in found.can_change:
            for effect in asked.effects:
                focus = effect.difference.focus
                assert focus is None or not focus.moved, asked.path


@settings(max_examples=20)
@given(NAMES, st.integers(0, 40))
def test_only_as_many_as_asked_for_are_returned(name: str | int, limit: int) -> None:
    """The first of them all, whatever is tried for them."""
    formulation, found = told(name)
    first = formulation.next_questions(limit, seconds=0)
    assert first.can_change == found.can_change[:limit]
    assert first.open == found.open
    assert first.cannot_matter == found.cannot_matter


def test_questions_survive_json() -> None:
    _, found = told("gc08")
    again = NextQuestions.model_validate_json(found.model_dump_json())
    assert again.model_dump() == found.model_dump()
    assert again.in_words() == found.in_words()


def test_a_decisive_answer_is_named_in_words() -> None:
    """Of two equal disputes, whom the person would rather work on decides; the text says for which answer."""
    dispute = {
        "relation": "sibling",
        "expectations_fit": "clash",
        "linked_by_patient": "yes",
        "relationship": "current",
    }
    wire = {
        "episode": {"diagnosis": "mdd"},
        "conflicts": [{"id": "anna", "label": "Anna", **dispute}, {"id": "berta", "label": "Berta", **dispute}],
    }
    formulation = formulate(Intake.from_dict(wire), rulebook=book(), engine="reference")
    assert formulation.focus.status == "tie"
    asked = next(
        each
        for each in formulation.next_questions(None, seconds=0).can_change
        if each.path == "wishes.wants_to_work_on"
    )
    assert {"focus", "tie"} <= set(asked.decides)
    leads = {
        str(answer.wire): effect.difference.focus.after.leads[0].situation
        for effect in asked.effects
        for answer in effect.answers
        if effect.difference.focus is not None and effect.difference.focus.moved
    }
    assert leads == {"anna": "anna", "berta": "berta"}
    text = " ".join(formulation.next_questions(None, seconds=0).in_words().split())
    assert "Anna: the focus would be role dispute (Anna)" in text


@pytest.mark.parametrize("name", SOME)
def test_the_text_fits_a_terminal(name: str) -> None:
    _, found = told(name)
    for every_one in (False, True):
        text = found.in_words(every=every_one)
        assert all(len(line) <= 80 for line in text.splitlines() if " " in line.strip())
    assert found.in_words(format="md").startswith(("# What to ask next", "Safety first"))


def test_what_a_solver_proved_is_said_to_be_exact() -> None:
    """What it takes out of the first bucket goes to the second; nothing is lost, and nothing comes in."""
    pytest.importorskip("z3", reason="z3-solver is not installed: pip install 'ipt-formulate[proof]'")
    formulation, followed = told("husband-and-wife-at-impasse")
    proved = formulation.next_questions(None, seconds=60)
    assert (followed.relevance, proved.relevance) == ("superset", "exact")
    assert {each.path for each in proved.can_change} < {each.path for each in followed.can_change}
    assert {each.path for each in every(proved)} == {each.path for each in every(followed)}
    assert "worked out exactly" in proved.in_words()


@pytest.mark.parametrize("name", SOME[:2])
def test_the_order_alone_is_that_of_the_questions(name: str) -> None:
    """Without those that were put already, which changes nothing in the order of the rest."""
    result, work = conclude(cases()[name], book(), "reference")
    paths = [each.path for each in next_questions(result, work, None).can_change]
    assert list(order_to_ask(result, work)) == paths
    done = set(paths[::2])
    assert list(order_to_ask(result, work, done)) == [path for path in paths if path not in done]


DATED = {
    "frame": {"assessed_on": "2026-05-01"},
    "episode": {"diagnosis": "mdd"},
    "losses": {
        "asked": "yes",
        "complete": "yes",
        "items": [{"id": "john", "kind": "death_of_person", "relation": "partner", "when": "2025-12-01"}],
    },
}


@pytest.mark.parametrize("wire", [DATED, {**DATED, "frame": {}}])
def test_a_missing_onset_is_tried_and_says_between_which_days_it_does_what(wire: dict[str, Any]) -> None:
    """Both ends of what is said to do the same do it; and a reader is told that only some days were tried."""
    intake = Intake.from_dict(wire)
    result, work = conclude(intake, book(), "reference")
    found = next_questions(result, work, None)
    asked = next(each for each in found.can_change if each.path == "episode.onset")
    assert "standing" in asked.decides
    assert len(asked.effects) > 1
    base, titles, ends = lean_of(intake, book()), titles_of(work), 0
    for effect in asked.effects:
        for kind in effect.answers:
            for day in {kind.values[0], kind.values[-1]}:
                told = lean_of(intake.with_answers({asked.path: day}), book())
                assert difference(base, told, titles) == effect.difference
                ends += 1
    assert ends > len(asked.effects)
    text = " ".join(found.in_words().split())
    assert "(as far as days were tried): grief (a death (the partner)) would be" in text


def test_of_a_date_the_days_on_which_something_turns_are_told() -> None:
    """Between two days said to do the same nothing else comes out, in a case in which flags turn within a band."""
    intake = cases()["mother-died-forty-days-before"].with_answers({"losses[mother].when": None})
    result, work = conclude(intake, book(), "reference")
    asked = next(each for each in next_questions(result, work, None).can_change if each.path == "losses[mother].when")
    assert len(asked.effects) == 3
    base, titles = lean_of(intake, book()), titles_of(work)
    for effect in asked.effects:
        for kind in effect.answers:
            for day in range(kind.values[0], kind.values[-1] + 1, 10):
                told = lean_of(intake.with_answers({asked.path: {"before_onset": {"days": day}}}), book())
                assert difference(base, told, titles) == effect.difference, day


TWO_KINDS = {
    "losses": {"items": [{"id": "a", "when": {"before_onset": {"days": 0}}}]},
    "conflicts": {
        "items": [
            {
                "id": "c",
                "steps_to_end": {"none": True},
                "worse_around_onset": "same_time",
                "harm": {"none": True},
                "tied_by": {"none": True},
                "still_contested": "yes",
            }
        ]
    },
}


def test_a_rule_that_gives_way_to_two_kinds_of_record_is_read_on_each_by_its_own_part() -> None:
    """The part about a loss was read on a conflict, which has no such answer."""
    found = next_questions(*conclude(Intake.from_dict(TWO_KINDS), book(), "reference"), None)
    assert any("focus" in each.bears_on for each in found.can_change)


@settings(max_examples=15)
@given(st.integers(0, 2**32))
def test_every_intake_can_be_asked_about(seed: int) -> None:
    for intake in intakes_of(seed):
        found = next_questions(*conclude(intake, book(), "reference"), 3)
        assert found.in_words()
