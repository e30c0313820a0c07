"""Is anybody in danger? Items J01 to J12. A missing answer here is listed as not asked, never read as safe."""

from __future__ import annotations

from ipt_formulate.intake.answer import Answer
from ipt_formulate.intake.dates import PartialDay
from ipt_formulate.intake.item import Record, ask
from ipt_formulate.intake.types import Choice, Day, Members, Multi, Number, Tri

SELF_HARM = Multi(("passive", "active_no_plan", "plan", "intent", "attempt_recent"))
VIOLENCE = Multi(("violence", "coercion", "fear", "weapons", "strangulation", "stalking"))


class Safety(Record):
    """Danger to the person and to others, and what must come before any focus."""

    self_harm: Answer[Members] = ask(
        "J01", SELF_HARM, "Thoughts of being better off dead or of self-harm: which of these?",
        "KRO2001 CALC-PHQ NCT-NEPAL", minimum=True, burden=3, safety=True,
    )  # fmt: skip
    attempt_on: Answer[PartialDay] = ask(
        "J01", Day(), "When was the last suicide attempt, if there was one?", "KRO2001 NCT-NEPAL",
        burden=3, nature="fact", safety=True,
    )  # fmt: skip
    self_harm_score: Answer[int] = ask(
        "J01", Number(0, 3, "points"), "What was the answer to the self-harm item of the instrument, if one was used?",
        "KRO2001 CALC-PHQ", burden=3, safety=True,
    )  # fmt: skip
    access_to_means: Answer[str] = ask("J02", Tri(), "Are means at hand?", "EO", minimum=True, burden=3, safety=True)
    harm_to_others: Answer[str] = ask(
        "J03", Choice(("none", "thoughts", "plan")), "Are there thoughts of harming somebody else?", "MK2017-CH11",
        minimum=True, burden=3, safety=True,
    )  # fmt: skip
    violence_at_home: Answer[Members] = ask(
        "J04", VIOLENCE, "Violence, coercion or fear at home: which of these?", "ACA-IPV DOYLE2022",
        minimum=True, burden=3, safety=True,
    )  # fmt: skip
    violence_last_on: Answer[PartialDay] = ask(
        "J04", Day(), "When was the last violence, coercion or fear at home, if there was any?", "ACA-IPV DOYLE2022",
        burden=3, nature="fact", safety=True,
    )  # fmt: skip
    dependant_at_risk: Answer[str] = ask(
        "J05", Tri(), "Is a child, an elder or a dependent adult at risk?", "EO", minimum=True, burden=3, safety=True
    )
    psychosis_or_confusion: Answer[str] = ask(
        "J06", Tri(), "Are there voices, delusions or severe confusion?", "EO LIQ-WIKI",
        minimum=True, burden=2, safety=True,
    )  # fmt: skip
    mania: Answer[str] = ask(
        "J07", Tri(), "Is there, or was there ever, mania or hypomania?", "FRANK-REV",
        minimum=True, burden=2, safety=True,
    )  # fmt: skip
    substance_dependence: Answer[str] = ask(
        "J08", Tri(), "Is there dependence on alcohol or drugs, or a risk of withdrawal?", "EO", burden=2, safety=True
    )
    postpartum_danger: Answer[str] = ask(
        "J09", Tri(), "After a birth: thoughts of harming the baby, or psychotic symptoms?", "EO",
        burden=3, safety=True,
    )  # fmt: skip
    self_neglect: Answer[str] = ask(
        "J10", Tri(), "Not eating or drinking, stupor, or unable to look after themselves?", "EO",
        burden=2, safety=True,
    )  # fmt: skip
    safe_to_contact: Answer[str] = ask(
        "J11", Tri(), "Is it safe to contact the person, or to give them something to take home?", "ACA-IPV EO",
        safety=True,
    )  # fmt: skip
    threats_to_kill: Answer[str] = ask(
        "J12", Tri(), "Has anybody at home threatened to kill?", "OI", burden=3, safety=True
    )
    violence_escalating: Answer[str] = ask(
        "J12", Tri(), "Is the violence getting worse or more frequent?", "OI", burden=3, safety=True
    )
