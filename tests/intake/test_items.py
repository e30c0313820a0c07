"""The items: every question of the domain reference stands in exactly one place, in our own words."""

from __future__ import annotations

import re

import pytest

from ipt_formulate.intake import ITEMS, Choice, Item, Multi, Text
from ipt_formulate.intake.item import Record

ALL = [item for items in ITEMS.values() for item in items.values()]
LAST = {"A": 9, "B": 15, "C": 27, "D": 44, "E": 23, "F": 23, "G": 13, "H": 9, "I": 13, "J": 12}
# B05 is derived, C27 adds values to C02 and G01, H09 is the list of decisions.
NO_FIELD = {"B05", "C27", "H09"}
STARRED = {
    "A": (1,),
    "B": (1, 2, 7),
    "C": (1, 2, 3, 5, 7),
    "D": (1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 16, 17, 19, 25),
    "E": (1, 2, 3, 5, 6, 7, 8, 10, 12, 13),
    "F": (1, 2, 3, 4, 5, 6, 8, 14),
    "G": (1, 2, 3, 5, 6, 7, 8, 9, 10),
    "H": (1, 2, 4),
    "I": (1, 2, 3, 4, 5),
    "J": (1, 2, 3, 4, 5, 6, 7),
}


def ids(item: Item) -> str:
    return f"{item.about}.{item.field}"


def test_every_code_of_the_reference_is_asked() -> None:
    codes = {f"{letter}{number:02}" for letter, last in LAST.items() for number in range(1, last + 1)}
    assert {item.code for item in ALL} == codes - NO_FIELD


def test_the_smallest_useful_set_is_the_starred_items() -> None:
    assert {item.code for item in ALL if item.minimum} == {
        f"{letter}{number:02}" for letter, numbers in STARRED.items() for number in numbers
    }


def test_items_know_where_they_stand() -> None:
    for about, items in ITEMS.items():
        for field, item in items.items():
            assert (item.about, item.field) == (about, field)


def test_safety_items_are_marked() -> None:
    assert all(item.safety for item in ALL if item.code.startswith("J"))
    assert {item.code for item in ALL if item.safety} >= {"C16", "D25", "I04", "I05"}


@pytest.mark.parametrize("item", ALL, ids=ids)
def test_an_item_is_worded_for_people(item: Item) -> None:
    assert item.question.endswith("?")
    assert item.sources
    assert re.fullmatch(r"[a-z][a-z0-9_.]*", item.field)
    assert item.burden in (1, 2, 3)


@pytest.mark.parametrize("item", ALL, ids=ids)
def test_unknown_is_never_a_member(item: Item) -> None:
    if isinstance(item.type, Choice | Multi):
        members = item.type.members
        assert len(set(members)) == len(members) > 0
        assert not {"unknown", "not_asked", "do_not_know", "declined"} & set(members)
        assert all(re.fullmatch(r"[a-z][a-z0-9_]*", member) for member in members)
    if isinstance(item.type, Multi):
        assert "none" not in item.type.members


def test_the_same_field_name_means_the_same_kind_of_answer() -> None:
    for name in ("when", "linked_by_patient", "linked_strength", "feelings_strength", "person", "patient_expects"):
        types = {type(items[name].type) for items in ITEMS.values() if name in items}
        assert len(types) == 1, name


def test_free_text_is_never_the_only_form_of_a_safety_question() -> None:
    assert not any(isinstance(item.type, Text) for item in ALL if item.safety)


def test_records_declare_no_answer_without_an_item() -> None:
    plain = {"id", "label", "same_event", "origin", "items"}
    for record in Record.__subclasses__():
        if record.__module__.endswith((".model", ".decision")):
            continue
        for kind in [record, *record.__subclasses__()]:
            assert set(kind.model_fields) - set(kind.questions()) <= plain
