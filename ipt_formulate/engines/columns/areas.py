"""How does every area stand, and is the gate to deficits open, over tables?

One row a case. The definitions are `area_standing` and `gate_of` in `ipt_formulate.formulation`.
"""

from __future__ import annotations

from collections.abc import Iterable

import narwhals.stable.v2 as nw

from ipt_formulate.engines.columns.condensing import CONTRADICTED
from ipt_formulate.engines.columns.encoding import member
from ipt_formulate.engines.columns.folds import (
    EXCLUDED,
    NOT_SUPPORTED,
    OPEN,
    POSSIBLE,
    PRESENT,
    Speaking,
    areas_of,
)
from ipt_formulate.engines.columns.frames import CASE_KEY, Frame, either, every, flag, highest, matched, settled, whole
from ipt_formulate.engines.columns.matching import Matched
from ipt_formulate.engines.columns.open_items import OPEN_ITEMS
from ipt_formulate.engines.columns.plan import Plan
from ipt_formulate.engines.columns.spawning import UNCLEAR
from ipt_formulate.logic.truth import NO, UNKNOWN, YES
from ipt_formulate.rulebook.book import Area
from ipt_formulate.rulebook.nodes import About
from ipt_formulate.rulebook.vocabulary import LISTS

DEFICITS = "interpersonal_deficits"
POLICY, EQUAL, NOTE_ONLY = "deficits_policy", "equal", "note_only"
THREE_LISTS: tuple[About, ...] = ("loss", "conflict", "change")
NONE = -1


def deficits(plan: Plan) -> int:
    """The number of the area of deficits; `NONE` if it is switched off."""
    return next((code for code, area in areas_of(plan) if area.code == DEFICITS), NONE)


def applied(plan: Plan) -> bool:
    """Does the gate decide whether deficits are ranked?"""
    return deficits(plan) != NONE and plan.book.settings.get(POLICY) not in (EQUAL, NOTE_ONLY)


def described_only(plan: Plan) -> bool:
    """Are deficits never a focus, whatever is found?"""
    return plan.book.settings.get(POLICY) == NOTE_ONLY


def is_complete(about: About) -> nw.Expr:
    """Is the list of a kind of record known to be complete?"""
    return nw.col(f"{LISTS[about]}_complete") == YES


def cases_of(matched_: Matched, candidates: Frame) -> Frame:
    """One row a case: standing of every area, gate, contradictions, completeness."""
    plan = matched_.plan
    case = matched_.parts["case"].frame
    lists = [f"{section}_complete" for section in LISTS.values()]
    frame = case.select(
        CASE_KEY, "name", "episode_present", OPEN_ITEMS, *lists, nw.col(CONTRADICTED).alias("against case")
    )
    for about, part in matched_.parts.items():
        if about == "case":
            continue
        told = part.frame.with_columns(nw.col(CONTRADICTED).alias(f"against {about}"), whole(1).alias(f"any {about}"))
        by_case = told.group_by(CASE_KEY).agg(nw.col(f"against {about}").max(), nw.col(f"any {about}").max())
        frame = matched(frame, by_case, [CASE_KEY], {f"against {about}": 0, f"any {about}": 0})
    for about in sorted(plan.spawned):
        told = matched_.parts[about].frame
        by_case = highest(told, [CASE_KEY], [UNCLEAR]).rename({UNCLEAR: f"{UNCLEAR} {about}"})
        frame = matched(frame, by_case, [CASE_KEY], {f"{UNCLEAR} {about}": 0})
    unclear = flag(either(nw.col(f"{UNCLEAR} {about}") == 1 for about in plan.spawned))
    frame = frame.with_columns(unclear.alias(UNCLEAR))
    released = matched_.parts["isolation"].frame.select(
        nw.col(CASE_KEY), flag(nw.col(member("decided.override", DEFICITS)) == YES).alias("released")
    )
    frame = matched(frame, released, [CASE_KEY], {"released": 0})
    best = _best_of_each(plan, candidates)
    frame = settled(matched(frame, best, [CASE_KEY], dict.fromkeys(_names(plan), NONE)))
    for _, area in areas_of(plan):
        frame = frame.with_columns(*_standing(plan, area))
        frame = frame.with_columns(_settled(plan, area).alias(f"{area.code} settled"))
    abouts = [about for about in matched_.parts if about != "case"]
    frame = frame.with_columns(
        flag(either(nw.col(f"against {about}") == 1 for about in ("case", *abouts))).alias("contradictions"),
        flag(every(is_complete(about) for about in THREE_LISTS)).alias("complete"),
    )
    return settled(_gate(plan, frame))


PARTS = ("worst", "best", "lean", "possible")


def _names(plan: Plan) -> list[str]:
    return [f"{area.code} {part}" for _, area in areas_of(plan) for part in PARTS]


def _best_of_each(plan: Plan, candidates: Frame) -> Frame:
    """The highest of every area's candidates, `NONE` where it has none."""
    sure = nw.when(nw.col("best") < POSSIBLE).then(whole(NO)).otherwise(whole(UNKNOWN))
    possible = nw.when(nw.col("worst") >= POSSIBLE).then(whole(YES)).otherwise(sure)
    shown = nw.when(nw.col("exists~") == YES).then(nw.col("lean")).otherwise(whole(NONE))
    told = {"worst": nw.col("worst"), "best": nw.col("best"), "lean": shown, "possible": possible}
    columns = [
        nw.when(nw.col("area") == code)
        .then(told[part])
        .otherwise(whole(NONE))
        .cast(nw.Int8)
        .alias(f"{area.code} {part}")
        for code, area in areas_of(plan)
        for part in PARTS
    ]
    frame = candidates.select(nw.col(CASE_KEY), *columns)
    return frame.group_by(CASE_KEY).agg(*(nw.col(name).max() for name in _names(plan)))


def _standing(plan: Plan, area: Area) -> Iterable[nw.Expr]:
    name = area.code
    some = either(nw.col(f"any {about}") == 1 for about in Speaking(plan, area).kinds)
    complete = every(is_complete(about) for about in area.fed_by)
    worst = nw.max_horizontal(nw.col(f"{name} worst"), whole(EXCLUDED))
    found = nw.max_horizontal(nw.col(f"{name} best"), whole(EXCLUDED))
    best = nw.when(complete).then(found).otherwise(whole(PRESENT))
    unshown = nw.min_horizontal(nw.max_horizontal(whole(NOT_SUPPORTED), worst), best)
    lean = nw.when(nw.col(f"{name} lean") != NONE).then(nw.col(f"{name} lean")).otherwise(unshown)
    alone = EXCLUDED if _needs_a_record(plan, area) else NOT_SUPPORTED
    without = {"worst": (alone, EXCLUDED), "best": (alone, PRESENT), "lean": (alone, NOT_SUPPORTED)}
    for part, told in (("worst", worst), ("best", best), ("lean", lean)):
        closed, open_ = without[part]
        nothing = nw.when(complete).then(whole(closed)).otherwise(whole(open_))
        yield nw.when(some).then(told).otherwise(nothing).cast(nw.Int8).alias(f"{name} {part}")
    yield flag(some).alias(f"{name} any")


def _settled(plan: Plan, area: Area) -> nw.Expr:
    name = area.code
    tainted = either(nw.col(f"against {about}") == 1 for about in ("case", *Speaking(plan, area).kinds)) & (
        nw.col(f"{name} any") == 1
    )
    return flag((nw.col(f"{name} worst") == nw.col(f"{name} best")) & ~tainted)


def _needs_a_record(plan: Plan, area: Area) -> bool:
    if area.code == "grief":
        return plan.book.settings.get("grief_scope") != "wide"
    return area.code == "role_dispute"


def _gate(plan: Plan, frame: Frame) -> Frame:
    highest: list[nw.Expr] = [whole(NO)]
    held: list[nw.Expr] = []
    leaning: list[nw.Expr] = []
    for _, area in areas_of(plan):
        if area.code == DEFICITS:
            continue
        complete = every(is_complete(about) for about in area.fed_by)
        highest += [nw.col(f"{area.code} possible"), nw.when(complete).then(whole(NO)).otherwise(whole(UNKNOWN))]
        held.append(nw.col(f"{area.code} lean") >= POSSIBLE)
        leaning.append(complete & (nw.col(f"{area.code} lean") < OPEN))
    frame = frame.with_columns(
        (whole(YES) - nw.max_horizontal(*highest)).cast(nw.Int8).alias("gate"),
        flag(every(leaning)).alias("leans open"),
        flag(either(held)).alias("held"),
    )
    open_ = (nw.col("gate") == YES) | (nw.col("leans open") == 1)
    lean = nw.when(nw.col("held") == 1).then(whole(NO)).otherwise(whole(UNKNOWN))
    admits = nw.lit(True) if not applied(plan) else open_ | (nw.col("released") == 1)
    return frame.with_columns(
        nw.when(open_).then(whole(YES)).otherwise(lean).alias("gate lean"), flag(admits).alias("admits")
    )
