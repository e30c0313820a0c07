"""What is a report on gaps, as data? Frozen, and the same for text, Markdown, JSON and CSV."""

from __future__ import annotations

from typing import Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, computed_field

Of: TypeAlias = Literal["area", "focus", "stage"]
Over: TypeAlias = Literal["cohort", "sample"]
Kind: TypeAlias = Literal["switch", "parameter"]


class Frozen(BaseModel):
    """Data that nobody changes."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Bound(Frozen):
    """How many of `n` are so: as shown, for certain (`lower`), and at most (`upper`).

    `of`: an area (its standing is at least `level`), a focus, or a stage. `n` counts cases, for stages the recorded
    disputes. However the missing answers may turn out, as long as none contradicts another, the count is not below
    `lower` and not above `upper`; the bounds need not be reached.
    """

    of: Of
    code: str
    level: str
    n: int
    shown: int
    lower: int
    upper: int

    @computed_field  # type: ignore[prop-decorator]
    @property
    def width(self) -> float:
        """The part of `n` that hangs on what is missing."""
        return (self.upper - self.lower) / self.n if self.n else 0.0


class Standing(Frozen):
    """How many of `n` cases stand so in an area: as shown (`lean`), at worst, and at best."""

    area: str
    standing: str
    n: int
    lean: int
    worst: int
    best: int


class Step(Frozen):
    """A gate that a case goes through on its way to a settled focus: how many of `n` pass, do not, or are open."""

    step: str
    n: int
    yes: int
    no: int
    unknown: int
    presumed_yes: int | None


class RuleCount(Frozen):
    """The verdicts of one rule over all situations it is about (`n`), strict, and yes in the presumed pass.

    `kind`: a rule that tests (`rule`), or one that gives a sign a value (`value`: yes is known, unknown is not known to
    the last). `over`: the cohort, or the sample for rules that read the result. Such a rule has no strict verdicts.
    """

    rule: str
    title: str
    about: str
    stratum: str
    kind: Literal["rule", "value"]
    over: Over
    n: int
    yes: int | None
    no: int | None
    unknown: int | None
    presumed_yes: int


class Hanging(Frozen):
    """What hangs on one item, in the sampled cases.

    Attributes
    ----------
    item
        Part and field, without the record: ``losses.closeness``; ``losses.complete`` is whether a list is complete.
    of, code
        What hangs on it: presence of an area, the focus, or the stages.
    cases
        Cases (for stages: disputes) whose unsettled verdict hangs on it, with or without others. The width can shrink
        by at most these if the item alone is asked.
    alone
        Those of them that hang on nothing else.
    share
        Each unsettled verdict shared out evenly among its open findings, each finding among the items it hangs on;
        over all items this adds up to the number of unsettled verdicts.
    """

    item: str
    of: Of
    code: str
    cases: int
    alone: int
    share: float


class Unsettled(Frozen):
    """How many verdicts of a kind are unsettled in the sampled cases, of how many; `unexplained` hang on no item."""

    of: Of
    code: str
    n: int
    unsettled: int
    unexplained: int


class Missing(Frozen):
    """How often an item that a rule reads was answered, over all records (`n`) of the cohort that it is asked of."""

    item: str
    code: str
    n: int
    answered: int
    partly: int


class Change(Frozen):
    """How many cases come out otherwise under another setting.

    `now` and `to` are values of a switch, or what was moved in a parameter; `areas` counts changed leaning standings by
    area. `any` counts cases with at least one of these changes. `why_not` says why a setting was not tried.
    """

    kind: Kind
    name: str
    now: str
    to: str
    n: int
    any: int
    focus: int
    focus_area: int
    settled: int
    stage: int
    areas: dict[str, int]
    why_not: str | None = None


class Reject(Frozen):
    """Why a case was left out: one fault of one row. Never a value.

    `table` is the file of an intake that is one of a folder, and `row` its line there.
    """

    case: str | None
    table: str
    row: int | None
    column: str | None
    code: str
    reason: str


class Gaps(Frozen):
    """The whole report.

    `rulebook_folder`: that of the rulebook, if another than the library's own was named; `rulebook_sha256`: the hash
    of what it means under the profile. `cases`: all that could be read, `made_up`: how many of these are marked as
    synthetic, and `rejected`: how many could not be read; `contradictory`: those whose answers contradict each other,
    and `untold`: those that tables cannot tell. The last two count as unknown in the bounds: not in `lower`, but in
    `upper`. `opened`: lists that count as complete for no case, since a row of them could not be read and its case
    could not be told.
    """

    library: str
    rulebook: str
    rulebook_folder: str | None
    profile: str
    rulebook_sha256: str
    cases: int
    made_up: int
    rejected: int
    rejects: tuple[Reject, ...]
    opened: tuple[str, ...]
    contradictory: int
    untold: int
    sample: int
    seed: int
    bounds: tuple[Bound, ...]
    standings: tuple[Standing, ...]
    steps: tuple[Step, ...]
    rules: tuple[RuleCount, ...]
    unsettled: tuple[Unsettled, ...]
    hanging: tuple[Hanging, ...]
    missing: tuple[Missing, ...]
    changes: tuple[Change, ...]
