"""Versions of the wire format: older ones are migrated step by step, newer ones are refused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from ipt_formulate.intake import Intake
from ipt_formulate.intake.types import Misreadings
from ipt_formulate.intake.versions import CURRENT, STEPS, migrate


def renamed(old: str, new: str) -> Any:
    def step(data: Mapping[str, Any]) -> Mapping[str, Any]:
        return {new if key == old else key: value for key, value in data.items()}

    return step


def test_every_older_version_has_its_step() -> None:
    assert sorted(STEPS) == list(range(1, CURRENT))


def test_steps_are_taken_in_order() -> None:
    steps = {1: renamed("a", "b"), 2: renamed("b", "c")}
    assert migrate({"intake_version": "1", "a": 5}, steps, 3) == {"intake_version": "3", "c": 5}
    assert migrate({"intake_version": 2, "b": 5}, steps, 3) == {"intake_version": "3", "c": 5}
    assert migrate({"c": 5}, steps, 3) == {"intake_version": "3", "c": 5}


@pytest.mark.parametrize("version", ["4", 4, "0", "one", 1.5, True, "", [], "99999999"])
def test_other_versions_are_refused(version: Any) -> None:
    with pytest.raises(Misreadings):
        migrate({"intake_version": version}, {1: renamed("a", "b"), 2: renamed("b", "c")}, 3)


def test_the_current_version_is_written() -> None:
    assert Intake().to_dict()["intake_version"] == str(CURRENT)
    assert Intake.from_dict({"intake_version": CURRENT}) == Intake.from_dict({}) == Intake()
