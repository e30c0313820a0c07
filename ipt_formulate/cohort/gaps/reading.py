"""How does a cohort come in: its coded tables, and the intakes of a sample of its cases?

Tables in Parquet go in without a loop, and a broken row is left out and told. Intakes are read one by one, and a
broken one stops the reading.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from ipt_formulate.cohort.entry.enter import enter
from ipt_formulate.cohort.faults import CohortError
from ipt_formulate.cohort.intakes import intakes_in, wires
from ipt_formulate.cohort.layout import CASE
from ipt_formulate.cohort.sources.opening import open_source
from ipt_formulate.engines.columns.plan import Plan
from ipt_formulate.engines.columns.tables import tables_of
from ipt_formulate.intake import Intake
from ipt_formulate.reading import Fault

_ROW: Final = "row"
_PLACE: Final = "place"


@dataclass(frozen=True, slots=True)
class Read:
    """What was read.

    Attributes
    ----------
    tables
        Encoded tables, Polars frames, for the columns engine.
    sample
        The intakes of the cases that were drawn.
    rejected
        How many cases were left out.
    rejects
        Why: case, table, row, column, code and reason of every fault, never a value.
    """

    tables: Mapping[str, Any]
    sample: tuple[Intake, ...]
    rejected: int = 0
    rejects: tuple[Mapping[str, Any], ...] = ()


def read(cohort: str | Path | Iterable[Intake], plan: Plan, *, sample: int, seed: int) -> Read:
    """Read a cohort and draw a sample of its cases without replacement.

    Raises
    ------
    CohortError
        If it cannot be read, or holds no case.
    """
    if isinstance(cohort, str | Path):
        folder = Path(cohort)
        if (folder / "cases.parquet").is_file():
            return _tables(folder, plan, sample, seed)
        cohort = intakes_in(folder)
    cases = list(cohort)
    _check(len(cases), "the cohort")
    return Read(tables_of(cases, plan.book, plan), tuple(_drawn(cases, sample, seed)))


def _check(cases: int, where: str) -> None:
    if not cases:
        raise CohortError([Fault("C113", where, "holds no case that can be used")])


def _drawn(cases: list[Any], sample: int, seed: int) -> list[Any]:
    return random.Random(seed).sample(cases, sample) if sample < len(cases) else cases


def _tables(folder: Path, plan: Plan, sample: int, seed: int) -> Read:
    with open_source(folder) as source:
        given = {name: table.pl() for name, table in source.tables.items()}
    entered = enter(given, plan)
    _check(entered.cases, str(folder))
    tables = {name: _collected(each) for name, each in entered.tables.items()}
    names = _drawn(tables["case"]["name"].to_list(), sample, seed)
    rejects = tuple(_collected(entered.rejects).iter_rows(named=True))
    return Read(tables, tuple(_intakes(given, names)), entered.rejected, rejects)


def _collected(frame: Any) -> Any:
    return frame.collect() if hasattr(frame, "collect") else frame


def _intakes(given: Mapping[str, Any], names: list[str]) -> Iterable[Intake]:
    """The intakes of these cases, in this order."""
    import polars as pl

    order = pl.DataFrame({CASE: names}).with_row_index(_PLACE)
    own = {
        name: table.with_columns(pl.col(CASE).cast(pl.String))
        .join(order, on=CASE, how="inner")
        .sort(_PLACE, maintain_order=True)
        .drop(_PLACE, *([_ROW] if _ROW in table.columns else []))
        for name, table in given.items()
    }
    yield from (Intake.from_dict(wire) for wire in wires({n: each.to_arrow().to_batches() for n, each in own.items()}))
