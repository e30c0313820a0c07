"""What of a result is compared when one answer is tried against another?

The focus with its status, how every candidate and area stands, the gate, the stages and the flags: this is what
"changes the result" means wherever changes, questions and switches speak of it. Texts, notes, ranks behind the lead
and questions are left out. Plain values; equal outcomes are equal results in this sense.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple, TypeAlias

from ipt_formulate.engines.reference import ReferenceEngine
from ipt_formulate.engines.signs import Situations, situations_of
from ipt_formulate.formulation.focus import focus_of
from ipt_formulate.formulation.formulate import Work, work_of
from ipt_formulate.formulation.safety import raised
from ipt_formulate.formulation.standing import Standing
from ipt_formulate.intake import Intake
from ipt_formulate.logic.truth import Truth
from ipt_formulate.rulebook import Rulebook

Place: TypeAlias = tuple[str, str]
"""An area and a situation."""
FlagKey: TypeAlias = tuple[str, str]
"""A flag and its level."""


class Staged(NamedTuple):
    """The stage of one line of a dispute; `stage` is None when it is not staged."""

    stage: str | None
    shown: tuple[str, ...]
    settled: bool
    confidence: str | None
    variant: str | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """The part of a result that answers and switches are judged by.

    `leaders` holds one place, or all that are tied. `standings` is by place, `areas` by code, `stages` by conflict and
    line, `flags` by flag and level with ``certain`` or ``possible``.
    """

    status: str
    settled: bool
    leaders: tuple[Place, ...]
    second: Place | None
    standings: tuple[tuple[Place, Standing], ...]
    areas: tuple[tuple[str, Standing], ...]
    gate: tuple[Truth, str]
    stages: tuple[tuple[Place, Staged], ...]
    flags: tuple[tuple[FlagKey, str], ...]

    def renamed(self, names: Mapping[str, str]) -> Outcome:
        """The same with other names for some situations."""
        if not names:
            return self

        def place(told: Place) -> Place:
            return (told[0], "+".join(names.get(each, each) for each in told[1].split("+")))

        return replace(
            self,
            leaders=tuple(sorted(place(each) for each in self.leaders)),
            second=place(self.second) if self.second is not None else None,
            standings=tuple(sorted((place(each), standing) for each, standing in self.standings)),
            stages=tuple(((names.get(record, record), line), staged) for (record, line), staged in self.stages),
        )

    @property
    def lead(self) -> tuple[str, tuple[Place, ...]]:
        """Status and leaders: what a person would call the focus."""
        return (self.status, self.leaders)


def lean_of(intake: Intake, book: Rulebook) -> Outcome:
    """The outcome of one case, by the reference engine; a few milliseconds."""
    case = situations_of(intake, book)
    return outcome_of(work_of(intake, book, case, ReferenceEngine().run(case, book)))


def outcome_of(work: Work, flags: tuple[tuple[FlagKey, str], ...] | None = None) -> Outcome:
    """The outcome of a case that has been worked out; `flags` if they are at hand."""
    chosen = focus_of(work.contest, work.ordered, overturned=False)
    order = work.contest.order

    def place(index: int) -> Place:
        return (order[index].candidate.area, order[index].candidate.situation)

    return Outcome(
        status=chosen.status,
        settled=chosen.settled,
        leaders=tuple(sorted(place(i) for i in chosen.leaders)),
        second=place(chosen.second) if chosen.second is not None else None,
        standings=tuple(sorted((place(i), each.standing) for i, each in enumerate(order))),
        areas=tuple(work.areas.items()),
        gate=(work.contest.gate.truth, work.contest.gate.lean_word),
        stages=tuple(
            ((each.record.id, each.line), Staged(each.stage, each.shown, each.settled, each.confidence, each.variant))
            for each in work.stagings
        ),
        flags=flags_in(work.case, work.book) if flags is None else flags,
    )


def flags_in(case: Situations, book: Rulebook) -> tuple[tuple[FlagKey, str], ...]:
    """The flags of a case, without their reasons."""
    found: dict[FlagKey, str] = {}
    for flag, level, certainty, _, _ in raised(case, book):
        found[flag, level] = min(certainty, found.get((flag, level), certainty))
    return tuple(sorted(found.items()))
