"""What is a rulebook once it is compiled for the native engine?

For each stratum the parts that are settled at its start and the rulesets that are matched in it; after the last one
the edges of differentials. Compiled once for a rulebook; holds nothing of any case.
"""

from __future__ import annotations

from dataclasses import dataclass

from ipt_formulate.engines.durable.compiling import RecordRules, record_rules
from ipt_formulate.engines.durable.host import Session
from ipt_formulate.engines.durable.joining import Join, Joins
from ipt_formulate.engines.durable.planning import Part, Plan
from ipt_formulate.rulebook import Rule, Rulebook
from ipt_formulate.rulebook import conclusions as c
from ipt_formulate.rulebook import nodes as n
from ipt_formulate.rulebook.nodes import About


@dataclass(frozen=True, slots=True)
class JoinedPart:
    """A part that is true through links: its place in the plan, what it says, and the join that finds it."""

    number: int
    part: Part
    join: Join


@dataclass(frozen=True, slots=True)
class Matched:
    """A rule, the judgement of its sentence, and that of what its bar waits for: `bars` tells whether it has one."""

    rule: Rule
    when: int
    bars: bool
    until: int | None


@dataclass(frozen=True, slots=True)
class Edges:
    """A `yields` of a rule: judgements of its sentence and of its `where`, and the join that finds its pairs."""

    rule: Rule
    yields: c.Yields
    when: int
    where: int | None
    join: Join


@dataclass(frozen=True, slots=True)
class Stratum:
    """What is settled first, and the rulesets that then read it."""

    plain: tuple[tuple[int, Part], ...]
    joined: tuple[JoinedPart, ...]
    joins: Joins
    records: tuple[tuple[RecordRules, Session], ...]


class Program:
    """The compiled rulebook.

    Raises
    ------
    RuleTooLarge
        If a single test of a rule cannot be expressed.
    """

    def __init__(self, book: Rulebook) -> None:
        self.plan = Plan(book)
        self.rules = [self._matched(rule) for rule in self.plan.rules]
        self._kinds: dict[tuple[object, ...], str] = {}
        self.strata = [self._stratum(number, rules) for number, rules in enumerate(record_rules(self.plan))]
        self.edges = list(self._edges())
        self.edge_joins = Joins(len(self.strata), [each.join for each in self.edges], self.plan.names)

    def close(self) -> None:
        """Free every ruleset. They are compiled anew if the program is used again."""
        for stratum in self.strata:
            stratum.joins.close()
            for _, session in stratum.records:
                session.close()
        self.edge_joins.close()

    def _matched(self, rule: Rule) -> Matched:
        assert rule.when is not None
        bars = [each for each in rule.conclusions if isinstance(each, c.Bars)]
        # Of several bars of a rule the last one counts, as in the definition.
        waits = bars[-1].until if bars else None
        until = self.plan.judgement_of(rule.about, waits) if waits is not None else None
        return Matched(rule, self.plan.judgement_of(rule.about, rule.when), bool(bars), until)

    def _stratum(self, number: int, records: list[RecordRules]) -> Stratum:
        plain, joined = [], []
        for place, part in enumerate(self.plan.parts):
            if part.stratum != number:
                continue
            if isinstance(part.node, n.Linked | n.Connected):
                joined.append(JoinedPart(place, part, self._join(place, part.about, part.node, part.body)))
            else:
                plain.append((place, part))
        return Stratum(
            tuple(plain),
            tuple(joined),
            Joins(number, [each.join for each in joined], self.plan.names),
            tuple((rules, Session(rules.rules)) for rules in records),
        )

    def _join(self, number: int, about: About, node: n.Linked | n.Connected, body: int) -> Join:
        link = ("named", node.sign, node.about) if isinstance(node, n.Linked) else ("connected", about, node.about)
        return Join(number, link=self._kind("l", *link), body=self._kind("b", body))

    def _edges(self) -> list[Edges]:
        found: list[Edges] = []
        for rule in self.plan.rules:
            for each in rule.conclusions:
                if isinstance(each, c.Yields):
                    assert rule.when is not None
                    when = self.plan.judgement_of(rule.about, rule.when)
                    where = self.plan.judgement_of(each.of, each.where) if each.where is not None else None
                    join = Join(
                        len(found),
                        link=self._kind("l", "connected", rule.about, each.of),
                        body=self._kind("w", where) if where is not None else None,
                        source=self._kind("a", when),
                    )
                    found.append(Edges(rule, each, when, where, join))
        return found

    def _kind(self, prefix: str, *what: object) -> str:
        """The kind of fact that stands for this."""
        key = (prefix, *what)
        if key not in self._kinds:
            self._kinds[key] = self.plan.names.new(prefix)
        return self._kinds[key]
