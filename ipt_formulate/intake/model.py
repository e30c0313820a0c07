"""What is one intake: all the answers of one case, read, checked, and written back without loss?"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, ValidationError, ValidationInfo, model_validator
from pydantic_core import PydanticCustomError

from ipt_formulate.intake import paths
from ipt_formulate.intake.answer import Answer, write_answer
from ipt_formulate.intake.change import Change
from ipt_formulate.intake.checks import faults_of
from ipt_formulate.intake.conflict import Conflict
from ipt_formulate.intake.decision import Decision
from ipt_formulate.intake.episode import Episode
from ipt_formulate.intake.faults import IntakeError, fault_of, misreads_of, without
from ipt_formulate.intake.frame import Frame
from ipt_formulate.intake.group import Group
from ipt_formulate.intake.isolation import Isolation
from ipt_formulate.intake.item import Record
from ipt_formulate.intake.items import CASE_PARTS, SECTIONS
from ipt_formulate.intake.loss import Loss
from ipt_formulate.intake.person import Person
from ipt_formulate.intake.safety import Safety
from ipt_formulate.intake.section import Section
from ipt_formulate.intake.situation import ISOLATION, Label, Named, Situation, as_tuple
from ipt_formulate.intake.types import Misread, Misreadings
from ipt_formulate.intake.versions import CURRENT, migrate
from ipt_formulate.intake.wishes import Clinician, Wishes
from ipt_formulate.reading import Document, FaultyInput, read_file, read_text


# Named classes, because a bare ``Section[Loss]`` cannot be sent to another process.
class Losses(Section[Loss]):
    """The losses, deaths and others in one list."""


class Conflicts(Section[Conflict]):
    """The relationships in conflict."""


class Changes(Section[Change]):
    """The life changes."""


class People(Section[Person]):
    """The interpersonal inventory."""


class Intake(Record):
    """All answers of one case.

    Every answer is known, or unknown for a stated reason; every list says whether it was asked and is complete.
    Build one with ``from_file``, ``from_yaml``, ``from_json`` or ``from_dict``; each raises IntakeError with every
    fault at once. ``case_id`` is a name for the case, read by no rule.
    """

    intake_version: str = str(CURRENT)
    case_id: Label | None = None
    frame: Frame = Field(default_factory=Frame)
    episode: Episode = Field(default_factory=Episode)
    losses: Losses = Field(default_factory=Losses)
    conflicts: Conflicts = Field(default_factory=Conflicts)
    changes: Changes = Field(default_factory=Changes)
    isolation: Isolation = Field(default_factory=Isolation)
    people: People = Field(default_factory=People)
    wishes: Wishes = Field(default_factory=Wishes)
    clinician: Clinician = Field(default_factory=Clinician)
    group: Group = Field(default_factory=Group)
    safety: Safety = Field(default_factory=Safety)
    decisions: Annotated[tuple[Decision, ...], BeforeValidator(as_tuple)] = ()

    @model_validator(mode="after")
    def _fits_together(self, info: ValidationInfo) -> Intake:
        lenient = bool(info.context and info.context.get("ids_unreadable"))
        found = tuple(faults_of(self, lenient))
        if found:
            raise PydanticCustomError("misread", "misread", {"misreads": found})
        return self

    @classmethod
    def from_file(cls, path: str | os.PathLike[str]) -> Intake:
        """Read a YAML or JSON file; faults carry file:line:column. Raises IntakeError."""
        try:
            document = read_file(path)
        except FaultyInput as error:
            raise IntakeError(error.faults) from None
        return cls.from_document(document)

    @classmethod
    def from_yaml(cls, text: str | bytes, name: str = "<text>") -> Intake:
        """Read a YAML text; ``name`` stands for the file in faults. Raises IntakeError."""
        return cls._from_text(text, name, "yaml")

    @classmethod
    def from_json(cls, text: str | bytes, name: str = "<text>") -> Intake:
        """Read a JSON text; ``name`` stands for the file in faults. Raises IntakeError."""
        return cls._from_text(text, name, "json")

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Intake:
        """Read plain data in the wire format. Raises IntakeError."""
        return cls._read(data, None)

    @classmethod
    def _from_text(cls, text: str | bytes, name: str, format: Any) -> Intake:
        try:
            document = read_text(text, name=name, format=format)
        except FaultyInput as error:
            raise IntakeError(error.faults) from None
        return cls.from_document(document)

    @classmethod
    def from_document(cls, document: Document) -> Intake:
        """Read what was read as YAML or JSON before; faults carry its places. Raises IntakeError."""
        return cls._read(document.data, document)

    @classmethod
    def _read(cls, data: Any, document: Document | None) -> Intake:
        if data is None:
            data = {}
        misreads: list[Misread] = []
        if not isinstance(data, Mapping):
            misreads.append(Misread("A102", "the intake is no group of answers", "a map of fields"))
        else:
            try:
                data = migrate(data)
            except Misreadings as error:
                misreads += error.misreads
            else:
                try:
                    return cls.model_validate(data)
                except ValidationError as error:
                    misreads += cls._all_misreads(data, error)
        raise IntakeError(fault_of(one, data, document) for one in misreads)

    @classmethod
    def _all_misreads(cls, data: Mapping[str, Any], error: ValidationError) -> list[Misread]:
        """What could not be read, and then what does not fit together in the rest."""
        found = list(misreads_of(error, cls))
        rest, ids_unreadable = without(data, found)
        try:
            cls.model_validate(rest, context={"ids_unreadable": ids_unreadable})
        except ValidationError as further:
            known = {(one.code, one.steps) for one in found}
            found += [one for one in misreads_of(further, cls) if (one.code, one.steps) not in known]
        return found

    def to_dict(self) -> dict[str, Any]:
        """The compact wire format; ``from_dict`` of it gives an equal intake."""
        return _write(self)

    def digest(self) -> str:
        """SHA-256 (hexadecimal) over the canonical JSON of ``to_dict``."""
        text = json.dumps(self.to_dict(), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(text.encode("utf-8")).hexdigest()

    def records(self, about: str) -> tuple[Any, ...]:
        """The records of one kind: those of a section, the one isolation picture, or for ``case`` the intake itself."""
        if about in SECTIONS:
            section: Section[Any] = getattr(self, SECTIONS[about])
            return section.items
        return (self.isolation,) if about == ISOLATION else (self,)

    def paths(self) -> tuple[str, ...]:
        """The answer path of every item of every record, and of every section's ``asked`` and ``complete``."""
        return tuple(str(path) for path in paths.of_intake(self))

    def answer(self, path: str) -> Answer[Any]:
        """The answer at ``path``, such as ``losses[mother].closeness``. Raises IntakeError for an unknown path."""
        return paths.answer_at(self, paths.find(self, path))

    def with_answers(self, answers: Mapping[str, Any]) -> Intake:
        """A new intake in which each path has the given wire value; None makes it not asked.

        A path may name one member of a multi-choice answer (``safety.self_harm.plan``), and a situation that another
        one brought about (``changes[from=mother].coping_difficulty``), which is added if it is not yet recorded.
        Raises IntakeError for unknown paths and unfitting values.
        """
        return Intake.from_dict(paths.with_answers(self, answers))


def load_intake(path: str | os.PathLike[str]) -> Intake:
    """Read an intake from a YAML or JSON file; raises IntakeError with every fault."""
    return Intake.from_file(path)


def _write(intake: Intake) -> dict[str, Any]:
    wire: dict[str, Any] = {"intake_version": intake.intake_version}
    if intake.case_id is not None:
        wire["case_id"] = intake.case_id
    for part in (*CASE_PARTS, ISOLATION):
        wire[part] = _write_record(getattr(intake, part))
    for name in SECTIONS.values():
        section = getattr(intake, name)
        wire[name] = _write_record(section)
        if section.items:
            wire[name]["items"] = [_write_record(record) for record in section.items]
    if intake.decisions:
        wire["decisions"] = [dict(_decision(one)) for one in intake.decisions]
    return {key: value for key, value in wire.items() if value}


def _write_record(record: Record) -> dict[str, Any]:
    wire: dict[str, Any] = {}
    if isinstance(record, Named):
        wire["id"] = record.id
        if record.label is not None:
            wire["label"] = record.label
    if isinstance(record, Situation):
        if record.origin is not None:
            wire["from"] = record.origin
        if record.same_event:
            wire["same_event"] = list(record.same_event)
    for name, item in record.questions().items():
        answer = write_answer(item.type, getattr(record, name))
        if answer is not None:
            wire[name] = answer
    return wire


def _decision(decision: Decision) -> Iterator[tuple[str, Any]]:
    for name in Decision.model_fields:
        value = getattr(decision, name)
        if value is not None:
            yield name, value.write() if name == "when" else value
