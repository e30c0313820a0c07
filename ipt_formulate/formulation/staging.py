"""In which stage is each dispute?

Acts before steps, steps before how they speak, and so on down to forecasts: the first tier with a yes decides. A stage
is settled only if no missing answer could bring a higher or a second signal. Fear or violence blocks staging.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from ipt_formulate.engines.facts import Record
from ipt_formulate.engines.signs import Situations
from ipt_formulate.engines.verdicts import Pair, Verdicts
from ipt_formulate.formulation.ranking import Ranked
from ipt_formulate.formulation.standing import POSSIBLE
from ipt_formulate.logic.truth import NO, UNKNOWN, YES
from ipt_formulate.rulebook import Rule, Rulebook
from ipt_formulate.rulebook import conclusions as c

DISPUTE = "role_dispute"


@dataclass(frozen=True, slots=True)
class Signal:
    """One sign of a stage, from one rule."""

    rule: Rule
    stages: c.Stages
    truth: Pair


@dataclass(frozen=True, slots=True)
class Staging:
    """The stage of one line of one dispute.

    `stage` is None when the dispute is not staged (`not_staged_because` says why), else one of the three stages or
    undetermined; `shown` holds every stage of the deciding tier.
    """

    record: Record
    situation: str
    line: Literal["couple", "coparent"]
    stage: str | None
    shown: tuple[str, ...]
    settled: bool
    confidence: str | None
    variant: str | None
    notes: tuple[str, ...]
    not_staged_because: tuple[str, ...]
    signals: tuple[Signal, ...]
    blockers: tuple[tuple[Rule, Pair], ...]


def stagings_of(order: Sequence[Ranked], case: Situations, verdicts: Verdicts, book: Rulebook) -> list[Staging]:
    """The stage of every dispute on record, each by itself."""
    found: list[Staging] = []
    for each in order:
        if each.candidate.area != DISPUTE:
            continue
        for member in each.candidate.members:
            if member.strict.about == "conflict":
                found += _lines(each, member.presumed, case, verdicts, book)
    return found


def _lines(dispute: Ranked, record: Record, case: Situations, verdicts: Verdicts, book: Rulebook) -> list[Staging]:
    signals = [
        Signal(rule, each, verdicts.rules[rule.id, record.id])
        for rule, each in book.concluding(c.Stages)
        if isinstance(each, c.Stages)
    ]
    blockers = tuple((rule, verdicts.rules[rule.id, record.id]) for rule, _ in book.concluding(c.BlocksStage))
    couple = [each for each in signals if each.stages.line == "couple"]
    coparent = [each for each in signals if each.stages.line == "coparent"]
    lines = [_staged(dispute, record, "couple", couple, blockers)]
    if any(each.truth.presumed == YES for each in coparent):
        lines.append(_staged(dispute, record, "coparent", coparent, blockers))
    return lines


def _staged(
    dispute: Ranked,
    record: Record,
    line: Literal["couple", "coparent"],
    signals: Sequence[Signal],
    blockers: tuple[tuple[Rule, Pair], ...],
) -> Staging:
    def result(
        stage: str | None,
        shown: tuple[str, ...] = (),
        settled: bool = False,
        deciding: Sequence[Signal] = (),
        because: tuple[str, ...] = (),
    ) -> Staging:
        own = [each for each in deciding if each.stages.stage == stage]
        confident = _confidence(record, own, settled) if own else None
        variant = min((each.stages for each in own), key=c.naming_variant).variant if own else None
        notes = tuple(dict.fromkeys(each.stages.note for each in deciding if each.stages.note))
        return Staging(
            record,
            dispute.candidate.situation,
            line,
            stage,
            shown,
            settled,
            confident,
            variant,
            notes,
            because,
            tuple(signals),
            blockers,
        )

    if dispute.standing.best < POSSIBLE:
        return result(None, settled=True, because=("not_possible",))
    blocking = tuple(rule.id for rule, pair in blockers if pair.presumed == YES)
    if blocking:
        return result("undetermined", because=blocking)
    for tier in c.TIERS:
        deciding = [each for each in signals if each.stages.tier == tier and each.truth.presumed == YES]
        if deciding:
            stages = tuple(dict.fromkeys(each.stages.stage for each in deciding))
            stage = stages[0] if len(stages) == 1 else "undetermined"
            sure = all(pair.strict == NO for _, pair in blockers) and dispute.standing.worst >= POSSIBLE
            return result(stage, stages, sure and _settled(signals) == stage, deciding)
    return result("undetermined")


def _settled(signals: Sequence[Signal]) -> str | None:
    """The stage that no missing answer can change: one stage in the first tier that is not known to be empty."""
    for tier in c.TIERS:
        open_ = [each for each in signals if each.stages.tier == tier and each.truth.strict >= UNKNOWN]
        if open_:
            stages = {each.stages.stage for each in open_}
            known = any(each.truth.strict == YES for each in open_)
            return stages.pop() if len(stages) == 1 and known else None
    return None


def _confidence(record: Record, deciding: Sequence[Signal], settled: bool) -> str:
    """Clear only when settled on acts, or on steps that both want; and never above the signal's own."""
    tiers = {each.stages.tier for each in deciding}
    both_want_the_end = record.values["patient_wants"] == record.values["other_wants"] == frozenset({"end"})
    computed = settled and ("acts" in tiers or ("steps" in tiers and both_want_the_end))
    own = any(each.stages.confidence == "clear" for each in deciding)
    return "clear" if computed and own else "leaning"
