"""Does a text that a user reads sound like a probability?

K-RANK-24: outward words are ordinal. Nothing here is computed from frequencies, so no text may sound as if it were.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

from ipt_formulate.analysis.lints.conditions import then_path
from ipt_formulate.analysis.lints.lint import Lint, Material, Problem, Severity, Step, in_rule
from ipt_formulate.rulebook import Rule
from ipt_formulate.rulebook import conclusions as c

_WORDS = re.compile(
    r"\b(probab(?:ly|le|ility|ilities)|improbable|likely|unlikely|likelihood|per ?cent|percentage|chances?|odds|"
    r"risk of|in \d+ (?:out )?of \d+)\b|\d[\d.,]*\s?%",
    re.IGNORECASE,
)


class ProbabilityWords(Lint):
    """A word of probability in a title, a reason, advice or a note."""

    name: ClassVar[str] = "probability_words"
    severity: ClassVar[Severity] = "error"
    says: ClassVar[str] = "a text that users read sounds like a probability"

    def of_rule(self, rule: Rule, material: Material) -> Iterator[Problem]:
        """Every text of the rule that is shown with a result."""
        for path, text in _texts(rule):
            for word in dict.fromkeys(found.group().lower() for found in _WORDS.finditer(text)):
                yield in_rule(rule, f"says `{word}`, which sounds like a probability", *path)


def _texts(rule: Rule) -> Iterator[tuple[tuple[Step, ...], str]]:
    yield ("title",), rule.title
    yield ("because",), rule.because
    for index, each in enumerate(rule.conclusions):
        match each:
            case c.Advises(text) | c.Notes(text) | c.Stages(note=str(text)):
                yield then_path(rule, index), text
            case _:
                pass
