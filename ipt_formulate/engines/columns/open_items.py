"""How many answers that rules read are still open, over tables?

An answer is open while nothing is known of it: it was not given, and no other answer entails it. Counted over what was
recorded: the case, its isolation picture and the records of its lists, as rules complete them. That a list is not known
to be complete is one open answer more. Whether the answer would change anything is not asked here.
"""

from __future__ import annotations

import narwhals.stable.v2 as nw

from ipt_formulate.engines.columns.cohort import Cohort
from ipt_formulate.engines.columns.frames import CASE_KEY, flag, matched, settled, stacked, summed, total
from ipt_formulate.engines.columns.plan import Plan
from ipt_formulate.engines.columns.signs import nothing_known_of
from ipt_formulate.intake import ITEMS
from ipt_formulate.rulebook.nodes import About
from ipt_formulate.rulebook.vocabulary import LISTS

OPEN_ITEMS = "open items"


def items_read(plan: Plan, about: About) -> list[str]:
    """The answers about a kind of record that rules read."""
    marks = {f"{section}_complete" for section in LISTS.values()} if about == "case" else set()
    return [name for name in plan.fields[about] if name in ITEMS[about] or name in marks]


def count_open_items(cohort: Cohort) -> None:
    """Put the number of open answers on the table of the cases."""
    for about, part in cohort.real.items():
        open_ = [
            flag(nothing_known_of(name, cohort.plan.type_of(about, name))) for name in items_read(cohort.plan, about)
        ]
        count = total(open_, nw.Int32).alias(f"open {about}")
        if about == "case":
            part.frame = part.frame.with_columns(count)
            continue
        recorded = [part, *([cohort.again[about]] if about in cohort.again else [])]
        told = stacked([each.frame.select(nw.col(CASE_KEY), count) for each in recorded])
        by_case = settled(summed(told, [CASE_KEY], [f"open {about}"]))
        case = cohort.real["case"]
        case.frame = matched(case.frame, by_case, [CASE_KEY], {f"open {about}": 0})
    case = cohort.real["case"]
    columns = [f"open {about}" for about in cohort.real]
    added = total((nw.col(name) for name in columns), nw.Int32).alias(OPEN_ITEMS)
    case.frame = settled(case.frame.with_columns(added).drop(*columns))
