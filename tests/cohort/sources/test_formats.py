"""Do workbooks, SPSS, Stata and JSON Lines give back what was written, with reasons, and refuse what is broken?"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
import pyreadstat
import pytest

from ipt_formulate.cohort.faults import CohortError
from ipt_formulate.cohort.intakes import intakes_from
from ipt_formulate.cohort.mapping import mapping_from_text
from ipt_formulate.cohort.sources import intakes as pieces
from ipt_formulate.cohort.sources import open_source
from ipt_formulate.cohort.synthetic.cohort import Plan
from ipt_formulate.cohort.synthetic.folder import write_cohort
from ipt_formulate.intake import Intake
from tests.cohort.sources.reading_back import arrow, frames_of, told_by

CASES = 25


@pytest.fixture(scope="module")
def cohort(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cohort")
    write_cohort(folder, CASES, Plan(seed=5, missing=0.2))
    return folder


@pytest.fixture(scope="module")
def written(cohort: Path) -> list[Intake]:
    return [*intakes_from(cohort)]


def _intakes(where: Any, **options: Any) -> list[Intake]:
    with open_source(where, **options) as source:
        assert not source.rejects
        return [Intake.from_dict(wire) for wire in told_by(source)]


def _codes(where: Any) -> list[str]:
    with pytest.raises(CohortError) as caught:
        open_source(where).close()
    return [fault.code for fault in caught.value.faults]


# -- workbooks -----------------------------------------------------------------------------------------------------


def _workbook(path: Path, sheets: dict[str, pl.DataFrame]) -> None:
    import xlsxwriter

    with xlsxwriter.Workbook(path) as book:
        for name, frame in sheets.items():
            frame.write_excel(book, worksheet=name)


def test_a_sheet_a_table(cohort: Path, written: list[Intake], tmp_path: Path) -> None:
    notes = pl.DataFrame({"anything": ["may stand here"]})
    _workbook(tmp_path / "study.xlsx", {"Notes": notes, **frames_of(cohort)})
    assert _intakes(tmp_path / "study.xlsx") == written


def test_one_sheet_is_the_table_of_cases(tmp_path: Path) -> None:
    frame = pl.DataFrame(
        {"case": [1, 2], "frame.assessed_on": ["2026-03-14", None], "isolation.confidants": [3.0, None]}
    ).with_columns(pl.col("frame.assessed_on").str.to_date())
    _workbook(tmp_path / "study.xlsx", {"Sheet1": frame})
    with open_source(tmp_path / "study.xlsx") as source:
        found = arrow(source.tables["cases"]).to_pydict()
    assert found["case"] == ["1", "2"]
    assert found["frame.assessed_on"] == ["2026-03-14", None]
    assert found["isolation.confidants"] == ["3", None]
    assert found["row"] == [1, 2]


def test_faulty_workbooks(tmp_path: Path) -> None:
    (tmp_path / "cut.xlsx").write_bytes(b"PK\x03\x04 not a workbook")
    assert _codes(tmp_path / "cut.xlsx") == ["C105"]
    _workbook(tmp_path / "near.xlsx", {"case": pl.DataFrame({"case": ["a"]}), "loss": pl.DataFrame({"case": ["a"]})})
    assert _codes(tmp_path / "near.xlsx") == ["C142", "C142", "C101"]


def test_a_format_whose_library_is_missing_names_the_extra(
    cohort: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "fastexcel", None)
    monkeypatch.setitem(sys.modules, "pyreadstat", None)
    for name, extra in (("a.xlsx", "tables"), ("a.sav", "research")):
        (tmp_path / name).write_bytes(b"anything")
        with pytest.raises(CohortError) as caught:
            open_source(tmp_path / name)
        assert f"pip install 'ipt-formulate[{extra}]'" in str(caught.value)


# -- SPSS and Stata ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", ["sav", "zsav"])
def test_a_folder_of_spss_files(cohort: Path, written: list[Intake], tmp_path: Path, ending: str) -> None:
    for name, frame in frames_of(cohort).items():
        pyreadstat.write_sav(frame.to_pandas(), tmp_path / f"{name}.{ending}", compress=ending == "zsav")
    assert _intakes(tmp_path) == written


STUDY = pd.DataFrame(
    {
        "case": ["a", "b", "c", "d"],
        "frame.age_band": [1.0, -99.0, -98.0, None],
        "isolation.confidants": [2.0, -77.0, 3.0, -1.0],
        "frame.assessed_on": pd.to_datetime(["2026-03-14", None, None, None]).date,
    }
)
LABELS = {
    "frame.age_band": {1.0: "Adult 25-59", 2.0: "Older 60+", -99.0: "Refused to answer", -98.0: "Don't know"},
    "isolation.confidants": {-77.0: "no contact"},
}


def _sav(path: Path, labels: Any = LABELS) -> Path:
    missing = {"frame.age_band": [{"lo": -99, "hi": -98}], "isolation.confidants": [-77.0]}
    pyreadstat.write_sav(STUDY, path, variable_value_labels=labels, missing_ranges=missing)
    return path


def test_labels_are_words_and_user_missing_codes_are_reasons(tmp_path: Path) -> None:
    words = {**LABELS, "frame.age_band": {**LABELS["frame.age_band"], 1.0: "Adult_25_59"}}
    with open_source(_sav(tmp_path / "study.sav", words)) as source:
        first, second, third, fourth = told_by(source)
    assert first["frame"] == {"age_band": "adult_25_59", "assessed_on": "2026-03-14"}
    assert second["frame"] == {"age_band": {"unknown": "declined"}}
    assert third["frame"] == {"age_band": {"unknown": "do_not_know"}}
    assert first["isolation"] == {"confidants": 2}
    assert "isolation" not in second, "a user-missing code without a telling label was not asked"
    assert fourth["isolation"] == {"confidants": -1}, "a code that nobody called missing is for the reader to refuse"


def test_a_number_that_is_labelled_as_no_answer_is_none_and_a_text_is_what_it_is(tmp_path: Path) -> None:
    cases = pd.DataFrame({"case": ["a", "b"], "isolation.confidants": [2.0, 99.0]})
    labels = {"isolation.confidants": {99.0: "Do not know"}}
    pyreadstat.write_sav(cases, tmp_path / "cases.sav", variable_value_labels=labels)
    people = pd.DataFrame({"case": ["a"], "id": ["p1"], "label": ["1"]})
    pyreadstat.write_sav(people, tmp_path / "people.sav", variable_value_labels={"label": {"1": "My Father"}})
    with open_source(tmp_path) as source:
        first, second = told_by(source)
    assert first["isolation"] == {"confidants": 2}
    assert second["isolation"] == {"confidants": {"unknown": "do_not_know"}}
    assert first["people"]["items"][0]["label"] == "1"


def test_a_mapping_decides_over_labels(tmp_path: Path) -> None:
    mapping = mapping_from_text(
        'mapping_version: "1"\n'
        'missing: {"-99": do_not_know}\n'
        "tables: {cases: {case: case, answers: {"
        "frame.age_band: {column: frame.age_band, values: {1: young_adult_18_24}},"
        "isolation.confidants: {column: isolation.confidants, missing: {-77: declined}}}}}"
    )
    with open_source(_sav(tmp_path / "study.sav"), mapping=mapping) as source:
        first, second, third, _ = told_by(source)
    assert first["frame"]["age_band"] == "young_adult_18_24"
    assert second["frame"]["age_band"] == {"unknown": "do_not_know"}
    assert third["frame"]["age_band"] == {"unknown": "do_not_know"}
    assert second["isolation"]["confidants"] == {"unknown": "declined"}


def test_a_time_of_day_stands_in_nobody_s_way(tmp_path: Path) -> None:
    frame = pd.DataFrame({"case": ["a", "b"], "begun": [pd.Timestamp("2026-01-01 10:00").time(), None]})
    pyreadstat.write_sav(frame, tmp_path / "study.sav")
    with open_source(
        tmp_path / "study.sav",
        mapping=mapping_from_text("mapping_version: 1\ntables: {cases: {case: case, answers: {}}}"),
    ) as source:
        assert arrow(source.tables["cases"])["case"].to_pylist() == ["a", "b"]


def test_stata_with_letters_for_no_answer(tmp_path: Path) -> None:
    frame = pd.DataFrame({"id": ["a", "b", "c"], "age": [1, "r", "k"]})
    pyreadstat.write_dta(
        frame, tmp_path / "study.dta", missing_user_values={"age": ["r", "k"]},
        variable_value_labels={"age": {1: "adult", "r": "refused", "k": "unknown"}},
    )  # fmt: skip
    mapping = mapping_from_text(
        'mapping_version: "1"\n'
        "tables: {cases: {case: id, answers: {frame.age_band: {column: age, values: {1: adult_25_59}}}}}"
    )
    with open_source(tmp_path / "study.dta", mapping=mapping) as source:
        assert [wire["frame"]["age_band"] for wire in told_by(source)] == [
            "adult_25_59", {"unknown": "declined"}, {"unknown": "do_not_know"},
        ]  # fmt: skip


def test_damaged_spss_files(tmp_path: Path) -> None:
    whole = _sav(tmp_path / "study.sav").read_bytes()
    for content in (whole[:300], b"$FL2 nothing", b""):
        (tmp_path / "cut.sav").write_bytes(content)
        assert _codes(tmp_path / "cut.sav") == ["C105"]


# -- JSON Lines ----------------------------------------------------------------------------------------------------


def _lines(path: Path, wires: list[Any]) -> Path:
    path.write_text("".join(json.dumps(wire) + "\n" for wire in wires), encoding="utf-8")
    return path


def test_intakes_a_line(written: list[Intake], tmp_path: Path) -> None:
    path = _lines(tmp_path / "intakes.ndjson", [intake.to_dict() for intake in written])
    assert _intakes(path) == written


def test_pieces_are_read_side_by_side(written: list[Intake], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = _lines(tmp_path / "intakes.jsonl", [intake.to_dict() for intake in written])
    monkeypatch.setattr(pieces, "PIECE", 100_000)
    assert len([*pieces._pieces(path)]) > 1
    assert _intakes(path) == written
    with open_source(path) as source:
        assert arrow(source.tables["cases"])["row"].to_pylist() == [*range(1, CASES + 1)]
        found = [batch["cases"].num_rows for batch in source.batches(10)]
        assert found == [10, 10, 5]


ODD = {
    "case_id": "odd",
    "frame": {
        "assessed_on": {"value": "2026-03-14", "source": "record", "on": "2026-03-15"},
        "bipolar_known": True,
        "household_tags": ["stigma"],
        "perinatal_kind": {"none": True},
        "perinatal": "unknown",
        "age_band": {"unknown": "not_asked"},
        "format": None,
    },
    "losses": [
        {
            "id": "l1",
            "kind": "death_of_pet",
            "when": {"before_onset": {"months": 2, "days": 3}, "about": True},
            "manner": {"sudden": "yes", "violent": "unknown"},
            "other_deaths_links": ["l2"],
            "linked_by_patient": {"value": "no", "source": "clinician"},
        },
        {"id": "l2", "kind": "death_of_person", "other_deaths_links": "none", "same_event": ["l1"]},
    ],
    "conflicts": [],
    "changes": {"complete": True},
    "people": {"asked": "no"},
    "isolation": {"confidants": 0, "how_long": {"unknown": "declined", "source": "patient"}},
    "decisions": [{"situation": "l1", "area": "grief", "decision": "confirm", "by": "A. B.", "when": "2026-03-14"}],
}


def test_every_form_of_an_answer_is_read(tmp_path: Path) -> None:
    path = _lines(tmp_path / "odd.ndjson", [ODD])
    told = Intake.from_dict(ODD).to_dict()
    del told["frame"]["assessed_on"]["on"]  # a table has no room for the day of an answer
    assert _intakes(path)[0].to_dict() == told


BROKEN = [
    (b'{"case_id": "a", "frame": {"format": "gro', "R111", ""),
    (b"[]", "A102", ""),
    (b'{"frame": {}}', "C102", "case_id"),
    (b'{"case_id": "a", "frme": {}}', "A101", ""),
    (b'{"case_id": "a", "frame": {"formt": "group"}}', "A101", "frame"),
    (b'{"case_id": "a", "case_id": "b"}', "R109", ""),
    (b'{"case_id": "a", "losses": {"items": [{"id": "l1"}, {"id": "l2", "kin": 1}]}}', "A101", "losses[1]"),
    (b'{"case_id": "a", "losses": [{"id": "l1", "manner": {"suden": "yes"}}]}', "A104", "losses[0].manner"),
    (b'{"case_id": "a", "episode": {"onset": {"before_onset": 3}}}', "A105", "episode.onset"),
    (b'{"case_id": "a", "frame": {"format": {"value": "group", "who": 1}}}', "A101", "frame.format"),
    (b'{"case_id": "a", "frame": {"format": ["group"]}}', "A102", "frame.format"),
    (b'{"case_id": "a", "isolation": {"confidants": NaN}}', "R111", ""),
    (b'{"intake_version": "9", "case_id": "a"}', "A112", "intake_version"),
    (b'{"case_id": "\xff"}', "R103", ""),
    (b'{"case_id": 17.0}', "C102", "case_id"),
    (b'{"case_id": true}', "C102", "case_id"),
    (b'{"case_id": ["a"]}', "C102", "case_id"),
    (b'{"case_id": ' + b"9" * 5000 + b"}", "R111", ""),
    (b'{"case_id": "a", "losses": [{"id": true}]}', "A102", "losses[0].id"),
    (b'{"case_id": "a", "losses": [{"id": "l", "person": 1.5}]}', "A102", "losses[0].person"),
    (b'{"case_id": "a", "losses": [{"id": "l", "same_event": ["m", false]}]}', "A102", "losses[0].same_event"),
    (b'{"case_id": "a", "changes": [{"id": "c", "from": true}]}', "A102", "changes[0].from"),
    (b'{"case_id": "a", "decisions": [{"situation": false}]}', "A102", "decisions[0].situation"),
    (b"[" * 100_000, "R111", ""),
    (b'{"case_id": "' + b"x" * 1_000_001 + b'"}', "R102", ""),
]


@pytest.mark.parametrize("piece", [10_000_000, 100])
def test_broken_lines_are_rejected_and_the_rest_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, piece: int
) -> None:
    monkeypatch.setattr(pieces, "PIECE", piece if piece > 100 else 1_100_000)
    good = b'{"case_id": "case %d", "frame": {"format": "group"}}'
    lines = [line for number, (broken, _, _) in enumerate(BROKEN) for line in (good % number, broken)]
    path = tmp_path / "mixed.ndjson"
    path.write_bytes(b"\xef\xbb\xbf" + b"\n".join([*lines, b"", good % 99]))
    with open_source(path) as source:
        assert [(each.row, each.faults[0].code, each.faults[0].path) for each in source.rejects] == [
            (2 * number + 2, code, where) for number, (_, code, where) in enumerate(BROKEN)
        ]
        assert len(told_by(source)) == len(BROKEN) + 1
    told = "\n".join(fault.headline() for each in source.rejects for fault in each.faults)
    assert "did you mean 'format'?" in told
    assert "suden" not in told.replace("'sudden'", "")


def test_a_whole_number_is_an_id_as_in_every_other_format(tmp_path: Path) -> None:
    """Its digits are the text: of the case, of a record, and of what refers to one."""
    linked = {"id": 1, "from": 2, "same_event": [2], "other_deaths_links": [2]}
    told = [
        {"case_id": number, "losses": [linked, {"id": 2, "person": 3}], "decisions": [{"situation": 1}]}
        for number in (0, 17, -4, 10**20)
    ]
    texts = json.loads(json.dumps(told), parse_int=str)
    rows = []
    for name, each in (("numbers", told), ("texts", texts)):
        with open_source(_lines(tmp_path / f"{name}.ndjson", each)) as source:
            assert source.rejects == ()
            rows.append({name: arrow(table).to_pylist() for name, table in source.tables.items()})
    assert rows[0] == rows[1]
    assert [row["case"] for row in rows[0]["cases"]] == ["0", "17", "-4", "1" + "0" * 20]
    assert {row["same_event"] for row in rows[0]["losses"]} == {"2", None}


def test_what_is_no_id_is_named_with_what_it_is(tmp_path: Path) -> None:
    with open_source(_lines(tmp_path / "a.ndjson", [{"case_id": "a"}, {"case_id": 1.5}, {"case_id": True}])) as source:
        told = [fault.headline() for each in source.rejects for fault in each.faults]
    assert "is a decimal number, and should be an id; expected text or a whole number" in told[0]
    assert "is a truth value, and should be an id" in told[1]


def test_a_file_of_intakes_takes_no_mapping(tmp_path: Path) -> None:
    path = _lines(tmp_path / "odd.ndjson", [ODD])
    mapping = mapping_from_text('mapping_version: "1"\ntables: {cases: {case: a}}')
    with pytest.raises(CohortError, match="need no mapping"):
        open_source(path, mapping=mapping)
    (tmp_path / "empty.ndjson").touch()
    assert _codes(tmp_path / "empty.ndjson") == ["C144"]
    assert _codes(_lines(tmp_path / "none.ndjson", [3])) == ["C144", "C144"]


def test_a_piece_is_a_command(tmp_path: Path) -> None:
    path = _lines(tmp_path / "odd.ndjson", [ODD, 3])
    ended = subprocess.run(
        [sys.executable, "-m", "ipt_formulate.cohort.sources.lines", path, "0", "100000", "1", tmp_path],
        capture_output=True, check=True, text=True,
    )  # fmt: skip
    assert [each["row"] for each in json.loads(ended.stdout)] == [2]
    assert {each.name for each in tmp_path.glob("*.parquet")} == {
        f"000000000001-{name}.parquet" for name in ("cases", "losses", "decisions")
    }
