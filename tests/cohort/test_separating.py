"""Do other verdicts of the rules that are named bring the engine to the coder's code, and are no fewer enough?"""

from __future__ import annotations

from dataclasses import replace

from ipt_formulate.cohort.agreement.codes import AREAS, PresenceRule
from ipt_formulate.cohort.agreement.separating import Said, Turned, rules_that_separate
from ipt_formulate.engines.verdicts import Pair
from ipt_formulate.formulation.formulate import Work, work_of
from ipt_formulate.formulation.standing import POSSIBLE
from ipt_formulate.logic.truth import NO, YES
from tests.properties.case import worked
from tests.properties.plausible import plausible_intake

ENDLESS = 600.0


def _works() -> list[Work]:
    return [worked(plausible_intake(number, 0.1, records=1))[0] for number in range(8)]


def _replayed(work: Work, turned: tuple[Turned, ...]) -> Work:
    rules = dict(work.verdicts.rules)
    for each in turned:
        assert (rules[each.rule, each.record].presumed == YES) == (each.now == "yes") == (each.other == "no")
        rules[each.rule, each.record] = Pair(NO, NO) if each.other == "no" else Pair(YES, YES)
    return work_of(work.intake, work.book, work.case, replace(work.verdicts, rules=rules))


def test_turned_verdicts_bring_the_presence_that_was_coded() -> None:
    found = 0
    for work in _works():
        for area in AREAS[:3]:
            now = work.areas[area].lean >= POSSIBLE
            wanted = "absent" if now else "present"
            said = Said(f"presence_{area}", None, PresenceRule())
            assert said.by_engine(work) != wanted
            sets = rules_that_separate(work, said, wanted, most=1, seconds=ENDLESS, shown=2)
            for each in sets:
                assert len(each) == 1
                assert (_replayed(work, each).areas[area].lean >= POSSIBLE) is not now
            found += bool(sets)
    assert found > 5


def test_a_pair_is_named_only_where_one_does_not_do() -> None:
    """Present, for a coder who saw it, takes findings of two aspects or a strong one."""
    pairs = 0
    for work in _works()[:4]:
        said = Said("standing_role_transition", None, PresenceRule())
        if said.by_engine(work) not in ("not_supported", "open"):
            continue
        one = rules_that_separate(work, said, "present", most=1, seconds=ENDLESS, shown=1)
        few = rules_that_separate(work, said, "present", most=2, seconds=ENDLESS, shown=1)
        assert one == few if one else {len(each) for each in few} <= {2}
        pairs += any(len(each) == 2 for each in few)
    assert pairs


def test_a_stage_is_brought_about_by_its_signals() -> None:
    found = 0
    for work in _works():
        for staging in work.stagings:
            said = Said("stage", staging.situation, PresenceRule())
            if staging.stage not in ("renegotiation", "impasse", "dissolution"):
                continue
            wanted = "dissolution" if staging.stage != "dissolution" else "impasse"
            for each in rules_that_separate(work, said, wanted, most=2, seconds=ENDLESS, shown=1):
                again = _replayed(work, each)
                assert next(s.stage for s in again.stagings if s.situation == staging.situation) == wanted
                assert all(turned.rule.startswith("stage.") for turned in each)
                found += 1
    assert found


def test_without_time_nothing_is_made_up() -> None:
    said = Said("presence_grief", None, PresenceRule())
    assert rules_that_separate(_works()[0], said, "present", seconds=0.0, shown=3) == []
