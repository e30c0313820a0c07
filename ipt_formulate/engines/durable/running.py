"""How is one case run through the compiled rulebook?

Stratum by stratum: what earlier ones found becomes part of the records, the records become facts, and what fires is
written down. Decides nothing itself.
"""

from __future__ import annotations

from collections.abc import Iterator

from ipt_formulate.engines.durable.compiling import ALIAS, RecordRules
from ipt_formulate.engines.durable.findings import Findings, lift
from ipt_formulate.engines.durable.host import Session
from ipt_formulate.engines.durable.linking import EdgeTruths, edges, settle
from ipt_formulate.engines.durable.names import MOST_FACTS
from ipt_formulate.engines.durable.program import Program
from ipt_formulate.engines.durable.readings import Seat
from ipt_formulate.engines.signs import Situations
from ipt_formulate.engines.verdicts import Pair, Verdicts
from ipt_formulate.logic.truth import NO
from ipt_formulate.rulebook.nodes import About


def run(program: Program, situations: Situations) -> Verdicts:
    """The verdict of every matched rule.

    Raises
    ------
    EngineFailed
        If the native engine did.
    """
    findings = Findings(situations, len(program.plan.judgements), len(program.plan.parts))
    for stratum in program.strata:
        settle(stratum, findings)
        for rules, session in stratum.records:
            _match(rules, session, findings)
    return _verdicts(program, findings, edges(program, findings))


def _match(rules: RecordRules, session: Session, findings: Findings) -> None:
    """Assert the records, those that are alike only once, and write down what fires."""
    alike: dict[tuple[int | None, ...], list[int]] = {}
    for seat in findings.seats(rules.about):
        values = tuple(reading.of(seat, findings.parts) for reading in rules.readings.values())
        alike.setdefault(values, []).append(seat.number)
    facts = list(alike.items())
    for start in range(0, len(facts), MOST_FACTS):
        numbers: dict[str, list[int]] = {}
        with session.memory() as memory:
            for values, its in facts[start : start + MOST_FACTS]:
                held = zip(rules.readings, values, strict=True)
                numbers[memory.add(rules.about, {name: value for name, value in held if value is not None})] = its
        for name, matched in memory.fired:
            judgement, truth = rules.concludes[name]
            for number in numbers[matched[ALIAS]["id"]]:
                lift(findings.truths[judgement], number, truth)


def _verdicts(program: Program, findings: Findings, found: EdgeTruths) -> Verdicts:
    """The findings under the keys that all engines use."""
    verdicts = Verdicts()
    for each in program.rules:
        for strict, presumed in _both(each.rule.about, findings):
            key = each.rule.id, strict.record.id
            verdicts.rules[key] = Pair(findings.truth(each.when, strict), findings.truth(each.when, presumed))
            if each.until is not None:
                verdicts.bars[key] = Pair(findings.truth(each.until, strict), findings.truth(each.until, presumed))
            elif each.bars:
                verdicts.bars[key] = Pair(NO, NO)
    for edge, truths in zip(program.edges, found, strict=True):
        others = list(_both(edge.yields.of, findings))
        for strict, presumed in _both(edge.rule.about, findings):
            for other, other_presumed in others:
                if other is not strict:
                    verdicts.edges[edge.rule.id, strict.record.id, other.record.id] = Pair(
                        truths.get((strict.number, other.number), NO),
                        truths.get((presumed.number, other_presumed.number), NO),
                    )
    return verdicts


def _both(about: About, findings: Findings) -> Iterator[tuple[Seat, Seat]]:
    """The records of a kind, each with its seat in the strict and in the presumed pass."""
    return zip(findings.strict[about], findings.presumed[about], strict=True)
