"""Do the rules mean the same once they are said to another engine? On two rails always; plainly, where all is known."""

from __future__ import annotations

import importlib
from collections import Counter

import pytest

from benchmarks.peers.__main__ import CONTESTANTS, Contestant
from benchmarks.peers.plain_python import holds
from benchmarks.peers.rows import prepared
from benchmarks.peers.said import Way, columns_read, said, sayable, verdict
from ipt_formulate.engines.verdicts import matched_rules
from ipt_formulate.logic.truth import NO, UNKNOWN, YES
from tests.properties.case import book
from tests.properties.dense import dense_pair

PEERS = [each for each in CONTESTANTS if each.home]
RATES = (0.0, 0.3, 0.7)


def _intakes(count: int) -> list:
    return [dense_pair(seed, 0.1, RATES[seed % 3])[0] for seed in range(count)]


@pytest.mark.parametrize("way", ["plain", "rails"])
def test_what_is_said_holds(way: Way) -> None:
    """Rails give every verdict of the reference. Plainly nothing that is known and said in one word turns round."""
    rules = said(sayable(book()), book().vocabulary, way)
    seen: Counter[tuple[int, int]] = Counter()
    for case in prepared(_intakes(30), book(), way):
        rows = {row.number: row for row in case.rows}
        fired = {
            (rule.name, row.number)
            for row in case.rows
            for rule in rules
            if rule.about == row.about and holds(rule.test, row.values)
        }
        for (rule, number), expected in case.expected.items():
            told = verdict(fired, rule, number, way)
            seen[expected, told] += 1
            if way == "rails":
                assert told == expected, (rule, rows[number].about)
    assert {expected for expected, _ in seen} == {NO, UNKNOWN, YES}
    if way == "plain":
        assert seen[UNKNOWN, UNKNOWN] == 0
        assert seen[UNKNOWN, YES] > 0, "a missing answer was never taken for a yes: the table claims that it happens"


def test_the_rest_looks_at_other_records() -> None:
    """Only rules that count records or follow links are left out."""
    left_out = {rule.id for rule in matched_rules(book())} - {rule.id for rule in sayable(book())}
    assert 0 < len(left_out) < len(sayable(book()))


@pytest.mark.parametrize("way", ["plain", "rails"])
def test_rows_have_every_column(way: Way) -> None:
    """No rule reads a column that a row of its kind does not have."""
    rules = said(sayable(book()), book().vocabulary, way)
    for case in prepared(_intakes(3), book(), way):
        for row in case.rows:
            wanted = set(columns_read(rule for rule in rules if rule.about == row.about))
            assert wanted <= set(row.values)


@pytest.mark.parametrize("peer", PEERS, ids=lambda each: each.name)
def test_peers_agree_on_rails(peer: Contestant) -> None:
    """Each installed peer gives the verdicts of the reference, one case at a time and many in one go."""
    assert peer.home is not None
    module, _, name = peer.home.partition(":")
    try:
        home = importlib.import_module(module)
    except ImportError as missing:
        pytest.skip(f"{peer.name} is not installed ({missing.name})")
    way: Way = "rails" if "rails" in peer.ways else "plain"
    engine = getattr(home, name)(said(sayable(book()), book().vocabulary, way))
    cases = prepared(_intakes(3), book(), way)
    together = engine.fire([row for case in cases for row in case.rows])
    for case in cases:
        alone = engine.fire(case.rows)
        for (rule, number), expected in case.expected.items():
            told = verdict(alone, rule, number, way)
            assert told == verdict(together, rule, number, way)
            assert way == "plain" or told == expected, rule
