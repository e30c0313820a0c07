"""What is a mapping, once it has been read? Frozen, with the place of everything that may turn out not to fit the data.

Nothing here reads data.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from ipt_formulate.reading import Place

VERSION: Final = 1
NUMBER: Final = "{n}"
"""Stands in a column name for 1, 2, 3, ...: one record of a list a number."""
NONE: Final = "none"
"""Of a multi-choice answer: none of the members."""
Absent: TypeAlias = Mapping[str, str]
"""Codes that stand for no answer, each with the reason: not_asked, do_not_know, declined."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Where a cell stands: the first of these names that the data have; `{n}` stands for a number."""

    names: tuple[str, ...]
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Lag:
    """A column of numbers that count days, weeks, months or years before (or after) the onset or the assessment."""

    unit: str
    after: bool
    anchor: str


@dataclass(frozen=True, slots=True)
class AnswerMap:
    """How one column of the layout is filled: from a cell, or always with the same word.

    Attributes
    ----------
    field
        The column of the layout, the whole multi-choice answer for delimited text, or ``<answer>.none``.
    values
        Words of the intake by code; a cell that is not among them is taken as it is.
    missing
        Codes for no answer in this column, beside those of the whole mapping.
    dates
        Formats of days; none for those of the whole mapping.
    separator
        Between the parts of a cell that holds several.
    unlisted
        What a delimited text says of the members that it does not name: no, or nothing.
    prefix
        Put before the id of a record.
    """

    field: str
    columns: Columns | None = None
    always: str | None = None
    values: Mapping[str, str] = dataclasses.field(default_factory=dict)
    missing: Absent = dataclasses.field(default_factory=dict)
    dates: tuple[str, ...] = ()
    lag: Lag | None = None
    about: bool = False
    separator: str | None = None
    unlisted: Literal["no"] | None = None
    prefix: str = ""
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class TableMap:
    """How one table of the layout is filled.

    ``source``: the name of the table in the data, if there are several. ``where``: only rows in which each of these
    columns holds one of these texts ("" for an empty cell). ``id``: of the record; None numbers the records of a case.
    """

    table: str
    case: Columns
    answers: tuple[AnswerMap, ...]
    id: AnswerMap | None = None
    source: str | None = None
    where: tuple[tuple[Columns, tuple[str, ...]], ...] = ()
    place: Place | None = None

    def columns(self) -> tuple[Columns, ...]:
        """Every column of the data that is read, in the order of the file."""
        answers = [each.columns for each in (self.id, *self.answers) if each is not None and each.columns is not None]
        return (self.case, *(columns for columns, _ in self.where), *answers)


@dataclass(frozen=True, slots=True)
class StudyMapping:
    """A whole mapping. ``ignored``: columns of the data that are known and left out."""

    name: str
    tables: Mapping[str, TableMap]
    title: str | None = None
    missing: Absent = dataclasses.field(default_factory=dict)
    dates: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
