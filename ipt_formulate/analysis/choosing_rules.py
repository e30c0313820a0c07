"""Which rules have this area, stratum, label, status or statement?"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from ipt_formulate.analysis.lints.conditions import strata_of
from ipt_formulate.analysis.lints.lint import did_you_mean
from ipt_formulate.rulebook import Rule, Rulebook
from ipt_formulate.rulebook.conclusions import STRATA
from ipt_formulate.rulebook.rule import LABEL_WORDS

_AREA_FIELDS = ("area", "to")


def chosen_rules(book: Rulebook, wanted: Mapping[str, str]) -> tuple[Rule, ...]:
    """The rules that have every wanted property, in the order of their ids.

    Parameters
    ----------
    wanted
        Any of `area`, `stratum`, `label`, `status`, `statement`, each with its value.

    Raises
    ------
    ValueError
        For a value that does not exist, with the nearest that does.
    """
    for name, value in wanted.items():
        allowed = _values(name, book)
        if value not in allowed:
            raise ValueError(f"there is no {name} `{value}`{did_you_mean(value, allowed) or _expected(allowed)}")
    return tuple(
        rule for rule in book.rules.values() if all(value in _have(name, rule) for name, value in wanted.items())
    )


def areas_of(rule: Rule) -> frozenset[str]:
    """The areas that the conclusions of a rule are about."""
    return frozenset(
        getattr(each, field) for each in rule.conclusions for field in _AREA_FIELDS if hasattr(each, field)
    )


def _values(name: str, book: Rulebook) -> Collection[str]:
    match name:
        case "area":
            return book.vocabulary.areas
        case "stratum":
            return STRATA
        case "label":
            return LABEL_WORDS
        case "statement":
            return book.statements
        case _:
            return ("draft", "reviewed", "retired")


def _have(name: str, rule: Rule) -> Collection[str]:
    match name:
        case "area":
            return areas_of(rule)
        case "stratum":
            return strata_of(rule)
        case "label":
            return (rule.basis.label,)
        case "statement":
            return rule.knowledge
        case _:
            return (rule.status,)


def _expected(allowed: Collection[str]) -> str:
    return f" (expected {', '.join(allowed)})" if len(allowed) <= 12 else ""
