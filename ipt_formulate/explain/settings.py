"""Under which settings of the switches can a case come out otherwise?

Switches that can change the same verdict are looked at together, others apart; settings under which the engines find
the same are one kind. So every admissible setting is accounted for, and few are worked out.
"""

from __future__ import annotations

from collections.abc import Container, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, combinations, product
from typing import Any, TypeAlias

from ipt_formulate.engines.signs import Situations
from ipt_formulate.engines.verdicts import Verdicts
from ipt_formulate.formulation.focus import THREE_LISTS
from ipt_formulate.formulation.formulate import Work, work_of
from ipt_formulate.formulation.outcome import Outcome, flags_in, outcome_of
from ipt_formulate.formulation.readers import conditions_of, read_in
from ipt_formulate.formulation.standing import POSSIBLE
from ipt_formulate.formulation.trials import Trials
from ipt_formulate.logic.truth import NO, YES
from ipt_formulate.rulebook import Rule
from ipt_formulate.rulebook import conclusions as c
from ipt_formulate.rulebook.book import Setting, Switch
from ipt_formulate.rulebook.switched import by_settings
from ipt_formulate.rulebook.vocabulary import LISTS

BY_FORMULATION = ("areas", "deficits_policy", "max_foci", "rank_order", "extra_areas", "grief_scope")
"""Switches that the formulation itself reads; a test keeps the list."""
BY_BOTH = ("areas", "extra_areas", "grief_scope")
"""Those of them that rules read too, other than for advice."""
MOST_STATES = 512
"""So many are kept at hand: a big case has more than fit into memory, and to work one out again is quick."""
EXTRA, FOCI = "extra_areas", "max_foci"

Choice: TypeAlias = tuple[Setting, ...]
"""A setting of some switches, in the order of their names."""


@dataclass(frozen=True, slots=True)
class Group:
    """Switches that can change the same things, and their settings by what they do; the kind in use is the first.

    Each kind has the one in use first too, where it is of that kind.
    """

    names: tuple[str, ...]
    kinds: tuple[tuple[Choice, ...], ...]

    def kind_of(self, settings: Mapping[str, Setting]) -> int:
        """The kind that a setting of all switches is of."""
        chosen = tuple(settings[name] for name in self.names)
        return next(number for number, each in enumerate(self.kinds) if chosen in each)


def values_of(switch: Switch) -> list[Setting]:
    """Every admissible setting of a switch: one value, or any set of them where several may hold at once."""
    if not switch.many:
        return list(switch.values)
    return list(chain.from_iterable(combinations(switch.values, size) for size in range(len(switch.values) + 1)))


class Across:
    """One case under every setting.

    Attributes
    ----------
    groups
        The switches that can matter, by what they can change together.
    extra
        The optional areas for which there is, or may be, a candidate.
    worked_out
        How many outcomes had to be computed.
    """

    def __init__(self, work: Work) -> None:
        self.work = work
        self.book = work.book
        self.worked_out = 0
        self._trials = Trials(work.intake, work.book)
        self._outcomes: dict[Hashable, Outcome] = {}
        self._contests: dict[Hashable, Hashable] = {}
        self._states: dict[tuple[tuple[str, Setting], ...], tuple[Situations, Verdicts]] = {}
        open_lists = frozenset(about for about in LISTS if work.case.strict.complete(about) != YES)
        self._open_lists = open_lists
        # While one of the three lists is open nothing is settled, and how far a standing may still go changes nothing.
        self._by_lean_only = bool(open_lists & set(THREE_LISTS))
        self._feeding = list({rule.id: rule for rule, _ in self.book.concluding(c.Routes, c.Spawns)}.values())
        self.extra = self._extra_areas_that_may_be()
        self.groups = [group for group in self._groups() if len(group.kinds) > 1]

    def outcome(self, kinds: Sequence[int]) -> Outcome:
        """The outcome when each group is of the kind with this number."""
        settings = dict(self.book.settings)
        for group, number in zip(self.groups, kinds, strict=True):
            settings |= dict(zip(group.names, group.kinds[number][0], strict=True))
        known = _of_rules(settings)
        work = None
        if known not in self._contests:
            work = self._work(settings)
            self._contests[known] = self._contest(work)
        read = tuple(settings.get(name) for name in BY_FORMULATION if name != FOCI)
        key = (self._contests[known], read)
        if key not in self._outcomes:
            self.worked_out += 1
            self._outcomes[key] = outcome_of(work if work is not None else self._work(settings))
        outcome = self._outcomes[key]
        return replace(outcome, second=None) if settings.get(FOCI) == "1" else outcome

    # -- groups of switches ---------------------------------------------------------------------------------------

    def _groups(self) -> Iterator[Group]:
        together: list[tuple[set[str], set[Hashable], bool]] = []
        for name in self.book.switches:
            touched, makes = self._trials.touched_by_switch(name)
            cells: set[Hashable] = {cell for cell in touched if cell != ("case:case", f"setting.{name}")}
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
            if sign.name == f"setting.{name}" or sign.name in signs
        }

    def _group(self, names: tuple[str, ...]) -> Group:
        kinds: dict[Hashable, list[Choice]] = {}
        now = tuple(self.book.settings[name] for name in names)
        every = list(product(*(values_of(self.book.switches[name]) for name in names)))
        for chosen in sorted(every, key=lambda each: each != now):
            settings = dict(zip(names, chosen, strict=True))
            difference: Hashable = self._trials.difference_of(self._trials.under_settings(settings)[0])
            if difference is None:
                difference = ("records", chosen)
            read = tuple(self._read(name, settings[name]) for name in names if name in BY_FORMULATION)
            kinds.setdefault((difference, self._switched_off(settings), read), []).append(chosen)
        return Group(names, tuple(tuple(each) for each in kinds.values()))

    def _read(self, name: str, value: Setting) -> Hashable:
        """What the formulation makes of the value of a switch."""
        if name == EXTRA:
            return frozenset(value) & self.extra
        if name == "grief_scope":
            grieved = any(each.candidate.area == "grief" for each in self.work.contest.order)
            return None if grieved else value == "wide"
        return value

    def _switched_off(self, settings: Mapping[str, Setting]) -> frozenset[str]:
        """The rules that feed areas and are off by the switches; of no account where every list is complete."""
        every = {**self.book.settings, **settings}
        feeding = self._feeding if self._open_lists else ()
        return frozenset(rule.id for rule in feeding if rule.when is not None and by_settings(rule.when, every) == NO)

    def _extra_areas_that_may_be(self) -> frozenset[str]:
        """The optional areas for which there is, or may be, a candidate."""
        return frozenset(
            each.area
            for rule, each in self.book.concluding(c.Routes)
            if isinstance(each, c.Routes) and any(area.code == each.area and area.extra for area in self.book.areas)
            if any(pair.strict != NO for (read, _), pair in self.work.verdicts.rules.items() if read == rule.id)
        )

    # -- outcomes -------------------------------------------------------------------------------------------------

    def _work(self, settings: Mapping[str, Setting]) -> Work:
        """The case under a setting, with room for a second focus."""
        case, verdicts = self._state(settings)
        return work_of(self.work.intake, self.book.with_settings({**settings, FOCI: "2"}), case, verdicts)

    def _contest(self, work: Work) -> Hashable:
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
            flags_in(case, book),
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

    def _state(self, settings: Mapping[str, Setting]) -> tuple[Situations, Verdicts]:
        """What the engines find under a setting."""
        known = _of_rules(settings)
        if known not in self._states:
            if len(self._states) == MOST_STATES:
                self._states.clear()
            self._states[known] = self._trials.under_settings(settings)
        return self._states[known]


def _of_rules(settings: Mapping[str, Setting]) -> tuple[tuple[str, Setting], ...]:
    """The settings of the switches that rules read; the others change nothing that the engines find."""
    return tuple((name, value) for name, value in settings.items() if name in BY_BOTH or name not in BY_FORMULATION)


def _reads(rule: Rule, name: str) -> bool:
    """Does a rule read a switch itself?"""
    read: Iterable[Any] = (sign for condition in conditions_of(rule) for sign in read_in(condition, rule.about))
    return any(sign.name == f"setting.{name}" for sign in read)
