"""What does every rule say of every record? The definition, in plain Python.

Explanations come from this engine, every other engine is judged by it, and it runs everywhere. No cleverness.
"""

from __future__ import annotations

from ipt_formulate.engines.connections import connected
from ipt_formulate.engines.facts import Record, View
from ipt_formulate.engines.kleene import truth
from ipt_formulate.engines.signs import Situations
from ipt_formulate.engines.verdicts import Pair, Verdicts, matched_rules
from ipt_formulate.logic.truth import NO, YES, Truth
from ipt_formulate.rulebook import Rule, Rulebook
from ipt_formulate.rulebook import conclusions as c


class ReferenceEngine:
    """Walks the condition of every rule for every record, twice."""

    name = "reference"

    def run(self, situations: Situations, book: Rulebook) -> Verdicts:
        """The verdict of every matched rule."""
        verdicts = Verdicts()
        for rule in matched_rules(book):
            for strict, presumed in zip(
                situations.strict.of(rule.about), situations.presumed.of(rule.about), strict=True
            ):
                match(rule, strict, presumed, situations, verdicts)
        return verdicts


def match(rule: Rule, strict: Record, presumed: Record, situations: Situations, verdicts: Verdicts) -> None:
    """Note what one rule says of one record, and of its pairs with others."""
    assert rule.when is not None
    pair = Pair(truth(rule.when, strict, situations.strict), truth(rule.when, presumed, situations.presumed))
    verdicts.rules[rule.id, strict.id] = pair
    for each in rule.conclusions:
        if isinstance(each, c.Bars):
            verdicts.bars[rule.id, strict.id] = (
                Pair(truth(each.until, strict, situations.strict), truth(each.until, presumed, situations.presumed))
                if each.until is not None
                else Pair(NO, NO)
            )
        elif isinstance(each, c.Yields):
            others = zip(situations.strict.of(each.of), situations.presumed.of(each.of), strict=True)
            for other, other_presumed in others:
                if other.key != strict.key:
                    verdicts.edges[rule.id, strict.id, other.id] = Pair(
                        edge(pair.strict, each, strict, other, situations.strict),
                        edge(pair.presumed, each, presumed, other_presumed, situations.presumed),
                    )


def edge(when: Truth, yields: c.Yields, record: Record, other: Record, view: View) -> Truth:
    """Does this record give way to that one? Only to a connected one that is as the rule says."""
    where = truth(yields.where, other, view) if yields.where is not None else YES
    return min(when, connected(record, other, view), where)
