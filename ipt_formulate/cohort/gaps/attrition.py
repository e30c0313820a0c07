"""Of how many situations does each rule say yes, no, or that it cannot tell?

Counted over the tables, but for rules that read the result itself (most of advice): these are counted case by case in
the sample. A rule that gives a sign its value by a primitive has no sentence; of it is told for how many situations the
value is known to the last.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import narwhals.stable.v2 as nw

from ipt_formulate.cohort.gaps.ran import Ran, reads_result
from ipt_formulate.cohort.gaps.table import RuleCount
from ipt_formulate.engines.columns.frames import CASE_KEY, flag
from ipt_formulate.engines.kleene import truth
from ipt_formulate.formulation.formulate import Work, with_found
from ipt_formulate.formulation.result import Result
from ipt_formulate.logic.truth import NO, UNKNOWN, YES
from ipt_formulate.rulebook import Rule, Rulebook
from ipt_formulate.rulebook import conclusions as c
from ipt_formulate.rulebook import nodes as n
from ipt_formulate.rulebook.nodes import ABOUTS, About


def over_tables(ran: Ran) -> Iterator[RuleCount]:
    """The counts of every rule that tables can match, in the order of ids."""
    found: dict[str, RuleCount] = {}
    for about in ABOUTS:
        mine = [rule for rule in ran.plan.book.active if rule.about == about and not reads_result(rule)]
        if about not in ran.verdicts:
            continue
        sentences = [rule for rule in mine if rule.when is not None]
        values = [rule for rule in mine if rule.when is None]
        told = _counted(ran.verdicts[about], about, {rule.id: _verdicts(ran, rule) for rule in sentences})
        found |= {rule.id: _count(rule, *told[rule.id]) for rule in sentences}
        known = _counted(ran.signs.real[about].frame, about, {rule.id: _known(ran, rule) for rule in values})
        found |= {rule.id: _count(rule, *known[rule.id]) for rule in values}
    yield from (found[name] for name in sorted(found))


def _count(rule: Rule, n_: int, yes: int, no: int, unknown: int, presumed_yes: int) -> RuleCount:
    value = rule.when is None
    return RuleCount(
        rule=rule.id,
        title=rule.title,
        about=rule.about,
        stratum=stratum_of(rule),
        kind="value" if value else "rule",
        over="cohort",
        n=n_,
        yes=yes,
        no=0 if value else no,
        unknown=unknown + (no if value else 0),
        presumed_yes=presumed_yes,
    )


def _counted(frame: Any, about: About, told: Mapping[str, tuple[nw.Expr, nw.Expr]]) -> dict[str, list[int]]:
    """By rule: records, and how many of them are yes, no, unknown, and yes as presumed. A record may not exist."""
    there = nw.lit(True) if about == "case" else nw.col("exists") != NO
    columns = [flag(there & ~nw.col(CASE_KEY).is_null()).alias("n")]
    for name, both in told.items():
        strict, shown = both if about == "case" else (
            nw.min_horizontal(both[0], nw.col("exists")), nw.min_horizontal(both[1], nw.col("exists~"))
        )  # fmt: skip
        columns += [flag((strict == wanted) & there).alias(f"{name}|{wanted}") for wanted in (YES, NO, UNKNOWN)]
        columns.append(flag((shown == YES) & there).alias(f"{name}|presumed"))
    sums = frame.select(*columns).collect().to_native().cast(int).sum()
    row = {name: int(value or 0) for name, value in sums.row(0, named=True).items()}
    return {name: [row["n"], *(row[f"{name}|{part}"] for part in (YES, NO, UNKNOWN, "presumed"))] for name in told}


def _verdicts(ran: Ran, rule: Rule) -> tuple[nw.Expr, nw.Expr]:
    return ran.rule_verdict(rule, shown=False), ran.rule_verdict(rule, shown=True)


def _known(ran: Ran, rule: Rule) -> tuple[nw.Expr, nw.Expr]:
    """Is the value of the sign that a rule gives known to the last, in either pass?"""
    name = next(each.sign for each in rule.conclusions if isinstance(each, c.Derives | c.Presumes))
    sign = ran.plan.vocabulary.find(rule.about, name)
    assert sign is not None
    strict, shown = (ran.signs.conditions(rule.about, shown=shown) for shown in (False, True))
    return strict.truth(n.Answered(sign, True)), shown.truth(n.Answered(sign, True))


def stratum_of(rule: Rule) -> str:
    """The first stratum that the rule concludes in."""
    return rule.conclusions[0].stratum


def of_results(book: Rulebook, sample: Iterable[tuple[Work, Result]]) -> Iterator[RuleCount]:
    """The counts of the rules that read the result, case by case."""
    rules = [rule for rule in book.active if reads_result(rule)]
    counts: Counter[tuple[str, str]] = Counter()
    for work, result in sample:
        view: Any = with_found(work, result)
        for rule in rules:
            assert rule.when is not None
            for record in view.of(rule.about):
                if record.exists != NO:
                    counts[rule.id, "n"] += 1
                    counts[rule.id, "yes"] += min(truth(rule.when, record, view), record.exists) == YES
    for rule in rules:
        yield RuleCount(
            rule=rule.id,
            title=rule.title,
            about=rule.about,
            stratum=stratum_of(rule),
            kind="rule",
            over="sample",
            n=counts[rule.id, "n"],
            yes=None,
            no=None,
            unknown=None,
            presumed_yes=counts[rule.id, "yes"],
        )
