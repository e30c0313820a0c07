"""What is a report of agreement, as data? Frozen, and the same for text, Markdown, JSON and plots."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

OTHERWISE: Final = (
    "From this intake, under the rules used here, the engine says something else: its codes were made from other "
    "answers, under another profile or by other rules."
)
"""What stands instead of an explanation where the intake does not bear out the code; then nothing was looked for."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A coefficient with its 95% interval. ``value`` is None where undefined, ``why`` says why.

    ``cases``: how many it rests on, rated by two raters or more (kappas of two raters: by both). ``drawings``: in how
    many of the bootstrap drawings it exists.
    """

    statistic: str
    value: float | None
    low: float | None
    high: float | None
    cases: int
    drawings: int
    why: str | None = None


@dataclass(frozen=True, slots=True)
class Compared:
    """Some raters on one item: the coefficients, and in how many cases all of them said the same (Wilson interval).

    ``confusion``: for two raters the cross table, first rater down, labels in the fixed order.
    """

    raters: tuple[str, ...]
    cases: int
    estimates: tuple[Estimate, ...]
    full_agreement: Estimate
    confusion: tuple[tuple[int, ...], ...] | None = None

    def estimate(self, statistic: str) -> Estimate | None:
        """One coefficient, if it was computed."""
        return next((each for each in self.estimates if each.statistic == statistic), None)


@dataclass(frozen=True, slots=True)
class ItemAgreement:
    """One item: engine and coders, the coders alone, each pair, and how the engine stands to the coders.

    ``difference``: mean Cohen's kappa of the engine with each coder, less that of the coders with each other.
    """

    item: str
    labels: tuple[str, ...]
    everybody: Compared
    coders: Compared | None
    pairs: tuple[Compared, ...]
    difference: Estimate | None


@dataclass(frozen=True, slots=True)
class Disagreement:
    """One case in which a coder and the engine gave different codes, and what the engine says to it.

    ``separated_by``: the smallest sets of other answers, ``separated_by_rules``: of other verdicts of rules, with which
    the engine would say what the coder said; each line is one set. ``why_not``: why its case was not looked at, where
    intakes were given and it is not among those that can be used.
    """

    case: str
    item: str
    engine: str
    coder: str
    said: str
    explanation: str | None = None
    separated_by: tuple[str, ...] = ()
    separated_by_rules: tuple[str, ...] = ()
    why_not: str | None = None


@dataclass(frozen=True, slots=True)
class Looked:
    """How far disagreements were looked at: so many of those whose intake is there, within so many seconds at most.

    ``stopped``: why not all of them: ``time``, or ``interrupted``. Those that were not looked at have no explanation.
    ``rulebook``, ``profile``, ``rulebook_sha256``: the rules that explain, ``rulebook_folder``:
    theirs, if another than the library's own was named.
    ``unusable``: how many cases of the intakes could not be used; ``opened``: lists that count as complete for no case,
    since a row of them could not be read and its case could not be told.
    """

    looked_at: int
    of: int
    seconds: float
    stopped: Literal["time", "interrupted"] | None
    rulebook: str
    profile: str
    rulebook_sha256: str
    rulebook_folder: str | None
    unusable: int
    opened: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Agreement:
    """The whole report. ``settings`` holds seed, drawings and rules; ``counts`` how many cases went where.

    ``looked``: how far disagreements were explained; None where no intakes were given.
    """

    engine: str
    coders: tuple[str, ...]
    settings: Mapping[str, str | int]
    counts: Mapping[str, int]
    ignored: Mapping[str, tuple[str, ...]]
    items: tuple[ItemAgreement, ...]
    disagreements: tuple[Disagreement, ...]
    looked: Looked | None = None
