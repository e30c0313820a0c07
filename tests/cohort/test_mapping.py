"""Do columns and codes of a study become the answers that were meant, and has every fault of a mapping its place?"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from ipt_formulate.cohort.faults import CohortError
from ipt_formulate.cohort.mapping import mapping_from_file, mapping_from_text
from ipt_formulate.cohort.sources import open_source
from tests.cohort.sources.reading_back import arrow, told_by

HEAD = 'mapping_version: "1"\n'
CASES = HEAD + "tables: {cases: {case: a, answers: {"
STUDY = pl.DataFrame(
    {
        "pid": ["7", "8", "9"],
        "sex": ["f", "f", "m"],
        "age": ["1", "2", "-99"],
        "visit": ["14/03/2026", "1/2/2026", "soon"],
        "weeks_ill": ["6", "-98", None],
        "bipolar": ["0", "1", "7"],
        "tags": ["a; b", "0", "-99"],
        "l1_kind": ["1", "2", None],
        "l1_how_sudden": ["1", "0", None],
        "l1_how_violent": ["0", "-98", None],
        "l1_days": ["40", None, "-99"],
        "l2_kind": [None, "3", None],
        "l2_days": [None, "-10", None],
    }
)
MAPPING = (
    HEAD
    + """
title: a made-up study
missing: {"-99": not_asked, "-98": do_not_know}
dates: ["%d/%m/%Y", "%m/%Y"]
tables:
  cases:
    case: pid
    answers:
      frame.age_band: {column: age, values: {1: adult_25_59, 2: older_60_plus}}
      frame.assessed_on: visit
      episode.onset: {column: weeks_ill, lag: weeks before assessment, about: yes}
      frame.bipolar_known: {column: bipolar, values: {0: no, 1: yes}}
      frame.household_tags: {column: tags, separator: ";", values: {a: polygamy, b: stigma, 0: none}}
      losses.asked: {always: yes}
      frame.age_band.source: {always: record}
  losses:
    case: pid
    answers:
      kind: {column: "l{n}_kind", values: {1: death_of_person, 2: death_of_pet, 3: loss_of_job}}
      manner.sudden: {column: "l{n}_how_sudden", values: {0: no, 1: yes}}
      manner.violent: {column: "l{n}_how_violent", values: {0: no, 1: yes}, missing: {"-98": declined}}
      when: {column: "l{n}_days", lag: days before onset}
      linked_by_patient: {always: yes}
ignored: [sex]
"""
)


def _told(frame: Any, text: str) -> list[dict[str, Any]]:
    with open_source(frame, mapping=mapping_from_text(text)) as source:
        return told_by(source)


@pytest.mark.parametrize("made", [
    lambda frame: frame, lambda frame: frame.lazy(), lambda frame: frame.to_arrow(), lambda frame: frame.to_pandas(),
])  # fmt: skip
def test_a_wide_study_is_read(made: Any) -> None:
    first, second, third = _told(made(STUDY), MAPPING)
    assert first == {
        "intake_version": "1",
        "case_id": "7",
        "frame": {
            "assessed_on": "2026-03-14",
            "age_band": {"value": "adult_25_59", "source": "record"},
            "bipolar_known": "no",
            "household_tags": {"polygamy": "yes", "stigma": "yes"},
        },
        "episode": {"onset": {"before_assessment": {"weeks": 6}, "about": True}},
        "losses": {
            "asked": "yes",
            "items": [
                {
                    "id": "loss-1",
                    "kind": "death_of_person",
                    "when": {"before_onset": {"days": 40}},
                    "manner": {"sudden": "yes", "violent": "no"},
                    "linked_by_patient": "yes",
                }
            ],
        },
    }
    assert second["episode"] == {"onset": {"unknown": "do_not_know"}}
    assert second["frame"]["assessed_on"] == "2026-02-01"
    assert second["frame"]["household_tags"] == dict.fromkeys(("polygamy", "in_laws", "inheritance", "stigma"), "no")
    assert [item["id"] for item in second["losses"]["items"]] == ["loss-1", "loss-2"]
    assert second["losses"]["items"][0]["manner"] == {"sudden": "no"}
    assert second["losses"]["items"][1]["when"] == {"before_onset": {"days": -10}}
    assert third["losses"] == {"asked": "yes"}
    assert "age_band" not in third["frame"] or third["frame"]["age_band"].get("value") is None
    assert third["frame"]["bipolar_known"] == "7"
    assert third["frame"]["assessed_on"] == "soon"
    assert "household_tags" not in third["frame"]


def test_rows_and_files_are_the_same(tmp_path: Path) -> None:
    STUDY.write_csv(tmp_path / "study.csv")
    (tmp_path / "mapping.yaml").write_text(MAPPING)
    with open_source(tmp_path / "study.csv", mapping=tmp_path / "mapping.yaml") as source:
        assert told_by(source) == _told(STUDY, MAPPING)
        assert arrow(source.tables["cases"])["row"].to_pylist() == [1, 2, 3]
        assert arrow(source.tables["losses"])["row"].to_pylist() == [1, 2, 2]
        assert source.places["losses"] == str(tmp_path / "study.csv")
        assert [batch["losses"].num_rows for batch in source.batches(1)] == [1, 2, 0]


LONG = """
tables:
  cases: {from: people, case: id, answers: {losses.asked: {always: yes}, people.complete: complete}}
  losses:
    from: events
    where: {type: [loss, LOSS]}
    case: person
    answers: {kind: what, person: {column: who, prefix: p}, manner.none: {column: no_manner, values: {x: yes}},
              manner.sudden: {column: sudden, values: {x: yes}}, other_deaths_links: {column: others, separator: ","}}
  people: {from: network, case: person, id: {column: nr, prefix: p}, answers: {alive: alive}}
  decisions: {from: decided, case: person, answers: {situation: what, area: area, decision: decision, when: when}}
"""


def test_long_tables_links_and_decisions() -> None:
    data = {
        "people": pl.DataFrame({"id": [1, 2], "complete": [True, None]}),
        "events": pl.DataFrame(
            {
                "person": [1, 1, 2, 2],
                "type": ["loss", "move", "LOSS", None],
                "what": ["death_of_pet", "x", "death_of_person", "y"],
                "who": [None, None, 2, None],
                "no_manner": ["x", None, "x", None],
                "sudden": [None, None, "x", None],
                "others": ["loss-1, loss-2", None, "none", None],
            }
        ),
        "network": pl.DataFrame({"person": [2], "nr": [2], "alive": [False]}),
        "decided": pl.DataFrame(
            {"person": [2], "what": ["loss-1"], "area": ["grief"], "decision": ["confirm"], "when": ["2026-03-14"]}
        ),
    }
    with open_source(data, mapping=mapping_from_text(HEAD + LONG)) as source:
        assert {*source.tables} == {"cases", "losses", "people", "decisions"}
        first, second = told_by(source)
    assert first["people"] == {"complete": "yes"}
    assert first["losses"]["items"][0]["manner"] == dict.fromkeys(
        ("expected", "sudden", "violent", "suicide", "accident", "long_illness"), "no"
    )
    assert first["losses"]["items"][0]["other_deaths_links"] == ["loss-1", "loss-2"]
    loss = second["losses"]["items"][0]
    assert (loss["id"], loss["kind"], loss["person"]) == ("loss-1", "death_of_person", "p2")
    assert loss["other_deaths_links"] == "none" or loss["other_deaths_links"] == ["none"]
    assert loss["manner"]["expected"] == "none", "none of them and one of them: for the reader of answers to refuse"
    assert second["people"]["items"] == [{"id": "p2", "alive": "no"}]
    assert second["decisions"][0]["situation"] == "loss-1"


def test_what_no_mapping_knows_keeps_its_text() -> None:
    frame = pl.DataFrame({"id": ["a", "b", "c"], "tags": ["a,zzz", "none,a", "a,,a"]})
    told = "{column: tags, separator: ',', unlisted: no, values: {a: stigma}}"
    text = f"tables: {{cases: {{case: id, answers: {{frame.household_tags: {told}}}}}}}"
    with open_source(frame, mapping=mapping_from_text(HEAD + text)) as source:
        found = arrow(source.tables["cases"]).to_pydict()
    assert found["frame.household_tags.polygamy"] == ["zzz", "none", "no"]
    assert found["frame.household_tags.stigma"] == ["yes", "yes", "yes"]


def test_a_column_may_have_several_names() -> None:
    text = HEAD + "tables: {cases: {case: [id, Record ID], answers: {frame.format: [format, 'Which format?']}}}"
    for names in (("id", "format"), ("Record ID", "Which format?")):
        assert _told(pl.DataFrame(dict(zip(names, (["a"], ["group"]), strict=True))), text)[0]["frame"] == {
            "format": "group"
        }


def test_names_and_codes_that_look_like_sql_are_names_and_codes() -> None:
    evil = "x\"; DROP TABLE y; --'"
    frame = pl.DataFrame({"id": ["a"], evil: ["it's'; --"]})
    text = HEAD + (
        'tables: {cases: {case: id, answers: {frame.format: {column: "x\\"; DROP TABLE y; --\'", '
        "values: {\"it's'; --\": group}}}}}"
    )
    assert _told(frame, text)[0]["frame"] == {"format": "group"}


# -- faults --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("text", "line", "column", "code", "words"), [
    ("mapping_version: 2\ntables: {cases: {case: a}}", 1, 18, "C190", 'expected "1"'),
    (HEAD + "tables: {case: {case: a}}", 2, 10, "C182", "did you mean 'cases'?"),
    (HEAD + "tables: {losses: {case: a}}", 2, 9, "C189", "has no table `cases`"),
    (HEAD + "tables:\n  cases: {answers: {frame.format: x}}", 3, 10, "C189", "has no `case`"),
    (CASES + "frame.formt: x}}}", 2, 37, "C183", "did you mean 'frame.format'?"),
    (CASES + "frame.format: {colum: x}}}}", 2, 52, "C181", "did you mean 'column'?"),
    (CASES + "frame.format: {column: x, values: {1: grop}}}}}", 2, 75, "C184", "'group'"),
    (CASES + "frame.format: {always: grop}}}}", 2, 60, "C184", "expected one of indiv"),
    (CASES + "frame.format: {column: x, always: group}}}}", 2, 51, "C187", "twice"),
    (CASES + "frame.format: {column: x, lag: days before onset}}}}", 2, 63, "C187", "days"),
    (CASES + "episode.onset: {column: x, lag: days before birth}}}}", 2, 69, "C185", "lag"),
    (CASES + "episode.onset: {column: x, dates: '%d/%q/%Y'}}}}", 2, 71, "C185", "format"),
    (CASES + "episode.onset: {column: x, dates: '%d/%m'}}}}", 2, 71, "C185", "%Y"),
    (CASES + "frame.household_tags: x}}}", 2, 59, "C187", "`separator`"),
    (CASES + "frame.format: 'x{n}'}}}", 2, 51, "C187", "{n}"),
    (HEAD + "missing: {-99: refused}\ntables: {cases: {case: a}}", 2, 16, "C184", "not_asked, do_not_know, declined"),
    (CASES + "frame.format: {column: x, missing: {1: declined}, values: {1: group}}}}}", 2, 73, "C187", "among the"),
    (HEAD + "tables: {cases: {case: [a, {b: c}]}}", 2, 28, "C180", "is no text"),
    (CASES + "frame.household_tags: {column: x, separator: ';'}, frame.household_tags.none: y}}}", 2, 88, "C187",
     "twice"),
    (HEAD + "tables: {cases: {case: a, case: b}}", 2, 27, "R109", "the same key stands twice"),
    (HEAD + "tables: &a {cases: {case: a}}", 2, 9, "R108", "anchors"),
    (HEAD + "tables: !!python/object:os.system {}", 2, 9, "R108", "tags"),
    ("[" * 100, 1, 65, "R105", "deeper"),
])  # fmt: skip
def test_faults_of_a_mapping_have_their_place(text: str, line: int, column: int, code: str, words: str) -> None:
    with pytest.raises(CohortError) as caught:
        mapping_from_text(text, "study.yaml")
    found = {(fault.place.line, fault.place.column, fault.code) for fault in caught.value.faults if fault.place}
    assert (line, column, code) in found, str(caught.value)
    assert words in str(caught.value)
    assert f"study.yaml:{line}:{column}" in str(caught.value)


def test_all_faults_are_told_in_one_run() -> None:
    text = HEAD + "title: [a]\nextra: 1\ntables: {cases: {answers: {frame.formt: x, frame.format: {values: {1: x}}}}}"
    with pytest.raises(CohortError) as caught:
        mapping_from_text(text)
    assert [fault.code for fault in caught.value.faults] == ["C181", "C189", "C183", "C187", "C184"]


def test_columns_and_tables_that_the_data_do_not_have() -> None:
    text = HEAD + (
        "tables:\n  cases: {from: peple, case: id}\n"
        "  losses: {from: events, case: persn, answers: {kind: 'l{n}_kind'}}\n  changes: {case: id}\n"
    )
    data = {"people ": pl.DataFrame({"id": [1]}), "events": pl.DataFrame({"person": [1]})}
    with pytest.raises(CohortError) as caught:
        open_source(data, mapping=mapping_from_text(text, "m.yaml"))
    assert [(fault.code, fault.place and fault.place.line) for fault in caught.value.faults] == [
        ("C188", 3), ("C186", 4), ("C186", 4), ("C188", 5),
    ]  # fmt: skip
    assert "did you mean 'person'?" in str(caught.value)


def test_a_mapping_that_is_no_file(tmp_path: Path) -> None:
    for name in ("gone.yaml", "mapping.txt"):
        with pytest.raises(CohortError):
            mapping_from_file(tmp_path / name)
    (tmp_path / "big.yaml").write_text("#" * 1_000_001)
    with pytest.raises(CohortError, match="larger than the limit"):
        mapping_from_file(tmp_path / "big.yaml")
