"""Does every rule show in cases when it fires, when it does not, and when it cannot tell?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ipt_formulate.analysis.cases import missing_kinds
from ipt_formulate.analysis.lints.lint import Lint, Material, Problem, Severity, in_rule
from ipt_formulate.rulebook import Rule


class MissingCaseKind(Lint):
    """A rule without one of the four kinds of cases (for signs made by a primitive: two that give, one unknown)."""

    name: ClassVar[str] = "missing_case_kind"
    severity: ClassVar[Severity] = "error"
    says: ClassVar[str] = "a rule lacks a kind of case"

    def of_rule(self, rule: Rule, material: Material) -> Iterator[Problem]:
        """One problem for each kind that is missing."""
        for kind in missing_kinds(rule):
            yield in_rule(rule, f"has no case of kind `{kind}`", "cases")
