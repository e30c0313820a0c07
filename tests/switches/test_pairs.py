"""Is every value of every switch shown by a pair: one intake, several settings, an expectation for each?"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pytest

from tests.switches.shipped import PAIRS, book, case

NOTHING = "none"  # for a switch of which several values may hold: none does


def _groups() -> dict[tuple[str, str], list[Path]]:
    """The files by switch and story; a file is named story.value.yaml."""
    groups: dict[tuple[str, str], list[Path]] = defaultdict(list)
    for file in sorted(PAIRS.rglob("*.yaml")):
        story, _, _ = file.stem.partition(".")
        groups[file.parent.name, story].append(file)
    return groups


GROUPS = _groups()


def _value(file: Path) -> str:
    return file.stem.partition(".")[2]


@pytest.mark.parametrize("group", GROUPS, ids=["/".join(group) for group in GROUPS])
def test_a_pair_is_one_intake_under_several_settings(group: tuple[str, str]) -> None:
    cases = [case(file) for file in GROUPS[group]]
    assert len(cases) > 1
    assert len({each.intake.digest() for each in cases}) == 1
    for file, each in zip(GROUPS[group], cases, strict=True):
        if group[0] == "profile":
            assert each.profile == _value(file)
            assert not each.settings
        else:
            several = [] if _value(file) == NOTHING else [_value(file)]
            assert dict(each.settings) == {group[0]: several if book().switches[group[0]].many else _value(file)}


def test_every_value_of_every_switch_has_its_case() -> None:
    shown = {(group[0], _value(file)) for group, found in GROUPS.items() for file in found}
    wanted = {(switch.name, value) for switch in book().switches.values() for value in switch.values}
    wanted |= {(switch.name, NOTHING) for switch in book().switches.values() if switch.many}
    wanted |= {("profile", name) for name in book().profiles}
    assert shown == wanted
