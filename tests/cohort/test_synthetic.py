"""Are made-up cases valid, of every kind, the same for a seed, and marked? Do tables give back what stands in them?"""

from __future__ import annotations

import shutil
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given

from ipt_formulate.cohort.days import day_to_text, day_to_wire
from ipt_formulate.cohort.faults import CohortError
from ipt_formulate.cohort.intakes import intakes_from
from ipt_formulate.cohort.layout import TABLES, columns_of
from ipt_formulate.cohort.synthetic.cohort import Plan
from ipt_formulate.cohort.synthetic.folder import write_cohort
from ipt_formulate.cohort.table import formulate_table
from ipt_formulate.intake import Intake, Section
from ipt_formulate.intake.dates import PartialDay
from ipt_formulate.rulebook import Rulebook
from ipt_formulate.rulebook.conclusions import Flags
from tests.strategies import days

CASES = 1500
AREAS = ("grief", "role_dispute", "role_transition", "interpersonal_deficits")


@pytest.fixture(scope="module")
def cohort(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cohort")
    write_cohort(folder, CASES, Plan(seed=7))
    return folder


@pytest.fixture(scope="module")
def intakes(cohort: Path) -> list[Intake]:
    return list(intakes_from(cohort))


def test_every_case_is_a_valid_intake(intakes: list[Intake]) -> None:
    assert len({intake.case_id for intake in intakes}) == CASES


def test_every_status_area_standing_stage_and_flag_occurs(cohort: Path) -> None:
    book = Rulebook.load()
    flags = {f"{each.flag}_{each.level}" for _, each in book.concluding(Flags) if isinstance(each, Flags)}
    wanted = {("flag", flag) for flag in flags}
    wanted |= {("status", word) for word in ("proposed", "tie", "none", "insufficient", "not_applicable")}
    wanted |= {("stage", word) for word in ("renegotiation", "impasse", "dissolution", "undetermined", "none")}
    wanted |= {("focus", area) for area in AREAS}
    wanted |= {(area, word) for area in AREAS for word in ("excluded", "not_supported", "open", "possible", "present")}
    found = formulate_table(cohort, rulebook=book, backend="polars")
    for row in found.cases.iter_rows(named=True):
        wanted.discard(("status", row["focus_status"]))
        wanted.discard(("focus", row["focus"]))
        wanted -= {(area, row[f"standing_{area}"]) for area in AREAS}
        raised = [name for name, told in row.items() if told in ("certain", "possible")]
        wanted -= {("flag", name.removeprefix("flag_")) for name in raised}
    wanted -= {("stage", stage or "none") for stage in found.disputes["stage"]}
    assert not wanted


def test_the_same_seed_gives_the_same_cases_and_another_seed_others(cohort: Path, tmp_path: Path) -> None:
    write_cohort(tmp_path / "again", CASES, Plan(seed=7))
    write_cohort(tmp_path / "other", CASES, Plan(seed=8))
    for name in TABLES:
        made = pl.read_parquet(cohort / f"{name}.parquet")
        assert made.equals(pl.read_parquet(tmp_path / "again" / f"{name}.parquet"))
        assert not made.equals(pl.read_parquet(tmp_path / "other" / f"{name}.parquet"))


@pytest.mark.parametrize("missing", [0.0, 0.5, 1.0])
def test_any_rate_of_missing_answers(tmp_path: Path, missing: float) -> None:
    write_cohort(tmp_path, 150, Plan(seed=2, missing=missing))
    intakes = list(intakes_from(tmp_path))
    assert len(intakes) == 150
    known = [not intake.answer(path).known for intake in intakes[:20] for path in intake.paths()]
    if missing == 1.0:
        told = {path for intake in intakes for path in intake.paths() if intake.answer(path).known}
        assert told <= {f"{section}.asked" for section in TABLES} | {"frame.assessed_on"}, told
    assert sum(known) / len(known) >= 0.95 * missing


def test_more_missing_only_adds_gaps_to_the_same_people(tmp_path: Path) -> None:
    write_cohort(tmp_path / "few", 60, Plan(seed=3, missing=0.1))
    write_cohort(tmp_path / "many", 60, Plan(seed=3, missing=0.6))
    for few, many in zip(intakes_from(tmp_path / "few"), intakes_from(tmp_path / "many"), strict=True):
        for about in ("loss", "conflict", "change", "person"):
            for told, gap in zip(few.records(about), many.records(about), strict=True):
                for item in type(told).questions().values():
                    if isinstance(told, Section) or not item.read(gap).known:
                        continue
                    before, after = item.read(told).value, item.read(gap).value
                    if isinstance(after, str | int):
                        assert before == after, item


def test_the_means_are_those_asked_for(cohort: Path) -> None:
    rows = {name: pl.read_parquet(cohort / f"{name}.parquet").height / CASES for name in TABLES}
    assert rows["cases"] == 1
    assert rows["losses"] == pytest.approx(1.2, abs=0.1)
    assert rows["conflicts"] == pytest.approx(1.0, abs=0.1)
    assert rows["changes"] == pytest.approx(1.0, abs=0.1)


def test_it_says_that_it_is_made_up(cohort: Path) -> None:
    cases = pl.read_parquet(cohort / "cases.parquet")
    assert cases["synthetic"].all()
    assert cases["case"].str.starts_with("synthetic-").all()
    readme = (cohort / "README.md").read_text(encoding="utf-8")
    assert "SYNTHETIC" in readme
    assert "not estimates" in readme
    assert not list(cohort.glob(".*"))


def test_columns_are_those_of_the_layout(cohort: Path) -> None:
    for name in TABLES:
        assert set(pl.read_parquet_schema(cohort / f"{name}.parquet")) <= set(columns_of(name))


def test_intakes_a_line_are_the_same_intakes(tmp_path: Path) -> None:
    write_cohort(tmp_path / "lines", 100, Plan(seed=9), "ndjson")
    write_cohort(tmp_path / "tables", 100, Plan(seed=9))
    lines = (tmp_path / "lines" / "intakes.ndjson").read_text(encoding="utf-8").splitlines()
    assert [Intake.from_json(line) for line in lines] == list(intakes_from(tmp_path / "tables"))


@given(days(("calendar", "before_onset", "before_assessment"), -400))
def test_days_survive_a_cell(wire: object) -> None:
    day = PartialDay.read(wire)
    assert PartialDay.read(day_to_wire(day_to_text(day.write()))) == day


def test_a_table_that_is_not_there_was_not_asked(cohort: Path, tmp_path: Path) -> None:
    shutil.copytree(cohort, tmp_path / "some")
    (tmp_path / "some" / "people.parquet").unlink()
    intake = next(intakes_from(tmp_path / "some"))
    assert not intake.people.items


@pytest.mark.parametrize(("damage", "words"), [
    ("cut", "damaged or cut off"), ("gone", "no such file"), ("column", "did you mean 'closeness'"),
    ("stray", "not among the cases"), ("twice", "the id of another case"),
])  # fmt: skip
def test_broken_folders_are_refused(tmp_path: Path, damage: str, words: str) -> None:
    folder = tmp_path / "broken"
    write_cohort(folder, 40, Plan(seed=5))
    cases, losses = pl.read_parquet(folder / "cases.parquet"), pl.read_parquet(folder / "losses.parquet")
    match damage:
        case "cut":
            (folder / "losses.parquet").write_bytes((folder / "losses.parquet").read_bytes()[:5000])
        case "gone":
            (folder / "cases.parquet").unlink()
        case "column":
            losses.rename({"closeness": "closenes"}).write_parquet(folder / "losses.parquet")
        case "stray":
            pl.concat([losses, losses.head(1).with_columns(case=pl.lit("nobody"))]).write_parquet(
                folder / "losses.parquet"
            )
        case "twice":
            pl.concat([cases.head(1), cases.head(1)]).write_parquet(folder / "cases.parquet")
    with pytest.raises(CohortError) as error:
        list(intakes_from(folder))
    assert words in str(error.value)


@pytest.mark.parametrize("name", ["cases.parquet", "losses.csv", "README.md"])
def test_what_was_not_made_up_is_never_overwritten(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("told by people")
    with pytest.raises(CohortError, match="is there already"):
        write_cohort(tmp_path, 3, Plan(seed=1))
    assert [(each.name, each.read_text()) for each in tmp_path.iterdir()] == [(name, "told by people")]


def test_a_made_up_cohort_is_replaced(tmp_path: Path) -> None:
    write_cohort(tmp_path, 3, Plan(seed=1))
    write_cohort(tmp_path, 5, Plan(seed=1))
    assert pl.read_parquet(tmp_path / "cases.parquet").height == 5


def test_cohorts_of_two_forms_do_not_stand_in_one_folder(tmp_path: Path) -> None:
    """Or the tables of one would be read as those of the other."""
    write_cohort(tmp_path, 3, Plan(seed=1))
    with pytest.raises(CohortError, match="would stand beside the new cases"):
        write_cohort(tmp_path, 5, Plan(seed=1), "ndjson")
    assert pl.read_parquet(tmp_path / "cases.parquet").height == 3
