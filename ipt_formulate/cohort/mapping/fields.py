"""Which columns of the layout can a mapping fill, and what kind of answer stands in each?"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from ipt_formulate.cohort.layout import CASE, DECISIONS, ID, MARK, ROW, SOURCE, UNKNOWN, columns_of, questions_of
from ipt_formulate.cohort.mapping.model import NONE
from ipt_formulate.intake.answer import ABSENCES, SOURCES
from ipt_formulate.intake.decision import DECISIONS as WORDS
from ipt_formulate.intake.item import Item
from ipt_formulate.intake.situation import ISOLATION
from ipt_formulate.intake.types import AnswerType, Choice, Day, Link, Misreadings, Multi, Text, Tri
from ipt_formulate.intake.wishes import AREAS

_GIVEN: Final = (CASE, ID, ROW, MARK)
"""Filled otherwise, or by nobody."""
_SITUATIONS: Final = ("loss", "conflict", "change")
_NAMED: Final[dict[str, AnswerType]] = {
    "label": Text(),
    "from": Link(_SITUATIONS),
    "same_event": Link(_SITUATIONS, many=True),
}
_DECISION: Final[dict[str, AnswerType]] = {
    "situation": Link((*_SITUATIONS, ISOLATION)),
    "area": Choice(AREAS),
    "decision": Choice(WORDS),
    "by": Text(),
    "when": Day(("calendar", "before_assessment"), may_come=True),
    "reason": Text(),
}


@dataclass(frozen=True, slots=True)
class Field:
    """One column of the layout, or a multi-choice answer as a whole.

    ``type``: what may stand in the cell; None for a text that nobody checks. ``answer``: the question it belongs to, by
    its column. ``member``: of a multi-choice answer.
    """

    name: str
    type: AnswerType | None
    answer: str
    item: Item | None = None
    member: str | None = None

    def misfit(self, word: Any) -> str | None:
        """What would be right, if this word of the intake cannot stand here."""
        if self.type is None or isinstance(self.type, Link | Text):
            return None if isinstance(word, str) else "text"
        if isinstance(self.type, Multi):
            return None if word in (*self.type.members, NONE) else f"one of {', '.join((*self.type.members, NONE))}"
        try:
            self.type.read(int(word) if isinstance(word, str) and word.lstrip("-").isdecimal() else word)
        except Misreadings:
            return self.type.describe()
        return None


@cache
def fields_of(table: str) -> dict[str, Field]:
    """Every field of a table by name, in the order of the layout."""
    if table == DECISIONS:
        return {name: Field(name, kind, name) for name, kind in _DECISION.items()}
    items = questions_of(table)
    found: dict[str, Field] = {}
    for column in columns_of(table):
        if column in _GIVEN:
            continue
        base, _, last = column.rpartition(".")
        if column in items:
            found[column] = Field(column, items[column].type, column, items[column])
        elif base in items and isinstance(many := items[base].type, Multi) and last in many.members:
            if base not in found:
                found[base] = Field(base, many, base, items[base])
            found[column] = Field(column, Tri(), base, items[base], last)
            found.setdefault(f"{base}.{NONE}", Field(f"{base}.{NONE}", Tri(), base, items[base], NONE))
        elif column.endswith(UNKNOWN):
            found[column] = Field(column, Choice(ABSENCES), base)
        elif column.endswith(SOURCE):
            found[column] = Field(column, Choice(SOURCES), base)
        else:
            found[column] = Field(column, _NAMED[column], column)
    return found
