"""How is a rule said to an engine that knows yes and no only?

As a test on one flat row: comparisons of a column with a constant, joined by *every* and *some*. There are two ways.
*Plain* is what somebody writes who takes the answers as they are: a missing answer is missing, and *not* is the plain
opposite. *Rails* says each rule twice, once for "it is so" and once for "it may be so", over columns of small whole
numbers in which unknown is a value of its own. Both are made from the nodes of our own rules; no rule is written here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from ipt_formulate.engines.columns.encoding import CASE, SOURCES, least, member, most, source
from ipt_formulate.engines.verdicts import matched_rules
from ipt_formulate.intake.types import Choice
from ipt_formulate.logic.possible import INFINITE
from ipt_formulate.logic.truth import NO, UNKNOWN, YES, Truth
from ipt_formulate.rulebook import Rule, Rulebook
from ipt_formulate.rulebook import nodes as n
from ipt_formulate.rulebook.nodes import About
from ipt_formulate.rulebook.vocabulary import Vocabulary

Way: TypeAlias = Literal["plain", "rails"]
Operator: TypeAlias = Literal["==", "!=", "<", "<=", ">", ">=", "in", "not in", "known", "missing"]
Constant: TypeAlias = int | str | tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Compare:
    """A column compares so with a constant. `in` and `not in` have several, `known` and `missing` none."""

    column: str
    operator: Operator
    value: Constant = None


@dataclass(frozen=True, slots=True)
class Every:
    """All parts hold; without parts, always."""

    parts: tuple[Test, ...]


@dataclass(frozen=True, slots=True)
class Some:
    """At least one part holds; without parts, never."""

    parts: tuple[Test, ...]


Test: TypeAlias = Compare | Every | Some


@dataclass(frozen=True, slots=True)
class Said:
    """One rule of a peer: it is about rows of one kind, and fires or does not."""

    name: str
    about: About
    test: Test


def sayable(book: Rulebook) -> tuple[Rule, ...]:
    """The matched rules that look at one record and the case it belongs to. The others count or follow links."""
    return tuple(
        rule
        for rule in matched_rules(book)
        if rule.when is not None and not any(isinstance(each, n.QUANTIFIED) for each in n.walk(rule.when))
    )


def said(rules: Iterable[Rule], vocabulary: Vocabulary, way: Way) -> tuple[Said, ...]:
    """The rules for a peer. On rails each is there twice; one that never or always holds is left to the peer too."""
    found = []
    for rule in rules:
        assert rule.when is not None
        if way == "plain":
            found.append(Said(rule.id, rule.about, plain(rule.when)))
        else:
            rails = Rails(vocabulary)
            found += [Said(f"{rule.id}|{rail}", rule.about, rails.of(rule.when, rail)) for rail in ("yes", "may")]
    return tuple(found)


def verdict(fired: set[tuple[str, int]], rule: str, row: int, way: Way) -> Truth:
    """What a peer said of a row. Plain rules have no third answer: what did not fire is a no."""
    if way == "plain":
        return YES if (rule, row) in fired else NO
    if (f"{rule}|yes", row) in fired:
        return YES
    return UNKNOWN if (f"{rule}|may", row) in fired else NO


# -- plain --------------------------------------------------------------------------------------------------------


def plain(node: n.Condition, *, so: bool = True) -> Test:
    """The condition, or with `so=False` its opposite, over answers that may be missing."""
    match node:
        case n.AllOf(parts) | n.AnyOf(parts):
            told = [plain(part, so=so) for part in parts]
            return every(told) if isinstance(node, n.AllOf) == so else some(told)
        case n.Not(part):
            return plain(part, so=not so)
        case n.Block(_, part) | n.Exemption(_, part):
            return plain(part, so=so)
        case n.Says(sign, yes) | n.Names(sign, yes):
            return Compare(column_of(sign), "==" if so else "!=", "yes" if yes else "no")
        case n.Among(sign, values):
            if len(values) == 1:
                return Compare(column_of(sign), "==" if so else "!=", next(iter(values)))
            return Compare(column_of(sign), "in" if so else "not in", tuple(sorted(values)))
        case n.Has(sign, how, members):
            told = [Compare(column_of(sign, one), "==" if so != (how == "none") else "!=", "yes") for one in members]
            return every(told) if (how == "any") != so else some(told)
        case n.SaidBy(sign, who):
            return Compare(safe(source(_prefixed(sign))), "==" if so else "!=", who)
        case n.Between(sign, lowest, highest):
            return _within(column_of(sign), lowest, highest, so=so)
        case _:
            raise TypeError(f"{type(node).__name__} looks beyond one record")


def _within(column: str, lowest: int, highest: int, *, so: bool) -> Test:
    limits = _limits(column, column, lowest, highest, inside=so)
    if so:
        return every([Compare(column, "known"), *limits])
    return some([Compare(column, "missing"), *limits])


# -- rails --------------------------------------------------------------------------------------------------------

Rail: TypeAlias = Literal["yes", "no", "may", "maynot"]
_SWAPPED: Mapping[Rail, Rail] = {"yes": "no", "no": "yes", "may": "maynot", "maynot": "may"}
_TRUTHS: Mapping[Rail, tuple[Operator, int]] = {
    "yes": ("==", YES),
    "no": ("==", NO),
    "may": (">=", UNKNOWN),
    "maynot": ("<=", UNKNOWN),
}


class Rails:
    """Writes a condition as a test for one of: it is so, it is not so, it may be so, it may not be so."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary

    def of(self, node: n.Condition, rail: Rail) -> Test:
        """The test; `not` swaps yes with no and may with maynot."""
        together = rail in ("yes", "may")
        match node:
            case n.AllOf(parts) | n.AnyOf(parts):
                told = [self.of(part, rail) for part in parts]
                return every(told) if isinstance(node, n.AllOf) == together else some(told)
            case n.Not(part):
                return self.of(part, _SWAPPED[rail])
            case n.Block(_, part) | n.Exemption(_, part):
                return self.of(part, rail)
            case n.Says(sign, yes) | n.Names(sign, yes):
                return Compare(column_of(sign), *_TRUTHS[rail if yes else _SWAPPED[rail]])
            case n.Has(sign, "none", members):
                return self.of(n.Has(sign, "any", members), _SWAPPED[rail])
            case n.Has(sign, how, members):
                told = [Compare(column_of(sign, one), *_TRUTHS[rail]) for one in members]
                return every(told) if (how == "all") == together else some(told)
            case n.Among(sign, values):
                return self._among(sign, values, rail)
            case n.SaidBy(sign, who):
                return _said_by(safe(source(_prefixed(sign))), SOURCES[who], rail)
            case n.Between(sign, lowest, highest):
                low, high = safe(least(_prefixed(sign))), safe(most(_prefixed(sign)))
                if rail in ("yes", "may"):
                    ends = (low, high) if rail == "yes" else (high, low)
                    return every(_limits(*ends, lowest, highest, inside=True))
                ends = (high, low) if rail == "no" else (low, high)
                return some(_limits(*ends, lowest, highest, inside=False))
            case _:
                raise TypeError(f"{type(node).__name__} looks beyond one record")

    def _among(self, sign: n.Sign, values: frozenset[str], rail: Rail) -> Test:
        type_ = self._vocabulary.type_of(sign)
        assert isinstance(type_, Choice)
        inside = rail in ("may", "no")
        looked_at = [column_of(sign, one) for one in type_.members if (one in values) == inside]
        if rail in ("yes", "no"):
            return every([Compare(column, "==", 0) for column in looked_at])
        return some([Compare(column, "==", 1) for column in looked_at])


def _said_by(column: str, code: int, rail: Rail) -> Test:
    wanted = {
        "yes": [code],
        "may": [0, code],
        "no": [other for other in SOURCES.values() if other != code],
        "maynot": [0, *(other for other in SOURCES.values() if other != code)],
    }[rail]
    return some([Compare(column, "==", each) for each in wanted])


def _limits(low: str, high: str, lowest: int, highest: int, *, inside: bool) -> list[Test]:
    """The column `low` against the lower limit and `high` against the upper, as far as there are limits."""
    found: list[Test] = []
    if lowest > -INFINITE:
        found.append(Compare(low, ">=" if inside else "<", lowest))
    if highest < INFINITE:
        found.append(Compare(high, "<=" if inside else ">", highest))
    return found


# -- both ---------------------------------------------------------------------------------------------------------


def every(parts: Iterable[Test]) -> Test:
    """The parts joined, groups of the same kind opened."""
    kept = _opened(parts, Every)
    if Some(()) in kept:
        return Some(())
    return kept[0] if len(kept) == 1 else Every(kept)


def some(parts: Iterable[Test]) -> Test:
    """One of the parts, groups of the same kind opened."""
    kept = _opened(parts, Some)
    if Every(()) in kept:
        return Every(())
    return kept[0] if len(kept) == 1 else Some(kept)


def _opened(parts: Iterable[Test], group: type[Every] | type[Some]) -> tuple[Test, ...]:
    kept: dict[Test, None] = {}
    for part in parts:
        kept.update(dict.fromkeys(part.parts if isinstance(part, group) else (part,)))
    return tuple(kept)


def conjuncts(test: Test) -> tuple[Test, ...]:
    """Its parts if all of them must hold; else the test itself."""
    return test.parts if isinstance(test, Every) else (test,)


def comparisons(test: Test) -> Iterator[Compare]:
    """Every comparison in it."""
    if isinstance(test, Compare):
        yield test
    else:
        for part in test.parts:
            yield from comparisons(part)


def columns_read(rules: Iterable[Said]) -> tuple[str, ...]:
    """Every column that the rules read, each once."""
    return tuple(dict.fromkeys(each.column for rule in rules for each in comparisons(rule.test)))


def column_of(sign: n.Sign, one: str | None = None) -> str:
    """The column of a sign, or of one member of it."""
    return safe(_prefixed(sign) if one is None else member(_prefixed(sign), one))


def _prefixed(sign: n.Sign) -> str:
    return CASE + sign.name if sign.about == "case" else sign.name


_WORDS = {"<": " least", ">": " most", "@": " source", "=": " is "}


def safe(column: str) -> str:
    """A column of ours under a name that every peer takes: letters, digits and single low lines."""
    for mark, told in _WORDS.items():
        column = column.replace(mark, told)
    return re.sub(r"[^A-Za-z0-9]+", "_", f"v {column}")
