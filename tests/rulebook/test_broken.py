"""Is every broken rulebook refused, with every fault of every file, each at its place and with the nearest right name?

Each folder below `tests/broken` but the base is laid over the base; `expected.txt` in it lists code, place and nearest
name of every fault, sorted. Words may change; these may not.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from ipt_formulate.rulebook import Rulebook, RulebookError
from tests.rulebook.books import BASE, BROKEN, faults_of, laid_over, place_in, rule_text

FOLDERS = sorted(folder.name for folder in BROKEN.iterdir() if folder.is_dir() and folder != BASE)


def test_the_base_has_no_fault() -> None:
    assert faults_of(BASE) == ()
    assert faults_of(BASE, profile="wide") == ()


@pytest.mark.parametrize("name", FOLDERS)
def test_every_fault_is_reported_at_its_place(name: str, tmp_path: Path) -> None:
    folder = laid_over(tmp_path / "rules", BROKEN / name)
    faults = faults_of(folder)
    found = [
        f"{fault.code} {place_in(fault, folder)}" + (f" -> {fault.nearest}" if fault.nearest else "")
        for fault in faults
    ]
    assert sorted(found) == (BROKEN / name / "expected.txt").read_text(encoding="utf-8").splitlines()
    assert all(len(fault.headline().replace(str(tmp_path), "")) < 500 for fault in faults)


def test_ten_faults_of_two_files_come_in_one_run(tmp_path: Path) -> None:
    folder = laid_over(tmp_path / "rules", BROKEN / "ten-faults-at-once")
    faults = faults_of(folder)
    assert len(faults) >= 10
    assert {Path(fault.place.file).name for fault in faults if fault.place} == {"first.yaml", "second.yaml"}


@pytest.mark.parametrize("name", ["rulebook.yaml", "parameters.yaml", "sources.yaml", "statements.yaml"])
def test_a_missing_file_of_the_frame_is_named(name: str, tmp_path: Path) -> None:
    folder = laid_over(tmp_path / "rules", without=[name])
    (fault,) = faults_of(folder)
    assert name in fault.headline()


def test_a_folder_that_is_no_rulebook_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RulebookError, match="no rulebook folder"):
        Rulebook.load(tmp_path)


def test_a_profile_that_does_not_exist_has_a_nearest_name(tmp_path: Path) -> None:
    (fault,) = faults_of(BASE, profile="wde")
    assert (fault.code, fault.nearest) == ("R244", "wide")


def test_an_unknown_language_of_words_is_refused() -> None:
    with pytest.raises(RulebookError, match="words/xx"):
        Rulebook.load(BASE, words="xx")


def test_a_rule_file_that_is_too_large_is_refused_unread(tmp_path: Path) -> None:
    large = rule_text("grief.large") + "# " + "x" * 300_000 + "\n"
    folder = laid_over(tmp_path / "rules", {"grief/large.yaml": large})
    assert [fault.code for fault in faults_of(folder)] == ["R102"]


@pytest.mark.parametrize("raw", [b"\x00\x01\x02", b"id: \xff\xfe"])
def test_a_binary_file_is_refused(raw: bytes, tmp_path: Path) -> None:
    folder = laid_over(tmp_path / "rules")
    (folder / "grief" / "binary.yaml").write_bytes(raw)
    (fault,) = faults_of(folder)
    assert fault.code.startswith("R1")


def test_text_in_a_rule_is_never_executed(tmp_path: Path) -> None:
    mark = tmp_path / "executed"
    because = f"__import__('pathlib').Path('{mark}').touch() {{who.__class__}}"
    folder = laid_over(tmp_path / "rules", {"grief/code.yaml": rule_text("grief.code", because=because)})
    assert [fault.code for fault in faults_of(folder)] == ["R316"]
    assert not mark.exists()
