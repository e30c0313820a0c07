"""Which considerations order the candidates, one by one, when all else is equal, and which may not?"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from types import MappingProxyType
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ipt_formulate.formulation.standing import Standing
from ipt_formulate.intake import ITEMS, Intake
from ipt_formulate.intake.types import Choice, Multi
from ipt_formulate.rulebook import Rulebook
from ipt_formulate.rulebook import conclusions as c
from ipt_formulate.rulebook.loading import inputs_of
from ipt_formulate.rulebook.nodes import Sign
from tests.properties.case import book, name_of, worked
from tests.properties.drawn import CASES, Case
from tests.properties.outline import differences, outline
from tests.properties.wires import Wire

ADVICE = c.Asks | c.Advises | c.Notes | c.Group | c.Withholds
YEAR = st.integers(1, 365)
CHANGE: Wire = {
    "kind": "move",
    "wanted": "unwanted",
    "coping_difficulty": 3,
    "linked_by_patient": "yes",
    "phase": "over",
    "relative_to_onset": "before",
}


def _two_changes(near: int, far: int, **wishes: Any) -> Intake:
    """Two moves, alike but for the days before the onset."""
    return Intake.from_dict(
        {
            "frame": {"assessed_on": "2026-06-15"},
            "episode": {"diagnosis": "mdd", "onset": "2026-03-01"},
            "losses": {"asked": "yes", "complete": "yes"},
            "conflicts": {"asked": "yes", "complete": "yes"},
            "changes": {
                "complete": "yes",
                "items": [
                    {**CHANGE, "id": "far", "when": {"before_onset": {"days": far}}},
                    {**CHANGE, "id": "near", "when": {"before_onset": {"days": near}}},
                ],
            },
            "wishes": wishes,
        }
    )


def _leaders(intake: Intake, rules: Rulebook | None = None) -> set[str]:
    work, focus = worked(intake, rules)
    return {work.contest.order[i].candidate.situation for i in focus.leaders}


@given(YEAR, YEAR)
def test_nearer_to_onset_leads(one: int, other: int) -> None:
    """Of two changes that are otherwise alike, the one nearer to the onset leads; as near is a tie."""
    near, far = sorted((one, other))
    assert _leaders(_two_changes(near, far)) == ({"near"} if near < far else {"near", "far"})


@given(YEAR, YEAR, st.sampled_from(("most_tied_to", "wants_to_work_on")))
def test_priority_follows_timing_unless_the_profile_says_so(one: int, other: int, wish: str) -> None:
    """What the person names first decides between equals; before timing only where the site says so."""
    near, far = sorted((one, other))
    intake = _two_changes(near, far, **{wish: "far"})
    assert _leaders(intake) == ({"near"} if near < far else {"far"})
    assert _leaders(intake, book().with_settings({"rank_order": "patient"})) == {"far"}


@given(YEAR)
def test_more_feeling_goes_before_when_all_else_is_equal(days: int) -> None:
    """The topic with most feeling breaks a tie, and only a tie."""
    assert _leaders(_two_changes(days, days)) == {"near", "far"}
    assert _leaders(_two_changes(days, days, most_feeling="far")) == {"far"}
    assert _leaders(_two_changes(days, days, most_feeling="far", most_tied_to="near")) == {"near"}


@given(YEAR, st.sampled_from(("most_pressing", "most_workable")))
def test_pressing_and_workable_break_a_last_tie(days: int, wish: str) -> None:
    """After all else the more pressing one, and then the more workable one, goes first."""
    assert _leaders(_two_changes(days, days, **{wish: "far"})) == {"far"}
    both = _two_changes(days, days, most_pressing="near", most_workable="far")
    assert _leaders(both) == {"near"}


@given(CASES)
def test_what_only_followed_ranks_below(case: Case) -> None:
    """Of two that stand alike, one that surely came after the onset never goes before one tied to it in time.

    Unless the person named it, or a differential lifts it.
    """
    contest = case.work.contest
    for i in case.work.ordered:
        for j in case.work.ordered:
            after, before = contest.order[i], contest.order[j]
            if after.standing.lean == before.standing.lean and after.shown[0].most == 0 < before.shown[0].least:
                lifted = contest.keys[i].steps > 0 or contest.keys[i].source != after.key
                assert lifted or contest.keys[i].tuple < contest.keys[j].tuple, (name_of(after), name_of(before))


@given(CASES, st.data())
def test_age_and_culture_change_no_order(case: Case, data: st.DataObject) -> None:
    """Who somebody is calls for questions and optional areas; it weighs nothing in the four areas."""
    told = {}
    for name in ("frame.age_band", "frame.household_tags", "frame.migrant_or_displaced"):
        type_ = ITEMS["case"][name].type
        members = type_.members if isinstance(type_, Choice | Multi) else ("yes", "no")
        chosen = data.draw(st.one_of(st.none(), st.sampled_from(members)), label=name)
        told[name] = {chosen: "yes"} if chosen is not None and isinstance(type_, Multi) else chosen
    work, focus = worked(case.intake.with_answers(told))
    other, mine = outline(work, focus), outline(case.work, case.focus)
    parts = ("standings", "keys", "areas", "gate", "ranked")
    assert not differences({part: mine[part] for part in parts}, {part: other[part] for part in parts})
    assert mine["focus"][:4] == other["focus"][:4]


@given(CASES)
def test_cautions_change_no_order(case: Case) -> None:
    """Without any text, question and caution beside the result, the result is the same."""
    assert not differences(outline(case.work, case.focus), outline(*worked(case.intake, _without_advice())))


@given(CASES)
def test_the_group_check_changes_no_area(case: Case) -> None:
    """Whether a group is planned, and whether it would suit, changes no standing and no focus."""
    rules = _without_advice()
    assert not list(rules.concluding(c.Group))
    planned, other = ({"frame.format": each} for each in ("group", "individual"))
    assert not differences(
        outline(*worked(case.intake.with_answers(planned), book())),
        outline(*worked(case.intake.with_answers(other), rules)),
    )


@given(CASES)
def test_a_wanted_change_is_never_against(case: Case) -> None:
    """That a change was wanted lowers no candidate."""
    if not case.intake.changes.items:
        return
    paths = [f"changes[{each.id}].wanted" for each in case.intake.changes.items]
    unwanted, wanted = (
        _standings(case.intake.with_answers(dict.fromkeys(paths, answer))) for answer in ("unwanted", "wanted")
    )
    for name, standing in wanted.items():
        assert all(now >= was for now, was in zip(standing, unwanted[name], strict=True)), name


def test_no_rule_of_rank_reads_who_the_other_is() -> None:
    """The kind of relation, age and culture are read by no rule of the stratum rank, through any sign."""
    who = ("frame.age_band", "frame.household_tags", "frame.migrant_or_displaced", "frame.answered_by")
    weighing = {Sign("conflict", "relation"), *(Sign("case", name) for name in who)}
    for rule in book().in_stratum("rank"):
        assert not _behind(set(inputs_of(rule, rule.about, book().vocabulary))) & weighing, rule.id


@given(st.sampled_from(ITEMS["conflict"]["relation"].type.members), st.booleans())  # type: ignore[union-attr]
def test_kind_of_relation_carries_no_weight(relation: str, linked: bool) -> None:
    """The same clash, tied alike to the episode, stands and ranks alike with whichever living person it is."""
    told: Wire = {"expectations_fit": "clash", "worse_around_onset": "before_onset", "relationship": "current"}
    told |= {"linked_by_patient": "yes"} if linked else {}
    others = ("group_or_institution", "deceased_person", "ex_partner")

    def of(one: str) -> tuple[Standing, tuple[int, ...]]:
        conflicts = {"complete": "yes", "items": [{"id": "other", "relation": one, **told}]}
        work, _ = worked(Intake.from_dict({"episode": {"diagnosis": "mdd"}, "conflicts": conflicts}))
        dispute = next(each for each in work.contest.order if each.candidate.area == "role_dispute")
        return dispute.standing, dispute.key

    if relation not in others:
        assert of(relation) == of("friend")
        assert of(relation)[0].lean == 4


def _standings(intake: Intake) -> dict[tuple[str, str], Standing]:
    work, _ = worked(intake)
    return {name_of(each): each.standing for each in work.contest.order}


def _behind(pending: set[Sign]) -> set[Sign]:
    found: set[Sign] = set()
    while pending:
        sign = pending.pop()
        if sign not in found:
            found.add(sign)
            maker = book().derived.get(sign)
            pending |= inputs_of(maker, maker.about, book().vocabulary) if maker is not None else set()
    return found


@cache
def _without_advice() -> Rulebook:
    rules = {
        rule.id: replace(rule, conclusions=tuple(each for each in rule.conclusions if not isinstance(each, ADVICE)))
        for rule in book().rules.values()
    }
    return replace(book(), rules=MappingProxyType(rules))
