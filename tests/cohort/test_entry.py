"""Are exactly those cases refused that the intake refuses, and the others encoded as the intakes are, everywhere?"""

from __future__ import annotations

import random
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import narwhals.stable.v2 as nw
import polars as pl
import pytest
from hypothesis import given

from ipt_formulate.cohort.days import day_to_wire
from ipt_formulate.cohort.entry import MEANING, enter
from ipt_formulate.cohort.entry.days import dictionary
from ipt_formulate.cohort.faults import CohortError
from ipt_formulate.cohort.layout import TABLES, case_to_wire, rows_of
from ipt_formulate.engines.columns.encoding import FRAMES
from ipt_formulate.intake import Intake
from ipt_formulate.intake.dates import DateFault, PartialDay
from tests.cohort.entering import (
    BACKENDS,
    Cohort,
    collected,
    differences,
    entered,
    expected,
    judged,
    opened,
    plan,
)
from tests.strategies import intakes

SPARE = {"polars": 8, "duckdb": 2, "pyarrow": 2}
QUICK = ("polars", "pyarrow")
EVERY_TIME = 2
"""How many seeds of each backend every run looks at; the rest is for the long run."""


@pytest.mark.parametrize(
    ("backend", "seed"),
    [
        pytest.param(name, seed, marks=() if name in QUICK and seed < EVERY_TIME else pytest.mark.long)
        for name, most in SPARE.items()
        for seed in range(most)
    ],
)
def test_what_the_intake_refuses_is_refused_and_the_rest_is_encoded(backend: str, seed: int) -> None:
    cohort = Cohort(seed, missing=(0.0, 0.3, 0.7)[seed % 3])
    cohort.spoil((0, 8, 25, 60)[seed % 4])
    if seed % 5 == 4:
        cohort.leave_out(cohort.chance.choice([name for name in cohort.rows if name != "cases"]))
    _agrees(cohort, cohort.tables(backend))


def _agrees(cohort: Cohort, tables: Mapping[str, Any]) -> None:
    taken, refused = judged(cohort.rows)
    result = enter(tables, plan())
    rejects = collected(result.rejects)
    found = entered(result)
    assert {*found} == {*taken}, "cases that went in"
    known = {*taken, *refused}
    assert {name for name in rejects["case"] if name in known} == refused
    assert {*rejects["code"]} <= {*MEANING}
    assert {*rejects["table"]} <= {*TABLES, "decisions"}
    assert not differences(found, expected(taken))
    assert (result.cases, result.rejected) == (len(taken), len(cohort.rows["cases"]) - len(taken))
    assert {*result.opened} == opened(cohort.rows)


# -- days -------------------------------------------------------------------------------------------------------------


def _some_day(chance: random.Random) -> str:
    about = chance.choice(("", "", "about "))
    if chance.random() < 0.5:
        year = chance.choice((1899, 1900, 1904, 2000, 2024, 2199, 2200, chance.randint(1900, 2199)))
        month, day = chance.randint(0, 13), chance.randint(0, 32)
        return about + chance.choice((f"{year}", f"{year}-{month:02}", f"{year}-{month:02}-{day:02}", f"{year}-02-29"))
    units = chance.sample(("days", "weeks", "months", "years"), chance.choice((1, 1, 1, 2, 3)))
    units += units[: chance.random() < 0.05]
    counts = (chance.choice((0, 1, 12, 13, chance.randint(0, 1300), chance.randint(0, 41_000))) for _ in units)
    lag = " ".join(f"{chance.choice(('', '', '-'))}{count} {unit}" for count, unit in zip(counts, units, strict=True))
    return f"{about}{lag} before {chance.choice(('onset', 'assessment'))}"


def _read(text: str) -> tuple[int, int, int]:
    try:
        day = PartialDay.read(day_to_wire(text))
    except DateFault:
        return 0, 0, 0
    if day.earliest is not None and day.latest is not None:
        return FRAMES[day.kind], day.earliest.toordinal(), day.latest.toordinal()
    assert day.fewest is not None
    assert day.most is not None
    return FRAMES[day.kind], day.fewest, day.most


@pytest.mark.parametrize("backend", ["polars", pytest.param("duckdb", marks=pytest.mark.long)])
def test_days_are_the_days_of_the_intake(backend: str) -> None:
    chance = random.Random(11)
    texts = {_some_day(chance) for _ in range(6000)} | {"", "2026 ", "2026-3", " 3 days before onset", "x", "2026\n"}
    frame = BACKENDS[backend](pl.DataFrame({"text": sorted(texts)}))
    found = collected(dictionary([nw.from_native(frame)]).to_native())
    read = {text: (frame, first, last) for text, frame, first, last in found.rows()}
    assert read == {text: _read(text) for text in texts}
    assert len({frame for frame, _, _ in read.values()}) == 4


# -- there and back ---------------------------------------------------------------------------------------------------


@given(intakes())
def test_rows_say_all_that_an_intake_says_but_the_day_of_an_answer(intake: Intake) -> None:
    rows = rows_of(intake)
    wire = case_to_wire(rows["cases"][0], {name: those for name, those in rows.items() if name != "cases"})
    assert _undated(Intake.from_dict(wire).to_dict()) == _undated({**intake.to_dict()})


def _undated(wire: Any) -> Any:
    """Without the days on which answers were given, and in one form."""
    if isinstance(wire, list):
        return [_undated(each) for each in wire]
    if not isinstance(wire, dict):
        return wire
    kept = {key: _undated(value) for key, value in wire.items() if key != "on"}
    if {*kept} == {"value"}:
        return kept["value"]
    return None if kept == {"unknown": "not_asked"} else {k: v for k, v in kept.items() if v is not None and v != {}}


# -- what cannot be used at all ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("damage", "words"), [
    ("no cases", "C153"), ("table", "did you mean 'losses'"), ("column", "did you mean 'closeness'"),
    ("no id", "losses: id"), ("list", "C151"), ("mixed", "age_band: holds values of several"),
    ("no table", "is no table"), ("backends", "several backends"),
])  # fmt: skip
def test_tables_that_cannot_be_used_are_refused_by_name(damage: str, words: str) -> None:
    cases = pl.DataFrame({"case": ["a"]})
    losses = pl.DataFrame({"case": ["a"], "id": ["x"], "closeness": [3]})
    tables: dict[str, Any] = {"cases": cases, "losses": losses}
    match damage:
        case "no cases":
            del tables["cases"]
        case "table":
            tables["lossess"] = tables.pop("losses")
        case "column":
            tables["losses"] = losses.rename({"closeness": "closenes"})
        case "no id":
            tables["losses"] = losses.drop("id")
        case "list":
            tables["losses"] = losses.with_columns(closeness=pl.Series([[3]]))
        case "mixed":
            pandas = pytest.importorskip("pandas")
            tables = {"cases": pandas.DataFrame({"case": ["a", "b"], "frame.age_band": ["older_60_plus", 3]})}
        case "no table":
            tables["losses"] = "losses.parquet"
        case "backends":
            tables["losses"] = BACKENDS["duckdb"](losses)
    with pytest.raises(CohortError) as error:
        enter(tables, plan())
    assert words in str(error.value)


def test_every_fault_of_a_case_has_a_line_that_names_place_and_code_and_no_value() -> None:
    secret = "private-word"
    cases = pl.DataFrame({"case": ["a", "b", "b", None], "frame.age_band": [secret, None, None, None],
                          "episode.severity_score": [4, 300, None, None], "row": [12, 13, 14, 15]})  # fmt: skip
    losses = pl.DataFrame(
        {"case": ["a", "a", "c", None], "id": ["one", "one", "x", secret], "person": [secret, None, None, None]}
    )
    result = enter({"cases": cases, "losses": losses}, plan())
    rejects = collected(result.rejects)
    assert secret not in str(rejects.drop("case").rows())
    lines = {(table, row, column, code) for _, table, row, column, code, _ in rejects.rows()}
    assert lines == {
        ("cases", 12, "frame.age_band", "C166"),
        ("cases", 13, "episode.severity_score", "C167"),
        ("cases", 13, "case", "C161"),
        ("cases", 14, "case", "C161"),
        ("cases", 15, "case", "C160"),
        ("losses", 1, "id", "C164"),
        ("losses", 2, "id", "C164"),
        ("losses", 1, "person", "C172"),
        ("losses", 3, "case", "C162"),
        ("losses", 4, "case", "C162"),
    }
    assert (result.cases, result.rejected) == (0, 4)


def test_a_table_that_is_missing_was_not_asked_for_and_never_means_none() -> None:
    cases = pl.DataFrame({"case": ["a"], "losses.asked": ["yes"], "losses.complete": ["yes"]})
    without = entered(enter({"cases": cases}, plan()))["a"]["case", ""]
    assert without.get("losses_complete", 1) == 1
    losses = pl.DataFrame(schema={"case": pl.String, "id": pl.String})
    assert entered(enter({"cases": cases, "losses": losses}, plan()))["a"]["case", ""]["losses_complete"] == 2


def test_numbers_name_cases_as_texts_do() -> None:
    cases = pl.DataFrame({"case": [7, 8]})
    losses = pl.DataFrame({"case": [8.0, None], "id": ["x", "y"]})
    result = enter({"cases": cases, "losses": losses}, plan())
    assert {*entered(result)} == {"7", "8"}
    assert ("loss", "x") in entered(result)["8"]
    assert collected(result.rejects)["code"].to_list() == ["C162"]


@pytest.mark.parametrize("stray", ["nobody", None, ""])
@pytest.mark.parametrize("backend", ["polars", "pyarrow"])
def test_a_record_without_a_case_leaves_its_list_open_for_every_case(backend: str, stray: str | None) -> None:
    """It may be of any case. Other lists keep their mark, and a case that was not asked stays so."""
    marks = {"losses.asked": ["yes", "no"], "losses.complete": ["yes", None], "changes.complete": ["yes", "yes"]}
    frames = {
        "cases": pl.DataFrame({"case": ["a", "b"], **marks}),
        "losses": pl.DataFrame({"case": ["a", stray], "id": ["l1", "l2"]}),
        "changes": pl.DataFrame({"case": ["a"], "id": ["c1"]}),
    }
    result = enter({name: BACKENDS[backend](frame) for name, frame in frames.items()}, plan())
    told = {case: told["case", ""] for case, told in entered(result).items()}
    assert {case: each["losses_complete"] for case, each in told.items()} == {"a": 1, "b": 0}
    assert {case: each["changes_complete"] for case, each in told.items()} == {"a": 2, "b": 2}
    assert result.opened == ("losses",)
    (reason,) = collected(result.rejects)["reason"]
    assert reason.endswith("so for no case is the list complete: losses")


def test_a_list_of_which_records_were_lost_elsewhere_is_complete_for_no_case() -> None:
    frames = {
        "cases": pl.DataFrame({"case": ["a"], "losses.complete": ["yes"]}),
        "losses": pl.DataFrame({"case": ["a"], "id": ["l1"]}),
    }
    whole, lost = (enter(frames, plan(), opened_lists) for opened_lists in ((), ("losses",)))
    assert [entered(each)["a"]["case", ""]["losses_complete"] for each in (whole, lost)] == [2, 1]
    assert (whole.opened, lost.opened) == ((), ("losses",))


def test_nothing_is_null_in_encoded_tables() -> None:
    cohort = Cohort(3, missing=0.7)
    for frame in enter(cohort.tables("polars"), plan()).tables.values():
        assert collected(frame).null_count().sum_horizontal().item() == 0


def test_the_page_names_every_code() -> None:
    page = (Path(__file__).parents[2] / "docs" / "cohort-tables.md").read_text(encoding="utf-8")
    codes = {line.split("|")[1].strip() for line in page.splitlines() if line.startswith("| C1")}
    assert {*MEANING} <= codes
