"""How is a piece of a file of JSON Lines turned into tables? Line by line; a broken line is set aside.

Run as a command it does one piece, so that the pieces of a large file can be read side by side.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import polars as pl

from ipt_formulate.cohort.layout import ROW
from ipt_formulate.cohort.sources.flat import COLUMNS, NAMES, Row, Shapeless, flat
from ipt_formulate.cohort.sources.raw import Reject
from ipt_formulate.reading import Fault

LONGEST: Final = 1_000_000
"""Bytes of one intake, as for a file that holds one."""
_LINES: Final = 1000
"""Lines whose rows are kept as Python objects at once."""


def read_piece(path: Path, start: int, size: int, first: int, folder: Path) -> list[Reject]:
    """Read the lines of a piece and write a Parquet file a table, ``<first>-<table>.parquet``, where there are rows.

    Parameters
    ----------
    path, start, size
        The file, and which bytes of it: whole lines.
    first
        The number of the first line.
    folder
        Where to write.

    Returns
    -------
    list of Reject
        The broken lines.
    """
    frames: dict[str, list[pl.DataFrame]] = {name: [] for name in NAMES}
    rejects: list[Reject] = []
    with path.open("rb") as file:
        file.seek(start)
        block: list[tuple[int, bytes]] = []
        for number, line in enumerate(_lines(file, size), first):
            block.append((number, line))
            if len(block) == _LINES:
                _add(block, frames, rejects)
                block = []
        _add(block, frames, rejects)
    for name, made in frames.items():
        if made:
            pl.concat(made).write_parquet(folder / f"{first:012}-{name}.parquet", compression="lz4")
    return rejects


def _lines(file: Any, size: int) -> Iterable[bytes]:
    while size > 0 and (line := file.readline()):
        size -= len(line)
        yield line


def _add(block: list[tuple[int, bytes]], frames: dict[str, list[pl.DataFrame]], rejects: list[Reject]) -> None:
    rows: dict[str, list[Row]] = {name: [] for name in NAMES}
    for number, line in block:
        if not line.strip():
            continue
        try:
            for name, made in flat(_parsed(line), number).items():
                rows[name] += made
        except Shapeless as error:
            rejects.append(Reject("cases", number, None, (error.fault,)))
    for name, made in rows.items():
        if made:
            columns = dict(zip(COLUMNS[name], zip(*made, strict=True), strict=True))
            frames[name].append(pl.DataFrame(columns, schema=SCHEMAS[name]))


def _parsed(line: bytes) -> Any:
    if len(line) > LONGEST:
        raise Shapeless("R102", "", f"is longer than the limit of {LONGEST} bytes")
    try:
        return json.loads(line.decode("utf-8-sig"), object_pairs_hook=_once, parse_constant=_no_number)
    except UnicodeError:
        raise Shapeless("R103", "", "is not UTF-8 text") from None
    except (ValueError, RecursionError):  # a number of thousands of digits is a ValueError, too
        raise Shapeless("R111", "", "is not JSON, or is cut off") from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise Shapeless("R109", "", "holds the same key twice in one place")
    return found


def _no_number(_: str) -> Any:
    raise Shapeless("R111", "", "holds a number that is none")


SCHEMAS: Final = {
    name: {column: pl.Int64 if column == ROW else pl.String for column in columns} for name, columns in COLUMNS.items()
}


def told(reject: Reject) -> dict[str, Any]:
    """A reject as plain data."""
    return asdict(reject)


def reject_of(plain: dict[str, Any]) -> Reject:
    """A reject from plain data."""
    return Reject(plain["table"], plain["row"], plain["case"], tuple(Fault(**fault) for fault in plain["faults"]))


if __name__ == "__main__":
    source, begin, length, line, target = sys.argv[1:]
    found = read_piece(Path(source), int(begin), int(length), int(line), Path(target))
    json.dump([told(each) for each in found], sys.stdout)
