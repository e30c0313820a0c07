"""Which focus is proposed, is it settled, and is there a second, over tables?

Only the leader of the shown order can be settled, so it alone is compared with the rest of its case. Defined by
`focus_of` and `is_settled` in `ipt_formulate.formulation.focus`.
"""

from __future__ import annotations

from typing import Final

import narwhals.stable.v2 as nw

from ipt_formulate.engines.columns.areas import EQUAL, POLICY, applied, deficits, described_only
from ipt_formulate.engines.columns.connections import CONNECTED, ONE, TWO
from ipt_formulate.engines.columns.criteria import LOWER, UPPER
from ipt_formulate.engines.columns.folds import POSSIBLE, PRESENT, Speaking, areas_of
from ipt_formulate.engines.columns.frames import (
    CASE_KEY,
    Frame,
    counted,
    either,
    flag,
    highest,
    matched,
    settled,
    stacked,
    whole,
)
from ipt_formulate.engines.columns.matching import Matched
from ipt_formulate.engines.columns.order import CANDIDATE, EFFECTIVE, ROUNDS, SOURCE, STRICT, TARGET, first_of
from ipt_formulate.engines.columns.plan import Plan
from ipt_formulate.engines.columns.same_event import SITUATION, TITLE
from ipt_formulate.engines.columns.tables import KIND_STEP, position_of
from ipt_formulate.logic.truth import NO, YES
from ipt_formulate.rulebook.nodes import SITUATIONS

STATUSES: Final = ("not_applicable", "none", "insufficient", "tie", "proposed")
NONE = -1


def focus_of(found: Matched, cases: Frame, keyed: Frame, ranks: Frame, edges: Frame, *, several: bool) -> Frame:
    """The cases with their focus: status, area and situation, whether it is settled, and the second."""
    plan = found.plan
    frame = _with_leaders(plan, cases, keyed, ranks)
    leading = settled(
        frame.filter(nw.col("status") == STATUSES.index("proposed")).select(
            CASE_KEY, CANDIDATE, "complete", "contradictions", "episode_present", "gate"
        )
    )
    certain = _settled(plan, leading, keyed, edges)
    frame = matched(frame, certain, [CASE_KEY], {"certain": 0})
    status = nw.col("status")
    no_focus = (status == STATUSES.index("not_applicable")) | (status == STATUSES.index("none"))
    sure = (no_focus & (nw.col("contradictions") == 0)) | (nw.col("certain") == 1)
    frame = frame.with_columns(flag(sure).alias("settled"))
    second = _second(found, leading, ranks, several=several)
    frame = matched(frame, second, [CASE_KEY], {"second": NONE, "second area": NONE, "second situation": ""})
    return settled(frame.drop("certain"))


def _with_leaders(plan: Plan, cases: Frame, keyed: Frame, ranks: Frame) -> Frame:
    able = (nw.col("best") >= POSSIBLE) & _may_lead(plan)
    possible = keyed.join(cases.select(CASE_KEY, "gate"), on=[CASE_KEY], how="inner").with_columns(
        flag(able).alias("any possible")
    )
    frame = matched(cases, settled(highest(possible, [CASE_KEY], ["any possible"])), [CASE_KEY], {"any possible": 0})
    leaders = settled(ranks.filter(nw.col("leads") == 1))
    told = leaders.group_by(CASE_KEY).agg(
        nw.len().alias("leaders"),
        nw.col(CANDIDATE).max(),
        nw.col("area").min().alias("least area"),
        nw.col("area").max(),
        nw.col(TITLE).max().alias("focus situation"),
    )
    otherwise = {"leaders": 0, CANDIDATE: NONE, "least area": NONE, "area": NONE, "focus situation": ""}
    told = told.with_columns(nw.col("leaders").cast(nw.Int32))
    frame = matched(frame, settled(told), [CASE_KEY], otherwise)
    status = (
        nw.when(nw.col("leaders") > 1).then(whole(STATUSES.index("tie"))).otherwise(whole(STATUSES.index("proposed")))
    )
    status = nw.when(nw.col("leaders") == 0).then(whole(STATUSES.index("insufficient"))).otherwise(status)
    nothing = (nw.col("complete") == 1) & (nw.col("any possible") == 0)
    status = nw.when(nothing).then(whole(STATUSES.index("none"))).otherwise(status)
    status = nw.when(nw.col("episode_present") == NO).then(whole(0)).otherwise(status)
    frame = settled(frame.with_columns(status.alias("status")).drop("any possible"))
    chosen = nw.col("status") >= STATUSES.index("tie")
    one = nw.col("status") == STATUSES.index("proposed")
    alike = nw.col("least area") == nw.col("area")
    return settled(
        frame.with_columns(
            nw.when(one).then(nw.col(CANDIDATE)).otherwise(whole(NONE, nw.Int64)).alias(CANDIDATE),
            nw.when(chosen & alike).then(nw.col("area")).otherwise(whole(NONE)).alias("focus area"),
            nw.when(one).then(nw.col("focus situation")).otherwise(nw.lit("")).alias("focus situation"),
        ).drop("area", "least area")
    )


def _may_lead(plan: Plan) -> nw.Expr:
    """May the candidate ever be a focus, as far as the gate and the switches say?"""
    mine = nw.col("area") == deficits(plan)
    if described_only(plan):
        return ~mine
    return ~(mine & (nw.col("gate") == NO)) if applied(plan) else nw.lit(True)


# -- settled ------------------------------------------------------------------------------------------------------


def _settled(plan: Plan, leading: Frame, keyed: Frame, edges: Frame) -> Frame:
    """Cases whose leader no missing answer can change: `certain`."""
    ranges = settled(keyed.select(CASE_KEY, CANDIDATE, LOWER, UPPER))
    strict = settled(edges.filter(nw.col(STRICT) != NO).select(CASE_KEY, SOURCE, TARGET, STRICT))
    own = leading.join(
        keyed.select(CASE_KEY, CANDIDATE, "area", "worst", "exists", "may be barred", LOWER),
        on=[CASE_KEY, CANDIDATE],
        how="inner",
    )
    sound = (
        (nw.col("complete") == 1)
        & (nw.col("contradictions") == 0)
        & (nw.col("episode_present") == YES)
        & (nw.col("worst") >= POSSIBLE)
        & (nw.col("exists") == YES)
        & (nw.col("may be barred") == 0)
    )
    if applied(plan):
        sound = sound & ((nw.col("area") != deficits(plan)) | (nw.col("gate") == YES))
    leaders = settled(
        own.filter(sound).select(CASE_KEY, nw.col(CANDIDATE).alias("x"), nw.col(LOWER).alias("x lower"), "gate")
    )
    away = strict.select(nw.col(CASE_KEY), nw.col(SOURCE).alias("x"))
    leaders = settled(leaders.join(away, on=[CASE_KEY, "x"], how="anti"))
    rivals = keyed.join(leaders, on=[CASE_KEY], how="inner").filter(
        (nw.col(CANDIDATE) != nw.col("x")) & _may_lead(plan) & (nw.col("barred for good") == 0)
    )
    rivals = settled(rivals.select(nw.col(CASE_KEY), nw.col(CANDIDATE).alias("y"), nw.col(UPPER).alias("y upper")))
    back = strict.select(nw.col(CASE_KEY), nw.col(TARGET).alias(SOURCE), nw.col(SOURCE).alias(TARGET))
    certain = strict.filter(nw.col(STRICT) == YES).join(back, on=[CASE_KEY, SOURCE, TARGET], how="anti")
    mine = _sources(leaders.select(nw.col(CASE_KEY), nw.col("x").alias("of")), settled(certain))
    theirs = _sources(rivals.select(nw.col(CASE_KEY), nw.col("y").alias("of")), strict)
    s = mine.join(
        ranges.select(nw.col(CASE_KEY), nw.col(CANDIDATE).alias("by"), nw.col(LOWER)), on=[CASE_KEY, "by"], how="inner"
    )
    s = s.select(
        nw.col(CASE_KEY), nw.col("by").alias("s"), nw.col("steps").alias("s steps"), nw.col(LOWER).alias("s lower")
    )
    t = theirs.join(
        ranges.select(nw.col(CASE_KEY), nw.col(CANDIDATE).alias("by"), nw.col(UPPER)), on=[CASE_KEY, "by"], how="inner"
    )
    t = t.select(
        nw.col(CASE_KEY),
        nw.col("of").alias("y"),
        nw.col("by").alias("t"),
        nw.col("steps").alias("t steps"),
        nw.col(UPPER).alias("t upper"),
    )
    pairs = t.join(s, on=[CASE_KEY], how="inner").join(rivals, on=[CASE_KEY, "y"], how="inner")
    pairs = pairs.join(leaders.select(CASE_KEY, "x lower"), on=[CASE_KEY], how="inner")
    same = nw.col("s") == nw.col("t")
    own_before = (nw.col("s steps") == nw.col("t steps")) & (nw.col("x lower") > nw.col("y upper"))
    outdone = (nw.col("s lower") > nw.col("t upper")) | (same & ((nw.col("s steps") > nw.col("t steps")) | own_before))
    by = [CASE_KEY, "y", "t", "t steps"]
    told = highest(pairs.with_columns(flag(outdone).alias("certain")), by, ["certain"])
    all_ = settled(told).group_by(CASE_KEY).agg(nw.col("certain").min())
    return settled(matched(leaders.select(CASE_KEY), settled(all_), [CASE_KEY], {"certain": 1}))


def _sources(of: Frame, edges: Frame) -> Frame:
    """Candidates whose key each has or may have (`by`), with the steps from them; itself first."""
    found = [of.with_columns(nw.col("of").alias("by"), whole(0).alias("steps"))]
    ways = edges.select(nw.col(CASE_KEY), nw.col(TARGET).alias("by"), nw.col(SOURCE).alias("next"))
    for steps in range(1, ROUNDS + 1):
        step = found[-1].join(ways, on=[CASE_KEY, "by"], how="inner")
        step = step.select(nw.col(CASE_KEY), nw.col("of"), nw.col("next").alias("by"), whole(steps).alias("steps"))
        found.append(settled(step.unique([CASE_KEY, "of", "by", "steps"])))
    return settled(stacked(found, [CASE_KEY, "of", "by", "steps"]))


# -- second -------------------------------------------------------------------------------------------------------


def _second(found: Matched, leading: Frame, ranks: Frame, *, several: bool) -> Frame:
    plan = found.plan
    leaders = leading.join(ranks.select(CASE_KEY, CANDIDATE, SITUATION, "area"), on=[CASE_KEY, CANDIDATE], how="inner")
    leaders = leaders.select(
        nw.col(CASE_KEY),
        nw.col(CANDIDATE).alias("x"),
        nw.col(SITUATION).alias("x situation"),
        nw.col("area").alias("x area"),
    )
    fit = (nw.col("lean") == PRESENT) & (nw.col("barred second") == 0) & (nw.col("x") != nw.col(CANDIDATE))
    if plan.book.settings.get("max_foci") == "1":
        fit = nw.col("lean") < 0
    elif plan.book.settings.get(POLICY) != EQUAL:
        fit = fit & (nw.col("area") != deficits(plan))
    able = settled(ranks.join(leaders, on=[CASE_KEY], how="inner").filter(fit))
    tied = _connected(found, able, several=several)
    by = [CASE_KEY, CANDIDATE]
    able = matched(able, tied, by, {"tied": 0})
    chosen = settled(able.filter((nw.col("tied") == 1) | (nw.col("named") == 1)))
    top = first_of(chosen, [CASE_KEY], EFFECTIVE)
    left = settled(chosen.join(top, on=[CASE_KEY, *EFFECTIVE], how="semi"))
    # None where two are equal, for nothing puts one before the other.
    alone = counted(left, [CASE_KEY], "equal").filter(nw.col("equal") == 1)
    left = left.join(alone.select(CASE_KEY), on=[CASE_KEY], how="semi")
    return settled(
        left.select(
            nw.col(CASE_KEY),
            nw.col(CANDIDATE).alias("second"),
            nw.col("area").alias("second area"),
            nw.col(TITLE).alias("second situation"),
        )
    )


def _connected(found: Matched, able: Frame, *, several: bool) -> Frame:
    """Which of these candidates are connected with the leader of their case? (`tied`)"""
    plan, frames = found.plan, []
    for i, about in enumerate(SITUATIONS):
        for other in SITUATIONS[i:]:
            pairs = found.connections.between(about, other).filter(nw.col(CONNECTED) == YES).select(CASE_KEY, ONE, TWO)
            frames.append(pairs)
            if about != other:
                frames.append(pairs.select(nw.col(CASE_KEY), nw.col(TWO).alias(ONE), nw.col(ONE).alias(TWO)))
    # A candidate is connected with another of the same record.
    own = stacked([found.parts[about].frame for about in SITUATIONS], [CASE_KEY, "position", SITUATION])
    own = settled(own)
    frames.append(own.select(nw.col(CASE_KEY), nw.col("position").alias(ONE), nw.col("position").alias(TWO)))
    pairs = settled(stacked(frames, [CASE_KEY, ONE, TWO]))
    for which, name in ((ONE, "x situation"), (TWO, SITUATION)):
        if several:
            of = own.select(nw.col(CASE_KEY), nw.col("position").alias(which), nw.col(SITUATION).alias(name))
            pairs = pairs.join(of, on=[CASE_KEY, which], how="inner")
        else:
            pairs = pairs.with_columns(nw.col(which).alias(name))
    joined = able.select(CASE_KEY, CANDIDATE, SITUATION, "area", "x situation", "x area").join(
        settled(pairs), on=[CASE_KEY, "x situation", SITUATION], how="inner"
    )
    belongs = _belongs(plan, ONE, "x area") & _belongs(plan, TWO, "area")
    return settled(highest(joined.with_columns(flag(belongs).alias("tied")), [CASE_KEY, CANDIDATE], ["tied"]))


def _belongs(plan: Plan, position: str, area: str) -> nw.Expr:
    """Is a record of a kind that may be a candidate for the area?"""
    tests = []
    for code, each in areas_of(plan):
        kinds = either(
            (nw.col(position) >= position_of(about)) & (nw.col(position) < position_of(about) + KIND_STEP)
            for about in Speaking(plan, each).kinds
        )
        tests.append((nw.col(area) == code) & kinds)
    return either(tests)
