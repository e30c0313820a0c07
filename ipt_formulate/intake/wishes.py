"""What do the person and the clinician make of it? Items H01 to H08; the clinician's decisions stand in decision.py."""

from __future__ import annotations

from ipt_formulate.intake.answer import Answer
from ipt_formulate.intake.item import Record, ask
from ipt_formulate.intake.types import Choice, Link

SITUATION = Link(("loss", "conflict", "change", "isolation"))
PRESENCE = Choice(("absent", "possible", "present"))
AREAS = ("grief", "role_dispute", "role_transition", "interpersonal_deficits")


class Wishes(Record):
    """Which recorded situation the person, or the interview, puts first; each answer names one record."""

    most_tied_to: Answer[str] = ask(
        "H01", SITUATION, "Which of these seems most tied to the depression?", "WMK2018-6 ALPF",
        minimum=True, nature="view",
    )  # fmt: skip
    wants_to_work_on: Answer[str] = ask(
        "H02", SITUATION, "Which one does the person want to work on?", "MK2017-21 CB2012-CF",
        minimum=True, nature="view",
    )  # fmt: skip
    most_pressing: Answer[str] = ask("H03", SITUATION, "Which one presses most?", "CB2012-CF", nature="view")
    most_workable: Answer[str] = ask(
        "H03", SITUATION, "On which one could most be done now?", "CB2012-CF", nature="view"
    )
    most_feeling: Answer[str] = ask(
        "H04", SITUATION, "Rated by the clinician: which topic carries most feeling in the interview?",
        "EO MK2017-CH3", minimum=True, nature="view",
    )  # fmt: skip
    accepts_link: Answer[str] = ask(
        "H05", Choice(("agree", "partly", "no")), "Does the person accept the proposed link?", "MK2017-21",
        nature="view",
    )  # fmt: skip
    hurts_most_now: Answer[str] = ask("H08", SITUATION, "What hurts most now?", "OI", burden=2, nature="view")


class Clinician(Record):
    """The clinician's own rating and choice, kept apart so that they can be compared with the engine."""

    grief: Answer[str] = ask("H06", PRESENCE, "How does the clinician rate grief?", "MKZ2000", nature="view")
    role_dispute: Answer[str] = ask(
        "H06", PRESENCE, "How does the clinician rate a role dispute?", "MKZ2000", nature="view"
    )
    role_transition: Answer[str] = ask(
        "H06", PRESENCE, "How does the clinician rate a role transition?", "MKZ2000", nature="view"
    )
    interpersonal_deficits: Answer[str] = ask(
        "H06", PRESENCE, "How does the clinician rate loneliness or isolation?", "MKZ2000", nature="view"
    )
    focus_area: Answer[str] = ask(
        "H07", Choice(AREAS), "Which area did the clinician choose as the focus?", "MKZ2000", nature="view"
    )
    focus_situation: Answer[str] = ask(
        "H07", SITUATION, "Which recorded situation did the clinician choose?", "MKZ2000", nature="view"
    )
