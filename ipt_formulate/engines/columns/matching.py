"""What does every rule say of every record, over tables?

One column for each rule and pass (one for both where no presumption can reach the sentence), in the table of the kind
of record that the rule is about. What a bar waits for, and what a differential asks of the other record, stand beside.
"""

from __future__ import annotations

from dataclasses import dataclass

import narwhals.stable.v2 as nw

from ipt_formulate.engines.columns.cohort import Cohort, Part
from ipt_formulate.engines.columns.conditions import constant
from ipt_formulate.engines.columns.connections import Connections
from ipt_formulate.engines.columns.encoding import plain, presumed
from ipt_formulate.engines.columns.frames import settled
from ipt_formulate.engines.columns.plan import Plan
from ipt_formulate.engines.columns.quantified import Quantified
from ipt_formulate.logic.truth import NO, YES
from ipt_formulate.rulebook import Rule
from ipt_formulate.rulebook import conclusions as c
from ipt_formulate.rulebook.nodes import About, Condition

RULE = "rule "


@dataclass(frozen=True, slots=True)
class Matched:
    """The tables with the verdicts on them, and the connections between their records."""

    plan: Plan
    parts: dict[About, Part]
    connections: Connections

    def verdict(self, rule: Rule, *, shown: bool) -> nw.Expr:
        """The verdict of a rule in one pass, in the table of its kind of record."""
        assert rule.when is not None
        return nw.col(name_of(self.plan, rule.id, rule.when, shown=shown))

    def until(self, rule: Rule, *, shown: bool) -> nw.Expr:
        """Is there what a bar waits for?"""
        node = until_of(rule)
        if node is None:
            return constant(NO)
        return nw.col(name_of(self.plan, f"{rule.id}|until", node, shown=shown))

    def where(self, rule: Rule, yields: c.Yields, *, shown: bool) -> nw.Expr:
        """Is the other record as the differential says? In the table of its kind."""
        if yields.where is None:
            return constant(YES)
        return nw.col(name_of(self.plan, f"{rule.id}|where", yields.where, shown=shown))


def name_of(plan: Plan, name: str, node: Condition, *, shown: bool) -> str:
    """The column of a verdict in one pass. A rule may have the name of a sign; their columns do not."""
    column = plain(RULE + name)
    return presumed(column) if shown and plan.differs(node) else column


def until_of(rule: Rule) -> Condition | None:
    """What the bars of a rule wait for; of several, what the last one does."""
    waiting = [each.until for each in rule.conclusions if isinstance(each, c.Bars)]
    return waiting[-1] if waiting else None


def match(cohort: Cohort) -> Matched:
    """The verdict of every matched rule on every record."""
    plan, quantified = cohort.plan, Quantified(cohort)
    for about, part in cohort.real.items():
        wanted = _wanted(plan, about)
        if not wanted:
            continue
        cohort.lift(part)
        strict = cohort.conditions(about, quantified.join(part, wanted.values(), shown=False))
        differing = {name: node for name, node in wanted.items() if plan.differs(node)}
        shown = cohort.conditions(about, quantified.join(part, differing.values(), shown=True), shown=True)
        part.frame = settled(
            part.frame.with_columns(
                *(strict.truth(node).alias(plain(RULE + name)) for name, node in wanted.items()),
                *(shown.truth(node).alias(presumed(RULE + name)) for name, node in differing.items()),
            )
        )
    return Matched(plan, cohort.real, quantified.connections)


def _wanted(plan: Plan, about: About) -> dict[str, Condition]:
    found: dict[str, Condition] = {}
    for rule in plan.rules:
        if rule.about == about and rule.when is not None:
            found[rule.id] = rule.when
            until = until_of(rule)
            if until is not None:
                found[f"{rule.id}|until"] = until
        for each in rule.conclusions:
            if isinstance(each, c.Yields) and each.of == about and each.where is not None:
                found[f"{rule.id}|where"] = each.where
    return found
