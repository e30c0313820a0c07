"""From a structured intake to an explained IPT formulation, by declarative rules.

It supports a clinician's judgement. It never diagnoses, and prints words, not probabilities.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from ipt_formulate.version import __version__

if TYPE_CHECKING:
    from ipt_formulate.cohort.table import TableResult, formulate_table
    from ipt_formulate.explain import Formulation, formulate
    from ipt_formulate.intake import Intake, IntakeError
    from ipt_formulate.rulebook import Rulebook, RulebookError

__all__ = [
    "Formulation",
    "Intake",
    "IntakeError",
    "Rulebook",
    "RulebookError",
    "TableResult",
    "__version__",
    "formulate",
    "formulate_table",
]

logging.getLogger("ipt_formulate").addHandler(logging.NullHandler())

_HOMES = {
    "Formulation": "ipt_formulate.explain",
    "formulate": "ipt_formulate.explain",
    "TableResult": "ipt_formulate.cohort.table",
    "formulate_table": "ipt_formulate.cohort.table",
    "Intake": "ipt_formulate.intake",
    "IntakeError": "ipt_formulate.intake",
    "Rulebook": "ipt_formulate.rulebook",
    "RulebookError": "ipt_formulate.rulebook",
}


def __getattr__(name: str) -> Any:
    # Public names are imported when first used, so that `import ipt_formulate` stays quick.
    if name in _HOMES:
        from importlib import import_module

        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
