"""Are other settings tried as they should be, and does running them together say what each says by itself?"""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from typing import Any

import pytest

from ipt_formulate.cohort.gaps.counts import added
from ipt_formulate.cohort.gaps.moves import Move, moves_of
from ipt_formulate.cohort.gaps.ran import EveryRule, Ran, run
from ipt_formulate.cohort.gaps.sensitivity import Sensitivity, ordered
from ipt_formulate.engines.columns.tables import tables_of
from ipt_formulate.formulation.standing import WORDS
from ipt_formulate.intake import Intake
from ipt_formulate.reading import RULE_BYTES, read_file
from ipt_formulate.rulebook import Rulebook, RulebookError
from tests.properties.case import book, worked
from tests.properties.plausible import plausible_intake

pytestmark = pytest.mark.long
CASES = 60
TRIED = ("close", "coping_trouble", "rank_order", "strong_bands", "timing_bands", "label_set")
"""Alone for its value, a cut-off, a switch, a list and bands of days, and a switch that no result hangs on."""


@cache
def _intakes() -> list[Intake]:
    return [plausible_intake(number, 0.1) for number in range(CASES)]


@cache
def _ran() -> Ran:
    plan = EveryRule(book())
    return run(tables_of(_intakes(), book(), plan), plan)


def _moved(move: Move) -> Rulebook:
    if move.kind == "switch":
        return book().with_settings({move.name: move.value})
    return Rulebook.load(parameters={move.name: move.value})


def _seen(rules: Rulebook) -> list[dict[str, Any]]:
    """What the reference engine says of each case."""
    found = []
    for intake in _intakes():
        work, focus = worked(intake, rules)
        lead = [work.contest.order[i] for i in focus.leaders] if focus.status in ("tie", "proposed") else []
        areas = {each.candidate.area for each in lead}
        found.append(
            {
                "focus_area": areas.pop() if len(areas) == 1 else "",
                "focus": (focus.status, sorted(each.candidate.situation for each in lead if focus.status != "tie")),
                "settled": focus.settled,
                **{f"area {area}": WORDS[standing.lean] for area, standing in work.areas.items()},
            }
        )
    return found


def test_changes_are_those_of_the_reference_engine() -> None:
    """One by one or together, over the cases that can differ only or over all."""
    moves = [move for move in moves_of(book()) if move.name in TRIED]
    base, some = _seen(book()), 0
    for each in Sensitivity(book(), moves).changes(_ran()):
        move = next(one for one in moves if (one.name, one.to) == (each.name, each.to))
        after = _seen(_moved(move))
        changed = [(one, other) for one, other in zip(base, after, strict=True)]
        assert each.n == CASES
        for part in ("focus_area", "settled"):
            assert getattr(each, part) == sum(one[part] != other[part] for one, other in changed), (each.name, each.to)
        wanted = sum(
            (one["focus"], one["focus_area"]) != (other["focus"], other["focus_area"]) for one, other in changed
        )
        assert each.focus == wanted, (each.name, each.to)
        for area, count in each.areas.items():
            name = f"area {area}"
            assert count == sum(one[name] != other[name] for one, other in changed), (each.name, each.to, area)
        assert each.any >= max(each.focus, each.settled, each.stage, *each.areas.values())
        some += each.any > 0
    assert some > 3


def test_changes_of_batches_add_up_to_those_of_the_whole() -> None:
    """Alone or together, and those that cannot be tried; settings are read once for all batches."""
    moves = [move for move in moves_of(book()) if move.name in ("close", "strong_bands", "rank_order")]
    moves.append(Move("parameter", "close", "none", "3", "none"))
    plan, tried = EveryRule(book()), Sensitivity(book(), moves)
    some, more = (
        tried.changes(run(tables_of(part, book(), plan), plan)) for part in (_intakes()[:21], _intakes()[21:])
    )
    assert ordered(added(some, more)) == ordered(Sensitivity(book(), moves).changes(_ran()))
    assert sum(each.any for each in some) > 0


def test_the_setting_that_changes_most_stands_first() -> None:
    """And a setting that the loader refuses says why."""
    moves = [move for move in moves_of(book()) if move.name in ("rank_order", "label_set")]
    refused = Move("parameter", "close", "none", "3", "none")
    found = ordered(Sensitivity(book(), [*moves, refused]).changes(_ran()))
    assert [each.any for each in found] == sorted((each.any for each in found), reverse=True)
    assert [each.name for each in found if each.why_not] == ["close"]
    assert next(each.any for each in found if each.name == "label_set") == 0


def test_every_value_of_every_switch_is_tried() -> None:
    """But for the one in use."""
    found = {(move.name, move.value) for move in moves_of(book()) if move.kind == "switch"}
    for name, switch in book().switches.items():
        now = book().settings[name]
        if switch.many:
            assert {move[1] for move in found if move[0] == name} == {(value,) for value in switch.values}
        else:
            assert {move[1] for move in found if move[0] == name} == {*switch.values} - {now}


def test_every_parameter_of_our_own_is_moved_and_no_other() -> None:
    """A list of one member cannot lose it."""
    entries = read_file(book().folder / "parameters.yaml", limit=RULE_BYTES).data
    moved = {move.name for move in moves_of(book()) if move.kind == "parameter"}
    own = {name for name, entry in entries.items() if entry["label"] == "OI"}
    assert moved <= own
    assert all(isinstance(entries[name]["value"], list) and len(entries[name]["value"]) == 1 for name in own - moved)


def test_moved_bands_still_cover_every_day_once() -> None:
    """The next band begins on the day after the limit that was moved."""
    tried = [move for move in moves_of(book()) if move.name == "timing_bands"]
    assert len(tried) == 10
    for move in tried:
        bands = sorted(move.value.values(), key=lambda band: (band[0] is not None, band[0] or 0))
        assert bands[0][0] is None
        assert bands[-1][1] is None
        assert all(one[1] + 1 == other[0] and one[1] != other[1] for one, other in pairwise(bands))
        assert move.value != book().parameters["timing_bands"]


def test_a_rulebook_can_be_read_with_a_moved_parameter() -> None:
    """As a profile would; everything else stays, and an unknown name is refused with the nearest one."""
    moved = Rulebook.load(parameters={"close": 2})
    assert moved.parameters == {**book().parameters, "close": 2}
    assert moved.sha256 != book().sha256
    with pytest.raises(RulebookError) as refused:
        Rulebook.load(parameters={"clos": 2})
    assert refused.value.faults[0].nearest == "close"
