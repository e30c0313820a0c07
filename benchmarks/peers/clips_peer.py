"""clipspy: CLIPS, a forward-chaining engine in C. One template for each kind of row, one rule for each rule.

What must hold in any case stands in the pattern, where CLIPS shares it between rules; the rest in a `test`. A missing
answer is the symbol `nil`, which is what CLIPS itself uses for an empty slot.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import clips

from benchmarks.peers.peer import Fired
from benchmarks.peers.rows import Row
from benchmarks.peers.said import Compare, Every, Said, Test, columns_read, comparisons, conjuncts

NIL = clips.Symbol("nil")


class ClipsPeer:
    """All rows are asserted, then the rules run until none is left."""

    batch = True

    def __init__(self, rules: Sequence[Said]) -> None:
        self._rules = rules
        self._fired: Fired = set()
        self._environment = clips.Environment()
        self._environment.define_function(self._note, name="note")
        self._templates = {}
        for about in dict.fromkeys(rule.about for rule in rules):
            columns = columns_read(rule for rule in rules if rule.about == about)
            slots = " ".join(f"(slot {column})" for column in columns)
            self._environment.build(f"(deftemplate {about} (slot row) {slots})")
            self._templates[about] = (self._environment.find_template(about), columns)
        for number, rule in enumerate(rules):
            self._environment.build(written(number, rule))
        self._environment.reset()

    def _note(self, rule: int, row: int) -> None:
        self._fired.add((self._rules[rule].name, row))

    def fire(self, rows: Iterable[Row]) -> Fired:
        """Every rule that fires, with the row."""
        self._fired = set()
        for row in rows:
            template, columns = self._templates[row.about]
            template.assert_fact(row=row.number, **{column: _slot(row.values[column]) for column in columns})
        self._environment.run()
        self._environment.reset()
        return self._fired


def _slot(value: int | str | None) -> int | str:
    return NIL if value is None else clips.Symbol(value) if isinstance(value, str) else value


def written(number: int, rule: Said) -> str:
    """The rule in the language of CLIPS."""
    groups = [part for part in conjuncts(rule.test) if not isinstance(part, Compare)]
    bound = dict.fromkeys(each.column for group in groups for each in comparisons(group))
    constraints: dict[str, list[str]] = {column: [f"?{column}"] for column in bound}
    for part in conjuncts(rule.test):
        if isinstance(part, Compare):
            there = constraints.setdefault(part.column, [])
            if part.operator == "==":
                there.append(str(part.value))
            else:
                if f"?{part.column}" not in there:
                    there.insert(0, f"?{part.column}")
                there.append(f":{expression(part)}")
    pattern = " ".join(f"({column} {'&'.join(parts)})" for column, parts in constraints.items())
    tests = " ".join(f"(test {expression(group)})" for group in groups)
    return f"(defrule r{number} ({rule.about} (row ?row) {pattern}) {tests} => (note {number} ?row))"


def expression(test: Test) -> str:
    """A test on the bound variables."""
    if not isinstance(test, Compare):
        if len(test.parts) == 1:
            return expression(test.parts[0])
        if not test.parts:
            return "TRUE" if isinstance(test, Every) else "(eq 0 1)"
        return f"({'and' if isinstance(test, Every) else 'or'} {' '.join(map(expression, test.parts))})"
    column = f"?{test.column}"
    match test.operator:
        case "in" | "not in":
            assert isinstance(test.value, tuple)
            listed = f"(or {' '.join(f'(eq {column} {value})' for value in test.value)})"
            return listed if test.operator == "in" else f"(not {listed})"
        case "known":
            return f"(neq {column} nil)"
        case "missing":
            return f"(eq {column} nil)"
        case "==" | "!=":
            return f"({'eq' if test.operator == '==' else 'neq'} {column} {test.value})"
        case operator:
            # Nothing may be compared with a symbol: CLIPS stops at it.
            return f"(and (numberp {column}) ({operator} {column} {test.value}))"
