"""What is a lint?

One question about a whole rulebook that has been read without a fault, one class for each, and what it finds. A lint
looks and reports; it never changes a rule, and it never decides what is computed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import ClassVar, Literal, TypeAlias

from ipt_formulate.analysis.places import Places
from ipt_formulate.analysis.worlds import Worlds
from ipt_formulate.reading import Place, nearest
from ipt_formulate.rulebook import Rule, Rulebook

Severity: TypeAlias = Literal["error", "warning", "hint"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "hint")
"""error: the rulebook may give a wrong result. warning: a reader may be misled. hint: style; fails nothing."""

Step: TypeAlias = str | int


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that a lint found: in which file of the rulebook, where in it, and which rule it is part of, if any.

    `key` points at the key of a mapping instead of its value.
    """

    file: str
    path: tuple[Step, ...]
    message: str
    rule: str | None = None
    key: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem with its lint and its place, ready to be shown."""

    lint: str
    severity: Severity
    message: str
    place: Place | None
    path: str
    rule: str | None

    @property
    def headline(self) -> str:
        """One line: place, severity, rule, message and name of the lint."""
        start = f"{self.place}: " if self.place else ""
        about = f"{self.rule or self.path}: "
        return f"{start}{self.severity}: {about}{self.message} [{self.lint}]"


class Material:
    """What lints look at: the rulebook, its files for what a rulebook does not keep, and what its answers can be."""

    def __init__(self, book: Rulebook) -> None:
        self.book = book
        self.places = Places(book.folder)
        self.worlds = Worlds(book)


class Lint:
    """One question. A lint of single rules says `of_rule`; one that needs the whole book says `of_book`.

    Attributes
    ----------
    name
        How it is called in findings, in `allow` and in the name of its page.
    severity
        How bad a finding is.
    says
        What a finding means, in one line.
    fault
        The code of the load fault, for what is found while the rulebook is read; such a lint finds nothing itself.
    excludable
        Whether a rule may be excluded from it with `allow`.
    """

    name: ClassVar[str]
    severity: ClassVar[Severity]
    says: ClassVar[str]
    fault: ClassVar[str | None] = None
    excludable: ClassVar[bool] = True

    def of_book(self, material: Material) -> Iterator[Problem]:
        """Every problem of the rulebook; by default those of each active rule."""
        for rule in material.book.active:
            yield from self.of_rule(rule, material)

    def of_rule(self, rule: Rule, material: Material) -> Iterator[Problem]:
        """Every problem of one rule."""
        return iter(())


def in_rule(rule: Rule, message: str, *path: Step, key: bool = False) -> Problem:
    """A problem at a place of a rule's file."""
    return Problem(file_of(rule.id), path or ("id",), message, rule.id, key)


def file_of(rule_id: str) -> str:
    """The file of a rule, below the folder of its rulebook."""
    return rule_id.replace(".", "/", 1) + ".yaml"


def did_you_mean(name: str, choices: Iterable[str]) -> str:
    """A hint to the nearest right name; empty if none is near."""
    near = nearest(name, choices)
    return f"; did you mean `{near}`?" if near else ""
