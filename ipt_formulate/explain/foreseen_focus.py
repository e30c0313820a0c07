"""Of which formulae over the missing answers is the focus made?

Status, leaders, the second focus and whether it is settled, as in `formulation/focus.py` and `formulation/ranking.py`,
over standings, criteria, differentials and bars that are still open. Only candidates that can come to stand at least
possible are looked at: no other one can lead or hold another back.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any, NamedTuple, TypeAlias

from ipt_formulate.engines.facts import Record
from ipt_formulate.explain.foreseen import Stands, gate_of
from ipt_formulate.explain.guarded import (
    KNOWN,
    Formula,
    Guarded,
    Rails,
    TooWide,
    all_of,
    any_of,
    both,
    cases,
    either,
    lifted,
    negated,
    only,
    rails_of,
)
from ipt_formulate.explain.outlook import PRESUMED, STRICT, Outlook, Pass
from ipt_formulate.formulation.candidates import Candidate
from ipt_formulate.formulation.focus import LINKS_OF_CRITERION, THREE_LISTS, Bar
from ipt_formulate.formulation.gate import DEFICITS, never_a_focus, never_second
from ipt_formulate.formulation.ranking import (
    MOST_SEVERE,
    ROUNDS,
    STRENGTHS,
    criteria_names,
    nearness,
)
from ipt_formulate.formulation.standing import OPEN, POSSIBLE, PRESENT
from ipt_formulate.logic.possible import INFINITE, Span
from ipt_formulate.logic.truth import NO, YES
from ipt_formulate.rulebook import conclusions as c
from ipt_formulate.rulebook.nodes import Sign

Span_: TypeAlias = tuple[Guarded, Guarded]
"""The least and the most of a criterion."""
LOWEST = -INFINITE


class Key(NamedTuple):
    """A key as lifted by differentials: the candidate it comes from, the steps from there, and whose own key it has."""

    source: Guarded
    steps: Guarded
    own: Guarded


class FocusForeseen:
    """The race of one case.

    Raises
    ------
    TooWide
        Where there is too much to work out.
    """

    def __init__(self, stands: Sequence[Stands], outlook: Outlook) -> None:
        self.outlook, self.book = outlook, outlook.book
        contest = outlook.work.contest
        self.contest = contest
        self.racing = [
            i
            for i, each in enumerate(contest.order)
            if each.standing.best >= POSSIBLE and each.candidate.exists.strict != NO
        ]
        self.stands = stands
        self._gate, self._leans_open = gate_of(stands, outlook)
        self.complete = both(*(outlook.complete(about, STRICT).yes for about in THREE_LISTS))
        self._compared: dict[tuple[int, int], tuple[Formula, Formula]] = {}
        self._before: dict[tuple[int, int], Formula] = {}
        self._stand_above: dict[tuple[int, int], Formula] = {}
        self._criteria: dict[tuple[int, Pass], list[Span_ | None]] = {}

    # -- what it comes to -----------------------------------------------------------------------------------------

    def formulae(self) -> Iterator[Formula]:
        """Of what the focus is made."""
        present = self._episode()
        none = both(self.complete, *(self._impossible(i) for i in self.racing))
        over = both(negated(present.no), negated(none))
        yield present.no
        yield both(negated(present.no), none)
        free = {i: both(self._rankable(i), negated(self._barred(i, "first"))) for i in self.racing}
        leads = {
            i: both(
                over, free[i], *(either(negated(free[j]), negated(self._above(j, i))) for j in self.racing if j != i)
            )
            for i in self.racing
        }
        yield from leads.values()
        alone = {i: both(leads[i], *(negated(leads[j]) for j in self.racing if j != i)) for i in self.racing}
        yield either(*(both(alone[i], self.complete, present.yes, self._settled(i)) for i in self.racing))
        if self.book.settings.get("max_foci") != "1":
            yield from self._seconds(alone)

    def _episode(self) -> Rails:
        value = self.outlook.view.case.values["episode_present"]
        sign = Sign("case", "episode_present")
        try:
            return rails_of(self.outlook.cell(sign, self.outlook.view.case, STRICT))
        except TooWide:
            paths = self.outlook.hanging.of_sign(sign, self.outlook.view.case)
            assert isinstance(value, int)
            return self.outlook.open_truth(("episode",), paths, value, value)[0]

    def _impossible(self, i: int) -> Formula:
        each = self.stands[i]
        if never_a_focus(each.area, self.book):
            return True
        closed = self._gate.no if each.area == DEFICITS and self.contest.gate.applied else False
        return either(negated(each.at_least(POSSIBLE, each.best)), closed)

    @property
    def _admits(self) -> Formula:
        """May deficits be ranked?"""
        gate = self.contest.gate
        return True if not gate.applied or gate.released else either(self._gate.yes, self._leans_open)

    def _rankable(self, i: int) -> Formula:
        each = self.stands[i]
        if each.area != DEFICITS:
            return both(each.shown, each.at_least(OPEN, each.lean))
        if never_a_focus(each.area, self.book):
            return False
        return both(each.shown, each.at_least(POSSIBLE, each.lean), self._admits)

    # -- bars -----------------------------------------------------------------------------------------------------

    def _bar(self, bar: Bar, of: Pass) -> tuple[Rails, Rails]:
        record = self.outlook.view.find(bar.record)
        assert record is not None
        until = next((each.until for each in bar.rule.conclusions if isinstance(each, c.Bars)), None)
        return self.outlook.rails(bar.rule.when, record, of), self.outlook.rails(until, record, of)

    def _barred(self, i: int, place: str) -> Formula:
        mine = [self._bar(bar, PRESUMED) for bar in self.contest.bars[i] if bar.place == place]
        return either(*(both(when.yes, negated(until.yes)) for when, until in mine))

    # -- the shown order ------------------------------------------------------------------------------------------

    def _span(self, i: int, name: str, of: Pass) -> Span_ | None:
        """The least and the most of a criterion; None where it is not followed."""
        try:
            ends = [self._of_record(member.strict, name, of) for member in self.stands[i].candidate.members]
            return lifted(max, *(least for least, _ in ends), only(LOWEST)), lifted(
                max, *(most for _, most in ends), only(LOWEST)
            )
        except TooWide:
            return None

    def _of_record(self, record: Record, name: str, of: Pass) -> Span_:
        outlook = self.outlook
        if name == "timing":
            return _ends(lifted(_marks, outlook.cell(Sign(record.about, "timing_strength"), record, of)))
        if name == "nearness":
            told = outlook.cell(Sign(record.about, "lag"), record, of)
            if len(told) > 1 and outlook.days is None:
                raise TooWide  # every day counts, and days are only followed as far as rules tell them apart
            return _ends(lifted(nearness, told))
        if name == "severity":
            rules = [
                (outlook.rails(rule.when, record, of).guarded, each.by)
                for rule, each in self.book.concluding(c.Ranks)
                if isinstance(each, c.Ranks) and rule.about == record.about
            ]
            by = [each for _, each in rules]
            return _ends(lifted(lambda *told: _steps(told, by), *(told for told, _ in rules)))
        sign = Sign(record.about, "named_in")
        named = [outlook.member(sign, record, link, of).guarded for link in LINKS_OF_CRITERION[name]]
        return _ends(lifted(lambda *told: _steps(told, [1] * len(told)), *named))

    def _criteria_of(self, i: int, of: Pass) -> list[Span_ | None]:
        key = (i, of)
        if key not in self._criteria:
            self._criteria[key] = [self._span(i, name, of) for name in criteria_names(self.book)]
        return self._criteria[key]

    def _ends_compared(self, i: int, j: int, of: Pass, crossed: bool) -> Iterator[tuple[Formula, Formula]]:
        """By criterion: is an end of one greater than an end of the other, and is it the same?

        Least with least and then most with most or, `crossed`, least with most.
        """
        order = self.contest.order
        mine, theirs = self._criteria_of(i, of), self._criteria_of(j, of)
        for number, name in enumerate(criteria_names(self.book)):
            one, other = mine[number], theirs[number]
            pairs = ((0, 1),) if crossed else ((0, 0), (1, 1))
            for left, right in pairs:
                if one is not None and other is not None:
                    yield _compared(one[left], other[right])
                    continue
                now, then = order[i].certain[number + 1], order[j].certain[number + 1]
                if now.least > then.most or now.most < then.least:
                    yield now.least > then.most, False
                else:
                    yield self._left_open((i, left), (j, right), name, of)

    def _left_open(self, one: tuple[int, int], other: tuple[int, int], name: str, of: Pass) -> tuple[Formula, Formula]:
        """How two ends of a criterion that is not followed compare: in any way, always the same way."""
        first, second = sorted((one, other))
        paths = {
            path
            for i in (one[0], other[0])
            for member in self.stands[i].candidate.members
            for path in self.outlook.hanging.of_criterion(name, member.strict)
        }
        greater, less = (
            self.outlook.left_open(f"{name} {first} {word} {second} {of}", paths) for word in ("above", "below")
        )
        is_less = both(negated(greater), less)
        return (greater if one == first else is_less), both(negated(greater), negated(less))

    def _compare(self, i: int, j: int) -> tuple[Formula, Formula]:
        """Does the own key of one stand above that of another; is it the same?"""
        if i == j:
            return False, True
        if (i, j) not in self._compared:
            above, level = _compared(self.stands[i].lean, self.stands[j].lean)
            for greater, equal in self._ends_compared(i, j, PRESUMED, crossed=False):
                above = either(above, both(level, greater))
                level = both(level, equal)
            self._compared[i, j] = (above, level)
        return self._compared[i, j]

    def _higher(self, one: Key, other: Key) -> Formula:
        above, level = self._by_candidate(one.source, other.source)
        more, same_steps = _compared(one.steps, other.steps)
        own, _ = self._by_candidate(one.own, other.own)
        return either(above, both(level, either(more, both(same_steps, own))))

    def _by_candidate(self, one: Guarded, other: Guarded) -> tuple[Formula, Formula]:
        """How the own keys of two candidates compare, where it is open which candidates these are."""
        above: list[Formula] = []
        level: list[Formula] = []
        for guard, i in one:
            for other_guard, j in other:
                higher, same = self._compare(i, j)  # type: ignore[arg-type]
                above.append(both(guard, other_guard, higher))
                level.append(both(guard, other_guard, same))
        return either(*above), either(*level)

    def _above(self, i: int, j: int) -> Formula:
        """Does one stand above another, as lifted by differentials?"""
        if (i, j) not in self._stand_above:
            self._stand_above[i, j] = self._higher(self._keys[i], self._keys[j])
        return self._stand_above[i, j]

    @cached_property
    def _keys(self) -> dict[int, Key]:
        """The keys as lifted over shown differentials; candidates that give way to each other are level."""
        shown = {way: told for way in self._ways if (told := self._shown_edge(*way)) is not False}
        tied = self._tied(shown)
        keys = self._levelled({i: Key(only(i), only(0), only(i)) for i in self.racing}, tied)
        for _ in range(ROUNDS):
            raised = dict(keys)
            for (source, target), told in shown.items():
                one_way = both(told, negated(shown.get((target, source), False)))
                steps = lifted(lambda steps: steps + 1, keys[source].steps)
                above = Key(keys[source].source, steps, only(target))
                takes = both(one_way, self._higher(above, raised[target]))
                raised[target] = _choose(takes, above, raised[target])
            keys = self._levelled(raised, tied)
        return keys

    def _tied(self, shown: dict[tuple[int, int], Formula]) -> dict[tuple[int, int], Formula]:
        """Which candidates give way to each other, directly or through others."""
        tied = {way: both(told, shown[way[1], way[0]]) for way, told in shown.items() if (way[1], way[0]) in shown}
        among = sorted({i for way in tied for i in way})
        for k in among:
            for i in among:
                for j in among:
                    if i != j and k not in (i, j):
                        through = both(tied.get((i, k), False), tied.get((k, j), False))
                        tied[i, j] = either(tied.get((i, j), False), through)
        return {pair: told for pair, told in tied.items() if told is not False}

    def _levelled(self, keys: dict[int, Key], tied: dict[tuple[int, int], Formula]) -> dict[int, Key]:
        levelled = dict(keys)
        for (i, j), told in tied.items():
            higher = both(told, self._higher(keys[j], levelled[i]))
            levelled[i] = _choose(higher, keys[j], levelled[i])
        return levelled

    # -- differentials --------------------------------------------------------------------------------------------

    @cached_property
    def _ways(self) -> dict[tuple[int, int], dict[Pass, list[Rails]]]:
        """Which candidates may give way to which: by pair, the truths of the rules that say so."""
        found: dict[tuple[int, int], dict[Pass, list[Rails]]] = {}
        for edge in self.contest.edges:
            if edge.source in self.racing and edge.target in self.racing:
                ways = found.setdefault((edge.source, edge.target), {STRICT: [], PRESUMED: []})
                for of in (STRICT, PRESUMED):
                    ways[of].append(self._edge(edge.rule, edge.source, edge.target, of))
        return found

    def _edge(self, rule_id: str, source: int, target: int, of: Pass) -> Rails:
        rule = self.book.rules[rule_id]
        records = {each.strict.id: each.strict for each in self.stands[source].candidate.members}
        parts: list[Rails] = []
        for each in rule.conclusions:
            if not isinstance(each, c.Yields) or each.area != self.stands[source].area:
                continue
            if each.to != self.stands[target].area:
                continue
            for a in records.values():
                for member in self.stands[target].candidate.members:
                    b = member.strict
                    if b.about != each.of or (rule_id, a.id, b.id) not in self.contest.verdicts.edges:
                        continue
                    where_ = self.outlook.rails(each.where, b, of) if each.where is not None else KNOWN[YES]
                    parts.append(
                        all_of((self.outlook.rails(rule.when, a, of), self.outlook.connected(a, b, of), where_))
                    )
        return any_of(parts)

    def _shown_edge(self, source: int, target: int) -> Formula:
        told = either(*(each.yes for each in self._ways[source, target][PRESUMED]))
        ends = (self.stands[source], self.stands[target])
        return both(told, *(both(each.shown, each.at_least(OPEN, each.lean)) for each in ends))

    def _strict_edge(self, source: int, target: int) -> Rails:
        """The truth of a differential for what is settled."""
        told = any_of(self._ways.get((source, target), {STRICT: []})[STRICT])
        ends = (self.stands[source], self.stands[target])
        yes = both(told.yes, *(each.at_least(POSSIBLE, each.worst) for each in ends))
        return Rails(yes, either(told.no, *(negated(each.at_least(POSSIBLE, each.best)) for each in ends)))

    # -- settled --------------------------------------------------------------------------------------------------

    def _settled(self, x: int) -> Formula:
        leader = self.stands[x]
        if self.contest.case.contradictions:
            return False
        bars = [self._bar(bar, STRICT) for bar in self.contest.bars[x] if bar.place == "first"]
        away = [self._strict_edge(*way).no for way in self._ways if way[0] == x]
        sure = both(
            leader.at_least(POSSIBLE, leader.worst),
            leader.exists.yes,
            *(either(when.no, until.yes) for when, until in bars),
            self._gate.yes if leader.area == DEFICITS and self.contest.gate.applied else True,
            *away,
        )
        certain = self._sources(x, certain=True)
        beaten = []
        for y in self.racing:
            if y == x:
                continue
            outdone = [
                either(
                    negated(reached),
                    *(both(guard, self._outdoes(s, t, x, y)) for s, guard in certain),
                )
                for t, reached in self._sources(y, certain=False)
            ]
            beaten.append(either(negated(self._is_rival(y)), both(*outdone)))
        return both(sure, *beaten)

    def _is_rival(self, y: int) -> Formula:
        each = self.stands[y]
        if never_a_focus(each.area, self.book):
            return False
        bars = [self._bar(bar, STRICT) for bar in self.contest.bars[y] if bar.place == "first"]
        shut = self._gate.no if each.area == DEFICITS and self.contest.gate.applied else False
        return negated(either(shut, *(both(when.yes, until.no) for when, until in bars)))

    def _sources(self, index: int, *, certain: bool) -> list[tuple[tuple[int, int], Formula]]:
        found: list[tuple[tuple[int, int], Formula]] = [((index, 0), True)]
        reached: dict[int, Formula] = {index: True}
        for steps in range(1, ROUNDS + 1):
            step: dict[int, Formula] = {}
            for source, target in self._ways:
                if target in reached:
                    told = self._strict_edge(source, target)
                    back = self._strict_edge(target, source).no if (target, source) in self._ways else True
                    counts = both(told.yes, back) if certain else negated(told.no)
                    step[source] = either(step.get(source, False), both(reached[target], counts))
            found += [((source, steps), guard) for source, guard in sorted(step.items()) if guard is not False]
            reached = step
        return found

    def _outdoes(self, s: tuple[int, int], t: tuple[int, int], x: int, y: int) -> Formula:
        first = self._is_before(s[0], t[0])
        if s[0] != t[0]:
            return first
        same_steps = self._is_before(x, y) if s[1] == t[1] else False
        return either(first, s[1] > t[1], same_steps)

    def _is_before(self, x: int, y: int) -> Formula:
        """Does one stand before another whatever the missing answers are?"""
        if x == y:
            return False
        if (x, y) not in self._before:
            before, level = _compared(self.stands[x].worst, self.stands[y].best)
            for greater, equal in self._ends_compared(x, y, STRICT, crossed=True):
                before = either(before, both(level, greater))
                level = both(level, equal)
            self._before[x, y] = before
        return self._before[x, y]

    # -- the second -----------------------------------------------------------------------------------------------

    def _seconds(self, alone: dict[int, Formula]) -> Iterator[Formula]:
        for first, leads in alone.items():
            if leads is False:
                continue
            fit = {i: self._may_be_second(first, i) for i in self.racing if i != first}
            for i, fits in fit.items():
                others = [either(negated(fit[j]), self._above(i, j)) for j in fit if j != i and fit[j] is not False]
                yield both(leads, fits, *others)

    def _may_be_second(self, first: int, i: int) -> Formula:
        each = self.stands[i]
        if never_second(each.area, self.book):
            return False
        free = both(self._rankable(i), each.at_least(PRESENT, each.lean), negated(self._barred(i, "second")))
        return both(free, either(self._connected(self.stands[first].candidate, each.candidate), *self._named(i)))

    def _connected(self, one: Candidate, other: Candidate) -> Formula:
        if one.records & other.records:
            return True
        pairs = ((a.strict, b.strict) for a in one.members for b in other.members)
        return either(*(self.outlook.connected(a, b, PRESUMED).yes for a, b in pairs))

    def _named(self, i: int) -> Iterator[Formula]:
        for member in self.stands[i].candidate.members:
            sign = Sign(member.strict.about, "named_in")
            for link in LINKS_OF_CRITERION["priority"]:
                yield self.outlook.member(sign, member.strict, link, PRESUMED).yes


# -- numbers ------------------------------------------------------------------------------------------------------


def _compared(one: Guarded, other: Guarded) -> tuple[Formula, Formula]:
    """Is one number greater than another, and is it the same?"""
    theirs, mine = _by_value(other), _by_value(one)
    greater: list[Formula] = []
    equal: list[Formula] = []
    below: Formula = False
    for value, guard in mine:
        while theirs and theirs[0][0] < value:
            below = either(below, theirs.pop(0)[1])
        greater.append(both(guard, below))
        if theirs and theirs[0][0] == value:
            equal.append(both(guard, theirs[0][1]))
    return either(*greater), either(*equal)


def _by_value(told: Guarded) -> list[tuple[Any, Formula]]:
    cases_: list[tuple[Any, Formula]] = [(value, guard) for guard, value in told]
    return sorted(cases_, key=lambda each: each[0])


def _ends(value: Guarded) -> Span_:
    return lifted(lambda span: span.least, value), lifted(lambda span: span.most, value)


def _choose(test: Formula, one: Key, other: Key) -> Key:
    """The one key if the test holds, else the other."""
    other_test = negated(test)
    return Key(
        *(
            cases(
                *((both(test, guard), value) for guard, value in mine),
                *((both(other_test, guard), value) for guard, value in theirs),
            )
            for mine, theirs in zip(one, other, strict=True)
        )
    )


def _marks(strength: frozenset[str]) -> Span:
    marks = sorted(STRENGTHS.index(each) for each in strength)
    return Span(marks[0], marks[-1])


def _steps(told: Sequence[int], by: Sequence[int]) -> Span:
    least = sum(each for each, now in zip(by, told, strict=True) if now == YES)
    most = sum(each for each, now in zip(by, told, strict=True) if now != NO)
    return Span(min(least, MOST_SEVERE), min(most, MOST_SEVERE))
