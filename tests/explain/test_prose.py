"""Are explanations short, in words that exist, and fit to be read to a colleague, or to a patient?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from itertools import pairwise
from typing import Any

import pytest

from ipt_formulate import Formulation, Intake, formulate
from ipt_formulate.explain.errors import UnknownTarget
from ipt_formulate.explain.questions import NextQuestions
from ipt_formulate.explain.switches import AcrossSwitches
from ipt_formulate.explain.words import day_words, value_word
from ipt_formulate.intake import ITEMS
from ipt_formulate.intake.types import Choice, Multi
from ipt_formulate.rulebook import Rulebook
from ipt_formulate.rulebook import conclusions as c
from tests.explain.cases import book, cases

SOME = ("widow-with-a-new-role", "husband-and-wife-at-impasse", "flags-before-anything-else", "gc03", "gc13", "gc20")
NUMBERS = re.compile(r"\d\s*%|probabilit|likelihood|\bodds\b|\bchance", re.IGNORECASE)
UNFILLED = re.compile(r"\{\w*\}")
LOGIC = re.compile(r"\b(negation|kleene|predicate|boolean|quantif|conjunct|disjunct|all_of|any_of|null|True|False)\b")
NOT_FOR_PATIENTS = re.compile(
    r"deficit|abnormal|dysfunction|patholog|inadequate|fail|hopeless|the patient|manual-stated|K-[A-Z]+-\d",
    re.IGNORECASE,
)


class Strict(Mapping[str, Any]):
    """Words in which every key that is looked for must be there."""

    def __init__(self, inner: Mapping[str, Any], path: str = "") -> None:
        self._inner, self._path = inner, path

    def __getitem__(self, key: str) -> Any:
        value = self._inner[key]
        return Strict(value, f"{self._path}.{key}") if isinstance(value, Mapping) else value

    def get(self, key: str, default: Any = None) -> Any:
        if key not in self._inner:
            raise AssertionError(f"there is no word for {self._path}.{key}")
        return self[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._inner)

    def __len__(self) -> int:
        return len(self._inner)


@cache
def strict_book() -> Rulebook:
    return replace(book(), words=Strict(book().words))


@cache
def made(name: str) -> Formulation:
    return formulate(cases()[name], rulebook=strict_book(), engine="reference")


def targets(formulation: Formulation) -> list[str]:
    found = ["focus", *(code for code, area in formulation.areas.items() if hasattr(area, "standing"))]
    found += [f"stage:{each.situation}" for each in formulation.disputes]
    found += [f"flag:{each.id}" for each in formulation.flags]
    return found


def texts(formulation: Formulation, **how: Any) -> Iterator[str]:
    for target in targets(formulation):
        yield formulation.why(target).in_words(**how)
        yield formulation.why_not(target).in_words(**how)
    ranked = [f"{each.area}:{each.situation}" for each in formulation.candidates]
    areas = [code for code, area in formulation.areas.items() if hasattr(area, "standing")]
    for one, other in [*pairwise(ranked), *pairwise([*areas, areas[0]])]:
        yield formulation.contrast(one, other).in_words(**how)


@pytest.mark.parametrize("name", SOME)
@pytest.mark.parametrize("depth", [0, 1, 20])
def test_every_word_is_there_and_every_line_fits(name: str, depth: int) -> None:
    for text in texts(made(name), depth=depth, sources=depth == 1):
        assert all(len(line) <= 80 for line in text.splitlines() if " " in line.strip()), text
        assert not NUMBERS.search(text)
        assert not LOGIC.search(text), LOGIC.search(text)
        assert not UNFILLED.search(text), text
        assert "- .\n" not in text
        assert "()" not in text


@pytest.mark.parametrize("name", SOME[:4])
def test_questions_have_all_their_words(name: str) -> None:
    _has_its_words(made(name).next_questions(None, seconds=0))


@pytest.mark.parametrize("name", [SOME[4], *(pytest.param(name, marks=pytest.mark.long) for name in SOME[:4])])
def test_switches_have_all_their_words(name: str) -> None:
    _has_its_words(made(name).across_switches())


def _has_its_words(found: NextQuestions | AcrossSwitches) -> None:
    for text in (found.in_words(), found.in_words(every=True)):
        assert all(len(line) <= 80 for line in text.splitlines() if " " in line.strip()), text
        assert not NUMBERS.search(text)
        assert not LOGIC.search(text), LOGIC.search(text)
        assert "()" not in text
    assert "\n## " in found.in_words(format="md", every=True)


@pytest.mark.parametrize("name", sorted(cases()))
def test_summary_explanation_and_draft_have_all_their_words(name: str) -> None:
    formulation = made(name)
    for text in (formulation.summary(), formulation.explain(), formulation.formulation_text()):
        assert all(len(line) <= 80 for line in text.splitlines() if " " in line.strip()), text
        assert not NUMBERS.search(text)
        assert "()" not in text
    assert formulation.to_markdown().startswith("# ")


@pytest.mark.parametrize("name", sorted(cases()))
def test_texts_for_patients_hold_no_word_of_the_method_and_no_blame(name: str) -> None:
    formulation = made(name)
    labels = [each.label for each in formulation.candidates]
    told = [
        formulation.formulation_text(patient=True),
        formulation.why("focus").in_words(patient=True),
        formulation.why_not("focus").in_words(patient=True),
    ]
    told += [formulation.why(target).in_words(patient=True) for target in targets(formulation)]
    for text in told:
        without = re.sub("|".join(map(re.escape, labels)), "", text)
        assert not NOT_FOR_PATIENTS.search(without), without
        assert not any(rule in text for rule in book().rules)


def test_every_answer_and_every_value_has_a_word() -> None:
    words = Strict(book().words)
    for items in ITEMS.values():
        for name, item in items.items():
            if isinstance(item.type, Choice | Multi):
                for member in item.type.members:
                    assert value_word(words, name, member)
    for sign in book().derived:
        type_ = book().vocabulary.type_of(sign)
        for member in getattr(type_, "members", ()):
            assert value_word(words, sign.name, member)


def test_every_code_of_the_rules_has_a_word() -> None:
    words = Strict(book().words)
    for _, each in book().concluding(c.Supports, c.Stages, c.Flags):
        if isinstance(each, c.Supports):
            words.get("patient").get("aspects").get(each.aspect)
        elif isinstance(each, c.Stages):
            words.get("tiers").get(each.tier)
            if each.variant is not None:
                words.get("variants").get(each.variant)
        elif isinstance(each, c.Flags):
            words.get("flags").get(each.flag)


def test_safety_stands_first() -> None:
    formulation = made("flags-before-anything-else")
    assert formulation.summary().splitlines()[2] == "SAFETY FIRST"
    for text in (formulation.why("focus").in_words(), formulation.formulation_text()):
        assert text.startswith("Safety first: ")


def test_what_is_not_on_record_is_contrasted_in_whole_sentences() -> None:
    formulation = made("husband-and-wife-at-impasse")
    text = " ".join(formulation.contrast("grief", "role_dispute").in_words().split())
    assert "Grief is not considered for the focus: nothing that is on record can be it." in text
    assert "Both are the same: grief." in formulation.contrast("grief", "grief").in_words()
    with pytest.raises(UnknownTarget, match="`stage:wife` cannot be compared"):
        formulation.contrast("grief", "stage:wife")


def test_a_label_names_its_situation_and_its_stage_in_large_and_small_letters() -> None:
    formulation = made("husband-and-wife-at-impasse")
    assert formulation.why("His Wife").target.situation == "wife"
    assert formulation.why("stage:His Wife").target.situation == "wife"


def test_days_are_called_days() -> None:
    formulation = made("husband-and-wife-at-impasse")
    told = " ".join(formulation.why_not("role_transition").in_words(depth=3).split())
    assert "How long the episode has lasted: 118 to 175 days (" in told
    assert "730 days or more would have counted." in told


def test_lines_below_a_numbered_question_stay_below_it_in_markdown() -> None:
    text = made("gc13").next_questions(2).in_words(format="md")
    assert re.search(r"^1\. .+\n {5}- ", text, re.MULTILINE)
    assert not re.search(r"[ ]$", text, re.MULTILINE)


def test_presumed_things_are_marked() -> None:
    loss = {"id": "one", "kind": "death_of_person", "relation": "parent", "when": {"before_onset": {"days": 40}}}
    formulation = formulate(Intake.from_dict({"losses": [loss]}), engine="reference")
    text = formulation.why("grief").in_words()
    assert "(presumed): partner, parent, child and sibling are taken to be close" in " ".join(text.split())
    assert "(presumed)" in formulation.summary()


def test_sources_stand_in_brackets_only_on_request() -> None:
    why = made("widow-with-a-new-role").why("grief")
    assert "[grief.death-tied-to-episode; K-GRIEF-01;" not in " ".join(why.in_words().split())
    assert "[grief.death-tied-to-episode; K-GRIEF-01;" in " ".join(why.in_words(sources=True).split())
    assert "manual-stated" in why.in_words()


def test_text_of_the_case_cannot_act_in_markdown_or_on_a_terminal() -> None:
    label = "<script>*x*</script>\x1b[31m"
    intake = Intake.from_dict({"losses": [{"id": "one", "label": label, "kind": "death_of_person"}]})
    formulation = formulate(intake, engine="reference")
    for text in (formulation.why("grief").in_words(format="md"), formulation.formulation_text(format="md")):
        assert "<script>" not in text
    for text in (formulation.why_not("grief").in_words(), formulation.formulation_text(), formulation.summary()):
        assert "\x1b" not in text


def test_plain_labels_are_used_where_the_setting_says_so() -> None:
    plain = book().with_settings({"label_set": "plain"})
    formulation = formulate(cases()["husband-and-wife-at-impasse"], rulebook=plain, engine="reference")
    assert "Disputes: " in formulation.summary()
    assert "Life changes" in formulation.why("role_transition").in_words()
    assert "ole transition" not in formulation.summary()


@pytest.mark.parametrize(
    ("wire", "said"),
    [
        ("2026", "2026"),
        ("2025-08", "August 2025"),
        ("2025-05-11", "11 May 2025"),
        ({"date": "2025-08", "about": True}, "about August 2025"),
        ({"before_onset": {"days": 40}}, "40 days before the onset"),
        ({"before_assessment": {"months": 1}, "about": True}, "about 1 month before the assessment"),
        ({"before_onset": {"years": 1, "weeks": 2}}, "1 year and 2 weeks before the onset"),
    ],
)
def test_dates_are_said_as_they_were_told(wire: Any, said: str) -> None:
    assert day_words(book().words, wire) == said


@pytest.mark.parametrize("name", sorted(cases()))
def test_only_what_was_put_in_front_by_a_rule_is_said_to_be(name: str) -> None:
    """A rule by which another gives way need not be what put this one first; in a tie nothing is."""
    formulation = made(name)
    work = formulation.work
    leaders = (
        [i for i in work.ordered if work.contest.keys[i] == work.contest.keys[work.ordered[0]]] if work.ordered else []
    )
    found = {group.code for group in formulation.why("focus").groups}
    lifted = len(leaders) == 1 and work.contest.keys[leaders[0]].steps > 0
    assert ("lifted" in found) == (lifted and formulation.focus.status == "proposed")
    assert ("What put it in front" in formulation.why("focus").in_words(format="md")) == ("lifted" in found)


def test_two_that_give_way_to_each_other_are_not_said_to_be_in_front() -> None:
    for name in sorted(cases()):
        formulation = made(name)
        for one, other in pairwise(formulation.candidates):
            found = formulation.contrast(f"{one.area}:{one.situation}", f"{other.area}:{other.situation}")
            if found.relation == "tie":
                assert "What put it in front" not in found.in_words(format="md")


def test_nobody_is_called_nobody() -> None:
    text = " ".join(made("gc05").why_not("stage:wife").in_words().split())
    assert "Who has lately tried to talk or to change something? Nobody would count." in text
