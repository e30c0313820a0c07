"""How is feedback said to a trainee?

To the person, in short sentences, with the labels of the case. Never as a mark and never as the truth: each point says
how sure the engine is and on whose authority.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ipt_formulate.explain.changes import Change, ChangeSet
from ipt_formulate.explain.explanations import Group, GroupCode, Reason
from ipt_formulate.explain.feedback import Elsewhere, Feedback, NearMisses, Point, Weighed
from ipt_formulate.explain.page import Format
from ipt_formulate.explain.questions import OpenQuestion
from ipt_formulate.explain.trainee import FocusChosen
from ipt_formulate.explain.turning import Turning
from ipt_formulate.explain.words import capital, joined, sentence, word
from ipt_formulate.intake import parse_path

MOST_REASONS = 4
"""So many reasons of one kind are told."""
WITH_ANSWERS: tuple[GroupCode, ...] = (
    "other_answer",
    "other_stages",
    "excluded_by",
    "held_down",
    "blocked",
    "not_there",
)
"""Groups that are told with the answers behind each reason."""


class Schooling(Turning):
    """What the template of feedback calls."""

    MORE = "more"

    def __init__(self, feedback: Feedback, *, format: Format) -> None:
        super().__init__(feedback, format=format)
        self.feedback = feedback

    def taught(self, *path: str, **filled: str) -> str:
        """A phrase of the table `training`, with its places filled."""
        text = word(self.words, "training", *path)
        for name, value in filled.items():
            text = text.replace("{" + name + "}", value)
        return text

    # -- points -------------------------------------------------------------------------------------------------------

    def name(self, point: Point) -> str:
        """What a point is about."""
        if point.about == "area":
            return self.taught("area", area=self.area(str(point.area)))
        if point.about == "stage":
            return self.taught("stage", who=self.escape(point.label or ""))
        return self.taught("focus")

    def told_of(self, points: tuple[Point, ...]) -> str:
        """Several points in one line, each with what the engine says."""
        return joined(self.words, [f"{self.name(each)}: {self.its(each)}" for each in points], "and")

    def says(self, point: Point) -> str:
        """What each of the two says."""
        return self.taught("says", mine=self.mine(point), its=self.its(point))

    def its(self, point: Point) -> str:
        """What the engine says."""
        if point.about == "focus":
            places = "; ".join(self.focus_place(each) for each in point.engine_focus)
            if point.engine == "proposed":
                return places
            status = word(self.words, "statuses", point.engine)
            return f"{status} ({places})" if places else status
        if point.about == "stage":
            return word(self.words, "stages", point.engine)
        return self.taught("off") if point.engine == "off" else word(self.words, "standings", point.engine)

    def mine(self, point: Point) -> str:
        """What the trainee says."""
        if point.trainee_focus is not None:
            return self._chosen(point.trainee_focus)
        if point.about == "stage":
            return word(self.words, "stages", str(point.trainee))
        return self.taught(str(point.trainee))

    def _chosen(self, chosen: FocusChosen) -> str:
        place = self.place(chosen.area, chosen.situation) if chosen.area is not None else ""
        if chosen.status == "proposed":
            return place
        status = word(self.words, "statuses", chosen.status)
        return f"{status} ({place})" if place else status

    def reasons(self, point: Point) -> list[tuple[str, list[tuple[int, str]]]]:
        """What carried the engine's verdict, and what held the trainee's choice back; answers only where they tell."""
        lifting = {reason.rule for group in point.carried if group.code == "lifted" for reason in group.reasons}
        held_back = [
            group.model_copy(update={"reasons": tuple(each for each in group.reasons if each.rule not in lifting)})
            for group in point.held_back
        ]
        told = list(self._at_depth(0, point.carried))
        told += self._at_depth(1, [group for group in held_back if group.code in WITH_ANSWERS and group.reasons])
        told += self._at_depth(0, [group for group in held_back if group.code not in WITH_ANSWERS and group.reasons])
        return told

    def groups(self, groups: tuple[Group, ...]) -> list[tuple[str, list[tuple[int, str]]]]:
        """As elsewhere; but what put the focus in front has no place in its heading: that is the one that gave way."""
        return super().groups(
            tuple(
                each.model_copy(update={"area": None, "situation": None}) if each.code == "lifted" else each
                for each in groups
            )
        )

    def _at_depth(self, depth: int, groups: Iterable[Group]) -> list[tuple[str, list[tuple[int, str]]]]:
        mine, self.depth = self.depth, depth
        told = self.groups(
            tuple(group.model_copy(update={"reasons": group.reasons[:MOST_REASONS]}) for group in groups)
        )
        self.depth = mine
        return told

    def authority(self, point: Point) -> list[str]:
        """How sure the engine is, on whose authority, and which published disagreement it hangs on."""
        told = [self.taught("settled" if point.settled else "provisional")]
        if point.inferred:
            told.append(self.taught("inferred"))
        said: set[str] = set()
        for each in point.elsewhere:
            told.append(self._elsewhere(each, "" if each.switch in said else each.says))
            said.add(each.switch)
        return told

    def _elsewhere(self, each: Elsewhere, says: str) -> str:
        value = each.setting if isinstance(each.setting, str) else joined(self.words, list(each.setting))
        setting = self.taught("setting", switch=each.switch, value=value or self.taught("nothing"))
        return self.taught("as_trainee" if each.as_trainee else "otherwise", setting=setting, says=says).rstrip()

    # -- near misses --------------------------------------------------------------------------------------------------

    def near(self, point: Point) -> list[str]:
        """What would have had to be otherwise, one sentence each."""
        return [self._near(each, point) for each in point.near.sets] if point.near is not None else []

    def looked_for(self, near: NearMisses) -> str:
        """How far near misses were looked for, where that has to be said."""
        if near.stopped is not None and near.looked_at == 0:
            return self.taught("no_near", "none_tried")
        if near.stopped is not None:
            return self.taught("no_near", "more" if near.sets else "part", most=self._counted(near.looked_at))
        return "" if near.sets else self.taught("no_near", "all", most=self._counted(near.asked_for))

    def _counted(self, number: int) -> str:
        return self.taught("counted", str(number))

    def _near(self, found: ChangeSet, point: Point) -> str:
        had = [self._had(each) for each in found.changes]
        return self.taught("near", had=self.taught("and_had").join(had), so=self._so(point))

    def _had(self, change: Change) -> str:
        """An answer that would have had to be another: plainly, or by quoting the question."""
        item = parse_path(change.path).item
        key = f"{item.about}.{item.field}"
        plainly = key in self.words["training"]["had_of"]
        filled = {
            "who": self.escape(change.label or ""),
            "question": self.asked(change).rstrip("?.:"),
            "after": self.answer(change.path, change.after),
            "before": self.answer(change.path, change.before),
        }
        return self.taught("had_of", key, **filled) if plainly else self.taught("had", **filled)

    def _so(self, point: Point) -> str:
        if point.about == "stage":
            return self.taught("so", "stage", stage=word(self.words, "stages", str(point.trainee)))
        if point.about == "area":
            return self.taught("so", str(point.trainee), area=self.area(str(point.area)))
        chosen = point.trainee_focus
        assert chosen is not None
        assert chosen.area is not None
        return self.taught("so", "focus", place=self.place(chosen.area, chosen.situation))

    # -- reasons ------------------------------------------------------------------------------------------------------

    def decides(self, question: OpenQuestion) -> str:
        """What an answer could decide."""
        return joined(self.words, [self.taught("decides", each) for each in question.decides])

    def overlooked(self) -> list[tuple[str, list[tuple[int, str]]]]:
        """What carries the verdicts and was not named, with the answers behind it."""
        missed = {(each.rule, each.record) for each in self.feedback.overlooked}
        groups = [
            group.model_copy(update={"reasons": kept})
            for group in self.feedback.carried
            if (kept := tuple(each for each in group.reasons if (each.rule, each.record) in missed))
        ]
        return self.groups(tuple(groups))

    def weighed(self, each: Weighed) -> str:
        """A reason of the trainee, and what becomes of it."""
        key = "another_answer" if each.weight == "does_not_hold" and each.answers else each.weight
        return sentence(f"{self._given(each)} {capital(self.taught('weights', key))}")

    def answers(self, each: Weighed) -> list[str]:
        """The rules in which it turned up, and what would have counted."""
        if each.weight in ("carries", "no_part"):
            return []
        told = list(self._behind(each))
        return list(dict.fromkeys(told))[:MOST_REASONS]

    def _given(self, each: Weighed) -> str:
        if each.reason.rule is not None:
            rule, _, record = each.reason.rule.partition(":")
            about = f" ({self.situation(record)})" if record else ""
            return f"{capital(self.speaker.title(rule))}{about}."
        return " ".join(self.speaker.line(answer, None) for answer in each.answers)

    def _behind(self, each: Weighed) -> Iterator[str]:
        paths = {answer.path for answer in each.answers}
        for reason in each.reasons:
            if each.weight in ("counts_less", "speaks_against"):
                yield sentence(self.escape(reason.because))
            else:
                yield from self._leaves(reason, paths)

    def _leaves(self, reason: Reason, paths: set[str | None]) -> Iterator[str]:
        """The answers of a rule that does not hold, with what would have counted; of these paths if there are any."""
        for trace in reason.traces:
            for leaf in trace.walk():
                if leaf.path is not None and leaf.wanted is not None and (not paths or leaf.path in paths):
                    yield self.speaker.line(leaf, None)
