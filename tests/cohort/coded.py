"""What must a coded row say? Read off the formulation of the case, for comparison with what tables gave."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl

from ipt_formulate.cohort.intakes import intakes_from
from ipt_formulate.cohort.outputs.coding import Coder
from ipt_formulate.cohort.outputs.receipt import receipt_of
from ipt_formulate.cohort.sources import open_source
from ipt_formulate.cohort.synthetic.cohort import Plan
from ipt_formulate.cohort.synthetic.folder import write_cohort
from ipt_formulate.engines.columns.engine import ColumnsEngine
from ipt_formulate.explain.formulation import formulate
from ipt_formulate.formulation.result import Area, Result
from ipt_formulate.rulebook import Rulebook
from ipt_formulate.rulebook import conclusions as c

CASES = 30
Row = Mapping[str, Any]


@cache
def book(profile: str = "classic") -> Rulebook:
    return Rulebook.load(profile=profile)


def cohort(folder: Path, seed: int = 5, missing: float = 0.3, cases: int = CASES) -> Path:
    """A folder of made-up cases with random gaps."""
    write_cohort(folder, cases, Plan(seed=seed, missing=missing))
    return folder


def case_row(result: Result) -> dict[str, Any]:
    """The row of a case, but for the receipt and the count of open items."""
    focus = result.focus
    places = [focus.primary] if focus.primary is not None else list(focus.tied)
    areas = {place.area for place in places}
    nothing = "none" if focus.status in ("none", "not_applicable") else "undecided"
    row: dict[str, Any] = {
        "case": result.case,
        "focus_status": focus.status,
        "focus": areas.pop() if len(areas) == 1 else nothing,
        "focus_situation": places[0].situation if len(places) == 1 else None,
        "focus_settled": _yes(focus.settled),
        "tied": len(focus.tied),
        "second": focus.secondary.area if focus.secondary is not None else "none",
        "second_situation": focus.secondary.situation if focus.secondary is not None else None,
        "gate": result.gate.value,
        "gate_lean": result.gate.lean,
        "contradictions": _yes(bool(result.contradictions)),
    }
    for code, area in result.areas.items():
        if isinstance(area, Area):
            row[f"standing_{code}"] = area.standing.lean
            row[f"{code}_worst"], row[f"{code}_best"] = area.standing.worst, area.standing.best
            row[f"{code}_settled"] = _yes(area.settled)
    row |= dict.fromkeys(flag_columns(), "none")
    row |= {f"flag_{each.id}_{each.level}": each.certainty for each in result.flags}
    return row | _lead(result)


def _lead(result: Result) -> dict[str, Any]:
    area = result.areas.get("role_dispute")
    lead = area.lead if isinstance(area, Area) else None
    own = [each for each in result.disputes if each.situation == lead and each.line in (None, "couple")]
    staged = own[0] if own else None
    return {
        "lead_dispute": lead,
        "stage": (staged.stage if staged else None) or "none",
        "stage_settled": _yes(staged is not None and staged.settled),
        "stage_confidence": (staged.confidence if staged else None) or "none",
    }


def flag_columns() -> tuple[str, ...]:
    flags = [each for _, each in book().concluding(c.Flags) if isinstance(each, c.Flags)]
    return tuple(sorted({f"flag_{each.flag}_{each.level}" for each in flags}))


def candidate_rows(result: Result) -> Iterator[Row]:
    """The candidates of a case that are shown."""
    for each in result.candidates:
        yield {
            "case": result.case,
            "situation": each.situation,
            "area": each.area,
            "standing": each.standing.lean,
            "worst": each.standing.worst,
            "best": each.standing.best,
            "rank": each.rank or 0,
        }


def dispute_rows(result: Result) -> Iterator[Row]:
    for each in result.disputes:
        yield {
            "case": result.case,
            "situation": each.situation,
            "line": each.line or "couple",
            "stage": each.stage or "none",
            "settled": _yes(each.settled),
            "confidence": each.confidence or "none",
            "variant": each.variant or "none",
            **{
                f"shows_{stage}": _yes(stage in each.stages_shown)
                for stage in ("renegotiation", "impasse", "dissolution")
            },
        }


def _yes(holds: bool) -> str:
    return "yes" if holds else "no"


@cache
def formulated(folder: Path) -> tuple[Result, ...]:
    """Every case of a folder by the reference engine."""
    return tuple(formulate(intake, rulebook=book(), engine="reference") for intake in intakes_from(folder))


@cache
def coded_frames() -> Mapping[str, pl.DataFrame]:
    """Coded tables of a made-up cohort, worked out once for all tests of what is written."""
    with TemporaryDirectory() as folder, open_source(cohort(Path(folder) / "cohort")) as source:
        (batch,) = source.batches()
        return Coder(ColumnsEngine(book()), receipt_of(book(), "polars")).code(batch, source.places)
