"""Which version of the wire format is a file in, and how does an older file become a current one?

Each older version has one written step to the next. A file of a newer version is refused: guessing what an unknown
key might mean is not for this library.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from ipt_formulate.intake.types import Misread, Misreadings

CURRENT = 1
Step = Callable[[Mapping[str, Any]], Mapping[str, Any]]
STEPS: Mapping[int, Step] = MappingProxyType({})
"""From each older version, the step to the next one. Version 1 is the first, so there is none yet."""


def migrate(data: Mapping[str, Any], steps: Mapping[int, Step] = STEPS, current: int = CURRENT) -> Mapping[str, Any]:
    """The same intake in the current version; without ``intake_version`` it is taken to be current.

    Raises Misreadings when the version is newer, unreadable, or older than the oldest step.
    """
    told = data.get("intake_version")
    version = current if told is None else _number(told)
    if version > current:
        raise _refused(f"is newer than this library reads; update the library to read it, it reads up to {current}")
    while version < current:
        if version not in steps:
            raise _refused(f"is older than the oldest version this library can migrate to {current}")
        data = steps[version](data)
        version += 1
    return {**data, "intake_version": str(current)}


def _number(told: Any) -> int:
    if type(told) is int and told >= 0:
        return told
    if isinstance(told, str) and told.isascii() and told.isdecimal() and len(told) < 6:
        return int(told)
    raise _refused("is not a version number", repr(told))


def _refused(message: str, details: str | None = None) -> Misreadings:
    return Misreadings(Misread("A112", message, details=details, steps=("intake_version",)))
