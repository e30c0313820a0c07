"""Which flags stand above the ranking, over tables?

One column for each flag and level: 0 for none, 1 for possible, 2 for certain. The definition is `raised` in
`ipt_formulate.formulation.safety`; no other part of the result reads these columns.
"""

from __future__ import annotations

import narwhals.stable.v2 as nw

from ipt_formulate.engines.columns.conditions import Conditions
from ipt_formulate.engines.columns.frames import CASE_KEY, Frame, either, highest, matched, settled, whole
from ipt_formulate.engines.columns.matching import Matched
from ipt_formulate.engines.columns.plan import Plan
from ipt_formulate.intake import ITEMS
from ipt_formulate.logic.truth import NO, UNKNOWN, YES
from ipt_formulate.rulebook import Rule
from ipt_formulate.rulebook import conclusions as c
from ipt_formulate.rulebook import nodes as n
from ipt_formulate.rulebook.loading import inputs_of
from ipt_formulate.rulebook.nodes import About, Condition, Sign

NONE, POSSIBLE, CERTAIN = range(3)


def flag_column(flag: str, level: str) -> str:
    """The column of a flag at a level."""
    return f"flag {flag} {level}"


def flag_columns(plan: Plan) -> tuple[str, ...]:
    """The columns of all flags."""
    found = (
        flag_column(each.flag, each.level) for _, each in plan.book.concluding(c.Flags) if isinstance(each, c.Flags)
    )
    return tuple(dict.fromkeys(found))


def with_flags(found: Matched, cases: Frame) -> Frame:
    """The cases with every flag, from tables that have what each record raises (see `condensed`)."""
    frames = []
    for about, part in found.parts.items():
        told = list(raised(found, about))
        if told:
            frames.append((settled(highest(part.frame, [CASE_KEY], told)), told))
    names: set[str] = set()
    for frame, told_names in frames:
        renamed = {name: f"more {name}" for name in told_names if name in names}
        cases = matched(
            cases, frame.rename(renamed) if renamed else frame, [CASE_KEY],
            {renamed.get(name, name): NONE for name in told_names},
        )  # fmt: skip
        if renamed:
            both = [nw.max_horizontal(nw.col(old), nw.col(new)).alias(old) for old, new in renamed.items()]
            cases = cases.with_columns(*both).drop(*renamed.values())
        names |= set(told_names)
    return settled(cases)


def raised(found: Matched, about: About) -> dict[str, nw.Expr]:
    """The flags that each record of a kind raises, by column."""
    columns: dict[str, list[nw.Expr]] = {}
    for rule, each in found.plan.book.concluding(c.Flags):
        assert isinstance(each, c.Flags)
        if rule.about == about:
            columns.setdefault(flag_column(each.flag, each.level), []).append(_certainty(found, rule, each))
    return {name: nw.max_horizontal(*each, whole(NONE)) for name, each in columns.items()}


def _certainty(found: Matched, rule: Rule, each: c.Flags) -> nw.Expr:
    assert rule.when is not None
    exists = rule.about != "case"
    now, shown = found.verdict(rule, shown=False), found.verdict(rule, shown=True)
    if exists:
        now, shown = nw.min_horizontal(now, nw.col("exists")), nw.min_horizontal(shown, nw.col("exists~"))
    if each.on_unknown:
        perhaps = nw.lit(True)
    elif each.level == "clinical":
        perhaps = shown == YES
    else:
        conditions = Conditions(rule.about, found.plan.vocabulary, settings=found.plan.book.settings)
        perhaps = _danger_told(rule.when, conditions, found.plan, expected=True)
    unknown = nw.when((now == UNKNOWN) & perhaps).then(whole(POSSIBLE)).otherwise(whole(NONE))
    return nw.when(now == YES).then(whole(CERTAIN)).otherwise(unknown)


def _danger_told(node: Condition, conditions: Conditions, plan: Plan, *, expected: bool) -> nw.Expr:
    """Is some leaf about safety known, on the side that would raise the flag, where it still can raise it?"""
    if not isinstance(node, n.LEAVES):
        inner = _told_inside(node, conditions, plan, expected=expected)
        return inner & (conditions.truth(node) != (NO if expected else YES))
    if isinstance(node, n.Answered) or not is_about_safety(node.sign, plan):
        return nw.lit(False)
    return conditions.truth(node) == (YES if expected else NO)


def _told_inside(node: Condition, conditions: Conditions, plan: Plan, *, expected: bool) -> nw.Expr:
    if isinstance(node, n.Not):
        return _danger_told(node.part, conditions, plan, expected=not expected)
    assert not isinstance(node, n.QUANTIFIED), "refused by the plan"
    return either(_danger_told(part, conditions, plan, expected=expected) for part in n.children(node))


def is_about_safety(sign: Sign, plan: Plan) -> bool:
    """Is the sign a safety item, or derived from one?"""
    item = ITEMS[sign.about].get(sign.name)
    if item is not None:
        return item.safety
    maker = plan.book.derived.get(sign)
    return maker is not None and any(
        is_about_safety(read, plan) for read in inputs_of(maker, maker.about, plan.vocabulary) if read != sign
    )
