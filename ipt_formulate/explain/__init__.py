"""What can be asked of a formulation, and how is it put into words?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ipt_formulate.explain.formulation import Formulation, formulate

if TYPE_CHECKING:
    from ipt_formulate.explain.feedback import Feedback
    from ipt_formulate.explain.trainee import Trainee

__all__ = ["Feedback", "Formulation", "Trainee", "formulate"]

_HOMES = {"Feedback": "ipt_formulate.explain.feedback", "Trainee": "ipt_formulate.explain.trainee"}


def __getattr__(name: str) -> Any:
    # What only training needs is imported when first used.
    if name in _HOMES:
        from importlib import import_module

        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
