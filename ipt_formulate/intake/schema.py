"""What does the wire format look like to an editor? The JSON Schema (draft 2020-12), generated from the items.

It says what may be written; what must fit together (references, order of dates) only the library checks.
``python -m ipt_formulate.intake.schema`` writes it to standard output.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from ipt_formulate.intake.answer import ABSENCES, SOURCES
from ipt_formulate.intake.dates import FRAMES
from ipt_formulate.intake.decision import DECISIONS
from ipt_formulate.intake.item import Item
from ipt_formulate.intake.items import CASE_PARTS, ITEMS, SECTIONS
from ipt_formulate.intake.section import Section
from ipt_formulate.intake.situation import ID_PATTERN, ISOLATION, RESERVED_IDS
from ipt_formulate.intake.types import (
    LONGEST_TEXT,
    NO,
    UNKNOWN,
    YES,
    AnswerType,
    Choice,
    Day,
    Link,
    Multi,
    Number,
    Text,
    Tri,
)
from ipt_formulate.intake.versions import CURRENT
from ipt_formulate.intake.wishes import AREAS

Schema = dict[str, Any]
ADDRESS = "https://json-schema.org/draft/2020-12/schema"
_YES_NO = [YES, NO, True, False]
_BLANK: Schema = {"type": "null"}


def intake_schema() -> Schema:
    """The JSON Schema of the wire format of an intake."""
    definitions = _Definitions()
    properties: Schema = {
        "intake_version": {"description": "version of this format", "enum": [str(CURRENT), CURRENT, None]},
        "case_id": _described("a name for the case, read by no rule", _label()),
    }
    for part, record in CASE_PARTS.items():
        properties[part] = _group(definitions.answers(ITEMS["case"], f"{part}."), record.__doc__)
    properties[ISOLATION] = _group(definitions.answers(ITEMS[ISOLATION]), "The isolation picture.")
    for about, section in SECTIONS.items():
        properties[section] = _section(about, definitions)
    properties["decisions"] = {"anyOf": [_BLANK, {"type": "array", "items": _decision()}]}
    return {
        "$schema": ADDRESS,
        "title": "IPT intake",
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
        "$defs": definitions.by_name,
    }


def schema_text() -> str:
    """The schema as it is kept in the documentation."""
    return json.dumps(intake_schema(), indent=1, ensure_ascii=False) + "\n"


class _Definitions:
    """Names each type of answer once; items with equal types share the definition."""

    def __init__(self) -> None:
        self.by_name: Schema = {
            "id": {"type": "string", "pattern": ID_PATTERN, "not": {"enum": sorted(RESERVED_IDS)}},
            "source": {"enum": [*SOURCES, None]},
            "told_on": {"anyOf": [_BLANK, {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}]},
            "absent": _absent(),
            "day": _day(),
        }
        self._names: dict[AnswerType, str] = {}

    def answers(self, items: Any, prefix: str = "") -> Schema:
        return {
            name.removeprefix(prefix): self._answer(item) for name, item in items.items() if name.startswith(prefix)
        }

    def _answer(self, item: Item) -> Schema:
        name = self._names.setdefault(item.type, _name(item))
        if name not in self.by_name:
            self.by_name[name] = _answer(item.type)
        code = f"{item.code}{'*' if item.minimum else ''} " if item.code else ""
        return {"description": f"{code}{item.question}", "$ref": f"#/$defs/{name}"}


def _name(item: Item) -> str:
    match item.type:
        case Tri() | Text():
            return f"answer_{type(item.type).__name__.lower()}"
        case _:
            return f"answer_{item.about}_{item.field.replace('.', '_')}"


def _answer(kind: AnswerType) -> Schema:
    bare = _bare(kind)
    told = {"source": {"$ref": "#/$defs/source"}, "on": {"$ref": "#/$defs/told_on"}}
    word = [] if isinstance(kind, Text) else [UNKNOWN]
    wrapped = {
        "type": "object",
        "properties": {"value": {"anyOf": [{"enum": [*word, None]}, bare]}, **told},
        "required": ["value"],
        "additionalProperties": False,
    }
    return {"anyOf": [{"enum": [*word, None]}, bare, wrapped, {"$ref": "#/$defs/absent"}]}


def _absent() -> Schema:
    properties: Schema = {"unknown": {"enum": list(ABSENCES)}}
    properties |= {"source": {"$ref": "#/$defs/source"}, "on": {"$ref": "#/$defs/told_on"}}
    return {"type": "object", "properties": properties, "required": ["unknown"], "additionalProperties": False}


def _bare(kind: AnswerType) -> Schema:
    match kind:
        case Tri():
            return {"enum": _YES_NO}
        case Choice(members):
            return {"enum": [*members, *(word for word, member in ((True, YES), (False, NO)) if member in members)]}
        case Multi(members):
            return _multi(members)
        case Number(least, most):
            limits = {key: limit for key, limit in (("minimum", least), ("maximum", most)) if limit is not None}
            return {"type": "integer", **limits}
        case Day(frames):
            lags = [frame for frame in FRAMES if frame not in frames]
            day: Schema = {"$ref": "#/$defs/day"}
            return {**day, "not": {"type": "object", "anyOf": [{"required": [lag]} for lag in lags]}} if lags else day
        case Text():
            return {"type": "string", "minLength": 1, "maxLength": LONGEST_TEXT, "pattern": "\\S"}
        case Link(_, many):
            one = {"type": "string", "pattern": ID_PATTERN}
            return {"anyOf": [one, {"type": "array", "items": one, "minItems": 1}]} if many else one


def _multi(members: tuple[str, ...]) -> Schema:
    each = {member: {"enum": [*_YES_NO, UNKNOWN]} for member in members}
    return {
        "anyOf": [
            {"const": "none"},
            {"type": "array", "items": {"enum": list(members)}, "minItems": 1},
            {"type": "object", "properties": each, "minProperties": 1, "additionalProperties": False},
            {
                "type": "object",
                "properties": {"none": {"enum": [YES, True]}},
                "required": ["none"],
                "additionalProperties": False,
            },
        ]
    }


def _day() -> Schema:
    written: Schema = {
        "anyOf": [
            {"type": "integer", "minimum": 1900, "maximum": 2199},
            {"type": "string", "pattern": "^(19|20|21)[0-9]{2}(-[0-9]{2}(-[0-9]{2})?)?$"},
        ]
    }
    counts = {unit: {"type": "integer"} for unit in ("days", "weeks", "months", "years")}
    lag = {"type": "object", "properties": counts, "minProperties": 1, "additionalProperties": False}
    about = {"enum": _YES_NO}
    maps = [
        {"type": "object", "properties": {key: shape, "about": about}, "required": [key], "additionalProperties": False}
        for key, shape in (("date", written), *((frame, lag) for frame in FRAMES[1:]))
    ]
    return {"anyOf": [*written["anyOf"], *maps]}


def _group(properties: Schema, words: str | None) -> Schema:
    group = {"type": "object", "properties": properties, "additionalProperties": False}
    return {"description": (words or "").split("\n")[0], "anyOf": [_BLANK, group]}


def _section(about: str, definitions: _Definitions) -> Schema:
    properties: Schema = {"id": {"$ref": "#/$defs/id"}, "label": _label()}
    if about != "person":
        ids = {"type": "array", "items": {"$ref": "#/$defs/id"}}
        properties["same_event"] = _described("records that tell of the same event", {"anyOf": [_BLANK, ids]})
        origin = {"anyOf": [_BLANK, {"$ref": "#/$defs/id"}]}
        properties["from"] = _described("the situation that brought this one about", origin)
    properties |= definitions.answers(ITEMS[about])
    record = {"type": "object", "properties": properties, "required": ["id"], "additionalProperties": False}
    records = {"type": "array", "items": record}
    listed = definitions.answers(Section.questions()) | {
        "items": {"anyOf": [_BLANK, {"$ref": f"#/$defs/{about}_list"}]}
    }
    definitions.by_name[f"{about}_list"] = records
    whole = {"type": "object", "properties": listed, "additionalProperties": False}
    return {"anyOf": [_BLANK, {"$ref": f"#/$defs/{about}_list"}, whole]}


def _decision() -> Schema:
    properties: Schema = {
        "situation": {"type": "string", "pattern": ID_PATTERN},
        "area": {"enum": list(AREAS)},
        "decision": {"enum": list(DECISIONS)},
        "by": _label(),
        "when": {"anyOf": [_BLANK, {"$ref": "#/$defs/day"}]},
        "reason": {"anyOf": [_BLANK, _bare(Text())]},
    }
    required = ["situation", "area", "decision"]
    words = "H09 a decision of the clinician"
    return {
        "description": words, "type": "object", "properties": properties, "required": required,
        "additionalProperties": False,
    }  # fmt: skip


def _label() -> Schema:
    return {"anyOf": [_BLANK, {"type": "string", "minLength": 1, "maxLength": 200}]}


def _described(words: str, schema: Schema) -> Schema:
    return {"description": words, **schema}


if __name__ == "__main__":
    sys.stdout.write(schema_text())
