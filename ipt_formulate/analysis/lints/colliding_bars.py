"""Does a rule bar two places, each until something else?

Engines tell what a bar waits for by rule and record, so all bars of one rule wait for the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ipt_formulate.analysis.lints.conditions import then_path
from ipt_formulate.analysis.lints.lint import Lint, Material, Problem, Severity, in_rule
from ipt_formulate.rulebook import Rule
from ipt_formulate.rulebook import conclusions as c


class CollidingBars(Lint):
    """Two bars of one rule with different `until`, of which one would be lost."""

    name: ClassVar[str] = "colliding_bars"
    severity: ClassVar[Severity] = "error"
    says: ClassVar[str] = "two bars of one rule wait for different things, and only one is kept"

    def of_rule(self, rule: Rule, material: Material) -> Iterator[Problem]:
        """Every bar that waits for something else than the first one."""
        bars = [(index, each) for index, each in enumerate(rule.conclusions) if isinstance(each, c.Bars)]
        for index, each in bars[1:]:
            if each.until != bars[0][1].until:
                message = "this bar waits for something else than the first one: write a rule of its own"
                yield in_rule(rule, message, *then_path(rule, index))
