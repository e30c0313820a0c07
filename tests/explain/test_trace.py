"""Is a trace the same walk as the verdict, and is what it calls decisive enough?"""

from __future__ import annotations

import pytest

from ipt_formulate.engines.verdicts import matched_rules
from ipt_formulate.explain.trace import Trace
from ipt_formulate.explain.tracer import Tracer
from ipt_formulate.formulation.formulate import Work, outcome
from ipt_formulate.intake import parse_path
from ipt_formulate.logic.truth import word
from tests.explain.cases import book, cases, known_paths, mutants


def traces(work: Work) -> dict[tuple[str, str], Trace]:
    tracer = Tracer(work, whole=True)
    found = {}
    for rule in matched_rules(book()):
        assert rule.when is not None
        for both in tracer.both(rule.about):
            found[rule.id, both.strict.id] = tracer.trace(rule.when, both)
    return found


def test_every_trace_has_the_truth_of_its_verdict_in_both_passes() -> None:
    for name, intake in cases().items():
        work, _ = outcome(intake, book())
        for key, trace in traces(work).items():
            assert (trace.truth, trace.leans) == tuple(map(word, work.verdicts.rules[key])), (name, key)


def test_every_answer_in_a_trace_has_a_path_that_leads_to_a_question() -> None:
    for intake in cases().values():
        work, _ = outcome(intake, book())
        for trace in traces(work).values():
            for path in trace.paths():
                if path != "decisions":
                    parse_path(path)


def test_a_trace_survives_json() -> None:
    work, _ = outcome(cases()["widow-with-a-new-role"], book())
    for trace in list(traces(work).values())[:20]:
        assert Trace.model_validate_json(trace.model_dump_json()) == trace


@pytest.mark.slow
def test_when_one_answer_changes_a_verdict_the_decisive_part_names_it_before_or_after() -> None:
    changed = 0
    for name, intake in list(cases().items())[::9]:
        before, _ = outcome(intake, book())
        decisive = {key: trace.decisive() for key, trace in traces(before).items()}
        for path in known_paths(intake):
            for other in mutants(intake, path):
                after, _ = outcome(other, book())
                differing = [key for key in decisive if after.verdicts.rules.get(key) != before.verdicts.rules[key]]
                again = traces(after) if differing else {}
                for key in differing:
                    if key not in again:
                        continue  # a situation that is not made any more
                    named = {*decisive[key].paths(), *again[key].decisive().paths()}
                    assert path in named, (name, key, path)
                    changed += 1
    assert changed > 100


def test_what_is_left_out_while_tracing_is_what_is_not_decisive() -> None:
    for name, intake in list(cases().items())[::4]:
        work, _ = outcome(intake, book())
        whole, brief = Tracer(work, whole=True), Tracer(work)
        for rule in matched_rules(book()):
            for both in whole.both(rule.about):
                assert rule.when is not None
                assert brief.trace(rule.when, both) == whole.trace(rule.when, both).decisive(), (name, rule.id)
