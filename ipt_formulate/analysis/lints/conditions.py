"""Which conditions does a rule hold, and where in its file does each stand?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ipt_formulate.analysis.lints.lint import Step
from ipt_formulate.rulebook import Rule
from ipt_formulate.rulebook import conclusions as c
from ipt_formulate.rulebook import nodes as n
from ipt_formulate.rulebook.nodes import Block, Condition


@dataclass(frozen=True, slots=True)
class Placed:
    """A condition, the path to it in the rule's file, and what it is called there."""

    path: tuple[Step, ...]
    called: str
    condition: Condition


def blocks_of(rule: Rule) -> Iterator[Placed]:
    """The blocks of a rule."""
    for _, block in rule.blocks:
        yield Placed(("blocks", block.name), f"block `{block.name}`", block)


def sentences_of(rule: Rule) -> Iterator[Placed]:
    """The sentences of a rule: its `when`, and those of the values of a sign."""
    if rule.own is not None:
        yield Placed(("when",), "`when`", rule.own)
    for index, each in enumerate(rule.conclusions):
        by = each.by if isinstance(each, c.Derives | c.Presumes) else None
        if isinstance(by, c.OneOf):
            for name, condition in by.values:
                yield Placed(then_path(rule, index), f"the sentence of `{name}`", condition)


def then_path(rule: Rule, index: int) -> tuple[Step, ...]:
    """The path to a conclusion. One that stands alone need not be in a list; the place of `then` serves for both."""
    return ("then", index) if len(rule.conclusions) > 1 else ("then",)


def leaves_of(rule: Rule) -> Iterator[tuple[Block, n.Leaf]]:
    """Every test of a rule with its block."""
    for _, block in rule.blocks:
        for node in n.walk(block):
            if isinstance(node, n.LEAVES):
                yield block, node


def strata_of(rule: Rule) -> set[str]:
    """The strata that a rule concludes in."""
    return {each.stratum for each in rule.conclusions}
