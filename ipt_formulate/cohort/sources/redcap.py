"""What is special about an export of REDCap? Its own columns, which have other names among labels, and doubled ones.

A repeating instrument is a table of records: `redcap_repeat_instrument` names it, `redcap_repeat_instance` counts. What
its codes mean stands in the data dictionary of the project, a file of its own.
"""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
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
FORM: Final = "Form Name"
_OWN_CHOICES: Final = {"yesno": {"1": "Yes", "0": "No"}, "truefalse": {"1": "True", "0": "False"}}
"""What REDCap itself calls the codes of these types of field."""
STATE: Final = "_complete"
"""Ends the name of the column, one a form, in which REDCap tells how complete the form is: 0, 1 or 2."""
COMPLETE: Final = "Complete?"
"""Stands once an instrument among labels."""


@dataclass(frozen=True, slots=True)
class Dictionary:
    """What the data dictionary of a project tells.

    ``labels``: of the codes of every variable that has some, by variable: code to label. ``forms``: by their names.
    """

    labels: Mapping[str, Mapping[str, str]]
    forms: frozenset[str]


def read_dictionary(path: Path) -> Dictionary:
    """A data dictionary as REDCap exports it, which is always in UTF-8.

    Raises
    ------
    CohortError
        If there is none.
    """
    expected = f"the data dictionary of a REDCap project as CSV, with the columns {', '.join(DICTIONARY)}"
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = [*csv.DictReader(file)]
    except FileNotFoundError:
        raise _refused(path, "C110", "there is no such file") from None
    except IsADirectoryError:
        raise _refused(path, "C110", "is a folder", expected) from None
    except OSError as error:
        raise _refused(path, "C110", f"cannot be read: {error.strerror}") from None
    except UnicodeError:
        expected = "the file as REDCap exports it, or saved anew in UTF-8; --encoding is for the data alone"
        raise _refused(path, "C111", "is not UTF-8", expected) from None
    except csv.Error:
        raise _refused(path, "C192", "cannot be read as CSV", expected) from None
    if not rows or not {*DICTIONARY} <= {*rows[0]}:
        raise _refused(path, "C192", "is no data dictionary", expected)
    name, kind, choices = DICTIONARY
    labels = {}
    for row in rows:
        type_ = (row[kind] or "").strip()
        if type_ in ("radio", "dropdown", *_OWN_CHOICES):
            labels[(row[name] or "").strip()] = _OWN_CHOICES.get(type_) or dict(_choices(row[choices]))
    return Dictionary(labels, frozenset((row.get(FORM) or "").strip() for row in rows) - {""})


def _refused(path: Path, code: str, message: str, expected: str | None = None) -> CohortError:
    return CohortError([Fault(code, str(path), message, None, expected)])


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
