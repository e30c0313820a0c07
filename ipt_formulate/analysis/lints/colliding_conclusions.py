"""Does a rule draw two conclusions of which engines keep only one?

Engines tell what bars wait for by rule and record, and what gives way by rule and pair of records. Two bars of one rule
with different `until`, or two `yields` to the same kind of record with different `where`, have one place between them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ipt_formulate.analysis.lints.conditions import then_path
from ipt_formulate.analysis.lints.lint import Lint, Material, Problem, Severity, in_rule
from ipt_formulate.rulebook import Rule
from ipt_formulate.rulebook import conclusions as c
from ipt_formulate.rulebook.nodes import Block


class CollidingConclusions(Lint):
    """Two bars, or two `yields`, of one rule that cannot be told apart."""

    name: ClassVar[str] = "colliding_conclusions"
    severity: ClassVar[Severity] = "error"
    says: ClassVar[str] = "two conclusions of one rule cannot be told apart by the engines"

    def of_rule(self, rule: Rule, material: Material) -> Iterator[Problem]:
        """Every conclusion that takes the place of an earlier one."""
        first: dict[tuple[str, ...], Block | None] = {}
        for index, each in enumerate(rule.conclusions):
            match each:
                case c.Bars(until=block):
                    key: tuple[str, ...] = ("bars",)
                case c.Yields(of=of, where=block):
                    key = ("yields", of)
                case _:
                    continue
            if first.setdefault(key, block) != block:
                yield in_rule(
                    rule,
                    f"a second `{key[0]}` with another condition: write a rule of its own",
                    *then_path(rule, index),
                )
