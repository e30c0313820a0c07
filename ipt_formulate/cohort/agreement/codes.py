"""Which codes may a coding hold? One fixed list of labels an item, in every table and for every pair of raters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from ipt_formulate.rulebook import Rulebook

AREAS: Final = ("grief", "role_dispute", "role_transition", "interpersonal_deficits")
STANDINGS: Final = ("excluded", "not_supported", "open", "possible", "present")
PRESENCE: Final = ("absent", "present")
NO_FOCUS: Final = "none"
UNDECIDED: Final = "undecided"
NO_DISPUTE: Final = "none"
STAGES: Final = ("renegotiation", "impasse", "dissolution", "undetermined", NO_DISPUTE)

# What coders may write for presence. `possible` is counted by the rule of presence.
PRESENCE_WORDS: Final[Mapping[str, str]] = {
    "absent": "absent", "no": "absent", "0": "absent", "false": "absent",
    "possible": "possible",
    "present": "present", "yes": "present", "1": "present", "true": "present",
}  # fmt: skip
MISSING_WORDS: Final = ("", "na", "n/a", "missing")


@dataclass(frozen=True, slots=True)
class PresenceRule:
    """When an area counts as present.

    ``threshold``: the standing (the lean) from which on it does; a coder's `possible` is counted alike.
    ``open_as``: what an open standing is, in which the engine cannot say. As `absent` it counts against the engine
    wherever a coder saw the area; as `missing` the cases that the engine could not decide leave the comparison, which
    flatters it.
    """

    threshold: Literal["possible", "present"] = "possible"
    open_as: Literal["absent", "missing"] = "absent"

    def of_standing(self, standing: str) -> str | None:
        """Presence from a standing."""
        if standing == "open" and self.open_as == "missing":
            return None
        return PRESENCE[STANDINGS.index(standing) >= STANDINGS.index(self.threshold)]

    def of_word(self, word: str) -> str:
        """Presence from absent, possible or present."""
        return "present" if word == "present" or (word == "possible" == self.threshold) else "absent"


@dataclass(frozen=True, slots=True)
class RatedItem:
    """What every rater says about a case: labels in a fixed order, and whether that order means more and less."""

    name: str
    labels: tuple[str, ...]
    ordinal: bool = False

    @property
    def area(self) -> str | None:
        """The area of a presence or a standing."""
        kind, _, area = self.name.partition("_")
        return area if kind in ("presence", "standing") else None


def all_areas() -> tuple[str, ...]:
    """Every area the rules know, optional ones included."""
    return tuple(area.code for area in Rulebook.load().areas)


def rated_items(areas: tuple[str, ...] = AREAS) -> tuple[RatedItem, ...]:
    """Everything that is compared, over these areas."""
    return (
        *(RatedItem(f"presence_{area}", PRESENCE) for area in areas),
        RatedItem("focus", (*areas, NO_FOCUS, UNDECIDED)),
        RatedItem("stage", STAGES),
        *(RatedItem(f"standing_{area}", STANDINGS, ordinal=True) for area in areas),
    )
