"""How is an answer put into a case that has been read already?

Only answers that can be any without another one being at fault for it: yes or no, choices, members, scales and links
to records that are there. Dates and scores go by way of the intake, which checks whether they can be.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

from ipt_formulate.engines.facts import TRI, Ids, Record, View, read_value
from ipt_formulate.intake import SCALE, AnswerPath, Choice, Link, Multi, Tri, parse_path
from ipt_formulate.intake.answer import read_answer
from ipt_formulate.intake.situation import ISOLATION
from ipt_formulate.intake.types import Misreadings
from ipt_formulate.logic.truth import UNKNOWN
from ipt_formulate.rulebook.nodes import About
from ipt_formulate.rulebook.vocabulary import LISTS

Cell: TypeAlias = tuple[str, str]
"""A record (its key) and the name of a sign of it; or a rule (its id) and a record."""

ABOUT: Mapping[str, About] = {section: about for about, section in LISTS.items()}
"""The kind of record that a section of the intake lists."""


def cell_of(path: AnswerPath) -> Cell:
    """The record and the sign that an answer path names; not for lists and for records named by their origin."""
    if path.id is not None:
        return (f"{ABOUT[path.part]}:{path.id}", path.field)
    if path.part == "isolation":
        return ("isolation:isolation", path.field)
    return ("case:case", f"{path.part}.{path.field}")


def patched(answers: View, told: Mapping[str, Any]) -> View | None:
    """A copy of the answers with some replaced; None where only the intake can tell whether they can be."""
    view = copied(answers)
    records = {each.key: each for each in (view.case, *view.all())}
    for text, wire in told.items():
        path = parse_path(text)
        if path.origin or (path.part in ABOUT and not path.id) or not _is_free(path):
            return None
        key, name = cell_of(path)
        record = records.get(key)
        if record is None or not _put(record, name, path, wire):
            return None
        if isinstance(path.item.type, Link):
            ids = record.values[name]
            assert isinstance(ids, Ids)
            if not _are_there(ids, path.item.type, record, view):
                return None
            if record.about in ("case", "isolation"):
                _name_again(name if record.about == "case" else f"{ISOLATION}.{name}", ids, view)
    return view


def _are_there(ids: Ids, link: Link, record: Record, view: View) -> bool:
    """Does the link name records that are there, of a kind that it may name, and not its own?"""
    there = {each.id for about in link.to for each in view.of(about) if each is not record}  # type: ignore[arg-type]
    return ids.named <= there


def _name_again(link: str, ids: Ids, view: View) -> None:
    for record in view.all():
        named = record.values.get("named_in")
        if isinstance(named, Mapping):
            record.values["named_in"] = {**named, link: ids.names(record.id)}


def _is_free(path: AnswerPath) -> bool:
    if path.field.endswith("_instrument") or path.field in ("phase", "still_to_come"):
        return False  # scores and dates are checked against these
    type_ = path.item.type
    return isinstance(type_, Tri | Choice | Multi | Link) or (type_ == SCALE and not path.field.endswith("_score"))


def _put(record: Record, name: str, path: AnswerPath, wire: Any) -> bool:
    if path.member is not None:
        members = record.values[name]
        assert isinstance(members, Mapping)
        if wire is not None and (not isinstance(wire, str) or wire not in TRI):
            return False
        record.values[name] = {**members, path.member: UNKNOWN if wire is None else TRI[wire]}
        return True
    try:
        answer = read_answer(path.item.type, wire)
    except Misreadings:
        return False
    record.values[name] = read_value(path.item.type, answer)
    sources = {field: source for field, source in record.sources.items() if field != name}
    record.sources = {**sources, name: answer.source} if answer.source is not None else sources
    return True


def copied(view: View) -> View:
    """The same case, so that changes to one do not show in the other."""
    return View(_copy(view.case), {about: [_copy(each) for each in records] for about, records in view.records.items()})


def _copy(record: Record) -> Record:
    return Record(
        record.id,
        record.about,
        dict(record.values),
        record.origin,
        record.same_event,
        record.made_by,
        record.exists,
        record.sources,
    )
