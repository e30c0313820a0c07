"""Which signs does a rule read, and which rules read what a rule makes?"""

from __future__ import annotations

from collections.abc import Iterator

from ipt_formulate.rulebook import Rule, Rulebook
from ipt_formulate.rulebook import conclusions as c
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


def readers_of(rule: Rule, book: Rulebook) -> tuple[str, ...]:
    """The active rules that read a sign this rule makes, in the order of their ids."""
    made = set(signs_made(rule, book))
    return tuple(each.id for each in book.active if each is not rule and made & read_by(each, book)) if made else ()
