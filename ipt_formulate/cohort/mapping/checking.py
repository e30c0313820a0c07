"""Does a mapping fit the data: what is not read, which codes does it not know, and which answers can there be at all?

Codes are counted, never with the case they came from. The values of numbers, days and ids are not repeated at all.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from ipt_formulate.cohort.days import day_to_wire
from ipt_formulate.cohort.faults import CohortError
from ipt_formulate.cohort.layout import DECISIONS, SOURCE, TABLES, UNKNOWN
from ipt_formulate.cohort.mapping.fields import Field, fields_of
from ipt_formulate.cohort.mapping.model import NONE, AnswerMap, StudyMapping
from ipt_formulate.cohort.sources.mapped import Studied, readable, studied_table
from ipt_formulate.cohort.sources.opening import read
from ipt_formulate.cohort.sources.raw import Raw
from ipt_formulate.cohort.sources.spool import Spool, name_sql
from ipt_formulate.intake.types import Choice, Day, Link, Multi, Number, Text, Tri
from ipt_formulate.reading import nearest

Kind = Literal["unmapped_column", "unknown_code", "broken_line", "read_twice", "ignored_and_absent", "never_fires"]
TO_MEND: Final[frozenset[Kind]] = frozenset({"unmapped_column", "unknown_code", "broken_line"})
"""What is wrong, or was probably overlooked; everything else may well be meant."""
MOST_CODES: Final = 20
"""Codes of one column that are listed."""
LONGEST_CODE: Final = 24
"""Characters; what is longer may be what somebody said."""


@dataclass(frozen=True, slots=True)
class Misfit:
    """One thing that does not fit.

    Attributes
    ----------
    kind
        What sort of thing.
    where
        The column of the data, or the rule.
    message
        What is wrong, in words.
    counts
        Codes with how often each occurs; empty where values are not repeated.
    nearest
        The right name that was probably meant.
    names
        The column alone; of a rule the answers that it lacks.
    """

    kind: Kind
    where: str
    message: str
    counts: Mapping[str, int] | None = None
    nearest: str | None = None
    names: tuple[str, ...] = ()

    @property
    def to_mend(self) -> bool:
        """Whether it is wrong, or was probably overlooked."""
        return self.kind in TO_MEND


def misfits(mapping: StudyMapping, where: str | os.PathLike[str], encoding: str | None = None) -> list[Misfit]:
    """Everything in which a mapping and the data do not fit.

    Raises
    ------
    CohortError
        If the data cannot be read, or do not have a column or table that the mapping names.
    """
    spool = Spool()
    try:
        data = read(where, spool, encoding, mapped=True)
        studied = {name: studied_table(table, data, mapping) for name, table in mapping.tables.items()}
        faults = [fault for each in studied.values() for fault in each.faults]
        if faults:
            raise CohortError(faults)
        found = [*_unmapped(mapping, data, studied), *_twice(studied)]
        for raw in data.values():
            found += [
                Misfit("broken_line", f"{raw.place}: row {each.row}", each.faults[0].message) for each in raw.rejects
            ]
        for each in studied.values():
            found += _codes(each, spool)
        return found
    finally:
        spool.close()


def answers_there(mapping: StudyMapping) -> dict[str, list[str]]:
    """The answers that a study has, by kind of record, as `analysis.never_firing` takes them."""
    there: dict[str, list[str]] = {"case": [], "isolation": []}
    for name, table in mapping.tables.items():
        if name == DECISIONS:
            there["case"].append(DECISIONS)
            continue
        fields = fields_of(name)
        told = there.setdefault(TABLES[name], [])
        for answer in table.answers:
            if answer.field.endswith((UNKNOWN, SOURCE)):
                continue
            field = fields[answer.field].answer
            part, _, rest = field.partition(".")
            if name == "cases" and part == "isolation":
                there["isolation"].append(rest)
            else:
                told.append(field)
    return {about: [*dict.fromkeys(told)] for about, told in there.items()}


def _unmapped(mapping: StudyMapping, data: Mapping[str, Raw], studied: Mapping[str, Studied]) -> Iterator[Misfit]:
    read_from: dict[str, set[str]] = {}
    for each in studied.values():
        read_from.setdefault(each.raw.place, set()).update(each.read())
    for name, raw in data.items():
        here = read_from.get(raw.place)
        if here is None:
            if name not in mapping.ignored:
                yield Misfit("unmapped_column", raw.place, "is a table that is neither read nor ignored")
            continue
        for column in raw.columns:
            if column not in here and column not in mapping.ignored:
                where = f"{raw.place}: {column}"
                yield Misfit("unmapped_column", where, "is neither read nor ignored", names=(column,))
    columns = {column for raw in data.values() for column in (*raw.columns, *data)}
    for name in mapping.ignored:
        if name not in columns:
            near = nearest(name, columns)
            message = "is ignored, and the data do not have it"
            yield Misfit("ignored_and_absent", name, message, None, near, (name,))


def _twice(studied: Mapping[str, Studied]) -> Iterator[Misfit]:
    """Columns from which more than one answer is filled. Days and their reasons may well share one."""
    users: dict[tuple[str, str], list[str]] = {}
    for name, each in studied.items():
        for answer in each.table.answers:
            for number in each.numbers:
                column = None if answer.columns is None else each.column(answer.columns, number)
                if column is not None:
                    users.setdefault((each.raw.place, column), []).append(f"{name}.{answer.field}")
    for (place, column), fields in users.items():
        told = [*dict.fromkeys(fields)]
        if len(told) > 1 and len({field.removesuffix(UNKNOWN) for field in told}) > 1:
            yield Misfit("read_twice", f"{place}: {column}", f"fills several answers: {', '.join(told)}")


def _codes(studied: Studied, spool: Spool) -> Iterator[Misfit]:
    # Worked out once: each of hundreds of questions would else begin with reading every cell of every column.
    source = name_sql("cells to check")
    spool.connection.execute(f"CREATE OR REPLACE TEMP TABLE {source} AS SELECT * FROM {readable(studied, spool)}")
    fields = fields_of(studied.table.table)
    for answer in studied.table.answers:
        field = fields[answer.field]
        if answer.columns is None or isinstance(field.type, Link | Text | None):
            continue
        for number in studied.numbers:
            column = studied.column(answer.columns, number)
            if column is None:
                continue
            rows = spool.connection.execute(studied.codes(field, answer, number, source)).fetchall()
            wrong = {code: count for code, told, count in rows if not _fits(field, told)}
            if wrong:
                yield _unknown(studied, field, answer, column, wrong)


def _unknown(studied: Studied, field: Field, answer: AnswerMap, column: str, wrong: Mapping[str, int]) -> Misfit:
    where = f"{studied.raw.place}: {column}"
    cells = sum(wrong.values())
    told = f"{len(wrong)} values in {cells} cells" if len(wrong) > 1 else f"one value in {_cells(cells)}"
    message = f"{told} cannot be {answer.field}; to be told in `values` or `missing`"
    if isinstance(field.type, Number | Day):
        kind = field.type.describe()
        return Misfit("unknown_code", where, f"{message}; expected {kind}")
    codes = sorted(
        (each for each in wrong.items() if len(each[0]) <= LONGEST_CODE), key=lambda each: (-each[1], each[0])
    )
    longer = len(wrong) - len(codes)
    if longer:
        message += f"; {longer} longer than {LONGEST_CODE} characters, which are not repeated"
    return Misfit("unknown_code", where, message, dict(codes[:MOST_CODES]))


def _cells(count: int) -> str:
    return "one cell" if count == 1 else f"{count} cells"


def _fits(field: Field, told: Any) -> bool:
    match field.type:
        case Day():
            return field.misfit(day_to_wire(told)) is None
        case Multi(members):
            return told in (*members, NONE)
        case Tri() | Choice() | Number():
            return field.misfit(told) is None
    return True
