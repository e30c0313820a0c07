"""Why does one candidate stand before another?

Compares the very keys that made the order: the first criterion in which they differ decides, or the differential that
lifts one, or nothing does and they are a tie. Says so when the deciding difference comes from a missing answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from ipt_formulate.explain.explanations import Group, GroupCode, Reason, Side
from ipt_formulate.explain.reasons import range_of
from ipt_formulate.explain.trace import Trace
from ipt_formulate.explain.why_candidate import Candidates
from ipt_formulate.formulation.focus import LINKS_OF_CRITERION, barred
from ipt_formulate.formulation.ranking import Edge, Effective, criteria_names, is_before, mutual, shown_edges
from ipt_formulate.formulation.result import FocusPlace
from ipt_formulate.formulation.standing import OPEN
from ipt_formulate.logic.possible import Span
from ipt_formulate.rulebook import conclusions as c
from ipt_formulate.rulebook.nodes import Sign

STANDING = "standing"


@dataclass(frozen=True, slots=True)
class Comparison:
    """What came of comparing two candidates, the one that stands before first. See `Contrast` for the fields."""

    relation: Literal["before", "tie", "neither"]
    first: Side
    second: Side
    decided_by: str
    end: Literal["least", "most"] | None = None
    from_unknown: bool = False
    certain: bool = False
    lifted: tuple[Group, ...] = ()
    through: FocusPlace | None = None


class Comparing:
    """Compares the candidates of one case, told by their index in the contest."""

    def __init__(self, candidates: Candidates) -> None:
        self.candidates, self.reasons = candidates, candidates.reasons
        self.work, self.contest = candidates.work, candidates.work.contest
        self.edges = shown_edges(self.contest.order, self.contest.edges)
        self.names = (STANDING, *criteria_names(self.work.book))

    def compare(self, one: int, other: int) -> Comparison:
        """Why the one of two candidates stands before the other, or that nothing separates them."""
        ordered = self.work.ordered
        if one not in ordered and other not in ordered:
            return Comparison("neither", self._unranked(one), self._unranked(other), "not_ranked")
        if other not in ordered:
            return Comparison("before", self.side(one), self._unranked(other), "not_ranked")
        if one not in ordered:
            return Comparison("before", self.side(other), self._unranked(one), "not_ranked")
        x, y = (one, other) if ordered.index(one) <= ordered.index(other) else (other, one)
        keys = self.contest.keys
        if keys[x] == keys[y] and barred(self.contest, x, "first") == barred(self.contest, y, "first"):
            return self._tie(one, other)
        if keys[x].tuple <= keys[y].tuple:
            return Comparison("before", self.side(x), self._barred(y), "bar")
        return self._before(x, y)

    def _before(self, x: int, y: int) -> Comparison:
        mine, theirs = self.contest.keys[x], self.contest.keys[y]
        lifted = tuple(self._lifts(x))
        if mine.source == theirs.source and mine.steps != theirs.steps:
            return Comparison("before", self.side(x), self.side(y), "differential", lifted=lifted)
        # A lifted candidate stands just above its source: the source is what is compared.
        a, b = self._source(x), self._source(y)
        left, right = (mine.source, theirs.source) if mine.source != theirs.source else (mine.own, theirs.own)
        if mine.source == theirs.source:
            a, b = x, y
        place = next(index for index, (one, other) in enumerate(zip(left, right, strict=True)) if one != other)
        number, end = (0, None) if place == 0 else ((place + 1) // 2, "least" if place % 2 else "most")
        name = self.names[number]
        first, second = self._at(a, number, x), self._at(b, number, y)
        by_lift = bool(lifted) and Effective(mine.own, 0, mine.own).tuple <= theirs.tuple
        return Comparison(
            "before",
            first,
            second,
            "differential" if by_lift else name,
            end,  # type: ignore[arg-type]
            from_unknown=first.unknown or second.unknown,
            certain=is_before(self.contest.order[a], self.contest.order[b]) and not lifted,
            lifted=lifted,
            through=self._place(a) if a != x else None,
        )

    def _place(self, index: int) -> FocusPlace:
        candidate = self.contest.order[index].candidate
        return FocusPlace(area=candidate.area, situation=candidate.situation)

    def _tie(self, one: int, other: int) -> Comparison:
        ways = mutual(self.edges)
        both = [
            edge
            for edge in self.edges
            if (edge.source, edge.target) in ways and {edge.source, edge.target} == {one, other}
        ]
        lifted = tuple(self.edge_group(edge, "both_ways") for edge in both)
        return Comparison("tie", self.side(one), self.side(other), "nothing", lifted=lifted)

    # -- sides ------------------------------------------------------------------------------------------------------

    def side(self, index: int, *groups: Group) -> Side:
        """A candidate by name, standing and place."""
        ranked = self.contest.order[index]
        place = self.work.ordered.index(index) + 1 if index in self.work.ordered else None
        return Side(
            area=ranked.candidate.area,
            situation=ranked.candidate.situation,
            record=ranked.candidate.members[0].strict.key,
            standing=range_of(ranked.standing),
            rank=place,
            groups=groups,
        )

    def _unranked(self, index: int) -> Side:
        return self.side(index, *self.candidates.held_back(index))

    def _barred(self, index: int) -> Side:
        return self.side(index, *(each for each in self.candidates.held_back(index) if each.code == "barred"))

    def _at(self, index: int, number: int, shown_as: int) -> Side:
        """A candidate at the criterion with this number (0 is the standing)."""
        ranked = self.contest.order[index]
        name = self.names[number]
        if number == 0:
            side = self.side(shown_as, *self.candidates.carried(index), *self.candidates.held_back(index))
            lean = ranked.standing.lean
            return side.model_copy(update={"at": (lean, lean), "unknown": lean == OPEN})
        span = ranked.shown[number - 1]
        groups = (Group(code="compared", area=ranked.candidate.area, reasons=tuple(self._criterion(index, name))),)
        return self.side(shown_as, *groups).model_copy(
            update={
                "at": tuple(span),
                "value": self._value(index, name, span),
                "unknown": span.least != span.most,
            }
        )

    def _value(self, index: int, name: str, span: Span) -> str | int | None:
        """What the candidate has, where one thing says it: the strength of the link in time, the days."""
        if span.least != span.most:
            return None
        if name == "timing":
            return ("none", "weak", "moderate", "strong")[span.least]
        return abs(span.least)

    def _criterion(self, index: int, name: str) -> Iterator[Reason]:
        """Where the value of a criterion comes from."""
        candidate = self.contest.order[index].candidate
        for member in candidate.members:
            both = self.reasons.both(member)
            if name in LINKS_OF_CRITERION:
                traces = tuple(self.reasons.tracer.origins.naming(link, both) for link in LINKS_OF_CRITERION[name])
                yield self._read(name, both.key, traces)
            elif name == "severity":
                for rule, each in self.work.book.concluding(c.Ranks):
                    if isinstance(each, c.Ranks) and rule.about == member.strict.about:
                        truth = self.work.verdicts.rules[rule.id, member.strict.id]
                        yield self.reasons.rule(rule, both, "ranks", truth=truth, situation=candidate.situation)
            else:
                sign = "timing_strength" if name == "timing" else "lag"
                trace = self.reasons.tracer.read(Sign(member.strict.about, sign), both)
                yield self._read(name, both.key, (trace,))

    def _read(self, name: str, record: str, traces: tuple[Trace, ...]) -> Reason:
        return Reason(kind="sign", at=name, record=record, traces=traces)

    # -- differentials ----------------------------------------------------------------------------------------------

    def _lifts(self, index: int) -> Iterator[Group]:
        """The differentials through which the candidate got its key, nearest first."""
        key, keys, cancelled = self.contest.keys[index], self.contest.keys, mutual(self.edges)
        if key.steps == 0:
            return
        for edge in self.edges:
            if edge.target != index or (edge.source, edge.target) in cancelled:
                continue
            source = keys[edge.source]
            if source.source == key.source and source.steps + 1 >= key.steps:
                yield self.edge_group(edge)
                if source.steps:
                    yield from self._lifts(edge.source)
                return

    def edge_group(self, edge: Edge, code: GroupCode = "lifted") -> Group:
        """What gives way by a differential, with its reason."""
        source = self.contest.order[edge.source].candidate
        return Group(code=code, area=source.area, situation=source.situation, reasons=(self.reasons.edge(edge),))

    def _source(self, index: int) -> int:
        """The candidate whose key this one stands on: itself, unless it was lifted."""
        key: Effective = self.contest.keys[index]
        if key.steps == 0:
            return index
        return next(i for i, each in enumerate(self.contest.order) if each.key == key.source)
