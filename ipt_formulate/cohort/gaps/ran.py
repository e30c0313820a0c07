"""What is a cohort once the rules have run over it: the result, and behind it the tables with every verdict?

Every rule is matched, those of the signs and of advice too, but for rules that read the result itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import narwhals.stable.v2 as nw

from ipt_formulate.engines.columns.cohort import Cohort
from ipt_formulate.engines.columns.engine import ColumnResult, cohort_of, result_of
from ipt_formulate.engines.columns.frames import opened
from ipt_formulate.engines.columns.matching import name_of
from ipt_formulate.engines.columns.plan import Plan, conditions_of
from ipt_formulate.rulebook import Rule
from ipt_formulate.rulebook import nodes as n
from ipt_formulate.rulebook.nodes import About

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
    """A cohort with its result.

    `tables`: as they were encoded, in Polars. `signs`: with every sign of every record; `verdicts`: with the verdict of
    every rule (`rule_verdict` names its column).
    """

    plan: Plan
    tables: Mapping[str, Any]
    signs: Cohort
    verdicts: Mapping[About, Any]
    result: ColumnResult

    def rule_verdict(self, rule: Rule, *, shown: bool) -> nw.Expr:
        """The verdict of a rule with a sentence, in the table of verdicts of its kind of record."""
        assert rule.when is not None
        return nw.col(name_of(self.plan, rule.id, rule.when, shown=shown))


def run(tables: Mapping[str, Any], plan: EveryRule) -> Ran:
    """Run every rule over encoded tables (see `ipt_formulate.engines.columns.tables`)."""
    known = {name: opened(table).collect().to_native() for name, table in tables.items()}
    cohort = cohort_of(known, plan)
    # Matching goes on with the same cohort and may let go of what it no longer needs.
    signs = replace(cohort, real={about: replace(part, lifted={*part.lifted}) for about, part in cohort.real.items()})
    result = result_of(cohort)
    return Ran(plan, known, signs, {about: part.frame for about, part in cohort.real.items()}, result)


def reads_result(rule: Rule) -> bool:
    """Does the rule read what the formulation found?"""
    return any(
        isinstance(node, n.LEAVES) and node.sign.name.startswith(RESULT)
        for condition in conditions_of(rule)
        for node in n.walk(condition)
    )
