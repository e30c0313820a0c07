"""Under which settings of the switches can a case come out otherwise?

Switches that can change the same verdict are looked at together, others apart; settings under which the engines find
the same are one kind. So every admissible setting is accounted for, and few are worked out.
"""

from __future__ import annotations

from collections.abc import Container, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product
from typing import Any, TypeAlias

from ipt_formulate.engines.signs import Situations
from ipt_formulate.engines.verdicts import Verdicts
from ipt_formulate.explain.alike import Alike, values_of
from ipt_formulate.formulation.focus import THREE_LISTS
from ipt_formulate.formulation.formulate import Work, work_of
from ipt_formulate.formulation.gate import DEFICITS
from ipt_formulate.formulation.outcome import FlagKey, Outcome, flags_in, outcome_of
from ipt_formulate.formulation.readers import conditions_of, read_in
from ipt_formulate.formulation.standing import POSSIBLE
from ipt_formulate.formulation.trials import Trials
from ipt_formulate.logic.truth import NO, YES
from ipt_formulate.rulebook import Rule, Rulebook
from ipt_formulate.rulebook import conclusions as c
from ipt_formulate.rulebook.book import Setting, fed
from ipt_formulate.rulebook.nodes import SITUATIONS
from ipt_formulate.rulebook.switched import SETTING, by_settings
from ipt_formulate.rulebook.vocabulary import LISTS

BY_FORMULATION = ("areas", "deficits_policy", "max_foci", "rank_order", "extra_areas", "grief_scope")
"""Switches that the formulation itself reads; a test keeps the list."""
BY_BOTH = ("areas", "extra_areas", "grief_scope")
"""Those of them that rules read too, other than for advice."""
MOST_STATES = 256
"""So many are kept at hand: a big case has more than fit into memory, and to work one out again is quick."""
EXTRA, FOCI = "extra_areas", "max_foci"

Choice: TypeAlias = tuple[Setting, ...]
"""A setting of some switches, in the order of their names."""


@dataclass(frozen=True)
class Group:
    """Switches that can change the same things, and their settings by what they do; the kind in use is the first.

    Each kind has the one in use first too, where it is of that kind. `found` numbers what the engines find under each
    kind: the same number, the same verdicts.
    """

    names: tuple[str, ...]
    kinds: tuple[tuple[Choice, ...], ...]
    found: tuple[int, ...]

    @cached_property
    def numbers(self) -> dict[Choice, int]:
        """The number of the kind that each setting is of."""
        return {chosen: number for number, each in enumerate(self.kinds) for chosen in each}

    def kind_of(self, settings: Mapping[str, Setting]) -> int:
        """The kind that a setting of all switches is of."""
        return self.numbers[tuple(settings[name] for name in self.names)]


class Across:
    """One case under every setting.

    Attributes
    ----------
    groups
        The switches that can matter, by what they can change together; none before `find_groups`.
    extra
        The optional areas for which there is, or may be, a candidate.
    classes
        The values of each switch: those together that come to the same whatever the other switches are.
    worked_out
        How many outcomes had to be computed.
    """

    def __init__(self, work: Work) -> None:
        self.work = work
        self.book = work.book
        self.worked_out = 0
        self._trials = Trials(work.intake, work.book)
        self._alike = Alike(self._trials)
        self._outcomes: dict[Hashable, Outcome] = {}
        self._contests: dict[Hashable, Hashable] = {}
        self._books: dict[Hashable, Rulebook] = {}
        self._states: dict[Hashable, tuple[Situations, Verdicts, tuple[tuple[FlagKey, str], ...]]] = {}
        open_lists = frozenset(about for about in LISTS if work.case.strict.complete(about) != YES)
        self._open_lists = open_lists
        # While one of the three lists is open nothing is settled, and how far a standing may still go changes nothing.
        self._by_lean_only = bool(open_lists & set(THREE_LISTS))
        self.extra = self._extra_areas_that_may_be()
        self._feeding = self._rules_that_feed()
        self.classes: dict[str, list[list[Setting]]] = {}
        self.groups: list[Group] = []

    def find_groups(self) -> None:
        """Look at every switch by itself, and at those together that can change the same; takes most of the time."""
        self.classes = {name: self._classes_of(name) for name in self.book.switches}
        # What the formulation alone reads comes last: then the same verdicts are asked for one after the other.
        self.groups = sorted(
            (group for group in self._groups() if len(group.kinds) > 1),
            key=lambda group: all(name in BY_FORMULATION and name not in BY_BOTH for name in group.names),
        )

    def outcome(self, kinds: Sequence[int]) -> Outcome:
        """The outcome when each group is of the kind with this number."""
        settings = dict(self.book.settings)
        for group, number in zip(self.groups, kinds, strict=True):
            settings |= dict(zip(group.names, group.kinds[number][0], strict=True))
        found = tuple(group.found[number] for group, number in zip(self.groups, kinds, strict=True))
        known = (found, self._switched_off(settings), tuple(settings.get(name) for name in BY_BOTH))
        work = None
        if known not in self._contests:
            work = self._work(settings, found)
            self._contests[known] = self._contest(work, self._state(settings, found)[2])
        key = (self._contests[known], _of_formulation(settings))
        if key not in self._outcomes:
            self.worked_out += 1
            work = work if work is not None else self._work(settings, found)
            self._outcomes[key] = outcome_of(work, self._state(settings, found)[2])
        outcome = self._outcomes[key]
        return replace(outcome, second=None) if settings.get(FOCI) == "1" else outcome

    # -- groups of switches ---------------------------------------------------------------------------------------

    def _classes_of(self, name: str) -> list[list[Setting]]:
        """The values of a switch by what they do, whatever the other switches are; those in use stand first."""
        found: dict[Hashable, list[Setting]] = {}
        told = self._alike.tells_apart(name)
        for value in sorted(values_of(self.book.switches[name]), key=lambda each: each != self.book.settings[name]):
            read = self._read(name, value) if name in BY_FORMULATION else None
            off = tuple(
                by_settings(rule.when, settings) == NO
                for rule in self._feeding
                if rule.when is not None and _reads(rule, name)
                for settings in self._alike.settings_of(rule, {name: value})
            )
            found.setdefault((told(value), read, off), []).append(value)
        return list(found.values())

    def _groups(self) -> Iterator[Group]:
        together: list[tuple[set[str], set[Hashable], bool]] = []
        for name in self.book.switches:
            if len(self.classes[name]) == 1:
                continue
            touched, makes = self._trials.touched_by_switch(name, makes=self._alike.makes)
            cells: set[Hashable] = {cell for cell in touched if cell != ("case:case", f"{SETTING}{name}")}
            cells |= {rule.id for rule in self._feeding if _reads(rule, name)}
            cells |= self._flagging(name, {cell[1] for cell in touched})
            if not cells and name not in BY_FORMULATION:
                continue
            names = {name}
            rest = []
            for others, theirs, make in together:
                if cells & theirs or (make and makes):
                    names, cells, makes = names | others, cells | theirs, makes or make
                else:
                    rest.append((others, theirs, make))
            together = [*rest, (names, cells, makes)]
        for found, _, _ in together:
            yield self._group(tuple(name for name in self.book.switches if name in found))

    def _flagging(self, name: str, signs: Container[str]) -> set[str]:
        """The safety rules that read a switch, or a sign of this name."""
        return {
            rule.id
            for rule, _ in self.book.concluding(c.Flags)
            for condition in conditions_of(rule)
            for sign in read_in(condition, rule.about)
            if sign.name == f"{SETTING}{name}" or sign.name in signs
        }

    def _group(self, names: tuple[str, ...]) -> Group:
        kinds: dict[tuple[Hashable, Hashable, Hashable], list[Choice]] = {}
        # The values in use are the first of the first classes: their kind is the first, and they are the first of it.
        for classes in product(*(self.classes[name] for name in names)):
            settings = {name: values[0] for name, values in zip(names, classes, strict=True)}
            case, verdicts = self._trials.under_settings(settings)
            difference: Hashable = self._trials.difference_of(case)
            if difference is None:
                difference = self._trials.contents_of(case, verdicts)
            read = tuple(self._read(name, settings[name]) for name in names if name in BY_FORMULATION)
            kinds.setdefault((difference, self._switched_off(settings), read), []).extend(product(*classes))
        found: dict[Hashable, int] = {}
        numbers = tuple(found.setdefault(difference, len(found)) for difference, _, _ in kinds)
        return Group(names, tuple(tuple(each) for each in kinds.values()), numbers)

    def _read(self, name: str, value: Setting) -> Hashable:
        """What the formulation makes of the value of a switch."""
        if name == EXTRA:
            return frozenset(value) & self.extra if self._open_lists_have_areas else frozenset(value)
        if name == "grief_scope":
            grieved = any(each.candidate.area == "grief" for each in self.work.contest.order)
            return None if grieved else value == "wide"
        return value

    def _switched_off(self, settings: Mapping[str, Setting]) -> frozenset[str]:
        """The rules that feed areas and are off by the switches."""
        every = {**self.book.settings, **settings}
        return frozenset(
            rule.id for rule in self._feeding if rule.when is not None and by_settings(rule.when, every) == NO
        )

    @property
    def _open_lists_have_areas(self) -> bool:
        """Is every open list of situations the home of an area that is always on? Then the gate knows of it by that."""
        homes = {area.home for area in self.book.areas if not area.extra and area.code != DEFICITS}
        return self._open_lists & set(SITUATIONS) <= homes

    def _rules_that_feed(self) -> list[Rule]:
        """The rules that a switch can turn off and without which an area may not be fed by an open list."""
        every = tuple({rule.id: rule for rule, _ in self.book.concluding(c.Routes, c.Spawns)}.values())
        kept = tuple(rule for rule in every if not any(_reads(rule, name) for name in self.book.switches))
        areas = tuple(area for area in self.book.areas if not area.extra or area.code in self.extra)
        hanging = {
            most.code
            for least, most in zip(fed(areas, kept), fed(areas, every), strict=True)
            if (set(most.fed_by) - set(least.fed_by)) & self._open_lists
        }
        return [
            rule
            for rule in every
            if rule not in kept
            and any(isinstance(each, c.Spawns) or _area_of(each) in hanging for each in rule.conclusions)
            and hanging
        ]

    def _extra_areas_that_may_be(self) -> frozenset[str]:
        """The optional areas for which there is, or may be, a candidate."""
        return frozenset(
            each.area
            for rule, each in self.book.concluding(c.Routes)
            if isinstance(each, c.Routes) and any(area.code == each.area and area.extra for area in self.book.areas)
            if any(pair.strict != NO for (read, _), pair in self.work.verdicts.rules.items() if read == rule.id)
        )

    # -- outcomes -------------------------------------------------------------------------------------------------

    def _work(self, settings: Mapping[str, Setting], found: tuple[int, ...]) -> Work:
        """The case under a setting, with room for a second focus."""
        case, verdicts, _ = self._state(settings, found)
        read = (_of_formulation(settings), self._switched_off(settings))
        if read not in self._books:
            self._books[read] = self.book.with_settings({**settings, FOCI: "2"})
        return work_of(self.work.intake, self._books[read], case, verdicts)

    def _contest(self, work: Work, flags: tuple[tuple[FlagKey, str], ...]) -> Hashable:
        """All that the outcome is made from; from equal ones, read alike by the formulation, come equal outcomes."""
        book, case, order = work.book, work.case, work.contest.order
        places = [(each.candidate.area, each.candidate.situation) for each in order]
        shown = (
            tuple(
                (place, each.standing.lean, each.standing.best >= POSSIBLE, each.shown, each.candidate.exists.presumed)
                for place, each in zip(places, order, strict=True)
            ),
            tuple((places[edge.source], places[edge.target], edge.truth.presumed) for edge in work.contest.edges),
            tuple(tuple((bar.place, bar.shown) for bar in bars) for bars in work.contest.bars),
            outcome_of(work, ()).stages,
            flags,
            work.contest.gate.truth == YES,
            tuple((area.code, bool(set(area.fed_by) & self._open_lists)) for area in book.areas_on),
        )
        if self._by_lean_only:
            return shown
        return (
            shown,
            tuple((each.standing, each.certain, each.candidate.exists.strict) for each in order),
            tuple(
                (places[edge.source], places[edge.target], edge.rule, edge.truth.strict) for edge in work.contest.edges
            ),
            tuple(tuple((bar.may_hold, bar.for_good) for bar in bars) for bars in work.contest.bars),
            len(case.contradictions),
            str(case.strict.case.values.get("episode_present")),
        )

    def _state(
        self, settings: Mapping[str, Setting], found: tuple[int, ...]
    ) -> tuple[Situations, Verdicts, tuple[tuple[FlagKey, str], ...]]:
        """What the engines find under a setting, numbered by `found`, and the flags."""
        if found not in self._states:
            if len(self._states) == MOST_STATES:
                self._states.clear()
            case, verdicts = self._trials.under_settings(settings)
            self._states[found] = (case, verdicts, flags_in(case, self.book))
        return self._states[found]


def _of_formulation(settings: Mapping[str, Setting]) -> tuple[Setting | None, ...]:
    """The settings that the formulation itself reads, but for the room for a second focus."""
    return tuple(settings.get(name) for name in BY_FORMULATION if name != FOCI)


def _area_of(conclusion: object) -> str | None:
    return conclusion.area if isinstance(conclusion, c.Routes) else None


def _reads(rule: Rule, name: str) -> bool:
    """Does a rule read a switch itself?"""
    read: Iterable[Any] = (sign for condition in conditions_of(rule) for sign in read_in(condition, rule.about))
    return any(sign.name == f"{SETTING}{name}" for sign in read)
