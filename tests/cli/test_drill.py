"""Does `drill` show no verdict before it has asked, understand numbers and names, and keep nothing unasked?"""

from __future__ import annotations

import json
import stat
from pathlib import Path
from types import SimpleNamespace
from typing import Any, ClassVar

import pytest
from click.testing import CliRunner, Result

from ipt_formulate import formulate
from ipt_formulate.cli.main import cli
from ipt_formulate.explain.facts import case_sheet
from ipt_formulate.explain.trainee import read_trainees
from ipt_formulate.reading import read_file
from tests.explain.cases import cases

ROOT = Path(__file__).parents[2]
CASES = ROOT / "examples" / "cases"
COUPLE = CASES / "husband-and-wife-at-impasse.yaml"
WIDOW = CASES / "published" / "widow-74-among-couples.yaml"
GOLDEN = ROOT / "rules" / "cases" / "golden" / "gc05.yaml"
REVEALED = "beside the engine's"
# Areas: role dispute; focus: role dispute; the wife; impasse; the answers 38 and 46; own words; a rule.
RIGHT = "2\n2\n1\n2\n38 46\nthey never talk\nrole_dispute.clash\n\n"


def run(*arguments: Any, typed: str = "") -> Result:
    return CliRunner().invoke(cli, ["drill", *map(str, arguments), "--seconds", "0"], input=typed)


def trainee_of(found: Result) -> dict[str, Any]:
    assert found.exit_code == 0, found.output
    told: dict[str, Any] = compared(found)[0]["feedback"]["trainee"]
    return told


def compared(found: Result) -> list[dict[str, Any]]:
    """The comparisons of the JSON, whose shape is always the same."""
    told = json.loads(found.stdout)
    assert set(told) == {"format", "comparisons"} and told["format"] == "ipt-formulate.drill/1"
    assert all(set(each) == {"case", "author", "feedback"} for each in told["comparisons"])
    comparisons: list[dict[str, Any]] = told["comparisons"]
    return comparisons


# -- asking ---------------------------------------------------------------------------------------------------------


def test_it_asks_first_and_then_compares() -> None:
    found = run(COUPLE, typed=RIGHT)
    assert found.exit_code == 0
    asked, told = found.stdout.split(REVEALED, 1)
    for question in ("Which areas are present?", "Which focus would you propose?", "What do you go by?"):
        assert question in asked
    assert "At which stage is the dispute with his wife?" in asked
    assert "You agree on the focus: role dispute (his wife)" in " ".join(told.split())
    assert '"they never talk"' in told


def test_answers_go_by_number_or_name() -> None:
    by_number = trainee_of(run(COUPLE, "--format", "json", typed=RIGHT))
    typed = (
        "Role dispute\nrole_dispute\nhis wife\nIMPASSE\n"
        "conflicts[wife].expectations_fit\n46\nthey never talk\nrole_dispute.clash\n\n"
    )
    by_name = trainee_of(run(COUPLE, "--format", "json", typed=typed))
    assert by_number == by_name
    assert by_number["areas"] == ["role_dispute"]
    assert by_number["focus"] == {"status": "proposed", "area": "role_dispute", "situation": "wife"}
    assert by_number["stages"] == {"wife": "impasse"}
    assert [each["item"] or each["text"] or each["rule"] for each in by_number["reasons"]] == [
        "conflicts[wife].expectations_fit",
        "conflicts[wife].how_they_speak",
        "they never talk",
        "role_dispute.clash",
    ]


@pytest.mark.parametrize(
    "typed", ["2,4", "2 4", "2, 4", "2;4", "role dispute, 4", "role dispute; interpersonal_deficits"]
)
def test_several_areas_go_by_numbers_or_names(typed: str) -> None:
    told = trainee_of(run(COUPLE, "--format", "json", typed=f"{typed}\n"))
    assert told["areas"] == ["role_dispute", "interpersonal_deficits"]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("1 9", "There is no “9” here."),
        ("1,9", "There is no “9” here."),
        ("1, greif", "Did you mean grief?"),
        ("1 5", "Either some areas are present, or none of them."),
    ],
)
def test_of_several_areas_the_wrong_one_is_named(typed: str, said: str) -> None:
    found = run(COUPLE, typed=f"{typed}\n")
    assert found.exit_code == 2
    assert said in found.stderr


def test_none_and_ties_can_be_said() -> None:
    told = trainee_of(
        run(COUPLE, "--format", "json", typed="none\na tie, nothing puts one first\nthere is no dispute\n")
    )
    assert told["areas"] == []
    assert told["focus"]["status"] == "tie"
    assert told["stages"] == {"wife": "not_staged"}


def test_loneliness_needs_no_situation() -> None:
    told = trainee_of(run(COUPLE, "--format", "json", typed="4\n4\n3\n"))
    assert told["focus"] == {"status": "proposed", "area": "interpersonal_deficits", "situation": "isolation"}
    assert told["stages"] == {"wife": "dissolution"}


@pytest.mark.parametrize("lines", range(5))
def test_where_the_input_ends_the_rest_was_not_answered(lines: int) -> None:
    typed = "".join(line + "\n" for line in ["2", "2", "1", "2"][:lines])
    told = trainee_of(run(COUPLE, "--format", "json", typed=typed))
    assert (told["areas"] is None) == (lines < 1)
    # An area without its situation is no answer yet.
    assert (told["focus"] is None) == (lines < 3)
    assert (told["stages"] == {}) == (lines < 4)
    assert told["reasons"] == []


def test_an_empty_line_is_no_answer() -> None:
    told = trainee_of(run(COUPLE, "--format", "json", typed="\n\n\n\n"))
    assert (told["areas"], told["focus"], told["stages"], told["reasons"]) == (None, None, {}, [])


@pytest.mark.parametrize(
    ("typed", "near"),
    [
        ("role disputte\n", "role dispute"),
        ("2\ngreif\n", "grief"),
        ("2\n2\nhis wive\n", "his wife"),
        ("2\n2\n1\nimpase\n", "impasse"),
        ("2\n2\n1\n2\nrole_dispute.clashh\n", "role_dispute.clash"),
        ("2\n2\n1\n2\nconflicts[wife].opennes\n", "conflicts[ID].openness"),
        ("9\n", None),
        ("2\n2\n1\n2\n9999\n", None),
    ],
)
def test_from_a_pipe_a_wrong_answer_ends_with_the_nearest(typed: str, near: str | None) -> None:
    found = run(COUPLE, typed=typed)
    assert found.exit_code == 2
    assert REVEALED not in found.output
    if near is not None:
        assert f"Did you mean {near}?" in found.stderr


def test_at_a_terminal_a_wrong_answer_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ipt_formulate.cli.drill._at_a_terminal", lambda: True)
    found = run(COUPLE, "--format", "json", typed="2\n2\n1\nimpase\nimpasse\n\n")
    assert trainee_of(found)["stages"] == {"wife": "impasse"}
    assert "Did you mean impasse?" in found.stderr


def test_what_is_typed_cannot_act() -> None:
    found = run(COUPLE, typed="2\n2\n1\n2\n<b>*x*</b>\x1b[31m \u202e\n")
    assert found.exit_code == 0
    told = found.stdout.split(REVEALED)[1]
    assert "\x1b" not in told
    assert "\u202e" not in told
    assert "<b>" not in run(COUPLE, "--format", "md", typed="2\n2\n1\n2\n<b>x</b>\n").stdout


# -- what is shown first --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["husband-and-wife-at-impasse", "gc13", "flags-before-anything-else"])
def test_the_case_is_shown_whole_and_without_a_verdict(name: str) -> None:
    formulation = formulate(cases()[name], engine="reference")
    intake = formulation.work.intake
    sheet = case_sheet(name, formulation.work)
    known = [path for path in intake.paths() if intake.answer(path).known and not path.startswith("clinician.")]
    assert [each for each in sheet.paths() if intake.answer(each).known] == known
    text = sheet.in_words()
    assert sheet.safety == ()
    for word in ("manual-stated", "settled", "provisional", "rules", "Safety first"):
        assert word not in text
    assert all(len(line) <= 80 for line in text.splitlines() if " " in line.strip())


def test_the_clinicians_rating_is_not_shown(tmp_path: Path) -> None:
    case = {
        "losses": [{"id": "one", "kind": "death_of_person"}],
        "clinician": {"focus_area": "grief", "focus_situation": "one"},
    }
    file = tmp_path / "case.json"
    file.write_text(json.dumps(case), "utf-8")
    found = run(file)
    assert "linician" not in found.stdout.split(REVEALED)[0]


def test_a_published_case_shows_its_story_first_and_its_authors_label_last() -> None:
    found = run(WIDOW, typed="1\n1\n1\n")
    asked, told = found.stdout.split(REVEALED, 1)
    flat = " ".join(asked.split())
    assert "husband of 45 years died six months ago" in flat
    assert "Unresolved grief appears" not in flat
    told = " ".join(told.split())
    assert "WHAT THE AUTHOR OF THE CASE WROTE The author's label: grief." in told
    assert "Unresolved grief appears to be linked" in told
    shown = compared(run(WIDOW, "--format", "json", typed="1\n1\n1\n"))
    assert shown[0]["author"]["label"]["primary"] == "grief"


def test_an_authors_label_cannot_act(tmp_path: Path) -> None:
    (tmp_path / "case.json").write_text("{}", "utf-8")
    (tmp_path / "labels.yaml").write_text('case: {citation: c, label: {primary: "zz **q** <b>"}}\n', "utf-8")
    found = run(tmp_path / "case.json", "--format", "md")
    assert "The author's label: zz" in found.stdout
    assert "**q**" not in found.stdout
    assert "<b>" not in found.stdout


def test_a_golden_case_can_be_drilled_and_keeps_its_expectation_to_itself() -> None:
    found = run(GOLDEN, typed="2\n")
    assert found.exit_code == 0
    asked = found.stdout.split(REVEALED)[0]
    golden = read_file(GOLDEN).data
    assert golden["title"] in " ".join(asked.split())
    assert "expect" not in asked.replace("expectations", "").replace("expect of", "")


def test_a_labels_file_that_is_none_is_bad_input(tmp_path: Path) -> None:
    (tmp_path / "case.json").write_text("{}", "utf-8")
    (tmp_path / "labels.yaml").write_text("case: {label: SECRET}\n", "utf-8")
    found = run(tmp_path / "case.json")
    assert found.exit_code == 3
    assert "labels.yaml:1:" in found.stderr
    assert "SECRET" not in found.output
    (tmp_path / "labels.yaml").write_text("other: {label: SECRET}\n", "utf-8")
    assert run(tmp_path / "case.json").exit_code == 0


@pytest.mark.parametrize("entry", ["SECRET", "[SECRET]", "3", "{citation: c, label: SECRET}"])
def test_an_entry_of_the_labels_that_is_none_is_told_with_its_line(entry: str, tmp_path: Path) -> None:
    (tmp_path / "case.json").write_text('{"case_id": "another"}', "utf-8")
    (tmp_path / "labels.yaml").write_text(f"first: {{label: 3}}\ncase: {entry}\n", "utf-8")
    found = run(tmp_path / "case.json")
    assert found.exit_code == 3
    assert "labels.yaml:2:" in found.stderr
    assert "`stated_as`" in found.stderr
    assert "SECRET" not in found.output


# -- several, files, formats ----------------------------------------------------------------------------------------


def test_several_cases_are_asked_one_after_the_other() -> None:
    found = run(WIDOW, COUPLE, "--format", "json", typed="1\n1\n1\n\n" + RIGHT)
    told = compared(found)
    assert [each["case"] for each in told] == ["widow-74-among-couples", "husband-and-wife-at-impasse"]
    assert told[1]["feedback"]["trainee"]["stages"] == {"wife": "impasse"}


def test_what_is_saved_is_read_again(tmp_path: Path) -> None:
    file = tmp_path / "mine.json"
    found = run(COUPLE, "--save", file, "--format", "json", typed=RIGHT)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [file]
    again = run(COUPLE, "--answers", file, "--format", "json")
    first, second = (compared(each)[0]["feedback"] for each in (found, again))
    assert second["trainee"].pop("name") == "mine"
    first["trainee"].pop("name")
    assert first == second
    assert read_trainees(file)[0].case == "husband-and-wife-at-impasse"


def test_nothing_is_saved_unasked_or_overwritten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(COUPLE, typed=RIGHT).exit_code == 0
    assert list(tmp_path.iterdir()) == []
    there = tmp_path / "there.json"
    there.write_text("mine", "utf-8")
    assert run(COUPLE, "--save", there, typed=RIGHT).exit_code == 2
    assert there.read_text("utf-8") == "mine"
    assert run(COUPLE, "--save", tmp_path / "x.txt", typed=RIGHT).exit_code == 2


def test_a_folder_that_is_not_there_is_told_before_anything_is_asked(tmp_path: Path) -> None:
    found = run(COUPLE, "--save", tmp_path / "none" / "x.json", typed=RIGHT)
    assert found.exit_code == 3
    assert found.stdout == ""
    assert "cannot be written" in found.stderr


@pytest.mark.parametrize(("stop", "code"), [(KeyboardInterrupt, 1), (SystemExit, 143)])
@pytest.mark.parametrize("lines", [0, 1, 3])
def test_what_was_answered_before_a_stop_is_kept(
    stop: type[BaseException], code: int, lines: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Typed:
        left: ClassVar = ["2\n", "2\n", "1\n"][:lines]

        def readline(self) -> str:
            if not self.left:
                raise stop(143)
            return self.left.pop(0)

        def isatty(self) -> bool:
            return True

    monkeypatch.setattr("ipt_formulate.cli.interview.sys", SimpleNamespace(stdin=Typed()))
    file = tmp_path / "mine.json"
    found = run(COUPLE, "--save", file)
    assert found.exit_code == code
    assert REVEALED not in found.output
    # Somebody who answered nothing yet can begin again under the same name.
    assert file.exists() == (lines > 0)
    assert (f"Your answers are in {file}." in found.stderr) == (lines > 0)
    if lines:
        kept = read_trainees(file)[0]
        assert kept.areas == ("role_dispute",)
        assert (kept.focus is None) == (lines < 3)


def test_two_cases_of_one_name_are_refused_with_both_files(tmp_path: Path) -> None:
    one, two = tmp_path / "one.json", tmp_path / "two.json"
    one.write_text('{"case_id": "same"}', "utf-8")
    two.write_text('{"case_id": "same", "losses": []}', "utf-8")
    found = run(one, two)
    assert found.exit_code == 2
    assert str(one) in found.stderr
    assert str(two) in found.stderr


def test_a_golden_case_that_names_a_profile_keeps_it_and_says_so(tmp_path: Path) -> None:
    file = tmp_path / "gc05.yaml"
    file.write_text(GOLDEN.read_text("utf-8") + "\nprofile: classic\n", "utf-8")
    told = "keeps its own profile, classic"
    assert told in run(file, "--profile", "who_group", typed="2\n").stderr
    assert told not in run(file, "--profile", "classic", typed="2\n").stderr
    assert "own profile" not in run(GOLDEN, "--profile", "who_group", typed="2\n").stderr


def test_a_class_is_marked_in_one_go(tmp_path: Path) -> None:
    file = tmp_path / "class.yaml"
    file.write_text(
        "- {name: Ada, case: husband-and-wife-at-impasse, focus: 'role_dispute:wife', stages: {his wife: impasse}}\n"
        "- {name: Ben, case: widow-74-among-couples, areas: [grief], focus: grief}\n",
        "utf-8",
    )
    found = run(COUPLE, WIDOW, "--answers", file)
    assert found.exit_code == 0
    assert found.stdout.startswith("Ada: your reading of husband-and-wife-at-impasse")
    assert "Ben: your reading of widow-74-among-couples" in found.stdout
    assert "Which areas are present?" not in found.stdout
    told = compared(run(COUPLE, WIDOW, "--answers", file, "--format", "json"))
    assert [each["feedback"]["trainee"]["name"] for each in told] == ["Ada", "Ben"]


def test_every_wrong_name_of_a_class_is_told_before_anything_is_compared(tmp_path: Path) -> None:
    file = tmp_path / "class.yaml"
    file.write_text(
        "- {name: Ada, case: husband-and-wife-at-impase}\n"
        "- {name: Ben, focus: greif}\n"
        "- {name: Cleo, case: husband-and-wife-at-impasse, stages: {wief: impasse}}\n",
        "utf-8",
    )
    found = run(COUPLE, "--answers", file)
    assert found.exit_code == 2
    assert found.stdout == ""
    for said in ("number 1", "husband-and-wife-at-impasse", "number 2", "nearest: grief", "number 3", "stage:wife"):
        assert said in found.stderr


def test_every_wrong_name_of_one_trainee_is_told(tmp_path: Path) -> None:
    file = tmp_path / "one.yaml"
    file.write_text(
        "{areas: [role_dispute, gref], focus: role_disputte, stages: {husband: impas},\n"
        " reasons: [{rule: role_disput.clash}, {item: D99}]}\n",
        "utf-8",
    )
    found = run(COUPLE, "--answers", file)
    assert found.exit_code == 2
    for said in ("nearest: grief", "nearest: role_dispute", "stage:husband", "impasse", "role_dispute.clash", "D99"):
        assert said in found.stderr
    assert "flag:" not in found.stderr


def test_answers_of_nobody_and_cases_without_answers_are_told(tmp_path: Path) -> None:
    file = tmp_path / "none.yaml"
    file.write_text("[]\n", "utf-8")
    found = run(COUPLE, "--answers", file)
    assert found.exit_code == 3
    assert "nobody" in found.stderr
    file.write_text("case: husband-and-wife-at-impasse\n", "utf-8")
    assert "No answers are about: widow-74-among-couples." in run(COUPLE, WIDOW, "--answers", file).stderr


def test_of_several_cases_the_answers_say_which(tmp_path: Path) -> None:
    file = tmp_path / "one.yaml"
    file.write_text("areas: [grief]\n", "utf-8")
    assert "say which one" in run(COUPLE, WIDOW, "--answers", file).stderr
    assert run(COUPLE, "--answers", file).exit_code == 0


def test_answers_that_cannot_be_read_are_bad_input(tmp_path: Path) -> None:
    file = tmp_path / "bad.yaml"
    file.write_text("aras: [SECRET]\n", "utf-8")
    found = run(COUPLE, "--answers", file)
    assert found.exit_code == 3
    assert "bad.yaml:1:1" in found.stderr
    assert "SECRET" not in found.output
    assert run(COUPLE, "--answers", tmp_path / "none.yaml").exit_code == 3
    assert run(COUPLE, "--answers", file, "--save", tmp_path / "x.json").exit_code == 2


def test_markdown_is_feedback_alone_on_stdout() -> None:
    found = run(COUPLE, "--format", "md", typed=RIGHT)
    assert found.stdout.startswith("# Your reading of")
    assert "Which areas are present?" in found.stderr


def test_a_case_that_is_none_is_bad_input(tmp_path: Path) -> None:
    assert run(tmp_path / "none.yaml").exit_code == 3
    (tmp_path / "bad.yaml").write_text("losses: 3\n", "utf-8")
    assert run(tmp_path / "bad.yaml").exit_code == 3
