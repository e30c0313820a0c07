"""In which order do the candidates stand, as shown and for certain?

The shown order compares tuples of the presumed pass, lifted by differentials, and ties are equal tuples. The certain
order compares ranges of the strict pass and is only partial. Neither ever skips a criterion because it is unknown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ipt_formulate.engines.connections import connected
from ipt_formulate.engines.facts import Record, View
from ipt_formulate.engines.verdicts import Pair, Verdicts
from ipt_formulate.formulation.candidates import Candidate
from ipt_formulate.formulation.standing import OPEN, POSSIBLE, Standing
from ipt_formulate.logic.order import certainly_before
from ipt_formulate.logic.possible import INFINITE, Span
from ipt_formulate.logic.truth import NO, UNKNOWN, YES, Truth
from ipt_formulate.rulebook import Rulebook
from ipt_formulate.rulebook import conclusions as c

STRENGTHS = ("none", "weak", "moderate", "strong")
MOST_SEVERE = 2
ROUNDS = 2


@dataclass(frozen=True, slots=True)
class Ranked:
    """A candidate with its standing and its criteria in both passes (ranges; higher stands first)."""

    candidate: Candidate
    standing: Standing
    shown: tuple[Span, ...]
    certain: tuple[Span, ...]

    @property
    def key(self) -> tuple[int, ...]:
        """The tuple of the shown order: the lean, then both ends of each further criterion."""
        return (self.standing.lean, *(end for span in self.shown for end in span))


@dataclass(frozen=True, slots=True)
class Edge:
    """`source` gives way to `target` (indices of candidates) by a rule."""

    source: int
    target: int
    rule: str
    truth: Pair


@dataclass(frozen=True, slots=True)
class Effective:
    """A key as lifted by differentials: the key of the source, the steps from it, the own key."""

    source: tuple[int, ...]
    steps: int
    own: tuple[int, ...]

    @property
    def tuple(self) -> tuple[tuple[int, ...], int, tuple[int, ...]]:
        """For comparison, in this order."""
        return (self.source, self.steps, self.own)


CRITERIA = ("timing", "nearness", "priority", "affect", "severity", "pressing", "workability")


def criteria_names(book: Rulebook) -> tuple[str, ...]:
    """The criteria after the standing, in the order in which they count; nearness follows timing."""
    return tuple(name for each in book.order for name in (("timing", "nearness") if each == "timing" else (each,)))


def ranked(candidate: Candidate, standing: Standing, verdicts: Verdicts, book: Rulebook) -> Ranked:
    """A candidate with its criteria."""
    names = criteria_names(book)
    strict = _criteria([member.strict for member in candidate.members], verdicts, book, presumed=False)
    presumed = _criteria([member.presumed for member in candidate.members], verdicts, book, presumed=True)
    certain = (Span(standing.worst, standing.best), *(strict[name] for name in names))
    return Ranked(candidate, standing, tuple(presumed[name] for name in names), certain)


def _criteria(records: Sequence[Record], verdicts: Verdicts, book: Rulebook, *, presumed: bool) -> dict[str, Span]:
    """The criteria of a situation: for each, the best of its records."""
    each = [_of_record(record, verdicts, book, presumed=presumed) for record in records]
    return {name: Span(max(one[name].least for one in each), max(one[name].most for one in each)) for name in CRITERIA}


def _of_record(record: Record, verdicts: Verdicts, book: Rulebook, *, presumed: bool) -> dict[str, Span]:
    strength, lag = record.values["timing_strength"], record.values["lag"]
    assert isinstance(strength, frozenset) and isinstance(lag, Span)
    marks = sorted(STRENGTHS.index(each) for each in strength)
    named = record.values["named_in"]
    assert isinstance(named, dict)

    def naming(*links: str) -> Span:
        told = [named[f"wishes.{link}"] for link in links]
        return Span(sum(each == YES for each in told), sum(each != NO for each in told))

    return {
        "timing": Span(marks[0], marks[-1]),
        "nearness": nearness(lag),
        "priority": naming("most_tied_to", "wants_to_work_on"),
        "affect": naming("most_feeling"),
        "severity": _severity(record, verdicts, book, presumed=presumed),
        "pressing": naming("most_pressing"),
        "workability": naming("most_workable"),
    }


def nearness(lag: Span) -> Span:
    """Days between event and onset, either way round, as an ordinal in which nearer is higher."""
    nearest = 0 if lag.least <= 0 <= lag.most else min(abs(lag.least), abs(lag.most))
    furthest = max(abs(lag.least), abs(lag.most))
    return Span(-min(furthest, INFINITE), -nearest)


def _severity(record: Record, verdicts: Verdicts, book: Rulebook, *, presumed: bool) -> Span:
    least = most = 0
    for rule, each in book.concluding(c.Ranks):
        if rule.about == record.about and isinstance(each, c.Ranks):
            pair = verdicts.rules[rule.id, record.id]
            truth = pair.presumed if presumed else pair.strict
            least += each.by if truth == YES else 0
            most += each.by if truth != NO else 0
    return Span(min(least, MOST_SEVERE), min(most, MOST_SEVERE))


# -- differentials ------------------------------------------------------------------------------------------------


def edges_of(order: Sequence[Ranked], verdicts: Verdicts, book: Rulebook) -> list[Edge]:
    """Every differential that is or may be: pairs of connected candidates and the rule that says which gives way."""
    edges: list[Edge] = []
    for rule, each in book.concluding(c.Yields):
        assert isinstance(each, c.Yields)
        for i, x in enumerate(order):
            if x.candidate.area != each.area:
                continue
            for j, y in enumerate(order):
                if i == j or y.candidate.area != each.to:
                    continue
                pairs = [
                    pair
                    for a in x.candidate.records
                    for b in y.candidate.members
                    # A rule may give way to two kinds of record; each of its conclusions speaks of its own kind.
                    if b.strict.about == each.of and (pair := verdicts.edges.get((rule.id, a, b.strict.id))) is not None
                ]
                if pairs:
                    strict, presumed = max(pair.strict for pair in pairs), max(pair.presumed for pair in pairs)
                    if strict != NO or presumed != NO:
                        edges.append(Edge(i, j, rule.id, Pair(strict, presumed)))
    return edges


def shown_edges(order: Sequence[Ranked], edges: Sequence[Edge]) -> list[Edge]:
    """The differentials that count for the shown order: their rule is yes, and both lean at least open."""
    return [
        edge
        for edge in edges
        if edge.truth.presumed == YES
        and order[edge.source].standing.lean >= OPEN
        and order[edge.target].standing.lean >= OPEN
        and order[edge.source].candidate.exists.presumed == YES
        and order[edge.target].candidate.exists.presumed == YES
    ]


def mutual(edges: Sequence[Edge]) -> set[tuple[int, int]]:
    """Pairs that give way to each other; they cancel and are a tie."""
    ways = {(edge.source, edge.target) for edge in edges}
    return {(source, target) for source, target in ways if (target, source) in ways}


def effective_keys(order: Sequence[Ranked], edges: Sequence[Edge]) -> list[Effective]:
    """Keys lifted over shown differentials, two rounds; candidates with edges both ways end as a tie."""
    ties = _ties(mutual(edges))
    ways = {(edge.source, edge.target) for edge in edges}
    one_way = [edge for edge in edges if (edge.target, edge.source) not in ways]
    keys = _levelled([Effective(each.key, 0, each.key) for each in order], ties)
    for _ in range(ROUNDS):
        lifted = list(keys)
        for edge in one_way:
            above = Effective(keys[edge.source].source, keys[edge.source].steps + 1, order[edge.target].key)
            if above.tuple > lifted[edge.target].tuple:
                lifted[edge.target] = above
        keys = _levelled(lifted, ties)
    return keys


def _ties(pairs: set[tuple[int, int]]) -> list[set[int]]:
    """Groups of candidates that are tied with one another, directly or through others."""
    groups: list[set[int]] = []
    for pair in pairs:
        touched = [group for group in groups if not group.isdisjoint(pair)]
        groups = [group for group in groups if group.isdisjoint(pair)]
        groups.append(set(pair).union(*touched))
    return groups


def _levelled(keys: Sequence[Effective], ties: Sequence[set[int]]) -> list[Effective]:
    """The keys with every member of a tie at the highest key of its group."""
    levelled = list(keys)
    for group in ties:
        highest = max((keys[i] for i in group), key=lambda each: each.tuple)
        for i in group:
            levelled[i] = highest
    return levelled


def strict_edge_truth(order: Sequence[Ranked], edge: Edge) -> Truth:
    """The truth of a differential for what is settled."""
    source, target = order[edge.source].standing, order[edge.target].standing
    if edge.truth.strict == NO or source.best < POSSIBLE or target.best < POSSIBLE:
        return NO
    sure = edge.truth.strict == YES and source.worst >= POSSIBLE and target.worst >= POSSIBLE
    return YES if sure else UNKNOWN


def is_before(x: Ranked, y: Ranked) -> bool:
    """Does `x` stand before `y` whatever the missing answers are?"""
    return certainly_before(x.certain, y.certain)


def are_connected(x: Candidate, y: Candidate, view: View, *, presumed: bool) -> Truth:
    """Are two candidates connected? The same situation always is."""
    if x.records & y.records:
        return YES
    pairs = [
        connected(
            a.presumed if presumed else a.strict,
            b.presumed if presumed else b.strict,
            view,
        )
        for a in x.members
        for b in y.members
    ]
    return max(pairs, default=NO)
