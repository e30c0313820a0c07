"""How often was each item answered that a rule reads? Counted over the records of the whole cohort."""

from __future__ import annotations

from collections.abc import Iterator

import narwhals.stable.v2 as nw

from ipt_formulate.cohort.gaps.ran import Ran
from ipt_formulate.cohort.gaps.table import Missing
from ipt_formulate.engines.columns.conditions import Conditions
from ipt_formulate.engines.columns.encoding import columns_of, least, most
from ipt_formulate.engines.columns.frames import either, flag
from ipt_formulate.engines.columns.tables import opened_tables
from ipt_formulate.intake import ITEMS, SECTIONS
from ipt_formulate.intake.types import Day, Multi
from ipt_formulate.logic.truth import UNKNOWN, YES
from ipt_formulate.rulebook import nodes as n
from ipt_formulate.rulebook.nodes import ABOUTS, About, Sign


def missing_of(ran: Ran) -> Iterator[Missing]:
    """Every item in the order of the intake, with how often it was answered at all, and how often only in part.

    In part: some members of a multi-choice answer, or a day that is not known to the day.
    """
    frames = opened_tables(ran.tables, ran.plan).frames
    for about in ABOUTS:
        names = [name for name in ITEMS[about] if name in ran.plan.fields[about]]
        known = Conditions(about, ran.plan.vocabulary)
        columns: list[nw.Expr] = [nw.len().alias("n")]
        for name in names:
            sign = Sign(about, name)
            answered = known.truth(n.Answered(sign, True)) == YES
            columns.append(flag(answered).cast(nw.Int64).sum().alias(f"{name}|answered"))
            columns.append(flag(answered & _open(ran, sign)).cast(nw.Int64).sum().alias(f"{name}|partly"))
        told = frames[about].select(*columns).collect().to_native().row(0, named=True)
        for name in names:
            yield Missing(
                item=f"{part}.{name}" if (part := _part(about)) else name,
                code=ITEMS[about][name].code,
                n=int(told["n"]),
                answered=int(told[f"{name}|answered"] or 0),
                partly=int(told[f"{name}|partly"] or 0),
            )


def _part(about: About) -> str:
    return "" if about == "case" else "isolation" if about == "isolation" else SECTIONS[about]


def _open(ran: Ran, sign: Sign) -> nw.Expr:
    """Is something of the answer still open?"""
    type_ = ran.plan.vocabulary.type_of(sign)
    match type_:
        case Multi():
            return either(nw.col(name) == UNKNOWN for name in columns_of(sign.name, type_))
        case Day():
            return nw.col(least(sign.name)) != nw.col(most(sign.name))
        case _:
            return nw.lit(False)
