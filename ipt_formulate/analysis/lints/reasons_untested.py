"""Does a case say why the rule does what it does?

With one block there is nothing to tell apart. With more, a rule can fire for the wrong reason and pass all its cases.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ipt_formulate.analysis.lints.lint import Lint, Material, Problem, Severity, in_rule
from ipt_formulate.rulebook import Rule


class ReasonsUntested(Lint):
    """A rule of several blocks of which no case names a reason or a missing answer."""

    name: ClassVar[str] = "reasons_untested"
    severity: ClassVar[Severity] = "hint"
    says: ClassVar[str] = "the rule joins several blocks, and no case says which of them decides"

    def of_rule(self, rule: Rule, material: Material) -> Iterator[Problem]:
        """`because`, `blocked_by` and `ask` of the cases."""
        told = any(case.because or case.blocked_by or case.ask for case in rule.cases)
        if rule.own is not None and len(rule.blocks) > 1 and rule.cases and not told:
            yield in_rule(rule, "no case has `because`, `blocked_by` or `ask`", "cases")
