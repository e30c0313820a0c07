"""What has to be decided before what?

Every rule, every `until` and `where`, and every part behind a quantifier is one *judgement*: a condition about one kind
of record. A judgement that reads a quantified part waits for the stratum after that part's own condition. A condition
that does not fit into one pattern is cut: parts of it become judgements of their own, decided a stratum earlier. Only
a single test that does not fit is refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from ipt_formulate.engines.choosing import EngineUnavailable
from ipt_formulate.engines.durable.formula import NEVER, Formula, comparisons, ways
from ipt_formulate.engines.durable.names import Names
from ipt_formulate.engines.durable.network import Network
from ipt_formulate.engines.durable.patterns import pattern
from ipt_formulate.engines.durable.rails import Rails
from ipt_formulate.engines.durable.subset import HOUSEKEEPING, MOST_SLOTS, slots
from ipt_formulate.engines.verdicts import matched_rules
from ipt_formulate.rulebook import Rule, Rulebook
from ipt_formulate.rulebook import conclusions as c
from ipt_formulate.rulebook import nodes as n
from ipt_formulate.rulebook.nodes import About, Condition

MOST_WAYS = 6
"""The native engine fires once for each way in which a pattern holds; beyond this a stratum more costs less."""
MOST_COMPARISONS = 120
MOST_REPEATED = 60
"""A condition of more nodes than this is not even tried so that it fires only once."""

_Group: TypeAlias = n.AllOf | n.AnyOf


class RuleTooLarge(EngineUnavailable):
    """A single test of a rule does not fit into the native engine; names the rule and says what to do."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """A condition about one kind of record: the rails that decide it, and the stratum in which they can."""

    about: About
    stratum: int
    yes: Formula
    may: Formula


@dataclass(frozen=True, slots=True)
class Part:
    """A part of conditions about `about`, known from `stratum` on, once the judgement `body` is made."""

    about: About
    node: Condition
    body: int
    stratum: int


class Plan:
    """Everything that is decided for a rulebook. Judgements and parts are known by their places in the lists."""

    def __init__(self, book: Rulebook) -> None:
        self.names = Names()
        self.judgements: list[Judgement] = []
        self.parts: list[Part] = []
        self._rails = Rails(book.vocabulary, self.names)
        self.readings = self._rails.readings
        self._judged: dict[tuple[About, Condition], int] = {}
        self._known: dict[tuple[About, Condition], int] = {}
        self.rules = matched_rules(book)
        for rule in self.rules:
            for about, condition in conditions_of(rule):
                self._judge(about, condition, rule)

    def judgement_of(self, about: About, condition: Condition) -> int:
        """The place of the judgement of a condition of a matched rule. Slow: it walks the condition."""
        return self._judged[about, condition]

    def _judge(self, about: About, condition: Condition, rule: Rule) -> int:
        if (about, condition) not in self._judged:
            found: dict[Condition, int] = {
                node: self._part(about, node, self._judge(node.about, node.part, rule)) for node in outermost(condition)
            }
            judgement = self._fitted(about, condition, found, rule)
            self._judged[about, condition] = len(self.judgements)
            self.judgements.append(judgement)
        return self._judged[about, condition]

    def _part(self, about: About, node: Condition, body: int) -> int:
        if (about, node) not in self._known:
            self._known[about, node] = len(self.parts)
            self.parts.append(Part(about, node, body, self.judgements[body].stratum + 1))
        return self._known[about, node]

    def _fitted(self, about: About, condition: Condition, quantified: dict[Condition, int], rule: Rule) -> Judgement:
        """The judgement of a condition, cut until it fits."""
        found = dict(quantified)
        for cut in (None, *_cuts(condition)):
            if cut is not None:
                found[cut] = self._part(about, cut, self._judge(about, cut, rule))
            for once in (True, False) if sum(1 for _ in n.walk(condition)) <= MOST_REPEATED else (False,):
                yes = self._rails.of(condition, "yes", found, once=once)
                may = self._rails.of(condition, "may", found, once=once)
                if _fit(yes, may):
                    stratum = max((self.parts[each].stratum for each in found.values()), default=0)
                    return Judgement(about, stratum, yes, may)
        halves = _halves(condition)
        if halves is None:
            raise RuleTooLarge(
                f"a test in rule {rule.id} is too large for the native engine; write it as several tests joined by "
                "`or`, or use engine='reference'"
            )
        return self._fitted(about, halves, quantified, rule)


def conditions_of(rule: Rule) -> Iterator[tuple[About, Condition]]:
    """Every condition of a rule that a verdict hangs on, with the kind of record it is about."""
    assert rule.when is not None
    yield rule.about, rule.when
    for each in rule.conclusions:
        if isinstance(each, c.Bars) and each.until is not None:
            yield rule.about, each.until
        elif isinstance(each, c.Yields) and each.where is not None:
            yield each.of, each.where


def outermost(node: Condition) -> Iterator[n.Quantified]:
    """The quantified parts of a condition that are not inside another one."""
    if isinstance(node, n.QUANTIFIED):
        yield node
    else:
        for child in n.children(node):
            yield from outermost(child)


def _fit(*rails: Formula) -> bool:
    """Can the native engine take the rails, each as one pattern, in one ruleset and without firing too often?"""
    network = Network()
    for patterns in HOUSEKEEPING.values():
        for each in patterns.values():
            network.add(each)
    for formula in rails:
        if formula == NEVER:
            continue
        made = pattern("x", formula)
        if ways(formula) > MOST_WAYS or slots(made) > MOST_SLOTS or len(list(comparisons(formula))) > MOST_COMPARISONS:
            return False
        network.add(made)
    return network.excess() is None


def _group(condition: Condition) -> Condition:
    """The condition without what only names or negates it."""
    while isinstance(condition, n.Block | n.Exemption | n.Not):
        condition = condition.part
    return condition


def _cuts(condition: Condition) -> list[Condition]:
    """Parts that may be decided earlier: the groups inside, the largest first; none if there would be too many."""
    whole = _group(condition)
    inner = [part for part in n.children(whole) if isinstance(_group(part), n.AllOf | n.AnyOf)]
    many = len(inner) > MOST_WAYS
    return [] if many else sorted(inner, key=lambda part: -sum(1 for _ in n.walk(part)))


def _halves(condition: Condition) -> Condition | None:
    """The same condition as two smaller ones joined; None for a test that cannot be divided."""
    whole = _group(condition)
    halved: Condition
    match whole:
        case n.AllOf((only,)) | n.AnyOf((only,)):
            halved = only
        case n.AllOf(parts):
            halved = n.AllOf((n.AllOf(parts[: len(parts) // 2]), n.AllOf(parts[len(parts) // 2 :])))
        case n.AnyOf(parts):
            halved = n.AnyOf((n.AnyOf(parts[: len(parts) // 2]), n.AnyOf(parts[len(parts) // 2 :])))
        case n.Has(sign, how, members) if len(members) > 1:
            first, second = members[: len(members) // 2], members[len(members) // 2 :]
            both = (n.AllOf((n.Has(sign, how, first),)), n.AllOf((n.Has(sign, how, second),)))
            halved = n.AnyOf(both) if how == "any" else n.AllOf(both)
        case _:
            return None
    return n.Not(halved) if _negated(condition) else halved


def _negated(condition: Condition) -> bool:
    negated = False
    while isinstance(condition, n.Block | n.Exemption | n.Not):
        negated ^= isinstance(condition, n.Not)
        condition = condition.part
    return negated
