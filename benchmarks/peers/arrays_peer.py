"""What a researcher would write: a pandas frame with a row for each record, and a line of comparisons for each rule.

On rails the same lines run over NumPy arrays of small whole numbers. In pandas a missing answer is NaN or None.
"""

from __future__ import annotations

import operator
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.peers.peer import Fired
from benchmarks.peers.rows import Row
from benchmarks.peers.said import Compare, Every, Said, Test, columns_read

COMPARED: Mapping[str, Callable[[Any, Any], Any]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


class _Arrays:
    batch = True

    def __init__(self, rules: Sequence[Said]) -> None:
        self._rules: dict[str, list[Said]] = defaultdict(list)
        for rule in rules:
            self._rules[rule.about].append(rule)
        self._columns = {about: columns_read(those) for about, those in self._rules.items()}

    def _table(self, columns: Sequence[str], rows: list[Row]) -> Any:
        raise NotImplementedError

    def fire(self, rows: Iterable[Row]) -> Fired:
        """Every rule that fires, with the row."""
        by_kind: dict[str, list[Row]] = defaultdict(list)
        for row in rows:
            by_kind[row.about].append(row)
        fired: Fired = set()
        for about, those in by_kind.items():
            table = self._table(self._columns[about], those)
            numbers = np.array([row.number for row in those])
            for rule in self._rules[about]:
                mask = np.broadcast_to(np.asarray(column_of(rule.test, table)), len(those))
                fired.update((rule.name, int(number)) for number in numbers[mask])
        return fired


class PandasPeer(_Arrays):
    """A data frame of answers."""

    def _table(self, columns: Sequence[str], rows: list[Row]) -> pd.DataFrame:
        return pd.DataFrame([[row.values[column] for column in columns] for row in rows], columns=list(columns))


class NumpyPeer(_Arrays):
    """An array of whole numbers for each column."""

    def _table(self, columns: Sequence[str], rows: list[Row]) -> dict[str, Any]:
        values = np.array([[row.values[column] for column in columns] for row in rows], dtype=np.int64)
        return {column: values[:, place] for place, column in enumerate(columns)}


def column_of(test: Test, table: Any) -> Any:
    """A test as a column of truths."""
    if not isinstance(test, Compare):
        all_ = isinstance(test, Every)
        found: Any = all_
        for part in test.parts:
            found = found & column_of(part, table) if all_ else found | column_of(part, table)
        return found
    column = table[test.column]
    match test.operator:
        case "in" | "not in":
            inside = column.isin(test.value)
            return inside if test.operator == "in" else ~inside
        case "known":
            return column.notna()
        case "missing":
            return column.isna()
        case compared:
            return COMPARED[compared](column, test.value)
