"""How are the names, the headings and the reasons of an explanation said?

What the templates of every explanation call. Ordinal words only, never numbers that look like chances; text of the case
is escaped for the format it goes into.
"""

from __future__ import annotations

from ipt_formulate.explain.explanations import Contrast, Explained, Group, GroupCode, Reason, Side
from ipt_formulate.explain.facts import Fact, FactGroup
from ipt_formulate.explain.page import Format, escape_for
from ipt_formulate.explain.sentences import Speaker
from ipt_formulate.explain.words import Words, area_word, capital, joined, sentence, word
from ipt_formulate.formulation.result import StandingRange
from ipt_formulate.intake import SECTIONS, Text, parse_path

LISTED = tuple(SECTIONS.values())
STANDING_GROUPS: tuple[GroupCode, ...] = (
    "carried", "may_still", "excluded_by", "ruled_out", "held_down", "not_there", "barred", "gate", "switched_off",
    "nothing_on_record",
)  # fmt: skip
"""What makes a candidate stand as it does, without what else could be said."""


class Telling:
    """What the templates of explanations call: names, headings and lines."""

    MORE = "more_by_depth"
    """The phrase for answers that are left out; it says how to see them."""

    def __init__(
        self, explained: Explained, *, depth: int = 1, sources: bool = False, patient: bool = False, format: Format
    ) -> None:
        self._explained, self.words = explained, explained.words
        self.depth, self._sources = depth, sources
        self._label_set = "patient" if patient else explained.label_set
        self.escape = escape_for(format)
        self.speaker = Speaker(explained.words, explained.names, explained.rules, self.escape)

    # -- names --------------------------------------------------------------------------------------------------------

    def area(self, code: str) -> str:
        """The name of an area in the register in use."""
        return area_word(self.words, code, self._label_set)

    def situation(self, situation: str) -> str:
        """A situation as the person calls it."""
        first = situation.partition("+")[0]
        for about in ("loss", "conflict", "change", "isolation"):
            if f"{about}:{first}" in self._explained.names:
                return self.speaker.name(f"{about}:{first}")
        return self.escape(situation)

    def place(self, area: str, situation: str | None) -> str:
        """An area and the situation it is about."""
        if situation is None or area == "interpersonal_deficits":
            return self.area(area)
        return f"{self.area(area)} ({self.situation(situation)})"

    def standing(self, standing: StandingRange) -> str:
        """A standing in words."""
        return standing_words(self.words, standing)

    @property
    def safety(self) -> str:
        """The grave flags in one line; empty if there is none."""
        told = [
            f"{word(self.words, 'flags', flag)} ({word(self.words, 'levels', level)})"
            for level, flag in self._explained.safety
        ]
        return "; ".join(told)

    # -- a case as it was told ----------------------------------------------------------------------------------------

    def heading(self, group: FactGroup) -> str:
        """The part of the intake, or the record, that some answers are about."""
        if group.record is None:
            name = "parts" if group.part not in LISTED else "lists"
            return capital(word(self.words, name, group.part))
        about = word(self.words, "situations", group.record.partition(":")[0])
        return f"{capital(about)}: {self.speaker.name(group.record)}"

    def fact(self, fact: Fact) -> str:
        """The question and the answer."""
        question = self.speaker.question_of(fact.path)
        if fact.unknown is not None:
            return f"{question} {sentence(word(self.words, 'answers', fact.unknown))}"
        item = parse_path(fact.path).item
        if isinstance(item.type, Text):
            return f'{question} "{self.escape(str(fact.answer))}"'
        return f"{question} {sentence(self.speaker.value(fact.answer, item.field, item))}"

    # -- groups -------------------------------------------------------------------------------------------------------

    def groups(self, groups: tuple[Group, ...]) -> list[tuple[str, list[tuple[int, str]]]]:
        """Headings and their lines; groups of the same kind about the same situation are one."""
        places = {each.situation for each in groups if each.situation is not None}
        merged: dict[str, list[tuple[int, str]]] = {}
        told: set[tuple[str, str | None, str | None, str | None]] = set()
        for group in groups:
            heading = word(self.words, "reasons", group.code)
            if len(places) > 1 and group.area is not None and group.situation is not None:
                heading = f"{heading}: {self.place(group.area, group.situation)}"
            lines = merged.setdefault(heading, [])
            for reason in group.reasons:
                key = (heading, reason.rule or reason.at or reason.situation, reason.record, reason.effect)
                if key not in told:
                    told.add(key)
                    lines += self.reason(reason, group)
        return list(merged.items())

    def reason(self, reason: Reason, group: Group) -> list[tuple[int, str]]:
        """A reason and, by depth, the answers behind it."""
        head = self._head(reason, group)
        # A reason that is nothing but answers is told by them.
        least = 1 if head is None else 0
        # What a stage hangs on besides its signals is told in short, unless more was asked for.
        depth = self.depth if group.code != "dispute_itself" or self.depth > 1 else 0
        below = [(indent + 1, line) for indent, line in self.speaker.lines(reason, max(depth, least), self.MORE)]
        if head is None:
            return [(indent - 1, line) for indent, line in below] or [(0, self._bare(reason))]
        return [(0, head), *below]

    def _bare(self, reason: Reason) -> str:
        leaf = next(iter(reason.traces), None)
        return self.speaker.line(leaf, reason.record) if leaf is not None else sentence(reason.because)

    def _head(self, reason: Reason, group: Group) -> str | None:
        match reason.kind:
            case "rule":
                return self._rule(reason, group)
            case "place":
                assert reason.area is not None
                assert reason.standing is not None
                return sentence(
                    f"{capital(self.place(reason.area, reason.situation))}: {self.standing(reason.standing)}"
                )
            case "switch":
                return sentence(f"{word(self.words, 'phrases', 'setting')} {reason.at}: {reason.because}")
            case "sign" if reason.because:
                return sentence(f"{self.escape(reason.because)}: {word(self.words, 'truths', reason.leans)}")
        return None

    def _rule(self, reason: Reason, group: Group) -> str:
        said = self.escape(reason.because)
        if group.code in ("holds", "fails"):
            told = word(self.words, "truths", reason.leans)
            said = (
                f"{self.speaker.name(reason.record)}: {told}. {capital(said)}"
                if _has_name(reason)
                else f"{told}. {capital(said)}"
            )
        mark = f" {word(self.words, 'phrases', 'presumed_mark')}" if reason.presumed and reason.leans == "yes" else ""
        return f"{capital(said).rstrip('.')}{mark} ({', '.join(self._grades(reason))}).{self._source(reason)}"

    def _grades(self, reason: Reason) -> list[str]:
        """Strength or level, and on whose authority."""
        told = []
        if reason.strength is not None:
            told.append(word(self.words, "strengths", reason.strength))
        if reason.effect in ("caps", "floors") and reason.at is not None:
            told.append(
                f"{word(self.words, 'phrases', f'{reason.effect}_at')} {word(self.words, 'standings', reason.at)}"
            )
        if reason.effect == "stages" and reason.at is not None:
            told.append(word(self.words, "stages", reason.at))
        if reason.tier is not None:
            told.append(word(self.words, "tiers", reason.tier))
        if reason.effect == "flags" and reason.at is not None:
            told.append(word(self.words, "levels", reason.at))
        told.append(word(self.words, "labels", reason.label or "OI"))
        return told

    def _source(self, reason: Reason) -> str:
        if not self._sources:
            return ""
        parts = (reason.rule, ", ".join(reason.knowledge), ", ".join(reason.sources))
        return f" [{'; '.join(part for part in parts if part)}]"

    # -- contrasts ----------------------------------------------------------------------------------------------------

    def side(self, side: Side) -> str:
        """One of two candidates."""
        return self.place(side.area, side.situation)

    def value(self, side: Side, criterion: str) -> str:
        """What a candidate has in the criterion that decides."""
        if side.unknown:
            return word(self.words, "phrases", "not_known")
        if criterion == "timing":
            return word(self.words, "timing_strengths", str(side.value))
        if criterion == "nearness":
            return word(self.words, "phrases", "days_away").replace("{days}", str(side.value))
        return word(self.words, "ordinals", criterion, str(side.value))

    def behind(self, side: Side, decided_by: str) -> list[tuple[str, list[tuple[int, str]]]]:
        """What is behind a side: all of it at more depth, else what made it stand as it does."""
        if decided_by not in ("standing", "not_ranked", "bar") or self.depth > 1:
            return self.groups(side.groups)
        kept = tuple(each for each in side.groups if each.code in STANDING_GROUPS)
        mine, self.depth = self.depth, 0
        told = self.groups(kept or side.groups)
        self.depth = mine
        return told

    def apart(self, contrast: Contrast) -> str:
        """What separates the two, in one sentence."""
        first, second = self.side(contrast.first), self.side(contrast.second)
        key = contrast.decided_by if contrast.decided_by in ("not_ranked", "bar", "differential") else "criterion"
        if contrast.decided_by == "standing":
            key = "by_standing"
        if key == "not_ranked" and contrast.second.standing is None:
            key = "not_on_record"
        text = word(self.words, "contrasts", key)
        if contrast.through is not None and key != "differential":
            text = f"{word(self.words, 'contrasts', 'through')} {text}"
        filled = {
            "first": first,
            "First": capital(first),
            "second": second,
            "Second": capital(second),
            "through": self.place(contrast.through.area, contrast.through.situation) if contrast.through else "",
            "criterion": word(self.words, "criteria", contrast.decided_by) if key == "criterion" else "",
        }
        if contrast.first.standing is not None:
            filled["its"] = word(self.words, "standings", contrast.first.standing.lean)
        if contrast.second.standing is not None:
            filled["other"] = word(self.words, "standings", contrast.second.standing.lean)
        if key == "criterion":
            filled["its"], filled["other"] = (
                self.value(side, contrast.decided_by) for side in (contrast.first, contrast.second)
            )
        for name, value in filled.items():
            text = text.replace("{" + name + "}", value)
        return text

    # -- for patients -------------------------------------------------------------------------------------------------

    def aspects(self, groups: tuple[Group, ...]) -> list[str]:
        """What points to it, in words for a patient, each once."""
        found = [each.aspect for group in groups if group.code == "carried" for each in group.reasons if each.aspect]
        return [word(self.words, "patient", "aspects", each) for each in dict.fromkeys(found)]

    def listed(self, parts: list[str]) -> str:
        """Some things, joined by *and*."""
        return joined(self.words, parts)


def _has_name(reason: Reason) -> bool:
    return reason.record not in (None, "case:case", "isolation:isolation")


def standing_words(words: Words, standing: StandingRange) -> str:
    """The lean, and how far it could still go."""
    lean, worst, best = (word(words, "standings", each) for each in (standing.lean, standing.worst, standing.best))
    if standing.worst == standing.best:
        settled = word(words, "settledness", "settled")
        return f"{lean}, {settled}" if standing.lean == standing.worst else f"{lean} ({settled}: {worst})"
    reach = word(words, "phrases", "could_still_be").replace("{worst}", worst).replace("{best}", best)
    return f"{lean} ({reach})"
