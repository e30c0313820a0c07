"""Does `ipt-formulate agree` compare codings, tell the published figures, and refuse broken files whole?"""

from __future__ import annotations

import csv
import importlib.util
import json
import re
from dataclasses import replace
from pathlib import Path

import duckdb
import polars as pl
import pyreadstat
import pytest
from click.testing import CliRunner, Result

from ipt_formulate.cli.main import cli
from ipt_formulate.cohort.agreement.codes import PresenceRule
from ipt_formulate.cohort.agreement.files import read_coding
from ipt_formulate.cohort.agreement.rendering import as_markdown, as_text
from ipt_formulate.cohort.agreement.results import coded, read_results
from ipt_formulate.cohort.agreement.table import Agreement
from ipt_formulate.cohort.intakes import intakes_from
from ipt_formulate.cohort.synthetic.cohort import Plan
from ipt_formulate.cohort.synthetic.folder import write_cohort
from ipt_formulate.explain.formulation import formulate

CASES = 12


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Results of the engine, a coder who always agrees, and one who sees grief everywhere."""
    folder = tmp_path_factory.mktemp("study")
    write_cohort(folder / "cases", CASES, Plan(seed=6))
    results = [formulate(intake, engine="reference") for intake in intakes_from(folder / "cases")]
    (folder / "engine.ndjson").write_text("".join(f"{each.model_dump_json()}\n" for each in results), encoding="utf-8")
    rows = [{"case": each.case, **coded(each, PresenceRule())} for each in results]
    columns = sorted({name for row in rows for name in row} - {"case"})
    for name, changed in (("same", {}), ("grief", {"presence_grief": "present", "focus": "grief"})):
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, ["case", *columns, "notes"], restval="")
            writer.writeheader()
            writer.writerows([{**row, **changed} for row in rows])
    return folder


def _agree(*arguments: object) -> Result:
    return CliRunner().invoke(cli, ["agree", *[str(each) for each in arguments], "--draws", "100"])


def _json(*arguments: object) -> dict[str, dict[str, object]]:
    ended = _agree(*arguments, "--format", "json")
    assert ended.exit_code == 0, ended.output
    told = json.loads(ended.stdout)
    return {"report": told, **{item["item"]: item for item in told["items"]}}


def _value(compared: object, statistic: str) -> object:
    assert isinstance(compared, dict)
    return next(each["value"] for each in compared["estimates"] if each["statistic"] == statistic)


def test_a_coder_who_says_the_same_agrees_everywhere(study: Path) -> None:
    told = _json(study / "engine.ndjson", study / "same.csv")
    assert told["report"]["disagreements"] == []
    for name in ("presence_role_dispute", "focus", "standing_role_transition"):
        assert _value(told[name]["everybody"], "cohen") == 1.0
        assert _value(told[name]["everybody"], "percent") == 1.0


def test_other_codes_are_listed_and_counted_in_a_fixed_order(study: Path) -> None:
    told = _json(study / "engine.ndjson", study / "grief.csv", study / "same.csv")
    focus = told["focus"]
    assert focus["labels"][:4] == ["grief", "role_dispute", "role_transition", "interpersonal_deficits"]
    assert len(focus["pairs"]) == 3
    table = focus["pairs"][0]["confusion"]
    assert sum(map(sum, table)) == CASES == sum(row[0] for row in table)
    assert all(
        {row["coder"], row["item"]} <= {"grief", "presence_grief", "focus"} for row in told["report"]["disagreements"]
    )
    assert focus["difference"]["statistic"] == "difference"
    assert told["report"]["ignored"] == {"grief": ["notes"], "same": ["notes"]}


def test_one_category_only_is_said_to_be_undefined(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / f"{name}.csv").write_text("case,presence_grief\na,present\nb,present\nc,present\n")
    ended = _agree(tmp_path / "one.csv", tmp_path / "two.csv")
    assert "undefined, only one category used" in ended.stdout
    assert "agreement              1.00" in ended.stdout
    assert "all the same           1.00 [0.44, 1.00]" in ended.stdout


def test_published_figures_and_grras_stand_beside(study: Path) -> None:
    text = _agree(study / "engine.ndjson", study / "grief.csv").stdout
    for figure in ("0.87", "0.58", "1.00", "0.48", "0.82", "0.77", "0.61", "0.57", "0.64"):
        assert f"people elsewhere: kappa {figure}" in text
    assert "3 raters, up to 18 tapes" in text
    assert "5 raters, 9 tapes" in text
    told = json.loads(_agree(study / "grief.csv", study / "same.csv", "--format", "json").stdout)
    assert [each["number"] for each in told["grras"]] == list(range(1, 16))
    assert told["settings"]["seed"] == 1
    page = _agree(study / "grief.csv", study / "same.csv", "--format", "md").stdout
    assert "## GRRAS" in page
    assert "(to be written)" in page


def test_the_rule_of_presence_is_an_option(study: Path) -> None:
    few = read_results(study / "engine.ndjson", PresenceRule("present"))
    many = read_results(study / "engine.ndjson", PresenceRule("possible"))
    for case, codes in few.cases.items():
        for item, code in codes.items():
            if item.startswith("presence_") and code == "present":
                assert many.cases[case][item] == "present"
    missing = read_results(study / "engine.ndjson", PresenceRule("possible", "missing"))
    for case, codes in many.cases.items():
        for item, code in codes.items():
            if item.startswith("standing_") and code == "open":
                presence = item.replace("standing_", "presence_")
                assert codes[presence] == "absent"
                assert presence not in missing.cases[case]


def test_parquet_tsv_and_semicolons_are_read_alike(study: Path, tmp_path: Path) -> None:
    text = (study / "grief.csv").read_text(encoding="utf-8")
    (tmp_path / "tabs.tsv").write_text(text.replace(",", "\t"))
    (tmp_path / "semicolons.csv").write_text("\ufeff" + text.replace(",", ";"), encoding="utf-8")
    pl.read_csv(study / "grief.csv", infer_schema=False).write_parquet(tmp_path / "table.parquet")
    files = [tmp_path / name for name in ("tabs.tsv", "semicolons.csv", "table.parquet")]
    told = _json(study / "grief.csv", *files)
    assert told["report"]["disagreements"] == []


def test_coders_may_keep_codes_with_labels(tmp_path: Path) -> None:
    """SPSS and Stata: a label that is a word of ours counts, a code that is one does, and missing codes are missing."""
    frame = pl.DataFrame({"case": [1.0, 2.0, 3.0, 4.0], "focus": [1.0, 2.0, 9.0, None], "presence_grief": [1, 0, 0, 1]})
    labels = {"focus": {1: "Grief", 2: "role_dispute", 9: "refused"}, "presence_grief": {1: "Oui", 0: "Non"}}
    pyreadstat.write_sav(
        frame, tmp_path / "anna.sav", variable_value_labels=labels, missing_ranges={"focus": [{"lo": 9, "hi": 9}]}
    )
    pyreadstat.write_dta(
        frame.with_columns(pl.col("focus").replace({9.0: None})), tmp_path / "bela.dta", variable_value_labels=labels
    )
    (tmp_path / "text.csv").write_text("case,focus,presence_grief\n1,grief,1\n2,role_dispute,0\n3,,no\n4,,yes\n")
    with duckdb.connect(str(tmp_path / "cleo.duckdb")) as made:
        made.execute(f"CREATE TABLE codes AS FROM read_csv('{tmp_path / 'text.csv'}')")
    one, *others = (
        read_coding(tmp_path / name, PresenceRule()) for name in ("text.csv", "anna.sav", "bela.dta", "cleo.duckdb")
    )
    assert one.cases["1"] == {"focus": "grief", "presence_grief": "present"}
    assert [each.cases for each in others] == [one.cases] * 3


def test_what_is_no_coding_is_refused_in_every_format(study: Path, tmp_path: Path) -> None:
    """Damaged, a code that is none, no table of cases; the code itself is not told."""
    frame = pl.DataFrame({"case": ["a"], "focus": [77]})
    pyreadstat.write_sav(frame, tmp_path / "strange.sav")
    pyreadstat.write_dta(frame, tmp_path / "strange.dta")
    (tmp_path / "cut.sav").write_bytes((tmp_path / "strange.sav").read_bytes()[:100])
    (tmp_path / "cut.duckdb").write_bytes(b"nothing")
    with duckdb.connect(str(tmp_path / "two.duckdb")) as made:
        made.execute("CREATE TABLE one AS SELECT 1 AS x; CREATE TABLE two AS SELECT 1 AS x")
    names = ("strange.sav", "strange.dta", "cut.sav", "cut.duckdb", "two.duckdb", "gone.dta")
    ended = _agree(study / "engine.ndjson", *(tmp_path / name for name in names))
    assert ended.exit_code == 3
    told = " ".join(ended.stderr.split())
    for name in names[:2]:
        assert f"{name}: line 1: focus: is no code" in told
    for words in ("cut.sav: cannot be read", "cut.duckdb: cannot be read as a DuckDB file",
                  "two.duckdb: holds no table of cases", "gone.dta: there is no such file"):  # fmt: skip
        assert words in told
    assert "77" not in told


def test_a_stage_of_another_dispute_is_not_compared(tmp_path: Path) -> None:
    header = "case,stage,lead_dispute\n"
    (tmp_path / "one.csv").write_text(header + "a,impasse,wife\nb,impasse,boss\nc,impasse,boss\n")
    (tmp_path / "two.csv").write_text(header + "a,impasse,wife\nb,dissolution,wife\nc,none,\n")
    told = _json(tmp_path / "one.csv", tmp_path / "two.csv")
    assert told["stage"]["everybody"]["cases"] == 2  # b names another dispute


@pytest.mark.parametrize(("text", "words"), [
    (b"case,focus\n,grief\n", "line 2: case: has no case id"),
    (b"case,focus\na,grief\na,grief\n", "line 3: case: is the same case as in line 2"),
    (b"case,focus\na,greif\n", "line 2: focus: is no code; expected one of grief"),
    (b"case,focus\na,greif\n", "did you mean 'grief'?"),
    (b"case,presence_greif\na,yes\n", "did you mean 'presence_grief'?"),
    (b"id,focus\na,grief\n", "has no column `case`"),
    (b"case,age\na,4\n", "has no column of codes"),
    (b"case,focus\nelsewhere,grief\n", "shares no case"),
    (b"case,focus\na,grief,more\n", "line 2: has 3 cells instead of 2"),
    ("case,focus\nä,grief\n".encode("latin-1"), "is not UTF-8"),
    (b"", "has no column `case`"),
])  # fmt: skip
def test_broken_tables_are_refused(study: Path, tmp_path: Path, text: bytes, words: str) -> None:
    (tmp_path / "coder.csv").write_bytes(text)
    ended = _agree(study / "engine.ndjson", tmp_path / "coder.csv", "-o", tmp_path / "report.txt")
    assert ended.exit_code == 3, ended.output
    assert words in ended.stderr
    assert "greif'" not in ended.stderr.replace("'presence_greif'", "")
    assert ended.stdout == ""
    assert [each.name for each in tmp_path.iterdir()] == ["coder.csv"]


def test_damaged_parquet_and_cut_off_results_are_refused(study: Path, tmp_path: Path) -> None:
    pl.read_csv(study / "grief.csv", infer_schema=False).write_parquet(tmp_path / "cut.parquet")
    whole = (tmp_path / "cut.parquet").read_bytes()
    (tmp_path / "cut.parquet").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "cut.ndjson").write_bytes((study / "engine.ndjson").read_bytes()[:5000])
    ended = _agree(tmp_path / "cut.ndjson", tmp_path / "cut.parquet", tmp_path / "gone.csv")
    assert ended.exit_code == 3
    assert "cannot be read as Parquet" in ended.stderr
    assert "line 1: is not JSON, or is cut off" in ended.stderr
    assert "there is no such file" in ended.stderr


def test_a_report_and_plots_are_written_whole(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / f"{name}.csv").write_text(
            f"case,focus\na,grief\nb,none\nc,{'grief' if name == 'one' else 'none'}\n"
        )
    ended = _agree(tmp_path / "one.csv", tmp_path / "two.csv", "-o", tmp_path / "report.md", "--format", "md",
                   "--plots", tmp_path / "plots")  # fmt: skip
    assert ended.exit_code == 0, ended.output
    assert (tmp_path / "report.md").read_text(encoding="utf-8").startswith("# Agreement")
    names = {each.name for each in (tmp_path / "plots").iterdir()}
    assert {"agreement.png", "agreement.svg", "confusion-focus.png", "confusion-focus.svg"} <= names
    assert (tmp_path / "plots" / "agreement.png").read_bytes().startswith(b"\x89PNG")


def test_plots_without_the_extra_name_it(study: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    there = importlib.util.find_spec
    monkeypatch.setattr(
        "ipt_formulate.cohort.agreement.plots.find_spec", lambda name: None if name == "altair" else there(name)
    )
    ended = _agree(study / "engine.ndjson", study / "grief.csv", "--plots", tmp_path / "plots")
    assert ended.exit_code == 2
    assert "pip install 'ipt-formulate[plots]'" in ended.stderr
    assert not (tmp_path / "plots").exists()


def test_disagreements_are_explained_from_the_intakes(
    study: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ipt_formulate.cohort.agreement.disagreements.SECONDS", 5.0)
    cases = [json.loads(line) for line in (study / "engine.ndjson").read_text(encoding="utf-8").splitlines()]
    held = ("possible", "present")
    case = next(
        each
        for each in cases
        if sum(one["area"] == "grief" and one["standing"]["lean"] in held for one in each["candidates"]) == 1
    )
    (tmp_path / "coder.csv").write_text(f"case,presence_grief\n{case['case']},absent\n")
    monkeypatch.setattr("ipt_formulate.cli.progress.SECONDS_BETWEEN_LINES", 0.0)
    ended = _agree(study / "engine.ndjson", tmp_path / "coder.csv", "--intakes", study / "cases", "--format", "json")
    assert "disagreement 1 of 1" in ended.stderr, "said where stderr is no terminal, too"
    told = json.loads(ended.stdout)
    [one] = told["disagreements"]
    assert "Grief" in one["explanation"] or "grief" in one["explanation"]
    assert told["counts"]["explained"] == 1
    assert one["separated_by_rules"]
    assert all("instead of" in line for line in one["separated_by_rules"])


def test_codes_that_were_made_otherwise_are_not_explained(
    study: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the engine says something else of the intake than its file does, nothing is told for that file."""
    case = json.loads((study / "engine.ndjson").read_text(encoding="utf-8").splitlines()[0])
    engine = "absent" if case["areas"]["grief"]["standing"]["lean"] in ("possible", "present") else "present"
    said = {"absent": "present", "present": "absent"}[engine]
    files = _codings(
        tmp_path,
        one=f"case,presence_grief\n{case['case']},{engine}\n",
        other=f"case,presence_grief\n{case['case']},{said}\n",
    )
    made: list[Agreement] = []
    monkeypatch.setattr("ipt_formulate.cohort.agreement.rendering.FORMATS", {"text": made.append})
    assert _agree(*files, "--intakes", study / "cases").exit_code == 0
    [report] = made
    [one] = report.disagreements
    assert "under another profile" in one.explanation
    assert not one.separated_by and not one.separated_by_rules
    for told in (as_text(report), as_markdown(report)):
        assert "under another profile" in told
        assert "nothing was found" not in told, "nothing was looked for"
    told = as_text(replace(report, disagreements=(replace(one, explanation="Nobody died."),)))
    assert "nothing was found with which it would agree" in told


def _grief_everywhere(study: Path, *more: object) -> Result:
    return _agree(study / "engine.ndjson", study / "grief.csv", "--intakes", study / "cases", *more)


@pytest.mark.parametrize("form", ["text", "md", "json"])
def test_after_its_time_no_further_disagreement_is_looked_at(
    study: Path, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    """The first ones are explained, and the report and stderr say how many of how many."""
    monkeypatch.setattr("ipt_formulate.cohort.agreement.disagreements.time", _Clock(100.0))
    monkeypatch.setattr("ipt_formulate.cohort.agreement.disagreements.SECONDS", 0.1)
    ended = _grief_everywhere(study, "--seconds", 150, "--format", form)
    assert ended.exit_code == 0, ended.output
    if form == "json":
        told = json.loads(ended.stdout)
        looked = {name: told["looked"][name] for name in ("looked_at", "of", "seconds", "stopped")}
        assert looked == {"looked_at": 1, "of": len(told["disagreements"]), "seconds": 150, "stopped": "time"}
        assert [each["explanation"] is not None for each in told["disagreements"][:3]] == [True, False, False]
        assert told["counts"]["explained"] == 1
    else:
        assert re.search(r"not looked for any further after 150 s; 1 of \d+ disagreements were looked at", ended.stdout)
    assert re.search(r"the time was up \(--seconds\): 1 of \d+ disagreements", ended.stderr)


class _Clock:
    """On which so many seconds go by between two looks."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.now = 0.0

    def monotonic(self) -> float:
        self.now += self.seconds
        return self.now


def test_what_was_found_before_an_interruption_is_reported(
    study: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wherever Ctrl-C falls; the report is whole, says how far it came, and the exit code tells."""
    from ipt_formulate.cohort.agreement import disagreements

    monkeypatch.setattr(disagreements, "SECONDS", 0.1)
    calls = 0

    def interrupted(*arguments: object, **more: object) -> list[object]:
        nonlocal calls
        calls += 1
        if calls == 2:
            raise KeyboardInterrupt
        return []

    monkeypatch.setattr(disagreements, "rules_that_separate", interrupted)
    ended = _grief_everywhere(study, "-o", tmp_path / "report.txt")
    assert ended.exit_code == 130
    told = (tmp_path / "report.txt").read_text(encoding="utf-8")
    assert re.search(r"interrupted; 1 of \d+ disagreements were looked at", told)
    assert "Disagreements of the engine with a coder" in told
    assert re.search(r"interrupted: 1 of \d+ disagreements", ended.stderr)


def test_an_interruption_inside_the_search_for_answers_ends_the_looking(
    study: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The search itself keeps what it found and does not raise."""
    from ipt_formulate.explain.search import Search

    def interrupted(*_: object) -> bool:
        raise KeyboardInterrupt

    monkeypatch.setattr(Search, "_singles", interrupted)
    ended = _grief_everywhere(study)
    assert ended.exit_code == 130
    assert re.search(r"interrupted; \d+ of \d+ disagreements were looked at", ended.stdout)


def test_intakes_of_other_cases_are_refused(study: Path, tmp_path: Path) -> None:
    (tmp_path / "other.yaml").write_text('{intake_version: "1", case_id: other}')
    ended = _agree(study / "engine.ndjson", study / "grief.csv", "--intakes", tmp_path)
    assert ended.exit_code == 3
    assert "holds none of the cases" in ended.stderr


STUDY = """Patient,Verlust,Nähe
a,1,4
b,1,1
c,7,4
"""
MAPPING = """
mapping_version: "1"
tables:
  cases:
    case: Patient
    answers: {losses.asked: {always: yes}, losses.complete: {always: yes}}
  losses:
    case: Patient
    answers:
      kind: {column: Verlust, values: {1: death_of_person}}
      closeness: "Nähe"
"""


def _of_a_study(folder: Path) -> tuple[list[Path], list[object]]:
    """A study with columns, codes and an encoding of its own, its codes by the engine, and a coder of the opposite."""
    (folder / "study.csv").write_text(STUDY, encoding="cp1252")
    (folder / "study.yaml").write_text(MAPPING, encoding="utf-8")
    how: list[object] = ["--mapping", folder / "study.yaml", "--encoding", "cp1252"]
    ended = CliRunner().invoke(cli, ["table", *map(str, [folder / "study.csv", *how, "-o", folder / "engine.csv"])])
    assert ended.exit_code == 1, ended.output  # the third case has a code that the mapping does not have
    with (folder / "engine.csv").open(encoding="utf-8") as file:
        rows = [{"case": row["case"], "standing_grief": row["standing_grief"]} for row in csv.DictReader(file)]
    opposite = {row["case"]: "excluded" if row["standing_grief"] != "excluded" else "present" for row in rows}
    coder = "".join(f"{case},{word}\n" for case, word in (opposite | {"c": "present", "d": "present"}).items())
    engine = "".join(f"{row['case']},{row['standing_grief']}\n" for row in rows)
    files = _codings(folder, other=f"case,standing_grief\n{coder}",
                     coded=f"case,standing_grief\n{engine}c,open\nd,open\n")  # fmt: skip
    return [files[1], files[0]], how


@pytest.mark.parametrize("form", ["json", pytest.param("text", marks=pytest.mark.long), "md"])
def test_disagreements_of_a_study_are_explained_from_its_own_table(tmp_path: Path, form: str) -> None:
    """By mapping and encoding; a case that cannot be used, or is not there, says so and does not end the run."""
    files, how = _of_a_study(tmp_path)
    ended = _agree(*files, "--intakes", tmp_path / "study.csv", *how, "--format", form)
    assert ended.exit_code == 1, ended.output
    assert "1 case of" in ended.stderr and "could not be used" in ended.stderr
    assert "1 case of the intakes could not be used" in ended.stdout or form == "json"
    why = "its case could not be used: losses: row 3: Verlust: losses.kind: "
    if form != "json":
        assert f"not explained: {why}" in ended.stdout
        assert "not explained: its case is not among the intakes" in ended.stdout
        return
    told = json.loads(ended.stdout)
    by_case = {each["case"]: each for each in told["disagreements"] if each["item"] == "standing_grief"}
    assert by_case["a"]["explanation"] and by_case["a"]["why_not"] is None
    assert by_case["c"]["explanation"] is None and by_case["c"]["why_not"].startswith(why)
    assert by_case["d"]["why_not"] == "its case is not among the intakes"
    assert told["looked"]["unusable"] == 1
    assert told["looked"]["profile"] == "classic"


def test_only_cases_with_a_disagreement_become_intakes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from ipt_formulate.intake import Intake

    made: list[str] = []
    read = Intake.from_dict
    monkeypatch.setattr(Intake, "from_dict", lambda wire: made.append(wire["case_id"]) or read(wire))
    files, how = _of_a_study(tmp_path)
    (tmp_path / "other.csv").write_text("case,standing_grief\na,excluded\n")
    assert _agree(*files, "--intakes", tmp_path / "study.csv", *how).exit_code == 1
    assert {*made} == {"a"}


def test_a_broken_intake_does_not_end_the_run(tmp_path: Path) -> None:
    """In a folder of intakes; the others are explained."""
    cases = tmp_path / "cases"
    cases.mkdir()
    (cases / "a.yaml").write_text('{intake_version: "1", case_id: a}')
    (cases / "b.yaml").write_text('{intake_version: "1", case_id: b, frame: {age_band: secret}}')
    files = _codings(
        tmp_path, one="case,standing_grief\na,open\nb,open\n", two="case,standing_grief\na,present\nb,present\n"
    )
    ended = _agree(*files, "--intakes", cases, "--format", "json")
    assert ended.exit_code == 1, ended.output
    found = {(each["case"], each["item"]): each for each in json.loads(ended.stdout)["disagreements"]}
    assert found["a", "standing_grief"]["explanation"]
    assert "b.yaml: line 1: frame.age_band" in found["b", "standing_grief"]["why_not"]
    assert "secret" not in ended.output


def test_how_intakes_are_read_needs_intakes(study: Path) -> None:
    for option in ("--mapping", "--encoding", "--rules", "--profile"):
        ended = _agree(study / "grief.csv", study / "same.csv", option, "x")
        assert ended.exit_code == 2
        assert f"{option} says how --intakes are read" in ended.stderr


def _codings(folder: Path, **texts: str) -> list[Path]:
    for name, text in texts.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return [folder / f"{name}.csv" for name in texts]


def test_stages_are_compared_where_two_raters_mean_the_same_dispute(tmp_path: Path) -> None:
    """Each pair for itself: what the engine means does not matter between two coders."""
    files = _codings(
        tmp_path,
        engine="case,lead_dispute,stage\na,c1,impasse\nb,c1,impasse\nc,,none\nd,c1,dissolution\n",
        one="case,lead_dispute,stage\na,c2,renegotiation\nb,c1,impasse\nc,c1,impasse\nd,,dissolution\n",
        two="case,lead_dispute,stage\na,c2,renegotiation\nb,c1,impasse\nc,c2,renegotiation\nd,c1,dissolution\n",
    )
    pairs = {tuple(each["raters"]): each for each in _json(*files)["stage"]["pairs"]}  # type: ignore[attr-defined]
    assert {names: each["cases"] for names, each in pairs.items()} == {
        ("engine", "one"): 3, ("engine", "two"): 3, ("one", "two"): 3,
    }  # fmt: skip
    assert _value(pairs["one", "two"], "percent") == 1.0
    assert _value(pairs["engine", "one"], "percent") == pytest.approx(2 / 3)


def test_a_presence_that_was_left_out_is_not_made_from_the_standing(tmp_path: Path) -> None:
    """Only where a file has no column of presence at all is it taken from the standing."""
    files = _codings(
        tmp_path,
        one="case,presence_grief,standing_grief\na,,present\nb,na,present\nc,no,excluded\nd,yes,present\n",
        other="case,standing_grief\na,present\nb,present\nc,excluded\nd,excluded\n",
    )
    presence = _json(*files)["presence_grief"]["everybody"]
    assert isinstance(presence, dict)
    assert presence["cases"] == 2
    assert _value(presence, "percent") == 0.5


def test_an_apostrophe_before_a_formula_is_no_part_of_the_id(tmp_path: Path) -> None:
    files = _codings(tmp_path, one="case,focus\n'-5,grief\n'=a,none\n'b,none\n",
                     two="case,focus\n-5,grief\n=a,none\n'b,none\n")  # fmt: skip
    assert _json(*files)["report"]["counts"]["compared"] == 3  # type: ignore[index]


@pytest.mark.parametrize("form", ["text", "md"])
def test_cases_without_a_partner_are_told_for_each_rater(tmp_path: Path, form: str) -> None:
    files = _codings(tmp_path, one="case,focus\na,grief\nb,none\n", two="case,focus\na,grief\nc,none\nd,none\n")
    told = _agree(*files, "--format", form).stdout
    assert "one: 2 cases rated, 1 compared, 1 without partner" in told
    assert "two: 3 cases rated, 1 compared, 2 without partner" in told


def test_the_text_holds_the_cross_tables_and_two_coders_only_once(tmp_path: Path) -> None:
    files = _codings(tmp_path, **{name: f"case,presence_grief\na,yes\nb,{word}\n"
                                  for name, word in (("e", "no"), ("f", "yes"), ("g", "yes"))})  # fmt: skip
    told = _agree(*files).stdout
    assert next(line.split() for line in told.splitlines() if line.startswith("    absent ")) == ["absent", "0", "1"]
    assert "    e down, f across\n            absent present\n" in told
    assert "coders alone" not in told
    assert told.count("  f and g, 2 cases") == 1


def test_an_input_is_never_the_output(tmp_path: Path) -> None:
    one, two = _codings(tmp_path, one="case,focus\na,grief\n", two="case,focus\na,grief\n")
    for output in (one, two):
        before = output.read_text(encoding="utf-8")
        ended = _agree(one, two, "-o", output)
        assert ended.exit_code == 2
        assert "is one of the files that are read" in ended.stderr
        assert output.read_text(encoding="utf-8") == before
    ended = CliRunner().invoke(cli, ["gaps", str(tmp_path), "-o", str(tmp_path)])
    assert ended.exit_code == 2
    assert "is what is read" in ended.stderr
    cases = tmp_path / "cases"
    cases.mkdir()
    (cases / "a.yaml").write_text("kept", encoding="utf-8")
    for option, place in (("-o", cases / "a.yaml"), ("-o", cases / "new.md"), ("--plots", cases),
                          ("--plots", cases / "plots")):  # fmt: skip
        ended = _agree(one, two, "--intakes", cases, option, place)
        assert ended.exit_code == 2
        assert f"which is read: name another place with {option}" in " ".join(ended.stderr.split())
    assert (cases / "a.yaml").read_text(encoding="utf-8") == "kept"
    assert [*cases.iterdir()] == [cases / "a.yaml"]


def test_no_dispute_against_a_stage_is_a_disagreement(study: Path, tmp_path: Path) -> None:
    files = _codings(
        tmp_path, one="case,stage\na,none\nb,impasse\nc,none\n", two="case,stage\na,impasse\nb,impasse\nc,none\n"
    )
    told = _json(*files)
    assert _value(told["stage"]["everybody"], "percent") == pytest.approx(2 / 3)
    assert len(told["report"]["disagreements"]) == 1
    codes = read_results(study / "engine.ndjson", PresenceRule()).cases.values()
    assert {"none"} < {each["stage"] for each in codes if "stage" in each}


def test_the_columns_of_our_own_table_are_known(tmp_path: Path) -> None:
    from ipt_formulate.cohort.outputs.variables import CASES as OURS
    from ipt_formulate.cohort.outputs.variables import variables_of
    from ipt_formulate.rulebook import Rulebook

    names = [each.name for each in variables_of(Rulebook.load())[OURS] if each.name not in ("case", "focus")]
    one, two = _codings(tmp_path, one=f"case,focus,{','.join(names)},age\na,grief{',' * len(names)},4\n",
                        two="case,focus\na,grief\n")  # fmt: skip
    assert _json(one, two)["report"]["ignored"] == {"one": ["age"]}
