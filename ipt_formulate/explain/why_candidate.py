"""What carries the standing of a candidate, and what holds it back?

The same evidence that the fold counts, sorted by what it does there: findings that make the level, those that only
colour it, those that lower, cap or exclude, and those that could still speak.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from ipt_formulate.explain.explanations import Group, GroupCode, Reason
from ipt_formulate.explain.reasons import Reasons
from ipt_formulate.formulation.candidates import Candidate, Evidence
from ipt_formulate.formulation.focus import THREE_LISTS
from ipt_formulate.formulation.gate import DEFICITS, never_a_focus
from ipt_formulate.formulation.ranking import shown_edges, strict_edge_truth
from ipt_formulate.formulation.standing import EXCLUDED, OPEN, POSSIBLE, PRESENT
from ipt_formulate.intake.items import SECTIONS
from ipt_formulate.logic.truth import NO, UNKNOWN, YES
from ipt_formulate.rulebook import conclusions as c
from ipt_formulate.rulebook.nodes import About

AGAINST = (c.Opposes, c.Caps, c.Excludes)


class Candidates:
    """Groups of reasons about the candidates of one case, told by their index in the contest."""

    def __init__(self, reasons: Reasons) -> None:
        self.reasons = reasons
        self.work, self.contest = reasons.work, reasons.work.contest
        self._edges = shown_edges(self.contest.order, self.contest.edges)
        self._carried: dict[int, tuple[Group, ...]] = {}
        self._held_back: dict[int, tuple[Group, ...]] = {}

    # -- why --------------------------------------------------------------------------------------------------------

    def carried(self, index: int) -> tuple[Group, ...]:
        """What carries the standing that is shown."""
        if index not in self._carried:
            self._carried[index] = tuple(self._carrying(index))
        return self._carried[index]

    def _carrying(self, index: int) -> Iterator[Group]:
        ranked = self.contest.order[index]
        candidate = ranked.candidate
        if ranked.standing.lean == EXCLUDED:
            yield from self._excluding(candidate)
        deciding = _deciding(candidate)
        yield from self._group("carried", candidate, [*deciding, *_holding(candidate, c.Floors)])
        yield from self._group(
            "coloured", candidate, [each for each in _holding(candidate, c.Supports) if each not in deciding]
        )
        if ranked.standing.lean != EXCLUDED:
            yield from self._group("against_all_the_same", candidate, _holding(candidate, c.Opposes, c.Caps))
        if ranked.standing.lean == OPEN:
            yield from self._group("may_still", candidate, _unknown(candidate, c.Supports, c.Floors))
        there = candidate.exists.presumed == YES
        yield from self._reasons("came_about" if there else "not_there", candidate, self.reasons.existence(candidate))
        if candidate.area == DEFICITS and self.contest.gate.applied and self.contest.gate.admits:
            yield from self._reasons("gate_open", candidate, self._open_gate())

    def _open_gate(self) -> Iterator[Reason]:
        """Why deficits may be considered: the lists are complete, or the clinician released the gate."""
        isolation = next(each.candidate for each in self.contest.order if each.candidate.area == DEFICITS)
        if self.contest.gate.released:
            yield self.reasons.decision(isolation)
        yield from (self.reasons.list_(about) for about in THREE_LISTS)

    def _excluding(self, candidate: Candidate) -> Iterator[Group]:
        if candidate.ruled_out:
            yield from self._reasons("ruled_out", candidate, (self.reasons.decision(candidate),))
        yield from self._group("excluded_by", candidate, _holding(candidate, c.Excludes))

    # -- why not ----------------------------------------------------------------------------------------------------

    def held_back(self, index: int) -> tuple[Group, ...]:
        """What keeps the candidate from standing higher, from standing first, and from being settled."""
        if index not in self._held_back:
            self._held_back[index] = tuple(self._holding_back(index))
        return self._held_back[index]

    def _holding_back(self, index: int) -> Iterator[Group]:
        ranked = self.contest.order[index]
        candidate = ranked.candidate
        if candidate.exists.strict != YES or candidate.exists.presumed != YES:
            yield from self._reasons("not_there", candidate, self.reasons.existence(candidate))
        if candidate.exists == (NO, NO):
            return  # whatever speaks about it, there is no such candidate
        yield from self._excluding(candidate)
        yield from self._group("held_down", candidate, _holding(candidate, c.Opposes, c.Caps))
        if ranked.standing.lean < PRESENT:
            yield from self._group("other_answer", candidate, _not_holding(candidate, _counts))
        yield from self._group("not_known", candidate, _unknown(candidate, c.Floors, c.Supports, only=_counts))
        yield from self._group("might_speak_against", candidate, _unknown(candidate, *AGAINST))
        yield from self._group("taken_as_so", candidate, _presumed(candidate))
        yield from self._places(index)

    def _places(self, index: int) -> Iterator[Group]:
        """What keeps it from the focus although it stands as it does."""
        candidate = self.contest.order[index].candidate
        bars = [bar for bar in self.contest.bars[index] if bar.shown or bar.may_hold]
        yield from self._reasons("barred", candidate, (self.reasons.bar(bar, candidate) for bar in bars))
        away = [edge for edge in self._edges if edge.source == index]
        yield from self._reasons("gives_way", candidate, (self.reasons.edge(edge) for edge in away))
        order = self.contest.order
        perhaps = [
            edge
            for edge in self.contest.edges
            if edge.source == index and edge not in away and strict_edge_truth(order, edge) != NO
        ]
        yield from self._reasons("might_give_way", candidate, (self.reasons.edge(edge) for edge in perhaps))
        if candidate.area == DEFICITS:
            yield from self.gate(candidate)

    def gate(self, candidate: Candidate) -> Iterator[Group]:
        """What keeps the gate to deficits from being open."""
        gate, book = self.contest.gate, self.work.book
        if never_a_focus(DEFICITS, book):
            yield from self._reasons("gate", candidate, (self.reasons.switch("deficits_policy"),))
        elif gate.applied and gate.truth != YES:
            holding = [
                self.reasons.place(each)
                for each in self.contest.order
                if each.candidate.area != DEFICITS and each.standing.best >= POSSIBLE
            ]
            lists = [self.reasons.list_(about) for about in gate.open_lists]  # type: ignore[arg-type]  # kinds of records, as the gate has them
            yield from self._reasons("gate", candidate, [*holding, *lists])

    # -- areas ------------------------------------------------------------------------------------------------------

    def lists(self, area: str) -> Iterator[Group]:
        """The lists that feed an area and may still grow."""
        fed_by = next(each.fed_by for each in self.work.book.areas if each.code == area)
        open_ = [about for about in fed_by if self.work.case.strict.complete(about) != YES]
        if open_:
            yield Group(code="list_open", area=area, reasons=tuple(self.reasons.list_(about) for about in open_))

    def nothing(self, area: str) -> Iterator[Group]:
        """Why an area has no candidate at all: its lists."""
        fed_by: tuple[About, ...] = next(each.fed_by for each in self.work.book.areas if each.code == area)
        reasons = tuple(self.reasons.list_(about) for about in fed_by if about in SECTIONS)
        yield Group(code="nothing_on_record", area=area, reasons=reasons)

    # -- making groups ----------------------------------------------------------------------------------------------

    def _group(self, code: GroupCode, candidate: Candidate, evidence: Iterable[Evidence]) -> Iterator[Group]:
        found = [self.reasons.evidence(candidate, each) for each in evidence]
        yield from self._reasons(code, candidate, found)

    def _reasons(self, code: GroupCode, candidate: Candidate, reasons: Iterable[Reason]) -> Iterator[Group]:
        found = tuple(reasons)
        if found:
            yield Group(code=code, area=candidate.area, situation=candidate.situation, reasons=found)


def _holding(candidate: Candidate, *kinds: type[c.Evidence]) -> list[Evidence]:
    return [each for each in candidate.of(*kinds) if each.truth.presumed == YES]


def _not_holding(candidate: Candidate, only: Callable[[Evidence], bool]) -> list[Evidence]:
    return [each for each in candidate.of(c.Floors, c.Supports) if each.truth.presumed == NO and only(each)]


def _unknown(
    candidate: Candidate, *kinds: type[c.Evidence], only: Callable[[Evidence], bool] = lambda each: True
) -> list[Evidence]:
    return [each for each in candidate.of(*kinds) if each.truth.presumed == UNKNOWN and only(each)]


def _presumed(candidate: Candidate) -> list[Evidence]:
    """Evidence that is settled on what is shown and open on what was answered."""
    for_it = [each for each in candidate.of(c.Supports, c.Floors) if each.truth.presumed == YES and _counts(each)]
    against = [each for each in candidate.of(*AGAINST) if each.truth.presumed == NO]
    return [each for each in (*for_it, *against) if each.truth.strict == UNKNOWN]


def _counts(each: Evidence) -> bool:
    """Weak findings colour, and count for nothing in the standing."""
    return not (isinstance(each.conclusion, c.Supports) and each.conclusion.strength == "weak")


def _deciding(candidate: Candidate) -> list[Evidence]:
    """The findings that make the level: strong ones, and moderate ones that count."""
    found = [each for each in _holding(candidate, c.Supports) if _counts(each)]
    strong_or_alone = any(
        isinstance(each.conclusion, c.Supports)
        and (each.conclusion.strength == "strong" or each.conclusion.stands_alone)
        for each in found
    )
    return found if strong_or_alone else []
