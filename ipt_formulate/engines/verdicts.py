"""What does an engine answer?

For every rule of the strata signs (routes) to rank and every record it is about: the truth in the strict and in the
presumed pass; likewise for the `until` of bars, and for each pair of situations of a `yields`. All engines give
exactly this, so that they can be compared; folds, order and focus are made from it in one place.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

from ipt_formulate.engines.signs import Situations
from ipt_formulate.logic.truth import Truth, word
from ipt_formulate.rulebook import Rule, Rulebook
from ipt_formulate.rulebook import conclusions as c

MATCHED = (
    c.Routes,
    c.Supports,
    c.Opposes,
    c.Excludes,
    c.Caps,
    c.Floors,
    c.Yields,
    c.Bars,
    c.Stages,
    c.BlocksStage,
    c.Ranks,
)
"""Conclusions of rules that engines match."""


class Pair(NamedTuple):
    """A truth in both passes. The presumed one is never less informed than the strict one."""

    strict: Truth
    presumed: Truth


@dataclass(slots=True)
class Verdicts:
    """Everything an engine found. Keys: rule id and record id(s); `bars` holds the truth of what a bar waits for."""

    rules: dict[tuple[str, str], Pair] = field(default_factory=dict)
    bars: dict[tuple[str, str], Pair] = field(default_factory=dict)
    edges: dict[tuple[str, str, str], Pair] = field(default_factory=dict)


class Engine(Protocol):
    """One way of running a rulebook."""

    name: str

    def run(self, situations: Situations, book: Rulebook) -> Verdicts:
        """The verdict of every matched rule."""
        ...


class EngineDisagreement(Exception):
    """Two engines gave different verdicts; names rule, record and both verdicts, never an answer."""


def matched_rules(book: Rulebook) -> tuple[Rule, ...]:
    """The rules that engines match, in the order of their ids."""
    return tuple(rule for rule in book.active if any(isinstance(each, MATCHED) for each in rule.conclusions))


def compare(first: Verdicts, second: Verdicts, names: tuple[str, str]) -> None:
    """Raise at the first verdict in which two engines differ.

    Raises
    ------
    EngineDisagreement
        With the rule, the record and both verdicts.
    """
    for key, mine, theirs in _differences(first, second):
        rule, *records = key
        passes = "; ".join(
            f"{name}: strict {word(pair.strict)}, presumed {word(pair.presumed)}" if pair else f"{name}: no verdict"
            for name, pair in zip(names, (mine, theirs), strict=True)
        )
        raise EngineDisagreement(
            f"engines disagree on rule {rule} for record {' and '.join(records)} ({passes}); "
            "nothing was formulated. Use engine='reference' and report the rule."
        )


def _differences(first: Verdicts, second: Verdicts) -> Iterator[tuple[tuple[str, ...], Pair | None, Pair | None]]:
    tables: list[tuple[Mapping[Any, Pair], Mapping[Any, Pair]]] = [
        (first.rules, second.rules),
        (first.bars, second.bars),
        (first.edges, second.edges),
    ]
    for mine, theirs in tables:
        if mine != theirs:
            for key in dict.fromkeys((*mine, *theirs)):
                if mine.get(key) != theirs.get(key):
                    yield key, mine.get(key), theirs.get(key)
