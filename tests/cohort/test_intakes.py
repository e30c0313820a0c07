"""Do files of intakes come in as they were written, and do all their faults come out?"""

from __future__ import annotations

from pathlib import Path

import pytest

from ipt_formulate.cohort.faults import CohortError
from ipt_formulate.cohort.intakes import intakes_in


def test_a_whole_number_is_the_id_of_a_case_in_lines(tmp_path: Path) -> None:
    """Its digits, as a table has them; a truth value and a decimal number are none. Every line is looked at."""
    lines = tmp_path / "cases.ndjson"
    lines.write_text('{"intake_version": "1", "case_id": 17}\n\n{"intake_version": "1", "case_id": "017"}\n')
    assert [each.case_id for each in intakes_in(lines)] == ["17", "017"]
    lines.write_text('{"case_id": true}\n{"case_id": 1.0}\n{"case_id": 1, "case_id": 2}\n{"case_id": 3')
    with pytest.raises(CohortError) as refused:
        list(intakes_in(lines))
    names = {fault.place.file for fault in refused.value.faults if fault.place is not None}
    assert names == {f"{lines}:{number}" for number in (1, 2, 3, 4)}
