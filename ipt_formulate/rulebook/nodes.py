"""What is a condition, once it has been read?

Frozen nodes without behaviour. Evaluation, prose, rails and columns are visitors over them, one file each; no node
knows an engine. Equality ignores the place, so the same condition in two files is equal.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from ipt_formulate.reading import Place

About: TypeAlias = Literal["loss", "conflict", "change", "isolation", "person", "case"]
ABOUTS: tuple[About, ...] = ("loss", "conflict", "change", "isolation", "person", "case")

SITUATIONS: tuple[About, ...] = ("loss", "conflict", "change", "isolation")
"""Records that can be candidates."""


@dataclass(frozen=True, slots=True)
class Sign:
    """A named value of a record (or of the case): an intake field, a built-in or a derived sign."""

    about: About
    name: str

    def __str__(self) -> str:
        return self.name if self.about == "case" else f"{self.about}.{self.name}"


@dataclass(frozen=True, slots=True)
class Says:
    """A yes/no sign has the value `yes` (or, with `yes=False`, no)."""

    sign: Sign
    yes: bool
    at: Place | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Among:
    """A choice is one of `values`."""

    sign: Sign
    values: frozenset[str]
    at: Place | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Between:
    """A number lies between the limits, both included (`INFINITE` for none)."""

    sign: Sign
    least: int
    most: int
    at: Place | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Has:
    """Of a multi-choice answer, `any`, `all` or `none` of `members` is yes."""

    sign: Sign
    how: Literal["any", "all", "none"]
    members: tuple[str, ...]
    at: Place | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Names:
    """A link names some record (or, with `someone=False`, was answered *none*)."""

    sign: Sign
    someone: bool
    at: Place | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class SaidBy:
    """The answer came from this source; unknown while no source is recorded."""

    sign: Sign
    source: str
    at: Place | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Answered:
    """The sign has a known value. Never unknown, hence only for questions and advice."""

    sign: Sign
    yes: bool
    at: Place | None = field(default=None, compare=False, repr=False)


Leaf: TypeAlias = Says | Among | Between | Has | Names | SaidBy | Answered


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every part holds."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one part holds."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold; unknown stays unknown."""

    part: Condition


@dataclass(frozen=True, slots=True)
class Block:
    """A named idea of a rule. The name is for readers; the meaning is the part's."""

    name: str
    part: Condition


@dataclass(frozen=True, slots=True)
class Exemption:
    """The sentence of another rule that is an exception to this one (`unless`, `overrides`)."""

    rule: str
    part: Condition


@dataclass(frozen=True, slots=True)
class AtLeast:
    """`count` or more records of a kind satisfy the part. `other`: not counting the record itself."""

    count: int
    about: About
    part: Condition
    other: bool = False


@dataclass(frozen=True, slots=True)
class Linked:
    """The record that the link names satisfies the part."""

    sign: Sign
    about: About
    part: Condition


@dataclass(frozen=True, slots=True)
class Connected:
    """Some connected record of the kind satisfies the part."""

    about: About
    part: Condition


Quantified: TypeAlias = AtLeast | Linked | Connected
Condition: TypeAlias = Leaf | AllOf | AnyOf | Not | Block | Exemption | Quantified

LEAVES = (Says, Among, Between, Has, Names, SaidBy, Answered)
QUANTIFIED = (AtLeast, Linked, Connected)


def children(node: Condition) -> tuple[Condition, ...]:
    """The direct parts of a node; empty for a leaf."""
    match node:
        case AllOf(parts) | AnyOf(parts):
            return parts
        case Not(part) | Block(_, part) | Exemption(_, part) | AtLeast(_, _, part) | Linked(_, _, part):
            return (part,)
        case Connected(_, part):
            return (part,)
        case _:
            return ()


def walk(node: Condition) -> Iterator[Condition]:
    """The node and everything below it, parents first."""
    yield node
    for child in children(node):
        yield from walk(child)


def signs_read(node: Condition) -> Iterator[Sign]:
    """Every sign the condition reads, links of quantified parts included; may repeat."""
    for each in walk(node):
        if isinstance(each, (*LEAVES, Linked)):
            yield each.sign


def spoken(about: About) -> str:
    """A kind of record with its article."""
    return {"isolation": "the isolation picture", "case": "the case"}.get(about, f"a {about}")
