"""How do tables, files and folders of intakes become intakes again? One by one, in the order of the cases or files.

A folder holds ``cases.parquet`` and, for each kind of record that was asked about and for the clinician's decisions,
one more file in the order of the cases. A file that is not there was not asked; it never means that there are no such
records. For many cases there is `ipt_formulate.cohort.entry`, which has no loop.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any, Final

from ipt_formulate.cohort.faults import CohortError
from ipt_formulate.cohort.layout import CASE, DECISIONS, TABLES, case_name, case_to_wire, columns_of
from ipt_formulate.intake import Intake
from ipt_formulate.reading import Document, Fault, FaultyInput, nearest, read_file, read_text

_ROWS: Final = 1000
FILES: Final = (".yaml", ".yml", ".json")
"""Endings of files that hold one intake."""
LINES: Final = (".ndjson", ".jsonl")
"""Endings of files that hold an intake a line."""


@dataclass(frozen=True, slots=True)
class Broken:
    """An intake that cannot be used.

    ``file``, ``line``: where it stands; a line of a file with an intake a line, else that of the first fault.
    ``case``: its id, where that could be read. ``faults`` hold no value.
    """

    file: str
    line: int | None
    case: str | None
    faults: tuple[Fault, ...]


def intakes_in(where: str | Path) -> Iterator[Intake | Broken]:
    """The intakes of a folder (YAML, JSON and JSON Lines), or of one such file, in the order of names and lines.

    Raises
    ------
    CohortError
        If there is no such folder or file, or an intake has the id of an earlier one.
    """
    place, seen = Path(where), set[str]()
    if not place.exists():
        raise CohortError([Fault("C110", str(place), "there is no such file or folder")])
    for path in sorted(place.iterdir()) if place.is_dir() else [place]:
        for line, each in _intakes_of(path):
            case = each.case if isinstance(each, Broken) else each.case_id
            if case in seen:
                at = str(path) if line is None else f"{path}:{line}"
                raise CohortError([Fault("C102", f"{at}: case_id", "has the id of an earlier case")])
            if case is not None:
                seen.add(case)
            yield each


def _intakes_of(path: Path) -> Iterator[tuple[int | None, Intake | Broken]]:
    if path.suffix.lower() in FILES:
        yield None, _intake(path, None, lambda: read_file(path))
    elif path.suffix.lower() in LINES:
        try:
            with path.open("rb") as lines:
                for number, line in enumerate(lines, start=1):
                    if line.strip():
                        yield number, _intake(path, number, partial(_of_line, line, f"{path}:{number}"))
        except OSError as error:
            raise CohortError([Fault("C110", str(path), f"cannot be read: {error.strerror}")]) from None


def _intake(path: Path, line: int | None, read: Callable[[], Document]) -> Intake | Broken:
    case: str | None = None
    try:
        document = read()
        if isinstance(document.data, Mapping) and isinstance(document.data.get("case_id"), str):
            case = document.data["case_id"]
        return Intake.from_document(document)
    except FaultyInput as error:
        first = error.faults[0].place
        # Where a fault is about the whole file, its path is that of the file, and no field's.
        faults = tuple(replace(each, path="") if each.path == str(path) else each for each in error.faults)
        return Broken(path.name, line or (first.line if first is not None else None), case, faults)


def _of_line(line: bytes, name: str) -> Document:
    """An intake in which a whole number may stand for the id of the case, as exports write it."""
    document = read_text(line, name=name, format="json")
    if isinstance(document.data, dict) and type(document.data.get("case_id")) is int:
        document.data["case_id"] = str(document.data["case_id"])
    return document


def intakes_from(folder: str | Path) -> Iterator[Intake]:
    """The intakes of a folder of tables, one at a time.

    Raises
    ------
    CohortError
        If ``cases.parquet`` is missing, a file is broken, a column is unknown or that of the case is missing, a case
        occurs twice, or a record belongs to no case.
    IntakeError
        If the answers of a case do not fit together.
    """
    found = {name: Path(folder) / f"{name}.parquet" for name in (*TABLES, DECISIONS)}
    if not found["cases"].is_file():
        raise CohortError([Fault("C101", str(found["cases"]), "there is no such file")])
    tables = {name: _rows_of(path) for name, path in found.items() if path.is_file()}
    for wire in wires(tables):
        yield Intake.from_dict(wire)


def wires(tables: Mapping[str, Iterable[Any]]) -> Iterator[dict[str, Any]]:
    """The wire of each case, from Arrow batches of the tables by name."""
    children = {name: _by_case(name, batches) for name, batches in tables.items() if name != "cases"}
    waiting = {name: next(groups, None) for name, groups in children.items()}
    seen: set[str] = set()
    for batch in tables["cases"]:
        for row in batch.to_pylist():
            case = case_name(row[CASE])
            if case is None or case in seen:
                raise CohortError([Fault("C102", "cases", "a case has no id, or the id of another case")])
            seen.add(case)
            records = {}
            for name, group in waiting.items():
                if group is not None and group[0] == case:
                    records[name] = group[1]
                    waiting[name] = next(children[name], None)
            yield case_to_wire(row, records, tables)
    strays = [name for name, group in waiting.items() if group is not None]
    if strays:
        message = "holds records of a case that is not among the cases, or not in their order"
        raise CohortError([Fault("C103", name, message) for name in strays])


def _by_case(name: str, batches: Iterable[Any]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    rows = (row for batch in batches for row in batch.to_pylist())
    for case, group in groupby(rows, key=lambda row: case_name(row[CASE])):
        if case is None:
            raise CohortError([Fault("C103", name, "holds a record without a case")])
        yield case, list(group)


def _rows_of(path: Path) -> Iterator[Any]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(path)
        known = columns_of(path.stem)
        strange = [name for name in file.schema_arrow.names if name not in known]
        if strange:
            message = "is no column of this table"
            raise CohortError([Fault("C104", f"{path}: {name}", message, None, None, nearest(name, known))
                               for name in strange])  # fmt: skip
        if CASE not in file.schema_arrow.names:
            expected = "the id of the case in every table"
            raise CohortError([Fault("C104", str(path), f"has no column `{CASE}`", None, expected)])
        yield from file.iter_batches(_ROWS)
    except (pa.ArrowInvalid, OSError) as error:
        raise CohortError([Fault("C105", str(path), "cannot be read as Parquet: it is damaged or cut off")]) from error
