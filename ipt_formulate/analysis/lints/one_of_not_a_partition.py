"""Do the sentences of a `one_of` cover everything, and never two at once?

When no sentence is left the engine falls back to "nothing is known", and when two hold the sign has two values: both
are safe, and both say less than the answers do.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import ClassVar

from ipt_formulate.analysis.lints.conditions import then_path
from ipt_formulate.analysis.lints.lint import Lint, Material, Problem, Severity, in_rule
from ipt_formulate.rulebook import Rule
from ipt_formulate.rulebook import conclusions as c
from ipt_formulate.rulebook import nodes as n
from ipt_formulate.rulebook.nodes import Condition


class OneOfNotAPartition(Lint):
    """Complete answers under which no value, or more than one, is left."""

    name: ClassVar[str] = "one_of_not_a_partition"
    severity: ClassVar[Severity] = "warning"
    says: ClassVar[str] = "the sentences of a `one_of` leave a gap, or two of them can hold at once"

    def of_rule(self, rule: Rule, material: Material) -> Iterator[Problem]:
        """Every `one_of` of the rule."""
        for index, each in enumerate(rule.conclusions):
            by = each.by if isinstance(each, c.Derives | c.Presumes) else None
            if isinstance(by, c.OneOf):
                given = (rule.when,) if rule.when is not None else ()
                for message in _problems(by, given, material):
                    yield in_rule(rule, message, *then_path(rule, index))


def _problems(by: c.OneOf, given: tuple[Condition, ...], material: Material) -> Iterator[str]:
    none_holds = tuple(n.Not(condition) for _, condition in by.values)
    if material.worlds.possible(n.AllOf((*given, *none_holds))):
        yield "complete answers can leave no value at all"
    for (one, first), (other, second) in combinations(by.values, 2):
        if material.worlds.possible(n.AllOf((*given, first, second))):
            yield f"`{one}` and `{other}` can hold at once"
