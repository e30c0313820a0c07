"""How does evidence become a standing? Line by line of the definition."""

from __future__ import annotations

import pytest

from ipt_formulate.formulation.standing import (
    EXCLUDED,
    NOT_SUPPORTED,
    OPEN,
    POSSIBLE,
    PRESENT,
    WORDS,
    fold,
    standing_of,
)
from ipt_formulate.rulebook import conclusions as c
from tests.formulation.made import candidate, moderate, strong, weak

OPPOSES = c.Opposes("grief")
EXCLUDES = c.Excludes("grief")


def caps(at: str) -> c.Caps:
    return c.Caps("grief", at)  # type: ignore[arg-type]


def floors(at: str) -> c.Floors:
    return c.Floors("grief", at)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("supports", "opposing", "expected"),
    [
        ([], 0, NOT_SUPPORTED),
        ([weak()], 0, NOT_SUPPORTED),
        ([weak("a"), weak("b"), weak("c")], 0, NOT_SUPPORTED),
        ([moderate()], 0, POSSIBLE),
        ([moderate(), moderate()], 0, POSSIBLE),  # one aspect, told twice
        ([moderate("a"), moderate("b")], 0, PRESENT),
        ([moderate("a"), moderate("b"), moderate("c")], 0, PRESENT),
        ([moderate(), weak("other")], 0, POSSIBLE),
        ([strong()], 0, PRESENT),
        ([strong(), moderate()], 0, PRESENT),
        ([moderate(alone=False)], 0, NOT_SUPPORTED),
        ([moderate("a", alone=False), moderate("b", alone=False)], 0, NOT_SUPPORTED),
        ([moderate("a", alone=False), moderate("b")], 0, PRESENT),
        ([moderate("a", alone=False), moderate("a")], 0, POSSIBLE),
        ([moderate("a", alone=False), strong("b")], 0, PRESENT),
        ([strong()], 1, POSSIBLE),
        ([strong()], 2, NOT_SUPPORTED),
        ([strong()], 5, NOT_SUPPORTED),
        ([moderate("a"), moderate("b")], 1, POSSIBLE),
        ([strong(), moderate("a"), moderate("b")], 1, POSSIBLE),  # what is above present does not pile up
        ([moderate()], 1, NOT_SUPPORTED),
        ([], 1, NOT_SUPPORTED),
    ],
)
def test_supporting_and_opposing_evidence(supports: list[c.Supports], opposing: int, expected: int) -> None:
    level = fold(supports=supports, opposing=opposing, excluded=False, caps=[], floors=[])
    assert WORDS[level] == WORDS[expected]


@pytest.mark.parametrize(
    ("supports", "floor", "cap", "expected"),
    [
        ([], [POSSIBLE], [], POSSIBLE),
        ([strong()], [POSSIBLE], [], PRESENT),
        ([], [PRESENT, POSSIBLE], [], PRESENT),
        ([strong()], [], [POSSIBLE], POSSIBLE),
        ([strong()], [], [POSSIBLE, NOT_SUPPORTED], NOT_SUPPORTED),
        ([moderate()], [], [PRESENT], POSSIBLE),
        ([], [PRESENT], [NOT_SUPPORTED], NOT_SUPPORTED),  # caps win
    ],
)
def test_floors_then_caps(supports: list[c.Supports], floor: list[int], cap: list[int], expected: int) -> None:
    assert fold(supports=supports, opposing=0, excluded=False, caps=cap, floors=floor) == expected
    assert fold(supports=supports, opposing=0, excluded=True, caps=cap, floors=floor) == EXCLUDED


@pytest.mark.parametrize(
    ("evidence", "worst", "best", "lean"),
    [
        # What is known.
        ([(strong(), "yes")], PRESENT, PRESENT, PRESENT),
        ([(strong(), "no")], NOT_SUPPORTED, NOT_SUPPORTED, NOT_SUPPORTED),
        # Support that only may be counts for the best; the lean is open, for nothing speaks against it.
        ([(strong(), "unknown")], NOT_SUPPORTED, PRESENT, OPEN),
        ([(moderate(), "unknown")], NOT_SUPPORTED, POSSIBLE, OPEN),
        ([(weak(), "unknown")], NOT_SUPPORTED, NOT_SUPPORTED, NOT_SUPPORTED),
        ([(moderate("a"), "yes"), (moderate("b"), "unknown")], POSSIBLE, PRESENT, POSSIBLE),
        # What is presumed leans, and settles nothing.
        ([(strong(), "unknown/yes")], NOT_SUPPORTED, PRESENT, PRESENT),
        ([(strong(), "unknown/no")], NOT_SUPPORTED, PRESENT, NOT_SUPPORTED),
        # Evidence against that only may be lowers the worst and never the lean.
        ([(strong(), "yes"), (OPPOSES, "unknown")], POSSIBLE, PRESENT, PRESENT),
        ([(strong(), "yes"), (EXCLUDES, "unknown")], EXCLUDED, PRESENT, PRESENT),
        ([(strong(), "yes"), (caps("not_supported"), "unknown")], NOT_SUPPORTED, PRESENT, PRESENT),
        ([(strong(), "yes"), (caps("possible"), "unknown/yes")], POSSIBLE, PRESENT, POSSIBLE),
        ([(strong(), "yes"), (OPPOSES, "yes")], POSSIBLE, POSSIBLE, POSSIBLE),
        # Floors count like support.
        ([(floors("possible"), "unknown")], NOT_SUPPORTED, POSSIBLE, OPEN),
        ([(floors("possible"), "yes"), (caps("not_supported"), "yes")], *[NOT_SUPPORTED] * 3),
        # Not open where something speaks against it.
        ([(strong(), "unknown"), (OPPOSES, "yes")], NOT_SUPPORTED, POSSIBLE, NOT_SUPPORTED),
        ([(strong(), "unknown"), (OPPOSES, "unknown")], NOT_SUPPORTED, PRESENT, OPEN),
        ([(strong(), "unknown"), (EXCLUDES, "yes")], EXCLUDED, EXCLUDED, EXCLUDED),
        ([(strong(), "unknown"), (caps("not_supported"), "yes")], *[NOT_SUPPORTED] * 3),
    ],
)
def test_worst_best_and_lean(evidence: list[tuple[c.Evidence, str]], worst: int, best: int, lean: int) -> None:
    found = standing_of(candidate(*evidence))
    assert [WORDS[each] for each in found] == [WORDS[each] for each in (worst, best, lean)]


@pytest.mark.parametrize(
    ("exists", "expected"),
    [
        ("yes", (PRESENT, PRESENT, PRESENT)),
        ("unknown", (EXCLUDED, PRESENT, PRESENT)),
        ("unknown/yes", (EXCLUDED, PRESENT, PRESENT)),
        ("unknown/no", (EXCLUDED, PRESENT, EXCLUDED)),
        ("no", (EXCLUDED, EXCLUDED, EXCLUDED)),
    ],
)
def test_that_a_pair_may_not_be_excludes_it(exists: str, expected: tuple[int, int, int]) -> None:
    assert standing_of(candidate((strong(), "yes"), exists=exists)) == expected


def test_only_the_own_area_of_a_situation_is_open() -> None:
    unknown = (strong(), "unknown")
    assert standing_of(candidate(unknown)).lean == OPEN
    assert standing_of(candidate(unknown, home=False)).lean == NOT_SUPPORTED


def test_standings_stand_in_one_order() -> None:
    assert WORDS == ("excluded", "not_supported", "open", "possible", "present")
    assert EXCLUDED < NOT_SUPPORTED < OPEN < POSSIBLE < PRESENT
