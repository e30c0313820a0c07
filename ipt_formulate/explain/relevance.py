"""Which missing answers can still change the result, and which cannot matter any more?

By meaning, not by which rule was visited: what is known for certain stays so under every further answer, so an answer
matters only if something unknown hangs on it that can still move the focus, a standing, a stage or a flag. Without a
solver this is a sound superset: an answer that is left out changes nothing, one that is in may turn out not to. Answers
that contradict what was told, and records that are not there yet, are outside the promise.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import combinations
from typing import Literal, TypeAlias

from ipt_formulate.engines.facts import Record
from ipt_formulate.engines.kleene import truth
from ipt_formulate.engines.openness import path_of
from ipt_formulate.explain.hanging import Hanging
from ipt_formulate.formulation.focus import LINKS_OF_CRITERION, THREE_LISTS, Bar
from ipt_formulate.formulation.formulate import Work
from ipt_formulate.formulation.gate import never_second
from ipt_formulate.formulation.ranking import Ranked, criteria_names
from ipt_formulate.formulation.staging import DISPUTE, Staging
from ipt_formulate.formulation.standing import POSSIBLE, PRESENT
from ipt_formulate.logic.truth import NO, UNKNOWN, YES
from ipt_formulate.rulebook import conclusions as c
from ipt_formulate.rulebook import nodes as n
from ipt_formulate.rulebook.nodes import SITUATIONS, Sign

Aspect: TypeAlias = Literal["focus", "standing", "stage", "flag"]
ASPECTS: tuple[Aspect, ...] = ("focus", "standing", "stage", "flag")
# How much an open verdict weighs beside the others when questions are put in order (benchmarks/questions.py).
EVIDENCE = 2.0
RACING = 2.0
CRITERION = 1.0
LIST = 1.0
SIGNAL = 1.0
SLIGHT = 0.1


class Relevance:
    """What the missing answers of one case can still bear on.

    Attributes
    ----------
    bears_on
        By answer path (by member for multi-choice answers): what of the result it can still change.
    weight
        By answer path: how much hangs on it, each open verdict shared out among the answers it hangs on.
    """

    def __init__(self, work: Work) -> None:
        self.work = work
        self.contest = work.contest
        self.view = work.case.strict
        self.hanging = Hanging(work.case, work.book)
        self.bears_on: dict[str, set[Aspect]] = defaultdict(set)
        self.weight: dict[str, float] = defaultdict(float)
        self.standing: tuple[Aspect, ...] = ("standing",)
        """What may change where the standing of something that can be a focus does."""
        if self.view.case.values.get("episode_present") != NO:
            self.standing = ("standing", "focus")
        self._lists()
        self._made()
        for each in self.contest.order:
            self._evidence(each)
        if "focus" in self.standing:
            self._focus()
        for staging in work.stagings:
            self._stage(staging)
        self._flags()

    def _note(self, aspects: Iterable[Aspect], paths: Iterable[str], weight: float) -> None:
        found = frozenset(paths)
        for path in found:
            self.bears_on[path].update(aspects)
            self.weight[path] += weight / len(found)

    # -- standings ------------------------------------------------------------------------------------------------

    def _lists(self) -> None:
        fed_by = {about for area in self.work.book.areas_on for about in area.fed_by}
        for about in (*THREE_LISTS, *sorted(fed_by - set(THREE_LISTS))):
            # Settled is only what no new record can change (formulation/focus.py).
            self._note(self.standing, self.hanging.of_list(about), LIST)

    def _made(self) -> None:
        """What it hangs on which situations rules make, and whether a recorded one is the one that they would make."""
        for record in self.view.all():
            self._note(self.standing, self.hanging.of_existence(record), EVIDENCE)
        for rule, spawn in self.work.book.concluding(c.Spawns):
            assert isinstance(spawn, c.Spawns)
            assert rule.when is not None
            for record in self.view.of(spawn.about):
                if self.work.case.recorded.get(record.key):
                    # Filled in by the rule: an answer that says something else counts first.
                    self._note(self.standing, (path_of(record, name) for name, _ in (*spawn.set, *spawn.copy)), SLIGHT)
            for origin in self.view.of(rule.about):
                if truth(rule.when, origin, self.view) == NO:
                    continue
                self._note(self.standing, self.hanging.of_condition(rule.when, origin), SLIGHT)
                for record in self.view.of(spawn.about):
                    if rule.about == "person":
                        self._note(self.standing, self.hanging.of_sign(Sign(spawn.about, "person"), record), SLIGHT)
                    elif record.origin == origin.id or origin.id in record.same_event or record.id in origin.same_event:
                        self._note(self.standing, self.hanging.of_sign(Sign(spawn.about, "kind"), record), SLIGHT)

    def _evidence(self, ranked: Ranked) -> None:
        """What the unknown evidence about a candidate hangs on, while its standing may still move."""
        candidate, standing = ranked.candidate, ranked.standing
        if standing.settled:
            return
        aspects = self._moves(ranked)
        races = RACING if standing.best >= POSSIBLE and candidate.exists.presumed == YES else 1.0
        records = {member.strict.id: member.strict for member in candidate.members}
        for each in candidate.evidence:
            strength = _strength(each.conclusion)
            if strength and each.truth.strict == UNKNOWN:
                paths = self.hanging.of_condition(each.rule.when, records[each.record])
                self._note(aspects, paths, strength * races)
        for member in candidate.members:
            if member.exists.strict == UNKNOWN:
                self._note(aspects, self.hanging.of_existence(member.strict), EVIDENCE)
                self._note(aspects, self._routes(member.strict, candidate.area), EVIDENCE)

    def _moves(self, ranked: Ranked) -> tuple[Aspect, ...]:
        """What changes with the standing of a candidate: the focus where it races, the stage where that waits."""
        if ranked.standing.best < POSSIBLE:
            return ("standing",)
        waits = ranked.candidate.area == DISPUTE and ranked.standing.worst < POSSIBLE
        return (*self.standing, "stage") if waits else self.standing

    def _routes(self, record: Record, area: str) -> Iterator[str]:
        for rule, each in self.work.book.concluding(c.Routes):
            if isinstance(each, c.Routes) and each.area == area and rule.about == record.about:
                yield from self.hanging.of_condition(rule.when, record)

    # -- focus ----------------------------------------------------------------------------------------------------

    def _focus(self) -> None:
        present = self.hanging.of_sign(Sign("case", "episode_present"), self.view.case)
        self._note(("focus",), present, EVIDENCE)
        racing = [
            i
            for i, each in enumerate(self.contest.order)
            if each.standing.best >= POSSIBLE and each.candidate.exists.strict != NO
        ]
        for i in racing:
            self._note(("focus",), self._bars(self.contest.bars[i], "first"), EVIDENCE)
        for one, other in combinations(racing, 2):
            for paths in self._order(self.contest.order[one], self.contest.order[other]):
                self._note(("focus",), paths, CRITERION)
        for paths in self._edges(racing):
            self._note(("focus",), paths, CRITERION)
        if len(racing) > 1 and self.work.book.settings.get("max_foci") != "1":
            self._note(("focus",), self._second(racing), CRITERION)

    def _order(self, x: Ranked, y: Ranked) -> Iterator[Iterable[str]]:
        """What the criteria hang on that can decide between two candidates."""
        names = ("standing", *criteria_names(self.work.book))
        for name, mine, theirs in zip(names, x.certain, y.certain, strict=True):
            if mine.least > theirs.most or theirs.least > mine.most:
                return
            for each, span in ((x, mine), (y, theirs)):
                if name != "standing" and span.least != span.most:
                    yield frozenset().union(
                        *(self.hanging.of_criterion(name, member.strict) for member in each.candidate.members)
                    )

    def _edges(self, racing: list[int]) -> Iterator[Iterable[str]]:
        """What unknown differentials between candidates that may stand first hang on."""
        records = {each.id: each for about in SITUATIONS for each in self.view.of(about)}
        for edge in self.contest.edges:
            if edge.truth.strict != UNKNOWN or edge.source not in racing or edge.target not in racing:
                continue
            rule = self.work.book.rules[edge.rule]
            for source in self.contest.order[edge.source].candidate.records:
                for target in self.contest.order[edge.target].candidate.records:
                    pair = self.work.verdicts.edges.get((edge.rule, source, target))
                    if pair is None or pair.strict != UNKNOWN:
                        continue
                    # A rule may give way to two kinds of record; each of its conclusions speaks of its own kind.
                    about = records[target].about
                    where = [each.where for each in rule.conclusions if isinstance(each, c.Yields) and each.of == about]
                    yield frozenset().union(
                        self.hanging.of_condition(rule.when, records[source]),
                        self.hanging.of_connection(records[source], records[target]),
                        *(self.hanging.of_condition(each, records[target]) for each in where),
                    )

    def _bars(self, bars: Iterable[Bar], place: str) -> Iterator[str]:
        for bar in bars:
            record = self.view.find(bar.record)
            if bar.place != place or record is None or not bar.may_hold:
                continue
            yield from self.hanging.of_condition(bar.rule.when, record)
            for each in bar.rule.conclusions:
                if isinstance(each, c.Bars):
                    yield from self.hanging.of_condition(each.until, record)

    def _second(self, racing: list[int]) -> Iterator[str]:
        for i in racing:
            each = self.contest.order[i]
            if each.standing.best < PRESENT or never_second(each.candidate.area, self.work.book):
                continue
            yield from self._bars(self.contest.bars[i], "second")
            for member in each.candidate.members:
                yield from self.hanging.of_naming(member.strict, LINKS_OF_CRITERION["priority"])
                for j in racing:
                    if j != i:
                        for other in self.contest.order[j].candidate.members:
                            yield from self.hanging.of_connection(member.strict, other.strict)

    # -- stages ---------------------------------------------------------------------------------------------------

    def _stage(self, staging: Staging) -> None:
        record = self.view.find(staging.record.id, "conflict")
        if record is None:
            return
        fixed = staging.stage is None or any(pair.strict == YES for _, pair in staging.blockers)
        signals = [
            (each.line, c.TIERS.index(each.tier), rule, self.work.verdicts.rules[rule.id, record.id].strict)
            for rule, each in self.work.book.concluding(c.Stages)
            if isinstance(each, c.Stages)
        ]
        for line in ("couple", "coparent"):
            told = [tier for of, tier, _, now in signals if of == line and now == YES]
            # There is a line of parents as soon as one of its signals holds, staged or not.
            appears = line == "coparent" and not told
            lowest = min(told, default=len(c.TIERS))
            for of, tier, rule, now in signals:
                if of == line and now == UNKNOWN and (appears or (tier <= lowest and not fixed)):
                    self._note(("stage",), self.hanging.of_condition(rule.when, record), SIGNAL)
        if fixed:
            return
        for rule, pair in staging.blockers:
            if pair.strict == UNKNOWN:
                self._note(("stage",), self.hanging.of_condition(rule.when, record), SIGNAL)
        for name in ("patient_wants", "other_wants"):
            self._note(("stage",), self.hanging.of_sign(Sign("conflict", name), record), SLIGHT)

    # -- flags ----------------------------------------------------------------------------------------------------

    def _flags(self) -> None:
        book = self.work.book
        for rule, each in book.concluding(c.Flags):
            assert isinstance(each, c.Flags)
            assert rule.when is not None
            asks = any(isinstance(node, n.Answered) for node in n.walk(rule.when))
            for record in self.view.of(rule.about):
                now = min(truth(rule.when, record, self.view), record.exists)
                if now == UNKNOWN or asks:
                    # A flag may be raised by a single leaf that is told (formulation/safety.py).
                    self._note(("flag",), self.hanging.of_every_leaf(rule.when, record), SLIGHT)
                    self._note(("flag",), self.hanging.of_existence(record), SLIGHT)


def _strength(conclusion: c.Evidence) -> float:
    """How much a finding weighs; weak ones count for nothing in a standing."""
    if isinstance(conclusion, c.Supports):
        return {"strong": 1.5 * EVIDENCE, "moderate": EVIDENCE, "weak": 0.0}[conclusion.strength]
    return EVIDENCE
