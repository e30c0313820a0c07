"""Do changes replay, and are the smallest ones smallest, allowed, and all there?"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, combinations, permutations, product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ipt_formulate.engines.signs import situations_of
from ipt_formulate.explain.aims import Aim, aim_of
from ipt_formulate.explain.apart import apart_of, sign_of
from ipt_formulate.explain.changeable import OWN, RATED, may_change
from ipt_formulate.explain.changes import Change, SmallestChanges, smallest_changes, what_if
from ipt_formulate.explain.differences import difference, titles_of
from ipt_formulate.explain.errors import UnknownTarget
from ipt_formulate.formulation.formulate import Work, conclude
from ipt_formulate.formulation.outcome import lean_of, outcome_of
from ipt_formulate.intake import ITEMS, Choice, Intake, IntakeError, Link, Multi, Number, Tri, parse_path
from tests.explain.cases import book, cases
from tests.formulation.test_trials import changes as random_changes
from tests.properties.dense import dense_intake

EVERY_TIME = ("alone-all-his-life", "husband-and-wife-at-impasse", "new-mother-misses-exercise-and-evenings")
"""The examples of which every run looks for the smallest changes; the others are for the long run."""


def worked(intake: Intake) -> Work:
    return conclude(intake, book(), "reference")[1]


# -- what if ------------------------------------------------------------------------------------------------------


@settings(max_examples=25)
@given(st.integers(0, 2**32), st.sampled_from((0.2, 0.6)))
def test_a_what_if_replays(seed: int, gaps: float) -> None:
    """The difference is that of two full runs."""
    import random

    intake = dense_intake(seed, gaps)
    work = worked(intake)
    answers = random_changes(intake, random.Random(seed), most=3)
    try:
        changed = intake.with_answers(answers)
    except IntakeError:
        with pytest.raises(IntakeError):
            what_if(work, answers)
        return
    found = what_if(work, answers)
    assert found.difference == difference(outcome_of(work), lean_of(changed, book()), titles_of(work))
    assert [each.path for each in found.changes] == list(answers)


def test_what_if_names_the_rules_that_turned() -> None:
    work = worked(cases()["husband-and-wife-at-impasse"])
    found = what_if(work, {"conflicts[wife].last_attempt": {"before_assessment": {"weeks": 2}}})
    assert found.difference.stages or found.turned
    assert all(each.before != each.after for each in found.turned)


def test_a_wrong_path_gives_the_nearest() -> None:
    work = worked(cases()["husband-and-wife-at-impasse"])
    with pytest.raises(IntakeError) as error:
        what_if(work, {"conflicts[wife].opennes": "overt"})
    assert error.value.faults[0].nearest == "conflicts[ID].openness"


def test_nothing_changes_when_nothing_is_said() -> None:
    work = worked(cases()["husband-and-wife-at-impasse"])
    assert what_if(work, {}).difference.nothing


# -- what can change ----------------------------------------------------------------------------------------------


def test_every_rating_is_known_as_one() -> None:
    """Whatever a clinician rates says so in its question, and is never offered as a change."""
    for about, items in ITEMS.items():
        for name, item in items.items():
            if item.question.startswith(("Rated by the clinician", "If it was rated")) or "linician" in item.question:
                assert not may_change(item), (about, name)
    assert all(name in ITEMS[about] for about, name in RATED)


def test_no_fact_no_danger_no_date_can_change() -> None:
    for items in ITEMS.values():
        for item in items.values():
            if may_change(item):
                assert item.nature in ("state", "view")
                assert not item.safety
                assert not item.field.startswith(("clinician.", "safety."))


# -- smallest changes ---------------------------------------------------------------------------------------------

SMALL = [name for name, intake in cases().items() if name.startswith("gc")]
AIMS = ("grief leads", "role_dispute leads", "role_transition leads", "interpersonal_deficits leads", "no second")


@pytest.mark.parametrize("name", SMALL[::2])
def test_smallest_changes_agree_with_brute_force(name: str) -> None:
    """Every set of one or two answers, with every value there is, by full runs."""
    work = worked(cases()[name])
    aims = [aim_of(text, work) for text in AIMS]
    aims += [aim_of(f"stage of {each.id} is impasse", work) for each in work.case.strict.of("conflict")]
    reached = _by_brute_force(work, aims)
    for aim in aims:
        found = smallest_changes(work, aim.text)
        if not found.reached_already:
            assert _as_seen(found, work) == reached[aim.text], aim.text


@pytest.mark.parametrize(
    "name", ["gc04", "gc05", pytest.param("gc06", marks=pytest.mark.long), pytest.param("gc08", marks=pytest.mark.long)]
)
def test_three_changes_agree_with_brute_force(name: str) -> None:
    """Every set of one, two or three answers, by full runs: what is left out without trying cannot matter."""
    work = worked(cases()[name])
    aims = [aim_of(text, work) for text in AIMS]
    aims += [
        aim_of(f"stage of {each.id} is {stage}", work)
        for each in work.case.strict.of("conflict")
        for stage in ("renegotiation", "impasse", "dissolution")
    ]
    reached = _by_brute_force(work, aims, most=3)
    for aim in aims:
        found = smallest_changes(work, aim.text, most=3)
        assert found.stopped is None
        if not found.reached_already:
            assert _as_seen(found, work) == reached[aim.text], aim.text


@pytest.mark.parametrize("name", ["gc05", "gc13", "gc20", "husband-and-wife-at-impasse", "widow-with-a-new-role"])
def test_every_answer_that_is_said_to_do_as_well_does(name: str) -> None:
    work = worked(cases()[name])
    for text in AIMS:
        aim = aim_of(text, work)
        for one in smallest_changes(work, text, most=1).sets:
            change = one.changes[0]
            path = parse_path(change.path)
            if path.member is None and isinstance(path.item.type, Choice | Number):
                for value in change.values:
                    assert aim.reached(lean_of(work.intake.with_answers({change.path: value}), book())), change


def test_of_numbers_that_do_alike_the_nearest_is_shown_and_all_are_named() -> None:
    sets = smallest_changes(worked(cases()["gc04"]), "grief leads", most=1).sets
    told = [each.changes[0] for each in sets if each.changes[0].path == "changes[widowhood].managing"]
    assert [(each.before, each.after, each.values) for each in told] == [(1, 2, (2, 4))]


@pytest.mark.parametrize("name", ["gc05", "husband-and-wife-at-impasse", "widow-with-a-new-role"])
def test_neighbouring_numbers_that_bring_the_same_are_one(name: str) -> None:
    work = worked(cases()[name])
    for text in AIMS:
        sets = smallest_changes(work, text).sets
        for one, other in permutations(sets, 2):
            apart = [pair for pair in zip(one.changes, other.changes, strict=False) if pair[0] != pair[1]]
            if len(one.changes) == len(other.changes) and len(apart) == 1 and one.difference == other.difference:
                ((below, above),) = apart
                if below.path == above.path and isinstance(parse_path(below.path).item.type, Number):
                    assert below.values[1] + 1 != above.values[0]


def _as_seen(found: SmallestChanges, work: Work) -> set[frozenset[Any]]:
    return {
        frozenset(chosen)
        for changes in found.sets
        for chosen in product(*({_seen(each.path, value) for value in _meant(each)} for each in changes.changes))
    }


def _meant(change: Change) -> Iterator[Any]:
    """The answer, and of a number one of every kind that is named."""
    item = parse_path(change.path).item
    yield change.after
    if isinstance(item.type, Number) and change.values:
        least, most = change.values
        yield from (each for each in (least, *apart_of(book()).limits[sign_of(item)]) if least <= each <= most)


def _seen(path: str, value: Any) -> Any:
    """A change as the rules see it, so that values they cannot tell apart are one."""
    parsed = parse_path(path)
    if parsed.member is None and isinstance(parsed.item.type, Choice | Number):
        return (path, apart_of(book()).seen(parsed.item, value))
    return (path, str(value))


def _by_brute_force(work: Work, aims: list[Aim], most: int = 2) -> dict[str, set[frozenset[Any]]]:
    found: dict[str, set[frozenset[Any]]] = {aim.text: set() for aim in aims}
    singles = list(_single_changes(work.intake))
    before = len(situations_of(work.intake, book()).contradictions)
    for chosen in chain.from_iterable(combinations(singles, size) for size in range(1, most + 1)):
        answers = dict(chosen)
        if len(answers) < len(chosen):
            continue
        seen = frozenset(_seen(path, value) for path, value in chosen)
        try:
            intake = work.intake.with_answers(answers)
        except IntakeError:
            continue
        if len(situations_of(intake, book()).contradictions) > before:
            continue
        outcome = lean_of(intake, book())
        for aim in aims:
            smaller = any(each < seen for each in found[aim.text])
            if aim.reached(outcome) and not smaller:
                found[aim.text].add(seen)
    return found


def _single_changes(intake: Intake) -> Iterator[tuple[str, Any]]:
    """Every other value of every answer that may change; links to every record, members one by one."""
    for path in intake.paths():
        item, answer = parse_path(path).item, intake.answer(path)
        if not answer.known or answer.source == "clinician" or not may_change(item):
            continue
        allowed = OWN.get((item.about, item.field))
        if allowed is not None and answer.value not in allowed:
            continue
        values: list[Any] = []
        match item.type:
            case Tri():
                values = ["yes", "no"]
            case Choice(members=members):
                values = list(allowed or members)
            case Number(least=least, most=most):
                values = list(range(least or 0, min(most or 0, 12) + 1))
            case Multi(members=members):
                told = [(member, answer.value[member]) for member in members]
                yield from (
                    (f"{path}.{name}", "no" if said == "yes" else "yes") for name, said in told if said != "unknown"
                )
            case Link(many=True):
                ids = [each.id for about in item.type.to for each in intake.records(about)]
                named = [[one for one in answer.value if one != each] for each in ids if each in answer.value]
                named += [[*answer.value, each] for each in ids if each not in answer.value]
                values = [each or "none" for each in named]
            case Link():
                records = [each.id for about in item.type.to for each in intake.records(about) if about != "isolation"]
                values = [*records, *(["isolation"] if "isolation" in item.type.to else []), "none"]
        yield from ((path, value) for value in values if value != answer.value and _is_other(item, answer.value, value))


def _is_other(item: Any, before: Any, after: Any) -> bool:
    seen = apart_of(book()).seen
    return not isinstance(item.type, Choice | Number) or seen(item, before) != seen(item, after)


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=() if name in EVERY_TIME else pytest.mark.long)
        for name in cases()
        if not name.startswith("gc")
    ],
)
def test_what_is_found_is_replayed_and_minimal(name: str) -> None:
    work = worked(cases()[name])
    for text in (*AIMS[:3], *(f"stage of {each.id} is renegotiation" for each in work.case.strict.of("conflict"))):
        aim = aim_of(text, work)
        found = smallest_changes(work, text)
        assert found.stopped is None
        assert found.reached_already or found.ruled_out or found.looked_at == 2
        keys = [frozenset(each.path for each in one.changes) for one in found.sets]
        for one, key in zip(found.sets, keys, strict=True):
            answers = {each.path: each.after for each in one.changes}
            assert aim.reached(lean_of(work.intake.with_answers(answers), book()))
            for path in answers if len(key) > 1 else ():
                fewer = {each: value for each, value in answers.items() if each != path}
                assert not aim.reached(lean_of(work.intake.with_answers(fewer), book()))


def test_what_is_ruled_out_is_out_of_reach_of_any_change() -> None:
    """With the losses known to be none, no change among views and states makes grief lead."""
    work = worked(cases()["husband-and-wife-at-impasse"])
    found = smallest_changes(work, "grief leads")
    assert found.ruled_out
    assert not found.sets


def test_an_interruption_leaves_what_was_found() -> None:
    work = worked(cases()["widow-with-a-new-role"])

    def interrupt(size: int, number: int, count: int) -> None:
        if size == 2:
            raise KeyboardInterrupt

    found = smallest_changes(work, "grief leads", progress=interrupt)
    assert found.stopped == "interrupted"
    assert found.looked_at == 1
    whole = smallest_changes(work, "grief leads", most=1)
    assert found.sets == whole.sets != ()


def test_no_time_is_said() -> None:
    work = worked(cases()["widow-with-a-new-role"])
    found = smallest_changes(work, "grief leads", seconds=0.0)
    assert (found.stopped, found.looked_at) == ("time", 0)


def test_three_changes_at_most() -> None:
    work = worked(cases()["widow-with-a-new-role"])
    with pytest.raises(ValueError, match="1 to 3"):
        smallest_changes(work, "grief leads", most=4)


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("greif leads", "grief leads"),
        ("stage of wive is impasse", None),
        ("stage of wife is impase", "stage of wife is impasse"),
        ("role_dispute:wive leads", "role_dispute:wife leads"),
        ("anything at all", None),
    ],
)
def test_an_unknown_aim_gives_the_nearest(text: str, near: str | None) -> None:
    work = worked(cases()["husband-and-wife-at-impasse"])
    with pytest.raises(UnknownTarget) as error:
        smallest_changes(work, text)
    if near is not None:
        assert near in str(error.value)


def test_aims_are_read() -> None:
    work = worked(cases()["husband-and-wife-at-impasse"])
    for text in ("his wife leads", "role dispute leads", "second is role_transition", "grief is possible", "no tie"):
        assert aim_of(text, work).text == text


def test_every_pair_of_aim_and_case_is_answered() -> None:
    """No aim that can be asked for ends in an error."""
    for name, text in product(SMALL[:6], AIMS):
        work = worked(cases()[name])
        assert smallest_changes(work, text, most=1).asked_for == 1
