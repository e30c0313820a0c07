"""experta: a forward-chaining engine after CLIPS in Python. One kind of fact for each kind of row.

What must hold in any case stands in the pattern; the rest in a `TEST` on bound values. A missing answer is None. As
published, experta is bound to a frozendict that asks `collections` for `Mapping`, which Python 3.10 took away; it is
put back before the import, in this process only.
"""

from __future__ import annotations

import collections
import collections.abc
import inspect
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import Any

if not hasattr(collections, "Mapping"):
    collections.Mapping = collections.abc.Mapping

from experta import MATCH, TEST, Fact, KnowledgeEngine, P, Rule

from benchmarks.peers.peer import Fired
from benchmarks.peers.plain_python import holds
from benchmarks.peers.rows import Row
from benchmarks.peers.said import Compare, Said, Test, columns_read, comparisons, conjuncts


class ExpertaPeer:
    """All rows are declared, then the rules run until none is left."""

    batch = False

    def __init__(self, rules: Sequence[Said]) -> None:
        self._fired: Fired = set()
        self._kinds = {about: type(about, (Fact,), {}) for about in dict.fromkeys(rule.about for rule in rules)}
        self._columns = {about: columns_read(rule for rule in rules if rule.about == about) for about in self._kinds}
        written = {f"r{number}": self._written(rule) for number, rule in enumerate(rules)}
        self._engine = type("Rules", (KnowledgeEngine,), written)()

    def _written(self, rule: Said) -> Rule:
        def note(engine: Any, row: int) -> None:
            self._fired.add((rule.name, row))

        groups = [part for part in conjuncts(rule.test) if not isinstance(part, Compare)]
        slots: dict[str, Any] = {
            column: getattr(MATCH, column)
            for column in dict.fromkeys(each.column for group in groups for each in comparisons(group))
        }
        for part in conjuncts(rule.test):
            if isinstance(part, Compare):
                asked = P(_predicate(part))
                slots[part.column] = slots[part.column] & asked if part.column in slots else asked
        pattern = self._kinds[rule.about](row=MATCH.row, **slots)
        return Rule(pattern, *(TEST(Tested(group)) for group in groups))(note)

    def fire(self, rows: Iterable[Row]) -> Fired:
        """Every rule that fires, with the row."""
        self._fired = set()
        self._engine.reset()
        for row in rows:
            values = {column: row.values[column] for column in self._columns[row.about]}
            self._engine.declare(self._kinds[row.about](row=row.number, **values))
        self._engine.run()
        return self._fired


@cache
def _predicate(test: Compare) -> Callable[[Any], bool]:
    """One for each comparison: experta shares a node of its network between rules that use the same object."""
    return lambda value: holds(test, {test.column: value})


class Tested:
    """A group as a function whose parameters are the bound values it reads; that is how experta asks for them."""

    def __init__(self, test: Test) -> None:
        self._test = test
        names = dict.fromkeys(each.column for each in comparisons(test))
        self.__signature__ = inspect.Signature(
            [inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY) for name in names]
        )

    def __call__(self, **values: Any) -> bool:
        return holds(self._test, values)
