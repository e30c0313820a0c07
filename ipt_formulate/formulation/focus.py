"""Which focus is proposed, is it settled, and what could overturn it?

A focus is (area, situation). Equal keys at the top are a tie, never broken by accident. A focus is settled only if no
missing answer could change it; otherwise the answers that could are named.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from ipt_formulate.engines.connections import connected
from ipt_formulate.engines.openness import Openness, open_connection, open_list
from ipt_formulate.engines.signs import Situations
from ipt_formulate.engines.verdicts import Pair, Verdicts
from ipt_formulate.formulation.candidates import Candidate
from ipt_formulate.formulation.gate import DEFICITS, Gate, never_a_focus, never_second
from ipt_formulate.formulation.ranking import (
    ROUNDS,
    Edge,
    Effective,
    Ranked,
    are_connected,
    criteria_names,
    is_before,
    strict_edge_truth,
)
from ipt_formulate.formulation.standing import NOT_SUPPORTED, OPEN, POSSIBLE, PRESENT
from ipt_formulate.logic.truth import NO, UNKNOWN, YES
from ipt_formulate.rulebook import Rule, Rulebook
from ipt_formulate.rulebook import conclusions as c
from ipt_formulate.rulebook.nodes import About, Sign

THREE_LISTS: tuple[About, ...] = ("loss", "conflict", "change")
LINKS_OF_CRITERION = {
    "priority": ("wishes.most_tied_to", "wishes.wants_to_work_on"),
    "affect": ("wishes.most_feeling",),
    "pressing": ("wishes.most_pressing",),
    "workability": ("wishes.most_workable",),
}


@dataclass(frozen=True, slots=True)
class Bar:
    """Something that keeps a candidate from a place, until an answer lifts it."""

    place: str
    rule: Rule
    record: str
    when: Pair
    until: Pair

    @property
    def shown(self) -> bool:
        """Barred on what was said."""
        return self.when.presumed == YES and self.until.presumed != YES

    @property
    def may_hold(self) -> bool:
        """Not known to be lifted or beside the point: forbids calling a focus settled."""
        return self.when.strict != NO and self.until.strict != YES

    @property
    def for_good(self) -> bool:
        """Known to hold, and the answer that would lift it is known to be no."""
        return self.when.strict == YES and self.until.strict == NO


@dataclass(frozen=True)
class Contest:
    """Everything that the choice of a focus looks at; candidates are told by their index in `order`."""

    order: tuple[Ranked, ...]
    edges: tuple[Edge, ...]
    keys: tuple[Effective, ...]
    bars: tuple[tuple[Bar, ...], ...]
    gate: Gate
    case: Situations
    verdicts: Verdicts
    book: Rulebook

    @cached_property
    def openness(self) -> Openness:
        """The missing answers behind what is unknown for certain."""
        return Openness(self.case.strict, self.book)


@dataclass(frozen=True, slots=True)
class Focus:
    """The choice: status, indices of the leading candidates, the second, and whether it is settled."""

    status: str
    leaders: tuple[int, ...]
    second: int | None
    settled: bool
    overturned_by: tuple[str, ...]


def bars_of(candidate: Candidate, verdicts: Verdicts, book: Rulebook) -> tuple[Bar, ...]:
    """The bars that speak about a candidate."""
    return tuple(
        Bar(each.place, rule, member.strict.id, verdicts.rules[key], verdicts.bars[key])
        for rule, each in book.concluding(c.Bars)
        if isinstance(each, c.Bars) and each.area == candidate.area
        for member in candidate.members
        if rule.about == member.strict.about
        for key in [(rule.id, member.strict.id)]
    )


def shown_order(contest: Contest) -> list[int]:
    """The candidates that may be ranked, best first; those barred from the first place never stand there alone."""
    rankable = [
        i
        for i, each in enumerate(contest.order)
        if each.candidate.exists.presumed == YES and each.standing.lean >= OPEN and _admitted(each, contest)
    ]
    areas = [area.code for area in contest.book.areas]
    ordered = sorted(
        rankable,
        key=lambda i: (areas.index(contest.order[i].candidate.area), contest.order[i].candidate.situation),
    )
    ordered.sort(key=lambda i: contest.keys[i].tuple, reverse=True)
    free = [i for i in ordered if not barred(contest, i, "first")]
    if not free:
        return ordered
    first = [i for i in free if contest.keys[i] == contest.keys[free[0]]]
    return first + [i for i in ordered if i not in first]


def _admitted(each: Ranked, contest: Contest) -> bool:
    if each.candidate.area != DEFICITS:
        return True
    if each.standing.lean < POSSIBLE:
        # Every case has an isolation picture, so that it is merely open says nothing: something must be said for it
        # (K-RANK-09), gate or no gate.
        return False
    return contest.gate.admits and not never_a_focus(each.candidate.area, contest.book)


def barred(contest: Contest, index: int, place: str) -> bool:
    """Is the candidate kept from the place, on what was said?"""
    return any(bar.place == place and bar.shown for bar in contest.bars[index])


def focus_of(contest: Contest, ordered: Sequence[int], *, overturned: bool = True) -> Focus:
    """The focus of one case, with its status.

    Without `overturned` the answers that could overturn it are not looked for: that takes longer than all the rest.
    """
    view = contest.case.strict
    complete = all(view.complete(about) == YES for about in THREE_LISTS)
    if view.case.values.get("episode_present") == NO:
        return Focus("not_applicable", (), None, not contest.case.contradictions, ())
    if complete and all(_impossible(each, contest) for each in contest.order):
        return Focus("none", (), None, not contest.case.contradictions, ())
    free = [i for i in ordered if not barred(contest, i, "first")]
    if not free:
        finding = _what_would_find_one(contest, ordered) if overturned else ()
        return Focus("insufficient", (), None, False, finding)
    opening: set[str] = set()
    leaders = tuple(i for i in free if contest.keys[i] == contest.keys[free[0]])
    if len(leaders) > 1:
        for i in leaders if overturned else ():
            opening |= overturning(i, contest)
        return Focus("tie", leaders, None, False, tuple(sorted(opening)))
    settled = complete and is_settled(leaders[0], contest)
    second = _second(leaders[0], ordered, contest)
    opening = overturning(leaders[0], contest) if overturned and not settled else set()
    return Focus("proposed", leaders, second, settled, tuple(sorted(opening)))


def _impossible(each: Ranked, contest: Contest) -> bool:
    if each.standing.best < POSSIBLE or never_a_focus(each.candidate.area, contest.book):
        return True
    return each.candidate.area == DEFICITS and contest.gate.applied and contest.gate.truth == NO


def _second(first: int, ordered: Sequence[int], contest: Contest) -> int | None:
    """The best that may stand beside the first; none where two are equal, for nothing puts one before the other."""
    if contest.book.settings.get("max_foci") == "1":
        return None
    fit = [i for i in ordered if i != first and _may_be_second(first, i, contest)]
    highest = max((contest.keys[i].tuple for i in fit), default=None)
    best = [i for i in fit if contest.keys[i].tuple == highest]
    return best[0] if len(best) == 1 else None


def _may_be_second(first: int, index: int, contest: Contest) -> bool:
    each = contest.order[index]
    if each.standing.lean != PRESENT or never_second(each.candidate.area, contest.book):
        return False
    if barred(contest, index, "second"):
        return False
    tied = are_connected(contest.order[first].candidate, each.candidate, contest.case.presumed, presumed=True)
    return tied == YES or _named(each)


def _named(each: Ranked) -> bool:
    """Did the person name it, as most tied to the episode or as what to work on?"""
    for member in each.candidate.members:
        named = member.presumed.values["named_in"]
        assert isinstance(named, dict)
        if YES in (named["wishes.most_tied_to"], named["wishes.wants_to_work_on"]):
            return True
    return False


# -- settled ------------------------------------------------------------------------------------------------------


def is_settled(x: int, contest: Contest) -> bool:
    """Can no missing answer change that this candidate leads?"""
    leader = contest.order[x]
    if contest.case.contradictions or contest.case.strict.case.values.get("episode_present") != YES:
        return False
    if leader.standing.worst < POSSIBLE or leader.candidate.exists.strict != YES:
        return False
    if any(bar.place == "first" and bar.may_hold for bar in contest.bars[x]):
        return False
    if leader.candidate.area == DEFICITS and contest.gate.applied and contest.gate.truth != YES:
        return False
    if any(edge.source == x and strict_edge_truth(contest.order, edge) != NO for edge in contest.edges):
        return False
    certain = _sources(x, contest, certain=True)
    return all(
        any(_outdoes(s, t, x, y, contest.order) for s in certain)
        for y in range(len(contest.order))
        if y != x and _is_rival(y, contest)
        for t in _sources(y, contest, certain=False)
    )


def _is_rival(y: int, contest: Contest) -> bool:
    each = contest.order[y]
    if each.candidate.area == DEFICITS and contest.gate.applied and contest.gate.truth == NO:
        return False
    if never_a_focus(each.candidate.area, contest.book):
        return False
    return not any(bar.place == "first" and bar.for_good for bar in contest.bars[y])


def _sources(index: int, contest: Contest, *, certain: bool) -> list[tuple[int, int]]:
    """Candidates whose key this one has or may have, with the steps from them; itself first."""
    found = [(index, 0)]
    reached = {index}
    for steps in range(1, ROUNDS + 1):
        step = {
            edge.source for edge in contest.edges if edge.target in reached and _counts(edge, contest, certain=certain)
        }
        found += [(source, steps) for source in sorted(step)]
        reached = step
    return found


def _counts(edge: Edge, contest: Contest, *, certain: bool) -> bool:
    truth = strict_edge_truth(contest.order, edge)
    if not certain:
        return truth != NO
    reverse = [other for other in contest.edges if (other.source, other.target) == (edge.target, edge.source)]
    return truth == YES and all(strict_edge_truth(contest.order, other) == NO for other in reverse)


def _outdoes(s: tuple[int, int], t: tuple[int, int], x: int, y: int, order: Sequence[Ranked]) -> bool:
    if is_before(order[s[0]], order[t[0]]):
        return True
    if s[0] != t[0]:
        return False
    return s[1] > t[1] or (s[1] == t[1] and is_before(order[x], order[y]))


# -- what could overturn it ---------------------------------------------------------------------------------------


def overturning(x: int, contest: Contest) -> set[str]:
    """The paths of missing answers that could take the lead from this candidate: a sound superset."""
    view = contest.case.strict
    paths: set[str] = set()
    if view.case.values.get("episode_present") != YES:
        paths |= contest.openness.sign(Sign("case", "episode_present"), view.case)
    for about in THREE_LISTS:
        paths |= set(open_list(about, view))
    paths |= _could_change(contest.order[x].candidate, contest, against=True)
    paths |= {path for bar in contest.bars[x] for path in _bar_paths(bar, contest)}
    for edge in contest.edges:
        # Away from it, and also toward it: it may lead only because a differential lifts it.
        if x in (edge.source, edge.target) and strict_edge_truth(contest.order, edge) != NO:
            paths |= _edge_paths(edge, contest)
    if contest.order[x].standing.worst < POSSIBLE:
        paths |= _could_change(contest.order[x].candidate, contest, against=False)
    for y, rival in enumerate(contest.order):
        if y == x or not _is_rival(y, contest):
            continue
        for edge in contest.edges:
            if edge.target == y and strict_edge_truth(contest.order, edge) != NO:
                paths |= _edge_paths(edge, contest)
        if is_before(contest.order[x], rival):
            continue
        paths |= _could_change(rival.candidate, contest, against=False)
        paths |= _could_change(rival.candidate, contest, against=True)
        paths |= {path for bar in contest.bars[y] for path in _bar_paths(bar, contest)}
        for each in (contest.order[x], rival):
            paths |= _criteria_paths(each, contest)
    return paths


def _could_change(candidate: Candidate, contest: Contest, *, against: bool) -> set[str]:
    """Missing answers of the unknown evidence about a candidate, for it or against it."""
    kinds = (c.Opposes, c.Excludes, c.Caps) if against else (c.Supports, c.Floors)
    paths: set[str] = set()
    by_id = {member.strict.id: member.strict for member in candidate.members}
    for each in candidate.of(*kinds):
        if each.truth.strict == UNKNOWN and each.rule.when is not None:
            paths |= contest.openness.answers(each.rule.when, by_id[each.record])
    if candidate.exists.strict == UNKNOWN:
        for member in candidate.members:
            paths |= contest.openness.existence(member.strict)
            for rule, conclusion in contest.book.concluding(c.Routes):
                if (
                    isinstance(conclusion, c.Routes)
                    and conclusion.area == candidate.area
                    and rule.about == member.strict.about
                    and rule.when is not None
                ):
                    paths |= contest.openness.answers(rule.when, member.strict)
    return paths


def _bar_paths(bar: Bar, contest: Contest) -> set[str]:
    record = contest.case.strict.find(bar.record)
    if record is None or bar.rule.when is None or not bar.may_hold:
        return set()
    paths = set(contest.openness.answers(bar.rule.when, record))
    for each in bar.rule.conclusions:
        if isinstance(each, c.Bars) and each.until is not None:
            paths |= contest.openness.answers(each.until, record)
    return paths


def _edge_paths(edge: Edge, contest: Contest) -> set[str]:
    rule, view = contest.book.rules[edge.rule], contest.case.strict
    paths: set[str] = set()
    for a in contest.order[edge.source].candidate.members:
        if rule.when is not None and rule.about == a.strict.about:
            paths |= contest.openness.answers(rule.when, a.strict)
            for b in contest.order[edge.target].candidate.members:
                if connected(a.strict, b.strict, view) == UNKNOWN:
                    paths |= set(open_connection(a.strict, b.strict, view))
                for each in rule.conclusions:
                    if isinstance(each, c.Yields) and each.where is not None and each.of == b.strict.about:
                        paths |= contest.openness.answers(each.where, b.strict)
    return paths


def _criteria_paths(each: Ranked, contest: Contest) -> set[str]:
    """Missing answers behind criteria of a candidate that are not known exactly."""
    book = contest.book
    paths: set[str] = set()
    for name, span in zip(criteria_names(book), each.certain[1:], strict=True):
        if span.least == span.most:
            continue
        for member in each.candidate.members:
            record = member.strict
            if name in LINKS_OF_CRITERION:
                named = record.values["named_in"]
                assert isinstance(named, dict)
                paths |= {link for link in LINKS_OF_CRITERION[name] if named[link] == UNKNOWN}
            elif name == "severity":
                for rule, _ in book.concluding(c.Ranks):
                    if rule.about == record.about and rule.when is not None:
                        paths |= contest.openness.answers(rule.when, record)
            else:
                sign = "timing_strength" if name == "timing" else "lag"
                paths |= contest.openness.sign(Sign(record.about, sign), record)
    return paths


def _what_would_find_one(contest: Contest, ordered: Sequence[int]) -> tuple[str, ...]:
    """With nothing to propose: the lists, what the barred wait for, and what could make a candidate possible."""
    view = contest.case.strict
    paths = {path for about in THREE_LISTS for path in open_list(about, view)}
    for i in ordered:
        paths |= {path for bar in contest.bars[i] for path in _bar_paths(bar, contest)}
    for each in contest.order:
        if each.standing.lean <= NOT_SUPPORTED and each.standing.best >= POSSIBLE:
            paths |= _could_change(each.candidate, contest, against=False)
    return tuple(sorted(paths))
