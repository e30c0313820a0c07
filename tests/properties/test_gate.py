"""Do deficits wait until every other area is known not to be possible, and does no death let them in?"""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from ipt_formulate.formulation.gate import DEFICITS
from ipt_formulate.formulation.standing import POSSIBLE
from ipt_formulate.intake import ITEMS, Intake
from ipt_formulate.logic.truth import NO, YES
from tests.properties.case import book, worked
from tests.properties.drawn import CASES, FULL, Case
from tests.properties.plausible import value_of
from tests.strategies import ASSESSED, repaired


@given(CASES)
def test_deficits_wait_behind_their_gate(case: Case) -> None:
    """Not ranked and no focus unless the gate is open, or leans so, or a clinician released it."""
    contest = case.work.contest
    gate = contest.gate
    deficits = [i for i, each in enumerate(contest.order) if each.candidate.area == DEFICITS]
    others = [each for each in contest.order if each.candidate.area != DEFICITS]
    if gate.truth == YES:
        assert not gate.open_lists
        assert all(each.standing.best < POSSIBLE for each in others)
    if gate.truth == NO:
        assert any(each.standing.worst >= POSSIBLE for each in others)
    if gate.leans_open:
        assert not gate.open_lists
        assert all(each.standing.lean < POSSIBLE for each in others if each.candidate.exists.presumed == YES)
    for i in deficits:
        admitted = gate.truth == YES or gate.leans_open or gate.released
        assert admitted or (i not in case.work.ordered and i not in case.focus.leaders)
        assert case.focus.second != i
        assert not (case.focus.settled and i in case.focus.leaders) or gate.truth == YES


@given(CASES, st.integers(0, 2**16))
def test_adding_a_death_never_opens_the_deficits_gate(case: Case, seed: int) -> None:
    """One more death, bare or told in full, connected with what is on record or not, opens no gate that was shut."""
    later, _ = worked(_with_death(case.intake, random.Random(seed)))
    before, after = case.work.contest.gate, later.contest.gate
    assert before.truth == YES or after.truth != YES
    assert before.leans_open or not after.leans_open


@given(FULL)
def test_a_closed_gate_needs_no_list(case: Case) -> None:
    """That another area is surely possible closes the gate whatever else may be found."""
    wire = case.intake.to_dict()
    for section in ("losses", "conflicts", "changes"):
        wire.get(section, {}).pop("complete", None)
    wire.get("isolation", {}).pop("any_recent_event", None)
    later, _ = worked(Intake.from_dict(wire))
    if any(each.standing.worst >= POSSIBLE and each.candidate.area != DEFICITS for each in later.contest.order):
        assert later.contest.gate.truth == NO


@given(CASES)
def test_the_gate_may_be_switched_off(case: Case) -> None:
    """Where sources let deficits stand beside other areas, the switch says so, and standings stay as they are."""
    work, _ = worked(case.intake, book().with_settings({"deficits_policy": "equal"}))
    assert not work.contest.gate.applied
    assert work.areas == case.work.areas
    noted, focus = worked(case.intake, book().with_settings({"deficits_policy": "note_only"}))
    assert not any(noted.contest.order[i].candidate.area == DEFICITS for i in (*noted.ordered, *focus.leaders))


def _with_death(intake: Intake, rng: random.Random) -> Intake:
    wire = intake.to_dict()
    section = wire.setdefault("losses", {})
    section["asked"] = "yes"
    gaps = rng.choice((0.0, 0.5, 1.0))
    ids = {about: [each.id for each in intake.records(about)] for about in ("loss", "conflict", "change", "person")}
    told = {
        name: value
        for name, item in ITEMS["loss"].items()
        if rng.random() >= gaps and (value := value_of(item, rng, ids, ASSESSED)) is not None
    }
    section.setdefault("items", []).append({"id": "one-more", **told, "kind": "death_of_person", "still_to_come": "no"})
    for about in ("conflict", "change"):
        for record in wire.get(f"{about}s", {}).get("items", []):
            if rng.random() < 0.3:
                record["death_in_it" if about == "change" else "label"] = "one-more"
    if rng.random() < 0.3:
        wire.setdefault("episode", {})["happened_before_links"] = ["one-more", *ids["change"]]
    return Intake.from_dict(repaired(wire))
