"""What is the answer to *why*, *why not* and *why this before that*?

Frozen data with stable codes: the verdict asked about, and groups of reasons, each with its rule, authority and the
trace down to the answers. `in_words` puts it into sentences; JSON holds the same without them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, PrivateAttr

from ipt_formulate.explain.trace import Trace
from ipt_formulate.formulation.result import NOTICE, FocusPlace, StandingRange, TruthWord

TargetKind: TypeAlias = Literal["focus", "area", "candidate", "stage", "flag", "rule"]
TextFormat: TypeAlias = Literal["text", "md"]

GroupCode: TypeAlias = Literal[
    # why
    "carried", "coloured", "against_all_the_same", "came_about", "may_still", "lifted", "giving_way", "both_ways",
    "second", "gate_open", "signals", "lower_signals", "holds",
    # why not
    "excluded_by", "ruled_out", "held_down", "not_there", "other_answer", "not_known", "might_speak_against",
    "taken_as_so", "barred", "gives_way", "might_give_way", "gate", "list_open", "nothing_on_record", "switched_off",
    "blocked", "other_stages", "dispute_itself", "episode", "fails", "could_still", "compared",
    "contradictions",
]  # fmt: skip


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, defer_build=True)


class Target(_Frozen):
    """What was asked about. `situation` is a record id, or ids joined by ``+`` where several tell of one event."""

    text: str
    kind: TargetKind
    area: str | None = None
    situation: str | None = None
    stage: str | None = None
    flag: str | None = None
    rule: str | None = None


class Reason(_Frozen):
    """One thing that bears on a verdict.

    Attributes
    ----------
    kind
        ``rule``, or what speaks without one: a ``list`` that is open, a ``place`` that another candidate holds, a
        ``decision`` of the clinician, a ``switch``, a ``sign`` of the case.
    effect, strength, aspect, at
        What the rule does: supports with a strength, caps at a standing, signals a stage from a tier ...
    truth, leans
        The verdict on what was answered, and on what is shown. They differ where something was presumed.
    because
        The reason in words, with the person's own labels.
    label, sources, knowledge
        On whose authority (MS manual-stated, SS study-supported, EO expert opinion, OI our inference), source keys and
        statements.
    trace
        The condition down to the answers, without what does not bear on it; of a rule asked about, all of it.
    """

    kind: Literal["rule", "list", "place", "decision", "switch", "sign"]
    rule: str | None = None
    title: str | None = None
    record: str | None = None
    effect: str | None = None
    strength: str | None = None
    aspect: str | None = None
    at: str | None = None
    tier: str | None = None
    truth: TruthWord = "yes"
    leans: TruthWord = "yes"
    because: str = ""
    label: str | None = None
    sources: tuple[str, ...] = ()
    knowledge: tuple[str, ...] = ()
    area: str | None = None
    situation: str | None = None
    standing: StandingRange | None = None
    traces: tuple[Trace, ...] = ()

    @property
    def presumed(self) -> bool:
        """Does it rest on something that was taken as so, not answered?"""
        return self.truth == "unknown" and self.leans != "unknown"

    def paths(self) -> tuple[str, ...]:
        """The paths of the answers it rests on, each once."""
        return tuple(dict.fromkeys(path for trace in self.traces for path in trace.paths()))


class Group(_Frozen):
    """Reasons of one kind, about one candidate where there are several."""

    code: GroupCode
    area: str | None = None
    situation: str | None = None
    reasons: tuple[Reason, ...] = ()


class Verdict(_Frozen):
    """The verdict that was asked about; only the fields that belong to its kind are set.

    ``rank`` is the place among the candidates; ``also`` the other areas that the same situation is a candidate for.
    """

    standing: StandingRange | None = None
    settled: bool | None = None
    rank: int | None = None
    lead: str | None = None
    also: tuple[FocusPlace, ...] = ()
    status: str | None = None
    primary: FocusPlace | None = None
    secondary: FocusPlace | None = None
    tied: tuple[FocusPlace, ...] = ()
    stage: str | None = None
    stages_shown: tuple[str, ...] = ()
    confidence: str | None = None
    variant: str | None = None
    line: str | None = None
    level: str | None = None
    certainty: str | None = None
    truth: TruthWord | None = None
    leans: TruthWord | None = None


class Named(_Frozen):
    """How a record is called: in a list, the person it is about, and what it is."""

    title: str
    who: str
    what: str


class Mention(_Frozen):
    """A rule that an explanation speaks of; `because` still has its places for names."""

    title: str
    because: str
    label: str
    sources: tuple[str, ...]


class Explained(_Frozen):
    """What every explanation carries besides its reasons (see `background`).

    ``names`` has each record (by key) in the person's words, ``rules`` every rule that is spoken of; ``label_set``
    which names of areas are in use; ``safety`` the flags that stand above it, as (level, flag).
    """

    names: dict[str, Named]
    rules: dict[str, Mention] = {}
    label_set: Literal["classic", "plain"]
    safety: tuple[tuple[str, str], ...]
    withheld: tuple[str, ...] = ()
    notice: str = NOTICE
    _words: Mapping[str, Any] | None = PrivateAttr(default=None)

    @property
    def words(self) -> Mapping[str, Any]:
        """The words of the rulebook behind it; those of the library when it comes from JSON."""
        if self._words is not None:
            return self._words
        from ipt_formulate.explain.formulation import load_rulebook

        return load_rulebook(None, "classic").words

    def paths(self) -> tuple[str, ...]:
        """The paths of every answer that is named, each once."""
        raise NotImplementedError


class Side(_Frozen):
    """One of the two candidates of a contrast.

    ``at`` is what it has in the criterion that decides (least and most, higher stands first), ``unknown`` that this
    hangs on a missing answer; ``reasons`` say where it comes from.
    """

    area: str
    situation: str | None
    record: str | None = None
    standing: StandingRange | None = None
    rank: int | None = None
    at: tuple[int, int] | None = None
    value: str | int | None = None
    unknown: bool = False
    groups: tuple[Group, ...] = ()

    def paths(self) -> tuple[str, ...]:
        """The paths of the answers behind it."""
        return tuple(dict.fromkeys(path for group in self.groups for each in group.reasons for path in each.paths()))


class Contrast(Explained):
    """Why one candidate stands before another.

    Attributes
    ----------
    first, second
        The two, the one that stands before first; of a tie in the order asked.
    asked
        The two targets as asked; they may be the other way round.
    relation
        ``before``, ``tie``, or ``neither`` where none of the two is ranked.
    decided_by
        The first criterion that separates them; ``differential`` where a rule lifts one, ``not_ranked`` where the
        second is no candidate for the focus, ``bar`` where it may not come first yet, ``nothing`` for a tie.
    end
        Which end of a range decides: ``least`` (what is known) or ``most`` (what may still be).
    from_unknown
        The deciding difference comes from a missing answer, not from one that was given.
    certain
        It holds whatever the missing answers are.
    lifted
        The differentials that lift the first, from the one it stands above.
    through
        The candidate that it is lifted above, where that one's place is what decides.
    """

    format: Literal["ipt-formulate.contrast/1"] = "ipt-formulate.contrast/1"
    asked: tuple[Target, Target]
    relation: Literal["before", "tie", "neither"]
    first: Side
    second: Side
    decided_by: str
    end: Literal["least", "most"] | None = None
    from_unknown: bool = False
    certain: bool = False
    lifted: tuple[Group, ...] = ()
    through: FocusPlace | None = None

    def paths(self) -> tuple[str, ...]:
        """The paths of the answers that are named."""
        lifting = (path for group in self.lifted for each in group.reasons for path in each.paths())
        return tuple(dict.fromkeys((*lifting, *self.first.paths(), *self.second.paths())))

    def in_words(
        self, *, depth: int = 1, sources: bool = False, patient: bool = False, format: TextFormat = "text"
    ) -> str:
        """In sentences; see `Why.in_words`."""
        from ipt_formulate.explain.prose import contrast_text

        return contrast_text(self, depth=depth, sources=sources, patient=patient, format=format)


class _Reasoned(Explained):
    """A verdict and the groups of reasons behind it."""

    target: Target
    verdict: Verdict
    groups: tuple[Group, ...]

    def paths(self) -> tuple[str, ...]:
        """The paths of the answers that are named, each once."""
        return tuple(dict.fromkeys(path for group in self.groups for each in group.reasons for path in each.paths()))

    def group(self, code: GroupCode) -> tuple[Reason, ...]:
        """The reasons of one kind."""
        return tuple(each for group in self.groups if group.code == code for each in group.reasons)


class Why(_Reasoned):
    """What carried a verdict."""

    format: Literal["ipt-formulate.why/1"] = "ipt-formulate.why/1"

    def in_words(
        self, *, depth: int = 1, sources: bool = False, patient: bool = False, format: TextFormat = "text"
    ) -> str:
        """In sentences that can be read to a colleague.

        Parameters
        ----------
        depth
            0: the reasons alone; 1: with the answers behind each; more: with the steps between, that many levels.
        sources
            Name rule, statement and source of each reason, in brackets.
        patient
            In words that a patient may see: what it seems to have to do with, and no method, rule or rating.
        format
            ``text`` in 80 columns, or ``md``.
        """
        from ipt_formulate.explain.prose import explanation_text

        return explanation_text(self, depth=depth, sources=sources, patient=patient, format=format)


class WhyNot(_Reasoned):
    """What held a verdict back, and what it would have needed.

    ``contrasts``: for the focus, why each other candidate does not stand in its place. ``could_change``: paths of
    missing answers that could change it (a superset; for the focus and for stages).
    """

    format: Literal["ipt-formulate.why_not/1"] = "ipt-formulate.why_not/1"
    contrasts: tuple[Contrast, ...] = ()
    could_change: tuple[str, ...] = ()

    def paths(self) -> tuple[str, ...]:
        """The paths of the answers that are named, each once."""
        contrasted = (path for each in self.contrasts for path in each.paths())
        return tuple(dict.fromkeys((*super().paths(), *contrasted, *self.could_change)))

    def in_words(
        self, *, depth: int = 1, sources: bool = False, patient: bool = False, format: TextFormat = "text"
    ) -> str:
        """In sentences; see `Why.in_words`."""
        from ipt_formulate.explain.prose import explanation_text

        return explanation_text(self, depth=depth, sources=sources, patient=patient, format=format)
