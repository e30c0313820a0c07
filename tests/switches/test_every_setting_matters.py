"""Does every value of every switch, and every profile, change what is found or said in some shipped case?

Each test says which case shows it (`pytest -s`). A value that changes nothing is a fault of rules, engine or
cases; it is never excused here.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from ipt_formulate.rulebook import Rulebook
from tests.switches.shipped import CASES, PAIRS, book, case, files, shown, what_differs

SWITCHES = book().switches
VALUES = [
    (switch.name, value)
    for switch in SWITCHES.values()
    for value in switch.values
    if value not in (switch.default if switch.many else (switch.default,))
]
PROFILES = [name for name in book().profiles if name != "classic"]


@cache
def _by_default(file: Path) -> tuple[object, str]:
    return shown(case(file).intake, book())


def _first_that_differs(used: Rulebook, folder: Path) -> str | None:
    for file in files(folder):
        parts = what_differs(_by_default(file), shown(case(file).intake, used))
        if parts:
            return f"{case(file).id} ({parts})"
    return None


@pytest.mark.parametrize(("switch", "value"), VALUES, ids=[f"{switch}-{value}" for switch, value in VALUES])
def test_every_setting_changes_a_shipped_case(switch: str, value: str) -> None:
    used = book().with_settings({switch: (value,) if SWITCHES[switch].many else value})
    found = _first_that_differs(used, PAIRS / switch)
    print(f"{switch} = {value}: {found}")
    assert found is not None, f"{switch} = {value} changes no shipped case"


@pytest.mark.parametrize("profile", PROFILES)
def test_every_profile_changes_a_shipped_case(profile: str) -> None:
    found = _first_that_differs(book(profile), PAIRS / "profile")
    print(f"{profile}: {found}")
    assert found is not None, f"profile {profile} changes no shipped case"


def test_sixteen_switches() -> None:
    assert len(SWITCHES) == 16


def test_another_label_set_changes_words_only() -> None:
    used = book().with_settings({"label_set": "plain"})
    for file in sorted((CASES / "golden").glob("*.yaml")):
        assert what_differs(_by_default(file), shown(case(file).intake, used)) in ("text", ""), file.name
