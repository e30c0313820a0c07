"""Why is a verdict as it is, and why not otherwise?

One way from a target to its reasons, for each kind of target. The reasons come from the case as it was formulated, by
the walk that gave the verdict.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any, TypeVar

from ipt_formulate.explain.background import background
from ipt_formulate.explain.contrast import Comparing, Comparison
from ipt_formulate.explain.errors import UnknownTarget
from ipt_formulate.explain.explanations import (
    Contrast,
    Group,
    Mention,
    Reason,
    Side,
    Target,
    Verdict,
    Why,
    WhyNot,
)
from ipt_formulate.explain.reasons import Reasons, range_of
from ipt_formulate.explain.shown import shown_answer
from ipt_formulate.explain.targets import target_of
from ipt_formulate.explain.trace import Code, Trace
from ipt_formulate.explain.why_candidate import Candidates
from ipt_formulate.explain.why_focus import Focus
from ipt_formulate.explain.why_rule import Rules
from ipt_formulate.explain.why_stage import Stages
from ipt_formulate.formulation.formulate import Work, with_found
from ipt_formulate.formulation.result import Dispute, FocusPlace, Result
from ipt_formulate.intake import IntakeError, parse_path
from ipt_formulate.logic.truth import YES, word
from ipt_formulate.rulebook.nodes import SITUATIONS

X = TypeVar("X", Why, WhyNot, Contrast)


class Explainer:
    """Answers *why*, *why not* and *why this before that* for one formulation.

    Parameters
    ----------
    work
        The case as it was formulated.
    result
        What came out.
    """

    def __init__(self, work: Work, result: Result) -> None:
        self.work, self.result = work, result
        self.reasons = Reasons(work)
        self.candidates = Candidates(self.reasons)
        self.comparing = Comparing(self.candidates)
        self.stages = Stages(self.candidates)
        self.focus = Focus(self.candidates, self.comparing)
        self._named: dict[int, tuple[Trace, tuple[str, ...]]] = {}
        self._mentions: dict[str, Mention] = {}

    def why(self, text: str) -> Why:
        """What carried the verdict on a target."""
        target = target_of(text, self.work)
        groups = tuple(self._carried(target))
        verdict = self._verdict(target)
        return self._said(
            Why(
                target=target,
                verdict=verdict,
                groups=groups,
                rules=self._rules_in(groups, target.rule),
                **self._common,
            )
        )

    def why_not(self, text: str) -> WhyNot:
        """What held the verdict on a target back."""
        target = target_of(text, self.work)
        contrasts: tuple[Contrast, ...] = ()
        could_change: tuple[str, ...] = ()
        if target.kind == "focus":
            asked = Target(text=text, kind="focus")
            contrasts = tuple(self._contrast(each, asked, asked) for each in self.focus.contrasts())
            could_change = self.result.focus.overturned_by
        elif target.kind == "stage":
            could_change = tuple(
                dict.fromkeys(path for each in self._disputes(target) for path in each.deciding_questions)
            )
        groups = tuple(self._held_back(target))
        return self._said(
            WhyNot(
                target=target,
                verdict=self._verdict(target),
                groups=groups,
                contrasts=contrasts,
                could_change=could_change,
                rules=self._rules_in(groups, target.rule),
                **self._common,
            )
        )

    def contrast(self, one: str, other: str) -> Contrast:
        """Why the one of two candidates stands before the other."""
        first, second = (target_of(text, self.work) for text in (one, other))
        for target in (first, second):
            if target.kind not in ("area", "candidate"):
                raise UnknownTarget(target.text, None, "Two areas or situations can be compared.", "cannot be compared")
        places = [self._index(target) for target in (first, second)]
        if None in places or places[0] == places[1]:
            return self._apart(first, second, places)
        assert places[0] is not None
        assert places[1] is not None
        return self._contrast(self.comparing.compare(places[0], places[1]), first, second)

    def _contrast(self, found: Comparison, first: Target, second: Target) -> Contrast:
        groups = (*found.lifted, *found.first.groups, *found.second.groups)
        return self._said(
            Contrast(
                asked=(first, second),
                relation=found.relation,
                first=found.first,
                second=found.second,
                decided_by=found.decided_by,
                end=found.end,
                from_unknown=found.from_unknown,
                certain=found.certain,
                lifted=found.lifted,
                through=found.through,
                rules=self._rules_in(groups),
                **self._common,
            )
        )

    def _apart(self, first: Target, second: Target, places: list[int | None]) -> Contrast:
        """Of two targets at least one is no candidate, or both are the same."""
        sides = [
            self.comparing.side(index)
            if index is not None
            else Side(area=target.area or "", situation=target.situation, groups=tuple(self._absent(target)))
            for target, index in zip((first, second), places, strict=True)
        ]
        asked_twice = (first.area, first.situation) == (second.area, second.situation)
        if asked_twice or (places[0] == places[1] and places[0] is not None):
            return self._contrast(Comparison("tie", sides[0], sides[1], "same"), first, second)
        if places[0] is None:
            sides.reverse()
        if sides[0].rank is None:
            return self._contrast(Comparison("neither", sides[0], sides[1], "not_ranked"), first, second)
        return self._contrast(Comparison("before", sides[0], sides[1], "not_ranked"), first, second)

    # -- what is common to all ----------------------------------------------------------------------------------------

    @cached_property
    def _common(self) -> dict[str, Any]:
        flags = ((each.level, each.id) for each in self.result.flags)
        return background(self.work, flags=flags, withheld=self.result.withheld)

    def _rules_in(self, groups: Iterable[Group], asked: str | None = None) -> dict[str, Mention]:
        """Every rule that the traces speak of, and the one that was asked about."""
        told = [] if asked is None else [asked]
        for group in groups:
            for reason in group.reasons:
                told += [] if reason.rule is None else [reason.rule]
                for trace in reason.traces:
                    told += self._rules_of(trace)
        return {rule_id: self._mention(rule_id) for rule_id in dict.fromkeys(told) if rule_id in self.work.book.rules}

    def _rules_of(self, trace: Trace) -> tuple[str, ...]:
        """The names that a trace speaks of, parents first; looked for once, since traces share parts."""
        known = self._named.get(id(trace))
        if known is None:
            told = [each for each in (trace.name, trace.presumed_by, trace.entailed_by) if each is not None]
            for part in trace.parts:
                told += self._rules_of(part)
            # Beside the trace itself: its identity is its own for as long as it is kept.
            known = self._named[id(trace)] = (trace, tuple(dict.fromkeys(told)))
        return known[1]

    def _mention(self, rule_id: str) -> Mention:
        if rule_id not in self._mentions:
            rule = self.work.book.rules[rule_id]
            label, sources = rule.basis.label, rule.basis.sources
            self._mentions[rule_id] = Mention(title=rule.title, because=rule.because, label=label, sources=sources)
        return self._mentions[rule_id]

    def _said(self, explained: X) -> X:
        """The same with the words of the rulebook at hand."""
        explained._words = self.work.book.words
        return explained

    def _indices(self, target: Target) -> list[int]:
        """The candidates a target is about, best first."""
        order, ordered = self.work.contest.order, self.work.ordered
        found = [
            i
            for i, each in enumerate(order)
            if target.area in (None, each.candidate.area) and target.situation in (None, each.candidate.situation)
        ]
        rest = sorted(
            (i for i in found if i not in ordered),
            key=lambda i: (-order[i].candidate.exists.presumed, -order[i].standing.lean),
        )
        return [*(i for i in ordered if i in found), *rest]

    def _index(self, target: Target) -> int | None:
        found = self._indices(target)
        return found[0] if found else None

    def _disputes(self, target: Target) -> list[Dispute]:
        """The lines of the dispute in the result, in the order of the stagings."""
        stagings = [i for i, each in enumerate(self.work.stagings) if each.record.id == target.situation]
        return [self.result.disputes[i] for i in stagings]

    def _rules(self, target: Target) -> Rules:
        """For advice, rules read what was found; for all others, they do not."""
        rule = self.work.book.rules.get(target.rule or "")
        if rule is not None and any(each.stratum == "advice" for each in rule.conclusions):
            return Rules(Reasons(self.work, with_found(self.work, self.result), whole=True))
        return Rules(Reasons(self.work, whole=True))

    # -- verdicts -----------------------------------------------------------------------------------------------------

    def _verdict(self, target: Target) -> Verdict:
        match target.kind:
            case "focus":
                focus = self.result.focus
                return Verdict(
                    status=focus.status,
                    settled=focus.settled,
                    primary=focus.primary,
                    secondary=focus.secondary,
                    tied=focus.tied,
                )
            case "area":
                return self._area_verdict(target)
            case "candidate":
                return self._candidate_verdict(target)
            case "stage":
                return self._stage_verdict(target)
            case "flag":
                found = next((each for each in self.result.flags if each.id == target.flag), None)
                return Verdict(level=found.level, certainty=found.certainty) if found is not None else Verdict()
            case "rule":
                truth = self._rules(target).truth(target)
                return Verdict(truth=word(truth.strict), leans=word(truth.presumed))

    def _area_verdict(self, target: Target) -> Verdict:
        standing = self.work.areas.get(target.area or "")
        if standing is None:
            return Verdict()
        index = self._index(target)
        if index is not None and self.work.contest.order[index].candidate.exists.presumed != YES:
            index = None
        area = self.result.areas[target.area or ""]
        return Verdict(
            standing=range_of(standing),
            settled=getattr(area, "settled", None),
            lead=self.work.contest.order[index].candidate.situation if index is not None else None,
            rank=self.work.ordered.index(index) + 1 if index in self.work.ordered else None,
        )

    def _candidate_verdict(self, target: Target) -> Verdict:
        index = self._index(target)
        if index is None:
            return Verdict(also=tuple(self._also(target, None)))
        ranked = self.work.contest.order[index]
        return Verdict(
            standing=range_of(ranked.standing),
            settled=ranked.standing.settled,
            rank=self.work.ordered.index(index) + 1 if index in self.work.ordered else None,
            primary=FocusPlace(area=ranked.candidate.area, situation=ranked.candidate.situation),
            also=tuple(self._also(target, index)),
        )

    def _also(self, target: Target, index: int | None) -> Iterator[FocusPlace]:
        for i, each in enumerate(self.work.contest.order):
            candidate = each.candidate
            if i != index and candidate.situation == target.situation and candidate.exists.presumed == YES:
                yield FocusPlace(area=candidate.area, situation=candidate.situation)

    def _stage_verdict(self, target: Target) -> Verdict:
        disputes = self._disputes(target)
        if not disputes:
            return Verdict()
        first = disputes[0]
        return Verdict(
            stage=first.stage,
            stages_shown=first.stages_shown,
            settled=first.settled,
            confidence=first.confidence,
            variant=first.variant,
            line=first.line,
        )

    # -- why ----------------------------------------------------------------------------------------------------------

    def _carried(self, target: Target) -> Iterator[Group]:
        match target.kind:
            case "focus":
                yield from self.focus.carried(self.result.focus)
            case "area" | "candidate":
                index = self._index(target)
                if index is not None:
                    yield from self.candidates.carried(index)
                if index is None or self.work.contest.order[index].candidate.exists.presumed != YES:
                    yield from self._absent(target)
            case "stage":
                for staging in self.stages.of(target):
                    yield from self.stages.decided(staging)
            case "flag":
                yield from Rules(self.reasons).raised(target.flag or "", self.result.flags)
            case "rule":
                yield from self._rules(target).holds(target, yes=True)

    def _absent(self, target: Target) -> Iterator[Group]:
        """Why there is no such candidate."""
        area = target.area
        if area is not None and area not in self.work.areas:
            extra = any(each.code == area and each.extra for each in self.work.book.areas)
            reason = self.reasons.switch("extra_areas" if extra else "areas")
            yield Group(code="switched_off", area=area, reasons=(reason,))
        elif area is not None and target.situation is None:
            yield from self.candidates.nothing(area)
        elif area is not None:
            yield from self._not_routed(area, target.situation or "")

    def _not_routed(self, area: str, situation: str) -> Iterator[Group]:
        records = {
            record
            for each in self.work.contest.order
            if each.candidate.situation == situation
            for record in each.candidate.records
        }
        reasons = [
            reason
            for about in SITUATIONS
            for both in self.reasons.tracer.both(about)
            if both.strict.id in (records or {situation})
            for reason in self.reasons.routes(area, both)
        ]
        yield Group(code="not_there", area=area, situation=situation, reasons=tuple(reasons))

    # -- why not ------------------------------------------------------------------------------------------------------

    def _held_back(self, target: Target) -> Iterator[Group]:
        match target.kind:
            case "focus":
                yield from self.focus.held_back(self.result.focus)
                yield from self._contradictions()
            case "area" | "candidate":
                yield from self._candidates_held_back(target)
            case "stage":
                for staging in self.stages.of(target):
                    yield from self.stages.held_back(staging, target.stage)
            case "flag":
                yield from Rules(self.reasons).not_raised(target.flag or "", self.result.flags)
            case "rule":
                yield from self._rules(target).holds(target, yes=False)

    def _contradictions(self) -> Iterator[Group]:
        """Answers that contradict each other; while there are any, nothing about the focus is settled."""
        reasons = []
        for each in self.result.contradictions:
            rule = self.work.book.rules[each.rule]
            traces = tuple(self.answer_at(path) for path in each.paths)
            reasons.append(
                Reason(
                    kind="rule",
                    rule=rule.id,
                    title=rule.title,
                    because=rule.title,
                    label=rule.basis.label,
                    sources=rule.basis.sources,
                    knowledge=rule.knowledge,
                    traces=traces,
                )
            )
        if reasons:
            yield Group(code="contradictions", reasons=tuple(reasons))

    def answer_at(self, path: str) -> Trace:
        """One answer by its path, as it stands in the intake."""
        try:
            item, answer = parse_path(path).item, self.work.intake.answer(path)
        except IntakeError:
            return Trace(code="unread", path=path)
        code: Code = "read" if answer.known else "unread"
        return Trace(
            code=code,
            sign=item.field,
            path=path,
            answer=shown_answer(item.type, answer),
            absence=answer.unknown,
        )

    def _candidates_held_back(self, target: Target) -> Iterator[Group]:
        found = self._indices(target)
        if not any(self.work.contest.order[i].candidate.exists.presumed == YES for i in found):
            yield from self._absent(target)
        for index in found:
            yield from self.candidates.held_back(index)
        if target.kind == "area" and target.area in self.work.areas:
            yield from self.candidates.lists(target.area or "")
