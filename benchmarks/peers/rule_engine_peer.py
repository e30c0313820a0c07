"""rule-engine: one expression in text for each rule, matched against a mapping. A missing answer is null."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence

import rule_engine

from benchmarks.peers.peer import Fired
from benchmarks.peers.rows import Row
from benchmarks.peers.said import Compare, Every, Said, Test


class RuleEnginePeer:
    """Every rule of its kind is matched against every row."""

    batch = False

    def __init__(self, rules: Sequence[Said]) -> None:
        self._rules = defaultdict(list)
        for rule in rules:
            self._rules[rule.about].append((rule.name, rule_engine.Rule(expression(rule.test))))

    def fire(self, rows: Iterable[Row]) -> Fired:
        """Every rule that fires, with the row."""
        return {(name, row.number) for row in rows for name, rule in self._rules[row.about] if rule.matches(row.values)}


def expression(test: Test) -> str:
    """A test in the language of rule-engine."""
    if not isinstance(test, Compare):
        if not test.parts:
            return "true" if isinstance(test, Every) else "false"
        return "(" + (" and " if isinstance(test, Every) else " or ").join(map(expression, test.parts)) + ")"
    match test.operator:
        case "known":
            return f"{test.column} != null"
        case "missing":
            return f"{test.column} == null"
        case "in":
            return f"{test.column} in {json.dumps(test.value)}"
        case "not in":
            return f"not ({test.column} in {json.dumps(test.value)})"
        case operator:
            return f"{test.column} {operator} {json.dumps(test.value)}"
