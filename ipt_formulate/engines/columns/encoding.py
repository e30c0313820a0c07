"""How does a possible set become columns?

Never null and never a nullable boolean: nulls mean different things on different engines. A yes/no sign is one column
of 0, 1, 2; a choice one 0/1 column for each member that is possible; a multi-choice one 0/1/2 column for each member;
a number the two ends of its span; a day its frame and the two ends; a link whether it names somebody.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from ipt_formulate.engines.facts import Ids, Record, Value, When
from ipt_formulate.intake.types import Choice, Day, Link, Multi, Number, Text, Tri
from ipt_formulate.logic.possible import Span
from ipt_formulate.logic.truth import NO, UNKNOWN, YES
from ipt_formulate.rulebook.vocabulary import SignType

FRAMES: Final[Mapping[str, int]] = {"calendar": 1, "before_onset": 2, "before_assessment": 3}
NO_FRAME: Final = 0
SOURCES: Final[Mapping[str, int]] = {"patient": 1, "clinician": 2, "record": 3, "coder": 4}
NOBODY: Final = -1
CASE: Final = "case/"
"""Prefix of the case's own signs in the table of a kind of record."""


def plain(name: str) -> str:
    """A name as columns bear it: without dots, which some backends read as a way into a nested column."""
    return name.replace(".", "/")


def member(sign: str, name: str) -> str:
    """The column of one member of a choice or multi-choice."""
    return plain(f"{sign}={name}")


def least(sign: str) -> str:
    """The column of the lower end."""
    return plain(f"{sign}<")


def most(sign: str) -> str:
    """The column of the upper end."""
    return plain(f"{sign}>")


def frame(sign: str) -> str:
    """The column that tells through which day a day is counted; 0 if it is not known."""
    return plain(f"{sign}#")


def source(sign: str) -> str:
    """The column that tells who gave the answer; 0 if that is not recorded."""
    return plain(f"{sign}@")


def target(sign: str, slot: int) -> str:
    """The column of the number of one record that a link names, from 1 on; `NOBODY` where there are no more."""
    return plain(f"{sign}->{slot}")


def presumed(sign: str) -> str:
    """The sign as the presumed pass has it, where the two passes may differ."""
    return plain(f"{sign}~")


def columns_of(sign: str, type_: SignType) -> tuple[str, ...]:
    """The columns that hold a sign."""
    match type_:
        case Tri() | Text() | Link():
            return (plain(sign),)
        case Choice(members=members) | Multi(members=members):
            return tuple(member(sign, each) for each in members)
        case Number():
            return (least(sign), most(sign))
        case Day():
            return (frame(sign), least(sign), most(sign))


def encoded(sign: str, type_: SignType, value: Value) -> dict[str, int]:
    """A possible set as the values of its columns."""
    match type_:
        case Tri() | Text():
            assert isinstance(value, int)
            return {plain(sign): value}
        case Choice(members=members):
            assert isinstance(value, frozenset)
            return {member(sign, each): int(each in value) for each in members}
        case Multi(members=members):
            assert isinstance(value, dict)
            return {member(sign, each): value[each] for each in members}
        case Number():
            assert isinstance(value, Span)
            return {least(sign): value.least, most(sign): value.most}
        case Day():
            if not isinstance(value, When):
                return {frame(sign): NO_FRAME, least(sign): 0, most(sign): 0}
            return {frame(sign): FRAMES[value.frame], least(sign): value.span.least, most(sign): value.span.most}
        case Link():
            assert isinstance(value, Ids)
            return {plain(sign): YES if value.named else NO if value.closed else UNKNOWN}


def row(
    record: Record, case: Record, types: Mapping[str, SignType], case_types: Mapping[str, SignType]
) -> dict[str, int]:
    """One record as a row of the table of its kind, the case's own signs beside it."""
    values: dict[str, int] = {}
    for holder, known, prefix in ((record, types, ""), (case, case_types, CASE)):
        for sign, type_ in known.items():
            if sign in holder.values:
                values |= encoded(prefix + sign, type_, holder.values[sign])
                values[source(prefix + sign)] = SOURCES.get(holder.sources.get(sign, ""), 0)
    return values


def decoded(sign: str, type_: SignType, values: Mapping[str, int]) -> Value:
    """The possible set that the columns of a row hold; links cannot be told back."""
    match type_:
        case Tri() | Text():
            return values[plain(sign)]
        case Choice(members=members):
            return frozenset(each for each in members if values[member(sign, each)])
        case Multi(members=members):
            return {each: values[member(sign, each)] for each in members}
        case Number():
            return Span(values[least(sign)], values[most(sign)])
        case Day():
            if values[frame(sign)] == NO_FRAME:
                return None
            name = next(name for name, code in FRAMES.items() if code == values[frame(sign)])
            return When(name, Span(values[least(sign)], values[most(sign)]))
        case Link():
            raise TypeError("a link cannot be told back from whether it names somebody")


def all_columns(types: Iterable[tuple[str, SignType]]) -> tuple[str, ...]:
    """The columns of several signs."""
    return tuple(column for sign, type_ in types for column in columns_of(sign, type_))
