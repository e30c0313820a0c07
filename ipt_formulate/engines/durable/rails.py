"""When is a condition surely so, and when may it be so, as tests on properties?

Each condition has four rails, all of them positive: *yes*, *no*, *may* (not known to be no) and *maynot* (not known to
be yes). `not` swaps yes with no and may with maynot; nothing is ever concluded from what is absent.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, TypeAlias

from ipt_formulate.engines.durable.formula import Compare, Formula, Operator, every, some
from ipt_formulate.engines.durable.names import Names
from ipt_formulate.engines.durable.readings import (
    OPEN,
    KnownOf,
    LeastOf,
    MemberOf,
    MostOf,
    NamesSomeone,
    PartFound,
    PartlyAmong,
    Reading,
    SourceOf,
    TruthOf,
    WordOf,
    in_range,
)
from ipt_formulate.intake.answer import SOURCES
from ipt_formulate.intake.types import Choice
from ipt_formulate.logic.possible import INFINITE, is_among
from ipt_formulate.logic.truth import NO, UNKNOWN, YES, Truth
from ipt_formulate.rulebook import nodes as n
from ipt_formulate.rulebook.nodes import Condition
from ipt_formulate.rulebook.vocabulary import Vocabulary

Rail: TypeAlias = Literal["yes", "no", "may", "maynot"]

_SWAPPED: Mapping[Rail, Rail] = {"yes": "no", "no": "yes", "may": "maynot", "maynot": "may"}
_OTHERWISE: Mapping[Rail, Rail] = {"yes": "maynot", "maynot": "yes", "may": "no", "no": "may"}
_TRUTHS: Mapping[Rail, tuple[Operator, Truth]] = {
    "yes": ("==", YES),
    "no": ("==", NO),
    "may": (">", NO),
    "maynot": ("<", YES),
}
_ON_RAIL: Mapping[Rail, frozenset[Truth]] = {
    "yes": frozenset((YES,)),
    "no": frozenset((NO,)),
    "may": frozenset((YES, UNKNOWN)),
    "maynot": frozenset((NO, UNKNOWN)),
}


class Rails:
    """Writes conditions as formulas and remembers which property holds what."""

    def __init__(self, vocabulary: Vocabulary, names: Names) -> None:
        self._vocabulary = vocabulary
        self._names = names
        self._properties: dict[Reading, str] = {}
        self.readings: dict[str, Reading] = {}

    def of(self, node: Condition, rail: Rail, found: Mapping[Condition, int], *, once: bool = False) -> Formula:
        """The rail of a condition.

        Parameters
        ----------
        found
            The conditions in it that earlier strata decide, with their part.
        once
            Write every *or* so that only its first true part holds: longer, but it fires only once.
        """
        if node in found:
            return self._truth(PartFound(found[node]), rail)
        match node:
            case n.AllOf(parts) | n.AnyOf(parts):
                if isinstance(node, n.AllOf) == (rail in ("yes", "may")):
                    return every([self.of(part, rail, found, once=once) for part in parts])
                if not once:
                    return some([self.of(part, rail, found) for part in parts])
                # The largest last: it alone is not repeated, and nested groups stay below the square of their size.
                parts = tuple(sorted(parts, key=lambda part: sum(1 for _ in n.walk(part))))
                otherwise = [self.of(part, _OTHERWISE[rail], found, once=True) for part in parts]
                return _first([self.of(part, rail, found, once=True) for part in parts], otherwise)
            case n.Not(part):
                return self.of(part, _SWAPPED[rail], found, once=once)
            case n.Block(_, part) | n.Exemption(_, part):
                return self.of(part, rail, found, once=once)
            case n.AtLeast() | n.Linked() | n.Connected():
                raise AssertionError("quantified parts are decided in an earlier stratum")
            case _:
                return self._leaf(node, rail, once)

    def _leaf(self, node: n.Leaf, rail: Rail, once: bool) -> Formula:
        match node:
            case n.Says(sign, yes):
                return self._truth(TruthOf(sign), rail if yes else _SWAPPED[rail])
            case n.Names(sign, someone):
                return self._truth(NamesSomeone(sign), rail if someone else _SWAPPED[rail])
            case n.Answered(sign, yes):
                return self._truth(KnownOf(sign), rail if yes else _SWAPPED[rail])
            case n.Has(how="none"):
                return self._members(node, _SWAPPED[rail], once, together=False)
            case n.Has(how=how):
                return self._members(node, rail, once, together=how == "all")
            case n.Among():
                return self._among(node, rail)
            case n.Between():
                return self._between(node, rail)
            case n.SaidBy():
                return self._said_by(node, rail)

    def _truth(self, reading: Reading, rail: Rail) -> Formula:
        operator, value = _TRUTHS[rail]
        return Compare(self._property(reading), operator, value)

    def _members(self, node: n.Has, rail: Rail, once: bool, *, together: bool) -> Formula:
        members = [self._truth(MemberOf(node.sign, member), rail) for member in node.members]
        if together == (rail in ("yes", "may")):
            return every(members)
        otherwise = [self._truth(MemberOf(node.sign, member), _OTHERWISE[rail]) for member in node.members]
        return _first(members, otherwise) if once else some(members)

    def _among(self, node: n.Among, rail: Rail) -> Formula:
        type_ = self._vocabulary.type_of(node.sign)
        assert isinstance(type_, Choice)
        truths = {place: YES if word in node.values else NO for place, word in enumerate(type_.members)}
        if len(type_.members) > 1:
            truths[OPEN] = is_among(frozenset(type_.members), node.values)
        word = self._property(WordOf(node.sign, type_.members))
        partly = self._truth(PartlyAmong(node.sign, type_.members, node.values), rail)
        return some([*_one_of(word, truths, rail), partly], exclusive=True)

    def _said_by(self, node: n.SaidBy, rail: Rail) -> Formula:
        truths = {place: YES if source == node.source else NO for place, source in enumerate(SOURCES)}
        return some(_one_of(self._property(SourceOf(node.sign)), truths | {OPEN: UNKNOWN}, rail), exclusive=True)

    def _between(self, node: n.Between, rail: Rail) -> Formula:
        least, most = self._property(LeastOf(node.sign)), self._property(MostOf(node.sign))
        low, high = node.least > -INFINITE, node.most < INFINITE
        match rail:
            case "yes":
                inside = [*_if(low, least, ">=", node.least), *_if(high, most, "<=", node.most)]
                return every(inside)
            case "may":
                overlapping = [*_if(low, most, ">=", node.least), *_if(high, least, "<=", node.most)]
                return every(overlapping)
            case "no":
                outside = [*_if(low, most, "<", node.least), *_if(high, least, ">", node.most)]
                return some(outside, exclusive=node.least <= node.most)
            case "maynot":
                below, above = _if(low, least, "<", node.least), _if(high, most, ">", node.most)
                not_below = _if(low, least, ">=", node.least)
                return some([*below, *(every([*not_below, each]) for each in above)], exclusive=True)

    def _property(self, reading: Reading) -> str:
        if reading not in self._properties:
            name = self._properties[reading] = self._names.new("p")
            self.readings[name] = reading
        return self._properties[reading]


def _one_of(word: str, truths: Mapping[int, Truth], rail: Rail) -> Iterator[Formula]:
    """The word is one of those whose truth is on the rail: said in the shorter way, which never holds twice."""
    on = [place for place, truth in truths.items() if truth in _ON_RAIL[rail]]
    off = [place for place in truths if place not in on]
    if len(on) <= len(off):
        yield from (Compare(word, "==", place) for place in on)
    elif off:
        yield every(Compare(word, "!=", place) for place in off)
    else:
        yield Compare(word, ">=", OPEN)


def _first(parts: Sequence[Formula], otherwise: Sequence[Formula]) -> Formula:
    """One of the parts, and none before it."""
    return some([every([*otherwise[:place], part]) for place, part in enumerate(parts)], exclusive=True)


def _if(limited: bool, property_: str, operator: Operator, value: int) -> list[Formula]:
    return [Compare(property_, operator, in_range(value))] if limited else []
