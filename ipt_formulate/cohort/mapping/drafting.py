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
from ipt_formulate.cohort.sources.own import as_reason, as_word, values_of
from ipt_formulate.cohort.sources.raw import Raw
from ipt_formulate.cohort.sources.redcap import STATE, is_export
from ipt_formulate.cohort.sources.spool import Spool, name_sql, text_sql
from ipt_formulate.intake.answer import ABSENCES
from ipt_formulate.intake.types import NO, YES, Choice, Multi, Text, Tri
from ipt_formulate.reading import nearest

CASE_NAMES: Final = (
    "case", "case_id", "caseid", "record_id", "id", "pid", "patient_id", "participant_id", "subject_id", "client_id",
)  # fmt: skip
_MOST_CELLS: Final = 1000
_NUMBERED: Final = re.compile(r"[0-9]{1,2}")
_TRUTH: Final = {"true": YES, "false": NO}
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


def draft(data: Mapping[str, Raw], spool: Spool, forms: Collection[str] = ()) -> str:
    """The text of a mapping file for these data; ``forms``: of the REDCap project that they come from."""
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
        _place(raw, made, here, lost, forms)
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
    table, raw, fields = studied.table, studied.raw, fields_of(studied.table.table)
    there = _to_look_through(studied, comments, spool)
    answers = []
    for answer in table.answers:
        assert answer.columns is not None
        told = {studied.column(answer.columns, number): None for number in studied.numbers}
        columns = [column for column in told if column is not None]
        field = fields[answer.field]
        found, to_be_told = _worded(answer, field, _codes(field, columns, raw, there, spool))
        answers.append(found)
        if to_be_told:
            comments[f"{table.table}.{answer.field}"] = to_be_told
    return replace(table, answers=tuple(answers))


def _to_look_through(studied: Studied, comments: dict[str, list[str]], spool: Spool) -> str | None:
    """The cells of the table under a name of the spool; none where they cannot be read, and labels alone tell."""
    table = studied.table
    if studied.faults or not table.answers:
        return None
    try:
        source = readable(studied, spool)
    except CohortError as error:
        comments.setdefault(table.table, []).extend(fault.headline() for fault in error.faults)
        return None
    # Worked out once: to look through every column of the study again for each of them would take half a minute.
    made = name_sql(f"{table.table} to be worded")
    spool.connection.execute(f"CREATE OR REPLACE TEMP TABLE {made} AS SELECT * FROM {source}")
    return made


@dataclass(slots=True)
class Code:
    """What the columns of an answer say of one code.

    ``labels``: by column, where it has one. ``marked``: the columns that call it missing. ``bare``: the columns in
    which it stands and which say nothing of it.
    """

    labels: dict[str, str] = field(default_factory=dict)
    marked: list[str] = field(default_factory=list)
    bare: list[str] = field(default_factory=list)

    def label(self) -> str:
        """What it is called, if all that call it something call it the same."""
        return next(iter(self.labels.values()), "")

    def reason(self) -> str | None:
        """Why there is no answer, if the data call this code missing."""
        return reason_of(self.label()) if self.marked else None

    def differs(self, field: Field) -> bool:
        """Is it one thing in one column, and another thing in another?"""
        if len({_word_of(field, label) or as_word(label) for label in self.labels.values()}) < 2:
            return False
        return not {*self.labels} <= {*self.marked} or len({reason_of(label) for label in self.labels.values()}) > 1

    def shown(self, *, apart: bool) -> str:
        """Its label; ``apart``: every label with its columns."""
        if not apart:
            return self.label()
        by_label: dict[str, list[str]] = {}
        for column in dict.fromkeys((*self.labels, *self.marked, *self.bare)):
            by_label.setdefault(self.labels.get(column, "no label"), []).append(column)
        return "; ".join(f"{label} ({', '.join(columns)})" for label, columns in by_label.items())


def _codes(field: Field, columns: list[str], raw: Raw, there: str | None, spool: Spool) -> dict[str, Code]:
    """What these columns say of each code: all cells where some words are expected, else labelled codes."""
    said = _said(columns, raw)
    cells = _cells(field, columns, [*said], there, spool) if there is not None and columns else {}
    found = {code: said.pop(code, Code()) for code in cells} | said
    for code, where in cells.items():
        told = {*found[code].labels, *found[code].marked}
        found[code].bare += [column for column in columns if column in where and column not in told]
    return found


def _said(columns: list[str], raw: Raw) -> dict[str, Code]:
    """What the labels of these columns say of each code, whether or not it stands in a cell."""
    said: dict[str, Code] = {}
    for column in columns:
        for code, label in {**raw.labels.get(column, {}), **raw.missing.get(column, {})}.items():
            here = said.setdefault(code, Code())
            if label.strip():
                here.labels[column] = label.strip()
            if code in raw.missing.get(column, {}):
                here.marked.append(column)
    return said


def _cells(field: Field, columns: list[str], codes: list[str], source: str, spool: Spool) -> dict[str, list[str]]:
    """The different texts in these columns, each with its columns; with more of them it is no coded answer.

    Numbers, days, links and texts are not listed: only these codes are, and what says that there is no answer.
    """
    wanted = "cell IS NOT NULL"
    if not _is_closed(field):
        tests = [f"cell IN ({', '.join(map(text_sql, codes))})"] if codes else []
        if not isinstance(field.type, Text | None):
            words = ", ".join(map(text_sql, ABSENCES))
            tests.append(f"regexp_replace(lower(cell), '[\\s_-]+', '_', 'g') IN ({words})")
        if not tests:
            return {}
        wanted = " OR ".join(tests)
    each = " UNION ALL ".join(
        f"SELECT {number} AS place, {name_sql(column)} AS cell FROM {source}" for number, column in enumerate(columns)
    )
    # Of one column the place is known; to gather it all the same would take twice as long.
    places = "list(DISTINCT place)" if len(columns) > 1 else "[0]"
    sql = (
        f"SELECT cell, {places} FROM ({each}) WHERE {wanted} "
        f"GROUP BY cell ORDER BY length(cell), cell LIMIT {_MOST_CELLS}"
    )
    found = spool.connection.execute(sql).fetchall()
    return {cell: [columns[number] for number in numbers] for cell, numbers in found}


def _is_closed(field: Field) -> bool:
    """Is it answered by one of some words?"""
    return isinstance(field.type, Choice | Tri)


def _worded(answer: AnswerMap, field: Field, codes: Mapping[str, Code]) -> tuple[AnswerMap, list[str]]:
    """The answer with the words that codes, or their labels, are; and what is to be told of the codes that are none."""
    values: dict[str, str] = {}
    missing: dict[str, str] = {}
    differing: dict[str, str] = {}
    rest: dict[str, str] = {}
    for code, said in codes.items():
        word, reason, fits = _word_of(field, said.label() or code), said.reason(), field.misfit(code) is None
        if reason is None and word is None:
            reason = as_reason(said.label() or code)
        is_said = bool(said.marked) or said.label() not in ("", code)
        is_told = reason is not None or (word is not None and word != code)
        # What is an answer where no label stands beside it is not made another one by the label of another column.
        if said.differs(field) or (is_told and is_said and said.bare and fits):
            differing[code] = said.shown(apart=True)
        elif reason is not None:
            missing[code] = reason
        elif word is not None:
            values[code] = word
        elif not (fits and (_is_closed(field) or not is_said)):
            rest[code] = said.label()
    values = {code: word for code, word in values.items() if code != word}
    return replace(answer, values=values, missing=dict(sorted(missing.items()))), [*_to_be_told(field, differing, rest)]


def _to_be_told(field: Field, differing: Mapping[str, str], codes: Mapping[str, str]) -> Iterator[str]:
    """Codes that are no words of ours, for a person to go on with. What is long may be what somebody said."""
    assert field.type is not None
    if differing:
        yield "the columns differ in what these codes mean, and `values` are for all of them; to be recoded in the data"
        yield from _listed(differing)
    if codes and _is_closed(field):
        yield f"to be told in `values` or in `missing`; expected {field.type.describe()}"
    elif codes:
        yield f"have labels, and are read as they stand unless told in `missing`; expected {field.type.describe()}"
    yield from _listed(codes)


def _listed(codes: Mapping[str, str]) -> Iterator[str]:
    shown = {code: label for code, label in codes.items() if label or len(code) <= LONGEST_CODE}
    for code, label in [*shown.items()][:MOST_CODES]:
        yield f"  {quoted(code)}:{f' {label}' if label else ''}"
    if len(shown) > MOST_CODES or len(shown) < len(codes):
        yield "  and more values, or longer ones, which are not listed"


def _word_of(field: Field, label: str) -> str | None:
    """The word of ours that a label is; True and False are yes and no, as a truth value is."""
    if not _is_closed(field):
        return None
    if isinstance(field.type, Tri) and as_word(label) in _TRUTH:
        return _TRUTH[as_word(label)]
    return values_of(field, {label: label}).get(label)


def _place(raw: Raw, made: dict[str, Draft], here: Draft, lost: list[str], forms: Collection[str]) -> None:
    made[here.table] = here
    names = _names(here.table)
    beside = {name: each for name, each in fields_of(here.table).items() if name.endswith((UNKNOWN, SOURCE))}
    for column in raw.columns:
        if column == here.case:
            continue
        if column.removesuffix(STATE) in forms and column.endswith(STATE):
            lost.append(f"column {quoted(column)} of {raw.place} tells how complete a form is")
            continue
        if is_export(raw.columns) and column.endswith(STATE):
            lost.append(f"column {quoted(column)} of {raw.place} tells how complete a form is, if REDCap made it")
            continue
        if here.table != "cases" and _plain(column) == "id":
            here.identity = AnswerMap("id", Columns((column,)))
            continue
        found = names.get(_plain(column)) or beside.get(column)
        if found is not None and found.name not in here.answers:
            here.answers[found.name] = AnswerMap(found.name, Columns((column,)))
        elif here.table != "cases" or not _wide(column, raw, made, here):
            label = (
                f" ({'; '.join(f'{code} {told}' for code, told in labels.items())})"
                if (labels := raw.labels.get(column))
                else ""
            )
            guess = nearest(_plain(column), names)
            if guess is not None:
                told = AnswerMap(names[guess].name, Columns((column,)))
                told, _ = _worded(told, names[guess], _said([column], raw))
                here.notes.append(f"a guess by name: {told.field}: {answer_text(told)}")
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
                listed.answers[found.name] = AnswerMap(found.name, Columns((pattern,)))
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


def _case_of(raw: Raw) -> str:
    by_name = {_plain(column): column for column in reversed(raw.columns)}
    return next((by_name[name] for name in CASE_NAMES if name in by_name), raw.columns[0])


def _plain(name: str) -> str:
    return re.sub("[^a-z0-9]+", "_", name.strip().lower()).strip("_")
