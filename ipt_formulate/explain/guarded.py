"""What may a value be, depending on answers that are missing?

A value whose every case is guarded by a formula over those answers, and truths as two formulae: told yes, told no.
What a guarded value becomes is worked out with the plain functions of the engines, once for each of its cases; nothing
is defined here a second time. Needs z3. Knows no rule and no question.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from itertools import product
from math import prod
from typing import Any, NamedTuple, TypeAlias

import z3

from ipt_formulate.logic.truth import NO, UNKNOWN, YES, Truth

Formula: TypeAlias = Any
"""A formula of z3, or plain True or False."""
Guarded: TypeAlias = tuple[tuple[Formula, Hashable], ...]
"""Cases of a value, each with its guard: one and only one guard holds."""
WIDEST = 4096
"""So many combinations of cases are worked out; beyond that nothing is said."""


class TooWide(Exception):
    """A value with too many cases to work out, or one that is not followed; whoever asked has to leave it open."""


class Rails(NamedTuple):
    """A truth: the formulae under which it is yes, and under which it is no; never both."""

    yes: Formula
    no: Formula

    @property
    def perhaps(self) -> Formula:
        """It is not no."""
        return negated(self.no)

    @property
    def guarded(self) -> Guarded:
        """As a guarded value."""
        return cases((self.yes, YES), (self.no, NO), (both(negated(self.yes), negated(self.no)), UNKNOWN))


KNOWN: dict[Truth, Rails] = {YES: Rails(True, False), NO: Rails(False, True), UNKNOWN: Rails(False, False)}


def both(*parts: Formula) -> Formula:
    """Every part holds."""
    left = [each for each in dict.fromkeys(parts) if each is not True]
    if any(each is False for each in left):
        return False
    return True if not left else left[0] if len(left) == 1 else z3.And(left)


def either(*parts: Formula) -> Formula:
    """Some part holds."""
    left = [each for each in dict.fromkeys(parts) if each is not False]
    if any(each is True for each in left):
        return True
    return False if not left else left[0] if len(left) == 1 else z3.Or(left)


def negated(part: Formula) -> Formula:
    """The part does not hold."""
    return (not part) if isinstance(part, bool) else z3.Not(part)


def chosen(test: Formula, then: Formula, other: Formula) -> Formula:
    """The one or the other formula."""
    if isinstance(test, bool):
        return then if test else other
    if then is other:
        return then
    return either(both(test, then), both(negated(test), other))


def same(one: Formula, other: Formula) -> Formula:
    """Both hold, or neither."""
    if isinstance(one, bool):
        return other if one else negated(other)
    if isinstance(other, bool):
        return one if other else negated(one)
    return True if one.eq(other) else one == other


# -- truths -------------------------------------------------------------------------------------------------------


def all_of(parts: Iterable[Rails]) -> Rails:
    """Strong Kleene *and*."""
    told = list(parts)
    return Rails(both(*(each.yes for each in told)), either(*(each.no for each in told)))


def any_of(parts: Iterable[Rails]) -> Rails:
    """Strong Kleene *or*."""
    told = list(parts)
    return Rails(either(*(each.yes for each in told)), both(*(each.no for each in told)))


def at_least(count: int, parts: Sequence[Rails], complete: Formula) -> Rails:
    """`count` or more hold; never no while the list is not complete."""
    if count == 1:
        some = any_of(parts)
        return Rails(some.yes, both(some.no, complete))
    return Rails(_count(count, [each.yes for each in parts]), both(complete, negated(_count(count, _open(parts)))))


def _open(parts: Sequence[Rails]) -> list[Formula]:
    return [each.perhaps for each in parts]


def _count(count: int, parts: Sequence[Formula]) -> Formula:
    sure = sum(each is True for each in parts)
    left = [each for each in parts if not isinstance(each, bool)]
    if sure >= count:
        return True
    return z3.AtLeast(*left, count - sure) if sure + len(left) >= count else False


# -- values -------------------------------------------------------------------------------------------------------


def only(value: Hashable) -> Guarded:
    """A value that is known."""
    return ((True, value),)


def cases(*told: tuple[Formula, Hashable]) -> Guarded:
    """The cases that can be, equal values together."""
    found: dict[Hashable, list[Formula]] = {}
    for guard, value in told:
        if guard is not False:
            found.setdefault(value, []).append(guard)
    return (
        only(next(iter(found))) if len(found) == 1 else tuple((either(*each), value) for value, each in found.items())
    )


def where(value: Guarded, test: Callable[[Any], bool]) -> Formula:
    """The formula under which a value passes a test."""
    passed = [guard for guard, each in value if test(each)]
    return True if len(passed) == len(value) else either(*passed)


def lifted(work: Callable[..., Hashable], *values: Guarded) -> Guarded:
    """What a function gives for guarded values, worked out case by case."""
    if all(len(each) == 1 for each in values):
        return only(work(*(each[0][1] for each in values)))
    if prod(len(each) for each in values) > WIDEST:
        raise TooWide
    table = [work(*chosen_) for chosen_ in product(*([value for _, value in each] for each in values))]
    kept: dict[tuple[int, tuple[Hashable, ...]], dict[Hashable, Formula]] = {}

    def told(depth: int, part: list[Hashable]) -> dict[Hashable, Formula]:
        """The results of a part of the table; parts that are equal share their formulae."""
        key = (depth, tuple(part))
        if key not in kept:
            if len(set(part)) == 1:
                kept[key] = {part[0]: True}
            else:
                size = len(part) // len(values[depth])
                found: dict[Hashable, list[Formula]] = {}
                for number, (guard, _) in enumerate(values[depth]):
                    for value, inner in told(depth + 1, part[number * size : (number + 1) * size]).items():
                        found.setdefault(value, []).append(both(guard, inner))
                kept[key] = {value: either(*each) for value, each in found.items()}
        return kept[key]

    return tuple((guard, value) for value, guard in told(0, table).items())


def rails_of(value: Guarded) -> Rails:
    """A guarded truth as its two formulae."""
    return Rails(where(value, lambda told: told == YES), where(value, lambda told: told == NO))


def first_of(tests: Sequence[tuple[Formula, Hashable]], otherwise: Hashable) -> Guarded:
    """The value of the first test that holds; any assignment of the tests is a proper one."""
    found: list[tuple[Formula, Hashable]] = []
    before: Formula = True
    for test, value in tests:
        found.append((both(before, test), value))
        before = both(before, negated(test))
    return cases(*found, (before, otherwise))
