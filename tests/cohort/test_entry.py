"""Are exactly those cases refused that the intake refuses, and the others encoded as the intakes are, everywhere?"""

from __future__ import annotations

import pytest

from ipt_formulate.cohort.entry import MEANING, enter
from ipt_formulate.cohort.layout import TABLES
from tests.cohort.entering import Cohort, collected, differences, entered, expected, judged, plan

SPARE = {"polars": 8, "duckdb": 2, "pyarrow": 2}


@pytest.mark.parametrize(("backend", "seed"), [(name, seed) for name, most in SPARE.items() for seed in range(most)])
def test_what_the_intake_refuses_is_refused_and_the_rest_is_encoded(backend: str, seed: int) -> None:
    cohort = Cohort(seed, missing=(0.0, 0.3, 0.7)[seed % 3])
    cohort.spoil((0, 8, 25, 60)[seed % 4])
    if seed % 5 == 4:
        cohort.leave_out(cohort.chance.choice([name for name in cohort.rows if name != "cases"]))
    taken, refused = judged(cohort.rows)
    result = enter(cohort.tables(backend), plan())
    rejects = collected(result.rejects)
    found = entered(result)
    assert {*found} == {*taken}, "cases that went in"
    known = {*taken, *refused}
    assert {name for name in rejects["case"] if name in known} == refused
    assert {*rejects["code"]} <= {*MEANING}
    assert {*rejects["table"]} <= {*TABLES, "decisions"}
    assert not differences(found, expected(taken))
