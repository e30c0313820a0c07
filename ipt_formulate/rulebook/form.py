"""How is a mapping of a rulebook file read key by key, with every fault noted instead of the first one raised?

A `Form` is one mapping of a document. It hands out values of the wanted type, notes a fault with file:line:column for
everything else, and in the end refuses keys that nobody asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from ipt_formulate.reading import Document, Fault, FaultyInput, Place, nearest

Path = tuple[str | int, ...]


class RulebookError(FaultyInput):
    """A rulebook with faults; `faults` lists all of them with their places."""


class Form:
    """One mapping of a document, read key by key.

    Parameters
    ----------
    document
        The file as read, with places.
    path
        Where in the document the mapping stands.
    faults
        The list that faults are added to; shared by all forms of a rulebook.
    """

    def __init__(self, document: Document, path: Path, faults: list[Fault]) -> None:
        self.document = document
        self.path = path
        self.faults = faults
        self._asked: set[str] = set()
        value = self._value()
        if not isinstance(value, dict):
            self.fault("R210", "must be a mapping of keys to values")
            value = {}
        self.data: dict[str, Any] = value

    def _value(self) -> Any:
        value = self.document.data
        for step in self.path:
            value = value[step]
        return value

    def fault(
        self,
        code: str,
        message: str,
        *keys: str | int,
        expected: str | None = None,
        choices: Iterable[str] | None = None,
        name: str | None = None,
        key: bool = False,
    ) -> None:
        """Note a fault at this mapping or at one of its keys; `choices` and `name` give the nearest right name."""
        path = (*self.path, *keys)
        self.faults.append(
            Fault(
                code=code,
                path=spell(path),
                message=message,
                place=self.document.place_of(path, key=key),
                expected=expected,
                nearest=nearest(name, choices) if name is not None and choices is not None else None,
            )
        )

    def place(self, *keys: str | int) -> Place | None:
        """Where a key's value stands."""
        return self.document.place_of((*self.path, *keys))

    def has(self, key: str) -> bool:
        """Is the key there? Counts as asked for."""
        self._asked.add(key)
        return key in self.data

    def get(self, key: str) -> Any:
        """The raw value, None if the key is missing. Counts as asked for."""
        self._asked.add(key)
        return self.data.get(key)

    def text(self, key: str, *, required: bool = True) -> str:
        """A text; empty, with a fault, if it is required and missing or something else."""
        value = self.get(key)
        if isinstance(value, str) and value.strip():
            return value
        if value is not None or required:
            self.fault("R211", f"`{key}` must be a text" if value is not None else f"`{key}` is missing", key)
        return ""

    def texts(self, key: str, *, required: bool = True) -> tuple[str, ...]:
        """A list of texts; a single text counts as a list of one."""
        value = self.get(key)
        if isinstance(value, str):
            return (value,)
        if isinstance(value, list) and all(isinstance(each, str) for each in value):
            return tuple(value)
        if value is not None or required:
            self.fault("R212", f"`{key}` must be a list of texts" if value is not None else f"`{key}` is missing", key)
        return ()

    def whole(self, key: str, *, default: int | None = None) -> int:
        """A whole number."""
        value = self.get(key)
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        if value is None and default is not None:
            return default
        self.fault("R213", f"`{key}` must be a whole number" if value is not None else f"`{key}` is missing", key)
        return default or 0

    def choice(self, key: str, options: Sequence[str], *, default: str | None = None) -> str:
        """One of `options`."""
        value = self.get(key)
        if value is None and default is not None:
            return default
        if isinstance(value, str) and value in options:
            return value
        if value is None:
            self.fault("R214", f"`{key}` is missing", expected=_listed(options))
        else:
            self.fault(
                "R214",
                f"`{value}` is not a value of `{key}`",
                key,
                expected=_listed(options),
                choices=options,
                name=str(value),
            )
        return options[0]

    def sub(self, key: str | int, *more: str | int) -> Form:
        """The form of a mapping below."""
        if isinstance(key, str):
            self._asked.add(key)
        return Form(self.document, (*self.path, key, *more), self.faults)

    def close(self, also: Iterable[str] = ()) -> None:
        """Refuse every key that nobody asked for."""
        known = self._asked | set(also)
        for key in self.data:
            if key not in known:
                self.fault("R215", f"unknown key `{key}`", key, choices=sorted(known), name=str(key), key=True)


def _listed(options: Sequence[str]) -> str:
    return ", ".join(options) if len(options) <= 12 else f"{', '.join(options[:12])}, ..."


def spell(path: Path) -> str:
    """A path in words: ``$.then[0].supports``."""
    return "$" + "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
