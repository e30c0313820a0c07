"""Does the lock notice every change of meaning, and nothing else?"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ipt_formulate.analysis.lints import run_lints
from ipt_formulate.analysis.lock import LOCK_FILE, drift, lock_text, locked, read_lock, write_lock
from ipt_formulate.rulebook import Rulebook, RulebookError
from tests.rulebook.books import laid_over

NAME = "grief.died"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small rulebook with its lock."""
    made = laid_over(tmp_path / "rules")
    write_lock(Rulebook.load(made))
    return made


def change(folder: Path, *pairs: tuple[str, str]) -> Rulebook:
    """The rulebook after a change in one rule."""
    file = folder / "grief" / "died.yaml"
    text = file.read_text(encoding="utf-8")
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    file.write_text(text, encoding="utf-8")
    return Rulebook.load(folder)


def kinds(book: Rulebook) -> list[tuple[str, str]]:
    """What differs from the lock, by kind and rule."""
    return [(each.kind, each.rule) for each in drift(book, read_lock(book.folder) or {})]


def test_a_lock_that_was_written_is_current(folder: Path) -> None:
    book = Rulebook.load(folder)
    assert read_lock(folder) == locked(book)
    assert kinds(book) == []
    assert run_lints(book) == ()
    assert json.loads(lock_text(book))["rules"][NAME]["revision"] == 1


def test_without_a_lock_nothing_is_compared(tmp_path: Path) -> None:
    book = Rulebook.load(laid_over(tmp_path / "rules"))
    assert read_lock(book.folder) is None
    assert run_lints(book) == ()


def test_wording_changes_no_lock(folder: Path) -> None:
    before = (folder / LOCK_FILE).read_text(encoding="utf-8")
    book = change(folder, ("Somebody has died", "A death"), ("label: MS", "label: EO"))
    assert kinds(book) == []
    write_lock(book)
    assert (folder / LOCK_FILE).read_text(encoding="utf-8") == before


def test_a_changed_meaning_needs_a_new_revision(folder: Path) -> None:
    book = change(folder, ("strong", "weak"))
    assert kinds(book) == [("changed", NAME)]
    (found,) = run_lints(book)
    assert (found.lint, found.rule, found.path) == ("changed_without_revision", NAME, "revision")
    assert found.place is not None
    assert found.place.line == 5
    before = (folder / LOCK_FILE).read_text(encoding="utf-8")
    with pytest.raises(RulebookError) as refused:
        write_lock(book)
    assert [fault.code for fault in refused.value.faults] == ["R351"]
    assert (folder / LOCK_FILE).read_text(encoding="utf-8") == before


def test_a_new_revision_is_locked_when_the_lock_is_written(folder: Path) -> None:
    book = change(folder, ("strong", "weak"), ("revision: 1", "revision: 2"))
    assert kinds(book) == [("raised", NAME)]
    assert [each.lint for each in run_lints(book)] == ["lock_outdated"]
    write_lock(book)
    assert run_lints(book) == ()


def test_a_revision_only_goes_up(folder: Path) -> None:
    book = change(folder, ("revision: 1", "revision: 3"))
    write_lock(book)
    book = change(folder, ("revision: 3", "revision: 2"))
    assert [each.lint for each in run_lints(book)] == ["changed_without_revision"]
    with pytest.raises(RulebookError) as refused:
        write_lock(book)
    assert [fault.code for fault in refused.value.faults] == ["R352"]


def test_a_parameter_is_part_of_the_meaning(folder: Path) -> None:
    file = folder / "parameters.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("value: 3", "value: 2"), encoding="utf-8")
    assert kinds(Rulebook.load(folder)) == [("changed", NAME)]


def test_new_rules_and_rules_that_are_gone_are_noticed(folder: Path) -> None:
    file = folder / "grief" / "died.yaml"
    text = file.read_text(encoding="utf-8").replace(NAME, "grief.dead")
    file.unlink()
    (folder / "grief" / "dead.yaml").write_text(text, encoding="utf-8")
    book = Rulebook.load(folder)
    assert kinds(book) == [("new", "grief.dead"), ("gone", NAME)]
    assert {each.lint for each in run_lints(book)} == {"lock_outdated"}
    write_lock(book)
    assert run_lints(book) == ()


def test_a_retired_rule_stays_locked(folder: Path) -> None:
    book = change(folder, ("status: draft", "status: retired"), ("revision: 1", "revision: 2"))
    write_lock(book)
    assert NAME in (read_lock(folder) or {})


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{",
        '{"lock": 2, "rules": {}}',
        '{"lock": 1, "rules": {"a.b": {"revision": "one", "sha256": "x"}}}',
        '{"lock": 1, "rules": {"a.b": 1}}',
        '{"lock": 1, "colour": "red"}',
    ],
)
def test_a_lock_that_cannot_be_read_is_refused(text: str, folder: Path) -> None:
    (folder / LOCK_FILE).write_text(text, encoding="utf-8")
    with pytest.raises(RulebookError):
        read_lock(folder)
