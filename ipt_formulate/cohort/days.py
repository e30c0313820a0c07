"""How does a partial day stand in one cell of a table?

``2026``, ``2026-03``, ``2026-03-14``; ``40 days before onset``; ``2 years 3 months before assessment``; any of them
with ``about`` in front. The same as the wire form of an intake, and turned into it and back without loss.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_DATE = re.compile(r"(about )?([0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?)\Z")
_LAG = re.compile(r"(about )?((?:-?[0-9]{1,6} (?:days|weeks|months|years) )+)before (onset|assessment)\Z")


def day_to_wire(text: str) -> Any:
    """The wire value of a cell; a text of another form is given back as it is, for the intake to refuse."""
    if date := _DATE.match(text):
        about, written = date.groups()
        return {"date": written, "about": True} if about else written
    if lag := _LAG.match(text):
        about, told, anchor = lag.groups()
        words = told.split()
        if len(set(words[1::2])) < len(words) // 2:
            return text
        wire: dict[str, Any] = {
            f"before_{anchor}": {unit: int(count) for count, unit in zip(words[::2], words[1::2], strict=True)}
        }
        return {**wire, "about": True} if about else wire
    return text


def day_to_text(wire: Any) -> str:
    """The cell of a wire value."""
    if not isinstance(wire, Mapping):
        return str(wire)
    about = "about " if wire.get("about") in (True, "yes") else ""
    for frame in ("onset", "assessment"):
        if f"before_{frame}" in wire:
            told = " ".join(f"{count} {unit}" for unit, count in wire[f"before_{frame}"].items())
            return f"{about}{told} before {frame}"
    return f"{about}{wire['date']}"
