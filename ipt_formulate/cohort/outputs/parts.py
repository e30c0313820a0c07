"""How does an interrupted run go on? Finished parts lie in a hidden folder beside the output until it is whole.

A part is the coded tables of one batch. The folder carries a fingerprint of inputs, rulebook and options: with the same
one a later run takes up the parts, with another it starts anew. One run at a time has the folder.
"""

from __future__ import annotations

import fcntl
import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from ipt_formulate.cohort.faults import CohortError
from ipt_formulate.cohort.writing import not_written, whole_file, whole_folder
from ipt_formulate.reading import Fault

FINGERPRINT: Final = "fingerprint.json"
COUNTS: Final = "counts.json"
_LOCK: Final = "lock"
Start = Literal["new", "resumed", "changed", "fresh"]


@dataclass(frozen=True, slots=True)
class Parts:
    """The finished parts of a run. `start` says what was found: nothing, its own parts, or those of another run."""

    folder: Path
    start: Start

    def of(self, number: int) -> Path:
        """The folder of a part."""
        return self.folder / f"{number:06d}"

    def has(self, number: int) -> bool:
        """Is this part finished?"""
        return self.of(number).is_dir()

    @contextmanager
    def making(self, number: int) -> Iterator[Path]:
        """A folder to write a part to; it counts as finished when all of it is written."""
        with whole_folder(self.of(number)) as made:
            yield made

    def keep_counts(self, made: Path, counts: Mapping[str, int]) -> None:
        """Keep how many rows a part has, by table."""
        (made / COUNTS).write_text(json.dumps(counts), encoding="utf-8")

    def counts(self, number: int) -> dict[str, int]:
        """How many rows a part has, by table."""
        told: dict[str, int] = json.loads((self.of(number) / COUNTS).read_text("utf-8"))
        return told

    def files(self, table: str, number: int) -> list[Path]:
        """The files of a table, of the first `number` parts, in the order of the cases."""
        return [self.of(one) / f"{table}.parquet" for one in range(number)]

    def remove(self) -> None:
        """Remove all parts, when the output is whole."""
        shutil.rmtree(self.folder, ignore_errors=True)


@contextmanager
def parts_beside(output: Path, fingerprint: Mapping[str, Any], *, fresh: bool = False) -> Iterator[Parts]:
    """The parts of a run, kept when it is interrupted.

    Parameters
    ----------
    output
        The file or folder that the run writes.
    fingerprint
        All that decides what comes out, as JSON values.
    fresh
        Start over although there are parts.

    Raises
    ------
    CohortError
        If the folder cannot be written, or another run is writing the same output.
    """
    folder = output.parent / f".{output.name}.parts"
    written = json.dumps(fingerprint, sort_keys=True, indent=1)
    try:
        folder.mkdir(0o700, parents=True, exist_ok=True)
        lock = (folder / _LOCK).open("w")
    except OSError as error:
        raise not_written(folder, error) from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise CohortError([Fault("C131", str(output), "is being written by another run")]) from None
        start = _start(folder, written, fresh=fresh)
        if start != "resumed":
            for old in folder.iterdir():
                if old.name != _LOCK:
                    shutil.rmtree(old) if old.is_dir() else old.unlink()
            with whole_file(folder / FINGERPRINT) as made:
                made.write_text(written, encoding="utf-8")
        parts = Parts(folder, start)
        try:
            yield parts
        except BaseException:
            if not _any_part(folder):
                parts.remove()  # nothing to go on with
            raise


def _any_part(folder: Path) -> bool:
    return any(each.is_dir() and each.name.isdecimal() for each in folder.iterdir())


def _start(folder: Path, written: str, *, fresh: bool) -> Start:
    try:
        found = (folder / FINGERPRINT).read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return "new"
    if fresh:
        return "fresh"
    return "resumed" if found == written else "changed"
