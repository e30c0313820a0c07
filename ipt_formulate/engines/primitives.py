"""What does each primitive of a derived sign give?

Every primitive returns the set of what is possible and never falls back to a plain *else*: an unknown input gives a
wide set, not a default. The columns engine has the same definitions over tables; tests compare the two.
"""

from __future__ import annotations

from typing import Any, cast

from ipt_formulate.engines.facts import Ids, Record, Value, View, When, nothing_known
from ipt_formulate.engines.kleene import truth
from ipt_formulate.intake.types import Link
from ipt_formulate.logic.possible import ANY_NUMBER, INFINITE, Span, bands_of
from ipt_formulate.logic.truth import NO, YES
from ipt_formulate.rulebook import Rulebook
from ipt_formulate.rulebook import conclusions as c
from ipt_formulate.rulebook.nodes import About, Condition, Sign

ASSESSED_ON = "frame.assessed_on"
ONSET = ("onset", "episode.onset")


def compute(by: c.Primitive, sign: Sign, record: Record, view: View, book: Rulebook) -> Value:
    """The value that a primitive gives to `sign` of a record in one pass."""
    match by:
        case c.Lag(start, end):
            return lag(start, end, record, view)
        case c.Band(of, bands):
            return bands_of(_span(of, record, view), {name: Span(least, most) for name, least, most in bands})
        case c.OneOf(values):
            return left_open(values, record, view) or nothing_known(book.vocabulary.type_of(sign))
        case c.Count(about, part):
            parts = [min(each.exists, YES if part is None else truth(part, each, view)) for each in view.of(about)]
            most = sum(each != NO for each in parts) if view.complete(about) == YES else INFINITE
            return Span(sum(each == YES for each in parts), most)
        case c.Members(of, among):
            told: Any = _named(of, record, view)
            members = [told[member] for member in among]
            return Span(sum(each == YES for each in members), sum(each != NO for each in members))
        case c.ScoreBand(score, instrument, tables):
            return _score_band(score, instrument, tables, record, view)
        case c.OfLinked(through, name):
            return _of_linked(through, name, sign, record, view, book)
        case c.SameAs(name):
            return _named(name, record, view)
        case c.Widened(day, certainty, days):
            return _widened(day, certainty, dict(days), record, view)


def left_open(values: tuple[tuple[str, Condition], ...], record: Record, view: View) -> frozenset[str]:
    """The values of a `one_of` whose sentence is not no; none at all if answers contradict one another."""
    return frozenset(name for name, condition in values if truth(condition, record, view) != NO)


def _named(name: str, record: Record, view: View) -> Value:
    return record.values[name] if name in record.values else view.case.values[name]


def _span(name: str, record: Record, view: View) -> Span:
    value = _named(name, record, view)
    assert isinstance(value, Span)
    return value


def lag(start: str, end: str, record: Record, view: View) -> Span:
    """Days from one day to another; any number while either is unknown. Positive: `start` came first."""
    first = _named(start, record, view)
    if not isinstance(first, When):
        return ANY_NUMBER
    if end == "assessment":
        before = _before_assessment(first, view)
        return ANY_NUMBER if before is None else before
    if end in ONSET and first.frame == "before_onset":
        return first.span
    last = _named(end, record, view)
    if not isinstance(last, When):
        return ANY_NUMBER
    if first.frame == last.frame:
        return _minus(last.span, first.span) if first.frame == "calendar" else _minus(first.span, last.span)
    earlier, later = _before_assessment(first, view), _before_assessment(last, view)
    return ANY_NUMBER if earlier is None or later is None else _minus(earlier, later)


def _before_assessment(day: When, view: View) -> Span | None:
    """Days from the day to the assessment; None while that hangs on a date that is not known."""
    if day.frame == "before_assessment":
        return day.span
    if day.frame == "calendar":
        assessed = view.case.values[ASSESSED_ON]
        return _minus(assessed.span, day.span) if isinstance(assessed, When) else None
    onset = next((view.case.values[name] for name in ONSET if name in view.case.values), None)
    if not isinstance(onset, When) or onset.frame == "before_onset":
        return None
    since = _before_assessment(onset, view)
    return None if since is None else Span(day.span.least + since.least, day.span.most + since.most)


def _minus(a: Span, b: Span) -> Span:
    return Span(a.least - b.most, a.most - b.least)


def _score_band(
    score: str,
    instrument: str,
    tables: tuple[tuple[str, tuple[tuple[str, int, int], ...]], ...],
    record: Record,
    view: View,
) -> frozenset[str]:
    """The words that the score may stand for, over every instrument that it may come from."""
    span, used = _span(score, record, view), _named(instrument, record, view)
    assert isinstance(used, frozenset)
    every = frozenset(name for _, bands in tables for name, _, _ in bands)
    known = dict(tables)
    if not used <= set(known):
        return every
    possible = [bands_of(span, {name: Span(least, most) for name, least, most in known[each]}) for each in used]
    return frozenset().union(*possible) or every


def _of_linked(through: str, name: str, sign: Sign, record: Record, view: View, book: Rulebook) -> Value:
    """The sign of the one record that the link surely names; nothing while it names none, several or is unknown."""
    ids = _named(through, record, view)
    assert isinstance(ids, Ids)
    if len(ids.named) == 1 and ids.closed:
        link = book.vocabulary.find(record.about, through)
        type_ = book.vocabulary.type_of(link) if link is not None else None
        assert isinstance(type_, Link)
        other = view.find(next(iter(ids.named)), *cast("tuple[About, ...]", type_.to))
        if other is not None and name in other.values:
            return other.values[name]
    return nothing_known(book.vocabulary.type_of(sign))


def _widened(day: str, certainty: str, days: dict[str, int], record: Record, view: View) -> Value:
    when, how_sure = _named(day, record, view), _named(certainty, record, view)
    if not isinstance(when, When):
        return None
    assert isinstance(how_sure, frozenset)
    by = max(days.get(each, 0) for each in how_sure)
    return When(when.frame, Span(when.span.least - by, when.span.most + by))
