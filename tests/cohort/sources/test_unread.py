"""Does a row that could not be read ever make a list look complete? Its case goes, or the list stays open."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from ipt_formulate.cohort.faults import CohortError
from ipt_formulate.cohort.mapping import mapping_from_text
from ipt_formulate.cohort.outputs.coding import unread, unread_counts
from ipt_formulate.cohort.sources import open_source

CASES = """case,losses.asked,losses.complete,losses.complete.source,people.asked,people.complete
a,yes,yes,patient,yes,yes
b,yes,yes,,yes,yes
c,yes,,,yes,no
"""
LOSSES = "case,id,kind,closeness\na,l1,death,5\nb,l1,death,5\n"


def read(where: Path, **options: Any) -> tuple[dict[str, list[dict[str, Any]]], list[Any]]:
    """The rows of every table, and what could not be read: table, row, case, and the lists that are left open."""
    with open_source(where, **options) as source:
        source.check()
        whole = {name: table.pl().to_dicts() for name, table in source.tables.items()}
        (batch,) = source.batches()
        for name, rows in whole.items():
            assert batch[name].to_pylist() == rows, "in batches as whole"
        return whole, [(each.table, each.row, each.case, each.opens) for each in source.rejects]


def folder(path: Path, **tables: str) -> Path:
    for name, text in {"cases": CASES, "losses": LOSSES, **tables}.items():
        (path / f"{name}.csv").write_text(text)
    return path


@pytest.mark.parametrize("broken", ["a,l2,death,5,more", "a,l2", 'a,l2,"death" x,5', '"a",l2,"dea,5', " a ;,"])
def test_a_broken_record_takes_its_case_along(tmp_path: Path, broken: str) -> None:
    """Unless its case cannot be told, as in the last."""
    named = ";" not in broken
    found, rejects = read(folder(tmp_path, losses=LOSSES + broken))
    assert rejects == [("losses", 3, "a", ()) if named else ("losses", 3, None, ("losses",))]
    assert [row["case"] for row in found["cases"]] == (["b", "c"] if named else ["a", "b", "c"])
    assert [(row["case"], row["row"]) for row in found["losses"]] == ([("b", 2)] if named else [("a", 1), ("b", 2)])
    assert [row["losses.complete"] for row in found["cases"]] == (["yes", None] if named else [None, None, None])


@pytest.mark.parametrize("broken", ["z,l2,death,5,more", "al2", ",l2,death,5,more"])
def test_where_the_case_cannot_be_told_the_list_is_complete_for_nobody(tmp_path: Path, broken: str) -> None:
    found, rejects = read(folder(tmp_path, losses=LOSSES + broken))
    assert rejects == [("losses", 3, None, ("losses",))]
    assert [row["losses.complete"] for row in found["cases"]] == [None] * 3
    assert [row["losses.complete.source"] for row in found["cases"]] == [None] * 3
    assert [row["losses.asked"] for row in found["cases"]] == ["yes"] * 3
    assert [row["people.complete"] for row in found["cases"]] == ["yes", "yes", "no"]
    with open_source(tmp_path) as source:
        ((fault,),) = (each.faults for each in source.rejects)
    assert fault.message.endswith("its case cannot be told, so for no case is the list complete: losses")


def test_an_id_with_a_comma_and_no_quotes_is_told_if_it_is_one_only(tmp_path: Path) -> None:
    cases = CASES + '"z, j",yes,yes,,,\n'
    assert read(folder(tmp_path, cases=cases, losses=LOSSES + "z, j,l1,death,5"))[1] == [("losses", 3, "z, j", ())]
    cases += "z,yes,yes,,,\n"
    rejects = read(folder(tmp_path, cases=cases, losses=LOSSES + "z, j,l1,death,5"))[1]
    assert rejects == [("losses", 3, None, ("losses",))]


@pytest.mark.parametrize("seed", range(6))
def test_no_damage_makes_a_list_with_a_lost_record_complete(tmp_path: Path, seed: int) -> None:
    """Cells torn apart, run together or cut off, a quote put in: at several lines, anywhere in them."""
    drawn = random.Random(seed)
    names = [f"case-{number:02}" for number in range(12)]
    lines = [f'{name},l{number},death,"5",' for name in names for number in range(drawn.randrange(3))]
    before = Counter(line.partition(",")[0] for line in lines)
    for at in drawn.sample(range(len(lines)), 3):
        where = drawn.randrange(len(lines[at]))
        start, end = lines[at][:where], lines[at][where:]
        lines[at] = drawn.choice(
            [f"{start},{end}", start.rstrip(",") or "x", start + end.replace(",", "", 1), f'{start}x"{end}']
        )
    cases = "".join(f"{name},yes,yes,,yes,yes\n" for name in names)
    folder(tmp_path, cases=CASES.splitlines()[0] + "\n" + cases)
    text = "\n".join(["case,id,kind,closeness,closeness.unknown", *lines])
    (tmp_path / "losses.csv").write_text(text + "\n")
    try:
        found, _ = read(tmp_path)
    except CohortError:
        return  # told, and nothing is coded
    whole = {row["case"] for row in found["cases"] if row["losses.complete"] == "yes"}
    told = Counter(row["case"] for row in found["losses"])
    assert {name: told[name] for name in whole} == {name: before[name] for name in whole}


def test_a_case_that_does_not_stand_first_cannot_be_told(tmp_path: Path) -> None:
    """A cell too many may stand before it."""
    (tmp_path / "cases.csv").write_text(CASES)
    (tmp_path / "losses.csv").write_text("id,case,kind\nb,x,a,death\n")
    assert read(tmp_path)[1] == [("losses", 1, None, ("losses",))]


def test_marks_of_any_type_are_taken_away(tmp_path: Path) -> None:
    pl.DataFrame({"case": [1, 2], "losses.asked": [True, True], "losses.complete": [True, False]}).write_parquet(
        tmp_path / "cases.parquet"
    )
    (tmp_path / "losses.csv").write_text("case,id,kind\n3,l1,death,more\n")
    found, _ = read(tmp_path)
    assert [row["losses.complete"] for row in found["cases"]] == [None, None]
    (tmp_path / "losses.csv").write_text("case,id,kind\n2,l1,death,more\n")
    assert [row["case"] for row in read(tmp_path)[0]["cases"]] == ["1"]


def test_a_broken_case_takes_its_records_along(tmp_path: Path) -> None:
    found, rejects = read(folder(tmp_path, cases=CASES.replace("a,yes", "a,more,yes")))
    assert rejects == [("cases", 1, "a", ())]
    assert [row["case"] for row in found["losses"]] == ["b"]
    assert [row["losses.complete"] for row in found["cases"]] == ["yes", None]


def test_a_decision_of_a_case_that_cannot_be_told_stops_the_run(tmp_path: Path) -> None:
    folder(tmp_path, decisions="case,situation,area,decision\nz,l1\n")
    with pytest.raises(CohortError) as caught:
        open_source(tmp_path)
    (fault,) = caught.value.faults
    assert (fault.code, fault.path.rpartition("/")[2]) == ("C146", "decisions.csv: line 2")


WIDE = """
mapping_version: "1"
tables:
  cases: {case: pid, answers: {losses.complete: all}}
  losses: {case: pid, answers: {kind: "kind{n}"}}
"""


def test_a_row_with_all_of_a_case_is_only_that_case(tmp_path: Path) -> None:
    (tmp_path / "wide.csv").write_text("pid,all,kind1,kind2\na,yes,death,\nb\nc,yes,,\n")
    found, rejects = read(tmp_path / "wide.csv", mapping=mapping_from_text(WIDE))
    assert rejects == [("cases", 2, None, ())]
    assert [row["losses.complete"] for row in found["cases"]] == ["yes", "yes"]


LONG = """
mapping_version: "1"
tables:
  cases: {case: pid, where: {form: intake}, answers: {losses.complete: all}}
  losses: {case: pid, where: {form: loss}, answers: {kind: kind}}
"""


@pytest.mark.parametrize("broken", ["a,loss", "b"])
def test_a_row_of_one_form_of_several_may_be_a_record(tmp_path: Path, broken: str) -> None:
    (tmp_path / "long.csv").write_text(f"pid,form,all,kind\na,intake,yes,\na,loss,,death\nc,intake,yes,\n{broken}\n")
    found, rejects = read(tmp_path / "long.csv", mapping=mapping_from_text(LONG))
    if broken == "b":
        assert rejects == [("cases", 4, None, ("losses",))]
        assert [row["losses.complete"] for row in found["cases"]] == [None, None]
    else:
        assert rejects == [("cases", 4, "a", ())]
        assert [(row["case"], row["losses.complete"]) for row in found["cases"]] == [("c", "yes")]
        assert not found["losses"]


def test_rejects_name_the_file_the_row_and_a_column_of_the_input_or_none(tmp_path: Path) -> None:
    (tmp_path / "all.jsonl").write_text('{"case_id": "a"}\n{\n{"case_id": "b", "losses": {"items": 3}}\n')
    with open_source(tmp_path / "all.jsonl") as source:
        told = unread(source.rejects, source.places).select("source", "row", "case", "column").rows()
        at = str(tmp_path / "all.jsonl")
        assert told == [(at, 2, None, None), (at, 3, None, "losses.items")]
        assert unread_counts(source.rejects) == {"rejected_cases": 2}
    folder(tmp_path, losses=LOSSES + "a,l2\n,l2\n")
    with open_source(tmp_path) as source:
        told = unread(source.rejects, source.places).select("source", "row", "case", "column", "reason").rows()
        assert [row[:4] for row in told] == [
            (str(tmp_path / "losses.csv"), row, case, None) for row, case in ((3, "a"), (4, None))
        ]
        assert told[0][4] == "line 4: has too few cells"
        assert unread_counts(source.rejects) == {"rejected_cases": 1, "unread_losses": 1}


COUNTED = """
mapping_version: "1"
tables:
  cases: {from: cases, case: pid, answers: {losses.complete: all}}
  losses: {from: losses, case: pid, answers: {kind: what}}
  changes: {from: changes, case: pid, answers: {kind: what, from: {column: of, prefix: loss-}}}
"""


def _counted(folder: Path, losses: str, changes: str = "") -> tuple[dict[str, list[dict[str, Any]]], list[Any]]:
    (folder / "cases.csv").write_text("pid,all\na,yes\nb,yes\nc,yes\n")
    (folder / "losses.csv").write_text(f"pid,what\n{losses}")
    (folder / "changes.csv").write_text(f"pid,what,of\n{changes}")
    return read(folder, mapping=mapping_from_text(COUNTED))


def test_behind_a_lost_record_of_no_known_case_no_number_is_certain(tmp_path: Path) -> None:
    """The third loss of a was the second one in its file, or it was not: no link may take it for either."""
    found, rejects = _counted(tmp_path, "a,x\n,x,y\na,y\nb,x\na,z\n")
    assert rejects == [("losses", 2, None, ("losses",))]
    assert [(row["case"], row["id"]) for row in found["losses"]] == [
        ("a", "loss-1"), ("a", "loss-2-or-later"), ("b", "loss-1-or-later"), ("a", "loss-3-or-later"),
    ]  # fmt: skip
    with open_source(tmp_path, mapping=mapping_from_text(COUNTED)) as source:
        assert source.rejects[0].faults[0].message.endswith("no link finds them: map an `id`")


def test_numbers_are_certain_where_the_case_of_a_lost_record_is_known(tmp_path: Path) -> None:
    found, rejects = _counted(tmp_path, "a,x\nb,x,y\na,y\nb,x\n")
    assert rejects == [("losses", 2, "b", ())]
    assert [(row["case"], row["id"]) for row in found["losses"]] == [("a", "loss-1"), ("a", "loss-2")]


@pytest.mark.parametrize("seed", range(8))
def test_no_link_by_number_ever_finds_another_record(tmp_path: Path, seed: int) -> None:
    """What a link finds in damaged data is what it found in whole ones, or nothing."""
    drawn = random.Random(seed)
    lines = [f"{drawn.choice('ab')},kind{number}" for number in range(12)]
    true = {}
    for line in lines:
        case, kind = line.split(",")
        true[case, f"loss-{sum(key[0] == case for key in true) + 1}"] = kind
    for at in drawn.sample(range(12), 2):
        lines[at] = drawn.choice([f",{lines[at]}", lines[at].replace(",", ""), f"{lines[at]},more"])
    found, _ = _counted(tmp_path, "".join(f"{line}\n" for line in lines))
    for row in found["losses"]:
        assert true.get((row["case"], row["id"]), row["kind"]) == row["kind"]


def test_rows_that_the_data_number_are_counted_as_numbers(tmp_path: Path) -> None:
    (tmp_path / "cases.csv").write_text("pid,all\na,yes\n")
    (tmp_path / "changes.csv").write_text("pid,what,of\n")
    (tmp_path / "losses.csv").write_text("row,pid,what\n10,a,z\n9,a,y\n")
    found, _ = read(tmp_path, mapping=mapping_from_text(COUNTED))
    assert [(row["id"], row["kind"]) for row in found["losses"]] == [("loss-1", "y"), ("loss-2", "z")]
    with (tmp_path / "losses.csv").open("a") as file:
        file.write("8,a,x,more\n")
    found, _ = read(tmp_path, mapping=mapping_from_text(COUNTED))
    assert [row["id"] for row in found["losses"]] == ["loss-1-or-later", "loss-2-or-later"]


# -- lines of cases ------------------------------------------------------------------------------------------------

LATE = "site,case,losses.asked,losses.complete\ns,a,yes,yes\ns,b,yes,yes\n"
"""The id does not stand first, so that of a line that cannot be read it cannot be told from its place."""


def test_a_cell_of_a_lost_line_that_is_the_id_of_a_stray_record_proves_nothing(tmp_path: Path) -> None:
    """It may be an answer, and the id of the record a mistake for that of any case."""
    cases = "case,frame.age_band,episode.severity_score,losses.complete\na,adult_25_59,9,yes\nb,adult_25_59,9,yes\n"
    folder(tmp_path, cases=cases + "x,adult_25_59,12,yes,more\n", losses=LOSSES + "12,l1,death,5\n")
    found, rejects = read(tmp_path)
    assert rejects == [("cases", 3, None, ()), ("losses", 3, "12", ("losses",))]
    assert [(row["case"], row["losses.complete"]) for row in found["cases"]] == [("a", None), ("b", None)]


@pytest.mark.parametrize("broken", ["c", "s;c;yes;yes", "s,c,yes,yes,more", ",,yes,yes,more"])
def test_records_of_a_case_that_may_be_a_lost_one_are_rejected_with_the_reason(tmp_path: Path, broken: str) -> None:
    """Nobody knows whether their id is that of the lost line, or a wrong one: their list stays open."""
    losses, people = LOSSES + "c,l1,death,5\nc,l2,death,5\n", "case,id\nb,p1\n"
    folder(tmp_path, cases=LATE.replace("site", "frame.format") + f"{broken}\n", losses=losses, people=people)
    found, rejects = read(tmp_path)
    assert rejects == [("cases", 3, None, ()), ("losses", 3, "c", ("losses",)), ("losses", 4, "c", ("losses",))]
    assert [(row["case"], row["losses.complete"]) for row in found["cases"]] == [("a", None), ("b", None)]
    assert [row["case"] for row in found["losses"]] == ["a", "b"]
    assert [row["case"] for row in found["people"]] == ["b"]
    with open_source(tmp_path) as source:
        told = unread(source.rejects, source.places).select("row", "case", "column", "code", "reason").rows()
        assert told[1][:4] == (3, "c", None, "C103")
        assert "rows of " + str(tmp_path / "cases.csv") + " could not be read" in told[1][4]
        assert unread_counts(source.rejects) == {"rejected_cases": 1, "unread_losses": 2}


def test_more_cases_without_a_line_than_lines_that_were_lost_are_an_error(tmp_path: Path) -> None:
    folder(tmp_path, cases=LATE.replace("site", "frame.format") + "c\n", losses=LOSSES + "c,l1,death,5\nd,l1,death,5\n")
    with pytest.raises(CohortError) as caught:
        open_source(tmp_path)
    told = [(fault.code, fault.path.removeprefix(f"{tmp_path}/")) for fault in caught.value.faults]
    assert told == [
        ("C103", "losses.csv: row 3: case"), ("C103", "losses.csv: row 4: case"), ("C146", "cases.csv: line 4"),
    ]  # fmt: skip


def test_a_line_that_may_be_a_case_or_a_record_explains_one_case_and_leaves_the_list_open(tmp_path: Path) -> None:
    (tmp_path / "long.csv").write_text("form,pid,all,kind\nintake,a,yes,\nloss,a,,death\nloss,b,,death\nb\n")
    found, rejects = read(tmp_path / "long.csv", mapping=mapping_from_text(LONG))
    assert rejects == [("cases", 4, None, ("losses",)), ("losses", 3, "b", ("losses",))]
    assert [(row["case"], row["losses.complete"]) for row in found["cases"]] == [("a", None)]
    assert [(row["case"], row["id"]) for row in found["losses"]] == [("a", "loss-1")]


def test_records_without_a_case_stay_an_error_where_no_line_of_cases_was_lost(tmp_path: Path) -> None:
    folder(tmp_path, losses=LOSSES + "z,l1,death,5\na,l2,death,5,more\n")
    with pytest.raises(CohortError, match="row 3: case: belongs to no case of the table of cases"):
        read(tmp_path)
    folder(tmp_path, cases=CASES + "d\n", losses=LOSSES + ",l1,death,5\n")
    with pytest.raises(CohortError, match="row 3: case: belongs to no case of the table of cases"):
        read(tmp_path)


def test_a_decision_that_may_be_of_any_case_stops_the_run(tmp_path: Path) -> None:
    folder(tmp_path, cases=CASES + "d\n", decisions="case,situation,area,decision\nd,l1,grief,confirm\n")
    with pytest.raises(CohortError, match="belongs to no case that was read"):
        open_source(tmp_path)


@pytest.mark.parametrize("seed", range(20))
def test_no_damage_of_cases_and_records_makes_a_list_complete_that_is_not(tmp_path: Path, seed: int) -> None:
    """Lines of both tables torn, cut and run together, and an id of a record mistaken."""
    drawn = random.Random(seed)
    names = [f"case-{number:02}" for number in range(12)]
    cases = [f"group,{name},yes,yes" for name in names]
    records = [f"{name},l{number},death,5" for name in names for number in range(drawn.randrange(3))]
    before = Counter(line.partition(",")[0] for line in records)
    for lines, times in ((cases, drawn.randrange(1, 3)), (records, drawn.randrange(2))):
        for at in drawn.sample(range(len(lines)), times):
            where = drawn.randrange(1, len(lines[at]))
            start, end = lines[at][:where], lines[at][where:]
            lines[at] = drawn.choice([f"{start},{end},", start.rstrip(",") or "x", start + end.replace(",", "", 1)])
    if drawn.random() < 0.5:
        at = drawn.randrange(len(records))
        records[at] = records[at].replace("case-", drawn.choice(["cse-", "case-9"]), 1)
    head = "frame.format,case,losses.asked,losses.complete"
    folder(tmp_path, cases="\n".join([head, *cases, ""]), losses="\n".join(["case,id,kind,closeness", *records, ""]))
    try:
        found, _ = read(tmp_path)
    except CohortError:
        return  # told, and nothing is coded
    told = Counter(row["case"] for row in found["losses"])
    whole = {row["case"] for row in found["cases"] if row["losses.complete"] == "yes"}
    assert {name: told[name] for name in whole} == {name: before[name] for name in whole}
    assert {*told} <= {row["case"] for row in found["cases"]} <= {*names}
