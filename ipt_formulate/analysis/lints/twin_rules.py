"""Are there two rules that differ in nothing?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ipt_formulate.analysis.lints.lint import Lint, Material, Problem, Severity, in_rule
from ipt_formulate.rulebook import Rule
from ipt_formulate.rulebook.canonical import meaning, sha256


class TwinRules(Lint):
    """Two rules about the same kind of record, with the same condition and the same conclusions."""

    name: ClassVar[str] = "twin_rules"
    severity: ClassVar[Severity] = "error"
    says: ClassVar[str] = "two rules have the same condition and the same conclusions"

    def of_book(self, material: Material) -> Iterator[Problem]:
        """Every active rule that says what an earlier one says."""
        first: dict[str, Rule] = {}
        for rule in material.book.active:
            said = sha256({**meaning(rule), "id": None})
            twin = first.setdefault(said, rule)
            if twin is not rule:
                yield in_rule(rule, f"differs from `{twin.id}` in nothing that is computed")
