"""How does every candidate stand, over tables?

A candidate is a situation and an area. What speaks about it is gathered from its records as a few columns (the highest
truth for each aspect, cap and floor; counts of what opposes), and folded as `ipt_formulate.formulation.standing` says.
Candidates that surely do not exist are left out, except where they are part of one that may.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import narwhals.stable.v2 as nw

from ipt_formulate.engines.columns import criteria
from ipt_formulate.engines.columns.conditions import any_of, constant
from ipt_formulate.engines.columns.encoding import member, presumed
from ipt_formulate.engines.columns.frames import (
    CASE_KEY,
    Frame,
    columns_in,
    counted,
    either,
    flag,
    settled,
    stacked,
    total,
    whole,
)
from ipt_formulate.engines.columns.matching import Matched
from ipt_formulate.engines.columns.plan import Plan
from ipt_formulate.engines.columns.same_event import ALONE, SITUATION, TITLE
from ipt_formulate.logic.truth import NO, UNKNOWN, YES
from ipt_formulate.rulebook import Rule
from ipt_formulate.rulebook import conclusions as c
from ipt_formulate.rulebook.book import Area
from ipt_formulate.rulebook.nodes import SITUATIONS, About

EXCLUDED, NOT_SUPPORTED, OPEN, POSSIBLE, PRESENT = range(5)
LEVELS = {"not_supported": NOT_SUPPORTED, "possible": POSSIBLE, "present": PRESENT}
BARS = ("barred first", "barred second", "may be barred", "barred for good")
CANDIDATE = (
    CASE_KEY, SITUATION, "area", TITLE, "worst", "best", "lean", "exists", "exists~", *BARS, "named",
    criteria.KEY, criteria.LOWER, criteria.UPPER,
)  # fmt: skip
"""The columns of a candidate."""


@dataclass(frozen=True)
class Speaking:
    """What speaks about the candidates of one area: rules by kind of conclusion."""

    plan: Plan
    area: Area

    def of(self, kind: type[c.Evidence], about: About | None = None) -> list[tuple[Rule, c.Evidence]]:
        """The rules with a conclusion of a kind about the area."""
        return [
            (rule, each)  # type: ignore[misc]
            for rule, each in self.plan.book.concluding(kind)
            if getattr(each, "area", None) == self.area.code and about in (None, rule.about)
        ]

    @cached_property
    def aspects(self) -> tuple[str, ...]:
        """The aspects of moderate findings."""
        found = [each.aspect for _, each in self.of(c.Supports) if isinstance(each, c.Supports) and _moderate(each)]
        return tuple(dict.fromkeys(found))

    def levels(self, kind: type[c.Caps] | type[c.Floors]) -> tuple[str, ...]:
        """The levels of its caps or floors."""
        found = [each.at for _, each in self.of(kind) if isinstance(each, c.Caps | c.Floors)]
        return tuple(dict.fromkeys(found))

    @cached_property
    def kinds(self) -> tuple[About, ...]:
        """The kinds of record that are or may be routed to the area."""
        routed = {
            rule.about
            for rule, each in self.plan.book.concluding(c.Routes)
            if isinstance(each, c.Routes) and each.area == self.area.code
        }
        return tuple(about for about in SITUATIONS if about == self.area.home or about in routed)

    @cached_property
    def truths(self) -> tuple[str, ...]:
        """The columns that hold the highest truth of something, in one pass."""
        return (
            "strong",
            *(f"alone {each}" for each in self.aspects),
            *(f"beside {each}" for each in self.aspects),
            "opposed",
            "excluded",
            *(f"cap {each}" for each in self.levels(c.Caps)),
            *(f"floor {each}" for each in self.levels(c.Floors)),
        )

    counts = ("opposing may", "opposing does", "opposing does~")


def _moderate(each: c.Supports) -> bool:
    return each.strength == "moderate"


def candidates(matched: Matched, *, several: bool) -> Frame:
    """Every candidate that may exist, one row each. `several`: some situations have more than one record."""
    plan = matched.plan
    codes = [area.code for area in plan.book.areas]
    found = []
    for area in plan.book.areas_on:
        speaking = Speaking(plan, area)
        if not speaking.kinds:
            continue
        shares = [_shares(matched, speaking, about) for about in speaking.kinds]
        whole_ = settled(stacked(shares))
        frames = [whole_.filter((nw.col(ALONE) == 1) & ((nw.col("exists") > NO) | (nw.col("exists~") > NO)))]
        if several:
            frames.append(_joined(whole_.filter(nw.col(ALONE) == 0), speaking, plan))
        both = stacked(frames, [name for name in columns_in(whole_) if name != ALONE])
        stepped = both.with_columns(*_alone(speaking)).with_columns(*_steps(speaking))
        stood = stepped.with_columns(*_standing(speaking)).with_columns(_lean().alias("lean"))
        stood = stood.with_columns(
            *(
                nw.when(nw.col("ruled out") == 1).then(whole(EXCLUDED)).otherwise(nw.col(name)).alias(name)
                for name in ("worst", "best", "lean")
            )
        )
        code = whole(codes.index(area.code)).alias("area")
        found.append(settled(stood.with_columns(code, *criteria.keys(plan)).select(*CANDIDATE)))
    return settled(stacked(found))


def _shares(matched: Matched, speaking: Speaking, about: About) -> Frame:
    """What the records of one kind say of their candidates for the area."""
    plan, area = matched.plan, speaking.area

    def highest(rules: Iterable[Rule], *, shown: bool) -> nw.Expr:
        return any_of(matched.verdict(rule, shown=shown) for rule in rules)

    columns: list[nw.Expr] = []
    for shown in (False, True):
        exists = nw.col("exists~" if shown else "exists")
        if about != area.home:
            routes = [
                rule
                for rule, each in plan.book.concluding(c.Routes)
                if isinstance(each, c.Routes) and each.area == area.code and rule.about == about
            ]
            exists = nw.min_horizontal(exists, highest(routes, shown=shown))
        supports = [(rule, each) for rule, each in speaking.of(c.Supports, about) if isinstance(each, c.Supports)]
        told: dict[str, list[Rule]] = {name: [] for name in speaking.truths}
        for rule, each in supports:
            if each.strength == "strong":
                told["strong"].append(rule)
            elif _moderate(each):
                told[f"{'alone' if each.stands_alone else 'beside'} {each.aspect}"].append(rule)
        opposes = [rule for rule, _ in speaking.of(c.Opposes, about)]
        told["opposed"] = opposes
        told["excluded"] = [rule for rule, _ in speaking.of(c.Excludes, about)]
        for kind, word in ((c.Caps, "cap"), (c.Floors, "floor")):
            for rule, level in speaking.of(kind, about):
                told[f"{word} {level.at}"].append(rule)  # type: ignore[union-attr]
        columns += [
            highest(rules, shown=shown).alias(presumed(name) if shown else name) for name, rules in told.items()
        ]
        columns.append(exists.alias("member~" if shown else "member"))
        verdicts = [matched.verdict(rule, shown=shown) for rule in opposes]
        columns.append(total(flag(each == YES) for each in verdicts).alias("opposing does" + "~" * shown))
        if not shown:
            columns.append(total(flag(each != NO) for each in verdicts).alias("opposing may"))
    columns.append(flag(nw.col(member("decided.exclude", area.code)) == YES).alias("ruled out"))
    columns.append(whole(int(about == area.home)).alias("home"))
    columns += _bars(matched, area, about)
    named = (nw.col(member("named_in", f"wishes.{each}")) == YES for each in ("most_tied_to", "wants_to_work_on"))
    columns.append(flag(either(named)).alias("named"))
    names = [*_share_columns(speaking), *criteria.columns(plan)]
    frame = matched.parts[about].frame.with_columns(*columns)
    frame = frame.with_columns(nw.col("member").alias("exists"), nw.col("member~").alias("exists~"))
    return frame.select(CASE_KEY, SITUATION, ALONE, TITLE, "exists", "exists~", *names)


def _share_columns(speaking: Speaking) -> list[str]:
    truths = [name for each in speaking.truths for name in (each, presumed(each))]
    return [*truths, *speaking.counts, "ruled out", "home", *BARS, "named"]


def _bars(matched: Matched, area: Area, about: About) -> list[nw.Expr]:
    first_shown, second_shown, may, for_good = [], [], [], []
    for rule, each in matched.plan.book.concluding(c.Bars):
        if not isinstance(each, c.Bars) or each.area != area.code or rule.about != about:
            continue
        when, until = matched.verdict(rule, shown=False), matched.until(rule, shown=False)
        shown = (matched.verdict(rule, shown=True) == YES) & (matched.until(rule, shown=True) != YES)
        if each.place == "second":
            second_shown.append(shown)
            continue
        first_shown.append(shown)
        may.append((when != NO) & (until != YES))
        for_good.append((when == YES) & (until == NO))
    tests = (first_shown, second_shown, may, for_good)
    return [flag(either(each)).alias(name) for name, each in zip(BARS, tests, strict=True)]


def _joined(members: Frame, speaking: Speaking, plan: Plan) -> Frame:
    """One row for each situation of several records: the highest of what they say, as far as they belong to it."""
    by = [CASE_KEY, SITUATION]
    frame = members.join(counted(members, by, "members"), on=by, how="inner")
    several = nw.col("members") > 1
    adjusted: list[nw.Expr] = []
    for name in speaking.truths:
        for column, exists in ((name, "exists"), (presumed(name), "exists~")):
            least_ = nw.min_horizontal(nw.col(column), nw.col(exists))
            adjusted.append(nw.when(several).then(least_).otherwise(nw.col(column)).alias(column))
    for column, exists, at in (
        ("opposing may", "exists", UNKNOWN),
        ("opposing does", "exists", YES),
        ("opposing does~", "exists~", YES),
    ):
        gone = several & (nw.col(exists) < at)
        adjusted.append(nw.when(gone).then(whole(0)).otherwise(nw.col(column)).alias(column))
    frame = frame.with_columns(*adjusted)
    highest = [name for name in (*_share_columns(speaking), *criteria.columns(plan)) if name not in speaking.counts]
    joined = frame.group_by(*by).agg(
        nw.col(TITLE).max(),
        nw.col("exists").max(),
        nw.col("exists~").max(),
        *(nw.col(name).max() for name in highest),
        *(nw.col(name).sum() for name in speaking.counts),
    )
    return joined.with_columns(*(nw.col(name).cast(nw.Int8) for name in speaking.counts))


FOLDS = {
    "worst": ("", "opposing may", YES, UNKNOWN),
    "best": ("", "opposing does", UNKNOWN, YES),
    "told": ("~", "opposing does~", YES, YES),
    "told best": ("~", "opposing does~", UNKNOWN, YES),
}
"""Each fold: its pass, the count of what opposes, the truth that what speaks for needs, and what speaks against."""


def _alone(speaking: Speaking) -> list[nw.Expr]:
    """Does some moderate finding stand by itself? For each fold."""
    return [
        flag(either(nw.col(f"alone {each}{shown}") >= for_it for each in speaking.aspects)).alias(f"some {fold}")
        for fold, (shown, _, for_it, _) in FOLDS.items()
    ]


def _steps(speaking: Speaking) -> list[nw.Expr]:
    """How far up what was found carries, less what opposes. For each fold."""
    found = []
    for fold, (shown, opposing, for_it, _) in FOLDS.items():
        some = nw.col(f"some {fold}") == 1
        held = [
            flag((nw.col(f"alone {each}{shown}") >= for_it) | (some & (nw.col(f"beside {each}{shown}") >= for_it)))
            for each in speaking.aspects
        ]
        moderate = nw.min_horizontal(total(held), whole(2))
        carried = nw.when(nw.col("strong" + shown) >= for_it).then(whole(2)).otherwise(moderate)
        found.append((carried - nw.col(opposing)).cast(nw.Int8).alias(f"step {fold}"))
    return found


def _standing(speaking: Speaking) -> list[nw.Expr]:
    """Worst, best and the two ends of what was said."""
    return [
        *(
            _folded(speaking, fold, shown, for_it, against).alias(fold)
            for fold, (shown, _, for_it, against) in FOLDS.items()
        ),
        flag(
            either(
                nw.col(name) == YES
                for name in map(presumed, speaking.truths)
                if name.startswith(("opposed", "excluded", "cap "))
            )
        ).alias("spoken against"),
    ]


def _lean() -> nw.Expr:
    still_open = (
        (nw.col("told") == NOT_SUPPORTED)
        & (nw.col("home") == 1)
        & (nw.col("told best") >= POSSIBLE)
        & (nw.col("spoken against") == 0)
    )
    return nw.when(still_open).then(whole(OPEN)).otherwise(nw.col("told"))


def _folded(speaking: Speaking, fold: str, shown: str, for_it: int, against_it: int) -> nw.Expr:
    def at_least(name: str, truth: int) -> nw.Expr:
        return nw.col(name + shown) >= truth

    step = nw.col(f"step {fold}")
    level = (
        nw.when(step >= 2)
        .then(whole(PRESENT))
        .otherwise(nw.when(step == 1).then(whole(POSSIBLE)).otherwise(whole(NOT_SUPPORTED)))
    )
    floors = [
        nw.when(at_least(f"floor {each}", for_it)).then(whole(LEVELS[each])).otherwise(whole(EXCLUDED))
        for each in speaking.levels(c.Floors)
    ]
    level = nw.max_horizontal(level, *floors) if floors else level
    caps = [
        nw.when(at_least(f"cap {each}", against_it)).then(whole(LEVELS[each])).otherwise(whole(PRESENT))
        for each in speaking.levels(c.Caps)
    ]
    level = nw.min_horizontal(level, *caps) if caps else level
    absent = constant(YES) - nw.col("exists" + shown)
    out = at_least("excluded", against_it) | (absent >= against_it)
    return nw.when(out).then(whole(EXCLUDED)).otherwise(level)


def areas_of(plan: Plan) -> Sequence[tuple[int, Area]]:
    """The areas that are on, with their place in the order of the rulebook."""
    codes = [area.code for area in plan.book.areas]
    return [(codes.index(area.code), area) for area in plan.book.areas_on]
