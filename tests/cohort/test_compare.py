"""Are the disagreements that are listed those that are counted?"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence

import pytest

from ipt_formulate.cohort.agreement.codes import PresenceRule, rated_items
from ipt_formulate.cohort.agreement.coding import Coding
from ipt_formulate.cohort.agreement.compare import agreement
from ipt_formulate.cohort.agreement.table import Agreement, Compared

ITEMS = {item.name: item for item in rated_items()}


def _coding(name: str, rng: random.Random, numbers: Sequence[int] = range(40)) -> Coding:
    """Codes at random, some missing; where a stage is coded, often with the dispute it is about."""
    cases, situations = {}, {}
    for number in numbers:
        codes = {item: rng.choice(ITEMS[item].labels) for item in ("focus", "stage", "presence_grief")}
        cases[f"case {number}"] = {item: code for item, code in codes.items() if rng.random() < 0.8}
        about = rng.choice(("wife", "boss", ""))
        situations[f"case {number}"] = {"lead_dispute": about} if about else {}
    return Coding(name, cases, situations)


@pytest.mark.parametrize("seed", range(4))
def test_the_list_holds_what_lies_off_the_diagonal(seed: int) -> None:
    """Of the engine and each coder, for every item: the same cases are compared, whatever dispute each rater means."""
    rng = random.Random(seed)
    engine, *coders = (_coding(name, rng) for name in ("engine", "one", "two"))
    report = agreement(engine, coders, PresenceRule(), draws=100)
    listed = Counter((each.item, each.coder, each.engine, each.said) for each in report.disagreements)
    counted = Counter[tuple[str, str, str, str]]()
    for item in report.items:
        for pair in item.pairs:
            if pair.raters[0] == "engine" and pair.confusion is not None:
                for down, row in zip(item.labels, pair.confusion, strict=True):
                    for across, times in zip(item.labels, row, strict=True):
                        if down != across and times:
                            counted[item.item, pair.raters[1], down, across] += times
    assert listed == counted
    assert any(item == "stage" for item, *_ in listed)
    order = [(int(each.case.removeprefix("case ")), [*ITEMS].index(each.item)) for each in report.disagreements]
    assert order == sorted(order)


def _figures(compared: Compared | None) -> dict[str, tuple[float | None, int]]:
    assert compared is not None
    told = {each.statistic: (None if each.value is None else round(each.value, 9), each.cases)
            for each in (*compared.estimates, compared.full_agreement)}  # fmt: skip
    assert any(value is not None for value, _ in told.values())
    return told


def _pairs(report: Agreement) -> dict[tuple[str, frozenset[str]], dict[str, tuple[float | None, int]]]:
    return {(item.item, frozenset(pair.raters)): _figures(pair) for item in report.items for pair in item.pairs}


def test_the_order_of_files_changes_no_figure() -> None:
    """Whatever disputes the raters mean: of two, of coders alone, and of all together."""
    rng = random.Random(1)
    raters = [_coding(name, rng) for name in ("engine", "one", "two", "three")]
    reports = [agreement(first, others, PresenceRule(), draws=100) for first, *others in (raters, raters[::-1])]
    assert _pairs(reports[0]) == _pairs(reports[1])
    together = [{item.item: _figures(item.everybody) for item in report.items} for report in reports]
    assert together[0] == together[1]
    assert together[0]["stage"] != together[0]["focus"]


def test_another_file_changes_no_figure_of_a_pair() -> None:
    """Nor does a case that only one of the two has, though the other file has it too."""
    rng = random.Random(1)
    one, two = _coding("one", rng, range(30)), _coding("two", rng, range(10, 40))
    beside = _coding("beside", rng, range(50))
    pair = _pairs(agreement(one, [two], PresenceRule(), draws=100))
    assert pair.items() <= _pairs(agreement(one, [two, beside], PresenceRule(), draws=100)).items()
    assert pair.items() <= _pairs(agreement(beside, [two, one], PresenceRule(), draws=100)).items()
    assert pair["stage", frozenset(("one", "two"))]["percent"][1] < 20


def test_stages_of_different_disputes_add_to_nothing() -> None:
    """AC1 by hand over the three cases in which two raters mean one dispute; the fourth is as if it were not there."""
    codes = (
        ("impasse", "impasse", "wife"),
        ("impasse", "renegotiation", "wife"),
        ("dissolution", "dissolution", "wife"),
    )

    def rater(name: str, own: int, last: str, about: str) -> Coding:
        stages = [*((row[own], row[2]) for row in codes), (last, about)]
        return Coding(name, {str(n): {"stage": code} for n, (code, _) in enumerate(stages)},
                      {str(n): {"lead_dispute": dispute} for n, (_, dispute) in enumerate(stages)})  # fmt: skip

    report = agreement(rater("a", 0, "impasse", "boss"), [rater("b", 1, "none", "wife")], PresenceRule(), draws=100)
    (stage,) = report.items
    use = (3 / 6, 1 / 6, 2 / 6)
    chance = sum(each * (1 - each) for each in use) / (len(stage.labels) - 1)
    assert _figures(stage.pairs[0])["ac1"] == (round((2 / 3 - chance) / (1 - chance), 9), 3)
