"""What does a formulation say?

Frozen models of the result; the JSON contract `ipt-formulate.result/1` is their serialisation. Words are ordinal,
never numbers that could be read as probabilities. Free text of the case stands here unescaped: whoever prints it
into a page escapes it.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

FORMAT: Literal["ipt-formulate.result/1"] = "ipt-formulate.result/1"
NOTICE = (
    "Candidates for a clinician to weigh, not a diagnosis. For education, research and the support of trained "
    "clinicians; not a medical device, not validated, not for emergencies. No clinician has reviewed the rules yet."
)

Bucket = Literal["safety", "can_change", "worth_asking", "declined"]
StandingWord = Literal["excluded", "not_supported", "open", "possible", "present"]
TruthWord = Literal["no", "unknown", "yes"]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, defer_build=True)


class FocusPlace(_Frozen):
    """An area and the situation it is about; `situation` is None where only the person is undecided."""

    area: str
    situation: str | None


class Focus(_Frozen):
    """The proposed focus.

    `settled`: no missing answer can change it. `overturned_by`: paths of missing answers that could (a superset).
    """

    status: Literal["proposed", "tie", "none", "insufficient", "not_applicable"]
    settled: bool
    overturned_by: tuple[str, ...]
    primary: FocusPlace | None
    secondary: FocusPlace | None
    tied: tuple[FocusPlace, ...]
    because: tuple[str, ...]


class StandingRange(_Frozen):
    """Worst and best under every completion of the missing answers, and the lean on what was said."""

    worst: StandingWord
    best: StandingWord
    lean: StandingWord


class Finding(_Frozen):
    """One rule that speaks about an area: what it does, whether it holds, and on whose authority.

    `truth` is the strict, `leans` the presumed verdict; `blocks` gives the presumed verdict of each named block.
    """

    rule: str
    situation: str
    record: str
    effect: Literal["supports", "opposes", "excludes", "caps", "floors"]
    strength: str | None = None
    aspect: str | None = None
    at: str | None = None
    truth: TruthWord
    leans: TruthWord
    because: str
    blocks: dict[str, TruthWord]
    label: str
    sources: tuple[str, ...]
    knowledge: tuple[str, ...]


class Area(_Frozen):
    """The standing of one area, its leading situation and every rule that speaks about it and is not a no."""

    standing: StandingRange
    settled: bool
    lead: str | None
    findings: tuple[Finding, ...]


class AreaOff(_Frozen):
    """An area that a switch has turned off."""

    off: Literal[True] = True


class Gate(_Frozen):
    """Whether deficits may be considered: open, unsettled or closed, for certain and on what was said.

    `applied`: the gate decides whether they are ranked (switches `deficits_policy`, `areas`); else it is only reported.
    """

    value: Literal["open", "unsettled", "closed"]
    lean: Literal["open", "unsettled", "closed"]
    applied: bool
    because: tuple[str, ...]
    questions: tuple[str, ...]


class Criterion(_Frozen):
    """One ranking criterion as a range of an ordinal (higher stands first), as shown and for certain."""

    shown: tuple[int, int]
    certain: tuple[int, int]


class BarredFrom(_Frozen):
    """A place that the candidate is kept from, by which rule, until what is answered."""

    place: Literal["first", "second"]
    rule: str
    until: str | None


class Origin(_Frozen):
    """How a pair came to be, if not as a recorded situation in its own area."""

    kind: Literal["routed", "spawned"]
    rules: tuple[str, ...]
    from_record: str | None = None


class Candidate(_Frozen):
    """One situation as a candidate for one area. Equal `rank` is a tie; None means it is not ranked."""

    area: str
    situation: str
    label: str
    standing: StandingRange
    settled: bool
    rank: int | None
    key: tuple[tuple[int, ...], int, tuple[int, ...]]
    criteria: dict[str, Criterion]
    direction: tuple[str, ...]
    barred: tuple[BarredFrom, ...]
    yields_to: tuple[dict[str, str], ...] = ()
    origin: Origin | None
    presumed: tuple[str, ...]


class StageSignal(_Frozen):
    """One signal for a stage."""

    rule: str
    stage: str
    tier: str
    truth: TruthWord
    leans: TruthWord
    because: str


class Dispute(_Frozen):
    """The stage of one line of one dispute. `stage` is None when it is not staged."""

    situation: str
    line: Literal["couple", "coparent"] | None
    with_: str
    stage: Literal["renegotiation", "impasse", "dissolution", "undetermined"] | None
    stages_shown: tuple[str, ...]
    settled: bool
    confidence: Literal["clear", "leaning"] | None
    variant: str | None
    notes: tuple[str, ...]
    not_staged_because: tuple[str, ...]
    signals: tuple[StageSignal, ...]
    deciding_questions: tuple[str, ...]

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        hide_input_in_errors=True,
        defer_build=True,
        validate_by_name=True,
        validate_by_alias=True,
        serialize_by_alias=True,
        alias_generator=lambda name: "with" if name == "with_" else name,
    )


class Flag(_Frozen):
    """A flag above the ranking. `possible`: not all that would make it certain was asked."""

    id: str
    level: Literal["emergency", "urgent", "review", "clinical"]
    certainty: Literal["certain", "possible"]
    because: tuple[str, ...]
    rules: tuple[str, ...]
    records: tuple[str, ...]
    requires_acknowledgement: bool = False


class Contradiction(_Frozen):
    """Answers that cannot all be right: their paths, and the rule that says so. The sign counts as unknown."""

    paths: tuple[str, ...]
    sign: str
    rule: str


class Text(_Frozen):
    """A note or a piece of advice beside the result."""

    text: str
    under: str
    rule: str
    situation: str | None
    label: str
    sources: tuple[str, ...]


class GroupCheck(_Frozen):
    """The group check; it never changes an area."""

    verdict: Literal["suitable", "suitable_with_notes", "not_now", "needs_info"]
    because: tuple[str, ...]
    questions: tuple[str, ...]


class Fit(_Frozen):
    """Whether IPT fits, in notes, and the group check where a group is planned."""

    notes: tuple[Text, ...]
    group: GroupCheck | None


class Question(_Frozen):
    """A question worth asking. `options` are the answers it takes."""

    item: str
    path: str
    text: str
    why: str
    bucket: Bucket
    options: tuple[str, ...]


class Receipt(_Frozen):
    """What made this result. `time` lies outside every digest and comparison."""

    library: str
    rulebook: str
    rulebook_version: str
    rulebook_sha256: str
    profile: str
    settings: dict[str, str | tuple[str, ...]]
    engines: tuple[str, ...]
    engine_note: str | None
    intake_sha256: str
    result_sha256: str
    time: str


class Result(_Frozen):
    """The formulation of one case: the JSON contract `ipt-formulate.result/1`.

    `flags` stand above everything and never change it. `candidates` are in the shown order. `advice` holds texts
    beside the result, `withheld` the kinds of text that must not be shown.
    """

    format: Literal["ipt-formulate.result/1"] = FORMAT
    case: str
    flags: tuple[Flag, ...]
    safety_unasked: tuple[str, ...]
    focus: Focus
    areas: dict[str, Area | AreaOff]
    gate: Gate
    candidates: tuple[Candidate, ...]
    disputes: tuple[Dispute, ...]
    contradictions: tuple[Contradiction, ...]
    fit: Fit
    questions: tuple[Question, ...]
    advice: tuple[Text, ...]
    withheld: tuple[str, ...]
    receipt: Receipt
    notice: str = NOTICE
