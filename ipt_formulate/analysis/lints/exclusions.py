"""Is every exclusion of a rule from a lint needed, and does it say why?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar

from ipt_formulate.analysis.lints.lint import Lint, Material, Problem, Severity, did_you_mean, in_rule
from ipt_formulate.rulebook import Rule


class ExclusionWithoutReason(Lint):
    """An entry of `allow` without a reason."""

    name: ClassVar[str] = "exclusion_without_reason"
    severity: ClassVar[Severity] = "error"
    says: ClassVar[str] = "a rule is excluded from a lint without a reason"
    excludable: ClassVar[bool] = False

    def of_rule(self, rule: Rule, material: Material) -> Iterator[Problem]:
        """Every blank reason."""
        for name, reason in rule.allow.items():
            if not reason:
                yield in_rule(rule, f"is excluded from `{name}` without a reason", "allow", name, key=True)


class IdleExclusion(Lint):
    """An entry of `allow` for a lint that finds nothing in this rule, or for none at all."""

    name: ClassVar[str] = "idle_exclusion"
    severity: ClassVar[Severity] = "warning"
    says: ClassVar[str] = "a rule is excluded from a lint that finds nothing in it"
    excludable: ClassVar[bool] = False

    def of_allowed(self, rule: Rule, found: frozenset[str], lints: Mapping[str, Lint]) -> Iterator[Problem]:
        """Every exclusion of a rule beyond the lints that found something in it; asked when all others are done."""
        for name in rule.allow:
            if name in found:
                continue
            lint = lints.get(name)
            if lint is None:
                why = f"there is no lint `{name}`{did_you_mean(name, tuple(lints))}"
            elif not lint.excludable:
                why = f"no rule can be excluded from `{name}`"
            else:
                why = f"`{name}` finds nothing in this rule: take the exclusion out"
            yield in_rule(rule, why, "allow", name, key=True)
