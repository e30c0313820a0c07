"""Which answers that are still missing does an unknown verdict hang on?

Follows an unknown condition down to its unknown leaves, and derived signs down to the fields they are made from. The
result is a sound superset: an answer that is not in it cannot change the verdict. Paths are the intake's own.
"""

from __future__ import annotations

from collections.abc import Iterator

from ipt_formulate.engines.connections import SHARED_ANSWERS, connected, links_between
from ipt_formulate.engines.facts import Ids, Record, Value, View, When
from ipt_formulate.engines.kleene import truth
from ipt_formulate.engines.signs import may_be_recorded
from ipt_formulate.intake import ITEMS
from ipt_formulate.logic.possible import Span
from ipt_formulate.logic.truth import NO, UNKNOWN, YES
from ipt_formulate.rulebook import Rulebook
from ipt_formulate.rulebook import conclusions as c
from ipt_formulate.rulebook import nodes as n
from ipt_formulate.rulebook.loading import inputs_of
from ipt_formulate.rulebook.nodes import About, Condition, Sign
from ipt_formulate.rulebook.vocabulary import LISTS, case_links


def path_of(record: Record, field: str) -> str:
    """The answer path of a field of a record; spawned situations are `changes[from=<origin>].<field>`."""
    if record.about == "case":
        return field
    if record.about == "isolation":
        return f"isolation.{field}"
    inside = f"from={record.origin}" if record.made_by is not None else record.id
    return f"{LISTS[record.about]}[{inside}].{field}"


def open_answers(node: Condition, record: Record, view: View, book: Rulebook) -> frozenset[str]:
    """The paths of the missing answers that an unknown condition hangs on; empty if it is not unknown."""
    return frozenset(_open(node, record, view, book))


def open_sign(sign: Sign, record: Record, view: View, book: Rulebook) -> frozenset[str]:
    """The paths of the missing answers that make a sign uncertain."""
    holder = view.case if sign.about == "case" else record
    return frozenset(_of_sign(sign, holder, view, book))


def _open(node: Condition, record: Record, view: View, book: Rulebook) -> Iterator[str]:
    if truth(node, record, view) != UNKNOWN:
        return
    if isinstance(node, n.LEAVES):
        holder = view.case if node.sign.about == "case" else record
        yield from _of_sign(node.sign, holder, view, book)
    elif isinstance(node, n.AtLeast):
        yield from _elsewhere(node.about, node.part, view, book)
    elif isinstance(node, n.Linked):
        holder = view.case if node.sign.about == "case" else record
        yield from _of_sign(node.sign, holder, view, book)
        yield from _elsewhere(node.about, node.part, view, book)
    elif isinstance(node, n.Connected):
        for other in view.of(node.about):
            if other is not record:
                yield from open_connection(record, other, view)
        yield from _elsewhere(node.about, node.part, view, book)
    else:
        for part in n.children(node):
            yield from _open(part, record, view, book)


def _elsewhere(about: About, part: Condition, view: View, book: Rulebook) -> Iterator[str]:
    for each in view.of(about):
        yield from _open(part, each, view, book)
        if each.exists == UNKNOWN:
            yield from open_existence(each, view, book)
    yield from open_list(about, view)


def open_list(about: About, view: View) -> Iterator[str]:
    """The completeness mark of a list, if the list is not known to be complete."""
    if about in LISTS and view.complete(about) != YES:
        yield f"{LISTS[about]}.complete"


def open_existence(record: Record, view: View, book: Rulebook) -> Iterator[str]:
    """What it hangs on whether a spawned situation exists at all."""
    if record.made_by is None:
        return
    rule = book.rules[record.made_by]
    assert rule.when is not None
    origin = next((each for each in view.of(rule.about) if each.id == record.origin), None)
    if origin is not None:
        yield from _open(rule.when, origin, view, book)
        for each in rule.conclusions:
            if isinstance(each, c.Spawns) and each.about == record.about:
                yield from (path_of(other, "person") for other in may_be_recorded(each, origin, view))


def open_connection(record: Record, other: Record, view: View) -> Iterator[str]:
    """The links whose answers would tell whether two records are connected."""
    if connected(record, other, view) != UNKNOWN:
        return
    for source, target in ((record, other), (other, record)):
        for name in links_between(source.about, target.about):
            ids = source.values[name]
            if isinstance(ids, Ids) and ids.names(target.id) == UNKNOWN:
                yield path_of(source, name)
    for each in (record, other):
        person = each.values.get("person")
        if isinstance(person, Ids) and not person.closed:
            yield path_of(each, "person")
    for name in SHARED_ANSWERS:
        ids = view.case.values[name]
        if isinstance(ids, Ids) and not ids.closed:
            yield name


def _of_sign(sign: Sign, holder: Record, view: View, book: Rulebook) -> Iterator[str]:
    if sign.name in ITEMS[sign.about]:
        if not _settled(holder.values[sign.name]):
            yield path_of(holder, sign.name)
        return
    if sign.name == "named_in":
        for name in case_links():
            told = holder.values["named_in"]
            if isinstance(told, dict) and told[name] == UNKNOWN:
                yield name
    elif sign.name.endswith("_complete"):
        yield sign.name.removesuffix("_complete") + ".complete"
    elif sign.name.startswith("decided."):
        yield "decisions"
    else:
        yield from _of_derived(sign, holder, view, book)


def _of_derived(sign: Sign, holder: Record, view: View, book: Rulebook) -> Iterator[str]:
    maker = book.derived.get(sign)
    if maker is None:
        return
    if maker.when is not None:
        yield from _open(maker.when, holder, view, book)
        return
    for read in sorted(inputs_of(maker, maker.about, book.vocabulary), key=str):
        if read.about in (sign.about, "case"):
            inner = view.case if read.about == "case" else holder
            yield from _of_sign(read, inner, view, book)
        else:
            for other in view.of(read.about):
                yield from _of_sign(read, other, view, book)


def _settled(value: Value) -> bool:
    """Is there nothing left open in the value of a field?"""
    if isinstance(value, Span):
        return value.least == value.most
    if isinstance(value, When):
        return value.span.least == value.span.most
    if isinstance(value, Ids):
        return value.closed
    if isinstance(value, frozenset):
        return len(value) == 1
    if isinstance(value, dict):
        return all(told != UNKNOWN for told in value.values())
    return value in (NO, YES)
