"""Is a result plain data that says what it is: the same twice, there and back, in ordinal words only?"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from ipt_formulate.explain import Formulation, formulate
from ipt_formulate.formulation import formulate as making
from ipt_formulate.formulation.standing import WORDS
from ipt_formulate.rulebook.canonical import sha256
from tests.properties.case import book
from tests.properties.drawn import CASES, EXAMPLES, Case

ROOT = Path(__file__).parents[2]
NOT_ORDINAL = re.compile(
    r"%|per ?cent|probabilit|likelihood|\bodds\b|chances? (of|that|is|are)|\bscore of\b", re.IGNORECASE
)
FEW = settings(max_examples=40)


def _formulation(case: Case) -> Formulation:
    return formulate(case.intake, rulebook=book(), engine="reference")


@FEW
@given(CASES)
def test_a_formulation_survives_json(case: Case) -> None:
    """There and back gives an equal formulation, and the same text again."""
    formulation = _formulation(case)
    text = formulation.model_dump_json()
    again = Formulation.model_validate_json(text)
    assert again == formulation
    assert again.model_dump_json() == text
    assert json.loads(text) == formulation.model_dump(mode="json")


@FEW
@given(CASES)
def test_formulate_is_deterministic(case: Case) -> None:
    """Twice the same but for the time, which lies outside the digest of the result."""
    first, second = _formulation(case), _formulation(case)
    assert _timeless(first) == _timeless(second)
    assert sha256(first.model_dump(mode="json", exclude={"receipt"})) == first.receipt.result_sha256


def test_the_time_of_a_receipt_lies_outside_its_digest(monkeypatch: pytest.MonkeyPatch) -> None:
    """A year later the digests of intake, rulebook and result are the same, and only the time differs."""

    class Later(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> datetime:  # type: ignore[override]
            return datetime(2031, 5, 4, 3, 2, 1, tzinfo=UTC)

    file = EXAMPLES / "widow-with-a-new-role.yaml"
    now = formulate(file, engine="reference").receipt
    monkeypatch.setattr(making, "datetime", Later)
    later = formulate(file, engine="reference").receipt
    assert later.time == "2031-05-04T03:02:01+00:00"
    assert later.model_copy(update={"time": now.time}) == now


def test_no_result_hangs_on_the_hashes_of_a_process() -> None:
    """Processes that hash text differently give the same bytes for the same cases."""
    program = (
        "import sys; from ipt_formulate import formulate\n"
        "for path in sys.argv[1:]: print(formulate(path, engine='reference').model_dump_json(exclude={'receipt'}))"
    )
    files = [str(path) for path in sorted(EXAMPLES.glob("*.yaml"))]
    outputs = {
        subprocess.run(
            [sys.executable, "-c", program, *files],
            cwd=ROOT, env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=True,
        ).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    assert len(outputs) == 1


@FEW
@given(CASES)
def test_only_ordinal_words_outside(case: Case) -> None:
    """Standings are the five words; no text for people speaks of percents, odds or probabilities."""
    formulation = _formulation(case)
    for each in formulation.candidates:
        assert {each.standing.worst, each.standing.best, each.standing.lean} <= set(WORDS)
    shown = [formulation.summary(), formulation.explain(), formulation.to_markdown(), formulation.notice]
    shown += [each.text for each in (*formulation.advice, *formulation.fit.notes)]
    shown += [line for flag in formulation.flags for line in flag.because]
    for text in shown:
        assert not NOT_ORDINAL.search(text), NOT_ORDINAL.search(text)


def test_patient_words_never_say_deficit() -> None:
    """No label for text that a patient may see says "deficit", nor do the labels that are shown by default."""
    words = book().words
    patient = [text for path, text in _texts(words) if "patient" in path]
    assert patient
    labels = [area["label"] for area in words["areas"].values()] + [area["plain"] for area in words["areas"].values()]
    assert not [text for text in (*patient, *labels) if "deficit" in text.lower()]


def _texts(told: Any, path: tuple[str, ...] = ()) -> list[tuple[tuple[str, ...], str]]:
    if isinstance(told, str):
        return [(path, told)]
    if isinstance(told, Mapping):
        return [found for key, value in told.items() for found in _texts(value, (*path, str(key)))]
    return []


def _timeless(formulation: Formulation) -> dict[str, Any]:
    told = formulation.model_dump(mode="json")
    told["receipt"].pop("time")
    return told
