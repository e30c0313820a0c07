"""Is there a parameter that no rule reads?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ipt_formulate.analysis.lints.lint import Lint, Material, Problem, Severity


class ParameterNeverUsed(Lint):
    """An entry of parameters.yaml that no active rule names: whoever changes it changes nothing."""

    name: ClassVar[str] = "parameter_never_used"
    severity: ClassVar[Severity] = "warning"
    says: ClassVar[str] = "a parameter is named by no rule"

    def of_book(self, material: Material) -> Iterator[Problem]:
        """Every parameter."""
        used = {name for rule in material.book.active for name in rule.parameters}
        for name in material.book.parameters:
            if name not in used:
                yield Problem("parameters.yaml", (name,), f"parameter `{name}` is named by no rule", key=True)
