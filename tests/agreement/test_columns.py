"""Do sets, bands, days and conditions mean the same over tables as in the reference engine, on every backend?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import duckdb
import narwhals.stable.v2 as nw
import polars as pl
import pytest

from ipt_formulate.engines.columns.conditions import Conditions
from ipt_formulate.engines.columns.encoding import decoded, row
from ipt_formulate.engines.columns.primitives import Primitives
from ipt_formulate.engines.facts import Record, View
from ipt_formulate.engines.kleene import truth
from ipt_formulate.engines.primitives import compute
from ipt_formulate.engines.signs import situations_of
from ipt_formulate.rulebook import conclusions as c
from ipt_formulate.rulebook.nodes import ABOUTS, QUANTIFIED, About, Answered, Sign, walk
from tests.properties.case import book
from tests.properties.dense import dense_pair

CASES = 24
BACKENDS: dict[str, Callable[[pl.DataFrame], Any]] = {
    "polars": lambda frame: frame,
    "polars lazy": lambda frame: frame.lazy(),
    "duckdb": lambda frame: duckdb.sql("select * from frame"),
    "pyarrow": lambda frame: frame.to_arrow(),
}


def _records(about: About) -> list[tuple[Record, View]]:
    found = []
    for seed in range(CASES):
        intake = dense_pair(seed, 0.1, (0.0, 0.2, 0.6)[seed % 3])[0]
        situations = situations_of(intake, book())
        for view in (situations.strict, situations.presumed):
            found += [(record, view) for record in view.of(about)]
    return found


def _rows(frame: Any, columns: list[nw.Expr], first: Sequence[nw.Expr] = ()) -> list[dict[str, int]]:
    opened = nw.from_native(frame)
    chosen = (opened.with_columns(*first) if first else opened).with_columns(*columns)
    collected = chosen.collect() if isinstance(chosen, nw.LazyFrame) else chosen
    return sorted(collected.to_polars().to_dicts(), key=lambda each: each["row"])


def _table(about: About, records: list[tuple[Record, View]]) -> pl.DataFrame:
    types, case_types = book().vocabulary.of(about), book().vocabulary.of("case")
    if about == "case":
        case_types = {}
    kept = {sign for sign in types if sign in records[0][0].values}
    rows = [
        {"row": index, **row(record, view.case, {sign: types[sign] for sign in kept}, case_types)}
        for index, (record, view) in enumerate(records)
    ]
    return pl.DataFrame(rows)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("about", ABOUTS)
def test_conditions_agree_over_tables(about: About, backend: str) -> None:
    """The truth of every rule's sentence without quantified parts, for every record, in both passes."""
    records = _records(about)
    conditions = Conditions(about, book().vocabulary)
    rules = [
        rule
        for rule in book().active
        if rule.about == about
        and rule.when is not None
        and not any(isinstance(node, (*QUANTIFIED, Answered)) for node in walk(rule.when))
        and not any(node.sign.name.startswith("result.") for node in walk(rule.when) if hasattr(node, "sign"))
    ]
    assert rules, "no rule to compare"
    columns = [conditions.truth(rule.when).alias(rule.id) for rule in rules if rule.when is not None]
    found = _rows(BACKENDS[backend](_table(about, records)), columns)
    seen = set()
    for values, (record, view) in zip(found, records, strict=True):
        for rule in rules:
            assert rule.when is not None
            expected = truth(rule.when, record, view)
            seen.add(expected)
            assert values[rule.id] == expected, (rule.id, backend)
    assert seen == {0, 1, 2}


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("about", [about for about in ABOUTS if about != "person"])
def test_primitives_agree_over_tables(about: About, backend: str) -> None:
    """Every sign made by a primitive that looks at one record: days, bands, sets, counts of members, score bands."""
    records = [(record, view) for record, view in _records(about) if record.made_by is None]
    vocabulary = book().vocabulary
    primitives = Primitives(about, Conditions(about, vocabulary), onset="onset")
    made = [
        (each.sign, each.by)
        for rule in book().active
        if rule.about == about
        for each in rule.conclusions
        if isinstance(each, c.Derives)
        and each.by is not None
        and not isinstance(each.by, c.Count | c.OfLinked)
        and not _quantified(each.by)
    ]
    assert made, "nothing to compare"
    needed = {name: expr for sign, by in made for name, expr in primitives.needed(by, f"new {sign}").items()}
    columns = [expr for sign, by in made for expr in primitives.compute(by, f"new {sign}")]
    first = [expr.alias(name) for name, expr in needed.items()]
    values = _rows(BACKENDS[backend](_table(about, records)), columns, first=first)
    for found, (record, view) in zip(values, records, strict=True):
        for sign, by in made:
            expected = compute(by, Sign(about, sign), record, view, book())
            assert decoded(f"new {sign}", vocabulary.of(about)[sign], found) == expected, (sign, backend)


def _quantified(by: c.Primitive) -> bool:
    if not isinstance(by, c.OneOf):
        return False
    return any(isinstance(node, (*QUANTIFIED, Answered)) for _, condition in by.values for node in walk(condition))
