"""Does a cohort through tables come out as case by case, on every backend, with its receipt, codebook and methods?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import duckdb
import narwhals.stable.v2 as nw
import polars as pl
import pytest

from ipt_formulate import TableResult, formulate_table
from ipt_formulate.cohort.outputs.methods import NOT_VALIDATED
from tests.cohort.coded import CASES, book, candidate_rows, case_row, cohort, dispute_rows, flag_columns, formulated

KINDS: dict[str, Callable[[pl.DataFrame], Any]] = {
    "polars": lambda frame: frame,
    "duckdb": lambda frame: duckdb.from_arrow(frame.to_arrow()),
    "pyarrow": lambda frame: frame.to_arrow(),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return cohort(tmp_path_factory.mktemp("in") / "cohort")


@pytest.fixture(scope="module", params=[None, pytest.param("duckdb", marks=pytest.mark.long)])
def result(folder: Path, request: pytest.FixtureRequest) -> TableResult:
    """Through files, on the backend of a caller who names none, and on the other one."""
    return formulate_table(folder, rulebook=book(), backend=request.param)


def rows(native: Any) -> list[dict[str, Any]]:
    frame = nw.from_native(native)
    return list((frame.collect() if isinstance(frame, nw.LazyFrame) else frame).to_polars().to_dicts())


def test_every_case_is_coded_as_formulate_says(folder: Path, result: TableResult) -> None:
    found = rows(result.cases)
    expected = [case_row(each) for each in formulated(folder)]
    assert [row["case"] for row in found] == [row["case"] for row in expected], "in the order of the input"
    for row, wanted in zip(found, expected, strict=True):
        assert {name: row[name] for name in wanted} == wanted, row["case"]
    assert set(flag_columns()) < set(found[0])
    assert {row["focus_status"] for row in found} >= {"proposed", "insufficient"}, "a cohort that tells little"


def test_candidates_and_disputes_are_those_of_formulate(folder: Path, result: TableResult) -> None:
    expected = [row for each in formulated(folder) for row in candidate_rows(each)]
    there = {(row["case"], row["situation"], row["area"]): row for row in rows(result.candidates)}
    for wanted in expected:
        row = there[wanted["case"], wanted["situation"], wanted["area"]]
        assert {name: row[name] for name in wanted} == wanted
    shown = {key for key, row in there.items() if row["exists_shown"] == "yes"}
    assert shown == {(row["case"], row["situation"], row["area"]) for row in expected}
    disputes = [row for each in formulated(folder) for row in dispute_rows(each)]

    def key(row: Mapping[str, Any]) -> tuple[str, ...]:
        return (row["case"], row["situation"], row["line"])

    assert sorted(rows(result.disputes), key=key) == sorted(disputes, key=key)


def test_the_receipt_says_what_made_it(result: TableResult) -> None:
    row = rows(result.cases)[0]
    assert row["rulebook_sha256"] == result.receipt.rulebook_sha256 == book().sha256
    assert (row["profile"], row["rulebook"]) == ("classic", book().name)
    assert row["settings_sha256"] == result.receipt.settings_sha256
    assert "not a diagnosis" in result.receipt.notice


def test_the_rules_run_on_polars_unless_another_backend_is_asked_for(
    result: TableResult, request: pytest.FixtureRequest
) -> None:
    """DuckDB gives the same at a price for each batch that small cohorts should not pay."""
    asked = request.node.callspec.params["result"]
    assert result.receipt.backend == (asked or "polars")
    assert isinstance(result.cases, duckdb.DuckDBPyRelation), "files are read by DuckDB"


def test_the_codebook_tells_every_column_and_no_other(result: TableResult) -> None:
    tables = {"cases": result.cases, "candidates": result.candidates, "disputes": result.disputes}
    for name, table in tables.items():
        columns = nw.from_native(table).collect_schema().names()
        assert [each.name for each in result.variables[name]] == columns
    told = result.codebook()
    assert all(f"`{each.name}`" in told for each in result.variables["cases"])


def test_every_word_is_in_the_codebook(result: TableResult) -> None:
    for table in ("cases", "candidates", "disputes"):
        found = rows(getattr(result, table))
        for variable in result.variables[table]:
            if variable.kind == "choice":
                assert {row[variable.name] for row in found} <= set(variable.codes), variable.name


def test_the_methods_say_what_was_not_validated(result: TableResult) -> None:
    assert NOT_VALIDATED in result.methods
    assert f"intakes of {CASES} cases" in result.methods
    assert book().sha256 in result.methods


@pytest.mark.parametrize(
    "kind", [pytest.param(name, marks=() if name == "duckdb" else pytest.mark.long) for name in KINDS]
)
def test_frames_come_back_as_they_were_given(folder: Path, kind: str) -> None:
    told = pl.read_parquet(folder / "cases.parquet").select("case", "frame.assessed_on", "episode.diagnosis").head(4)
    found = formulate_table(KINDS[kind](told), rulebook=book())
    assert type(found.cases) is type(KINDS[kind](told))
    assert {row["grief_best"] for row in rows(found.cases)} == {"present"}, "a missing table was not asked about"


def test_a_bad_row_is_rejected_and_the_rest_is_coded(folder: Path) -> None:
    frames = {path.stem: pl.read_parquet(path) for path in folder.glob("*.parquet")}
    names = frames["cases"]["case"].to_list()
    spoilt = pl.when(pl.col("case") == names[2]).then(pl.lit("secret-word")).otherwise(pl.col("episode.course"))
    frames["cases"] = frames["cases"].with_columns(spoilt.alias("episode.course"))
    found = formulate_table(frames, rulebook=book())
    assert [row["case"] for row in rows(found.cases)] == [*names[:2], *names[3:]]
    (reject,) = rows(found.rejects)
    assert (reject["case"], reject["row"], reject["column"]) == (names[2], 3, "episode.course")
    assert "secret-word" not in str(reject)
    assert "1 were rejected" in found.methods


def test_a_record_that_cannot_be_read_is_never_a_no(tmp_path: Path) -> None:
    """Of a case that is named, and of one that cannot be told; both lists were said to be complete."""
    (tmp_path / "cases.csv").write_text("case,losses.asked,losses.complete\na,yes,yes\nb,yes,yes\n")
    (tmp_path / "losses.csv").write_text("case,id,kind\nb,l1,death,more\nbl2,death\n")
    found = formulate_table(tmp_path, rulebook=book())
    (case,) = rows(found.cases)
    assert (case["case"], case["grief_best"], case["grief_settled"]) == ("a", "present", "no")
    rejects = [(row["source"], row["row"], row["case"], row["column"], row["code"]) for row in rows(found.rejects)]
    losses = str(tmp_path / "losses.csv")
    assert rejects == [(losses, 1, "b", None, "C146"), (losses, 2, None, None, "C146")]
    assert rows(found.rejects)[1]["reason"].startswith("line 3: has too few cells; its case cannot be told")
    assert "intakes of 2 cases" in found.methods
    assert "1 were rejected" in found.methods
    assert "(1 of losses) may belong to any case: the lists of losses were therefore taken as not complete" in (
        found.methods
    )


def test_an_unknown_backend_is_refused(folder: Path) -> None:
    with pytest.raises(ValueError, match="duckdb, polars"):
        formulate_table(folder, backend="pandas")  # type: ignore[arg-type]
