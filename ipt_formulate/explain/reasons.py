"""How does a rule, an open list, a differential or a bar become one reason of an explanation?

One maker for each. What a reason says comes from the rule and from its trace; nothing is decided here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ipt_formulate.engines.facts import View
from ipt_formulate.engines.verdicts import Pair
from ipt_formulate.explain.explanations import Reason
from ipt_formulate.explain.origins import Both
from ipt_formulate.explain.trace import Trace
from ipt_formulate.explain.tracer import Tracer
from ipt_formulate.formulation.candidates import Candidate, Evidence, Member
from ipt_formulate.formulation.focus import Bar
from ipt_formulate.formulation.formulate import EFFECTS, Work
from ipt_formulate.formulation.ranking import Edge, Ranked
from ipt_formulate.formulation.result import StandingRange
from ipt_formulate.formulation.standing import WORDS, Standing
from ipt_formulate.logic.truth import YES, word
from ipt_formulate.rulebook import Rule
from ipt_formulate.rulebook import conclusions as c
from ipt_formulate.rulebook.nodes import About, Condition, Sign
from ipt_formulate.rulebook.vocabulary import LISTS


class Reasons:
    """Makes the reasons of one case.

    Parameters
    ----------
    work
        The case as it was formulated.
    view
        For advice: the presumed pass with what was found.
    whole
        Trace what does not bear on a verdict too.
    """

    def __init__(self, work: Work, view: View | None = None, *, whole: bool = False) -> None:
        self.work, self.book = work, work.book
        self.tracer = Tracer(work, view, whole=whole)

    def traced(self, node: Condition, both: Both) -> Trace:
        """The trace of a condition."""
        return self.tracer.trace(node, both)

    def rule(
        self,
        rule: Rule,
        both: Both,
        effect: str,
        *,
        truth: Pair | None = None,
        traces: Sequence[Trace] | None = None,
        conclusion: c.Conclusion | None = None,
        at: str | None = None,
        area: str | None = None,
        situation: str | None = None,
        of: Both | None = None,
    ) -> Reason:
        """A rule about one record; `of` is the record its reason speaks of, where that is another.

        Without `traces` that of its sentence.
        """
        if traces is None:
            traces = (self.traced(rule.when, both),) if rule.when is not None else ()
        leading = traces[0] if traces else None
        return Reason(
            kind="rule",
            rule=rule.id,
            title=rule.title,
            record=both.key,
            effect=effect,
            strength=getattr(conclusion, "strength", None),
            aspect=getattr(conclusion, "aspect", None),
            at=at or getattr(conclusion, "at", None),
            tier=getattr(conclusion, "tier", None),
            truth=word(truth.strict) if truth is not None else (leading and leading.truth) or "unknown",
            leans=word(truth.presumed) if truth is not None else (leading and leading.leans) or "unknown",
            because=self.work.names.fill(rule.because, (of or both).presumed),
            label=rule.basis.label,
            sources=rule.basis.sources,
            knowledge=rule.knowledge,
            area=area or getattr(conclusion, "area", None),
            situation=situation,
            traces=tuple(traces),
        )

    def evidence(self, candidate: Candidate, each: Evidence) -> Reason:
        """A rule that speaks about a candidate."""
        both = self.both(member_of(candidate, each.record))
        return self.rule(
            each.rule,
            both,
            EFFECTS[type(each.conclusion)],
            truth=each.truth,
            conclusion=each.conclusion,
            situation=candidate.situation,
        )

    def both(self, member: Member) -> Both:
        """The record of a candidate in both passes."""
        return Both(member.strict, member.presumed)

    # -- how a pair came to be --------------------------------------------------------------------------------------

    def existence(self, candidate: Candidate) -> Iterator[Reason]:
        """The routes and spawns that make the pair, or do not; nothing for a recorded situation in its own area."""
        home = next((area.home for area in self.book.areas if area.code == candidate.area), None)
        for member in candidate.members:
            both = self.both(member)
            made = self.tracer.origins.existence(both)
            if made is not None:
                spawn = self.book.rules[made.name or ""]
                truth = Pair(member.strict.exists, member.presumed.exists)
                origin = next(each for each in self.tracer.both(spawn.about) if each.strict.id == member.strict.origin)
                yield self.rule(spawn, both, "spawns", truth=truth, traces=(made,), of=origin)
            if member.strict.about != home:
                yield from self.routes(candidate.area, both)

    def routes(self, area: str, both: Both) -> Iterator[Reason]:
        """The rules that route a record to an area: those that do, else all that could."""
        found = []
        for rule, each in self.book.concluding(c.Routes):
            if isinstance(each, c.Routes) and each.area == area and rule.about == both.strict.about:
                found.append((rule, self.work.verdicts.rules[rule.id, both.strict.id]))
        holding = [(rule, pair) for rule, pair in found if pair.presumed == YES]
        for rule, pair in holding or found:
            yield self.rule(rule, both, "routes", truth=pair, area=area)

    # -- lists and signs ----------------------------------------------------------------------------------------------

    def list_(self, about: About) -> Reason:
        """Whether a list is known to be complete."""
        sign = Sign("case", f"{LISTS[about]}_complete")
        trace = self.tracer.read(sign, self.tracer.origins.case)
        strict = self.tracer.strict.complete(about)
        presumed = self.tracer.presumed.complete(about)
        return Reason(kind="list", at=LISTS[about], truth=word(strict), leans=word(presumed), traces=(trace,))

    def sign(self, name: str) -> Reason:
        """A yes/no sign of the case, down to its answers."""
        trace = self.tracer.read(Sign("case", name), self.tracer.origins.case)
        strict, presumed = self.tracer.strict.case.values[name], self.tracer.presumed.case.values[name]
        assert isinstance(strict, int)
        assert isinstance(presumed, int)
        rule = self.book.derived.get(Sign("case", name))
        because = self.work.names.fill(rule.because, self.tracer.presumed.case) if rule is not None else ""
        return Reason(kind="sign", at=name, truth=word(strict), leans=word(presumed), because=because, traces=(trace,))

    def decision(self, candidate: Candidate) -> Reason:
        """What the clinician decided about the candidate."""
        trace = Trace(code="decision", path="decisions", record=candidate.members[0].strict.key)
        return Reason(kind="decision", area=candidate.area, situation=candidate.situation, traces=(trace,))

    def switch(self, name: str) -> Reason:
        """A switch of the profile."""
        return Reason(kind="switch", at=name, because=self.book.switches[name].says)

    def place(self, ranked: Ranked) -> Reason:
        """A candidate that holds something back by standing where it does."""
        candidate = ranked.candidate
        return Reason(
            kind="place",
            area=candidate.area,
            situation=candidate.situation,
            record=candidate.members[0].strict.key,
            standing=range_of(ranked.standing),
        )

    # -- differentials and bars ---------------------------------------------------------------------------------------

    def edge(self, edge: Edge) -> Reason:
        """A differential: why one candidate gives way to another."""
        order, rule = self.work.contest.order, self.book.rules[edge.rule]
        source, target = order[edge.source].candidate, order[edge.target].candidate
        yields, one, other = self._tied(edge, source, target)
        assert rule.when is not None
        traces = [self.traced(rule.when, one)]
        if one.key != other.key:
            traces.append(self.tracer.connection(one, other))
        if yields.where is not None:
            traces.append(self.traced(yields.where, other))
        return self.rule(
            rule, one, "yields", truth=edge.truth, traces=traces, area=target.area, situation=target.situation
        )

    def _tied(self, edge: Edge, source: Candidate, target: Candidate) -> tuple[c.Yields, Both, Both]:
        """The conclusion and the two records by which the differential holds, or may."""
        found = [
            (self.work.verdicts.edges[key], each, self.both(a), self.both(b))
            for each in self.book.rules[edge.rule].conclusions
            if isinstance(each, c.Yields) and each.area == source.area
            for a in source.members
            for b in target.members
            if each.of == b.strict.about
            for key in [(edge.rule, a.strict.id, b.strict.id)]
            if key in self.work.verdicts.edges
        ]
        _, yields, one, other = max(
            found, key=lambda each: (each[0].presumed, each[0].strict, each[1].to == target.area)
        )
        return yields, one, other

    def bar(self, bar: Bar, candidate: Candidate) -> Reason:
        """What keeps a candidate from a place, and what it waits for."""
        both = self.both(member_of(candidate, bar.record))
        assert bar.rule.when is not None
        traces = [self.traced(bar.rule.when, both)]
        for each in bar.rule.conclusions:
            if isinstance(each, c.Bars) and each.until is not None:
                traces.append(self.traced(each.until, both))
        return self.rule(
            bar.rule,
            both,
            "bars",
            truth=bar.when,
            traces=traces,
            at=bar.place,
            area=candidate.area,
            situation=candidate.situation,
        )


def member_of(candidate: Candidate, record_id: str) -> Member:
    """The member of a candidate with this record."""
    return next(each for each in candidate.members if each.strict.id == record_id)


def range_of(standing: Standing) -> StandingRange:
    """A standing in its outward words."""
    return StandingRange(
        worst=WORDS[standing.worst],  # type: ignore[arg-type]
        best=WORDS[standing.best],  # type: ignore[arg-type]
        lean=WORDS[standing.lean],  # type: ignore[arg-type]
    )
