"""In which order do candidates stand? Keys, how differentials lift them, and the ranges of criteria."""

from __future__ import annotations

from typing import Any

import pytest

from ipt_formulate.engines.verdicts import Pair
from ipt_formulate.formulation.ranking import (
    Edge,
    Ranked,
    criteria_names,
    edges_of,
    effective_keys,
    nearness,
    shown_edges,
)
from ipt_formulate.formulation.standing import WORDS, Standing
from ipt_formulate.logic.possible import INFINITE, Span
from ipt_formulate.logic.truth import YES
from tests.formulation.made import DEPRESSED, NOTHING, book, contest, formulated, listed, places, worked

ALL = {**DEPRESSED, **NOTHING, "episode": {"diagnosis": "mdd", "onset": "2026-03-01"}}


def _keys(leans: list[int], ways: list[tuple[int, int]]) -> list[Any]:
    order = [Ranked(None, Standing(lean, lean, lean), (), ()) for lean in leans]  # type: ignore[arg-type]
    return [key.tuple for key in effective_keys(order, [Edge(*way, "rule", Pair(YES, YES)) for way in ways])]


def _order(leans: list[int], ways: list[tuple[int, int]]) -> list[set[int]]:
    """Indices from the first to the last; equal ones together."""
    keys = _keys(leans, ways)
    return [{i for i, key in enumerate(keys) if key == each} for each in sorted(set(keys), reverse=True)]


@pytest.mark.parametrize(
    ("leans", "ways", "expected"),
    [
        ([4, 3, 2], [], [{0}, {1}, {2}]),
        ([3, 3], [], [{0, 1}]),
        ([4, 3], [(0, 1)], [{1}, {0}]),  # lifted just above
        ([4, 3, 3], [(0, 1)], [{1}, {0}, {2}]),
        ([4, 3, 2], [(0, 2)], [{2}, {0}, {1}]),
        ([2, 4], [(0, 1)], [{1}, {0}]),  # it stood above already
        ([4, 3, 2], [(0, 1), (0, 2)], [{1}, {2}, {0}]),  # lifted by one source they keep their own order
        ([4, 2, 2], [(0, 1), (0, 2)], [{1, 2}, {0}]),
        ([4, 3, 2], [(0, 1), (1, 2)], [{2}, {1}, {0}]),  # a chain of two
        ([4, 3, 2, 1], [(0, 1), (1, 2), (2, 3)], [{2}, {1}, {0}, {3}]),  # two rounds, then stop
        ([4, 3], [(0, 1), (1, 0)], [{0, 1}]),  # both ways: they cancel and tie, at the higher of the two
        ([4, 2, 3], [(0, 1), (1, 0)], [{0, 1}, {2}]),
        ([4, 3, 2], [(0, 1), (1, 0), (1, 2), (2, 1)], [{0, 1, 2}]),
        ([3, 2, 1], [(0, 1), (1, 0), (1, 2)], [{2}, {0, 1}]),  # what a tied one gives way to stands above the tie
    ],
)
def test_effective_keys(leans: list[int], ways: list[tuple[int, int]], expected: list[set[int]]) -> None:
    assert _order(leans, ways) == expected


@pytest.mark.parametrize(
    ("lean_of_source", "lean_of_target", "truth", "counts"),
    [
        ("present", "possible", "yes", True),
        ("open", "open", "yes", True),
        ("not_supported", "present", "yes", False),
        ("present", "not_supported", "yes", False),
        ("present", "possible", "unknown", False),
        ("present", "possible", "unknown/yes", True),
        ("present", "possible", "no", False),
    ],
)
def test_when_a_differential_counts(lean_of_source: str, lean_of_target: str, truth: str, counts: bool) -> None:
    boss, move = ("boss", "role_dispute"), ("move", "role_transition")
    data = {**ALL, "conflicts": listed({"id": "boss"}), "changes": listed({"id": "move"})}
    standings = {boss: f"excluded {lean_of_source} present", move: f"excluded {lean_of_target} present"}
    made, _ = contest(data, standings, [(boss, move, truth)])
    assert bool(shown_edges(made.order, made.edges)) == counts


@pytest.mark.parametrize(
    ("lag", "expected"),
    [
        (Span(10, 10), Span(-10, -10)),
        (Span(-10, -10), Span(-10, -10)),  # as near, whether before or after
        (Span(10, 40), Span(-40, -10)),
        (Span(-40, -10), Span(-40, -10)),
        (Span(-5, 40), Span(-40, 0)),
        (Span(-INFINITE, INFINITE), Span(-INFINITE, 0)),
    ],
)
def test_nearness_is_higher_the_nearer(lag: Span, expected: Span) -> None:
    assert nearness(lag) == expected


def test_rank_order_puts_the_person_first_where_a_site_wants_that() -> None:
    usual = ("timing", "nearness", "priority", "affect", "severity", "pressing", "workability")
    assert criteria_names(book()) == usual
    patient = book().with_settings({"rank_order": "patient"})
    assert criteria_names(patient) == (
        "priority",
        "timing",
        "nearness",
        "affect",
        "severity",
        "pressing",
        "workability",
    )


@pytest.mark.parametrize(
    ("wishes", "expected"),
    [
        ({}, ((0, 2), (0, 1))),
        ({"most_tied_to": "a"}, ((1, 2), (0, 1))),
        ({"most_tied_to": "a", "wants_to_work_on": "a"}, ((2, 2), (0, 1))),
        ({"most_tied_to": "b", "wants_to_work_on": "a"}, ((1, 1), (0, 1))),
        ({"most_tied_to": "none", "wants_to_work_on": "b"}, ((0, 0), (0, 1))),
        ({"most_tied_to": {"unknown": "declined"}}, ((0, 2), (0, 1))),
        ({"most_feeling": "a"}, ((0, 2), (1, 1))),
        ({"most_feeling": "b"}, ((0, 2), (0, 0))),
    ],
)
def test_what_was_not_asked_widens_a_criterion(wishes: dict[str, Any], expected: tuple[tuple[int, int], ...]) -> None:
    result = formulated({**ALL, "changes": listed({"id": "a"}, {"id": "b"}), "wishes": wishes})
    mine = next(each for each in result.candidates if each.situation == "a")
    assert (mine.criteria["priority"].certain, mine.criteria["affect"].certain) == expected


@pytest.mark.parametrize(
    ("when", "timing", "near"),
    [
        ({"before_onset": {"days": 10}}, (3, 3), (-10, -10)),
        ({"before_onset": {"days": 120}}, (2, 2), (-120, -120)),
        ({"before_onset": {"months": 3}}, (3, 3), (-92, -89)),
        ({"before_onset": {"months": 6}}, (1, 2), (-184, -181)),  # over the limit of a band: both strengths
        ({"before_onset": {"days": -60}}, (0, 0), (-60, -60)),
        ("2026-02", (0, 3), (-73, 0)),  # nobody said how sure the onset is, so it may be 45 days off either way
        (None, (0, 3), (-INFINITE, 0)),
    ],
)
def test_timing_is_the_set_of_strengths_it_may_have(when: Any, timing: tuple[int, int], near: tuple[int, int]) -> None:
    change = {"id": "a", "kind": "move", "phase": "over", **({"when": when} if when is not None else {})}
    result = formulated({**ALL, "changes": listed(change)})
    mine = next(each for each in result.candidates if each.situation == "a").criteria
    assert mine["nearness"].certain == near
    assert mine["timing"].certain == timing


def test_severity_counts_steps_and_stops_at_two() -> None:
    def severity(**told: Any) -> tuple[int, int]:
        result = formulated({**ALL, "changes": listed({"id": "a", "kind": "move", **told})})
        return next(each for each in result.candidates if each.situation == "a").criteria["severity"].certain

    nothing = {
        "threat_in_context": "none", "expected": "expected", "chosen": "chosen", "support_changed": "same",
        "lost_with_old_role": {"none": True},
    }  # fmt: skip
    assert severity() == (0, 2)
    assert severity(**nothing) == (0, 0)
    assert severity(**nothing | {"threat_in_context": "severe"}) == (1, 1)
    assert severity(**nothing | {"threat_in_context": "severe", "expected": "sudden"}) == (2, 2)
    assert severity(threat_in_context="severe", expected="sudden", support_changed="lost_much") == (2, 2)


def test_a_real_differential_lifts_between_connected_situations_only() -> None:
    """A bullied employee has changed jobs: the dispute gives way to the change, where the two are connected."""
    boss = {
        "id": "boss", "relation": "boss", "relationship": "ended", "exploited_at_work": "yes",
        "expectations_fit": "clash", "linked_by_patient": "yes", "worse_around_onset": "before_onset",
        "still_contested": "yes",
    }  # fmt: skip
    job = {
        "id": "job",
        "kind": "job_loss",
        "coping_difficulty": 3,
        "linked_by_patient": "yes",
        "quarrelled_over": "none",
    }
    apart = {"happened_before_links": ["boss"], "made_it_go_on_links": "none"}
    together = {"happened_before_links": ["boss", "job"]}
    for links, lifted in ((apart, False), (together, True)):
        data = {**ALL, "episode": {**ALL["episode"], **links}}
        conflict = {**boss, "set_off_by": "none"}
        work, _ = worked({**data, "conflicts": listed(conflict), "changes": listed(job)})
        edges = shown_edges(work.contest.order, edges_of(work.contest.order, work.verdicts, work.book))
        found = {(*places(work.contest, [edge.source, edge.target]),) for edge in edges}
        assert ((("boss", "role_dispute"), ("job", "role_transition")) in found) == lifted


def test_leans_come_before_every_criterion() -> None:
    made, focus = contest(
        {**ALL, "changes": listed({"id": "a"}, {"id": "b"}), "wishes": {"most_tied_to": "a", "wants_to_work_on": "a"}},
        {("a", "role_transition"): "possible", ("b", "role_transition"): "present"},
    )
    assert places(made, focus.leaders) == [("b", "role_transition")]
    assert WORDS[made.order[focus.leaders[0]].standing.lean] == "present"
