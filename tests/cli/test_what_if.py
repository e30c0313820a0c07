"""Does `what-if` say what would change, or what would lead elsewhere, and refuse what it cannot read?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from ipt_formulate import Intake, formulate
from ipt_formulate.cli.main import cli
from ipt_formulate.explain.search import Search

CASES = Path(__file__).parents[2] / "examples" / "cases"
COUPLE = CASES / "husband-and-wife-at-impasse.yaml"
WIDOW = CASES / "widow-with-a-new-role.yaml"


def run(*arguments: Any) -> Result:
    return CliRunner().invoke(cli, ["what-if", *map(str, arguments)])


# -- some answers otherwise -----------------------------------------------------------------------------------------


def test_the_difference_is_that_of_the_verb() -> None:
    found = run(COUPLE, "--set", "conflicts[wife].relationship=ended", "--format", "json")
    assert found.exit_code == 0
    told = formulate(COUPLE, engine="reference").what_if({"conflicts[wife].relationship": "ended"})
    assert json.loads(found.stdout) == json.loads(told.model_dump_json())


def test_text_names_the_answer_and_what_turns() -> None:
    text = " ".join(run(COUPLE, "--set", "conflicts[wife].relationship=ended").stdout.split())
    assert "Ended. It is: current." in text
    assert "would be: dissolution" in text
    assert run(COUPLE, "--set", "conflicts[wife].relationship=ended", "--format", "md").stdout.startswith("# What if")


def test_values_are_read_as_in_an_intake() -> None:
    """`yes` stays text; a lag is a map in YAML or JSON; a member has its own path; no value is no answer."""
    settings = {
        "conflicts[wife].betrayal=yes": ("conflicts[wife].betrayal", "yes"),
        "conflicts[wife].refusals=2": ("conflicts[wife].refusals", 2),
        'conflicts[wife].started={"before_onset": {"days": 40}}': (
            "conflicts[wife].started",
            {"before_onset": {"days": 40}},
        ),
        "conflicts[wife].started={before_onset: {days: 40}}": (
            "conflicts[wife].started",
            {"before_onset": {"days": 40}},
        ),
        "conflicts[wife].feelings.hurt=no": ("conflicts[wife].feelings.hurt", "no"),
        "changes[from=wife].managing=1": None,
        "conflicts[wife].refusals=": ("conflicts[wife].refusals", None),
        "episode.happened_before=it = all of it": ("episode.happened_before", "given"),
    }
    for setting, told in settings.items():
        found = run(COUPLE, "--set", setting, "--format", "json")
        assert found.exit_code == 0, (setting, found.stderr)
        change = json.loads(found.stdout)["changes"][0]
        if told is not None:
            assert (change["path"], change["after"]) == told


def test_several_changes_are_one_case() -> None:
    found = run(COUPLE, "--set", "wishes.most_tied_to=second_child", "--set", "wishes.wants_to_work_on=second_child")
    assert "The focus would be role transition" in " ".join(found.stdout.split())


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("conflicts[wife].opennes=overt", "did you mean 'conflicts[wife].openness'?"),
        ("conflicts[wief].openness=overt", "did you mean 'conflicts[wife].openness'?"),
        ("openness", "PATH=VALUE"),
    ],
)
def test_an_unknown_path_is_a_wrong_call(setting: str, said: str) -> None:
    found = run(COUPLE, "--set", setting)
    assert found.exit_code == 2
    assert said in found.stderr


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("conflicts[wife].openness=SECRET", "conflicts[wife].openness"),
        ("changes[second_child].managing=99", "changes[second_child].managing"),
        ("conflicts[wife].started={before_onset:", "conflicts[wife].started"),
        ("conflicts[wife].started=&a 2026", "anchors are not read"),
        ("conflicts[wife].started=!!python/object:os.system SECRET", "tags are not read"),
    ],
)
def test_an_impossible_value_is_bad_input(setting: str, said: str) -> None:
    found = run(COUPLE, "--set", setting)
    assert found.exit_code == 3
    assert said in found.stderr
    assert "SECRET" not in found.output


def test_a_path_that_is_none_is_not_repeated() -> None:
    found = run(COUPLE, "--set", "My secret\x1b[31m story=1")
    assert found.exit_code == 2
    assert "secret" not in found.output
    assert "\x1b" not in found.output


def test_the_same_path_twice_is_a_wrong_call() -> None:
    path = "conflicts[wife].openness"
    found = run(COUPLE, "--set", f"{path}=overt", "--set", f"{path}=covert")
    assert found.exit_code == 2
    assert f"{path} twice" in found.stderr


def test_one_of_the_two_is_asked_for() -> None:
    assert run(COUPLE).exit_code == 2
    assert run(COUPLE, "--set", "wishes.most_tied_to=none", "--until", "no tie").exit_code == 2


def test_a_faulty_case_is_bad_input(tmp_path: Path) -> None:
    file = tmp_path / "case.yaml"
    file.write_text("losses: 3\n", "utf-8")
    assert run(file, "--until", "no tie").exit_code == 3
    assert run(tmp_path / "none.yaml", "--until", "no tie").exit_code == 3


def test_labels_cannot_act(tmp_path: Path) -> None:
    case = {"conflicts": [{"id": "one", "label": "<b>*x*</b>\u202e", "relation": "partner"}]}
    file = tmp_path / "case.json"
    file.write_text(json.dumps(case), "utf-8")
    assert Intake.from_file(file)
    for how in ("md", "text"):
        found = run(file, "--set", "conflicts[one].expectations_fit=clash", "--format", how)
        assert found.exit_code == 0
        assert "\u202e" not in found.stdout
    assert "<b>" not in run(file, "--set", "conflicts[one].expectations_fit=clash", "--format", "md").stdout


# -- until ----------------------------------------------------------------------------------------------------------


def test_the_smallest_changes_are_those_of_the_verb() -> None:
    found = run(WIDOW, "--until", "grief leads", "--format", "json")
    assert found.exit_code == 0
    told = formulate(WIDOW, engine="reference").smallest_changes("grief leads")
    assert json.loads(found.stdout) == json.loads(told.model_dump_json())
    text = run(WIDOW, "--until", "grief leads").stdout
    assert "WITH ONE CHANGE" in text
    assert "Every set of at most two changes was looked at." in " ".join(text.split())


def test_what_cannot_be_reached_is_said() -> None:
    assert "No change leads there." in run(COUPLE, "--until", "grief leads").stdout
    assert "It is so already." in run(COUPLE, "--until", "role_dispute leads").stdout


@pytest.mark.parametrize(
    ("aim", "near"), [("greif leads", "grief leads"), ("stage of wife is impase", "stage of wife is impasse")]
)
def test_an_unknown_aim_is_a_wrong_call(aim: str, near: str) -> None:
    found = run(COUPLE, "--until", aim)
    assert found.exit_code == 2
    assert near in found.stderr


def test_no_time_is_an_honest_answer() -> None:
    found = run(WIDOW, "--until", "grief leads", "--seconds", "0")
    assert found.exit_code == 1
    assert "Not even every single change was looked at." in " ".join(found.stdout.split())
    assert json.loads(run(WIDOW, "--until", "grief leads", "--seconds", "0", "--format", "json").stdout)["stopped"] == (
        "time"
    )


def test_an_interruption_keeps_what_was_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(self: Search, size: int) -> bool:
        raise KeyboardInterrupt

    monkeypatch.setattr(Search, "_larger", interrupted)
    found = run(WIDOW, "--until", "grief leads")
    assert found.exit_code == 1
    text = " ".join(found.stdout.split())
    assert "WITH ONE CHANGE" in text
    assert "Stopped before it was finished. Every set of at most one change was looked at" in text


def test_progress_goes_to_no_pipe() -> None:
    assert run(WIDOW, "--until", "grief leads").stderr == ""
