"""Which questions should be asked next, and what would each of them decide?

Every missing answer is in one of three buckets: it can still change the result, it cannot matter any more, or it was
declined. Those that can are ranked: what can still raise or lift a flag about danger first, then by how much of what is
open an answer can settle, then by what asking costs; what somebody did not know comes last. What a question decides is
found by trying its answers.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Literal, TypeAlias

from ipt_formulate.explain.apart import Apart, apart_of
from ipt_formulate.explain.background import background
from ipt_formulate.explain.changes import flags_of
from ipt_formulate.explain.days import days_in_order
from ipt_formulate.explain.differences import Difference, FocusSeen, Frozen, difference, focus_seen, titles_of
from ipt_formulate.explain.exact import can_prove, sharpened
from ipt_formulate.explain.explanations import Explained, TextFormat
from ipt_formulate.explain.kinds import Kind, kinds_of
from ipt_formulate.explain.relevance import ASPECTS, Aspect, Relevance
from ipt_formulate.explain.worth import Decides, Worth, worth_of
from ipt_formulate.formulation.formulate import Work
from ipt_formulate.formulation.outcome import Outcome
from ipt_formulate.formulation.patching import ABOUT
from ipt_formulate.formulation.result import Result
from ipt_formulate.formulation.trials import Trials
from ipt_formulate.formulation.written import made_from
from ipt_formulate.intake import (
    ITEMS,
    NOT_ASKED,
    SECTIONS,
    Answer,
    AnswerPath,
    Day,
    Intake,
    IntakeError,
    Multi,
    parse_path,
)
from ipt_formulate.intake.item import Item
from ipt_formulate.logic.truth import YES
from ipt_formulate.rulebook import Rulebook
from ipt_formulate.rulebook import conclusions as c
from ipt_formulate.rulebook.loading import inputs_of
from ipt_formulate.rulebook.nodes import Sign

Bucket: TypeAlias = Literal["can_change", "cannot_matter", "declined"]
YES_NO = ("yes", "no")
# How much it counts, beside what an answer does alone, that much hangs on it together with others, and that it belongs
# to the smallest useful intake (benchmarks/questions.py).
HANGS = 1.0
MINIMUM = 1.0


class AnswerKind(Frozen):
    """Answers that the rulebook cannot tell apart.

    `values` holds every one of them, of a number only the least and the most; `wire` is one of them in wire form. Of a
    date only some days are tried: `values` holds the first and the last of those next to one another that do the same.
    """

    values: tuple[Any, ...]
    wire: Any


class Effect(Frozen):
    """What some answers would do, alone: the difference to the result as it is."""

    answers: tuple[AnswerKind, ...]
    difference: Difference


class OpenQuestion(Frozen):
    """A question of which the answer, or part of it, is missing.

    Attributes
    ----------
    item, path, members
        The code of the item, the answer path and, of a multi-choice answer, the members that are open.
    text, label
        The question, and the name of the record it is about (None for the case as a whole).
    bucket
        ``can_change`` the result still, ``cannot_matter`` any more, ``declined``.
    unknown
        Why there is no answer: ``not_asked``, ``do_not_know``, ``declined``; None if only members are open.
    safety, burden
        Whether it is about danger, and what asking costs, 1 (light) to 3 (painful or long).
    bears_on
        What of the result the answer may still bear on.
    decides
        What some answer alone would change or settle; empty if it takes more than this answer.
    effects
        What the answers would do, tried one by one; empty for free text and where nobody looked.
    asked_because
        The reason of a rule that asks it.
    """

    item: str
    path: str
    members: tuple[str, ...]
    text: str
    label: str | None
    bucket: Bucket
    unknown: Literal["not_asked", "do_not_know", "declined"] | None
    safety: bool
    burden: int
    bears_on: tuple[Aspect, ...]
    decides: tuple[Decides, ...]
    effects: tuple[Effect, ...]
    asked_because: str | None


class NextQuestions(Explained):
    """The missing answers of a case, in three buckets, those that can change the result in the order to ask them.

    Attributes
    ----------
    focus
        The focus as it is.
    settled
        No missing answer can change the focus.
    can_change, cannot_matter, declined
        The buckets; `can_change` as many as were asked for, the others whole.
    open
        How many can change the result in all.
    relevance
        How the buckets were found: ``exact``, or a sound ``superset`` of what can change the result.
    """

    format: Literal["ipt-formulate.next_questions/1"] = "ipt-formulate.next_questions/1"
    focus: FocusSeen
    can_change: tuple[OpenQuestion, ...]
    cannot_matter: tuple[OpenQuestion, ...]
    declined: tuple[OpenQuestion, ...]
    open: int
    settled: bool
    relevance: Literal["exact", "superset"]

    def paths(self) -> tuple[str, ...]:
        """The paths of the questions that can change the result, in the order to ask them."""
        return tuple(each.path for each in self.can_change)

    def in_words(self, *, every: bool = False, format: TextFormat = "text") -> str:
        """In sentences.

        Parameters
        ----------
        every
            Also name each question that cannot matter any more.
        format
            ``text`` in 80 columns, or ``md``.
        """
        from ipt_formulate.explain.prose import next_questions_text

        return next_questions_text(self, every=every, format=format)


@dataclass(frozen=True, slots=True)
class Asked:
    """One question before it is ranked."""

    path: AnswerPath
    members: tuple[str, ...]
    answer: Answer[Any]
    bears_on: frozenset[Aspect]
    number: int


def next_questions(result: Result, work: Work, limit: int | None = 5, *, seconds: float = 0) -> NextQuestions:
    """The questions to ask next.

    Parameters
    ----------
    result, work
        The case and its result.
    limit
        How many of those that can change the result to return; None for all. The other buckets are always whole.
    seconds
        How long a solver may take to prove what can and cannot matter; 0 for not at all. Without z3-solver it is not
        used.
    """
    asking = Asking(result, work, seconds)
    found = NextQuestions(
        focus=focus_seen(asking.trials.base),
        can_change=tuple(asking.question(each, worth) for each, worth in asking.ranked(limit=limit)),
        cannot_matter=tuple(asking.idle("cannot_matter")),
        declined=tuple(asking.idle("declined")),
        open=len(asking.buckets["can_change"]),
        settled=result.focus.settled,
        relevance="exact" if asking.exact else "superset",
        **background(work, flags=flags_of(asking.trials.base)),
    )
    found._words = work.book.words
    return found


def order_to_ask(result: Result, work: Work, done: Collection[str] = ()) -> tuple[str, ...]:
    """The paths that can change the result in the order to ask them, without what their answers would do.

    `done` are left out, and nothing is tried for them: they may have been put already.
    """
    asking = Asking(result, work)
    return tuple(str(each.path) for each, _ in asking.ranked(done))


class Asking:
    """The missing answers of one case, sorted into buckets and tried."""

    def __init__(self, result: Result, work: Work, seconds: float = 0) -> None:
        self.work = work
        self.intake: Intake = work.intake
        self.apart: Apart = apart_of(work.book)
        self.trials = Trials(work.intake, work.book)
        self.titles = titles_of(work)
        self.unasked = {path: number for number, path in enumerate(result.safety_unasked)}
        self.reasons = {each.path: each.why for each in result.questions if each.bucket == "worth_asking"}
        self.told_of = _behind({flag.id for flag in result.flags}, work.book)
        relevance = Relevance(work)
        self.weight = relevance.weight
        bears_on: Mapping[str, Iterable[Aspect]] = relevance.bears_on
        self.exact = False
        if seconds > 0 and can_prove():
            left = sharpened(work, relevance, seconds, self.trials)
            bears_on, self.exact = left.bears_on, left.exact
        self.buckets: dict[Bucket, list[Asked]] = {"can_change": [], "cannot_matter": [], "declined": []}
        for number, each in enumerate(_open(self.intake, bears_on, work)):
            asked = Asked(each.path, each.members, each.answer, each.bears_on, number)
            self.buckets[self._bucket(asked)].append(asked)

    def _bucket(self, asked: Asked) -> Bucket:
        if asked.answer.unknown == "declined":
            return "declined"
        return "can_change" if asked.bears_on or str(asked.path) in self.unasked else "cannot_matter"

    def ranked(self, done: Collection[str] = (), limit: int | None = None) -> list[tuple[Asked, Worth]]:
        """What can change the result and is not done with, best question first; at most `limit` of it, if given.

        Answers are only tried of questions that may be among them.
        """
        waiting = sorted((each for each in self.buckets["can_change"] if str(each.path) not in done), key=self._turn)
        found: list[tuple[Asked, Worth]] = []
        for _, group in groupby(waiting, key=self._turn):
            if limit is not None and len(found) >= limit:
                break
            tried = [(each, worth_of(self.trials.base, list(self._outcomes(each)))) for each in group]
            found += sorted(tried, key=lambda pair: self._order(*pair))
        return found[:limit]

    def _turn(self, asked: Asked) -> tuple[int, bool, bool, int]:
        """What counts before all that answers would do."""
        return (
            self.unasked.get(str(asked.path), len(self.unasked)),
            asked.answer.unknown == "do_not_know",
            self._is_late(asked.path),
            self._danger(asked),
        )

    def _order(self, asked: Asked, worth: Worth) -> tuple[float, int, int]:
        return (-self._score(asked, worth), asked.path.item.burden, asked.number)

    def _danger(self, asked: Asked) -> int:
        """0: about a flag that is up now; 1: can still raise or lift another; 2: an ordinary question."""
        if not (asked.path.item.safety and "flag" in asked.bears_on):
            return 2
        return 0 if asked.path.item in self.told_of else 1

    def _score(self, asked: Asked, worth: Worth) -> float:
        path = str(asked.path)
        hangs = sum(self.weight[f"{path}.{member}"] for member in asked.members) if asked.members else self.weight[path]
        return worth.score + HANGS * hangs + MINIMUM * asked.path.item.minimum

    def _is_late(self, path: AnswerPath) -> bool:
        """The clinician's own rating, which this is to help with, and the group part where no group is planned."""
        return path.part == "clinician" or (path.part == "group" and self.intake.frame.format.value != "group")

    def _outcomes(self, asked: Asked) -> Iterator[tuple[Kind, Outcome]]:
        """What comes out under each kind of answer that the intake allows and that contradicts nothing."""
        return self._tried(self._answers(asked))

    def _days(self, path: AnswerPath) -> Iterator[tuple[Kind, Outcome]]:
        """What comes out under more days than one of each band: to say what they would do, between which days."""
        days = days_in_order(path, self.apart, self.intake, self.work.case.strict)
        return self._tried((kind, {str(path): kind.wire}) for kind in days)

    def _tried(self, answers: Iterable[tuple[Kind, dict[str, Any]]]) -> Iterator[tuple[Kind, Outcome]]:
        for kind, told in answers:
            try:
                trial = self.trials.under(told)
            except IntakeError:
                continue
            if not trial.contradicts:
                yield kind, trial.outcome

    def _answers(self, asked: Asked) -> Iterator[tuple[Kind, dict[str, Any]]]:
        path = asked.path
        if path.part in SECTIONS.values() and not (path.id or path.origin):
            for told in YES_NO:
                asked_too = {f"{path.part}.asked": "yes"} if getattr(self.intake, path.part).asked.value == "no" else {}
                yield Kind(told, (told,)), {**asked_too, str(path): told}
            return
        for kind in kinds_of(path.item, self.apart, self.intake, path.id):
            if not isinstance(path.item.type, Multi):
                yield kind, {str(path): kind.wire}
                continue
            yes = [member for member in kind.values if member in asked.members]
            if yes or kind.values == ("none",):
                told_by_member = {f"{path}.{m}": "yes" if m in yes[:1] else "no" for m in asked.members}
                yield Kind(kind.wire, tuple(yes) or ("none",)), told_by_member

    def question(self, asked: Asked, worth: Worth) -> OpenQuestion:
        """A question with what its answers would do."""
        is_date = isinstance(asked.path.item.type, Day)
        if is_date:
            worth = worth_of(self.trials.base, list(self._days(asked.path)))
        effects: dict[Difference, list[Kind]] = {}
        before = None
        for kind, outcome in worth.outcomes:
            would = difference(self.trials.base, outcome, self.titles)
            alike = effects.setdefault(would, [])
            if would == before and is_date:
                first = alike.pop()
                alike.append(Kind(first.wire, (first.values[0], kind.values[-1])))
            else:
                alike.append(kind)
            before = would
        found = tuple(
            Effect(
                answers=tuple(AnswerKind(values=kind.values, wire=kind.wire) for kind in kinds),
                difference=each,
            )
            for each, kinds in effects.items()
        )
        return self._question(asked, "can_change", worth.decides, found)

    def idle(self, bucket: Bucket) -> Iterator[OpenQuestion]:
        """The questions of a bucket that nobody needs to try."""
        return (self._question(each, bucket) for each in self.buckets[bucket])

    def _question(
        self, asked: Asked, bucket: Bucket, decides: tuple[Decides, ...] = (), effects: tuple[Effect, ...] = ()
    ) -> OpenQuestion:
        path, item = asked.path, asked.path.item
        is_list = path.part in SECTIONS.values() and not (path.id or path.origin)
        return OpenQuestion(
            item=item.code or path.part,
            path=str(path),
            members=asked.members,
            text=item.question,
            label=None if is_list else self._label(path),
            bucket=bucket,
            unknown=asked.answer.unknown,
            safety=item.safety,
            burden=item.burden,
            bears_on=tuple(each for each in ASPECTS if each in asked.bears_on),
            decides=decides,
            effects=effects,
            asked_because=self.reasons.get(str(path)),
        )

    def _label(self, path: AnswerPath) -> str | None:
        if path.part not in ABOUT:
            return None
        view, about = self.work.case.presumed, ABOUT[path.part]
        record = made_from(view, path.origin, path.part) if path.origin else view.find(str(path.id), about)
        return self.work.names.title(record) if record is not None else path.id


def _behind(flags: Set[str], book: Rulebook) -> list[Item]:
    """The questions that the rules of these flags read, directly or through signs."""
    rules = [
        (rule, rule.about)
        for rule, each in book.concluding(c.Flags)
        if isinstance(each, c.Flags) and each.flag in flags
    ]
    seen: set[Sign] = set()
    while rules:
        for sign in inputs_of(*rules.pop(), book.vocabulary) - seen:
            seen.add(sign)
            if sign in book.derived:
                rules.append((book.derived[sign], sign.about))
    return [ITEMS[sign.about][sign.name] for sign in seen if sign.name in ITEMS[sign.about]]


def _open(intake: Intake, bears_on: Mapping[str, Iterable[Aspect]], work: Work) -> Iterator[Asked]:
    """Every question with a missing answer, in the order of the intake; situations that rules made come last."""
    for text in intake.paths():
        path, answer = parse_path(text), intake.answer(text)
        if path.part in SECTIONS.values() and not path.id and path.field == "asked":
            continue  # whoever says whether a list is complete was asked
        if isinstance(path.item.type, Multi):
            told = answer.value if answer.known and answer.value is not None else {}
            members = tuple(member for member in path.item.type.members if told.get(member, "unknown") == "unknown")
            relevant = tuple(member for member in members if f"{text}.{member}" in bears_on)
            aspects = frozenset(each for member in relevant for each in bears_on[f"{text}.{member}"])
            if members:
                yield Asked(path, relevant or members, answer, aspects, 0)
        elif not answer.known:
            yield Asked(path, (), answer, frozenset(bears_on.get(text, ())), 0)
    yield from _of_made(bears_on, work)


def _of_made(bears_on: Mapping[str, Iterable[Aspect]], work: Work) -> Iterator[Asked]:
    """Questions about situations that rules made, where these surely are; of others nothing is asked yet."""
    found: dict[str, tuple[list[str], set[Aspect]]] = {}
    for text, aspects in bears_on.items():
        if "[from=" not in text:
            continue
        path = parse_path(text)
        made = made_from(work.case.strict, str(path.origin), path.part)
        if made is None or made.exists != YES:
            continue
        whole = text.removesuffix(f".{path.member}") if path.member else text
        members, together = found.setdefault(whole, ([], set()))
        members += [path.member] if path.member else []
        together |= set(aspects)
    for text, (members, together) in sorted(found.items()):
        path = parse_path(text)
        told = path.item.type.members if isinstance(path.item.type, Multi) else ()
        yield Asked(path, tuple(each for each in told if each in members), NOT_ASKED, frozenset(together), 0)
