"""What does a list of records say about itself? Whether it was asked, and whether it is complete.

Asked, complete and empty means "none". Not asked, or not known to be complete, is unknown and never "none".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Generic, TypeVar

from pydantic import BeforeValidator, model_validator

from ipt_formulate.intake.answer import Answer
from ipt_formulate.intake.item import Record, ask
from ipt_formulate.intake.situation import Named, as_tuple
from ipt_formulate.intake.types import Tri

R = TypeVar("R", bound=Named)


class Section(Record, Generic[R]):
    """The records of one kind. Wire: ``{asked, complete, items}``; a bare list is asked, and not known complete."""

    asked: Answer[str] = ask("", Tri(), "Was this asked about?", "OI", nature="fact")
    complete: Answer[str] = ask("", Tri(), "Is the list complete, as far as the person knows?", "OI", nature="fact")
    items: Annotated[tuple[R, ...], BeforeValidator(as_tuple)] = ()

    @model_validator(mode="before")
    @classmethod
    def _told_means_asked(cls, wire: Any) -> Any:
        """Whoever tells of a record, or of completeness, was asked, unless the file says otherwise."""
        if isinstance(wire, list | tuple):
            return {"asked": "yes", "items": wire}
        if isinstance(wire, Mapping) and not _says(wire, "asked") and (wire.get("items") or _says(wire, "complete")):
            return {**wire, "asked": "yes"}
        return wire


def _says(wire: Mapping[Any, Any], field: str) -> bool:
    return wire.get(field) not in (None, {"value": None}, {"unknown": "not_asked"})
