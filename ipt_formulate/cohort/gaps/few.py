"""What does the reference engine say of a few cases, in the columns by which other settings are compared?

To plan the tables for another rulebook takes seconds, however few the cases are; to conclude a case takes some
hundredths of one. Both say the same, and of the same cases that tables cannot tell them; a test holds them against each
other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

from ipt_formulate.engines.columns.engine import NOT_SUPPORTED, NOTHING, UNCLEAR_BECAUSE
from ipt_formulate.engines.columns.frames import CASE_KEY
from ipt_formulate.engines.columns.stages import DISPUTE
from ipt_formulate.engines.signs import Situations
from ipt_formulate.formulation.formulate import Work, outcome
from ipt_formulate.formulation.standing import WORDS
from ipt_formulate.intake import Intake
from ipt_formulate.rulebook import Rulebook

FEW: Final = 150
"""So many cases are concluded one by one in the time that planning one rulebook for tables takes."""
FEW_TOGETHER: Final = 50
"""The same where many settings are planned together, each over the cases that can differ."""


def few_cases(intakes: Mapping[int, Intake], book: Rulebook) -> Any:
    """The cases as `ColumnResult.cases` has them, as far as settings are compared by it; a Polars frame.

    Parameters
    ----------
    intakes
        By the number of the case.
    book
        The rulebook under the setting that is tried.
    """
    import polars as pl

    return pl.DataFrame([{CASE_KEY: number, **_row(intake, book)} for number, intake in intakes.items()])


def _row(intake: Intake, book: Rulebook) -> dict[str, str | int]:
    work, focus = outcome(intake, book)
    leaders = [work.contest.order[place].candidate for place in focus.leaders]
    areas = {each.area for each in leaders}
    row: dict[str, str | int] = {
        NOT_SUPPORTED: UNCLEAR_BECAUSE if tables_cannot_tell(work.case) else NOTHING,
        "focus_status": focus.status,
        "focus_area": areas.pop() if len(areas) == 1 else NOTHING,
        "focus_situation": leaders[0].situation if len(leaders) == 1 else NOTHING,
        "focus_settled": int(focus.settled),
        **{f"{area}_lean": WORDS[standing.lean] for area, standing in work.areas.items()},
    }
    return row | ({"stage": _stage(work)} if DISPUTE in work.areas else {})


def tables_cannot_tell(case: Situations) -> bool:
    """Whether a record is what a rule would make, and takes over what is presumed only, or comes from several."""
    times = Counter((rule, named, key) for rule, named, key, _ in case.taken_over)
    return any(several > 1 for several in times.values()) or any(
        strict != presumed for *_, (strict, presumed) in case.taken_over
    )


def _stage(work: Work) -> str:
    """The stage of the dispute that ranks first among disputes: of its first conflict, as a couple."""
    order = work.contest.order
    lead = next((order[i].candidate for i in work.ordered if order[i].candidate.area == DISPUTE), None)
    staged = {each.record.id: each.stage or NOTHING for each in work.stagings if each.line == "couple"}
    records = lead.records if lead is not None else frozenset()
    conflicts = (record.id for record in work.case.presumed.of("conflict"))
    return next((staged[each] for each in conflicts if each in records and each in staged), NOTHING)
