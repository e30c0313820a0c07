"""How is a large file of intakes, one a line, read? In pieces, side by side, into a Parquet file a table and piece."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Final

import polars as pl

import ipt_formulate
from ipt_formulate.cohort.sources.files import found, refused
from ipt_formulate.cohort.sources.flat import COLUMNS, NAMES
from ipt_formulate.cohort.sources.lines import SCHEMAS, read_piece, reject_of
from ipt_formulate.cohort.sources.raw import Raw, Reject
from ipt_formulate.cohort.sources.spool import Spool

PIECE: Final = 256_000_000
"""Bytes of a piece; a file that is smaller is read in this process."""
_BLOCK: Final = 1 << 24


def intakes(path: Path, spool: Spool) -> dict[str, Raw]:
    """The tables of a file of JSON Lines, one intake in the wire format a line.

    Every table is there, with or without rows: each intake says for itself what was asked.
    """
    folder = spool.new("")
    folder.mkdir(mode=0o700)
    pieces = [*_pieces(path)]
    rejects: list[Reject] = []
    if len(pieces) == 1:
        rejects = read_piece(path, *pieces[0], folder)
    else:
        with ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as hands:
            for some in hands.map(lambda piece: _elsewhere(path, piece, folder), pieces):
                rejects += some
    read = {}
    for name in NAMES:
        files = sorted(folder.glob(f"*-{name}.parquet"))
        if not files:
            files = [folder / f"none-{name}.parquet"]
            pl.DataFrame(schema=SCHEMAS[name]).write_parquet(files[0])
        read[name] = Raw(str(path), spool.parquet(found(name), files), COLUMNS[name], view=found(name))
    read["cases"] = replace(read["cases"], rejects=tuple(rejects))
    return read


def _pieces(path: Path) -> Iterator[tuple[int, int, int]]:
    """Where each piece begins, its bytes, and the number of its first line; whole lines."""
    size = path.stat().st_size
    if not size:
        raise refused("C144", str(path), "is empty")
    start, line = 0, 1
    with path.open("rb") as file:
        while start < size:
            lines = read = 0
            while read < PIECE and (block := file.read(min(_BLOCK, PIECE - read))):
                read += len(block)
                lines += block.count(b"\n")
            rest = file.readline()
            yield start, read + len(rest), line
            start += read + len(rest)
            line += lines + rest.count(b"\n")


def _elsewhere(path: Path, piece: tuple[int, int, int], folder: Path) -> list[Reject]:
    """Read a piece in a process of its own: Python reads one line at a time."""
    home = Path(ipt_formulate.__file__).parents[1]
    command = [sys.executable, "-m", "ipt_formulate.cohort.sources.lines", str(path), *map(str, piece), str(folder)]
    paths = [str(home), *filter(None, [os.environ.get("PYTHONPATH")])]
    ended = subprocess.run(
        command, capture_output=True, check=False, env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
    )
    if ended.returncode:
        raise refused("C105", f"{path}: line {piece[2]} or later", "could not be read to its end")
    return [reject_of(each) for each in json.loads(ended.stdout)]
