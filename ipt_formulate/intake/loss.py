"""What was lost, and how is it mourned? Items C01 to C27: one record per loss, deaths and others in one list."""

from __future__ import annotations

from typing import ClassVar

from ipt_formulate.intake.answer import Answer
from ipt_formulate.intake.dates import PartialDay
from ipt_formulate.intake.item import ask
from ipt_formulate.intake.relations import RELATIONS
from ipt_formulate.intake.situation import Situation
from ipt_formulate.intake.types import SCALE, Choice, Day, Link, Members, Multi, Number, Tri

KINDS = Choice(
    (
        "death_of_person", "pregnancy_loss", "stillbirth_or_neonatal_death", "death_of_pet", "missing_person",
        "break_up_or_divorce", "estrangement", "loss_of_job", "loss_of_home_or_country", "loss_of_health_or_ability",
        "loss_of_status_or_money", "loss_of_hoped_for_event", "other",
    )
)  # fmt: skip
MANNERS = Multi(("expected", "sudden", "violent", "suicide", "accident", "long_illness"))
DAILY_LIFE = Multi(("care_given", "care_received", "income", "housing", "main_company"))
MOOD_CHANGES = Choice(("soon", "at_reminder_or_anniversary", "after_another_loss", "no"))
MIXED_FEELINGS = Multi(("anger", "relief", "unfinished_quarrels", "guilt"))
FEELING = Choice(("none", "flat_or_avoids", "moderate", "strong"))
GRIEF_INSTRUMENTS = Choice(("pg13r", "bgq", "icg", "tgi_sr", "other"))


class Loss(Situation):
    """One loss: what it was, when, how close, and the signs of mourning."""

    about: ClassVar[str] = "loss"

    kind: Answer[str] = ask("C01", KINDS, "What kind of loss is it?", "ITP-DOC CITC-GRIEF", minimum=True, nature="fact")
    relation: Answer[str] = ask(
        "C02", Choice(RELATIONS), "Who was lost: what was the relation to the person?", "ISIPT-KEY",
        minimum=True, nature="fact",
    )  # fmt: skip
    when: Answer[PartialDay] = ask("C03", Day(may_come=True), "When was it?", "FRK1996", minimum=True, nature="fact")
    manner: Answer[Members] = ask(
        "C04", MANNERS, "How did the death come?", "CITC-GRIEF MK2017-36", burden=3, nature="fact"
    )
    closeness: Answer[int] = ask(
        "C05", SCALE, "How close was the relationship?", "ISIPT-KEY", minimum=True, burden=2, nature="view"
    )
    daily_life_depended: Answer[Members] = ask(
        "C06", DAILY_LIFE, "In which of these did daily life depend on the person?", "CITC-GRIEF MK2017-24",
        burden=2, nature="fact",
    )  # fmt: skip
    linked_by_patient: Answer[str] = ask(
        "C07", Tri(), "Does the person link the low mood to this loss?", "ALPF", minimum=True, nature="view"
    )
    linked_strength: Answer[int] = ask("C07", SCALE, "How strongly do they link it?", "ALPF", nature="view")
    mood_changed: Answer[str] = ask(
        "C08", MOOD_CHANGES, "Did the mood change soon after, later at a reminder or another loss, or not at all?",
        "S003 ITP-DOC", burden=2, nature="fact",
    )  # fmt: skip
    yearning: Answer[int] = ask(
        "C09", SCALE, "How much longing, or thinking of the one who is gone, is there nearly every day?",
        "PRI2021 TREML2024", burden=3,
    )  # fmt: skip
    hard_to_accept: Answer[int] = ask(
        "C10", SCALE, "How hard is it to accept that it happened?", "S002 TREML2024", burden=3
    )
    avoids_reminders: Answer[int] = ask(
        "C11", SCALE, "How much are reminders, places, pictures or talk about it avoided?", "ITP-DOC WMK2018-5",
        burden=3,
    )  # fmt: skip
    keeps_busy_or_numb: Answer[int] = ask(
        "C12", SCALE, "How much does the person keep busy or feel numb so as not to feel it?", "ITP-DOC", burden=2
    )
    arranged_around_the_dead: Answer[int] = ask(
        "C13", SCALE, "How much is life still arranged around the one who died?", "ITP-DOC MK2017-36", burden=2
    )
    mixed_feelings: Answer[Members] = ask(
        "C14", MIXED_FEELINGS, "Which mixed feelings about the one who died or the death are there?",
        "MK2017-36 S002", burden=3,
    )  # fmt: skip
    mixed_feelings_strength: Answer[int] = ask(
        "C14", SCALE, "How strong are these mixed feelings?", "MK2017-36 S002", burden=3
    )
    could_cry_or_talk: Answer[str] = ask(
        "C15", Tri(), "Could the person cry or talk about it at the time?", "ITP-DOC HC2006", burden=2, nature="fact"
    )
    took_part_in_rites: Answer[str] = ask(
        "C15", Tri(), "Could they take part in the funeral or other rites?", "ITP-DOC HC2006", burden=2, nature="fact"
    )
    had_support: Answer[str] = ask(
        "C15", Tri(), "Was anyone there to support them in it?", "ITP-DOC HC2006", burden=2, nature="fact"
    )
    wish_to_join_the_dead: Answer[str] = ask(
        "C16", Tri(), "Is there a wish to be dead so as to be with the one who died?", "MK2017-36 EO",
        burden=3, safety=True,
    )  # fmt: skip
    new_ties: Answer[str] = ask(
        "C17", Choice(("none", "some", "full")), "Have new ties, interests or plans grown since?", "S002"
    )
    feeling_when_spoken_of: Answer[str] = ask(
        "C18", FEELING, "Rated by the clinician: how much feeling shows when it is spoken of?", "MK2017-36 EO",
        nature="view",
    )  # fmt: skip
    other_deaths_same_year: Answer[int] = ask(
        "C19", Number(0, 50, "deaths"), "How many other deaths were there in the same year?", "HC2006",
        burden=2, nature="fact",
    )  # fmt: skip
    other_deaths_links: Answer[tuple[str, ...]] = ask(
        "C19", Link(("loss",), many=True), "Which of the recorded losses are those deaths?", "HC2006", nature="fact"
    )
    anniversary_near_onset: Answer[str] = ask(
        "C20", Tri(), "Was an anniversary, birthday or due date of it near the onset?", "KLE1984", nature="fact"
    )
    still_to_come: Answer[str] = ask(
        "C21", Tri(), "Is the death still to come?", "CITC-GRIEF ITP-DOC", burden=3, nature="fact"
    )
    grief_instrument: Answer[str] = ask(
        "C22", GRIEF_INSTRUMENTS, "Which grief instrument was used?", "PRI2021", nature="fact"
    )
    grief_score: Answer[int] = ask("C22", Number(0, 120, "points"), "What was its total score?", "PRI2021", burden=3)
    mourning_under_way: Answer[str] = ask(
        "C23", Tri(), "Is mourning under way: can it be felt, spoken of, wept about?", "OI", burden=2
    )
    spoken_of_as_child: Answer[str] = ask(
        "C24", Tri(), "After a lost pregnancy or stillbirth: does the person speak of a child who died?", "OI", burden=3
    )
    ended_by_choice: Answer[str] = ask(
        "C24", Tri(), "Was the pregnancy ended by choice?", "OI", burden=3, nature="fact"
    )
    person: Answer[str] = ask("C25", Link(("person",)), "Which person of the inventory was lost?", "OI", nature="fact")
    little_sorrow: Answer[str] = ask("C26", Tri(), "Is little sorrow shown?", "OI")
    calm_feels_like_betrayal: Answer[str] = ask(
        "C26", Tri(), "Would feeling calm again seem like a betrayal?", "OI", burden=2, nature="view"
    )
