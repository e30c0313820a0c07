"""Is the library there that a format needs? If not, which extra brings it?"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from ipt_formulate.cohort.faults import CohortError
from ipt_formulate.reading import Fault


def needed(library: str, place: str, extra: str) -> Any:
    """The library.

    Raises
    ------
    CohortError
        If it is not installed; says how to install it.
    """
    try:
        return import_module(library)
    except ModuleNotFoundError:
        message = f"needs {library}, which is not installed"
        raise CohortError([Fault("C147", place, message, None, f"pip install 'ipt-formulate[{extra}]'")]) from None
