"""What is special about an export of REDCap? Its own columns, which have other names among labels, and doubled ones.

A repeating instrument is a table of records: `redcap_repeat_instrument` names it, `redcap_repeat_instance` counts.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

INSTRUMENT: Final = "redcap_repeat_instrument"
INSTANCE: Final = "redcap_repeat_instance"
EVENT: Final = "redcap_event_name"
LABELS: Final = {"Repeat Instrument": INSTRUMENT, "Repeat Instance": INSTANCE, "Event Name": EVENT}
"""How the same columns are called where the labels are exported."""
COMPLETE: Final = "Complete?"
"""Stands once an instrument among labels."""


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
