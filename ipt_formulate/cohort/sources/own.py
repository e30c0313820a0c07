"""Which mapping does a file with value labels bring along, if its columns are those of the layout already?"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from ipt_formulate.cohort.layout import CASE, ID
from ipt_formulate.cohort.mapping.fields import Field, fields_of
from ipt_formulate.cohort.mapping.model import AnswerMap, Columns, StudyMapping, TableMap
from ipt_formulate.cohort.sources.raw import Raw
from ipt_formulate.intake.types import Multi, Number

_AS_IT_IS: Final = " "
"""Parts the members of an answer in one column."""


def own_mapping(name: str, raw: Raw) -> StudyMapping:
    """Every column onto itself; codes onto the words that their labels are."""
    fields = fields_of(name)
    answers = tuple(
        AnswerMap(column, Columns((column,)), values=values_of(fields[column], raw.labels.get(column, {})))
        for column in raw.columns
        if column in fields and not isinstance(fields[column].type, Multi)
    )
    identity = AnswerMap(ID, Columns((ID,))) if ID in raw.columns else None
    return StudyMapping(raw.place, {name: TableMap(name, Columns((CASE,)), answers, identity)})


def as_word(label: str) -> str:
    """A label as a word of ours would be written: in small letters, with underscores."""
    return re.sub(r"[\s_-]+", "_", label.strip().lower())


def values_of(field: Field, labels: Mapping[str, str]) -> dict[str, str]:
    """The codes whose label is a word of this field. A number is what it is, whatever it is called."""
    if isinstance(field.type, Number):
        return {}
    words = {code: as_word(label) for code, label in labels.items()}
    return {code: word for code, word in words.items() if field.type is not None and field.misfit(word) is None}
