"""Our own engines with the same rules, in the same two passes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from benchmarks.peers.peer import Fired
from benchmarks.peers.rows import Prepared, Row
from benchmarks.peers.said import Said, safe
from ipt_formulate.engines.reference import ReferenceEngine
from ipt_formulate.engines.verdicts import Verdicts
from ipt_formulate.logic.truth import Truth
from ipt_formulate.rulebook import Rulebook


def reference(book: Rulebook) -> Callable[[Prepared], Verdicts]:
    """The definition, which judges all others."""
    engine = ReferenceEngine()
    return lambda case: engine.run(case.situations, book)


def durable(book: Rulebook) -> Callable[[Prepared], Verdicts]:
    """The native forward-chaining engine alone."""
    from ipt_formulate.engines.durable import engine_for

    engine = engine_for(book)
    return lambda case: engine.run(case.situations, book)


def default(book: Rulebook) -> Callable[[Prepared], Verdicts]:
    """Durable and reference, every verdict compared."""
    from ipt_formulate.engines.choosing import verdicts_of

    return lambda case: verdicts_of(case.situations, book, "auto")[0]


ENGINES: dict[str, Callable[[Rulebook], Callable[[Prepared], Verdicts]]] = {
    "reference engine": reference,
    "durable alone": durable,
    "default path": default,
}


def truths(verdicts: Verdicts, case: Prepared) -> dict[tuple[str, int], Truth]:
    """What an engine said, by rule and row."""
    rows = {row.number: row for row in case.rows}
    return {
        (rule, number): verdicts.rules[rule, rows[number].record][int(rows[number].presumed)]
        for rule, number in case.expected
    }


class ColumnsPeer:
    """The conditions of our columns engine over one Polars frame for each kind of row, both rails in one column."""

    batch = True

    def __init__(self, rules: Sequence[Said]) -> None:
        from ipt_formulate.engines.columns.conditions import Conditions
        from ipt_formulate.engines.columns.encoding import CASE, columns_of, source

        book = Rulebook.load()
        self._expressions: dict[str, list[Any]] = defaultdict(list)
        self._names: dict[str, dict[str, str]] = defaultdict(dict)
        for name in dict.fromkeys(rule.name.split("|")[0] for rule in rules):
            rule = book.rules[name]
            assert rule.when is not None
            truth = Conditions(rule.about, book.vocabulary).truth(rule.when)
            self._expressions[rule.about].append(truth.alias(name))
        for about in self._expressions:
            for kind, prefix in ((about, ""), ("case", CASE)):
                for sign, type_ in book.vocabulary.of(kind).items():  # type: ignore[arg-type]
                    ours = [*columns_of(prefix + sign, type_), source(prefix + sign)]
                    self._names[about].update({safe(column): column for column in ours})

    def fire(self, rows: Iterable[Row]) -> Fired:
        """Every rule that is so, and every rule that may be so, with the row."""
        import narwhals.stable.v2 as nw
        import polars as pl

        by_kind: dict[str, list[Row]] = defaultdict(list)
        for row in rows:
            by_kind[row.about].append(row)
        fired: Fired = set()
        for about, those in by_kind.items():
            columns = list(those[0].values)
            given = [[row.values[column] for column in columns] for row in those]
            names = [self._names[about][column] for column in columns]
            frame = pl.DataFrame(given, schema=dict.fromkeys(names, pl.Int64), orient="row")
            numbers = [row.number for row in those]
            found = nw.from_native(frame.lazy()).select(*self._expressions[about]).collect()
            for name in found.columns:
                for number, truth in zip(numbers, found[name].to_list(), strict=True):
                    if truth == 2:
                        fired.add((f"{name}|yes", number))
                    if truth >= 1:
                        fired.add((f"{name}|may", number))
        return fired
