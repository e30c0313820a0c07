"""What may stand in a mapping file, for editors? The JSON Schema (draft 2020-12), generated from the fields.

It names every table, field and word. What must fit together, and whether the data have the columns, it cannot say.
"""

from __future__ import annotations

import json
from typing import Any, Final

from ipt_formulate.cohort.layout import DECISIONS, TABLES
from ipt_formulate.cohort.mapping.fields import Field, fields_of
from ipt_formulate.cohort.mapping.model import NONE, VERSION
from ipt_formulate.cohort.mapping.written import ANCHORS, UNITS
from ipt_formulate.intake.answer import ABSENCES
from ipt_formulate.intake.types import Choice, Day, Link, Multi, Number, Tri

Schema = dict[str, Any]
ADDRESS: Final = "https://json-schema.org/draft/2020-12/schema"
_TEXT: Final[Schema] = {"type": ["string", "number"]}
_TEXTS: Final[Schema] = {"anyOf": [_TEXT, {"type": "array", "items": _TEXT, "minItems": 1}]}
_MISSING: Final[Schema] = {
    "type": "object",
    "description": "codes that stand for no answer, each with the reason",
    "additionalProperties": {"enum": [*ABSENCES]},
}
_DATES: Final[Schema] = {**_TEXTS, "description": "formats of days, such as %d/%m/%Y; ISO days need none"}


def schema_text() -> str:
    """The schema as it is kept in the documentation."""
    return json.dumps(mapping_schema(), indent=1, ensure_ascii=False) + "\n"


def mapping_schema() -> Schema:
    """The JSON Schema of a mapping file."""
    kinds: dict[str, Schema] = {}
    tables = {name: _table(name, kinds) for name in (*TABLES, DECISIONS)}
    return {
        "$schema": ADDRESS,
        "title": "Mapping from a study to IPT intakes",
        "type": "object",
        "properties": {
            "mapping_version": {"enum": [VERSION, str(VERSION)]},
            "title": {"type": "string"},
            "missing": _MISSING,
            "dates": _DATES,
            "tables": {
                "type": "object",
                "properties": tables,
                "required": ["cases"],
                "additionalProperties": False,
            },
            "ignored": {**_TEXTS, "description": "columns and tables that are known and left out"},
        },
        "required": ["mapping_version", "tables"],
        "additionalProperties": False,
        "$defs": kinds,
    }


def _table(name: str, kinds: dict[str, Schema]) -> Schema:
    answers = {field.name: _reference(field, kinds) for field in fields_of(name).values()}
    properties: Schema = {
        "from": {**_TEXT, "description": "the table of the data, if there are several"},
        "where": {"type": "object", "description": "only rows with these texts", "additionalProperties": _TEXTS},
        "case": {**_TEXTS, "description": "the column with the id of the case"},
        "answers": {"type": "object", "properties": answers, "additionalProperties": False},
    }
    if name not in ("cases", DECISIONS):
        properties["id"] = _answer({"prefix": {"type": "string"}}, _TEXT)
    return {"type": "object", "properties": properties, "required": ["case"], "additionalProperties": False}


def _reference(field: Field, kinds: dict[str, Schema]) -> Schema:
    """Fields with equal answers share a definition."""
    made = _of(field)
    name = next((name for name, kind in kinds.items() if kind == made), None)
    if name is None:
        name = f"kind_{len(kinds) + 1}"
        kinds[name] = made
    described = {} if field.item is None else {"description": f"{field.item.code} {field.item.question}".strip()}
    return {**described, "$ref": f"#/$defs/{name}"}


def _of(field: Field) -> Schema:
    match field.type:
        case Tri():
            return _answer({}, {"enum": ["yes", "no", True, False]})
        case Choice(members):
            return _answer({}, {"enum": [*members, *([True, False] if {"yes", "no"} & {*members} else [])]})
        case Multi(members):
            more = {"separator": {"type": "string", "minLength": 1}, "unlisted": {"enum": ["no", False]}}
            return _answer(more, {"enum": [*members, NONE]})
        case Number():
            return _answer({}, {"type": "integer"})
        case Day():
            lag = f"^({'|'.join(UNITS)}) (before|after) ({'|'.join(ANCHORS)})$"
            about = {"enum": ["yes", "no", True, False]}
            return _answer({"dates": _DATES, "lag": {"type": "string", "pattern": lag}, "about": about}, _TEXT)
        case Link(many=True):
            return _answer({"prefix": {"type": "string"}, "separator": {"type": "string", "minLength": 1}}, _TEXT)
        case Link():
            return _answer({"prefix": {"type": "string"}}, _TEXT)
    return _answer({}, _TEXT)


def _answer(more: Schema, word: Schema) -> Schema:
    column: Schema = {
        **_TEXTS,
        "description": "the column, or several names of which the first that is there counts; {n} for 1, 2, 3",
    }
    told: Schema = {
        "type": "object",
        "properties": {
            "column": column,
            "values": {"type": "object", "description": "words by code", "additionalProperties": word},
            "missing": _MISSING,
            **more,
        },
        "required": ["column"],
        "additionalProperties": False,
    }
    always = {"type": "object", "properties": {"always": word}, "required": ["always"], "additionalProperties": False}
    return {"anyOf": [column, told, always]}
