"""Are the disagreements that are listed those that are counted?"""

from __future__ import annotations

import random
from collections import Counter

import pytest

from ipt_formulate.cohort.agreement.codes import PresenceRule, rated_items
from ipt_formulate.cohort.agreement.coding import Coding
from ipt_formulate.cohort.agreement.compare import agreement

ITEMS = {item.name: item for item in rated_items()}


def _coding(name: str, rng: random.Random) -> Coding:
    """Codes at random, some missing; where a stage is coded, often with the dispute it is about."""
    cases, situations = {}, {}
    for number in range(40):
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
