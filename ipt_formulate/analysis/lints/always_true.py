"""Is there a condition that every complete set of answers makes true?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ipt_formulate.analysis.lints.conditions import blocks_of, sentences_of
from ipt_formulate.analysis.lints.constant import first_constant
from ipt_formulate.analysis.lints.lint import Lint, Material, Problem, Severity, in_rule
from ipt_formulate.rulebook import Rule
from ipt_formulate.rulebook.nodes import Condition


class AlwaysTrue(Lint):
    """A block, a sentence, or a part of one that says nothing: whatever is answered, it is yes."""

    name: ClassVar[str] = "always_true"
    severity: ClassVar[Severity] = "error"
    says: ClassVar[str] = "whatever is answered, the condition, or a part of it, is true"

    def of_rule(self, rule: Rule, material: Material) -> Iterator[Problem]:
        """Blocks and sentences."""

        def always(condition: Condition) -> bool:
            return material.worlds.can_fail(condition) is False

        for placed in (*blocks_of(rule), *sentences_of(rule)):
            found = first_constant(placed, always)
            if found is not None:
                part = "" if found is placed.condition else "a part of "
                yield in_rule(rule, f"{part}{placed.called} is true whatever is answered", *placed.path)
