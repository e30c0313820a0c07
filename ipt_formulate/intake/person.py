"""Who are the important people? Items G01 to G13: one record per person of the interpersonal inventory."""

from __future__ import annotations

from typing import ClassVar

from ipt_formulate.intake.answer import Answer
from ipt_formulate.intake.dates import PartialDay
from ipt_formulate.intake.item import ask
from ipt_formulate.intake.relations import RELATIONS
from ipt_formulate.intake.situation import Named
from ipt_formulate.intake.types import SCALE, Choice, Day, Members, Multi, Number, Text, Tri

RINGS = Choice(("inner", "middle", "outer", "not_placed"))
CHANGED = Choice(("closer", "further", "ended", "new", "no"))
DISAGREEING = Choice(("settled", "dropped", "explodes", "never_disagree"))


class Person(Named):
    """One important person: closeness, contact, support, confiding, expectations, and what changed."""

    about: ClassVar[str] = "person"

    relation: Answer[str] = ask(
        "G01", Choice(RELATIONS), "What is this person's relation to the patient?", "ALPF ISIPT-KEY",
        minimum=True, nature="fact",
    )  # fmt: skip
    alive: Answer[str] = ask("G02", Tri(), "Is this person alive?", "WMK2018-8", minimum=True, burden=2, nature="fact")
    ring: Answer[str] = ask("G03", RINGS, "In which circle of closeness now?", "MEDTODAY", minimum=True, nature="view")
    contact_per_week: Answer[int] = ask(
        "G04", Number(0, 200, "contacts per week"), "How often in a week is there contact?", "STUDYLIB-REL"
    )
    contact_by: Answer[Members] = ask(
        "G04", Multi(("in_person", "phone", "online")), "In which ways is there contact?", "STUDYLIB-REL"
    )
    practical_support_received: Answer[int] = ask(
        "G05", SCALE, "How much practical help comes from them?", "ISIPT-KEY MK2017-23", minimum=True
    )
    emotional_support_received: Answer[int] = ask(
        "G05", SCALE, "How much emotional support comes from them?", "ISIPT-KEY MK2017-23", minimum=True
    )
    practical_support_given: Answer[int] = ask(
        "G05", SCALE, "How much practical help goes to them?", "ISIPT-KEY MK2017-23", minimum=True
    )
    emotional_support_given: Answer[int] = ask(
        "G05", SCALE, "How much emotional support goes to them?", "ISIPT-KEY MK2017-23", minimum=True
    )
    can_confide: Answer[str] = ask("G06", Tri(), "Can they be confided in?", "ISIPT-KEY STUDYLIB-REL", minimum=True)
    knows_of_depression: Answer[str] = ask(
        "G06", Tri(), "Do they know of the depression?", "ISIPT-KEY STUDYLIB-REL", minimum=True
    )
    satisfaction: Answer[int] = ask(
        "G07", SCALE, "How satisfied is the patient with the relationship?", "ALPF", minimum=True, nature="view"
    )
    patient_expects: Answer[str] = ask(
        "G08", Text(), "What does the patient expect of them?", "ALPF ISIPT-QA", minimum=True, burden=2, nature="view"
    )
    other_expects: Answer[str] = ask(
        "G08", Text(), "What do they expect of the patient?", "ALPF ISIPT-QA", minimum=True, burden=2, nature="view"
    )
    what_is_good: Answer[str] = ask(
        "G09", Text(), "What is good between the two?", "STUDYLIB-REL ALPF", minimum=True, burden=2, nature="view"
    )
    what_is_not_good: Answer[str] = ask(
        "G09", Text(), "What is not?", "STUDYLIB-REL ALPF", minimum=True, burden=2, nature="view"
    )
    wants_changed: Answer[str] = ask(
        "G09", Text(), "What would the patient like to be different?", "STUDYLIB-REL ALPF",
        minimum=True, burden=2, nature="view",
    )  # fmt: skip
    changed_before_onset: Answer[str] = ask(
        "G10", CHANGED, "Did the relationship change in the year before the onset?", "ALPF PDF-DISP",
        minimum=True, nature="fact",
    )  # fmt: skip
    changed_on: Answer[PartialDay] = ask("G10", Day(), "When did it change?", "ALPF PDF-DISP", nature="fact")
    when_they_disagree: Answer[str] = ask("G11", DISAGREEING, "What happens when they disagree?", "STUDYLIB-REL")
    missing_from_story: Answer[str] = ask(
        "G12", Tri(), "Rated by the clinician: is this person oddly missing from the story?", "PDF-DISP WMK2018-8",
        nature="view",
    )  # fmt: skip
    ring_before_onset: Answer[str] = ask(
        "G13", RINGS, "In which circle of closeness before the onset?", "OI CB2012-DEF", nature="view"
    )
