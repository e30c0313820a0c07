"""Is there a condition that no answers at all can make true?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ipt_formulate.analysis.lints.conditions import Placed, blocks_of, sentences_of
from ipt_formulate.analysis.lints.constant import first_constant
from ipt_formulate.analysis.lints.lint import Lint, Material, Problem, Severity, in_rule
from ipt_formulate.analysis.lints.value_never_possible import never_possible
from ipt_formulate.logic.truth import UNKNOWN, YES
from ipt_formulate.rulebook import Rule
from ipt_formulate.rulebook import conclusions as c
from ipt_formulate.rulebook.nodes import Condition


class Contradictory(Lint):
    """A block, a sentence, or a part of one that is never yes; or a rule that its exceptions always silence."""

    name: ClassVar[str] = "contradictory"
    severity: ClassVar[Severity] = "error"
    says: ClassVar[str] = "no answers at all can make the condition, or a part of it, true"

    def of_rule(self, rule: Rule, material: Material) -> Iterator[Problem]:
        """Blocks and sentences, then the sentence with its exceptions."""
        wanted, gaps = (UNKNOWN, True) if speaks_on_unknown(rule) else (YES, False)

        definitions = not any(isinstance(each, c.Entails) for each in rule.conclusions)

        def never(condition: Condition) -> bool:
            return material.worlds.possible(condition, wanted, gaps=gaps, definitions=definitions) is False

        problems = [
            _problem(rule, placed, found)
            for places in (blocks_of(rule), sentences_of(rule))
            for placed in places
            if not never_possible(placed.condition, material) and (found := first_constant(placed, never)) is not None
        ]
        yield from problems
        if not problems and rule.when is not None and rule.when != rule.own and never(rule.when):
            yield in_rule(rule, "whenever the sentence is true, one of the exceptions to the rule is too", "when")


def _problem(rule: Rule, placed: Placed, found: Condition) -> Problem:
    part = "" if found is placed.condition else "a part of "
    return in_rule(rule, f"{part}{placed.called} can never be true", *placed.path)


def speaks_on_unknown(rule: Rule) -> bool:
    """Do all conclusions of the rule come about although the sentence is only not known to be no?"""
    return all(isinstance(each, c.Asks) or (isinstance(each, c.Flags) and each.on_unknown) for each in rule.conclusions)
