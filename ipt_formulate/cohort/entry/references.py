"""Which record does each id name, and which ids name none? Links, `from`, `same_event` and decisions in one frame.

Losses, conflicts and changes share one space of ids within a case, people have one of their own. A link to the
isolation picture names number 0.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import narwhals.stable.v2 as nw

from ipt_formulate.cohort.entry.backends import NUMBER, Frame, kept
from ipt_formulate.cohort.entry.faults import NO_RECORD, ROUND, SAME_ID, any_of
from ipt_formulate.cohort.entry.names import named, raw
from ipt_formulate.cohort.layout import NAMED, TABLES
from ipt_formulate.engines.columns.encoding import NOBODY
from ipt_formulate.intake.situation import ISOLATION
from ipt_formulate.intake.types import UNKNOWN, Link

KINDS: Final = ("loss", "conflict", "change", "person")
SPACES: Final = {"loss": 0, "conflict": 0, "change": 0, "person": 1}
STEP: Final = 200_000
"""Numbers of records: a step for each kind, and the place in the list."""
ANY: Final = -1
CASE_NUMBER, RECORD, PLACE = "case number", "record", "place"
_KEYS: Final = (CASE_NUMBER, "space", "id")


@dataclass(frozen=True, slots=True)
class References:
    """Every id that stands in a cell, with the record it names.

    `rows`: table, row (`_n`), column and slot as numbers, and the number of the record. `columns`: the links of each
    table, by that number.
    """

    rows: Frame
    columns: Mapping[str, Sequence[str]]
    slots: Mapping[tuple[str, str], int]

    def targets(self, table: str, frame: Frame, wanted: Sequence[str]) -> Frame:
        """The rows of a table with whom each of these links names; `NOBODY` where it names nobody."""
        wanted = [name for name in wanted if name in self.columns.get(table, ())]
        if not wanted:
            return frame
        columns = {
            named(name, slot): (nw.col("column") == self.columns[table].index(name)) & (nw.col("slot") == slot)
            for name in wanted
            for slot in range(1, self.slots.get((table, name), 1) + 1)
        }
        codes = [self.columns[table].index(name) for name in wanted]
        mine = self.rows.filter((nw.col("table") == _code(table)) & nw.col("column").is_in(codes))
        by_row = (
            mine.with_columns(*(nw.when(here).then(nw.col("number")).alias(name) for name, here in columns.items()))
            .group_by(NUMBER)
            .agg(*(nw.col(name).max() for name in columns))
        )
        joined = frame.join(by_row, on=[NUMBER], how="left")
        return joined.with_columns(*(nw.col(name).fill_null(NOBODY).cast(nw.Int32) for name in columns))


def _code(table: str) -> int:
    return [*TABLES, "decisions"].index(table)


def registry_of(records: Mapping[str, Frame]) -> tuple[Frame, Frame]:
    """Number and kind of the record that has an id in a case, and the ids that several have."""
    parts = [
        frame.select(
            CASE_NUMBER,
            nw.lit(SPACES[TABLES[table]], dtype=nw.Int8).alias("space"),
            nw.col(raw("id")).alias("id"),
            nw.lit(KINDS.index(TABLES[table]), dtype=nw.Int8).alias("kind"),
            nw.col(RECORD).alias("number"),
        ).filter(~nw.col("id").is_null())
        for table, frame in records.items()
    ]
    grouped = nw.concat(parts, how="vertical").group_by(*_KEYS)
    found = kept(grouped.agg(nw.col("kind").min(), nw.col("number").min(), nw.len().alias("how many")))
    several = found.filter(nw.col("how many") > 1).select(*_KEYS)
    return found.select(*_KEYS, "kind", "number"), several


def references_of(
    tables: Mapping[str, Frame], links: Mapping[str, Mapping[str, Link]], registry: Frame | None
) -> References:
    """Look up every id of every link."""
    columns = {table: tuple(those) for table, those in links.items()}
    single: list[Frame] = []
    several: list[Frame] = []
    for table, those in links.items():
        for name, link in those.items():
            (several if link.many else single).append(_ids(tables[table], table, name, link, columns))
    parts = list(single)
    slots: dict[tuple[str, str], int] = {}
    if several:
        listed = nw.concat(several, how="vertical").with_columns(nw.col("id").str.split(" ")).explode("id")
        listed = kept(listed.filter(nw.col("id") != "")).unique()
        slot = nw.col("id").cum_count().over("table", NUMBER, "column", order_by="id")
        listed = kept(listed.with_columns(slot.cast(nw.Int32).alias("slot")))
        most = listed.group_by("table", "column").agg(nw.col("slot").max()).collect()
        names = [*TABLES, "decisions"]
        for code, column, count in most.select("table", "column", "slot").rows():
            slots[names[code], columns[names[code]][column]] = count
        parts.append(listed.select(*_columns_of(single, listed)))
    rows = kept(nw.concat(parts, how="vertical") if len(parts) > 1 else parts[0])
    if registry is None:
        found = rows.with_columns(
            nw.lit(None, dtype=nw.Int8).alias("kind"), nw.lit(None, dtype=nw.Int32).alias("number")
        )
    else:
        found = rows.join(registry, on=list(_KEYS), how="left")
    isolation = nw.col("isolation") & (nw.col("id") == ISOLATION)
    number = nw.when(isolation).then(nw.lit(0, dtype=nw.Int32)).otherwise(nw.col("number"))
    other_kind = (nw.col("kind") != nw.col("wanted")) & (nw.col("wanted") != ANY)
    itself = nw.col("number") == nw.col("own")
    found = found.with_columns(
        number.alias("number"),
        any_of([~isolation & (nw.col("kind").is_null() | other_kind)]).alias("nobody"),
        any_of([~isolation & itself]).alias("itself"),
    )
    found = found.select(CASE_NUMBER, "table", "column", NUMBER, "slot", "own", "number", "nobody", "itself")
    return References(kept(found), columns, slots)


def _columns_of(single: Sequence[Frame], listed: Frame) -> list[str]:
    return list((single[0] if single else listed).collect_schema().names())


def _ids(frame: Frame, table: str, name: str, link: Link, columns: Mapping[str, Sequence[str]]) -> Frame:
    text = nw.col(raw(name))
    own = nw.lit(NOBODY, dtype=nw.Int32) if table in ("cases", "decisions") else nw.col(RECORD)
    kinds = [kind for kind in link.to if kind != ISOLATION]
    wanted = KINDS.index(kinds[0]) if len(kinds) == 1 else ANY
    chosen = frame.filter(~text.is_null())
    if name not in (*NAMED, "situation"):
        chosen = chosen.filter((text != "none") & (text != UNKNOWN))
    return chosen.select(
        CASE_NUMBER,
        nw.lit(_code(table), dtype=nw.Int8).alias("table"),
        nw.lit(columns[table].index(name), dtype=nw.Int8).alias("column"),
        NUMBER,
        nw.lit(1, dtype=nw.Int32).alias("slot"),
        own.alias("own"),
        nw.lit(SPACES[kinds[0]], dtype=nw.Int8).alias("space"),
        nw.lit(wanted, dtype=nw.Int8).alias("wanted"),
        nw.lit(ISOLATION in link.to).alias("isolation"),
        text.alias("id"),
    )


def faults_of(
    references: References,
    links: Mapping[str, Mapping[str, Link]],
    there: Collection[str] = tuple(TABLES),
    lost: Collection[str] = (),
) -> Iterator[tuple[str, Frame, str, str, str]]:
    """Ids that name no record, or the wrong one: table, rows, and column, code and reason of the fault.

    `there`: the tables of the cohort. `lost`: those of which records were lost elsewhere.
    """
    wrong = kept(references.rows.filter(nw.col("nobody") | nw.col("itself")))
    for table, column, itself in _met(wrong):
        name = references.columns[table][column]
        kinds = links[table][name].to
        here = (nw.col("table") == _code(table)) & (nw.col("column") == column) & (nw.col("itself") == nw.lit(itself))
        reason = "refers to its own record" if itself else f"refers to no record; {_wanted(kinds, there, lost)}"
        yield table, wrong.filter(here).select(NUMBER).unique(), name, ROUND if itself else NO_RECORD, reason


def _wanted(kinds: Sequence[str], there: Collection[str], lost: Collection[str]) -> str:
    """What was expected, and why it may not be there."""
    lists = [table for table, kind in TABLES.items() if kind in kinds]
    told = f"expected the id of a {' or '.join(kinds)}"
    absent = [table for table in lists if table not in there]
    if absent:
        told += f"; there is no table of {' or '.join(absent)}, given or mapped"
    unread = [table for table in lists if table in lost]
    if unread:
        told += f"; rows of {' and '.join(unread)} could not be read: it may be one, or have no certain number by one"
    return told


def _met(wrong: Frame) -> Iterable[tuple[str, int, bool]]:
    names = [*TABLES, "decisions"]
    met = wrong.select("table", "column", "itself").unique().collect().rows()
    return sorted((names[table], column, itself) for table, column, itself in met)


def rounds(references: References) -> Frame | None:
    """The records that come from themselves, by way of others: case and number. None if there are none.

    Whoever hangs on such a round is named as well. Steps double, so that a long chain costs little.
    """
    codes = {table: those.index("from") for table, those in references.columns.items() if "from" in those}
    if not codes:
        return None
    here = any_of([(nw.col("table") == _code(table)) & (nw.col("column") == code) for table, code in codes.items()])
    steps = references.rows.filter(here & ~nw.col("nobody") & ~nw.col("itself"))
    steps = kept(steps.select(CASE_NUMBER, nw.col("own").alias("record"), nw.col("number").alias("from")))
    rows = -1
    while True:
        count = int(steps.select(nw.len().alias("rows")).collect().item(0, "rows"))
        if count in (0, rows):
            return steps if count else None
        rows = count
        further = steps.select(CASE_NUMBER, nw.col("record").alias("from"), nw.col("from").alias("further"))
        joined = steps.join(further, on=[CASE_NUMBER, "from"], how="inner")
        steps = kept(joined.select(CASE_NUMBER, "record", nw.col("further").alias("from")))


__all__ = ["SAME_ID", "References", "faults_of", "references_of", "registry_of", "rounds"]
