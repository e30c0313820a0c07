"""Does a trial give what a full run gives? And does it know beforehand what an answer can touch?"""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import cache
from itertools import combinations
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ipt_formulate.formulation.outcome import lean_of
from ipt_formulate.formulation.trials import Trial, Trials
from ipt_formulate.intake import SECTIONS, Intake, IntakeError, Multi, parse_path
from ipt_formulate.rulebook import Rulebook
from tests.properties.dense import dense_intake, some_value

SEEDS = st.integers(0, 2**32)
GAPS = st.sampled_from((0.1, 0.4, 0.8))


@cache
def book() -> Rulebook:
    return Rulebook.load()


def changes(intake: Intake, rng: random.Random, most: int = 1) -> dict[str, Any]:
    """Some answers of an intake, changed at random; None takes an answer away."""
    ids = {about: [each.id for each in intake.records(about)] for about in SECTIONS}
    chosen: dict[str, Any] = {}
    for path in rng.sample(intake.paths(), rng.randint(1, most)):
        item = parse_path(path).item
        if isinstance(item.type, Multi) and rng.random() < 0.5:
            chosen[f"{path}.{rng.choice(item.type.members)}"] = rng.choice(("yes", "no"))
        else:
            chosen[path] = some_value(item, rng, ids) if rng.random() < 0.9 else None
    return chosen


def tried(trials: Trials, answers: dict[str, Any]) -> Trial | None:
    try:
        return trials.under(answers)
    except IntakeError:
        return None


@settings(max_examples=25)
@given(SEEDS, GAPS)
def test_a_trial_is_a_full_run(seed: int, gaps: float) -> None:
    """The same outcome as from the start, and refused exactly where the intake refuses."""
    intake = dense_intake(seed, gaps)
    rng = random.Random(seed)
    trials = Trials(intake, book())
    assert trials.base == lean_of(intake, book())
    for _ in range(6):
        answers = changes(intake, rng, most=3)
        trial = tried(trials, answers)
        if trial is None:
            with pytest.raises(IntakeError):
                intake.with_answers(answers)
        else:
            assert trial.outcome == lean_of(intake.with_answers(answers), book()), answers


@settings(max_examples=25)
@given(SEEDS, GAPS)
@example(3670144, 0.4)  # a rule that makes situations fills in a recorded one, and an entailment follows from that
def test_what_is_not_touched_stays(seed: int, gaps: float) -> None:
    """Answers that touch nothing in common can be tried apart."""
    intake = dense_intake(seed, gaps)
    rng = random.Random(seed)
    trials = Trials(intake, book())
    seen = [(answers, trial) for answers in _several(intake, rng) if (trial := tried(trials, answers)) is not None]
    for (first, one), (second, other) in combinations(seen, 2):
        if one.difference is None or other.difference is None:
            continue
        if touched(trials, first).isdisjoint(touched(trials, second)):
            both = tried(trials, first | second)
            assert both is not None
            assert _without_flags(both) == _without_flags(one) | _without_flags(other), (first, second)


def touched(trials: Trials, answers: dict[str, Any]) -> frozenset[tuple[str, str]]:
    return frozenset().union(*(trials.touched(path) for path in answers))


def _several(intake: Intake, rng: random.Random) -> Iterator[dict[str, Any]]:
    return (changes(intake, rng) for _ in range(6))


def _without_flags(trial: Trial) -> set[Any]:
    assert trial.difference is not None
    return {each for each in trial.difference if each[0] != "flags"}  # type: ignore[index]


def test_a_made_situation_keeps_its_name() -> None:
    """Answering about a widowhood that a rule made writes it down, and changes nothing else."""
    intake = Intake.from_dict(
        {
            "episode": {"diagnosis": "mdd", "onset": "2026-03-01"},
            "losses": [{"id": "john", "kind": "death_of_person", "relation": "partner", "when": "2026-02-01"}],
        }
    )
    trials = Trials(intake, book())
    asked = "changes[from=john].quarrelled_over"
    assert trials.under({asked: "none"}).outcome.lead == trials.base.lead
    told = {"changes[from=john].coping_difficulty": 4, "changes[from=john].linked_by_patient": "yes"}
    hard = trials.under(told).outcome
    before, after = dict(trials.base.standings), dict(hard.standings)
    assert set(before) == set(after)
    assert after["role_transition", "john.widowhood"].lean > before["role_transition", "john.widowhood"].lean
