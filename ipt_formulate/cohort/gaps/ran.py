"""What is a cohort once the rules have run over it: the result, and behind it the tables with every verdict?

Every rule is matched, those of the signs and of advice too, but for rules that read the result itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ipt_formulate.engines.columns.cohort import Cohort
from ipt_formulate.engines.columns.engine import ColumnResult, cohort_of, result_of
from ipt_formulate.engines.columns.frames import opened
from ipt_formulate.engines.columns.plan import Plan, conditions_of
from ipt_formulate.rulebook import Rule, Rulebook
from ipt_formulate.rulebook import nodes as n

RESULT = "result."


@dataclass(frozen=True)
class EveryRule(Plan):
    """The plan of a rulebook in which every rule is matched that does not read the result."""

    every_sign: bool = True

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        """The rules with a sentence, whatever they conclude."""
        return tuple(rule for rule in self.book.active if rule.when is not None and not reads_result(rule))


@dataclass(frozen=True, slots=True)
class Ran:
    """A cohort with its result."""

    plan: Plan
    tables: Mapping[str, Any]
    cohort: Cohort
    result: ColumnResult


def run(tables: Mapping[str, Any], book: Rulebook) -> Ran:
    """Run every rule over encoded tables (see `ipt_formulate.engines.columns.tables`)."""
    plan = EveryRule(book)
    known = {name: opened(table).collect().to_native() for name, table in tables.items()}
    cohort = cohort_of(known, plan)
    return Ran(plan, known, cohort, result_of(cohort))


def reads_result(rule: Rule) -> bool:
    """Does the rule read what the formulation found?"""
    return any(
        isinstance(node, n.LEAVES) and node.sign.name.startswith(RESULT)
        for condition in conditions_of(rule)
        for node in n.walk(condition)
    )
