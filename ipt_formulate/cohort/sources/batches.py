"""How is a cohort cut into batches of whole cases without reading anything twice?

A pass over the case ids tells how many records of each table belong to each batch, and whether the tables are in the
order of the cases. Then every table is read from front to back, side by side. Hashes of case ids only plan the cuts;
whoever joins the tables compares the ids themselves.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

import duckdb
import narwhals.stable.v2 as nw
import polars as pl
import pyarrow as pa

from ipt_formulate.cohort.faults import CohortError
from ipt_formulate.cohort.layout import CASE
from ipt_formulate.cohort.sources.raw import MOST_NAMED
from ipt_formulate.cohort.sources.spool import ROW_IN_SOURCE, Spool, name_sql, text_sql
from ipt_formulate.reading import Fault

_VIEWS: Final = pl.CompatLevel.newest()
"""Texts stay where they are: Arrow calls that string views."""
_ID: Final = name_sql(CASE)
_PLACE: Final = name_sql("place in its table")


@contextmanager
def damage(place: str) -> Iterator[None]:
    """What goes wrong while a table is read, as a fault of that table."""
    try:
        yield
    except (duckdb.Error, pl.exceptions.PolarsError, pa.ArrowException, OSError) as error:
        # The message of the reader may repeat a cell; its kind does not.
        message = (
            f"cannot be read to its end ({type(error).__name__}): it is damaged, cut off, or there is no room for it"
        )
        raise CohortError([Fault("C105", place, message)]) from None


class Index:
    """The tables of a cohort, readable in their order, and the number of each case in the order of the cases.

    ``cases``: the column of the data that the ids of cases were read from, where it has another name, by table.

    Raises
    ------
    ValueError
        If a table has no row order (Spark).
    """

    def __init__(
        self, tables: Mapping[str, Any], places: Mapping[str, str], spool: Spool, cases: Mapping[str, str]
    ) -> None:
        self.spool = spool
        self.places = places
        self.cases = cases
        self.records = [name for name in tables if name != "cases"]
        self._keys = name_sql(spool.new("").name + " numbers of cases")
        self._frames: dict[str, pa.Table] = {}
        self._views: dict[str, str] = {}
        for name, table in tables.items():
            with damage(places[name]):
                self._views[name] = self._opened(name, table)
        with damage(places["cases"]):
            self._run(
                f"CREATE OR REPLACE TABLE {self._keys} AS SELECT hash({_ID}) AS h, {_ID} IS NULL AS nameless, "
                f"row_number() OVER () - 1 AS n, {ROW_IN_SOURCE} AS row FROM {self._from('cases')}"
            ).close()

    def _opened(self, name: str, table: Any) -> str:
        """The name under which a table can be read any number of times."""
        if name in self.spool.files:
            return name
        frame = nw.from_native(table)
        if frame.implementation.is_spark_like():
            raise ValueError("Spark tables have no row order: use them whole, or write them to Parquet and open that")
        if isinstance(frame, nw.DataFrame):
            self._frames[name] = frame.to_arrow()
        else:
            file = self.spool.new()
            frame.sink_parquet(file)
            self.spool.parquet(f"{name} on disk", [file])
        return f"{name} on disk"

    def check(self) -> None:
        """Does every case have an id of its own, and every record a case?

        Raises
        ------
        CohortError
            With the first rows of each table for which that is not so.
        """
        with damage(self.places["cases"]):
            faults = [*self._nameless(), *self._double()]
        for name in self.records:
            with damage(self.places[name]):
                faults += self._strays(name)
        if faults:
            raise CohortError(faults)

    def cut(self, size: int) -> Iterator[dict[str, pa.Table]]:
        """The tables in batches of so many cases, each with the records of its cases."""
        with damage(self.places["cases"]):
            ((cases,),) = self._rows(f"SELECT count(*) FROM {self._keys}")
        counts = {name: self._sizes(name, size) for name in self.records}
        frames = {name: self._read(name) for name in ("cases", *self.records)}
        begun = dict.fromkeys(frames, 0)
        for number in range(-(-cases // size)):
            made = {}
            for name, frame in frames.items():
                wanted = min(size, cases - number * size) if name == "cases" else counts[name].get(number, 0)
                with damage(self.places[name]):
                    # Polars reads no more of a Parquet file than the pages that hold these rows.
                    made[name] = frame.slice(begun[name], wanted).collect().to_arrow(compat_level=_VIEWS)
                begun[name] += wanted
            yield made

    def close(self) -> None:
        """Forget the numbers of the cases."""
        self.spool.connection.execute(f"DROP TABLE IF EXISTS {self._keys}")

    def _nameless(self) -> Iterator[Fault]:
        found = self._rows(f"SELECT row FROM {self._keys} WHERE nameless ORDER BY n")
        yield from self._told("C102", "cases", [row for (row,) in found], "has no id")

    def _double(self) -> Iterator[Fault]:
        """Cases with the id of an earlier one; hashes tell where to look, the ids decide."""
        suspects = f"(SELECT h FROM {self._keys} WHERE NOT nameless GROUP BY h HAVING count(*) > 1)"
        if not self._rows(f"SELECT h FROM {suspects} LIMIT 1"):
            return
        numbered = f"(SELECT {_ID} AS id, row_number() OVER () AS n, {ROW_IN_SOURCE} AS row FROM {self._from('cases')})"
        found = self._rows(
            f"SELECT row FROM (SELECT n, row, min(n) OVER (PARTITION BY id) AS first FROM {numbered} "
            f"WHERE id IS NOT NULL AND hash(id) IN {suspects}) WHERE n > first ORDER BY n"
        )
        yield from self._told("C102", "cases", [row for (row,) in found], "has the id of an earlier case")

    def _strays(self, name: str) -> Iterator[Fault]:
        known = f"(SELECT h FROM {self._keys} WHERE NOT nameless)"
        numbered = f"(SELECT {_ID} AS id, row_number() OVER () AS n, {ROW_IN_SOURCE} AS row FROM {self._from(name)})"
        found = self._rows(f"SELECT row FROM {numbered} WHERE id IS NULL OR hash(id) NOT IN {known} ORDER BY n")
        yield from self._told("C103", name, [row for (row,) in found], "belongs to no case of the table of cases")

    def _told(self, code: str, name: str, rows: list[int], message: str) -> Iterator[Fault]:
        for row in rows[:MOST_NAMED]:
            yield Fault(code, f"{self.places[name]}: row {row}: {self.cases.get(name, CASE)}", message)
        if len(rows) > MOST_NAMED:
            yield Fault(code, f"{self.places[name]}", f"{len(rows) - MOST_NAMED} more rows: {message}")

    def _sizes(self, name: str, size: int) -> dict[int, int]:
        """How many rows of a table belong to each batch; the table is put in order if it is not."""
        numbered = f"(SELECT hash({_ID}) AS h, row_number() OVER () AS n FROM {self._from(name)})"
        with damage(self.places[name]):
            found = self._rows(
                f"SELECT k.n // {size}, min(r.n), max(r.n), count(*) FROM {numbered} AS r "
                f"JOIN {self._keys} AS k USING (h) GROUP BY 1 ORDER BY 1"
            )
            last = 0
            in_order = True
            for _, first, end, count in found:
                in_order &= first == last + 1 and end == last + count
                last = end
            if not in_order:
                self._sort(name)
        return {batch: count for batch, _, _, count in found}

    def _sort(self, name: str) -> None:
        """Put a table into the order of the cases, on disk; rows of one case stay in their order."""
        numbered = f"(SELECT *, row_number() OVER () AS {_PLACE} FROM {self._from(name)})"
        file = self.spool.new()
        self._run(
            f"COPY (SELECT r.* EXCLUDE ({_PLACE}) FROM {numbered} AS r JOIN {self._keys} AS k ON hash(r.{_ID}) = k.h "
            f"ORDER BY k.n, r.{_PLACE}) TO {text_sql(file)} (FORMAT parquet, COMPRESSION lz4)"
        ).close()
        self._frames.pop(name, None)
        self._views[name] = f"{name} in order"
        self.spool.parquet(self._views[name], [file])

    def _read(self, name: str) -> pl.LazyFrame:
        """The rows of a table in their order."""
        if name not in self._frames:
            return self.spool.scan(self._views[name])
        frame = pl.from_arrow(self._frames[name])
        assert isinstance(frame, pl.DataFrame)
        return frame.lazy()

    def _from(self, name: str) -> str:
        return name_sql(self._views[name])

    def _run(self, sql: str) -> Any:
        """Run a query on a connection of its own, so that several can be read side by side."""
        cursor = self.spool.connection.cursor()
        for name, table in self._frames.items():
            cursor.register(self._views[name], table)
        return cursor.execute(sql)

    def _rows(self, sql: str) -> list[tuple[Any, ...]]:
        rows: list[tuple[Any, ...]] = self._run(sql).fetchall()
        return rows
