"""Does a rule test for, or give, a value that the sign can never have?

The names of choices are checked while loading; left are numbers outside their range and lists that are empty.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ipt_formulate.analysis.lints.conditions import leaves_of, then_path
from ipt_formulate.analysis.lints.lint import Lint, Material, Problem, Severity, in_rule
from ipt_formulate.logic.possible import Span
from ipt_formulate.rulebook import Rule
from ipt_formulate.rulebook import conclusions as c
from ipt_formulate.rulebook import nodes as n
from ipt_formulate.rulebook.nodes import Condition, Sign


class ValueNeverPossible(Lint):
    """A test that no possible value passes, or a value given that is outside the range."""

    name: ClassVar[str] = "value_never_possible"
    severity: ClassVar[Severity] = "error"
    says: ClassVar[str] = "a test asks for, or a conclusion gives, a value that the sign can never have"

    def of_rule(self, rule: Rule, material: Material) -> Iterator[Problem]:
        """Tests in the blocks, and values in the conclusions."""
        for block, leaf in leaves_of(rule):
            if _never(leaf, material):
                name = leaf.sign.name
                yield in_rule(rule, f"`{name}` can never have the value tested for", "blocks", block.name, name)
        for index, each in enumerate(rule.conclusions):
            for sign, value in _given(rule, each, material):
                if isinstance(value, Span) and not _inside(value, material.worlds.limits(sign)):
                    yield in_rule(rule, f"gives `{sign.name}` a number outside its range", *then_path(rule, index))


def never_possible(condition: Condition, material: Material) -> bool:
    """Is there a test in the condition that nothing can pass?"""
    return any(isinstance(node, n.LEAVES) and _never(node, material) for node in n.walk(condition))


def _never(leaf: n.Leaf, material: Material) -> bool:
    match leaf:
        case n.Among(values=values):
            return not values
        case n.Has(how=how, members=members):
            return not members and how == "any"
        case n.Between(sign=sign, least=least, most=most):
            limits = material.worlds.limits(sign)
            return max(least, limits.least) > min(most, limits.most)
        case _:
            return False


def _given(rule: Rule, each: c.Conclusion, material: Material) -> Iterator[tuple[Sign, object]]:
    match each:
        case c.Entails(name, value) | c.Presumes(name, value, None):
            sign = material.book.vocabulary.find(rule.about, name)
            assert sign is not None
            yield sign, value
        case c.Spawns(about=about, set=given):
            for name, value in given:
                yield Sign(about, name), value


def _inside(value: Span, limits: Span) -> bool:
    return limits.least <= value.least <= value.most <= limits.most
