"""Does the hash of a rule change with what it computes, and with nothing else?"""

from __future__ import annotations

from pathlib import Path

import pytest

from ipt_formulate.rulebook import Rulebook
from ipt_formulate.rulebook.canonical import meaning, sha256
from tests.rulebook.books import BASE, laid_over

DIED = (BASE / "grief" / "died.yaml").read_text(encoding="utf-8")
NAME = "grief.died"


def hash_of(text: str, folder: Path) -> str:
    """The hash of the rule in this text."""
    return sha256(meaning(Rulebook.load(laid_over(folder, {"grief/died.yaml": text})).rules[NAME]))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("title: Somebody has died", "title: A death"),
        ("{who} has died and was close", "it was somebody close"),
        ("[BOOK]", "[BOOK, OI]"),
        ("label: MS", "label: EO"),
        ("status: draft", "status: reviewed"),
        ("[K-GRIEF-01]", "[K-GRIEF-01, K-GRIEF-02]"),
        ("someone_died", "a_person_died"),
        ("revision: 1", "revision: 2"),
        ("  near: [{kind: death_of_person, closeness: 2}]\n", ""),
        ("{kind: {in: $deaths}}", "{kind: {in: [death_of_person]}}"),
        ("{kind: {in: $deaths}}", "{kind: death_of_person}"),
        ("when: someone_died and was_close", "when: >-\n  someone_died\n  and was_close"),
        ("spec: 1", "spec: 1  # the first"),
        ("status: draft", "status: draft\nallow: {bare_not: a reason}"),
    ],
)
def test_wording_and_layout_change_no_hash(old: str, new: str, tmp_path: Path) -> None:
    assert old in DIED
    assert hash_of(DIED.replace(old, new), tmp_path / "new") == hash_of(DIED, tmp_path / "old")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("someone_died and was_close", "someone_died or was_close"),
        ("someone_died and was_close", "was_close and someone_died"),
        ("someone_died and was_close", "someone_died and not was_close"),
        ("{in: $deaths}", "{in: [death_of_person, death_of_pet]}"),
        ("at_least: $marked", "at_least: 2"),
        ("at_least: $marked", "at_most: $marked"),
        ("closeness: {at", "yearning: {at"),
        ("strength: strong", "strength: weak"),
        ("aspect: link", "aspect: delayed"),
        ("supports: grief, strength", "supports: role_dispute, strength"),
        ("aspect: link}", "aspect: link, stands_alone: no}"),
        ("status: draft", "status: retired"),
        ("status: draft", "status: draft\nunless: [grief.nobody-died]"),
    ],
)
def test_meaning_changes_the_hash(old: str, new: str, tmp_path: Path) -> None:
    assert old in DIED
    assert hash_of(DIED.replace(old, new), tmp_path / "new") != hash_of(DIED, tmp_path / "old")


def test_a_parameter_is_part_of_the_meaning(tmp_path: Path) -> None:
    parameters = (BASE / "parameters.yaml").read_text(encoding="utf-8").replace("value: 3", "value: 2")
    changed = Rulebook.load(laid_over(tmp_path / "rules", {"parameters.yaml": parameters}))
    base = Rulebook.load(BASE)
    different = {name for name in base.rules if meaning(base.rules[name]) != meaning(changed.rules[name])}
    assert different == {NAME}
    assert base.sha256 != changed.sha256


def test_the_name_of_a_file_system_folder_is_no_meaning(tmp_path: Path) -> None:
    assert Rulebook.load(laid_over(tmp_path / "elsewhere")).sha256 == Rulebook.load(BASE).sha256
