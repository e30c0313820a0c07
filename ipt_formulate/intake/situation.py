"""What do losses, conflicts and changes have in common? An id, a label, and how they hang together."""

from __future__ import annotations

from typing import Annotated, Any

from annotated_types import MaxLen, MinLen
from pydantic import BeforeValidator, ConfigDict, Field, StringConstraints

from ipt_formulate.intake.item import Record

ID_PATTERN = r"^[a-z][a-z0-9_-]{0,39}$"
ISOLATION = "isolation"
RESERVED_IDS = frozenset({"none", "unknown", ISOLATION})


def as_tuple(wire: Any) -> Any:
    """The wire has lists; the models are strict and hold tuples."""
    return tuple(wire) if isinstance(wire, list) else wire


RecordId = Annotated[str, StringConstraints(pattern=ID_PATTERN)]
Label = Annotated[str, MinLen(1), MaxLen(200)]


class Named(Record):
    """A record with an id other records may refer to, and a label: how the person calls it, never read by a rule."""

    id: RecordId
    label: Label | None = None


class Situation(Named):
    """A loss, conflict or change.

    ``same_event`` names records that tell of one and the same event; ``origin`` (``from`` on the wire) names the
    situation this one was brought about by, such as the widowhood that a death brings.
    """

    model_config = ConfigDict(validate_by_alias=True, validate_by_name=False)

    same_event: Annotated[tuple[RecordId, ...], BeforeValidator(as_tuple)] = ()
    origin: RecordId | None = Field(default=None, alias="from")
