"""Does the check of whole cases notice a part that differs, a miss that no longer misses, and a faulty file?"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from ipt_formulate.analysis.whole_cases import WholeOutcome, run_whole_case, run_whole_cases
from ipt_formulate.rulebook import Rulebook

INTAKE = """
intake:
  losses:
    - {id: mother, kind: death_of_person, relation: parent, closeness: 4, linked_by_patient: yes}
"""
HEAD = "id: X1\ntitle: A mother's death\nsource: invented for this test\n"


@cache
def _book() -> Rulebook:
    return Rulebook.load()


def _run(folder: Path, rest: str, head: str = HEAD + INTAKE) -> WholeOutcome:
    file = folder / "case.yaml"
    file.write_text(head + rest, encoding="utf-8")
    return run_whole_case(file, _book())


def test_a_case_that_comes_out_passes(tmp_path: Path) -> None:
    outcome = _run(tmp_path, "expect: {focus: {status: proposed, area: grief, situation: mother}}\n")
    assert outcome.passed
    assert [part.name for part in outcome.parts] == ["focus.status", "focus.area", "focus.situation"]
    assert outcome.engines == ("reference",)


def test_a_part_that_differs_is_named_with_what_was_found(tmp_path: Path) -> None:
    outcome = _run(tmp_path, "expect: {focus: {area: role_dispute}}\n")
    assert outcome.problems == ("focus.area: expected role_dispute; found grief",)


def test_a_known_miss_passes_and_says_so(tmp_path: Path) -> None:
    outcome = _run(tmp_path, "expect: {focus: {area: role_dispute}}\nmisses: {focus.area: no dispute is told}\n")
    assert outcome.passed
    assert not outcome.parts[0].met


def test_a_miss_that_no_longer_misses_is_a_problem(tmp_path: Path) -> None:
    outcome = _run(tmp_path, "expect: {focus: {area: grief}}\nmisses: {focus.area: it used to}\n")
    assert outcome.problems == ("focus.area: said to miss, yet comes out as expected: grief",)


@pytest.mark.parametrize(
    ("rest", "said"),
    [
        ("expect: {focuss: {area: grief}}\n", "did you mean 'focus'"),
        ("expect: {focus: {aria: grief}}\n", "did you mean 'area'"),
        ("expect: {focus: {area: greif}}\n", "did you mean 'grief'"),
        ("expect: {standing: {greif: {lean: present}}}\n", "did you mean 'grief'"),
        ("expect: {standing: {grief: {lean: strong}}}\n", "is no word that can stand here"),
        ("expect: {candidate: [{area: grief, situation: mother, leen: open}]}\n", "did you mean 'lean'"),
        ("expect: {order: [grief]}\n", "must be pairs"),
        ("expect: {notes_by: [grief.no-such-rule]}\n", "there is no rule"),
        ("expect: {flags: {suicidal_plann: certain}}\n", "did you mean 'suicidal_plan'"),
        ("expect: {}\n", "expects nothing"),
        ("", "`expect` is missing"),
        ("expect: {focus: {area: grief}}\nmisses: {focus.aria: why}\n", "did you mean 'focus.area'"),
        ("expect: {focus: {area: grief}}\nmises: {focus.area: why}\n", "unknown key"),
        ("expect: {focus: {area: grief}}\nsettings: {grief_scop: wide}\n", "did you mean 'grief_scope'"),
        ("expect: {focus: {area: grief}}\nprofile: klassic\n", "did you mean 'classic'"),
    ],
)
def test_a_faulty_file_is_a_failure_that_says_where(tmp_path: Path, rest: str, said: str) -> None:
    outcome = _run(tmp_path, rest)
    assert not outcome.passed
    assert any(said in fault for fault in outcome.faults), outcome.faults


def test_faults_of_the_intake_have_their_place_in_the_file(tmp_path: Path) -> None:
    head = HEAD + "intake:\n  losses:\n    - {id: mother, kind: deth_of_person}\n"
    outcome = _run(tmp_path, "expect: {focus: {area: grief}}\n", head)
    assert len(outcome.faults) == 1
    assert "case.yaml:6:26: intake.losses.items[0].kind" in outcome.faults[0]


def test_switches_and_profile_of_the_case_are_used(tmp_path: Path) -> None:
    pet = "intake: {losses: [{id: dog, kind: death_of_pet, relation: pet, closeness: 4, linked_by_patient: yes}]}\n"
    usual = _run(tmp_path, "expect: {candidate: [{area: grief, situation: dog, barred: first}]}\n", HEAD + pet)
    assert usual.passed, usual.problems
    wide = "expect: {candidate: [{area: grief, situation: dog, lean: present, barred: none}]}\n"
    for setting in ("settings: {pet_policy: grief}\n", "profile: stuart\n"):
        outcome = _run(tmp_path, wide + setting, HEAD + pet)
        assert outcome.passed, outcome.problems


def test_a_tie_is_no_order(tmp_path: Path) -> None:
    two = "intake: {changes: [{id: here, kind: move}, {id: there, kind: move}]}\n"
    for first, second in (("here", "there"), ("there", "here")):
        order = f"expect: {{order: [[role_transition, {first}], [role_transition, {second}]]}}\n"
        assert not _run(tmp_path, order, HEAD + two).passed


def test_every_file_of_a_folder_is_run(tmp_path: Path) -> None:
    for name in ("b", "a"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "case.yaml").write_text("nonsense", encoding="utf-8")
    outcomes = list(run_whole_cases(_book(), tmp_path))
    assert [outcome.file.parent.name for outcome in outcomes] == ["a", "b"]
    assert not any(outcome.passed for outcome in outcomes)
