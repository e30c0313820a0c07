"""In which stage is every dispute, over tables?

One row for each conflict, and a second one where parents who have parted are staged for themselves. The definition is
`ipt_formulate.formulation.staging`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import narwhals.stable.v2 as nw

from ipt_formulate.engines.columns.conditions import any_of
from ipt_formulate.engines.columns.encoding import member, presumed
from ipt_formulate.engines.columns.folds import POSSIBLE, areas_of
from ipt_formulate.engines.columns.frames import (
    CASE_KEY,
    Frame,
    either,
    every,
    flag,
    matched,
    settled,
    stacked,
    total,
    whole,
)
from ipt_formulate.engines.columns.matching import Matched
from ipt_formulate.engines.columns.plan import Plan
from ipt_formulate.engines.columns.same_event import SITUATION
from ipt_formulate.intake.types import Choice
from ipt_formulate.logic.truth import NO, YES
from ipt_formulate.rulebook import Rule
from ipt_formulate.rulebook import conclusions as c
from ipt_formulate.rulebook.nodes import Sign

DISPUTE = "role_dispute"
STAGES: Final = ("not_staged", "renegotiation", "impasse", "dissolution", "undetermined")
"""A stage is told by its place here."""
STAGED: Final = STAGES[1:4]
CONFIDENCES: Final = ("", "leaning", "clear")
LINES: Final = ("couple", "coparent")
Signals = Sequence[tuple[Rule, c.Stages]]


def disputes_of(found: Matched, candidates: Frame) -> Frame | None:
    """Every dispute with its stage; None where the area of disputes is switched off."""
    plan = found.plan
    code = next((code for code, area in areas_of(plan) if area.code == DISPUTE), None)
    if code is None:
        return None
    standing = candidates.filter(nw.col("area") == code).select(CASE_KEY, SITUATION, "worst", "best")
    frame = matched(found.parts["conflict"].frame, standing, [CASE_KEY, SITUATION], {"worst": 0, "best": 0})
    signals = [(rule, each) for rule, each in plan.book.concluding(c.Stages) if isinstance(each, c.Stages)]
    frames = []
    for line, word in enumerate(LINES):
        own = [(rule, each) for rule, each in signals if each.line == word]
        staged = _staged(found, settled(frame), own)
        if word == "coparent":
            held = any_of(found.verdict(rule, shown=True) for rule, _ in own) == YES
            staged = staged.filter(held)
        staged = staged.with_columns(whole(line).alias("line"))
        shown = [f"shown {each}" for each in STAGED]
        frames.append(
            staged.select(
                CASE_KEY, "position", "name", SITUATION, "line", "stage", "settled", "confidence", "variant", *shown
            )
        )
    return settled(stacked(frames))


def _staged(found: Matched, frame: Frame, signals: Signals) -> Frame:
    blocks = [rule for rule, _ in found.plan.book.concluding(c.BlocksStage)]
    blocked = any_of(found.verdict(rule, shown=True) for rule in blocks) == YES
    unblocked = any_of(found.verdict(rule, shown=False) for rule in blocks) == NO
    frame = frame.with_columns(*_told(found, signals), _sure(found, signals).alias("sure"))
    impossible = nw.col("best") < POSSIBLE
    unstaged = impossible | blocked | (nw.col("tier") == len(c.TIERS))
    count = total(nw.col(f"told {each}") for each in STAGED)
    stage = whole(STAGES.index("undetermined"))
    for each in STAGED:
        stage = nw.when((nw.col(f"told {each}") == 1) & (count == 1)).then(whole(STAGES.index(each))).otherwise(stage)
    stage = nw.when(unstaged).then(whole(STAGES.index("undetermined"))).otherwise(stage)
    stage = nw.when(impossible).then(whole(0)).otherwise(stage)
    frame = frame.with_columns(
        stage.alias("stage"),
        *(nw.when(unstaged).then(whole(0)).otherwise(nw.col(f"told {each}")).alias(f"shown {each}") for each in STAGED),
        flag(unblocked & (nw.col("worst") >= POSSIBLE) & ~unstaged).alias("may settle"),
    )
    settles = (nw.col("may settle") == 1) & (nw.col("sure") == nw.col("stage"))
    frame = frame.with_columns(flag(impossible | settles).alias("settled"))
    return frame.with_columns(*_manner(found, signals))


def _told(found: Matched, signals: Signals) -> list[nw.Expr]:
    """The first tier with a yes on what was said, and the stages of its signals."""
    tiers = [
        either(found.verdict(rule, shown=True) == YES for rule, each in signals if each.tier == tier)
        for tier in c.TIERS
    ]
    first = whole(len(c.TIERS))
    for number in reversed(range(len(c.TIERS))):
        first = nw.when(tiers[number]).then(whole(number)).otherwise(first)
    columns = [first.alias("tier")]
    for stage in STAGED:
        held = whole(0)
        for number in reversed(range(len(c.TIERS))):
            own = either(
                found.verdict(rule, shown=True) == YES
                for rule, each in signals
                if each.tier == c.TIERS[number] and each.stage == stage
            )
            held = nw.when(tiers[number]).then(flag(own)).otherwise(held)
        columns.append(held.alias(f"told {stage}"))
    return columns


def _sure(found: Matched, signals: Signals) -> nw.Expr:
    """The stage that no missing answer can change; -1 for none."""
    sure = whole(-1)
    for tier in reversed(c.TIERS):
        mine = [(found.verdict(rule, shown=False), each) for rule, each in signals if each.tier == tier]
        if not mine:
            continue
        open_ = {stage: either(truth != NO for truth, each in mine if each.stage == stage) for stage in STAGED}
        known = either(truth == YES for truth, _ in mine)
        here = whole(-1)
        for stage in STAGED:
            alone = open_[stage] & ~either(open_[other] for other in STAGED if other != stage)
            here = nw.when(alone & known).then(whole(STAGES.index(stage))).otherwise(here)
        sure = nw.when(either(truth != NO for truth, _ in mine)).then(here).otherwise(sure)
    return sure


def _manner(found: Matched, signals: Signals) -> list[nw.Expr]:
    """Confidence and variant, from the signals of the deciding tier that are for its stage."""
    plan = found.plan
    own = [(each, _deciding(found, rule, each)) for rule, each in signals]
    some = either(holds for _, holds in own)
    acts = either(holds for each, holds in own if each.tier == "acts")
    steps = either(holds for each, holds in own if each.tier == "steps")
    clear = either(holds for each, holds in own if each.confidence == "clear")
    both = every(_only(plan, name, "end") for name in ("patient_wants", "other_wants"))
    certain = (nw.col("settled") == 1) & (acts | (steps & both)) & clear
    confidence = nw.when(certain).then(whole(CONFIDENCES.index("clear"))).otherwise(whole(CONFIDENCES.index("leaning")))
    variant = nw.lit("")
    for each, holds in sorted(own, key=lambda pair: c.naming_variant(pair[0]), reverse=True):
        if each.variant:
            variant = nw.when(holds).then(nw.lit(each.variant)).otherwise(variant)
    return [
        nw.when(some).then(confidence).otherwise(whole(0)).alias("confidence"),
        variant.alias("variant"),
    ]


def _deciding(found: Matched, rule: Rule, each: c.Stages) -> nw.Expr:
    stage = nw.col("stage") == STAGES.index(each.stage)
    tier = nw.col("tier") == c.TIERS.index(each.tier)
    return stage & tier & (found.verdict(rule, shown=True) == YES)


def _only(plan: Plan, name: str, wanted: str) -> nw.Expr:
    """Is a choice known to be this one, on what was said?"""
    type_ = plan.type_of("conflict", name)
    assert isinstance(type_, Choice)
    column = presumed(name) if Sign("conflict", name) in plan.touched else name
    return every(nw.col(member(column, each)) == int(each == wanted) for each in type_.members)
