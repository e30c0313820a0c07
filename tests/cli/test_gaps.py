"""Does `ipt-formulate gaps` report on a cohort, and end with the right code when it cannot?"""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from click.testing import CliRunner, Result

from ipt_formulate.cli.main import cli
from ipt_formulate.cohort.gaps.ran import EveryRule
from ipt_formulate.cohort.gaps.rendering import PARTS
from ipt_formulate.cohort.gaps.report import gaps
from ipt_formulate.cohort.gaps.table import Gaps, Reject
from ipt_formulate.cohort.reading import Read, batches
from ipt_formulate.cohort.synthetic.cohort import Plan
from ipt_formulate.cohort.synthetic.folder import write_cohort
from ipt_formulate.rulebook import Rulebook

MAPPING = """
mapping_version: "1"
missing: {"-9": declined}
tables:
  cases:
    case: Patient
    answers: {losses.asked: {always: yes}, losses.complete: {always: yes}}
  losses:
    case: Patient
    answers:
      kind: {column: "Verlust_{n}", values: {1: death_of_person, 2: death_of_pet}}
      closeness: "N\u00e4he_{n}"
"""
REPORT = "ipt_formulate.cohort.gaps.report.gaps"
QUICK = ("--no-settings", "--sample", "3")


@pytest.fixture(scope="module")
def cohort(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cohort")
    write_cohort(folder, 12, Plan(seed=7, missing=0.3))
    return folder


def run(*arguments: Any) -> Result:
    return CliRunner().invoke(cli, ["gaps", *map(str, arguments)])


@pytest.fixture(scope="module")
def reported(cohort: Path) -> tuple[Result, Gaps]:
    """One run in two batches, and the report that it made; a run takes many seconds."""
    made: list[Gaps] = []

    def keeping(*given: Any, **more: Any) -> Gaps:
        made.append(gaps(*given, **more))
        return made[-1]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(REPORT, keeping)
        patch.setattr("ipt_formulate.cli.progress.SECONDS_BETWEEN_LINES", 0.0)
        ended = run(cohort, *QUICK, "--batch", 7)
    return ended, made[0]


def test_the_report_is_told_in_words(reported: tuple[Result, Gaps]) -> None:
    """And on stderr how far it is, where that is no terminal, too."""
    ended, _ = reported
    assert ended.exit_code == 0, ended.output
    for far in ("1 to 7", "8 to 12"):
        assert f"cases {far} of 12: running the rules" in ended.stderr
    for told in (
        "12 cases",
        "12 of them made up",
        "3 taken apart",
        "area grief",
        "no confidence intervals",
        "not a diagnosis",
        "Gates",
    ):
        assert told in ended.output


def _with_a_reject(output: Path, cohort: Path) -> None:
    """As if the run had had one; before that, what somebody else put there stays, and stops the next run."""
    (output / "rejects.csv").write_text("mine\n")
    assert run(cohort, *QUICK, "-o", output).exit_code == 3
    assert (output / "rejects.csv").read_text() == "mine\n"
    report = json.loads((output / "gaps.json").read_text())
    (output / "gaps.json").write_text(json.dumps({**report, "rejects": [{"case": "a"}]}))


def test_a_folder_gets_every_table(
    cohort: Path, reported: tuple[Result, Gaps], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Complete, and readable again; those of an earlier run are replaced, and nothing else is written."""
    monkeypatch.setattr(REPORT, lambda *_, **__: reported[1])
    for _ in range(2):
        ended = run(cohort, *QUICK, "-o", tmp_path / "gaps")
        assert ended.exit_code == 0, ended.output
        assert not (tmp_path / "gaps" / "rejects.csv").exists(), "of the earlier run, which had some"
        _with_a_reject(tmp_path / "gaps", cohort)
    (tmp_path / "gaps" / "rejects.csv").unlink()
    made = {each.name: each for each in (tmp_path / "gaps").iterdir()}
    assert {"gaps.json", "gaps.md", "bounds.csv", "rules.csv", "missing.csv"} <= made.keys()
    assert made.keys() <= {"gaps.json", "gaps.md", *(f"{name}.csv" for name in PARTS)}
    told = json.loads(made["gaps.json"].read_text())
    assert (told["format"], told["cases"], told["seed"]) == ("ipt-formulate.gaps/1", 12, 1)
    with made["rules.csv"].open() as lines:
        assert [row["rule"] for row in csv.DictReader(lines)] == sorted(r.id for r in Rulebook.load().active)
    assert made["gaps.md"].read_text().startswith("# What the gaps of a cohort do to its figures")


def test_a_broken_row_is_left_out_and_told(cohort: Path, tmp_path: Path) -> None:
    """The rest is counted, the reason holds no value, and the code says that there were findings."""
    for each in cohort.glob("*.parquet"):
        table = pl.read_parquet(each)
        if each.stem == "losses":
            row = pl.int_range(pl.len()) == 0
            table = table.with_columns(closeness=pl.when(row).then(97).otherwise(pl.col("closeness")))
        (tmp_path / "in").mkdir(exist_ok=True)
        table.write_parquet(tmp_path / "in" / each.name)
    ended = run(tmp_path / "in", *QUICK, "-o", tmp_path / "gaps")
    assert ended.exit_code == 1, ended.output
    assert json.loads((tmp_path / "gaps" / "gaps.json").read_text())["cases"] == 11
    rejects = (tmp_path / "gaps" / "rejects.csv").read_text()
    assert "closeness" in rejects
    assert "97" not in rejects


def test_a_row_that_cannot_be_read_is_told_and_settles_nothing(tmp_path: Path) -> None:
    """In delimited text; of a case that is named, and of one that cannot be told."""
    given = tmp_path / "in"
    given.mkdir()
    (given / "cases.csv").write_text("case,losses.asked,losses.complete\na,yes,yes\nb,yes,yes\nc,yes,yes\n")
    (given / "losses.csv").write_text("case,id,kind\n?,l1,death,more\na,l1\n")
    ended = run(given, *QUICK, "-o", tmp_path / "gaps")
    assert ended.exit_code == 1, ended.output
    assert "1 case could not be used, and rows of no known case could not be read" in ended.output
    told = json.loads((tmp_path / "gaps" / "gaps.json").read_text())
    assert (told["cases"], told["rejected"], told["opened"]) == (2, 1, ["losses"])
    assert [(each["table"], each["row"], each["case"]) for each in told["rejects"]] == [
        ("losses", 1, None),
        ("losses", 2, "a"),
    ]
    grief = [each for each in told["bounds"] if (each["of"], each["code"]) == ("area", "grief")]
    assert {each["upper"] for each in grief} == {2}, "there may be a loss in every case"


def test_tables_that_do_not_belong_together_are_refused_as_by_table(cohort: Path, tmp_path: Path) -> None:
    for each in ("cases", "losses"):
        pl.read_parquet(cohort / f"{each}.parquet").write_parquet(tmp_path / f"{each}.parquet")
    cases = pl.read_parquet(tmp_path / "cases.parquet")
    pl.concat([cases, cases.head(1)]).write_parquet(tmp_path / "cases.parquet")
    ended = run(tmp_path)
    assert ended.exit_code == 3
    assert "has the id of an earlier case" in ended.output
    cases.tail(1).write_parquet(tmp_path / "cases.parquet")
    ended = run(tmp_path)
    assert ended.exit_code == 3
    assert "belongs to no case of the table of cases" in ended.output


def test_what_is_no_cohort_is_refused(tmp_path: Path) -> None:
    assert run(tmp_path / "nowhere").exit_code == 3
    empty = run(tmp_path)
    assert empty.exit_code == 3
    assert "holds no table of cases" in empty.output
    assert tmp_path.name in empty.output.replace("\n", "")
    (tmp_path / "a.yaml").touch()
    assert run(tmp_path).exit_code == 3
    (tmp_path / "a.yaml").unlink()
    (tmp_path / "a.ndjson").write_text('{"intake_version": "1", "case_id": "secret", "frame": {"age_band": "x"}}\n')
    broken = run(tmp_path / "a.ndjson")
    assert broken.exit_code == 3
    assert "age_band" in broken.output
    (tmp_path / "b.yaml").write_text('{intake_version: "1", case_id: one}')
    encoded = run(tmp_path / "b.yaml", "--encoding", "cp1252")
    assert encoded.exit_code == 3
    assert "always UTF-8" in encoded.output


def test_ids_that_a_spreadsheet_would_run_are_shielded(
    cohort: Path, reported: tuple[Result, Gaps], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In rejects.csv as in every other table."""
    rejects = [Reject(case=case, table="cases", row=1, column=None, code="C115", reason="is no code")
               for case in ("=cmd|x", "-b", "c")]  # fmt: skip
    report = reported[1].model_copy(update={"rejects": tuple(rejects), "rejected": len(rejects)})
    monkeypatch.setattr(REPORT, lambda *_, **__: report)
    assert run(cohort, "-o", tmp_path / "gaps").exit_code == 1
    with (tmp_path / "gaps" / "rejects.csv").open() as lines:
        assert [row["case"] for row in csv.DictReader(lines)] == ["'=cmd|x", "'-b", "c"]


def test_a_broken_intake_of_a_folder_is_left_out_and_told(tmp_path: Path) -> None:
    """By its file and line; the others are counted."""
    given = tmp_path / "in"
    given.mkdir()
    (given / "a.yaml").write_text('{intake_version: "1", case_id: a}')
    (given / "b.yaml").write_text('intake_version: "1"\ncase_id: b\nframe: {age_band: secret}\n')
    ended = run(given, *QUICK, "-o", tmp_path / "gaps")
    assert ended.exit_code == 1, ended.output
    assert "1 case could not be used" in ended.output
    told = json.loads((tmp_path / "gaps" / "gaps.json").read_text())
    assert (told["cases"], told["rejected"]) == (1, 1)
    assert [(each["case"], each["table"], each["row"], each["column"]) for each in told["rejects"]] == [
        ("b", "b.yaml", 3, "frame.age_band")
    ]
    assert "secret" not in (tmp_path / "gaps" / "rejects.csv").read_text()


def test_another_rulebook_is_used_and_recorded(tmp_path: Path) -> None:
    """A rule that is gone there is not counted; the report has the folder beside the hash."""
    rules = tmp_path / "rules"
    shutil.copytree(Rulebook.load().folder, rules)
    (rules / "grief" / "anniversary-reaction.yaml").unlink()
    (tmp_path / "a.yaml").write_text('{intake_version: "1", case_id: a}')
    ended = run(tmp_path / "a.yaml", *QUICK, "--rules", rules, "--format", "json")
    assert ended.exit_code == 0, ended.output
    told = json.loads(ended.stdout)
    assert told["rulebook_folder"] == str(rules)
    assert told["rulebook_sha256"] not in ("", Rulebook.load().sha256)
    assert "grief.anniversary-reaction" not in {each["rule"] for each in told["rules"]}


def test_a_rulebook_that_cannot_be_used_is_refused_as_by_table(cohort: Path, tmp_path: Path) -> None:
    ended = run(cohort, *QUICK, "--rules", tmp_path / "nowhere")
    assert ended.exit_code == 4
    assert "nowhere" in ended.output
    rules = tmp_path / "rules"
    shutil.copytree(Rulebook.load().folder, rules)
    some = next(rules.glob("grief/*.yaml"))
    some.write_text(some.read_text().replace("about: loss", "about: los"))
    ended = run(cohort, *QUICK, "--rules", rules)
    assert ended.exit_code == 4
    assert "did you mean 'loss'" in " ".join(ended.output.split())


def test_an_unknown_profile_gives_the_nearest(cohort: Path) -> None:
    ended = run(cohort, "--profile", "clasic")
    assert ended.exit_code == 2
    assert "classic" in ended.output


def test_columns_of_a_study_come_in_by_a_mapping(tmp_path: Path) -> None:
    """In an encoding of its own: the cases are those of the same cohort in the layout, the broken one left out."""
    study, ours = tmp_path / "study.csv", tmp_path / "ours"
    study.write_text(
        "Patient,Verlust_1,N\u00e4he_1,Verlust_2,N\u00e4he_2\na,1,4,,\nb,2,-9,1,\nc,7,,,\n", encoding="cp1252"
    )
    (tmp_path / "study.yaml").write_text(MAPPING, encoding="utf-8")
    ours.mkdir()
    (ours / "cases.csv").write_text("case,losses.asked,losses.complete\na,yes,yes\nb,yes,yes\nc,yes,yes\n")
    (ours / "losses.csv").write_text(
        "case,id,kind,closeness,closeness.unknown\na,loss-1,death_of_person,4,\n"
        "b,loss-1,death_of_pet,,declined\nb,loss-2,death_of_person,,\nc,loss-1,7,,\n"
    )
    mapping, plan = tmp_path / "study.yaml", EveryRule(Rulebook.load())
    (one,) = batches(study, plan, Read(), mapping=mapping, encoding="cp1252")
    (other,) = batches(ours, plan, Read())
    assert [*one.intakes([0, 1])] == [*other.intakes([0, 1])]
    ended = run(study, "--mapping", mapping, "--encoding", "cp1252", *QUICK, "--format", "json")
    assert ended.exit_code == 1, ended.output
    told = json.loads(ended.stdout)
    assert told["cases"] == 2
    assert [(each["table"], each["column"]) for each in told["rejects"]] == [("losses", "Verlust_{n}")]
    kinds = next(each for each in told["missing"] if each["item"] == "losses.kind")
    assert (kinds["n"], kinds["answered"]) == (3, 3)


def test_a_mapping_that_does_not_fit_is_refused_as_by_table(cohort: Path, tmp_path: Path) -> None:
    (tmp_path / "study.yaml").write_text(MAPPING, encoding="utf-8")
    ended = run(cohort, "--mapping", tmp_path / "study.yaml")
    assert ended.exit_code == 3
    assert "Patient" in ended.output


def test_nothing_is_written_among_or_over_what_is_read(cohort: Path, tmp_path: Path) -> None:
    """Nor over files that no earlier run wrote; found out before anything is read."""
    for output in (cohort, cohort / "gaps", cohort / ".." / cohort.name / "a" / "b"):
        ended = run(cohort, "-o", output)
        assert ended.exit_code == 2
        assert "is read: name another folder" in " ".join(ended.output.split())
    assert all(each.is_file() for each in cohort.iterdir())
    bounds = tmp_path / "bounds.csv"
    bounds.write_text("case\na\n")
    assert "would be overwritten" in " ".join(run(bounds, "-o", tmp_path).output.split())
    ended = run(cohort, "-o", tmp_path)
    assert ended.exit_code == 3
    assert "no gaps.json beside it says that `gaps` wrote it" in " ".join(ended.output.split())
    assert bounds.read_text() == "case\na\n"
    assert [*tmp_path.iterdir()] == [bounds]
