"""Does the engine say of each published case what we recorded, and where does that differ from the source's label?

The table that is printed holds engine against label for all of them. A label is one author's choice; no rule is bent
to meet it, and each difference stands in published.yaml with its reason.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest

from ipt_formulate.analysis.expectations import expectations_of
from ipt_formulate.formulation.formulate import Work, conclude
from ipt_formulate.formulation.result import Result
from ipt_formulate.intake import Intake
from ipt_formulate.reading import Fault, read_file
from ipt_formulate.rulebook import Rulebook
from ipt_formulate.rulebook.form import Form

FOLDER = Path(__file__).parents[2] / "examples" / "cases" / "published"
LABELS: dict[str, dict[str, Any]] = read_file(FOLDER / "labels.yaml").data
RECORDED = read_file(Path(__file__).with_name("published.yaml"))


@cache
def _book() -> Rulebook:
    return Rulebook.load()


@cache
def _result(case: str) -> tuple[Result, Work]:
    return conclude(Intake.from_file(FOLDER / f"{case}.yaml"), _book(), "reference")


def _said(case: str) -> str:
    """What the engine proposes, in a few words."""
    focus = _result(case)[0].focus
    if focus.primary is not None:
        return f"{focus.primary.area} ({focus.primary.situation or 'with whom is a tie'})"
    areas = list(dict.fromkeys(place.area for place in focus.tied))
    return f"{focus.status}: {' = '.join(areas)}" if areas else focus.status


def _agrees(case: str) -> bool:
    primary = _result(case)[0].focus.primary
    return primary is not None and primary.area == LABELS[case]["label"]["primary"]


def test_every_intake_has_its_label_and_its_record() -> None:
    files = {file.stem for file in FOLDER.glob("*.yaml")} - {"labels"}
    assert files == set(LABELS) == set(RECORDED.data)
    for case in files:
        assert Intake.from_file(FOLDER / f"{case}.yaml").case_id == case


@pytest.mark.parametrize("case", LABELS)
def test_published_case(case: str) -> None:
    faults: list[Fault] = []
    form = Form(RECORDED, (case,), faults)
    result, work = _result(case)
    agrees = form.text("agrees") == "yes"
    reason = form.text("reason", required=not agrees)
    wrong = [
        f"{each.name}: recorded {each.wanted}; found {found}"
        for each in expectations_of(form.sub("expect"), _book())
        for found, met in [each.look(result, work)]
        if not met
    ]
    form.close()
    assert not faults, "\n".join(fault.headline() for fault in faults)
    assert not wrong, "\n".join(wrong)
    assert _agrees(case) is agrees, f"engine: {_said(case)}; label: {LABELS[case]['label']['primary']}; {reason}"


def test_table_of_engine_against_label(capsys: pytest.CaptureFixture[str]) -> None:
    lines = [f"{'case':42} {'label':17} {'':3} engine"]
    for case, entry in LABELS.items():
        lines.append(f"{case:42} {entry['label']['primary']:17} {'yes' if _agrees(case) else 'NO':3} {_said(case)}")
    agreeing = sum(_agrees(case) for case in LABELS)
    lines.append(f"{agreeing} of {len(LABELS)} lead with the label's area; far too few cases to call that an accuracy")
    with capsys.disabled():
        print("", *lines, sep="\n")
    assert agreeing == sum(RECORDED.data[case]["agrees"] == "yes" for case in LABELS)
