"""In which order do the candidates of a case stand, over tables?

Differentials are joins on connected pairs; shown ones lift keys in two rounds. An effective key is three columns,
compared one after the other: the key of the source, the steps from it, the own key.
"""

from __future__ import annotations

from collections.abc import Sequence

import narwhals.stable.v2 as nw

from ipt_formulate.engines.columns.areas import deficits, described_only
from ipt_formulate.engines.columns.conditions import any_of
from ipt_formulate.engines.columns.connections import CONNECTED, ONE, TWO
from ipt_formulate.engines.columns.criteria import KEY
from ipt_formulate.engines.columns.encoding import plain
from ipt_formulate.engines.columns.folds import OPEN, POSSIBLE
from ipt_formulate.engines.columns.frames import (
    CASE_KEY,
    Frame,
    every,
    flag,
    highest,
    matched,
    rows_in,
    settled,
    stacked,
    summed,
    whole,
)
from ipt_formulate.engines.columns.matching import Matched
from ipt_formulate.engines.columns.same_event import SITUATION, components
from ipt_formulate.logic.truth import NO, UNKNOWN, YES
from ipt_formulate.rulebook import Rule
from ipt_formulate.rulebook import conclusions as c
from ipt_formulate.rulebook.nodes import About

CANDIDATE, SOURCE, TARGET = "candidate", "source", "target"
AREAS_AT_MOST = 64
SOURCE_KEY, STEPS, OWN_KEY = "source key", "steps", "own key"
EFFECTIVE = (SOURCE_KEY, STEPS, OWN_KEY)
ROUNDS = 2
STRICT, SHOWN = "strict", "shown"


def numbered(situation: nw.Expr, area: nw.Expr) -> nw.Expr:
    """The number of a candidate within its case."""
    return situation.cast(nw.Int64) * whole(AREAS_AT_MOST, nw.Int64) + area.cast(nw.Int64)


# -- differentials ------------------------------------------------------------------------------------------------


def edges_of(found: Matched, candidates: Frame) -> Frame:
    """Every differential that is or may be: `source` gives way to `target`, its strict truth, and whether it shows."""
    kinds: dict[tuple[About, About], list[tuple[Rule, c.Yields]]] = {}
    for rule, each in found.plan.book.concluding(c.Yields):
        assert isinstance(each, c.Yields)
        kinds.setdefault((rule.about, each.of), []).append((rule, each))
    edges = [frame for (about, of), rules in kinds.items() for frame in _between(found, about, of, rules)]
    if not edges:
        empty = candidates.filter(nw.col("area") < 0).with_columns(nw.col(CANDIDATE).alias(SOURCE))
        return empty.select(
            nw.col(CASE_KEY),
            nw.col(SOURCE),
            nw.col(SOURCE).alias(TARGET),
            nw.col("area").alias(STRICT),
            nw.col("area").alias(SHOWN),
        )
    by = [CASE_KEY, SOURCE, TARGET]
    told = settled(highest(stacked(edges), by, [STRICT, SHOWN]))
    for which in (SOURCE, TARGET):
        mine = candidates.select(
            nw.col(CASE_KEY),
            nw.col(CANDIDATE).alias(which),
            *(nw.col(name).alias(f"{which} {name}") for name in ("worst", "best", "lean", "exists~")),
        )
        told = told.join(mine, on=[CASE_KEY, which], how="inner")
    both = (SOURCE, TARGET)
    no = (nw.col(STRICT) == NO) | (nw.col(f"{SOURCE} best") < POSSIBLE) | (nw.col(f"{TARGET} best") < POSSIBLE)
    sure = (nw.col(STRICT) == YES) & every(nw.col(f"{which} worst") >= POSSIBLE for which in both)
    shows = (
        (nw.col(SHOWN) == YES)
        & every(nw.col(f"{which} lean") >= OPEN for which in both)
        & every(nw.col(f"{which} exists~") == YES for which in both)
    )
    strict = nw.when(sure).then(whole(YES)).otherwise(whole(UNKNOWN))
    ended = told.select(*by, nw.when(no).then(whole(NO)).otherwise(strict).alias(STRICT), flag(shows).alias(SHOWN))
    return settled(ended.filter((nw.col(STRICT) != NO) | (nw.col(SHOWN) == 1)))


def _between(found: Matched, about: About, of: About, rules: Sequence[tuple[Rule, c.Yields]]) -> list[Frame]:
    plan = found.plan
    codes = [area.code for area in plan.book.areas]
    on = {area.code for area in plan.book.areas_on}
    ways: dict[tuple[str, str], list[tuple[Rule, c.Yields]]] = {}
    for rule, each in rules:
        if on.issuperset((each.area, each.to)):
            ways.setdefault((each.area, each.to), []).append((rule, each))
    if not ways:
        return []
    mine = found.parts[about].frame.select(
        nw.col(CASE_KEY),
        nw.col("position").alias(ONE),
        nw.col(SITUATION).alias(SOURCE),
        *(
            found.verdict(rule, shown=shown).alias(plain(f"when {rule.id} {shown}"))
            for rule in {rule.id: rule for rule, _ in rules}.values()
            for shown in (False, True)
        ),
    )
    theirs = found.parts[of].frame.select(
        nw.col(CASE_KEY),
        nw.col("position").alias(TWO),
        nw.col(SITUATION).alias(TARGET),
        *(
            found.where(rule, each, shown=shown).alias(plain(f"where {rule.id} {shown}"))
            for rule, each in rules
            for shown in (False, True)
        ),
    )
    pairs = found.connections.between(about, of)
    # Only records about which a rule may hold are joined.
    may = any_of(nw.col(plain(f"when {rule.id} {shown}")) for rule, _ in rules for shown in (False, True)) > NO
    joined = settled(mine.filter(may)).join(pairs, on=[CASE_KEY, ONE], how="inner")
    joined = settled(joined.join(settled(theirs), on=[CASE_KEY, TWO], how="inner"))
    frames = []
    for (area, to), yields in ways.items():
        truths = {
            name: nw.min_horizontal(
                nw.col(CONNECTED),
                any_of(
                    nw.min_horizontal(
                        nw.col(plain(f"when {rule.id} {shown}")), nw.col(plain(f"where {rule.id} {shown}"))
                    )
                    for rule, _ in yields
                ),
            )
            for name, shown in ((STRICT, False), (SHOWN, True))
        }
        source, target = whole(codes.index(area)), whole(codes.index(to))
        edge = joined.select(
            nw.col(CASE_KEY),
            numbered(nw.col(SOURCE), source).alias(SOURCE),
            numbered(nw.col(TARGET), target).alias(TARGET),
            *(truth.alias(name) for name, truth in truths.items()),
        )
        some = (nw.col(STRICT) != NO) | (nw.col(SHOWN) != NO)
        frames.append(edge.filter(some & (nw.col(SOURCE) != nw.col(TARGET))))
    return frames


def reverse(edges: Frame) -> Frame:
    """The edges the other way round."""
    return edges.select(nw.col(CASE_KEY), nw.col(TARGET).alias(SOURCE), nw.col(SOURCE).alias(TARGET))


# -- keys ---------------------------------------------------------------------------------------------------------


def first_of(frame: Frame, by: Sequence[str], columns: Sequence[str]) -> Frame:
    """For every group the row that is highest by these columns, compared one after the other; one row a group."""
    left = frame
    for name in columns:
        best = highest(left, by, [name]).rename({name: "highest"})
        left = settled(
            left.join(best, on=list(by), how="inner").filter(nw.col(name) == nw.col("highest")).drop("highest")
        )
    return left.select(*by, *columns).unique([*by])


def is_higher(first: str, second: str) -> nw.Expr:
    """Is one effective key (columns with a prefix) above another?"""
    higher = nw.lit(False)
    for name in reversed(EFFECTIVE):
        a, b = nw.col(first + name), nw.col(second + name)
        higher = (a > b) | ((a == b) & higher)
    return higher


def with_keys(candidates: Frame, edges: Frame) -> Frame:
    """The candidates with their effective keys, lifted over shown differentials."""
    keyed = candidates.with_columns(nw.col(KEY).alias(SOURCE_KEY), whole(0).alias(STEPS), nw.col(KEY).alias(OWN_KEY))
    shown = settled(edges.filter(nw.col(SHOWN) == 1).select(CASE_KEY, SOURCE, TARGET))
    if rows_in(shown) == 0:
        return settled(keyed)
    back = reverse(shown)
    mutual = settled(shown.join(back, on=[CASE_KEY, SOURCE, TARGET], how="semi"))
    one_way = settled(shown.join(back, on=[CASE_KEY, SOURCE, TARGET], how="anti"))
    ties = None
    if rows_in(mutual) > 0:
        names = mutual.select(nw.col(CASE_KEY), nw.col(SOURCE).alias(ONE), nw.col(TARGET).alias(TWO))
        ties = components(names).rename({"position": CANDIDATE, SITUATION: "tie"})
    keyed = _levelled(keyed, ties)
    for _ in range(ROUNDS):
        keyed = _levelled(_lifted(keyed, one_way), ties)
    return settled(keyed)


def _lifted(keyed: Frame, edges: Frame) -> Frame:
    sources = keyed.select(nw.col(CASE_KEY), nw.col(CANDIDATE).alias(SOURCE), nw.col(SOURCE_KEY), nw.col(STEPS))
    above = settled(edges.join(sources, on=[CASE_KEY, SOURCE], how="inner"))
    top = first_of(above, [CASE_KEY, TARGET], [SOURCE_KEY, STEPS])
    lift = top.select(
        nw.col(CASE_KEY),
        nw.col(TARGET).alias(CANDIDATE),
        nw.col(SOURCE_KEY).alias("new " + SOURCE_KEY),
        (nw.col(STEPS) + 1).cast(nw.Int8).alias("new " + STEPS),
    )
    frame = matched(
        settled(keyed), settled(lift), [CASE_KEY, CANDIDATE], {"new " + SOURCE_KEY: -1, "new " + STEPS: 0}
    ).with_columns(nw.col(KEY).alias("new " + OWN_KEY))
    up = is_higher("new ", "")
    return _replaced(frame, "new ", up)


def _replaced(frame: Frame, prefix: str, when: nw.Expr) -> Frame:
    frame = frame.with_columns(flag(when).alias("replaced"))
    frame = frame.with_columns(
        *(
            nw.when(nw.col("replaced") == 1).then(nw.col(prefix + name)).otherwise(nw.col(name)).alias(name)
            for name in EFFECTIVE
        )
    )
    return settled(frame.drop("replaced", *(prefix + name for name in EFFECTIVE)))


def _levelled(keyed: Frame, ties: Frame | None) -> Frame:
    """Every member of a tie at the highest key of its group."""
    if ties is None:
        return keyed
    frame = settled(matched(settled(keyed), ties, [CASE_KEY, CANDIDATE], {"tie": -1}))
    tied = frame.filter(nw.col("tie") != -1)
    top = first_of(tied, [CASE_KEY, "tie"], EFFECTIVE).rename({name: "tie " + name for name in EFFECTIVE})
    frame = matched(frame, settled(top), [CASE_KEY, "tie"], {"tie " + name: -1 for name in EFFECTIVE})
    return _replaced(frame, "tie ", nw.col("tie") != -1).drop("tie")


# -- ranks --------------------------------------------------------------------------------------------------------


def ranked(found: Matched, keyed: Frame, cases: Frame) -> Frame:
    """The candidates that may be ranked: whether each leads (`leads`), and its rank."""
    code = deficits(found.plan)
    with_gate = keyed.join(cases.select(CASE_KEY, "admits"), on=[CASE_KEY], how="inner")
    fit = (nw.col("lean") >= POSSIBLE) & (nw.col("admits") == 1)
    if described_only(found.plan):
        fit = nw.col("lean") < 0
    rankable = settled(
        with_gate.filter((nw.col("exists~") == YES) & (nw.col("lean") >= OPEN) & ((nw.col("area") != code) | fit)).drop(
            "admits"
        )
    )
    free = rankable.filter(nw.col("barred first") == 0)
    top = first_of(free, [CASE_KEY], EFFECTIVE).rename({name: "top " + name for name in EFFECTIVE})
    frame = matched(rankable, settled(top), [CASE_KEY], {"top " + name: -1 for name in EFFECTIVE})
    at_top = every(nw.col(name) == nw.col("top " + name) for name in EFFECTIVE)
    frame = settled(
        frame.with_columns(
            flag(at_top & (nw.col("barred first") == 0)).alias("leads"), flag(at_top).alias("at top")
        ).drop(*("top " + name for name in EFFECTIVE))
    )
    others = frame.select(
        nw.col(CASE_KEY),
        nw.col("leads").alias("their leads"),
        *(nw.col(name).alias("their " + name) for name in EFFECTIVE),
    )
    both = frame.select(CASE_KEY, CANDIDATE, *EFFECTIVE).join(others, on=[CASE_KEY], how="inner")
    leads = nw.col("their leads") == 1
    told = both.with_columns(
        flag(leads).cast(nw.Int32).alias("leaders"),
        flag(~leads & is_higher("their ", "")).cast(nw.Int32).alias("before"),
    )
    before = summed(told, [CASE_KEY, CANDIDATE], ["leaders", "before"])
    frame = frame.join(settled(before), on=[CASE_KEY, CANDIDATE], how="inner")
    beside = (nw.col("at top") == 1) & (nw.col("before") == 0)
    behind = nw.col("leaders") + nw.col("before") + 1
    rank = nw.when((nw.col("leads") == 1) | beside).then(whole(1, nw.Int32)).otherwise(behind)
    return settled(frame.with_columns(rank.cast(nw.Int32).alias("rank")).drop("at top", "before"))
