"""Of how many situations does each rule say yes, no, or that it cannot tell?

Counted over the tables, but for rules that read the result itself (most of advice): these are counted case by case in
the sample. A rule that gives a sign its value by a primitive has no sentence; of it is told for how many situations the
value is known to the last.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

import narwhals.stable.v2 as nw

from ipt_formulate.cohort.gaps.ran import Ran, reads_result
from ipt_formulate.cohort.gaps.table import RuleCount
from ipt_formulate.engines.columns.frames import flag
from ipt_formulate.engines.columns.matching import name_of
from ipt_formulate.engines.kleene import truth
from ipt_formulate.formulation.formulate import Work, with_found
from ipt_formulate.formulation.result import Result
from ipt_formulate.logic.truth import NO, UNKNOWN, YES
from ipt_formulate.rulebook import Rule, Rulebook
from ipt_formulate.rulebook import conclusions as c
from ipt_formulate.rulebook import nodes as n
from ipt_formulate.rulebook.nodes import ABOUTS, Sign

TRUTHS = {"yes": YES, "no": NO, "unknown": UNKNOWN}


def over_tables(ran: Ran) -> Iterator[RuleCount]:
    """The counts of every rule that tables can match, in the order of ids."""
    found: dict[str, RuleCount] = {}
    for about in ABOUTS:
        rules = [rule for rule in ran.plan.book.active if rule.about == about and not reads_result(rule)]
        part = ran.cohort.real.get(about)
        if part is None or not rules:
            continue
        columns: list[nw.Expr] = [flag(nw.col("exists") != NO).cast(nw.Int64).sum().alias("n")] if _made(about) else [
            nw.len().alias("n")
        ]  # fmt: skip
        for rule in rules:
            for word, wanted in TRUTHS.items():
                columns.append(_count(ran, rule, wanted, shown=False).alias(f"{rule.id}|{word}"))
            columns.append(_count(ran, rule, YES, shown=True).alias(f"{rule.id}|presumed"))
        told = part.frame.select(*columns).collect().to_native().row(0, named=True)
        for rule in rules:
            yes, no, unknown = (int(told[f"{rule.id}|{word}"] or 0) for word in TRUTHS)
            shown, value = int(told[f"{rule.id}|presumed"] or 0), rule.when is None
            found[rule.id] = RuleCount(
                rule=rule.id,
                title=rule.title,
                about=rule.about,
                stratum=stratum_of(rule),
                kind="value" if value else "rule",
                over="cohort",
                n=int(told["n"] or 0),
                yes=yes,
                no=0 if value else no,
                unknown=unknown + (no if value else 0),
                presumed_yes=shown,
            )
    yield from (found[name] for name in sorted(found))


def _made(about: str) -> bool:
    return about != "case"


def _count(ran: Ran, rule: Rule, wanted: int, *, shown: bool) -> nw.Expr:
    verdict = _verdict(ran, rule, shown=shown)
    if not _made(rule.about):
        return flag(verdict == wanted).cast(nw.Int64).sum()
    exists = nw.col("exists~" if shown else "exists")
    both = nw.min_horizontal(verdict, exists)
    return flag((both == wanted) & (nw.col("exists") != NO)).cast(nw.Int64).sum()


def _verdict(ran: Ran, rule: Rule, *, shown: bool) -> nw.Expr:
    if rule.when is not None:
        return nw.col(name_of(ran.plan, rule.id, rule.when, shown=shown))
    name = next(each.sign for each in rule.conclusions if isinstance(each, c.Derives | c.Presumes))
    sign = ran.plan.vocabulary.find(rule.about, name)
    assert sign is not None
    known = n.Answered(Sign(sign.about, sign.name), True)
    return ran.cohort.conditions(rule.about, shown=shown).truth(known)


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
