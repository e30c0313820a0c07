"""How is a column read as words, whole numbers, days or ids, whatever its type, and which of its cells are wrong?

A cell is empty if it is null, a text without a character, or a number that is none. What is of a type that cannot be
meant is a fault of that row, never an empty cell.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import narwhals.stable.v2 as nw

from ipt_formulate.cohort.entry.faults import OUT_OF_RANGE, WRONG_DAY, WRONG_TEXT, WRONG_TYPE, WRONG_WORD, Test
from ipt_formulate.cohort.entry.names import plain
from ipt_formulate.cohort.layout import WHOLE
from ipt_formulate.intake.types import LONGEST_TEXT, UNKNOWN, Number

END: Final = r"\z"
_NOT_BLANK: Final = (
    "[^ \t\n\r\v\f\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000]"
)
"""A character that Python does not strip; written out, because backends disagree about what is white."""
_NOTHING = ""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table: its name, and its type."""

    name: str
    type: Any

    @property
    def cell(self) -> nw.Expr:
        """The cell as it is."""
        return nw.col(plain(self.name))

    def is_text(self) -> bool:
        return self.type in (nw.String, nw.Categorical, nw.Enum) or isinstance(self.type, nw.Enum)

    def can_be_read(self) -> bool:
        """May any cell of this type be an answer?"""
        known = self.is_text() or self.type == nw.Boolean or self.type.is_numeric()
        return known or self.type in (nw.Date, nw.Datetime) or isinstance(self.type, nw.Datetime)

    def told(self) -> nw.Expr:
        """Is there anything in the cell? Null means no as well."""
        if self.is_text():
            return self.cell.cast(nw.String) != _NOTHING
        if self.type.is_float():
            return ~self.cell.is_nan()
        return ~self.cell.is_null()


@dataclass(frozen=True, slots=True)
class Reading:
    """The value of every cell, null where it is empty or wrong, and how it may be wrong."""

    value: nw.Expr
    tests: list[Test] = field(default_factory=list)


def _no_text() -> nw.Expr:
    return nw.lit(None, dtype=nw.String)


def _wrong_type(column: Column, expected: str) -> Test:
    return Test(column.name, WRONG_TYPE, f"is of a type that is no answer; expected {expected}", column.told())


def words(column: Column, known: Sequence[str], *, or_unknown: bool = True) -> Reading:
    """Words as text; truth values are yes and no. The value may also be `unknown` or a text without a character."""
    expected = f"one of {', '.join(known)}"
    if column.type == nw.Boolean:
        text = nw.when(column.cell).then(nw.lit("yes")).otherwise(nw.when(~column.cell).then(nw.lit("no")))
        if {"yes", "no"} <= {*known}:
            return Reading(text)
        text = nw.when(text.is_in(list(known))).then(text)
        tests = [Test(column.name, WRONG_WORD, f"is not one of the answers; expected {expected}", text.is_null())]
        return Reading(text, [_and_told(column, tests[0])])
    if not column.is_text():
        return Reading(_no_text(), [_wrong_type(column, expected)])
    text = column.cell if column.type == nw.String else column.cell.cast(nw.String)
    allowed = [*known, _NOTHING, *([UNKNOWN] if or_unknown else [])]
    reason = f"is not one of the answers; expected {expected}"
    return Reading(text, [Test(column.name, WRONG_WORD, reason, ~text.is_in(allowed))])


def _and_told(column: Column, test: Test) -> Test:
    return Test(test.column, test.code, test.reason, test.holds & column.told())


def whole_number(column: Column, kind: Number) -> Reading:
    """Whole numbers; decimal numbers and texts that are exactly one are taken."""
    expected = kind.describe()
    low, high = kind.least, kind.most
    assert low is not None
    assert high is not None
    out = f"is out of range; expected {expected}"
    if column.type.is_integer():
        inside = (column.cell >= low) & (column.cell <= high)
        value = nw.when(inside).then(column.cell).cast(nw.Int64)
        return Reading(value, [Test(column.name, OUT_OF_RANGE, out, ~inside)])
    if column.type.is_numeric():
        cell = column.cell if column.type.is_float() else column.cell.cast(nw.Float64)
        exact = (cell == cell.round(0)) & ~cell.is_nan()
        inside = (cell >= low) & (cell <= high)
        value = nw.when(exact & inside).then(cell).cast(nw.Int64)
        split = Test(column.name, WRONG_TYPE, f"is no whole number; expected {expected}", ~cell.is_nan() & ~exact)
        return Reading(value, [split, Test(column.name, OUT_OF_RANGE, out, ~cell.is_nan() & exact & ~inside)])
    if column.is_text():
        text = column.cell.cast(nw.String)
        written = text.str.contains(WHOLE + END)
        number = nw.when(written).then(text.str.replace_all(r"\.0+$", "")).cast(nw.Int64)
        inside = (number >= low) & (number <= high)
        wrong = ~written & (text != _NOTHING) & (text != UNKNOWN)
        tests = [
            Test(column.name, WRONG_TYPE, f"is no whole number; expected {expected}", wrong),
            Test(column.name, OUT_OF_RANGE, out, ~inside),
        ]
        return Reading(nw.when(inside).then(number), tests)
    return Reading(nw.lit(None, dtype=nw.Int64), [_wrong_type(column, expected)])


def day(column: Column, expected: str, *, or_unknown: bool = True) -> Reading:
    """Days as the texts that `days.py` reads; a year may be a number, a day a date, or a time at midnight."""
    kind = column.type
    if column.is_text():
        text = column.cell.cast(nw.String)
        empty = (text == _NOTHING) | (text == UNKNOWN) if or_unknown else text == _NOTHING
        return Reading(nw.when(~empty).then(text))
    if kind == nw.Date or kind.is_integer():
        return Reading(column.cell.cast(nw.String))
    if kind == nw.Datetime:
        date = column.cell.dt.date()
        midnight = date.cast(nw.Datetime) == column.cell.cast(nw.Datetime)
        reason = f"holds a time of day; expected {expected}"
        return Reading(nw.when(midnight).then(date.cast(nw.String)), [Test(column.name, WRONG_DAY, reason, ~midnight)])
    if kind.is_numeric():
        cell = column.cell if kind.is_float() else column.cell.cast(nw.Float64)
        exact = (cell == cell.round(0)) & (cell > 0) & (cell < 10_000)
        year = nw.when(exact).then(cell).cast(nw.Int64).cast(nw.String)
        reason = f"is not a date; expected {expected}"
        return Reading(year, [Test(column.name, WRONG_DAY, reason, ~cell.is_nan() & ~exact)])
    return Reading(_no_text(), [_wrong_type(column, expected)])


def ids(column: Column, expected: str) -> Reading:
    """Ids as text; whether there are such records is asked in `references.py`."""
    if not column.is_text():
        return Reading(_no_text(), [_wrong_type(column, expected)])
    text = column.cell.cast(nw.String)
    return Reading(nw.when(text != _NOTHING).then(text))


def free_text(column: Column, most: int = LONGEST_TEXT, *, blank: bool = False) -> list[Test]:
    """Texts are never read, only held to what an intake takes."""
    if not column.is_text():
        return [_wrong_type(column, "text")]
    text = column.cell.cast(nw.String)
    tests = [Test(column.name, WRONG_TEXT, f"is too long; expected at most {most} characters",
                  text.str.len_chars() > most)]  # fmt: skip
    if not blank:
        empty = (text != _NOTHING) & ~text.str.contains(_NOT_BLANK)
        tests.append(Test(column.name, WRONG_TEXT, "is blank; expected some text, or an empty cell", empty))
    return tests


def names(column: Column) -> Reading:
    """The ids of cases: texts, or whole numbers."""
    if column.is_text():
        return ids(column, "the id of a case")
    if column.type.is_integer():
        return Reading(column.cell.cast(nw.String))
    if column.type.is_float():
        exact = (column.cell == column.cell.round(0)) & (column.cell.abs() < 2**53)
        number = nw.when(exact).then(column.cell).cast(nw.Int64).cast(nw.String)
        return Reading(number, [Test(column.name, WRONG_TYPE, "is no whole number", ~column.cell.is_nan() & ~exact)])
    return Reading(_no_text(), [_wrong_type(column, "the id of a case")])


def is_blank(text: nw.Expr) -> nw.Expr:
    """Is there nothing but blanks?"""
    return ~text.str.contains("[^ ]")
