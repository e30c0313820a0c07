"""How is a situation that a rule made written down as a record of the intake?

A partner's death makes a widowhood without anybody recording one. Before a question about it can be answered, it needs
a record: the same kind, the same date, and where it comes from, so that the rule does not make it again.
"""

from __future__ import annotations

from typing import Any

from ipt_formulate.engines.facts import Record, View
from ipt_formulate.engines.signs import maker_of
from ipt_formulate.intake import ITEMS, Intake
from ipt_formulate.intake.answer import write_answer
from ipt_formulate.logic.possible import Span
from ipt_formulate.logic.truth import UNKNOWN, word
from ipt_formulate.rulebook import Rulebook
from ipt_formulate.rulebook.vocabulary import LISTS


def made_from(view: View, origin: str, section: str) -> Record | None:
    """The situation of a section that rules made from a record, if they made one.

    A path by origin can mean only one: the one that exists most surely, and of these the first.
    """
    about = next((about for about, name in LISTS.items() if name == section), None)
    if about is None:
        return None
    made = [each for each in view.of(about) if each.made_by is not None and each.origin == origin]
    return max(made, key=lambda each: each.exists, default=None)


def written_down(intake: Intake, made: Record, book: Rulebook) -> tuple[Intake, str]:
    """The intake with a made situation as a record, and the id of the record."""
    rule, spawn = maker_of(made, book)
    name = _fresh_id(intake, f"{made.origin}-{spawn.named}"[:36])
    record: dict[str, Any] = {"id": name}
    if rule.about == "person":
        record["person"] = made.origin
    else:
        record["from"] = made.origin
    for field, value in spawn.set:
        told = _wire(value)
        if told is not None:
            record[field] = told
    origin = next(each for each in intake.records(rule.about) if each.id == made.origin)
    for field, source in spawn.copy:
        item = ITEMS[rule.about].get(source)
        told = write_answer(item.type, item.read(origin)) if item is not None else None
        if told is not None:
            record.setdefault(field, told)
    wire = intake.to_dict()
    section = wire.setdefault(LISTS[made.about], {})
    section.setdefault("items", []).append(record)
    section["asked"] = "yes"
    return Intake.from_dict(wire), name


def _wire(value: object) -> Any:
    """A value that a rule sets, in the wire format; None if it leaves open which."""
    if isinstance(value, frozenset):
        return next(iter(value)) if len(value) == 1 else None
    if isinstance(value, tuple) and not isinstance(value, Span):
        return {member: word(told) for member, told in value if told != UNKNOWN}
    return word(value) if isinstance(value, int) and value != UNKNOWN else None


def _fresh_id(intake: Intake, wanted: str) -> str:
    taken = {each.id for about in ("loss", "conflict", "change") for each in intake.records(about)}
    number, name = 1, wanted
    while name in taken:
        number += 1
        name = f"{wanted}-{number}"
    return name
