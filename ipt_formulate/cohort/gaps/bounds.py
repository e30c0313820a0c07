"""Between which bounds do the figures of a cohort lie, whatever the missing answers are?

A case counts for the lower bound where the strict pass has settled it, and for the upper bound unless the strict pass
has ruled it out. Cases whose answers contradict each other, or that tables cannot tell, count as not known at all. What
follows is for answers that contradict nothing; a clinician's decision that was not taken is no missing answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import narwhals.stable.v2 as nw

from ipt_formulate.cohort.gaps.ran import Ran
from ipt_formulate.cohort.gaps.table import Bound, Standing, Step
from ipt_formulate.engines.columns.areas import DEFICITS, applied, described_only
from ipt_formulate.engines.columns.encoding import member
from ipt_formulate.engines.columns.engine import GATE_WORDS, NOT_SUPPORTED, WORDS
from ipt_formulate.engines.columns.frames import CASE_KEY
from ipt_formulate.engines.columns.stages import DISPUTE, STAGED, STAGES
from ipt_formulate.logic.truth import NO, YES
from ipt_formulate.rulebook import conclusions as c

LEVELS: Final = ("possible", "present")
NO_FOCUS: Final = "none"
UNDECIDED: Final = "undecided"
LOWER, SHOWN, UPPER = "lower", "shown", "upper"
KINDS: Final = (LOWER, SHOWN, UPPER)
UNTOLD: Final = "untold"
"""Of such a case nothing is certain: its answers contradict each other, or tables cannot tell it."""


def case_bounds(ran: Ran) -> Any:
    """Which case counts for which figure, as a Polars frame.

    One row a case; for every figure three yes/no columns, named ``area grief possible lower``, ``... shown`` and
    ``... upper``.
    """
    import polars as pl

    cases = ran.result.cases.collect()
    beside = _beside(ran)
    cases = cases.join(beside, on=CASE_KEY, how="left")
    untold = (pl.col("contradictions") == 1) | (pl.col(NOT_SUPPORTED) != "")
    columns = [untold.alias(UNTOLD)]
    for name, lower, shown, upper in _figures(ran):
        columns += [
            (lower & ~untold).alias(f"{name} {LOWER}"),
            shown.alias(f"{name} {SHOWN}"),
            (upper | untold).alias(f"{name} {UPPER}"),
        ]
    return cases.select(CASE_KEY, *columns)


def _beside(ran: Ran) -> Any:
    """What the result does not tell of a case: its episode, and whether a clinician set the gate aside."""
    case = ran.verdicts["case"].select(CASE_KEY, "episode_present").collect().to_native()
    override = nw.col(member("decided.override", DEFICITS)) == YES
    released = ran.verdicts["isolation"].select(nw.col(CASE_KEY), override.alias("released"))
    return case.join(released.collect().to_native(), on=CASE_KEY, how="left")


def _at_least(column: str, level: str) -> Any:
    import polars as pl

    return pl.col(column).is_in(WORDS[WORDS.index(level) :])


def _figures(ran: Ran) -> Iterator[tuple[str, Any, Any, Any]]:
    import polars as pl

    areas = [area.code for area in ran.plan.book.areas_on]
    for area in areas:
        for level in LEVELS:
            lower, shown, upper = (_at_least(f"{area}_{part}", level) for part in ("worst", "lean", "best"))
            yield f"area {area} {level}", lower, shown, upper
    status, focus = pl.col("focus_status"), pl.col("focus_area")
    certain = pl.col("focus_settled") == 1
    proposed = certain & (status == "proposed")
    for area in areas:
        may = _at_least(f"{area}_best", "possible") & _may_lead(ran, area) & (pl.col("episode_present") != NO)
        shown = status.is_in(["proposed", "tie"]) & (focus == area)
        yield f"focus {area}", proposed & (focus == area), shown, pl.when(certain).then(shown).otherwise(may)
    shown = status.is_in(["none", "not_applicable"])
    nothing = pl.all_horizontal(~(_at_least(f"{area}_worst", "possible") & _may_lead(ran, area)) for area in areas)
    may = nothing | (pl.col("episode_present") != YES)
    yield f"focus {NO_FOCUS}", certain & shown, shown, pl.when(certain).then(shown).otherwise(may)
    shown = (status == "insufficient") | ((status == "tie") & (focus == ""))
    yield f"focus {UNDECIDED}", pl.lit(False), shown, ~certain


def _may_lead(ran: Ran, area: str) -> Any:
    """Can the area be a focus, as far as the gate and the switches say for certain?"""
    import polars as pl

    if area != DEFICITS:
        return pl.lit(True)
    if described_only(ran.plan):
        return pl.lit(False)
    return (pl.col("gate") != GATE_WORDS[NO]) | pl.col("released") if applied(ran.plan) else pl.lit(True)


def dispute_bounds(ran: Ran) -> Any | None:
    """Which recorded dispute counts for which stage: one row a dispute, as `case_bounds`. None if the area is off."""
    import polars as pl

    if ran.result.disputes is None:
        return None
    found = ran.result.disputes.collect().filter(pl.col("line") == "couple")
    cases = ran.result.cases.collect().select(CASE_KEY, "contradictions", NOT_SUPPORTED)
    found = found.join(cases, on=CASE_KEY, how="left")
    found = found.join(_signals(ran), on=[CASE_KEY, "situation"], how="left")
    impossible = (
        ran.result.candidates.collect()
        .filter(pl.col("area") == DISPUTE)
        .select(CASE_KEY, "situation", _at_least("worst", "possible").alias("surely a dispute"))
    )
    found = found.join(impossible, on=[CASE_KEY, "situation"], how="left")
    untold = (pl.col("contradictions") == 1) | (pl.col(NOT_SUPPORTED) != "")
    settled = pl.col("settled") == 1
    columns = [untold.alias(UNTOLD)]
    for stage in STAGES:
        shown = pl.col("stage") == ("" if stage == STAGES[0] else stage)
        if stage == STAGES[0]:
            may = ~pl.col("surely a dispute").fill_null(False)
        else:
            may = pl.col(f"may {stage}").fill_null(True) if stage in STAGED else pl.lit(True)
        columns += [
            (settled & shown & ~untold).alias(f"stage {stage} {LOWER}"),
            shown.alias(f"stage {stage} {SHOWN}"),
            (pl.when(settled).then(shown).otherwise(may) | untold).alias(f"stage {stage} {UPPER}"),
        ]
    return found.select(CASE_KEY, "situation", *columns)


def _signals(ran: Ran) -> Any:
    """For every conflict and stage: is there a signal for it that may hold, and nothing certain in a higher tier?"""
    signals = [
        (rule, each)
        for rule, each in ran.plan.book.concluding(c.Stages)
        if isinstance(each, c.Stages) and each.line == "couple"
    ]
    blocks = [rule for rule, _ in ran.plan.book.concluding(c.BlocksStage)]
    blocked = nw.lit(False)
    for rule in blocks:
        blocked = blocked | (ran.rule_verdict(rule, shown=False) == YES)
    columns = []
    for stage in STAGED:
        may = nw.lit(False)
        for number, tier in enumerate(c.TIERS):
            above = nw.lit(False)
            for rule, each in signals:
                if c.TIERS.index(each.tier) < number:
                    above = above | (ran.rule_verdict(rule, shown=False) == YES)
            for rule, each in signals:
                if each.tier == tier and each.stage == stage:
                    may = may | ((ran.rule_verdict(rule, shown=False) != NO) & ~above)
        columns.append((may & ~blocked).alias(f"may {stage}"))
    frame = ran.verdicts["conflict"].select(nw.col(CASE_KEY), nw.col("name").alias("situation"), *columns)
    return frame.collect().to_native().unique([CASE_KEY, "situation"])


# -- counts -------------------------------------------------------------------------------------------------------


def bounds_of(ran: Ran) -> tuple[Bound, ...]:
    """Every figure with its bounds."""
    found = list(_counted(case_bounds(ran)))
    disputes = dispute_bounds(ran)
    if disputes is not None:
        found += _counted(disputes)
    return tuple(found)


def _counted(frame: Any) -> Iterator[Bound]:
    names = dict.fromkeys(name.rpartition(" ")[0] for name in frame.columns if name.endswith(f" {LOWER}"))
    for name in names:
        of, code, *level = name.split(" ")
        lower, shown, upper = (int(frame[f"{name} {kind}"].sum()) for kind in KINDS)
        yield Bound(of=of, code=code, level=" ".join(level), n=frame.height, shown=shown, lower=lower, upper=upper)


def standings_of(ran: Ran) -> Iterator[Standing]:
    """How many cases have each standing in each area."""
    cases = ran.result.cases.collect()
    for area in ran.plan.book.areas_on:
        for word in reversed(WORDS):
            lean, worst, best = (
                int((cases[f"{area.code}_{part}"] == word).sum()) for part in ("lean", "worst", "best")
            )
            yield Standing(area=area.code, standing=word, n=cases.height, lean=lean, worst=worst, best=best)


def steps_of(ran: Ran) -> Iterator[Step]:
    """The gates on the way to a settled focus, each over all cases."""
    import polars as pl

    cases = ran.result.cases.collect()
    case = ran.verdicts["case"].collect().to_native()
    n = cases.height

    def step(name: str, yes: Any, no: Any, presumed: Any | None = None) -> Step:
        passed, stopped = int(yes.sum()), int(no.sum())
        shown = None if presumed is None else int(presumed.sum())
        return Step(step=name, n=n, yes=passed, no=stopped, unknown=n - passed - stopped, presumed_yes=shown)

    clear = cases["contradictions"] == 0
    yield step("no contradictions", clear, ~clear)
    told = case["episode_present"]
    yield step("a target episode", told == YES, told == NO)
    for section in ("losses", "conflicts", "changes"):
        told = case[f"{section}_complete"]
        yield step(f"list of {section} complete", told == YES, told == NO)
    gate, lean = cases["gate"], cases["gate_lean"]
    if applied(ran.plan):
        yield step("gate to deficits open", gate == GATE_WORDS[YES], gate == GATE_WORDS[NO], lean == GATE_WORDS[YES])
    some = cases.select(pl.any_horizontal(_at_least(f"{a.code}_worst", "possible") for a in ran.plan.book.areas_on))
    none = cases.select(~pl.any_horizontal(_at_least(f"{a.code}_best", "possible") for a in ran.plan.book.areas_on))
    lean = cases.select(pl.any_horizontal(_at_least(f"{a.code}_lean", "possible") for a in ran.plan.book.areas_on))
    yield step("an area at least possible", some.to_series(), none.to_series(), lean.to_series())
    settled, proposed = cases["focus_settled"] == 1, cases["focus_status"] == "proposed"
    yield step("a focus", settled & proposed, settled & ~proposed, proposed)
