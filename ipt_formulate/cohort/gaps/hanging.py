"""Which missing items drive the width of the bounds?

Looked up case by case in a sample, by meaning: an unsettled verdict hangs on its open findings, and these on the
answers that are missing (`ipt_formulate.explain.hanging`, a superset: an answer that is left out changes nothing). No
answer is tried out. Cases whose answers contradict each other are left out.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias

from ipt_formulate.cohort.gaps.table import Hanging as HangsOn
from ipt_formulate.cohort.gaps.table import Of, Unsettled
from ipt_formulate.engines.facts import Record
from ipt_formulate.explain.hanging import Hanging
from ipt_formulate.explain.relevance import Relevance
from ipt_formulate.formulation.focus import focus_of
from ipt_formulate.formulation.formulate import Work
from ipt_formulate.formulation.ranking import Ranked
from ipt_formulate.formulation.staging import Staging
from ipt_formulate.formulation.standing import POSSIBLE
from ipt_formulate.intake import IntakeError, parse_path
from ipt_formulate.logic.truth import UNKNOWN
from ipt_formulate.rulebook import conclusions as c

Target: TypeAlias = tuple[Of, str]
Shares: TypeAlias = Mapping[str, float]
"""What each item has of one unsettled verdict; adds up to 1, or is empty where nothing missing explains it."""


class Drivers:
    """What hangs on which item, over the cases that were added."""

    def __init__(self) -> None:
        self.cases = 0
        self._n: Counter[Target] = Counter()
        self._unsettled: Counter[Target] = Counter()
        self._unexplained: Counter[Target] = Counter()
        self._touched: Counter[tuple[Target, str]] = Counter()
        self._alone: Counter[tuple[Target, str]] = Counter()
        self._share: dict[tuple[Target, str], float] = defaultdict(float)

    def add(self, work: Work) -> None:
        """Count one case."""
        if work.case.contradictions:
            return
        self.cases += 1
        hanging = Hanging(work.case, work.book)
        for target, shares in _verdicts(work, hanging):
            self._n[target] += 1
            if shares is None:
                continue
            self._unsettled[target] += 1
            self._unexplained[target] += not shares
            for item, share in shares.items():
                self._touched[target, item] += 1
                self._alone[target, item] += len(shares) == 1
                self._share[target, item] += share

    def unsettled(self) -> Iterator[Unsettled]:
        """How many verdicts there were of each kind, and how many of them unsettled."""
        for (of, code), n in sorted(self._n.items()):
            target: Target = (of, code)
            yield Unsettled(
                of=of, code=code, n=n, unsettled=self._unsettled[target], unexplained=self._unexplained[target]
            )

    def hanging(self) -> Iterator[HangsOn]:
        """By target, the item with the largest share first."""
        for (target, item), share in sorted(self._share.items(), key=lambda each: (each[0][0], -each[1], each[0][1])):
            cases, alone = self._touched[target, item], self._alone[target, item]
            yield HangsOn(item=item, of=target[0], code=target[1], cases=cases, alone=alone, share=share)


def _verdicts(work: Work, hanging: Hanging) -> Iterator[tuple[Target, Shares | None]]:
    """Every verdict of a case: None where it is settled, else what its items have of it."""
    for area, standing in work.areas.items():
        open_ = standing.worst < POSSIBLE <= standing.best
        yield ("area", area), _shared(of_area(work, area, hanging)) if open_ else None
    for staging in work.stagings:
        if staging.line == "couple":
            yield ("stage", "dispute"), None if staging.settled else _shared(of_stage(work, staging, hanging))
    focus = focus_of(work.contest, work.ordered, overturned=False)
    yield ("focus", "focus"), None if focus.settled else _weighed(Relevance(work))


def of_area(work: Work, area: str, hanging: Hanging) -> Iterator[frozenset[str]]:
    """The answers behind each open finding on which it hangs whether an area is at least possible."""
    fed_by = next(each.fed_by for each in work.book.areas_on if each.code == area)
    for about in fed_by:
        yield hanging.of_list(about)
    for each in work.contest.order:
        if each.candidate.area == area and each.standing.worst < POSSIBLE <= each.standing.best:
            yield from _findings(work, each, hanging)


def _findings(work: Work, ranked: Ranked, hanging: Hanging) -> Iterator[frozenset[str]]:
    candidate = ranked.candidate
    records = {member.strict.id: member.strict for member in candidate.members}
    for each in candidate.evidence:
        weak = isinstance(each.conclusion, c.Supports) and each.conclusion.strength == "weak"
        if each.truth.strict == UNKNOWN and not weak:
            yield hanging.of_condition(each.rule.when, records[each.record])
    for member in candidate.members:
        if member.exists.strict == UNKNOWN:
            yield hanging.of_existence(member.strict) | frozenset(_routes(work, member.strict, candidate.area, hanging))


def _routes(work: Work, record: Record, area: str, hanging: Hanging) -> Iterator[str]:
    for rule, each in work.book.concluding(c.Routes):
        if isinstance(each, c.Routes) and each.area == area and rule.about == record.about:
            yield from hanging.of_condition(rule.when, record)


def of_stage(work: Work, staging: Staging, hanging: Hanging) -> Iterator[frozenset[str]]:
    """The answers behind each open finding on which the stage of a dispute hangs."""
    record = work.case.strict.find(staging.record.id, "conflict")
    if record is None:
        return
    for signal in staging.signals:
        if signal.truth.strict == UNKNOWN:
            yield hanging.of_condition(signal.rule.when, record)
    for rule, pair in staging.blockers:
        if pair.strict == UNKNOWN:
            yield hanging.of_condition(rule.when, record)
    for each in work.contest.order:
        mine = each.candidate.area == "role_dispute" and staging.record.id in each.candidate.records
        if mine and each.standing.worst < POSSIBLE <= each.standing.best:
            yield from _findings(work, each, hanging)


def _shared(findings: Iterable[frozenset[str]]) -> Shares:
    """One verdict shared out evenly among its findings, each finding evenly among the items behind it."""
    behind = [sorted({item_of(path) for path in paths}) for paths in findings if paths]
    shares: dict[str, float] = defaultdict(float)
    for items in behind:
        for item in items:
            shares[item] += 1 / len(behind) / len(items)
    return shares


def _weighed(relevance: Relevance) -> Shares:
    """One focus shared out as the next questions weigh what it hangs on."""
    weights: dict[str, float] = defaultdict(float)
    for path, aspects in sorted(relevance.bears_on.items()):  # so that sums come out alike to the last digit
        if aspects & {"focus", "standing"}:
            weights[item_of(path)] += relevance.weight[path]
    whole = sum(weights.values())
    return {item: weight / whole for item, weight in weights.items()} if whole else {}


def item_of(path: str) -> str:
    """The item that an answer path leads to, whatever the record and the member."""
    try:
        found = parse_path(path)
    except IntakeError:
        return path  # decisions are no answers of the intake's questions
    return f"{found.part}.{found.field}"
