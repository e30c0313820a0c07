"""Does `ask` say what to ask, save each answer at once, go on where it stopped, and stop when nothing is left?"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from ipt_formulate import Intake, formulate
from ipt_formulate.cli.main import cli
from ipt_formulate.intake import Tri, parse_path

CASES = Path(__file__).parents[2] / "examples" / "cases"
COUPLE = CASES / "husband-and-wife-at-impasse.yaml"


def run(*arguments: Any, lines: list[str] | None = None) -> Result:
    typed = "".join(f"{line}\n" for line in lines) if lines is not None else None
    return CliRunner().invoke(cli, ["ask", *map(str, arguments)], input=typed)


@pytest.fixture
def case(tmp_path: Path) -> Path:
    return Path(shutil.copy(COUPLE, tmp_path / "case.yaml"))


def first_yes_or_no(intake: Path) -> tuple[list[str], str]:
    """The first question that n answers: the lines that leave those before it open, and its path."""
    asked = formulate(intake, engine="reference").next_questions(None, seconds=0).can_change
    at = next(number for number, each in enumerate(asked) if isinstance(parse_path(each.path).item.type, Tri))
    return [""] * at, asked[at].path


def told_at(path: str, intake: Path) -> str | None:
    told: str | None = Intake.from_file(intake).answer(path).value
    return told


def test_json_is_that_of_the_verb() -> None:
    found = run(COUPLE, "--limit", "2", "--seconds", "0", "--format", "json")
    assert found.exit_code == 0
    told = formulate(COUPLE, engine="reference").next_questions(2, seconds=0)
    assert json.loads(found.stdout) == json.loads(told.model_dump_json())


def test_all_names_what_cannot_matter() -> None:
    told = formulate(COUPLE, engine="reference").next_questions(None, seconds=0)
    text = run(COUPLE, "--all", "--seconds", "0", "--format", "md").stdout
    assert text.count("\n- ") >= len(told.cannot_matter)
    assert all(str(number) in text for number in range(1, len(told.can_change) + 1))


def test_each_answer_is_saved_before_the_next_question(case: Path) -> None:
    before, path = first_yes_or_no(case)
    assert told_at(path, case) is None
    found = run(case, "--interactive", lines=[*before, "n"])
    assert found.exit_code == 0
    assert "Stopped." in found.stderr
    assert told_at(path, case.with_suffix(".answered.yaml")) == "no"
    assert case.read_bytes() == COUPLE.read_bytes()
    assert not [each for each in case.parent.iterdir() if each.name.endswith(".part")]


def test_it_goes_on_where_it_stopped(case: Path) -> None:
    open_before, first = first_yes_or_no(case)
    run(case, "--interactive", lines=[*open_before, "N", "D"])
    saved = case.with_suffix(".answered.yaml")
    again = run(case, "--interactive", lines=["r"])
    assert "Going on from" in again.stderr
    intake = Intake.from_file(saved)
    assert told_at(first, saved) == "no"
    before = {path for path in Intake.from_file(COUPLE).paths() if not Intake.from_file(COUPLE).answer(path).known}
    reasons = [intake.answer(path).unknown for path in before if intake.answer(path).unknown != "not_asked"]
    given = [reason for reason in reasons if reason is not None]
    assert given.count("declined") == 1
    assert given.count("do_not_know") == 1 + sum(
        Intake.from_file(COUPLE).answer(path).unknown == "do_not_know" for path in before
    )


def test_answers_of_another_case_are_not_gone_on_with(case: Path) -> None:
    other = Path(shutil.copy(CASES / "widow-with-a-new-role.yaml", case.parent / "other.yaml"))
    found = run(case, "--interactive", "--save", other, lines=["q"])
    assert found.exit_code == 2
    assert "holds another case" in found.stderr
    assert other.read_bytes() == (CASES / "widow-with-a-new-role.yaml").read_bytes()


def test_back_takes_an_answer_away_again(case: Path) -> None:
    before, path = first_yes_or_no(case)
    run(case, "--interactive", lines=[*before, "n", "b"])
    assert told_at(path, case.with_suffix(".answered.yaml")) is None


def test_the_case_itself_is_never_written_to(case: Path) -> None:
    found = run(case, "--interactive", "--save", case, lines=["n"])
    assert found.exit_code == 2
    assert "is the case itself" in found.stderr
    assert case.read_bytes() == COUPLE.read_bytes()


def test_saved_answers_that_are_not_those_of_the_case_are_not_gone_on_with(tmp_path: Path) -> None:
    """Two people without a case id are not one person."""
    one, other = tmp_path / "one.yaml", tmp_path / "other.yaml"
    one.write_text("episode: {diagnosis: mdd}\nsafety: {mania: no}\n", encoding="utf-8")
    other.write_text("episode: {diagnosis: mdd}\nsafety: {mania: yes}\n", encoding="utf-8")
    found = run(one, "--interactive", "--save", other, lines=["q"])
    assert found.exit_code == 2
    assert "safety.mania differs" in found.stderr


def test_a_folder_that_is_missing_is_told_before_anything_is_asked(case: Path) -> None:
    found = run(case, "--interactive", "--save", case.parent / "nowhere" / "x.yaml", lines=["n"])
    assert found.exit_code == 3
    assert "cannot be written" in found.stderr


def test_a_line_from_a_pipe_that_is_no_answer_ends_it(case: Path) -> None:
    """The next line is meant for another question; what was answered before is kept."""
    before, path = first_yes_or_no(case)
    found = run(case, "--interactive", lines=[*before, "n", "zzz-secret", "y"])
    assert found.exit_code == 2
    assert "is no answer to it" in found.stderr
    assert "zzz-secret" not in found.stdout + found.stderr
    assert told_at(path, case.with_suffix(".answered.yaml")) == "no"


def test_a_line_of_thousands_of_digits_is_no_answer(case: Path) -> None:
    assert run(case, "--interactive", lines=["9" * 5000]).exit_code == 2


def test_what_is_no_answer_is_refused_and_asked_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ipt_formulate.cli.ask._at_a_terminal", lambda: True)
    file = tmp_path / "empty.yaml"
    file.write_text("episode: {diagnosis: mdd}\n", encoding="utf-8")
    found = run(file, "--interactive", lines=["zzz-secret", "0", "q"])
    assert "is wanted here" in found.stderr
    assert "zzz-secret" not in found.stdout + found.stderr
    assert file.with_suffix(".answered.yaml").exists()


def test_grave_flags_are_said_at_once(tmp_path: Path) -> None:
    file = tmp_path / "empty.yaml"
    file.write_text("episode: {diagnosis: mdd}\n", encoding="utf-8")
    found = run(file, "--interactive", lines=["3", "q"])
    assert "Safety first: " in found.stderr
    assert found.stdout.startswith("Safety first: ")


def test_it_stops_when_the_focus_is_settled() -> None:
    settled = CASES / "mother-died-forty-days-before.yaml"
    assert formulate(settled, engine="reference").focus.settled
    about_danger = [
        each
        for each in formulate(settled, engine="reference").next_questions(None, seconds=0).can_change
        if each.safety
    ]
    found = run(settled, "--interactive", "--save", "never.yaml", lines=[""] * len(about_danger))
    assert "The focus is settled" in found.stderr
    assert not Path("never.yaml").exists()


def test_whoever_leaves_everything_open_is_asked_each_question_once(tmp_path: Path) -> None:
    file = tmp_path / "empty.yaml"
    file.write_text("episode: {diagnosis: none}\n", encoding="utf-8")
    found = formulate(file, engine="reference").next_questions(None, seconds=0)
    about_danger = [each for each in found.can_change if each.safety]
    told = run(file, "--interactive", lines=[""] * (found.open + 20))
    assert found.settled
    assert told.stderr.count(" > ") == len(about_danger)
    assert "The focus is settled" in told.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("nowhere.yaml",), 3, "there is no such file"),
        ((COUPLE, "--limit", "0"), 2, "not in the range"),
        ((COUPLE, "--save", "x.yaml"), 2, "--save goes with --interactive"),
        ((COUPLE, "--profile", "clasic"), 2, "classic"),
        ((COUPLE, "--interactive", "--save", "/nowhere/x.yaml"), 3, "cannot be written"),
    ],
)
def test_what_is_wrong_is_said(arguments: tuple[Any, ...], code: int, said: str) -> None:
    found = run(*arguments, lines=["0"])
    assert found.exit_code == code
    assert said in found.stderr
