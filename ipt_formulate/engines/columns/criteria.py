"""By what do candidates stand before one another, over tables?

Each criterion is two columns, the ends of its range, in each pass. All of them together, in the order of the switch
`rank_order`, are packed into whole numbers: one key for the shown order, and the lower and the upper ends for the
certain one. The number of days is exact up to some 5,700 years.
"""

from __future__ import annotations

from collections.abc import Sequence

import narwhals.stable.v2 as nw

from ipt_formulate.engines.columns.encoding import least, member, most, plain, presumed
from ipt_formulate.engines.columns.frames import flag, total, whole
from ipt_formulate.engines.columns.matching import Matched
from ipt_formulate.engines.columns.plan import Plan
from ipt_formulate.intake.types import Choice
from ipt_formulate.logic.possible import INFINITE
from ipt_formulate.logic.truth import NO, YES
from ipt_formulate.rulebook import conclusions as c
from ipt_formulate.rulebook.nodes import About, Sign

STRENGTHS = ("none", "weak", "moderate", "strong")
MOST_SEVERE = 2
NEARNESS_BITS = 21
BITS = {
    "timing": 2,
    "nearness": NEARNESS_BITS,
    "priority": 2,
    "affect": 1,
    "severity": 2,
    "pressing": 1,
    "workability": 1,
}
LINKS = {
    "priority": ("most_tied_to", "wants_to_work_on"),
    "affect": ("most_feeling",),
    "pressing": ("most_pressing",),
    "workability": ("most_workable",),
}
STANDING_BITS = 3
KEY, LOWER, UPPER = "key", "lower", "upper"


def names_of(plan: Plan) -> tuple[str, ...]:
    """The criteria after the standing, in the order in which they count."""
    return tuple(name for each in plan.book.order for name in (("timing", "nearness") if each == "timing" else (each,)))


def columns(plan: Plan) -> list[str]:
    """The columns of all criteria in both passes."""
    return [end(name) for each in names_of(plan) for name in (each, presumed(each)) for end in (least, most)]


def criteria_of(matched: Matched, about: About) -> list[nw.Expr]:
    """The criteria of the records of one kind."""
    plan, found = matched.plan, []
    for shown in (False, True):
        for name in names_of(plan):
            column = presumed(name) if shown else name
            lower, upper = _range(matched, about, name, shown=shown)
            found += [lower.cast(nw.Int32).alias(least(column)), upper.cast(nw.Int32).alias(most(column))]
    return found


def _range(matched: Matched, about: About, name: str, *, shown: bool) -> tuple[nw.Expr, nw.Expr]:
    plan = matched.plan
    if name in ("timing", "nearness"):
        sign = Sign(about, "timing_strength" if name == "timing" else "lag")
        column = presumed(sign.name) if shown and sign in plan.touched else plain(sign.name)
        type_ = plan.vocabulary.type_of(sign)
        if isinstance(type_, Choice):
            return _timing(column, type_.members)
        return _nearness(nw.col(least(column)), nw.col(most(column)))
    if name == "severity":
        return _severity(matched, about, shown=shown)
    told = [nw.col(member("named_in", f"wishes.{link}")) for link in LINKS[name]]
    return total(flag(each == YES) for each in told), total(flag(each != NO) for each in told)


def _timing(column: str, members: Sequence[str]) -> tuple[nw.Expr, nw.Expr]:
    held = {mark: nw.col(member(column, word)) == 1 for mark, word in enumerate(STRENGTHS) if word in members}
    lower, upper = whole(len(STRENGTHS) - 1), whole(0)
    for mark, may in reversed(held.items()):
        lower = nw.when(may).then(whole(mark)).otherwise(lower)
    for mark, may in held.items():
        upper = nw.when(may).then(whole(mark)).otherwise(upper)
    return lower, upper


def _nearness(lower: nw.Expr, upper: nw.Expr) -> tuple[nw.Expr, nw.Expr]:
    """Days between event and onset, either way round, as an ordinal in which nearer is higher."""
    furthest = nw.max_horizontal(lower.abs(), upper.abs())
    across = (lower <= 0) & (upper >= 0)
    nearest = nw.when(across).then(whole(0, nw.Int64)).otherwise(nw.min_horizontal(lower.abs(), upper.abs()))
    return _near(furthest), _near(nearest)


def _near(days: nw.Expr) -> nw.Expr:
    most_ = 2**NEARNESS_BITS - 1
    counted = nw.min_horizontal(days, whole(most_ - 1, nw.Int64))
    return nw.when(days >= INFINITE).then(whole(0, nw.Int64)).otherwise(whole(most_, nw.Int64) - counted)


def _severity(matched: Matched, about: About, *, shown: bool) -> tuple[nw.Expr, nw.Expr]:
    ranks = [
        (matched.verdict(rule, shown=shown), each.by)
        for rule, each in matched.plan.book.concluding(c.Ranks)
        if isinstance(each, c.Ranks) and rule.about == about
    ]
    yes = total(flag(truth == YES) * by for truth, by in ranks)
    maybe = total(flag(truth != NO) * by for truth, by in ranks)
    return nw.min_horizontal(yes, whole(MOST_SEVERE)), nw.min_horizontal(maybe, whole(MOST_SEVERE))


def keys(plan: Plan) -> list[nw.Expr]:
    """The packed keys of candidates whose standing and criteria are known."""
    names = names_of(plan)
    shown = [("lean", STANDING_BITS)]
    shown += [(end(presumed(name)), BITS[name]) for name in names for end in (least, most)]
    lower = [("worst", STANDING_BITS), *((least(name), BITS[name]) for name in names)]
    upper = [("best", STANDING_BITS), *((most(name), BITS[name]) for name in names)]
    return [_packed(shown).alias(KEY), _packed(lower).alias(LOWER), _packed(upper).alias(UPPER)]


def _packed(parts: Sequence[tuple[str, int]]) -> nw.Expr:
    assert sum(bits for _, bits in parts) < 64
    key = whole(0, nw.Int64)
    for name, bits in parts:
        key = key * whole(2**bits, nw.Int64) + nw.col(name).cast(nw.Int64)
    return key
