"""Is it shown what a `not` does while its block is unknown?

Unknown is never no, so a rule that says `not asked_for_help` waits until somebody asks. That may be wanted, or it may
be a rule that never fires. The cases have to show it: one of them must leave the block unknown.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ipt_formulate.analysis.cases import always_known, placed
from ipt_formulate.analysis.lints.conditions import sentences_of
from ipt_formulate.analysis.lints.lint import Lint, Material, Problem, Severity, in_rule
from ipt_formulate.engines.kleene import truth
from ipt_formulate.intake import IntakeError
from ipt_formulate.logic.truth import UNKNOWN
from ipt_formulate.rulebook import Case, Rule, Rulebook, RulebookError
from ipt_formulate.rulebook import nodes as n
from ipt_formulate.rulebook.nodes import Block, Condition


class BareNot(Lint):
    """A `not` over a block that may be unknown, while no case of the rule leaves that block unknown."""

    name: ClassVar[str] = "bare_not"
    severity: ClassVar[Severity] = "warning"
    says: ClassVar[str] = "no case shows what `not` does while its block is unknown"

    def of_rule(self, rule: Rule, material: Material) -> Iterator[Problem]:
        """Every block of the record itself that stands under a `not`."""
        for where in sentences_of(rule):
            negated = {block.name: block for block in _negated(where.condition) if _may_be_unknown(block, material)}
            for name, block in negated.items():
                if not any(_leaves_open(block, rule, case, material.book) for case in rule.cases):
                    yield in_rule(rule, f"no case shows what `not {name}` does while `{name}` is unknown", *where.path)


def _negated(node: Condition, *, under: bool = False) -> Iterator[Block]:
    """Blocks under an odd number of `not`; parts about other records have unknown lists as well, and are left out."""
    if isinstance(node, n.Block):
        if under:
            yield node
    elif not isinstance(node, n.QUANTIFIED):
        for part in n.children(node):
            yield from _negated(part, under=under != isinstance(node, n.Not))


def _may_be_unknown(block: Block, material: Material) -> bool:
    tests = any(isinstance(node, n.LEAVES) and not always_known(node) for node in n.walk(block))
    return tests and material.worlds.can_be_unknown(block) is not False


def _leaves_open(block: Block, rule: Rule, case: Case, book: Rulebook) -> bool:
    try:
        record, view = placed(rule, case, book)
    except (IntakeError, RulebookError):
        return False
    return truth(block, record, view) == UNKNOWN
