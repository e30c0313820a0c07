"""One answer: what each type accepts, what each form means, and that nothing is guessed."""

from __future__ import annotations

import copy
import pickle
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ipt_formulate.intake import (
    ITEMS,
    NOT_ASKED,
    Answer,
    Choice,
    Day,
    Item,
    Link,
    Members,
    Multi,
    Number,
    Text,
    Tri,
)
from ipt_formulate.intake.answer import links_of, read_answer, write_answer
from ipt_formulate.intake.types import AnswerType, Misreadings
from tests.strategies import answers_for

LETTERS = Multi(("a", "b", "c"))
SCALE = Number(0, 4)
ALL = [item for items in ITEMS.values() for item in items.values()]


@pytest.mark.parametrize(
    ("kind", "wire", "value"),
    [
        (Tri(), "yes", "yes"),
        (Tri(), False, "no"),
        (Choice(("x", "y")), "y", "y"),
        (Choice(("yes", "maybe")), True, "yes"),
        (SCALE, 4, 4),
        (Text(), " as told ", " as told "),
        (LETTERS, ["b"], {"a": "unknown", "b": "yes", "c": "unknown"}),
        (LETTERS, {"a": True, "b": "no"}, {"a": "yes", "b": "no", "c": "unknown"}),
        (LETTERS, {"none": True}, {"a": "no", "b": "no", "c": "no"}),
        (LETTERS, "none", {"a": "no", "b": "no", "c": "no"}),
        (Link(("loss",)), "mother", "mother"),
        (Link(("loss",)), "none", "none"),
        (Link(("loss",), many=True), ["a", "b", "a"], ("a", "b")),
        (Link(("loss",), many=True), "none", ()),
    ],
)
def test_bare_values(kind: AnswerType, wire: Any, value: Any) -> None:
    answer = read_answer(kind, wire)
    assert answer.known
    assert (dict(answer.value) if isinstance(answer.value, Members) else answer.value) == value


@pytest.mark.parametrize(
    ("kind", "wire"),
    [
        (Tri(), "maybe"), (Tri(), 1), (Tri(), ["yes"]),
        (Choice(("x", "y")), "z"), (Choice(("x", "y")), True), (Choice(("1", "2")), 1),
        (SCALE, True), (SCALE, 2.0), (SCALE, "2"), (SCALE, 5), (SCALE, -1),
        (Text(), 2026), (Text(), "  "), (Text(), True), (Text(), "x" * 20_001),
        (LETTERS, []), (LETTERS, {}), (LETTERS, ["d"]), (LETTERS, "a"), (LETTERS, [["a"]]), (LETTERS, {"a": 1}),
        (LETTERS, {"none": True, "a": "yes"}), (LETTERS, {"none": False}), (LETTERS, 3),
        (Link(("loss",)), 3), (Link(("loss",)), ""), (Link(("loss",), many=True), []),
        (Link(("loss",), many=True), ["none"]), (Link(("loss",), many=True), {"a": 1}),
        (Day(), True), (Day(), 2.5), (Day(("calendar",)), {"before_onset": {"days": 1}}),
        (Tri(), {"value": "yes", "unknown": "declined"}), (Tri(), {"unknown": "forgot"}),
        (Tri(), {"value": "yes", "source": "hearsay"}), (Tri(), {"value": "yes", "on": "2026-02-30"}),
        (Tri(), {"value": "yes", "who": "x"}), (Tri(), {"val": "yes"}), (Tri(), {"value": {"value": "yes"}}),
    ],
)  # fmt: skip
def test_what_is_no_answer_is_refused(kind: AnswerType, wire: Any) -> None:
    with pytest.raises(Misreadings):
        read_answer(kind, wire)


@pytest.mark.parametrize("kind", [Tri(), Choice(("x",)), SCALE, LETTERS, Day(), Link(("loss",))])
def test_the_bare_word_unknown_is_do_not_know(kind: AnswerType) -> None:
    assert read_answer(kind, "unknown") == Answer(None, "do_not_know")


def test_in_free_text_unknown_is_a_word() -> None:
    assert read_answer(Text(), "unknown").value == "unknown"


def test_absence_keeps_its_reason_source_and_day() -> None:
    wire = {"unknown": "declined", "source": "patient", "on": "2026-03-14"}
    answer = read_answer(SCALE, wire)
    assert answer == Answer(None, "declined", "patient", date(2026, 3, 14))
    assert not answer.known
    assert write_answer(SCALE, answer) == wire


def test_blank_is_not_asked() -> None:
    assert read_answer(SCALE, None) == read_answer(SCALE, {"value": None}) == NOT_ASKED
    assert write_answer(SCALE, NOT_ASKED) is None


def test_a_multi_choice_of_nothing_but_unknown_is_no_answer() -> None:
    assert read_answer(LETTERS, {"a": "unknown"}) == Answer(None, "do_not_know")


def test_every_wrong_part_of_one_answer_is_reported() -> None:
    with pytest.raises(Misreadings) as caught:
        read_answer(LETTERS, {"value": ["x", "a", "y"], "source": "q", "on": "z", "odd": 1})
    assert [misread.steps for misread in caught.value.misreads] == [
        ("odd",),
        ("value", 0),
        ("value", 2),
        ("source",),
        ("on",),
    ]


@pytest.mark.parametrize("item", ALL, ids=lambda item: f"{item.about}.{item.field}")
@settings(max_examples=10)
@given(data=st.data())
def test_every_answer_survives_writing_and_reading(item: Item, data: st.DataObject) -> None:
    ids = {about: [f"{about}-1"] for about in ("loss", "conflict", "change", "person")}
    answer = read_answer(item.type, data.draw(answers_for(item, ids)))
    assert read_answer(item.type, write_answer(item.type, answer)) == answer


def test_members_behave_as_a_value() -> None:
    one, same = Members({"a": "yes"}), Members({"a": "yes"})
    assert one == same == {"a": "yes"}
    assert hash(one) == hash(same)
    assert copy.deepcopy(one) == pickle.loads(pickle.dumps(one)) == one  # noqa: S301 (our own bytes)
    with pytest.raises(TypeError):
        one["a"] = "no"  # type: ignore[index]


def test_links_name_records_only() -> None:
    single, many = Link(("loss",)), Link(("loss",), many=True)
    assert links_of(single, Answer("a", None)) == ("a",)
    assert links_of(single, Answer("none", None)) == links_of(single, NOT_ASKED) == ()
    assert links_of(many, Answer(("a", "b"), None)) == ("a", "b")
    assert links_of(Tri(), Answer("yes", None)) == ()
