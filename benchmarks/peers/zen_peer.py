"""zen-engine: decisions as JSON with an expression language, in Rust. One decision for each kind of row.

A decision is one expression node with a key for each rule; over many rows it loops by itself. A missing answer is null.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import zen

from benchmarks.peers.peer import Fired
from benchmarks.peers.rows import Row
from benchmarks.peers.said import Compare, Every, Said, Test, columns_read


class ZenPeer:
    """The rows of a kind go through its decision together."""

    batch = True

    def __init__(self, rules: Sequence[Said]) -> None:
        self._rules = rules
        engine = zen.ZenEngine()
        self._decisions = {}
        for about in dict.fromkeys(rule.about for rule in rules):
            numbered = [(number, rule) for number, rule in enumerate(rules) if rule.about == about]
            content = json.dumps(decision(numbered))
            columns = columns_read(rule for _, rule in numbered)
            self._decisions[about] = (engine.create_decision(content), columns)

    def fire(self, rows: Iterable[Row]) -> Fired:
        """Every rule that fires, with the row."""
        by_kind: dict[str, list[Row]] = defaultdict(list)
        for row in rows:
            by_kind[row.about].append(row)
        fired: Fired = set()
        for about, those in by_kind.items():
            decided, columns = self._decisions[about]
            given = {"rows": [{column: row.values[column] for column in columns} for row in those]}
            answers = decided.evaluate(given)["result"]["rows"]
            for row, told in zip(those, answers, strict=True):
                fired.update((self._rules[int(key[1:])].name, row.number) for key, holds in told.items() if holds)
        return fired


def decision(rules: Iterable[tuple[int, Said]]) -> dict[str, Any]:
    """The decision as JSON: in, one node of expressions, out."""
    expressions = [{"id": f"e{number}", "key": f"r{number}", "value": expression(rule.test)} for number, rule in rules]
    node = {
        "id": "rules",
        "name": "rules",
        "type": "expressionNode",
        "content": {
            "expressions": expressions,
            "passThrough": False,
            "inputField": "rows",
            "outputPath": "rows",
            "executionMode": "loop",
        },
    }
    return {
        "contentType": "application/vnd.gorules.decision",
        "nodes": [
            {"id": "in", "name": "in", "type": "inputNode"},
            node,
            {"id": "out", "name": "out", "type": "outputNode"},
        ],
        "edges": [
            {"id": "1", "type": "edge", "sourceId": "in", "targetId": "rules"},
            {"id": "2", "type": "edge", "sourceId": "rules", "targetId": "out"},
        ],
    }


def expression(test: Test) -> str:
    """A test in the expression language of ZEN."""
    if not isinstance(test, Compare):
        if not test.parts:
            return "true" if isinstance(test, Every) else "false"
        return "(" + (" and " if isinstance(test, Every) else " or ").join(map(expression, test.parts)) + ")"
    match test.operator:
        case "known":
            return f"{test.column} != null"
        case "missing":
            return f"{test.column} == null"
        case "in" | "not in":
            return f"{test.column} {test.operator} {json.dumps(test.value)}"
        case operator:
            return f"{test.column} {operator} {json.dumps(test.value)}"
