"""Do whole intakes come out as their files say?

One file below `rules/cases` holds one intake and what is expected of its result. Each expected part is looked at by
itself. A part that is known to miss is named in the file with the reason, and then must miss: if it comes out after
all, that is a problem too, so that it is noticed. A file that cannot be read is a failure, never skipped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from ipt_formulate.analysis.expectations import Expectation, expectations_of
from ipt_formulate.engines.choosing import EngineName, EngineUnavailable
from ipt_formulate.engines.verdicts import EngineDisagreement
from ipt_formulate.formulation.formulate import conclude
from ipt_formulate.intake import Intake, IntakeError
from ipt_formulate.reading import RULE_BYTES, Document, Fault, FaultyInput, read_file
from ipt_formulate.rulebook import Rulebook, RulebookError
from ipt_formulate.rulebook.form import Form

_STEP = re.compile(r"[^.\[\]]+")


@dataclass(frozen=True, slots=True)
class Part:
    """One expected part: what was wanted, what was found, and whether the two agree."""

    name: str
    wanted: str
    found: str
    met: bool


@dataclass(frozen=True, slots=True)
class WholeCase:
    """One file: an intake, the profile and switches it runs under, and what is expected.

    `misses` names the parts that are known not to come out, each with the reason.
    """

    id: str
    title: str
    source: str
    file: Path
    intake: Intake
    profile: str
    settings: Mapping[str, Any]
    expects: tuple[Expectation, ...]
    misses: Mapping[str, str]
    remark: str | None


@dataclass(frozen=True, slots=True)
class WholeOutcome:
    """What became of one file.

    Attributes
    ----------
    parts
        Every expected part, met or not.
    misses
        The parts that the file says will miss, with the reason.
    faults
        Why the file could not be run at all; then there are no parts.
    engines
        The engines that ran.
    """

    id: str
    file: Path
    parts: tuple[Part, ...] = ()
    misses: Mapping[str, str] = field(default_factory=dict)
    faults: tuple[str, ...] = ()
    engines: tuple[str, ...] = ()

    @property
    def problems(self) -> tuple[str, ...]:
        """Everything that is not as the file says, one sentence each."""
        found = list(self.faults)
        for part in self.parts:
            if not part.met and part.name not in self.misses:
                found.append(f"{part.name}: expected {part.wanted}; found {part.found}")
            elif part.met and part.name in self.misses:
                found.append(f"{part.name}: said to miss, yet comes out as expected: {part.found}")
        return tuple(found)

    @property
    def passed(self) -> bool:
        """Everything is as the file says, known misses included."""
        return not self.problems


def run_whole_cases(
    book: Rulebook, folder: Path | None = None, engine: EngineName = "reference"
) -> Iterator[WholeOutcome]:
    """Run every file of a folder and of the folders in it, in the order of their names.

    Parameters
    ----------
    book
        The rulebook to run. A case that names another profile runs under that profile of the same folder of rules.
    folder
        Where the cases lie; `cases` in the folder of the rulebook by default.
    engine
        As for `formulate`.
    """
    where = folder if folder is not None else book.folder / "cases"
    books = {book.profile.name: book}
    for file in sorted(where.rglob("*.yaml")):
        yield run_whole_case(file, book, engine, books)


def run_whole_case(
    file: Path, book: Rulebook, engine: EngineName = "reference", books: dict[str, Rulebook] | None = None
) -> WholeOutcome:
    """Run one file. `books` keeps the rulebook of each profile between calls."""
    kept = books if books is not None else {book.profile.name: book}
    try:
        case = read_whole_case(file, book)
        used = _under(case, book, kept)
        result, work = conclude(case.intake, used, engine)
    except (FaultyInput, EngineUnavailable, EngineDisagreement) as problem:
        return WholeOutcome(file.stem, file, faults=tuple(str(problem).splitlines()))
    parts = []
    for each in case.expects:
        found, met = each.look(result, work)
        parts.append(Part(each.name, each.wanted, found, met))
    return WholeOutcome(case.id, file, tuple(parts), case.misses, engines=result.receipt.engines)


def _under(case: WholeCase, book: Rulebook, kept: dict[str, Rulebook]) -> Rulebook:
    if case.profile not in kept:
        kept[case.profile] = book.under(case.profile)
    profiled = kept[case.profile]
    return profiled.with_settings(case.settings) if case.settings else profiled


def read_whole_case(file: Path, book: Rulebook) -> WholeCase:
    """Read one file.

    Raises
    ------
    FaultyInput
        With every fault of the file, its intake included, each with file, line and column.
    """
    document = read_file(file, limit=RULE_BYTES)
    faults: list[Fault] = []
    form = Form(document, (), faults)
    intake = _intake(form, document)
    expects = expectations_of(form.sub("expect"), book) if form.has("expect") else ()
    if not form.has("expect"):
        form.fault("W202", "`expect` is missing")
    case = WholeCase(
        id=form.text("id"),
        title=form.text("title"),
        source=form.text("source"),
        file=file,
        intake=intake,
        profile=form.text("profile", required=False) or book.profile.name,
        settings=MappingProxyType(dict(form.sub("settings").data) if form.has("settings") else {}),
        expects=expects,
        misses=MappingProxyType(_misses(form, expects)),
        remark=form.text("remark", required=False) or None,
    )
    form.close()
    if faults:
        raise RulebookError(faults)
    return case


def _intake(form: Form, document: Document) -> Intake:
    """The intake; its faults keep their places in this file."""
    if not form.has("intake"):
        form.fault("W209", "`intake` is missing")
        return Intake()
    try:
        return Intake.from_dict(form.get("intake"))
    except IntakeError as error:
        for fault in error.faults:
            place = document.place_of(("intake", *_steps(fault.path, form.get("intake"))))
            form.faults.append(
                Fault(fault.code, f"intake.{fault.path}", fault.message, place, fault.expected, fault.nearest)
            )
    return Intake()


def _steps(path: str, wire: Any) -> Iterator[str | int]:
    """The steps of a path such as `losses.items[0].kind` in the file, where a section may be a bare list."""
    for word in _STEP.findall(path):
        if word == "items" and isinstance(wire, list):
            continue
        step: str | int = int(word) if word.isdigit() else word
        yield step
        if isinstance(wire, dict):
            wire = wire.get(str(step))
        elif isinstance(wire, list) and isinstance(step, int) and step < len(wire):
            wire = wire[step]
        else:
            wire = None


def _misses(form: Form, expects: tuple[Expectation, ...]) -> dict[str, str]:
    if not form.has("misses"):
        return {}
    at = form.sub("misses")
    names = [each.name for each in expects]
    for name in at.data:
        if name not in names:
            at.fault("W210", f"`{name}` is no expected part", name, choices=names, name=name, key=True)
    return {name: at.text(name) for name in at.data}
