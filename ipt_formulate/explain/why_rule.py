"""Why does a rule hold, or not, and why was a flag raised, or not?

A rule is traced whole, for every record it is about: this is the one place where what did not matter is shown too.
"""

from __future__ import annotations

from collections.abc import Iterator

from ipt_formulate.engines.verdicts import Pair
from ipt_formulate.explain.explanations import Group, Reason, Target
from ipt_formulate.explain.origins import Both
from ipt_formulate.explain.reasons import Reasons
from ipt_formulate.explain.trace import Trace
from ipt_formulate.formulation.result import Flag
from ipt_formulate.logic.truth import NO, YES
from ipt_formulate.rulebook import Rule
from ipt_formulate.rulebook import conclusions as c
from ipt_formulate.rulebook.conclusions import BY_KEY
from ipt_formulate.rulebook.nodes import Sign

_KEYS = {kind: key for key, kind in BY_KEY.items()}


class Rules:
    """Groups of reasons about single rules, and about the flags that rules raise."""

    def __init__(self, reasons: Reasons) -> None:
        self.reasons, self.work, self.book = reasons, reasons.work, reasons.book

    def records(self, target: Target) -> list[Both]:
        """The records that a rule asked about is about, or the one that was named."""
        rule = self.book.rules[target.rule or ""]
        found = self.reasons.tracer.both(rule.about)
        return [each for each in found if target.situation in (None, each.strict.id)]

    def truth(self, target: Target) -> Pair:
        """The verdict of the rule: yes if it holds for any of the records."""
        pairs = [self._pair(each) for each in self._whole(target)]
        return Pair(
            max((each.strict for each in pairs), default=NO), max((each.presumed for each in pairs), default=NO)
        )

    def _pair(self, reason: Reason) -> Pair:
        truths = {"no": 0, "unknown": 1, "yes": 2}
        return Pair(truths[reason.truth], truths[reason.leans])

    def holds(self, target: Target, *, yes: bool) -> Iterator[Group]:
        """The records for which the rule holds (or those for which it does not), each with the whole trace."""
        for reason in self._whole(target):
            if (self._pair(reason).presumed == YES) == yes:
                yield Group(code="holds" if yes else "fails", situation=reason.record, reasons=(reason,))

    def _whole(self, target: Target) -> Iterator[Reason]:
        rule = self.book.rules[target.rule or ""]
        effect = _KEYS[type(rule.conclusions[0])] if rule.conclusions else ""
        for both in self.records(target):
            yield self.reasons.rule(
                rule,
                both,
                effect,
                traces=tuple(self._traces(rule, both)),
                conclusion=rule.conclusions[0] if rule.conclusions else None,
            )

    def _traces(self, rule: Rule, both: Both) -> Iterator[Trace]:
        if rule.when is not None:
            yield self.reasons.tracer.trace(rule.when, both)
        for each in rule.conclusions:
            if isinstance(each, c.Derives) and each.by is not None:
                yield self.reasons.tracer.read(Sign(rule.about, each.sign), both)
            elif isinstance(each, c.Bars) and each.until is not None:
                yield self.reasons.tracer.trace(each.until, both)

    # -- flags ------------------------------------------------------------------------------------------------------

    def raised(self, flag: str, flags: tuple[Flag, ...]) -> Iterator[Group]:
        """The rules that raise a flag."""
        reasons = tuple(reason for reason in self._of_flag(flag) if self._raises(reason, flag, flags))
        if reasons:
            yield Group(code="carried", reasons=reasons)

    def not_raised(self, flag: str, flags: tuple[Flag, ...]) -> Iterator[Group]:
        """The rules that could raise a flag, or raise it at a graver level, and do not."""
        reasons = tuple(reason for reason in self._of_flag(flag) if not self._raises(reason, flag, flags))
        no = tuple(each for each in reasons if each.leans == "no")
        rest = tuple(each for each in reasons if each.leans != "no")
        if no:
            yield Group(code="other_answer", reasons=no)
        if rest:
            yield Group(code="not_known", reasons=rest)

    def _of_flag(self, flag: str) -> Iterator[Reason]:
        for rule, each in self.book.concluding(c.Flags):
            if isinstance(each, c.Flags) and each.flag == flag:
                for both in self.reasons.tracer.both(rule.about):
                    yield self.reasons.rule(rule, both, "flags", at=each.level)

    def _raises(self, reason: Reason, flag: str, flags: tuple[Flag, ...]) -> bool:
        record = (reason.record or "").partition(":")[2]
        return any(
            each.id == flag and each.level == reason.at and reason.rule in each.rules and record in each.records
            for each in flags
        )
