"""Do the files that state the same fact about the project state it alike?"""

import re
import tomllib
from importlib.metadata import metadata
from pathlib import Path

from ruamel.yaml import YAML

from ipt_formulate.version import __version__

ROOT = Path(__file__).resolve().parents[2]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
CITATION = YAML(typ="safe").load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))


def test_the_version_is_said_once_and_quoted_alike() -> None:
    assert PYPROJECT["project"]["dynamic"] == ["version"]
    assert metadata("ipt-formulate")["Version"] == __version__
    assert CITATION["version"] == __version__
    newest = re.search(r"^## \[(\d[^\]]*)\]", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert newest is not None
    assert newest[1] == __version__


def test_the_licence_is_named_alike_and_shipped_in_full() -> None:
    licence = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert PYPROJECT["project"]["license"] == CITATION["license"] == "Apache-2.0"
    assert "END OF TERMS AND CONDITIONS" in licence


def test_the_native_engine_is_pinned_and_left_out_where_it_cannot_be_imported() -> None:
    assert "durable-rules==2.0.28; python_version < '3.13'" in PYPROJECT["project"]["dependencies"]
