"""How is a table or a coding file refused? With every fault at once, by file and row, without its values."""

from __future__ import annotations

from ipt_formulate.reading import FaultyInput


class CohortError(FaultyInput):
    """A table, coding file or folder that cannot be used; ``faults`` holds everything that is wrong with it."""
