"""Which values of a switch come to the same in this case, whatever the other switches are?

A rule that reads a switch reads answers too. Where these decide it, or where two values say the same to it, the switch
has no say. What some switch may still change is never taken as decided here, so the answer is on the safe side.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, combinations, product
from typing import Any, TypeAlias

from ipt_formulate.engines.kleene import truth
from ipt_formulate.formulation.readers import conditions_of, read_in
from ipt_formulate.formulation.trials import Trials
from ipt_formulate.logic.truth import NO, YES, Truth
from ipt_formulate.rulebook import Rule
from ipt_formulate.rulebook import conclusions as c
from ipt_formulate.rulebook import nodes as n
from ipt_formulate.rulebook.book import Setting, Switch
from ipt_formulate.rulebook.loading import inputs_of
from ipt_formulate.rulebook.switched import SETTING, by_settings

Both: TypeAlias = tuple[Truth, Truth]
"""The truth in the strict and in the presumed pass."""


def values_of(switch: Switch) -> list[Setting]:
    """Every admissible setting of a switch: one value, or any set of them where several may hold at once."""
    if not switch.many:
        return list(switch.values)
    return list(chain.from_iterable(combinations(switch.values, size) for size in range(len(switch.values) + 1)))


class Alike:
    """The values of the switches, told apart by what rules make of them in one case.

    Attributes
    ----------
    makes
        May situations come into being, or be filled in otherwise, by a switch? Then nothing is taken as alike.
    """

    def __init__(self, trials: Trials) -> None:
        self._trials = trials
        self._book = trials.book
        self._free = frozenset(sign for sign in trials.signs_by_switches() if not sign.name.startswith(SETTING))
        rules = (rule for rule in self._book.active if any(each.stratum != "advice" for each in rule.conclusions))
        self._reading = [
            (rule, condition, switches)
            for rule in rules
            for condition in conditions_of(rule)
            if (switches := tuple(dict.fromkeys(_switches_in(condition, rule))))
        ]
        self._read_whole = frozenset(self._switches_read_whole())
        self._narrow()
        self.makes = self._may_make()

    def tells_apart(self, name: str) -> Callable[[Setting], Hashable]:
        """What rules make of a value of a switch: equal for values that come to the same whatever the others are."""
        if self.makes or name in self._read_whole:
            return lambda value: value
        reading = [each for each in self._reading if name in each[2]]
        return lambda value: tuple(
            self._left(condition, records, settings)
            for rule, condition, switches in reading
            for settings in self._settings(switches, {name: value})
            for records in self._pairs(rule)
        )

    def settings_of(self, rule: Rule, fixed: Mapping[str, Setting]) -> Iterator[dict[str, Setting]]:
        """Every setting of the switches that the condition of a rule reads, in which the fixed ones are as they are."""
        assert rule.when is not None
        return self._settings(tuple(dict.fromkeys(_switches_in(rule.when, rule))), fixed)

    def _switches_read_whole(self) -> Iterator[str]:
        """Those that something else than the truth of a condition is made from: a derived sign, or a flag.

        Whether a flag may be up is looked for in the parts of its condition, see `formulation.safety`.
        """
        for rule, _ in self._book.concluding(c.Flags):
            yield from chain.from_iterable(_switches_in(each, rule) for each in conditions_of(rule))
        for each in self._book.signs:
            for maker in each.makers:
                for sign in self._read_besides(maker):
                    if sign.name.startswith(SETTING):
                        yield sign.name.removeprefix(SETTING)

    def _read_besides(self, maker: Rule) -> set[n.Sign]:
        """The signs that a rule makes a sign from, other than by the truth of a condition."""
        conditions = {sign for each in conditions_of(maker) for sign in read_in(each, maker.about)}
        return inputs_of(maker, maker.about, self._book.vocabulary) - conditions

    def _narrow(self) -> None:
        """Leave out the signs of which the answers of this case leave no switch a say, until none is left to find.

        Signs are derived before any situation is made, so none of that is looked at here.
        """
        waiting = [each for each in self._book.signs if each.sign in self._free and each.derived_by is not None]
        while fixed := [each for each in waiting if all(self._is_fixed(maker) for maker in each.makers)]:
            self._free -= {each.sign for each in fixed}
            waiting = [each for each in waiting if each not in fixed]

    def _is_fixed(self, maker: Rule) -> bool:
        besides = self._read_besides(maker)
        if any(sign in self._free or sign.name.startswith(SETTING) for sign in besides):
            return False
        conditions = list(conditions_of(maker))
        if any(isinstance(node, n.QUANTIFIED) for each in conditions for node in n.walk(each)):
            return False
        return all(self._is_decided(condition, maker) for condition in conditions)

    def _is_decided(self, condition: n.Condition, rule: Rule) -> bool:
        """Is a condition the same under every setting, for each record?"""
        switches = tuple(dict.fromkeys(_switches_in(condition, rule)))
        for records in self._pairs(rule):
            left = {self._left(condition, records, each) for each in self._settings(switches, {})}
            if len(left) > 1 or not all(_is_decided(each) for each in left):
                return False
        return True

    def _may_make(self) -> bool:
        spawning = {rule.id: rule for rule, _ in self._book.concluding(c.Spawns)}
        for rule in spawning.values():
            read = set(chain.from_iterable(read_in(each, rule.about) for each in conditions_of(rule)))
            given = (sign for sign, rules in self._trials.readers.spawns.items() if rule.id in rules)
            if any(sign in self._free and sign not in read for sign in given):
                return True
            if not all(self._is_decided(condition, rule) for condition in conditions_of(rule)):
                return True
        return False

    def _settings(self, switches: Sequence[str], fixed: Mapping[str, Setting]) -> Iterator[dict[str, Setting]]:
        """Every setting of some switches in which the fixed ones are as they are."""
        values = ([fixed[name]] if name in fixed else values_of(self._book.switches[name]) for name in switches)
        return (dict(zip(switches, chosen, strict=True)) for chosen in product(*values))

    def _pairs(self, rule: Rule) -> Iterable[tuple[Any, Any]]:
        case = self._trials.case
        return zip(case.strict.of(rule.about), case.presumed.of(rule.about), strict=True)

    def _left(self, node: n.Condition, records: tuple[Any, Any], settings: Mapping[str, Setting]) -> Hashable:
        """What is left of a condition under some settings: its truth, or what hangs on signs that may change."""
        match node:
            case n.AllOf(parts):
                return self._together(parts, records, settings, min, NO)
            case n.AnyOf(parts):
                return self._together(parts, records, settings, max, YES)
            case n.Not(part):
                left = self._left(part, records, settings)
                return (YES - left[0], YES - left[1]) if _is_decided(left) else ("not", left)  # type: ignore[index]
            case n.Block(_, part) | n.Exemption(_, part):
                return self._left(part, records, settings)
        read = set(read_in(node, records[0].about))
        switches = {sign.name.removeprefix(SETTING) for sign in read if sign.name.startswith(SETTING)}
        if switches and isinstance(node, n.LEAVES):
            told = by_settings(node, settings)
            return told, told
        if switches or not self._free.isdisjoint(read):
            return node, tuple((name, settings[name]) for name in sorted(switches))
        case = self._trials.case
        return truth(node, records[0], case.strict), truth(node, records[1], case.presumed)

    def _together(
        self,
        parts: Sequence[n.Condition],
        records: tuple[Any, Any],
        settings: Mapping[str, Setting],
        strongest: Callable[..., Truth],
        decides: Truth,
    ) -> Hashable:
        left = [self._left(part, records, settings) for part in parts]
        decided: list[Both] = [each for each in left if _is_decided(each)]  # type: ignore[misc]
        rest = frozenset(each for each in left if not _is_decided(each))
        both: Both = (
            strongest([YES - decides, *(strict for strict, _ in decided)]),
            strongest([YES - decides, *(presumed for _, presumed in decided)]),
        )
        return both if not rest or both == (decides, decides) else (strongest.__name__, both, rest)


def _is_decided(left: Hashable) -> bool:
    return isinstance(left, tuple) and len(left) == 2 and all(isinstance(each, int) for each in left)


def _switches_in(condition: n.Condition, rule: Rule) -> Iterator[str]:
    """The switches that a condition reads."""
    for sign in read_in(condition, rule.about):
        if sign.name.startswith(SETTING):
            yield sign.name.removeprefix(SETTING)
