"""Is a cached rulebook only ever used when it is exactly the files that are there?"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from ipt_formulate.rulebook import Rulebook, RulebookError, book, cache
from tests.rulebook.books import laid_over, rule_text

FILES = {"grief/a.yaml": {"id": "grief.a"}}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The cache folder of the test."""
    monkeypatch.setenv("IPT_FORMULATE_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def readings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that are parsed."""
    parsed: list[str] = []
    read = book.read_text

    def counted(*args: object, **kwargs: object) -> object:
        parsed.append(str(kwargs["name"]))
        return read(*args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(book, "read_text", counted)
    return parsed


def test_what_is_kept_comes_back(folder: Path) -> None:
    cache.keep("key", FILES)
    assert cache.recall("key") == FILES
    assert cache.recall("other") is None


def test_a_second_load_parses_nothing_and_gives_the_same(folder: Path, readings: list[str], tmp_path: Path) -> None:
    rules = laid_over(tmp_path / "rules")
    first = Rulebook.load(rules)
    assert readings
    readings.clear()
    second = Rulebook.load(rules)
    assert readings == []
    assert dict(second.rules) == dict(first.rules)
    assert second.sha256 == first.sha256


def test_a_changed_file_is_read_again(folder: Path, tmp_path: Path) -> None:
    rules = laid_over(tmp_path / "rules")
    Rulebook.load(rules)
    died = rules / "grief" / "died.yaml"
    died.write_text(died.read_text(encoding="utf-8").replace("strong", "weak"), encoding="utf-8")
    (conclusion,) = Rulebook.load(rules).rules["grief.died"].conclusions
    assert conclusion.strength == "weak"  # type: ignore[union-attr]


def test_moving_a_text_from_one_file_to_another_changes_the_key() -> None:
    assert cache.fingerprint({"a": b"xy", "b": b""}) != cache.fingerprint({"a": b"x", "b": b"y"})
    assert cache.fingerprint({"ab": b"c"}) != cache.fingerprint({"a": b"bc"})


@pytest.mark.parametrize(
    "damage",
    [
        lambda raw: b"",
        lambda raw: raw[:-10],
        lambda raw: raw.replace(b"grief", b"greif"),
        lambda raw: b"not a digest\n" + raw.partition(b"\n")[2],
        lambda raw: b"\xff\xfe" + raw,
        lambda raw: raw.partition(b"\n")[0] + b"\n[]",
    ],
)
def test_a_damaged_cache_is_ignored_and_replaced(
    damage: object, folder: Path, readings: list[str], tmp_path: Path
) -> None:
    rules = laid_over(tmp_path / "rules")
    whole = Rulebook.load(rules).sha256
    (kept,) = folder.glob("*.json")
    kept.write_bytes(damage(kept.read_bytes()))  # type: ignore[operator]
    readings.clear()
    assert Rulebook.load(rules).sha256 == whole
    assert readings
    readings.clear()
    Rulebook.load(rules)
    assert readings == []


def test_a_whole_cache_under_another_key_is_not_trusted(folder: Path, tmp_path: Path) -> None:
    rules = laid_over(tmp_path / "rules")
    Rulebook.load(rules)
    (kept,) = folder.glob("*.json")
    body = json.dumps({"key": "other", "files": FILES}).encode()
    kept.write_bytes(hashlib.sha256(body).hexdigest().encode() + b"\n" + body)
    assert "grief.died" in Rulebook.load(rules).rules


def test_the_cache_is_the_owners_alone(folder: Path) -> None:
    cache.keep("key", FILES)
    assert folder.stat().st_mode & 0o077 == 0
    assert not list(folder.glob("*.part"))


def test_an_empty_setting_turns_the_cache_off(
    monkeypatch: pytest.MonkeyPatch, readings: list[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("IPT_FORMULATE_CACHE", "")
    assert cache.cache_folder() is None
    rules = laid_over(tmp_path / "rules")
    Rulebook.load(rules)
    readings.clear()
    Rulebook.load(rules)
    assert readings


def test_a_cache_that_cannot_be_written_is_no_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("IPT_FORMULATE_CACHE", str(tmp_path / "file" / "cache"))
    assert Rulebook.load(laid_over(tmp_path / "rules")).rules


def test_a_faulty_rulebook_has_places_even_when_its_files_are_kept(folder: Path, tmp_path: Path) -> None:
    rules = laid_over(tmp_path / "rules", {"grief/a.yaml": rule_text("grief.a", when="nothing")})
    for _ in range(2):
        with pytest.raises(RulebookError) as refused:
            Rulebook.load(rules)
        assert all(fault.place is not None for fault in refused.value.faults)
