"""What did one rater say? The codes of a rater by case, from a table or from results of the engine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Codes = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Coding:
    """The codes of one rater.

    ``cases``: case -> item -> code; an item that is not there was not rated. ``situations``: case -> the record ids
    named for ``focus_situation`` and ``lead_dispute``. ``ignored``: columns that are no codes.
    """

    name: str
    cases: Mapping[str, Codes]
    situations: Mapping[str, Codes] = field(default_factory=dict)
    ignored: tuple[str, ...] = ()
