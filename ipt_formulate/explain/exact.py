"""Which missing answers matter, exactly?

An answer matters for an aspect of the result if there are further answers (each other missing question answered in any
way or left open; none that contradicts another, and no record that is not there yet) with which giving it, or giving it
one way rather than another, changes that aspect. Both sides are proved: that it matters by further answers which are
tried with the reference engine, that it does not by z3 (`explain/outlook.py`), which is asked for such answers and
finds none. What is neither found nor refuted in time stays in, and is counted.

Needs z3-solver (`pip install ipt-formulate[proof]`); this module can be imported without it.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import islice
from typing import TYPE_CHECKING, Any

from ipt_formulate.explain.apart import apart_of, sign_of
from ipt_formulate.explain.days import days_to_try
from ipt_formulate.explain.kinds import kinds_of
from ipt_formulate.explain.relevance import Aspect, Relevance
from ipt_formulate.formulation.formulate import Work
from ipt_formulate.formulation.outcome import Outcome
from ipt_formulate.formulation.trials import Trials
from ipt_formulate.formulation.written import made_from
from ipt_formulate.intake import SECTIONS, Day, Intake, IntakeError, Multi, Text, parse_path
from ipt_formulate.logic.truth import YES

if TYPE_CHECKING:
    from ipt_formulate.explain.proof import Question

Answers = dict[str, Any]
MODELS = 4
"""So often the solver is asked for other answers when those it gave change nothing."""
SCENES = (0, 3, 8, 3, 8)
"""Among so many days for each missing date answers are looked for, one after the other, before anything is proved."""
DRAWS = 3
"""So often answers are drawn for what the solver leaves open."""


@dataclass(frozen=True, slots=True)
class Sharpened:
    """What the missing answers can still bear on.

    Attributes
    ----------
    bears_on
        By answer path: the aspects for which the answer matters, or may. Nothing that matters is left out.
    undecided
        How many of these pairs of an answer and an aspect are neither proved nor refuted; with none it is exact.
    """

    bears_on: Mapping[str, frozenset[Aspect]]
    undecided: int

    @property
    def exact(self) -> bool:
        """Is everything decided?"""
        return self.undecided == 0


def can_prove() -> bool:
    """Is z3 installed?"""
    return find_spec("z3") is not None


def sharpened(
    work: Work, relevance: Relevance, seconds: float | None = None, trials: Trials | None = None
) -> Sharpened:
    """The relevance of the missing answers of one case, each pair of answer and aspect proved or refuted.

    Parameters
    ----------
    work, relevance
        The case, and the sound superset of what matters.
    seconds
        When to stop; None to go on until everything was looked at.
    trials
        The case for trying answers, if it is at hand.

    Raises
    ------
    ImportError
        If z3 is not installed; see `can_prove`.
    """
    return _Proof(work, relevance, trials or Trials(work.intake, work.book), seconds).run()


def missing_answers(intake: Intake) -> Iterator[str]:
    """The paths of the answers that are missing; of multi-choice answers, those of the members that are."""
    for text in intake.paths():
        path, answer = parse_path(text), intake.answer(text)
        if path.part in SECTIONS.values() and not path.id and path.field == "asked":
            continue  # whoever says whether a list is complete was asked
        if isinstance(path.item.type, Multi):
            told: Any = answer.value if answer.known and answer.value is not None else {}
            yield from (f"{text}.{each}" for each in path.item.type.members if told.get(each, "unknown") == "unknown")
        elif not answer.known:
            yield text


def seen(outcome: Outcome, aspect: Aspect) -> object:
    """An aspect of what came out."""
    match aspect:
        case "focus":
            return (outcome.status, outcome.settled, outcome.leaders, outcome.second)
        case "standing":
            return (outcome.standings, outcome.areas, outcome.gate)
        case "stage":
            return outcome.stages
        case "flag":
            return outcome.flags


class _Proof:
    """The search of one case: for each pair of an answer and an aspect, a witness or a proof that there is none."""

    def __init__(self, work: Work, relevance: Relevance, trials: Trials, seconds: float | None) -> None:
        self.work, self.relevance, self.trials = work, relevance, trials
        self.until = None if seconds is None else time.monotonic() + seconds
        told = set(missing_answers(work.intake))
        self.missing = told | {path for path in relevance.bears_on if self._is_made(path)}
        self.open: dict[str, set[Aspect]] = {
            path: set(relevance.bears_on[path]) for path in sorted(relevance.bears_on) if path in self.missing
        }
        self.found: dict[str, set[Aspect]] = {path: set() for path in relevance.bears_on}
        self.apart = apart_of(work.book)
        self.days = {path: self._days(path) for path in sorted(self.missing) if _is_date(path)}
        self.random = random.Random(0)

    def _is_made(self, text: str) -> bool:
        """Is it about a situation that a rule surely made, and that can be asked about?"""
        if "[from=" not in text:
            return False
        path = parse_path(text)
        made = made_from(self.work.case.strict, str(path.origin), path.part)
        return made is not None and made.exists == YES

    def run(self) -> Sharpened:
        """Alone first, then with what the solver says."""
        if not self.work.case.contradictions:
            self._alone()
            self._proved()
        undecided = sum(len(each) for each in self.open.values())
        left = {path: frozenset(self.found[path] | self.open.get(path, set())) for path in self.found}
        for path, aspects in self.relevance.bears_on.items():
            if path not in self.missing:
                left[path] = frozenset(aspects)  # no question of the intake: a decision, or a date known by its year
        return Sharpened({path: aspects for path, aspects in left.items() if aspects}, undecided)

    def _is_late(self) -> bool:
        return self.until is not None and time.monotonic() > self.until

    # -- witnesses ------------------------------------------------------------------------------------------------

    def _alone(self) -> None:
        for path in self.open:
            if self._is_late():
                return
            self._try(path, {})

    def _try(self, path: str, beside: Answers) -> None:
        """Give every kind of answer beside others, or none; note every aspect that differs."""
        outcomes = [self._outcome({**beside, **answer}) for answer in ({}, *self._answers(path))]
        told = [each for each in outcomes if each is not None]
        news = {each for each in self.open[path] if len({seen(one, each) for one in told}) > 1}
        self.open[path] -= news
        self.found[path] |= news

    def _outcome(self, answers: Answers) -> Outcome | None:
        if not answers:
            return self.trials.base
        try:
            trial = self.trials.under(answers)
        except IntakeError:
            return None
        return None if trial.contradicts else trial.outcome

    def _answers(self, text: str) -> Iterator[Answers]:
        """Every kind of answer to a question, alone."""
        path, intake = parse_path(text), self.work.intake
        if path.part in SECTIONS.values() and not (path.id or path.origin):
            yield from (self._complete({text: told}) for told in ("yes", "no"))
        elif path.member:
            yield from ({text: told} for told in ("yes", "no"))
        elif isinstance(path.item.type, Text):
            yield {text: "told"}
        elif text in self.days:
            yield from ({text: wire} for wire in self.days[text])
        else:
            for kind in kinds_of(path.item, self.apart, intake, path.id):
                yield {text: kind.wire}
                for source in self.apart.tellers(sign_of(path.item)):
                    yield {text: {"value": kind.wire, "source": source}}

    def _days(self, path: str) -> tuple[Any, ...]:
        return days_to_try(parse_path(path), self.apart, self.work.intake, self.work.case.strict)

    def _complete(self, answers: Answers) -> Answers:
        """The answers, with the mark that a list was asked about where one tells whether it is complete."""
        marks = {}
        for text in answers:
            section = text.removesuffix(".complete")
            if section in SECTIONS.values() and getattr(self.work.intake, section).asked.value != "yes":
                marks[f"{section}.asked"] = "yes"
        return {**marks, **answers}

    # -- proofs ---------------------------------------------------------------------------------------------------

    def _proved(self) -> None:
        """What is soon seen not to matter, then a search where days are followed, last what is hard."""
        from ipt_formulate.explain.proof import GLANCE

        if self._is_late():
            return
        with_any_day = list(self._questions(None))
        for path, aspect, question in self._left(with_any_day):
            if question.rules_out(path, GLANCE):
                self.open[path].discard(aspect)
        for number in SCENES:
            if self._is_late():
                return
            days = {path: self.random.sample(wires, min(len(wires), number)) for path, wires in self.days.items()}
            for path, aspect, question in self._left(self._questions(days)):
                self._search(path, aspect, question)
        for path, aspect, question in self._left(with_any_day):
            if self._search(path, aspect, question):
                self.open[path].discard(aspect)

    def _questions(self, days: Mapping[str, list[Any]] | None) -> Iterator[tuple[Aspect, Question]]:
        from ipt_formulate.explain.proof import questions

        wanted = frozenset(each for told in self.open.values() for each in told)
        return questions(self.work, self.relevance.hanging, self.missing, wanted, days)

    def _left(self, asked: Iterable[tuple[Aspect, Question]]) -> Iterator[tuple[str, Aspect, Question]]:
        """Every pair that is still open, with the question about its aspect, while there is time."""
        for aspect, question in asked:
            for path, aspects in self.open.items():
                if self._is_late():
                    return
                if aspect in aspects:
                    yield path, aspect, question

    def _search(self, path: str, aspect: Aspect, question: Question) -> bool:
        """Try further answers under which the answer may matter, until it does under some. Are there surely none?"""
        for proposed in islice(question.proposals(path), MODELS):
            if proposed is None:
                return True
            answers, loose = proposed
            for _ in range(DRAWS if loose else 1):
                drawn = {each: self._drawn(each) for each in loose if each != path}
                self._try(path, self._complete({**answers, **{k: v for k, v in drawn.items() if v is not None}}))
                if aspect not in self.open[path] or self._is_late():
                    return False
        return False

    def _drawn(self, path: str) -> Any:
        """Some answer to a question that the solver leaves open."""
        answers = list(self._answers(path))
        return self.random.choice(answers)[path] if answers else None


def _is_date(path: str) -> bool:
    return isinstance(parse_path(path).item.type, Day)
