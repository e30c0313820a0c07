"""Would a group suit? Items I01 to I13, asked only when the planned format (A04) is a group."""

from __future__ import annotations

from ipt_formulate.intake.answer import Answer
from ipt_formulate.intake.item import Record, ask
from ipt_formulate.intake.types import Members, Multi, Text, Tri

CONDITIONS = Multi(("psychosis", "mania", "severe_cognitive_impairment", "heavy_substance_use"))


class Group(Record):
    """Readiness for a group, and what speaks for starting elsewhere."""

    willing_to_share: Answer[str] = ask(
        "I01", Tri(), "Is the person willing to share in a group?", "S002", minimum=True, nature="view"
    )
    able_to_listen: Answer[str] = ask("I01", Tri(), "Can they listen to others?", "S002", minimum=True)
    prefers_individual: Answer[str] = ask(
        "I02", Tri(), "Do they strongly prefer to work one to one?", "S002", minimum=True, nature="view"
    )
    too_anxious_to_attend: Answer[str] = ask(
        "I03", Tri(), "Is social anxiety so strong that coming seems impossible?", "S002", minimum=True, burden=2
    )
    in_acute_crisis: Answer[str] = ask(
        "I04", Tri(), "Is there an acute crisis now?", "S002 CB2012-GRP", minimum=True, burden=2, safety=True
    )
    suicidal_ideation: Answer[str] = ask(
        "I05", Tri(), "Are there active thoughts of suicide?", "NCT-NEPAL CB2012-GRP",
        minimum=True, burden=3, safety=True,
    )  # fmt: skip
    suicide_plan: Answer[str] = ask(
        "I05", Tri(), "Is there a plan?", "NCT-NEPAL CB2012-GRP", minimum=True, burden=3, safety=True
    )
    suicide_attempt_last_3_months: Answer[str] = ask(
        "I05", Tri(), "Was there an attempt in the last three months?", "NCT-NEPAL CB2012-GRP",
        minimum=True, burden=3, nature="fact", safety=True,
    )  # fmt: skip
    excluding_conditions: Answer[Members] = ask(
        "I06", CONDITIONS, "Is any of these present?", "EO MILLER2005", burden=2, safety=True
    )
    fits_purpose: Answer[str] = ask(
        "I07", Tri(), "Does the person fit the diagnosis and the purpose of the group?", "CB2012-GRP"
    )
    only_one_of_kind: Answer[str] = ask(
        "I08", Tri(), "Would they be the only one of their age or gender?", "CB2012-GRP"
    )
    tied_to_a_member: Answer[str] = ask(
        "I09", Tri(), "Do they know another member, or quarrel with one?", "EO", nature="fact"
    )
    can_attend: Answer[str] = ask("I10", Tri(), "Can they come on time for the whole run?", "CB2012-ORI")
    keeps_confidences: Answer[str] = ask("I11", Tri(), "Can they keep to themselves what others tell?", "S002")
    target_goals: Answer[str] = ask(
        "I12", Text(), "Which own goals, naming people and events, were agreed?", "CB2012-DIAG", burden=2, nature="view"
    )
    recent_hostility: Answer[str] = ask(
        "I13", Tri(), "Was there recent violence or strong hostility toward others?", "EO", burden=2, safety=True
    )
