"""business-rules: conditions as JSON over variables that a class declares.

It has *all* and *any* and typed variables, but no missing value: an enumeration is a selection of one word or of none,
and beside each number of the plain way stands another variable that tells whether there is one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from business_rules import run_all
from business_rules.actions import BaseActions, rule_action
from business_rules.fields import FIELD_TEXT
from business_rules.variables import (
    BaseVariables,
    boolean_rule_variable,
    numeric_rule_variable,
    select_rule_variable,
)

from benchmarks.peers.peer import Fired
from benchmarks.peers.rows import Row
from benchmarks.peers.said import Compare, Every, Said, Some, Test, comparisons

NUMERIC = {
    "==": "equal_to",
    "<": "less_than",
    "<=": "less_than_or_equal_to",
    ">": "greater_than",
    ">=": "greater_than_or_equal_to",
}


class BusinessRulesPeer:
    """All rules of its kind are run over every row."""

    batch = False

    def __init__(self, rules: Sequence[Said]) -> None:
        self._rules: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for rule in rules:
            told = {"conditions": grouped(rule.test), "actions": [{"name": "note", "params": {"rule": rule.name}}]}
            self._rules[rule.about].append(told)
        self._variables = {
            about: _variables(about, [rule for rule in rules if rule.about == about]) for about in self._rules
        }

    def fire(self, rows: Iterable[Row]) -> Fired:
        """Every rule that fires, with the row."""
        fired: Fired = set()
        for row in rows:
            run_all(self._rules[row.about], self._variables[row.about](row.values), Note(fired, row.number))
        return fired


class Note(BaseActions):  # type: ignore[misc]
    """What a rule does: it is noted."""

    def __init__(self, fired: Fired, row: int) -> None:
        self._fired, self._row = fired, row

    @rule_action(params={"rule": FIELD_TEXT})
    def note(self, rule: str) -> None:
        """Note the rule."""
        self._fired.add((rule, self._row))


class Values(BaseVariables):  # type: ignore[misc]
    """The variables of one row."""

    def __init__(self, values: dict[str, Any]) -> None:
        self.values = values


def _variables(about: str, rules: list[Said]) -> type[Values]:
    """A class with a method for each column, as the library wants it."""
    methods: dict[str, Any] = {}
    for rule in rules:
        for each in comparisons(rule.test):
            if each.operator in ("known", "missing"):
                methods[f"{each.column}_known"] = boolean_rule_variable()(_is_known(each.column))
            elif isinstance(each.value, int):
                methods[each.column] = numeric_rule_variable()(_number(each.column))
            else:
                methods[each.column] = select_rule_variable()(_words(each.column))
    return type(about, (Values,), methods)


def _is_known(column: str) -> Any:
    def is_known(self: Values) -> bool:
        return self.values[column] is not None

    return is_known


def _number(column: str) -> Any:
    def number(self: Values) -> Any:
        return self.values[column]

    return number


def _words(column: str) -> Any:
    def words(self: Values) -> list[str]:
        value = self.values[column]
        return [] if value is None else [value]

    return words


def grouped(test: Test) -> dict[str, Any]:
    """A test as conditions; alone, it is a group of one."""
    told = written(test)
    return told if isinstance(test, Every | Some) else {"all": [told]}


def written(test: Test) -> dict[str, Any]:
    """A test as the library reads it. It refuses an empty group, and none of the shipped rules is one."""
    if not isinstance(test, Compare):
        return {"all" if isinstance(test, Every) else "any": [written(part) for part in test.parts]}
    match test.operator:
        case "known" | "missing":
            asked = "is_true" if test.operator == "known" else "is_false"
            return {"name": f"{test.column}_known", "operator": asked, "value": None}
        case "in":
            assert isinstance(test.value, tuple)
            return {"any": [_word(test.column, "contains", word) for word in test.value]}
        case "not in":
            assert isinstance(test.value, tuple)
            return {"all": [_word(test.column, "does_not_contain", word) for word in test.value]}
        case operator if isinstance(test.value, int):
            return {"name": test.column, "operator": NUMERIC[operator], "value": test.value}
        case operator:
            return _word(test.column, "contains" if operator == "==" else "does_not_contain", test.value)


def _word(column: str, operator: str, word: Any) -> dict[str, Any]:
    return {"name": column, "operator": operator, "value": word}
