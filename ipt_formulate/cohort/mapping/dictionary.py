"""What would a new study in REDCap look like? A data dictionary, and the mapping that reads its export.

Every list of records is a repeating instrument. A multi-choice answer is a matrix of yes and no, one row a member, and
not a row of checkboxes: an empty box would say no where nobody asked. Reasons for having no answer are missing data
codes of the project, to be set by hand: REDCap keeps them apart from the dictionary.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from typing import Final

from ipt_formulate.cohort.layout import DECISIONS, SOURCE, TABLES, UNKNOWN
from ipt_formulate.cohort.mapping.fields import Field, fields_of
from ipt_formulate.cohort.mapping.model import NONE, AnswerMap, Columns, StudyMapping, TableMap
from ipt_formulate.cohort.sources.redcap import COMPLETE, LABELS, STATE, named
from ipt_formulate.intake.answer import ABSENCES
from ipt_formulate.intake.types import Choice, Day, Link, Multi, Number, Text, Tri

HEADER: Final = (
    "Variable / Field Name", "Form Name", "Section Header", "Field Type", "Field Label",
    "Choices, Calculations, OR Slider Labels", "Field Note", "Text Validation Type OR Show Slider Number",
    "Text Validation Min", "Text Validation Max", "Identifier?", "Branching Logic (Show field only if...)",
    "Required Field?", "Custom Alignment", "Question Number (surveys only)", "Matrix Group Name", "Matrix Ranking?",
    "Field Annotation",
)  # fmt: skip
"""The 18 columns of a data dictionary."""
RECORD: Final = "record_id"
MISSING_LABELS: Final = {"not_asked": "Not asked", "do_not_know": "Does not know", "declined": "Declined to answer"}
"""The missing data codes of the project, with their labels."""
LISTS: Final = (*(name for name in TABLES if name != "cases"), DECISIONS)
_DAY_NOTE: Final = "2026-03-14, 2026-03 or 2026; or in words: 40 days before onset, about 3 months before assessment"
_ID_NOTE: Final = "none, or an instrument and the number of its instance: loss-1, conflict-2, change-1, person-3"
_YES_NO: Final = ("yes", "no")


def dictionary_text() -> str:
    """The data dictionary as CSV."""
    made = io.StringIO(newline="")
    writer = csv.writer(made)
    writer.writerow(HEADER)
    writer.writerows([each[name] for name in HEADER] for each in rows())
    return made.getvalue()


def rows() -> Iterator[dict[str, str]]:
    """The fields of the dictionary, a row each, by the names of its columns."""
    made = [row for table in (*TABLES, DECISIONS) for row in _fields(table)]
    forms = [*dict.fromkeys(row["Form Name"] for row in made)]
    yield _row(RECORD, forms[0], "text", "Record ID")
    yield from sorted(made, key=lambda row: forms.index(row["Form Name"]))


def export_mapping() -> StudyMapping:
    """The mapping that reads the export of such a project, of raw data or of labels."""
    case = Columns((RECORD, "Record ID"))
    tables = {}
    for table in (*TABLES, DECISIONS):
        repeating = "redcap_repeat_instrument"
        where = ("",) if table == "cases" else (table, _title(table))
        answers = tuple(_answer(table, field) for field in _asked(table))
        identity = None
        if table in TABLES and table != "cases":
            identity = AnswerMap("id", Columns(("redcap_repeat_instance",)), prefix=f"{TABLES[table]}-")
        tables[table] = TableMap(table, case, answers, identity, where=((Columns((repeating,)), where),))
    missing = {code: code for code in ABSENCES} | {label: code for code, label in MISSING_LABELS.items()}
    title = "A REDCap project made from the dictionary of ipt-formulate"
    return StudyMapping("redcap", tables, title, missing, ignored=tuple(_states()))


def _states() -> Iterator[str]:
    """What REDCap adds to each form by itself, whether it is complete: in exports of raw data and of labels."""
    forms = [*dict.fromkeys(row["Form Name"] for row in rows())]
    yield from (f"{form}{STATE}" for form in forms)
    yield from named([*LABELS, *[COMPLETE] * len(forms)])[len(LABELS) :]


def variable(table: str, field: str) -> str:
    """The name of a field in REDCap: small letters, digits and underscores, and not one that REDCap keeps for itself.

    It adds to every form a field of its own, named after the form and ending in `_complete`.
    """
    name = re.sub("[^a-z0-9]+", "_", field.lower())
    if table == "cases":
        return re.sub("_complete$", "_list_complete", name)
    return f"{TABLES.get(table, 'decision')}_{name}"


def _asked(table: str) -> Iterator[Field]:
    """What is asked: no reasons and sources, and members instead of the multi-choice answers that they are part of."""
    for name, field in fields_of(table).items():
        if not name.endswith((UNKNOWN, SOURCE)) and not isinstance(field.type, Multi) and field.member != NONE:
            yield field


def _answer(table: str, field: Field) -> AnswerMap:
    words = {_label_of(word): word for word in _words(field)}
    return AnswerMap(field.name, Columns((variable(table, field.name), _label(table, field))), values=words)


def _fields(table: str) -> Iterator[dict[str, str]]:
    shown: set[str] = set()
    for field in _asked(table):
        row = _row(variable(table, field.name), _form(table, field), *_kind(field))
        row["Field Label"] = _label(table, field)
        row["Choices, Calculations, OR Slider Labels"] = " | ".join(
            f"{word}, {_label_of(word)}" for word in _words(field)
        )
        row["Branching Logic (Show field only if...)"] = _branch(table, field)
        row["Field Annotation"] = f"ipt-formulate: {table}.{field.name}"
        if field.member is not None:
            row["Matrix Group Name"] = variable(table, field.answer)[:60]
            if field.answer not in shown:
                row["Section Header"] = _question(table, field)
            shown.add(field.answer)
        match field.type:
            case Number(least, most):
                row["Text Validation Type OR Show Slider Number"] = "integer"
                row["Text Validation Min"] = "" if least is None else str(least)
                row["Text Validation Max"] = "" if most is None else str(most)
                row["Field Note"] = field.type.unit or ""
            case Day():
                row["Field Note"] = _DAY_NOTE
            case Link(many=many):
                row["Field Note"] = _ID_NOTE + (", several with blanks between" if many else "")
            case Text():
                row["Identifier?"] = "y"
        yield row


def _row(name: str, form: str, kind: str, label: str = "") -> dict[str, str]:
    row = dict.fromkeys(HEADER, "")
    return row | {HEADER[0]: name, "Form Name": form, "Field Type": kind, "Field Label": label}


def _form(table: str, field: Field) -> str:
    """The instrument: a part of the intake, or the list; what a list says of itself stands in one of its own."""
    if table != "cases":
        return table
    part = field.name.partition(".")[0]
    return "lists" if part in LISTS else part


def _kind(field: Field) -> tuple[str]:
    return (
        "radio" if _words(field) else "notes" if isinstance(field.type, Text) and field.name != "label" else "text",
    )


def _words(field: Field) -> tuple[str, ...]:
    match field.type:
        case Tri():
            return _YES_NO
        case Choice(members):
            return members
    return ()


def _label_of(word: str) -> str:
    return _title(word)


def _question(table: str, field: Field) -> str:
    """The question with its code; it tells fields apart where the labels are exported."""
    if field.item is not None and field.item.code:
        return f"{field.item.code}. {field.item.question}"
    about = field.name.partition(".")[0] if table == "cases" else TABLES.get(table, "decision")
    asked = field.item.question if field.item is not None else _title(field.name)
    return f"{_title(about)}: {asked}"


def _label(table: str, field: Field) -> str:
    question = _question(table, field)
    return question if field.member is None else f"{question} {_title(field.member)}"


def _branch(table: str, field: Field) -> str:
    """Show what only makes sense after a yes: `perinatal_kind` after `perinatal`, completeness after asking."""
    section, _, mark = field.name.partition(".")
    if table == "cases" and section in LISTS and mark == "complete":
        return f"[{variable(table, f'{section}.asked')}] = 'yes'"
    for name, other in fields_of(table).items():
        if isinstance(other.type, Tri) and other.member is None and field.answer.startswith(f"{name}_"):
            return f"[{variable(table, name)}] = 'yes'"
    return ""


def _title(form: str) -> str:
    return form.replace("_", " ").capitalize()
