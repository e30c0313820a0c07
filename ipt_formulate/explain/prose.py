"""How are a formulation and its explanations put into words?

Templates per language (`templates/<language>/`), words from the rulebook's language file. Ordinal words only, never
numbers that look like chances. What stands first is always safety.
"""

from __future__ import annotations

from typing import Any

from ipt_formulate.explain.author import Author
from ipt_formulate.explain.changes import ChangeSet, SmallestChanges, WhatIf
from ipt_formulate.explain.draft import Draft
from ipt_formulate.explain.explanations import Contrast, Why, WhyNot
from ipt_formulate.explain.facts import CaseSheet
from ipt_formulate.explain.feedback import Feedback
from ipt_formulate.explain.page import Format, escape_for, page
from ipt_formulate.explain.questioning import Questioning
from ipt_formulate.explain.questions import NextQuestions
from ipt_formulate.explain.schooling import Schooling
from ipt_formulate.explain.switches import AcrossSwitches
from ipt_formulate.explain.switching import Switching
from ipt_formulate.explain.telling import Telling, standing_words
from ipt_formulate.explain.turning import Turning
from ipt_formulate.explain.words import Words, area_word, day_words, word
from ipt_formulate.formulation.result import Area, Candidate, Finding, Result

MOST_SETS = 8
"""So many sets of changes of one size are told in a text."""
_GROUPS = (
    ("for", ("supports", "floors")),
    ("against", ("opposes", "caps")),
    ("excluded", ("excludes",)),
)


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


# -- what if ----------------------------------------------------------------------------------------------------------


def what_if_text(what_if: WhatIf, *, depth: int, format: Format) -> str:
    """What some other answers would change."""
    return page(
        "what_if", format, what_if.words, x=what_if, t=Turning(what_if, depth=depth, format=format), depth=depth
    )


def smallest_changes_text(found: SmallestChanges, *, format: Format) -> str:
    """The smallest changes that reach an aim, and how far the search for them came."""
    by_size: dict[int, list[ChangeSet]] = {}
    for each in found.sets:
        by_size.setdefault(len(each.changes), []).append(each)
    told = Turning(found, format=format)
    return page("smallest_changes", format, found.words, x=found, t=told, by_size=by_size, most=MOST_SETS)


def next_questions_text(asking: NextQuestions, *, every: bool, format: Format) -> str:
    """What to ask next, and what it would decide."""
    return page("questions", format, asking.words, x=asking, t=Questioning(asking, format=format), every=every)


def across_switches_text(across: AcrossSwitches, *, every: bool, format: Format) -> str:
    """What hangs on a published disagreement, and what does not."""
    return page("switches", format, across.words, x=across, t=Switching(across, format=format), every=every)


# -- training ---------------------------------------------------------------------------------------------------------


def feedback_text(feedback: Feedback, *, format: Format) -> str:
    """A trainee's reading beside the engine's."""
    told = Schooling(feedback, format=format)
    return page("feedback", format, feedback.words, x=feedback, t=told)


def case_sheet_text(sheet: CaseSheet, *, format: Format) -> str:
    """What was told of a case, without any verdict."""
    return page("case_sheet", format, sheet.words, x=sheet, t=Telling(sheet, format=format))


def author_text(author: Author, words: Words, *, format: Format) -> str:
    """What the author of a published case says it is."""
    label = author.label
    escape = escape_for(format)
    labels = [escape(area_word(words, each)) for each in (label.primary, *label.secondary)]
    return page("author", format, words, author=author, labels=labels)
