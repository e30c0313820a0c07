"""Are coded tables written whole or not at all, in every format, with their labels, and taken up when interrupted?"""

from __future__ import annotations

import csv
import hashlib
import json
import resource
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pyarrow.parquet as pq
import pyreadstat
import pytest

from ipt_formulate.cohort.agreement.codes import AREAS, PresenceRule
from ipt_formulate.cohort.agreement.files import read_coding
from ipt_formulate.cohort.faults import CohortError
from ipt_formulate.cohort.outputs.coding import Coder
from ipt_formulate.cohort.outputs.files import FORMATS, destination
from ipt_formulate.cohort.outputs.methods import NOT_VALIDATED, methods
from ipt_formulate.cohort.outputs.record import inputs_of
from ipt_formulate.cohort.outputs.run import Written, write_table
from ipt_formulate.cohort.outputs.variables import MOST_STATA, variables_of
from ipt_formulate.rulebook import Rulebook
from tests.cohort.coded import CASES, book, coded_frames, cohort

BATCH = 7
BATCHES = -(-CASES // BATCH)
TABLES = ("cases", "candidates", "disputes", "rejects")


class Counting:
    """Codes batches from tables worked out before, and counts them; stops before one of them if told so."""

    def __init__(self, stop_at: int | None = None) -> None:
        self.batches = 0
        self.stop_at = stop_at

    def __call__(self, batch: Mapping[str, Any], *_: object) -> dict[str, pl.DataFrame]:
        if self.batches == self.stop_at:
            raise KeyboardInterrupt
        self.batches += 1
        cases = batch["cases"]["case"].to_pylist()
        return {
            name: frame.filter(pl.col("case").is_in(cases)) if name != "rejects" else frame
            for name, frame in coded_frames().items()
        }


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return cohort(tmp_path_factory.mktemp("in") / "cohort")


@pytest.fixture
def counting(monkeypatch: pytest.MonkeyPatch) -> Counting:
    """Nothing here is about what is concluded, so the tables of one run are used for all."""
    coded_frames()  # by the real coder, before it is replaced
    coder = Counting()
    monkeypatch.setattr(Coder, "code", coder)
    return coder


def write(folder: Path, output: Path, **more: Any) -> Written:
    form = more.pop("form", None)
    return write_table(folder, destination(output, form), book(), cases_per_batch=BATCH, **more)


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


# -- formats ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", [name for name in FORMATS if name != "duckdb"])
def test_every_format_holds_every_table_and_what_explains_it(
    folder: Path, counting: Counting, tmp_path: Path, form: str
) -> None:
    written = write(folder, tmp_path / "coded", form=form)
    assert counting.batches == BATCHES
    expected = {f"{name}.{form}" for name in TABLES} | {"codebook.csv", "codebook.md", "methods.md"}
    expected |= {"run.json", "ro-crate-metadata.json"}
    assert names(tmp_path / "coded") == expected == {path.name for path in written.files}
    assert written.counts["cases"] == CASES
    assert {path.stat().st_mode & 0o777 for path in written.files} == {0o600}, "for the owner alone"
    assert names(tmp_path) == {"coded"}, "no part is left"


READERS: dict[str, Callable[[Path], pl.DataFrame]] = {
    "parquet": pl.read_parquet,
    "csv": lambda path: pl.read_csv(path, infer_schema=False),
    "duckdb": lambda path: duckdb.connect(str(path), read_only=True).sql("from cases").pl(),
    "sav": lambda path: pyreadstat.read_sav(path, apply_value_formats=True, output_format="polars")[0],
    "dta": lambda path: pyreadstat.read_dta(path, apply_value_formats=True, output_format="polars")[0],
}


@pytest.mark.parametrize("form", FORMATS)
def test_what_is_read_back_is_what_was_coded(folder: Path, counting: Counting, tmp_path: Path, form: str) -> None:
    write(folder, tmp_path / f"coded.{form}")
    found = READERS[form](tmp_path / f"coded.{form}")
    coded = coded_frames()["cases"]
    variables = {each.name: each for each in variables_of(book())["cases"]}
    for name in coded.columns:
        variable = variables[name]
        told = found[variable.stata if form == "dta" else name].cast(pl.String).to_list()
        words = {each.word: each.label for each in variable.values}
        labelled = form in ("sav", "dta") and variable.kind == "choice"
        wanted = [words[word] if labelled else word for word in coded[name].cast(pl.String).to_list()]
        if variable.kind == "count":
            told = [None if value is None else str(int(float(value))) for value in told]
        assert [value or None for value in told] == wanted, name


def test_spss_and_stata_carry_labels(folder: Path, counting: Counting, tmp_path: Path) -> None:
    for form, read in (("sav", pyreadstat.read_sav), ("dta", pyreadstat.read_dta)):
        write(folder, tmp_path / f"coded.{form}")
        _, told = read(tmp_path / f"coded.{form}", metadataonly=True)
        assert told.variable_value_labels["standing_grief"][0] == "excluded"
        assert told.variable_value_labels["standing_grief"][4] == "present"
        assert told.column_names_to_labels["focus"] == "Area of the proposed focus"
        assert book().version in told.file_label


def test_parquet_carries_codebook_and_receipt(folder: Path, counting: Counting, tmp_path: Path) -> None:
    write(folder, tmp_path / "coded.parquet")
    told = pq.read_schema(tmp_path / "coded.parquet").metadata
    assert json.loads(told[b"ipt_formulate.receipt"])["rulebook_sha256"] == book().sha256
    entries = json.loads(told[b"ipt_formulate.codebook"])
    assert [each["variable"] for each in entries] == coded_frames()["cases"].columns
    assert b"not a diagnosis" in told[b"ipt_formulate.notice"]


def test_the_codebook_is_a_table_too(folder: Path, counting: Counting, tmp_path: Path) -> None:
    write(folder, tmp_path / "coded.csv")
    with (tmp_path / "coded.codebook.csv").open(encoding="utf-8", newline="") as file:
        entries = [*csv.DictReader(file)]
    for table in TABLES:
        own = [each["variable"] for each in entries if each["table"] == table]
        assert own == coded_frames()[table].columns
    assert all(each["label"] and each["unknown"] for each in entries)


def test_names_fit_into_stata_and_labels_into_both() -> None:
    for several in variables_of(book()).values():
        short = [each.stata for each in several]
        assert len({*short}) == len(short)
        assert max(map(len, short)) <= MOST_STATA
        assert max(len(each.label) for each in several) <= 80
        for each in several:
            assert len({*each.codes.values()}) == len(each.values), each.name


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_id_becomes_a_formula(folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, start: str) -> None:
    hostile = f'{start}HYPERLINK("x")'
    coded = {name: frame.clone() for name, frame in coded_frames().items()}
    coded["cases"] = coded["cases"].head(2).with_columns(pl.Series("case", [hostile, "plain"]))
    monkeypatch.setattr(Coder, "code", lambda *_: coded)
    write_table(folder, destination(tmp_path / "coded.csv"), book())
    with (tmp_path / "coded.csv").open(encoding="utf-8", newline="") as file:
        assert [row["case"] for row in csv.DictReader(file)] == [f"'{hostile}", "plain"]
    write_table(folder, destination(tmp_path / "coded.parquet"), book())
    assert pl.read_parquet(tmp_path / "coded.parquet")["case"].to_list() == [hostile, "plain"], "as it is elsewhere"


@pytest.mark.parametrize("form", FORMATS)
def test_agree_takes_the_table_of_cases_in_every_format(
    folder: Path, counting: Counting, tmp_path: Path, form: str
) -> None:
    """The same codes, read off the coded tables themselves, and no column that it does not know."""
    write(folder, tmp_path / f"coded.{form}")
    coding = read_coding(tmp_path / f"coded.{form}", PresenceRule())
    rows = coded_frames()["cases"].to_dicts()
    assert coding.ignored == ()
    assert [*coding.cases] == [row["case"] for row in rows]
    for row in rows:
        codes = coding.cases[row["case"]]
        assert (codes["focus"], codes["stage"]) == (row["focus"], row["stage"])
        for area in AREAS:
            assert codes[f"standing_{area}"] == row[f"standing_{area}"]
            assert codes[f"presence_{area}"] == PresenceRule().of_standing(row[f"standing_{area}"])
        named = {name: row[name] for name in ("focus_situation", "lead_dispute") if row[name]}
        assert coding.situations[row["case"]] == named


@pytest.mark.parametrize("form", ["sav", "dta"])
@pytest.mark.parametrize(("most", "findings", "advice"), [
    ((CASES - 1, 5), False, "expected Parquet, CSV or DuckDB;"),
    ((CASES, CASES - 1), True, "expected Parquet, CSV or DuckDB, or no findings;"),
])  # fmt: skip
def test_more_cases_than_fit_into_memory_are_refused_before_any_work(
    folder: Path, counting: Counting, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str,
    most: tuple[int, int], findings: bool, advice: str,
) -> None:  # fmt: skip
    """What can be written instead is said; nothing is coded and nothing is left."""
    monkeypatch.setitem(FORMATS, form, replace(FORMATS[form], most=most))  # type: ignore[arg-type]
    with pytest.raises(CohortError) as refused:
        write(folder, tmp_path / f"coded.{form}", findings=findings)
    (fault,) = refused.value.faults
    assert fault.code == "C137"
    assert f"{CASES} cases; it is written from memory, and takes {CASES - 1} at most; {advice}" in fault.headline()
    assert (counting.batches, names(tmp_path)) == (0, set())


def test_as_many_cases_as_fit_are_written(
    folder: Path, counting: Counting, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for form, each in FORMATS.items():
        assert each.most is None or form in ("sav", "dta")
    monkeypatch.setitem(FORMATS, "sav", replace(FORMATS["sav"], most=(CASES, 0)))  # type: ignore[arg-type]
    assert write(folder, tmp_path / "coded.sav").counts["cases"] == CASES


# -- the record ---------------------------------------------------------------------------------------------------


def test_the_record_says_what_was_read_and_written(folder: Path, counting: Counting, tmp_path: Path) -> None:
    write(folder, tmp_path / "coded")
    told = json.loads((tmp_path / "coded" / "run.json").read_text("utf-8"))
    digests = {Path(each["name"]).name: each["sha256"] for each in told["inputs"]}
    assert digests["cases.parquet"] == hashlib.sha256((folder / "cases.parquet").read_bytes()).hexdigest()
    for each in told["outputs"]:
        assert hashlib.sha256((tmp_path / "coded" / each["name"]).read_bytes()).hexdigest() == each["sha256"]
    assert told["counts"]["cases"] == CASES
    assert told["receipt"]["rulebook_sha256"] == book().sha256
    assert told["not_validated"] == NOT_VALIDATED
    assert (told["batches"], told["start"]) == (BATCHES, "new")


@pytest.mark.parametrize("form", FORMATS)
def test_the_folder_of_a_run_is_a_crate(folder: Path, counting: Counting, tmp_path: Path, form: str) -> None:
    """RO-Crate 1.1: what it refers to is there, and every file is a part of it, with its hash; again after a rerun."""
    for _ in range(2):
        write(folder, tmp_path / "coded", form=form)
    made = tmp_path / "coded"
    told = json.loads((made / "ro-crate-metadata.json").read_text("utf-8"))
    entities = {each["@id"]: each for each in told["@graph"]}
    assert len(entities) == len(told["@graph"])
    assert all(each["@type"] for each in entities.values())
    referred = {each["@id"] for each in _referred(list(entities.values()))}
    assert referred - {*entities} == {"https://w3id.org/ro/crate/1.1"}
    descriptor, root = entities["ro-crate-metadata.json"], entities["./"]
    assert (descriptor["@type"], descriptor["about"]) == ("CreativeWork", {"@id": "./"})
    assert root["@type"] == "Dataset"
    assert {"name", "description", "datePublished", "license"} <= root.keys()
    datetime.fromisoformat(root["datePublished"])
    parts = {each["@id"] for each in root["hasPart"]}
    assert parts == names(made) - {"ro-crate-metadata.json"}
    for name in parts:
        content = (made / name).read_bytes()
        assert entities[name]["@type"] == "File"
        assert entities[name]["encodingFormat"]
        assert entities[name]["contentSize"] == str(len(content))
        assert entities[name]["sha256"] == hashlib.sha256(content).hexdigest()
    run = entities["#run"]
    assert run["@type"] == "CreateAction"
    assert run["startTime"] <= run["endTime"]
    assert {each["@id"] for each in run["result"]} == parts
    assert any(entities[each["@id"]]["name"].endswith("cases.parquet") for each in run["object"])
    assert entities[run["instrument"]["@id"]]["@type"] == "SoftwareApplication"


def _referred(told: Any) -> Iterator[dict[str, str]]:
    """Every reference inside the entities."""
    if isinstance(told, dict):
        if [*told] == ["@id"]:
            yield told
        else:
            yield from _referred([*told.values()])
    elif isinstance(told, list):
        for each in told:
            yield from _referred(each)


def test_record_and_methods_tell_of_rows_of_no_known_case(folder: Path, counting: Counting, tmp_path: Path) -> None:
    given = tmp_path / "given"
    given.mkdir()
    pl.read_parquet(folder / "cases.parquet").write_parquet(given / "cases.parquet")
    (given / "losses.csv").write_text("case,id,kind\nnobody,l1\nnobody,l2\n")
    (given / "people.csv").write_text("case,id,relation\nnobody\n")
    written = write(given, tmp_path / "coded")
    counts = json.loads((tmp_path / "coded" / "run.json").read_text("utf-8"))["counts"]
    assert (counts["unread_losses"], counts["unread_people"], counts["rejected_cases"]) == (2, 1, 0)
    assert counts == written.counts
    told = (tmp_path / "coded" / "methods.md").read_text("utf-8")
    assert "(2 of losses, 1 of people) may belong to any case" in told
    assert f"intakes of {CASES} cases" in told


def test_nothing_of_a_case_stands_in_the_record_or_the_methods(
    folder: Path, counting: Counting, tmp_path: Path
) -> None:
    write(folder, tmp_path / "coded")
    for name in ("run.json", "methods.md", "codebook.md", "codebook.csv"):
        assert "synthetic-" not in (tmp_path / "coded" / name).read_text("utf-8")


def test_that_cases_are_made_up_stands_in_the_methods_and_the_record(
    folder: Path, counting: Counting, tmp_path: Path
) -> None:
    written = write(folder, tmp_path / "coded")
    assert written.counts["synthetic"] == CASES
    assert json.loads((tmp_path / "coded" / "run.json").read_text("utf-8"))["counts"]["synthetic"] == CASES
    told = f"{CASES} of the coded cases are made up (synthetic)"
    assert told in (tmp_path / "coded" / "methods.md").read_text("utf-8")
    assert "made up" not in methods(written.receipt, Rulebook.load(), {**written.counts, "synthetic": 0})


# -- interrupted --------------------------------------------------------------------------------------------------


def test_an_interrupted_run_goes_on(folder: Path, counting: Counting, tmp_path: Path) -> None:
    write(folder, tmp_path / "whole.parquet")
    counting.batches, counting.stop_at = 0, 2
    with pytest.raises(KeyboardInterrupt):
        write(folder, tmp_path / "coded.parquet")
    assert not [name for name in names(tmp_path) if name.startswith("coded")], "nothing half-written"
    counting.batches, counting.stop_at = 0, None
    starts: list[str] = []
    written = write(folder, tmp_path / "coded.parquet", started=starts.append)
    assert (starts, written.start, counting.batches) == (["resumed"], "resumed", BATCHES - 2)
    assert pl.read_parquet(tmp_path / "coded.parquet").equals(pl.read_parquet(tmp_path / "whole.parquet"))
    assert written.counts["cases"] == CASES
    assert not [name for name in names(tmp_path) if name.startswith(".")]


def test_a_run_that_finished_no_part_leaves_nothing_behind(folder: Path, counting: Counting, tmp_path: Path) -> None:
    counting.stop_at = 0
    with pytest.raises(KeyboardInterrupt):
        write(folder, tmp_path / "coded.parquet")
    assert names(tmp_path) == set()


def changed_input(folder: Path) -> None:
    frame = pl.read_parquet(folder / "losses.parquet")
    frame.with_columns(pl.lit("declined").alias("closeness.unknown")).write_parquet(folder / "losses.parquet")


@pytest.mark.parametrize("what", ["input", "options", "rulebook", "fresh"])
def test_parts_of_another_run_are_not_used(counting: Counting, tmp_path: Path, what: str) -> None:
    given = cohort(tmp_path / "in")
    counting.stop_at = 2
    with pytest.raises(KeyboardInterrupt):
        write(given, tmp_path / "coded")
    counting.batches, counting.stop_at = 0, None
    rules, more = book(), {}
    match what:
        case "input":
            changed_input(given)
        case "options":
            more = {"findings": True}
        case "rulebook":
            rules = book("who_group")
        case "fresh":
            more = {"fresh": True}
    written = write_table(given, destination(tmp_path / "coded"), rules, cases_per_batch=BATCH, **more)
    assert written.start == ("fresh" if what == "fresh" else "changed")
    assert counting.batches == BATCHES


def test_every_part_of_a_table_is_among_the_inputs(tmp_path: Path) -> None:
    """Or another part would not be noticed when an interrupted run is taken up."""
    (tmp_path / "cases.parquet").mkdir()
    for name in ("cases.parquet/part-0.parquet", "losses.csv", ".hidden", "cases.parquet/.crc"):
        (tmp_path / name).write_text(name)
    assert [Path(each.name).name for each in inputs_of(tmp_path)] == ["part-0.parquet", "losses.csv"]


def test_only_one_run_writes_an_output(folder: Path, counting: Counting, tmp_path: Path) -> None:
    def another(_start: object) -> None:
        with pytest.raises(CohortError, match="another run"):
            write(folder, tmp_path / "coded")

    write(folder, tmp_path / "coded", started=another)


# -- what cannot be written ---------------------------------------------------------------------------------------


@pytest.fixture
def small_disk() -> Iterator[None]:
    """No file may grow beyond a few thousand bytes, as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (3000, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_full_disk_leaves_nothing_half_written(
    folder: Path, counting: Counting, tmp_path: Path, small_disk: None
) -> None:
    (tmp_path / "coded.parquet").write_bytes(b"from before")
    written = {"format": "ipt-formulate.table/1", "outputs": [{"name": "coded.parquet"}], "earlier": []}
    (tmp_path / "coded.run.json").write_text(json.dumps(written))
    with pytest.raises(CohortError, match="cannot be written: File too large"):
        write(folder, tmp_path / "coded.parquet")
    assert (tmp_path / "coded.parquet").read_bytes() == b"from before"
    assert names(tmp_path) <= {"coded.parquet", "coded.run.json", ".coded.parquet.parts"}


@pytest.mark.parametrize("form", FORMATS)
def test_a_disk_that_fills_at_the_end_leaves_nothing_half_written(
    folder: Path, counting: Counting, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    limit = resource.setrlimit
    from ipt_formulate.cohort.outputs import run

    real = run.write_tables

    def on_a_full_disk(*arguments: Any) -> None:
        limit(resource.RLIMIT_FSIZE, (3000, hard))
        try:
            real(*arguments)
        finally:
            limit(resource.RLIMIT_FSIZE, (soft, hard))

    monkeypatch.setattr(run, "write_tables", on_a_full_disk)
    with pytest.raises(CohortError, match="cannot be written"):
        write(folder, tmp_path / "coded", form=form)
    assert not names(tmp_path / "coded")
    monkeypatch.undo()


def test_a_place_that_is_no_folder_is_named(folder: Path, counting: Counting, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for output in (tmp_path / "file" / "coded.parquet", tmp_path / "file"):
        with pytest.raises(CohortError, match="is a file, and a folder is to be written"):
            write(folder, output)
    assert counting.batches == 0


def test_what_is_read_is_never_overwritten(counting: Counting, tmp_path: Path) -> None:
    given = cohort(tmp_path / "in")
    before = (given / "cases.parquet").read_bytes()
    with pytest.raises(CohortError, match="would overwrite"):
        write(given, given)
    with pytest.raises(CohortError, match="among the files that are read"):
        write(given, given / "coded.csv")
    assert (given / "cases.parquet").read_bytes() == before
    assert counting.batches == 0


@pytest.mark.parametrize("name", ["codebook.csv", "methods.md", "run.json", "disputes.csv"])
def test_what_no_earlier_run_wrote_is_never_overwritten(
    folder: Path, counting: Counting, tmp_path: Path, name: str
) -> None:
    (tmp_path / name).write_text("{}")
    with pytest.raises(CohortError, match="is there already"):
        write(folder, tmp_path, form="csv")
    assert names(tmp_path) == {name}
    assert (tmp_path / name).read_text() == "{}"
    assert counting.batches == 0


def test_a_database_with_other_tables_is_never_replaced(folder: Path, counting: Counting, tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "mine.duckdb")) as mine:
        mine.execute("create table precious as select 1 as one")
    with pytest.raises(CohortError, match="is there already"):
        write(folder, tmp_path / "mine.duckdb")
    with duckdb.connect(str(tmp_path / "mine.duckdb")) as mine:
        assert mine.execute("select one from precious").fetchall() == [(1,)]


def test_a_run_replaces_what_an_earlier_one_wrote_and_leaves_nothing_stale(
    folder: Path, counting: Counting, tmp_path: Path
) -> None:
    """A table that only the earlier run made is gone; another format beside it stays."""
    write(folder, tmp_path, form="csv", findings=True)
    stale = tmp_path / "disputes.csv"
    record = json.loads((tmp_path / "run.json").read_text())
    (tmp_path / "old.csv").write_text("of an earlier version")
    record["outputs"].append({"name": "old.csv", "bytes": 1, "sha256": ""})
    (tmp_path / "run.json").write_text(json.dumps(record))
    write(folder, tmp_path, form="csv")
    assert not (tmp_path / "old.csv").exists()
    assert stale.exists()
    write(folder, tmp_path, form="parquet")
    assert {"cases.csv", "cases.parquet"} < names(tmp_path)
    assert "cases.csv" in json.loads((tmp_path / "run.json").read_text())["earlier"]
    write(folder, tmp_path, form="csv")


def test_an_ending_of_no_format_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CohortError, match=r"\.xyz.*\.parquet, \.csv"):
        destination(tmp_path / "coded.xyz")
    with pytest.raises(CohortError, match="csv was asked for"):
        destination(tmp_path / "coded.sav", "csv")
