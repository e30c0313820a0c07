"""What is one question of the intake, and how does a record declare it once?

A record is a frozen pydantic model whose fields are declared with ``ask``: the item code, the type of answer, our
wording, and what engines and forms need to know about it. Everything else (reading, writing, the JSON Schema, the
blank template, the rule language) is derived from that one declaration.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from types import MappingProxyType
from typing import Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, GetCoreSchemaHandler, model_validator
from pydantic_core import PydanticCustomError, core_schema

from ipt_formulate.intake.answer import Answer, read_answer
from ipt_formulate.intake.types import AnswerType, Misreadings, Number

Nature = Literal["fact", "state", "view"]
Burden = Literal[1, 2, 3]


@dataclass(frozen=True, slots=True)
class Item:
    """One question: what to ask, which answers it takes, and what asking it costs.

    ``about`` is the kind of record (``case``, ``loss``, ``conflict``, ``change``, ``isolation``, ``person``) and
    ``field`` the name within it, dotted for ``case``. ``burden`` is 1 (light) to 3 (painful or long). ``nature`` is
    ``fact`` (cannot change), ``state`` (may change) or ``view`` (somebody's opinion). ``sources`` are keys of the
    domain reference; ``minimum`` marks the smallest useful intake; ``safety`` marks questions about danger.
    """

    code: str
    type: AnswerType
    question: str
    sources: tuple[str, ...]
    minimum: bool = False
    burden: Burden = 1
    nature: Nature = "state"
    safety: bool = False
    about: str = ""
    field: str = ""

    @property
    def unit(self) -> str | None:
        """The unit of a number, or None."""
        return self.type.unit if isinstance(self.type, Number) else None

    def read(self, holder: Any) -> Answer[Any]:
        """The answer to this question in ``holder``: the record, or for ``case`` items the whole intake."""
        for name in self.field.split("."):
            holder = getattr(holder, name)
        answer: Answer[Any] = holder
        return answer

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        """Read the wire form of this item's type wherever a model declares the item."""
        return _reading_with(lambda wire: read_answer(self.type, wire))


@dataclass(frozen=True, slots=True)
class Plain:
    """Marks a model field that holds a bare value of an answer type, without source or reason for absence."""

    type: AnswerType

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        """Read the bare wire value."""
        return _reading_with(self.type.read)


def _reading_with(read: Callable[[Any], Any]) -> core_schema.CoreSchema:
    def validate(wire: Any) -> Any:
        try:
            return read(wire)
        except Misreadings as misreadings:
            # The message is fixed text: pydantic would otherwise be a second place that could leak a value.
            raise PydanticCustomError("misread", "misread", {"misreads": misreadings.misreads}) from None

    return core_schema.no_info_plain_validator_function(validate)


def ask(
    code: str,
    type: AnswerType,
    question: str,
    sources: str,
    *,
    minimum: bool = False,
    burden: Burden = 1,
    nature: Nature = "state",
    safety: bool = False,
) -> Any:
    """Declare a field of a record as one item; ``sources`` are reference keys separated by spaces."""
    declared: Any = Field(default=Answer())
    declared.metadata.append(Item(code, type, question, tuple(sources.split()), minimum, burden, nature, safety))
    return declared


class Record(BaseModel):
    """A group of answers; frozen, without unknown fields, and silent about its content in pydantic errors."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        strict=True,
        defer_build=True,
        hide_input_in_errors=True,
        arbitrary_types_allowed=True,
    )
    about: ClassVar[str] = "case"

    @model_validator(mode="before")
    @classmethod
    def _blank_is_absent(cls, wire: Any) -> Any:
        """A key left blank in a file says as much as no key."""
        if isinstance(wire, Mapping) and None in wire.values():
            return {key: value for key, value in wire.items() if value is not None}
        return wire

    def __repr__(self) -> str:
        """Only the kind of record: tracebacks and logs must not hold answers."""
        return f"<{type(self).__name__}>"

    __str__ = __repr__

    @classmethod
    def questions(cls) -> Mapping[str, Item]:
        """The items of this record by field name, in the order they are asked."""
        return _items_of(cls)


@cache
def _items_of(record: type[Record]) -> Mapping[str, Item]:
    declared = {
        name: replace(item, about=record.about, field=name)
        for name, info in record.model_fields.items()
        for item in info.metadata
        if isinstance(item, Item)
    }
    return MappingProxyType(declared)
