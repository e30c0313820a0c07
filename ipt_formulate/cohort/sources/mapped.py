"""How are the tables of a study turned into those of the layout? In SQL made from the mapping, a column at a time.

Every name and every text of the mapping is quoted; none is ever part of the language. A cell that the mapping does not
know keeps its text, so that whoever reads the answers refuses it and nobody overlooks it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import narwhals.stable.v2 as nw

from ipt_formulate.cohort.faults import CohortError
from ipt_formulate.cohort.layout import CASE, DECISIONS, ID, ROW, TABLES, UNKNOWN, columns_of
from ipt_formulate.cohort.mapping.fields import Field, fields_of
from ipt_formulate.cohort.mapping.model import NONE, NUMBER, Absent, AnswerMap, Columns, StudyMapping, TableMap
from ipt_formulate.cohort.sources.plain import plain
from ipt_formulate.cohort.sources.raw import Raw
from ipt_formulate.cohort.sources.spool import Spool, name_sql, text_sql
from ipt_formulate.intake.types import NO, YES, Day, Link, Multi
from ipt_formulate.reading import Fault, nearest

NOTHING: Final = "NULL::VARCHAR"
_DECLINED = re.compile(r"refus|declin|prefer(red)? not|no answer given", re.IGNORECASE)
_UNKNOWN = re.compile(r"(do(es)? ?n[o']?t|did ?n[o']?t|not) (know|sure)|unknown|unsure|uncertain", re.IGNORECASE)


def reason_of(label: str) -> str:
    """The reason for having no answer that the label of a missing code tells; not_asked if it tells none."""
    if _DECLINED.search(label):
        return "declined"
    return "do_not_know" if _UNKNOWN.search(label) else "not_asked"


def mapped_tables(mapping: StudyMapping, data: Mapping[str, Raw], spool: Spool) -> dict[str, tuple[Studied, Any]]:
    """The tables of the layout, as relations of the spool, beside what they were made from; worked out once.

    Raises
    ------
    CohortError
        With every column and table of the mapping that the data do not have.
    """
    studied = {name: studied_table(table, data, mapping) for name, table in mapping.tables.items()}
    faults = [fault for table in studied.values() for fault in table.faults]
    if faults:
        raise CohortError(faults)
    return {name: (table, spool.kept(name, table.sql(readable(table, spool)))) for name, table in studied.items()}


def readable(studied: Studied, spool: Spool) -> str:
    """The columns that are read, as texts without blanks around them, under a name of our connection.

    Each cell is made a text here, once: where it is compared with many codes, DuckDB would do so for each of them.
    """
    raw, name = studied.raw, f"{studied.table.table} to map"
    wanted = [*dict.fromkeys([*studied.read(), ROW])]
    frame = nw.from_native(raw.table)
    if frame.implementation.is_spark_like():
        message = "is a Spark frame, which no mapping is applied to"
        raise CohortError([Fault("C188", raw.place, message, None, "the same data as a Parquet folder")])
    chosen = plain(frame.select(*wanted).to_native(), raw.place)
    frame = nw.from_native(chosen)
    if raw.view is not None:
        source = f"({chosen.sql_query()})"
    elif isinstance(frame, nw.DataFrame):
        source = name_sql(f"{name}, in memory")
        spool.connection.register(f"{name}, in memory", frame.to_arrow())
    else:
        file = spool.new()
        frame.sink_parquet(file)
        spool.parquet(f"{name}, on disk", [file])
        source = name_sql(f"{name}, on disk")
    cells = [
        name_sql(ROW) if column == ROW else f"{_cell_text(column, dtype)} AS {name_sql(column)}"
        for column, dtype in frame.collect_schema().items()
    ]
    spool.connection.execute(f"CREATE OR REPLACE VIEW {name_sql(name)} AS SELECT {', '.join(cells)} FROM {source}")
    return name_sql(name)


def _cell_text(column: str, dtype: nw.dtypes.DType) -> str:
    """The text of a cell, without blanks around it; nothing for an empty one."""
    if isinstance(dtype, nw.Boolean):
        return f"CASE {name_sql(column)} WHEN true THEN '{YES}' WHEN false THEN '{NO}' END"
    return f"nullif(trim(CAST({name_sql(column)} AS VARCHAR)), '')"


@dataclass(frozen=True, slots=True)
class ReadFrom:
    """Where a cell of the layout came from, for messages.

    ``column``: of the data, with `{n}` where it was read from several. ``field``: of the mapping. ``reason``: what is
    wrong with a word that is not one of the answers, where the mapping made one answer of several.
    """

    column: str
    field: str
    reason: str | None = None


@dataclass(slots=True)
class Studied:
    """A table of the mapping beside the table of the data that it reads.

    ``numbers``: what `{n}` stands for; None for a table with a row a record. ``faults``: what the data do not have.
    """

    mapping: StudyMapping
    table: TableMap
    raw: Raw
    numbers: tuple[int | None, ...]
    columns: dict[tuple[str, int | None], str]
    faults: list[Fault]

    def column(self, columns: Columns, number: int | None) -> str | None:
        """The name of the column in the data, or None where there is none of this number."""
        for name in columns.names:
            found = self.columns.get((name, number if NUMBER in name else None))
            if found is not None:
                return found
        return None

    def read(self) -> Iterator[str]:
        """Every column of the data that is read; may repeat."""
        for columns in self.table.columns():
            for number in self.numbers:
                found = self.column(columns, number)
                if found is not None:
                    yield found

    def counts_rows(self) -> bool:
        """Are the ids of its records the numbers of the rows of each case?"""
        return self.table.id is None and self.numbers == (None,) and self.table.table not in ("cases", DECISIONS)

    def read_from(self) -> dict[str, ReadFrom]:
        """What each column of the layout is read from; what nothing is read for is not there."""
        fields = fields_of(self.table.table)
        named = [(CASE, self.table.case), *([(ID, self.table.id.columns)] if self.table.id is not None else [])]
        named += [(each.field, each.columns) for each in self.table.answers]
        found = {name: ReadFrom(self._shown(columns), name) for name, columns in named if columns is not None}
        for answer in (each for each in self.table.answers if each.field in found):
            field, read = fields[answer.field], found[answer.field]
            found.setdefault(field.answer + UNKNOWN, replace(read, field=field.answer + UNKNOWN))
            if field.item is None or not isinstance(field.item.type, Multi):
                continue
            members = field.item.type.members
            if field.member is None:
                reason = f"names what is none of its members, or none beside one; expected {', '.join(members)} or none"
                found |= {f"{field.answer}.{each}": replace(read, reason=reason) for each in members}
            elif field.member == NONE:
                first = f"{field.answer}.{members[0]}"
                reason = f"is not yes or no, or is none of them ({read.column}) beside one of them"
                found[first] = replace(found.get(first, read), reason=reason)
                found |= {name: read for each in members if (name := f"{field.answer}.{each}") not in found}
        return found

    def _shown(self, columns: Columns) -> str:
        there = [*dict.fromkeys(self.column(columns, number) for number in self.numbers)]
        used = [name for name in there if name is not None]
        return used[0] if len(used) == 1 else next(name for name in columns.names if NUMBER in name)

    def absent(self, answer: AnswerMap, column: str) -> Absent:
        """The codes for no answer in a column, with reasons: of the answer, else of the mapping, else of the file."""
        marked = {code: reason_of(label) for code, label in self.raw.missing.get(column, {}).items()}
        found = {**marked, **self.mapping.missing, **answer.missing}
        return {code: reason for code, reason in found.items() if code not in answer.values}

    # -- SQL -------------------------------------------------------------------------------------------------------

    def codes(self, field: Field, answer: AnswerMap, number: int | None, source: str) -> str:
        """The query for every different cell of an answer: the cell, what becomes of it, and how often it occurs."""
        assert answer.columns is not None
        cell = self._cell(answer.columns, number)
        where = " AND ".join([*self._where(), f"{cell} IS NOT NULL"])
        if isinstance(field.type, Multi):
            column = self.column(answer.columns, number)
            absent = self.absent(answer, column) if column is not None else {}
            if absent:
                where += f" AND {cell} NOT IN ({_listed(absent)})"
            told = f"unnest({_parts(cell, answer.separator or ' ', answer.values)})"
            return f"SELECT told, told, count(*) FROM (SELECT {told} AS told FROM {source} WHERE {where}) GROUP BY ALL"
        told = self._told(field, answer, number)
        inner = f"SELECT {cell} AS cell, {told} AS told FROM {source} WHERE {where}"
        return f"SELECT cell, told, count(*) FROM ({inner}) WHERE told IS NOT NULL GROUP BY ALL"

    def sql(self, source: str) -> str:
        """The query that makes the table of the layout."""
        where = " AND ".join(self._where()) or "true"
        if self.numbers == (None,):
            return f"SELECT {self._select(None)} FROM {source} WHERE {where} ORDER BY {self._order()}"
        parts = [
            f"SELECT {self._select(number)}, {number} AS {_NUMBER} FROM {source} "
            f"WHERE {where} AND ({' OR '.join(self._filled(number)) or 'false'})"
            for number in self.numbers
        ]
        union = " UNION ALL ".join(parts)
        return f"SELECT u.* EXCLUDE ({_NUMBER}) FROM ({union}) AS u ORDER BY {self._order()}, u.{_NUMBER}"

    def _order(self) -> str:
        """The rows as they stood; data that number them may do so in text."""
        return f"TRY_CAST({name_sql(ROW)} AS BIGINT), {name_sql(ROW)}" if ROW in self.raw.columns else name_sql(ROW)

    def _select(self, number: int | None) -> str:
        fields = fields_of(self.table.table)
        told = {answer.field: self._told(fields[answer.field], answer, number) for answer in self.table.answers}
        reasons = {answer.field: self._reason(answer, number) for answer in self.table.answers}
        made: dict[str, str] = {CASE: self._cell(self.table.case, number)}
        if self.table.table not in ("cases", DECISIONS):
            made[ID] = self._id(number)
        made |= {name: sql for name, sql in told.items() if not isinstance(fields[name].type, Multi)}
        for answer in self.table.answers:
            field = fields[answer.field]
            if isinstance(field.type, Multi):
                made |= self._parted(field, answer, number)
        for name in {field.answer for field in (fields[name] for name in told) if field.member == NONE}:
            made |= self._none(name, made.pop(f"{name}.{NONE}"), made)
        for name in dict.fromkeys(fields[each].answer for each in told):
            self._add_reason(name, made, [reasons[each] for each in told if fields[each].answer == name])
        ordered = [column for column in columns_of(self.table.table) if column in made and column != ROW]
        shown = [f"{made[column]} AS {name_sql(column)}" for column in ordered]
        return ", ".join([*shown, name_sql(ROW)])

    def _add_reason(self, name: str, made: dict[str, str], reasons: list[str | None]) -> None:
        """Beside an answer that may be missing for a reason stands the reason; never beside a value."""
        told = [reason for reason in reasons if reason is not None]
        if not told or name + UNKNOWN not in columns_of(self.table.table):
            return
        item = fields_of(self.table.table)[name].item
        columns = [f"{name}.{each}" for each in item.type.members] if item and isinstance(item.type, Multi) else [name]
        values = [made[column] for column in columns if column in made]
        reason = f"CASE WHEN coalesce({', '.join(values)}) IS NULL THEN coalesce({', '.join(told)}) END"
        explicit = made.get(name + UNKNOWN)
        made[name + UNKNOWN] = reason if explicit is None else f"coalesce({explicit}, {reason})"

    def _cell(self, columns: Columns | None, number: int | None) -> str:
        """The text of a cell in what `readable` made; nothing for an empty one."""
        column = None if columns is None else self.column(columns, number)
        if column is None:
            return NOTHING
        return f"CAST({name_sql(ROW)} AS VARCHAR)" if column == ROW else name_sql(column)

    def _id(self, number: int | None) -> str:
        about = TABLES[self.table.table]
        if self.table.id is not None:
            return self._told(Field(ID, None, ID), self.table.id, number)
        if number is not None:
            return text_sql(f"{about}-{number}")
        case = self._cell(self.table.case, number)
        return f"'{about}-' || row_number() OVER (PARTITION BY {case} ORDER BY {self._order()})"

    def _told(self, field: Field, answer: AnswerMap, number: int | None) -> str:
        """The value of an answer; nothing where its cell holds a code for no answer."""
        if answer.always is not None:
            return text_sql(answer.always)
        assert answer.columns is not None
        column = self.column(answer.columns, number)
        cell = self._cell(answer.columns, number)
        if column is None:
            return NOTHING
        value = _worded(cell, answer.values)
        match field.type:
            case Day():
                value = _day(cell, value, answer, answer.dates or self.mapping.dates)
            case Link(many=True):
                value = _ids(cell, answer)
            case Link() | None:
                value = _prefixed(value, answer.prefix, field)
        absent = self.absent(answer, column)
        return f"CASE WHEN {cell} IN ({_listed(absent)}) THEN NULL ELSE {value} END" if absent else value

    def _reason(self, answer: AnswerMap, number: int | None) -> str | None:
        """Why there is no answer; None where no code of any number says so."""
        told = [self._reason_in(answer, each) for each in self.numbers]
        return (self._reason_in(answer, number) or NOTHING) if any(told) else None

    def _reason_in(self, answer: AnswerMap, number: int | None) -> str | None:
        column = None if answer.columns is None else self.column(answer.columns, number)
        if column is None:
            return None
        by_reason: dict[str, list[str]] = {}
        for code, reason in self.absent(answer, column).items():
            if reason != "not_asked":
                by_reason.setdefault(reason, []).append(code)
        cell = self._cell(answer.columns, number)
        tests = [f"WHEN {cell} IN ({_listed(codes)}) THEN '{reason}'" for reason, codes in by_reason.items()]
        return f"CASE {' '.join(tests)} END" if tests else None

    def _parted(self, field: Field, answer: AnswerMap, number: int | None) -> dict[str, str]:
        """A text that names several members, as a column for each; what is no member goes where it will be refused."""
        assert isinstance(field.type, Multi)
        members = field.type.members
        if answer.always is not None:
            if answer.always == NONE:
                return {f"{field.name}.{each}": f"'{NO}'" for each in members}
            return {f"{field.name}.{answer.always}": f"'{YES}'"}
        assert answer.columns is not None
        assert answer.separator is not None
        column, cell = self.column(answer.columns, number), self._cell(answer.columns, number)
        if column is None:
            return {f"{field.name}.{each}": NOTHING for each in members}
        parts = _parts(cell, answer.separator, answer.values)
        strange = f"list_filter({parts}, lambda each: each NOT IN ({_listed(members)}))"
        alone = f"(len({parts}) = 1 AND {parts}[1] = '{NONE}')"
        absent = self.absent(answer, column)
        empty = f"{cell} IS NULL" + (f" OR {cell} IN ({_listed(absent)})" if absent else "")
        rest = f"'{NO}'" if answer.unlisted else "NULL"
        made = {}
        for number_, each in enumerate(members):
            wrong = "" if number_ else f"WHEN len({strange}) > 0 THEN {strange}[1] "
            made[f"{field.name}.{each}"] = (
                f"CASE WHEN {empty} THEN NULL WHEN {alone} THEN '{NO}' {wrong}"
                f"WHEN list_contains({parts}, {text_sql(each)}) THEN '{YES}' ELSE {rest} END"
            )
        return made

    def _none(self, name: str, told: str, made: Mapping[str, str]) -> dict[str, str]:
        """*None of these*: no for every member; beside a member that is told it goes where it will be refused."""
        item = fields_of(self.table.table)[name].item
        assert item is not None
        assert isinstance(item.type, Multi)
        columns = [f"{name}.{each}" for each in item.type.members]
        values = {column: made.get(column, NOTHING) for column in columns}
        any_yes = " OR ".join(f"{value} = '{YES}'" for value in values.values())
        found = {
            column: f"CASE WHEN {told} = '{YES}' THEN coalesce({value}, '{NO}') ELSE {value} END"
            for column, value in values.items()
        }
        first = columns[0]
        found[first] = f"CASE WHEN {told} = '{YES}' AND ({any_yes}) THEN '{NONE}' ELSE {found[first]} END"
        return found

    def _where(self) -> Iterator[str]:
        for columns, texts in self.table.where:
            yield f"coalesce({self._cell(columns, None)}, '') IN ({_listed(texts)})"

    def _filled(self, number: int | None) -> Iterator[str]:
        """Tests of which one holds where there is a record of this number: a cell with more than a missing code."""
        for answer in (self.table.id, *self.table.answers):
            if answer is None or answer.columns is None:
                continue
            column = self.column(answer.columns, number)
            if column is None or not any(NUMBER in name for name in answer.columns.names):
                continue
            cell = self._cell(answer.columns, number)
            absent = self.absent(answer, column)
            yield f"({cell} IS NOT NULL" + (f" AND {cell} NOT IN ({_listed(absent)}))" if absent else ")")


_NUMBER: Final = name_sql("number of the record")


def studied_table(table: TableMap, data: Mapping[str, Raw], mapping: StudyMapping) -> Studied:
    """Find the table and the columns that a table of the mapping reads."""
    raw, faults = _raw_of(table, data)
    if raw is None:
        return Studied(mapping, table, Raw("", None, ()), (None,), {}, faults)
    found: dict[tuple[str, int | None], str] = {}
    for columns in table.columns():
        here: dict[tuple[str, int | None], str] = {}
        for what, column in _resolved(columns, raw):
            if here.setdefault(what, column) != column:
                message = f"are both number {what[1]} of {what[0]}: which of them holds the answer cannot be told"
                path = f"{raw.place}: {here[what]}, {column}"
                faults.append(Fault("C191", path, message, columns.place, "one column a number"))
        found |= here
        if not here:
            near = nearest(columns.names[0].replace(NUMBER, "1"), raw.columns) if columns.names else None
            message = f"names no column of {raw.place}"
            faults.append(Fault("C186", ", ".join(columns.names), message, columns.place, None, near))
    numbers = sorted({number for _, number in found if number is not None})
    return Studied(mapping, table, raw, tuple(numbers) or (None,), found, faults)


def _raw_of(table: TableMap, data: Mapping[str, Raw]) -> tuple[Raw | None, list[Fault]]:
    wanted = table.source if table.source is not None else table.table
    if wanted in data:
        return data[wanted], []
    if table.source is None and len(data) == 1:
        return next(iter(data.values())), []
    names = ", ".join(data)
    path = f"tables.{table.table}"
    if table.source is None:
        message = "does not say which table of the data it reads"
        return None, [Fault("C188", path, message, table.place, f"`from`, one of {names}")]
    message = "reads a table that the data do not have"
    return None, [Fault("C188", path, message, table.place, f"one of {names}", nearest(wanted, data))]


def _resolved(columns: Columns, raw: Raw) -> Iterator[tuple[tuple[str, int | None], str]]:
    """The columns of the data with one of these names, by number."""
    there = set(raw.columns)
    for name in columns.names:
        if NUMBER not in name:
            if name in there:
                yield (name, None), name
            continue
        pattern = re.compile("([0-9]{1,4})".join(re.escape(part) for part in name.split(NUMBER)) + r"\Z")
        for column in raw.columns:
            told = pattern.match(column)
            if told and len({int(each) for each in told.groups()}) == 1:
                yield (name, int(told[1])), column


def _listed(codes: Iterable[str]) -> str:
    return ", ".join(text_sql(code) for code in codes)


def _worded(cell: str, values: Mapping[str, str]) -> str:
    if not values:
        return cell
    tests = " ".join(f"WHEN {text_sql(code)} THEN {text_sql(word)}" for code, word in values.items())
    return f"CASE {cell} {tests} ELSE {cell} END"


def _day(cell: str, value: str, answer: AnswerMap, formats: tuple[str, ...]) -> str:
    """A day as the layout writes it: read by the formats, or a number of days before something."""
    about = "'about ' || " if answer.about else ""
    if answer.lag is not None:
        number = f"TRY_CAST({cell} AS BIGINT)"
        counted = f"CAST({'-' if answer.lag.after else ''}{number} AS VARCHAR)"
        told = f"{about}{counted} || {text_sql(f' {answer.lag.unit} before {answer.lag.anchor}')}"
        return f"CASE WHEN regexp_full_match({cell}, '-?[0-9]{{1,6}}') THEN {told} ELSE {value} END"
    read = [f"strftime(try_strptime({cell}, {text_sql(told)}), '{'-'.join(_precision(told))}')" for told in formats]
    text = f"coalesce({', '.join([*read, value])})" if read else value
    return f"CASE WHEN regexp_matches({text}, '^[0-9]{{4}}') THEN {about}{text} ELSE {text} END" if about else text


def _precision(told: str) -> list[str]:
    """How exact a day in this format is: %Y, %Y-%m or %Y-%m-%d."""
    month = "%m" in told or "%b" in told or "%B" in told
    return ["%Y", *(["%m"] if month or "%j" in told else []), *(["%d"] if "%d" in told else [])]


def _prefixed(value: str, prefix: str, field: Field) -> str:
    """An id with its prefix; `none` and the isolation picture have none."""
    if not prefix:
        return value
    kept = "" if field.type is None else f"WHEN {value} IN ('{NONE}', 'isolation') THEN {value} "
    return f"CASE WHEN {value} IS NULL THEN NULL {kept}ELSE {text_sql(prefix)} || {value} END"


def _parts(cell: str, separator: str, values: Mapping[str, str]) -> str:
    split = f"list_transform(str_split({cell}, {text_sql(separator)}), lambda each: trim(each))"
    told = f"list_filter({split}, lambda each: each <> '')"
    return f"list_transform({told}, lambda each: {_worded('each', values)})" if values else told


def _ids(cell: str, answer: AnswerMap) -> str:
    parts = _parts(cell, answer.separator or " ", answer.values)
    if answer.prefix:
        named = f"CASE WHEN each IN ('{NONE}', 'isolation') THEN each ELSE {text_sql(answer.prefix)} || each END"
        parts = f"list_transform({parts}, lambda each: {named})"
    return f"CASE WHEN {cell} IS NULL THEN NULL ELSE array_to_string({parts}, ' ') END"
