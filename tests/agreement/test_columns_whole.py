"""Does a cohort come out over tables as each case does by the reference engine: signs, verdicts, the whole result?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import duckdb
import polars as pl
import pytest

from ipt_formulate.engines.columns.encoding import decoded, presumed
from ipt_formulate.engines.columns.engine import NOT_SUPPORTED, ColumnsEngine, cohort_of
from ipt_formulate.engines.columns.matching import match, name_of
from ipt_formulate.engines.columns.plan import NotSupported, Plan
from ipt_formulate.engines.columns.stages import STAGED
from ipt_formulate.engines.columns.tables import tables_of
from ipt_formulate.engines.facts import Record
from ipt_formulate.engines.reference import ReferenceEngine
from ipt_formulate.engines.signs import situations_of
from ipt_formulate.formulation.formulate import Work, work_of
from ipt_formulate.formulation.outcome import Outcome, outcome_of
from ipt_formulate.formulation.standing import WORDS, Standing
from ipt_formulate.intake import Intake
from ipt_formulate.intake.types import Link
from ipt_formulate.rulebook import Rulebook
from ipt_formulate.rulebook import conclusions as c
from ipt_formulate.rulebook.nodes import Sign
from tests.properties.case import book
from tests.properties.dense import dense_pair
from tests.properties.drawn import examples, intakes_of

Row = dict[str, Any]
BACKENDS: dict[str, Callable[[pl.DataFrame], Any]] = {
    "polars": lambda frame: frame,
    "duckdb": lambda frame: duckdb.sql("select * from frame"),
    "pyarrow": lambda frame: frame.to_arrow(),
}


@cache
def _cohort(plausible: int) -> tuple[Intake, ...]:
    """Nearly complete cases, plausible ones with anything missing, and the examples."""
    dense = [dense_pair(seed, 0.1, (0.0, 0.2, 0.6)[seed % 3])[0] for seed in range(plausible // 4)]
    drawn = [intakes_of(seed)[seed % 2] for seed in range(plausible)]
    return (*dense, *drawn, *examples())


def _rows(frame: Any) -> list[Row]:
    return list((frame.collect() if hasattr(frame, "collect") else frame).to_dicts())


@cache
def _worked(profile: str, plausible: int) -> tuple[tuple[Work, Outcome], ...]:
    rules = book(profile)
    found = []
    for intake in _cohort(plausible):
        case = situations_of(intake, rules)
        work = work_of(intake, rules, case, ReferenceEngine().run(case, rules))
        found.append((work, outcome_of(work)))
    return tuple(found)


def test_signs_and_verdicts_agree() -> None:
    """Every sign of every record, made ones included, and every verdict, in both passes."""
    rules = book()
    plan = Plan(rules, every_sign=True)
    intakes = _cohort(120)
    cohort = cohort_of(tables_of(intakes, rules, plan), plan)
    found = match(cohort)
    rows = {
        (row["case"], about, "case" if about == "case" else row["name"]): row
        for about, part in found.parts.items()
        for row in _rows(part.frame.to_native())
    }
    derived = {each.sign for each in plan.signs}
    looked_at = set()
    for number, (work, _) in enumerate(_worked("classic", 120)):
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


@pytest.mark.parametrize("profile", ["classic", "who_group"])
def test_the_whole_result_agrees(profile: str) -> None:
    """Standings, gate, ranks, focus, settled, second, stages and flags, under two profiles."""
    count = 240 if profile == "classic" else 100
    _agree(_cohort(count), _worked(profile, count), book(profile), "polars")


@pytest.mark.parametrize("backend", ["duckdb", "pyarrow"])
def test_tables_of_every_backend_are_taken(backend: str) -> None:
    _agree(_cohort(20), _worked("classic", 20), book(), backend)


def _agree(intakes: Sequence[Intake], worked: Sequence[tuple[Work, Outcome]], rules: Rulebook, backend: str) -> None:
    tables = {name: BACKENDS[backend](frame) for name, frame in tables_of(intakes, rules).items()}
    found = ColumnsEngine(rules).run(tables)
    cases = {row["case"]: row for row in _rows(found.cases)}
    candidates: dict[int, list[Row]] = {}
    disputes: dict[int, list[Row]] = {}
    for row in _rows(found.candidates):
        candidates.setdefault(row["case"], []).append(row)
    for row in _rows(found.disputes):
        disputes.setdefault(row["case"], []).append(row)
    assert len(cases) == len(intakes)
    told = [number for number in cases if not cases[number][NOT_SUPPORTED]]
    assert len(told) >= 0.99 * len(cases)
    for number in told:
        work, outcome = worked[number]
        assert _case(cases[number], rules) == _case_of(outcome, rules), number
        assert _order(candidates.get(number, [])) == _order_of(work), number
        assert _disputes(disputes.get(number, [])) == _disputes_of(outcome), number
        assert bool(cases[number]["contradictions"]) == bool(work.case.contradictions), number


def _flags(rules: Rulebook) -> list[tuple[str, str]]:
    flags = [each for _, each in rules.concluding(c.Flags) if isinstance(each, c.Flags)]
    return sorted({(each.flag, each.level) for each in flags})


def _case(row: Row, rules: Rulebook) -> Row:
    flags = {(name, level): row[f"flag_{name}_{level}"] for name, level in _flags(rules)}
    return {
        "status": row["focus_status"],
        "settled": bool(row["focus_settled"]),
        "focus": (row["focus_area"], row["focus_situation"]),
        "second": (row["second_area"], row["second_situation"]),
        "gate": (row["gate"], row["gate_lean"]),
        "areas": {
            area.code: tuple(row[f"{area.code}_{part}"] for part in ("worst", "best", "lean"))
            for area in rules.areas_on
        },
        "flags": {key: told for key, told in flags.items() if told},
    }


def _case_of(outcome: Outcome, rules: Rulebook) -> Row:
    areas = {area for area, _ in outcome.leaders}
    alone = len(outcome.leaders) == 1
    return {
        "status": outcome.status,
        "settled": outcome.settled,
        "focus": (areas.pop() if len(areas) == 1 else "", outcome.leaders[0][1] if alone else ""),
        "second": outcome.second or ("", ""),
        "gate": (("closed", "unsettled", "open")[outcome.gate[0]], outcome.gate[1]),
        "areas": {area: _words(standing) for area, standing in outcome.areas},
        "flags": {key: 2 if certainty == "certain" else 1 for key, certainty in outcome.flags},
    }


def _words(standing: Standing) -> tuple[str, ...]:
    return tuple(WORDS[each] for each in standing)


def _order(rows: list[Row]) -> dict[tuple[str, str], tuple[object, ...]]:
    return {(row["area"], row["situation"]): (row["worst"], row["best"], row["lean"], row["rank"]) for row in rows}


def _order_of(work: Work) -> dict[tuple[str, str], tuple[object, ...]]:
    keys, ranks = work.contest.keys, dict[int, int]()
    for position, i in enumerate(work.ordered):
        before = work.ordered[position - 1] if position else None
        tied = before is not None and keys[before] == keys[i]
        ranks[i] = ranks[before] if tied and before is not None else position + 1
    return {
        (each.candidate.area, each.candidate.situation): (*_words(each.standing), ranks.get(i, 0))
        for i, each in enumerate(work.contest.order)
        # Single situations that surely are no candidates have no row.
        if each.candidate.exists != (0, 0) or "+" in each.candidate.situation
    }


def _disputes(rows: list[Row]) -> dict[tuple[str, str], tuple[object, ...]]:
    return {
        (row["situation"], row["line"]): (
            row["stage"],
            {each for each in STAGED if row[f"shows_{each}"]},
            bool(row["settled"]),
            row["confidence"],
            row["variant"],
        )
        for row in rows
    }


def _disputes_of(outcome: Outcome) -> dict[tuple[str, str], tuple[object, ...]]:
    return {
        key: (each.stage or "", set(each.shown), each.settled, each.confidence or "", each.variant or "")
        for key, each in outcome.stages
    }


def test_a_missing_table_means_that_the_list_was_not_asked_for() -> None:
    """Never that there is nothing: nothing is settled by a table that is not there."""
    tables = tables_of(_cohort(20), book())
    marks = ("_complete", "any_recent_event")
    cases = tables["case"].drop([name for name in tables["case"].columns if name.endswith(marks)])
    found = _rows(ColumnsEngine(book()).run({"case": cases}).cases)
    assert len(found) == len(_cohort(20))
    assert not any(row["focus_settled"] for row in found if row["focus_status"] != "not_applicable")
    assert {row["grief_best"] for row in found} == {"present"}


def test_a_table_of_no_known_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="losses"):
        ColumnsEngine(book()).run({"case": pl.DataFrame({"case": [1]}), "losses": pl.DataFrame()})


def test_what_tables_cannot_say_is_refused_with_the_rule() -> None:
    rule = next(rule for rule, _ in book().concluding(c.Yields))
    twice = next(each for each in rule.conclusions if isinstance(each, c.Yields))
    from dataclasses import replace

    changed = replace(rule, conclusions=(*rule.conclusions, twice))
    rules = replace(book(), rules={**book().rules, rule.id: changed})
    with pytest.raises(NotSupported, match=rule.id):
        ColumnsEngine(rules)
