"""Does a test hold for a row? In plain Python, as the other peers in Python would."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any

from benchmarks.peers.said import Compare, Every, Test

ORDERED: Mapping[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def holds(test: Test, row: Mapping[str, Any]) -> bool:
    """A missing answer is None: not equal to anything, and neither more nor less than any number."""
    if not isinstance(test, Compare):
        parts = (holds(part, row) for part in test.parts)
        return all(parts) if isinstance(test, Every) else any(parts)
    value = row[test.column]
    match test.operator:
        case "==":
            return bool(value == test.value)
        case "!=":
            return bool(value != test.value)
        case "in" | "not in":
            assert isinstance(test.value, tuple)
            return (value in test.value) == (test.operator == "in")
        case "known" | "missing":
            return (value is not None) == (test.operator == "known")
        case order:
            return value is not None and ORDERED[order](value, test.value)
