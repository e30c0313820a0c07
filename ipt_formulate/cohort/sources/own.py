"""Which mapping does a file with value labels bring along, if its columns are those of the layout already?"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from ipt_formulate.cohort.layout import CASE, ID
from ipt_formulate.cohort.mapping.fields import Field, fields_of
from ipt_formulate.cohort.mapping.model import AnswerMap, Columns, StudyMapping, TableMap
from ipt_formulate.cohort.sources.raw import Raw
from ipt_formulate.intake.answer import ABSENCES
from ipt_formulate.intake.types import Choice, Multi, Tri

_AS_IT_IS: Final = " "
"""Parts the members of an answer in one column."""


def own_mapping(name: str, raw: Raw) -> StudyMapping:
    """Every column onto itself; codes onto the words, and the reasons for no answer, that their labels are."""
    fields = fields_of(name)
    answers = tuple(
        AnswerMap(
            column,
            Columns((column,)),
            values=values_of(fields[column], raw.labels.get(column, {})),
            missing=reasons_of(raw.labels.get(column, {})),
        )
        for column in raw.columns
        if column in fields and not isinstance(fields[column].type, Multi)
    )
    identity = AnswerMap(ID, Columns((ID,))) if ID in raw.columns else None
    return StudyMapping(raw.place, {name: TableMap(name, Columns((CASE,)), answers, identity)})


def as_word(label: str) -> str:
    """A label as a word of ours would be written: in small letters, with underscores."""
    return re.sub(r"[\s_-]+", "_", label.strip().lower())


def values_of(field: Field, labels: Mapping[str, str]) -> dict[str, str]:
    """The codes whose label is a word of this field. Numbers, ids and texts are what they are, whatever their label."""
    if not isinstance(field.type, Choice | Tri):
        return {}
    words = {code: as_word(label) for code, label in labels.items()}
    return {code: word for code, word in words.items() if field.misfit(word) is None}


def reasons_of(labels: Mapping[str, str]) -> dict[str, str]:
    """The codes whose label says why there is no answer, in our words: a number so labelled is no number."""
    return {code: reason for code, label in labels.items() if (reason := as_reason(label)) is not None}


def as_reason(label: str) -> str | None:
    """Why there is no answer, if the label is our word for that."""
    word = as_word(label)
    return word if word in ABSENCES else None
