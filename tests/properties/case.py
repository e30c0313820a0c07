"""How do the property tests formulate a case? With the shipped rules and the reference engine, the work kept."""

from __future__ import annotations

from functools import cache

from ipt_formulate.formulation.focus import Focus
from ipt_formulate.formulation.formulate import Work, conclude, outcome
from ipt_formulate.formulation.ranking import Ranked
from ipt_formulate.formulation.result import Result
from ipt_formulate.intake import Intake
from ipt_formulate.rulebook import Rulebook


@cache
def book(profile: str = "classic") -> Rulebook:
    """The shipped rulebook under a profile."""
    return Rulebook.load(profile=profile)


def formulated(intake: Intake, profile: str = "classic") -> tuple[Result, Work]:
    """Result and work of a case."""
    return conclude(intake, book(profile), "reference")


def worked(intake: Intake, rules: Rulebook | None = None) -> tuple[Work, Focus]:
    """Standings, gate, order, stages and focus, without the texts and questions beside them: a third of the time."""
    return outcome(intake, rules or book())


def name_of(each: Ranked) -> tuple[str, str]:
    """A candidate as people tell it: situation and area."""
    return each.candidate.situation, each.candidate.area
