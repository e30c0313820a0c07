"""What are the peers given? Cases as flat rows: one for each record and pass, the case's own answers beside it.

The signs are already derived, for the peers and for our engines alike. Peers get their rows ready made, in either way
of saying (`said`); our own engines turn records into what they need while the clock runs.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from benchmarks.peers.said import Way, safe, sayable
from ipt_formulate.cohort.intakes import intakes_from
from ipt_formulate.cohort.synthetic.cohort import Plan
from ipt_formulate.cohort.synthetic.folder import write_cohort
from ipt_formulate.engines.columns.encoding import CASE, member, row, source
from ipt_formulate.engines.facts import Ids, Record, Value, View
from ipt_formulate.engines.kleene import truth
from ipt_formulate.engines.signs import Situations, situations_of
from ipt_formulate.intake import Intake
from ipt_formulate.intake.types import Choice, Link, Multi, Number, Text, Tri
from ipt_formulate.logic.possible import Span
from ipt_formulate.logic.truth import Truth
from ipt_formulate.rulebook import Rule, Rulebook
from ipt_formulate.rulebook.nodes import About, Sign, signs_read
from ipt_formulate.rulebook.vocabulary import SignType

WORDS = ("no", None, "yes")


@dataclass(frozen=True, slots=True)
class Row:
    """One record in one pass. `number` is its own among all rows of the run."""

    number: int
    about: About
    values: dict[str, Any]
    record: str
    presumed: bool


@dataclass(frozen=True, slots=True)
class Prepared:
    """One case: for our engines, for a peer, and what the reference says: rule and row to truth."""

    situations: Situations
    rows: tuple[Row, ...]
    expected: dict[tuple[str, int], Truth]


def only(book: Rulebook, rules: tuple[Rule, ...]) -> Rulebook:
    """The rulebook with these rules of evidence and no other; for our engines, so that all do the same work."""
    from dataclasses import replace

    return replace(book, rules=MappingProxyType({rule.id: rule for rule in rules}))


def synthetic(cases: int, seed: int, missing: float) -> list[Intake]:
    """Made-up intakes; the same for the same numbers."""
    with tempfile.TemporaryDirectory() as folder:
        write_cohort(Path(folder), cases, Plan(seed, missing))
        return list(intakes_from(folder))


def prepared(intakes: list[Intake], book: Rulebook, way: Way) -> list[Prepared]:
    """The cases with their rows."""
    rules = sayable(book)
    by_kind = {about: tuple(rule for rule in rules if rule.about == about) for about in {rule.about for rule in rules}}
    read = {about: {sign for rule in those for sign in signs_read(_when(rule))} for about, those in by_kind.items()}
    found, number = [], 0
    for intake in intakes:
        situations = situations_of(intake, book)
        rows, expected = [], {}
        for about, those in by_kind.items():
            for record, view in _records(situations, about):
                flat = _flat(record, view, read[about], book, way)
                values = {safe(name): value for name, value in flat}
                rows.append(Row(number, about, values, record.id, view is situations.presumed))
                expected.update({(rule.id, number): truth(_when(rule), record, view) for rule in those})
                number += 1
        found.append(Prepared(situations, tuple(rows), expected))
    return found


def _when(rule: Rule) -> Any:
    assert rule.when is not None
    return rule.when


def _records(situations: Situations, about: About) -> Iterator[tuple[Record, View]]:
    for view in (situations.strict, situations.presumed):
        for record in view.of(about):
            yield record, view


def _flat(record: Record, view: View, read: set[Sign], book: Rulebook, way: Way) -> Iterator[tuple[str, Any]]:
    types = {sign: book.vocabulary.type_of(sign) for sign in read}
    own = {sign.name: type_ for sign, type_ in types.items() if sign.about != "case"}
    of_case = {sign.name: type_ for sign, type_ in types.items() if sign.about == "case"}
    if way == "rails":
        yield from row(record, view.case, own, of_case).items()
        return
    for holder, known, prefix in ((record, own, ""), (view.case, of_case, CASE)):
        for name, type_ in known.items():
            yield from _answers(prefix + name, type_, holder.values[name])
            yield source(prefix + name), holder.sources.get(name)


def _answers(name: str, type_: SignType, value: Value) -> Iterator[tuple[str, Any]]:
    """The answer as a form would hold it. What is known in part only is missing: there is one place for one answer."""
    match type_:
        case Tri() | Text():
            assert isinstance(value, int)
            yield name, WORDS[value]
        case Choice():
            assert isinstance(value, frozenset)
            yield name, next(iter(value)) if len(value) == 1 else None
        case Multi(members=members):
            assert isinstance(value, dict)
            yield from ((member(name, each), WORDS[value[each]]) for each in members)
        case Number():
            assert isinstance(value, Span)
            yield name, value.least if value.least == value.most else None
        case Link():
            assert isinstance(value, Ids)
            yield name, "yes" if value.named else "no" if value.closed else None
