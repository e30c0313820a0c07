"""Do files of intakes come in as they were written, and do all their faults come out?"""

from __future__ import annotations

from pathlib import Path

import pytest

from ipt_formulate.cohort.faults import CohortError
from ipt_formulate.cohort.intakes import Broken, intakes_in
from ipt_formulate.cohort.reading import Read, batches
from ipt_formulate.engines.columns.plan import Plan
from ipt_formulate.rulebook import Rulebook


def _ids(where: Path) -> list[str | None]:
    return [each.case if isinstance(each, Broken) else each.case_id for each in intakes_in(where)]


def test_a_whole_number_is_the_id_of_a_case_in_lines(tmp_path: Path) -> None:
    """Its digits, as a table has them; a truth value and a decimal number are none. Every line is looked at."""
    lines = tmp_path / "cases.ndjson"
    lines.write_text('{"intake_version": "1", "case_id": 17}\n\n{"intake_version": "1", "case_id": "017"}\n')
    assert _ids(lines) == ["17", "017"]
    lines.write_text('{"case_id": true}\n{"case_id": 1.0}\n{"case_id": 1, "case_id": 2}\n{"case_id": 3')
    found = [*intakes_in(lines)]
    assert [(each.file, each.line) for each in found if isinstance(each, Broken)] == [
        ("cases.ndjson", number) for number in (1, 2, 3, 4)
    ]


def test_a_broken_intake_does_not_end_the_reading(tmp_path: Path) -> None:
    """It says its file, its line, its case where that can be read, and no value."""
    (tmp_path / "a.yaml").write_text('intake_version: "1"\ncase_id: a\n')
    (tmp_path / "b.yaml").write_text('intake_version: "1"\ncase_id: b\nframe:\n  age_band: secret\n')
    (tmp_path / "c.yaml").write_text("{intake_version: [")
    (tmp_path / "d.json").write_text('{"intake_version": "1", "case_id": "d"}')
    (tmp_path / "e.jsonl").write_bytes(b'{"intake_version": "1", "case_id": "e"}\n\xff\n')
    assert _ids(tmp_path) == ["a", "b", None, "d", "e", None]
    broken = [each for each in intakes_in(tmp_path) if isinstance(each, Broken)]
    assert [(each.file, each.line) for each in broken] == [("b.yaml", 4), ("c.yaml", 1), ("e.jsonl", 2)]
    assert not any("secret" in fault.headline() for each in broken for fault in each.faults)


def test_a_file_that_cannot_be_opened_names_no_field(tmp_path: Path) -> None:
    """The fault is the file's own, which is told beside it."""
    (tmp_path / "a.yaml").write_text('intake_version: "1"\ncase_id: a\n')
    (tmp_path / "b.yaml").symlink_to(tmp_path / "nowhere.yaml")
    read = Read()
    names = [name for batch in batches(tmp_path, Plan(Rulebook.load()), read) for name in batch.names]
    assert (names, read.rejected) == (["a"], 1)
    assert [(each["table"], each["row"], each["column"], each["code"]) for each in read.rejects] == [
        ("b.yaml", None, None, "R101")
    ]
    assert str(tmp_path) not in str(read.rejects)


def test_two_intakes_of_one_case_are_refused(tmp_path: Path) -> None:
    """As two rows of one case are in a table: nobody knows which of them counts."""
    for name in ("a", "b"):
        (tmp_path / f"{name}.yaml").write_text('intake_version: "1"\ncase_id: same\n')
    with pytest.raises(CohortError, match=r"b\.yaml: case_id: has the id of an earlier case"):
        _ids(tmp_path)
