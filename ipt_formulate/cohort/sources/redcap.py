"""What is special about an export of REDCap? Its own columns, which have other names among labels, and doubled ones.

A repeating instrument is a table of records: `redcap_repeat_instrument` names it, `redcap_repeat_instance` counts. What
its codes mean stands in the data dictionary of the project, a file of its own.
"""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Final

from ipt_formulate.cohort.faults import CohortError
from ipt_formulate.reading import Fault

INSTRUMENT: Final = "redcap_repeat_instrument"
INSTANCE: Final = "redcap_repeat_instance"
EVENT: Final = "redcap_event_name"
LABELS: Final = {"Repeat Instrument": INSTRUMENT, "Repeat Instance": INSTANCE, "Event Name": EVENT}
"""How the same columns are called where the labels are exported."""
DICTIONARY: Final = ("Variable / Field Name", "Field Type", "Choices, Calculations, OR Slider Labels")
"""The columns of a data dictionary that tell the labels of codes."""
_YES_NO: Final = {"1": "Yes", "0": "No"}
"""What REDCap itself calls the codes of this type of field."""
COMPLETE: Final = "Complete?"
"""Stands once an instrument among labels."""


def labels_of(dictionary: Path) -> dict[str, dict[str, str]]:
    """The labels of the codes of every variable, from a data dictionary as REDCap exports it.

    Raises
    ------
    CohortError
        If it is none.
    """
    expected = f"the data dictionary of a REDCap project as CSV, with the columns {', '.join(DICTIONARY)}"
    try:
        with dictionary.open(encoding="utf-8-sig", newline="") as file:
            rows = [*csv.DictReader(file)]
    except (OSError, UnicodeError, csv.Error):
        message = "cannot be read as CSV in UTF-8"
        raise CohortError([Fault("C192", str(dictionary), message, None, expected)]) from None
    if not rows or not {*DICTIONARY} <= {*rows[0]}:
        raise CohortError([Fault("C192", str(dictionary), "is no data dictionary", None, expected)])
    name, kind, choices = DICTIONARY
    return {
        (row[name] or "").strip(): _YES_NO if (row[kind] or "").strip() == "yesno" else dict(_choices(row[choices]))
        for row in rows
        if row[kind] in ("radio", "dropdown", "yesno")
    }


def _choices(text: str | None) -> Iterator[tuple[str, str]]:
    """`1, Yes | 0, No`: codes with labels."""
    for each in (text or "").split("|"):
        code, comma, label = each.partition(",")
        if comma:
            yield code.strip(), label.strip()


def is_export(columns: Collection[str]) -> bool:
    """Are these columns those of an export with repeating instruments or events?"""
    return INSTRUMENT in columns or EVENT in columns


def named(columns: Sequence[str]) -> list[str]:
    """Column names of an export of labels as those of raw data; the marks of completeness are counted."""
    if not {*LABELS} & {*columns}:
        return [*columns]
    complete = 0
    found = []
    for column in columns:
        if column == COMPLETE:
            complete += 1
            found.append(COMPLETE if complete == 1 else f"{COMPLETE} {complete}")
        else:
            found.append(LABELS.get(column, column))
    return found
