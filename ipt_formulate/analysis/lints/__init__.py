"""Which lints are there, and what do they find in a rulebook?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from ipt_formulate.analysis.lints.always_true import AlwaysTrue
from ipt_formulate.analysis.lints.bare_not import BareNot
from ipt_formulate.analysis.lints.colliding_bars import CollidingBars
from ipt_formulate.analysis.lints.contradictory import Contradictory
from ipt_formulate.analysis.lints.exclusions import ExclusionWithoutReason, IdleExclusion
from ipt_formulate.analysis.lints.impossible_pair import ImpossiblePair
from ipt_formulate.analysis.lints.lint import SEVERITIES, Finding, Lint, Material, Problem, Severity
from ipt_formulate.analysis.lints.lock import ChangedWithoutRevision, LockOutdated
from ipt_formulate.analysis.lints.missing_case_kind import MissingCaseKind
from ipt_formulate.analysis.lints.missing_property_test import MissingPropertyTest
from ipt_formulate.analysis.lints.no_loss_in_support import NoLossInSupport
from ipt_formulate.analysis.lints.one_of_not_a_partition import OneOfNotAPartition
from ipt_formulate.analysis.lints.parameter_basis import ParameterBasis
from ipt_formulate.analysis.lints.parameter_never_used import ParameterNeverUsed
from ipt_formulate.analysis.lints.patient_words import PatientWords
from ipt_formulate.analysis.lints.person_as_weight import PersonAsWeight
from ipt_formulate.analysis.lints.probability_words import ProbabilityWords
from ipt_formulate.analysis.lints.reasons_untested import ReasonsUntested
from ipt_formulate.analysis.lints.recalled_as_certain import RecalledAsCertain
from ipt_formulate.analysis.lints.statement_missing import StatementMissing
from ipt_formulate.analysis.lints.twin_rules import TwinRules
from ipt_formulate.analysis.lints.value_never_possible import ValueNeverPossible
from ipt_formulate.analysis.lints.while_loading import BlockNeverUsed, UnknownSource, UnknownStatement
from ipt_formulate.rulebook import Rulebook

_ALL: tuple[Lint, ...] = (
    AlwaysTrue(),
    BareNot(),
    BlockNeverUsed(),
    ChangedWithoutRevision(),
    CollidingBars(),
    Contradictory(),
    ExclusionWithoutReason(),
    IdleExclusion(),
    ImpossiblePair(),
    LockOutdated(),
    MissingCaseKind(),
    MissingPropertyTest(),
    NoLossInSupport(),
    OneOfNotAPartition(),
    ParameterBasis(),
    ParameterNeverUsed(),
    PatientWords(),
    PersonAsWeight(),
    ProbabilityWords(),
    ReasonsUntested(),
    RecalledAsCertain(),
    StatementMissing(),
    TwinRules(),
    UnknownSource(),
    UnknownStatement(),
    ValueNeverPossible(),
)
LINTS: Mapping[str, Lint] = MappingProxyType({lint.name: lint for lint in _ALL})
"""Every lint by name."""

FAULTS: Mapping[str, Lint] = MappingProxyType({lint.fault: lint for lint in _ALL if lint.fault is not None})
"""The lints that are load faults, by the code of the fault."""


def run_lints(book: Rulebook) -> tuple[Finding, ...]:
    """Everything that the lints find in a rulebook, less what its rules are excluded from, in the order of places."""
    material = Material(book)
    found: list[tuple[Lint, Problem]] = []
    excluded: dict[str, set[str]] = {}
    for lint in _ALL:
        for problem in lint.of_book(material):
            if lint.excludable and problem.rule is not None and lint.name in book.rules[problem.rule].allow:
                excluded.setdefault(problem.rule, set()).add(lint.name)
            else:
                found.append((lint, problem))
    idle = IdleExclusion()
    for rule in book.active:
        needed = frozenset(excluded.get(rule.id, ()))
        found += [(idle, problem) for problem in idle.of_allowed(rule, needed, LINTS)]
    return tuple(sorted(_placed(found, material), key=_by_place))


def _placed(found: list[tuple[Lint, Problem]], material: Material) -> Iterator[Finding]:
    for lint, problem in found:
        place = material.places.at(problem.file, problem.path, key=problem.key)
        path = ".".join(str(step) for step in problem.path)
        yield Finding(lint.name, lint.severity, problem.message, place, path, problem.rule)


def _by_place(finding: Finding) -> tuple[str, int, int, str, str]:
    place = finding.place
    start = (place.file, place.line, place.column) if place is not None else ("", 0, 0)
    return (*start, finding.lint, finding.message)


__all__ = ["FAULTS", "LINTS", "SEVERITIES", "Finding", "Lint", "Severity", "run_lints"]
