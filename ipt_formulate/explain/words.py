"""Which words stand for codes, dates and names in a text?

Everything comes from the rulebook's language file. A code that has no word there is shown with its underscores as
spaces; tests let no code of the library get so far.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

Words: TypeAlias = Mapping[str, Any]

TABLES = {
    "kind": "kinds",
    "relation": "relations",
    "timing": "timings",
    "timing_strength": "timing_strengths",
    "direction": "directions",
    "attempt_band": "attempts",
    "attempt_recency": "attempts",
    "clinician.focus_area": "areas",
    "result.status": "statuses",
    "result.stage": "stages",
    "result.focus": "areas",
    "result.second": "areas",
    "result.gate": "gates",
    "result.flags": "flags",
}
"""The table for the values of a sign; `members` for every other field of the intake."""


def word(words: Words, *path: str) -> str:
    """A word of the language file, or its `label` where there are several registers."""
    value: Any = words
    for step in path:
        value = value.get(step) if isinstance(value, Mapping) else None
    if isinstance(value, Mapping):
        value = value.get("label")
    return value if isinstance(value, str) else path[-1].replace("_", " ")


def area_word(words: Words, area: str, label_set: str = "classic") -> str:
    """The name of an area: classic, plain, or for a patient."""
    names = words.get("areas", {}).get(area, {})
    key = {"plain": "plain", "patient": "patient"}.get(label_set, "label")
    return str(names.get(key) or names.get("label") or area.replace("_", " "))


def value_word(words: Words, sign: str, value: str) -> str:
    """The word for a value of a sign."""
    if value in ("yes", "no"):
        return word(words, "truths", value)
    members = words.get("members", {})
    field = f"{sign}.{value}"
    if field in members:
        return str(members[field])
    if sign.endswith("severity") or sign.startswith("severity_"):
        return word(words, "severities", value)
    if sign.startswith("result.standing."):
        return word(words, "standings", value)
    return word(words, TABLES.get(sign, "members"), value)


def joined(words: Words, parts: list[str], by: str = "and") -> str:
    """`a`, `a and b`, `a, b and c`; or with *or*."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {word(words, 'phrases', by)} {parts[-1]}"


def day_words(words: Words, wire: Any) -> str:
    """A partial date as it was told: `about May 2025`, `40 days before the onset`."""
    about = ""
    if isinstance(wire, Mapping):
        wire = dict(wire)
        about = f"{word(words, 'phrases', 'about')} " if wire.pop("about", False) else ""
        if "date" in wire:
            wire = wire["date"]
        elif "from" in wire:
            days = [day_words(words, wire[end]) for end in ("from", "to")]
            return f"{word(words, 'phrases', 'between')} {joined(words, days)}"
        else:
            frame, lag = next(iter(wire.items()))
            days = lag.get("days")
            if isinstance(days, int) and days < 0:
                frame, lag = frame.replace("before", "after"), {"days": -days}
            return f"{about}{_lag(words, lag)} {word(words, 'phrases', frame)}"
    parts = str(wire).split("-")
    shown = [parts[0]]
    if len(parts) > 1:
        shown.insert(0, word(words, "months", str(int(parts[1]))))
    if len(parts) > 2:
        shown.insert(0, str(int(parts[2])))
    return about + " ".join(shown)


def with_unit(value: int, unit: str) -> str:
    """A number with what it counts; what the ends of a scale mean stands in brackets."""
    return f"{value} ({unit})" if "," in unit else f"{value} {unit}".strip()


def _lag(words: Words, lag: Mapping[str, Any]) -> str:
    counted = []
    for unit, count in lag.items():
        if isinstance(count, list):
            counted.append(f"{count[0]} {word(words, 'phrases', 'to')} {count[1]} {word(words, 'units', unit)}")
        else:
            name = word(words, "units", unit.removesuffix("s") if count == 1 else unit)
            counted.append(f"{count} {name}")
    return joined(words, counted)


def capital(text: str) -> str:
    """The text with its first letter large."""
    return text[:1].upper() + text[1:]


def sentence(text: str) -> str:
    """The text with a large first letter and a stop at its end."""
    text = capital(text.strip())
    return text if text.endswith((".", "?", "!")) else f"{text}."
