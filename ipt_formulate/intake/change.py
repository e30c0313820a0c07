"""Which life change cost an old role, and how is the new one managed? Items E01 to E23: one record per change."""

from __future__ import annotations

from typing import ClassVar

from ipt_formulate.intake.answer import Answer
from ipt_formulate.intake.dates import PartialDay
from ipt_formulate.intake.item import ask
from ipt_formulate.intake.situation import Situation
from ipt_formulate.intake.types import SCALE, Choice, Day, Link, Members, Multi, Number, Text, Tri

KINDS = Choice(
    (
        "job_start", "job_loss", "promotion_or_new_duties", "retirement", "school_or_graduation", "move",
        "migration_or_displacement", "leaving_home", "marriage_or_cohabitation", "separation_or_divorce",
        "new_relationship", "pregnancy", "birth_or_adoption", "infertility", "infertility_treatment",
        "child_leaves_home", "return_of_adult_child", "becoming_carer", "end_of_caring", "entering_care", "widowhood",
        "own_illness_or_disability", "illness_of_other", "dementia_of_other", "coming_out_or_gender", "stigma",
        "release_or_imprisonment", "military_service_or_return", "financial_change", "trauma_event",
        "family_structure_change", "other",
    )
)  # fmt: skip
LOST = Multi(("people", "standing", "routine", "income", "purpose", "self_image"))
HARD_PARTS = Multi(("tasks", "relationships", "routine", "money", "authority", "place", "body", "other"))
SUPPORT_CHANGED = Choice(("lost_much", "lost_some", "same", "gained"))
SKILLS = Multi(
    ("asking_for_help", "making_contacts", "saying_no", "deciding_alone", "practical_tasks", "work_tasks", "language")
)
RELATIVE_TO_ONSET = Choice(("before", "same_time", "after", "caused_by_depression"))
MANAGING = Number(0, 4, "0 lost, 4 fully able")
FEELINGS = Multi(("sadness_for_the_old", "fear_of_the_new", "anger", "shame", "relief"))
THREATS = Choice(("none", "some", "moderate", "severe"))


class Change(Situation):
    """One life change: the old role, the new role, the support, and how it is coped with."""

    about: ClassVar[str] = "change"

    kind: Answer[str] = ask(
        "E01", KINDS, "What kind of change is it?", "ISIPT-KEY MEMPH-TRANS MK2017-24 S002 S004",
        minimum=True, nature="fact",
    )  # fmt: skip
    when: Answer[PartialDay] = ask(
        "E02", Day(may_come=True), "When was it, or when did it begin?", "FRK1996", minimum=True, nature="fact"
    )
    until: Answer[PartialDay] = ask(
        "E02", Day(may_come=True), "If it went on for a time: until when?", "FRK1996", nature="fact"
    )
    phase: Answer[str] = ask(
        "E02", Choice(("over", "going_on", "to_come")), "Is it over, still going on, or still to come?", "FRK1996",
        minimum=True,
    )  # fmt: skip
    wanted: Answer[str] = ask(
        "E03", Choice(("wanted", "unwanted", "mixed")), "Was it wanted?", "S002 MEMPH-TRANS",
        minimum=True, nature="view",
    )  # fmt: skip
    expected: Answer[str] = ask(
        "E04", Choice(("expected", "sudden")), "Did it come expected or suddenly?", "EO", nature="fact"
    )
    chosen: Answer[str] = ask("E04", Choice(("chosen", "imposed")), "Was it chosen or imposed?", "EO", nature="fact")
    lost_with_old_role: Answer[Members] = ask(
        "E05", LOST, "What was lost with the old role?", "S002 CB2012-RT", minimum=True, burden=2, nature="view"
    )
    lost_with_old_role_text: Answer[str] = ask(
        "E05", Text(), "What was lost, in the person's own words?", "S002 CB2012-RT", burden=2, nature="view"
    )
    old_role_seen: Answer[str] = ask(
        "E06", Choice(("idealised", "balanced", "negative")), "How does the person see the old role?", "WMK2018",
        minimum=True, nature="view",
    )  # fmt: skip
    new_role_asks: Answer[str] = ask(
        "E07", Text(), "What does the new role ask, and what is hard in it?", "S002",
        minimum=True, burden=2, nature="view",
    )  # fmt: skip
    hard_parts: Answer[Members] = ask(
        "E07", HARD_PARTS, "Which parts of the new role are hard?", "S002", burden=2, nature="view"
    )
    managing: Answer[int] = ask(
        "E08", MANAGING, "How well does the person feel able to manage the new role?", "S002 CITC-TRANS",
        minimum=True, nature="view",
    )  # fmt: skip
    good_in_new_role: Answer[str] = ask(
        "E09", Tri(), "Is there anything good about the new role?", "S002", nature="view"
    )
    good_in_new_role_text: Answer[str] = ask("E09", Text(), "What is good about it?", "S002", nature="view")
    support_changed: Answer[str] = ask(
        "E10", SUPPORT_CHANGED, "Did the change cost or bring people who help?", "S002 CB2012-RT", minimum=True
    )
    skills_lacking: Answer[Members] = ask(
        "E11", SKILLS, "Which skills does the new role need that are lacking?", "S002", burden=2
    )
    linked_by_patient: Answer[str] = ask(
        "E12", Tri(), "Does the person link the low mood to this change?", "ALPF", minimum=True, nature="view"
    )
    linked_strength: Answer[int] = ask("E12", SCALE, "How strongly do they link it?", "ALPF", nature="view")
    relative_to_onset: Answer[str] = ask(
        "E13", RELATIVE_TO_ONSET, "Did it come before or after the onset, or because of the depression?",
        "MK2017-21 ALPF", minimum=True, nature="fact",
    )  # fmt: skip
    death_in_it: Answer[str] = ask(
        "E14", Link(("loss",)), "Did somebody die in it: which recorded loss?", "MK2017-24", burden=2, nature="fact"
    )
    quarrelled_over: Answer[str] = ask(
        "E15", Link(("conflict",)), "Is somebody against it: which recorded conflict?", "WMK2018-6", nature="fact"
    )
    feelings: Answer[Members] = ask("E16", FEELINGS, "Which feelings does the change raise?", "S002", burden=2)
    feelings_strength: Answer[int] = ask("E16", SCALE, "How strong are they?", "S002", burden=2)
    hoped_for_did_not_come: Answer[str] = ask(
        "E17", Tri(), "Is it a hoped-for change that did not come?", "OI", burden=2, nature="fact"
    )
    threat_in_context: Answer[str] = ask(
        "E18", THREATS, "Rated by the clinician: how threatening was it in its context?", "BRU1985 DOH2006",
        nature="view",
    )  # fmt: skip
    coping_difficulty: Answer[int] = ask(
        "E19", SCALE, "How hard is it to cope with the change, skills apart?", "OI", burden=2
    )
    dominates_mood: Answer[str] = ask("E20", Tri(), "If it is still to come: does it dominate the mood?", "OI")
    ordinary_hassle: Answer[str] = ask(
        "E21", Tri(), "Is it only an everyday hassle, with no change of role, tie, place, body or standing?", "OI"
    )
    pregnancy_unplanned: Answer[str] = ask(
        "E22", Tri(), "Is or was the pregnancy unplanned?", "OI", burden=2, nature="fact"
    )
    pregnancy_complicated: Answer[str] = ask(
        "E22", Tri(), "Is or was the pregnancy complicated?", "OI", burden=2, nature="fact"
    )
    support_need_changed: Answer[str] = ask("E23", Tri(), "Has the need for support changed?", "OI")
