"""Which reader fits what was given, and are its tables and columns those of the layout?

Every fault of all tables is told in one run. A table that is not there was not asked about; it never means "none".
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import narwhals.stable.v2 as nw

from ipt_formulate.cohort.faults import CohortError
from ipt_formulate.cohort.layout import CASE, TABLES, columns_of
from ipt_formulate.cohort.sources import files
from ipt_formulate.cohort.sources.frames import framed
from ipt_formulate.cohort.sources.plain import plain
from ipt_formulate.cohort.sources.raw import ROW, Raw
from ipt_formulate.cohort.sources.source import Source
from ipt_formulate.cohort.sources.spool import Spool
from ipt_formulate.reading import Fault, nearest

ROWS: Final = (".parquet", ".csv", ".tsv", ".arrow", ".feather")
"""Endings of files that hold one table."""


def open_source(where: str | os.PathLike[str] | Mapping[str, Any] | Any, *, encoding: str | None = None) -> Source:
    """Open a cohort.

    Parameters
    ----------
    where
        A folder with one file a table (``cases.parquet``, ``losses.csv``, ...), one file with a row a case, a frame
        with a row a case, or frames by the name of their table. Frames may be of Polars (lazy too), PyArrow, DuckDB,
        PySpark or pandas.
    encoding
        Of delimited text, if it is not UTF-8, such as ``cp1252``.

    Returns
    -------
    Source
        Close it when done.

    Raises
    ------
    CohortError
        With every fault: no such file, damaged or empty, a wrong encoding, two columns of one name, a column that is
        not of the layout, no table of cases.
    """
    spool = Spool()
    try:
        found = read(where, spool, encoding)
        _check(found, place_of(where))
        return _source(found, spool)
    except BaseException:
        spool.close()
        raise


def place_of(where: Any) -> str:
    """What was given, for messages."""
    return str(where) if isinstance(where, str | os.PathLike) else "frames"


def read(where: Any, spool: Spool, encoding: str | None = None) -> dict[str, Raw]:
    """Every table of the data as it was found, by name."""
    if isinstance(where, Mapping):
        return _frames({str(name): table for name, table in where.items()})
    if not isinstance(where, str | os.PathLike):
        return {"cases": framed(where, "cases")}
    path = Path(where)
    if not path.exists():
        raise files.refused("C101", str(path), "there is no such file or folder")
    if path.is_dir() and path.suffix.lower() != ".parquet":
        return _folder(path, spool, encoding)
    return {"cases": _file(path, "cases", spool, encoding)}


def _folder(folder: Path, spool: Spool, encoding: str | None) -> dict[str, Raw]:
    by_stem: dict[str, list[Path]] = {}
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() in ROWS and not path.name.startswith("."):
            by_stem.setdefault(path.stem, []).append(path)
    found: dict[str, Raw] = {}
    faults: list[Fault] = []
    for stem, paths in by_stem.items():
        if stem not in TABLES:
            near = nearest(stem, [name for name in TABLES if name not in by_stem])
            if near:
                faults.append(Fault("C142", str(paths[0]), "is named like no table of the layout", None, None, near))
        elif len(paths) > 1:
            names = ", ".join(path.name for path in paths)
            faults.append(Fault("C142", str(folder), f"holds the same table more than once: {names}"))
        else:
            try:
                found[stem] = _file(paths[0], stem, spool, encoding)
            except CohortError as error:
                faults += error.faults
    if "cases" not in by_stem:
        expected = " or ".join(f"cases{ending}" for ending in ROWS)
        faults.append(Fault("C101", str(folder), "holds no table of cases", None, expected))
    if faults:
        raise CohortError(faults)
    return found


def _file(path: Path, name: str, spool: Spool, encoding: str | None) -> Raw:
    if not os.access(path, os.R_OK):
        raise files.refused("C148", str(path), "cannot be read: no permission")
    match path.suffix.lower():
        case ".parquet":
            return files.parquet(path, name, spool)
        case ".arrow" | ".feather":
            return files.arrow(path, name, spool)
        case ".csv" | ".tsv":
            return files.delimited(path, name, spool, encoding)
    raise files.refused("C140", str(path), "is of no known kind", f"a name that ends in {', '.join(ROWS)}")


def _frames(given: Mapping[str, Any]) -> dict[str, Raw]:
    found: dict[str, Raw] = {}
    faults: list[Fault] = []
    for name, table in given.items():
        try:
            found[name] = framed(table, name)
        except CohortError as error:
            faults += error.faults
    if faults:
        raise CohortError(faults)
    return found


def _check(found: Mapping[str, Raw], place: str) -> None:
    """Are these tables and columns of the layout?"""
    faults = [*_table_faults(found, place)]
    for name, raw in found.items():
        if name in TABLES:
            faults += _column_faults(name, raw)
    if faults:
        raise CohortError(faults)


def _table_faults(found: Mapping[str, Raw], place: str) -> Iterator[Fault]:
    for name in found:
        if name not in TABLES:
            expected = f"one of {', '.join(TABLES)}"
            yield Fault("C142", f"{place}: {name}", "is no table of the layout", None, expected, nearest(name, TABLES))
    if "cases" not in found:
        yield Fault("C101", place, "holds no table of cases", None, "a table `cases`, one row a case")


def _column_faults(name: str, raw: Raw) -> Iterator[Fault]:
    known = (*columns_of(name), ROW)
    for column in raw.columns:
        if column not in known:
            yield Fault(
                "C104", f"{raw.place}: {column}", "is no column of this table", None, None, nearest(column, known)
            )
    if CASE not in raw.columns:
        yield Fault("C104", raw.place, f"has no column `{CASE}`", None, "the id of the case in every table")


def _source(found: Mapping[str, Raw], spool: Spool) -> Source:
    tables: dict[str, Any] = {}
    faults: list[Fault] = []
    for name in sorted(found, key=[*TABLES].index):
        raw = found[name]
        try:
            table = plain(raw.table, raw.place)
        except CohortError as error:
            faults += error.faults
            continue
        if raw.ours:
            here = spool.files[files.found(name)]
            table = spool.parquet(name, here) if table is raw.table else spool.kept(name, table.sql_query())
        tables[name] = table
    if not faults and not _holds_rows(tables["cases"]):
        faults.append(Fault("C144", found["cases"].place, "holds no case"))
    if faults:
        raise CohortError(faults)
    places = {name: raw.place for name, raw in found.items()}
    return Source(tables, places, tuple(each for raw in found.values() for each in raw.rejects), spool)


def _holds_rows(table: Any) -> bool:
    frame = nw.from_native(table)
    if frame.implementation.is_spark_like():
        return True  # asking would run the whole plan of the cluster
    first = frame.head(1)
    return bool(len(first.collect() if isinstance(first, nw.LazyFrame) else first))
