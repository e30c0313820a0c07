"""Is there a word in a text for patients that a patient should not have to read?

K-DEF-23: "loneliness or isolation", never "deficit". The other words blame or frighten in the same way.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, ClassVar

from ipt_formulate.analysis.lints.lint import Lint, Material, Problem, Severity, Step

PATIENT_KEYS = ("patient", "plain")
"""Entries of the language file with these keys are read by patients."""

_WORDS = re.compile(
    r"\b(deficits?|deficient|abnormal|dysfunctional|maladaptive|pathological|pathology|symptomatic|"
    r"incapable|inadequate|failed|failure|hopeless|incurable|unsuitable|non-?compliant|difficult patient)\b",
    re.IGNORECASE,
)


class PatientWords(Lint):
    """A word in a text for patients that blames or frightens."""

    name: ClassVar[str] = "patient_words"
    severity: ClassVar[Severity] = "error"
    says: ClassVar[str] = "a text for patients has a word that patients should not have to read"

    def of_book(self, material: Material) -> Iterator[Problem]:
        """Every text for patients in every language file."""
        for path in sorted((material.book.folder / "words").glob("*.yaml")):
            file = f"words/{path.name}"
            for steps, text in _for_patients(material.places.data(file), ()):
                for word in dict.fromkeys(found.group().lower() for found in _WORDS.finditer(text)):
                    yield Problem(file, steps, f"says `{word}` to a patient")


def _for_patients(
    value: Any, path: tuple[Step, ...], *, marked: bool = False
) -> Iterator[tuple[tuple[Step, ...], str]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _for_patients(inner, (*path, key), marked=marked or key in PATIENT_KEYS)
    elif isinstance(value, str) and marked:
        yield path, value
