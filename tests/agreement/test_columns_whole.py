"""Does a cohort come out over tables as each case does by the reference engine: signs, verdicts, the whole result?"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pytest

from ipt_formulate.engines.columns.encoding import decoded, presumed
from ipt_formulate.engines.columns.engine import ColumnsEngine, cohort_of
from ipt_formulate.engines.columns.matching import match, name_of
from ipt_formulate.engines.columns.plan import NotSupported, Plan
from ipt_formulate.engines.columns.tables import tables_of
from ipt_formulate.engines.facts import Record
from ipt_formulate.intake.types import Link
from ipt_formulate.rulebook import conclusions as c
from ipt_formulate.rulebook.nodes import Sign
from tests.agreement.whole_results import Row, agree, drawn, made_up, rows_of, worked_on
from tests.properties.case import book

BACKENDS: dict[str, Callable[[pl.DataFrame], Any]] = {
    "polars": lambda frame: frame,
    "polars lazy": lambda frame: frame.lazy(),
    "pyarrow": lambda frame: frame.to_arrow(),
    "pandas": lambda frame: frame.to_arrow().to_pandas(),
    "duckdb": lambda frame: duckdb.sql("select * from frame"),
}
QUICK = ("classic",)
"""The profiles that every run looks at; the others are for the long run."""
EVERY_TIME = ("pyarrow",)
"""The backends that every run looks at, beside Polars; DuckDB takes a minute and more (see the benchmarks)."""
PROFILES = ("classic", "adolescent", "bipolar", "perinatal", "research", "stuart", "uk", "who_group")


def test_signs_and_verdicts_agree() -> None:
    """Every sign of every record, made ones included, and every verdict, in both passes."""
    rules = book()
    plan = Plan(rules, every_sign=True)
    intakes = drawn(80)
    cohort = cohort_of(tables_of(intakes, rules, plan), plan)
    found = match(cohort)
    rows = {
        (row["case"], about, "case" if about == "case" else row["name"]): row
        for about, part in found.parts.items()
        for row in rows_of(part.frame.to_native())
    }
    derived = {each.sign for each in plan.signs}
    looked_at = set()
    for number, (work, _) in enumerate(worked_on(intakes, rules)):
        for view, shown in ((work.case.strict, False), (work.case.presumed, True)):
            for record in (view.case, *view.all()):
                row = rows[number, record.about, record.id]
                looked_at.add((number, record.about, record.id))
                if record.about != "case":
                    assert row["exists~" if shown else "exists"] == record.exists, (number, record.key)
                _signs_agree(record, row, plan, derived, number, shown=shown)
        for (rule_id, record_id), pair in work.verdicts.rules.items():
            rule = rules.rules[rule_id]
            assert rule.when is not None
            row = rows[number, rule.about, record_id]
            told = tuple(row[name_of(plan, rule_id, rule.when, shown=shown)] for shown in (False, True))
            assert told == pair, (number, rule_id, record_id)
    assert looked_at == set(rows), "the tables hold records that the reference engine does not have"


def _signs_agree(record: Record, row: Row, plan: Plan, derived: set[Sign], number: int, *, shown: bool) -> None:
    for name, value in record.values.items():
        sign = Sign(record.about, name)
        if name not in plan.fields[record.about] and sign not in derived:
            continue
        type_ = plan.vocabulary.type_of(sign)
        if isinstance(type_, Link):
            continue
        column = presumed(name) if shown and sign in plan.touched else name
        assert decoded(column, type_, row) == value, (number, record.key, name, shown)


@pytest.mark.parametrize(
    "profile", [pytest.param(name, marks=() if name in QUICK else pytest.mark.long) for name in PROFILES]
)
def test_the_whole_result_agrees(profile: str) -> None:
    """Standings, gate, ranks, focus, settled, second, stages, flags and findings, under every profile."""
    intakes = drawn(80 if profile == "classic" else 40)
    agree(intakes, worked_on(intakes, book(profile)), book(profile), BACKENDS["polars"])


@pytest.mark.parametrize("missing", [pytest.param(0.05, marks=pytest.mark.long), 0.5])
def test_synthetic_cohorts_agree(missing: float) -> None:
    intakes = made_up(100, missing)
    agree(intakes, worked_on(intakes, book()), book(), BACKENDS["polars"])


@pytest.mark.long
@pytest.mark.parametrize("seed", range(8))
def test_the_whole_result_agrees_under_any_setting(seed: int) -> None:
    """Every switch at a value drawn at random."""
    rng = random.Random(seed)
    settings = {name: rng.choice(each.values) for name, each in book().switches.items() if not each.many}
    rules = book().with_settings({**book().settings, **settings})
    intakes = drawn(30)
    agree(intakes, worked_on(intakes, rules), rules, BACKENDS["polars"])


@pytest.mark.parametrize(
    "backend",
    [pytest.param(name, marks=() if name in EVERY_TIME else pytest.mark.long) for name in BACKENDS if name != "polars"],
)
def test_every_backend_agrees(backend: str) -> None:
    intakes = (*drawn(20), *made_up(20, 0.2))
    agree(intakes, worked_on(intakes, book()), book(), BACKENDS[backend])


def test_results_come_in_the_frame_that_the_tables_came_in() -> None:
    frame = ColumnsEngine(book()).run(tables_of(drawn(0), book()))
    assert isinstance(frame.cases, pl.LazyFrame)


def test_a_missing_table_means_that_the_list_was_not_asked_for() -> None:
    """Never that there is nothing: nothing is settled by a table that is not there."""
    tables = tables_of(drawn(20), book())
    marks = ("_complete", "any_recent_event")
    cases = tables["case"].drop([name for name in tables["case"].columns if name.endswith(marks)])
    found = rows_of(ColumnsEngine(book()).run({"case": cases}).cases)
    assert len(found) == len(drawn(20))
    assert not any(row["focus_settled"] for row in found if row["focus_status"] != "not_applicable")
    assert {row["grief_best"] for row in found} == {"present"}


def test_a_table_of_no_known_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="losses"):
        ColumnsEngine(book()).run({"case": pl.DataFrame({"case": [1]}), "losses": pl.DataFrame()})


def test_what_tables_cannot_say_is_refused_with_the_rule() -> None:
    rule = next(rule for rule, _ in book().concluding(c.Yields))
    twice = next(each for each in rule.conclusions if isinstance(each, c.Yields))
    changed = replace(rule, conclusions=(*rule.conclusions, twice))
    rules = replace(book(), rules={**book().rules, rule.id: changed})
    with pytest.raises(NotSupported, match=rule.id):
        ColumnsEngine(rules)


def test_counting_records_is_refused_with_the_rule() -> None:
    rule, derived = next((rule, each) for rule, each in book().concluding(c.Derives) if isinstance(each, c.Derives))
    counted = replace(rule, conclusions=(replace(derived, by=c.Count("loss", None)),))
    with pytest.raises(NotSupported, match=f"{rule.id}.*counts records"):
        ColumnsEngine(replace(book(), rules={**book().rules, rule.id: counted}))


def test_a_column_of_mixed_things_is_refused_by_name() -> None:
    mixed = pd.DataFrame({"case": [1, 2], "episode/onset#": pd.Series(["1", 2], dtype=object)})
    with pytest.raises(TypeError, match="episode/onset#"):
        ColumnsEngine(book()).run({"case": mixed})
