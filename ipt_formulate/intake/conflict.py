"""Who is in dispute, about what, and where does it stand? Items D01 to D44: one record per relationship in conflict."""

from __future__ import annotations

from typing import ClassVar

from ipt_formulate.intake.answer import Answer
from ipt_formulate.intake.dates import PartialDay
from ipt_formulate.intake.item import ask
from ipt_formulate.intake.relations import OTHER_PARTIES
from ipt_formulate.intake.situation import Situation
from ipt_formulate.intake.types import SCALE, Choice, Day, Link, Members, Multi, Number, Text, Tri

RELATIONSHIPS = Choice(("current", "ended", "ending", "never_close"))
TOPICS = Multi(
    (
        "household_roles", "money", "parenting", "intimacy_or_sex", "fidelity", "time_and_attention",
        "respect_or_control", "independence", "work_tasks", "care_duties", "in_laws", "religion_or_culture",
        "substance_use", "illness_or_disability", "inheritance", "other",
    )
)  # fmt: skip
ATTEMPTS_BY = Choice(("none", "patient_only", "other_only", "both"))
ATTEMPTS_LED_TO = Choice(("progress", "small_movement", "no_change", "got_worse", "not_heard_or_refused"))
SPEAKING = Choice(
    (
        "calm_talk", "arguments_about_the_issue", "repetitive_quarrels", "only_practical", "avoid_topic", "silence",
        "no_contact",
    )
)  # fmt: skip
WANTS = Choice(("continue", "end", "undecided"))
STEPS_TO_END = Multi(
    ("threatened", "sleeping_apart", "moved_out", "legal_step", "resigned_or_notice", "contact_cut", "ended")
)
WORSE_AROUND_ONSET = Choice(("before_onset", "same_time", "after_onset", "no_change"))
FEELINGS = Multi(("anger", "hurt", "guilt", "fear", "resentment", "hopeless", "contempt"))
HANDLING = Multi(("gives_in", "avoids", "attacks", "sulks", "negotiates", "seeks_allies"))
HARM = Multi(("threats", "violence", "control", "stalking", "forced_sex", "fear_of_the_other"))
KINDS = Choice(
    (
        "hostile", "inhibited", "betrayal", "unmet_expectations", "separation_individuation", "denial_of_intimacy",
    )
)  # fmt: skip


class Conflict(Situation):
    """One relationship in conflict: expectations, openness, attempts, talk, wishes, steps, and danger."""

    about: ClassVar[str] = "conflict"

    relation: Answer[str] = ask(
        "D01", Choice(OTHER_PARTIES), "With whom is the conflict?", "CB2012-DISP OI", minimum=True, nature="fact"
    )
    relationship: Answer[str] = ask(
        "D02", RELATIONSHIPS, "Is the relationship current, ending, ended, or was it never close?", "S002"
    )
    topics: Answer[Members] = ask("D03", TOPICS, "What is it about?", "CITC-DISP S003", minimum=True)
    topics_text: Answer[str] = ask("D03", Text(), "What is it about, in the person's own words?", "CITC-DISP S003")
    patient_expects: Answer[str] = ask(
        "D04", Text(), "What does the person expect of the other?", "ISIPT-QA", minimum=True, burden=2, nature="view"
    )
    patient_expects_about: Answer[Members] = ask(
        "D04", TOPICS, "Which of these do their expectations concern?", "ISIPT-QA", nature="view"
    )
    other_expects: Answer[str] = ask(
        "D05", Text(), "What does the other expect of the person, as far as they know?", "ISIPT-QA CITC-DISP",
        minimum=True, burden=2, nature="view",
    )  # fmt: skip
    other_expects_about: Answer[Members] = ask(
        "D05", TOPICS, "Which of these do the other's expectations concern?", "ISIPT-QA CITC-DISP", nature="view"
    )
    expectations_fit: Answer[str] = ask(
        "D06", Choice(("fit", "partly", "clash")), "Do the two sets of expectations fit together?", "ISIPT-KEY S002",
        minimum=True,
    )  # fmt: skip
    openness: Answer[str] = ask(
        "D07", Choice(("overt", "covert", "mixed")), "Is it spoken out, kept silent, or both?", "PDF-DISP MHPSS-IPT",
        minimum=True,
    )  # fmt: skip
    patient_knows: Answer[str] = ask(
        "D08", Tri(), "Is the person aware that there is a dispute?", "CITC-DISP S002", minimum=True
    )
    other_knows: Answer[str] = ask("D08", Tri(), "Is the other aware of it?", "CITC-DISP S002", minimum=True)
    attempts_by: Answer[str] = ask(
        "D09", ATTEMPTS_BY, "Who has lately tried to talk or to change something?", "CITC-DISP KLE1984", minimum=True
    )
    attempts_in_last_4_weeks: Answer[int] = ask(
        "D09", Number(0, 200, "attempts"), "How often in the last four weeks?", "CITC-DISP KLE1984", minimum=True
    )
    last_attempt: Answer[PartialDay] = ask(
        "D09", Day(), "When was the last attempt?", "CITC-DISP KLE1984", minimum=True
    )
    attempts_led_to: Answer[str] = ask("D10", ATTEMPTS_LED_TO, "What came of the attempts?", "CITC-DISP", minimum=True)
    how_they_speak: Answer[str] = ask(
        "D11", SPEAKING, "How do the two speak with each other now?", "KLE1984 PDF-DISP", minimum=True
    )
    patient_wants: Answer[str] = ask(
        "D12", WANTS, "Does the person want the relationship to go on or to end?", "PDF-DISP CITC-DISP",
        minimum=True, burden=2, nature="view",
    )  # fmt: skip
    other_wants: Answer[str] = ask(
        "D12", WANTS, "And what does the other want?", "PDF-DISP CITC-DISP", minimum=True, burden=2, nature="view"
    )
    steps_to_end: Answer[Members] = ask(
        "D13", STEPS_TO_END, "Which steps toward distance or an end have been taken?", "OI S002",
        minimum=True, burden=2,
    )  # fmt: skip
    can_be_repaired: Answer[str] = ask(
        "D14", Choice(("yes", "maybe", "no")), "Does the person think it can be mended?", "WMK2018-6",
        burden=2, nature="view",
    )  # fmt: skip
    can_leave: Answer[str] = ask("D15", Tri(), "Could either of them leave in practice?", "PDF-DISP OI", burden=2)
    leaving_hindered_by: Answer[Members] = ask(
        "D15", Multi(("money", "children", "visa", "care", "job", "other")), "What stands in the way of leaving?",
        "PDF-DISP OI", burden=2,
    )  # fmt: skip
    started: Answer[PartialDay] = ask("D16", Day(), "When did it start?", "PDF-DISP ALPF", minimum=True, nature="fact")
    changed: Answer[PartialDay] = ask(
        "D16", Day(), "When did it last clearly change?", "PDF-DISP ALPF", minimum=True, nature="fact"
    )
    worse_around_onset: Answer[str] = ask(
        "D17", WORSE_AROUND_ONSET, "Did it get worse around the onset, and before or after it?", "PDF-DISP",
        minimum=True, nature="fact",
    )  # fmt: skip
    before_any_depression: Answer[str] = ask(
        "D18", Tri(), "Was it there before any depression?", "CB2012-DEF ALPF", nature="fact"
    )
    linked_by_patient: Answer[str] = ask(
        "D19", Tri(), "Does the person link the low mood to this conflict?", "ALPF", minimum=True, nature="view"
    )
    linked_strength: Answer[int] = ask("D19", SCALE, "How strongly do they link it?", "ALPF", nature="view")
    feelings: Answer[Members] = ask("D20", FEELINGS, "Which feelings does it raise?", "MK2017-24", burden=2)
    feelings_strength: Answer[int] = ask("D20", SCALE, "How strong are they?", "MK2017-24", burden=2)
    handles_it_by: Answer[Members] = ask("D21", HANDLING, "How does the person deal with it?", "MK2017-24", burden=2)
    gain_from_leaving_it: Answer[str] = ask(
        "D22", Text(), "What does each gain from leaving things as they are?", "PDF-DISP KLE1984",
        burden=3, nature="view",
    )  # fmt: skip
    lost_if_it_ended: Answer[str] = ask(
        "D22", Text(), "What would be lost if the relationship ended?", "PDF-DISP KLE1984", burden=3, nature="view"
    )
    similar_elsewhere: Answer[str] = ask(
        "D23", Tri(), "Is there similar trouble in other relationships?", "KLE1984 SR2003-SENS", burden=2
    )
    similar_elsewhere_links: Answer[tuple[str, ...]] = ask(
        "D23", Link(("conflict",), many=True), "Which recorded conflicts are similar?", "KLE1984 SR2003-SENS"
    )
    allies_available: Answer[str] = ask("D24", Tri(), "Is there an ally or somebody who could mediate?", "S002")
    harm: Answer[Members] = ask(
        "D25", HARM, "Has the other done any of these, or is the person afraid of them?", "ACA-IPV KENYA2016",
        minimum=True, burden=3, safety=True,
    )  # fmt: skip
    harm_last_on: Answer[PartialDay] = ask(
        "D25", Day(), "When was the last time?", "ACA-IPV KENYA2016", burden=3, nature="fact", safety=True
    )
    exploited_at_work: Answer[str] = ask(
        "D26", Tri(), "Is there bullying or exploitation at work or school?", "MK2017-53", burden=2
    )
    betrayal: Answer[str] = ask(
        "D27", Tri(), "Was there a betrayal, such as an affair or a hidden debt?", "CITC-DISP",
        burden=3, nature="fact",
    )  # fmt: skip
    betrayal_on: Answer[PartialDay] = ask("D27", Day(), "When did it come to light?", "CITC-DISP", nature="fact")
    kind: Answer[str] = ask("D28", KINDS, "Which kind of dispute is it?", "CITC-DISP", nature="view")
    set_off_by: Answer[str] = ask(
        "D29", Link(("change",)), "Did one of the recorded life changes set it off?", "WMK2018-6", nature="fact"
    )
    person: Answer[str] = ask(
        "D30", Link(("person",)), "Which person of the inventory is the other?", "OI", nature="fact"
    )
    new_offers_by: Answer[str] = ask(
        "D31", Choice(("none", "patient", "other", "both")), "Who has made new proposals in the last weeks?", "OI"
    )
    refusals: Answer[int] = ask(
        "D32", Number(0, 1000, "refusals"), "How many attempts ever were refused or left unanswered?", "OI",
        burden=2, nature="fact",
    )  # fmt: skip
    tied_by: Answer[Members] = ask("D33", Multi(("household", "children", "work")), "What ties the two together?", "OI")
    still_contested: Answer[str] = ask("D34", Tri(), "Are terms or blame still being argued about?", "OI")
    settled_long_ago: Answer[str] = ask("D35", Tri(), "Was it accepted or settled long ago?", "OI")
    other_has_new_partner: Answer[str] = ask(
        "D36", Tri(), "Does the other have a new partner?", "OI", burden=2, nature="fact"
    )
    other_firm_to_end: Answer[str] = ask("D36", Tri(), "Is the other's wish to end it firm?", "OI", burden=2)
    both_work_on_return: Answer[str] = ask(
        "D37", Tri(), "Do both work on coming back together, for example in counselling?", "OI"
    )
    fears_confrontation: Answer[str] = ask("D38", Tri(), "Is the person afraid of confronting the other?", "OI")
    sees_own_anger_as_bad: Answer[str] = ask("D38", Tri(), "Do they see their own anger as bad?", "OI", nature="view")
    is_losing: Answer[str] = ask("D38", Tri(), "Are they losing out in it?", "OI", burden=2)
    one_sided_tie: Answer[str] = ask(
        "D39", Tri(), "Is the tie one-sided or exploitative, outside work and school?", "OI", burden=2
    )
    stuck_because: Answer[Members] = ask(
        "D40", Multi(("demoralised", "poor_communication", "irreconcilable_aims")),
        "Rated by the clinician: what keeps it stuck?", "OI", nature="view",
    )  # fmt: skip
    settled_when_raised: Answer[str] = ask("D41", Tri(), "Do they settle things when they are raised?", "OI")
    otherwise_satisfying: Answer[str] = ask(
        "D41", Tri(), "Is the relationship satisfying otherwise?", "OI", nature="view"
    )
    weaker_can_speak_safely: Answer[str] = ask(
        "D42", Tri(), "Can the weaker of the two speak up safely?", "OI", burden=2, safety=True
    )
    other_side_heard: Answer[str] = ask("D43", Tri(), "Has the other's own account been heard?", "OI")
    authority_in_between: Answer[str] = ask(
        "D44", Tri(), "Does a court, a personnel office or a school stand in between?", "OI"
    )
