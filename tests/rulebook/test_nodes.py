"""Are equal conditions equal wherever they stand, and can nothing change one?"""

from __future__ import annotations

import dataclasses
import pickle
from pathlib import Path

import pytest

from ipt_formulate.reading import Place
from ipt_formulate.rulebook import Rulebook
from ipt_formulate.rulebook import nodes as n
from tests.rulebook.books import BASE, laid_over, rule_text

SIGN = n.Sign("loss", "kind")
HERE, THERE = Place("a.yaml", 1, 2), Place("b.yaml", 30, 4)


@pytest.mark.parametrize(
    "make",
    [
        lambda at: n.Says(SIGN, True, at),
        lambda at: n.Among(SIGN, frozenset({"a"}), at),
        lambda at: n.Between(SIGN, 1, 2, at),
        lambda at: n.Has(SIGN, "any", ("a",), at),
        lambda at: n.Names(SIGN, True, at),
        lambda at: n.SaidBy(SIGN, "clinician", at),
        lambda at: n.Answered(SIGN, True, at),
    ],
)
def test_equality_and_hash_ignore_the_place(make: object) -> None:
    one, other = make(HERE), make(THERE)  # type: ignore[operator]
    assert one == other
    assert hash(one) == hash(other)
    assert n.Not(n.AllOf((one, other))) == n.Not(n.AllOf((other, one)))
    assert "yaml" not in repr(one)


def test_the_same_condition_in_two_files_is_equal(tmp_path: Path) -> None:
    texts = {f"grief/{name}.yaml": "\n\n" * index + rule_text(f"grief.{name}") for index, name in enumerate("ab")}
    book = Rulebook.load(laid_over(tmp_path / "rules", texts), places=True)
    one, other = book.rules["grief.a"], book.rules["grief.b"]
    assert one.when == other.when
    assert one.at != other.at


@pytest.mark.parametrize("kind", [*n.LEAVES, *n.QUANTIFIED, n.AllOf, n.AnyOf, n.Not, n.Block, n.Exemption, n.Sign])
def test_nodes_are_frozen(kind: type) -> None:
    assert dataclasses.is_dataclass(kind)
    assert kind.__dataclass_params__.frozen  # type: ignore[attr-defined]


def test_walk_meets_every_node_once_parents_first() -> None:
    leaf = n.Says(SIGN, True)
    inner = n.AnyOf((n.Block("a", leaf), n.Not(leaf)))
    node = n.AllOf((inner, n.AtLeast(1, "loss", leaf), n.Linked(SIGN, "change", leaf), n.Connected("loss", leaf)))
    met = list(n.walk(node))
    assert met[0] is node
    assert met[1] is inner
    assert sum(each == leaf for each in met) == 5
    assert list(n.signs_read(leaf)) == [SIGN]


def test_a_rulebook_can_be_sent_to_another_process() -> None:
    rule = Rulebook.load(BASE).rules["grief.died"]
    assert pickle.loads(pickle.dumps(rule)) == rule  # noqa: S301 (our own bytes)
