"""Which signs does a rule read, and which rules read what a rule makes?"""

from __future__ import annotations

from collections.abc import Iterator

from ipt_formulate.rulebook import Rule, Rulebook
from ipt_formulate.rulebook import conclusions as c
from ipt_formulate.rulebook import nodes as n
from ipt_formulate.rulebook.loading import inputs_of
from ipt_formulate.rulebook.nodes import Sign, signs_read


def read_by(rule: Rule, book: Rulebook) -> frozenset[Sign]:
    """Every sign that a rule reads itself: in its sentence with its exceptions, in primitives, and where it waits."""
    found = inputs_of(rule, rule.about, book.vocabulary)
    for each in rule.conclusions:
        match each:
            case c.Yields(where=block) | c.Bars(until=block) if block is not None:
                found |= set(signs_read(block))
            case c.Spawns(copy=copied):
                found |= {sign for _, name in copied if (sign := book.vocabulary.find(rule.about, name)) is not None}
            case _:
                pass
    return frozenset(found)


def signs_made(rule: Rule, book: Rulebook) -> Iterator[Sign]:
    """Every sign that a rule derives, entails or presumes."""
    for each in rule.conclusions:
        if isinstance(each, c.Derives | c.Presumes | c.Entails):
            sign = book.vocabulary.find(rule.about, each.sign)
            if sign is not None:
                yield sign


class Readers:
    """The rules that read each sign and each flag of a rulebook."""

    def __init__(self, book: Rulebook) -> None:
        self._book = book
        self._of_sign: dict[Sign, list[str]] = {}
        self._of_flag: dict[str, list[str]] = {}
        for rule in book.active:
            for sign in read_by(rule, book):
                self._of_sign.setdefault(sign, []).append(rule.id)
            for flag in _flags_read(rule):
                self._of_flag.setdefault(flag, []).append(rule.id)

    def of(self, rule: Rule) -> tuple[str, ...]:
        """The active rules that read a sign or a flag that this rule makes, in the order of their ids."""
        found = {name for sign in signs_made(rule, self._book) for name in self._of_sign.get(sign, ())}
        for each in rule.conclusions:
            if isinstance(each, c.Flags):
                found.update(self._of_flag.get(each.flag, ()))
        return tuple(sorted(found - {rule.id}))


def _flags_read(rule: Rule) -> set[str]:
    nodes = n.walk(rule.when) if rule.when is not None else ()
    return {
        flag for node in nodes if isinstance(node, n.Has) and node.sign.name == "result.flags" for flag in node.members
    }
