"""Does every parameter say in what unit it is, and on whose authority?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ipt_formulate.analysis.lints.lint import Lint, Material, Problem, Severity


class ParameterBasis(Lint):
    """A parameter without a unit or without a source."""

    name: ClassVar[str] = "parameter_basis"
    severity: ClassVar[Severity] = "warning"
    says: ClassVar[str] = "a parameter has no unit or no source"

    def of_book(self, material: Material) -> Iterator[Problem]:
        """Every entry of parameters.yaml."""
        for name, body in material.places.data("parameters.yaml").items():
            for key, lacks in (("unit", "unit"), ("sources", "source")):
                if not body.get(key):
                    yield Problem("parameters.yaml", (name,), f"parameter `{name}` has no {lacks}", key=True)
