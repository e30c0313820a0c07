"""What is the frame of the case? Items A01 to A09: when it was assessed, who answered, and what colours the rest."""

from __future__ import annotations

from ipt_formulate.intake.answer import Answer
from ipt_formulate.intake.dates import PartialDay
from ipt_formulate.intake.item import Record, ask
from ipt_formulate.intake.types import Choice, Day, Members, Multi, Text, Tri

ANSWERED_BY = Choice(("patient", "clinician_rated", "informant", "coder_from_text"))
AGE_BANDS = Choice(("child_lt12", "adolescent_12_17", "young_adult_18_24", "adult_25_59", "older_60_plus"))
FORMATS = Choice(("individual", "group", "brief", "telephone_or_online", "undecided"))
PERINATAL = Multi(("pregnant", "birth", "pregnancy_loss"))
HOUSEHOLD = Multi(("polygamy", "in_laws", "inheritance", "stigma"))


class Frame(Record):
    """The case frame; every duration is counted from ``assessed_on``."""

    assessed_on: Answer[PartialDay] = ask(
        "A01", Day(("calendar",)), "On what day was this assessment made?", "OI", minimum=True, nature="fact"
    )
    answered_by: Answer[str] = ask("A02", ANSWERED_BY, "Who gave these answers?", "OI", nature="fact")
    age_band: Answer[str] = ask("A03", AGE_BANDS, "Which age band?", "PARK2023 MILLER1998", nature="fact")
    format: Answer[str] = ask("A04", FORMATS, "Which format of treatment is planned?", "CB2012-GRP S002")
    perinatal: Answer[str] = ask(
        "A05", Tri(), "Pregnant now, or a birth or lost pregnancy in the last 12 months?", "GR2007 WMK2018-13",
        burden=2, nature="fact",
    )  # fmt: skip
    perinatal_kind: Answer[Members] = ask(
        "A05", PERINATAL, "Which of these is it?", "GR2007 WMK2018-13", burden=2, nature="fact"
    )
    bipolar_known: Answer[str] = ask(
        "A06", Tri(), "Is a bipolar disorder known?", "FRANK-REV BRA2008", burden=2, nature="fact"
    )
    own_serious_illness: Answer[str] = ask(
        "A07", Tri(), "Does the person have a serious physical illness?", "S002 MK2017-24", burden=2, nature="fact"
    )
    own_serious_illness_kind: Answer[str] = ask(
        "A07", Text(), "Which illness is it?", "S002 MK2017-24", burden=2, nature="fact"
    )
    household_notes: Answer[str] = ask(
        "A08", Text(), "What about culture or household should one know to understand the roles?", "KENYA2016", burden=2
    )
    household_tags: Answer[Members] = ask("A08", HOUSEHOLD, "Do any of these bear on the roles?", "KENYA2016", burden=2)
    migrant_or_displaced: Answer[str] = ask(
        "A09", Tri(), "Has the person migrated, fled or been displaced?", "MEMPH-TRANS KENYA2016",
        burden=2, nature="fact",
    )  # fmt: skip
    migrated_on: Answer[PartialDay] = ask(
        "A09", Day(), "When was that?", "MEMPH-TRANS KENYA2016", burden=2, nature="fact"
    )
