"""Which further answers can a case get? Drawn at random, or every kind of them where few are missing."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import product
from typing import Any

from ipt_formulate.explain.apart import apart_of
from ipt_formulate.explain.exact import missing_answers, seen
from ipt_formulate.explain.kinds import kinds_of
from ipt_formulate.explain.relevance import ASPECTS, Aspect
from ipt_formulate.formulation.outcome import Outcome
from ipt_formulate.formulation.trials import Trials
from ipt_formulate.intake import SECTIONS, Day, Intake, IntakeError, Multi, Text, parse_path
from tests.explain.cases import book
from tests.properties.dense import some_value

Answers = dict[str, Any]
Seen = dict[Aspect, object]


class Further:
    """A case and what comes out of it under further answers; nothing where they contradict one another."""

    def __init__(self, intake: Intake) -> None:
        self.intake = intake
        self.trials = Trials(intake, book())
        self.missing = [*missing_answers(intake)]

    def under(self, answers: Answers) -> Seen | None:
        """Every aspect of the result; None if the answers cannot be, or contradict one another."""
        told = {path: value for path, value in answers.items() if value is not None}
        for path in tuple(told):
            if path.removesuffix(".complete") in SECTIONS.values():
                told[path.removesuffix("complete") + "asked"] = "yes"
        try:
            trial = self.trials.under(told)
        except IntakeError:
            return None
        return None if trial.contradicts else _every_aspect(trial.outcome)

    def drawn(self, paths: list[str], share: float, rng: random.Random, beside: Answers) -> Answers:
        """Random answers to some questions, as many as go together with others."""
        chosen = {path: self._some_answer(path, rng) for path in paths if rng.random() < share}
        while chosen and self.under({**beside, **chosen}) is None:
            for path in rng.sample(sorted(chosen), 1 + len(chosen) // 3):
                del chosen[path]
        return chosen

    def _some_answer(self, text: str, rng: random.Random) -> Any:
        path = parse_path(text)
        if path.member or path.field == "complete":
            return rng.choice(("yes", "no"))
        if isinstance(path.item.type, Day) and rng.random() < 0.7:
            kinds = kinds_of(path.item, apart_of(book()), self.intake, path.id)
            return rng.choice(kinds).wire if kinds else None
        ids = {about: [each.id for each in self.intake.records(about) if each.id != path.id] for about in SECTIONS}
        value = some_value(path.item, rng, ids)
        if value is not None and rng.random() < 0.2:
            return {"value": value, "source": rng.choice(("patient", "clinician"))}
        return value

    def every_kind(self, text: str) -> list[Any]:
        """Every kind of answer to a question, and none."""
        path = parse_path(text)
        if path.member or path.field == "complete":
            return [None, "yes", "no"]
        return [None, *(kind.wire for kind in kinds_of(path.item, apart_of(book()), self.intake, path.id))]

    def mattering(self) -> dict[str, set[Aspect]]:
        """By trying all: for which aspects does each missing answer matter?"""
        asked = [path for path in self.missing if not isinstance(parse_path(path).item.type, Text)]
        kinds = [self.every_kind(path) for path in asked]
        came = {chosen: self.under(dict(zip(asked, map(_thawed, chosen), strict=True))) for chosen in _every(kinds)}
        found: dict[str, set[Aspect]] = {path: set() for path in asked}
        for number, path in enumerate(asked):
            groups: dict[tuple[Any, ...], list[Seen]] = {}
            for chosen, told in came.items():
                if told is not None:
                    groups.setdefault((*chosen[:number], *chosen[number + 1 :]), []).append(told)
            for group in groups.values():
                found[path] |= {each for each in ASPECTS if any(told[each] != group[0][each] for told in group)}
        return found

    def ways(self) -> int:
        """In how many ways can all missing answers be given?"""
        count = 1
        for path in self.missing:
            if not isinstance(parse_path(path).item.type, Text):
                count *= len(self.every_kind(path))
        return count


def _every_aspect(outcome: Outcome) -> Seen:
    return {aspect: seen(outcome, aspect) for aspect in ASPECTS}


def _every(kinds: list[list[Any]]) -> Iterator[tuple[Any, ...]]:
    return product(*([_frozen(each) for each in told] for told in kinds))


def _frozen(wire: Any) -> Any:
    if isinstance(wire, dict):
        return ("map", *((key, _frozen(value)) for key, value in wire.items()))
    return ("list", *wire) if isinstance(wire, list) else wire


def _thawed(wire: Any) -> Any:
    if not isinstance(wire, tuple):
        return wire
    return {key: _thawed(value) for key, value in wire[1:]} if wire[0] == "map" else [*wire[1:]]


def nearly_whole(seed: int, intake: Intake, hidden: int) -> Intake:
    """The intake with nearly everything answered but a few questions that can be tried one and all."""
    rng = random.Random(seed)
    for _ in range(3):
        further = Further(intake)
        asked = [path for path in further.missing if not isinstance(parse_path(path).item.type, Text)]
        told = {path: value for path, value in further.drawn(asked, 1.0, rng, {}).items() if value is not None}
        intake = intake.with_answers(told)
    known = [
        path
        for path in intake.paths()
        if intake.answer(path).known
        and not isinstance(parse_path(path).item.type, Day | Multi | Text)
        and parse_path(path).field not in ("asked", "complete")
    ]
    return intake.with_answers(dict.fromkeys(rng.sample(known, hidden)))
