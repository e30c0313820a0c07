"""Which answers of one made-up case must fit together? Order of days, phases, and answers that follow from others.

Only what would be impossible, or plainly odd in a teaching case, is set right; contradictions between people stay
possible through missing answers.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ipt_formulate.cohort.synthetic.drawing import Drawn
from ipt_formulate.cohort.synthetic.values import Bools, Ints

_DEATHS = ("death_of_person", "pregnancy_loss", "stillbirth_or_neonatal_death")


def fit_cases(cases: Drawn, counts: Mapping[str, Ints]) -> None:
    """What the case as a whole says agrees with its lists and with itself."""
    raw = cases.raw
    happened = np.sum([counts[section] for section in ("losses", "conflicts", "changes")], axis=0) > 0
    raw["isolation.any_recent_event"] = happened
    raw["isolation.network_score"] = raw["isolation.network_family"] + raw["isolation.network_friends"]
    raw["isolation.confidants_outside_household"] = np.minimum(
        raw["isolation.confidants_outside_household"], raw["isolation.confidants"]
    )
    raw["group.suicidal_ideation"] = cases.ticked("safety.self_harm", "active_no_plan", "plan", "intent")
    raw["group.suicide_plan"] = cases.ticked("safety.self_harm", "plan")
    raw["group.suicide_attempt_last_3_months"] = cases.ticked("safety.self_harm", "attempt_recent")
    raw["episode.severity_on"] = np.minimum(raw["episode.severity_on"], 7)


def cases_asked(cases: Drawn) -> dict[str, Bools]:
    """Which follow-up questions of a case were asked at all."""
    raw = cases.raw
    group = cases.code("frame.format", "group")
    perinatal = raw["frame.perinatal"]
    violence = cases.ticked("safety.violence_at_home")
    alone = ~cases.code("isolation.how_long", "not_isolated")
    asked: dict[str, Bools] = {name: group for name in raw if name.startswith("group.")}
    return asked | {
        "frame.perinatal_kind": perinatal,
        "frame.own_serious_illness_kind": raw["frame.own_serious_illness"],
        "frame.migrated_on": raw["frame.migrant_or_displaced"],
        "episode.onset": ~cases.code("episode.diagnosis", "none"),
        "episode.earlier_contexts": raw["episode.earlier_episodes"] > 0,
        "episode.earlier_latest_on": raw["episode.earlier_episodes"] > 0,
        "episode.previous_ipt": raw["episode.previous_therapy"],
        "episode.previous_therapy_result": raw["episode.previous_therapy"],
        "safety.attempt_on": cases.ticked("safety.self_harm", "attempt_recent"),
        "safety.violence_last_on": violence,
        "safety.threats_to_kill": violence,
        "safety.violence_escalating": violence,
        "safety.postpartum_danger": perinatal,
        "isolation.since": alone,
        "isolation.began_with": alone,
    }


def fit_losses(losses: Drawn, rng: np.random.Generator) -> None:
    """A death still to come lies ahead, any other behind."""
    ahead = losses.raw["still_to_come"]
    mixed = losses.ticked("mixed_feelings")
    strength = losses.raw["mixed_feelings_strength"]
    losses.raw["mixed_feelings_strength"] = np.where(mixed, np.maximum(strength, 1), 0)
    losses.raw["when"] = np.where(ahead, -rng.integers(5, 120, len(losses)), np.maximum(losses.raw["when"], 0))


def losses_asked(losses: Drawn, only_for_deaths: list[str]) -> dict[str, Bools]:
    """Questions about a death are put about deaths."""
    death = losses.code("kind", *_DEATHS)
    child = losses.code("kind", *_DEATHS[1:])
    return {
        **dict.fromkeys(only_for_deaths, death),
        "still_to_come": death,
        "spoken_of_as_child": child,
        "ended_by_choice": losses.code("kind", "pregnancy_loss"),
    }


def fit_conflicts(conflicts: Drawn) -> None:
    """A conflict starts before it changes and before anybody tries to talk."""
    raw = conflicts.raw
    for name in ("started", "changed", "last_attempt", "harm_last_on", "betrayal_on"):
        raw[name] = np.maximum(raw[name], 0)
    nobody = conflicts.code("attempts_by", "none")
    lately = np.where(nobody | (raw["last_attempt"] > 24), 0, np.maximum(raw["attempts_in_last_4_weeks"], 1))
    raw["attempts_in_last_4_weeks"] = lately
    raw["last_attempt"] = np.where(~nobody & (lately == 0), np.maximum(raw["last_attempt"], 60), raw["last_attempt"])
    raw["started"] = np.maximum.reduce([raw["started"], raw["changed"], raw["last_attempt"]])
    conflicts.put("relationship", "ended", conflicts.ticked("steps_to_end", "ended"))
    leaving = conflicts.ticked("steps_to_end", "moved_out", "legal_step") & ~conflicts.code("relationship", "ended")
    conflicts.put("relationship", "ending", leaving)
    conflicts.put("openness", "overt", conflicts.code("how_they_speak", "repetitive_quarrels"))
    conflicts.put("how_they_speak", "silence", conflicts.code("relation", "deceased_person"))


def conflicts_asked(conflicts: Drawn) -> dict[str, Bools]:
    """Which follow-up questions of a conflict were asked at all."""
    raw = conflicts.raw
    tried = ~conflicts.code("attempts_by", "none")
    return {
        "attempts_led_to": tried,
        "last_attempt": tried,
        "harm_last_on": conflicts.ticked("harm"),
        "betrayal_on": raw["betrayal"],
        "similar_elsewhere_links": raw["similar_elsewhere"],
        "exploited_at_work": conflicts.code("relation", "boss", "co_worker", "teacher"),
        "settled_when_raised": ~conflicts.code("relationship", "ended"),
    }


def fit_changes(changes: Drawn, onset: Ints, rng: np.random.Generator) -> None:
    """A change is to come, going on or over, and its days and its place beside the onset say the same."""
    raw = changes.raw
    ahead = changes.code("phase", "to_come")
    raw["when"] = np.where(ahead, -rng.integers(5, 150, len(changes)), np.maximum(raw["when"], 0))
    raw["until"] = np.minimum(np.maximum(raw["until"], 0), np.maximum(raw["when"], 0))
    lag = raw["when"] - onset
    for place, holds in (("before", lag > 21), ("same_time", abs(lag) <= 21), ("after", lag < -21)):
        changes.put("relative_to_onset", place, holds)
    raw["ordinary_hassle"] &= changes.code("kind", "other", "financial_change")
    changes.put("relative_to_onset", "caused_by_depression", changes.is_class("caused"))


def changes_asked(changes: Drawn) -> dict[str, Bools]:
    """Which follow-up questions of a change were asked at all."""
    pregnant = changes.code("kind", "pregnancy", "birth_or_adoption")
    ahead = changes.code("phase", "to_come")
    return {
        "until": changes.code("phase", "over"),
        "dominates_mood": ahead,
        "relative_to_onset": ~ahead,
        "pregnancy_unplanned": pregnant,
        "pregnancy_complicated": pregnant,
        "good_in_new_role_text": changes.raw["good_in_new_role"],
    }


def people_asked(people: Drawn) -> dict[str, Bools]:
    """The dead are not asked about as the living are."""
    alive = people.raw["alive"]
    living = ("contact_per_week", "contact_by", "practical_support_received", "emotional_support_received",
              "practical_support_given", "emotional_support_given", "can_confide", "knows_of_depression",
              "when_they_disagree")  # fmt: skip
    return {**dict.fromkeys(living, alive), "changed_on": ~people.code("changed_before_onset", "no")}
