"""Of which formulae over the missing answers is the result made?

The folds of `formulation` over truths that are still open (`explain/outlook.py`): standings, stages, flags, and the
focus in `explain/foreseen_focus.py`. Two further answers under which all formulae of an aspect agree give the same
aspect of the result; formulae may differ where the result does not, so that whoever finds a difference has to try it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from ipt_formulate.engines.facts import Record
from ipt_formulate.explain.guarded import (
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
    where,
)
from ipt_formulate.explain.outlook import PRESUMED, STRICT, Outlook, Pass
from ipt_formulate.formulation.candidates import Candidate, Member
from ipt_formulate.formulation.gate import DEFICITS
from ipt_formulate.formulation.ranking import Ranked
from ipt_formulate.formulation.safety import is_about_safety
from ipt_formulate.formulation.staging import DISPUTE
from ipt_formulate.formulation.standing import NOT_SUPPORTED, OPEN, POSSIBLE, PRESENT, WORDS, Level, fold
from ipt_formulate.logic.truth import UNKNOWN
from ipt_formulate.rulebook import Rule
from ipt_formulate.rulebook import conclusions as c
from ipt_formulate.rulebook import nodes as n
from ipt_formulate.rulebook.nodes import Condition, Sign

# What stands for supports that make as much of a candidate.
_AS_MUCH: dict[Level, tuple[c.Supports, ...]] = {
    NOT_SUPPORTED: (),
    POSSIBLE: (c.Supports("", "moderate", ""),),
    PRESENT: (c.Supports("", "strong", ""),),
}


def held(formula: Formula) -> Guarded:
    """A formula as a guarded truth of two values."""
    return cases((formula, True), (negated(formula), False))


class Stands:
    """How one candidate may come to stand."""

    def __init__(self, ranked: Ranked, outlook: Outlook) -> None:
        self.outlook = outlook
        self.candidate: Candidate = ranked.candidate
        self.area = ranked.candidate.area
        self.exists = self._exists(STRICT)
        shown = self._exists(PRESUMED)
        self.shown = shown.yes
        self.gone = both(self.exists.no, shown.no)
        now = ranked.standing
        self.worst, self.best, self.lean = only(now.worst), only(now.best), only(now.lean)
        if not now.settled:
            self.worst = self._folded(STRICT, sure=True)
            self.best = self._folded(STRICT, sure=False)
            self.lean = self._lean()

    def _exists(self, of: Pass) -> Rails:
        return any_of(self._is_there(member, of) for member in self.candidate.members)

    def _is_there(self, member: Member, of: Pass) -> Rails:
        book, record = self.outlook.book, member.strict
        exists = self.outlook.exists(record, of)
        if record.about == next(area.home for area in book.areas if area.code == self.area):
            return exists
        routes = (
            rule
            for rule, each in book.concluding(c.Routes)
            if isinstance(each, c.Routes) and each.area == self.area and rule.about == record.about
        )
        return all_of((exists, any_of(self.outlook.rails(rule.when, record, of) for rule in routes)))

    def _evidence(self, of: Pass) -> Iterator[tuple[c.Evidence, Rails]]:
        members = {member.strict.id: member for member in self.candidate.members}
        for each in self.candidate.evidence:
            told = self.outlook.rails(each.rule.when, members[each.record].strict, of)
            if len(members) > 1:
                told = all_of((told, self._is_there(members[each.record], of)))
            yield each.conclusion, told

    def _folded(self, of: Pass, *, sure: bool, against_sure: bool | None = None) -> Guarded:
        """The level where evidence for it counts only if `sure`, and evidence against it counts the other way."""
        certain = not sure if against_sure is None else against_sure
        groups: dict[Any, Formula] = {}
        opposing: list[Formula] = []
        excluded = negated(self._exists(of).yes) if not certain else self._exists(of).no
        for conclusion, told in self._evidence(of):
            for_it = told.yes if sure else told.perhaps
            against = told.yes if certain else told.perhaps
            match conclusion:
                case c.Supports(_, "weak", _):
                    continue
                case c.Supports(_, strength, aspect, alone):
                    key: Any = strength if strength == "strong" else (aspect, alone)
                    groups[key] = either(groups.get(key, False), for_it)
                case c.Opposes():
                    opposing.append(against)
                case c.Excludes():
                    excluded = either(excluded, against)
                case c.Caps(_, at) | c.Floors(_, at):
                    holds = against if isinstance(conclusion, c.Caps) else for_it
                    key = (type(conclusion), at)
                    groups[key] = either(groups.get(key, False), holds)
        supports = [key for key in groups if key == "strong" or isinstance(key[0], str)]
        limits = [key for key in groups if key not in supports]

        def supported(*told: bool) -> Level:
            found = [key for key, yes in zip(supports, told, strict=True) if yes]
            return fold(supports=_supports(found), opposing=0, excluded=False, caps=(), floors=())

        def folded(level: Level, out: bool, *told: bool) -> Level:
            found = [key for key, yes in zip(limits, told, strict=False) if yes]
            return fold(
                supports=_AS_MUCH[level],
                opposing=sum(told[len(limits) :]),
                excluded=out,
                caps=[WORDS.index(at) for kind, at in found if kind is c.Caps],
                floors=[WORDS.index(at) for kind, at in found if kind is c.Floors],
            )

        level = lifted(supported, *(held(groups[key]) for key in supports))
        return lifted(folded, level, held(excluded), *(held(groups[key]) for key in limits), *map(held, opposing))

    def _lean(self) -> Guarded:
        level = self._folded(PRESUMED, sure=True, against_sure=True)
        most = self._folded(PRESUMED, sure=False, against_sure=True)
        kinds = (c.Opposes, c.Excludes, c.Caps)
        against = either(*(told.yes for each, told in self._evidence(PRESUMED) if isinstance(each, kinds)))
        home = self.candidate.home

        def leaning(level: Level, most: Level, against: bool) -> Level:
            return OPEN if level == NOT_SUPPORTED and home and most >= POSSIBLE and not against else level

        return lifted(leaning, level, most, held(against))

    def at_least(self, level: Level, value: Guarded) -> Formula:
        """The formula under which `worst`, `best` or `lean` reaches a level."""
        return where(value, lambda told: told >= level)


def _supports(keys: Iterable[Any]) -> list[c.Supports]:
    return [
        c.Supports("", "strong", "") if key == "strong" else c.Supports("", "moderate", key[0], stands_alone=key[1])
        for key in keys
    ]


# -- standings, stages and flags ----------------------------------------------------------------------------------


def standings(stands: Sequence[Stands], outlook: Outlook) -> Iterator[Formula]:
    """Of what the standings, the areas and the gate are made."""
    for each in stands:
        for value in (each.worst, each.best, each.lean):
            yield from (guard for guard, _ in value)
        yield each.shown
        yield each.gone
    for area in outlook.book.areas_on:
        complete = both(*(outlook.complete(about, STRICT).yes for about in area.fed_by))
        mine = [each for each in stands if each.area == area.code]
        # An area can be present while its list may grow, unless something in it can be present anyway.
        yield both(negated(complete), *(negated(each.at_least(PRESENT, each.best)) for each in mine))
    gate, leans_open = gate_of(stands, outlook)
    yield gate.yes
    yield leans_open


def gate_of(stands: Sequence[Stands], outlook: Outlook) -> tuple[Rails, Formula]:
    """The gate to deficits, and whether it leans open; as in `formulation/gate.py`."""
    others = [each for each in stands if each.area != DEFICITS]
    lists = [about for area in outlook.book.areas_on if area.code != DEFICITS for about in area.fed_by]
    complete = both(*(outlook.complete(about, STRICT).yes for about in dict.fromkeys(lists)))
    truth = Rails(
        both(complete, *(negated(each.at_least(POSSIBLE, each.best)) for each in others)),
        either(*(each.at_least(POSSIBLE, each.worst) for each in others)),
    )
    return truth, both(complete, *(negated(both(each.shown, each.at_least(OPEN, each.lean))) for each in others))


def stages(stands: Sequence[Stands], outlook: Outlook) -> Iterator[Formula]:
    """Of what the stages are made."""
    for each in stands:
        if each.area == DISPUTE:
            for member in each.candidate.members:
                if member.strict.about == "conflict":
                    yield from _stages_of(each, member.strict, outlook)


def _stages_of(dispute: Stands, record: Record, outlook: Outlook) -> Iterator[Formula]:
    def both_passes(rule: Rule) -> tuple[Rails, Rails]:
        return outlook.rails(rule.when, record, STRICT), outlook.rails(rule.when, record, PRESUMED)

    blockers = [both_passes(rule) for rule, _ in outlook.book.concluding(c.BlocksStage)]
    possible = dispute.at_least(POSSIBLE, dispute.best)
    live = both(possible, *(negated(shown.yes) for _, shown in blockers))
    sure = both(live, dispute.at_least(POSSIBLE, dispute.worst), *(strict.no for strict, _ in blockers))
    yield possible
    yield live
    signals = [
        (each, *both_passes(rule)) for rule, each in outlook.book.concluding(c.Stages) if isinstance(each, c.Stages)
    ]
    for line in ("couple", "coparent"):
        mine = [each for each in signals if each[0].line == line]
        there = either(*(shown.yes for _, _, shown in mine)) if line == "coparent" else True
        yield there
        reached, settled, empty = both(live, there), both(sure, there), True
        known: list[Formula] = []
        for tier in c.TIERS:
            of_tier = [each for each in mine if each[0].tier == tier]
            by_stage = {
                stage: any_of(strict for each, strict, _ in of_tier if each.stage == stage)
                for stage in dict.fromkeys(each.stage for each, _, _ in of_tier)
            }
            one = [
                both(told.yes, *(other.no for name, other in by_stage.items() if name != stage))
                for stage, told in by_stage.items()
            ]
            decided = both(settled, empty, either(*one))
            known.append(decided)
            empty = both(empty, *(told.no for told in by_stage.values()))
            told = [held(shown.yes) for _, _, shown in of_tier]
            conclusions = [each for each, _, _ in of_tier]
            for with_confidence, when in ((False, reached), (True, both(reached, decided))):
                seen = lifted(lambda *yes, of=conclusions, sure=with_confidence: _seen(of, yes, sure), *told)
                yield from (both(when, guard) for guard, _ in seen)
            if tier == "steps":
                yield both(reached, decided, _both_want_the_end(record, outlook))
            reached = both(reached, *(negated(shown.yes) for _, _, shown in of_tier))
        yield either(*known)


def _seen(signals: Sequence[c.Stages], told: Sequence[bool], sure: bool) -> tuple[Any, ...]:
    """What shows of a tier: its stages in order and, of the only one, the variant, and whether it may be clear."""
    deciding = [each for each, yes in zip(signals, told, strict=True) if yes]
    shown = tuple(dict.fromkeys(each.stage for each in deciding))
    if len(shown) != 1:
        return (shown,)
    variant = min(deciding, key=c.naming_variant).variant
    return (shown, variant, sure and any(each.confidence == "clear" for each in deciding))


def _both_want_the_end(record: Record, outlook: Outlook) -> Formula:
    parts = []
    for name in ("patient_wants", "other_wants"):
        sign = Sign("conflict", name)
        try:
            told = outlook.cell(sign, record, PRESUMED)
            parts.append(where(told, lambda value: value == frozenset({"end"})))
        except TooWide:
            paths = outlook.hanging.of_sign(sign, record)
            parts.append(outlook.open_truth(("wants", record.key, name), paths, UNKNOWN, UNKNOWN)[1].yes)
    return both(*parts)


def flags(outlook: Outlook) -> Iterator[Formula]:
    """Of what the flags are made."""
    found: dict[tuple[str, str], list[tuple[Formula, Formula]]] = {}
    for rule, each in outlook.book.concluding(c.Flags):
        assert isinstance(each, c.Flags) and rule.when is not None
        for record in outlook.view.of(rule.about):
            now = all_of((outlook.rails(rule.when, record, STRICT), outlook.exists(record, STRICT)))
            if each.on_unknown:
                perhaps: Formula = True
            elif each.level == "clinical":
                perhaps = both(outlook.rails(rule.when, record, PRESUMED).yes, outlook.exists(record, PRESUMED).yes)
            else:
                perhaps = _danger_told(rule.when, record, outlook, expected=True)
            found.setdefault((each.flag, each.level), []).append((now.yes, both(perhaps, now.perhaps)))
    for reasons in found.values():
        yield either(*(certain for certain, _ in reasons))
        yield either(*(possible for _, possible in reasons))


def _danger_told(node: Condition, record: Record, outlook: Outlook, *, expected: bool) -> Formula:
    """As in `formulation/safety.py`."""
    now = outlook.rails(node, record, STRICT)
    if isinstance(node, n.Not):
        inside = _danger_told(node.part, record, outlook, expected=not expected)
    elif isinstance(node, n.Answered):
        return False
    elif isinstance(node, n.LEAVES):
        return (now.yes if expected else now.no) if is_about_safety(node.sign, outlook.book) else False
    elif isinstance(node, n.QUANTIFIED):
        inside = either(
            *(_danger_told(node.part, each, outlook, expected=expected) for each in outlook.view.of(node.about))
        )
    else:
        inside = either(*(_danger_told(part, record, outlook, expected=expected) for part in n.children(node)))
    return both(negated(now.no if expected else now.yes), inside)
