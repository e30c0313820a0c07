"""Do the verbs of a formulation give what the modules behind them give?"""

from __future__ import annotations

from pathlib import Path

import pytest

from ipt_formulate import Formulation, formulate
from ipt_formulate.explain.errors import NoCase

CASE = Path(__file__).resolve().parents[2] / "examples" / "cases" / "husband-and-wife-at-impasse.yaml"


def test_what_if_names_the_changed_answer_and_the_rules_it_turned() -> None:
    found = formulate(CASE, engine="reference").what_if({"conflicts[wife].how_they_speak": "calm_talk"})
    assert [(each.path, each.before, each.after) for each in found.changes] == [
        ("conflicts[wife].how_they_speak", "avoid_topic", "calm_talk")
    ]
    assert "stage.talk-has-stopped" in {each.rule for each in found.turned}


def test_smallest_changes_says_what_it_looked_at() -> None:
    found = formulate(CASE, engine="reference").smallest_changes("role_dispute leads", most=1)
    assert found.reached_already
    assert found.sets == ()


def test_verbs_need_the_case() -> None:
    alone = Formulation.model_validate_json(formulate(CASE, engine="reference").model_dump_json())
    with pytest.raises(NoCase):
        alone.what_if({"episode.diagnosis": "mdd"})
