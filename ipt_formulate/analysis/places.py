"""Where in which file of a rulebook does something stand?

A rulebook that came from the cache keeps no places. Only the files that somebody asks about are read again, once each.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from ipt_formulate.reading import RULE_BYTES, Document, FaultyInput, Place, read_file


class Places:
    """The files of one rulebook folder, read when they are asked for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._document = cache(self._read)

    def at(self, file: str, path: tuple[str | int, ...], *, key: bool = False) -> Place | None:
        """The place of a value (or of its key); the top of the file if it can no longer be read."""
        document = self._document(file)
        place = document.place_of(path, key=key) if document is not None else None
        return Place(self._shown(file), place.line if place else 1, place.column if place else 1)

    def data(self, file: str) -> Any:
        """The plain data of a file; an empty mapping if it can no longer be read."""
        document = self._document(file)
        return document.data if document is not None else {}

    def _read(self, file: str) -> Document | None:
        try:
            return read_file(self.folder / file, limit=RULE_BYTES)
        except FaultyInput:
            return None

    def _shown(self, file: str) -> str:
        """The path as a person in this working directory would write it."""
        path = (self.folder / file).resolve()
        return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)
