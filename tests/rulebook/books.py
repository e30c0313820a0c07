"""How does a test get a small rulebook of its own?

`tests/broken/base` is a small rulebook without a fault. A test copies it, lays other files over it, and loads the copy.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path

from ipt_formulate.reading import Fault
from ipt_formulate.rulebook import Rulebook, RulebookError

BROKEN = Path(__file__).parents[1] / "broken"
BASE = BROKEN / "base"


def laid_over(folder: Path, over: Path | Mapping[str, str] | None = None, *, without: Iterable[str] = ()) -> Path:
    """The base in a folder, with the files of another folder (or texts by file name) laid over it."""
    shutil.copytree(BASE, folder)
    if isinstance(over, Path):
        shutil.copytree(over, folder, dirs_exist_ok=True)
    for name, text in over.items() if isinstance(over, Mapping) else ():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    for name in without:
        (folder / name).unlink()
    return folder


def faults_of(folder: Path, *, profile: str = "classic") -> tuple[Fault, ...]:
    """The faults of a rulebook; none if it loads."""
    try:
        Rulebook.load(folder, profile=profile)
    except RulebookError as error:
        return error.faults
    return ()


def place_in(fault: Fault, folder: Path) -> str:
    """Where a fault is, below the folder of its rulebook."""
    return str(fault.place).removeprefix(f"{folder.resolve()}/") if fault.place is not None else "-"


def rule_text(
    rule_id: str,
    *,
    about: str = "loss",
    blocks: str = "{died: {kind: death_of_person}}",
    when: str | None = "died",
    then: str = "{opposes: grief}",
    because: str = "somebody died",
    label: str = "OI",
    sources: str = "[OI]",
    cases: str = "{unknown: [{}]}",
    more: str = "",
) -> str:
    """A rule file, right but for what the test says."""
    lines = [
        f"id: {rule_id}",
        "title: A rule of a test",
        "knowledge: [K-GRIEF-01]",
        "spec: 1",
        "revision: 1",
        f"about: {about}",
        f"blocks: {blocks}" if blocks else "",
        f"when: {when}" if when else "",
        f"then: {then}",
        f'because: "{because}"',
        f"basis: {{label: {label}, sources: {sources}}}",
        "status: draft",
        f"cases: {cases}",
        more,
    ]
    return "\n".join(line for line in lines if line) + "\n"
