"""The blank template: it loads untouched, asks what it should, and takes the answers it suggests."""

from __future__ import annotations

import re
from typing import Any

import pytest

from ipt_formulate.intake import ITEMS, SECTIONS, Choice, Intake, Item, Link, Multi, Number, Text, Tri
from ipt_formulate.intake.template import template


def filled(text: str) -> str:
    """The template with its record blocks in use and every blank filled with an answer its comment allows."""
    text = re.sub(r"^    # (- id:|  )", r"    \1", text, flags=re.M)
    lines, section, about = [], "", "case"
    names = {section: about for about, section in SECTIONS.items()}
    for line in text.splitlines():
        found = re.match(r"( *)([a-z0-9_]+):$", line)
        if found and not found[1]:
            section, about = found[2], names.get(found[2], "isolation" if found[2] == "isolation" else "case")
        if found and found[1]:
            field = f"{section}.{found[2]}" if about == "case" else found[2]
            item = ITEMS[about].get(field)
            lines.append(f"{line} {suggestion(item)}" if item else line)
        else:
            lines.append(line)
    return "\n".join(lines)


def suggestion(item: Item) -> Any:
    match item.type:
        case Tri():
            return "yes"
        case Choice(members):
            return members[0]
        case Multi(members):
            return f"[{members[0]}]"
        case Number(least, _):
            return least
        case Text():
            return "as told"
        case Link():
            return "none"
        case _:
            return "2025"


@pytest.mark.parametrize("full", [False, True])
def test_untouched_it_says_nothing(full: bool) -> None:
    assert Intake.from_yaml(template(full)) == Intake()


@pytest.mark.parametrize("full", [False, True])
def test_filled_in_it_loads_with_every_answer(full: bool) -> None:
    # Instruments have limits of their own; a score of none at all is the one blank that does not fit them.
    text = re.sub(r"(_instrument): \w+", r"\1:", filled(template(full)))
    intake = Intake.from_yaml(text)
    for about, items in ITEMS.items():
        for record in intake.records(about):
            for item in items.values():
                asked = (full or item.minimum) and not (item.field.startswith("group.") and not full)
                blank = item.field.endswith("_instrument")
                assert item.read(record).known == (asked and not blank), item.field
    assert all(len(intake.records(about)) == 1 for about in SECTIONS)


def test_it_has_as_many_blocks_as_asked_for() -> None:
    text = template(losses=3, conflicts=0, people=2)
    assert re.findall(r"- id: (\S+)", text) == ["loss-1", "loss-2", "loss-3", "change-1", "person-1", "person-2"]


def test_every_question_stands_beside_its_answer() -> None:
    flat = re.sub(r"[\s#]+", " ", template(full=True))
    for items in ITEMS.values():
        for item in items.values():
            assert f"{item.code}{'*' if item.minimum else ''} {item.question}" in flat
