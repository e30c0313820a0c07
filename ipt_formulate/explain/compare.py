"""How does a trainee's reading of a case compare with the engine's?

Made from the verbs of the formulation: what carried the engine's verdict, what held the trainee's choice back, what
would have had to be otherwise for it, and what should have been asked.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ipt_formulate.explain import judging
from ipt_formulate.explain.alike import values_of
from ipt_formulate.explain.background import background
from ipt_formulate.explain.changes import ChangeSet, smallest_changes
from ipt_formulate.explain.differences import NOT_STAGED, focus_seen, titles_of
from ipt_formulate.explain.errors import OtherCase, UnknownTarget
from ipt_formulate.explain.explanations import Contrast, Group, GroupCode
from ipt_formulate.explain.facts import VERDICTS
from ipt_formulate.explain.feedback import Elsewhere, Feedback, NearMisses, Point
from ipt_formulate.explain.judging import Judgement
from ipt_formulate.explain.questions import OpenQuestion, next_questions
from ipt_formulate.explain.search import MOST
from ipt_formulate.explain.trainee import FocusChosen, Trainee, TraineeReason, checked
from ipt_formulate.explain.weighing import CARRYING, Weighing, id_of
from ipt_formulate.formulation.outcome import Outcome, lean_of, outcome_of
from ipt_formulate.formulation.standing import POSSIBLE
from ipt_formulate.intake import parse_path
from ipt_formulate.logic.truth import YES
from ipt_formulate.rulebook.book import Setting

if TYPE_CHECKING:
    from ipt_formulate.explain.formulation import Formulation

HOLDING_BACK: tuple[GroupCode, ...] = (
    "excluded_by", "ruled_out", "held_down", "not_there", "barred", "gives_way", "gate", "nothing_on_record",
    "switched_off", "blocked", "other_answer", "other_stages", "not_known", "could_still",
)  # fmt: skip
MOST_QUESTIONS = 5
FIRST = frozenset({"focus", "stage", "tie"})
"""What a question decides that is worth most to a trainee."""
MOST_NEAR = 3
"""So many near misses are shown of each point."""


def compare(formulation: Formulation, trainee: Trainee, *, most: int = 2, seconds: float = 10.0) -> Feedback:
    """A trainee's reading of a case beside the engine's.

    Parameters
    ----------
    formulation
        The case as the engine sees it.
    trainee
        What the trainee makes of it.
    most
        Near misses of at most so many answers (1 to 3) are looked for.
    seconds
        How long to look for them, over all points.

    Raises
    ------
    UnknownTarget
        If an area, situation, stage, rule or answer of the trainee does not exist; it has the nearest right one.
    OtherCase
        If the answers are of a case with another id.
    ValueError
        If `most` is not from 1 to 3.
    NoCase
        If the formulation came from JSON and was not given its case again.
    """
    if not 1 <= most <= MOST:
        raise ValueError(f"near misses of 1 to {MOST} answers can be looked for, not of {most}")
    case = formulation.work.intake.case_id
    if None not in (case, trainee.case) and case != trainee.case:
        raise OtherCase("these answers are of another case; `case` is the case_id of the intake they are about")
    return _Comparing(formulation, checked(trainee, formulation.work), most, seconds).feedback()


def reading_of(formulation: Formulation) -> Trainee:
    """The engine's own verdicts in the form of a trainee's answers, with every rule that carries them."""
    outcome = outcome_of(formulation.work)
    if outcome.status == "tie":
        area = formulation.focus.primary.area if formulation.focus.primary is not None else None
        focus = FocusChosen(status="tie", area=area)
    elif outcome.status == "proposed":
        focus = FocusChosen(area=outcome.leaders[0][0], situation=outcome.leaders[0][1])
    else:
        focus = FocusChosen(status=outcome.status)  # type: ignore[arg-type]
    stages = {record: each.stage or NOT_STAGED for (record, _), each in reversed(outcome.stages)}
    carried = Weighing(formulation, outcome).carried
    rules = dict.fromkeys((each.rule, id_of(each.record)) for group in carried for each in group.reasons)
    return Trainee(
        case=formulation.case,
        areas=tuple(code for code, each in outcome.areas if each.lean > POSSIBLE),
        focus=focus,
        stages=stages,
        reasons=tuple(TraineeReason(rule=f"{rule}:{record}" if record else rule) for rule, record in rules),
    )


class _Comparing:
    """One comparison at work."""

    def __init__(self, formulation: Formulation, trainee: Trainee, most: int, seconds: float) -> None:
        self.formulation, self.trainee = formulation, trainee
        self.work = formulation.work
        self.outcome = outcome_of(self.work)
        self.titles = titles_of(self.work)
        self.weighing = Weighing(formulation, self.outcome)
        self.most, self.seconds = most, seconds

    def feedback(self) -> Feedback:
        given = self.trainee.reasons
        points = tuple(self._with_near(list(self._points())))
        verdicts = [group for each in points for group in each.carried]
        weighed = tuple(self.weighing.weighed(each, verdicts) for each in given if each.text is None)
        flags = ((each.level, each.id) for each in self.formulation.flags)
        found = Feedback(
            case=self.formulation.case,
            trainee=self.trainee,
            points=points,
            carried=self.weighing.carried,
            overlooked=tuple(self.weighing.overlooked(given)),
            weighed=weighed,
            own_words=tuple(each.text for each in given if each.text is not None),
            questions=tuple(self._questions()),
            safety_unasked=self.formulation.safety_unasked,
            rules=self.weighing.rules,
            **background(self.work, flags=flags, withheld=self.formulation.withheld),
        )
        found._words = self.work.book.words
        return found

    # -- points -------------------------------------------------------------------------------------------------------

    def _points(self) -> Iterator[Point]:
        yield self._focus()
        for area in self.work.book.areas:
            listed = None if self.trainee.areas is None else area.code in self.trainee.areas
            there = area.code in self.work.areas and (not area.extra or self.work.areas[area.code].lean >= POSSIBLE)
            if there or listed:
                yield self._area(area.code, listed)
        for conflict in dict.fromkeys((*(each.record.id for each in self.work.stagings), *self.trainee.stages)):
            yield self._stage(conflict, self.trainee.stages.get(conflict))

    def _focus(self) -> Point:
        chosen = self.trainee.focus
        judgement = judging.focus(self.outcome, chosen)
        carried = self.weighing.focus_carried()
        held_back: tuple[Group, ...] = ()
        contrast: Contrast | None = None
        if judgement == "differed" and chosen is not None:
            held_back, contrast = self._focus_held_back(chosen)
        return Point(
            about="focus",
            judgement=judgement,
            trainee=chosen.status if chosen is not None else None,
            engine=self.outcome.status,
            trainee_focus=chosen,
            engine_focus=focus_seen(self.outcome).leads,
            settled=self.outcome.settled,
            inferred=_inferred(carried),
            carried=carried,
            held_back=held_back,
            contrast=contrast,
            elsewhere=tuple(self._hanging(judgement, lambda other: judging.focus(other, chosen), _lead)),
        )

    def _focus_held_back(self, chosen: FocusChosen) -> tuple[tuple[Group, ...], Contrast | None]:
        if chosen.area is None:
            return (), None
        mine = f"{chosen.area}:{chosen.situation}" if chosen.situation is not None else self._best_placed(chosen.area)
        contrast = None
        if self.outcome.leaders:
            area, situation = self.outcome.leaders[0]
            found = self.weighing.noted(self.formulation.contrast(f"{area}:{situation}", mine))
            # What is behind the two sides stands in the point already.
            sides = {name: getattr(found, name).model_copy(update={"groups": ()}) for name in ("first", "second")}
            contrast = found.model_copy(update=sides)
        return self._held_back(mine), contrast

    def _best_placed(self, area: str) -> str:
        """The candidate of an area that comes nearest to being the focus; the area where there is none."""
        order = self.work.contest.order
        placed = [order[index].candidate for index in self.work.ordered]
        mine = [each for each in (*placed, *(each.candidate for each in order)) if each.area == area]
        return f"{area}:{mine[0].situation}" if mine else area

    def _held_back(self, target: str) -> tuple[Group, ...]:
        return tuple(each for each in self.weighing.why_not(target) if each.code in HOLDING_BACK)

    def _area(self, code: str, listed: bool | None) -> Point:
        judgement = judging.area(self.outcome, code, listed)
        area = self.formulation.areas.get(code)
        standing = getattr(area, "standing", None)
        carried = tuple(each for each in self.weighing.why(code) if each.code in CARRYING)
        held_back: tuple[Group, ...] = ()
        if judgement == "differed" and listed:
            held_back = self._held_back(code)
        return Point(
            about="area",
            judgement=judgement,
            area=code,
            trainee=None if listed is None else "present" if listed else "absent",
            engine=standing.lean if standing is not None else "off",
            standing=standing,
            settled=bool(getattr(area, "settled", True)),
            inferred=_inferred(carried),
            carried=carried,
            held_back=held_back,
            elsewhere=tuple(
                self._hanging(
                    judgement, lambda other: judging.area(other, code, listed), lambda each: _lean(each, code)
                )
            ),
        )

    def _stage(self, conflict: str, chosen: str | None) -> Point:
        lines = judging.lines_of(self.outcome, conflict)
        staging = [each for each in self.work.stagings if each.record.id == conflict]
        blocked = any(pair.presumed == YES for each in staging for _, pair in each.blockers)
        judgement = judging.stage(lines, chosen, blocked=blocked)
        carried = tuple(each for each in self.weighing.why(f"stage:{conflict}") if each.code in CARRYING)
        held_back: tuple[Group, ...] = ()
        if judgement == "differed" and chosen is not None:
            which = f":{chosen}" if chosen not in (NOT_STAGED, "undetermined") else ""
            held_back = tuple(
                each for each in self.weighing.why_not(f"stage:{conflict}{which}") if each.code in HOLDING_BACK
            )
        return Point(
            about="stage",
            judgement=judgement,
            area="role_dispute",
            situation=conflict,
            label=self.titles(conflict),
            trainee=chosen,
            engine=lines[0].stage or NOT_STAGED if lines else NOT_STAGED,
            settled=bool(lines) and all(each.settled for each in lines),
            inferred=_inferred(carried),
            carried=carried,
            held_back=held_back,
            elsewhere=tuple(
                self._hanging(
                    judgement,
                    lambda other: judging.stage(judging.lines_of(other, conflict), chosen, blocked=blocked),
                    lambda each: [line.stage for line in judging.lines_of(each, conflict)],
                )
            ),
        )

    # -- what lies between --------------------------------------------------------------------------------------------

    def _questions(self) -> Iterator[OpenQuestion]:
        """What should be asked next, besides what is about safety only."""
        asked = next_questions(self.formulation, self.work, None).can_change
        rest = [each for each in asked if not each.safety and parse_path(each.path).part not in VERDICTS]
        yield from sorted(rest, key=lambda each: (not set(each.decides) & FIRST, not each.decides))[:MOST_QUESTIONS]

    def _with_near(self, points: list[Point]) -> Iterator[Point]:
        """The points, those that differ with their near misses; each has an equal share of the time that is left."""
        aims = [_aim(each) if each.judgement == "differed" else None for each in points]
        until = time.monotonic() + self.seconds
        for number, (point, aim) in enumerate(zip(points, aims, strict=True)):
            if aim is None:
                yield point
                continue
            share = (until - time.monotonic()) / sum(each is not None for each in aims[number:])
            yield point.model_copy(update={"near": self._near(aim, max(0.0, share))})

    def _near(self, aim: str, seconds: float) -> NearMisses | None:
        """What would have led there; None where what the trainee chose is no candidate: `held_back` says why."""
        try:
            found = smallest_changes(self.work, aim, most=self.most, seconds=seconds, acts=True)
        except UnknownTarget:
            return None
        return NearMisses(
            aim=aim,
            sets=tuple(_nearest(found.sets)),
            looked_at=self.most if found.ruled_out else found.looked_at,
            asked_for=self.most,
            stopped=found.stopped,
        )

    def _hanging(
        self, judgement: Judgement, judge: Callable[[Outcome], Judgement], told: Callable[[Outcome], Any]
    ) -> Iterator[Elsewhere]:
        """The published disagreements on which a point hangs that the two do not agree on."""
        if judgement not in ("differed", "left_open"):
            return
        here = told(self.outcome)
        seen: set[tuple[str, bool]] = set()
        for name, setting, other in self._others:
            as_trainee = judge(other) == "agreed"
            if told(other) != here and (name, as_trainee) not in seen:
                seen.add((name, as_trainee))
                says = self.work.book.switches[name].says
                yield Elsewhere(switch=name, says=says, setting=setting, as_trainee=as_trainee)

    @cached_property
    def _others(self) -> list[tuple[str, Setting, Outcome]]:
        """The outcome with each switch set otherwise, one at a time."""
        book = self.work.book
        return [
            (switch.name, value, lean_of(self.work.intake, book.with_settings({switch.name: value})))
            for switch in book.switches.values()
            for value in values_of(switch)
            if value != book.settings[switch.name]
        ]


def _aim(point: Point) -> str | None:
    """What to look for, so that the engine would say as the trainee does; None where there is nothing to look for."""
    if point.about == "stage":
        return f"stage of {point.situation} is {point.trainee}"
    if point.about == "area":
        standing = "present" if point.trainee == "present" else "not supported"
        return f"{point.area} is {standing}" if point.standing is not None else None
    chosen = point.trainee_focus
    if chosen is None or chosen.status != "proposed":
        return None
    return f"{chosen.area}:{chosen.situation} leads" if chosen.situation is not None else f"{chosen.area} leads"


def _nearest(sets: Iterable[ChangeSet]) -> list[ChangeSet]:
    """The few that change least besides; of those about the same answers the first."""
    by_answers: dict[frozenset[str], ChangeSet] = {}
    for each in sets:
        by_answers.setdefault(frozenset(change.path for change in each.changes), each)
    return sorted(by_answers.values(), key=lambda each: (len(each.changes), _size(each)))[:MOST_NEAR]


def _size(found: ChangeSet) -> int:
    differing = found.difference
    return len(differing.leans) + len(differing.stages) + len(differing.flags)


def _inferred(groups: Iterable[Group]) -> bool:
    labels = {each.label for group in groups for each in group.reasons if each.kind == "rule"}
    return labels == {"OI"}


def _lead(outcome: Outcome) -> Any:
    return outcome.lead


def _lean(outcome: Outcome, code: str) -> Any:
    return next((each.lean for name, each in outcome.areas if name == code), None)
