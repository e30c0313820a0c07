"""How do intakes become tables, and what do the tables of a cohort look like inside the engine?

One table for each kind of record: `case` (the isolation picture in it, its columns after `isolation/`), `loss`,
`conflict`, `change`, `person`. Every table has `case` (a whole number or a text that is the same in all tables) and
`name` (the id as people wrote it); the record tables also `id` (a whole number from 1 to 999,999, the same for the same
id within a case), `order` (the place in its list), `origin` and `same_event->1`, ... (ids; -1 for nobody). Answers are
encoded as `ipt_formulate.engines.columns.encoding` says. A column that is missing says that nothing is known, a table
that is missing that the list was not asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import narwhals.stable.v2 as nw

from ipt_formulate.engines.columns.encoding import NOBODY, SOURCES, encoded, least, most, plain, source, target
from ipt_formulate.engines.columns.frames import CASE_KEY, Frame, columns_in, opened, settled, whole
from ipt_formulate.engines.columns.plan import Plan
from ipt_formulate.engines.facts import Ids, Record, View, answers_of, nothing_known
from ipt_formulate.intake import Intake
from ipt_formulate.intake.types import Day, Link, Number
from ipt_formulate.rulebook import Rulebook
from ipt_formulate.rulebook.nodes import SITUATIONS, About
from ipt_formulate.rulebook.vocabulary import LISTS, SignType

ISOLATION = "isolation/"
ISOLATION_ID = 0
SAME_EVENT = "same_event"
KEYS = (CASE_KEY, "name", "id", "position", "origin", "made", "exists", "exists~")
"""Of every record inside the engine. `position` tells the records of a case apart; `made`: by a rule."""
KIND_STEP, MADE_STEP, RULE_STEP = 10_000_000, 5_000_000, 100_000
"""Positions: kind of record, made by a rule or not, number of that rule, order in the list."""
NAMED_STEP = 1_000_000
"""Ids of situations that rules make lie above those of records."""


@dataclass(slots=True)
class Tables:
    """The tables of one cohort inside the engine: one frame for each kind of record, the case's own included.

    `slots`: how many targets a link has columns for, by kind of record and name.
    """

    frames: dict[About, Frame]
    slots: dict[tuple[About, str], int] = field(default_factory=dict)


def position_of(about: About) -> int:
    """Where the positions of a kind of record begin."""
    return KIND_STEP * (1 + (SITUATIONS.index(about) if about in SITUATIONS else len(SITUATIONS)))


# -- in -----------------------------------------------------------------------------------------------------------


def checked_kinds(tables: Mapping[str, Any]) -> None:
    """Refuse tables of no known kind, and a cohort without cases."""
    unknown = sorted({*tables} - {"case", *LISTS})
    if unknown or "case" not in tables:
        wanted = ", ".join(("case", *LISTS))
        raise ValueError(f"tables must be among {wanted}, and `case` must be there; not known: {', '.join(unknown)}")


def opened_tables(tables: Mapping[str, Any], plan: Plan) -> Tables:
    """The tables as given, checked and completed: every column that a rule reads is there, nothing is null."""
    checked_kinds(tables)
    given: dict[About, Frame] = {about: opened(tables[about]) for about in ("case", *LISTS) if about in tables}
    cases = given["case"]
    found = Tables({})
    there = set(columns_in(cases))
    chosen = [nw.col(CASE_KEY), nw.col("name") if "name" in there else nw.col(CASE_KEY).cast(nw.String).alias("name")]
    counts = _counts(given, plan)
    case = cases.select(*chosen, *_answers("case", there, plan, found))
    for frame, column in counts:
        case = case.join(frame, on=[CASE_KEY], how="left").with_columns(
            nw.col(least(column)).fill_null(0), nw.col(most(column)).fill_null(0)
        )
    found.frames["case"] = settled(case)
    keys = [whole(ISOLATION_ID, nw.Int32).alias("id"), whole(position_of("isolation"), nw.Int32).alias("position")]
    alone = cases.select(
        nw.col(CASE_KEY),
        nw.lit("isolation").alias("name"),
        *keys,
        *_recorded(),
        whole(NOBODY, nw.Int32).alias("origin"),
        whole(NOBODY, nw.Int32).alias(target(SAME_EVENT, 1)),
        *_answers("isolation", there, plan, found, ISOLATION),
    )
    found.slots["isolation", SAME_EVENT] = 1
    found.frames["isolation"] = settled(alone)
    for about in LISTS:
        frame = given.get(about)
        if frame is None:
            empty = cases.select(CASE_KEY).filter(nw.col(CASE_KEY).is_null())
            frame = empty.with_columns(nw.lit("").alias("name"), whole(0).alias("id"), whole(0).alias("order"))
        found.frames[about] = settled(_records(about, frame, plan, found))
    return found


def _counts(given: Mapping[About, Frame], plan: Plan) -> list[tuple[Frame, str]]:
    read = {sign.name for _, sign in plan.reads}
    found = []
    for about, section in LISTS.items():
        column = f"{section}_recorded"
        if column in read:
            if about in given:
                counted = given[about].group_by(CASE_KEY).agg(nw.len().alias(least(column)))
            else:
                counted = given["case"].select(CASE_KEY).with_columns(whole(0).alias(least(column)))
            ends = nw.col(least(column)).cast(nw.Int64)
            found.append((counted.select(nw.col(CASE_KEY), ends, ends.alias(most(column))), column))
    return found


def _recorded() -> list[nw.Expr]:
    return [whole(0).alias("made"), whole(2).alias("exists"), whole(2).alias("exists~")]


def _records(about: About, frame: Frame, plan: Plan, found: Tables) -> Frame:
    there = set(columns_in(frame))
    slots = _slots(SAME_EVENT, there)
    found.slots[about, SAME_EVENT] = slots
    start = whole(position_of(about), nw.Int32)
    order = nw.col("order") if "order" in there else nw.col("id")
    return frame.select(
        nw.col(CASE_KEY),
        nw.col("name") if "name" in there else nw.col("id").cast(nw.String).alias("name"),
        nw.col("id").cast(nw.Int32),
        (start + order.cast(nw.Int32)).cast(nw.Int32).alias("position"),
        *_recorded(),
        _number("origin", there),
        *(_number(target(SAME_EVENT, slot), there) for slot in range(1, slots + 1)),
        *_answers(about, there, plan, found),
    )


def _slots(link: str, there: set[str], prefix: str = "") -> int:
    slots = 1
    while prefix + target(link, slots + 1) in there:
        slots += 1
    return slots


def _number(column: str, there: set[str], prefix: str = "") -> nw.Expr:
    if prefix + column not in there:
        return whole(NOBODY, nw.Int32).alias(column)
    return nw.col(prefix + column).fill_null(NOBODY).cast(nw.Int32).alias(column)


def _answers(about: About, there: set[str], plan: Plan, found: Tables, prefix: str = "") -> list[nw.Expr]:
    """Every answer that is read, under its own name; nothing is known of what has no column."""
    columns: list[nw.Expr] = []
    for name in plan.fields[about]:
        type_ = plan.type_of(about, name)
        for column, unknown in unknown_columns(name, type_).items():
            dtype = dtype_of(type_)
            if prefix + column in there:
                columns.append(nw.col(prefix + column).fill_null(unknown).cast(dtype).alias(column))
            else:
                columns.append(whole(unknown, dtype).alias(column))
        if isinstance(type_, Link):
            found.slots[about, name] = _slots(name, there, prefix)
            slots = range(1, found.slots[about, name] + 1)
            columns += [_number(target(name, slot), there, prefix) for slot in slots]
    for sign in sorted(plan.sources, key=str):
        if sign.about == about:
            column = source(sign.name)
            known = nw.col(prefix + column).fill_null(0) if prefix + column in there else whole(0)
            columns.append(known.cast(nw.Int8).alias(column))
    return columns


def unknown_columns(name: str, type_: SignType) -> dict[str, int]:
    """The columns of a sign of which nothing is known."""
    return encoded(name, type_, nothing_known(type_))


def dtype_of(type_: SignType) -> Any:
    """Small integers, but for days and other numbers."""
    return nw.Int64 if isinstance(type_, Number | Day) else nw.Int8


# -- intakes ------------------------------------------------------------------------------------------------------


def tables_of(intakes: Iterable[Intake], book: Rulebook, plan: Plan | None = None) -> dict[str, Any]:
    """Intakes as tables (Polars frames) with the answers that the rules of the rulebook read.

    One row of Python for each record: for tests, and for cohorts that exist as intakes. `case` counts from 0 in the
    order of the intakes.
    """
    import polars as pl

    plan = plan or Plan(book)
    rows: dict[About, list[dict[str, Any]]] = {about: [] for about in ("case", *LISTS)}
    for number, intake in enumerate(intakes):
        view = answers_of(intake, book)
        ids = _ids(view)
        case = {CASE_KEY: number, "name": intake.case_id or "case", **_encoded(view.case, plan, ids)}
        isolation = _encoded(view.records["isolation"][0], plan, ids)
        rows["case"].append(case | {ISOLATION + name: value for name, value in isolation.items()})
        for about in LISTS:
            for order, record in enumerate(view.records[about]):
                events = {target(SAME_EVENT, i): ids[one] for i, one in enumerate(record.same_event, 1)}
                rows[about].append(
                    {
                        CASE_KEY: number,
                        "name": record.id,
                        "id": ids[record.id],
                        "order": order,
                        "origin": ids[record.origin] if record.origin is not None else NOBODY,
                        **events,
                        **_encoded(record, plan, ids),
                    }
                )
    frames = {}
    for about, listed in rows.items():
        names = list(dict.fromkeys(name for each in listed for name in each)) or _columns(about)
        schema = {name: _dtype(about, name, plan) for name in names}
        frames[str(about)] = pl.from_dicts(listed, schema=schema) if listed else pl.DataFrame(schema=schema)
    return frames


def _columns(about: About) -> list[str]:
    return [CASE_KEY, "name"] if about == "case" else [CASE_KEY, "name", "id", "order", "origin"]


def _ids(view: View) -> dict[str, int]:
    ids = {"isolation": ISOLATION_ID}
    for record in view.all():
        for one in (record.id, record.origin, *record.same_event):
            if one is not None:
                ids.setdefault(one, len(ids))
    return ids


def _encoded(record: Record, plan: Plan, ids: Mapping[str, int]) -> dict[str, int]:
    values: dict[str, int] = {}
    for name in plan.fields[record.about]:
        value = record.values[name]
        values |= encoded(name, plan.type_of(record.about, name), value)
        if isinstance(value, Ids):
            values |= {target(name, i): ids[one] for i, one in enumerate(sorted(value.named), 1)}
    for sign in plan.sources:
        if sign.about == record.about:
            values[source(sign.name)] = SOURCES.get(record.sources.get(sign.name, ""), 0)
    return values


def _dtype(about: About, column: str, plan: Plan) -> Any:
    import polars as pl

    if column == "name":
        return pl.String
    if column == CASE_KEY:
        return pl.Int64
    if "->" in column or column in ("id", "order", "origin"):
        return pl.Int32
    kind: About = "isolation" if column.startswith(ISOLATION) else about
    sign = column.removeprefix(ISOLATION)
    base = sign.rstrip("<>#@").split("=")[0]
    named = next((name for name in plan.fields[kind] if plain(name) == base), None)
    if named is not None and dtype_of(plan.type_of(kind, named)) == nw.Int64 and not sign.endswith("@"):
        return pl.Int64
    return pl.Int8
