"""Which pairs of a situation and an area compete, and which rules speak about each?

Every record has its home area; rules route it to others; records of one event form one situation with one pair per
area. A pair that only may exist is there from the start, so that nothing can come into being later.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ipt_formulate.engines.facts import Record, View
from ipt_formulate.engines.signs import Situations
from ipt_formulate.engines.verdicts import Pair, Verdicts
from ipt_formulate.logic.truth import NO, YES
from ipt_formulate.rulebook import Rule, Rulebook
from ipt_formulate.rulebook import conclusions as c
from ipt_formulate.rulebook.nodes import SITUATIONS

_YES = Pair(YES, YES)
_NO = Pair(NO, NO)


@dataclass(frozen=True, slots=True)
class Evidence:
    """One conclusion about a candidate, from one record of its situation."""

    rule: Rule
    conclusion: c.Evidence
    record: str
    truth: Pair


@dataclass(frozen=True, slots=True)
class Member:
    """One record of a situation, in both passes, with the truth of its standing for the area."""

    strict: Record
    presumed: Record
    exists: Pair
    routed_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Candidate:
    """A situation as a candidate for an area.

    `exists` is the truth of the route or spawn that made the pair (yes for a recorded one in its home area); `home`
    tells whether the area is the situation's own; `ruled_out` that the clinician decided to exclude it (H09).
    """

    situation: str
    area: str
    members: tuple[Member, ...]
    exists: Pair
    home: bool
    evidence: tuple[Evidence, ...]
    ruled_out: bool = False

    @property
    def records(self) -> frozenset[str]:
        """The ids of its records."""
        return frozenset(member.strict.id for member in self.members)

    def of(self, *kinds: type[c.Evidence]) -> list[Evidence]:
        """The evidence of some kinds."""
        return [each for each in self.evidence if isinstance(each.conclusion, kinds)]


def situations(view: View) -> list[tuple[str, tuple[Record, ...]]]:
    """The situations of a case: records joined by `same_event` are one, named by their ids."""
    records = [record for about in SITUATIONS for record in view.of(about)]
    group: dict[str, set[str]] = {record.id: {record.id} for record in records}
    for record in records:
        for other in record.same_event:
            joined = group[record.id] | group.get(other, set())
            for each in joined:
                group[each] = joined
    seen: set[str] = set()
    found: list[tuple[str, tuple[Record, ...]]] = []
    for record in records:
        if record.id not in seen:
            members = tuple(each for each in records if each.id in group[record.id])
            seen |= {each.id for each in members}
            found.append(("+".join(each.id for each in members), members))
    return found


def candidates_of(case: Situations, verdicts: Verdicts, book: Rulebook) -> list[Candidate]:
    """Every pair that is or may be a candidate, in the order of records and areas."""
    routes = list(book.concluding(c.Routes))
    evidence = list(book.concluding(c.Supports, c.Opposes, c.Excludes, c.Caps, c.Floors))
    presumed = {record.id: record for about in SITUATIONS for record in case.presumed.of(about)}
    found: list[Candidate] = []
    for name, records in situations(case.strict):
        for area in book.areas_on:
            members = [
                member
                for record in records
                if (member := _member(record, presumed[record.id], area.code, area.home, routes, verdicts)) is not None
            ]
            if members:
                home = any(member.strict.about == area.home for member in members)
                spoken = _spoken(area.code, members, evidence, verdicts)
                found.append(_candidate(name, area.code, tuple(members), home, spoken))
    return found


def candidate_again(before: Candidate, case: Situations, verdicts: Verdicts, book: Rulebook) -> Candidate:
    """The same candidate under other answers, where these neither made nor unmade a record."""
    home = next(area.home for area in book.areas_on if area.code == before.area)
    routes = list(book.concluding(c.Routes))
    members: dict[str, Member] = {}
    for each in before.members:
        about, id_ = each.strict.about, each.strict.id
        strict, presumed = case.strict.find(id_, about), case.presumed.find(id_, about)
        assert strict is not None and presumed is not None
        member = _member(strict, presumed, before.area, home, routes, verdicts)
        assert member is not None
        members[id_] = member
    evidence = tuple(
        replace(each, truth=_truth(each.rule, members[each.record], len(members), verdicts)) for each in before.evidence
    )
    return _candidate(before.situation, before.area, tuple(members.values()), before.home, evidence)


def _member(
    strict: Record,
    presumed: Record,
    area: str,
    home: str | None,
    routes: Sequence[tuple[Rule, c.Conclusion]],
    verdicts: Verdicts,
) -> Member | None:
    exists = Pair(strict.exists, presumed.exists)
    if strict.about == home:
        return Member(strict, presumed, exists)
    found = [
        (rule.id, verdicts.rules[rule.id, strict.id])
        for rule, each in routes
        if isinstance(each, c.Routes) and each.area == area and rule.about == strict.about
    ]
    if not found:
        return None
    route = Pair(max(pair.strict for _, pair in found), max(pair.presumed for _, pair in found))
    by = tuple(rule for rule, pair in found if pair.presumed == YES)
    return Member(strict, presumed, Pair(min(exists.strict, route.strict), min(exists.presumed, route.presumed)), by)


def _candidate(
    name: str, area: str, members: tuple[Member, ...], home: bool, evidence: tuple[Evidence, ...]
) -> Candidate:
    exists = Pair(max(member.exists.strict for member in members), max(member.exists.presumed for member in members))
    ruled_out = any(_decided(member.strict, "exclude", area) for member in members)
    return Candidate(name, area, members, exists, home, evidence, ruled_out)


def _spoken(
    area: str, members: Sequence[Member], evidence: Sequence[tuple[Rule, c.Conclusion]], verdicts: Verdicts
) -> tuple[Evidence, ...]:
    """What the rules say of these records for an area."""
    return tuple(
        Evidence(rule, conclusion, member.strict.id, _truth(rule, member, len(members), verdicts))  # type: ignore[arg-type]
        for rule, conclusion in evidence
        if getattr(conclusion, "area", None) == area
        for member in members
        if rule.about == member.strict.about
    )


def _truth(rule: Rule, member: Member, of: int, verdicts: Verdicts) -> Pair:
    """What a rule says of a record; of several of one situation, no more than that the record stands for the area."""
    truth = verdicts.rules[rule.id, member.strict.id]
    if of == 1:
        return truth
    return Pair(min(truth.strict, member.exists.strict), min(truth.presumed, member.exists.presumed))


def _decided(record: Record, decision: str, area: str) -> bool:
    told = record.values[f"decided.{decision}"]
    assert isinstance(told, dict)
    return told.get(area) == YES
