"""Which reader fits what was given, and are its tables and columns those of the layout?

Every fault of all tables is told in one run. A table that is not there was not asked about; it never means "none".
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import narwhals.stable.v2 as nw

from ipt_formulate.cohort.faults import CohortError
from ipt_formulate.cohort.layout import CASE, DECISIONS, TABLES, columns_of
from ipt_formulate.cohort.mapping.model import StudyMapping
from ipt_formulate.cohort.mapping.written import mapping_from_file
from ipt_formulate.cohort.sources import files
from ipt_formulate.cohort.sources.frames import framed
from ipt_formulate.cohort.sources.intakes import intakes
from ipt_formulate.cohort.sources.labelled import READERS, labelled
from ipt_formulate.cohort.sources.mapped import ReadFrom, mapped_tables
from ipt_formulate.cohort.sources.own import own_mapping
from ipt_formulate.cohort.sources.plain import plain
from ipt_formulate.cohort.sources.raw import Raw
from ipt_formulate.cohort.sources.redcap import is_export
from ipt_formulate.cohort.sources.source import Source
from ipt_formulate.cohort.sources.spool import Spool
from ipt_formulate.cohort.sources.unread import Origin, settled
from ipt_formulate.cohort.sources.workbook import sheets
from ipt_formulate.reading import Fault, nearest

ROWS: Final = (".parquet", ".csv", ".tsv", ".arrow", ".feather", *READERS)
"""Endings of files that hold one table."""
WORKBOOKS: Final = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
"""Endings of files that hold a table a sheet."""
LINES: Final = (".ndjson", ".jsonl")
"""Endings of files that hold an intake a line."""
NAMES: Final = (*TABLES, DECISIONS)
_ROWS_SHOWN: Final = ", ".join(ROWS)
_MOST_BROKEN: Final = 3
"""Broken rows that are named where there are no others."""
_DATA: Final = "data"
"""The table of data that have but one."""


def open_source(
    where: str | os.PathLike[str] | Mapping[str, Any] | Any,
    *,
    mapping: StudyMapping | str | os.PathLike[str] | None = None,
    encoding: str | None = None,
) -> Source:
    """Open a cohort.

    Parameters
    ----------
    where
        A folder with one file a table (``cases.parquet``, ``losses.csv``, ...), one file with a row a case, a workbook
        with a sheet a table, JSON Lines of intakes, a frame with a row a case, or frames by the name of their table.
        Files may be Parquet, Arrow, CSV, TSV, Excel, SPSS and Stata; frames of Polars (lazy too), PyArrow, DuckDB,
        PySpark or pandas.
    mapping
        From the columns and codes of a study to those of the layout: a mapping, or its file. Without one the data have
        the columns of the layout.
    encoding
        Of delimited text, if it is not UTF-8, such as ``cp1252``.

    Returns
    -------
    Source
        Close it when done. With a mapping its tables are DuckDB relations, whatever was given.

    Raises
    ------
    CohortError
        With every fault: no such file, damaged or empty, a wrong encoding, two columns of one name, a column that is
        not of the layout or that the mapping names and the data do not have, no table of cases.
    """
    if isinstance(mapping, str | os.PathLike):
        mapping = mapping_from_file(mapping)
    spool = Spool()
    try:
        data = read(where, spool, encoding, mapped=mapping is not None)
        return _mapped(mapping, data, spool) if mapping is not None else _as_laid_out(data, place_of(where), spool)
    except BaseException:
        spool.close()
        raise


def place_of(where: Any) -> str:
    """What was given, for messages."""
    return str(where) if isinstance(where, str | os.PathLike) else "frames"


def read(where: Any, spool: Spool, encoding: str | None = None, *, mapped: bool = False) -> dict[str, Raw]:
    """Every table of the data as it was found, by name.

    ``mapped``: whether tables may have any name. The names of single tables are then ``data``, else ``cases``.
    """
    single = _DATA if mapped else "cases"
    if isinstance(where, Mapping):
        return _all([*map(str, where)], lambda name: framed(where[name], name))
    if not isinstance(where, str | os.PathLike):
        return {single: framed(where, single)}
    path = Path(where)
    if not path.exists():
        raise files.refused("C101", str(path), "there is no such file or folder")
    ending = path.suffix.lower()
    if path.is_dir() and ending != ".parquet":
        return _folder(path, spool, encoding, mapped=mapped)
    if ending in LINES:
        if mapped:
            raise files.refused("C149", str(path), "holds whole intakes, which need no mapping")
        return intakes(path, spool)
    if ending in WORKBOOKS:
        found = sheets(path, spool)
        if len(found) == 1 and not {*found} & {*NAMES}:
            return {single: next(iter(found.values()))}
        return found if mapped else {name: found[name] for name in _tables_among(found, str(path), found)}
    return {single: _file(path, single, spool, encoding)}


def _folder(folder: Path, spool: Spool, encoding: str | None, *, mapped: bool) -> dict[str, Raw]:
    by_stem: dict[str, list[Path]] = {}
    alike: dict[str, list[str]] = {}
    others: dict[str, Path] = {}
    for path in sorted(folder.iterdir()):
        if path.name.startswith("."):
            continue
        if path.suffix.lower() in ROWS:
            by_stem.setdefault(path.stem, []).append(path)
            alike.setdefault(path.stem.lower(), []).append(path.name)  # DuckDB does not tell their cases apart
        else:
            others[path.name.partition(".")[0]] = path
    faults = [
        Fault("C142", str(folder), f"holds the same table more than once: {', '.join(paths)}")
        for stem, paths in alike.items()
        if len(paths) > 1 and (mapped or stem in NAMES)
    ]
    faults += [
        Fault(
            "C140", str(others[name]), "is a table of no kind that is read in a folder", None, f"one of {_ROWS_SHOWN}"
        )
        for name in NAMES
        if name in others and name not in by_stem and not mapped
    ]
    names: Iterable[str] = by_stem
    if not mapped:
        try:
            names = _tables_among(by_stem, str(folder), {stem: paths[0].name for stem, paths in by_stem.items()})
        except CohortError as error:
            faults += error.faults
            names = [name for name in by_stem if name in NAMES]
    elif not by_stem:
        faults.append(Fault("C101", str(folder), "holds no table", None, f"a file that ends in {_ROWS_SHOWN}"))
    try:
        single = [name for name in names if len(by_stem[name]) == 1]
        found = _all(single, lambda name: _file(by_stem[name][0], name, spool, encoding))
    except CohortError as error:
        faults += error.faults
    if faults:
        raise CohortError(faults)
    return found


def _tables_among(names: Iterable[str], place: str, shown: Mapping[str, Any]) -> list[str]:
    """The tables of the layout among these; what is named almost like one was probably meant to be one."""
    there = [*names]
    faults = []
    for name in there:
        if name not in NAMES:
            near = nearest(name.lower(), [each for each in NAMES if each not in there])
            if near:
                told = shown[name] if isinstance(shown[name], str) else name
                faults.append(Fault("C142", f"{place}: {told}", "is named like no table of the layout", nearest=near))
    if "cases" not in there:
        expected = "`cases`, such as cases.parquet, and the other tables beside it"
        faults.append(Fault("C101", place, "holds no table of cases", None, expected))
    if faults:
        raise CohortError(faults)
    return [name for name in there if name in NAMES]


def _file(path: Path, name: str, spool: Spool, encoding: str | None) -> Raw:
    if not os.access(path, os.R_OK):
        raise files.refused("C148", str(path), "cannot be read: no permission")
    ending = path.suffix.lower()
    match ending:
        case ".parquet":
            return files.parquet(path, name, spool)
        case ".arrow" | ".feather":
            return files.arrow(path, name, spool)
        case ".csv" | ".tsv":
            return files.delimited(path, name, spool, encoding)
    if ending in READERS:
        return labelled(path, name, spool)
    known = ", ".join((*ROWS, *WORKBOOKS, *LINES))
    raise files.refused("C140", str(path), "is of no known kind", f"a name that ends in {known}")


def _all(names: Iterable[str], reader: Callable[[str], Raw]) -> dict[str, Raw]:
    """Every table, or the faults of all."""
    found: dict[str, Raw] = {}
    faults: list[Fault] = []
    for name in names:
        try:
            found[name] = reader(name)
        except CohortError as error:
            faults += error.faults
    if faults:
        raise CohortError(faults)
    return found


def _mapped(mapping: StudyMapping, data: Mapping[str, Raw], spool: Spool) -> Source:
    made = mapped_tables(mapping, data, spool)
    origins = {
        name: Origin(
            studied.raw, studied.column(studied.table.case, None), studied.table.where, counted=studied.counts_rows()
        )
        for name, (studied, _) in made.items()
    }
    columns = {name: studied.read_from() for name, (studied, _) in made.items()}
    return _source({name: table for name, (_, table) in made.items()}, origins, spool, columns)


def _as_laid_out(data: Mapping[str, Raw], place: str, spool: Spool) -> Source:
    """Data that have the tables and columns of the layout already."""
    _check(data, place)
    made: dict[str, Any] = {}
    faults: list[Fault] = []
    for name in sorted(data, key=NAMES.index):
        raw = data[name]
        try:
            made[name] = _laid_out(name, raw, spool)
        except CohortError as error:
            faults += error.faults
    if faults:
        raise CohortError(faults)
    return _source(made, {name: Origin(raw) for name, raw in data.items()}, spool, {})


def _laid_out(name: str, raw: Raw, spool: Spool) -> Any:
    if raw.labels or raw.missing:
        return mapped_tables(own_mapping(name, raw), {name: raw}, spool)[name][1]
    table = plain(raw.table, raw.place)
    if raw.view is None:
        return table
    if table is raw.table:
        return spool.parquet(name, spool.files[raw.view])
    return spool.kept(name, table.sql_query())


def _source(
    made: Mapping[str, Any], origins: Mapping[str, Origin], spool: Spool, columns: Mapping[str, Mapping[str, ReadFrom]]
) -> Source:
    places = {name: origin.raw.place for name, origin in origins.items()}
    tables, rejects = settled(made, origins, spool)
    if not _holds_rows(tables["cases"]):
        broken = [
            Fault("C144", f"{places[each.table]}: row {each.row}", fault.message, None, fault.expected)
            for each in rejects[:_MOST_BROKEN]
            for fault in each.faults
        ]
        message = f"holds no case that can be read, and {len(rejects)} broken rows" if broken else "holds no case"
        raise CohortError([Fault("C144", places["cases"], message), *broken])
    return Source(tables, places, rejects, spool, columns)


def _check(found: Mapping[str, Raw], place: str) -> None:
    """Are these tables and columns of the layout?"""
    faults = [*_table_faults(found, place)]
    for name, raw in found.items():
        if name in NAMES:
            faults += _column_faults(name, raw)
    if faults:
        raise CohortError(faults)


def _table_faults(found: Mapping[str, Raw], place: str) -> Iterator[Fault]:
    for name in found:
        if name not in NAMES:
            expected = f"one of {', '.join(NAMES)}"
            yield Fault("C142", f"{place}: {name}", "is no table of the layout", None, expected, nearest(name, NAMES))
    if "cases" not in found:
        yield Fault("C101", place, "holds no table of cases", None, "a table `cases`, one row a case")


def _column_faults(name: str, raw: Raw) -> Iterator[Fault]:
    if is_export(raw.columns):
        expected = "--mapping, such as the one that `ipt-formulate map redcap` wrote"
        yield Fault("C149", raw.place, "is an export of REDCap, and there is no mapping", None, expected)
        return
    known = columns_of(name)
    for column in raw.columns:
        if column not in known:
            yield Fault(
                "C104", f"{raw.place}: {column}", "is no column of this table", None, None, nearest(column, known)
            )
    if CASE not in raw.columns:
        yield Fault("C104", raw.place, f"has no column `{CASE}`", None, "the id of the case in every table")


def _holds_rows(table: Any) -> bool:
    frame = nw.from_native(table)
    if frame.implementation.is_spark_like():
        return True  # asking would run the whole plan of the cluster
    first = frame.head(1)
    return bool(len(first.collect() if isinstance(first, nw.LazyFrame) else first))
