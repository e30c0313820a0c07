"""What did every rule say, as a long table and as counts?

Read off the tables on which the rules were matched; nothing is matched a second time.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import narwhals.stable.v2 as nw

from ipt_formulate.engines.columns.frames import CASE_KEY, Frame, flag, lengthened, listed, sums_of, whole, worded
from ipt_formulate.engines.columns.matching import Matched
from ipt_formulate.engines.columns.plan import MATCHED, Plan
from ipt_formulate.logic.truth import NO, UNKNOWN, YES
from ipt_formulate.rulebook import Rule
from ipt_formulate.rulebook import conclusions as c

TRUTHS = ("no", "unknown", "yes")
EFFECTS = {
    c.Routes: "routes",
    c.Supports: "supports",
    c.Opposes: "opposes",
    c.Excludes: "excludes",
    c.Caps: "caps",
    c.Floors: "floors",
    c.Yields: "yields",
    c.Bars: "bars",
    c.Stages: "stages",
    c.BlocksStage: "blocks_stage",
    c.Ranks: "ranks",
    c.Flags: "flags",
}
SAID = ("effect", "area", "strength", "aspect", "at")
"""What a rule does: its own words, the same in every row of it. `at`: a level, a stage or the level of a flag."""
BOTH = "both"
STEP = 4


@dataclass(frozen=True, slots=True)
class Count:
    """How often one rule was yes, unknown and no: over the records that it is about, in both passes.

    `yes`, `unknown` and `no` are those of the strict pass, `leans_...` of the presumed one; the three add up to
    `records`. A record counts as far as it may exist.
    """

    rule: str
    about: str
    records: int
    yes: int
    unknown: int
    no: int
    leans_yes: int
    leans_unknown: int
    leans_no: int


def findings_of(found: Matched) -> Frame | None:
    """One row for each rule that is not a no, each record of which it speaks and each thing that it does."""
    frames = []
    for about, part in found.parts.items():
        rules = _rules(found.plan, about)
        if not rules:
            continue
        told = (
            part.frame.filter((nw.col("exists") != NO) | (nw.col("exists~") != NO)) if about != "case" else part.frame
        )
        both = [(_verdict(found, rule, shown=False) * STEP + _verdict(found, rule, shown=True)) for rule in rules]
        wide = told.select(
            nw.col(CASE_KEY),
            (nw.lit("") if about == "case" else nw.col("name")).alias("situation"),
            *(each.alias(rule.id) for rule, each in zip(rules, both, strict=True)),
        )
        long = lengthened(wide, [rule.id for rule in rules], keys=[CASE_KEY, "situation"], name="rule", value=BOTH)
        frames.append(
            long.filter(nw.col(BOTH) != NO).select(
                nw.col(CASE_KEY),
                nw.col("rule").cast(nw.String),
                nw.lit(about).alias("about"),
                nw.col("situation"),
                worded(nw.col(BOTH) // STEP, TRUTHS).alias("truth"),
                worded(nw.col(BOTH) % STEP, TRUTHS).alias("leans"),
            )
        )
    if not frames:
        return None
    all_ = frames[0] if len(frames) == 1 else nw.concat(frames, how="vertical")
    effects = listed(all_, ["rule", *SAID], [(rule.id, *_said(each)) for rule, each in _effects(found.plan)])
    return all_.join(effects, on=["rule"], how="inner")


def counts_of(found: Matched) -> tuple[Count, ...]:
    """How often every rule was yes, unknown and no, in the order of the rulebook."""
    counted: dict[str, Count] = {}
    for about, part in found.parts.items():
        rules = _rules(found.plan, about)
        if not rules:
            continue
        told = (
            part.frame.filter((nw.col("exists") != NO) | (nw.col("exists~") != NO)) if about != "case" else part.frame
        )
        columns = [whole(1, nw.Int64).alias("records")]
        for rule in rules:
            for shown in (False, True):
                for truth in (UNKNOWN, YES):
                    holds = flag(_verdict(found, rule, shown=shown) == truth)
                    columns.append(holds.cast(nw.Int64).alias(f"{rule.id} {shown} {truth}"))
        sums = sums_of(told.select(*columns))
        for rule in rules:
            strict = [sums[f"{rule.id} {False} {truth}"] for truth in (UNKNOWN, YES)]
            shows = [sums[f"{rule.id} {True} {truth}"] for truth in (UNKNOWN, YES)]
            records = sums["records"]
            counted[rule.id] = Count(
                rule=rule.id,
                about=about,
                records=records,
                yes=strict[1],
                unknown=strict[0],
                no=records - sum(strict),
                leans_yes=shows[1],
                leans_unknown=shows[0],
                leans_no=records - sum(shows),
            )
    return tuple(counted[rule.id] for rule in found.plan.rules if rule.id in counted)


def _rules(plan: Plan, about: str) -> list[Rule]:
    return [rule for rule in plan.rules if rule.about == about and rule.when is not None]


def _verdict(found: Matched, rule: Rule, *, shown: bool) -> nw.Expr:
    return found.verdict(rule, shown=shown)


def _effects(plan: Plan) -> Iterator[tuple[Rule, c.Conclusion]]:
    for rule in plan.rules:
        for each in rule.conclusions:
            if isinstance(each, MATCHED):
                yield rule, each


def _said(each: c.Conclusion) -> tuple[str, ...]:
    told = {
        "effect": EFFECTS[type(each)],
        "area": getattr(each, "area", ""),
        "strength": getattr(each, "strength", ""),
        "aspect": getattr(each, "aspect", ""),
        "at": "",
    }
    match each:
        case c.Caps(at=at) | c.Floors(at=at):
            told["at"] = at
        case c.Stages(stage=stage):
            told["at"] = stage
        case c.Flags(flag=name, level=level):
            told["aspect"], told["at"] = name, level
        case c.Bars(place=place):
            told["at"] = place
        case c.Yields(to=to):
            told["at"] = to
        case _:
            pass
    return tuple(told[name] for name in SAID)
