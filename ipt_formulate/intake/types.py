"""Which types of answer are there, and which wire values does each accept?

One frozen class per type, used by the intake, the rule language and every engine. A type reads a bare wire value
into a plain Python value and writes it back; reasons for absence and sources are the business of ``answer.py``.
A type never guesses: what it cannot read is refused with Misreadings.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from ipt_formulate.intake.dates import FRAMES, DateFault, Frame, PartialDay
from ipt_formulate.reading import nearest

YES = "yes"
NO = "no"
UNKNOWN = "unknown"
LONGEST_TEXT = 20_000


@dataclass(frozen=True, slots=True)
class Misread:
    """Why one wire value, or one part of it, could not be read; ``steps`` lead from the value to the part."""

    code: str
    message: str
    expected: str | None = None
    nearest: str | None = None
    details: str | None = None
    steps: tuple[str | int, ...] = ()


class Misreadings(Exception):
    """Raised by ``read`` with everything that is wrong with one wire value."""

    def __init__(self, *misreads: Misread) -> None:
        self.misreads = misreads
        super().__init__("; ".join(misread.message for misread in misreads))


def yes_or_no(wire: Any) -> str | None:
    """``yes`` or ``no`` (or a truth value, which some YAML readers make of them); None for anything else."""
    if isinstance(wire, bool):
        return YES if wire else NO
    return wire if wire in (YES, NO) and isinstance(wire, str) else None


def _wrong_type(expected: str, wire: Any) -> Misreadings:
    names = {bool: "a truth value", int: "a whole number", float: "a decimal number", str: "text"}
    names |= {dict: "a map", list: "a list"}
    return Misreadings(
        Misread("A102", f"holds {names.get(type(wire), 'a value of another type')}", expected, details=repr(wire))
    )


def unknown_member(wire: Any, members: Sequence[str], steps: tuple[str | int, ...] = ()) -> Misread:
    """The misread for a word that is none of ``members``."""
    close = nearest(wire, members) if isinstance(wire, str) else None
    return Misread("A104", "is not one of the answers", f"one of {', '.join(members)}", close, repr(wire), steps)


class Members(Mapping[str, str]):
    """The answer to a multi-choice question: every member with ``yes``, ``no`` or ``unknown``; cannot be changed."""

    __slots__ = ("_by_member",)

    def __init__(self, by_member: Mapping[str, str]) -> None:
        self._by_member = dict(by_member)

    def __getitem__(self, member: str) -> str:
        return self._by_member[member]

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_member)

    def __len__(self) -> int:
        return len(self._by_member)

    def __hash__(self) -> int:
        return hash(frozenset(self._by_member.items()))

    def __reduce__(self) -> tuple[type[Members], tuple[dict[str, str]]]:
        return Members, (dict(self._by_member),)

    def __repr__(self) -> str:
        return f"Members({self._by_member!r})"


@dataclass(frozen=True, slots=True)
class Tri:
    """Yes or no."""

    def read(self, wire: Any) -> str:
        answer = yes_or_no(wire)
        if answer is None:
            if isinstance(wire, str):
                raise Misreadings(unknown_member(wire, (YES, NO)))
            raise _wrong_type(self.describe(), wire)
        return answer

    def write(self, value: str) -> Any:
        return value

    def describe(self) -> str:
        return "yes or no"


@dataclass(frozen=True, slots=True)
class Choice:
    """Exactly one of the members."""

    members: tuple[str, ...]

    def read(self, wire: Any) -> str:
        word = yes_or_no(wire) if isinstance(wire, bool) else wire
        if not isinstance(word, str):
            raise _wrong_type(self.describe(), wire)
        if word not in self.members:
            raise Misreadings(unknown_member(word, self.members))
        return word

    def write(self, value: str) -> Any:
        return value

    def describe(self) -> str:
        return f"one of {', '.join(self.members)}"


@dataclass(frozen=True, slots=True)
class Multi:
    """Any of the members, each on its own yes, no or unknown.

    Wire: ``{member: yes | no | unknown}``; a list says yes for its members and unknown for the rest;
    ``{none: true}`` says no for all.
    """

    members: tuple[str, ...]

    def read(self, wire: Any) -> Members:
        if wire == "none" or (isinstance(wire, Mapping) and tuple(wire) == ("none",) and wire["none"] in (True, YES)):
            return Members(dict.fromkeys(self.members, NO))
        if isinstance(wire, Mapping) and wire:
            return self._from_map(wire)
        if isinstance(wire, list | tuple) and wire:
            return self._from_list(wire)
        if isinstance(wire, list | tuple | Mapping):
            raise Misreadings(Misread("A102", "is empty", "at least one member, or {none: true} if none applies"))
        raise _wrong_type(self.describe(), wire)

    def _from_map(self, wire: Mapping[Any, Any]) -> Members:
        wrong = []
        told = dict.fromkeys(self.members, UNKNOWN)
        for member, answer in wire.items():
            if member == "none":
                wrong.append(Misread("A102", "`none` must stand alone", "{none: true}", steps=("none",)))
            elif member not in told:
                wrong.append(unknown_member(member, self.members))
            elif (word := UNKNOWN if answer == UNKNOWN else yes_or_no(answer)) is not None:
                told[member] = word
            else:
                misread = Misread("A102", "is not an answer", "yes, no or unknown", None, repr(answer), (str(member),))
                wrong.append(misread)
        if wrong:
            raise Misreadings(*wrong)
        return Members(told)

    def _from_list(self, wire: Sequence[Any]) -> Members:
        known = set(self.members)
        wrong = [
            unknown_member(member, self.members, (index,))
            for index, member in enumerate(wire)
            if not isinstance(member, str) or member not in known
        ]
        if wrong:
            raise Misreadings(*wrong)
        return Members({member: YES if member in wire else UNKNOWN for member in self.members})

    def write(self, value: Mapping[str, str]) -> Any:
        told = {member: answer for member, answer in value.items() if answer != UNKNOWN}
        if set(told.values()) == {NO} and len(told) == len(self.members):
            return {"none": True}
        return [*told] if set(told.values()) == {YES} else told

    def describe(self) -> str:
        return f"any of {', '.join(self.members)} as a list, a map to yes or no, or {{none: true}}"


@dataclass(frozen=True, slots=True)
class Number:
    """A whole number within limits; ``unit`` says of what."""

    least: int | None = None
    most: int | None = None
    unit: str | None = None

    def read(self, wire: Any) -> int:
        if type(wire) is not int:
            raise _wrong_type(self.describe(), wire)
        if (self.least is not None and wire < self.least) or (self.most is not None and wire > self.most):
            raise Misreadings(Misread("A103", "is out of range", self.describe(), details=repr(wire)))
        return wire

    def write(self, value: int) -> Any:
        return value

    def describe(self) -> str:
        if self.least is None and self.most is None:
            return "a whole number"
        if self.most is None:
            return f"a whole number, {self.least} or more"
        return f"a whole number {'' if self.least is None else self.least}..{self.most}"


@dataclass(frozen=True, slots=True)
class Day:
    """A day, month, year or lag as told: an interval of days.

    ``frames`` are the ways it may be given; ``may_come`` is True where the day may lie after the assessment.
    """

    frames: tuple[Frame, ...] = FRAMES
    may_come: bool = False

    def read(self, wire: Any) -> PartialDay:
        if not isinstance(wire, str | int | Mapping | date) or isinstance(wire, bool):
            raise _wrong_type(self.describe(), wire)
        try:
            day = PartialDay.read(wire)
        except DateFault as fault:
            raise Misreadings(Misread("A105", fault.message, self.describe(), details=repr(wire))) from None
        if day.kind not in self.frames:
            raise Misreadings(Misread("A105", "cannot be given as this lag", self.describe(), details=repr(wire)))
        return day

    def write(self, value: PartialDay) -> Any:
        return value.write()

    def describe(self) -> str:
        lags = [f", or {{{frame}: {{days: 40}}}}" for frame in self.frames if frame != "calendar"]
        return f"a date such as 2026, 2026-03 or 2026-03-14{''.join(lags[:1])}"


@dataclass(frozen=True, slots=True)
class Text:
    """Free text in somebody's own words; shown as text everywhere, read by no rule."""

    def read(self, wire: Any) -> str:
        if not isinstance(wire, str):
            raise _wrong_type("text (put it in quotes)", wire)
        if not wire.strip():
            raise Misreadings(Misread("A102", "is empty", "some text, or leave the answer out"))
        if len(wire) > LONGEST_TEXT:
            raise Misreadings(Misread("A103", "is too long", f"at most {LONGEST_TEXT} characters"))
        return wire

    def write(self, value: str) -> Any:
        return value

    def describe(self) -> str:
        return "text"


@dataclass(frozen=True, slots=True)
class Link:
    """A reference to another record by its id (``isolation`` for the isolation picture), or ``none``.

    ``to`` names the kinds of record it may point at. The value of a ``many`` link is a tuple of ids, empty for
    ``none``; the value of any other link is one id or ``"none"``.
    """

    to: tuple[str, ...]
    many: bool = False

    def read(self, wire: Any) -> str | tuple[str, ...]:
        if not self.many:
            if not isinstance(wire, str) or not wire:
                raise _wrong_type(self.describe(), wire)
            return wire
        if wire == "none":
            return ()
        ids = [wire] if isinstance(wire, str) and wire else wire
        if not isinstance(ids, list | tuple) or not ids:
            raise _wrong_type(self.describe(), wire)
        wrong = [
            Misread("A102", "is not an id", "the id of a record", None, repr(one), (index,))
            for index, one in enumerate(ids)
            if not isinstance(one, str) or not one or one == "none"
        ]
        if wrong:
            raise Misreadings(*wrong)
        return tuple(dict.fromkeys(ids))

    def write(self, value: str | tuple[str, ...]) -> Any:
        return value if isinstance(value, str) else list(value) or "none"

    def describe(self) -> str:
        kinds = " or ".join(self.to)
        return f"a list of ids ({kinds}), or none" if self.many else f"the id of a {kinds}, or none"


AnswerType = Tri | Choice | Multi | Number | Day | Text | Link

SCALE = Number(0, 4, "0 none, 1 slight, 2 moderate, 3 marked, 4 extreme")
