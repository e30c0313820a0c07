"""What is a rule, once it has been read and checked?

Frozen data: identity, condition, conclusions, authority and cases. Parameters are already put in their places.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from ipt_formulate.reading import Place
from ipt_formulate.rulebook.conclusions import Conclusion
from ipt_formulate.rulebook.nodes import About, Block, Condition

Label: TypeAlias = Literal["MS", "SS", "EO", "OI"]
Status: TypeAlias = Literal["draft", "reviewed", "retired"]
CaseKind: TypeAlias = Literal["fires", "holds", "unknown", "near", "gives"]

LABEL_WORDS: Mapping[str, str] = {
    "MS": "manual-stated",
    "SS": "study-supported",
    "EO": "expert opinion",
    "OI": "our inference",
}


@dataclass(frozen=True, slots=True)
class Basis:
    """On whose authority: label, source keys (° = not re-read) and a note."""

    label: Label
    sources: tuple[str, ...]
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """A test case of a rule; see "Cases" in the specification of the rule language."""

    kind: CaseKind
    given: Mapping[str, Any]
    name: str | None = None
    on: str | None = None
    case: Mapping[str, Any] = field(default_factory=dict)
    others: Mapping[str, Any] = field(default_factory=dict)
    lists: Mapping[str, str] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    result: Mapping[str, Any] = field(default_factory=dict)
    presumed: bool = False
    because: tuple[str, ...] = ()
    blocked_by: tuple[str, ...] = ()
    ask: tuple[str, ...] = ()
    gives: Any = None
    at: Place | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule.

    `when` is what engines run: the rule's own sentence (`own`) and none of its exceptions. Both are None for signs
    that a primitive gives. `allow` has the lints that this rule is excluded from, each with the reason.
    """

    id: str
    title: str
    about: About
    blocks: tuple[tuple[About, Block], ...]
    own: Condition | None
    when: Condition | None
    conclusions: tuple[Conclusion, ...]
    because: str
    basis: Basis
    knowledge: tuple[str, ...] = ()
    status: Status = "draft"
    revision: int = 1
    unless: tuple[str, ...] = ()
    overrides: tuple[str, ...] = ()
    cases: tuple[Case, ...] = ()
    parameters: tuple[str, ...] = ()
    allow: Mapping[str, str] = field(default_factory=dict)
    at: Place | None = field(default=None, compare=False, repr=False)
