"""What can be wrong in a row, and how are the faults of the few bad rows listed?

A `Test` is true where a row is wrong; null counts as well. All tests of a table are one yes or no first (`any_of`), and
only rows that are bad are looked at one test after another. A reason never holds a value.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import narwhals.stable.v2 as nw

from ipt_formulate.cohort.entry.backends import NUMBER, Frame, kept

NO_CASE, TWICE, STRAY = "C160", "C161", "C162"
NO_ID, SAME_ID = "C163", "C164"
WRONG_TYPE, WRONG_WORD, OUT_OF_RANGE, WRONG_DAY, WRONG_TEXT = "C165", "C166", "C167", "C168", "C169"
VALUE_AND_REASON, DAYS_APART, NO_RECORD, ROUND, NOT_ASKED, SCORE, MISSING = (
    "C170", "C171", "C172", "C173", "C174", "C175", "C176",
)  # fmt: skip
MEANING: Final = {
    NO_CASE: "a case without an id, or with one that cannot be used",
    TWICE: "two cases with the same id",
    STRAY: "a record or decision without a case",
    NO_ID: "a record without an id, or with one that cannot be used",
    SAME_ID: "two records of a case with the same id",
    WRONG_TYPE: "a cell of a type that cannot be an answer",
    WRONG_WORD: "a word that is none of the answers",
    OUT_OF_RANGE: "a number out of range",
    WRONG_DAY: "a day that is none, or is told in a way that does not fit the question",
    WRONG_TEXT: "a text that is blank or too long",
    VALUE_AND_REASON: "a value, and a reason for having none",
    DAYS_APART: "days that cannot be in this order",
    NO_RECORD: "a reference to no record, or to one of the wrong kind",
    ROUND: "a record that refers to itself, or comes from itself",
    NOT_ASKED: "a list that was not asked about, and holds records or is complete",
    SCORE: "a score that its instrument cannot give",
    MISSING: "a decision without one of its parts",
}
"""Every fault of a row, by code."""
CASE_TEXT, GIVEN_ROW = "case name", "source row"
"""Columns of every table on its way: the id of the case, and the row of the source."""
REJECTS: Final = ("case", "table", "row", "column", "code", "reason")


@dataclass(frozen=True, slots=True)
class Test:
    """One way in which a row can be wrong."""

    column: str
    code: str
    reason: str
    holds: nw.Expr


def any_of(tests: Sequence[nw.Expr]) -> nw.Expr:
    """Is one of them true? A tree and not a chain, for backends that cannot go deep."""
    found = list(tests) or [nw.lit(False)]
    while len(found) > 1:
        pairs = [found[index : index + 2] for index in range(0, len(found), 2)]
        found = [pair[0] | pair[1] if len(pair) == 2 else pair[0] for pair in pairs]
    return nw.when(found[0]).then(nw.lit(True)).otherwise(nw.lit(False))


def listed(table: str, bad: Frame, tests: Sequence[Test]) -> list[Frame]:
    """The faults of bad rows: a frame for each test that is true somewhere."""
    bad = kept(bad.with_columns(*(any_of([test.holds]).alias(f"test {i}") for i, test in enumerate(tests))).select(
        NUMBER, CASE_TEXT, GIVEN_ROW, *(f"test {i}" for i in range(len(tests)))))  # fmt: skip
    counts = bad.select(*(nw.col(f"test {i}").max() for i in range(len(tests)))).collect()
    return [
        line(table, bad.filter(nw.col(f"test {i}")), test.column, test.code, test.reason)
        for i, test in enumerate(tests)
        if counts.item(0, f"test {i}")
    ]


def line(table: str, rows: Frame, column: str | nw.Expr, code: str, reason: str | nw.Expr) -> Frame:
    """One fault for each of these rows."""
    return rows.select(
        nw.col(CASE_TEXT).alias("case"),
        nw.lit(table).alias("table"),
        nw.col(GIVEN_ROW).cast(nw.Int64).alias("row"),
        (nw.lit(column) if isinstance(column, str) else column).alias("column"),
        nw.lit(code).alias("code"),
        (nw.lit(reason) if isinstance(reason, str) else reason).alias("reason"),
    )
