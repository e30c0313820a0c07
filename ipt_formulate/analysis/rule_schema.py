"""What may stand in a rule file, for editors? The JSON Schema (draft 2020-12), generated from the rulebook.

It names every sign with its tests, every conclusion, statement, source and parameter, so that an editor can complete
and underline. What needs more than one file (circles, exceptions, strata) only the loader checks.
"""

from __future__ import annotations

import json
from typing import Any

from ipt_formulate.analysis.lints import LINTS
from ipt_formulate.intake.types import Choice, Day, Link, Multi, Number, Text, Tri
from ipt_formulate.rulebook import Rulebook
from ipt_formulate.rulebook.blocks import SOURCES
from ipt_formulate.rulebook.conclusions import TIERS
from ipt_formulate.rulebook.loading import CASE_KINDS, SPEC
from ipt_formulate.rulebook.nodes import ABOUTS, SITUATIONS, About
from ipt_formulate.rulebook.rule import LABEL_WORDS
from ipt_formulate.rulebook.vocabulary import SignType

Schema = dict[str, Any]
ADDRESS = "https://json-schema.org/draft/2020-12/schema"
_YES_NO: Schema = {"enum": ["yes", "no"]}
_TEXT: Schema = {"type": "string", "minLength": 1}
_ID = "^[a-z][a-z0-9_]*\\.[a-z0-9][a-z0-9-]*$"
_NAME = "^[a-z][a-z0-9_]*$"
_BLOCK_NAME: Schema = {"type": "string", "pattern": _NAME}


def schema_text(book: Rulebook) -> str:
    """The schema as it is kept in the documentation."""
    return json.dumps(rule_schema(book), indent=1, ensure_ascii=False) + "\n"


def rule_schema(book: Rulebook) -> Schema:
    """The JSON Schema of a rule file of this rulebook."""
    definitions = _Definitions(book)
    properties: Schema = {
        "id": _said("folder.slug, as the file lies: rules/grief/no-death.yaml is grief.no-death", pattern=_ID),
        "title": {**_TEXT, "description": "one short line"},
        "knowledge": {"description": "the statements it stands for", **_one_or_list({"enum": [*book.statements]})},
        "spec": {"const": SPEC, "description": "the version of the rule language"},
        "revision": {"type": "integer", "minimum": 1, "description": "goes up when the meaning changes"},
        "about": {"enum": [*ABOUTS], "description": "the kind of record it looks at"},
        "blocks": {"type": "object", "propertyNames": {"pattern": _NAME}, "description": "named tests"},
        "when": {**_TEXT, "description": "the sentence over the names of the blocks"},
        "unless": {"description": "rules that are exceptions to this one", **_one_or_list(_said("", pattern=_ID))},
        "overrides": {"description": "rules to which this one is an exception", **_one_or_list({"pattern": _ID})},
        "then": {"anyOf": [_ref("conclusion"), {"type": "array", "items": _ref("conclusion"), "minItems": 1}]},
        "because": {**_TEXT, "description": "the reason; {who} and {what} are filled in"},
        "basis": _basis(book),
        "allow": _allow(),
        "status": {"enum": ["draft", "reviewed", "retired"]},
        "cases": _cases(),
    }
    return {
        "$schema": ADDRESS,
        "title": f"Rule of the rulebook {book.name}",
        "type": "object",
        "properties": properties,
        "required": ["id", "title", "spec", "revision", "about", "then", "basis", "status", "cases"],
        "additionalProperties": False,
        "allOf": [_blocks_of(about) for about in ABOUTS],
        "$defs": {
            "conclusion": {"anyOf": _conclusions(book)},
            **{f"block_{about}": definitions.block(about) for about in ABOUTS},
            **definitions.by_name,
        },
    }


def _blocks_of(about: About) -> Schema:
    """The blocks of a rule about one kind of record; a block may say that it looks at another kind."""
    others = [{**_ref(f"block_{each}"), "properties": {"about": {"const": each}}} for each in ABOUTS]
    block = {"if": {"required": ["about"]}, "then": {"anyOf": others}, "else": _ref(f"block_{about}")}
    return {
        "if": {"properties": {"about": {"const": about}}, "required": ["about"]},
        "then": {"properties": {"blocks": {"additionalProperties": block}}},
    }


class _Definitions:
    """Names each type of sign once; signs with equal types share the definition of their tests."""

    def __init__(self, book: Rulebook) -> None:
        self.book = book
        self.by_name: Schema = {"parameter": {"enum": [f"${name}" for name in book.parameters]}}
        self._names: dict[SignType, str] = {}

    def block(self, about: About) -> Schema:
        """Every sign that a block on this kind of record can test."""
        own, case = self.book.vocabulary.of(about), self.book.vocabulary.of("case")
        tests = {name: self._test("case", name, type_) for name, type_ in case.items()}
        tests |= {name: self._test(about, name, type_) for name, type_ in own.items()}
        return {
            "type": "object",
            "properties": {"about": {"enum": [*ABOUTS]}, **dict(sorted(tests.items()))},
            "additionalProperties": False,
            "minProperties": 1,
        }

    def _test(self, about: About, name: str, type_: SignType) -> Schema:
        known = self._names.get(type_)
        if known is None:
            alike = isinstance(type_, Tri | Day | Text)
            known = type(type_).__name__.lower() + ("" if alike else f"_{about}_{name.replace('.', '_')}")
            self._names[type_] = known
            self.by_name[known] = self._tests(known, type_)
        return _ref(known)

    def _tests(self, name: str, type_: SignType) -> Schema:
        """The short form of a test, if the type has one, and the long one."""
        short: list[Schema] = []
        own: Schema = {}
        match type_:
            case Tri():
                short, own = [_YES_NO], {"is": _YES_NO}
            case Choice(members=members):
                some = self._some_of(name, members)
                short, own = [some], {"is": some, "in": some}
            case Multi(members=members):
                some = self._some_of(name, members)
                short, own = [some], {"is": some, "any_of": some, "all_of": some, "none_of": some}
            case Number():
                number: Schema = {"anyOf": [{"type": "integer"}, _ref("parameter")]}
                pair: Schema = {"type": "array", "items": number, "minItems": 2, "maxItems": 2}
                own = dict.fromkeys(("is", "at_least", "at_most"), number)
                short, own = [number], {**own, "between": {"anyOf": [pair, _ref("parameter")]}}
            case Link():
                own = {"names": {"enum": ["someone", "no_one"]}}
            case Day() | Text():
                pass
        both = {"said_by": {"enum": [*SOURCES]}, "answered": _YES_NO}
        return {"anyOf": [*short, {**_object(own | both), "minProperties": 1}]}

    def _some_of(self, name: str, members: tuple[str, ...]) -> Schema:
        """One answer, several, or a parameter."""
        self.by_name[f"{name}_answer"] = {"enum": [*members]}
        one = _ref(f"{name}_answer")
        self.by_name[f"{name}_answers"] = {"anyOf": [one, _ref("parameter"), {"type": "array", "items": one}]}
        return _ref(f"{name}_answers")


def _conclusions(book: Rulebook) -> list[Schema]:
    area: Schema = {"enum": [*book.vocabulary.areas]}
    level: Schema = {"enum": ["not_supported", "possible", "present"]}
    one_sign: Schema = {"type": "object", "minProperties": 1, "maxProperties": 1}
    situation: Schema = {"enum": [*SITUATIONS]}
    yes_or_no: Schema = {"enum": ["yes", "no", True, False]}
    return [
        _conclusion("derives", _BLOCK_NAME, by=_primitive()),
        _conclusion("entails", one_sign),
        _conclusion("presumes", one_sign),
        _conclusion("routes", area),
        _conclusion(
            "spawns",
            {"enum": ["loss", "conflict", "change"]},
            ("named",),
            named=_TEXT,
            set={"type": "object"},
            copy={"type": "object", "additionalProperties": _TEXT},
        ),
        _conclusion(
            "supports",
            area,
            ("strength", "aspect"),
            strength={"enum": ["strong", "moderate", "weak"]},
            aspect=_TEXT,
            stands_alone=yes_or_no,
        ),
        _conclusion("opposes", area),
        _conclusion("excludes", area),
        _conclusion("caps", area, ("at",), at=level),
        _conclusion("floors", area, ("at",), at=level),
        _conclusion("yields", area, ("to", "of"), to=area, of=situation, where=_BLOCK_NAME),
        _conclusion("bars", area, ("from",), **{"from": {"enum": ["first", "second"]}, "until": _BLOCK_NAME}),
        _conclusion(
            "stages",
            {"enum": ["renegotiation", "impasse", "dissolution"]},
            ("tier",),
            tier={"enum": [*TIERS]},
            confidence={"enum": ["clear", "leaning"]},
            variant=_TEXT,
            note=_TEXT,
            line={"enum": ["couple", "coparent"]},
        ),
        _conclusion("blocks_stage", _TEXT),
        _conclusion("ranks", {"enum": ["severity"]}, by={"type": "integer"}),
        _conclusion(
            "flags",
            _TEXT,
            ("level",),
            level={"enum": ["emergency", "urgent", "review", "clinical"]},
            on_unknown=_YES_NO,
        ),
        _conclusion("asks", _one_or_list(_TEXT)),
        _conclusion("advises", _TEXT, under={"enum": ["focus", "stage", "candidate", "safety", "case"]}),
        _conclusion("notes", _TEXT, under={"enum": ["fit", "focus", "dispute", "candidate", "case"]}),
        _conclusion("group", {"enum": ["not_now", "with_notes"]}),
        _conclusion("withholds", {"enum": ["stage_advice", "joint_session", "home_material"]}),
    ]


def _conclusion(key: str, value: Schema, needs: tuple[str, ...] = (), **more: Schema) -> Schema:
    return {**_object({key: value, **more}), "required": [key, *needs]}


def _primitive() -> Schema:
    mapping: Schema = {"type": "object"}
    keys = dict.fromkeys(("lag", "band", "one_of", "count", "members", "score_band", "of_linked"), mapping)
    return {**_object({**keys, "same_as": _TEXT, "widened": mapping}), "minProperties": 1, "maxProperties": 1}


def _basis(book: Rulebook) -> Schema:
    source: Schema = {"enum": [key + mark for key in book.sources for mark in ("", "°")]}
    label: Schema = {"enum": [*LABEL_WORDS], "description": "; ".join(f"{k} {v}" for k, v in LABEL_WORDS.items())}
    properties = {"label": label, "sources": _one_or_list(source), "note": _TEXT}
    return {**_object(properties), "required": ["label", "sources"]}


def _allow() -> Schema:
    lints = {
        name: {"type": "string", "minLength": 1, "description": lint.says}
        for name, lint in LINTS.items()
        if lint.excludable
    }
    return {**_object(lints), "description": "lints that the rule is excluded from, each with the reason"}


def _cases() -> Schema:
    case: Schema = {"type": ["object", "null"]}
    return _object({kind: {"type": "array", "items": case, "minItems": 1} for kind in CASE_KINDS})


def _object(properties: Schema) -> Schema:
    return {"type": "object", "properties": properties, "additionalProperties": False}


def _one_or_list(item: Schema) -> Schema:
    return {"anyOf": [item, {"type": "array", "items": item}]}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


def _said(description: str, *, pattern: str) -> Schema:
    text: Schema = {"type": "string", "pattern": pattern}
    return {**text, "description": description} if description else text
