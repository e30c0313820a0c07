"""Does a profile change switches and parameters, and nothing else?"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from ipt_formulate.rulebook import Rulebook, RulebookError
from ipt_formulate.rulebook import nodes as n
from tests.rulebook.books import BASE, faults_of, laid_over


@pytest.fixture(scope="module")
def classic() -> Rulebook:
    """The base under its usual profile."""
    return Rulebook.load(BASE)


@pytest.fixture(scope="module")
def wide() -> Rulebook:
    """The base under another profile."""
    return Rulebook.load(BASE, profile="wide")


def test_the_default_is_what_the_switch_says(classic: Rulebook) -> None:
    assert classic.settings == {"scope": "narrow", "extras": ()}
    assert classic.profiles == ("classic", "wide")


def test_a_profile_sets_switches_and_parameters(wide: Rulebook) -> None:
    assert wide.settings == {"scope": "wide", "extras": ("two",)}
    assert wide.parameters["marked"] == 2
    leaves = [node for node in n.walk(wide.rules["grief.died"].when) if isinstance(node, n.Between)]  # type: ignore[arg-type]
    assert [leaf.least for leaf in leaves] == [2]


def test_a_profile_changes_nothing_else(classic: Rulebook, wide: Rulebook) -> None:
    assert set(classic.rules) == set(wide.rules)
    for name, rule in classic.rules.items():
        other = wide.rules[name]
        assert other.conclusions == rule.conclusions
        assert (other.basis, other.cases, other.revision) == (rule.basis, rule.cases, rule.revision)
        if "marked" not in rule.parameters:
            assert other.when == rule.when
    assert classic.parameters.keys() == wide.parameters.keys()


@pytest.mark.parametrize("name", ["classic", "wide"])
def test_a_book_under_another_profile_is_what_loading_that_gives(classic: Rulebook, name: str) -> None:
    loaded = Rulebook.load(BASE, profile=name)
    other = classic.under(name)
    assert (other.profile, other.settings, other.parameters) == (loaded.profile, loaded.settings, loaded.parameters)
    assert other.sha256 == loaded.sha256


def test_a_profile_that_does_not_exist_is_refused_with_the_nearest(classic: Rulebook) -> None:
    with pytest.raises(RulebookError) as refused:
        classic.under("wyde")
    assert [(fault.code, fault.nearest) for fault in refused.value.faults] == [("R244", "wide")]


def test_settings_can_be_given_one_by_one(classic: Rulebook) -> None:
    changed = classic.with_settings({"scope": "wide", "extras": ["one"]})
    assert changed.settings == {"scope": "wide", "extras": ("one",)}
    assert classic.settings["scope"] == "narrow"
    assert changed.sha256 != classic.sha256


@pytest.mark.parametrize(("settings", "code"), [({"scop": "wide"}, "R245"), ({"scope": "wid"}, "R242")])
def test_a_setting_that_does_not_exist_is_refused(classic: Rulebook, settings: dict[str, str], code: str) -> None:
    with pytest.raises(RulebookError) as refused:
        classic.with_settings(settings)
    (fault,) = refused.value.faults
    assert (fault.code, fault.nearest) == (code, {"R245": "scope", "R242": "wide"}[code])


def test_a_profile_cannot_change_a_rule(tmp_path: Path) -> None:
    folder = laid_over(tmp_path / "rules", {"profiles/wide.yaml": "name: wide\nrules: {grief.died: off}\n"})
    assert [fault.code for fault in faults_of(folder, profile="wide")] == ["R215"]


def test_the_shipped_profiles_load() -> None:
    book = Rulebook.load()
    for profile in book.profiles:
        loaded = book.under(profile)
        assert loaded.profile.name == profile
        assert loaded.settings | loaded.profile.settings == loaded.settings
    assert Rulebook.load(profile="uk").sha256 == book.under("uk").sha256


@cache
def _shipped() -> Rulebook:
    """The rules of the library under a profile and a switch that are not the usual ones."""
    return Rulebook.load(profile="research").with_settings({"rank_order": "patient"})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("close", 2), ("strong_bands", ["just_before"]), ("pet_relations", []), ("any_lag", [-10, 10]),
        ("timing_bands", {"just_before": [1, 40], "shortly_before": [41, 92]}),
        ("timing_bands", {"just_before": [1, 20], "a_band_of_its_own": [21, 31]}),
    ],
)  # fmt: skip
def test_a_moved_parameter_changes_the_rules_that_read_it_as_a_whole_reading_does(name: str, value: object) -> None:
    """Signs that get other values, too; profile and switches stay, and the rulebook that was there."""
    shipped = _shipped()
    before = shipped.sha256
    if isinstance(value, dict):
        value = {**shipped.parameters[name], **value}
    moved = shipped.with_parameters({name: value})
    parameters = {**shipped.parameters, name: value}
    whole = Rulebook.load(profile="research", parameters=parameters).with_settings({"rank_order": "patient"})
    assert (moved.sha256, moved.settings, moved.profile) == (whole.sha256, whole.settings, whole.profile)
    assert dict(moved.rules) == dict(whole.rules)
    assert (moved.signs, moved.areas) == (whole.signs, whole.areas)
    assert moved.sha256 != before == shipped.sha256


@pytest.mark.parametrize(("moved", "near"), [({"clos": 2}, "close"), ({"close": "none"}, None)])
def test_a_parameter_that_cannot_be_moved_is_refused(moved: dict[str, object], near: str | None) -> None:
    with pytest.raises(RulebookError) as refused:
        _shipped().with_parameters(moved)
    assert near is None or refused.value.faults[0].nearest == near
