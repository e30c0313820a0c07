"""How is a trainee asked what they make of a case, before they hear what the engine makes of it?

Plain lines in and out, so that it works in any terminal and from a pipe. An answer is a number or a name; a name that
does not exist is refused with the nearest one, at a terminal to be answered again. Where the input ends, the rest was
not answered. Nothing here knows a verdict.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from ipt_formulate.explain.errors import UnknownTarget
from ipt_formulate.explain.facts import CaseSheet
from ipt_formulate.explain.page import plain, wrapped
from ipt_formulate.explain.trainee import (
    STAGE_WORDS,
    STATUSES,
    FocusChosen,
    Trainee,
    TraineeReason,
    area_of,
    checked,
)
from ipt_formulate.explain.words import area_word, capital, word
from ipt_formulate.formulation.formulate import Work
from ipt_formulate.formulation.gate import DEFICITS
from ipt_formulate.intake.situation import ISOLATION
from ipt_formulate.reading import nearest
from ipt_formulate.rulebook.nodes import SITUATIONS

SPLIT = re.compile(r"[\s,;]+")
LISTED = re.compile("[,;]")
NUMBERS = re.compile(r"\d+(?:[\s,;]+\d+)*\Z")
# A rule or an answer goes by a name with dots or brackets and no blank; whatever else is typed is own words.
NAME = re.compile(r"(?:[a-z][a-z0-9_-]*(?:\[[^\]\s]+\])?(?:\.[a-z0-9_-]+)+(?::\S+)?|[A-J]\d{2})\Z")
LONGEST = 4
"""Digits of the longest number that could be one of those shown."""
T = TypeVar("T")


class Ended(Exception):
    """The input ended."""


class Misunderstood(Exception):
    """An answer that is none of those there are; the message says so and names the nearest."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer that can be given: its code, and the names it goes by, the first of which is shown."""

    code: str
    names: tuple[str, ...]


@dataclass(slots=True)
class Interview:
    """One trainee at one case.

    Attributes
    ----------
    say
        Prints a text to the trainee.
    patient
        Ask again after an answer that was not understood; else it is an error.
    stopped
        Ctrl-C, or the end of the process, if that broke it off. What was answered is given all the same, as if the
        input had ended there; whoever asked keeps it, and raises this again.
    """

    work: Work
    sheet: CaseSheet
    say: Callable[[str], None]
    patient: bool
    stopped: KeyboardInterrupt | SystemExit | None = field(init=False, default=None)
    _words: Mapping[str, Any] = field(init=False)

    def __post_init__(self) -> None:
        self._words = self.work.book.words

    def trainee(self) -> Trainee:
        """Ask everything.

        Raises
        ------
        Misunderstood
            At the first answer that is none, where nobody can be asked again.
        """
        told: dict[str, Any] = {}
        try:
            told["areas"] = self._areas()
            told["focus"] = self._focus()
            told["stages"] = {}
            for conflict, who in self._conflicts():
                stage = self._stage(who)
                if stage is not None:
                    told["stages"] = {**told["stages"], conflict: stage}
            told["reasons"] = ()
            for reasons in self._reasons():
                told["reasons"] = (*told["reasons"], *reasons)
        except Ended:
            if "reasons" not in told:
                self.say(f"\n{self._phrase('ended')}\n")
        return Trainee(case=self.sheet.case, **told)

    # -- questions ----------------------------------------------------------------------------------------------------

    def _areas(self) -> tuple[str, ...] | None:
        choices = [*self._area_choices(), Choice("", (self._phrase("no_area"), "none"))]

        def read(text: str) -> tuple[str, ...]:
            parts = SPLIT.split(text) if NUMBERS.match(text) else LISTED.split(text)
            chosen = dict.fromkeys(self._choice(each, choices) for each in parts if each.strip())
            if "" in chosen and len(chosen) > 1:
                raise Misunderstood(self._phrase("none_alone"))
            return tuple(each for each in chosen if each)

        return self._asked(self._phrase("areas"), choices, self._phrase("areas_how"), read)

    def _focus(self) -> FocusChosen | None:
        statuses = [Choice(each, (self._phrase("statuses", each), each.replace("_", " "))) for each in STATUSES]
        choices = [*self._area_choices(), *statuses]
        chosen = self._one(self._phrase("focus"), choices)
        if chosen is None or chosen in STATUSES:
            return FocusChosen.model_validate({"status": chosen}) if chosen is not None else None
        if chosen == DEFICITS:
            return FocusChosen(area=chosen, situation=ISOLATION)
        situations = [Choice(record, names) for record, names in self._situations()]
        situation = self._one(self._phrase("situation"), situations) if situations else None
        return FocusChosen(area=chosen, situation=situation)

    def _stage(self, who: str) -> str | None:
        choices = [Choice(each, (self._phrase("stages", each), each.replace("_", " "))) for each in STAGE_WORDS]
        return self._one(self._phrase("stage").replace("{who}", who), choices)

    def _reasons(self) -> Iterator[tuple[TraineeReason, ...]]:
        self.say(f"\n{capital(self._phrase('reasons'))}\n{wrapped(self._phrase('reasons_how'))}\n")
        while True:
            found = self._understood(self._read_reasons)
            if found is None:
                return
            yield found

    def _read_reasons(self, text: str) -> tuple[TraineeReason, ...]:
        facts = self.sheet.facts()
        if NUMBERS.match(text):
            numbers = [each.lstrip("0") for each in SPLIT.split(text)]
            numbered = {str(number): fact for number, fact in facts.items()}
            unknown = next((each for each in numbers if each not in numbered), None)
            if unknown is not None:
                shown = (unknown or "0") if len(unknown) <= LONGEST else "…"
                raise Misunderstood(self._phrase("unknown").replace("{given}", shown))
            return tuple(TraineeReason(item=numbered[each].path) for each in numbers)
        if not NAME.match(text):
            return (TraineeReason(text=text[:4000]),)
        kind = "rule" if text.partition(":")[0] in self.work.book.rules else "item"
        try:
            found = checked(Trainee(reasons=(TraineeReason.model_validate({kind: text}),)), self.work)
        except UnknownTarget as error:
            near = nearest(text, self.work.book.rules) or error.nearest
            raise Misunderstood(self._unknown(text, near)) from None
        return found.reasons

    # -- choices ------------------------------------------------------------------------------------------------------

    def _area_choices(self) -> list[Choice]:
        areas = [each for each in self.work.book.areas if each.code in self.work.areas and not each.extra]
        return [Choice(each.code, (area_word(self._words, each.code), each.code)) for each in areas]

    def _situations(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Every situation that was told: none that a rule made."""
        for about in SITUATIONS:
            if about == ISOLATION:
                continue
            for record in self.work.case.strict.of(about):
                if record.made_by is None:
                    title = plain(self.work.names.title(record))
                    yield record.id, (f"{title} ({word(self._words, 'situations', about)})", title, record.id)

    def _conflicts(self) -> Iterator[tuple[str, str]]:
        for record in self.work.case.strict.of("conflict"):
            yield record.id, plain(self.work.names.title(record))

    def _one(self, question: str, choices: Sequence[Choice]) -> str | None:
        return self._asked(question, choices, self._phrase("one_how"), lambda text: self._choice(text, choices))

    def _choice(self, text: str, choices: Sequence[Choice]) -> str:
        """The choice of a number (from 1, in the order shown) or a name."""
        given = " ".join(text.split()).lower()
        if given.isdecimal() and len(given) <= LONGEST and 1 <= int(given) <= len(choices):
            return choices[int(given) - 1].code
        names = {name.lower(): each.code for each in choices for name in (*each.names, each.code) if name}
        if given in names:
            return names[given]
        try:
            area = area_of(given, self.work)
        except UnknownTarget:
            area = ""
        if area and area in names.values():
            return area
        raise Misunderstood(self._unknown(given, nearest(given, names)))

    def _unknown(self, given: str, near: str | None) -> str:
        shown = plain(given) if len(given) <= 40 else "…"
        told = self._phrase("unknown").replace("{given}", f"“{shown}”")
        return f"{told} {self._phrase('nearest').replace('{near}', near)}" if near is not None else told

    # -- lines --------------------------------------------------------------------------------------------------------

    def _asked(self, question: str, choices: Sequence[Choice], how: str, read: Callable[[str], T]) -> T | None:
        shown = "\n".join(f"  {number} {each.names[0]}" for number, each in enumerate(choices, 1))
        self.say(f"\n{capital(question)}\n{shown}\n{wrapped(how)}\n")
        return self._understood(read)

    def _understood(self, read: Callable[[str], T]) -> T | None:
        """What a line says; None for an empty one."""
        while True:
            text = self._line()
            if not text:
                return None
            try:
                return read(text)
            except Misunderstood as problem:
                if not self.patient:
                    raise
                self.say(f"{wrapped(str(problem))}\n")

    def _line(self) -> str:
        self.say("> ")
        try:
            line = sys.stdin.readline()
        except (KeyboardInterrupt, SystemExit) as stop:
            self.stopped = stop
            raise Ended from None
        if not self.patient:
            self.say("\n")
        if not line:
            raise Ended
        return plain(line.strip())

    def _phrase(self, *path: str) -> str:
        return word(self._words, "drill", *path)
