"""Does a rule that changes a result stand for a statement?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ipt_formulate.analysis.lints.conditions import strata_of
from ipt_formulate.analysis.lints.lint import Lint, Material, Problem, Severity, in_rule
from ipt_formulate.rulebook import Rule


class StatementMissing(Lint):
    """A rule with an empty `knowledge` that is neither a sign nor advice."""

    name: ClassVar[str] = "statement_missing"
    severity: ClassVar[Severity] = "warning"
    says: ClassVar[str] = "a rule that changes a result stands for no statement"

    def of_rule(self, rule: Rule, material: Material) -> Iterator[Problem]:
        """Signs may be our own building blocks, and advice may come from goals that have no number."""
        if not rule.knowledge and strata_of(rule) - {"signs", "advice"}:
            yield in_rule(rule, "stands for no statement of statements.yaml")
