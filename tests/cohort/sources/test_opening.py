"""Are tables read back as they were written, whatever holds them, and is every fault told with its place?"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from ipt_formulate.cohort.faults import CohortError
from ipt_formulate.cohort.intakes import intakes_from, wires
from ipt_formulate.cohort.layout import TABLES
from ipt_formulate.cohort.mapping import mapping_from_text
from ipt_formulate.cohort.sources import ROW, open_source
from ipt_formulate.cohort.synthetic.cohort import Plan
from ipt_formulate.cohort.synthetic.folder import write_cohort
from tests.cohort.sources.reading_back import arrow, frames_of, told, told_by

CASES = 60


@pytest.fixture(scope="module")
def cohort(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cohort")
    write_cohort(folder, CASES, Plan(seed=11, missing=0.2))
    return folder


@pytest.fixture(scope="module")
def written(cohort: Path) -> list[dict[str, Any]]:
    return [*wires({name: iter(frame.to_arrow().to_batches()) for name, frame in frames_of(cohort).items()})]


def _csv(frame: pl.DataFrame, path: Path) -> None:
    frame.write_csv(path)


def _tsv(frame: pl.DataFrame, path: Path) -> None:
    frame.write_csv(path, separator="\t", line_terminator="\r\n")


def _excel_csv(frame: pl.DataFrame, path: Path) -> None:
    frame.write_csv(path, separator=";", include_bom=True, quote_style="always")


def _arrow(frame: pl.DataFrame, path: Path) -> None:
    frame.write_ipc(path, compression="zstd")


def _stream(frame: pl.DataFrame, path: Path) -> None:
    frame.write_ipc_stream(path)


def _parquet(frame: pl.DataFrame, path: Path) -> None:
    frame.write_parquet(path)


def _parts(frame: pl.DataFrame, path: Path) -> None:
    path.mkdir()
    (path / "_SUCCESS").touch()
    half = len(frame) // 2
    frame[:half].write_parquet(path / "part-0.parquet")
    frame[half:].write_parquet(path / "part-1.parquet")


@pytest.mark.parametrize(
    ("ending", "write"),
    [
        ("csv", _csv), ("tsv", _tsv), ("csv", _excel_csv), ("arrow", _arrow), ("feather", _arrow), ("arrow", _stream),
        ("parquet", _parquet), ("parquet", _parts),
    ],
)  # fmt: skip
def test_a_folder_of_files_is_read_back(
    cohort: Path, written: list[Any], tmp_path: Path, ending: str, write: Callable[[pl.DataFrame, Path], None]
) -> None:
    for name, frame in frames_of(cohort).items():
        write(frame, tmp_path / f"{name}.{ending}")
    with open_source(tmp_path) as source:
        assert not source.rejects
        assert told_by(source) == written
        for name, table in source.tables.items():
            assert arrow(table)[ROW].to_pylist() == [*range(1, len(frames_of(cohort)[name]) + 1)]


def test_the_made_folder_is_read_where_it_lies(cohort: Path, written: list[Any]) -> None:
    with open_source(cohort) as source:
        assert {type(table).__module__.partition(".")[0] for table in source.tables.values()} == {"duckdb"}
        assert [*source.tables] == [*TABLES]
        assert told_by(source) == written


def _relation(frame: pl.DataFrame) -> Any:
    return duckdb.connect().from_arrow(frame.to_arrow())


@pytest.mark.parametrize(
    ("module", "made"),
    [
        ("polars", lambda frame: frame), ("polars", lambda frame: frame.lazy()),
        ("pyarrow", lambda frame: frame.to_arrow()), ("duckdb", _relation),
        ("pyarrow", lambda frame: frame.to_pandas()),
    ],
)  # fmt: skip
def test_frames_stay_what_they_are(
    cohort: Path, written: list[Any], module: str, made: Callable[[pl.DataFrame], Any]
) -> None:
    with open_source({name: made(frame) for name, frame in frames_of(cohort).items()}) as source:
        assert {type(table).__module__.partition(".")[0] for table in source.tables.values()} == {module}
        assert told_by(source) == written
        assert arrow(source.tables["cases"])[ROW].to_pylist() == [*range(1, CASES + 1)]


def test_one_frame_is_the_table_of_cases() -> None:
    with open_source(pl.DataFrame({"case": [1, 2], "frame.bipolar_known": ["yes", None]})) as source:
        assert [*source.tables] == ["cases"]
        assert told_by(source) == [
            {"intake_version": "1", "case_id": "1", "frame": {"bipolar_known": "yes"}},
            {"intake_version": "1", "case_id": "2"},
        ]


def test_days_decimals_and_categories_become_plain(tmp_path: Path) -> None:
    frame = pl.DataFrame(
        {
            "case": [1.0, 2.0],
            "frame.assessed_on": ["2026-03-14", None],
            "isolation.confidants": [3.0, 2.5],
            "isolation.friends_then": [float("nan"), None],
            "frame.age_band": ["adult_25_59", None],
            "frame.perinatal": [None, None],
        }
    ).with_columns(pl.col("frame.assessed_on").str.to_datetime(), pl.col("frame.age_band").cast(pl.Categorical))
    frame.write_parquet(tmp_path / "cases.parquet")
    for made in (frame, frame.lazy(), frame.to_arrow(), _relation(frame), tmp_path):
        with open_source(made) as source:
            found = arrow(source.tables["cases"]).to_pydict()
        assert found["case"] == ["1", "2"]
        assert found["frame.assessed_on"] == ["2026-03-14", None]
        assert found["isolation.confidants"] == ["3", "2.5"]
        assert found["isolation.friends_then"] == [None, None], "a number that is none is an empty cell"
        assert found["frame.age_band"] == ["adult_25_59", None]


def test_a_missing_table_is_missing_and_an_empty_one_is_there(cohort: Path, tmp_path: Path) -> None:
    frames = frames_of(cohort)
    frames["cases"].write_parquet(tmp_path / "cases.parquet")
    frames["losses"].clear().write_csv(tmp_path / "losses.csv")
    with open_source(tmp_path) as source:
        assert [*source.tables] == ["cases", "losses"]
        assert [batch["losses"].num_rows for batch in source.batches(50)] == [0, 0]


# -- batches -------------------------------------------------------------------------------------------------------


@pytest.fixture(params=["in order", "shuffled", "frames", "lazy", "shuffled frames", "shuffled csv"])
def any_order(request: pytest.FixtureRequest, cohort: Path, tmp_path: Path) -> Any:
    """The same cohort in other clothes; only records may be shuffled, since the order of cases is told."""
    frames = frames_of(cohort)
    if request.param.startswith("shuffled"):
        for name in TABLES:
            if name != "cases":
                frames[name] = frames[name].sample(fraction=1, shuffle=True, seed=3)
    match request.param:
        case "frames" | "shuffled frames":
            return frames
        case "lazy":
            return {name: frame.lazy() for name, frame in frames.items()}
    for name, frame in frames.items():
        if request.param == "shuffled csv":
            frame.write_csv(tmp_path / f"{name}.csv")
        else:
            frame.write_parquet(tmp_path / f"{name}.parquet")
    return tmp_path


def _sorted(told: list[dict[str, Any]]) -> list[dict[str, Any]]:
    for wire in told:
        for section in wire.values():
            if isinstance(section, dict) and "items" in section:
                section["items"].sort(key=lambda item: item["id"])
    return told


@pytest.mark.parametrize("size", [7, 1000])
def test_batches_are_whole_cases_in_any_order(any_order: Any, written: list[Any], size: int) -> None:
    found: list[Any] = []
    with open_source(any_order) as source:
        for _ in range(2):  # a source can be read again
            found.clear()
            for batch in source.batches(size):
                assert [*batch] == [*TABLES]
                assert batch["cases"].num_rows == min(size, CASES - len(found))
                found += told(_by_case(batch))
            assert _sorted(found) == _sorted(written)


def _by_case(batch: dict[str, Any]) -> dict[str, Any]:
    frames = {name: pl.from_arrow(table) for name, table in batch.items()}
    order = frames["cases"].select("case", place=pl.row_index())
    for name in TABLES:
        if name != "cases":
            frames[name] = (
                frames[name].join(order, on="case", how="left").sort("place", maintain_order=True).drop("place")
            )
    return {name: frame.to_arrow() for name, frame in frames.items()}


def test_double_nameless_and_stray_rows_are_told_together(cohort: Path) -> None:
    frames = frames_of(cohort)
    first = frames["cases"][:1]
    nameless = first.with_columns(case=pl.lit(None, pl.String))
    frames["cases"] = pl.concat([frames["cases"], first, nameless])
    frames["losses"] = pl.concat([frames["losses"], frames["losses"][:1].with_columns(case=pl.lit("elsewhere"))])
    frames["people"] = pl.concat([frames["people"], frames["people"][:1].with_columns(case=pl.lit(None, pl.String))])
    with open_source(frames) as source, pytest.raises(CohortError) as caught:
        next(source.batches())
    assert [(fault.code, fault.path) for fault in caught.value.faults] == [
        ("C102", f"frame cases: row {CASES + 2}: case"),
        ("C102", f"frame cases: row {CASES + 1}: case"),
        ("C103", f"frame losses: row {len(frames['losses'])}: case"),
        ("C103", f"frame people: row {len(frames['people'])}: case"),
    ]
    assert "elsewhere" not in str(caught.value)


# -- faults --------------------------------------------------------------------------------------------------------


def _faults(where: Any, **options: Any) -> list[tuple[str, str]]:
    with pytest.raises(CohortError) as caught:
        open_source(where, **options).close()
    return [(fault.code, fault.headline()) for fault in caught.value.faults]


@pytest.fixture(autouse=True)
def _nothing_is_left(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Whatever happens, no temporary file of a cohort stays behind."""
    folder = tmp_path_factory.mktemp("temporary")
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    yield
    assert [*folder.iterdir()] == []


def test_every_fault_of_a_folder_is_told_at_once(cohort: Path, tmp_path: Path) -> None:
    whole = (cohort / "people.parquet").read_bytes()
    (tmp_path / "people.parquet").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "loss.csv").write_text("case\na\n")
    (tmp_path / "changes.csv").write_text("")
    (tmp_path / "conflicts.csv").write_text("case,kind\n")
    (tmp_path / "conflicts.tsv").write_text("case\tkind\n")
    found = _faults(tmp_path)
    assert sorted(code for code, _ in found) == ["C101", "C105", "C142", "C142", "C144"]
    text = "\n".join(line for _, line in found)
    assert "people.parquet: cannot be read as Parquet: it is damaged or cut off" in text
    assert "loss.csv: is named like no table of the layout; did you mean 'losses'?" in text
    assert "holds the same table more than once: conflicts.csv, conflicts.tsv" in text
    assert "holds no table of cases; expected `cases`, such as cases.parquet" in text


def test_parquet_damaged_in_the_middle_is_told_while_reading(cohort: Path, tmp_path: Path) -> None:
    shutil.copytree(cohort, tmp_path, dirs_exist_ok=True)
    file = tmp_path / "losses.parquet"
    damaged = bytearray(file.read_bytes())
    middle = slice(100, len(damaged) // 8)  # at the end stand the places of all columns
    damaged[middle] = b"\xff" * (middle.stop - middle.start)
    file.write_bytes(bytes(damaged))
    with open_source(tmp_path) as source, pytest.raises(CohortError) as caught:
        [*source.batches(10)]
    assert [fault.code for fault in caught.value.faults] == ["C105"]
    assert "losses.parquet" in str(caught.value)


@pytest.mark.parametrize(("content", "code", "words"), [
    (b"", "C144", "is empty"),
    (b"case,frame.age_band\n", "C144", "holds no case"),
    (b"case,frame.age_bnd\na,b\n", "C104", "did you mean 'frame.age_band'?"),
    (b"person,frame.age_band\na,b\n", "C104", "has no column `case`"),
    (b"case,frame.format,frame.FORMAT\na,b,c\n", "C143", "frame.format: is the name of two columns"),
    ("case,frame.own_serious_illness_kind\na,b\nb,\xfcber\n".encode("cp1252"), "C141", "line 3: is not UTF-8"),
    ("case,frame.age_bänd\na,b\n".encode("cp1252"), "C141", "--encoding cp1252"),
    ("case,frame.format\na,group\n".encode("utf-16"), "C141", "--encoding utf-16"),
    (b",case,frame.format\n0,a,group\n", "C143", "has a column without a name: the one after 0 others"),
    (b"case,frame.format,,\na,group,,\n", "C143", "has a column without a name: the one after 2 others"),
    (b"case\x00,frame.format\na,group\n", "C141", "is no text file"),
    (b"case,frame.format\n" + b"a,b,c\n" * 1001, "C146", "has 1001 lines that do not fit its header, the first in li"),
])  # fmt: skip
def test_faulty_text_files(tmp_path: Path, content: bytes, code: str, words: str) -> None:
    (tmp_path / "cases.csv").write_bytes(content)
    found = _faults(tmp_path)
    assert code in [each for each, _ in found]
    assert words in "\n".join(line for _, line in found)


def test_another_encoding_is_read_when_it_is_named(tmp_path: Path) -> None:
    text = "case,frame.own_serious_illness_kind\na,Nierenleiden für Jahre\n"
    for encoding in ("cp1252", "utf-16", "utf-8"):
        (tmp_path / "cases.csv").write_bytes(text.encode(encoding))
        with open_source(tmp_path / "cases.csv", encoding=encoding) as source:
            assert told_by(source)[0]["frame"]["own_serious_illness_kind"] == "Nierenleiden für Jahre"
    (tmp_path / "cases.csv").write_bytes(text.encode("cp1252"))
    assert _faults(tmp_path / "cases.csv", encoding="utf-8")[0][0] == "C141"
    assert _faults(tmp_path / "cases.csv", encoding="cp1")[0][0] == "C141"


def test_a_broken_line_is_rejected_and_the_rest_keeps_its_numbers(tmp_path: Path) -> None:
    lines = ["case,frame.format", "a,group", "b,group,more", "c,group", "d", "e,group"]
    (tmp_path / "cases.csv").write_text("\n".join(lines) + "\n")
    with open_source(tmp_path) as source:
        assert [(each.table, each.row, each.faults[0].message) for each in source.rejects] == [
            ("cases", 2, "has too many cells"),
            ("cases", 4, "has too few cells"),
        ]
        found = arrow(source.tables["cases"]).to_pydict()
        assert (found["case"], found[ROW]) == (["a", "c", "e"], [1, 3, 5])


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_lines_and_rows_are_told_apart(tmp_path: Path, end: str) -> None:
    lines = ["case,frame.own_serious_illness_kind", 'a,"two', 'lines"', "", "b,x", "c,1,2", "", "", "d", "e,x"]
    (tmp_path / "cases.csv").write_bytes((end.join(lines) + end).encode())
    with open_source(tmp_path) as source:
        assert [(each.row, each.faults[0].path.rpartition(": ")[2]) for each in source.rejects] == [
            (3, "line 6"),
            (4, "line 9"),
        ]
        found = arrow(source.tables["cases"]).to_pydict()
    assert dict(zip(found["case"], found[ROW], strict=True)) == {"a": 1, "b": 2, "e": 5}


@pytest.mark.parametrize("torn", ['b,"group\nc,group\n', 'b,"group\nc,"group"\nd,group\n'])
def test_a_quote_that_swallows_lines_is_refused(tmp_path: Path, torn: str) -> None:
    (tmp_path / "cases.csv").write_text("case,frame.format\na,group\n" + torn)
    ((code, told),) = _faults(tmp_path)
    assert code == "C146"
    assert "cases.csv: line 3: has a quote that is not closed" in told


def test_a_quote_that_tears_one_line_is_a_reject(tmp_path: Path) -> None:
    (tmp_path / "cases.csv").write_text('case,frame.format\na,"group" x\nb,group\n')
    with open_source(tmp_path) as source:
        assert [each.row for each in source.rejects] == [1]
        assert arrow(source.tables["cases"])["case"].to_pylist() == ["b"]


def test_cells_are_trimmed_and_quotes_read(tmp_path: Path) -> None:
    (tmp_path / "cases.csv").write_text(
        '"case", "frame.own_serious_illness_kind"\n a ,"two\nlines, ""quoted"""\nb,""\n'
    )
    with open_source(tmp_path / "cases.csv") as source:
        found = arrow(source.tables["cases"]).to_pydict()
    assert found["case"] == ["a", "b"]
    assert found["frame.own_serious_illness_kind"] == ['two\nlines, "quoted"', None]


def test_names_that_look_like_sql_are_names(tmp_path: Path) -> None:
    name = 'it\'s "quoted"; DROP TABLE x --'
    (tmp_path / name).mkdir()
    (tmp_path / name / "cases.csv").write_text("case,it's\na,b\n")
    assert [code for code, _ in _faults(tmp_path / name)] == ["C104"]
    (tmp_path / name / "cases.csv").write_text("case\n'; SELECT 1 --\n")
    with open_source(tmp_path / name) as source:
        assert arrow(source.tables["cases"])["case"].to_pylist() == ["'; SELECT 1 --"]


def test_faulty_frames() -> None:
    import pandas as pd

    mixed = pd.DataFrame({"case": ["a", "b"], "frame.format": ["group", 3], "frame.age_band": [object(), 1]})
    assert [code for code, _ in _faults(mixed)] == ["C145", "C145"]
    assert [code for code, _ in _faults({"cases": 3, "losses": "text"})] == ["C140", "C140"]
    nested = pl.DataFrame({"case": ["a"], "frame.format": [["group"]]})
    assert [code for code, _ in _faults(nested)] == ["C145"]
    assert [code for code, _ in _faults({"case": pl.DataFrame({"case": ["a"]})})] == ["C142", "C101"]
    assert [code for code, _ in _faults(pl.DataFrame({"case": []}))] == ["C144"]


def test_files_of_no_known_kind(tmp_path: Path) -> None:
    (tmp_path / "cases.docx").touch()
    assert _faults(tmp_path / "cases.docx")[0][0] == "C140"
    assert _faults(tmp_path / "gone.csv")[0][0] == "C101"
    assert [code for code, _ in _faults(tmp_path)] == ["C140", "C101"]


def test_a_table_in_another_format_is_not_overlooked(tmp_path: Path) -> None:
    (tmp_path / "cases.csv").write_text("case\na\n")
    for name in ("losses.xlsx", "people.csv.gz"):
        (tmp_path / name).touch()
    (tmp_path / "conflicts.csv").write_text("case,id\n")
    (tmp_path / "conflicts.sps").touch()
    found = _faults(tmp_path)
    assert [code for code, _ in found] == ["C140", "C140"]
    assert "losses.xlsx: is a table of no kind that is read in a folder; expected one of .parquet" in found[0][1]
    assert "people.csv.gz" in found[1][1]


def test_names_that_differ_in_capitals_only_are_refused(tmp_path: Path) -> None:
    (tmp_path / "data.csv").write_text("nr\na\n")
    (tmp_path / "Data.csv").write_text("nr\nb\n")
    mapping = mapping_from_text("mapping_version: 1\ntables: {cases: {from: Data, case: nr}}")
    ((code, told),) = _faults(tmp_path, mapping=mapping)
    assert code == "C142"
    assert "Data.csv, data.csv" in told


def test_parts_of_a_table_have_the_same_columns(tmp_path: Path) -> None:
    parts = tmp_path / "cases.parquet"
    parts.mkdir()
    pl.DataFrame({"case": ["a"], "isolation.confidants": [1]}).write_parquet(parts / "1.parquet")
    pl.DataFrame({"case": ["b"], "isolation.confidants": ["2"]}).write_parquet(parts / "2.parquet")
    ((code, told),) = _faults(tmp_path)
    assert code == "C145"
    assert "2.parquet: isolation.confidants: is of another type than in other parts" in told
    pl.DataFrame({"case": ["b"]}).write_parquet(parts / "2.parquet")
    ((code, told),) = _faults(tmp_path)
    assert code == "C143"
    assert "2.parquet: isolation.confidants: stands in some parts of the table only" in told


def test_rows_are_those_of_the_file_where_some_cannot_be_read(tmp_path: Path) -> None:
    lines = ['{"case_id": "a"}', "{", "", '{"case_id": "b"}', '{"case_id": "a"}']
    (tmp_path / "all.jsonl").write_text("\n".join(lines))
    with open_source(tmp_path / "all.jsonl") as source, pytest.raises(CohortError) as caught:
        source.check()
    assert [fault.path.rpartition("all.jsonl")[2] for fault in caught.value.faults] == [": row 5: case"]


def test_where_no_row_can_be_read_it_says_why(tmp_path: Path) -> None:
    (tmp_path / "all.jsonl").write_bytes('{"case_id": "a"}\n'.encode("utf-16"))
    found = _faults(tmp_path / "all.jsonl")
    assert "holds no case that can be read, and 2 broken rows" in found[0][1]
    assert "row 1: is not UTF-8 text" in found[1][1]


@pytest.mark.parametrize("name", ["cases", "losses"])
def test_a_folder_read_case_by_case_names_the_column_that_is_missing(tmp_path: Path, name: str) -> None:
    pl.DataFrame({"case": ["a"]}).write_parquet(tmp_path / "cases.parquet")
    pl.DataFrame({"id": ["l1"]}).write_parquet(tmp_path / f"{name}.parquet")
    with pytest.raises(CohortError, match=rf"{name}\.parquet: (id: is no column|has no column `case`)"):
        [*intakes_from(tmp_path)]


@pytest.mark.parametrize("names", [("loss_1_kind", "loss_01_kind"), ("loss_007_kind", "loss_7_kind")])
def test_two_columns_of_one_number_are_an_error_that_names_both(tmp_path: Path, names: tuple[str, str]) -> None:
    """Neither is silently left unread; the same number in columns of two answers is no matter."""
    mapping = mapping_from_text(
        'mapping_version: "1"\ntables:\n  cases: {case: pid}\n'
        "  losses: {case: pid, answers: {kind: 'loss_{n}_kind', closeness: 'loss_{n}_near'}}\n"
    )
    path = tmp_path / "wide.csv"
    path.write_text(f"pid,{','.join(names)},loss_2_kind\na,death_of_person,death_of_pet,\n")
    with pytest.raises(CohortError) as refused:
        open_source(path, mapping=mapping)
    told = [fault.headline() for fault in refused.value.faults if fault.code == "C191"]
    assert len(told) == 1
    assert all(name in told[0] for name in names)
    path.write_text("pid,loss_01_kind,loss_1_near,loss_2_kind\na,death_of_person,4,death_of_pet\n")
    with open_source(path, mapping=mapping) as source:
        rows = source.tables["losses"].pl().select("id", "kind", "closeness").rows()
    assert rows == [("loss-1", "death_of_person", "4"), ("loss-2", "death_of_pet", None)]
