"""What is the smallest intake that still breaks a property? For whoever has a failing number in hand.

`smallest(intakes_of(17)[1], breaks)`, with `intakes_of` from `tests/properties/drawn.py` and a test of one's own.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any

from ipt_formulate.intake import Intake, IntakeError

Path = tuple[str | int, ...]


def smallest(intake: Intake, breaks: Callable[[Intake], bool]) -> dict[str, Any]:
    """The wire form of the intake, with everything taken out that is not needed for `breaks` to stay true."""
    wire = intake.to_dict()
    assert _breaks(wire, breaks), "the intake does not break the property"
    while True:
        for path in sorted(_paths(wire), key=len):
            less = _without(wire, path)
            if less is not None and _breaks(less, breaks):
                wire = less
                break
        else:
            return wire


def _breaks(wire: dict[str, Any], breaks: Callable[[Intake], bool]) -> bool:
    try:
        intake = Intake.from_dict(wire)
    except IntakeError:
        return False
    return breaks(intake)


def _paths(told: Any, path: Path = ()) -> Iterator[Path]:
    inner = told.items() if isinstance(told, dict) else enumerate(told) if isinstance(told, list) else ()
    for key, value in inner:
        yield (*path, key)
        yield from _paths(value, (*path, key))


def _without(wire: dict[str, Any], path: Path) -> dict[str, Any] | None:
    less = copy.deepcopy(wire)
    holder: Any = less
    for step in path[:-1]:
        holder = holder[step]
    if path[-1] in ("id", "intake_version"):
        return None
    del holder[path[-1]]
    return less
