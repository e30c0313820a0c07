"""Does the feedback to a trainee say no more and no less than what differs, and is every word of it earned?"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ipt_formulate import Formulation, Intake, formulate
from ipt_formulate.explain import Feedback, judging
from ipt_formulate.explain.aims import aim_of
from ipt_formulate.explain.compare import reading_of
from ipt_formulate.explain.differences import NOT_STAGED
from ipt_formulate.explain.errors import NoCase, OtherCase, TraineeError, UnknownNames, UnknownTarget
from ipt_formulate.explain.feedback import Weighed
from ipt_formulate.explain.schooling import Schooling
from ipt_formulate.explain.trainee import STATUSES, FocusChosen, Trainee, TraineeReason, read_trainees
from ipt_formulate.explain.weighing import id_of
from ipt_formulate.formulation.outcome import Outcome, Staged, lean_of
from ipt_formulate.formulation.standing import Standing
from tests.explain.cases import book, cases
from tests.explain.test_prose import LOGIC, NUMBERS, strict_book
from tests.properties.dense import dense_intake

COUPLE = "husband-and-wife-at-impasse"
WIDOW = "widow-with-a-new-role"
FOUR = ("grief", "role_dispute", "role_transition", "interpersonal_deficits")
QUICK: dict[str, Any] = {"most": 1, "seconds": 0.0}


@cache
def made(name: str) -> Formulation:
    return formulate(cases()[name], rulebook=book(), engine="reference")


def differing(feedback: Feedback) -> list[tuple[str, str | None]]:
    return [(each.about, each.area if each.about == "area" else None) for each in feedback.points_that("differed")]


# -- the engine's own reading ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(cases())[::6])
def test_the_engines_own_reading_gives_no_difference(name: str) -> None:
    feedback = made(name).compare(reading_of(made(name)), **QUICK)
    assert feedback.agrees, [each.model_dump(exclude={"carried"}) for each in feedback.points_that("differed")]
    assert not feedback.overlooked
    assert not feedback.over_read
    assert not feedback.points_that("not_answered")


@pytest.mark.long
@settings(max_examples=5)
@given(st.integers(0, 2**32), st.sampled_from((0.1, 0.4, 0.8)))
def test_the_engines_own_reading_of_any_case_gives_no_difference(seed: int, gaps: float) -> None:
    formulation = formulate(dense_intake(seed, gaps), rulebook=book(), engine="reference")
    feedback = formulation.compare(reading_of(formulation), **QUICK)
    assert feedback.agrees


@pytest.mark.parametrize("name", sorted(cases())[::12])
def test_no_answers_are_no_difference(name: str) -> None:
    feedback = made(name).compare({}, **QUICK)
    assert {each.judgement for each in feedback.points} == {"not_answered"}
    assert {(each.rule, each.record) for each in feedback.overlooked} == {
        (reason.rule, reason.record) for group in feedback.carried for reason in group.reasons
    }


# -- one difference at a time ---------------------------------------------------------------------------------------


def other_focus(formulation: Formulation) -> FocusChosen:
    """A focus that the engine neither proposes nor ties."""
    leads = {each.area for each in (formulation.focus.primary, *formulation.focus.tied) if each is not None}
    return FocusChosen(area=next(each for each in reversed(FOUR) if each not in leads))


@pytest.mark.parametrize("name", sorted(cases())[1::8])
def test_only_the_focus_changed_is_only_a_focus_difference(name: str) -> None:
    formulation = made(name)
    trainee = reading_of(formulation).model_copy(update={"focus": other_focus(formulation)})
    feedback = formulation.compare(trainee, **QUICK)
    assert differing(feedback) == [("focus", None)]
    assert not feedback.overlooked
    assert not feedback.over_read


@pytest.mark.parametrize("name", ["gc05", "gc13", COUPLE, WIDOW])
def test_only_one_area_changed_is_only_a_difference_in_that_area(name: str) -> None:
    formulation = made(name)
    reading = reading_of(formulation)
    for area in FOUR:
        if formulation.areas[area].standing.lean in ("possible", "open"):  # type: ignore[union-attr]
            continue
        areas = tuple(set(reading.areas or ()) ^ {area})
        feedback = formulation.compare(reading.model_copy(update={"areas": areas}), **QUICK)
        assert differing(feedback) == [("area", area)]
        point = feedback.points_that("differed")[0]
        assert point.trainee == ("present" if area in areas else "absent")
        assert point.held_back if area in areas else point.carried, area


@pytest.mark.parametrize("name", [name for name in sorted(cases()) if made(name).disputes][::6])
def test_only_a_stage_changed_is_only_a_stage_difference(name: str) -> None:
    formulation = made(name)
    dispute = formulation.work.stagings[0]
    told = {each.stage or NOT_STAGED for each in formulation.work.stagings if each.record.id == dispute.record.id}
    other = next(
        each
        for each in ("renegotiation", "dissolution", "impasse")
        if each not in told and each not in dispute.shown
    )  # fmt: skip
    stages = {**reading_of(formulation).stages, dispute.record.id: other}
    feedback = formulation.compare(reading_of(formulation).model_copy(update={"stages": stages}), **QUICK)
    assert differing(feedback) == [("stage", None)]


def test_a_reason_left_out_is_overlooked_and_nothing_else() -> None:
    formulation = made(COUPLE)
    reading = reading_of(formulation)
    for number, each in enumerate(reading.reasons):
        rest = (*reading.reasons[:number], *reading.reasons[number + 1 :])
        feedback = formulation.compare(reading.model_copy(update={"reasons": rest}), **QUICK)
        assert [f"{one.rule}:{str(one.record).partition(':')[2]}" for one in feedback.overlooked] == [each.rule]
        assert not feedback.points_that("differed")


# -- what is left open ----------------------------------------------------------------------------------------------


def outcome(**fields: Any) -> Outcome:
    whole: dict[str, Any] = {
        "status": "proposed",
        "settled": False,
        "leaders": (("grief", "mother"),),
        "second": None,
        "standings": (),
        "areas": (),
        "gate": (0, "closed"),
        "stages": (),
        "flags": (),
    }
    return Outcome(**{**whole, **fields})


@pytest.mark.parametrize(
    ("lean", "listed", "said"),
    [
        (4, True, "agreed"),
        (4, False, "differed"),
        (3, True, "left_open"),
        (3, False, "left_open"),
        (2, True, "left_open"),
        (2, False, "agreed"),
        (1, True, "differed"),
        (1, False, "agreed"),
        (0, True, "differed"),
        (0, False, "agreed"),
        (4, None, "not_answered"),
    ],
)
def test_an_area_is_judged_by_its_lean(lean: int, listed: bool | None, said: str) -> None:
    assert judging.area(outcome(areas=(("grief", Standing(0, 4, lean)),)), "grief", listed) == said


@pytest.mark.parametrize(
    ("status", "leaders", "chosen", "said"),
    [
        ("proposed", ["grief:mother"], "grief:mother", "agreed"),
        ("proposed", ["grief:mother"], "grief", "agreed"),
        ("proposed", ["grief:mother"], "grief:father", "differed"),
        ("proposed", ["grief:mother"], "tie", "differed"),
        ("proposed", ["grief:mother"], "none", "differed"),
        ("tie", ["grief:mother", "role_dispute:son"], "tie", "agreed"),
        ("tie", ["grief:mother", "role_dispute:son"], "grief", "left_open"),
        ("tie", ["grief:mother", "role_dispute:son"], "role_transition", "differed"),
        ("tie", ["grief:mother", "grief:father"], "grief", "agreed"),
        ("tie", ["grief:mother", "grief:father"], "grief:father", "left_open"),
        ("none", [], "none", "agreed"),
        ("none", [], "insufficient", "differed"),
        ("insufficient", [], "insufficient", "agreed"),
        ("insufficient", [], "grief:mother", "differed"),
    ],
)
def test_a_focus_is_judged_by_who_leads(status: str, leaders: list[str], chosen: str, said: str) -> None:
    places = tuple((area, situation) for area, _, situation in (each.partition(":") for each in leaders))
    assert judging.focus(outcome(status=status, leaders=places), FocusChosen.model_validate(chosen)) == said


def test_of_stages_side_by_side_each_may_be_chosen_unless_there_is_danger() -> None:
    line = Staged("undetermined", ("impasse", "dissolution"), False, None, None)
    assert judging.stage([line], "impasse", blocked=False) == "left_open"
    assert judging.stage([line], "impasse", blocked=True) == "differed"
    assert judging.stage([line], "renegotiation", blocked=False) == "differed"
    assert judging.stage([line], "undetermined", blocked=False) == "agreed"
    assert judging.stage([], NOT_STAGED, blocked=False) == "agreed"


# -- near misses ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["gc06", "gc20", WIDOW, "flags-before-anything-else"])
def test_every_near_miss_replays(name: str) -> None:
    formulation = made(name)
    trainee = {
        "areas": [],
        "focus": other_focus(formulation).model_dump(),
        "stages": {each.record.id: "renegotiation" for each in formulation.work.stagings},
    }
    feedback = formulation.compare(trainee, most=1, seconds=60)
    for point in feedback.points:
        if point.near is None:
            continue
        assert point.judgement == "differed"
        assert point.near.stopped is None
        for each in point.near.sets:
            answers = {change.path: change.after for change in each.changes}
            replayed = lean_of(formulation.work.intake.with_answers(answers), book())
            assert aim_of(point.near.aim, formulation.work).reached(replayed)


def test_a_near_miss_is_one_sentence_in_the_persons_words() -> None:
    """What was tried lately counts in a near miss, though nobody could change it any more."""
    wife = {
        "id": "wife",
        "label": "his wife",
        "relation": "partner",
        "relationship": "current",
        "expectations_fit": "clash",
        "linked_by_patient": "yes",
        "attempts_by": "both",
        "last_attempt": {"before_assessment": {"months": 8}},
        "how_they_speak": "only_practical",
        "steps_to_end": {"none": True},
    }
    intake = Intake.from_dict({"frame": {"assessed_on": "2026-02-09"}, "conflicts": [wife]})
    formulation = formulate(intake, rulebook=book(), engine="reference")
    feedback = formulation.compare({"stages": {"wife": "renegotiation"}}, most=2, seconds=60)
    point = next(each for each in feedback.points if each.about == "stage")
    if point.judgement == "differed":
        assert point.near is not None
        assert point.near.sets
        text = " ".join(feedback.in_words().split())
        assert re.search(r"Had .*his wife.*, the stage would be renegotiation\.", text)
    else:
        pytest.fail(f"the engine says {point.engine}; the case is to be an impasse")


@pytest.mark.parametrize("focus", [{"status": "tie", "area": "role_transition"}, "tie", "none", "insufficient"])
def test_what_is_no_proposed_focus_has_no_near_miss(focus: Any) -> None:
    """A focus that leads would be no tie, so it must not be shown as the way to one."""
    feedback = made(COUPLE).compare({"focus": focus}, most=1, seconds=60)
    assert feedback.points[0].judgement == "differed"
    assert feedback.points[0].near is None
    assert "would be the focus" not in feedback.in_words()


def test_no_time_for_near_misses_is_said() -> None:
    feedback = made(COUPLE).compare({"stages": {"wife": "dissolution"}}, seconds=0.0)
    assert "There was no time to look for near misses." in " ".join(feedback.in_words().split())


# -- reasons --------------------------------------------------------------------------------------------------------


def weighed(name: str, **reason: str) -> Weighed:
    feedback = made(name).compare({"reasons": [reason]}, **QUICK)
    return feedback.weighed[0]


def test_an_answer_that_carries_the_verdict_carries() -> None:
    assert weighed(COUPLE, item="conflicts[wife].expectations_fit").weight == "carries"
    assert weighed(COUPLE, rule="role_dispute.clash").weight == "carries"
    assert weighed(COUPLE, rule="role_dispute.clash:wife").weight == "carries"


def carrying(formulation: Formulation) -> list[str]:
    """Every rule that carries a verdict a trainee is told of, as a reason."""
    return [
        f"{reason.rule}:{id_of(reason.record)}".rstrip(":")
        for point in formulation.compare({}, **QUICK).points
        for group in point.carried
        for reason in group.reasons
        if reason.kind == "rule"
    ]


@pytest.mark.parametrize("name", sorted(cases()))
def test_what_carries_any_verdict_is_never_called_without_weight(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # What to ask next takes nearly all the time of a comparison, and weighs nothing.
    monkeypatch.setattr("ipt_formulate.explain.compare.next_questions", lambda *_: SimpleNamespace(can_change=()))
    reasons = [{"rule": each} for each in dict.fromkeys(carrying(made(name)))]
    feedback = made(name).compare({"reasons": reasons}, **QUICK)
    assert [each.weight for each in feedback.weighed] == ["carries"] * len(reasons)


def test_what_rules_an_area_out_or_alone_makes_it_possible_carries() -> None:
    assert weighed(WIDOW, rule="deficits.began-with-an-event").weight == "carries"
    assert weighed("ugandan-mother-and-young-daughter", rule="role_transition.displaced").weight == "carries"
    assert weighed("gc19", rule="grief.death-of-a-pet").weight == "carries"


def test_one_member_of_an_answer_may_be_the_reason() -> None:
    path = "conflicts[wife].steps_to_end.legal_step"
    feedback = made(COUPLE).compare({"reasons": [{"item": path}]}, **QUICK)
    assert [(each.path, each.answer) for each in feedback.weighed[0].answers] == [(path, "no")]
    told = " ".join(feedback.in_words().split())
    assert "steps" in told[told.index("WHAT YOU NAMED") :]


def test_an_answer_that_counts_for_less_says_so() -> None:
    found = weighed(COUPLE, item="conflicts[wife].last_attempt")
    assert found.weight == "counts_less"
    assert "stage.nobody-tries-any-more" in {each.rule for each in found.reasons}


def test_an_answer_that_would_have_to_be_another_says_which() -> None:
    feedback = made(COUPLE).compare({"reasons": [{"item": "conflicts[wife].openness"}]}, **QUICK)
    assert feedback.weighed[0].weight == "does_not_hold"
    text = " ".join(feedback.in_words().split())
    assert "Kept covert would have counted" in text[text.index("WHAT YOU NAMED") :]


def test_what_nobody_knows_is_not_known() -> None:
    assert weighed(COUPLE, item="isolation.began_with").weight == "not_known"
    assert weighed(COUPLE, rule="role_transition.hoped-for-and-not-come").weight == "not_known"


def test_a_rule_that_does_not_hold_says_so() -> None:
    assert weighed(COUPLE, rule="grief.death-tied-to-episode").weight == "does_not_hold"


def test_a_true_answer_that_nothing_reads_has_no_part() -> None:
    assert weighed(COUPLE, item="changes[second_child].wanted").weight == "no_part"


def test_a_question_by_its_code_is_its_answer_in_every_record() -> None:
    found = weighed(COUPLE, item="D10")
    assert found.answers
    assert {each.record for each in found.answers} == {"conflict:wife"}


def test_own_words_are_matched_to_nothing() -> None:
    text = "expectations clash role_dispute.clash conflicts[wife].expectations_fit"
    feedback = made(COUPLE).compare({"reasons": [{"text": text}]}, **QUICK)
    assert feedback.weighed == ()
    assert feedback.own_words == (text,)
    none = made(COUPLE).compare({}, **QUICK)
    assert feedback.overlooked == none.overlooked


# -- authority ------------------------------------------------------------------------------------------------------


def test_where_sources_differ_the_feedback_says_so() -> None:
    feedback = made(COUPLE).compare({"areas": ["grief"]}, **QUICK)
    point = next(each for each in feedback.points if each.area == "grief")
    assert [(each.switch, each.setting) for each in point.elsewhere] == [("grief_scope", "wide")]
    assert "Published sources differ here: with grief_scope = wide" in " ".join(feedback.in_words().split())


def test_what_another_setting_would_say_is_replayed() -> None:
    for name in ("gc13", "man-mistreated-at-work-by-mark", COUPLE):
        formulation = made(name)
        trainee = {"areas": [*FOUR], "focus": other_focus(formulation).model_dump()}
        for point in formulation.compare(trainee, **QUICK).points:
            for each in point.elsewhere:
                other = lean_of(formulation.work.intake, book().with_settings({each.switch: each.setting}))
                if point.about == "focus":
                    assert (judging.focus(other, point.trainee_focus) == "agreed") is each.as_trainee
                elif point.about == "area":
                    assert (judging.area(other, str(point.area), True) == "agreed") is each.as_trainee


def test_a_provisional_verdict_is_called_so_and_our_own_inference_too() -> None:
    for name in sorted(cases())[2::8]:
        feedback = made(name).compare({"focus": other_focus(made(name)).model_dump()}, **QUICK)
        point = feedback.points[0]
        text = " ".join(feedback.in_words().split())
        assert ("That is provisional" in text) is not point.settled
        labels = {reason.label for group in point.carried for reason in group.reasons if reason.kind == "rule"}
        assert point.inferred is (labels == {"OI"})
        assert ("it rests on our own inference alone" in text) is point.inferred


# -- names ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("told", "near"),
    [
        ({"areas": ["greif"]}, "grief"),
        ({"areas": ["role disputes with"]}, None),
        ({"focus": "role_dispute:wief"}, "role_dispute:wife"),
        ({"focus": "role_disputte"}, "role_dispute"),
        ({"stages": {"wief": "impasse"}}, "stage:wife"),
        ({"stages": {"wife": "impase"}}, "impasse"),
        ({"reasons": [{"rule": "role_dispute.clashh"}]}, "role_dispute.clash"),
        ({"reasons": [{"rule": "role_dispute.clash:wief"}]}, "role_dispute.clash:wife"),
        ({"reasons": [{"item": "conflicts[wife].opennes"}]}, "conflicts[ID].openness"),
        ({"reasons": [{"item": "D99"}]}, None),
        ({"focus": "his wife"}, "role_dispute:wife"),
    ],
)
def test_an_unknown_name_gives_the_nearest(told: dict[str, Any], near: str | None) -> None:
    with pytest.raises(UnknownTarget) as error:
        made(COUPLE).compare(told, **QUICK)
    if near is not None:
        assert error.value.nearest == near


@pytest.mark.parametrize("area", ["Role dispute", "role-dispute", "ROLE_DISPUTE", "disputes"])
def test_an_area_goes_by_each_of_its_names(area: str) -> None:
    feedback = made(COUPLE).compare({"areas": [area]}, **QUICK)
    assert feedback.trainee.areas == ("role_dispute",)


def test_every_wrong_name_is_told_and_how_a_right_one_looks() -> None:
    told = {"areas": ["gref", "grief"], "stages": {"husband": "impas"}, "reasons": [{"rule": "role_disput.clash"}]}
    with pytest.raises(UnknownNames) as error:
        made(COUPLE).compare(told, **QUICK)
    assert [each.target for each in error.value.every] == ["gref", "stage:husband", "impas", "role_disput.clash"]
    assert "flag:" not in str(error.value)
    assert len(str(error.value).splitlines()) == 4


def test_a_dispute_has_one_stage() -> None:
    with pytest.raises(UnknownTarget, match="given one already"):
        made(COUPLE).compare({"stages": {"wife": "impasse", "his wife": "renegotiation"}}, **QUICK)


def test_answers_of_another_case_are_refused() -> None:
    with pytest.raises(OtherCase):
        made(COUPLE).compare({"case": "another"}, **QUICK)
    assert made(COUPLE).compare({"case": COUPLE}, **QUICK).points


@pytest.mark.parametrize("most", [0, 4])
def test_how_many_answers_to_try_is_checked_first(most: int) -> None:
    with pytest.raises(ValueError, match="of 1 to 3 answers"):
        made(COUPLE).compare({}, most=most)


def test_a_rule_goes_by_the_label_of_its_situation_too() -> None:
    assert weighed(COUPLE, rule="role_dispute.clash:his wife").reason.rule == "role_dispute.clash:wife"


def test_situations_go_by_id_or_label() -> None:
    feedback = made(COUPLE).compare({"focus": "role dispute:his wife", "stages": {"his wife": "Impasse"}}, **QUICK)
    assert feedback.trainee.focus == FocusChosen(area="role_dispute", situation="wife")
    assert feedback.trainee.stages == {"wife": "impasse"}


@pytest.mark.parametrize("status", STATUSES)
def test_no_focus_goes_by_its_status(status: str) -> None:
    assert FocusChosen.model_validate(status) == FocusChosen(status=status)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "told",
    [
        {"area": ["grief"]},
        {"areas": "grief"},
        {"focus": {"situation": "wife"}},
        {"focus": {"status": "none", "area": "grief"}},
        {"focus": {"status": "tie", "situation": "nonsense"}},
        {"focus": "tie:wife"},
        {"reasons": ["role_dispute.clash"]},
        {"stages": ["impasse"]},
        {"reasons": ["because"]},
        {"reasons": [{"rule": "a", "text": "b"}]},
        {"reasons": [{}]},
        {"reasons": [{"text": "x" * 5000}]},
    ],
)
def test_what_cannot_be_read_is_refused_by_place_and_without_values(told: dict[str, Any]) -> None:
    with pytest.raises(TraineeError) as error:
        made(COUPLE).compare(told)
    assert error.value.faults
    assert "xxxx" not in str(error.value)


def test_a_file_holds_one_trainee_or_a_class(tmp_path: Path) -> None:
    one = tmp_path / "one.yaml"
    one.write_text("areas: [grief]\nfocus: none\n", "utf-8")
    assert read_trainees(one) == (Trainee(areas=("grief",), focus=FocusChosen(status="none")),)
    many = tmp_path / "many.json"
    many.write_text(json.dumps([{"name": "a"}, {"name": "b", "stages": {"wife": "impasse"}}]), "utf-8")
    assert [each.name for each in read_trainees(many)] == ["a", "b"]
    bad = tmp_path / "bad.yaml"
    bad.write_text("- {name: a, area: [SECRET]}\n- {reasons: [{txt: SECRET}]}\n", "utf-8")
    with pytest.raises(TraineeError) as error:
        read_trainees(bad)
    assert len(error.value.faults) >= 2
    assert "bad.yaml:1:" in str(error.value)
    assert "'areas'" in str(error.value)
    assert "SECRET" not in str(error.value)


def test_a_misspelt_key_is_told_with_its_own_line(tmp_path: Path) -> None:
    file = tmp_path / "one.yaml"
    file.write_text("areas: [grief]\nfokus: grief\nreasons: [role_dispute.clash]\n", "utf-8")
    with pytest.raises(TraineeError) as error:
        read_trainees(file)
    assert "one.yaml:2:1" in str(error.value)
    assert "'focus'" in str(error.value)
    assert "one.yaml:3:" in str(error.value)
    assert "`rule:`" in str(error.value)


def test_a_focus_by_its_area_is_the_best_placed_of_it() -> None:
    point = made(COUPLE).compare({"focus": "role_transition"}, **QUICK).points[0]
    assert {each.situation for each in point.held_back} == {"second_child"}
    assert point.contrast is not None
    assert point.contrast.second.situation == "second_child"


def test_what_gave_way_does_not_head_what_put_the_focus_in_front() -> None:
    for name in ("gc07", "ugandan-mother-and-young-daughter"):
        text = " ".join(made(name).compare({"focus": "grief"}, **QUICK).in_words().split())
        assert "What put it in front: -" in text


def test_a_disagreement_is_told_once_for_all_its_settings() -> None:
    trainee = {"areas": [*FOUR], "focus": "grief"}
    feedback = made("gc19").compare(trainee, **QUICK)
    point = next(each for each in feedback.points if each.area == "grief")
    assert [each.switch for each in point.elsewhere] == ["grief_scope", "pet_policy", "pet_policy"]
    told = " ".join(Schooling(feedback, format="text").authority(point))
    assert [told.count(each.says) for each in point.elsewhere] == [1, 1, 1]


# -- words ----------------------------------------------------------------------------------------------------------


@cache
def strict(name: str) -> Formulation:
    return formulate(cases()[name], rulebook=strict_book(), engine="reference")


@pytest.mark.parametrize("name", [COUPLE, "gc13", "gc20"])
def test_every_word_is_there_and_every_line_fits(name: str) -> None:
    formulation = strict(name)
    conflicts = [each.record.id for each in formulation.work.stagings]
    items = [path for path in formulation.work.intake.paths() if formulation.work.intake.answer(path).known]
    for chosen in ("tie", "none", "role_transition", "interpersonal_deficits"):
        trainee = {
            "areas": [chosen] if chosen in FOUR else [],
            "focus": chosen,
            "stages": dict.fromkeys(conflicts, "dissolution" if chosen in FOUR else NOT_STAGED),
            "reasons": [{"item": each} for each in items[::4]] + [{"text": "own *words*"}],
        }
        feedback = formulation.compare(trainee, most=1, seconds=1)
        text = feedback.in_words()
        assert all(len(line) <= 80 for line in text.splitlines() if " " in line.strip()), text
        assert not NUMBERS.search(text), NUMBERS.search(text)
        assert not LOGIC.search(text), LOGIC.search(text)
        assert "{" not in text
        assert feedback.in_words(format="md").startswith(("# ", "Safety first"))


def test_every_phrase_of_training_is_there() -> None:
    table = book().words["training"]
    weights = ("carries", "counts_less", "speaks_against", "does_not_hold", "not_known", "no_part")
    assert set(weights) <= set(table["weights"])
    assert {"focus", "standing", "stage", "tie", "flag"} <= set(table["decides"])
    assert set(STATUSES) <= set(book().words["statuses"])


def test_text_of_trainee_and_case_cannot_act() -> None:
    feedback = made(COUPLE).compare(
        {"name": "<b>A</b>", "reasons": [{"text": "<script>*x*</script>\x1b[31m\u202e"}]}, **QUICK
    )
    text, markdown = feedback.in_words(), feedback.in_words(format="md")
    assert "\x1b" not in text + markdown
    assert "\u202e" not in text + markdown
    assert "<script>" not in markdown
    assert "<b>" not in markdown


def test_feedback_survives_json() -> None:
    feedback = made(COUPLE).compare({"focus": "grief", "stages": {"wife": "renegotiation"}}, **QUICK)
    again = Feedback.model_validate_json(feedback.model_dump_json())
    assert again.model_dump() == feedback.model_dump()
    assert again.in_words() == feedback.in_words()


def test_a_formulation_from_json_needs_its_case() -> None:
    restored = Formulation.model_validate_json(made(COUPLE).model_dump_json())
    with pytest.raises(NoCase):
        restored.compare({})
    assert restored.with_case(cases()[COUPLE]).compare({}, **QUICK).points


def test_reasons_are_one_of_three() -> None:
    assert TraineeReason(text="x").rule is None
