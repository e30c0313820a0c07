"""What can be asked of a formulation?

`formulate` turns an intake into a `Formulation`: the frozen result with verbs that take it apart. The result is plain
data and survives a round trip through JSON; the verbs that look behind it need the case, which travels with a
formulation made in this process and can be given again with `with_case`.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import PrivateAttr

from ipt_formulate.engines.choosing import EngineName
from ipt_formulate.explain.errors import NoCase, OtherCase
from ipt_formulate.formulation.formulate import Work, conclude
from ipt_formulate.formulation.result import Result
from ipt_formulate.intake import Intake
from ipt_formulate.rulebook import Rulebook

if TYPE_CHECKING:
    from ipt_formulate.explain.changes import SmallestChanges, WhatIf
    from ipt_formulate.explain.explanations import Contrast, Why, WhyNot
    from ipt_formulate.explain.feedback import Feedback
    from ipt_formulate.explain.questions import NextQuestions
    from ipt_formulate.explain.switches import AcrossSwitches
    from ipt_formulate.explain.trainee import Trainee
    from ipt_formulate.explain.why import Explainer


class Formulation(Result):
    """The formulation of one case.

    Ranked candidates, stages, flags and questions, as data (see `Result`), and the verbs that explain them.
    """

    _work: Work | None = PrivateAttr(default=None)
    _explainer: Explainer | None = PrivateAttr(default=None)

    @property
    def work(self) -> Work:
        """Everything behind the result: the case, its verdicts and the rulebook; for the verbs, not for reading.

        Raises
        ------
        NoCase
            If the formulation came from JSON and was not given its case again.
        """
        if self._work is None:
            raise NoCase
        return self._work

    def with_case(
        self, intake: Intake | Mapping[str, Any] | str | Path, *, rulebook: Rulebook | str | Path | None = None
    ) -> Formulation:
        """The same formulation with its case again, so that it can be taken apart.

        Parameters
        ----------
        intake
            The intake it was made from, as `formulate` takes it.
        rulebook
            The rulebook it was made with; by default the rules of this library under the profile and the switches of
            the receipt.

        Raises
        ------
        OtherCase
            If the intake, the rulebook or the result that follows from them is not the one of the receipt.
        IntakeError, RulebookError
            If one of them has faults.
        """
        case = _intake(intake)
        if case.digest() != self.receipt.intake_sha256:
            raise OtherCase("this is not the intake that the formulation was made from (intake_sha256 differs)")
        book = rulebook if isinstance(rulebook, Rulebook) else load_rulebook(rulebook, self.receipt.profile)
        book = book.with_settings(self.receipt.settings)
        if book.sha256 != self.receipt.rulebook_sha256:
            raise OtherCase(
                "the formulation was made with another rulebook (rulebook_sha256 differs); name it with "
                "`rulebook=`, or formulate the case again"
            )
        result, work = conclude(case, book, "reference")
        if result.receipt.result_sha256 != self.receipt.result_sha256:
            raise OtherCase(
                f"this version of the library gives another result than version {self.receipt.library} did "
                "(result_sha256 differs); formulate the case again"
            )
        same = self.model_copy()
        same._work = work
        return same

    def __eq__(self, other: object) -> bool:
        """Equal results are equal, whether or not their case is at hand."""
        return isinstance(other, Result) and dict(self) == dict(other)

    __hash__ = None  # type: ignore[assignment]  # the tables in it are dicts

    @property
    def _words(self) -> Mapping[str, Any]:
        """The words of the rulebook that made it; of the library's own when it comes from JSON."""
        book = self._work.book if self._work is not None else load_rulebook(None, "classic")
        return book.words

    @property
    def _explaining(self) -> Explainer:
        from ipt_formulate.explain.why import Explainer

        if self._explainer is None:
            self._explainer = Explainer(self.work, self)
        return self._explainer

    def why(self, target: str) -> Why:
        """What carried a verdict: the reasons with rule, source and label, down to the answers.

        Parameters
        ----------
        target
            ``focus``, an area (``grief``), ``area:situation``, a situation (its id or its label),
            ``stage:<conflict>``, ``flag:<flag>``, a rule, or ``rule:<situation>``.

        Raises
        ------
        UnknownTarget
            If there is nothing of that name; it has the nearest right one.
        NoCase
            If the formulation came from JSON and was not given its case again.
        """
        return self._explaining.why(target)

    def why_not(self, target: str) -> WhyNot:
        """What held a verdict back, answer by answer, and what each would have needed.

        Takes the targets of `why` and raises the same errors; of a stage also ``stage:<conflict>:<stage>``.
        """
        return self._explaining.why_not(target)

    def contrast(self, one: str, other: str) -> Contrast:
        """Why one area or situation stands before another.

        The first criterion that separates them, the differential that lifted one, or that nothing does; it says so
        when the difference comes from a missing answer. Raises the errors of `why`.
        """
        return self._explaining.contrast(one, other)

    def what_if(self, changes: Mapping[str, Any]) -> WhatIf:
        """The case with some answers otherwise, as a difference in standings, stages, focus and flags.

        `changes` are wire values by answer path (``losses[mother].closeness``); None takes an answer away. Raises
        IntakeError for paths and values that cannot be, and NoCase.
        """
        from ipt_formulate.explain.changes import what_if

        return what_if(self.work, changes)

    def smallest_changes(self, aim: str, *, most: int = 2, seconds: float | None = None) -> SmallestChanges:
        """The smallest sets of answers that would have to be otherwise for an aim such as ``grief leads``.

        Only answers that can change, and none that was not given; every set is replayed. `most` is the largest set
        looked at (1 to 3), `seconds` when to stop; the result says how far the search came. Raises UnknownTarget and
        NoCase.
        """
        from ipt_formulate.explain.changes import smallest_changes

        return smallest_changes(self.work, aim, most=most, seconds=seconds)

    def next_questions(self, limit: int | None = 5, *, seconds: float = 3) -> NextQuestions:
        """What to ask next: missing answers that can still change the result, those that cannot, those declined.

        Safety first, then what settles most, then what costs least to ask; each with what its answers would decide.
        `limit` is how many of the first kind to return (None for all). With z3-solver installed, a solver takes about
        so many `seconds` to prove what can and cannot matter (0: it is not used); `relevance` says whether it came to
        an end. Raises NoCase.
        """
        from ipt_formulate.explain.questions import next_questions

        return next_questions(self, self.work, limit, seconds=seconds)

    def across_switches(self) -> AcrossSwitches:
        """The result under every admissible setting of the switches, each of which is a published disagreement.

        For each part of the result: the same everywhere, or what it hangs on. Exact. Raises NoCase.
        """
        from ipt_formulate.explain.switches import across_switches

        return across_switches(self.work)

    def compare(self, trainee: Trainee | Mapping[str, Any], *, most: int = 2, seconds: float = 10.0) -> Feedback:
        """A trainee's reading of the case beside this one: agreed, differed, overlooked, over-read, near misses.

        For training. The engine is not the truth, and the feedback says where it may be otherwise.

        Parameters
        ----------
        trainee
            Areas, focus, stages and reasons of a trainee, or the same as plain data.
        most
            Near misses of at most so many answers (1 to 3) are looked for.
        seconds
            How long to look for them.

        Raises
        ------
        UnknownTarget
            If an area, situation, stage, rule or answer of the trainee does not exist; it has the nearest right one.
        OtherCase
            If the answers are of a case with another id.
        ValueError
            If `most` is not from 1 to 3.
        TraineeError
            If plain data cannot be read.
        NoCase
            If the formulation came from JSON and was not given its case again.
        """
        from ipt_formulate.explain.compare import compare
        from ipt_formulate.explain.trainee import read_trainee

        return compare(self, read_trainee(trainee), most=most, seconds=seconds)

    def explain(self, *, sources: bool = True, format: Literal["text", "md"] = "text") -> str:
        """In words: for each area what spoke for it, against it, what excluded it and what is unknown.

        Parameters
        ----------
        sources
            Name rule, statement and source of each line.
        format
            ``text`` in 80 columns, or ``md``.
        """
        from ipt_formulate.explain.prose import explanation

        return explanation(self, self._words, sources=sources, format=format)

    def summary(self) -> str:
        """A short text that fits a terminal: flags, focus, areas, disputes, what to ask next."""
        from ipt_formulate.explain.prose import summary

        return summary(self, self._words)

    def formulation_text(self, *, patient: bool = False, format: Literal["text", "md"] = "text") -> str:
        """A draft of the formulation itself: symptoms, onset, event or relationship, area, and whether this fits.

        Clearly marked as a draft, for a clinician to change.

        Parameters
        ----------
        patient
            In words that a patient may see. Held back while there is danger, or where it is not safe to hand over.
        format
            ``text`` in 80 columns, or ``md``.

        Raises
        ------
        NoCase
            If the formulation came from JSON and was not given its case again.
        """
        from ipt_formulate.explain.draft import draft_of
        from ipt_formulate.explain.prose import formulation_text

        return formulation_text(draft_of(self.work, self), self, self._words, patient=patient, format=format)

    def to_markdown(self) -> str:
        """The summary as Markdown, with all text of the case escaped."""
        from ipt_formulate.explain.prose import markdown

        return markdown(self, self._words)


def formulate(
    intake: Intake | Mapping[str, Any] | str | Path,
    *,
    profile: str = "classic",
    rulebook: Rulebook | str | Path | None = None,
    engine: EngineName = "auto",
) -> Formulation:
    """Formulate one case.

    Parameters
    ----------
    intake
        An intake, its plain data in wire format, or the path of a YAML or JSON file.
    profile
        A profile of the rulebook; ignored when `rulebook` is a loaded one.
    rulebook
        A loaded rulebook or the folder of one; the rules of this library by default.
    engine
        ``auto`` (durable checked against reference where it can run), ``durable`` or ``reference``.

    Returns
    -------
    Formulation
        Frozen. What is unknown stays unknown: see `settled`, `standing` and `questions`.

    Raises
    ------
    IntakeError
        With every fault of the intake and its path.
    RulebookError
        With every fault of the rulebook.
    EngineUnavailable, EngineDisagreement
        If the engine asked for cannot run; if two engines differ.
    """
    case = _intake(intake)
    book = rulebook if isinstance(rulebook, Rulebook) else load_rulebook(rulebook, profile)
    result, work = conclude(case, book, engine)
    formulation = Formulation.model_construct(**dict(result))
    formulation._work = work
    return formulation


def _intake(intake: Intake | Mapping[str, Any] | str | Path) -> Intake:
    if isinstance(intake, Intake):
        return intake
    if isinstance(intake, Mapping):
        return Intake.from_dict(intake)
    return Intake.from_file(intake)


def load_rulebook(folder: str | Path | None, profile: str) -> Rulebook:
    """A rulebook by folder and profile; loaded once."""
    return _loaded(str(folder) if folder is not None else None, profile)


@lru_cache(maxsize=16)
def _loaded(folder: str | None, profile: str) -> Rulebook:
    return Rulebook.load(folder, profile=profile)
