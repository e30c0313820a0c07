"""What is there to say about one rule, all in one place?

Gathers what `rules show` and the rule pages print: the rule in words, on whose authority, which numbers, which cases,
and what reads its result. Nothing is formatted here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ipt_formulate.analysis.lints.conditions import strata_of
from ipt_formulate.analysis.lints.lint import file_of
from ipt_formulate.analysis.places import Places
from ipt_formulate.analysis.readers import Readers, read_by
from ipt_formulate.analysis.sentences import Spoken, exceptions_of, spoken
from ipt_formulate.intake import ITEMS
from ipt_formulate.rulebook import Rule, Rulebook
from ipt_formulate.rulebook.rule import LABEL_WORDS


@dataclass(frozen=True, slots=True)
class Source:
    """A source as a rule names it: the key with its mark, what it stands for, and how much of it was read."""

    key: str
    reference: str
    read: str


@dataclass(frozen=True, slots=True)
class Parameter:
    """A number or list that the rule names, with its value in this rulebook."""

    name: str
    value: str
    unit: str
    label: str
    note: str


@dataclass(frozen=True, slots=True)
class Card:
    """Everything about one rule, in words."""

    rule: Rule
    file: str
    strata: tuple[str, ...]
    spoken: Spoken
    label: str
    sources: tuple[Source, ...]
    statements: tuple[tuple[str, str], ...]
    parameters: tuple[Parameter, ...]
    questions: tuple[tuple[str, str, str], ...]
    exceptions: tuple[str, ...]
    exception_to: tuple[str, ...]
    read_by: tuple[str, ...]
    cases: tuple[tuple[str, tuple[str, ...]], ...]


class Cards:
    """Makes the cards of one rulebook."""

    def __init__(self, book: Rulebook) -> None:
        self.book = book
        self._readers = Readers(book)
        self._parameters: dict[str, Any] = Places(book.folder).data("parameters.yaml")
        self._exception_to: dict[str, list[str]] = {}
        for rule in book.active:
            for stronger in exceptions_of(rule):
                self._exception_to.setdefault(stronger, []).append(rule.id)

    def of(self, rule: Rule) -> Card:
        """The card of one rule."""
        book = self.book
        return Card(
            rule=rule,
            file=file_of(rule.id),
            strata=tuple(sorted(strata_of(rule))),
            spoken=spoken(rule, book),
            label=LABEL_WORDS[rule.basis.label],
            sources=tuple(self._source(key) for key in rule.basis.sources),
            statements=tuple((name, str(book.statements[name].get("says", ""))) for name in rule.knowledge),
            parameters=tuple(self._parameter(name) for name in rule.parameters),
            questions=_questions(rule, book),
            exceptions=exceptions_of(rule),
            exception_to=tuple(self._exception_to.get(rule.id, ())),
            read_by=self._readers.of(rule),
            cases=_cases(rule),
        )

    def _source(self, key: str) -> Source:
        bare = key.removesuffix("°")
        entry = self.book.sources[bare]
        read = entry.get("read", "none")
        words = self.book.words["sentences"]["read"]
        unsure = bare != key and read != "recalled"
        return Source(key, str(entry.get("reference", "")), words["unsure" if unsure else read])

    def _parameter(self, name: str) -> Parameter:
        entry = self._parameters.get(name, {})
        unit, label, note = (str(entry.get(key) or "") for key in ("unit", "label", "note"))
        return Parameter(name, in_short(self.book.parameters[name]), unit, label, note)


def in_short(value: Any) -> str:
    """A parameter's value on one line."""
    if isinstance(value, dict):
        return "; ".join(f"{key}: {in_short(each)}" for key, each in value.items())
    if isinstance(value, list):
        numbers = len(value) == 2 and all(each is None or isinstance(each, int) for each in value)
        joint = " to " if numbers else ", "
        return joint.join("any" if each is None else str(each) for each in value)
    return str(value)


def _questions(rule: Rule, book: Rulebook) -> tuple[tuple[str, str, str], ...]:
    """The questions of the intake that the rule reads itself: item code, field and wording."""
    found = []
    for sign in sorted(read_by(rule, book), key=str):
        item = ITEMS[sign.about].get(sign.name)
        if item is not None:
            found.append((item.code, str(sign), item.question))
    return tuple(found)


def _cases(rule: Rule) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """For each kind of case the names of its cases; a case without a name is called by its number."""
    kinds: dict[str, list[str]] = {}
    for case in rule.cases:
        names = kinds.setdefault(case.kind, [])
        names.append(case.name or f"case {len(names) + 1}")
    return tuple((kind, tuple(names)) for kind, names in kinds.items())
