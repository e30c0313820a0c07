"""How is a table of measurements shown? As text, Markdown or JSON; numbers to the right."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypeAlias

Form: TypeAlias = Literal["text", "md", "json"]
FORMS: tuple[Form, ...] = ("text", "md", "json")


def shown(columns: Sequence[str], rows: Sequence[Mapping[str, Any]], form: Form) -> str:
    """The rows under the columns; what a row does not have stays empty."""
    if form == "json":
        return json.dumps([dict(row) for row in rows], indent=1)
    cells = [[_cell(row.get(column)) for column in columns] for row in rows]
    widths = [max(len(column), *(len(line[place]) for line in cells)) for place, column in enumerate(columns)]
    right = [any(isinstance(row.get(column), int | float) for row in rows) for column in columns]

    def line(parts: Sequence[str]) -> str:
        padded = [
            part.rjust(width) if to_right else part.ljust(width)
            for part, width, to_right in zip(parts, widths, right, strict=True)
        ]
        return f"| {' | '.join(padded)} |" if form == "md" else "  ".join(padded).rstrip()

    ruled = [
        ("-" * (width - 1) + ":") if to_right else "-" * width for width, to_right in zip(widths, right, strict=True)
    ]
    middle = [line(ruled)] if form == "md" else ["-" * len(line(columns))]
    return "\n".join([line(columns), *middle, *(line(each) for each in cells)])


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.2f}" if value < 10 else f"{value:.1f}" if value < 100 else f"{value:,.0f}"
    return f"{value:,}" if isinstance(value, int) else str(value)
