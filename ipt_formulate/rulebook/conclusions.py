"""What may a rule conclude?

One frozen class for each conclusion of the rule language, with the stratum it belongs to. Data only: what a conclusion
does is written in `engines` (signs) and `formulation` (the rest).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal, TypeAlias

from ipt_formulate.rulebook.nodes import About, Block, Condition

Stratum: TypeAlias = Literal["signs", "safety", "evidence", "differential", "stage", "rank", "advice"]
STRATA: tuple[Stratum, ...] = ("signs", "safety", "evidence", "differential", "stage", "rank", "advice")

Strength: TypeAlias = Literal["strong", "moderate", "weak"]
Level: TypeAlias = Literal["not_supported", "possible", "present"]
StageCode: TypeAlias = Literal["renegotiation", "impasse", "dissolution"]
TIERS: tuple[str, ...] = ("acts", "steps", "speak", "attempts", "wishes", "forecasts")


@dataclass(frozen=True, slots=True)
class Lag:
    """Days from the day `start` to the day `end` (a sign, `onset` or `assessment`)."""

    start: str
    end: str


@dataclass(frozen=True, slots=True)
class Band:
    """The bands that the number `of` may lie in."""

    of: str
    bands: tuple[tuple[str, int, int], ...]


@dataclass(frozen=True, slots=True)
class OneOf:
    """The values whose sentence is not no."""

    values: tuple[tuple[str, Condition], ...]


@dataclass(frozen=True, slots=True)
class Count:
    """How many records of a kind satisfy the part (all of them when there is none)."""

    about: About
    part: Condition | None


@dataclass(frozen=True, slots=True)
class Members:
    """How many of these members of a multi-choice answer are yes."""

    of: str
    among: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ScoreBand:
    """Severity words from a score; the table depends on the instrument."""

    score: str
    instrument: str
    bands: tuple[tuple[str, tuple[tuple[str, int, int], ...]], ...]


@dataclass(frozen=True, slots=True)
class OfLinked:
    """The same sign of the record that a link names."""

    through: str
    sign: str


@dataclass(frozen=True, slots=True)
class SameAs:
    """Another sign of the record."""

    sign: str


@dataclass(frozen=True, slots=True)
class Widened:
    """The day `day`, less exact by so many days for each value of the choice `certainty`."""

    day: str
    certainty: str
    days: tuple[tuple[str, int], ...]


Primitive: TypeAlias = Lag | Band | OneOf | Count | Members | ScoreBand | OfLinked | SameAs | Widened


@dataclass(frozen=True, slots=True)
class Derives:
    """The sign has the truth of the rule's sentence or, with `by`, what the primitive gives."""

    stratum: ClassVar[Stratum] = "signs"
    sign: str
    by: Primitive | None = None


@dataclass(frozen=True, slots=True)
class Entails:
    """By definition the sign's value is among these; counts as known."""

    stratum: ClassVar[Stratum] = "signs"
    sign: str
    value: object


@dataclass(frozen=True, slots=True)
class Presumes:
    """The sign is taken to have this value while nothing is known of it; shown as presumed."""

    stratum: ClassVar[Stratum] = "signs"
    sign: str
    value: object = None
    by: Primitive | None = None


@dataclass(frozen=True, slots=True)
class Routes:
    """The situation is a candidate for this area too."""

    stratum: ClassVar[Stratum] = "signs"
    area: str


@dataclass(frozen=True, slots=True)
class Spawns:
    """Makes a situation of another kind from this record."""

    stratum: ClassVar[Stratum] = "signs"
    about: About
    named: str
    set: tuple[tuple[str, object], ...] = ()
    copy: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Supports:
    """Evidence for an area."""

    stratum: ClassVar[Stratum] = "evidence"
    area: str
    strength: Strength
    aspect: str
    stands_alone: bool = True


@dataclass(frozen=True, slots=True)
class Opposes:
    """Lowers an area by one level."""

    stratum: ClassVar[Stratum] = "evidence"
    area: str


@dataclass(frozen=True, slots=True)
class Excludes:
    """Takes the candidate out, with the reason shown."""

    stratum: ClassVar[Stratum] = "evidence"
    area: str


@dataclass(frozen=True, slots=True)
class Caps:
    """At most this standing."""

    stratum: ClassVar[Stratum] = "evidence"
    area: str
    at: Level


@dataclass(frozen=True, slots=True)
class Floors:
    """At least this standing; caps win."""

    stratum: ClassVar[Stratum] = "evidence"
    area: str
    at: Level


@dataclass(frozen=True, slots=True)
class Yields:
    """(this record, `area`) gives way to (a connected record of kind `of`, `to`) that satisfies `where`."""

    stratum: ClassVar[Stratum] = "differential"
    area: str
    to: str
    of: About
    where: Block | None = None


@dataclass(frozen=True, slots=True)
class Bars:
    """May not take this place until the block is yes."""

    stratum: ClassVar[Stratum] = "differential"
    area: str
    place: Literal["first", "second"]
    until: Block | None = None


@dataclass(frozen=True, slots=True)
class Stages:
    """A signal for a stage of the dispute."""

    stratum: ClassVar[Stratum] = "stage"
    stage: StageCode
    tier: str
    confidence: Literal["clear", "leaning"] = "clear"
    variant: str | None = None
    note: str | None = None
    line: Literal["couple", "coparent"] = "couple"


def naming_variant(signal: Stages) -> tuple[bool, bool, str]:
    """Of several signals for a stage the least by this names its variant: one that has any, clear before leaning.

    Between equals the variants' names decide: which rule stands first must not.
    """
    return signal.variant is None, signal.confidence != "clear", signal.variant or ""


@dataclass(frozen=True, slots=True)
class BlocksStage:
    """The dispute is not staged while this is not known to be no."""

    stratum: ClassVar[Stratum] = "stage"
    reason: str


@dataclass(frozen=True, slots=True)
class Ranks:
    """One step (or more) in a ranking criterion."""

    stratum: ClassVar[Stratum] = "rank"
    criterion: Literal["severity"]
    by: int = 1


@dataclass(frozen=True, slots=True)
class Flags:
    """A flag above the ranking."""

    stratum: ClassVar[Stratum] = "safety"
    flag: str
    level: Literal["emergency", "urgent", "review", "clinical"]
    on_unknown: bool = False


@dataclass(frozen=True, slots=True)
class Asks:
    """Questions that are worth asking while the sentence is not no."""

    stratum: ClassVar[Stratum] = "advice"
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Advises:
    """A text beside the result."""

    stratum: ClassVar[Stratum] = "advice"
    text: str
    under: Literal["focus", "stage", "candidate", "safety", "case"] = "case"


@dataclass(frozen=True, slots=True)
class Notes:
    """A note beside the result; `fit` notes make the suitability section."""

    stratum: ClassVar[Stratum] = "advice"
    text: str
    under: Literal["fit", "focus", "dispute", "candidate", "case"] = "case"


@dataclass(frozen=True, slots=True)
class Group:
    """What the group check says."""

    stratum: ClassVar[Stratum] = "advice"
    verdict: Literal["not_now", "with_notes"]


@dataclass(frozen=True, slots=True)
class Withholds:
    """A text that is not to be shown."""

    stratum: ClassVar[Stratum] = "advice"
    what: Literal["stage_advice", "joint_session", "home_material"]


SignConclusion: TypeAlias = Derives | Entails | Presumes | Routes | Spawns
Evidence: TypeAlias = Supports | Opposes | Excludes | Caps | Floors
Differential: TypeAlias = Yields | Bars
Advice: TypeAlias = Asks | Advises | Notes | Group | Withholds
Conclusion: TypeAlias = SignConclusion | Evidence | Differential | Stages | BlocksStage | Ranks | Flags | Advice

BY_KEY: Mapping[str, type[Conclusion]] = {
    "derives": Derives,
    "entails": Entails,
    "presumes": Presumes,
    "routes": Routes,
    "spawns": Spawns,
    "supports": Supports,
    "opposes": Opposes,
    "excludes": Excludes,
    "caps": Caps,
    "floors": Floors,
    "yields": Yields,
    "bars": Bars,
    "stages": Stages,
    "blocks_stage": BlocksStage,
    "ranks": Ranks,
    "flags": Flags,
    "asks": Asks,
    "advises": Advises,
    "notes": Notes,
    "group": Group,
    "withholds": Withholds,
}
