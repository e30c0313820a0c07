"""What does the reference engine say of a cohort, and do tables say the same? For the agreement tests of backends."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import polars as pl

from ipt_formulate.cohort.intakes import wires
from ipt_formulate.cohort.synthetic.cohort import Plan as Made
from ipt_formulate.cohort.synthetic.cohort import batch
from ipt_formulate.engines.columns.engine import NOT_SUPPORTED, ColumnResult, ColumnsEngine
from ipt_formulate.engines.columns.findings import TRUTHS
from ipt_formulate.engines.columns.open_items import items_read
from ipt_formulate.engines.columns.plan import Plan
from ipt_formulate.engines.columns.stages import STAGED
from ipt_formulate.engines.columns.tables import tables_of
from ipt_formulate.engines.facts import nothing_known
from ipt_formulate.engines.reference import ReferenceEngine
from ipt_formulate.engines.signs import situations_of
from ipt_formulate.formulation.formulate import Work, work_of
from ipt_formulate.formulation.outcome import Outcome, outcome_of
from ipt_formulate.formulation.standing import WORDS, Standing
from ipt_formulate.intake import Intake
from ipt_formulate.rulebook import Rulebook
from ipt_formulate.rulebook import conclusions as c
from tests.properties.dense import dense_pair
from tests.properties.drawn import examples, intakes_of

Row = dict[str, Any]
Worked = Sequence[tuple[Work, Outcome]]


@cache
def drawn(count: int) -> tuple[Intake, ...]:
    """Nearly complete cases, plausible ones with anything missing, and the examples."""
    dense = [dense_pair(seed, 0.1, (0.0, 0.2, 0.6)[seed % 3])[0] for seed in range(count // 4)]
    plausible = [intakes_of(seed)[seed % 2] for seed in range(count)]
    return (*dense, *plausible, *examples())


@cache
def made_up(count: int, missing: float) -> tuple[Intake, ...]:
    """Cases of a synthetic cohort."""
    tables = batch(Made(seed=11, missing=missing), 0, 1, count)
    told = wires({name: iter(table.to_batches()) for name, table in tables.items()})
    return tuple(Intake.from_dict(wire) for wire in told)


def worked_on(intakes: Sequence[Intake], rules: Rulebook) -> Worked:
    """Each case by the reference engine."""
    found = []
    for intake in intakes:
        case = situations_of(intake, rules)
        work = work_of(intake, rules, case, ReferenceEngine().run(case, rules))
        found.append((work, outcome_of(work)))
    return found


def rows_of(frame: Any) -> list[Row]:
    """The rows of a result of any backend."""
    if isinstance(frame, pl.LazyFrame):
        return frame.collect().to_dicts()
    arrow = frame.toArrow() if hasattr(frame, "toArrow") else frame.to_arrow_table()
    return list(arrow.to_pylist())


def agree(intakes: Sequence[Intake], worked: Worked, rules: Rulebook, native: Callable[[pl.DataFrame], Any]) -> None:
    """Run the rules over tables that `native` takes to a backend, and compare every case with the reference engine."""
    tables = {name: native(frame) for name, frame in tables_of(intakes, rules).items()}
    compared(ColumnsEngine(rules).run(tables), intakes, worked, rules)


def compared(found: ColumnResult, intakes: Sequence[Intake], worked: Worked, rules: Rulebook) -> None:
    """Compare the whole result of every case, and what each rule said of each record."""
    cases = {row["case"]: row for row in rows_of(found.cases)}
    candidates: dict[int, list[Row]] = {}
    disputes: dict[int, list[Row]] = {}
    for row in rows_of(found.candidates):
        candidates.setdefault(row["case"], []).append(row)
    for row in rows_of(found.disputes):
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
        assert cases[number]["leaders"] == len(outcome.leaders), number
        assert cases[number]["open_items"] == _open_items(work, Plan(rules)), number
    _findings_agree(found, worked, rules, set(told))


def _open_items(work: Work, plan: Plan) -> int:
    records = [each for each in (work.case.strict.case, *work.case.strict.all()) if each.made_by is None]
    return sum(
        each.values[name] == nothing_known(plan.type_of(each.about, name))
        for each in records
        for name in items_read(plan, each.about)
    )


def _findings_agree(found: ColumnResult, worked: Worked, rules: Rulebook, told: set[int]) -> None:
    """Every rule that is not a no, of every record that may exist; and how many there are."""
    given = {
        (row["case"], row["rule"], row["situation"]): (row["truth"], row["leans"])
        for row in rows_of(found.findings)
        if row["case"] in told
    }
    expected, counts = {}, Counter[tuple[str, str]]()
    for number, (work, _) in enumerate(worked):
        pairs = {
            each.id: (each.exists, now.exists)
            for each, now in zip(work.case.strict.all(), work.case.presumed.all(), strict=True)
        }
        for (rule_id, record_id), pair in work.verdicts.rules.items():
            about = rules.rules[rule_id].about
            if about != "case" and pairs[record_id] == (0, 0):
                continue
            counts[rule_id, TRUTHS[pair.strict]] += 1
            if number in told and tuple(pair) != (0, 0):
                words = (TRUTHS[pair.strict], TRUTHS[pair.presumed])
                expected[number, rule_id, "" if about == "case" else record_id] = words
    # What only raises flags is judged apart; the flags of every case were compared.
    judged = {rule_id for work, _ in worked for rule_id, _ in work.verdicts.rules}
    assert {key: said for key, said in given.items() if key[1] in judged} == expected
    if len(told) == len(worked):
        for each in found.counts:
            if each.rule not in judged:
                continue
            assert (each.no, each.unknown, each.yes) == tuple(counts[each.rule, word] for word in TRUTHS), each.rule


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
