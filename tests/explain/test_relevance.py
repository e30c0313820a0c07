"""Does an answer that is not said to bear on an aspect of the result never change it?

Under any further answers that contradict nothing and bring no new record: drawn at random for cases of all sizes, and
one and all for intakes in which few answers are missing.
"""

from __future__ import annotations

import random

import pytest

from ipt_formulate.explain.relevance import ASPECTS, Relevance
from ipt_formulate.formulation.formulate import outcome
from ipt_formulate.intake import Intake
from tests.explain.cases import book, cases
from tests.explain.further import Further, nearly_whole
from tests.properties.drawn import intakes_of
from tests.properties.plausible import plausible_intake

SHARES = (0.02, 0.1, 0.3, 0.6, 1.0)
GAPS = (0.05, 0.1, 0.3, 0.6, 0.9)
CASES = (*range(12), *list(cases())[::6])


def case(name: int | str) -> Intake:
    """A shipped case by its name, or one of the random ones by its number."""
    if isinstance(name, str):
        return cases()[name]
    return intakes_of(name)[0] if name % 2 else plausible_intake(name, GAPS[name % len(GAPS)])


@pytest.mark.parametrize("name", CASES)
def test_what_bears_on_nothing_changes_nothing(name: int | str) -> None:
    """All such answers at once, beside random other ones: each aspect stays."""
    work, _ = outcome(case(name), book())
    if work.case.contradictions:
        pytest.skip("nothing is promised beside a contradiction")
    relevance, further, rng = Relevance(work), Further(work.intake), random.Random(str(name))
    for share in SHARES:
        beside = further.drawn(further.missing, share, rng, {})
        before = further.under(beside)
        assert before is not None
        for aspect in ASPECTS:
            idle = [path for path in further.missing if aspect not in relevance.bears_on.get(path, ())]
            more = further.drawn(idle, rng.choice((0.05, 0.3, 1.0)), rng, beside)
            after = further.under({**beside, **more})
            assert after is not None
            assert after[aspect] == before[aspect], (aspect, sorted(more), sorted(beside))


@pytest.mark.parametrize("seed", range(12))
def test_it_holds_all_that_matters(seed: int) -> None:
    """Whatever changes an aspect, when every kind of every missing answer is tried, is said to bear on it."""
    intake = nearly_whole(seed, plausible_intake(seed, 0.0, records=1), 3)
    further = Further(intake)
    if further.ways() > 600:
        pytest.skip("too many answers are missing to try them all")
    work, _ = outcome(intake, book())
    if work.case.contradictions:
        pytest.skip("nothing is promised beside a contradiction")
    relevance = Relevance(work)
    for path, aspects in further.mattering().items():
        assert aspects <= set(relevance.bears_on.get(path, ())), path
