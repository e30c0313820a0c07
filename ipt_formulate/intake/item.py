"""What is one question of the intake, and how does a record declare it once?

A record is a frozen pydantic model whose fields are declared with ``ask``: the item code, the type of answer, our
wording, and what engines and forms need to know about it. Everything else (reading, writing, the JSON Schema, the
blank template, the rule language) is derived from that one declaration.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError, core_schema

from ipt_formulate.intake.answer import Answer, read_answer
from ipt_formulate.intake.types import AnswerType, Misreadings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import GetCoreSchemaHandler

Nature = Literal["fact", "state", "view"]
ID_PATTERN = r"^[a-z][a-z0-9_-]{0,39}$"


@dataclass(frozen=True, slots=True)
class Item:
    """One question: what to ask, which answers it takes, and what asking it costs.

    ``about`` is the kind of record (``case``, ``loss``, ``conflict``, ``change``, ``isolation``, ``person``) and
    ``field`` the name within it, dotted for ``case``. ``burden`` is 1 (light) to 3 (painful or long). ``nature`` is
    ``fact`` (cannot change), ``state`` (may change) or ``view`` (somebody's opinion). ``sources`` are keys of the
    domain reference; ``unit`` is None where the answer has none.
    """

    code: str
    type: AnswerType
    question: str
    sources: tuple[str, ...]
    minimum: bool = False
    burden: Literal[1, 2, 3] = 1
    nature: Nature = "state"
    safety: bool = False
    about: str = ""
    field: str = ""

    @property
    def unit(self) -> str | None:
        """The unit of a number, or None."""
        return getattr(self.type, "unit", None)

    def read(self, holder: Any) -> Answer[Any]:
        """The answer to this question in ``holder``: the record, or for ``case`` items the whole intake."""
        for name in self.field.split("."):
            holder = getattr(holder, name)
        answer: Answer[Any] = holder
        return answer

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        """Read the wire form of this item's type wherever a model declares the item."""
        return core_schema.no_info_plain_validator_function(self._read_wire)

    def _read_wire(self, wire: Any) -> Answer[Any]:
        try:
            return read_answer(self.type, wire)
        except Misreadings as misreadings:
            # The message is fixed text: pydantic would otherwise be a second place that could leak a value.
            raise PydanticCustomError("misread", "misread", {"misreads": misreadings.misreads}) from None


def ask(
    code: str,
    type: AnswerType,
    question: str,
    sources: str,
    *,
    minimum: bool = False,
    burden: Literal[1, 2, 3] = 1,
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

    @classmethod
    def items(cls) -> Mapping[str, Item]:
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
