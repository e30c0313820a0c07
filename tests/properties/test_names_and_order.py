"""Does anything hang on how records and rules are called, or in which order they stand? It must not."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from types import MappingProxyType

from hypothesis import given
from hypothesis import strategies as st

from ipt_formulate.intake import SECTIONS, Intake
from ipt_formulate.intake.types import Link
from ipt_formulate.reading import Fault
from ipt_formulate.rulebook import Rulebook
from ipt_formulate.rulebook.loading import order_of_signs
from tests.properties.case import book, worked
from tests.properties.drawn import CASES, Case
from tests.properties.outline import differences, outline
from tests.properties.wires import Wire, answers, bare, put, records

SEEDS = st.integers(0, 2**16)
Renaming = Mapping[str, Mapping[str, str]]
"""Old ids to new ones, for `person` and for `situation`."""


@given(CASES, SEEDS)
def test_order_of_records_changes_nothing(case: Case, seed: int) -> None:
    """The lists of an intake may be written in any order."""
    wire = case.intake.to_dict()
    rng = random.Random(seed)
    for about in SECTIONS:
        rng.shuffle(records(wire, about))
    _same(case, Intake.from_dict(wire))


@given(CASES, SEEDS)
def test_ids_and_labels_change_nothing(case: Case, seed: int) -> None:
    """A consistent renaming of every record, ids and labels, gives the same result under the new names."""
    wire = case.intake.to_dict()
    rng = random.Random(seed)
    new: dict[str, dict[str, str]] = {"person": {}, "situation": {}}
    for about in SECTIONS:
        for record in records(wire, about):
            kind = "person" if about == "person" else "situation"
            new[kind][record["id"]] = f"{rng.choice('abxyz')}{len(new[kind])}-{rng.randint(0, 99)}"
            record["label"] = f"somebody {rng.randint(0, 9)}"
    _rename(wire, new)
    old = {kind: {after: before for before, after in names.items()} for kind, names in new.items()}
    _same(case, Intake.from_dict(wire), old)


@given(CASES, st.integers(0, 2))
def test_order_and_ids_of_rules_change_nothing(case: Case, seed: int) -> None:
    """Rules may stand in any order and be called anything."""
    found = outline(*worked(case.intake, _other_order(seed)))
    found["contradictions"], mine = set(), outline(case.work, case.focus) | {"contradictions": set()}
    assert not differences(mine, found)


@lru_cache(maxsize=3)
def _other_order(seed: int) -> Rulebook:
    rules = list(book().rules.values())
    random.Random(seed).shuffle(rules)
    renamed = [replace(rule, id=f"r{number}") for number, rule in enumerate(rules)]
    faults: list[Fault] = []
    signs = order_of_signs((rule for rule in renamed if rule.status != "retired"), book().vocabulary, faults)
    assert not faults
    return replace(book(), rules=MappingProxyType({rule.id: rule for rule in renamed}), signs=signs)


def _same(case: Case, other: Intake, old: Renaming | None = None) -> None:
    def name(kind: str, one: str) -> str:
        return old[kind][one] if old is not None and one in old[kind] else one

    assert not differences(outline(case.work, case.focus), outline(*worked(other), name))


def _rename(wire: Wire, new: Renaming) -> None:
    def renamed(one: str, kinds: tuple[str, ...]) -> str:
        tables = [new["person" if kind == "person" else "situation"] for kind in kinds]
        return next((table[one] for table in tables if one in table), one)

    for holder, field, item in answers(wire):
        told = bare(holder[field])
        if isinstance(item.type, Link) and told is not None:
            to = item.type.to
            put(holder, field, renamed(told, to) if isinstance(told, str) else [renamed(one, to) for one in told])
    for about in SECTIONS:
        for record in records(wire, about):
            record["id"] = renamed(record["id"], (about,))
            if "from" in record:
                record["from"] = renamed(record["from"], ("loss",))
            if "same_event" in record:
                record["same_event"] = [renamed(one, ("loss",)) for one in record["same_event"]]
    for decision in wire.get("decisions", []):
        decision["situation"] = renamed(decision["situation"], ("loss",))
