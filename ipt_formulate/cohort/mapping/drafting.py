"""What would a mapping of these data look like, as far as names and labels tell? A draft with comments for the rest.

Only a name that is the same is mapped, and only a label or cell that is a word of ours is that word; what is merely
alike, and every other code, is put in a comment, for a person to decide.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from ipt_formulate.cohort.faults import CohortError
from ipt_formulate.cohort.layout import DECISIONS, SOURCE, TABLES, UNKNOWN
from ipt_formulate.cohort.mapping.checking import LONGEST_CODE, MOST_CODES
from ipt_formulate.cohort.mapping.fields import Field, fields_of
from ipt_formulate.cohort.mapping.model import NONE, NUMBER, AnswerMap, Columns, StudyMapping, TableMap
from ipt_formulate.cohort.mapping.text import answer_text, mapping_text, quoted
from ipt_formulate.cohort.sources.mapped import Studied, readable, reason_of, studied_table
from ipt_formulate.cohort.sources.own import as_word, values_of
from ipt_formulate.cohort.sources.raw import Raw
from ipt_formulate.cohort.sources.redcap import is_export
from ipt_formulate.cohort.sources.spool import Spool, name_sql
from ipt_formulate.intake.answer import ABSENCES
from ipt_formulate.intake.types import Choice, Multi, Tri
from ipt_formulate.reading import nearest

CASE_NAMES: Final = (
    "case", "case_id", "caseid", "record_id", "id", "pid", "patient_id", "participant_id", "subject_id", "client_id",
)  # fmt: skip
_MOST_CELLS: Final = 1000
_NUMBERED: Final = re.compile(r"[0-9]{1,2}")
_LIST_NAMES: Final = {name: table for table, about in TABLES.items() if table != "cases" for name in (table, about)}


@dataclass(slots=True)
class Draft:
    """What was placed of one table of the layout, and what was not."""

    table: str
    source: str | None
    case: str
    answers: dict[str, AnswerMap] = field(default_factory=dict)
    identity: AnswerMap | None = None
    notes: list[str] = field(default_factory=list)


def draft(data: Mapping[str, Raw], spool: Spool) -> str:
    """The text of a mapping file for these data."""
    made: dict[str, Draft] = {}
    lost: list[str] = []
    for name, raw in data.items():
        table = name if name in (*TABLES, DECISIONS) else _LIST_NAMES.get(_plain(name))
        if table is None:
            table = "cases" if len(data) == 1 or "cases" not in made else None
        if table is None or table in made:
            lost.append(f"table {name} was not placed")
            continue
        here = Draft(table, name if len(data) > 1 else None, _case_of(raw))
        if _plain(here.case) not in CASE_NAMES:
            here.notes.append("the case is a guess: its first column")
        _place(raw, made, here, lost)
    made.setdefault("cases", Draft("cases", None, "?", notes=["no table of cases was found"]))
    tables = {
        name: TableMap(
            name,
            Columns((made[name].case,)),
            tuple(made[name].answers.values()),
            made[name].identity,
            made[name].source,
        )
        for name in (*TABLES, DECISIONS)
        if name in made
    }
    comments = {name: each.notes for name, each in made.items()}
    comments[""] = lost
    mapping = StudyMapping("draft", tables)
    coded = {name: _coded(studied_table(table, data, mapping), comments, spool) for name, table in tables.items()}
    return mapping_text(replace(mapping, tables=coded), comments)


def _coded(studied: Studied, comments: dict[str, list[str]], spool: Spool) -> TableMap:
    """The table with the words of every code that is one; the other codes are listed below their answer."""
    table, fields = studied.table, fields_of(studied.table.table)
    closed = [each for each in table.answers if isinstance(fields[each.field].type, Choice | Tri)]
    if studied.faults or not closed:
        return table
    try:
        source = readable(studied, spool)
    except CohortError as error:
        comments.setdefault(table.table, []).extend(fault.headline() for fault in error.faults)
        return table
    # Worked out once: to look through every column of the study again for each of them would take half a minute.
    cells_of = name_sql(f"{table.table} to be worded")
    spool.connection.execute(f"CREATE OR REPLACE TEMP TABLE {cells_of} AS SELECT * FROM {source}")
    answers = []
    for answer in table.answers:
        field, found = fields[answer.field], answer
        if answer in closed and answer.columns is not None:
            there = {studied.column(answer.columns, number): None for number in studied.numbers}
            columns = [column for column in there if column is not None]
            labels: dict[str, str] = {}
            for column in columns:
                labels |= studied.raw.labels.get(column, {})
            marked = {code for column in columns for code in studied.raw.missing.get(column, {})}
            cells = _cells(columns, cells_of, spool)
            found, rest = _worded(answer, field, {**dict.fromkeys(cells, ""), **labels}, marked)
            if rest:
                comments[f"{table.table}.{answer.field}"] = [*_to_be_told(field, rest)]
        answers.append(found)
    return replace(table, answers=tuple(answers))


def _cells(columns: list[str], source: str, spool: Spool) -> list[str]:
    """The different texts in these columns; with more of them it is no coded answer."""
    each = " UNION ".join(f"SELECT {name_sql(column)} AS cell FROM {source}" for column in columns)
    sql = f"SELECT DISTINCT cell FROM ({each}) WHERE cell IS NOT NULL ORDER BY length(cell), cell LIMIT {_MOST_CELLS}"
    return [cell for (cell,) in spool.connection.execute(sql).fetchall()]


def _worded(
    answer: AnswerMap, field: Field, codes: Mapping[str, str], marked: Collection[str]
) -> tuple[AnswerMap, dict[str, str]]:
    """The answer with the words that codes, or their labels, are; and the codes that are none, with their labels."""
    open_ = {code: label for code, label in codes.items() if code not in marked and code not in answer.missing}
    words = values_of(field, {code: label or code for code, label in open_.items()})
    absent = {code: as_word(label or code) for code, label in open_.items() if code not in words}
    absent = {code: word for code, word in absent.items() if word in ABSENCES}
    told = {*words, *absent, *(code for code in open_ if field.misfit(code) is None)}
    rest = {code: label for code, label in open_.items() if code not in told}
    values = {code: word for code, word in words.items() if code != word}
    return replace(answer, values=values, missing={**answer.missing, **absent}), rest


def _to_be_told(field: Field, codes: Mapping[str, str]) -> Iterator[str]:
    """Codes that are no words of ours, for a person to go on with. What is long may be what somebody said."""
    assert field.type is not None
    shown = {code: label for code, label in codes.items() if label or len(code) <= LONGEST_CODE}
    yield f"to be told in `values` or in `missing`; expected {field.type.describe()}"
    for code, label in [*shown.items()][:MOST_CODES]:
        yield f"  {quoted(code)}:{f' {label}' if label else ''}"
    if len(shown) > MOST_CODES or len(shown) < len(codes):
        yield "  and more values, or longer ones, which are not listed"


def _place(raw: Raw, made: dict[str, Draft], here: Draft, lost: list[str]) -> None:
    made[here.table] = here
    names = _names(here.table)
    beside = {name: each for name, each in fields_of(here.table).items() if name.endswith((UNKNOWN, SOURCE))}
    for column in raw.columns:
        if column == here.case:
            continue
        if is_export(raw.columns) and column.endswith("_complete"):
            lost.append(f"column {quoted(column)} of {raw.place} tells how complete a form is, if REDCap made it")
            continue
        if here.table != "cases" and _plain(column) == "id":
            here.identity = AnswerMap("id", Columns((column,)))
            continue
        found = names.get(_plain(column)) or beside.get(column)
        if found is not None and found.name not in here.answers:
            here.answers[found.name] = _answer(found, column, raw)
        elif here.table != "cases" or not _wide(column, raw, made, here):
            label = (
                f" ({'; '.join(f'{code} {told}' for code, told in labels.items())})"
                if (labels := raw.labels.get(column))
                else ""
            )
            guess = nearest(_plain(column), names)
            if guess is not None:
                here.notes.append(
                    f"a guess by name: {names[guess].name}: {answer_text(_answer(names[guess], column, raw))}"
                )
            else:
                lost.append(f"column {quoted(column)} of {raw.place} was not placed{label}")


def _wide(column: str, raw: Raw, made: dict[str, Draft], here: Draft) -> bool:
    """A column such as loss_1_kind: a field of a record of this number."""
    told = _NUMBERED.search(column)
    if told is None:
        return False
    pattern = column[: told.start()] + NUMBER + column[told.end() :]
    before, after = _plain(column[: told.start()]), _plain(column[told.end() :])
    for word, table in _LIST_NAMES.items():
        rest = before.removeprefix(word).strip("_")
        if before == word or before.startswith(f"{word}_"):
            found = _names(table).get(f"{rest}_{after}".strip("_"))
            if found is None:
                continue
            listed = made.setdefault(table, Draft(table, here.source, here.case))
            if found.name not in listed.answers:
                listed.answers[found.name] = _answer(found, column, raw, pattern)
            return listed.answers[found.name].columns == Columns((pattern,))
    return False


def _names(table: str) -> dict[str, Field]:
    """The fields of a table by plain name; short names where they are the only ones."""
    fields = {
        name: each
        for name, each in fields_of(table).items()
        if not isinstance(each.type, Multi) and each.member != NONE and not name.endswith((UNKNOWN, SOURCE))
    }
    found = {_plain(name): each for name, each in fields.items()}
    short: dict[str, list[Field]] = {}
    for name, each in fields.items():
        short.setdefault(_plain(name.partition(".")[2]), []).append(each)
    for name, several in short.items():
        if name and len(several) == 1 and table == "cases":
            found.setdefault(name, several[0])
    return found


def _answer(found: Field, column: str, raw: Raw, pattern: str | None = None) -> AnswerMap:
    marked = raw.missing.get(column, {})
    values = values_of(found, {code: label for code, label in raw.labels.get(column, {}).items() if code not in marked})
    return AnswerMap(
        found.name,
        Columns((pattern or column,)),
        values={code: word for code, word in values.items() if code != word},
        missing={code: reason_of(label) for code, label in sorted(marked.items())},
    )


def _case_of(raw: Raw) -> str:
    by_name = {_plain(column): column for column in reversed(raw.columns)}
    return next((by_name[name] for name in CASE_NAMES if name in by_name), raw.columns[0])


def _plain(name: str) -> str:
    return re.sub("[^a-z0-9]+", "_", name.strip().lower()).strip("_")
