"""Is a ruleset inside the part of the native engine that is known to be safe?

durable-rules accepts far more than it can run: outside a narrow subset it crashes, loops or answers wrongly on
ordinary input. This is that subset, checked on the finished rules just before they are handed over, whatever made
them. It knows nothing of conditions, records or rails.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from ipt_formulate.engines.durable.formula import Expression
from ipt_formulate.engines.durable.names import KIND, STRATUM, colliding
from ipt_formulate.engines.durable.network import Network

MOST_RULES = 250
MOST_PATTERNS = 15
MOST_SLOTS = 28
"""Of the 32 slots of a pattern: one for each join comparison, two for each `$and` and `$or`."""
MOST_PROPERTIES = 240
LARGEST_NUMBER = 2**31 - 1
LONGEST_WORD = 40

Patterns = Mapping[str, Expression]
"""The patterns of a rule in their order, by alias."""

TAIL: Expression = {"$and": [{"$ex": {KIND: 1}}]}
"""Always true. Gives the evaluator of joins an end to stop at; without it a false join reads past the pattern."""
NEVER_RELEASED = 99
HOUSEKEEPING: Mapping[str, Patterns] = {
    "~open": {"m": {"$and": [{KIND: "~open"}]}},
    "~rest": {"g": {"$and": [{KIND: "go"}, {STRATUM: NEVER_RELEASED}]}, "m": {"$ex": {KIND: 1}}},
}
"""Rules of every ruleset: the first fact must fire, and no fact may go unhandled. The second never fires, because its
stratum is never released: a firing for every fact would cost more than all the rules."""

_COMPARISONS = ("==", "$neq", "$lt", "$lte", "$gt", "$gte")


class OutsideSubset(Exception):
    """The ruleset could crash the native engine or get a wrong answer from it; names the rule and the bound."""


class _Leaf(NamedTuple):
    key: str
    name: str
    value: Any

    @property
    def joins(self) -> bool:
        return isinstance(self.value, Mapping)


def check(rules: Mapping[str, Patterns]) -> None:
    """Let only a ruleset pass that is inside the subset.

    Raises
    ------
    OutsideSubset
        At the first bound that does not hold.
    """
    if len(rules) > MOST_RULES:
        raise OutsideSubset(f"more than {MOST_RULES} rules")
    types: dict[str, type] = {KIND: str}
    for name, patterns in rules.items():
        try:
            _check_rule(patterns, types)
        except OutsideSubset as outside:
            raise OutsideSubset(f"rule {name}: {outside}") from None
    _check_names(types, rules)
    network = Network()
    for patterns in (*HOUSEKEEPING.values(), *rules.values()):
        for pattern in patterns.values():
            network.add(pattern)
    excess = network.excess()
    if excess is not None:
        raise OutsideSubset(excess)


def slots(expression: Expression) -> int:
    """The room that a pattern takes in the evaluator."""
    ((key, body),) = expression.items()
    if key in ("$and", "$or"):
        return 2 + sum(map(slots, body))
    return int(_leaf(expression).joins)


def _check_names(properties: Mapping[str, type], rules: Mapping[str, Patterns]) -> None:
    if len(properties) > MOST_PROPERTIES:
        raise OutsideSubset(f"more than {MOST_PROPERTIES} properties")
    if any(name.startswith("$") or name in ("id", "sid") for name in properties):
        raise OutsideSubset("a property has a name that the native engine uses itself")
    aliases = (alias for patterns in rules.values() for alias in patterns)
    pair = colliding((*properties, *aliases, *rules))
    if pair is not None:
        raise OutsideSubset(f"the names {pair[0]} and {pair[1]} have the same hash")


def _check_rule(patterns: Patterns, types: dict[str, type]) -> None:
    if not 0 < len(patterns) <= MOST_PATTERNS:
        raise OutsideSubset(f"no pattern or more than {MOST_PATTERNS}")
    guarded: dict[str, set[str]] = {}
    for place, (alias, pattern) in enumerate(patterns.items()):
        ((key, parts),) = pattern.items()
        kind = parts[0].get(KIND) if key == "$and" and parts else None
        if not isinstance(kind, str):
            raise OutsideSubset(f"{alias} does not begin with a kind")
        if len(patterns) > 1 and (kind == "go") != (place == 0):
            raise OutsideSubset("several patterns, and not the first alone waits for the facts of the stratum")
        if slots(pattern) > MOST_SLOTS:
            raise OutsideSubset(f"{alias} takes more than {MOST_SLOTS} slots")
        guarded[alias] = {_leaf(part).name for part in parts if "$ex" in part}
        _check_order(alias, parts, guarded)
        _check_values(pattern, types)


def _check_order(alias: str, parts: list[Expression], guarded: Mapping[str, set[str]]) -> None:
    """Constants, guards, joins, then groups of constants and the tail; each join guarded on both sides."""
    stages = [_stage(part) for part in parts]
    if stages != sorted(stages):
        raise OutsideSubset(f"{alias} has its conditions in another order")
    for part in parts:
        if _stage(part) == "3 group" and part != TAIL and any(_stage(leaf) != "0 constant" for leaf in _leaves(part)):
            raise OutsideSubset(f"{alias} has something other than constants in a group")
        if _stage(part) == "2 join":
            _, mine, value = _leaf(part)
            ((other, theirs),) = value.items()
            if mine not in guarded[alias] or theirs not in guarded.get(other, ()) or other == alias:
                raise OutsideSubset(f"{alias} joins a property without guards on both sides")
    if "2 join" in stages and parts[-1] != TAIL:
        raise OutsideSubset(f"{alias} joins without the tail")


def _stage(part: Expression) -> str:
    if "$and" in part or "$or" in part:
        return "3 group"
    return "1 guard" if "$ex" in part else "2 join" if _leaf(part).joins else "0 constant"


def _check_values(pattern: Expression, types: dict[str, type]) -> None:
    for part in _leaves(pattern):
        leaf = _leaf(part)
        if leaf.key == "$ex" or leaf.joins:
            types.setdefault(leaf.name, int)
            continue
        if leaf.key not in _COMPARISONS:
            raise OutsideSubset(f"{leaf.key} is not used")
        if types.setdefault(leaf.name, type(leaf.value)) is not type(leaf.value) or not _safe(leaf.value):
            raise OutsideSubset(f"{leaf.name} is compared with a value of another type or range")


def _safe(value: Any) -> bool:
    if type(value) is int:
        return abs(value) <= LARGEST_NUMBER
    return type(value) is str and value.isascii() and 0 < len(value) <= LONGEST_WORD and min(value) > '"'


def _leaf(expression: Expression) -> _Leaf:
    ((key, body),) = expression.items()
    if not key.startswith("$") or not isinstance(body, Mapping):
        return _Leaf("==", key, body)
    ((name, value),) = body.items()
    return _Leaf(key, name, value)


def _leaves(expression: Expression) -> Iterator[Expression]:
    ((key, body),) = expression.items()
    if key not in ("$and", "$or"):
        yield expression
        return
    if not body:
        raise OutsideSubset("an empty group, on which the native engine loops for ever")
    for part in body:
        yield from _leaves(part)
