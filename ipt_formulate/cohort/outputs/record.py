"""What was run, when, on what, and what came of it? The run record, as JSON.

Files are told by name, size and SHA-256. It holds no content of a case.
"""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final

from ipt_formulate.cohort.faults import CohortError
from ipt_formulate.cohort.outputs.methods import NOT_VALIDATED
from ipt_formulate.cohort.outputs.receipt import TableReceipt
from ipt_formulate.reading import Fault

FORMAT: Final = "ipt-formulate.table/1"
PACKAGES: Final = ("duckdb", "narwhals", "numpy", "polars", "pyarrow", "pyreadstat", "pyspark")


@dataclass(frozen=True, slots=True)
class File:
    """A file by name, size in bytes, and SHA-256."""

    name: str
    bytes: int
    sha256: str


def inputs_of(where: str | Path, mapping: str | Path | None = None) -> tuple[File, ...]:
    """The files that are read: one, or all that are visible in a folder and in its tables of parts; and the mapping.

    Raises
    ------
    CohortError
        If there is no such file, or it cannot be read.
    """
    path = Path(where)
    files = [path]
    if path.is_dir():
        there = [each for each in path.iterdir() if not each.name.startswith(".")]
        parts = (part for each in there if each.is_dir() and each.suffix == ".parquet" for part in each.iterdir())
        files = sorted(each for each in (*there, *parts) if not each.is_dir() and not each.name.startswith("."))
    return tuple(_file(each, str(each)) for each in (*files, *([] if mapping is None else [Path(mapping)])))


def outputs_of(folder: Path) -> tuple[File, ...]:
    """The files of a folder, by their names in it."""
    return tuple(_file(each, each.name) for each in sorted(folder.iterdir()))


def _file(path: Path, name: str) -> File:
    try:
        with path.open("rb") as opened:
            return File(name, path.stat().st_size, hashlib.file_digest(opened, "sha256").hexdigest())
    except OSError as error:
        raise CohortError([Fault("C110", name, f"cannot be read: {error.strerror}")]) from error


def written_before(record: Path) -> frozenset[str]:
    """The names of the files that this run and those before it wrote, the record among them; none if it is none."""
    try:
        told = json.loads(record.read_text(encoding="utf-8"))
        if told["format"] != FORMAT:
            return frozenset()
        return frozenset({record.name, *told["earlier"], *(str(each["name"]) for each in told["outputs"])})
    except (OSError, ValueError, LookupError, TypeError):
        return frozenset()


def record_of(
    *,
    inputs: Sequence[File],
    outputs: Sequence[File],
    earlier: Sequence[str],
    receipt: TableReceipt,
    options: Mapping[str, Any],
    counts: Mapping[str, int],
    begun: datetime,
    seconds: float,
    batches: int,
    start: str,
) -> str:
    """The run record.

    `earlier`: files of earlier runs that still lie beside the outputs; `counts`: rows by table; `start`: new, resumed,
    changed or fresh.
    """
    return json.dumps(
        {
            "format": FORMAT,
            "begun": begun.isoformat(timespec="seconds"),
            "seconds": round(seconds, 1),
            "inputs": [asdict(each) for each in inputs],
            "outputs": [asdict(each) for each in outputs],
            "earlier": list(earlier),
            "options": options,
            "receipt": asdict(receipt),
            "counts": counts,
            "batches": batches,
            "start": start,
            "python": platform.python_version(),
            "packages": dict(_packages()),
            "not_validated": NOT_VALIDATED,
        },
        indent=2,
        ensure_ascii=False,
    )


def _packages() -> Sequence[tuple[str, str]]:
    found = []
    for name in PACKAGES:
        try:
            found.append((name, version(name)))
        except PackageNotFoundError:
            continue
    return found
