"""Are rules read from this project's own folder or from the package, and never from a folder that happens to be near?

Each test puts a copy of the one module into a made-up surrounding and runs it there, so that what is judged is where
the file really lies, not a path handed in. The installed forms are in test_installs.py.
"""

import runpy
import shutil
from pathlib import Path

import pytest

from ipt_formulate.rulebook import location

OURS = '[project]\nname = "ipt-formulate"\n'


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """An otherwise empty package folder with the module in it."""
    package = tmp_path / "surrounding" / "ipt_formulate"
    (package / "rulebook").mkdir(parents=True)
    shutil.copy(location.__file__, package / "rulebook" / "location.py")
    return package


def found_by(package: Path) -> Path:
    found = runpy.run_path(str(package / "rulebook" / "location.py"))["rules_directory"]()
    assert isinstance(found, Path)
    return found


def test_a_checkout_reads_its_own_rules(package: Path) -> None:
    (package.parent / "pyproject.toml").write_text(OURS)
    (package.parent / "rules").mkdir()
    assert found_by(package) == package.parent / "rules"


def test_a_checkout_prefers_its_rules_to_a_copy_left_in_the_package(package: Path) -> None:
    (package.parent / "pyproject.toml").write_text(OURS)
    (package.parent / "rules").mkdir()
    (package / "rules").mkdir()
    assert found_by(package) == package.parent / "rules"


@pytest.mark.parametrize(
    "pyproject",
    [
        None,
        '[project]\nname = "clinic-app"\n',
        '[project]\nname = "ipt_formulate_fork"\n',
        '[tool.other]\nname = "ipt-formulate"\n',
        'project = "ipt-formulate"\n',
        "[project\n",
        "",
        "\ud800",
    ],
    ids=["absent", "other", "similar", "no-project", "not-a-table", "not-toml", "empty", "not-utf8"],
)
def test_a_stray_rules_folder_is_never_read(package: Path, pyproject: str | None) -> None:
    (package.parent / "rules").mkdir()
    (package / "rules").mkdir()
    if pyproject is not None:
        (package.parent / "pyproject.toml").write_bytes(pyproject.encode(errors="surrogatepass"))
    assert found_by(package) == package / "rules"


def test_neither_the_working_directory_nor_the_search_path_matters(
    package: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = tmp_path / "elsewhere"
    (elsewhere / "rules").mkdir(parents=True)
    (elsewhere / "pyproject.toml").write_text(OURS)
    (package / "rules").mkdir()
    monkeypatch.chdir(elsewhere)
    monkeypatch.syspath_prepend(elsewhere)
    assert found_by(package) == package / "rules"


def test_a_linked_package_counts_as_the_folder_it_points_to(package: Path, tmp_path: Path) -> None:
    (package.parent / "pyproject.toml").write_text(OURS)
    (package.parent / "rules").mkdir()
    link = tmp_path / "site-packages" / "ipt_formulate"
    link.parent.mkdir()
    link.symlink_to(package)
    assert found_by(link) == package.parent / "rules"


@pytest.mark.parametrize(("pyproject", "remedy"), [(OURS, "restore its rules/ folder"), (None, "install the package")])
def test_without_rules_the_error_names_the_folder_and_the_next_step(
    package: Path, pyproject: str | None, remedy: str
) -> None:
    expected = package / "rules"
    if pyproject is not None:
        (package.parent / "pyproject.toml").write_text(pyproject)
        expected = package.parent / "rules"
    else:
        (package.parent / "rules").mkdir()
    with pytest.raises(FileNotFoundError, match=remedy) as fault:
        found_by(package)
    assert str(expected) in str(fault.value)
    assert "--rules DIR" in str(fault.value)
