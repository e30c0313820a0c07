"""What do losses, conflicts and changes have in common? An id, a label, and how they hang together."""

from __future__ import annotations

from typing import Annotated, Any

from annotated_types import MaxLen, MinLen
from pydantic import ConfigDict, Field, StringConstraints
from pydantic.functional_validators import BeforeValidator

from ipt_formulate.intake.item import ID_PATTERN, Record


def _as_tuple(wire: Any) -> Any:
    return tuple(wire) if isinstance(wire, list) else wire


Id = Annotated[str, StringConstraints(pattern=ID_PATTERN)]
Label = Annotated[str, MinLen(1), MaxLen(200)]
Ids = Annotated[tuple[Id, ...], BeforeValidator(_as_tuple)]


class Named(Record):
    """A record with an id other records may refer to, and a label: how the person calls it, never read by a rule."""

    id: Id
    label: Label | None = None


class Situation(Named):
    """A loss, conflict or change.

    ``same_event`` names records that tell of one and the same event; ``origin`` (``from`` on the wire) names the
    situation this one was brought about by, such as the widowhood that a death brings.
    """

    model_config = ConfigDict(validate_by_alias=True, validate_by_name=False, serialize_by_alias=True)

    same_event: Ids = ()
    origin: Id | None = Field(default=None, alias="from")
