"""How do the tables of the columns engine become coded tables? Named, worded and completed; on every backend.

Narwhals expressions only, so the rows stay where they are. The case is called by the id that people gave it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, TypeAlias

import narwhals.stable.v2 as nw

from ipt_formulate.cohort.outputs.receipt import TableReceipt
from ipt_formulate.cohort.outputs.variables import (
    CANDIDATES,
    CASES,
    DISPUTES,
    FINDINGS,
    NONE,
    RECEIPT,
    UNDECIDED,
    Variable,
    variables_of,
)
from ipt_formulate.engines.columns.engine import NOT_SUPPORTED, ColumnResult
from ipt_formulate.rulebook import Rulebook

Frame: TypeAlias = Any
DISPUTE: Final = "role_dispute"
UNTOLD: Final = "C177"
"""The code of a case that tables cannot tell."""


def shaped(result: ColumnResult, book: Rulebook, receipt: TableReceipt, *, findings: bool = False) -> dict[str, Frame]:
    """The coded tables of a result as Narwhals frames, without the cases that tables cannot tell."""
    cases = nw.from_native(result.cases).filter(nw.col(NOT_SUPPORTED) == "")
    candidates = nw.from_native(result.candidates)
    names = cases.select("case", "name")
    frames = {CASES: _completed(cases, candidates), CANDIDATES: candidates.join(names, on=["case"], how="inner")}
    if result.disputes is not None:
        frames[DISPUTES] = nw.from_native(result.disputes).join(names, on=["case"], how="inner")
    if findings and result.findings is not None:
        frames[FINDINGS] = nw.from_native(result.findings).join(names, on=["case"], how="inner")
    variables = variables_of(book)
    return {table: _worded(frame, variables[table], receipt) for table, frame in frames.items()}


def _completed(cases: Frame, candidates: Frame) -> Frame:
    """The cases with the leading dispute, which only the candidates tell, and a word wherever there is no area."""
    disputes = candidates.filter((nw.col("area") == DISPUTE) & (nw.col("rank") > 0))
    first = disputes.group_by("case").agg(nw.col("rank").min())
    lead = disputes.join(first, on=["case", "rank"], how="inner").group_by("case").agg(nw.col("situation").min())
    found = cases.join(lead.rename({"situation": "lead_dispute"}), on=["case"], how="left")
    tied = nw.when(nw.col("focus_status") == "tie").then(nw.col("leaders")).otherwise(nw.lit(0))
    area, status = nw.col("focus_area"), nw.col("focus_status")
    without = nw.when((status == "none") | (status == "not_applicable")).then(nw.lit(NONE)).otherwise(nw.lit(UNDECIDED))
    return found.with_columns(
        tied.cast(nw.Int32).alias("tied"),
        nw.col("lead_dispute").fill_null(""),
        nw.when(area == "").then(without).otherwise(area).alias("focus_area"),
    )


def _worded(frame: Frame, variables: Sequence[Variable], receipt: TableReceipt) -> Frame:
    there = set(frame.collect_schema().names())
    columns = [_column(each).alias(each.name) for each in variables if each.reads in there]
    made_by = [nw.lit(getattr(receipt, each.name)).alias(each.name) for each in variables if each in RECEIPT]
    return frame.select(*columns, *made_by)


def _column(variable: Variable) -> nw.Expr:
    column = nw.col(variable.reads)
    if variable.kind == "count":
        return column.cast(nw.Int32)
    if variable.kind == "text":
        return nw.when(column != "").then(column) if variable.unknown.startswith("empty") else column
    if variable.coded:
        told = nw.lit(variable.values[0].word)
        for each in variable.values[1:]:
            told = nw.when(column == each.code).then(nw.lit(each.word)).otherwise(told)
        return told
    if any(each.word == NONE for each in variable.values):
        return nw.when(column == "").then(nw.lit(NONE)).otherwise(column)
    return column


def untold(result: ColumnResult) -> Frame:
    """The cases that tables cannot tell, as rejects; a case by itself (`formulate`) can be told."""
    cases = nw.from_native(result.cases)
    reason = nw.concat_str(nw.col(NOT_SUPPORTED), nw.lit("; formulate this case by itself"))
    return cases.filter(nw.col(NOT_SUPPORTED) != "").select(
        nw.col("name").alias("case"),
        nw.lit(CASES).alias("table"),
        nw.lit(None, dtype=nw.Int64).alias("row"),
        nw.lit(None, dtype=nw.String).alias("column"),
        nw.lit(UNTOLD).alias("code"),
        reason.alias("reason"),
    )
