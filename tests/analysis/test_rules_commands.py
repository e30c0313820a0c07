"""Do the commands of the rulebook say what they found, and end with the right code?"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ipt_formulate.analysis.lock import LOCK_FILE
from ipt_formulate.cli.main import cli
from tests.rulebook.books import BROKEN, laid_over, rule_text

COMMANDS = ("check", "test", "list", "show", "coverage", "schema", "lock", "pages")


def run(*arguments: str | Path) -> Result:
    """The command with these arguments."""
    return CliRunner().invoke(cli, ["rules", *(str(each) for each in arguments)])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small rulebook without a finding."""
    return laid_over(tmp_path / "rules")


@pytest.fixture
def likely(tmp_path: Path) -> Path:
    """A small rulebook with one error."""
    cases = (
        "{fires: [{kind: death_of_person}], holds: [{kind: loss_of_job}], unknown: [{}], near: [{kind: loss_of_job}]}"
    )
    return laid_over(tmp_path / "rules", {"grief/a.yaml": rule_text("grief.a", because="50% likely", cases=cases)})


# -- check ----------------------------------------------------------------------------------------------------------


def test_check_of_a_clean_rulebook_ends_well(folder: Path) -> None:
    result = run("check", "--rules", folder)
    assert (result.exit_code, result.output) == (0, "10 rules: 0 errors, 0 warnings, 0 hints\n")


def test_check_of_a_finding_ends_with_one_and_says_where(likely: Path) -> None:
    result = run("check", "--rules", likely)
    assert result.exit_code == 1
    assert f"{likely}/grief/a.yaml:10:10: error: grief.a: says `likely`" in result.output
    assert "2 errors" in result.output


def test_hints_fail_nothing(folder: Path) -> None:
    died = folder / "grief" / "died.yaml"
    died.write_text(died.read_text(encoding="utf-8").replace(", blocked_by: [someone_died]", ""), encoding="utf-8")
    result = run("check", "--rules", folder)
    assert result.exit_code == 0
    assert result.output.endswith("[reasons_untested]\n10 rules: 0 errors, 0 warnings, 1 hint\n")


def test_check_of_a_broken_rulebook_ends_with_four_and_lists_every_fault(tmp_path: Path) -> None:
    broken = laid_over(tmp_path / "rules", BROKEN / "ten-faults-at-once")
    result = run("check", "--rules", broken)
    assert result.exit_code == 4
    assert len(result.output.splitlines()) == 13
    assert "grief/first.yaml:12:7" in result.output
    assert "did you mean 'marked_yearning'?" in result.output


def test_check_finds_faults_of_other_profiles(tmp_path: Path) -> None:
    broken = laid_over(tmp_path / "rules", {"profiles/wide.yaml": "name: wide\nsettings: {scop: wide}\n"})
    result = run("check", "--rules", broken)
    assert result.exit_code == 4
    assert "[R245]" in result.output


def test_check_of_no_folder_ends_with_four(tmp_path: Path) -> None:
    assert run("check", "--rules", tmp_path / "nowhere").exit_code == 4


def test_findings_and_faults_as_json(likely: Path, tmp_path: Path) -> None:
    told = json.loads(run("check", "--rules", likely, "--format", "json").output)
    assert told["faults"] == []
    assert told["findings"][0] == {
        "lint": "probability_words",
        "severity": "error",
        "file": f"{likely}/grief/a.yaml",
        "line": 10,
        "column": 10,
        "rule": "grief.a",
        "path": "because",
        "message": "says `50%`, which sounds like a probability",
    }
    broken = laid_over(tmp_path / "broken", BROKEN / "block-never-used")
    (fault,) = json.loads(run("check", "--rules", broken, "--format", "json").output)["faults"]
    assert (fault["code"], fault["lint"], fault["line"], fault["column"]) == ("R315", "block_never_used", 9, 3)


def test_findings_and_faults_as_annotations(likely: Path, tmp_path: Path) -> None:
    result = run("check", "--rules", likely, "--format", "github")
    assert result.exit_code == 1
    assert (
        f"::error file={likely}/grief/a.yaml,line=10,col=10,title=probability_words::grief.a: says `50%25`"
        in result.output
    )
    broken = laid_over(tmp_path / "broken", BROKEN / "block-never-used")
    (line,) = run("check", "--rules", broken, "--format", "github").output.splitlines()
    assert line.startswith(f"::error file={broken}/grief/idle.yaml,line=9,col=3,title=block_never_used::$.blocks.idle")


# -- test -----------------------------------------------------------------------------------------------------------


def test_cases_that_pass_end_well(folder: Path) -> None:
    result = run("test", "--rules", folder)
    assert result.exit_code == 0, result.output
    assert result.output.endswith(" cases, 0 failed\n")


def test_a_case_that_fails_says_where_and_what_decided(tmp_path: Path) -> None:
    cases = "{fires: [{kind: loss_of_job}]}"
    folder = laid_over(tmp_path / "rules", {"grief/a.yaml": rule_text("grief.a", cases=cases)})
    result = run("test", "--rules", folder, "grief.a")
    assert result.exit_code == 1
    first, last = result.output.splitlines()
    assert first.startswith(
        f"{folder}/grief/a.yaml:13:17: grief.a [fires] case 1: `fires` expects yes, the verdict is no"
    )
    assert first.endswith("<- no: died: kind no")
    assert last == "1 cases, 1 failed"


def test_a_case_that_cannot_be_read_is_a_failure(tmp_path: Path) -> None:
    cases = "{fires: [{kind: no_such_kind}]}"
    folder = laid_over(tmp_path / "rules", {"grief/a.yaml": rule_text("grief.a", cases=cases)})
    result = run("test", "--rules", folder)
    assert result.exit_code == 1
    assert "cannot be built" in result.output


def test_a_whole_case_that_cannot_be_read_is_a_failure(folder: Path) -> None:
    (folder / "cases").mkdir()
    (folder / "cases" / "one.yaml").write_text("id: one\nintake: {losses: 3}\n", encoding="utf-8")
    result = run("test", "--rules", folder)
    assert result.exit_code == 1
    assert "cases/one.yaml" in result.output


def test_verbose_says_of_every_case_what_decided(folder: Path) -> None:
    result = run("test", "--rules", folder, "grief.died", "-v")
    assert result.exit_code == 0
    lines = result.output.splitlines()
    assert lines[0] == (
        "grief.died [fires] case 1: as it says <- yes: someone_died: kind yes, was_close: closeness yes"
    )
    assert lines[1] == "grief.died [holds] case 1: as it says <- no: someone_died: kind no"
    assert lines[2] == "grief.died [unknown] case 1: as it says <- unknown: was_close: closeness unknown"


# -- list and show --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "rules"),
    [
        ([], 10),
        (["--area", "grief"], 2),
        (["--stratum", "signs"], 8),
        (["--label", "MS"], 1),
        (["--status", "reviewed"], 0),
        (["--statement", "K-GRIEF-02"], 1),
        (["--area", "grief", "--label", "OI"], 1),
    ],
)
def test_rules_are_listed_by_what_they_are(options: list[str], rules: int, folder: Path) -> None:
    result = run("list", "--rules", folder, *options)
    assert result.exit_code == 0
    assert len(result.stdout.splitlines()) == rules


@pytest.mark.parametrize(
    ("arguments", "near"),
    [
        (["list", "--area", "greif"], "grief"),
        (["list", "--stratum", "sign"], "signs"),
        (["list", "--statement", "K-GRIEF-03"], "K-GRIEF-02"),
        (["show", "grief.dyed"], "grief.died"),
        (["test", "grief.dyed"], "grief.died"),
    ],
)
def test_a_misspelt_name_ends_with_two_and_the_nearest(arguments: list[str], near: str, folder: Path) -> None:
    result = run(*arguments, "--rules", folder)
    assert result.exit_code == 2
    assert f"did you mean `{near}`?" in result.stderr


def test_a_rule_is_shown_with_everything_that_is_to_know() -> None:
    result = run("show", "signs.someone-died")
    assert result.exit_code == 0
    for head in ("Because", "Authority", "Read by", "Cases", "Answers it reads"):
        assert f"\n{head}" in result.output
    assert max(len(line) for line in result.output.splitlines()) <= 80


def test_a_parameter_is_shown_with_value_and_unit() -> None:
    assert "$marked = 3 (scale step; OI)" in run("show", "grief.avoided-mourning").output


# -- coverage, schema, lock, pages ----------------------------------------------------------------------------------


def test_coverage_names_what_is_nowhere(folder: Path) -> None:
    assert run("coverage", "--rules", folder).exit_code == 0
    (folder / "grief" / "died.yaml").unlink()
    result = run("coverage", "--rules", folder)
    assert result.exit_code == 1
    assert "K-GRIEF-01     NOWHERE" in result.stdout


def test_coverage_names_a_statement_that_does_not_exist(folder: Path) -> None:
    listed = "- {knowledge: K-GRIEF-77, why_not: so, nearest: none, effect: none}\n"
    (folder / "untranslatable.yaml").write_text(listed, encoding="utf-8")
    result = run("coverage", "--rules", folder)
    assert result.exit_code == 1
    assert "K-GRIEF-77" in result.stdout


def test_the_schema_is_printed(folder: Path) -> None:
    assert json.loads(run("schema", "--rules", folder).output)["title"] == "Rule of the rulebook small"


def test_the_lock_is_compared_and_written(folder: Path) -> None:
    assert run("lock", "--rules", folder).exit_code == 1
    assert run("lock", "--rules", folder, "--write").exit_code == 0
    assert (folder / LOCK_FILE).exists()
    assert run("lock", "--rules", folder).exit_code == 0
    died = folder / "grief" / "died.yaml"
    died.write_text(died.read_text(encoding="utf-8").replace("strong", "weak"), encoding="utf-8")
    result = run("lock", "--rules", folder)
    assert (result.exit_code, "changed  grief.died" in result.stdout) == (1, True)
    assert run("lock", "--rules", folder, "--write").exit_code == 4
    assert run("check", "--rules", folder).exit_code == 1


def test_pages_are_written_and_compared(tmp_path: Path) -> None:
    assert run("pages", "--check", tmp_path).exit_code == 1
    assert run("pages", "--write", tmp_path).exit_code == 0
    assert run("pages", "--check", tmp_path).exit_code == 0
    assert run("pages").output.startswith("<!-- Made by")


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(command: str) -> None:
    result = run(command, "--help")
    assert result.exit_code == 0
    assert "Example" in result.output
    assert f"ipt-formulate rules {command}" in result.output


def test_the_group_lists_every_command() -> None:
    output = run("--help").output
    assert all(f"  {command} " in output for command in COMMANDS)
