"""Where do the rules of this library lie? In one of two places, decided by one test, and never anywhere else.

A folder called ``rules`` is a common thing: one lying in site-packages, in the working directory or beside a vendored
copy of the package must never be read as clinical rules. So the working directory, the environment and ``sys.path``
play no part here.
"""

import tomllib
from pathlib import Path

_PROJECT = "ipt-formulate"


def rules_directory() -> Path:
    """The folder with the rulebook that belongs to this copy of the library.

    In a checkout (also one installed with ``pip install -e``) it is the ``rules/`` of the checkout, so that an edited
    rule counts at once; in every other installation it is the copy inside the package.

    Raises:
        FileNotFoundError: that folder does not exist; the message says which one was expected and what to do.
    """
    package = Path(__file__).resolve().parent.parent
    above = package.parent
    if _is_this_project(above / "pyproject.toml"):
        rules = above / "rules"
        remedy = "this checkout is incomplete: restore its rules/ folder"
    else:
        rules = package / "rules"
        remedy = "the installation is incomplete: install the package again"
    if not rules.is_dir():
        raise FileNotFoundError(
            f"no rules at {rules}; {remedy}, or name a rulebook yourself (--rules DIR, Rulebook.load(DIR))"
        )
    return rules


def _is_this_project(pyproject: Path) -> bool:
    """Whether the file is there and describes this very project; one that cannot be read is somebody else's."""
    try:
        with pyproject.open("rb") as file:
            project = tomllib.load(file).get("project")
    except (OSError, ValueError):  # ValueError: not TOML, or not UTF-8
        return False
    return isinstance(project, dict) and project.get("name") == _PROJECT
