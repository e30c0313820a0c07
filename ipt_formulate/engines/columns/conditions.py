"""What is a condition over a table?

A column of 0, 1 and 2: *and* is the lowest, *or* the highest, *not* is 2 minus it. Narwhals expressions, so that the
same condition runs on Polars, DuckDB and PyArrow. Quantified parts are joined in between strata; here each
stands as a column that was made before (`quantified`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

import narwhals.stable.v2 as nw

from ipt_formulate.engines.columns.encoding import (
    CASE,
    NO_FRAME,
    SOURCES,
    frame,
    least,
    member,
    most,
    plain,
    presumed,
    source,
)
from ipt_formulate.engines.columns.frames import either, total
from ipt_formulate.intake.types import Choice, Day, Link, Multi, Number, Text, Tri
from ipt_formulate.logic.truth import NO, UNKNOWN, YES
from ipt_formulate.rulebook import nodes as n
from ipt_formulate.rulebook.nodes import About, Condition, Sign
from ipt_formulate.rulebook.switched import by_settings
from ipt_formulate.rulebook.vocabulary import Vocabulary

Expr: TypeAlias = nw.Expr


def constant(truth: int) -> Expr:
    """A truth that is the same in every row."""
    return nw.lit(truth, dtype=nw.Int8)


def three_valued(yes: Expr, no: Expr) -> Expr:
    """2 where `yes` holds, 0 where `no` does, else 1. The two never hold at once."""
    return nw.when(yes).then(constant(YES)).otherwise(nw.when(no).then(constant(NO)).otherwise(constant(UNKNOWN)))


def all_of(parts: Iterable[Expr]) -> Expr:
    """The lowest of the parts; yes when there are none."""
    found = list(parts)
    return constant(YES) if not found else found[0] if len(found) == 1 else nw.min_horizontal(*found)


def any_of(parts: Iterable[Expr]) -> Expr:
    """The highest of the parts; no when there are none."""
    found = list(parts)
    return constant(NO) if not found else found[0] if len(found) == 1 else nw.max_horizontal(*found)


def negation(part: Expr) -> Expr:
    """2 minus the part."""
    return (constant(YES) - part).cast(nw.Int8)


def among(sign: str, members: Iterable[str], wanted: frozenset[str]) -> Expr:
    """Is a choice one of `wanted`? Yes if nothing else is possible, no if none of them is."""
    inside = [nw.col(member(sign, each)) for each in members if each in wanted]
    outside = [nw.col(member(sign, each)) for each in members if each not in wanted]
    return three_valued(any_of(outside) == 0, any_of(inside) == 0)


def between(lower: Expr, upper: Expr, low: int, high: int) -> Expr:
    """Does a span lie between the limits?"""
    return three_valued((lower >= low) & (upper <= high), (upper < low) | (lower > high))


class Conditions:
    """Turns conditions into expressions over the table of one kind of record."""

    def __init__(
        self,
        about: About,
        vocabulary: Vocabulary,
        quantified: Mapping[Condition, str] | None = None,
        *,
        touched: frozenset[Sign] = frozenset(),
        settings: Mapping[str, str | tuple[str, ...]] | None = None,
    ) -> None:
        """`touched`: signs that are read as the presumed pass has them. `settings`: known switches are constants."""
        self.about = about
        self.vocabulary = vocabulary
        self.quantified = quantified or {}
        self.touched = touched
        self.settings = settings

    def truth(self, node: Condition) -> Expr:
        """The truth of a condition for every row."""
        if node in self.quantified:
            return nw.col(self.quantified[node])
        if self.settings is not None and (told := by_settings(node, self.settings)) != UNKNOWN:
            return constant(told)
        return self._MEANING[type(node)](self, node)

    def name(self, sign: Sign) -> str:
        """The sign as the table of the record calls it."""
        name = plain((CASE if sign.about == "case" != self.about else "") + sign.name)
        return presumed(name) if sign in self.touched else name

    def _says(self, node: n.Says) -> Expr:
        told = nw.col(self.name(node.sign))
        return told if node.yes else negation(told)

    def _among(self, node: n.Among) -> Expr:
        type_ = self.vocabulary.type_of(node.sign)
        assert isinstance(type_, Choice)
        return among(self.name(node.sign), type_.members, node.values)

    def _between(self, node: n.Between) -> Expr:
        name = self.name(node.sign)
        return between(nw.col(least(name)), nw.col(most(name)), node.least, node.most)

    def _has(self, node: n.Has) -> Expr:
        members = [nw.col(member(self.name(node.sign), each)) for each in node.members]
        if node.how == "all":
            return all_of(members)
        return any_of(members) if node.how == "any" else negation(any_of(members))

    def _names(self, node: n.Names) -> Expr:
        told = nw.col(self.name(node.sign))
        return told if node.someone else negation(told)

    def _said_by(self, node: n.SaidBy) -> Expr:
        who = nw.col(source((CASE if node.sign.about == "case" != self.about else "") + node.sign.name))
        return three_valued(who == SOURCES[node.source], (who != SOURCES[node.source]) & (who != 0))

    def _answered(self, node: n.Answered) -> Expr:
        name, type_ = self.name(node.sign), self.vocabulary.type_of(node.sign)
        match type_:
            case Tri() | Text() | Link():
                known = nw.col(name) != UNKNOWN
            case Choice(members=members):
                known = total(nw.col(member(name, each)) for each in members) == 1
            case Multi(members=members):
                known = either(nw.col(member(name, each)) != UNKNOWN for each in members)
            case Number():
                known = nw.col(least(name)) == nw.col(most(name))
            case Day():
                known = nw.col(frame(name)) != NO_FRAME
        return nw.when(known).then(constant(YES if node.yes else NO)).otherwise(constant(NO if node.yes else YES))

    def _all(self, node: n.AllOf) -> Expr:
        return all_of(self.truth(part) for part in node.parts)

    def _any(self, node: n.AnyOf) -> Expr:
        return any_of(self.truth(part) for part in node.parts)

    def _not(self, node: n.Not) -> Expr:
        return negation(self.truth(node.part))

    def _inner(self, node: n.Block | n.Exemption) -> Expr:
        return self.truth(node.part)

    _MEANING: Mapping[type, Callable[[Conditions, Any], Expr]] = {
        n.Says: _says,
        n.Among: _among,
        n.Between: _between,
        n.Has: _has,
        n.Names: _names,
        n.SaidBy: _said_by,
        n.Answered: _answered,
        n.AllOf: _all,
        n.AnyOf: _any,
        n.Not: _not,
        n.Block: _inner,
        n.Exemption: _inner,
    }
