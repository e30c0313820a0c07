"""Does docs/switches.md say what the rulebook has: every switch, value, default and profile, and the rules it names?"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.switches.shipped import ROOT, book

PAGE = (ROOT / "docs" / "switches.md").read_text(encoding="utf-8")
RULE = re.compile(r"`([a-z_]+\.[a-z0-9]+(?:-[a-z0-9]+)*)`")


def _section(name: str) -> str:
    return PAGE.partition(f"\n## {name}\n")[2].partition("\n## ")[0]


@pytest.mark.parametrize("name", book().switches)
def test_every_switch_has_its_section(name: str) -> None:
    switch = book().switches[name]
    section = _section(name)
    assert section, f"no section `## {name}`"
    listed = re.findall(r"^\| `([a-z0-9_]+)`( \(default\))? \|", section, flags=re.M)
    values = [value for value, _ in listed]
    assert sorted(values) == sorted(switch.values)
    if not switch.many:
        assert [value for value, default in listed if default] == [switch.default]
    assert switch.question in PAGE


@pytest.mark.parametrize("name", book().profiles)
def test_every_profile_is_listed_with_what_it_sets(name: str) -> None:
    row = re.search(rf"^\| `{name}`( \(default\))? \| (?P<sets>[^|]*) \|", _section("Profiles"), flags=re.M)
    assert row is not None
    profile = book(name).profile
    for key in (*profile.settings, *profile.parameters):
        assert f"`{key}" in row["sets"] or f"{key}:" in row["sets"], key
    for key, value in profile.settings.items():
        values = value if isinstance(value, tuple) else (value,)
        assert all(re.search(rf"{key}: \[?[a-z_, ]*{each}", row["sets"]) for each in values), key


def test_every_rule_that_the_page_names_exists() -> None:
    folders = {path.name for path in (ROOT / "rules").iterdir() if path.is_dir()}
    named = {each for each in RULE.findall(PAGE) if each.partition(".")[0] in folders}
    assert named
    assert sorted(named - set(book().rules)) == []


def test_every_rule_that_reads_a_switch_is_named_in_its_section() -> None:
    missing = []
    for rule in book().active:
        text = Path(book().folder / (rule.id.replace(".", "/") + ".yaml")).read_text(encoding="utf-8")
        for switch in set(re.findall(r"setting\.([a-z_]+)", text.partition("\ncases:")[0])):
            if f"`{rule.id}`" not in _section(switch):
                missing.append(f"{switch}: {rule.id}")
    assert not missing
