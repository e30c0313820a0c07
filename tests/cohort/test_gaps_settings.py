"""Are other settings tried as they should be, and does running them together say what each says by itself?"""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from typing import Any

import polars as pl
import pytest

from ipt_formulate.cohort.gaps.counts import added
from ipt_formulate.cohort.gaps.few import few_cases
from ipt_formulate.cohort.gaps.moves import NO_DAYS, Move, moves_of
from ipt_formulate.cohort.gaps.ran import EveryRule, Ran, run
from ipt_formulate.cohort.gaps.sensitivity import Sensitivity, ordered
from ipt_formulate.cohort.gaps.table import Change
from ipt_formulate.engines.columns.engine import NOT_SUPPORTED, ColumnsEngine, cohort_of, result_of
from ipt_formulate.engines.columns.plan import Plan
from ipt_formulate.engines.columns.tables import tables_of
from ipt_formulate.formulation.standing import WORDS
from ipt_formulate.intake import Intake
from ipt_formulate.reading import RULE_BYTES, read_file
from ipt_formulate.rulebook import Rulebook, RulebookError
from tests.properties.case import book, worked
from tests.properties.plausible import plausible_intake

pytestmark = pytest.mark.long
CASES = 60
TRIED = (
    "close", "coping_trouble", "rank_order", "strong_bands", "timing_bands", "label_set", "pet_relations",
    "dead_others", "not_a_person", "separation_changes", "tying_strengths", "extra_areas", "areas",
)  # fmt: skip
"""Alone for its value, a cut-off, a switch, lists and bands of days, and a switch that no result hangs on."""


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


def _moves() -> list[Move]:
    return [move for move in moves_of(book()) if move.name in TRIED]


@cache
def _changes() -> list[Change]:
    return Sensitivity(book(), _moves()).changes(_ran())


def test_a_few_cases_one_by_one_change_as_in_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whichever way is taken, and whatever kind of setting it is."""
    over_tables = ordered(_changes())
    monkeypatch.setattr("ipt_formulate.cohort.gaps.sensitivity.FEW_TOGETHER", CASES)
    monkeypatch.setattr(ColumnsEngine, "run", None)
    few = Sensitivity(book(), _moves()).changes(_ran(), few=dict(enumerate(_intakes())))
    assert ordered(few) == over_tables
    assert sum(each.any > 0 for each in few) > 5


@pytest.mark.parametrize("profile", ["classic", "research"])
def test_a_few_cases_stand_as_in_tables(profile: str) -> None:
    """In every column by which settings are compared."""
    rules = book(profile)
    tables = result_of(cohort_of(tables_of(_intakes(), rules), Plan(rules))).cases.collect()
    few = few_cases(dict(enumerate(_intakes())), rules)
    assert {"stage", "focus_status", "grief_lean"} <= {*few.columns}
    kept = tables.filter(pl.col(NOT_SUPPORTED) == "").sort("case")
    told = few.filter(pl.col("case").is_in(kept["case"].implode())).sort("case")
    for column in few.columns:
        assert told[column].to_list() == kept[column].to_list(), column
    assert kept["stage"].n_unique() > 2


def test_changes_are_those_of_the_reference_engine() -> None:
    """One by one or together, over the cases that can differ only or over all."""
    moves = [move for move in _moves() if not move.name.endswith("areas")]
    base, some = _seen(book()), 0
    for each in [each for each in _changes() if each.why_not is None and not each.name.endswith("areas")]:
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
    """A list of one member too, which is then empty."""
    entries = read_file(book().folder / "parameters.yaml", limit=RULE_BYTES).data
    moves = [move for move in moves_of(book()) if move.kind == "parameter" and move.why_not is None]
    assert {move.name for move in moves} == {name for name, entry in entries.items() if entry["label"] == "OI"}
    alone = {name: entry["value"] for name, entry in entries.items() if isinstance(entry["value"], list)}
    alone = {name: value for name, value in alone.items() if len(value) == 1 and entries[name]["label"] == "OI"}
    emptied = {move.name: (move.now, move.to) for move in moves if move.value == []}
    assert emptied == {name: (value[0], f"without {value[0]}") for name, value in alone.items()}
    assert "severe_words" in emptied


def test_a_list_of_steps_gains_the_next_one() -> None:
    """By the order of the answers: severity words and strengths as timing bands; kinds of people have no order."""
    found = {(move.name, move.to) for move in moves_of(book()) if move.to.startswith("with ")}
    assert {("severe_words", "with moderately_severe"), ("tying_strengths", "with weak")} <= found
    assert ("strong_bands", "with before") in found
    assert not {name for name, _ in found} & {"minors", "pet_relations", "hard_to_leave"}


def test_what_cannot_be_moved_is_named_with_the_reason() -> None:
    """A limit at no days; its parameter has other limits that are moved."""
    kept = [move for move in moves_of(book()) if move.why_not is not None]
    assert {(move.name, move.now) for move in kept} == {
        ("timing_bands", "concurrent up to 0"), ("recent_betrayal", "limit 0 of 0 to 365"),
    }  # fmt: skip
    found = Sensitivity(book(), kept).changes(_ran())
    assert [(each.why_not, each.any) for each in found] == [(NO_DAYS, 0)] * 2


def test_moved_bands_still_cover_every_day_once() -> None:
    """The next band begins on the day after the limit that was moved."""
    tried = [move for move in moves_of(book()) if move.name == "timing_bands" and move.why_not is None]
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
