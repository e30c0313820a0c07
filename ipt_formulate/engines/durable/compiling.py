"""Which rulesets do the judgements of a rulebook become?

Judgements about one kind of record that are made in one stratum share a ruleset until one of its bounds is reached;
then the next is begun. So a fact holds only the properties that its own ruleset reads, and no bound refuses a rulebook.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ipt_formulate.engines.durable.formula import NEVER, Compare, Every, Formula, comparisons, conjuncts
from ipt_formulate.engines.durable.names import KIND
from ipt_formulate.engines.durable.network import Network
from ipt_formulate.engines.durable.patterns import RAILS, pattern
from ipt_formulate.engines.durable.planning import Plan
from ipt_formulate.engines.durable.readings import Reading
from ipt_formulate.engines.durable.subset import HOUSEKEEPING, MOST_PROPERTIES, MOST_RULES, Patterns
from ipt_formulate.logic.truth import Truth
from ipt_formulate.rulebook.nodes import About

ALIAS = "m"


@dataclass(frozen=True)
class RecordRules:
    """A ruleset about the records of one kind. `concludes`: the judgement and the truth that each rule stands for."""

    about: About
    readings: Mapping[str, Reading]
    rules: Mapping[str, Patterns]
    concludes: Mapping[str, tuple[int, Truth]]


def record_rules(plan: Plan) -> list[list[RecordRules]]:
    """The rulesets of each stratum, in order."""
    together: dict[tuple[int, About], list[int]] = {}
    for place, judgement in enumerate(plan.judgements):
        together.setdefault((judgement.stratum, judgement.about), []).append(place)
    strata: list[list[RecordRules]] = [[] for _ in range(1 + max((stratum for stratum, _ in together), default=-1))]
    for (stratum, about), places in together.items():
        strata[stratum] += _packed(about, places, plan)
    return strata


@dataclass
class _Packing:
    """A ruleset while rules are added."""

    about: About
    rules: dict[str, Patterns] = field(default_factory=dict)
    concludes: dict[str, tuple[int, Truth]] = field(default_factory=dict)
    properties: dict[str, None] = field(default_factory=dict)
    network: Network = field(default_factory=Network)

    def __post_init__(self) -> None:
        for patterns in HOUSEKEEPING.values():
            for each in patterns.values():
                self.network.add(each)

    def takes(self, formulas: Mapping[Truth, Formula]) -> bool:
        """Is there room for one more judgement? Its nodes are then in the network, whatever the answer."""
        for formula in formulas.values():
            self.network.add(pattern(self.about, formula))
        properties = {each.property for formula in formulas.values() for each in comparisons(formula)}
        return (
            len(self.rules) + len(formulas) <= MOST_RULES
            and len(properties | set(self.properties)) < MOST_PROPERTIES
            and self.network.excess() is None
        )


def _packed(about: About, places: list[int], plan: Plan) -> Iterator[RecordRules]:
    common = Counter(
        each
        for place in places
        for formula in (plan.judgements[place].yes, plan.judgements[place].may)
        for each in conjuncts(formula)
    )
    packing = _Packing(about)
    for place in places:
        judgement = plan.judgements[place]
        rails = dict(zip(RAILS, (judgement.yes, judgement.may), strict=True))
        formulas = {truth: _in_order(formula, common) for truth, formula in rails.items() if formula != NEVER}
        if not packing.takes(formulas) and packing.rules:
            yield _finished(packing, plan)
            packing = _Packing(about)
            packing.takes(formulas)
        for truth, formula in formulas.items():
            name = plan.names.new("r")
            packing.rules[name] = {ALIAS: pattern(about, formula)}
            packing.concludes[name] = (place, truth)
            packing.properties.update(dict.fromkeys(each.property for each in comparisons(formula)))
    if packing.rules:
        yield _finished(packing, plan)


def _in_order(formula: Formula, common: Mapping[Formula, int]) -> Formula:
    """The comparisons that most rules share first, so that their nodes are shared too."""
    if not isinstance(formula, Every):
        return formula
    return Every(tuple(sorted(formula.parts, key=lambda part: (-common[part], _first_property(part)))))


def _first_property(formula: Formula) -> str:
    return formula.property if isinstance(formula, Compare) else ""


def _finished(packing: _Packing, plan: Plan) -> RecordRules:
    assert KIND not in packing.properties
    readings = {name: plan.readings[name] for name in packing.properties}
    return RecordRules(packing.about, readings, packing.rules, packing.concludes)
