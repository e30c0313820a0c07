"""How is a formula or a join written as a pattern?

Always in the one order that the native engine evaluates rightly: the kind, constants, guards, joins, then groups of
constants, and the tail after joins.
"""

from __future__ import annotations

from collections.abc import Sequence

from ipt_formulate.engines.durable.formula import Compare, Expression, Formula, conjuncts, written
from ipt_formulate.engines.durable.names import FROM, KIND, STRATUM, TO, TRUTH
from ipt_formulate.engines.durable.subset import TAIL, Patterns
from ipt_formulate.logic.truth import NO, UNKNOWN, YES, Truth

RAILS: tuple[Truth, ...] = (YES, UNKNOWN)
"""What is concluded when a rail fires: the *yes* rail and the *may* rail."""


def pattern(kind: str, formula: Formula) -> Expression:
    """Facts of the kind for which the formula holds."""
    parts = sorted(conjuncts(formula), key=lambda part: not isinstance(part, Compare))
    return {"$and": [{KIND: kind}, *map(written, parts)]}


def linked(stratum: int, rail: Truth, link: str, body: str) -> Patterns:
    """A link to a record for which the body holds."""
    return {"g": _go(stratum), "l": _fact(link, rail, (FROM, TO)), "b": _fact(body, rail, (TO,), (TO, "l"))}


def edge(stratum: int, rail: Truth, source: str, link: str, body: str | None) -> Patterns:
    """A link from a record that counts to a record for which the body holds, if there is one."""
    patterns = {
        "g": _go(stratum),
        "a": _fact(source, rail, (FROM,)),
        "l": _fact(link, rail, (FROM, TO), (FROM, "a")),
    }
    return patterns if body is None else {**patterns, "b": _fact(body, rail, (TO,), (TO, "l"))}


def _go(stratum: int) -> Expression:
    return {"$and": [{KIND: "go"}, {STRATUM: stratum}]}


def _fact(kind: str, rail: Truth, guarded: Sequence[str], joined: tuple[str, str] | None = None) -> Expression:
    """A fact of a kind whose truth is on the rail, joined by a property it shares with an earlier fact."""
    truth: Expression = {TRUTH: YES} if rail == YES else {"$gt": {TRUTH: NO}}
    guards = [{"$ex": {name: 1}} for name in guarded]
    joins = [] if joined is None else [{joined[0]: {joined[1]: joined[0]}}, TAIL]
    return {"$and": [{KIND: kind}, truth, *guards, *joins]}
