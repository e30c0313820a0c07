"""Do the bounds hold whatever the missing answers turn out to be, and are the counts those of the reference engine?"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ipt_formulate.cohort.faults import CohortError
from ipt_formulate.cohort.gaps.attrition import over_tables
from ipt_formulate.cohort.gaps.bounds import bounds_of, case_bounds, dispute_bounds, standings_of, steps_of
from ipt_formulate.cohort.gaps.hanging import Drivers, _weighed, item_of, of_area
from ipt_formulate.cohort.gaps.missing import missing_of
from ipt_formulate.cohort.gaps.ran import EveryRule, Ran, run
from ipt_formulate.cohort.gaps.report import gaps
from ipt_formulate.cohort.gaps.sampling import Sample
from ipt_formulate.cohort.gaps.table import Gaps
from ipt_formulate.cohort.reading import Read, batches
from ipt_formulate.cohort.synthetic.cohort import Plan
from ipt_formulate.cohort.synthetic.folder import write_cohort
from ipt_formulate.engines.columns.tables import tables_of
from ipt_formulate.engines.verdicts import matched_rules
from ipt_formulate.explain.hanging import Hanging
from ipt_formulate.explain.relevance import Relevance
from ipt_formulate.formulation.formulate import Work, outcome
from ipt_formulate.formulation.standing import POSSIBLE, WORDS
from ipt_formulate.intake import ITEMS, Intake, IntakeError
from ipt_formulate.intake.types import Choice, Multi, Tri
from ipt_formulate.logic.truth import NO, UNKNOWN, YES
from tests.properties.case import book, worked
from tests.properties.drawn import intakes_of
from tests.properties.plausible import plausible_intake

PAIRS = 40


@cache
def _pairs() -> list[tuple[Intake, Intake]]:
    """Intakes with gaps, each with one in which more is told and nothing is contradicted."""
    kept = []
    for number in range(PAIRS):
        less, more = intakes_of(number)
        if not worked(less)[0].case.contradictions and not worked(more)[0].case.contradictions:
            kept.append((less, more))
    assert len(kept) > PAIRS / 2
    return kept


def _ran(intakes: list[Intake]) -> Ran:
    plan = EveryRule(book())
    return run(tables_of(intakes, book(), plan), plan)


@cache
def _less() -> Ran:
    return _ran([less for less, _ in _pairs()])


@cache
def _more() -> Ran:
    return _ran([more for _, more in _pairs()])


@cache
def _works() -> list[Work]:
    return [worked(less)[0] for less, _ in _pairs()]


def _hold(before: Any, after: Any, by: list[str]) -> int:
    """Whether what is shown with more told lies within the bounds of before, and the new bounds within the old ones."""
    both = before.join(after, on=by, how="inner", suffix=" now")
    figures = [name.removesuffix(" lower") for name in before.columns if name.endswith(" lower")]
    assert figures
    told = 0
    for name in figures:
        for row in both.iter_rows(named=True):
            low, high = row[f"{name} lower"], row[f"{name} upper"]
            assert low <= row[f"{name} shown now"] <= high, (name, [row[each] for each in by])
            assert low <= row[f"{name} lower now"], (name, [row[each] for each in by])
            assert row[f"{name} upper now"] <= high, (name, [row[each] for each in by])
            told += high and not low
    return told


def test_no_further_answer_leads_out_of_the_bounds_of_a_case() -> None:
    """Lower holds for certain, upper rules out for certain: case by case, for areas and focus."""
    assert _hold(case_bounds(_less()), case_bounds(_more()), ["case"]) > PAIRS


def test_no_further_answer_leads_out_of_the_bounds_of_a_dispute() -> None:
    """The same for stages, for the disputes that were on record before."""
    before, after = dispute_bounds(_less()), dispute_bounds(_more())
    assert before is not None
    assert after is not None
    assert _hold(before, after, ["case", "situation"]) > 0


def test_bounds_of_the_cohort_are_those_of_its_cases() -> None:
    """Counts, with what is shown between them; every case has one kind of focus."""
    found = bounds_of(_less())
    assert {each.n for each in found if each.of != "stage"} == {len(_pairs())}
    assert all(0 <= each.lower <= each.shown <= each.upper <= each.n for each in found)
    for of in ("focus", "stage"):
        assert sum(each.shown for each in found if each.of == of) == next(e.n for e in found if e.of == of)
    grief = next(each for each in found if (each.of, each.code, each.level) == ("area", "grief", "possible"))
    standings = [work.areas["grief"] for work in _works()]
    assert grief.lower == sum(each.worst >= POSSIBLE for each in standings)
    assert grief.shown == sum(each.lean >= POSSIBLE for each in standings)
    assert grief.upper == sum(each.best >= POSSIBLE for each in standings)


def test_a_case_that_contradicts_itself_is_certain_of_nothing() -> None:
    """It is in no lower and in every upper figure."""
    whole = {"losses": {"asked": "yes", "complete": "yes", "items": []}}
    people = {"asked": "yes", "items": [{"id": "p", "relation": "parent", "alive": "no"}]}
    both = Intake.from_dict({"intake_version": "1", "case_id": "x", **whole, "people": people})
    ran = _ran([both])
    assert ran.result.cases.collect()["contradictions"].to_list() == [1]
    found = [each for each in bounds_of(ran) if each.of != "stage"]
    assert {each.lower for each in found} == {0}
    assert {each.upper for each in found} == {1}


def test_standings_and_gates_add_up() -> None:
    """Every case stands somewhere in every area, at worst, at best and as shown; every gate has an answer."""
    standings = list(standings_of(_less()))
    for area in {each.area for each in standings}:
        mine = [each for each in standings if each.area == area]
        assert sum(e.lean for e in mine) == sum(e.worst for e in mine) == sum(e.best for e in mine) == len(_pairs())
        leans = Counter(WORDS[work.areas[area].lean] for work in _works())
        assert {each.standing: each.lean for each in mine if each.lean} == dict(leans)
    for step in steps_of(_less()):
        assert step.yes + step.no + step.unknown == step.n == len(_pairs())
        assert min(step.yes, step.no, step.unknown) >= 0


def test_verdicts_of_rules_are_those_of_the_reference_engine() -> None:
    """Yes, no, unknown, and yes as presumed, over all situations, for every matched rule."""
    found = {each.rule: each for each in over_tables(_less())}
    wanted = {rule.id: Counter[str]() for rule in matched_rules(book())}
    words = {YES: "yes", NO: "no", UNKNOWN: "unknown"}
    for work in _works():
        exists = {record.id: record.exists for record in work.case.strict.all()}
        for (rule, record), pair in work.verdicts.rules.items():
            if exists.get(record, YES) != NO:
                wanted[rule]["n"] += 1
                wanted[rule][words[min(pair.strict, exists.get(record, YES))]] += 1
    assert wanted.keys() <= found.keys()
    fired = 0
    for rule, counts in wanted.items():
        told = found[rule]
        assert (told.n, told.yes, told.no, told.unknown) == tuple(counts[each] for each in ("n", *words.values())), rule
        assert told.yes is not None
        assert told.presumed_yes >= told.yes, rule
        fired += told.yes
    assert fired > PAIRS


def test_shares_do_not_hang_on_the_order_of_answers() -> None:
    """To the last digit, or the same cohort would give other reports."""
    work, _ = outcome(plausible_intake(3, 0.5), book())
    relevance = Relevance(work)
    shares = _weighed(relevance)
    relevance.bears_on = dict(reversed(relevance.bears_on.items()))  # type: ignore[assignment]
    assert len(shares) > 10
    assert dict(_weighed(relevance)) == dict(shares)


def test_every_rule_of_the_rulebook_is_counted_once() -> None:
    """Those over the tables, and in the sample those that read the result."""
    report = gaps((less for less, _ in _pairs()), book(), sample=5, settings=False)
    assert [each.rule for each in report.rules] == sorted(rule.id for rule in book().active)
    sampled = [each for each in report.rules if each.over == "sample"]
    assert sampled
    assert all(each.yes is None for each in sampled)
    assert report.sample == 5
    assert report.changes == ()


def test_shares_of_the_items_add_up_to_what_is_unsettled() -> None:
    """Nothing of the width is lost or counted twice."""
    drivers = Drivers()
    for work in _works():
        drivers.add(work)
    shares: defaultdict[tuple[str, str], float] = defaultdict(float)
    for each in drivers.hanging():
        assert 0 <= each.alone <= each.cases
        shares[each.of, each.code] += each.share
    seen = 0
    for one in drivers.unsettled():
        assert shares[one.of, one.code] == pytest.approx(one.unsettled - one.unexplained)
        seen += one.unsettled
    assert seen > PAIRS
    width = next(each for each in bounds_of(_less()) if each.level == "possible" and each.code == "grief")
    mine = next(each for each in drivers.unsettled() if each.code == "grief")
    assert mine.unsettled == width.upper - width.lower


def test_an_item_that_nothing_hangs_on_does_not_narrow_an_area() -> None:
    """Any answer to it leaves open what was open."""
    rng, tried = random.Random(5), 0
    for (less, _), work in zip(_pairs(), _works(), strict=True):
        for area, standing in work.areas.items():
            if not standing.worst < POSSIBLE <= standing.best:
                continue
            paths = frozenset().union(*of_area(work, area, Hanging(work.case, work.book)))
            items = {item_of(path) for path in paths}
            answered = _answered(less, rng, items)
            if answered is None:
                continue
            after = worked(answered)[0]
            if not after.case.contradictions:
                tried += 1
                assert after.areas[area].worst < POSSIBLE <= after.areas[area].best, (less.case_id, area)
    assert tried > 20


def _answered(intake: Intake, rng: random.Random, hanging: set[str]) -> Intake | None:
    """The intake with one answer more that is not among these items."""
    able = [
        (f"isolation.{name}" if about == "isolation" else name, item)
        for about in ("case", "isolation")
        for name, item in ITEMS[about].items()
        if isinstance(item.type, Tri | Choice)
        and (f"isolation.{name}" if about == "isolation" else name) not in hanging
        and not item.read(intake.isolation if about == "isolation" else intake).known
    ]
    if not able:
        return None
    path, item = rng.choice(able)
    value = rng.choice(("yes", "no") if isinstance(item.type, Tri) else item.type.members)  # type: ignore[union-attr]
    try:
        return intake.with_answers({path: value})
    except IntakeError:
        return None


def test_items_are_counted_as_they_were_answered() -> None:
    """Over all records, in part where members or the day are missing."""
    found = {each.item: each for each in missing_of(_less())}
    intakes = [less for less, _ in _pairs()]
    kinds = [each.kind for intake in intakes for each in intake.losses.items]
    assert (found["losses.kind"].n, found["losses.kind"].answered) == (len(kinds), sum(kind.known for kind in kinds))
    assert found["losses.kind"].code == ITEMS["loss"]["kind"].code
    manners = [each.manner for intake in intakes for each in intake.losses.items]
    assert isinstance(ITEMS["loss"]["manner"].type, Multi)
    partly = sum(m.known and "unknown" in m.value.values() and {*m.value.values()} != {"unknown"} for m in manners)
    assert found["losses.manner"].partly == partly
    assert partly > 0


@settings(max_examples=200)
@given(st.lists(st.integers(0, 9), max_size=8), st.integers(1, 12), st.integers(0, 3))
def test_a_sample_does_not_hang_on_where_a_batch_ends(sizes: list[int], size: int, seed: int) -> None:
    """The same cases in the same order, each once, whatever the batches; all of them where there are no more."""
    cases = [f"case {number}" for number in range(sum(sizes))]
    whole, parts, begun = Sample(size, seed), Sample(size, seed), 0
    whole.add(len(cases), lambda places: [cases[place] for place in places])  # type: ignore[misc]
    for each in sizes:
        mine = cases[begun : begun + each]
        parts.add(each, lambda places, mine=mine: [mine[place] for place in places])  # type: ignore[misc]
        begun += each
    assert parts.intakes == whole.intakes
    assert [*whole.intakes] == sorted({*whole.intakes}, key=cases.index)
    assert len(whole.intakes) == min(size, len(cases))


@pytest.fixture(scope="module")
def cohort(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six cases in text: one with an answer that cannot be, one of a row that cannot be read, records out of order."""
    made, text = tmp_path_factory.mktemp("made"), tmp_path_factory.mktemp("text")
    write_cohort(made, 6, Plan(seed=3, missing=0.3))
    for each in made.glob("*.parquet"):
        frame = pl.read_parquet(each)
        if each.stem != "cases":
            frame = frame.reverse()
        frame.write_csv(text / f"{each.stem}.csv")
    cases = pl.read_csv(text / "cases.csv", infer_schema=False)
    gone, spoilt = cases["case"][1], cases["case"][4]
    spoil = (
        pl.when(pl.col("case") == spoilt).then(pl.lit("97")).otherwise(pl.col("frame.age_band")).alias("frame.age_band")
    )
    cases.with_columns(spoil).write_csv(text / "cases.csv")
    with (text / "people.csv").open("a") as people:
        people.write(f"{gone},too,few\n")
    return text


@pytest.mark.long
@pytest.mark.parametrize("cases_per_batch", [1, 3])
def test_any_size_of_a_batch_gives_the_same_report(cohort: Path, cases_per_batch: int) -> None:
    """Bounds, standings, gates, rules, items, sample and rejects; and it is said how far the work is."""
    told: list[str] = []
    whole = _report(cohort, 100)
    assert (whole.cases, whole.rejected, whole.sample) == (4, 2, 3)
    made = gaps(cohort, book(), sample=3, settings=False, cases_per_batch=cases_per_batch, progress=told.append)
    assert made == whole
    assert f"cases 1 to {min(cases_per_batch, 5)} of 5: running the rules" in told


@cache
def _report(cohort: Path, cases_per_batch: int) -> Gaps:
    return gaps(cohort, book(), sample=3, settings=False, cases_per_batch=cases_per_batch)


def test_intakes_take_no_mapping() -> None:
    """Rather than leaving it out without a word."""
    with pytest.raises(CohortError, match="need no mapping"):
        gaps([less for less, _ in _pairs()[:1]], book(), mapping="study.yaml")


@pytest.mark.parametrize("cases_per_batch", [1, 4, 6, 7])
def test_intakes_one_by_one_come_in_batches(cases_per_batch: int) -> None:
    """Each once, in their order, every record with its case; and the sample is drawn from all of them."""
    intakes = [less for less, _ in _pairs()[:6]]
    read, drawn, plan, found = Read(), Sample(4, seed=1), EveryRule(book()), list[list[int]]()
    for batch in batches(iter(intakes), plan, read, cases_per_batch=cases_per_batch):
        drawn.add(len(batch.names), batch.intakes)
        tables = batch.tables()
        for case, name in tables["case"].select("case", "name").rows():
            mine = [tables[about].filter(pl.col("case") == case).height for about in ("loss", "conflict", "change")]
            assert name == (intakes[len(found)].case_id or "case")
            found.append(mine)
    assert found == [[len(each.records(about)) for about in ("loss", "conflict", "change")] for each in intakes]
    assert (read.done, read.used, read.rejected) == (6, 6, 0)
    whole = Sample(4, seed=1)
    whole.add(6, lambda places: [intakes[place] for place in places])
    assert drawn.intakes == whole.intakes
