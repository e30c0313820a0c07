"""Does `ipt-formulate map` draft, check and make mappings that work, and say what does not fit?"""

from __future__ import annotations

import csv
import io
import itertools
import json
import os
import re
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
import pyreadstat
import pytest
from click.testing import CliRunner, Result
from jsonschema import Draft202012Validator

from ipt_formulate.analysis.never_firing import never_firing
from ipt_formulate.cli.main import cli
from ipt_formulate.cohort.intakes import intakes_from
from ipt_formulate.cohort.layout import TABLES, UNKNOWN
from ipt_formulate.cohort.mapping import mapping_from_file, mapping_from_text
from ipt_formulate.cohort.mapping.dictionary import HEADER, dictionary_text, export_mapping, rows
from ipt_formulate.cohort.mapping.drafting import draft
from ipt_formulate.cohort.mapping.model import AnswerMap
from ipt_formulate.cohort.mapping.schema import mapping_schema, schema_text
from ipt_formulate.cohort.mapping.text import mapping_text
from ipt_formulate.cohort.sources import open_source
from ipt_formulate.cohort.sources.raw import Raw
from ipt_formulate.cohort.sources.spool import Spool
from ipt_formulate.cohort.synthetic.cohort import Plan
from ipt_formulate.cohort.synthetic.folder import write_cohort
from ipt_formulate.intake import ITEMS, SECTIONS, Intake
from ipt_formulate.reading import read_text
from ipt_formulate.rulebook import Rulebook
from ipt_formulate.rulebook.conclusions import Asks
from tests.cohort.sources.reading_back import frames_of, told_by

KEPT = Path(__file__).parents[2] / "docs" / "schema" / "mapping.schema.json"
EVERYTHING = {
    **{about: [*items] for about, items in ITEMS.items()},
    "case": [
        *ITEMS["case"],
        *(f"{section}.{mark}" for section in SECTIONS.values() for mark in ("asked", "complete")),
        "decisions",
    ],
}


def _map(*arguments: object) -> Result:
    return CliRunner().invoke(cli, ["map", *map(str, arguments)])


# -- redcap --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def cohort(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cohort")
    write_cohort(folder, 12, Plan(seed=9, missing=0.2))
    return folder


@pytest.fixture(scope="module")
def written(cohort: Path) -> list[Intake]:
    return [*intakes_from(cohort)]


def _export(cohort: Path, *, labels: bool) -> str:
    """What REDCap would export, made from the dictionary alone."""
    fields = [*csv.DictReader(io.StringIO(dictionary_text()))]
    asked = {each["Field Annotation"].removeprefix("ipt-formulate: "): each for each in fields}
    missing = {"do_not_know": "Does not know", "declined": "Declined to answer"}
    head = ["Field Label" if labels else HEADER[0], *fields]
    own = ["Repeat Instrument", "Repeat Instance"] if labels else ["redcap_repeat_instrument", "redcap_repeat_instance"]
    names = [fields[0][head[0]], *own, *(each[head[0]] for each in fields[1:])]
    states = _states(fields)
    written = io.StringIO(newline="")
    csv.writer(written).writerow([*names, *("Complete?" if labels else each for each in states)])
    writer = csv.DictWriter(written, [*names, *(f"state {each}" for each in states)], restval="2")
    for table, frame in frames_of(cohort).items():
        for row in frame.iter_rows(named=True):
            cells = dict.fromkeys(names, "") | {names[0]: row["case"]}
            if table != "cases":
                form = table.capitalize() if labels else table
                cells |= {own[0]: form, own[1]: re.sub("[^0-9]", "", row["id"])}
            for column, value in row.items():
                if column.endswith(UNKNOWN) and value is not None:
                    base = column.removesuffix(UNKNOWN)
                    for path, each in asked.items():
                        if path == f"{table}.{base}" or path.startswith(f"{table}.{base}."):
                            cells[each[head[0]]] = missing[value] if labels else value
                elif value is not None and f"{table}.{column}" in asked:
                    value = _instances(value) if isinstance(value, str) else value  # noqa: PLW2901
                    each = asked[f"{table}.{column}"]
                    choices = dict(pair.split(", ", 1) for pair in each[HEADER[5]].split(" | ") if pair)
                    cells[each[head[0]]] = choices.get(value, value) if labels else value
            writer.writerow(cells)
    return written.getvalue()


def _states(fields: list[dict[str, str]]) -> list[str]:
    """What REDCap adds to each form by itself: whether it is complete, 0, 1 or 2."""
    return [f"{form}_complete" for form in dict.fromkeys(each["Form Name"] for each in fields)]


def test_no_question_is_named_like_a_field_of_redcap_itself() -> None:
    fields = [*csv.DictReader(io.StringIO(dictionary_text()))]
    assert {"losses_complete", "frame_complete"} <= {*_states(fields)}
    assert {*_states(fields)}.isdisjoint(each[HEADER[0]] for each in fields)


LETTERS = {"l": "loss", "c": "conflict", "t": "change", "p": "person"}


def _instances(value: str) -> str:
    """Ids as the instances of REDCap give them: l1 is loss-1."""
    if not re.fullmatch("[lctp][0-9]+( [lctp][0-9]+)*", value):
        return value
    return " ".join(f"{LETTERS[each[0]]}-{each[1:]}" for each in value.split())


def _with_instance_ids(intake: Intake) -> dict[str, Any]:
    """The same intake with those ids."""
    text = json.dumps(intake.to_dict())
    for letter, about in LETTERS.items():
        text = re.sub(f'"{letter}([0-9]+)"', f'"{about}-\\1"', text)
    told: dict[str, Any] = Intake.from_dict(json.loads(text)).to_dict()
    return told


@pytest.mark.parametrize("labels", [False, True])
def test_an_export_of_the_dictionary_is_read_back(
    cohort: Path, written: list[Intake], tmp_path: Path, labels: bool
) -> None:
    assert _map("redcap", "-o", tmp_path).exit_code == 0
    (tmp_path / "export.csv").write_text(_export(cohort, labels=labels), encoding="utf-8")
    with open_source(tmp_path / "export.csv", mapping=tmp_path / "mapping.yaml") as source:
        found = [Intake.from_dict(wire) for wire in told_by(source)]
    expected = [_with_instance_ids(intake) for intake in written]
    assert len(found) == len(expected)
    for one, other in zip(found, expected, strict=True):
        assert one.to_dict() == other


def test_an_export_without_its_mapping_is_refused(cohort: Path, tmp_path: Path) -> None:
    from ipt_formulate.cohort.faults import CohortError

    (tmp_path / "export.csv").write_text(_export(cohort, labels=True), encoding="utf-8")
    with pytest.raises(CohortError, match="is an export of REDCap, and there is no mapping"):
        open_source(tmp_path / "export.csv")


def test_the_dictionary_has_the_form_that_redcap_takes() -> None:
    made = [*rows()]
    assert len(HEADER) == 18
    names = [each[HEADER[0]] for each in made]
    labels = [each["Field Label"] for each in made]
    assert len({*names}) == len(names)
    assert len({*labels}) == len(labels), "an export of labels could not be read"
    for each in made:
        assert re.fullmatch("[a-z][a-z0-9_]{0,99}", each[HEADER[0]])
        assert not each[HEADER[0]].endswith("_")
        assert each["Field Type"] in ("text", "notes", "radio")
        assert bool(each[HEADER[5]]) == (each["Field Type"] == "radio")
        assert len(each["Matrix Group Name"]) <= 60
    forms = [each["Form Name"] for each in made]
    assert [form for at, form in enumerate(forms) if at == 0 or forms[at - 1] != form] == [*dict.fromkeys(forms)]
    shown = {match for each in made for match in re.findall(r"\[(\w+)\]", each[HEADER[11]])}
    assert shown
    assert shown <= {*names}
    asked = {each["Field Annotation"] for each in made}
    for table, about in TABLES.items():
        for name in ITEMS["case" if about == "case" else about]:
            assert any(told.startswith(f"ipt-formulate: {table}.{name}") for told in asked), name


def test_no_rule_is_silent_in_a_project_made_from_the_dictionary(cohort: Path, tmp_path: Path) -> None:
    (tmp_path / "mapping.yaml").write_text(mapping_text(export_mapping()))
    (tmp_path / "export.csv").write_text(_export(cohort, labels=False), encoding="utf-8")
    ended = _map("check", tmp_path / "mapping.yaml", tmp_path / "export.csv", "--format", "json")
    assert ended.exit_code == 0, ended.output
    told = json.loads(ended.stdout)
    assert told["findings"] == []
    assert {each["kind"] for each in told["information"]} == {"ignored_and_absent"}, "those of an export of labels"
    (tmp_path / "export.csv").write_text(_export(cohort, labels=True), encoding="utf-8")
    assert _map("check", tmp_path / "mapping.yaml", tmp_path / "export.csv").exit_code == 0


# -- init ----------------------------------------------------------------------------------------------------------


def test_a_draft_of_spss_data_maps_names_and_labels(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {
            "pid": ["a", "b"],
            "AGE_BAND": [1.0, -99.0],
            "isolation_confidants": [2.0, 3.0],
            "loss_1_kind": [1.0, 2.0],
            "loss_2_kind": [None, 1.0],
            "loss_1_closenes": [3.0, 4.0],
            "shoe_size": [40.0, 41.0],
        }
    )
    labels = {
        "AGE_BAND": {1.0: "Adult 25 59", 2.0: "Older 60 plus", -99.0: "refused"},
        "loss_1_kind": {1.0: "death of person", 2.0: "something else"},
    }
    pyreadstat.write_sav(
        frame, tmp_path / "study.sav", variable_value_labels=labels, missing_ranges={"AGE_BAND": [-99.0]}
    )
    ended = _map("init", tmp_path / "study.sav", "-o", tmp_path / "draft.yaml")
    assert ended.exit_code == 0, ended.output
    text = (tmp_path / "draft.yaml").read_text()
    mapping = mapping_from_file(tmp_path / "draft.yaml")
    assert mapping.missing == {}, "what is missing in one column may be an answer in another"
    told = {answer.field: answer for answer in mapping.tables["cases"].answers}
    assert told["frame.age_band"].values == {"1": "adult_25_59", "2": "older_60_plus"}
    assert told["frame.age_band"].missing == {"-99": "declined"}
    assert told["isolation.confidants"].missing == {}
    kind = mapping.tables["losses"].answers[0]
    assert kind.columns is not None
    assert (kind.field, kind.columns.names, kind.values) == ("kind", ("loss_{n}_kind",), {"1": "death_of_person"})
    assert '# column "shoe_size"' in text
    below = text[text.index("      kind:") :].splitlines()[1:4]
    assert below[0].startswith("      # to be told in `values` or in `missing`; expected one of death_of_person, ")
    assert below[1] == '      #   "2": something else'
    with open_source(tmp_path / "study.sav", mapping=mapping) as source:
        first, second = told_by(source)
    assert first["frame"]["age_band"] == "adult_25_59"
    assert second["frame"]["age_band"] == {"unknown": "declined"}
    assert [loss["kind"] for loss in second["losses"]["items"]] == ["2", "death_of_person"]


def test_a_draft_of_a_folder_in_the_layout_maps_all_of_it(cohort: Path, written: list[Intake], tmp_path: Path) -> None:
    ended = _map("init", cohort, "-o", tmp_path / "draft.yaml")
    assert ended.exit_code == 0, ended.output
    with open_source(cohort, mapping=tmp_path / "draft.yaml") as source:
        found = [Intake.from_dict(wire) for wire in told_by(source)]
    assert [one.case_id for one in found] == [one.case_id for one in written]
    assert [len(one.losses.items) for one in found] == [len(one.losses.items) for one in written]
    assert [one.frame.age_band.value for one in found] == [one.frame.age_band.value for one in written]


def _drafted(path: Path, *options: object) -> tuple[dict[str, AnswerMap], str]:
    """The answers of the table of cases, and the text."""
    ended = _map("init", path, *options)
    assert ended.exit_code == 0, ended.output
    mapping = mapping_from_text(ended.stdout)
    return {f"{name}.{each.field}": each for name, table in mapping.tables.items() for each in table.answers}, (
        ended.stdout
    )


def test_cells_that_are_words_of_ours_become_these_and_no_others(tmp_path: Path) -> None:
    (tmp_path / "study.csv").write_text(
        "pid,age_band,format,perinatal,loss_1_kind,loss_2_kind,household_notes,loss_1_closeness,frame.perinatal.unknown\n"
        "a,1,Group, YES,Death of  Person,a cat,What She Told,3,\n"
        "b,2,individual,No,Death-of-pet,,,,\n"
        "c,-99,GROUP,maybe,she told me a very long story about it,DEATH_OF_PET,,2,\n"
        "d,,not asked,,Don't know,,,,declined\n"
    )
    told, text = _drafted(tmp_path / "study.csv")
    assert told["cases.frame.format"].values == {"GROUP": "group", "Group": "group"}
    assert told["cases.frame.format"].missing == {"not asked": "not_asked"}
    assert told["cases.frame.perinatal"].values == {"No": "no", "YES": "yes"}
    assert told["losses.kind"].values == {
        "Death of  Person": "death_of_person", "Death-of-pet": "death_of_pet", "DEATH_OF_PET": "death_of_pet",
    }  # fmt: skip
    assert told["losses.kind"].missing == {}, "what is merely alike is not guessed"
    assert told["cases.frame.age_band"].values == {}
    beside = told["cases.frame.perinatal.unknown"].columns
    assert beside is not None
    assert beside.names == ("frame.perinatal.unknown",)
    codes = {line.strip("# ") for line in text.splitlines() if line.startswith("      #   ")}
    assert codes >= {'"1":', '"2":', '"-99":', '"maybe":', '"a cat":', '"Don\'t know":'}
    assert '"Group"' not in {code.rstrip(":") for code in codes}
    assert "long story" not in text
    assert "What She Told" not in text
    ended = _map("init", tmp_path / "study.csv", "-o", tmp_path / "draft.yaml")
    assert ended.exit_code == 0
    with open_source(tmp_path / "study.csv", mapping=tmp_path / "draft.yaml") as source:
        first, _, third, fourth = told_by(source)
    assert [loss["kind"] for loss in first["losses"]["items"]] == ["death_of_person", "a cat"]
    assert (first["frame"]["format"], first["frame"]["perinatal"]) == ("group", "yes")
    assert third["losses"]["items"][1]["kind"] == "death_of_pet"
    assert fourth["frame"] == {"perinatal": {"unknown": "declined"}}


def test_every_code_is_seen_however_many_rows_there_are(tmp_path: Path) -> None:
    (tmp_path / "study.csv").write_text("pid,age_band,loss_1_kind,loss_2_kind\n" + "a,1,4,\n" * 1500 + "b,2,,5\n")
    _, text = _drafted(tmp_path / "study.csv")
    assert re.findall(r'#   "(.)":', text) == ["1", "2", "4", "5"]


def test_a_column_that_can_hold_no_answer_is_told_and_the_rest_is_drafted(tmp_path: Path) -> None:
    pl.DataFrame({"pid": ["a"], "age_band": [["x"]], "format": ["group"]}).write_parquet(tmp_path / "study.parquet")
    told, text = _drafted(tmp_path / "study.parquet")
    assert {*told} == {"cases.frame.age_band", "cases.frame.format"}
    assert re.search(r"# .*study\.parquet: age_band: holds List\(String\); expected text", text)


def test_labels_come_from_the_dictionary_of_a_redcap_project(tmp_path: Path) -> None:
    (tmp_path / "export.csv").write_text("record_id,age_band,perinatal,format\n1,2,1,1\n2,3,0,2\n")
    (tmp_path / "project.csv").write_text(
        f"\ufeff{QUOTED}\n"
        'record_id,a,,text,"Record, ID",,,,,,,,,,,,,\n'
        'age_band,a,,dropdown,Age,"2, Adult 25 59 | 3, Older | 4, Child, under 12",,,,,,,,,,,,\n'
        "perinatal,a,,yesno,Perinatal?,,,,,,,,,,,,,\n"
        'format,a,,radio,Format,"1, Individual | 2, Group",,,,,,,,,,,,\n',
        encoding="utf-8",
    )
    told, text = _drafted(tmp_path / "export.csv", "--dictionary", tmp_path / "project.csv")
    assert told["cases.frame.age_band"].values == {"2": "adult_25_59"}
    assert '#   "3": Older\n' in text
    assert '#   "4": Child, under 12\n' in text
    assert told["cases.frame.perinatal"].values == {"1": "yes", "0": "no"}
    assert told["cases.frame.format"].values == {"1": "individual", "2": "group"}
    ended = _map("init", tmp_path / "export.csv", "--dictionary", tmp_path / "export.csv")
    assert ended.exit_code == 3
    assert "is no data dictionary" in ended.stderr


def _below(text: str, answer: str) -> list[str]:
    """The comments below an answer of a draft."""
    lines = text[text.index(f"      {answer}:") :].splitlines()[1:]
    return [line.strip(" #") for line in itertools.takewhile(lambda line: line.startswith("      #"), lines)]


QUOTED = ",".join(f'"{name}"' for name in HEADER)
LOSSES = {
    "loss_1_kind": {1.0: "death of person", 2.0: "death of pet", 9.0: "declined"},
    "loss_2_kind": {1.0: "loss of job", 2.0: "Death of Person", 9.0: "Declined"},
}


@pytest.mark.parametrize("form", ["sav", "dictionary"])
def test_codes_that_mean_another_thing_in_another_column_are_told_and_never_worded(tmp_path: Path, form: str) -> None:
    if form == "sav":
        frame = pd.DataFrame({"pid": ["a", "b"], "loss_1_kind": [1.0, 9.0], "loss_2_kind": [2.0, 1.0]})
        pyreadstat.write_sav(frame, tmp_path / "study.sav", variable_value_labels=LOSSES)
        told, text = _drafted(tmp_path / "study.sav")
    else:
        (tmp_path / "study.csv").write_text("pid,loss_1_kind,loss_2_kind\na,1,2\nb,9,1\n")
        rows = [
            f'{name},a,,radio,Kind,"{" | ".join(f"{code:.0f}, {label}" for code, label in labels.items())}"'
            for name, labels in LOSSES.items()
        ]
        (tmp_path / "project.csv").write_text("\n".join([QUOTED, *rows]))
        told, text = _drafted(tmp_path / "study.csv", "--dictionary", tmp_path / "project.csv")
    assert told["losses.kind"].values == {}
    assert told["losses.kind"].missing == {"9": "declined"}, "what differs in capitals alone is the same"
    assert _below(text, "kind") == [
        "the columns differ in what these codes mean, and `values` are for all of them; to be recoded in the data",
        '"1": death of person (loss_1_kind); loss of job (loss_2_kind)',
        '"2": death of pet (loss_1_kind); Death of Person (loss_2_kind)',
    ]


def test_a_label_for_no_answer_never_takes_an_answer_of_another_column_away(tmp_path: Path) -> None:
    """4 is declined in the first column, and a number in the second; 8 is missing for two reasons."""
    frame = pd.DataFrame(
        {"pid": ["a", "b"], "loss_1_closeness": [4.0, 2.0], "loss_2_closeness": [3.0, 4.0],
         "loss_1_kind": [8.0, 7.0], "loss_2_kind": [8.0, 7.0]},
    )  # fmt: skip
    labels = {
        "loss_1_closeness": {4.0: "declined"},
        "loss_1_kind": {8.0: "refused", 7.0: "refused"},
        "loss_2_kind": {8.0: "unsure", 7.0: "prefer not to say"},
    }
    marked = {column: [{"lo": 7.0, "hi": 8.0}] for column in ("loss_1_kind", "loss_2_kind")}
    pyreadstat.write_sav(frame, tmp_path / "study.sav", variable_value_labels=labels, missing_ranges=marked)
    told, text = _drafted(tmp_path / "study.sav")
    assert told["losses.closeness"].missing == {}
    assert _below(text, "closeness")[1:] == ['"4": declined (loss_1_closeness); no label (loss_2_closeness)']
    assert told["losses.kind"].missing == {"7": "declined"}
    assert _below(text, "kind")[1:] == ['"8": refused (loss_1_kind); unsure (loss_2_kind)']


def test_labels_for_no_answer_are_found_among_numbers_days_and_links(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {
            "pid": ["a", "b"],
            "isolation_confidants": [99.0, 3.0],
            "frame_migrated_on": ["1900", "2001"],
            "episode_happened_before_links": ["0", "loss-1"],
        }
    )
    labels: dict[str, Any] = {
        "isolation_confidants": {99.0: "declined", 98.0: "no idea", 0.0: "0"},
        "frame_migrated_on": {"1900": "Do not know", "1901": "long ago"},
        "episode_happened_before_links": {"0": "Not asked"},
    }
    pyreadstat.write_sav(frame, tmp_path / "study.sav", variable_value_labels=labels)
    told, text = _drafted(tmp_path / "study.sav")
    assert told["cases.isolation.confidants"].missing == {"99": "declined"}
    assert told["cases.frame.migrated_on"].missing == {"1900": "do_not_know"}
    assert told["cases.episode.happened_before_links"].missing == {"0": "not_asked"}
    first, *others = _below(text, "isolation.confidants")
    assert first.startswith("have labels, and are read as they stand unless told in `missing`; expected a whole number")
    assert others == ['"98": no idea'], "a number that is called what it is needs no telling"
    assert _below(text, "frame.migrated_on")[1:] == ['"1901": long ago']
    with open_source(tmp_path / "study.sav", mapping=mapping_from_text(text)) as source:
        declined, answered = told_by(source)
    assert declined["isolation"]["confidants"] == {"unknown": "declined"}
    assert answered["isolation"]["confidants"] == 3


def test_cells_for_no_answer_are_found_among_numbers_and_what_is_written_is_not_listed(tmp_path: Path) -> None:
    (tmp_path / "study.csv").write_text(
        "pid,isolation_confidants,loss_1_label\na,Do not  know,declined\nb,many,her cat\n"
    )
    told, text = _drafted(tmp_path / "study.csv")
    assert told["cases.isolation.confidants"].missing == {"Do not  know": "do_not_know"}
    assert told["losses.label"].missing == {}, "in somebody's own words it may be what was said"
    assert "to be told" not in text
    assert "many" not in text


def test_where_a_table_cannot_be_looked_through_its_labels_still_tell(tmp_path: Path) -> None:
    columns = ("pid", "age_band", "loss_1_kind", "loss_2_kind", "format")
    frame = pl.DataFrame({"pid": ["a"], "age_band": [["x"]], "loss_1_kind": [1], "loss_2_kind": [1], "format": [1]})
    labels = {"loss_1_kind": {"1": "death of person"}, "loss_2_kind": {"1": "death of pet"}, "format": {"1": "Group"}}
    with closing(Spool()) as spool:
        text = draft({"data": Raw("frame", frame.with_row_index("row"), columns, labels)}, spool)
    assert 'frame.format: {column: "format", values: {"1": "group"}}' in text
    assert _below(text, "kind")[1:] == ['"1": death of person (loss_1_kind); death of pet (loss_2_kind)']


def test_what_redcap_says_of_a_form_is_no_answer_in_an_export_without_repeats(tmp_path: Path) -> None:
    (tmp_path / "export.csv").write_text("record_id,frame_complete,losses_complete,loss_kinds_complete\n1,2,0,1\n")
    (tmp_path / "project.csv").write_text(f"{QUOTED}\nx,frame,,text,X\ny,losses,,text,Y\n")
    told, text = _drafted(tmp_path / "export.csv", "--dictionary", tmp_path / "project.csv")
    assert told == {}
    assert "a guess by name: changes.complete" not in text
    for column in ("frame_complete", "losses_complete"):
        assert re.search(f'# column "{column}" of .* tells how complete a form is\n', text)
    assert not re.search('"loss_kinds_complete" of .* tells', text), "there is no such form"


def test_true_and_false_of_redcap_are_yes_and_no_where_these_are_asked_for(tmp_path: Path) -> None:
    (tmp_path / "export.csv").write_text("record_id,perinatal,format\n1,1,1\n2,0,0\n")
    (tmp_path / "project.csv").write_text(f"{QUOTED}\nperinatal,a,,truefalse,Perinatal\nformat,a,,truefalse,Group\n")
    told, text = _drafted(tmp_path / "export.csv", "--dictionary", tmp_path / "project.csv")
    assert told["cases.frame.perinatal"].values == {"1": "yes", "0": "no"}
    assert told["cases.frame.format"].values == {}
    assert _below(text, "frame.format")[1:] == ['"0": False', '"1": True']
    (tmp_path / "export.csv").write_text("record_id,perinatal\n1,True\n2,FALSE\n")
    told, _ = _drafted(tmp_path / "export.csv")
    assert told["cases.frame.perinatal"].values == {"True": "yes", "FALSE": "no"}


def test_a_dictionary_that_cannot_be_read_says_why(tmp_path: Path) -> None:
    (tmp_path / "export.csv").write_text("record_id,format\n1,1\n")
    (tmp_path / "windows.csv").write_bytes(f"{QUOTED}\nformat,a,,radio,Fa\u00e7on,\n".encode("cp1252"))
    (tmp_path / "folder").mkdir()
    for name, code, reason in (
        ("gone.csv", "C110", "there is no such file"),
        ("folder", "C110", "is a folder"),
        ("windows.csv", "C111", "is not UTF-8; expected the file as REDCap exports it, or saved anew in UTF-8"),
    ):
        ended = _map("init", tmp_path / "export.csv", "--encoding", "cp1252", "--dictionary", tmp_path / name)
        assert ended.exit_code == 3
        assert reason in ended.stderr
        assert code in ended.stderr
        assert "C192" not in ended.stderr


def test_a_project_made_from_our_dictionary_needs_nothing_to_be_told(cohort: Path, tmp_path: Path) -> None:
    (tmp_path / "export.csv").write_text(_export(cohort, labels=False), encoding="utf-8")
    (tmp_path / "dictionary.csv").write_text(dictionary_text())
    _, text = _drafted(tmp_path / "export.csv", "--dictionary", tmp_path / "dictionary.csv")
    assert "to be told in" not in text
    assert '"conflicts_complete"' not in text.partition("\n# ")[0], "what REDCap says of a form is no answer"


def test_a_draft_keeps_odd_names_and_overwrites_nothing(tmp_path: Path) -> None:
    odd = 'nr "1"\u2028\x85: {a}'
    data = {"case": Raw("odd\nfile: x", None, (odd, "shoe\u2028size", "mood"), {"mood": {"1": "low\n  hostile: 1"}})}
    with closing(Spool()) as spool:
        text = draft(data, spool)
    mapping = mapping_from_text(text)
    assert mapping.tables["cases"].case.names == (odd,)
    assert mapping.tables["cases"].answers == ()
    assert "# the case is a guess: its first column" in text
    kept = tmp_path / "mapping.yaml"
    kept.write_text("edited by hand")
    (tmp_path / "study.csv").write_text("pid\na\n")
    for command in (("init", tmp_path / "study.csv", "-o", kept), ("redcap", "-o", tmp_path)):
        ended = _map(*command)
        assert ended.exit_code == 2
        assert "mapping.yaml is there already" in ended.stderr
    assert kept.read_text() == "edited by hand"


def test_init_of_what_cannot_be_read(tmp_path: Path) -> None:
    ended = _map("init", tmp_path / "gone.csv")
    assert ended.exit_code == 3
    assert "there is no such file" in ended.stderr


def test_nothing_is_left_of_a_run_that_is_ended_from_outside(tmp_path: Path) -> None:
    temporary, data = tmp_path / "temporary", tmp_path / "study.csv"
    temporary.mkdir()
    data.write_text("pid,age\n" + "a,1\n" * 3_000_000)
    run = subprocess.Popen(
        [sys.executable, "-m", "ipt_formulate", "map", "init", str(data)],
        env={**os.environ, "TMPDIR": str(temporary)}, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        while not [*temporary.iterdir()]:
            assert run.poll() is None
            time.sleep(0.01)
        run.terminate()
        assert run.wait(60) == 143
    finally:
        run.kill()
    assert [*temporary.iterdir()] == []


# -- check ---------------------------------------------------------------------------------------------------------

MAPPING = """mapping_version: "1"
tables:
  cases:
    case: pid
    answers:
      frame.age_band: {column: age, values: {1: adult_25_59}}
      isolation.confidants: friends
      isolation.friends_then: friends
      frame.assessed_on: visit
      losses.asked: {always: yes}
  losses:
    case: pid
    answers: {kind: {column: "kind{n}", values: {1: death_of_person}}}
ignored: [gone]
"""


@pytest.fixture
def misfit(tmp_path: Path) -> tuple[Path, Path]:
    frame = pl.DataFrame(
        {
            "pid": ["secret-1", "secret-2", "secret-3"],
            "age": ["1", "9", "nothing but words of hers"],
            "friends": ["2", "many", "99999"],
            "visit": ["2026-03-14", "14.3.2026", None],
            "kind1": ["1", "<b>7", None],
            "shoe": ["1", "2", "3"],
        }
    )
    frame.write_csv(tmp_path / "study.csv")
    (tmp_path / "mapping.yaml").write_text(MAPPING)
    return tmp_path / "mapping.yaml", tmp_path / "study.csv"


def test_check_counts_codes_and_names_no_case(misfit: tuple[Path, Path]) -> None:
    ended = _map("check", *misfit)
    assert ended.exit_code == 1, ended.output
    assert re.search(r"neither read nor ignored \(1\)\n +\S+study\.csv: shoe\n", ended.stdout)
    assert re.search(r"the data do not have \(1\)\n +gone\n", ended.stdout)
    assert "study.csv: age: 2 values in 2 cells cannot be frame.age_band" in ended.stdout
    assert "'9' once" in ended.stdout
    assert "1 longer than 24 characters" in ended.stdout
    assert "words of hers" not in ended.stdout
    assert "study.csv: friends: fills several answers: cases.isolation.confidants, cases.isolation.friends_then" in (
        ended.stdout
    )
    assert "secret" not in ended.stdout
    assert "many" not in ended.stdout, "what stands in a number is not repeated"
    assert "14.3." not in ended.stdout
    page = _map("check", *misfit, "--format", "md").stdout
    assert "&lt;b>7" in page
    assert "<b>" not in page
    told = json.loads(_map("check", *misfit, "--format", "json").stdout)
    assert {each["kind"] for each in told["findings"]} == {"unmapped_column", "unknown_code"}
    assert {each["kind"] for each in told["information"]} == {"read_twice", "ignored_and_absent", "never_fires"}
    silent = {each["where"] for each in told["information"] if each["kind"] == "never_fires"}
    assert "grief.avoided-mourning" in silent
    assert not silent & {"grief.no-death"}


def test_what_a_study_does_not_ask_is_nothing_to_mend(tmp_path: Path) -> None:
    """A small study that is mapped well: exit code 0, and one short list of what most rules lack."""
    (tmp_path / "study.csv").write_text("pid,kind1\na,1\nb,\n")
    (tmp_path / "mapping.yaml").write_text(
        MAPPING.partition("      frame")[0] + "      losses.asked: {always: yes}\n"
        '  losses: {case: pid, answers: {kind: {column: "kind{n}", values: {1: death_of_person}}}}\n'
    )
    ended = _map("check", tmp_path / "mapping.yaml", tmp_path / "study.csv")
    assert ended.exit_code == 0, ended.output
    lines = ended.stdout.splitlines()
    assert lines[0] == "To mend: nothing"
    assert lines[1].startswith("For information: ")
    assert re.match(r" +without conflicts: [0-9]+ rules", lines[3])
    last = max(at for at, line in enumerate(lines) if re.match(r" +without [a-z_.]+: ", line))
    least = lines[last].rpartition(": ")[2]
    assert re.fullmatch(rf" +[0-9]+ other answers are each needed by at most {least}", lines[last + 1])
    assert len(lines) < 16
    everything = _map("check", tmp_path / "mapping.yaml", tmp_path / "study.csv", "--all").stdout
    assert len(everything.splitlines()) > 200
    assert "grief.avoided-mourning: can never fire without " in everything
    with (tmp_path / "study.csv").open("a") as file:
        file.write("c,2\n")
    ended = _map("check", tmp_path / "mapping.yaml", tmp_path / "study.csv")
    assert (ended.exit_code, ended.stdout.splitlines()[0]) == (1, "To mend: 1")


def test_many_columns_that_are_not_read_are_one_line(tmp_path: Path) -> None:
    names = [f"shoe{number}" for number in range(30)]
    (tmp_path / "study.csv").write_text(f"pid,{','.join(names)}\na{',1' * 30}\n")
    (tmp_path / "mapping.yaml").write_text('mapping_version: "1"\ntables: {cases: {case: pid, answers: {}}}')
    ended = _map("check", tmp_path / "mapping.yaml", tmp_path / "study.csv")
    assert ended.exit_code == 1
    assert ended.stdout.count("shoe") == 8
    assert "shoe7 and 22 more" in ended.stdout
    assert _map("check", tmp_path / "mapping.yaml", tmp_path / "study.csv", "--all").stdout.count("shoe") == 30


def test_check_of_a_column_that_is_not_there(misfit: tuple[Path, Path]) -> None:
    mapping, data = misfit
    mapping.write_text(MAPPING.replace("column: age", "column: agge"))
    ended = _map("check", mapping, data)
    assert ended.exit_code == 3
    assert re.search(r"mapping\.yaml:6:\d+: agge: names no column of .*did you mean 'age'\?", ended.stderr)


# -- rules that can never fire -------------------------------------------------------------------------------------


def test_every_rule_may_fire_where_everything_was_asked() -> None:
    assert never_firing(Rulebook.load(), EVERYTHING) == ()


def test_without_a_table_its_rules_are_silent() -> None:
    without = {about: fields for about, fields in EVERYTHING.items() if about != "conflict"}
    silent = {each.rule: each.absent for each in never_firing(Rulebook.load(), without)}
    about = [rule for rule in Rulebook.load().active if rule.about == "conflict" and rule.when is not None]
    telling = {rule.id for rule in about if not all(isinstance(each, Asks) for each in rule.conclusions)}
    assert telling
    assert telling <= {*silent}
    assert silent[min(telling)] == ("conflicts",)


def test_a_rule_that_needs_either_answer_is_silent_only_without_both() -> None:
    book = Rulebook.load()
    rule = "grief.avoided-mourning"
    for absent, wanted in (
        ({"avoids_reminders"}, False),
        ({"keeps_busy_or_numb"}, False),
        ({"avoids_reminders", "keeps_busy_or_numb"}, True),
    ):
        fields = {**EVERYTHING, "loss": [name for name in ITEMS["loss"] if name not in absent]}
        assert (rule in {each.rule for each in never_firing(book, fields)}) == wanted, absent


# -- schema --------------------------------------------------------------------------------------------------------


def test_the_kept_schema_is_current() -> None:
    """If not: `ipt-formulate map schema > docs/schema/mapping.schema.json`."""
    assert KEPT.read_text(encoding="utf-8") == schema_text() == _map("schema").stdout


def test_the_schema_takes_what_is_read_and_refuses_what_is_not() -> None:
    Draft202012Validator.check_schema(mapping_schema())
    validator = Draft202012Validator(mapping_schema())
    for text in (MAPPING, mapping_text(export_mapping())):
        mapping_from_text(text)
        assert validator.is_valid(read_text(text, name="mapping", format="yaml").data)
    for wrong in (
        "frame.age_bnd: age",
        "frame.age_band: {column: age, values: {1: adult}}",
        "frame.age_band: {colum: a}",
    ):
        text = f"mapping_version: 1\ntables: {{cases: {{case: id, answers: {{{wrong}}}}}}}"
        assert not validator.is_valid(read_text(text, name="mapping", format="yaml").data)


@pytest.mark.parametrize("command", ["init", "check", "redcap", "schema"])
def test_every_command_has_examples(command: str) -> None:
    assert "Example" in _map(command, "--help").stdout
