"""Does a formulation from JSON ask for its case, and take only its own?"""

from __future__ import annotations

from pathlib import Path

import pytest

from ipt_formulate import Formulation, Intake, formulate
from ipt_formulate.explain.errors import NoCase, OtherCase

CASES = Path(__file__).parents[2] / "examples" / "cases"
WIDOW = CASES / "widow-with-a-new-role.yaml"
COUPLE = CASES / "husband-and-wife-at-impasse.yaml"


@pytest.fixture(scope="module")
def made() -> Formulation:
    return formulate(WIDOW, engine="reference")


@pytest.fixture
def restored(made: Formulation) -> Formulation:
    return Formulation.model_validate_json(made.model_dump_json())


def test_a_restored_formulation_is_equal_to_the_one_it_came_from(made: Formulation, restored: Formulation) -> None:
    assert restored == made
    assert restored != formulate(COUPLE, engine="reference")


def test_a_restored_formulation_names_what_it_needs(restored: Formulation) -> None:
    with pytest.raises(NoCase, match=r"formulation\.with_case\(intake\)"):
        _ = restored.work


def test_its_own_case_is_taken_as_file_data_or_intake(restored: Formulation, made: Formulation) -> None:
    for intake in (WIDOW, str(WIDOW), Intake.from_file(WIDOW), Intake.from_file(WIDOW).to_dict()):
        again = restored.with_case(intake)
        assert again == made
        assert again.work.intake.digest() == made.receipt.intake_sha256
    with pytest.raises(NoCase):
        _ = restored.work  # the restored one itself stays as it was


def test_another_case_is_refused_without_repeating_an_answer(restored: Formulation) -> None:
    with pytest.raises(OtherCase, match="intake_sha256"):
        restored.with_case(COUPLE)


def test_another_rulebook_is_refused(made: Formulation) -> None:
    changed = made.model_copy(update={"receipt": made.receipt.model_copy(update={"rulebook_sha256": "0" * 64})})
    with pytest.raises(OtherCase, match="rulebook_sha256"):
        changed.with_case(WIDOW)


def test_another_result_is_refused(made: Formulation) -> None:
    changed = made.model_copy(update={"receipt": made.receipt.model_copy(update={"result_sha256": "0" * 64})})
    with pytest.raises(OtherCase, match="formulate the case again"):
        changed.with_case(WIDOW)


def test_profile_and_switches_come_from_the_receipt() -> None:
    made = formulate(WIDOW, engine="reference", profile="who_group")
    restored = Formulation.model_validate_json(made.model_dump_json())
    assert restored.with_case(WIDOW).work.book.settings == made.work.book.settings
