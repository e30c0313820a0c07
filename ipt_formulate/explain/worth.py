"""How much of what is open in a case can one question settle?

A plain count over its answers, tried one by one and taken as equally likely: nothing here is a probability, and none
is shown. It only puts questions in an order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from ipt_formulate.explain.kinds import Kind
from ipt_formulate.formulation.outcome import Outcome
from ipt_formulate.formulation.standing import POSSIBLE

Decides: TypeAlias = Literal["focus", "standing", "stage", "tie", "flag"]
ORDER: tuple[Decides, ...] = ("focus", "standing", "stage", "tie", "flag")

# What an answer that does this is worth beside the others; found by trying (benchmarks/questions.py).
SETTLES_FOCUS = 40.0
MOVES_FOCUS = 20.0
ENDS_TIE = 20.0
MOVES_STAGE = 8.0
MOVES_FLAG = 2.0
MOVES_LEAN = 4.0
NARROWS = 1.0
NARROWS_RIVAL = 2.0


@dataclass(frozen=True, slots=True)
class Worth:
    """What the answers of one question would do, and how much that is."""

    outcomes: tuple[tuple[Kind, Outcome], ...]
    decides: tuple[Decides, ...]
    score: float


def worth_of(base: Outcome, outcomes: Sequence[tuple[Kind, Outcome]]) -> Worth:
    """What a question is worth, by what comes out under each of its answers."""
    decides: set[Decides] = set()
    total = 0.0
    for _, outcome in outcomes:
        if outcome is not base:
            gained, found = _gain(base, outcome)
            total += gained
            decides |= found
    score = total / len(outcomes) if outcomes else 0.0
    return Worth(tuple(outcomes), tuple(each for each in ORDER if each in decides), score)


def _gain(base: Outcome, outcome: Outcome) -> tuple[float, set[Decides]]:
    gained, found = 0.0, set[Decides]()
    if outcome.settled and not base.settled:
        gained += SETTLES_FOCUS
        found.add("focus")
    if outcome.lead != base.lead:
        gained += MOVES_FOCUS
        found.add("focus")
        if base.status == "tie":
            gained += ENDS_TIE
            found.add("tie")
    if outcome.stages != base.stages:
        gained += MOVES_STAGE
        found.add("stage")
    if outcome.flags != base.flags:
        gained += MOVES_FLAG
        found.add("flag")
    leading = set(base.leaders)
    after = dict(outcome.standings)
    for place, standing in base.standings:
        now = after.get(place)
        if now is None or now == standing:
            continue
        found.add("standing")
        gained += MOVES_LEAN * (now.lean != standing.lean)
        narrower = (standing.best - standing.worst) - (now.best - now.worst)
        in_race = place in leading or standing.best >= POSSIBLE
        gained += (NARROWS_RIVAL if in_race else NARROWS) * max(narrower, 0)
    return gained, found
