"""How is one answer named, and how is it read or replaced by that name?

``episode.onset`` · ``losses[mother].closeness`` · ``changes[from=mother].coping_difficulty`` · ``losses.complete`` ·
``isolation.confidants`` · ``safety.self_harm.plan`` (one member of a multi-choice answer).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from ipt_formulate.intake.answer import Answer
from ipt_formulate.intake.faults import IntakeError
from ipt_formulate.intake.items import CASE_PARTS, ITEMS, SECTIONS
from ipt_formulate.intake.section import Section
from ipt_formulate.intake.situation import ISOLATION, RESERVED_IDS
from ipt_formulate.intake.types import UNKNOWN, Multi
from ipt_formulate.reading import Fault, nearest

if TYPE_CHECKING:
    from ipt_formulate.intake.item import Item
    from ipt_formulate.intake.model import Intake

_PATH = re.compile(
    r"(?P<part>[a-z]+)(?:\[(?P<origin>from=)?(?P<id>[a-z][a-z0-9_-]{0,39})\])?"
    r"\.(?P<field>[a-z0-9_]+)(?:\.(?P<member>[a-z0-9_]+))?\Z"
)
_ABOUT = {section: about for about, section in SECTIONS.items()}
_SECTION_ITEMS = Section.questions()


@dataclass(frozen=True, slots=True)
class AnswerPath:
    """The name of one answer: ``part`` of the intake, for sections a record by ``id`` or by ``origin``, and field."""

    part: str
    field: str
    item: Item
    id: str | None = None
    origin: str | None = None
    member: str | None = None

    def __str__(self) -> str:
        record = f"[{self.id}]" if self.id else f"[from={self.origin}]" if self.origin else ""
        return f"{self.part}{record}.{self.field}{f'.{self.member}' if self.member else ''}"


def parse_path(text: str) -> AnswerPath:
    """Read a path; raises IntakeError, naming the nearest field, when no question of the intake is called so."""
    found = _PATH.match(text)
    path = found and _known(found)
    if not path:
        raise _unknown(text, [*_patterns()])
    return path


def of_intake(intake: Intake) -> Iterator[AnswerPath]:
    """Every answer of ``intake`` that can be given, in the order of the questions."""
    for name, item in ITEMS["case"].items():
        part, field = name.split(".")
        yield AnswerPath(part, field, item)
    for about, section in SECTIONS.items():
        yield from (AnswerPath(section, field, item) for field, item in _SECTION_ITEMS.items())
        for record in getattr(intake, section).items:
            yield from (AnswerPath(section, field, item, record.id) for field, item in ITEMS[about].items())
    yield from (AnswerPath(ISOLATION, field, item) for field, item in ITEMS[ISOLATION].items())


def find(intake: Intake, text: str) -> AnswerPath:
    """The path, if ``intake`` has such a record; raises IntakeError otherwise."""
    path = parse_path(text)
    if _record(intake, path) is None:
        raise _no_record(text, path, intake)
    return path


def answer_at(intake: Intake, path: AnswerPath) -> Answer[Any]:
    """The answer ``path`` leads to; for one member of a multi-choice answer, its yes or no as an answer."""
    answer: Answer[Any] = getattr(_record(intake, path), path.field)
    if path.member is None or answer.value is None:
        return answer
    told = answer.value[path.member]
    return replace(answer, value=None, unknown="do_not_know") if told == UNKNOWN else replace(answer, value=told)


def with_answers(intake: Intake, answers: Mapping[str, Any]) -> dict[str, Any]:
    """The wire form of ``intake`` with ``answers`` put in; raises IntakeError naming every unknown path."""
    wire = intake.to_dict()
    faults: list[Fault] = []
    for text, value in answers.items():
        try:
            path = parse_path(text)
            holder = _holder(wire, path)
            if holder is None:
                raise _no_record(text, path, intake)
        except IntakeError as error:
            faults += error.faults
            continue
        holder[path.field] = _with_member(path, holder.get(path.field), value) if path.member else value
    if faults:
        raise IntakeError(faults)
    return wire


def _known(found: re.Match[str]) -> AnswerPath | None:
    part, field, member = found["part"], found["field"], found["member"]
    if part in _ABOUT and found["id"]:
        item = ITEMS[_ABOUT[part]].get(field)
    elif found["id"]:
        return None
    elif part in _ABOUT:
        item = _SECTION_ITEMS.get(field)
    else:
        item = ITEMS[ISOLATION].get(field) if part == ISOLATION else ITEMS["case"].get(f"{part}.{field}")
    if item is None or (found["origin"] and part == "people"):
        return None
    if member is not None and not (isinstance(item.type, Multi) and member in item.type.members):
        return None
    by_origin = bool(found["origin"])
    return AnswerPath(part, field, item, None if by_origin else found["id"], found["id"] if by_origin else None, member)


def _patterns() -> Iterator[str]:
    """Every path with ``ID`` in the place of a record."""
    yield from ITEMS["case"]
    yield from (f"{ISOLATION}.{field}" for field in ITEMS[ISOLATION])
    for about, section in SECTIONS.items():
        yield from (f"{section}.{field}" for field in _SECTION_ITEMS)
        yield from (f"{section}[ID].{field}" for field in ITEMS[about])


def _unknown(text: str, choices: Any) -> IntakeError:
    general = re.sub(r"\[[^\]]*\]", "[ID]", text) if any("[ID]" in choice for choice in choices) else text
    close = nearest(general, choices)
    # What was given as a path is shown only if it looks like one: it might be anything.
    shown = text if re.fullmatch(r"[a-z0-9_.=\[\]-]{1,120}", text) else "?"
    return IntakeError([Fault("A116", shown, "names no answer of this intake", nearest=close, details=repr(text))])


def _no_record(text: str, path: AnswerPath, intake: Intake) -> IntakeError:
    """The error for a path that is right but for its record, which is not there."""
    (fault,) = _unknown(text, intake.paths()).faults
    ids = [record.id for record in getattr(intake, path.part).items]
    there = (
        f"one of those on record in `{path.part}`: {', '.join(ids)}"
        if ids
        else f"a record of `{path.part}`: none is there"
    )
    return IntakeError([replace(fault, expected=there)])


def _record(intake: Intake, path: AnswerPath) -> Any:
    if path.part in CASE_PARTS or path.part == ISOLATION or not (path.id or path.origin):
        return getattr(intake, path.part)
    for record in getattr(intake, path.part).items:
        if record.id == path.id or (path.origin and path.origin in (record.origin, _person_of(record))):
            return record
    return None


def _person_of(record: Any) -> str | None:
    """The person a record is about: what is made of a dead person of the inventory is the loss of that person."""
    answer: Answer[Any] | None = getattr(record, "person", None)
    return None if answer is None else answer.value


def _holder(wire: dict[str, Any], path: AnswerPath) -> dict[str, Any] | None:
    """The map that holds the answer, made if need be; None when it names a record that is not there."""
    part: dict[str, Any] = wire.setdefault(path.part, {})
    if not (path.id or path.origin):
        return part
    records: list[dict[str, Any]] = part.setdefault("items", [])
    for record in records:
        if record["id"] == path.id or (
            path.origin and path.origin in (record.get("from"), _bare(record.get("person")))
        ):
            return record
    if path.origin is None:
        return None
    about_a_person = "person" in ITEMS[_ABOUT[path.part]] and path.origin in _ids(wire, "people")
    if not about_a_person and path.origin not in _situation_ids(wire):
        return None
    records.append({"id": _fresh_id(path.origin, wire), "person" if about_a_person else "from": path.origin})
    part["asked"] = "yes"
    return records[-1]


def _bare(told: Any) -> Any:
    return told.get("value") if isinstance(told, Mapping) else told


def _situation_ids(wire: Mapping[str, Any]) -> set[str]:
    return {one for about, section in SECTIONS.items() if about != "person" for one in _ids(wire, section)}


def _ids(wire: Mapping[str, Any], section: str) -> set[str]:
    return {record["id"] for record in wire.get(section, {}).get("items", ())}


def _fresh_id(origin: str, wire: Mapping[str, Any]) -> str:
    taken = _situation_ids(wire) | RESERVED_IDS
    number = 1
    while (name := f"{origin[:30]}-follows{number if number > 1 else ''}") in taken:
        number += 1
    return name


def _with_member(path: AnswerPath, told: Any, value: Any) -> Any:
    """The multi-choice answer with one member replaced; the source of the rest is kept."""
    assert isinstance(path.item.type, Multi)
    wrapped = isinstance(told, Mapping) and "value" in told
    bare = told["value"] if wrapped else told
    if bare is None or (isinstance(bare, Mapping) and UNKNOWN in bare):
        by_member: dict[str, Any] = {}
    else:
        by_member = dict(path.item.type.read(bare))
    by_member[str(path.member)] = UNKNOWN if value is None else value
    return {**told, "value": by_member} if wrapped else by_member
