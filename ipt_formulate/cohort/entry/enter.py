"""How do tables go in: tested, looked up, encoded, and without the cases that cannot be used?

Four steps. What one row can tell (`answers.py`); days and ids looked up (`days.py`, `references.py`); what rows tell
together (`calendar.py`); and out go the cases in which anything is wrong, with all their rows. A record without a case
may be of any case: its list is then complete for none.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import narwhals.stable.v2 as nw

from ipt_formulate.cohort.entry import references as ids
from ipt_formulate.cohort.entry.answers import LISTED, Reader, place_of, reader_of
from ipt_formulate.cohort.entry.backends import NUMBER, Frame, kept, opened
from ipt_formulate.cohort.entry.calendar import ASSESSED, ONSET, known_days, tests_of_days
from ipt_formulate.cohort.entry.cells import Column
from ipt_formulate.cohort.entry.days import FRAME, LEAST, MOST, TEXT, dictionary
from ipt_formulate.cohort.entry.faults import (
    CASE_TEXT,
    GIVEN_ROW,
    NOT_ASKED,
    REJECTS,
    ROUND,
    SAME_ID,
    STRAY,
    TWICE,
    Test,
    any_of,
    line,
    listed,
)
from ipt_formulate.cohort.entry.names import frame, least, most, named, plain, raw
from ipt_formulate.cohort.entry.references import CASE_NUMBER, RECORD, STEP, References
from ipt_formulate.cohort.faults import CohortError
from ipt_formulate.cohort.layout import CASE, DECISION, DECISIONS, ID, TABLES, columns_of
from ipt_formulate.engines.columns import encoding
from ipt_formulate.engines.columns.encoding import NO_FRAME, member, target
from ipt_formulate.engines.columns.plan import Plan
from ipt_formulate.engines.columns.tables import ISOLATION
from ipt_formulate.logic.truth import NO, UNKNOWN, YES
from ipt_formulate.reading import Fault, nearest
from ipt_formulate.rulebook.nodes import About

_NEEDED: Final[Mapping[str, tuple[str, ...]]] = {
    "cases": (CASE,),
    DECISIONS: (CASE, *DECISION[:3]),
    **{table: (CASE, ID) for table in TABLES if table != "cases"},
}
_DAYS_OF_CASE: Final = tuple(end(name) for name in (ASSESSED, ONSET) for end in (least, most))
_DECIDED: Final = "decided."
_ORIGIN: Final = "from"
_SAME_EVENT: Final = "same_event"
_BAD: Final = "bad"


@dataclass(frozen=True, slots=True)
class Entered:
    """What went in.

    Attributes
    ----------
    tables
        The encoded tables by kind (``case``, ``loss`` ...) for `ColumnsEngine.run`, native frames of the backend that
        the cohort came from. `case` is a number, the same in all tables; `name` in the table of cases is the id of the
        case.
    rejects
        One row a fault: case, table, row, column, code, reason; never a value. A native frame. `row` is the row of the
        source where that was told, else the number of the row in its table.
    cases, rejected
        How many cases went in, and how many rows of the table of cases did not.
    opened
        The lists that are complete for no case, since a record without a case stands among the rejects, or since they
        were given as such.
    """

    tables: dict[str, Any]
    rejects: Any
    cases: int
    rejected: int
    opened: tuple[str, ...] = ()


def enter(tables: Mapping[str, Any], plan: Plan, opened_lists: Collection[str] = ()) -> Entered:
    """Test and encode the tables of a cohort.

    Parameters
    ----------
    tables
        By name: ``cases``, and as there are ``losses``, ``conflicts``, ``changes``, ``people``, ``decisions``. All of
        one backend: Polars, DuckDB relations, PyArrow, pandas. A table that is missing was not asked for.
    plan
        Which answers the rules read.
    opened_lists
        Lists of which records were lost elsewhere, of whatever case.

    Raises
    ------
    CohortError
        If a table cannot be used at all: an unknown name or column, no column of case ids, a column of mixed types.
    """
    _check_names(tables)
    given = opened(tables)
    readers = {name: _reader(name, each, plan, frozenset(given)) for name, each in given.items()}
    read = {name: _read(given[name], reader) for name, reader in readers.items()}
    lines = _Lines(given, readers)
    for name, each in read.items():
        lines.add_bad(name, each)
    known = _days_known(readers, read)
    looked = {name: _with_days(each, readers[name], known) for name, each in read.items()}
    told = _cases(looked["cases"], readers["cases"], lines)
    records = {"cases": told.cases}
    for name, each in looked.items():
        if name != "cases":
            records[name] = _records(name, each, readers[name], told, lines)
    references = _references(readers, records, lines, opened_lists)
    lines.found(records)
    rejects = lines.all()
    strays = [*rejects.filter(nw.col("code") == STRAY).select("table").unique().collect()["table"]]
    open_ = {*strays, *opened_lists} - {DECISIONS}
    records["cases"] = _opened(records["cases"], readers["cases"], open_)
    wrong = lines.wrong_cases()
    if wrong is not None:
        records = {name: kept(each.join(wrong, on=[CASE_NUMBER], how="anti")) for name, each in records.items()}
    encoded = _encoded(records, readers, references, plan)
    cases = _count(encoded["case"])
    native = {about: each.to_native() for about, each in encoded.items()}
    rejected = _count(read["cases"]) - cases
    return Entered(native, rejects.to_native(), cases, rejected, tuple(sorted(open_, key=[*TABLES].index)))


# -- before anything is read ------------------------------------------------------------------------------------------


def _check_names(tables: Mapping[str, Any]) -> None:
    names = (*TABLES, DECISIONS)
    faults = [
        Fault("C152", name, "is no table of a cohort", None, f"one of {', '.join(names)}", nearest(name, names))
        for name in tables
        if name not in names
    ]
    if "cases" not in tables:
        faults.append(Fault("C153", "cases", "is missing", None, "a table with one row a case"))
    if faults:
        raise CohortError(faults)


def _reader(table: str, given: Frame, plan: Plan, there: frozenset[str]) -> Reader:
    known = columns_of(table)
    names = {plain(name): name for name in known}
    schema = given.collect_schema()
    columns = {
        names.get(name, name): Column(names.get(name, name), kind) for name, kind in schema.items() if name != NUMBER
    }
    faults = [
        Fault("C104", f"{table}: {name}", "is no column of this table", None, None, nearest(name, known))
        for name in columns
        if name not in known
    ]
    faults += [
        Fault("C154", f"{table}: {name}", "is missing", None, "a column of ids" if name in (CASE, ID) else None)
        for name in _NEEDED[table]
        if name not in columns
    ]
    faults += [
        Fault("C151", f"{table}: {column.name}", "is of a type that holds no answers", None,
              "text, whole numbers, truth values or dates")
        for column in columns.values()
        if column.name in known and not column.can_be_read()
    ]  # fmt: skip
    if faults:
        raise CohortError(faults)
    return reader_of(table, columns, plan, there)


# -- what one row can tell --------------------------------------------------------------------------------------------


def _read(given: Frame, reader: Reader) -> Frame:
    made = given.with_columns(*reader.before)
    return kept(made.select(NUMBER, CASE_TEXT, GIVEN_ROW, reader.bad().alias(_BAD), *reader.kept))


def _days_known(readers: Mapping[str, Reader], read: Mapping[str, Frame]) -> Frame | None:
    parts = [
        read[table].select(nw.col(raw(name)).alias(TEXT)) for table, reader in readers.items() for name in reader.days
    ]
    return dictionary(parts) if parts else None


def _with_days(read: Frame, reader: Reader, known: Frame | None) -> Frame:
    for name in reader.days:
        assert known is not None
        days = known.select(
            nw.col(TEXT).alias(raw(name)),
            nw.col(FRAME).alias(frame(name)),
            nw.col(LEAST).alias(least(name)),
            nw.col(MOST).alias(most(name)),
        )
        read = read.join(days, on=[raw(name)], how="left")
    return read


# -- the faults -------------------------------------------------------------------------------------------------------


class _Lines:
    """The faults of all tables as they are found, and the cases that they are in."""

    def __init__(self, given: Mapping[str, Frame], readers: Mapping[str, Reader]) -> None:
        self._given = given
        self._readers = readers
        self._parts: list[Frame] = []
        self._numbers: list[tuple[str, Frame]] = []
        self._wrong: list[Frame] = []

    def add_bad(self, table: str, read: Frame) -> None:
        """The rows that fail a test of one row."""
        bad = read.filter(nw.col(_BAD)).select(NUMBER)
        if _count(bad) == 0:
            return
        reader = self._readers[table]
        rows = self._given[table].join(bad, on=[NUMBER], how="semi").with_columns(*reader.before)
        self._parts += listed(table, rows, reader.tests)
        self._numbers.append((table, bad))

    def add(self, table: str, rows: Frame, tests: Sequence[Test]) -> None:
        """The rows that fail one of these tests."""
        if not tests:
            return
        bad = kept(rows.filter(any_of([test.holds for test in tests])))
        if _count(bad):
            self._parts += listed(table, bad, tests)
            self._numbers.append((table, bad.select(NUMBER)))

    def add_rows(self, table: str, rows: Frame, column: str, code: str, reason: str) -> None:
        """These rows are wrong in this way."""
        self._parts.append(line(table, rows, column, code, reason))
        self._numbers.append((table, rows.select(NUMBER)))

    def found(self, records: Mapping[str, Frame]) -> None:
        """Tell the cases of the rows that are wrong."""
        for table, numbers in self._numbers:
            if table in records:
                self._wrong.append(records[table].join(numbers, on=[NUMBER], how="semi").select(CASE_NUMBER))

    def wrong_cases(self) -> Frame | None:
        """The numbers of the cases in which anything is wrong."""
        return kept(nw.concat(self._wrong, how="vertical").unique()) if self._wrong else None

    def all(self) -> Frame:
        """Every fault, one row each."""
        parts = self._parts or [line("", self._nothing(), "", "", "")]
        return kept(nw.concat(parts, how="vertical").select(*REJECTS).unique())

    def _nothing(self) -> Frame:
        cases = self._given["cases"]
        return cases.with_columns(*self._readers["cases"].before).filter(nw.col(NUMBER) < 0)


# -- cases ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Cases:
    """The table of cases, and what its records have to know of each: number, days, lists that were not asked about."""

    cases: Frame
    keys: Frame
    lists: frozenset[str]


def _cases(looked: Frame, reader: Reader, lines: _Lines) -> _Cases:
    columns = frozenset(looked.collect_schema().names())
    number = nw.col(NUMBER).cast(nw.Int64).alias(CASE_NUMBER)
    cases = kept(looked.with_columns(number, *known_days(columns)))
    lines.add("cases", cases, list(tests_of_days(reader.days, columns)))
    lists = [name for name in columns if name.startswith(LISTED)]
    known = cases.filter(~nw.col(CASE_TEXT).is_null())
    keys = known.select(CASE_TEXT, CASE_NUMBER, *_DAYS_OF_CASE, *lists)
    counts = known.select(nw.len().alias("rows"), nw.col(CASE_TEXT).n_unique().alias("cases")).collect()
    if counts.item(0, "rows") != counts.item(0, "cases"):
        grouped = known.group_by(CASE_TEXT).agg(nw.len().alias("rows"), nw.col(CASE_NUMBER).min().alias("first"))
        several = kept(grouped.filter(nw.col("rows") > 1))
        twice = kept(known.join(several, on=[CASE_TEXT], how="inner"))
        lines.add_rows("cases", twice, CASE, TWICE, "is the id of another case as well")
        spare = twice.filter(nw.col(CASE_NUMBER) != nw.col("first")).select(CASE_NUMBER)
        keys = keys.join(spare, on=[CASE_NUMBER], how="anti")
    return _Cases(cases, kept(keys), frozenset(lists))


def _opened(cases: Frame, reader: Reader, lists: Collection[str]) -> Frame:
    """Nothing said about whether these lists are complete, but where a case was not asked about them."""
    marks = []
    for name in lists:
        complete = plain(f"{name}_complete")
        if complete in map(plain, reader.names):
            not_asked = nw.when(nw.col(LISTED + name)).then(_small(NO)).otherwise(_small(UNKNOWN))
            marks.append(not_asked.alias(complete))
    return kept(cases.with_columns(*marks)) if marks else cases


# -- records ----------------------------------------------------------------------------------------------------------


def _records(table: str, looked: Frame, reader: Reader, told: _Cases, lines: _Lines) -> Frame:
    """The rows of a table with the number of their case, and each its own number."""
    joined = looked.join(told.keys, on=[CASE_TEXT], how="left")
    if table != DECISIONS:
        place = nw.col(NUMBER).cum_count().over(CASE_NUMBER, order_by=NUMBER) - 1
        joined = joined.with_columns(place.cast(nw.Int32).alias("place"))
        start = nw.lit(1 + STEP * ids.KINDS.index(TABLES[table]), dtype=nw.Int32)
        joined = joined.with_columns((start + nw.col("place")).cast(nw.Int32).alias(RECORD))
    records = kept(joined)
    reason = "belongs to no case; expected the id of a row of `cases`"
    if table != DECISIONS:
        reason += f"; it may be of any, so for no case is the list complete: {table}"
    tests = [Test(CASE, STRAY, reason, nw.col(CASE_NUMBER).is_null())]
    if table != DECISIONS:
        if LISTED + table in told.lists:
            reason = "stands in a list that was not asked about in this case"
            tests.append(Test(CASE, NOT_ASKED, reason, nw.col(LISTED + table)))
        reason = f"is more than this list can hold; expected at most {STEP} records a case"
        tests.append(Test(ID, SAME_ID, reason, nw.col("place") >= STEP))
    tests += tests_of_days(reader.days, frozenset(records.collect_schema().names()))
    lines.add(table, records, tests)
    return records.filter(~nw.col(CASE_NUMBER).is_null())


def _references(
    readers: Mapping[str, Reader], records: Mapping[str, Frame], lines: _Lines, lost: Collection[str]
) -> References | None:
    """Every id that names a record, looked up; what is wrong with ids is added to the faults."""
    listed_ = {name: each for name, each in records.items() if name not in ("cases", DECISIONS)}
    registry = None
    if listed_:
        registry, several = ids.registry_of(listed_)
        if _count(several):
            for table, rows in listed_.items():
                space = ids.SPACES[TABLES[table]]
                same = several.filter(nw.col("space") == space).select(CASE_NUMBER, nw.col("id").alias(raw(ID)))
                twice = rows.join(same, on=[CASE_NUMBER, raw(ID)], how="semi")
                lines.add_rows(table, twice, ID, SAME_ID, "is the id of another record of the case as well")
    links = {name: reader.links for name, reader in readers.items() if reader.links}
    if not links:
        return None
    found = ids.references_of(records, links, registry)
    for table, rows, column, code, reason in ids.faults_of(found, links, [*records], lost):
        lines.add_rows(table, records[table].join(rows, on=[NUMBER], how="semi"), column, code, reason)
    rounds = ids.rounds(found)
    if rounds is not None:
        those = rounds.select(CASE_NUMBER, nw.col("record").alias(RECORD))
        for table, rows in listed_.items():
            reason = "comes from itself, by way of others, or from one that does"
            lines.add_rows(table, rows.join(those, on=[CASE_NUMBER, RECORD], how="semi"), _ORIGIN, ROUND, reason)
    return found


# -- out --------------------------------------------------------------------------------------------------------------


def _encoded(
    records: Mapping[str, Frame], readers: Mapping[str, Reader], references: References | None, plan: Plan
) -> dict[str, Frame]:
    """The tables of the columns engine."""
    decided = _decided(records[DECISIONS], references) if DECISIONS in records and references is not None else None
    return {
        TABLES[table]: kept(_table(table, rows, readers[table], references, decided, plan))
        for table, rows in records.items()
        if table != DECISIONS
    }


def _table(
    table: str, rows: Frame, reader: Reader, references: References | None, decided: Frame | None, plan: Plan
) -> Frame:
    chosen = [nw.col(CASE_NUMBER).alias(CASE)]
    if table == "cases":
        chosen.append(nw.col(CASE_TEXT).alias("name"))
    else:
        chosen += [nw.col(raw(ID)).alias("name"), nw.col(RECORD).alias("id"), nw.col("place").alias("order")]
    chosen += [nw.col(plain(name)) for name in reader.names]
    for name in reader.days:
        about, prefix, sign = place_of(table, name)
        if sign in plan.fields[about]:
            chosen += _day(name, prefix + sign)
    if references is not None:
        rows, targets = _targets(table, rows, reader, references, plan)
        chosen += targets
    if decided is not None:
        rows, decisions = _decisions(table, rows, decided, plan)
        chosen += decisions
    return rows.select(*chosen)


def _day(name: str, out: str) -> Iterator[nw.Expr]:
    known = nw.col(frame(name)) != NO_FRAME
    yield nw.col(frame(name)).fill_null(NO_FRAME).cast(nw.Int64).alias(encoding.frame(out))
    for end, told in ((least(name), encoding.least(out)), (most(name), encoding.most(out))):
        yield nw.when(known).then(nw.col(end)).otherwise(nw.lit(0, dtype=nw.Int64)).alias(told)


def _targets(
    table: str, rows: Frame, reader: Reader, references: References, plan: Plan
) -> tuple[Frame, list[nw.Expr]]:
    """The numbers of the records that links name."""
    outs: dict[str, str] = {}
    for name in reader.links:
        about, prefix, sign = place_of(table, name)
        if sign in plan.fields[about] or name in (_ORIGIN, _SAME_EVENT):
            outs[name] = prefix + sign
    rows = references.targets(table, rows, list(outs))
    chosen = []
    for name, out in outs.items():
        for slot in range(1, references.slots.get((table, name), 1) + 1):
            column = "origin" if name == _ORIGIN else target(out, slot)
            chosen.append(nw.col(named(name, slot)).alias(column))
    return rows, chosen


def _decided(decisions: Frame, references: References) -> Frame:
    """What was decided, with the number of the record it is about."""
    return references.targets(DECISIONS, decisions, ["situation"]).select(
        CASE_NUMBER,
        nw.col(named("situation", 1)).alias(RECORD),
        nw.col(raw("area")).alias("area"),
        nw.col(raw("decision")).alias("decision"),
    )


def _decisions(table: str, rows: Frame, decided: Frame, plan: Plan) -> tuple[Frame, list[nw.Expr]]:
    """What was decided about each record: nothing is known of an area about which nothing was decided."""
    about: About = TABLES[table]  # type: ignore[assignment]
    out = ""
    if table == "cases":
        about, out = "isolation", ISOLATION
        rows = rows.with_columns(nw.lit(0, dtype=nw.Int32).alias(RECORD))
    names = [name for name in plan.fields[about] if name.startswith(_DECIDED)]
    if not names:
        return rows, []
    areas = plan.book.vocabulary.areas
    flags = {f"any {area}": nw.col("area") == area for area in areas}
    for name in names:
        made = nw.col("decision") == name.removeprefix(_DECIDED)
        flags |= {f"{name} {area}": (nw.col("area") == area) & made for area in areas}
    marked = decided.with_columns(
        *(nw.when(holds).then(_small(1)).otherwise(_small(0)).alias(name) for name, holds in flags.items())
    )
    by_record = marked.group_by(CASE_NUMBER, RECORD).agg(*(nw.col(name).max() for name in flags))
    chosen = []
    for name in names:
        for area in areas:
            other = nw.when(nw.col(f"any {area}") == 1).then(_small(NO)).otherwise(_small(UNKNOWN))
            truth = nw.when(nw.col(f"{name} {area}") == 1).then(_small(YES)).otherwise(other)
            chosen.append(truth.alias(member(out + name, area)))
    return rows.join(by_record, on=[CASE_NUMBER, RECORD], how="left"), chosen


def _small(value: int) -> nw.Expr:
    return nw.lit(value, dtype=nw.Int8)


def _count(each: Frame) -> int:
    return int(each.select(nw.len().alias("rows")).collect().item(0, "rows"))
