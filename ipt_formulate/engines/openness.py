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


class Openness:
    """The missing answers of one case in one pass, each condition and sign followed once, however often it is asked.

    The view must not change any more.
    """

    def __init__(self, view: View, book: Rulebook) -> None:
        self.view, self.book = view, book
        # By the identity of a node: the rulebook holds it, and to compare nodes would cost more than to follow them.
        self._answers: dict[tuple[int, str], frozenset[str]] = {}
        self._signs: dict[tuple[str, str], frozenset[str]] = {}
        self._elsewhere: dict[tuple[int, str], frozenset[str]] = {}
        self._existence: dict[str, frozenset[str]] = {}

    def answers(self, node: Condition, record: Record) -> frozenset[str]:
        """The paths of the missing answers that an unknown condition hangs on; empty if it is not unknown."""
        key = (id(node), record.key)
        if key not in self._answers:
            self._answers[key] = frozenset(self._open(node, record))
        return self._answers[key]

    def sign(self, sign: Sign, record: Record) -> frozenset[str]:
        """The paths of the missing answers that make a sign uncertain."""
        holder = self.view.case if sign.about == "case" else record
        key = (sign.name, holder.key)
        if key not in self._signs:
            self._signs[key] = frozenset(self._of_sign(sign, holder))
        return self._signs[key]

    def existence(self, record: Record) -> frozenset[str]:
        """What it hangs on whether a spawned situation exists at all."""
        if record.key not in self._existence:
            self._existence[record.key] = frozenset(self._of_existence(record))
        return self._existence[record.key]

    def _open(self, node: Condition, record: Record) -> Iterator[str]:
        if truth(node, record, self.view) != UNKNOWN:
            return
        if isinstance(node, n.LEAVES):
            yield from self.sign(node.sign, record)
        elif isinstance(node, n.AtLeast):
            yield from self._of_others(node.about, node.part)
        elif isinstance(node, n.Linked):
            yield from self.sign(node.sign, record)
            yield from self._of_others(node.about, node.part)
        elif isinstance(node, n.Connected):
            for other in self.view.of(node.about):
                if other is not record:
                    yield from open_connection(record, other, self.view)
            yield from self._of_others(node.about, node.part)
        else:
            for part in n.children(node):
                yield from self.answers(part, record)

    def _of_others(self, about: About, part: Condition) -> frozenset[str]:
        """What a part hangs on that is asked of every record of a kind, and whether there are more of them."""
        key = (id(part), about)
        if key not in self._elsewhere:
            paths = set(open_list(about, self.view))
            for each in self.view.of(about):
                paths |= self.answers(part, each)
                if each.exists == UNKNOWN:
                    paths |= self.existence(each)
            self._elsewhere[key] = frozenset(paths)
        return self._elsewhere[key]

    def _of_existence(self, record: Record) -> Iterator[str]:
        if record.made_by is None:
            return
        rule = self.book.rules[record.made_by]
        assert rule.when is not None
        origin = next((each for each in self.view.of(rule.about) if each.id == record.origin), None)
        if origin is not None:
            yield from self.answers(rule.when, origin)
            for each in rule.conclusions:
                if isinstance(each, c.Spawns) and each.about == record.about:
                    yield from (path_of(other, "person") for other in may_be_recorded(each, origin, self.view))

    def _of_sign(self, sign: Sign, holder: Record) -> Iterator[str]:
        if sign.name in ITEMS[sign.about]:
            if not _settled(holder.values[sign.name]):
                yield path_of(holder, sign.name)
        elif sign.name == "named_in":
            told = holder.values["named_in"]
            if isinstance(told, dict):
                yield from (name for name in case_links() if told[name] == UNKNOWN)
        elif sign.name.endswith("_complete"):
            yield sign.name.removesuffix("_complete") + ".complete"
        elif sign.name.startswith("decided."):
            yield "decisions"
        else:
            yield from self._of_derived(sign, holder)

    def _of_derived(self, sign: Sign, holder: Record) -> Iterator[str]:
        maker = self.book.derived.get(sign)
        if maker is None:
            return
        if maker.when is not None:
            yield from self.answers(maker.when, holder)
            return
        for read in self.book.made_from[sign]:
            if read.about in (sign.about, "case"):
                yield from self.sign(read, holder)
            else:
                for other in self.view.of(read.about):
                    yield from self.sign(read, other)


def open_list(about: About, view: View) -> Iterator[str]:
    """The completeness mark of a list, if the list is not known to be complete."""
    if about in LISTS and view.complete(about) != YES:
        yield f"{LISTS[about]}.complete"


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
