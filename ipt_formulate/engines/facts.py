"""What does one case look like to the rules?

A `View` is one case in one pass: the case's own values and every record with its values, each a set of what is
possible. There are two: *strict* (answers, derived and entailed) and *presumed* (the same, filled in where nothing is
known). Values only; nothing is decided here, and no answer is ever filled in here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, NamedTuple, TypeAlias

from ipt_formulate.intake import ITEMS, Answer, Intake
from ipt_formulate.intake.dates import PartialDay
from ipt_formulate.intake.types import Choice, Day, Link, Multi, Number, Text, Tri
from ipt_formulate.logic.possible import INFINITE, Span
from ipt_formulate.logic.truth import NO, UNKNOWN, YES, Truth
from ipt_formulate.rulebook import Rulebook
from ipt_formulate.rulebook.nodes import SITUATIONS, About
from ipt_formulate.rulebook.vocabulary import DECISIONS, LISTS, SignType, case_links

TRI: Mapping[str, Truth] = {"no": NO, "unknown": UNKNOWN, "yes": YES}


class When(NamedTuple):
    """A day that may be any of a span: calendar ordinals, or days before onset or before assessment."""

    frame: str
    span: Span


class Ids(NamedTuple):
    """What a link names. `closed`: it names no other record than these."""

    named: frozenset[str]
    closed: bool

    def names(self, record_id: str) -> Truth:
        """Does it name this record?"""
        if record_id in self.named:
            return YES
        return NO if self.closed else UNKNOWN


Value: TypeAlias = int | frozenset[str] | Mapping[str, Truth] | Span | When | Ids | None
"""By type of sign: yes/no a truth; choice a set of members; multi-choice a truth for each member; number a span;
day a `When` or None; link an `Ids`; text yes (there is one) or unknown."""

_NO_ONE_KNOWN = Ids(frozenset(), False)


def nothing_known(type_: SignType) -> Value:
    """The value of a sign of which nothing is known."""
    match type_:
        case Tri() | Text():
            return UNKNOWN
        case Choice(members=members):
            return frozenset(members)
        case Multi(members=members):
            return dict.fromkeys(members, UNKNOWN)
        case Number(least=least, most=most):
            return Span(-INFINITE if least is None else least, INFINITE if most is None else most)
        case Day():
            return None
        case Link():
            return _NO_ONE_KNOWN


@cache
def _nothing_known_of(about: About) -> Mapping[str, Value]:
    """Every field of a record of which nothing is known; most fields of most records are so."""
    return {name: nothing_known(item.type) for name, item in ITEMS[about].items()}


def read_value(type_: SignType, answer: Answer[Any]) -> Value:
    """The possible values that an answer leaves; the same for every reason of absence."""
    if not answer.known:
        return nothing_known(type_)
    value: Any = answer.value
    match type_:
        case Tri():
            return TRI[value]
        case Text():
            return YES
        case Choice():
            return frozenset((value,))
        case Multi():
            return {member: TRI[told] for member, told in value.items()}
        case Number():
            return Span(value, value)
        case Day():
            return when_of(value)
        case Link(many=many):
            named = frozenset(value) if many else frozenset(() if value == "none" else (value,))
            return Ids(named, closed=not many or not named)


def when_of(day: PartialDay) -> When:
    """The days that a told one may be."""
    if day.earliest is not None and day.latest is not None:
        return When("calendar", Span(day.earliest.toordinal(), day.latest.toordinal()))
    assert day.fewest is not None and day.most is not None
    return When(day.kind, Span(day.fewest, day.most))


@dataclass(slots=True)
class Record:
    """One record in one pass. `exists`: the truth of the rule that made it, yes for recorded ones."""

    id: str
    about: About
    values: dict[str, Value]
    origin: str | None = None
    same_event: tuple[str, ...] = ()
    made_by: str | None = None
    exists: Truth = YES
    sources: Mapping[str, str] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """Tells records of all kinds apart: a person and a loss may share an id."""
        return f"{self.about}:{self.id}"


@dataclass(slots=True)
class View:
    """One case in one pass."""

    case: Record
    records: dict[About, list[Record]]

    def of(self, about: About) -> list[Record]:
        """The records a rule about `about` looks at."""
        return [self.case] if about == "case" else self.records[about]

    def all(self) -> Iterator[Record]:
        """Every record but the case itself."""
        for records in self.records.values():
            yield from records

    def complete(self, about: About) -> Truth:
        """Is the list of this kind asked and complete? The isolation picture is one, always there."""
        if about == "isolation":
            return YES
        value = self.case.values[f"{LISTS[about]}_complete"]
        assert isinstance(value, int)
        return value

    def find(self, record_id: str, *abouts: About) -> Record | None:
        """The record of one of these kinds (any kind of situation if none is named) with this id."""
        kinds = abouts or SITUATIONS
        return next((record for about in kinds for record in self.of(about) if record.id == record_id), None)


def answers_of(intake: Intake, book: Rulebook) -> View:
    """The case as answered: every field's possible values, and the built-in signs."""
    case = _case(intake, book)
    links = {name: case.values[name] for name in case_links() if not name.startswith("isolation.")}
    isolation = _record("isolation", "isolation", intake.isolation, book)
    links |= {f"isolation.{name}": isolation.values[name] for name in _isolation_links()}
    records: dict[About, list[Record]] = {"isolation": [isolation]}
    for about, section in LISTS.items():
        records[about] = [
            _record(each.id, about, each, book, getattr(each, "origin", None), tuple(getattr(each, "same_event", ())))
            for each in getattr(intake, section).items
        ]
    view = View(case, records)
    for record in view.all():
        add_built_in(record, links, intake, book)
    return view


def _isolation_links() -> tuple[str, ...]:
    return tuple(name for name, item in ITEMS["isolation"].items() if isinstance(item.type, Link))


def _record(
    record_id: str,
    about: About,
    holder: Any,
    book: Rulebook,
    origin: str | None = None,
    same_event: tuple[str, ...] = (),
) -> Record:
    values = dict(_nothing_known_of(about))
    sources: dict[str, str] = {}
    for name, item in ITEMS[about].items():
        answer = item.read(holder)
        if answer.known:
            values[name] = read_value(item.type, answer)
        if answer.source is not None:
            sources[name] = answer.source
    return Record(record_id, about, values, origin, same_event, sources=sources)


def _case(intake: Intake, book: Rulebook) -> Record:
    record = _record("case", "case", intake, book)
    for section in LISTS.values():
        listed = getattr(intake, section)
        record.values[f"{section}_complete"] = _complete(listed)
        record.values[f"{section}_recorded"] = Span(len(listed.items), len(listed.items))
    record.values.update(settings_of(book))
    return record


def settings_of(book: Rulebook) -> dict[str, Value]:
    """The settings of the switches, as signs of the case."""
    found: dict[str, Value] = {}
    for switch in book.switches.values():
        value = book.settings[switch.name]
        chosen = value if isinstance(value, tuple) else (value,)
        if switch.many:
            found[f"setting.{switch.name}"] = {each: YES if each in chosen else NO for each in switch.values}
        else:
            found[f"setting.{switch.name}"] = frozenset(chosen)
    return found


def _complete(section: Any) -> Truth:
    if section.asked.value == "no":
        return NO
    told = TRI[section.complete.value] if section.complete.known else UNKNOWN
    return min(told, YES if section.asked.value == "yes" or told == YES else UNKNOWN)


def add_built_in(record: Record, links: Mapping[str, Value], intake: Intake, book: Rulebook) -> None:
    """Add the signs that every situation has: which answers name it, what was decided about it, how it came to be."""
    if record.about not in SITUATIONS:
        return
    record.values["named_in"] = {name: ids.names(record.id) for name, ids in links.items() if isinstance(ids, Ids)}
    record.values["spawned"] = YES if record.made_by is not None else NO
    areas = book.vocabulary.areas
    decided = {(each.area, each.decision) for each in intake.decisions if each.situation == record.id}
    for decision in DECISIONS:
        record.values[f"decided.{decision}"] = {
            area: YES if (area, decision) in decided else NO if any(each == area for each, _ in decided) else UNKNOWN
            for area in areas
        }


def case_link_values(view: View) -> dict[str, Value]:
    """What the links of the case and of the isolation picture name; for `named_in` of situations made later."""
    isolation = view.records["isolation"][0]
    return {
        name: isolation.values[name.removeprefix("isolation.")]
        if name.startswith("isolation.")
        else view.case.values[name]
        for name in case_links()
    }
