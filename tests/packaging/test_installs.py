"""Does each way of installing the library find the right rules, and does the installed command work?

Every test has a fresh environment. To stay quick it borrows the dependencies of the environment that runs the tests
(never the library itself: an editable install is a `.pth` file, and those do not count in a borrowed folder), and it
works in a foreign folder that holds a stray `rules/` and somebody else's `pyproject.toml`.
"""

import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples" / "cases" / "mother-died-forty-days-before.yaml"
ASK = "from ipt_formulate.rulebook.location import rules_directory; print(rules_directory())"
FOREIGN = '[project]\nname = "clinic-app"\n'

pytestmark = pytest.mark.slow


class Environment:
    """A fresh virtual environment with borrowed dependencies and a foreign folder to work in."""

    def __init__(self, home: Path) -> None:
        places = {"base": str(home), "platbase": str(home), "installed_base": str(home)}
        venv.create(home, with_pip=False)
        self.site_packages = Path(sysconfig.get_path("purelib", "venv", places))
        scripts = Path(sysconfig.get_path("scripts", "venv", places))
        self.python = scripts / "python"
        self.command = scripts / "ipt-formulate"
        borrowed = dict.fromkeys((sysconfig.get_path("purelib"), sysconfig.get_path("platlib")))
        (self.site_packages / "borrowed.pth").write_text("\n".join(borrowed))
        self.folder = home / "work"
        (self.folder / "rules").mkdir(parents=True)
        (self.folder / "pyproject.toml").write_text(FOREIGN)

    def install(self, *what: str) -> None:
        pip = [sys.executable, "-m", "pip", "--python", str(self.python), "install", "--quiet"]
        run([*pip, "--no-deps", "--no-index", "--no-build-isolation", *what], self.folder)

    def rules(self) -> Path:
        return Path(run([str(self.python), "-c", ASK], self.folder).strip())


def run(command: list[str], folder: Path) -> str:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{command} ended with {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def build(source: Path, target: str, out: Path) -> Path:
    run([sys.executable, "-m", "hatchling", "build", "-t", target, "-d", str(out)], source)
    (built,) = out.iterdir()
    return built


def files_in(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    return Environment(tmp_path / "environment")


@pytest.fixture
def unpacked(tmp_path: Path) -> Path:
    """The source distribution, unpacked: a checkout as a stranger gets it."""
    with tarfile.open(build(ROOT, "sdist", tmp_path / "sdist")) as archive:
        archive.extractall(tmp_path / "unpacked", filter="data")
    (folder,) = (tmp_path / "unpacked").iterdir()
    return folder


def test_a_wheel_carries_the_rules_and_nothing_that_is_not_the_library(tmp_path: Path) -> None:
    with zipfile.ZipFile(build(ROOT, "wheel", tmp_path / "wheel")) as wheel:
        names = {name for name in wheel.namelist() if not name.split("/")[0].endswith(".dist-info")}
    assert {name for name in names if not name.startswith("ipt_formulate/")} == set()
    assert "ipt_formulate/py.typed" in names
    shipped = {name.removeprefix("ipt_formulate/rules/") for name in names if name.startswith("ipt_formulate/rules/")}
    assert shipped == files_in(ROOT / "rules")


def test_a_wheel_reads_the_packaged_rules(environment: Environment, tmp_path: Path) -> None:
    environment.install(str(build(ROOT, "wheel", tmp_path / "wheel")))
    (environment.site_packages / "rules").mkdir()
    (environment.site_packages / "pyproject.toml").write_text(FOREIGN)
    assert environment.rules() == environment.site_packages / "ipt_formulate" / "rules"


def test_a_wheel_made_from_the_source_distribution_formulates_a_case(
    environment: Environment, unpacked: Path, tmp_path: Path
) -> None:
    environment.install(str(build(unpacked, "wheel", tmp_path / "wheel")))
    packaged = environment.site_packages / "ipt_formulate" / "rules"
    assert environment.rules() == packaged
    assert files_in(packaged) == files_in(ROOT / "rules")
    shown = run([str(environment.command), "run", str(EXAMPLE)], environment.folder)
    assert shown == run([str(environment.python), "-m", "ipt_formulate", "run", str(EXAMPLE)], environment.folder)
    assert "grief" in shown.lower()


def test_an_editable_install_reads_the_checkout_and_leaves_no_copy(environment: Environment, unpacked: Path) -> None:
    environment.install("--editable", str(unpacked))
    assert environment.rules() == unpacked / "rules"
    assert not (environment.site_packages / "ipt_formulate").exists()


def test_an_editable_install_ignores_a_copy_that_another_build_left(environment: Environment, unpacked: Path) -> None:
    stale = environment.site_packages / "ipt_formulate" / "rules"
    stale.mkdir(parents=True)
    environment.install("--editable", str(unpacked))
    assert environment.rules() == unpacked / "rules"
