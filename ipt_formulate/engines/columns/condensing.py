"""What of the tables does the result still need, once every rule is matched?

The verdicts, what they are about and by what candidates stand before one another. All other signs have been read, and
go: what follows joins and groups these tables many times.
"""

from __future__ import annotations

from collections.abc import Sequence

import narwhals.stable.v2 as nw

from ipt_formulate.engines.columns import criteria
from ipt_formulate.engines.columns.conditions import any_of
from ipt_formulate.engines.columns.encoding import columns_of, plain, presumed
from ipt_formulate.engines.columns.flags import raised
from ipt_formulate.engines.columns.frames import columns_in, settled
from ipt_formulate.engines.columns.matching import RULE, Matched
from ipt_formulate.engines.columns.open_items import OPEN_ITEMS
from ipt_formulate.engines.columns.signs import AGAINST
from ipt_formulate.engines.columns.spawning import UNCLEAR
from ipt_formulate.engines.columns.tables import KEYS
from ipt_formulate.intake.types import Link
from ipt_formulate.rulebook.nodes import SITUATIONS, About
from ipt_formulate.rulebook.vocabulary import LISTS

CONTRADICTED = "contradicted"
"""Does any answer of the record contradict another?"""
STAGE_WISHES = ("patient_wants", "other_wants")


def condensed(found: Matched) -> Matched:
    """The same with narrower tables: flags, criteria and contradictions told, and gone what they were read from."""
    for about, part in found.parts.items():
        there = columns_in(part.frame)
        read = _read(found, about, there)
        new = {CONTRADICTED: any_of(nw.col(name) for name in there if name.startswith(AGAINST)), **raised(found, about)}
        wide = part.frame.with_columns(*(expr.alias(name) for name, expr in new.items()))
        kept = [name for name in there if name.startswith(RULE) or name in read]
        kept += list(new)
        if about in SITUATIONS:
            wide = wide.with_columns(*criteria.criteria_of(found, about))
            kept += criteria.columns(found.plan)
        part.frame = settled(wide.select(*dict.fromkeys(kept)))
    return found


def _read(found: Matched, about: About, there: Sequence[str]) -> set[str]:
    """Columns that later steps read under their own names."""
    plan = found.plan
    columns = {*KEYS, UNCLEAR}
    for link in (name for name, type_ in plan.vocabulary.of(about).items() if isinstance(type_, Link)):
        columns |= {plain(link), *(name for name in there if name.startswith(plain(link) + "->"))}
    columns |= {name for name in there if "same_event->" in name}
    if about == "case":
        columns |= {"episode_present", OPEN_ITEMS, *(f"{section}_complete" for section in LISTS.values())}
    for sign in ("named_in", "decided.exclude", "decided.override", *STAGE_WISHES):
        if plan.vocabulary.has(about, sign):
            type_ = plan.type_of(about, sign)
            columns |= {*columns_of(sign, type_), *columns_of(presumed(sign), type_)}
    return columns
