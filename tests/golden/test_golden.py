"""Does every whole case below rules/cases come out as its file says, on every engine?"""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path

import pytest

from ipt_formulate.analysis.whole_cases import WholeOutcome, run_whole_case, run_whole_cases
from ipt_formulate.rulebook import Rulebook

CASES = Path(__file__).parents[2] / "rules" / "cases"
FILES = sorted(CASES.rglob("*.yaml"))


@cache
def _book() -> Rulebook:
    return Rulebook.load()


def _report(outcome: WholeOutcome) -> str:
    lines = [f"{outcome.id} ({outcome.file.name}) on {', '.join(outcome.engines) or 'no engine'}"]
    lines += [f"  {problem}" for problem in outcome.problems]
    return "\n".join(lines)


@pytest.mark.parametrize("file", FILES, ids=[file.relative_to(CASES).with_suffix("").as_posix() for file in FILES])
def test_whole_case_on_the_reference_engine(file: Path) -> None:
    outcome = run_whole_case(file, _book(), "reference")
    assert outcome.passed, _report(outcome)


@pytest.mark.skipif(find_spec("durable") is None, reason="durable-rules is not installed here")
def test_whole_cases_on_the_default_engine() -> None:
    outcomes = list(run_whole_cases(_book(), CASES, "auto"))
    wrong = [outcome for outcome in outcomes if not outcome.passed]
    assert not wrong, "\n".join(_report(outcome) for outcome in wrong)
    assert {outcome.engines for outcome in outcomes} == {("durable", "reference")}


def test_all_thirty_golden_cases_are_there() -> None:
    names = {file.stem for file in FILES if file.parent.name == "golden"}
    assert names == {f"gc{number:02}" for number in range(1, 31)}


def test_every_case_has_an_id_of_its_own() -> None:
    ids = [outcome.id for outcome in run_whole_cases(_book(), CASES)]
    assert sorted(ids) == sorted(set(ids))
