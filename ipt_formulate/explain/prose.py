"""How is a formulation put into words?

Templates per language and format (`templates/<language>/`), words from the rulebook's language file. Ordinal words
only, never numbers that look like chances. Text of the case is escaped for the format it goes into.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, TypeAlias

from ipt_formulate.formulation.result import Area, Candidate, Finding, Result, StandingRange

if TYPE_CHECKING:
    from jinja2 import Environment

Words: TypeAlias = Mapping[str, Any]

WIDTH = 80
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~&$^:])")
_GROUPS = (
    ("for", ("supports", "floors")),
    ("against", ("opposes", "caps")),
    ("excluded", ("excludes",)),
)


def summary(result: Result, words: Words) -> str:
    """A short text that fits a terminal of 80 columns."""
    return _rendered("summary.txt", result, words)


def explanation(result: Result, words: Words, *, sources: bool = True) -> str:
    """For each area what spoke for, against, excluded, and what is unknown."""
    return _rendered("explanation.txt", result, words, sources=sources)


def markdown(result: Result, words: Words) -> str:
    """The summary as Markdown."""
    return _rendered("summary.md", result, words)


def plain(text: str) -> str:
    """Text for a terminal: control characters are shown as text and cannot act."""
    return _CONTROL.sub(lambda found: f"\\x{ord(found.group()):02x}", text.replace("\n", " "))


def markdown_text(text: str) -> str:
    """Text for a Markdown page: shown as it is, whatever it holds."""
    return _MARKDOWN.sub(r"\\\1", plain(text))


def _rendered(template: str, result: Result, words: Words, **more: Any) -> str:
    escape = markdown_text if template.endswith(".md") else plain
    words = in_label_set(words, result.receipt.settings.get("label_set"))
    text = (
        _environment()
        .get_template(template)
        .render(
            r=result,
            w=words,
            e=escape,
            word=lambda *path: _word(words, *path),
            standing=lambda each: _standing(words, each),
            title=lambda area, situation: _title(result, words, escape, area, situation),
            findings=lambda area: _grouped(area, result),
            wrap=_wrapped,
            ranked=[each for each in result.candidates if each.rank is not None],
            **more,
        )
    )
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


def in_label_set(words: Words, label_set: object) -> Words:
    """The words with the names of the areas from a label set (DIS-04): ``plain``, else those of the manuals."""
    if label_set != "plain":
        return words
    areas = {code: {**names, "label": names.get("plain", names["label"])} for code, names in words["areas"].items()}
    return {**words, "areas": areas}


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    # Not HTML: the templates escape every text of the case themselves, for the format they are in.
    return Environment(
        loader=PackageLoader("ipt_formulate.explain", "templates/en"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
    )


def _word(words: Mapping[str, Any], *path: str) -> str:
    value: Any = words
    for step in path:
        value = value.get(step) if isinstance(value, Mapping) else None
    if isinstance(value, Mapping):
        value = value.get("label")
    return value if isinstance(value, str) else path[-1].replace("_", " ")


def _standing(words: Mapping[str, Any], standing: StandingRange) -> str:
    """The lean, and how far it could still go."""
    lean, worst, best = (_word(words, "standings", each) for each in (standing.lean, standing.worst, standing.best))
    if standing.worst == standing.best:
        return f"{lean}, settled" if standing.lean == standing.worst else f"{lean} (settled: {worst})"
    return f"{lean} (could still be {worst} to {best})"


def _title(result: Result, words: Mapping[str, Any], escape: Any, area: str, situation: str | None) -> str:
    name = _word(words, "areas", area)
    if situation is None:
        return name
    label = next((each.label for each in result.candidates if each.situation == situation), situation)
    return f"{name}: {escape(label)}"


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


def _wrapped(text: str, indent: int = 0, hanging: int | None = None) -> str:
    """The text in lines of at most 80 columns."""
    return textwrap.fill(
        " ".join(text.split()),
        WIDTH,
        initial_indent=" " * indent,
        subsequent_indent=" " * (indent if hanging is None else hanging),
        break_long_words=True,
        break_on_hyphens=False,
    )
