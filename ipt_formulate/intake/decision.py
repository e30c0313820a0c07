"""What has the clinician decided? Item H09: decisions about one candidate, with who and when, never an answer."""

from __future__ import annotations

from typing import Annotated

from ipt_formulate.intake.dates import PartialDay
from ipt_formulate.intake.item import Plain, Record
from ipt_formulate.intake.situation import Label, RecordId
from ipt_formulate.intake.types import Choice, Day, Text
from ipt_formulate.intake.wishes import AREAS

DECISIONS = ("confirm", "keep", "exclude", "override")


class Decision(Record):
    """One decision of the clinician about ``area`` for ``situation`` (a record id, or ``isolation``)."""

    situation: RecordId
    area: Annotated[str, Plain(Choice(AREAS))]
    decision: Annotated[str, Plain(Choice(DECISIONS))]
    by: Label | None = None
    when: Annotated[PartialDay | None, Plain(Day(("calendar", "before_assessment"), may_come=True))] = None
    reason: Annotated[str | None, Plain(Text())] = None
