"""How do many settings of parameters run in one go?

Every case stands in the tables once for each setting that concerns it, with the number of the setting in a column of
its own; and the sentence of every rule that a setting changes says which of its forms holds for which number. So one
run of the engine does for many settings. A rule whose form changes in more than its conditions cannot be told so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from types import MappingProxyType
from typing import Any, Final

from ipt_formulate.engines.columns.encoding import least, most
from ipt_formulate.engines.columns.frames import CASE_KEY
from ipt_formulate.engines.columns.plan import Plan
from ipt_formulate.intake.types import Number
from ipt_formulate.reading import Fault
from ipt_formulate.rulebook import Rule, Rulebook
from ipt_formulate.rulebook import conclusions as c
from ipt_formulate.rulebook import nodes as n
from ipt_formulate.rulebook.loading import order_of_signs
from ipt_formulate.rulebook.nodes import About, Condition, Sign

MOVED: Final = "moved"
"""The sign of the case that tells under which setting it stands; no rule of a rulebook can name it."""
_ANY: Final = n.AllOf(())


@dataclass(frozen=True)
class Numbered(Plan):
    """The plan of a rulebook whose sentences ask for the number of the setting."""

    @cached_property
    def fields(self) -> Mapping[About, tuple[str, ...]]:
        """The answers that are read, and the number of the setting."""
        found = super().fields
        return {**found, "case": (*found["case"], MOVED)}


def by_conditions(rule: Rule, book: Rulebook) -> Rule:
    """The rule with its bands of days told as conditions, which say the same: a band is possible unless it is not."""

    def told(each: c.Conclusion) -> c.Conclusion:
        by = getattr(each, "by", None)
        if not isinstance(by, c.Band) or not isinstance(each, c.Derives | c.Presumes):
            return each
        sign = book.vocabulary.find(rule.about, by.of)
        assert sign is not None
        return replace(each, by=c.OneOf(tuple((name, n.Between(sign, low, high)) for name, low, high in by.bands)))

    return replace(rule, conclusions=tuple(told(each) for each in rule.conclusions))


def same_but_for_conditions(old: Rule, new: Rule) -> bool:
    """Do two forms of a rule differ in conditions alone?"""
    if (old.when is None) != (new.when is None):
        return False
    return _emptied(old) == _emptied(new)


def _emptied(rule: Rule) -> tuple[c.Conclusion, ...]:
    return tuple(_mapped(each, lambda _: _ANY) for each in rule.conclusions)


def conditions_in(rule: Rule) -> Iterator[tuple[About, Condition]]:
    """The sentence of a rule and the conditions inside its conclusions, with the kind of record each is about."""
    found: list[tuple[About, Condition]] = []
    if rule.when is not None:
        found.append((rule.about, rule.when))
    for each in rule.conclusions:
        kept: list[Condition] = []
        _mapped(each, lambda node, kept=kept: kept.append(node) or node)
        by = getattr(each, "by", None)
        about = each.of if isinstance(each, c.Yields) else by.about if isinstance(by, c.Count) else rule.about
        found += [(about, node) for node in kept]
    return iter(found)


def _mapped(each: c.Conclusion, by: Any) -> c.Conclusion:
    """A conclusion with each condition inside replaced."""
    match each:
        case c.Yields(where=where) if where is not None:
            return replace(each, where=by(where))
        case c.Bars(until=until) if until is not None:
            return replace(each, until=by(until))
        case c.Derives(by=c.OneOf(values)) | c.Presumes(by=c.OneOf(values)):
            return replace(each, by=c.OneOf(tuple((name, by(node)) for name, node in values)))
        case c.Derives(by=c.Count(part=part)) | c.Presumes(by=c.Count(part=part)) if part is not None:
            assert isinstance(each.by, c.Count)
            return replace(each, by=replace(each.by, part=by(part)))
        case _:
            return each


def numbered(book: Rulebook, changed: Mapping[int, Sequence[tuple[Rule, Rule]]]) -> Numbered:
    """The plan in which each setting has its number, and 0 stands for the settings in use.

    Parameters
    ----------
    changed
        For each number, the rules that its setting changes, old and new, told `by_conditions`.
    """
    forms: dict[str, dict[int, Rule]] = {}
    for number, pairs in changed.items():
        for old, new in pairs:
            forms.setdefault(old.id, {})[number] = new
    vocabulary = book.vocabulary
    if not vocabulary.has("case", MOVED):
        vocabulary.add("case", MOVED, Number(0, None, None))
    rules = {
        name: _with_forms(by_conditions(rule, book), forms[name]) if name in forms else rule
        for name, rule in book.rules.items()
    }
    faults: list[Fault] = []
    signs = order_of_signs((rule for rule in rules.values() if rule.status != "retired"), vocabulary, faults)
    assert not faults
    return Numbered(replace(book, rules=MappingProxyType(rules), signs=signs))


def _with_forms(rule: Rule, forms: Mapping[int, Rule]) -> Rule:
    others = {number: [node for _, node in conditions_in(form)] for number, form in forms.items()}
    place = iter(range(len([*conditions_in(rule)])))

    def joined(node: Condition) -> Condition:
        at = next(place)
        told: dict[Condition, list[int]] = {}
        for number, conditions in others.items():
            if conditions[at] != node:
                told.setdefault(conditions[at], []).append(number)
        if not told:
            return node
        moved = [number for numbers in told.values() for number in numbers]
        own = n.AllOf((*(n.Not(_is(number)) for number in moved), node))
        return n.AnyOf((own, *(n.AllOf((_among(numbers), form)) for form, numbers in told.items())))

    when = joined(rule.when) if rule.when is not None else None
    return replace(rule, when=when, conclusions=tuple(_mapped(each, joined) for each in rule.conclusions))


def _is(number: int) -> Condition:
    return n.Between(Sign("case", MOVED), number, number)


def _among(numbers: Sequence[int]) -> Condition:
    return _is(numbers[0]) if len(numbers) == 1 else n.AnyOf(tuple(_is(number) for number in numbers))


def copies(tables: Mapping[str, Any], places: Any) -> dict[str, Any]:
    """The tables with every case once for each of its settings.

    Parameters
    ----------
    tables
        Polars frames by kind of record.
    places
        A Polars frame of ``case``, ``moved`` (the number of the setting) and ``copy``, the key of the case there.
    """
    import polars as pl

    found = {}
    for name, table in tables.items():
        keys = places.select(CASE_KEY, "copy", *([MOVED] if name == "case" else []))
        made = table.lazy().join(keys.lazy(), on=CASE_KEY, how="inner").drop(CASE_KEY).rename({"copy": CASE_KEY})
        if name == "case":
            number = pl.col(MOVED).cast(pl.Int64)
            made = made.with_columns(number.alias(least(MOVED)), number.alias(most(MOVED))).drop(MOVED)
        found[name] = made.collect()
    return found
