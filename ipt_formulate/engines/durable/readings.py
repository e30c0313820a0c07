"""Which properties can a fact have, and what do they hold for one record in one pass?

Only whole numbers, one meaning for each property. What is not known is said outright: truths have the value 1, a
choice has the value `OPEN`, a number has limits far apart. Where a choice is known in part, its property is absent and
the result of each test on it is asserted instead. No text and no id of a case ever becomes a property.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeAlias

from ipt_formulate.engines.durable.subset import LARGEST_NUMBER
from ipt_formulate.engines.facts import Ids, Record, Value, View
from ipt_formulate.engines.kleene import truth, value_of
from ipt_formulate.intake.answer import SOURCES
from ipt_formulate.logic.possible import Span, is_among
from ipt_formulate.logic.truth import NO, UNKNOWN, YES, Truth
from ipt_formulate.rulebook.nodes import Answered, Sign

OPEN = -1
"""A choice or a source of which nothing is known."""


@dataclass(frozen=True, slots=True)
class Seat:
    """A record in one pass. Numbers are ours, start at 0 for each case and are never the same in both passes."""

    number: int
    record: Record
    view: View


def in_range(number: int) -> int:
    """The number, or the nearest one that the native engine can hold."""
    return max(-LARGEST_NUMBER, min(LARGEST_NUMBER, number))


Parts: TypeAlias = Sequence[Mapping[int, Truth]]
"""What earlier strata found: by part, then by number of the seat."""


class Reading(ABC):
    """What a property holds."""

    @abstractmethod
    def of(self, seat: Seat, parts: Parts) -> int | None:
        """The value for a record; None: the fact does not have the property."""


@dataclass(frozen=True)
class _OfSign(Reading):
    sign: Sign

    def value(self, seat: Seat) -> Value:
        """The sign's possible values."""
        return value_of(self.sign, seat.record, seat.view)


@dataclass(frozen=True)
class TruthOf(_OfSign):
    """A yes/no sign."""

    def of(self, seat: Seat, parts: Parts) -> int | None:
        value = self.value(seat)
        assert isinstance(value, int)
        return value


@dataclass(frozen=True)
class MemberOf(_OfSign):
    """The truth of one member of a multi-choice sign."""

    member: str

    def of(self, seat: Seat, parts: Parts) -> int | None:
        value: Any = self.value(seat)
        told: int = value[self.member]
        return told


@dataclass(frozen=True)
class LeastOf(_OfSign):
    """The least that a number may be."""

    def of(self, seat: Seat, parts: Parts) -> int | None:
        value = self.value(seat)
        assert isinstance(value, Span)
        return in_range(value.least)


@dataclass(frozen=True)
class MostOf(_OfSign):
    """The most that a number may be."""

    def of(self, seat: Seat, parts: Parts) -> int | None:
        value = self.value(seat)
        assert isinstance(value, Span)
        return in_range(value.most)


@dataclass(frozen=True)
class WordOf(_OfSign):
    """The place of the chosen word among `members`, `OPEN`, or nothing while the choice is known in part."""

    members: tuple[str, ...] = field(repr=False)

    @cached_property
    def _places(self) -> Mapping[frozenset[str], int]:
        places = {frozenset((member,)): place for place, member in enumerate(self.members)}
        return {frozenset(self.members): OPEN} | places

    def of(self, seat: Seat, parts: Parts) -> int | None:
        value = self.value(seat)
        assert isinstance(value, frozenset)
        return self._places.get(value)


@dataclass(frozen=True)
class PartlyAmong(WordOf):
    """Whether the choice is among `values`, while it is known in part."""

    values: frozenset[str] = frozenset()

    def of(self, seat: Seat, parts: Parts) -> int | None:
        value = self.value(seat)
        assert isinstance(value, frozenset)
        return None if value in self._places else is_among(value, self.values)


@dataclass(frozen=True)
class NamesSomeone(_OfSign):
    """Whether a link names some record."""

    def of(self, seat: Seat, parts: Parts) -> int | None:
        value = self.value(seat)
        assert isinstance(value, Ids)
        return YES if value.named else NO if value.closed else UNKNOWN


@dataclass(frozen=True)
class SourceOf(_OfSign):
    """The place of the answer's source among the sources, or `OPEN`."""

    def of(self, seat: Seat, parts: Parts) -> int | None:
        holder = seat.view.case if self.sign.about == "case" else seat.record
        source = holder.sources.get(self.sign.name)
        return OPEN if source is None else SOURCES.index(source)


@dataclass(frozen=True)
class KnownOf(_OfSign):
    """Whether the sign has a known value: yes or no, never unknown."""

    def of(self, seat: Seat, parts: Parts) -> int | None:
        return truth(Answered(self.sign, yes=True), seat.record, seat.view)


@dataclass(frozen=True)
class PartFound(Reading):
    """What an earlier stratum found for a part of a rule."""

    part: int

    def of(self, seat: Seat, parts: Parts) -> int | None:
        return parts[self.part].get(seat.number, NO)
