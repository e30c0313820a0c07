"""Which columns does a table give the rules, and which tests must its rows pass, as far as one row can tell?

Only what the rules read is encoded (`ipt_formulate.engines.columns.encoding`); every column is tested. Days and ids
stay texts here, until they are looked up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import narwhals.stable.v2 as nw

from ipt_formulate.cohort.entry import cells
from ipt_formulate.cohort.entry.cells import Column, Reading
from ipt_formulate.cohort.entry.faults import (
    CASE_TEXT,
    GIVEN_ROW,
    MISSING,
    NO_CASE,
    NO_ID,
    NOT_ASKED,
    SCORE,
    VALUE_AND_REASON,
    Test,
    any_of,
)
from ipt_formulate.cohort.entry.names import plain, raw
from ipt_formulate.cohort.layout import (
    CASE,
    DECISIONS,
    ID,
    NAMED,
    ROW,
    SOURCE,
    TABLES,
    UNKNOWN,
    items_of,
    marks_of,
)
from ipt_formulate.engines.columns.encoding import SOURCES, columns_of, least, member, most, source
from ipt_formulate.engines.columns.plan import Plan
from ipt_formulate.engines.columns.tables import ISOLATION
from ipt_formulate.intake.answer import ABSENCES
from ipt_formulate.intake.checks import SCORES
from ipt_formulate.intake.decision import DECISIONS as DECIDED
from ipt_formulate.intake.items import SECTIONS
from ipt_formulate.intake.situation import ID_PATTERN, RESERVED_IDS
from ipt_formulate.intake.types import UNKNOWN as UNKNOWN_WORD
from ipt_formulate.intake.types import AnswerType, Choice, Day, Link, Multi, Number, Text, Tri
from ipt_formulate.intake.wishes import AREAS
from ipt_formulate.logic.truth import NO, YES
from ipt_formulate.logic.truth import UNKNOWN as OPEN
from ipt_formulate.rulebook.nodes import About, Sign

LISTED: Final = "not asked/"
"""Prefix of the column that is true where a case says that a list was not asked about."""
LONGEST_NAME: Final = 200
LATER: Final = ("phase", "still_to_come")
"""Answers that the tests of days read."""
_ID: Final = ID_PATTERN.removesuffix("$") + cells.END
_YES_NO: Final = ("yes", "no")


@dataclass(slots=True)
class Reader:
    """What is read from a table: columns made first (`before`), columns kept, tests, and texts to look up."""

    table: str
    columns: Mapping[str, Column]
    plan: Plan
    before: list[nw.Expr] = field(default_factory=list)
    kept: list[nw.Expr] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    """Names of encoded columns, in their order."""
    tests: list[Test] = field(default_factory=list)
    days: dict[str, Day] = field(default_factory=dict)
    links: dict[str, Link] = field(default_factory=dict)

    def bad(self) -> nw.Expr:
        """Does a row fail any test?"""
        return any_of([test.holds for test in self.tests])

    def told(self, name: str) -> bool:
        return name in self.columns

    def encode(self, name: str, value: nw.Expr) -> None:
        self.kept.append(value.alias(plain(name)))
        self.names.append(name)

    def raw(self, name: str, value: nw.Expr) -> None:
        self.kept.append(value.alias(raw(name)))


def reader_of(table: str, columns: Mapping[str, Column], plan: Plan, there: frozenset[str]) -> Reader:
    """Read a table that has these columns. `there`: the tables of the cohort."""
    reader = Reader(table, columns, plan)
    case = cells.names(columns[CASE])
    reader.before.append(case.value.alias(CASE_TEXT))
    given = nw.col(ROW) if ROW in columns and columns[ROW].type.is_integer() else nw.col("_n")
    reader.before.append(given.cast(nw.Int64).alias(GIVEN_ROW))
    reader.tests += case.tests
    if table == "cases":
        length = nw.col(CASE_TEXT).str.len_chars()
        reason = f"is no id of a case; expected a text of 1 to {LONGEST_NAME} characters"
        reader.tests.append(Test(CASE, NO_CASE, reason, nw.col(CASE_TEXT).is_null() | (length > LONGEST_NAME)))
        for section in SECTIONS.values():
            if section in there:
                _marks(reader, section)
    if table == DECISIONS:
        _decision(reader)
        return reader
    if table != "cases":
        _named(reader)
    for name, item in items_of(table).items():
        _answer(reader, name, item.type)
    _scores(reader)
    return reader


# -- answers ----------------------------------------------------------------------------------------------------------


def _answer(reader: Reader, name: str, kind: AnswerType) -> None:
    about, prefix, sign = place_of(reader.table, name)
    out, read = prefix + sign, sign in reader.plan.fields[about]
    values = _value_columns(reader, name, kind)
    _beside(reader, name, values)
    if Sign(about, sign) in reader.plan.sources and reader.told(name + SOURCE):
        reader.encode(source(out), _who(reader.columns[name + SOURCE]))
    if not values:
        return
    if isinstance(kind, Multi):
        _members(reader, out if read else None, kind, values)
        return
    reading = _reading(kind, values[""])
    reader.tests += reading.tests
    value = reading.value
    if name in LATER or isinstance(kind, Day | Link):
        reader.raw(name, value)
    match kind:
        case Day():
            reader.days[name] = kind
        case Link():
            reader.links[name] = kind
    if read:
        _encode(reader, name, out, kind, value)


def _reading(kind: AnswerType, column: Column) -> Reading:
    match kind:
        case Choice(members=members):
            return cells.words(column, members)
        case Number():
            return cells.whole_number(column, kind)
        case Day():
            return cells.day(column, kind.describe())
        case Link(many=many):
            reading = cells.ids(column, kind.describe())
            blank = Test(column.name, NO_ID, "is blank; expected ids, or an empty cell", cells.is_blank(reading.value))
            return Reading(reading.value, [*reading.tests, *([blank] if many else [])])
        case Text():
            there = nw.when(column.told()).then(nw.lit("yes"))
            return Reading(there, cells.free_text(column))
        case _:
            return cells.words(column, _YES_NO)


def _encode(reader: Reader, name: str, out: str, kind: AnswerType, value: nw.Expr) -> None:
    """The possible set of one answer; days and the records that links name are added when they were looked up."""
    match kind:
        case Choice(members=members):
            unknown = plain(f"open/{name}")
            known = value.is_in(list(members))
            reader.before.append(nw.when(known).then(nw.lit(False)).otherwise(nw.lit(True)).alias(unknown))
            for each in members:
                possible = (value == each) | nw.col(unknown)
                reader.encode(member(out, each), nw.when(possible).then(_small(1)).otherwise(_small(0)))
        case Number(least=low, most=high):
            for end, limit in ((least(out), low), (most(out), high)):
                assert limit is not None
                reader.encode(end, value.fill_null(limit).cast(nw.Int64))
        case Link():
            empty = value.is_null() | (value == UNKNOWN_WORD)
            none = nw.when(value == "none").then(_small(NO)).otherwise(_small(YES))
            reader.encode(columns_of(out, kind)[0], nw.when(empty).then(_small(OPEN)).otherwise(none))
        case Tri() | Text():
            reader.encode(columns_of(out, kind)[0], _truth(value))


def _members(reader: Reader, out: str | None, kind: Multi, values: Mapping[str, Column]) -> None:
    """A multi-choice answer, one column a member; nothing is known of a member without a column."""
    for each in kind.members:
        truth = _small(OPEN)
        if each in values:
            reading = cells.words(values[each], _YES_NO)
            reader.tests += reading.tests
            truth = _truth(reading.value)
        if out is not None:
            reader.encode(member(out, each), truth)


def _who(column: Column) -> nw.Expr:
    """Who gave an answer, as a number; 0 where that is not told."""
    given = cells.words(column, tuple(SOURCES), or_unknown=False).value
    code = _small(0)
    for word, number in SOURCES.items():
        code = nw.when(given == word).then(_small(number)).otherwise(code)
    return code


def place_of(table: str, name: str) -> tuple[About, str, str]:
    """Kind of record, prefix of its columns in the encoded table, name of the sign."""
    if name.startswith("isolation."):
        return "isolation", ISOLATION, name.removeprefix("isolation.")
    about: About = TABLES[table]  # type: ignore[assignment]
    return about, "", name


def _value_columns(reader: Reader, name: str, kind: AnswerType) -> dict[str, Column]:
    """The columns that hold the value: one, or one for each member."""
    if isinstance(kind, Multi):
        return {each: reader.columns[f"{name}.{each}"] for each in kind.members if reader.told(f"{name}.{each}")}
    return {"": reader.columns[name]} if reader.told(name) else {}


def _beside(reader: Reader, name: str, values: Mapping[str, Column]) -> None:
    """Why an answer is missing, and who gave it."""
    for ending, known in ((UNKNOWN, ABSENCES), (SOURCE, tuple(SOURCES))):
        if reader.told(name + ending):
            reader.tests += cells.words(reader.columns[name + ending], known, or_unknown=False).tests
    if reader.told(name + UNKNOWN) and values:
        told = any_of([column.told() for column in values.values()])
        both = told & reader.columns[name + UNKNOWN].told()
        reason = "says why there is no answer, yet there is one; expected one of the two"
        reader.tests.append(Test(name + UNKNOWN, VALUE_AND_REASON, reason, both))


def _truth(told: nw.Expr) -> nw.Expr:
    no = nw.when(told == "no").then(_small(NO)).otherwise(_small(OPEN))
    return nw.when(told == "yes").then(_small(YES)).otherwise(no)


def _small(value: int) -> nw.Expr:
    return nw.lit(value, dtype=nw.Int8)


def _scores(reader: Reader) -> None:
    items = items_of(reader.table)
    for name, item in items.items():
        score = name.replace("_instrument", "_score")
        if score == name or score not in items or not (reader.told(name) and reader.told(score)):
            continue
        assert isinstance(item.type, Choice)
        number = items[score].type
        assert isinstance(number, Number)
        given = cells.words(reader.columns[name], item.type.members).value
        value = cells.whole_number(reader.columns[score], number).value
        for instrument in item.type.members:
            if instrument in SCORES:
                low, high = SCORES[instrument]
                outside = (given == instrument) & ((value < low) | (value > high))
                reason = f"is outside what the instrument can give; expected {low}..{high} for {instrument}"
                reader.tests.append(Test(score, SCORE, reason, outside))


# -- what is no answer ------------------------------------------------------------------------------------------------


def _marks(reader: Reader, section: str) -> None:
    """Was a list asked about, and is it complete?"""
    told = {}
    for name in marks_of(section):
        values = _value_columns(reader, name, Tri())
        _beside(reader, name, values)
        reading = cells.words(values[""], _YES_NO) if values else Reading(nw.lit(None, dtype=nw.String))
        reader.tests += reading.tests
        told[name.partition(".")[2]] = reading.value
    not_asked, complete = told["asked"] == "no", told["complete"]
    wrong = not_asked & (complete == "yes")
    reason = "cannot be complete when it was not asked about"
    reader.tests.append(Test(f"{section}.complete", NOT_ASKED, reason, wrong))
    reader.kept.append(any_of([not_asked]).alias(LISTED + section))
    if f"{section}_complete" in reader.plan.fields["case"]:
        asked = nw.when(not_asked).then(_small(NO)).otherwise(_truth(complete))
        reader.encode(f"{section}_complete", asked)


def _named(reader: Reader) -> None:
    """Id, label, and where a record comes from."""
    told = cells.ids(reader.columns[ID], "the id of a record")
    right = told.value.str.contains(_ID) & ~told.value.is_in(sorted(RESERVED_IDS))
    reason = (
        "is no id of a record; expected a small letter, then small letters, digits, - or _, at most 40 in all, "
        f"and not {', '.join(sorted(RESERVED_IDS))}"
    )
    reader.tests.append(Test(ID, NO_ID, reason, told.value.is_null() | ~right))
    reader.raw(ID, told.value)
    if reader.told("label"):
        reader.tests += cells.free_text(reader.columns["label"], LONGEST_NAME, blank=True)
    for name in NAMED[1:]:
        if reader.told(name):
            reading = cells.ids(reader.columns[name], "the id of a loss, conflict or change")
            reader.tests += reading.tests
            reader.raw(name, reading.value)
            reader.links[name] = Link(("loss", "conflict", "change"), many=name == "same_event")


def _decision(reader: Reader) -> None:
    readings: dict[str, Reading] = {
        "situation": cells.ids(reader.columns["situation"], "the id of a record, or isolation"),
        "area": cells.words(reader.columns["area"], AREAS, or_unknown=False),
        "decision": cells.words(reader.columns["decision"], DECIDED, or_unknown=False),
    }
    for name, reading in readings.items():
        reader.tests += reading.tests
        reader.tests.append(Test(name, MISSING, "is missing", ~any_of([reader.columns[name].told()])))
        reader.raw(name, reading.value)
    reader.links["situation"] = Link(("loss", "conflict", "change", "isolation"))
    if reader.told("by"):
        reader.tests += cells.free_text(reader.columns["by"], LONGEST_NAME, blank=True)
    if reader.told("reason"):
        reader.tests += cells.free_text(reader.columns["reason"])
    if reader.told("when"):
        kind = Day(("calendar", "before_assessment"), may_come=True)
        reading = cells.day(reader.columns["when"], kind.describe(), or_unknown=False)
        reader.tests += reading.tests
        reader.days["when"] = kind
        reader.raw("when", reading.value)
