"""What decides the stage of a dispute, and what kept it from being another?

Signals by tier, as staging reads them: the first tier with a yes decides, so nothing below it can matter, and whatever
is open above it still can.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ipt_formulate.explain.explanations import Group, GroupCode, Reason, Target
from ipt_formulate.explain.origins import Both
from ipt_formulate.explain.why_candidate import Candidates
from ipt_formulate.formulation.staging import DISPUTE, Signal, Staging
from ipt_formulate.formulation.standing import POSSIBLE
from ipt_formulate.logic.truth import NO, UNKNOWN, YES
from ipt_formulate.rulebook import conclusions as c


class Stages:
    """Groups of reasons about the stages of one case."""

    def __init__(self, candidates: Candidates) -> None:
        self.candidates, self.reasons = candidates, candidates.reasons
        self.work = candidates.work

    def of(self, target: Target) -> list[Staging]:
        """Every line of the dispute."""
        return [each for each in self.work.stagings if each.record.id == target.situation]

    def decided(self, staging: Staging) -> Iterator[Group]:
        """What the stage that is shown rests on."""
        if staging.stage is None:
            yield from self.dispute(staging)
            return
        blocking = [each for each in staging.blockers if each[1].presumed == YES]
        if blocking:
            yield from self._group("blocked", (self._blocker(staging, rule.id) for rule, _ in blocking))
            return
        deciding, lower = self._tiers(staging)
        yield from self._group("signals", (self._signal(staging, each) for each in deciding))
        yield from self._group("lower_signals", (self._signal(staging, each) for each in lower))

    def held_back(self, staging: Staging, stage: str | None) -> Iterator[Group]:
        """What kept it from another stage (or from this one), and what could still change it."""
        blocking = [rule.id for rule, pair in staging.blockers if UNKNOWN in pair or pair.presumed == YES]
        yield from self._group("blocked", (self._blocker(staging, rule) for rule in blocking))
        deciding, lower = self._tiers(staging)
        lowest = c.TIERS.index(deciding[0].stages.tier) if deciding else len(c.TIERS) - 1
        above = [
            each
            for each in staging.signals
            if c.TIERS.index(each.stages.tier) <= lowest and each.stages.line == staging.line
        ]
        if stage is not None:
            above = [each for each in above if each.stages.stage == stage]
            mine = [each for each in lower if each.stages.stage == stage]
            yield from self._group("lower_signals", (self._signal(staging, each) for each in mine))
        others = [each for each in above if each.truth.presumed == NO]
        yield from self._group("other_stages", (self._signal(staging, each) for each in others))
        unknown = [each for each in above if each.truth.presumed == UNKNOWN]
        yield from self._group("could_still", (self._signal(staging, each) for each in unknown))
        presumed = [each for each in above if each.truth.strict == UNKNOWN and each.truth.presumed != UNKNOWN]
        yield from self._group("taken_as_so", (self._signal(staging, each) for each in presumed))
        yield from self.dispute(staging)

    def dispute(self, staging: Staging) -> Iterator[Group]:
        """What keeps the dispute itself from being possible for certain; a stage hangs on that."""
        index = self._index(staging)
        if index is None or self.work.contest.order[index].standing.worst >= POSSIBLE:
            return
        groups = [*self.candidates.carried(index), *self.candidates.held_back(index)]
        reasons = {(each.rule, each.record, each.effect): each for group in groups for each in group.reasons}
        place = self.reasons.place(self.work.contest.order[index])
        yield Group(
            code="dispute_itself", area=DISPUTE, situation=staging.situation, reasons=(place, *reasons.values())
        )

    def _index(self, staging: Staging) -> int | None:
        for index, each in enumerate(self.work.contest.order):
            if each.candidate.area == DISPUTE and each.candidate.situation == staging.situation:
                return index
        return None

    def _tiers(self, staging: Staging) -> tuple[list[Signal], list[Signal]]:
        """The signals that hold in the deciding tier, and those that hold below it."""
        holding = [each for each in staging.signals if each.truth.presumed == YES]
        if not holding:
            return [], []
        first = min(c.TIERS.index(each.stages.tier) for each in holding)
        deciding = [each for each in holding if c.TIERS.index(each.stages.tier) == first]
        return deciding, [each for each in holding if each not in deciding]

    def _both(self, staging: Staging) -> Both:
        return self.reasons.tracer.find(staging.record.key)

    def _signal(self, staging: Staging, signal: Signal) -> Reason:
        return self.reasons.rule(
            signal.rule,
            self._both(staging),
            "stages",
            truth=signal.truth,
            conclusion=signal.stages,
            at=signal.stages.stage,
            situation=staging.situation,
        )

    def _blocker(self, staging: Staging, rule_id: str) -> Reason:
        rule, pair = next((rule, pair) for rule, pair in staging.blockers if rule.id == rule_id)
        return self.reasons.rule(rule, self._both(staging), "blocks_stage", truth=pair, situation=staging.situation)

    def _group(self, code: GroupCode, reasons: Iterable[Reason]) -> Iterator[Group]:
        found: Sequence[Reason] = tuple(reasons)
        if found:
            yield Group(code=code, area=DISPUTE, reasons=tuple(found))
