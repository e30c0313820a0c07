"""How are a formulation and its explanations put into words?

Templates per language (`templates/<language>/`), words from the rulebook's language file. Ordinal words only, never
numbers that look like chances. What stands first is always safety.
"""

from __future__ import annotations

from typing import Any

from ipt_formulate.explain.draft import Draft
from ipt_formulate.explain.explanations import Contrast, Group, GroupCode, Reason, Side, Why, WhyNot
from ipt_formulate.explain.page import Format, escape_for, page
from ipt_formulate.explain.sentences import Speaker
from ipt_formulate.explain.words import Words, area_word, capital, day_words, joined, sentence, word
from ipt_formulate.formulation.result import Area, Candidate, Finding, Result, StandingRange

_GROUPS = (
    ("for", ("supports", "floors")),
    ("against", ("opposes", "caps")),
    ("excluded", ("excludes",)),
)


STANDING_GROUPS: tuple[GroupCode, ...] = (
    "carried", "may_still", "excluded_by", "ruled_out", "held_down", "not_there", "barred", "gate", "switched_off",
    "nothing_on_record",
)  # fmt: skip
"""What makes a candidate stand as it does, without what else could be said."""


# -- the whole formulation --------------------------------------------------------------------------------------------


def summary(result: Result, words: Words) -> str:
    """A short text that fits a terminal of 80 columns."""
    return page("summary", "text", words, **_of_result(result, words, "text"))


def markdown(result: Result, words: Words) -> str:
    """The summary as Markdown."""
    return page("summary", "md", words, **_of_result(result, words, "md"))


def explanation(result: Result, words: Words, *, sources: bool = True, format: Format = "text") -> str:
    """For each area what spoke for, against, excluded, and what is unknown."""
    return page("explanation", format, words, sources=sources, **_of_result(result, words, format))


def _of_result(result: Result, words: Words, format: Format) -> dict[str, Any]:
    escape = escape_for(format)
    label_set = "plain" if result.receipt.settings.get("label_set") == "plain" else "classic"

    def name(area: str) -> str:
        return area_word(words, area, label_set)

    def title(area: str, situation: str | None) -> str:
        if situation is None or area == "interpersonal_deficits":
            return name(area)
        label = next((each.label for each in result.candidates if each.situation == situation), situation)
        return f"{name(area)}: {escape(label)}"

    return {
        "r": result,
        "name": name,
        "title": title,
        "standing": lambda each: standing_words(words, each),
        "findings": lambda area: _grouped(area, result),
        "label": lambda situation: next((c.label for c in result.candidates if c.situation == situation), situation),
        "asking": [each for each in result.questions if each.bucket not in ("safety", "declined")],
    }


def standing_words(words: Words, standing: StandingRange) -> str:
    """The lean, and how far it could still go."""
    lean, worst, best = (word(words, "standings", each) for each in (standing.lean, standing.worst, standing.best))
    if standing.worst == standing.best:
        settled = word(words, "settledness", "settled")
        return f"{lean}, {settled}" if standing.lean == standing.worst else f"{lean} ({settled}: {worst})"
    reach = word(words, "phrases", "could_still_be").replace("{worst}", worst).replace("{best}", best)
    return f"{lean} ({reach})"


def _grouped(code: str, result: Result) -> list[tuple[Candidate, list[tuple[str, list[Finding]]]]]:
    """The findings of an area by candidate and by what they do; unknown ones apart."""
    area = result.areas[code]
    if not isinstance(area, Area):
        return []
    grouped = []
    for candidate in result.candidates:
        if candidate.area != code:
            continue
        mine = [each for each in area.findings if each.situation == candidate.situation]
        parts = [
            (name, [each for each in mine if each.effect in effects and each.leans == "yes"])
            for name, effects in _GROUPS
        ]
        parts.append(("unknown", [each for each in mine if each.leans == "unknown"]))
        grouped.append((candidate, [(name, found) for name, found in parts if found]))
    return grouped


def formulation_text(draft: Draft, result: Result, words: Words, *, patient: bool, format: Format) -> str:
    """A draft of the formulation itself."""
    context = _of_result(result, words, format)
    grave = [each for each in result.flags if each.level in ("emergency", "urgent")]
    if patient:
        context["name"] = lambda area: area_word(words, area, "patient")
    return page(
        "formulation_patient" if patient else "formulation",
        format,
        words,
        d=draft,
        day=lambda wire: day_words(words, wire),
        began=lambda wire: _began(words, wire),
        hindered=[word(words, "hindered", each) for each in draft.hindered],
        safety="; ".join(dict.fromkeys(word(words, "flags", each.id) for each in grave)),
        urgent=bool(grave),
        withheld=result.withheld,
        **context,
    )


def _began(words: Words, wire: Any) -> str:
    """The onset after "it began": months and years take an *in*, days an *on*."""
    text = day_words(words, wire)
    if isinstance(wire, str):
        return f"{word(words, 'phrases', 'on' if wire.count('-') == 2 else 'in')} {text}"
    return text


# -- why, why not, contrast -------------------------------------------------------------------------------------------


def explanation_text(explained: Why | WhyNot, *, depth: int, sources: bool, patient: bool, format: Format) -> str:
    """A *why* or *why not* in sentences."""
    told = Telling(explained, depth=depth, sources=sources, patient=patient, format=format)
    if patient:
        return page("patient", format, explained.words, x=explained, t=told)
    return page("why", format, explained.words, x=explained, t=told)


def contrast_text(contrast: Contrast, *, depth: int, sources: bool, patient: bool, format: Format) -> str:
    """A contrast in sentences."""
    told = Telling(contrast, depth=depth, sources=sources, patient=patient, format=format)
    if patient:
        return page("patient_contrast", format, contrast.words, x=contrast, t=told)
    return page("contrast", format, contrast.words, x=contrast, t=told)


class Telling:
    """What the templates of explanations call: names, headings and lines."""

    def __init__(
        self, explained: Why | WhyNot | Contrast, *, depth: int, sources: bool, patient: bool, format: Format
    ) -> None:
        self._explained, self._words = explained, explained.words
        self._depth, self._sources = depth, sources
        self._label_set = "patient" if patient else explained.label_set
        self._escape = escape_for(format)
        self.speaker = Speaker(explained.words, explained.names, explained.rules, self._escape)

    # -- names --------------------------------------------------------------------------------------------------------

    def area(self, code: str) -> str:
        """The name of an area in the register in use."""
        return area_word(self._words, code, self._label_set)

    def situation(self, situation: str) -> str:
        """A situation as the person calls it."""
        first = situation.partition("+")[0]
        for about in ("loss", "conflict", "change", "isolation"):
            if f"{about}:{first}" in self._explained.names:
                return self.speaker.name(f"{about}:{first}")
        return self._escape(situation)

    def place(self, area: str, situation: str | None) -> str:
        """An area and the situation it is about."""
        if situation is None or area == "interpersonal_deficits":
            return self.area(area)
        return f"{self.area(area)} ({self.situation(situation)})"

    def standing(self, standing: StandingRange) -> str:
        """A standing in words."""
        return standing_words(self._words, standing)

    @property
    def safety(self) -> str:
        """The grave flags in one line; empty if there is none."""
        told = [
            f"{word(self._words, 'flags', flag)} ({word(self._words, 'levels', level)})"
            for level, flag in self._explained.safety
        ]
        return "; ".join(told)

    # -- groups -------------------------------------------------------------------------------------------------------

    def groups(self, groups: tuple[Group, ...]) -> list[tuple[str, list[tuple[int, str]]]]:
        """Headings and their lines; groups of the same kind about the same situation are one."""
        places = {each.situation for each in groups if each.situation is not None}
        merged: dict[str, list[tuple[int, str]]] = {}
        told: set[tuple[str, str | None, str | None, str | None]] = set()
        for group in groups:
            heading = word(self._words, "reasons", group.code)
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
        depth = self._depth if group.code != "dispute_itself" or self._depth > 1 else 0
        below = [(indent + 1, line) for indent, line in self.speaker.lines(reason, max(depth, least))]
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
                return sentence(f"{word(self._words, 'phrases', 'setting')} {reason.at}: {reason.because}")
            case "sign" if reason.because:
                return sentence(f"{self._escape(reason.because)}: {word(self._words, 'truths', reason.leans)}")
        return None

    def _rule(self, reason: Reason, group: Group) -> str:
        said = self._escape(reason.because)
        if group.code in ("holds", "fails"):
            told = word(self._words, "truths", reason.leans)
            said = (
                f"{self.speaker.name(reason.record)}: {told}. {capital(said)}"
                if _has_name(reason)
                else f"{told}. {capital(said)}"
            )
        mark = f" {word(self._words, 'phrases', 'presumed_mark')}" if reason.presumed and reason.leans == "yes" else ""
        return f"{capital(said).rstrip('.')}{mark} ({', '.join(self._grades(reason))}).{self._source(reason)}"

    def _grades(self, reason: Reason) -> list[str]:
        """Strength or level, and on whose authority."""
        told = []
        if reason.strength is not None:
            told.append(word(self._words, "strengths", reason.strength))
        if reason.effect in ("caps", "floors") and reason.at is not None:
            told.append(
                f"{word(self._words, 'phrases', f'{reason.effect}_at')} {word(self._words, 'standings', reason.at)}"
            )
        if reason.effect == "stages" and reason.at is not None:
            told.append(word(self._words, "stages", reason.at))
        if reason.tier is not None:
            told.append(word(self._words, "tiers", reason.tier))
        if reason.effect == "flags" and reason.at is not None:
            told.append(word(self._words, "levels", reason.at))
        told.append(word(self._words, "labels", reason.label or "OI"))
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
            return word(self._words, "phrases", "not_known")
        if criterion == "timing":
            return word(self._words, "timing_strengths", str(side.value))
        if criterion == "nearness":
            return word(self._words, "phrases", "days_away").replace("{days}", str(side.value))
        return word(self._words, "ordinals", criterion, str(side.value))

    def behind(self, side: Side, decided_by: str) -> list[tuple[str, list[tuple[int, str]]]]:
        """What is behind a side: all of it at more depth, else what made it stand as it does."""
        if decided_by not in ("standing", "not_ranked", "bar") or self._depth > 1:
            return self.groups(side.groups)
        kept = tuple(each for each in side.groups if each.code in STANDING_GROUPS)
        mine, self._depth = self._depth, 0
        told = self.groups(kept or side.groups)
        self._depth = mine
        return told

    def apart(self, contrast: Contrast) -> str:
        """What separates the two, in one sentence."""
        first, second = self.side(contrast.first), self.side(contrast.second)
        key = contrast.decided_by if contrast.decided_by in ("not_ranked", "bar", "differential") else "criterion"
        if contrast.decided_by == "standing":
            key = "by_standing"
        text = word(self._words, "contrasts", key)
        if contrast.through is not None and key != "differential":
            text = f"{word(self._words, 'contrasts', 'through')} {text}"
        filled = {
            "first": first,
            "First": capital(first),
            "second": second,
            "Second": capital(second),
            "through": self.place(contrast.through.area, contrast.through.situation) if contrast.through else "",
            "criterion": word(self._words, "criteria", contrast.decided_by) if key == "criterion" else "",
        }
        if contrast.first.standing is not None:
            filled["its"] = word(self._words, "standings", contrast.first.standing.lean)
        if contrast.second.standing is not None:
            filled["other"] = word(self._words, "standings", contrast.second.standing.lean)
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
        return [word(self._words, "patient", "aspects", each) for each in dict.fromkeys(found)]

    def listed(self, parts: list[str]) -> str:
        """Some things, joined by *and*."""
        return joined(self._words, parts)


def _has_name(reason: Reason) -> bool:
    return reason.record not in (None, "case:case", "isolation:isolation")
