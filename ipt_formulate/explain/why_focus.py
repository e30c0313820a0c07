"""What carries the focus, and what keeps every other candidate from its place?

The leader's own evidence, the differentials that lifted it, the second focus and why there is one; and for each other
candidate the contrast with the leader.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ipt_formulate.explain.contrast import Comparing, Comparison
from ipt_formulate.explain.explanations import Group, GroupCode, Reason
from ipt_formulate.explain.why_candidate import Candidates
from ipt_formulate.formulation import result as r
from ipt_formulate.formulation.focus import THREE_LISTS
from ipt_formulate.formulation.ranking import mutual, shown_edges
from ipt_formulate.logic.truth import NO, YES

NAMED_AS = ("wishes.most_tied_to", "wishes.wants_to_work_on")


class Focus:
    """Groups of reasons and contrasts about the focus of one case."""

    def __init__(self, candidates: Candidates, comparing: Comparing) -> None:
        self.candidates, self.comparing = candidates, comparing
        self.reasons, self.work, self.contest = candidates.reasons, candidates.work, candidates.contest

    def leaders(self, focus: r.Focus) -> list[int]:
        """The candidates that lead; several in a tie."""
        places = focus.tied or ((focus.primary,) if focus.primary is not None else ())
        return [index for place in places if (index := self._index(place)) is not None]

    def _index(self, place: r.FocusPlace) -> int | None:
        for index, each in enumerate(self.contest.order):
            if (each.candidate.area, each.candidate.situation) == (place.area, place.situation):
                return index
        return None

    # -- why --------------------------------------------------------------------------------------------------------

    def carried(self, focus: r.Focus) -> Iterator[Group]:
        """What the status of the focus rests on, and what carries those that lead."""
        if focus.status in ("not_applicable",):
            yield Group(code="episode", reasons=(self.reasons.sign("episode_present"),))
            return
        leaders = self.leaders(focus)
        for index in leaders:
            yield from self.candidates.carried(index)
        yield from self._giving_way(leaders)
        if focus.secondary is not None and leaders:
            second = self._index(focus.secondary)
            if second is not None:
                yield from self._second(leaders[0], second)
        if focus.status == "none":
            yield Group(code="list_open", reasons=tuple(self.reasons.list_(about) for about in THREE_LISTS))

    def _giving_way(self, leaders: Sequence[int]) -> Iterator[Group]:
        """What gives way to those that lead: what put one in front, or was behind it anyway, or does so both ways."""
        edges = shown_edges(self.contest.order, self.contest.edges)
        both_ways, keys = mutual(edges), self.contest.keys
        for edge in edges:
            if edge.target not in leaders:
                continue
            below, above = keys[edge.source], keys[edge.target]
            lifted = (above.source, above.steps) == (below.source, below.steps + 1)
            code: GroupCode = "lifted" if lifted and len(leaders) == 1 else "giving_way"
            if (edge.source, edge.target) in both_ways:
                code = "both_ways"
            yield self.comparing.edge_group(edge, code)

    def _second(self, first: int, second: int) -> Iterator[Group]:
        """Why there is a second focus: it is present, and named by the person or connected to the first."""
        candidate = self.contest.order[second].candidate
        reasons = [*self._named(second), *self._connected(first, second)]
        yield Group(code="second", area=candidate.area, situation=candidate.situation, reasons=tuple(reasons))
        yield from self.candidates.carried(second)

    def _named(self, index: int) -> Iterator[Reason]:
        for member in self.contest.order[index].candidate.members:
            both = self.reasons.both(member)
            traces = tuple(self.reasons.tracer.origins.naming(link, both) for link in NAMED_AS)
            told = tuple(each for each in traces if each.leans == "yes")
            if told:
                yield Reason(kind="sign", at="priority", record=both.key, traces=told)

    def _connected(self, first: int, second: int) -> Iterator[Reason]:
        for a in self.contest.order[first].candidate.members:
            for b in self.contest.order[second].candidate.members:
                if a.strict.key == b.strict.key:
                    return
                trace = self.reasons.tracer.connection(self.reasons.both(a), self.reasons.both(b))
                if trace.leans == "yes":
                    yield Reason(kind="sign", at="connected", record=a.strict.key, traces=(trace,))

    # -- why not ----------------------------------------------------------------------------------------------------

    def contrasts(self) -> Iterator[Comparison]:
        """The leader beside every other candidate that is or may be there; without a leader there is none."""
        ordered = self.work.ordered
        if not ordered:
            return
        for index, each in enumerate(self.contest.order):
            if index != ordered[0] and NO not in (each.candidate.exists.presumed, each.candidate.exists.strict):
                yield self.comparing.compare(ordered[0], index)

    def held_back(self, focus: r.Focus) -> Iterator[Group]:
        """What keeps the focus from being settled, or from being there at all."""
        case = self.work.case.strict.case
        if case.values.get("episode_present") != YES:
            yield Group(code="episode", reasons=(self.reasons.sign("episode_present"),))
        open_ = [about for about in THREE_LISTS if self.work.case.strict.complete(about) != YES]
        if open_:
            yield Group(code="list_open", reasons=tuple(self.reasons.list_(about) for about in open_))
        leaders = self.leaders(focus)
        for index in leaders:
            yield from self.candidates.held_back(index)
        if not leaders:
            for index in range(len(self.contest.order)):
                yield from self.candidates.held_back(index)
