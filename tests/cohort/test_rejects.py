"""Do rejects name the column of the study, the cause and the next step, and never a value?"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from ipt_formulate.cohort.entry import enter
from ipt_formulate.cohort.faults import CohortError
from ipt_formulate.cohort.mapping import mapping_from_text
from ipt_formulate.cohort.outputs.coding import as_read
from ipt_formulate.cohort.sources import open_source
from ipt_formulate.cohort.table import formulate_table
from tests.cohort.coded import book
from tests.cohort.entering import plan

WIDE = """
mapping_version: "1"
tables:
  cases:
    case: pid
    answers:
      frame.age_band: {column: q17_age, values: {1: adult_25_59}}
      frame.assessed_on: visit
      frame.household_tags: {column: tags, separator: ";"}
      isolation.confidants: {column: friends, missing: {x: declined}}
      losses.asked: {always: yes}
  losses:
    case: pid
    answers:
      kind: {column: "q{n}_kind", values: {1: death_of_person}}
      manner.sudden: {column: "q{n}_sudden", values: {1: yes, 0: no}}
      manner.none: "q{n}_none"
"""


def _rejects(data: object, mapping: str) -> list[tuple[Any, ...]]:
    """Row, case, column, code and reason of every fault that is found in the answers."""
    with open_source(data, mapping=mapping_from_text(mapping)) as source:
        (batch,) = source.batches()
        entered = enter({name: pl.from_arrow(table) for name, table in batch.items()}, plan(), source.opened)
        told = as_read(entered.rejects.collect(), source.columns)
    rows: list[tuple[Any, ...]] = told.select("row", "case", "column", "code", "reason").rows()
    return rows


def test_a_reject_names_the_column_of_the_study_and_the_answer_it_was_read_as() -> None:
    frame = pl.DataFrame(
        {
            "pid": ["a", "b", "c"],
            "q17_age": ["1", "secret", "1"],
            "visit": ["2026-03-14", "secret", None],
            "tags": [None, "secret", None],
            "friends": ["x", "secret", "2"],
            "q1_kind": ["1", "1", "secret"],
            "q2_kind": [None, "secret", None],
            "q1_sudden": [None, "secret", None],
            "q1_none": [None, None, "secret"],
            "q2_none": [None, None, None],
        }
    )
    found = _rejects(frame, WIDE)
    assert {(row, case, column): reason.partition(": ")[0] for row, case, column, _, reason in found} == {
        (2, "b", "q17_age"): "cases.frame.age_band",
        (2, "b", "visit"): "cases.frame.assessed_on",
        (2, "b", "tags"): "cases.frame.household_tags",
        (2, "b", "friends"): "cases.isolation.confidants",
        (2, "b", "q{n}_kind"): "losses.kind",
        (2, "b", "q1_sudden"): "losses.manner.sudden",
        (3, "c", "q{n}_kind"): "losses.kind",
    }
    assert "secret" not in str(found)
    (told,) = (reason for _, _, column, _, reason in found if column == "tags")
    assert told.endswith("names what is none of its members, or none beside one; expected polygamy, in_laws, "
                         "inheritance, stigma or none")  # fmt: skip


def test_none_beside_one_is_told_as_such() -> None:
    """It is a fault of two cells, and either may be the wrong one."""
    frame = pl.DataFrame({"pid": ["a"], "k1": ["death_of_pet"], "s1": ["yes"], "e1": [None], "n1": ["yes"]})
    text = """
mapping_version: "1"
tables:
  cases: {case: pid, answers: {losses.asked: {always: yes}}}
  losses:
    case: pid
    answers: {kind: "k{n}", manner.expected: "e{n}", manner.sudden: "s{n}", manner.none: "n{n}"}
"""
    ((_, _, column, code, reason),) = _rejects(frame, text)
    assert (column, code) == ("e1", "C166")
    assert reason == "losses.manner.expected: is not yes or no, or is none of them (n1) beside one of them"
    text = text.replace('manner.expected: "e{n}", ', "")
    ((_, _, column, _, reason),) = _rejects(frame.drop("e1"), text)
    assert (column, reason.partition(":")[0]) == ("n1", "losses.manner.none")


def test_what_nothing_was_read_for_has_no_column() -> None:
    """An id that comes of the number of the row."""
    tables = {"cases": pl.DataFrame({"pid": ["a"]}), "losses": pl.DataFrame({"pid": ["a"], "what": ["loss_of_job"]})}
    text = 'mapping_version: "1"\ntables: {cases: {case: pid}, losses: {case: pid, answers: {kind: what}}}'
    with open_source(tables, mapping=mapping_from_text(text)) as source:
        fault = pl.DataFrame(
            {
                "table": ["losses", "losses", "cases"],
                "column": ["id", "kind", None],
                "reason": ["is wrong"] * 3,
                "code": "C166",
            }
        )
        told = as_read(fault, source.columns).select("column", "reason").rows()
    assert told == [(None, "losses.id: is wrong"), ("what", "losses.kind: is wrong"), (None, "is wrong")]


def test_coded_tables_carry_the_names_of_the_study() -> None:
    mapping = mapping_from_text('mapping_version: "1"\ntables: {cases: {case: pid, answers: {frame.age_band: q17}}}')
    data = pl.DataFrame({"pid": ["a", "b"], "q17": ["x", None]})
    (found,) = formulate_table(data, mapping=mapping, rulebook=book()).rejects.to_dicts()
    assert (found["column"], found["reason"].partition(";")[0]) == (
        "q17", "cases.frame.age_band: is not one of the answers",
    )  # fmt: skip


def test_a_fault_of_the_ids_of_cases_names_the_column_of_the_study() -> None:
    mapping = mapping_from_text('mapping_version: "1"\ntables: {cases: {case: pid, answers: {}}}')
    with (
        open_source(pl.DataFrame({"pid": ["a", "a", None]}), mapping=mapping) as source,
        pytest.raises(CohortError) as caught,
    ):
        source.check()
    assert [fault.path for fault in caught.value.faults] == ["frame data: row 3: pid", "frame data: row 2: pid"]


# -- links that lead nowhere ---------------------------------------------------------------------------------------

LINKS = """
mapping_version: "1"
tables:
  cases: {from: cases, case: pid, answers: {losses.asked: {always: yes}}}
  losses: {from: losses, case: pid, answers: {kind: what, person: who}}
  changes: {from: changes, case: pid, answers: {kind: what, from: of}}
"""


def _linked(folder: Path, losses: str, changes: str) -> Path:
    (folder / "cases.csv").write_text("pid\na\nb\n")
    (folder / "losses.csv").write_text(f"pid,what,who\n{losses}")
    (folder / "changes.csv").write_text(f"pid,what,of\n{changes}")
    return folder


def test_a_link_into_a_table_that_is_not_there_says_so(tmp_path: Path) -> None:
    _linked(tmp_path, "a,death_of_person,p1\nb,loss_of_job,\n", "b,move,loss-3\n")
    told = {(case, column): reason for _, case, column, _, reason in _rejects(tmp_path, LINKS)}
    assert told["a", "who"].endswith("refers to no record; expected the id of a person; there is no table of people, "
                                     "given or mapped")  # fmt: skip
    assert told["b", "of"].endswith("there is no table of conflicts, given or mapped")


def test_a_link_to_a_number_behind_a_lost_record_is_refused_with_the_reason(tmp_path: Path) -> None:
    """The only wrong answer is to take the second record that is left for the second one that was told."""
    _linked(tmp_path, "a,death_of_person,\n,loss_of_job,,x\na,death_of_pet,\nb,death_of_pet,\n", "a,move,loss-2\n")
    ((row, case, column, code, reason),) = _rejects(tmp_path, LINKS)
    assert (row, case, column, code) == (1, "a", "of", "C172")
    assert "rows of losses could not be read: it may be one, or have no certain number by one" in reason
