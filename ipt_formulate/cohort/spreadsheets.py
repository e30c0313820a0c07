"""Which text would a spreadsheet take for a formula? In CSV it gets an apostrophe in front, and loses it when read.

Ids of cases are other people's text: opened in a spreadsheet, one that begins like a formula would be run.
"""

from __future__ import annotations

import re
from typing import Any, Final

FORMULA: Final = "^[=+\\-@\t\r]"
"""The texts that need an apostrophe, as a regular expression for Arrow, too."""
_FORMULA = re.compile(FORMULA)
_SHIELDED = re.compile(f"'(?={FORMULA.removeprefix('^')})")


def harmless(cell: Any) -> Any:
    """The cell, an apostrophe in front if it is such a text."""
    return f"'{cell}" if isinstance(cell, str) and _FORMULA.match(cell) else cell


def is_shielded(text: str) -> bool:
    """Does the text begin with an apostrophe that keeps it from being a formula?"""
    return _SHIELDED.match(text) is not None
