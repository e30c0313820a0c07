"""Random tables of cohorts with random things wrong in them, and the judge: what the intake says of each case."""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import narwhals.stable.v2 as nw
import polars as pl

from ipt_formulate.cohort.entry import Entered
from ipt_formulate.cohort.layout import CASE, DECISION, DECISIONS, ID, TABLES, case_name, case_to_wire, questions_of
from ipt_formulate.cohort.synthetic.cohort import Plan as Made
from ipt_formulate.cohort.synthetic.folder import write_cohort
from ipt_formulate.engines.columns.encoding import NOBODY
from ipt_formulate.engines.columns.plan import Plan
from ipt_formulate.engines.columns.tables import ISOLATION, tables_of, unknown_columns
from ipt_formulate.intake import Intake, IntakeError
from ipt_formulate.intake.decision import DECISIONS as DECIDED
from ipt_formulate.intake.types import Day, Link, Multi, Number, Text
from ipt_formulate.intake.wishes import AREAS
from ipt_formulate.rulebook import Rulebook

Rows = dict[str, list[dict[str, Any]]]
BACKENDS: dict[str, Callable[[pl.DataFrame], Any]] = {
    "polars": lambda frame: frame.lazy(),
    "duckdb": lambda frame: duckdb.from_arrow(frame.to_arrow()),
    "pyarrow": lambda frame: frame.to_arrow(),
}
TEXTS = (
    "", "unknown", "yes", "no", "Yes", " yes", "maybe", "none", "isolation", "l1", "c1", "t1",
    "t2 l1", "p1", "2026", "2026-13", "2026-00", "1850", "2024-02-30", "about 2025-02",
    "3 days before onset", "about 2 months before onset", "-3 days before assessment", "5 weeks before assessment",
    "1 years 2 years before onset", "50000 days before onset", "not_asked", "declined", "do_not_know", "patient",
    "clinician", "7", "4.0", "4.5", "-1", "999", "death_of_person", "phq9", "to_come", "over", "   ", "a  b", "x" * 201,
    "\u00a0", "Loss-1", "end",
)  # fmt: skip


@cache
def book() -> Rulebook:
    return Rulebook.load()


@cache
def plan() -> Plan:
    return Plan(book())


@cache
def _made(seed: int, cases: int, missing: float) -> Mapping[str, pl.DataFrame]:
    with TemporaryDirectory() as folder:
        write_cohort(Path(folder), cases, Made(seed=seed, missing=missing))
        return {table: pl.read_parquet(Path(folder) / f"{table}.parquet") for table in TABLES}


class Cohort:
    """Tables of rows with one type a column, so that the same cells can be given to the judge and to a backend."""

    def __init__(self, seed: int, cases: int = 40, missing: float = 0.3) -> None:
        self.chance = random.Random(seed)
        made = _made(seed, cases, missing)
        self.types: dict[str, dict[str, Any]] = {name: dict(frame.schema) for name, frame in made.items()}
        self.rows: Rows = {name: frame.to_dicts() for name, frame in made.items()}
        self._tell_more()

    # -- more than made-up cohorts tell -------------------------------------------------------------------------------

    def _tell_more(self) -> None:
        """Who gave an answer, decisions, several ids, other types."""
        chance = self.chance
        for table, rows in self.rows.items():
            for name in [*chance.sample(sorted(questions_of(table)), 6), "linked_by_patient"]:
                if name in questions_of(table):
                    self._put(table, f"{name}.source", pl.String, rows,
                              lambda: chance.choice((None, "patient", "clinician", "record", "coder")))  # fmt: skip
        ids = self._ids()
        for table in ("losses", "conflicts", "changes"):
            for name in ("from", "same_event"):
                self.types[table].setdefault(name, pl.String)
            for row in self.rows[table]:
                others = [one for one in ids.get(row[CASE], ()) if one != row[ID]]
                if others and chance.random() < 0.2:
                    row["same_event"] = " ".join(chance.sample(others, chance.randint(1, len(others))))
                if others and chance.random() < 0.1:
                    row["from"] = chance.choice(others)
        for row in self.rows["cases"]:
            those = ids.get(row[CASE], [])
            if len(those) > 1:
                row["episode.happened_before_links"] = " ".join(chance.sample(those, chance.randint(1, len(those))))
        self.types[DECISIONS] = {CASE: pl.String, **dict.fromkeys(DECISION, pl.String)}
        self.rows[DECISIONS] = [
            {
                CASE: row[CASE],
                "situation": chance.choice([*ids.get(row[CASE], ()), "isolation"]),
                "area": chance.choice(AREAS),
                "decision": chance.choice(DECIDED),
                "when": chance.choice((None, "2026-03", "3 days before assessment")),
                "by": chance.choice((None, "somebody")),
            }
            for row in chance.choices(self.rows["cases"], k=len(self.rows["cases"]) // 2)
        ]
        for table in TABLES:
            self._other_types(table)
        for table in ("losses", "people"):
            chance.shuffle(self.rows[table])

    def _put(self, table: str, column: str, kind: Any, rows: list[dict[str, Any]], value: Callable[[], Any]) -> None:
        self.types[table][column] = kind
        for row in rows:
            row[column] = value()

    def _ids(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for table in ("losses", "conflicts", "changes"):
            for row in self.rows[table]:
                found.setdefault(row[CASE], []).append(row[ID])
        return found

    def _other_types(self, table: str) -> None:
        """Numbers as decimals and texts, yes and no as truth values, days as dates, words as categories."""
        for name, item in questions_of(table).items():
            columns = [name]
            if isinstance(item.type, Multi):
                columns = [f"{name}.{member}" for member in item.type.members]
            for column in columns:
                if column not in self.types[table] or self.chance.random() < 0.6:
                    continue
                values = [row.get(column) for row in self.rows[table]]
                changed = _changed(item.type, values, self.chance)
                if changed is not None:
                    self.types[table][column], told = changed
                    for row, value in zip(self.rows[table], told, strict=True):
                        row[column] = value

    # -- what goes wrong ----------------------------------------------------------------------------------------------

    def spoil(self, times: int) -> None:
        for _ in range(times):
            table = self.chance.choice([*TABLES, *TABLES, DECISIONS])
            if self.rows[table]:
                self._spoil_row(table)

    def _spoil_row(self, table: str) -> None:
        chance, row = self.chance, self.chance.choice(self.rows[table])
        match chance.randint(0, 19):
            case 0:
                self.rows[table].append(dict(row))
            case 1:
                row[CASE] = chance.choice((None, "", "nobody", self.rows["cases"][0][CASE]))
            case 2 if table in ("losses", "conflicts", "changes", "people"):
                row[ID] = chance.choice((None, "", "isolation", "Loss", "l1", "c1", "p1", "a" * 41, "b" * 40))
            case 3 if table == "changes":
                row["from"] = row[ID]
            case 4 if table == "losses":
                same = [other for other in self.rows[table] if other[CASE] == row[CASE]]
                for one, other in zip(same, same[1:] + same[:1], strict=True):
                    one["from"] = other[ID]
            case 5 | 6 if table == "cases":
                name = chance.choice(("losses", "conflicts", "changes", "people"))
                column = f"{name}.{chance.choice(('asked', 'complete'))}"
                words = ("yes", "no", None, "unknown")
                kind = self.types[table].get(column, pl.String)
                row[column] = chance.choice(words if kind == pl.String else (True, False, None))
            case 7 if table == "cases":
                row["frame.assessed_on"] = _of(self.types[table]["frame.assessed_on"], "2025-06-01")
            case _:
                self._spoil_cell(table, row)

    def _spoil_cell(self, table: str, row: dict[str, Any]) -> None:
        chance = self.chance
        names = sorted(name for name in self.types[table] if name not in (CASE, ID, "synthetic"))
        column = chance.choice(names)
        if table in TABLES and chance.random() < 0.2:
            name = chance.choice(sorted(questions_of(table)))
            column = name + chance.choice((".unknown", ".source"))
            if column not in self.types[table]:
                self._put(table, column, pl.String, self.rows[table], lambda: None)
        kind = self.types[table][column]
        if kind == pl.String:
            row[column] = chance.choice(TEXTS)
        elif kind == pl.Boolean:
            row[column] = chance.choice((True, False, None))
        elif kind.is_integer():
            row[column] = chance.choice((None, -1, 0, 3, 9, 28, 100))
        elif kind.is_float():
            row[column] = chance.choice((None, math.nan, math.inf, -1.0, 2.0, 2.5, 28.0, 1e18))
        elif kind == pl.Date:
            row[column] = chance.choice((None, date(2025, 7, 1), date(2199, 1, 1), date(1800, 1, 1)))
        elif kind == pl.Datetime:
            row[column] = chance.choice((None, datetime(2025, 7, 1), datetime(2025, 7, 1, 9, 30), datetime(2190, 1, 1)))

    # -- for a backend ------------------------------------------------------------------------------------------------

    def frames(self) -> dict[str, pl.DataFrame]:
        return {
            table: pl.DataFrame([[row.get(name) for name in schema] for row in self.rows[table]],
                                schema=schema, orient="row")
            for table, schema in self.types.items()
        }  # fmt: skip

    def tables(self, backend: str) -> dict[str, Any]:
        return {table: BACKENDS[backend](frame) for table, frame in self.frames().items()}

    def thin(self, columns: int) -> None:
        """Keep only some columns of each table, for backends that are slow with many."""
        always = (CASE, ID, "from", "same_event", "when", "phase", "frame.assessed_on", *DECISION)
        for table, types in self.types.items():
            spare = sorted(name for name in types if name not in always)
            gone = self.chance.sample(spare, max(len(spare) - columns, 0))
            self.types[table] = {name: kind for name, kind in types.items() if name not in gone}
            self.rows[table] = [{k: v for k, v in row.items() if k not in gone} for row in self.rows[table]]

    def leave_out(self, table: str) -> None:
        self.rows.pop(table)
        self.types.pop(table)


def _changed(kind: Any, values: list[Any], chance: random.Random) -> tuple[Any, list[Any]] | None:
    match kind:
        case Number():
            if chance.random() < 0.5:
                empty = chance.choice((None, math.nan))
                return pl.Float64, [empty if value is None else float(value) for value in values]
            return pl.String, [None if value is None else chance.choice((f"{value}", f"{value}.0")) for value in values]
        case Day():
            if any(value is not None and len(value) != 10 for value in values):
                return None
            days = [None if value is None else date.fromisoformat(value) for value in values]
            if chance.random() < 0.5:
                return pl.Date, days
            times = [None if day is None else datetime(day.year, day.month, day.day) for day in days]
            return pl.Datetime, times
        case Text() | Link():
            return None
    if {*values} <= {"yes", "no", None}:
        return pl.Boolean, [None if value is None else value == "yes" for value in values]
    return None


def _of(kind: Any, day: str) -> Any:
    told = date.fromisoformat(day)
    return told if kind == pl.Date else datetime(told.year, told.month, told.day) if kind == pl.Datetime else day


# -- the judge --------------------------------------------------------------------------------------------------------


def judged(rows: Rows) -> tuple[dict[str, Intake], set[str]]:
    """The intakes that can be used, by case, and the names of the cases that cannot."""
    names = [case_name(row.get(CASE)) for row in rows["cases"]]
    several = {name for name, count in Counter(names).items() if count > 1}
    children: dict[str, Rows] = {}
    for table, listed in rows.items():
        if table != "cases":
            for row in listed:
                children.setdefault(case_name(row.get(CASE)), {}).setdefault(table, []).append(row)
    lost = [f"{name}.complete{more}" for name in opened(rows) for more in ("", ".source", ".unknown")]
    taken: dict[str, Intake] = {}
    refused: set[str] = set()
    for name, row in zip(names, rows["cases"], strict=True):
        if not name:
            continue
        try:
            if name in several:
                raise IntakeError([])
            mine = children.get(name, {})
            Intake.from_dict(case_to_wire(row, mine, rows))
            taken[name] = Intake.from_dict(case_to_wire({**row, **dict.fromkeys(lost)}, mine, rows))
        except IntakeError:
            refused.add(name)
    return taken, refused


def opened(rows: Rows) -> set[str]:
    """The lists that are complete for nobody: a record of them has no case, so it may be of any."""
    known = {case_name(row.get(CASE)) for row in rows["cases"]} - {None, ""}
    return {
        table
        for table, listed in rows.items()
        if table not in ("cases", DECISIONS) and any(case_name(row.get(CASE)) not in known for row in listed)
    }


Told = dict[str, dict[tuple[str, str], dict[str, Any]]]


def told(tables: Mapping[str, pl.DataFrame]) -> Told:
    """What stands in encoded tables, by case and record, with the names of records for their numbers."""
    cases = {row["case"]: row["name"] for row in tables["case"].to_dicts()}
    names: dict[tuple[int, int], str] = {}
    for kind, frame in tables.items():
        if kind != "case":
            names |= {(row["case"], row["id"]): row["name"] for row in frame.to_dicts()}
    found: Told = {}
    for kind, frame in tables.items():
        for row in frame.to_dicts():
            record = "" if kind == "case" else row["name"]
            found.setdefault(cases[row["case"]], {})[kind, record] = dict(_named(row, names))
    return found


def _named(row: dict[str, Any], names: Mapping[tuple[int, int], str]) -> Iterator[tuple[str, Any]]:
    targets: dict[str, set[str]] = {}
    for column, value in row.items():
        link, arrow, _ = column.partition("->")
        if arrow or column == "origin":
            here = targets.setdefault(link, set())
            if value not in (NOBODY, None):
                here.add("isolation" if value == 0 else names[row["case"], value])
        elif column not in ("case", "name", "id"):
            yield column, value
    yield from ((f"{name}->", frozenset(named)) for name, named in targets.items())


def expected(taken: Mapping[str, Intake]) -> Told:
    return told(tables_of(taken.values(), book(), plan()))


def entered(result: Entered) -> Told:
    return told({kind: collected(native) for kind, native in result.tables.items()})


def collected(native: Any) -> pl.DataFrame:
    frame = nw.from_native(native)
    eager = frame.collect() if isinstance(frame, nw.LazyFrame) else frame
    return eager.to_polars()


def differences(one: Told, other: Told) -> list[str]:
    """Where two tellings differ; a column that one of them lacks says that nothing is known."""
    found = []
    for case in sorted({*one, *other}):
        for key in sorted({*one.get(case, {}), *other.get(case, {})}):
            here, there = one.get(case, {}).get(key), other.get(case, {}).get(key)
            if here is None or there is None:
                found.append(f"{case} {key}: only in one")
                continue
            for column in sorted({*here, *there}):
                values = [told.get(column, _nothing(key[0], column)) for told in (here, there)]
                if values[0] != values[1]:
                    found.append(f"{case} {key} {column}: {values[0]} and {values[1]}")
    return found


@cache
def _unknown(kind: str) -> Mapping[str, int]:
    known = {}
    for about, prefix in ((kind, ""), *([("isolation", ISOLATION)] if kind == "case" else [])):
        for name in plan().fields[about]:
            unknown = unknown_columns(name, plan().type_of(about, name))
            known |= {prefix + column: value for column, value in unknown.items()}
    return known


def _nothing(kind: str, column: str) -> Any:
    if column.endswith("@"):
        return 0
    return _unknown(kind).get(column, frozenset())
