"""What is the episode that the formulation explains? Items B01 to B15.

B05, the duration of the episode, is derived from B02 and A01 and is therefore no field.
"""

from __future__ import annotations

from ipt_formulate.intake.answer import Answer
from ipt_formulate.intake.dates import PartialDay
from ipt_formulate.intake.item import Record, ask
from ipt_formulate.intake.types import SCALE, Choice, Day, Link, Members, Multi, Number, Text, Tri

DIAGNOSES = Choice(
    (
        "mdd", "persistent_depressive", "bipolar_depression", "adjustment", "ptsd", "eating_disorder", "anxiety",
        "other", "none",
    )
)  # fmt: skip
COURSES = Choice(("first_episode", "recurrence", "worsening_of_long_standing", "always_low"))
INSTRUMENTS = Choice(("phq9", "hamd17", "bdi2", "ces_d", "other"))
SITUATIONS = Link(("loss", "conflict", "change"), many=True)
CONTEXTS = Multi(("death", "dispute", "change", "isolation", "anniversary", "other"))
THERAPY_RESULTS = Choice(("helped", "partly_helped", "no_change", "got_worse", "stopped_early"))


class Episode(Record):
    """The target episode: diagnosis, onset, course, severity, and what surrounded it."""

    diagnosis: Answer[str] = ask(
        "B01", DIAGNOSES, "Which disorder does a clinician see in this episode?", "CB2012-INTRO MK2017-21",
        minimum=True,
    )  # fmt: skip
    onset: Answer[PartialDay] = ask(
        "B02",
        Day(("calendar", "before_assessment")),
        "When did this episode begin or clearly get worse?",
        "IPTUK ALPF",
        minimum=True,
        nature="fact",
    )
    onset_certainty: Answer[str] = ask("B03", Choice(("sure", "rough", "guess")), "How sure is that date?", "OI")
    course: Answer[str] = ask(
        "B04", COURSES, "Is it a first episode, a return, a worsening of long low mood, or always so?",
        "MK2017-28 CB2012-CHRON", nature="fact",
    )  # fmt: skip
    severity_instrument: Answer[str] = ask(
        "B06", INSTRUMENTS, "Which instrument measured the severity?", "KRO2001 ZIM2013", nature="fact"
    )
    severity_score: Answer[int] = ask(
        "B06", Number(0, 100, "points"), "What was the total score?", "KRO2001 ZIM2013", burden=2
    )
    severity_on: Answer[PartialDay] = ask(
        "B06", Day(may_come=True), "On what day was it measured?", "KRO2001 ZIM2013", nature="fact"
    )
    happened_before: Answer[str] = ask(
        "B07", Text(), "What happened or changed in the months before it began, in the person's own words?",
        "IPC-EXAMPLE ALPF", minimum=True, burden=2, nature="view",
    )  # fmt: skip
    happened_before_links: Answer[tuple[str, ...]] = ask(
        "B07", SITUATIONS, "Which recorded losses, conflicts or changes does that answer mean?", "IPC-EXAMPLE ALPF",
        nature="view",
    )  # fmt: skip
    made_it_go_on: Answer[str] = ask(
        "B08", Text(), "What made it go on, or come back worse?", "ISIPT-KEY", burden=2, nature="view"
    )
    made_it_go_on_links: Answer[tuple[str, ...]] = ask(
        "B08", SITUATIONS, "Which recorded losses, conflicts or changes does that answer mean?", "ISIPT-KEY",
        nature="view",
    )  # fmt: skip
    mood_varies_with: Answer[str] = ask(
        "B09", Text(), "On days when the mood is better or worse: with whom, and about what?", "S002 MK2017-24",
        burden=2, nature="view",
    )  # fmt: skip
    mood_varies_with_links: Answer[tuple[str, ...]] = ask(
        "B09", SITUATIONS, "Which recorded losses, conflicts or changes does that answer mean?", "S002 MK2017-24",
        nature="view",
    )  # fmt: skip
    earlier_episodes: Answer[int] = ask(
        "B10", Number(0, 99, "episodes"), "How many earlier episodes were there?", "WMK2018", nature="fact"
    )
    earlier_contexts: Answer[Members] = ask(
        "B10", CONTEXTS, "What was going on in life around the earlier episodes?", "WMK2018", burden=2, nature="fact"
    )
    earlier_latest_on: Answer[PartialDay] = ask(
        "B10", Day(), "When did the latest earlier episode begin?", "WMK2018", nature="fact"
    )
    impairment_at_work: Answer[int] = ask("B11", SCALE, "How much do the symptoms hinder work or school?", "NCT-NEPAL")
    impairment_at_home: Answer[int] = ask("B11", SCALE, "How much do they hinder life at home?", "NCT-NEPAL")
    impairment_in_family: Answer[int] = ask("B11", SCALE, "How much do they hinder family life?", "NCT-NEPAL")
    impairment_socially: Answer[int] = ask(
        "B11", SCALE, "How much do they hinder life with friends and others?", "NCT-NEPAL"
    )
    due_to_illness_or_substance: Answer[str] = ask(
        "B12", Tri(), "Are the symptoms clearly due to a medical illness or a substance?", "EO", burden=2
    )
    previous_therapy: Answer[str] = ask("B13", Tri(), "Was there psychotherapy before?", "MK2017-23", nature="fact")
    previous_ipt: Answer[str] = ask(
        "B13", Tri(), "Was any of it interpersonal psychotherapy?", "MK2017-23", nature="fact"
    )
    previous_therapy_result: Answer[str] = ask(
        "B13", THERAPY_RESULTS, "What came of the latest one?", "MK2017-23", nature="view"
    )
    self_criticism_dominates: Answer[str] = ask(
        "B14", Tri(), "Do self-criticism and expecting the worst dominate the picture?", "OI"
    )
    worthlessness: Answer[str] = ask("B14", Tri(), "Does the person feel worthless?", "OI", burden=2)
    slowed_down: Answer[str] = ask("B14", Tri(), "Are movement and speech slowed?", "OI")
    personality_disorder_suspected: Answer[str] = ask(
        "B15", Tri(), "Does the clinician suspect a personality disorder?", "OI", burden=2, nature="view"
    )
    alliance: Answer[int] = ask("B15", SCALE, "How good is the working alliance so far?", "OI", nature="view")
