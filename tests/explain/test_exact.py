"""Is exact relevance what the definition says? Compared with trying everything, and attacked with random answers."""

from __future__ import annotations

import random
from functools import cache

import pytest

from ipt_formulate.explain.exact import Sharpened, sharpened
from ipt_formulate.explain.relevance import ASPECTS, Relevance
from ipt_formulate.formulation.formulate import outcome
from ipt_formulate.intake import Intake
from tests.explain.cases import book, cases
from tests.explain.further import Further, nearly_whole
from tests.properties.plausible import plausible_intake

pytest.importorskip("z3", reason="exact relevance needs z3-solver")

SMALL = (
    "gc13",
    "gc14",
    "gc25",
    "alone-all-his-life",
    "mother-died-forty-days-before",
    pytest.param("widow-with-a-new-role", marks=pytest.mark.long),
)
DECIDED = ("gc13", "gc25", "alone-all-his-life", "mother-died-forty-days-before")
SHARES = (0.05, 0.1, 0.3, 0.6, 1.0)


def proved(intake: Intake) -> tuple[Relevance, Sharpened] | None:
    """The superset and what is left of it; None beside a contradiction."""
    work, _ = outcome(intake, book())
    if work.case.contradictions:
        return None
    relevance = Relevance(work)
    return relevance, sharpened(work, relevance)


@pytest.mark.parametrize("seed", range(12))
def test_it_is_what_trying_everything_finds(seed: int) -> None:
    """Nothing that matters is left out and, where all is decided, nothing is in that does not."""
    intake = nearly_whole(seed, plausible_intake(seed, 0.0, records=1), 3)
    further = Further(intake)
    if further.ways() > 600:
        pytest.skip("too many answers are missing to try them all")
    told = proved(intake)
    if told is None:
        pytest.skip("nothing is promised beside a contradiction")
    for path, aspects in further.mattering().items():
        left = told[1].bears_on.get(path, frozenset())
        assert aspects <= left, path
        if told[1].exact:
            assert aspects == left, path


@cache
def proved_case(name: str) -> tuple[Relevance, Sharpened]:
    told = proved(cases()[name])
    assert told is not None
    return told


@pytest.mark.parametrize("name", DECIDED)
def test_a_small_case_is_decided_to_the_last_answer(name: str) -> None:
    """Dates, situations that rules make, and who said it among them: each pair has a witness or is refuted."""
    assert proved_case(name)[1].undecided == 0


@pytest.mark.parametrize("name", SMALL)
def test_what_was_refuted_changes_nothing(name: str) -> None:
    """Answers that the solver took out, all at once beside random other ones, leave each aspect as it is."""
    relevance, left = proved_case(name)
    further, rng = Further(cases()[name]), random.Random(name)
    for share in SHARES * 2:
        beside = further.drawn(further.missing, share, rng, {})
        before = further.under(beside)
        assert before is not None
        for aspect in ASPECTS:
            idle = [path for path in further.missing if aspect not in left.bears_on.get(path, ())]
            more = further.drawn(idle, rng.choice((0.05, 0.3, 1.0)), rng, beside)
            after = further.under({**beside, **more})
            assert after is not None
            assert after[aspect] == before[aspect], (aspect, sorted(more), sorted(beside))
    assert all(aspects <= set(relevance.bears_on[path]) for path, aspects in left.bears_on.items())


def test_it_stops_when_it_is_told_to() -> None:
    """Then nothing undecided is left out, and it is not called exact."""
    work, _ = outcome(cases()["gc05"], book())
    relevance = Relevance(work)
    left = sharpened(work, relevance, seconds=0)
    assert left.undecided > 0
    assert not left.exact
    assert left.bears_on == {path: frozenset(aspects) for path, aspects in relevance.bears_on.items() if aspects}
