"""What is one answer: a value, or the reason why there is none, and who said it when?

To the logic every reason for absence is the same unknown; only questions and safety rules tell them apart.
An absent answer is never turned into a "no" here or anywhere else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, Literal, TypeVar, get_args

from ipt_formulate.intake.types import UNKNOWN, AnswerType, Link, Members, Misread, Misreadings, Text, unknown_member
from ipt_formulate.reading import nearest

Absence = Literal["not_asked", "do_not_know", "declined"]
Source = Literal["patient", "clinician", "record", "coder"]
ABSENCES: tuple[str, ...] = get_args(Absence)
SOURCES: tuple[str, ...] = get_args(Source)
_KEYS = ("value", "unknown", "source", "on")

T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Answer(Generic[T_co]):
    """One answer: a ``value`` that is known, or the reason in ``unknown``; with ``source`` and day (``on``) if told."""

    value: T_co | None = None
    unknown: Absence | None = "not_asked"
    source: Source | None = None
    on: date | None = None

    @property
    def known(self) -> bool:
        """Whether there is a value; a multi-choice value may still leave single members unknown."""
        return self.unknown is None


NOT_ASKED: Answer[Any] = Answer()


def read_answer(kind: AnswerType, wire: Any) -> Answer[Any]:
    """Read the wire form of an answer of type ``kind``; raises Misreadings with everything wrong with it.

    A bare value is known; None is not asked; the bare word ``unknown`` is do_not_know; a map with ``value`` or
    ``unknown`` also carries ``source`` and ``on``.
    """
    if isinstance(wire, Answer):
        return wire
    if wire is None:
        return NOT_ASKED
    if isinstance(wire, Mapping) and ("value" in wire or "unknown" in wire):
        return _read_wrapped(kind, wire)
    return _read_bare(kind, wire)


def write_answer(kind: AnswerType, answer: Answer[Any]) -> Any:
    """The most compact wire form; None for an answer that was not asked."""
    if answer == NOT_ASKED:
        return None
    value: Any = answer.value
    if answer.known and answer.source is None and answer.on is None:
        return kind.write(value)
    wire: dict[str, Any] = {"value": kind.write(value)} if answer.known else {"unknown": answer.unknown}
    if answer.source is not None:
        wire["source"] = answer.source
    if answer.on is not None:
        wire["on"] = answer.on.isoformat()
    return wire


def _read_bare(kind: AnswerType, wire: Any) -> Answer[Any]:
    if wire == UNKNOWN and not isinstance(kind, Text):
        return Answer(None, "do_not_know")
    value = kind.read(wire)
    if isinstance(value, Members) and set(value.values()) == {UNKNOWN}:
        return Answer(None, "do_not_know")
    return Answer(value, None)


def _read_wrapped(kind: AnswerType, wire: Mapping[Any, Any]) -> Answer[Any]:
    wrong: list[Misread] = []
    for key in wire:
        if key not in _KEYS:
            close = nearest(key, _KEYS) if isinstance(key, str) else None
            wrong.append(Misread("A101", "is no key of an answer", ", ".join(_KEYS), close, repr(key), (str(key),)))
    bare: Answer[Any] = NOT_ASKED
    if "value" in wire and "unknown" in wire:
        wrong.append(Misread("A102", "has both a value and a reason for having none", "one of the two"))
    elif "unknown" in wire:
        if wire["unknown"] in ABSENCES:
            bare = Answer(None, wire["unknown"])
        else:
            wrong.append(unknown_member(wire["unknown"], ABSENCES, ("unknown",)))
    else:
        try:
            bare = NOT_ASKED if wire["value"] is None else _read_bare(kind, wire["value"])
        except Misreadings as misreadings:
            wrong += [
                Misread(one.code, one.message, one.expected, one.nearest, one.details, ("value", *one.steps))
                for one in misreadings.misreads
            ]
    source = wire.get("source")
    if source is not None and source not in SOURCES:
        wrong.append(unknown_member(source, SOURCES, ("source",)))
    on = _read_on(wire.get("on"), wrong)
    if wrong:
        raise Misreadings(*wrong)
    return Answer(bare.value, bare.unknown, source, on)


def _read_on(wire: Any, wrong: list[Misread]) -> date | None:
    if wire is None or type(wire) is date:
        return wire
    try:
        if isinstance(wire, str) and len(wire) == len("2026-03-14"):
            return date.fromisoformat(wire)
    except ValueError:
        pass
    wrong.append(Misread("A105", "is not a day", "a day such as 2026-03-14", None, repr(wire), ("on",)))
    return None


def links_of(kind: AnswerType, answer: Answer[Any]) -> tuple[str, ...]:
    """The ids a link answer names; empty when it is unknown or ``none``."""
    if not isinstance(kind, Link) or answer.value is None or answer.value == "none":
        return ()
    return (answer.value,) if isinstance(answer.value, str) else tuple(answer.value)
