"""Is every shipped example a valid intake, and does it show what it is there to show?"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from ipt_formulate.analysis.expectations import expectations_of
from ipt_formulate.formulation.formulate import conclude
from ipt_formulate.intake import Intake
from ipt_formulate.reading import Fault, read_file
from ipt_formulate.rulebook import Rulebook
from ipt_formulate.rulebook.form import Form

FOLDER = Path(__file__).parents[2] / "examples" / "cases"
SHOWN = read_file(Path(__file__).with_name("examples.yaml"))


@cache
def _book() -> Rulebook:
    return Rulebook.load()


def test_every_example_has_its_record() -> None:
    assert {file.stem for file in FOLDER.glob("*.yaml")} == set(SHOWN.data)


@pytest.mark.parametrize("name", SHOWN.data)
def test_example(name: str) -> None:
    intake = Intake.from_file(FOLDER / f"{name}.yaml")
    assert intake.case_id == name
    faults: list[Fault] = []
    expects = expectations_of(Form(SHOWN, (name, "expect"), faults), _book())
    result, work = conclude(intake, _book(), "reference")
    looked = [(each, *each.look(result, work)) for each in expects]
    assert not faults, "\n".join(fault.headline() for fault in faults)
    wrong = [f"{each.name}: expected {each.wanted}; found {found}" for each, found, met in looked if not met]
    assert not wrong, "\n".join(wrong)
