"""What would the result be with some answers otherwise, and which few answers would have to be otherwise for it?

`what_if` replays the case with other answers. `smallest_changes` looks for the fewest answers that could be otherwise
(see `changeable`) and lead to an aim; it shows a set only after replaying it, and says how far it looked.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal

from ipt_formulate.explain.aims import aim_of
from ipt_formulate.explain.apart import apart_of
from ipt_formulate.explain.background import background
from ipt_formulate.explain.changeable import Step, steps_of
from ipt_formulate.explain.differences import Difference, Frozen, difference, titles_of
from ipt_formulate.explain.explanations import Explained, TextFormat
from ipt_formulate.explain.search import MOST, Progress, Search, minimal
from ipt_formulate.explain.shown import GIVEN, shown_answer
from ipt_formulate.formulation.formulate import Work, contradictions_of
from ipt_formulate.formulation.outcome import Outcome, lean_of
from ipt_formulate.formulation.patching import ABOUT
from ipt_formulate.formulation.result import Contradiction
from ipt_formulate.formulation.trials import Trials, answered
from ipt_formulate.formulation.written import made_from
from ipt_formulate.intake import NOT_ASKED, AnswerPath, IntakeError, Number, Text, parse_path
from ipt_formulate.logic.truth import word


class Change(Frozen):
    """One answer given otherwise.

    Attributes
    ----------
    path
        The answer path.
    question, label
        What was asked, and the name of the record it is about (None for the case).
    before, after
        The answers in wire form; None for one that is missing. Free text stands as "given".
    values
        Every answer that would do as well; the least and the most of a number. Empty where nobody looked.
    """

    path: str
    question: str
    label: str | None
    before: Any
    after: Any
    values: tuple[Any, ...] = ()


class RuleDifference(Frozen):
    """A rule that says something else of a record than before, on what was said."""

    rule: str
    record: str
    because: str
    before: str
    after: str


class WhatIf(Explained):
    """The result with some answers otherwise, as a difference.

    `turned` are the rules that say something else, in the order of their ids; `contradictions` those that the changes
    bring.
    """

    format: Literal["ipt-formulate.what_if/1"] = "ipt-formulate.what_if/1"
    changes: tuple[Change, ...]
    difference: Difference
    turned: tuple[RuleDifference, ...]
    contradictions: tuple[Contradiction, ...]

    def paths(self) -> tuple[str, ...]:
        """The paths of the answers that are otherwise."""
        return tuple(each.path for each in self.changes)

    def in_words(self, *, depth: int = 1, format: TextFormat = "text") -> str:
        """In sentences.

        Parameters
        ----------
        depth
            0: what comes out otherwise; 1: also how far it may still go and which rules turned.
        format
            ``text`` in 80 columns, or ``md``.
        """
        from ipt_formulate.explain.prose import what_if_text

        return what_if_text(self, depth=depth, format=format)


class ChangeSet(Frozen):
    """A smallest set of changes that reaches the aim, and everything else it would bring."""

    changes: tuple[Change, ...]
    difference: Difference


class SmallestChanges(Explained):
    """The smallest sets of changes that reach an aim.

    Attributes
    ----------
    aim
        What was asked for.
    reached_already
        The case is there without any change; then there are no sets.
    sets
        Smallest sets, fewest changes first; none has another inside it.
    answers
        How many answers of the case could be otherwise and are noticed by the rules.
    ruled_out
        No set of such changes leads there, however large: with all these answers left open the aim is known not to be.
    looked_at
        Every set of at most so many changes was looked at.
    asked_for
        So many were to be looked at.
    stopped
        Why it did not get that far: ``time``, or ``interrupted``.
    """

    format: Literal["ipt-formulate.smallest_changes/1"] = "ipt-formulate.smallest_changes/1"
    aim: str
    reached_already: bool
    sets: tuple[ChangeSet, ...]
    answers: int
    ruled_out: bool = False
    looked_at: int = 0
    asked_for: int
    stopped: Literal["time", "interrupted"] | None = None

    @property
    def complete(self) -> bool:
        """Was everything looked at that was asked for, or is it known that nothing can be found?"""
        return self.reached_already or self.ruled_out or self.stopped is None

    def paths(self) -> tuple[str, ...]:
        """The paths of the answers that are named, each once."""
        return tuple(dict.fromkeys(each.path for found in self.sets for each in found.changes))

    def in_words(self, *, format: TextFormat = "text") -> str:
        """In sentences: ``text`` in 80 columns, or ``md``. Long lists are cut there and whole in JSON."""
        from ipt_formulate.explain.prose import smallest_changes_text

        return smallest_changes_text(self, format=format)


def what_if(work: Work, changes: Mapping[str, Any]) -> WhatIf:
    """The case with some answers otherwise.

    Parameters
    ----------
    work
        The case.
    changes
        Wire values by answer path, as `Intake.with_answers` takes them; None takes an answer away.

    Raises
    ------
    IntakeError
        For an unknown path, with the nearest right one, and for answers that cannot be.
    """
    trials = Trials(work.intake, work.book)
    intake, plain, renamed = answered(work.intake, changes, trials.case.strict, work.book)
    after = Trials(intake.with_answers(plain), work.book)
    titles = titles_of(work, after.work)
    new = {(each.sign, each.rule): each for each in contradictions_of(after.work)}
    for each in contradictions_of(work):
        new.pop((each.sign, each.rule), None)
    found = WhatIf(
        changes=tuple(_change(path, value, work) for path, value in changes.items()),
        difference=difference(trials.base, after.base.renamed(renamed), titles),
        turned=tuple(_turned(trials.work, after.work, renamed)),
        contradictions=tuple(new.values()),
        **background(work, after.work, flags=flags_of(trials.base)),
    )
    found._words = work.book.words
    return found


def smallest_changes(
    work: Work,
    aim: str,
    *,
    most: int = 2,
    seconds: float | None = None,
    progress: Progress | None = None,
    acts: bool = False,
) -> SmallestChanges:
    """The smallest sets of answers that would have to be otherwise for an aim.

    Parameters
    ----------
    work
        The case.
    aim
        Such as ``grief leads``, ``role_dispute:husband leads``, ``stage of husband is renegotiation``, ``no tie``.
    most
        The largest sets to look at, 1 to 3. Two are exact within seconds; three may take a minute.
    seconds
        When to stop; what was found by then is returned, with how far the search came.
    progress
        Called now and then with the size of the sets, how many were looked at, and how many there are.
    acts
        Also what was done and when it was last done: nobody can change that any more, but a case that is nearly this
        one could have been told so.

    Raises
    ------
    UnknownTarget
        If the aim names something that the case does not have.
    ValueError
        If `most` is not 1, 2 or 3.
    """
    if not 1 <= most <= MOST:
        raise ValueError(f"sets of 1 to {MOST} changes can be looked at, not of {most}")
    wanted = aim_of(aim, work)
    trials = Trials(work.intake, work.book)
    reached = wanted.reached(trials.base)
    steps = () if reached else tuple(steps_of(work.intake, apart_of(work.book), acts=acts))
    loose = _left_open(steps, work)
    ruled_out = not reached and loose is not None and not wanted.reachable(loose)
    search = Search(trials, wanted, steps, progress, time.monotonic() + seconds if seconds is not None else None)
    if not (reached or ruled_out):
        search.run(most)
    found = SmallestChanges(
        aim=aim,
        reached_already=reached,
        sets=tuple(_joined(_replayed_sets(search, work))),
        answers=len({step.path for step in steps}),
        ruled_out=ruled_out,
        looked_at=search.looked_at,
        asked_for=most,
        stopped=search.stopped,
        **background(work, flags=flags_of(trials.base)),
    )
    found._words = work.book.words
    return found


def flags_of(outcome: Outcome) -> Iterator[tuple[str, str]]:
    """The flags of an outcome as level and flag."""
    return ((level, flag) for (flag, level), _ in outcome.flags)


def _replayed_sets(search: Search, work: Work) -> Iterator[ChangeSet]:
    """What was found, each replayed by a full run."""
    titles = titles_of(work)
    for each in minimal(search.found):
        after = _replayed(each, work)
        if after is not None and search.aim.reached(after):
            changes = tuple(_change(step.path, step.after, work, step.values) for step in each)
            yield ChangeSet(changes=changes, difference=difference(search.trials.base, after, titles))


def _joined(sets: Iterable[ChangeSet]) -> list[ChangeSet]:
    """The sets; those that differ in neighbouring numbers of one answer, and bring the same, are one."""
    found: list[ChangeSet] = []
    for each in sets:
        for place, other in enumerate(found):
            if (one := _as_one(other, each)) is not None:
                found[place] = one
                break
        else:
            found.append(each)
    return found


def _as_one(first: ChangeSet, second: ChangeSet) -> ChangeSet | None:
    if len(first.changes) != len(second.changes) or first.difference != second.difference:
        return None
    pairs = zip(first.changes, second.changes, strict=True)
    apart = [(number, *pair) for number, pair in enumerate(pairs) if pair[0] != pair[1]]
    if len(apart) != 1:
        return None
    ((number, below, above),) = apart
    if below.path != above.path or not isinstance(parse_path(below.path).item.type, Number):
        return None
    if below.values[1] + 1 != above.values[0]:
        return None
    nearest = below if abs(below.after - below.before) <= abs(above.after - above.before) else above
    joined = nearest.model_copy(update={"values": (below.values[0], above.values[1])})
    changes = (*first.changes[:number], joined, *first.changes[number + 1 :])
    return first.model_copy(update={"changes": changes})


def _left_open(steps: tuple[Step, ...], work: Work) -> Work | None:
    """The case with every answer that could be otherwise left open; None if the intake cannot be so."""
    try:
        loose = work.intake.with_answers({step.path: None for step in steps})
    except IntakeError:
        return None
    case = Trials(loose, work.book)
    return case.work if not case.case.contradictions else None


def _replayed(steps: tuple[Step, ...], work: Work) -> Outcome | None:
    """What a full run gives with these steps; None if the intake cannot be."""
    try:
        return lean_of(work.intake.with_answers({step.path: step.after for step in steps}), work.book)
    except IntakeError:
        return None


def _change(text: str, after: Any, work: Work, values: tuple[Any, ...] = ()) -> Change:
    path = parse_path(text)
    try:
        answer = work.intake.answer(text)
    except IntakeError:
        answer = NOT_ASKED  # a situation that a rule made has no record yet
    before = answer.value if path.member and answer.known else shown_answer(path.item.type, answer)
    if isinstance(path.item.type, Text) and after is not None:
        after = GIVEN
    return Change(
        path=text,
        question=path.item.question,
        label=_label(path, work),
        before=before,
        after=after,
        values=values,
    )


def _label(path: AnswerPath, work: Work) -> str | None:
    """The name of the record that an answer is about."""
    if path.part not in ABOUT or not (path.id or path.origin):
        return None
    view = work.case.presumed
    about = ABOUT[path.part]
    record = made_from(view, path.origin, path.part) if path.origin else view.find(str(path.id), about)
    return work.names.title(record) if record is not None else path.id


def _turned(before: Work, after: Work, renamed: Mapping[str, str]) -> Iterator[RuleDifference]:
    theirs = {(rule, renamed.get(record, record)): pair for (rule, record), pair in after.verdicts.rules.items()}
    for (rule_id, record_id), pair in sorted(before.verdicts.rules.items()):
        now = theirs.get((rule_id, record_id))
        if now is None or now.presumed == pair.presumed:
            continue
        rule = before.book.rules[rule_id]
        record = next((each for each in before.case.presumed.of(rule.about) if each.id == record_id), None)
        if record is not None:
            yield RuleDifference(
                rule=rule_id,
                record=record_id,
                because=before.names.fill(rule.because, record),
                before=word(pair.presumed),
                after=word(now.presumed),
            )
