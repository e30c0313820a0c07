"""What does the author of a published case say it is?

The label stands beside the case, never in it. It is one author's choice, shown as what the author wrote, after
everybody else has had their say; nothing is compared with it.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict


class _Read(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)


class Label(_Read):
    """The areas and the stage, as the source has them, and its own words for it."""

    primary: str
    secondary: tuple[str, ...] = ()
    dispute_stage: Literal["renegotiation", "impasse", "dissolution", "undetermined"] | None = None
    stated_as: str | None = None


class Author(_Read):
    """Where the case was published, its story retold, and its label."""

    citation: str
    vignette: str | None = None
    label: Label
