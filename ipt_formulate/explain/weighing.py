"""What carries the engine's verdicts, which of it did a trainee name, and what becomes of the reasons they gave?

A reason names a rule, or an answer that a rule rests on. Own words name nothing: they are left alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from ipt_formulate.explain.explanations import Contrast, Group, GroupCode, Mention, Reason, Why, WhyNot
from ipt_formulate.explain.feedback import RuleAbout, Weighed, Weight
from ipt_formulate.explain.trace import Trace
from ipt_formulate.explain.trainee import TraineeReason, paths_of
from ipt_formulate.formulation.outcome import Outcome
from ipt_formulate.formulation.patching import ABOUT
from ipt_formulate.formulation.standing import POSSIBLE
from ipt_formulate.intake import parse_path

if TYPE_CHECKING:
    from ipt_formulate.explain.formulation import Formulation

E = TypeVar("E", Why, WhyNot, Contrast)
CARRYING: tuple[GroupCode, ...] = ("carried", "lifted", "signals", "excluded_by", "blocked")
"""Groups whose reasons carry a verdict."""
BESIDE: tuple[GroupCode, ...] = (
    *("coloured", "lower_signals", "second", "giving_way", "both_ways"),
    *("against_all_the_same", "held_down"),
)
"""Groups whose reasons hold, and do not carry it."""
OTHERWISE: tuple[GroupCode, ...] = ("other_answer", "other_stages", "fails")
"""Groups whose reasons would have spoken, had the answer been another."""
AGAINST: tuple[GroupCode, ...] = ("against_all_the_same", "held_down")


class Weighing:
    """The reasons of one case, and those of a trainee beside them.

    Attributes
    ----------
    rules
        Every rule that was spoken of, for the words.
    carried
        What the engine's verdicts rest on (the focus, the areas that are present, the stages), each rule about each
        record once.
    """

    def __init__(self, formulation: Formulation, outcome: Outcome) -> None:
        self.formulation, self.work, self.outcome = formulation, formulation.work, outcome
        self.rules: dict[str, Mention] = {}
        self.carried = tuple(self._carried())

    # -- the engine's reasons -----------------------------------------------------------------------------------------

    def why(self, target: str) -> tuple[Group, ...]:
        """The groups of a *why*."""
        return self.noted(self.formulation.why(target)).groups

    def why_not(self, target: str) -> tuple[Group, ...]:
        """The groups of a *why not*."""
        return self.noted(self.formulation.why_not(target)).groups

    def noted(self, explained: E) -> E:
        """The same, with the rules it speaks of kept for the words."""
        self.rules.update(explained.rules)
        return explained

    def focus_carried(self) -> tuple[Group, ...]:
        """What carries those that lead; of a tie, what carries each."""
        leads = set(self.outcome.leaders)
        return tuple(
            each
            for each in self.why("focus")
            if each.code in CARRYING and (each.code == "lifted" or (each.area, each.situation) in leads)
        )

    def _carried(self) -> Iterator[Group]:
        groups = list(self.focus_carried())
        for code, standing in self.work.areas.items():
            if standing.lean > POSSIBLE:
                groups += (each for each in self.why(code) if each.code == "carried")
        for conflict in self._conflicts():
            groups += (each for each in self.why(f"stage:{conflict}") if each.code in ("signals", "blocked"))
        told: set[tuple[str | None, str | None]] = set()
        for group in groups:
            fresh = [each for each in group.reasons if each.kind == "rule" and (each.rule, each.record) not in told]
            told |= {(each.rule, each.record) for each in fresh}
            if fresh:
                yield group.model_copy(update={"reasons": tuple(fresh)})

    def _conflicts(self) -> list[str]:
        return list(dict.fromkeys(each.record.id for each in self.work.stagings))

    @cached_property
    def _others(self) -> list[tuple[GroupCode, Reason]]:
        """Every reason for and against every verdict that carries none."""
        targets = [*self.work.areas, *(f"stage:{each}" for each in self._conflicts())]
        return [
            (group.code, reason)
            for target in targets
            for group in (*self.why(target), *self.why_not(target))
            if group.code not in CARRYING
            for reason in group.reasons
        ]

    # -- the trainee's reasons ----------------------------------------------------------------------------------------

    def overlooked(self, given: Sequence[TraineeReason]) -> Iterator[RuleAbout]:
        """What carries a verdict and is named by none of these reasons."""
        for group in self.carried:
            for reason in group.reasons:
                if reason.rule is not None and not any(self._names(each, reason) for each in given):
                    yield RuleAbout(rule=reason.rule, record=reason.record)

    def weighed(self, given: TraineeReason, verdicts: Sequence[Group]) -> Weighed:
        """What becomes of one reason that is a rule or an answer.

        `verdicts` is what carries every verdict the trainee is told of: also that an area is possible, or ruled out.
        """
        carrying = [
            (group.code, each)
            for group in verdicts
            for each in group.reasons
            if each.leans == "yes" and self._names(given, each)
        ]
        if given.rule is not None:
            return self._weight(given, "carries", carrying) if carrying else self._weighed_rule(given, given.rule)
        answers = tuple(self._answer(path) for path in paths_of(str(given.item), self.work))
        if carrying:
            return self._weight(given, "carries", carrying, answers)
        found = [(code, each) for code, each in self._others if self._names(given, each)]
        if all(each.answer is None for each in answers):
            return self._weight(given, "not_known", found, answers)
        weight, beside = self._beside(found)
        return self._weight(given, weight, beside, answers)

    def _answer(self, path: str) -> Trace:
        """An answer as it stands in the case, with the record it is about."""
        parsed = parse_path(path)
        trace = self.formulation._explaining.answer_at(path)
        return trace.model_copy(update={"record": f"{ABOUT[parsed.part]}:{parsed.id}"}) if parsed.id else trace

    def _weighed_rule(self, given: TraineeReason, target: str) -> Weighed:
        why = self.noted(self.formulation.why(target))
        if why.verdict.leans == "yes":
            weight, beside = self._beside([each for each in self._others if self._names(given, each[1])])
            holds: list[tuple[GroupCode, Reason]] = [
                (group.code, each) for group in why.groups for each in group.reasons
            ]
            return self._weight(given, weight, beside or holds)
        weight = "does_not_hold" if why.verdict.leans == "no" else "not_known"
        return self._weight(given, weight, _flat(self.why_not(target)))

    @staticmethod
    def _beside(found: Sequence[tuple[GroupCode, Reason]]) -> tuple[Weight, list[tuple[GroupCode, Reason]]]:
        """What a reason does that carries nothing, and where it does it."""
        holding = [(code, each) for code, each in found if code in BESIDE and each.leans == "yes"]
        if holding:
            against = [each for each in holding if each[0] in AGAINST]
            return ("counts_less", holding) if len(against) < len(holding) else ("speaks_against", against)
        otherwise = [(code, each) for code, each in found if code in OTHERWISE]
        return ("does_not_hold", otherwise) if otherwise else ("no_part", [])

    def _names(self, given: TraineeReason, reason: Reason) -> bool:
        """Does the trainee's reason name this rule, or an answer that it rests on?"""
        if given.rule is not None:
            rule, _, record = given.rule.partition(":")
            return rule == reason.rule and record in ("", id_of(reason.record))
        if given.item is None:
            return False
        return any(_same(path, other) for path in paths_of(given.item, self.work) for other in reason.paths())

    @staticmethod
    def _weight(
        given: TraineeReason,
        weight: Weight,
        found: Sequence[tuple[GroupCode, Reason]],
        answers: tuple[Trace, ...] = (),
    ) -> Weighed:
        reasons = {(each.rule, each.record): each for _, each in found if each.kind == "rule"}
        return Weighed(
            reason=given,
            weight=weight,
            group=found[0][0] if found else None,
            reasons=tuple(reasons.values()),
            answers=answers,
        )


def _flat(groups: Sequence[Group]) -> list[tuple[GroupCode, Reason]]:
    return [(group.code, each) for group in groups for each in group.reasons]


def _same(path: str, other: str) -> bool:
    """Do two paths name the same answer, or one a part of the other?"""
    return path == other or path.startswith(f"{other}.") or other.startswith(f"{path}.")


def id_of(record: str | None) -> str:
    """The id in the key of a record; empty for the case as a whole."""
    about, _, name = (record or "").partition(":")
    return name if about != "case" else ""
