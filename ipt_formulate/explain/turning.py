"""How is a changed answer, and the difference between two results, said in a sentence?

One line for each thing that differs: focus first, then stages, standings, the gate and flags. What is shown is said
before what may still be. Nothing is compared here; see `differences`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from ipt_formulate.explain.changes import Change
from ipt_formulate.explain.differences import (
    Difference,
    FlagDifference,
    FocusDifference,
    FocusSeen,
    StageDifference,
    StageSeen,
    StandingDifference,
)
from ipt_formulate.explain.explanations import Explained
from ipt_formulate.explain.page import Format
from ipt_formulate.explain.telling import Telling
from ipt_formulate.explain.words import capital, joined, sentence, value_word, with_unit, word
from ipt_formulate.formulation.result import FocusPlace
from ipt_formulate.intake import Day, Number, parse_path
from ipt_formulate.intake.types import SCALE


class Turning(Telling):
    """What the templates call to say what changed, and what would change."""

    def __init__(self, explained: Explained, *, depth: int = 1, format: Format) -> None:
        super().__init__(explained, depth=depth, format=format)

    def say(self, key: str, **filled: str) -> str:
        """A sentence of the table `differences`, with its places filled."""
        text = word(self.words, "differences", key)
        for name, value in filled.items():
            text = text.replace("{" + name + "}", value)
        return capital(text)

    # -- answers ------------------------------------------------------------------------------------------------------

    def change(self, change: Change) -> str:
        """A changed answer: the question, the answer as it would be, and as it is."""
        said = self.say(
            "answer",
            question=self.asked(change),
            after=capital(self.answer(change.path, change.after)),
            before=self.answer(change.path, change.before),
        )
        others = self._would_do(change)
        return f"{said} {others}" if others else said

    def asked(self, change: Change) -> str:
        """The question, with the record and the part of it that it is about."""
        about = f"{capital(self.escape(change.label))}: " if change.label is not None else ""
        path = parse_path(change.path)
        member = f" ({value_word(self.words, sign_of(change.path), path.member)})" if path.member is not None else ""
        return f"{about}{self.speaker.question_of(str(replace(path, member=None)))}{member}"

    def answer(self, path: str, wire: Any) -> str:
        """An answer in wire form, in words."""
        if isinstance(wire, Mapping) and "unknown" in wire and "value" not in wire:
            return word(self.words, "answers", str(wire["unknown"]))
        if isinstance(wire, Mapping) and "value" in wire:
            wire = wire["value"]
        if wire is None:
            return word(self.words, "differences", "no_answer")
        parsed = parse_path(path)
        if parsed.member is not None:
            return word(self.words, "truths", str(wire))
        return self.speaker.value(wire, sign_of(path), parsed.item)

    def _would_do(self, change: Change) -> str:
        """The other answers that would do as well."""
        path = parse_path(change.path)
        if path.member is not None or len(change.values) < 2:
            return ""
        if isinstance(path.item.type, Number):
            least, most = change.values
            if least == most:
                return ""
            unit = "" if path.item.type == SCALE else path.item.type.unit or ""
            key = "up_to" if path.item.type.most is None and most > 1000 else "from_to"
            return self.say(key, least=with_unit(least, unit if key == "up_to" else ""), most=with_unit(most, unit))
        if isinstance(path.item.type, Day):
            return ""
        told = [
            value_word(self.words, sign_of(change.path), str(each)) for each in change.values if each != change.after
        ]
        return self.say("or_else", others=joined(self.words, told, "or"))

    # -- differences --------------------------------------------------------------------------------------------------

    def lines(self, found: Difference) -> list[str]:
        """What is shown otherwise, one line each; empty if nothing is."""
        said: list[str] = []
        if found.focus is not None:
            said += self._focus(found.focus)
        said += (self._stage(each) for each in found.stages)
        said += (self._standing(each) for each in self._told(found))
        if found.gate is not None and found.gate.before[1] != found.gate.after[1]:
            before, after = (word(self.words, "gates", each[1]) for each in (found.gate.before, found.gate.after))
            area = self.area("interpersonal_deficits")
            said.append(self.say("gate", area=area, before=before, after=after))
        return [*said, *(self._flag(each) for each in found.flags)]

    def reach(self, found: Difference) -> list[str]:
        """How far what is shown the same may still go, where only that differs."""
        leaning = found.leans
        said = []
        for each in found.standings:
            if each not in leaning and each.before is not None and each.after is not None:
                name = self.place(each.area, each.situation)
                said.append(self.say("reach", name=name, after=self.standing(each.after)))
        return said

    def focus(self, seen: FocusSeen) -> str:
        """A focus in a few words."""
        if seen.status == "proposed":
            return self.focus_place(seen.leads[0])
        if seen.status == "tie":
            places = [self.focus_place(each) for each in seen.leads]
            return f"{word(self.words, 'statuses', 'tie')} ({'; '.join(places)})"
        return word(self.words, "statuses", seen.status)

    def focus_place(self, place: FocusPlace) -> str:
        """An area and the situation it is about."""
        return self.place(place.area, place.situation)

    def _focus(self, found: FocusDifference) -> Iterator[str]:
        before, after = found.before, found.after
        if found.moved:
            yield self.say("focus", before=self.focus(before), after=self.focus(after))
        if before.settled != after.settled:
            yield self.say("settled" if after.settled else "provisional", after=self.focus(after))
        if before.second != after.second:
            key = "second_gone" if after.second is None else "second_new" if before.second is None else "second"
            said = {
                name: self.focus_place(place)
                for name, place in (("before", before.second), ("after", after.second))
                if place is not None
            }
            yield self.say(key, **said)

    def _stage(self, found: StageDifference) -> str:
        who = self.escape(found.label)
        lines = {word(self.words, "lines", each) for each in (found.line,) if each}
        name = ", ".join((who, *lines))
        return self.say("stage", name=name, before=self.stage(found.before), after=self.stage(found.after))

    def stage(self, seen: StageSeen | None) -> str:
        """A stage with its variant, and how sure it is."""
        if seen is None:
            return word(self.words, "stages", "not_staged")
        told = [word(self.words, "stages", seen.stage)]
        if seen.variant is not None:
            told.append(word(self.words, "variants", seen.variant))
        if seen.settled:
            told.append(word(self.words, "settledness", "settled"))
        elif seen.confidence is not None:
            told.append(word(self.words, "confidences", seen.confidence))
        return ", ".join(told)

    def _told(self, found: Difference) -> list[StandingDifference]:
        """Leans that differ: of situations, and of areas in which no situation tells it already."""
        situations = [each for each in found.leans if each.situation is not None]
        told = {each.area for each in situations}
        return [*(each for each in found.leans if each.situation is None and each.area not in told), *situations]

    def _standing(self, found: StandingDifference) -> str:
        name = self.place(found.area, found.situation)
        none = word(self.words, "differences", "no_candidate")
        before = word(self.words, "standings", found.before.lean) if found.before is not None else none
        after = word(self.words, "standings", found.after.lean) if found.after is not None else none
        return self.say("standing", name=name, before=before, after=after)

    def _flag(self, found: FlagDifference) -> str:
        named = {"flag": word(self.words, "flags", found.flag), "level": word(self.words, "levels", found.level)}
        if found.before is None:
            return self.say("flag_possible" if found.after == "possible" else "flag_raised", **named)
        if found.after is None:
            return self.say("flag_gone", **named)
        return self.say("flag_possible" if found.after == "possible" else "flag_certain", **named)

    def because(self, text: str) -> str:
        """The reason of a rule as a sentence."""
        return sentence(self.escape(text))


def sign_of(path: str) -> str:
    parsed = parse_path(path)
    return parsed.item.field
