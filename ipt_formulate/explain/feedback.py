"""What does a trainee get to hear: where they see a case as the engine does, where otherwise, and what lies between?

Frozen data with stable codes; `in_words` puts it into sentences. The engine is not the truth: each point says whether
the verdict is settled, whether it rests on our own inference alone, and on which published disagreement it hangs. Own
words stand beside the engine's reasons and are never interpreted.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from ipt_formulate.explain.changes import ChangeSet
from ipt_formulate.explain.differences import Frozen
from ipt_formulate.explain.explanations import Contrast, Explained, Group, GroupCode, Reason, TextFormat
from ipt_formulate.explain.judging import Judgement
from ipt_formulate.explain.questions import OpenQuestion
from ipt_formulate.explain.trace import Trace
from ipt_formulate.explain.trainee import FocusChosen, Trainee, TraineeReason
from ipt_formulate.formulation.result import FocusPlace, StandingRange

Weight: TypeAlias = Literal["carries", "counts_less", "speaks_against", "does_not_hold", "not_known", "no_part"]


class NearMisses(Frozen):
    """What would have had to be otherwise for the trainee's choice to be the engine's; every one was replayed.

    `looked_at`, `asked_for` and `stopped` say how far the search came, as in `SmallestChanges`.
    """

    aim: str
    sets: tuple[ChangeSet, ...]
    looked_at: int
    asked_for: int
    stopped: Literal["time", "interrupted"] | None = None


class Elsewhere(Frozen):
    """A published disagreement on which the point hangs: under another setting, alone, the engine says otherwise.

    `as_trainee`: it then says what the trainee says.
    """

    switch: str
    says: str
    setting: str | tuple[str, ...]
    as_trainee: bool


class Point(Frozen):
    """One thing that both were asked: whether an area is present, the focus, or the stage of a dispute.

    Attributes
    ----------
    about
        ``area``, ``focus`` or ``stage``.
    judgement
        ``agreed``, ``differed``, ``left_open`` (the engine itself does not decide it), ``not_answered``.
    area, situation, label
        What it is about.
    trainee, engine
        What each says: present or absent and a standing; a status; a stage. Of a focus the places stand beside it.
    trainee_focus, engine_focus
        The places, of a focus.
    standing
        Of an area: worst, best and lean.
    settled
        No missing answer can change what the engine says.
    inferred
        The rules that carry it are all our own inference.
    carried
        What carried the engine's verdict.
    held_back
        What held the trainee's choice back.
    contrast
        Why the engine's focus stands before the trainee's.
    elsewhere
        Published disagreements on which it hangs, each looked at alone.
    near
        What would have made the trainee's choice the engine's.
    """

    about: Literal["area", "focus", "stage"]
    judgement: Judgement
    area: str | None = None
    situation: str | None = None
    label: str | None = None
    trainee: str | None = None
    engine: str
    trainee_focus: FocusChosen | None = None
    engine_focus: tuple[FocusPlace, ...] = ()
    standing: StandingRange | None = None
    settled: bool
    inferred: bool = False
    carried: tuple[Group, ...] = ()
    held_back: tuple[Group, ...] = ()
    contrast: Contrast | None = None
    elsewhere: tuple[Elsewhere, ...] = ()
    near: NearMisses | None = None


class Weighed(Frozen):
    """A reason of the trainee beside what the engine makes of it.

    Attributes
    ----------
    reason
        As it was given; own words are never here.
    weight
        ``carries`` a verdict of the engine, whichever it is; ``counts_less`` (it holds, and would not be enough);
        ``speaks_against`` one; ``does_not_hold``; ``not_known`` (nobody asked, or nobody knows); ``no_part`` (true, and
        no verdict rests on it).
    group
        Where it turned up among the reasons.
    reasons
        The rule, or the rules that read the answer.
    answers
        The answer as it stands in the case.
    """

    reason: TraineeReason
    weight: Weight
    group: GroupCode | None = None
    reasons: tuple[Reason, ...] = ()
    answers: tuple[Trace, ...] = ()


class RuleAbout(Frozen):
    """A rule, and the record it speaks about."""

    rule: str
    record: str | None


class Feedback(Explained):
    """A trainee's reading of a case beside the engine's.

    Attributes
    ----------
    points
        Every area, the focus and every dispute.
    carried
        What the engine's verdicts rest on: the focus, the areas that are present, the stages.
    overlooked
        Of these, what is among none of the trainee's reasons; where the trainee gave none, everything.
    weighed
        The trainee's reasons, one by one.
    own_words
        Reasons in own words, in no way interpreted.
    questions
        What should still be asked, best first; the rest about safety is in `safety_unasked`.
    """

    format: Literal["ipt-formulate.feedback/1"] = "ipt-formulate.feedback/1"
    case: str
    trainee: Trainee
    points: tuple[Point, ...]
    carried: tuple[Group, ...]
    overlooked: tuple[RuleAbout, ...]
    weighed: tuple[Weighed, ...]
    own_words: tuple[str, ...]
    questions: tuple[OpenQuestion, ...]
    safety_unasked: tuple[str, ...]

    def points_that(self, judgement: Judgement) -> tuple[Point, ...]:
        """The points on which the two agree, differ, and so on."""
        return tuple(each for each in self.points if each.judgement == judgement)

    @property
    def over_read(self) -> tuple[Weighed, ...]:
        """Reasons of the trainee that do not carry the verdict."""
        return tuple(each for each in self.weighed if each.weight != "carries")

    @property
    def agrees(self) -> bool:
        """Is there no difference: not in a point, not in what it rests on?"""
        return not (self.points_that("differed") or self.overlooked or self.over_read)

    def paths(self) -> tuple[str, ...]:
        """The paths of the answers that are named, each once."""
        groups = [*self.carried, *(group for each in self.points for group in (*each.carried, *each.held_back))]
        found = [path for group in groups for reason in group.reasons for path in reason.paths()]
        found += [path for each in self.points if each.contrast is not None for path in each.contrast.paths()]
        found += [each.path for each in self.questions]
        return tuple(dict.fromkeys(found))

    def in_words(self, *, format: TextFormat = "text") -> str:
        """In sentences, to the trainee: ``text`` in 80 columns, or ``md``."""
        from ipt_formulate.explain.prose import feedback_text

        return feedback_text(self, format=format)
