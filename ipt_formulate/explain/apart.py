"""What of an answer can the rulebook tell apart at all?

Read off the rules once, without any case: sets of a choice, limits of a number, and for days the bands in which they
are counted from the onset or to the assessment. Rules of advice are left out: they change no result.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from ipt_formulate.formulation.readers import conditions_of
from ipt_formulate.intake import Choice, Item, Number
from ipt_formulate.intake.answer import SOURCES
from ipt_formulate.logic.possible import INFINITE, Span
from ipt_formulate.rulebook import Rule, Rulebook
from ipt_formulate.rulebook import conclusions as c
from ipt_formulate.rulebook import nodes as n
from ipt_formulate.rulebook.loading import COUNTED_THROUGH
from ipt_formulate.rulebook.nodes import Sign

_FRAME_OF = {"onset": "before_onset", "episode.onset": "before_onset", "assessment": "before_assessment"}
_ROUNDS = 4
"""How many derived signs can stand between a field and the rule that tells it apart."""


@dataclass(slots=True)
class Apart:
    """What the rules of a book tell apart.

    Attributes
    ----------
    sets
        For choices and multi-choice answers: sets of members that some rule asks about.
    limits
        For numbers: the least values of intervals that some rule asks about.
    bands
        For numbers of days: named bands.
    lags
        For days: the frame in which they are counted, the name of a band (or none), and its days.
    sources
        For any answer: who said it, as far as some rule asks.
    """

    sets: dict[Sign, set[frozenset[str]]] = field(default_factory=lambda: defaultdict(set))
    limits: dict[Sign, set[int]] = field(default_factory=lambda: defaultdict(set))
    bands: dict[Sign, set[tuple[str, Span]]] = field(default_factory=lambda: defaultdict(set))
    lags: dict[Sign, set[tuple[str, str, Span]]] = field(default_factory=lambda: defaultdict(set))
    sources: dict[Sign, set[str]] = field(default_factory=lambda: defaultdict(set))

    def seen(self, item: Item, value: Any) -> Any:
        """What the rules see of a value: equal for values that they cannot tell apart."""
        sign = sign_of(item)
        if isinstance(item.type, Choice):
            return frozenset(each for each in self.sets[sign] if value in each)
        if isinstance(item.type, Number):
            return sum(limit <= value for limit in self.limits[sign])
        return value

    def tellers(self, sign: Sign) -> tuple[str, ...]:
        """Who may have said it, as far as rules tell that apart: those some rule asks about, and somebody else."""
        asked = self.sources.get(sign, ())
        return (*sorted(asked), *[each for each in SOURCES if each not in asked][:1]) if asked else ()


def sign_of(item: Item) -> Sign:
    """The sign that holds the answer to a question."""
    return Sign(item.about, item.field)  # type: ignore[arg-type]


_KEPT: dict[int, tuple[Mapping[str, Rule], Apart]] = {}


def apart_of(book: Rulebook) -> Apart:
    """What the active rules of a book tell apart; read off once for the same rules."""
    kept = _KEPT.get(id(book.rules))
    if kept is None or kept[0] is not book.rules:
        _KEPT.clear()
        kept = _KEPT[id(book.rules)] = (book.rules, _read_off(book))
    return kept[1]


def _read_off(book: Rulebook) -> Apart:
    apart = Apart()
    for rule in book.active:
        if any(each.stratum != "advice" for each in rule.conclusions):
            _note_rule(apart, rule, book)
    made = list(_made(book))
    for _ in range(_ROUNDS):
        for sign, by in made:
            _pass_on(apart, by, sign, book)
    for sign, by in made:
        if isinstance(by, c.Lag):
            _note_lag(apart, by, sign, book)
    # A stage is clear only where both want the end (formulation/staging.py).
    for name in ("patient_wants", "other_wants"):
        apart.sets[Sign("conflict", name)].add(frozenset({"end"}))
    return apart


def _note_rule(apart: Apart, rule: Rule, book: Rulebook) -> None:
    for condition in conditions_of(rule):
        for node in n.walk(condition):
            match node:
                case n.Among(sign, values):
                    apart.sets[sign].add(values)
                case n.Between(sign, least, most):
                    apart.limits[sign] |= {least, most + 1}
                case n.Has(sign, _, members):
                    apart.sets[sign] |= {frozenset((member,)) for member in members}
                case n.SaidBy(sign, source):
                    apart.sources[sign].add(source)
    for each in rule.conclusions:
        if isinstance(each, c.Entails | c.Presumes):
            found = book.vocabulary.find(rule.about, each.sign)
            if found is not None:
                _note_value(apart, found, each.value)
        elif isinstance(each, c.Spawns):
            for name, value in each.set:
                _note_value(apart, Sign(each.about, name), value)


def _note_value(apart: Apart, sign: Sign, value: object) -> None:
    if isinstance(value, frozenset):
        apart.sets[sign].add(value)
    elif isinstance(value, Span):
        apart.limits[sign] |= {value.least, value.most + 1}
    elif isinstance(value, tuple):
        apart.sets[sign] |= {frozenset((member,)) for member, _ in value}


def _made(book: Rulebook) -> Iterator[tuple[Sign, c.Primitive]]:
    for each in book.signs:
        for rule in each.makers:
            for made in rule.conclusions:
                if isinstance(made, c.Derives | c.Presumes) and made.by is not None:
                    yield each.sign, made.by


def _pass_on(apart: Apart, by: c.Primitive, made: Sign, book: Rulebook) -> None:
    """What is told apart of a sign is told apart of what it is made from."""
    handle: Callable[..., None] | None = _HANDLERS.get(type(by))
    if handle is not None:
        handle(apart, by, made, book)


def _same_as(apart: Apart, by: c.SameAs, made: Sign, book: Rulebook) -> None:
    _copy(apart, made, book.vocabulary.find(made.about, by.sign))


def _of_linked(apart: Apart, by: c.OfLinked, made: Sign, book: Rulebook) -> None:
    link = book.vocabulary.find(made.about, by.through)
    for about in getattr(book.vocabulary.type_of(link), "to", ()) if link is not None else ():
        _copy(apart, made, book.vocabulary.find(about, by.sign))


def _band(apart: Apart, by: c.Band, made: Sign, book: Rulebook) -> None:
    sign = book.vocabulary.find(made.about, by.of)
    if sign is not None:
        apart.limits[sign] |= {limit for _, least, most in by.bands for limit in (least, most + 1)}
        apart.bands[sign] |= {(name, Span(least, most)) for name, least, most in by.bands}


def _members(apart: Apart, by: c.Members, made: Sign, book: Rulebook) -> None:
    sign = book.vocabulary.find(made.about, by.of)
    if sign is not None:
        apart.sets[sign] |= {frozenset((member,)) for member in by.among}


def _score_band(apart: Apart, by: c.ScoreBand, made: Sign, book: Rulebook) -> None:
    number = book.vocabulary.find(made.about, by.score)
    choice = book.vocabulary.find(made.about, by.instrument)
    for name, bands in by.bands:
        if number is not None:
            apart.limits[number] |= {limit for _, least, most in bands for limit in (least, most + 1)}
        if choice is not None:
            apart.sets[choice].add(frozenset((name,)))


def _widened(apart: Apart, by: c.Widened, made: Sign, book: Rulebook) -> None:
    sign = book.vocabulary.find(made.about, by.certainty)
    if sign is not None:
        apart.sets[sign] |= {frozenset((name,)) for name, _ in by.days}


_HANDLERS: Mapping[type, Callable[..., None]] = {
    c.SameAs: _same_as,
    c.OfLinked: _of_linked,
    c.Band: _band,
    c.Members: _members,
    c.ScoreBand: _score_band,
    c.Widened: _widened,
}


def _copy(apart: Apart, made: Sign, source: Sign | None) -> None:
    if source is not None:
        apart.sets[source] |= apart.sets[made]
        apart.limits[source] |= apart.limits[made]
        apart.bands[source] |= apart.bands[made]


def _note_lag(apart: Apart, by: c.Lag, made: Sign, book: Rulebook) -> None:
    sign, frame = book.vocabulary.find(made.about, by.start), _FRAME_OF.get(by.end)
    if sign is None or frame is None or by.start in COUNTED_THROUGH:
        return
    cuts = sorted(limit for limit in apart.limits[made] if abs(limit) < INFINITE)
    named = {span: name for name, span in apart.bands[made]}
    for least, after in pairwise([-INFINITE, *cuts, INFINITE + 1]):
        span = Span(least, after - 1)
        name = next((name for band, name in named.items() if band.least <= least and span.most <= band.most), "")
        apart.lags[sign].add((frame, name, span))
