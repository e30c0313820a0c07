"""Does every whole case below rules/cases come out as its file says, on both engines?

The default path compares every verdict of the two and refuses to go on if one differs. Where durable-rules cannot be
imported the reference engine alone is asked.
"""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path

import pytest

from ipt_formulate.analysis.whole_cases import WholeOutcome, run_whole_case
from ipt_formulate.rulebook import Rulebook

CASES = Path(__file__).parents[2] / "rules" / "cases"
FILES = sorted(CASES.rglob("*.yaml"))


@cache
def _book() -> Rulebook:
    return Rulebook.load()


@cache
def _books() -> dict[str, Rulebook]:
    return {_book().profile.name: _book()}


def _report(outcome: WholeOutcome) -> str:
    lines = [f"{outcome.id} ({outcome.file.name}) on {', '.join(outcome.engines) or 'no engine'}"]
    lines += [f"  {problem}" for problem in outcome.problems]
    return "\n".join(lines)


@pytest.mark.parametrize("file", FILES, ids=[file.relative_to(CASES).with_suffix("").as_posix() for file in FILES])
def test_whole_case_on_both_engines(file: Path) -> None:
    outcome = run_whole_case(file, _book(), "auto", _books())
    assert outcome.passed, _report(outcome)
    assert outcome.engines == (("durable", "reference") if find_spec("durable") is not None else ("reference",))


def test_a_hundred_whole_intakes_ship() -> None:
    assert len(FILES) >= 100


def test_all_thirty_golden_cases_are_there() -> None:
    names = {file.stem for file in FILES if file.parent.name == "golden"}
    assert names == {f"gc{number:02}" for number in range(1, 31)}


def test_every_case_has_an_id_of_its_own() -> None:
    ids = [line for file in FILES for line in file.read_text(encoding="utf-8").splitlines() if line.startswith("id:")]
    assert len(ids) == len(FILES)
    assert sorted(ids) == sorted(set(ids))
