"""Which rules and signs look at which signs?

Read off the rules once, without any case. It tells what a changed answer can touch at all: whatever is not listed here
cannot notice the change. Never says that a change *does* matter.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from ipt_formulate.engines.connections import links_between
from ipt_formulate.engines.verdicts import matched_rules
from ipt_formulate.intake import ITEMS
from ipt_formulate.intake.types import Link
from ipt_formulate.rulebook import Rule, Rulebook
from ipt_formulate.rulebook import conclusions as c
from ipt_formulate.rulebook import nodes as n
from ipt_formulate.rulebook.loading import inputs_of
from ipt_formulate.rulebook.nodes import SITUATIONS, About, Condition, Sign
from ipt_formulate.rulebook.vocabulary import LISTS

WIDE_PRIMITIVES = (c.Count, c.OfLinked)
COUNTED_THROUGH = ("onset", "episode.onset", "frame.assessed_on")


@dataclass(frozen=True, slots=True)
class Readers:
    """Who reads each sign.

    Attributes
    ----------
    rules
        Matched rules by the signs that they read directly.
    wide
        Of these, the ones that look at other records than their own.
    signs
        The signs that are made from each sign, and whether from that of other records too.
    flags
        Every sign that a safety rule reads directly.
    spawns
        The rules that make situations, by the signs that they read or copy, or by which the situation is known.
    entails
        Every sign that entails something, or is entailed and may contradict it.
    """

    rules: Mapping[Sign, tuple[str, ...]]
    wide: frozenset[str]
    signs: Mapping[Sign, tuple[tuple[Sign, bool], ...]]
    flags: frozenset[Sign]
    spawns: Mapping[Sign, tuple[str, ...]]
    entails: frozenset[Sign]

    def looked_at(self, sign: Sign) -> bool:
        """Does any rule or sign look at it at all? Criteria, links and completeness are read besides."""
        tables = (self.rules, self.signs, self.flags, self.spawns, self.entails)
        return any(sign in table for table in tables)


_KEPT: dict[int, tuple[Mapping[str, Rule], Readers]] = {}
_MOST_KEPT = 8


def readers_of(book: Rulebook) -> Readers:
    """The readers of a rulebook; made once for the same rules, whatever the switches."""
    kept = _KEPT.get(id(book.rules))
    if kept is not None and kept[0] is book.rules:
        return kept[1]
    if len(_KEPT) >= _MOST_KEPT:
        _KEPT.clear()
    made = _made(book)
    _KEPT[id(book.rules)] = (book.rules, made)
    return made


def _made(book: Rulebook) -> Readers:
    rules: dict[Sign, list[str]] = defaultdict(list)
    wide: set[str] = set()
    for rule in matched_rules(book):
        conditions = list(conditions_of(rule))
        if any(_is_wide(each) for each in conditions) or _compares(rule):
            wide.add(rule.id)
        read = {sign for each in conditions for sign in read_in(each, rule.about)}
        read |= {
            sign
            for each in rule.conclusions
            if isinstance(each, c.Yields)
            for sign in linking_signs(rule.about, each.of)
        }
        for sign in read:
            rules[sign].append(rule.id)
    return Readers(
        rules={sign: tuple(found) for sign, found in rules.items()},
        wide=frozenset(wide),
        signs=_made_from(book),
        flags=frozenset(
            sign
            for rule, _ in book.concluding(c.Flags)
            for each in conditions_of(rule)
            for sign in read_in(each, rule.about)
        ),
        spawns=_spawns(book),
        entails=frozenset(_entails(book)),
    )


def conditions_of(rule: Rule) -> Iterator[Condition]:
    """Every condition of a rule: its own, what its conclusions wait for, and those inside primitives."""
    if rule.when is not None:
        yield rule.when
    for each in rule.conclusions:
        if isinstance(each, c.Yields) and each.where is not None:
            yield each.where
        elif isinstance(each, c.Bars) and each.until is not None:
            yield each.until
        elif isinstance(each, c.Derives | c.Presumes):
            if isinstance(each.by, c.OneOf):
                yield from (condition for _, condition in each.by.values)
            elif isinstance(each.by, c.Count) and each.by.part is not None:
                yield each.by.part


def read_in(condition: Condition, about: About) -> Iterator[Sign]:
    """Every sign that a condition of a rule looks at: those it names, completeness of lists it searches, and links."""
    for node in n.walk(condition):
        if isinstance(node, (*n.LEAVES, n.Linked)):
            yield node.sign
        if isinstance(node, n.QUANTIFIED) and node.about in LISTS:
            yield Sign("case", f"{LISTS[node.about]}_complete")
        if isinstance(node, n.Connected):
            yield from linking_signs(about, node.about)


def linking_signs(about: About, other: About) -> Iterator[Sign]:
    """The signs by which two records of these kinds can be connected."""
    for source, target in ((about, other), (other, about)):
        yield from (Sign(source, name) for name in links_between(source, target))
        if "person" in ITEMS[source]:
            yield Sign(source, "person")
        if about in SITUATIONS and other in SITUATIONS:
            yield Sign(source, "named_in")


def _is_wide(condition: Condition) -> bool:
    return any(isinstance(node, n.QUANTIFIED) for node in n.walk(condition))


def _compares(rule: Rule) -> bool:
    return any(isinstance(each, c.Yields) for each in rule.conclusions)


def _made_from(book: Rulebook) -> dict[Sign, tuple[tuple[Sign, bool], ...]]:
    found: dict[Sign, set[tuple[Sign, bool]]] = defaultdict(set)

    def note(read: Iterable[Sign], made: Sign, wide: bool) -> None:
        for sign in read:
            found[sign].add((made, wide or sign.about not in ("case", made.about)))

    for each in book.signs:
        for rule in each.makers:
            conditions = list(conditions_of(rule))
            wide = any(_is_wide(condition) for condition in conditions) or rule.about != each.sign.about
            wide = wide or any(isinstance(getattr(made, "by", None), WIDE_PRIMITIVES) for made in rule.conclusions)
            read = set(inputs_of(rule, rule.about, book.vocabulary))
            read |= {sign for condition in conditions for sign in read_in(condition, rule.about)}
            read |= {
                Sign("case", f"{LISTS[made.by.about]}_complete")
                for made in rule.conclusions
                if isinstance(made, c.Derives | c.Presumes) and isinstance(made.by, c.Count) and made.by.about in LISTS
            }
            note(read, each.sign, wide)
    for rule, entails in book.concluding(c.Entails):
        assert isinstance(entails, c.Entails)
        target = book.vocabulary.find(rule.about, entails.sign)
        if target is not None:
            read = {sign for condition in conditions_of(rule) for sign in read_in(condition, rule.about)}
            wide = any(_is_wide(condition) for condition in conditions_of(rule)) or target.about != rule.about
            note(read, target, wide)
    for about in ("case", "isolation"):
        for name, item in ITEMS[about].items():
            if isinstance(item.type, Link):
                for other in SITUATIONS:
                    found[Sign(about, name)].add((Sign(other, "named_in"), True))
    return {sign: tuple(made) for sign, made in found.items()}


def _entails(book: Rulebook) -> Iterator[Sign]:
    for rule, each in book.concluding(c.Entails):
        assert isinstance(each, c.Entails)
        sign = book.vocabulary.find(rule.about, each.sign)
        if sign is not None:
            yield sign
        yield from (sign for condition in conditions_of(rule) for sign in read_in(condition, rule.about))


def _spawns(book: Rulebook) -> dict[Sign, tuple[str, ...]]:
    found: dict[Sign, list[str]] = defaultdict(list)
    for rule, each in book.concluding(c.Spawns):
        assert isinstance(each, c.Spawns)
        read = {sign for condition in conditions_of(rule) for sign in read_in(condition, rule.about)}
        read |= {sign for _, name in each.copy if (sign := book.vocabulary.find(rule.about, name)) is not None}
        # A record may be the one that would be made; then what would be set and copied is told of it too.
        given = ("kind", "person", *(name for name, _ in (*each.set, *each.copy)))
        read |= {Sign(each.about, name) for name in given if name in ITEMS[each.about]}
        for sign in read:
            found[sign].append(rule.id)
    return {sign: tuple(rules) for sign, rules in found.items()}
