"""What is a table as it was found, before anybody says what its columns mean?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from ipt_formulate.reading import Fault

MOST_NAMED: Final = 20
"""Rows of a table that an error names one by one."""


@dataclass(frozen=True, slots=True)
class Reject:
    """One row that could not even be read, such as a line cut off; the other rows are there.

    ``table``: where it stood, by the name of its table; ``cases`` for a whole intake. ``row`` counts from 1 as `ROW`
    does. ``case``: its id where that could be read; the case is then left out. ``faults`` hold no value of the row.
    ``opens``: lists that are complete for no case, since the row may have been a record in them of any case.
    """

    table: str
    row: int
    case: str | None
    faults: tuple[Fault, ...]
    opens: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Raw:
    """One table of the data.

    Attributes
    ----------
    place
        The file (and sheet) it was read from, for messages.
    table
        A DuckDB relation, or the frame that was given.
    columns
        The names of its columns, without `ROW` unless the data have such a column.
    labels
        Value labels by column, if the format has them: code (as text) to label.
    missing
        Codes that the format marks as missing, by column: code (as text) to its label, or to nothing.
    rejects
        What could not be read.
    starts
        What the first cell of these rows may have been, by their number, where that could be read: several texts where
        a cell too many may be a part of it.
    view
        The name of the table in the spool, unless it is a frame that was given.
    """

    place: str
    table: Any
    columns: tuple[str, ...]
    labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    missing: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    rejects: tuple[Reject, ...] = ()
    starts: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    view: str | None = None
