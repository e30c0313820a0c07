"""Does a coded cohort say what the reference engine says, case by case? Looked at before any time is taken."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ipt_formulate.engines.reference import ReferenceEngine
from ipt_formulate.engines.signs import situations_of
from ipt_formulate.formulation.formulate import work_of
from ipt_formulate.formulation.outcome import Outcome, outcome_of
from ipt_formulate.formulation.standing import WORDS
from ipt_formulate.intake import Intake
from ipt_formulate.rulebook import Rulebook
from ipt_formulate.rulebook import conclusions as c

TRUE = (True, 1, "yes")
CERTAINTY: Mapping[Any, int] = {None: 0, "none": 0, "possible": 1, "certain": 2}


def by_reference(intake: Intake, book: Rulebook) -> Outcome:
    """One case by the reference engine, to standings, focus, stages and flags, without the texts of a result."""
    situations = situations_of(intake, book)
    return outcome_of(work_of(intake, book, situations, ReferenceEngine().run(situations, book)))


def expected(intakes: Iterable[Intake], book: Rulebook) -> dict[str, dict[str, Any]]:
    """What the reference engine says, by case id."""
    found = {}
    for intake in intakes:
        told = by_reference(intake, book)
        alone = len(told.leaders) == 1
        found[str(intake.case_id)] = {
            "status": told.status,
            "situation": told.leaders[0][1] if alone else "",
            "settled": told.settled,
            "areas": {area: tuple(WORDS[each] for each in standing) for area, standing in told.areas},
            "flags": {key: 2 if certainty == "certain" else 1 for key, certainty in told.flags},
        }
    return found


def found_in(row: Mapping[str, Any], book: Rulebook) -> dict[str, Any]:
    """The same from a row of a coded table, or of the engine's own result."""
    flags = {(each.flag, each.level) for _, each in book.concluding(c.Flags) if isinstance(each, c.Flags)}
    certainties = {key: row[f"flag_{key[0]}_{key[1]}"] for key in flags}
    counted = {key: CERTAINTY.get(told, told) for key, told in certainties.items()}
    return {
        "status": row["focus_status"],
        "situation": row["focus_situation"] or "",
        "settled": row["focus_settled"] in TRUE,
        "areas": {
            area.code: (
                row[f"{area.code}_worst"],
                row[f"{area.code}_best"],
                row.get(f"standing_{area.code}", row.get(f"{area.code}_lean")),
            )
            for area in book.areas_on
        },
        "flags": {key: told for key, told in counted.items() if told},
    }


def wrong(rows: Iterable[tuple[str, Mapping[str, Any]]], judge: Mapping[str, Mapping[str, Any]], book: Rulebook) -> int:
    """Cases that came out otherwise, or not at all."""
    told = {case: found_in(row, book) for case, row in rows}
    return sum(told.get(case) != answer for case, answer in judge.items()) + len(told.keys() - judge.keys())
