"""Which signs are there, and what values can each have?

Intake fields, built-in signs, derived signs of the rulebook and, for advice, the results of the formulation, all in one
table keyed by the kind of record. The rule language is typed against it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import TypeAlias

from ipt_formulate.intake import ITEMS
from ipt_formulate.intake.types import Choice, Day, Link, Multi, Number, Text, Tri
from ipt_formulate.rulebook.nodes import ABOUTS, SITUATIONS, About, Sign

SignType: TypeAlias = Tri | Choice | Multi | Number | Day | Text | Link

STANDINGS: tuple[str, ...] = ("excluded", "not_supported", "open", "possible", "present")
STATUSES: tuple[str, ...] = ("proposed", "tie", "none", "insufficient", "not_applicable")
STAGES: tuple[str, ...] = ("renegotiation", "impasse", "dissolution", "undetermined")
DECISIONS: tuple[str, ...] = ("confirm", "keep", "exclude", "override")
LISTS: Mapping[About, str] = {"loss": "losses", "conflict": "conflicts", "change": "changes", "person": "people"}
"""The name of the list section of each kind of record."""


@cache
def case_links() -> tuple[str, ...]:
    """Fields of the case (and of the isolation picture) that name records; `named_in` has them as members."""
    case = tuple(name for name, item in ITEMS["case"].items() if isinstance(item.type, Link))
    isolation = tuple(f"isolation.{name}" for name, item in ITEMS["isolation"].items() if isinstance(item.type, Link))
    return case + isolation


class Vocabulary:
    """Every sign by kind of record, with its type."""

    def __init__(self, *, areas: tuple[str, ...], switches: Mapping[str, SignType]) -> None:
        self.areas = areas
        tables: dict[About, dict[str, SignType]] = {
            about: {name: item.type for name, item in ITEMS[about].items()} for about in ABOUTS
        }
        case = tables["case"]
        case.update({f"{section}_complete": Tri() for section in LISTS.values()})
        case.update({f"{section}_recorded": Number(0, None, None) for section in LISTS.values()})
        case.update({f"setting.{name}": type_ for name, type_ in switches.items()})
        links = case_links()
        for about in SITUATIONS:
            tables[about]["named_in"] = Multi(members=links)
            tables[about]["spawned"] = Tri()
            tables[about].update({f"decided.{each}": Multi(members=areas) for each in DECISIONS})
        self._tables = tables

    def add_results(self, flags: Iterable[str]) -> None:
        """Add what the formulation found, for advice to read."""
        case = self._tables["case"]
        places = Choice(members=(*self.areas, "nothing"))
        case.update(
            {
                "result.status": Choice(members=STATUSES),
                "result.focus": places,
                "result.second": places,
                "result.gate": Choice(members=("open", "unsettled", "closed")),
                "result.flags": Multi(members=tuple(sorted(set(flags)))),
                "result.settled": Tri(),
            }
        )
        case.update({f"result.standing.{area}": Choice(members=STANDINGS) for area in self.areas})
        for about in SITUATIONS:
            self._tables[about].update({"result.in_focus": Tri(), "result.leads": Tri()})
        self._tables["conflict"]["result.stage"] = Choice(members=(*STAGES, "not_staged"))

    def add(self, about: About, name: str, type_: SignType) -> None:
        """Add a derived sign."""
        self._tables[about][name] = type_

    def has(self, about: About, name: str) -> bool:
        """Is there such a sign on exactly this kind of record?"""
        return name in self._tables[about]

    def find(self, about: About, name: str) -> Sign | None:
        """The sign a rule about `about` means by `name`: the record's own, else the case's."""
        if name in self._tables[about]:
            return Sign(about, name)
        if name in self._tables["case"]:
            return Sign("case", name)
        return None

    def type_of(self, sign: Sign) -> SignType:
        """The type of a sign that exists."""
        return self._tables[sign.about][sign.name]

    def names(self, about: About) -> tuple[str, ...]:
        """Every name a rule about `about` can use; for the nearest right name."""
        return (*self._tables[about], *self._tables["case"])

    def of(self, about: About) -> Mapping[str, SignType]:
        """The signs of a kind of record."""
        return self._tables[about]
