"""Is a dispute staged by itself, by what was done before what was said, and never beyond what is known?"""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ipt_formulate.formulation.staging import Staging
from ipt_formulate.formulation.standing import POSSIBLE
from ipt_formulate.intake import Intake
from ipt_formulate.logic.truth import NO, UNKNOWN, YES
from ipt_formulate.rulebook.conclusions import TIERS
from tests.properties.case import worked
from tests.properties.drawn import CASES, Case
from tests.properties.plausible import STRUCTURE
from tests.properties.wires import records

DISPUTE = "role_dispute"
ENDS = frozenset({"end"})


def _blocked(staging: Staging) -> bool:
    return any(pair.presumed == YES for _, pair in staging.blockers)


@given(CASES)
def test_only_possible_disputes_are_staged(case: Case) -> None:
    """Not staged exactly when the dispute can no longer become possible."""
    best = {
        record: each.standing.best
        for each in case.work.contest.order
        if each.candidate.area == DISPUTE
        for record in each.candidate.records
    }
    for staging in case.work.stagings:
        assert (staging.stage is None) == (best[staging.record.id] < POSSIBLE), staging.record.id
        assert (staging.stage is None) == (staging.not_staged_because == ("not_possible",))


@given(CASES)
def test_a_stage_without_signals_is_undetermined(case: Case) -> None:
    """Where nothing speaks for a stage there is none, and no confidence in one; likewise under fear or violence."""
    for staging in case.work.stagings:
        silent = not any(each.truth.presumed == YES for each in staging.signals if each.stages.line == staging.line)
        if staging.stage is not None and (silent or _blocked(staging)):
            assert staging.stage == "undetermined"
        if staging.stage in (None, "undetermined"):
            assert staging.confidence is None
            assert staging.variant is None


@given(CASES)
def test_fear_or_violence_blocks_staging(case: Case) -> None:
    """While somebody is afraid or harmed the stage is undetermined; only known absence lets it be settled."""
    for staging in case.work.stagings:
        if staging.stage is None:
            continue
        if _blocked(staging):
            assert (staging.stage, staging.settled) == ("undetermined", False)
        if staging.settled:
            assert all(pair.strict == NO for _, pair in staging.blockers)


@given(CASES)
def test_the_highest_tier_decides_the_stage(case: Case) -> None:
    """Acts before steps, steps before words, down to forecasts; two stages in one tier leave it undetermined."""
    for staging in case.work.stagings:
        if staging.stage is None or _blocked(staging):
            continue
        by_tier = [
            {each.stages.stage for each in staging.signals if each.stages.tier == tier and each.truth.presumed == YES}
            for tier in TIERS
        ]
        deciding: set[str] = next((stages for stages in by_tier if stages), set())
        assert set(staging.shown) == deciding
        assert staging.stage == (next(iter(deciding)) if len(deciding) == 1 else "undetermined")


@given(CASES)
def test_a_stage_is_settled_when_no_higher_or_other_signal_may_come(case: Case) -> None:
    """Settled: from the top, the first tier that is not known to be empty holds one stage and a known signal."""
    for staging in case.work.stagings:
        if staging.settled and staging.stage is not None:
            tiers = [[each for each in staging.signals if each.stages.tier == tier] for tier in TIERS]
            first = next(found for tier in tiers if (found := [each for each in tier if each.truth.strict >= UNKNOWN]))
            assert {each.stages.stage for each in first} == {staging.stage}
            assert any(each.truth.strict == YES for each in first)


@given(CASES)
def test_without_acts_or_an_accepted_step_a_stage_is_at_most_leaning(case: Case) -> None:
    """Clear only when settled on acts, or on steps with both wanting the end: the account comes from one side."""
    for staging in case.work.stagings:
        if staging.confidence == "clear":
            deciding = {
                each.stages.tier
                for each in staging.signals
                if each.truth.presumed == YES and each.stages.stage == staging.stage
            }
            first = next(tier for tier in TIERS if tier in deciding)
            both_end = staging.record.values["patient_wants"] == staging.record.values["other_wants"] == ENDS
            assert staging.settled
            assert first == "acts" or (first == "steps" and both_end)


@given(CASES, st.data())
def test_each_dispute_is_staged_by_itself(case: Case, data: st.DataObject) -> None:
    """Every conflict on record has its own line or lines, and forgetting all of another one changes none of them."""
    lines = [(staging.record.id, staging.line) for staging in case.work.stagings]
    assert len(lines) == len(set(lines))
    conflicts = [each.id for each in case.intake.conflicts.items]
    assert {record for record, line in lines if line == "couple"} == set(conflicts)
    joined = {one for each in case.intake.conflicts.items for one in (each.id, *each.same_event) if each.same_event}
    apart = [one for one in conflicts if one not in joined]
    if len(apart) < 2:
        return
    forgotten = data.draw(st.sampled_from(apart), label="forgotten")
    wire = case.intake.to_dict()
    for record in records(wire, "conflict"):
        if record["id"] == forgotten:
            for field in [field for field in record if field not in STRUCTURE]:
                del record[field]
    later, _ = worked(Intake.from_dict(wire))
    assert _signals(case.work.stagings, forgotten) == _signals(later.stagings, forgotten)


def _signals(stagings: tuple[Staging, ...], without: str) -> dict[tuple[str, str], object]:
    return {
        (staging.record.id, staging.line): {
            each.rule.id: each.truth for each in staging.signals if each.stages.line == staging.line
        }
        for staging in stagings
        if staging.record.id != without
    }
