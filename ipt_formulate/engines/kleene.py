"""Is a condition yes, no or unknown for one record in one pass?

This is the definition: small, plain and slow on purpose. Every other engine is judged by it. Do not optimise it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ipt_formulate.engines.connections import connected
from ipt_formulate.engines.facts import Ids, Record, Value, View, nothing_known
from ipt_formulate.logic.possible import Span, is_among, is_between
from ipt_formulate.logic.truth import NO, UNKNOWN, YES, Truth, all_of, any_of, at_least, negation
from ipt_formulate.rulebook import nodes as n
from ipt_formulate.rulebook.nodes import Condition, Sign
from ipt_formulate.rulebook.vocabulary import SignType


def value_of(sign: Sign, record: Record, view: View) -> Value:
    """The value of a sign as a rule about this record reads it."""
    return view.case.values[sign.name] if sign.about == "case" else record.values[sign.name]


def is_unknown(value: Value, type_: SignType) -> bool:
    """Is nothing at all known of the value?"""
    return value == nothing_known(type_)


def truth(node: Condition, record: Record, view: View) -> Truth:
    """The truth of a condition for a record."""
    return _MEANING[type(node)](node, record, view)


def _says(node: n.Says, record: Record, view: View) -> Truth:
    value = value_of(node.sign, record, view)
    assert isinstance(value, int)
    return value if node.yes else negation(value)


def _among(node: n.Among, record: Record, view: View) -> Truth:
    value = value_of(node.sign, record, view)
    assert isinstance(value, frozenset)
    return is_among(value, node.values)


def _between(node: n.Between, record: Record, view: View) -> Truth:
    value = value_of(node.sign, record, view)
    assert isinstance(value, Span)
    return is_between(value, node.least, node.most)


def _has(node: n.Has, record: Record, view: View) -> Truth:
    value: Any = value_of(node.sign, record, view)
    members = [value[member] for member in node.members]
    if node.how == "all":
        return all_of(members)
    return any_of(members) if node.how == "any" else negation(any_of(members))


def _names(node: n.Names, record: Record, view: View) -> Truth:
    value = value_of(node.sign, record, view)
    assert isinstance(value, Ids)
    someone = YES if value.named else NO if value.closed else UNKNOWN
    return someone if node.someone else negation(someone)


def _said_by(node: n.SaidBy, record: Record, view: View) -> Truth:
    holder = view.case if node.sign.about == "case" else record
    source = holder.sources.get(node.sign.name)
    return UNKNOWN if source is None else YES if source == node.source else NO


def _answered(node: n.Answered, record: Record, view: View) -> Truth:
    value = value_of(node.sign, record, view)
    known = not (value is None or value == UNKNOWN or _is_open(value))
    return YES if known == node.yes else NO


def _is_open(value: Value) -> bool:
    """Does the value leave something open? For `answered` only."""
    if isinstance(value, Ids):
        return not value.named and not value.closed
    if isinstance(value, Span):
        return value.least != value.most
    if isinstance(value, frozenset):
        return len(value) != 1
    return isinstance(value, dict) and all(told == UNKNOWN for told in value.values())


def _all(node: n.AllOf, record: Record, view: View) -> Truth:
    return all_of([truth(part, record, view) for part in node.parts])


def _any(node: n.AnyOf, record: Record, view: View) -> Truth:
    return any_of([truth(part, record, view) for part in node.parts])


def _not(node: n.Not, record: Record, view: View) -> Truth:
    return negation(truth(node.part, record, view))


def _inner(node: n.Block | n.Exemption, record: Record, view: View) -> Truth:
    return truth(node.part, record, view)


def _at_least(node: n.AtLeast, record: Record, view: View) -> Truth:
    others = [each for each in view.of(node.about) if not (node.other and each is record)]
    parts = [min(each.exists, truth(node.part, each, view)) for each in others]
    return at_least(node.count, parts, more_may_exist=view.complete(node.about) != YES)


def _linked(node: n.Linked, record: Record, view: View) -> Truth:
    ids = value_of(node.sign, record, view)
    assert isinstance(ids, Ids)
    parts = [min(ids.names(each.id), each.exists, truth(node.part, each, view)) for each in view.of(node.about)]
    unrecorded = UNKNOWN if not ids.closed and view.complete(node.about) != YES else NO
    return any_of([*parts, unrecorded])


def _connected(node: n.Connected, record: Record, view: View) -> Truth:
    others = [each for each in view.of(node.about) if each is not record]
    parts = [min(connected(record, each, view), each.exists, truth(node.part, each, view)) for each in others]
    unrecorded = UNKNOWN if view.complete(node.about) != YES else NO
    return any_of([*parts, unrecorded])


_MEANING: dict[type, Callable[[Any, Record, View], Truth]] = {
    n.Says: _says,
    n.Among: _among,
    n.Between: _between,
    n.Has: _has,
    n.Names: _names,
    n.SaidBy: _said_by,
    n.Answered: _answered,
    n.AllOf: _all,
    n.AnyOf: _any,
    n.Not: _not,
    n.Block: _inner,
    n.Exemption: _inner,
    n.AtLeast: _at_least,
    n.Linked: _linked,
    n.Connected: _connected,
}
