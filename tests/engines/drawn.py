"""Which intakes and rulebooks do the tests of engines look at?

Thin intakes come from Hypothesis, fuller ones from a number. Random rules have conditions of every kind over the whole
vocabulary of the shipped rulebook, and take the places of those of its rules that engines match.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from types import MappingProxyType
from typing import cast

from hypothesis import strategies as st

from ipt_formulate.engines.verdicts import MATCHED
from ipt_formulate.intake import ITEMS, Intake
from ipt_formulate.intake.answer import SOURCES
from ipt_formulate.intake.types import Choice, Day, Link, Multi, Number, Text, Tri
from ipt_formulate.logic.possible import INFINITE
from ipt_formulate.rulebook import Rule, Rulebook
from ipt_formulate.rulebook import conclusions as c
from ipt_formulate.rulebook import nodes as n
from ipt_formulate.rulebook.nodes import SITUATIONS, About, Condition, Sign
from ipt_formulate.rulebook.rule import Basis
from tests.properties.dense import dense_pair
from tests.strategies import intakes

GAPS = (0.0, 0.1, 0.4)
HIDDEN = (0.0, 0.2, 0.6)
COUNTED: tuple[About, ...] = (*SITUATIONS, "person")


@cache
def book(profile: str = "classic") -> Rulebook:
    """The shipped rulebook under a profile."""
    return Rulebook.load(profile=profile)


def full_intake(number: int) -> Intake:
    """An intake in which most is answered, always the same for a number."""
    return dense_pair(number, GAPS[number % 3], HIDDEN[number // 3 % 3])[0]


def any_intakes() -> st.SearchStrategy[Intake]:
    """Thin intakes and full ones alike."""
    return st.one_of(intakes(), st.integers(0, 100_000).map(full_intake))


@cache
def _signs(about: About) -> tuple[Sign, ...]:
    """Every sign that a rule about the kind can read, in an order that tells little of the vocabulary's."""
    vocabulary = book().vocabulary
    own = [Sign(about, name) for name in vocabulary.of(about)]
    case = [Sign("case", name) for name in vocabulary.of("case")] if about != "case" else []
    return tuple(sign for sign in (*own, *case) if not sign.name.startswith("result."))


@cache
def _links(about: About) -> tuple[Sign, ...]:
    return tuple(sign for sign in _signs(about) if isinstance(book().vocabulary.type_of(sign), Link))


@cache
def _leaves_of(sign: Sign) -> st.SearchStrategy[n.Leaf]:
    return st.one_of(_tests_of(sign))


def _tests_of(sign: Sign) -> list[st.SearchStrategy[n.Leaf]]:
    yes = st.booleans()
    found: list[st.SearchStrategy[n.Leaf]] = [st.builds(n.Answered, st.just(sign), yes)]
    if sign.name in ITEMS[sign.about]:
        found.append(st.builds(n.SaidBy, st.just(sign), st.sampled_from(SOURCES)))
    match book().vocabulary.type_of(sign):
        case Tri() | Text():
            return [st.builds(n.Says, st.just(sign), yes)] * 3 + found
        case Choice(members):
            some = st.frozensets(st.sampled_from(members), min_size=1)
            return [st.builds(n.Among, st.just(sign), some)] * 3 + found
        case Multi(members):
            listed = st.lists(st.sampled_from(members), min_size=1, max_size=9, unique=True).map(tuple)
            how = st.sampled_from(("any", "all", "none"))
            return [st.builds(n.Has, st.just(sign), how, listed)] * 3 + found
        case Number(least, most):
            limits = st.integers(least if least is not None else -40, most if most is not None else 700)
            low, high = st.one_of(limits, st.just(-INFINITE)), st.one_of(limits, st.just(INFINITE), st.just(10**12))
            pairs = st.tuples(low, high)
            return [pairs.map(lambda pair: n.Between(sign, min(pair), max(pair)))] * 3 + found
        case Link():
            return [st.builds(n.Names, st.just(sign), yes)] * 2 + found
        case Day():
            return found


def leaves(about: About) -> st.SearchStrategy[n.Leaf]:
    """Single tests of every kind over all signs of a kind of record and of the case."""
    return st.sampled_from(_signs(about)).flatmap(_leaves_of)


@cache
def conditions(about: About, quantified: int = 2) -> st.SearchStrategy[Condition]:
    """Conditions of every kind; `quantified`: how deep parts about other records may lie in each other."""
    ends: list[st.SearchStrategy[Condition]] = [leaves(about), leaves(about)]
    if quantified:
        ends.append(_quantified(about, quantified - 1))
    return st.recursive(st.one_of(ends), _joined, max_leaves=9)


def _joined(parts: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
    several = st.lists(parts, min_size=1, max_size=5).map(tuple)
    return st.one_of(
        st.builds(n.AllOf, several),
        st.builds(n.AnyOf, several),
        st.builds(n.Not, parts),
        st.builds(n.Block, st.just("block"), parts),
        st.builds(n.Exemption, st.just("another.rule"), parts),
    )


@cache
def _quantified(about: About, deeper: int) -> st.SearchStrategy[Condition]:
    kinds: list[st.SearchStrategy[Condition]] = [_counted(kind, deeper) for kind in COUNTED]
    if about in SITUATIONS:
        kinds += [_connected(kind, deeper) for kind in SITUATIONS]
    return st.one_of(*kinds, *(_linked(sign, kind, deeper) for sign in _links(about) for kind in _targets(sign)))


def _targets(sign: Sign) -> tuple[About, ...]:
    type_ = book().vocabulary.type_of(sign)
    return cast("tuple[About, ...]", type_.to) if isinstance(type_, Link) else ()


@cache
def _counted(about: About, deeper: int) -> st.SearchStrategy[Condition]:
    part = st.deferred(lambda: conditions(about, deeper))
    return st.builds(n.AtLeast, st.integers(0, 3), st.just(about), part, st.booleans())


@cache
def _connected(about: About, deeper: int) -> st.SearchStrategy[Condition]:
    return st.builds(n.Connected, st.just(about), st.deferred(lambda: conditions(about, deeper)))


@cache
def _linked(sign: Sign, about: About, deeper: int) -> st.SearchStrategy[Condition]:
    return st.builds(n.Linked, st.just(sign), st.just(about), st.deferred(lambda: conditions(about, deeper)))


@cache
def _conclusions(about: About) -> st.SearchStrategy[tuple[c.Conclusion, ...]]:
    supports: st.SearchStrategy[c.Conclusion] = st.just(c.Supports("grief", "moderate", "mourning"))
    until = st.one_of(st.none(), st.builds(n.Block, st.just("until"), conditions(about, 1)))
    bars: st.SearchStrategy[c.Conclusion] = st.builds(c.Bars, st.just("grief"), st.just("first"), until)
    yields = st.one_of(*map(_yields, SITUATIONS))
    return st.one_of(st.tuples(supports), st.tuples(bars), st.tuples(yields), st.tuples(supports, yields))


@cache
def _yields(of: About) -> st.SearchStrategy[c.Conclusion]:
    where = st.one_of(st.none(), st.builds(n.Block, st.just("where"), conditions(of, 0)))
    return st.builds(c.Yields, st.just("grief"), st.just("role_transition"), st.just(of), where)


@st.composite
def rules(draw: st.DrawFn, most: int = 8) -> tuple[Rule, ...]:
    """Random rules that engines match."""
    found = []
    for number in range(draw(st.integers(1, most))):
        about = draw(st.sampled_from(SITUATIONS))
        found.append(made(f"random.rule-{number}", about, draw(conditions(about)), draw(_conclusions(about))))
    return tuple(found)


def made(rule_id: str, about: About, when: Condition, conclusions: tuple[c.Conclusion, ...] | None = None) -> Rule:
    """A rule that says this, without all that does not matter to engines."""
    return Rule(
        id=rule_id,
        title="Made for a test",
        about=about,
        blocks=(),
        own=when,
        when=when,
        conclusions=conclusions or (c.Supports("grief", "moderate", "mourning"),),
        because="it is a test",
        basis=Basis("OI", ()),
    )


def with_matched(*rules: Rule) -> Rulebook:
    """The shipped rulebook with these rules instead of those that engines match."""
    return replace(book(), rules=MappingProxyType({**_unmatched(), **{rule.id: rule for rule in rules}}))


@cache
def _unmatched() -> dict[str, Rule]:
    every = book().rules.values()
    return {rule.id: rule for rule in every if not any(isinstance(each, MATCHED) for each in rule.conclusions)}
