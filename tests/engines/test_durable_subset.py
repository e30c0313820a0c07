"""Is every ruleset refused that could crash the native engine, and every rulebook split until it fits?"""

from __future__ import annotations

from typing import Any
from unittest.mock import patch

import pytest

pytest.importorskip("durable.engine", reason="durable-rules is not installed here", exc_type=ImportError)

from ipt_formulate.engines.durable import names, planning
from ipt_formulate.engines.durable.formula import ways
from ipt_formulate.engines.durable.names import Names, colliding, fnv1a
from ipt_formulate.engines.durable.network import MOST_WAITING, Network
from ipt_formulate.engines.durable.patterns import pattern
from ipt_formulate.engines.durable.planning import MOST_WAYS, Plan, RuleTooLarge
from ipt_formulate.engines.durable.program import Program
from ipt_formulate.engines.durable.subset import MOST_RULES, MOST_SLOTS, TAIL, OutsideSubset, check, slots
from ipt_formulate.intake.types import Number, Tri
from ipt_formulate.rulebook import nodes as n
from ipt_formulate.rulebook.nodes import About, Sign
from tests.engines import native
from tests.engines.drawn import book, made, with_matched
from tests.engines.own_process import run_apart

GO = {"$and": [{"k": "go"}, {"s": 0}]}
LINK = {"$and": [{"k": "l0"}, {"$ex": {"o": 1}}]}
JOINED = {"$and": [{"k": "b0"}, {"$ex": {"o": 1}}, {"o": {"l": "o"}}, TAIL]}


def one(*parts: Any) -> dict[str, Any]:
    """A ruleset of one rule with one pattern."""
    return {"r0": {"m": {"$and": [{"k": "loss"}, *parts]}}}


def joined(body: Any, link: Any = LINK, go: Any = GO) -> dict[str, Any]:
    """A ruleset of one rule that joins."""
    return {"r0": {"g": go, "l": link, "b": body}}


def test_what_the_compiler_makes_passes() -> None:
    check(one({"p0": 1}, {"$gt": {"p1": 0}}, {"$or": [{"p2": 1}, {"$and": [{"p2": 2}, {"p3": 4}]}]}))
    check(joined(JOINED))


REFUSED = {
    "more rules than one ruleset holds": {f"r{number}": one({"p0": 1})["r0"] for number in range(251)},
    "more patterns than a frame holds": {"r0": {"g": GO, **{f"a{number}": LINK for number in range(15)}}},
    "no pattern": {"r0": {}},
    "an empty group": one({"$or": []}),
    "an empty pattern": {"r0": {"m": {"$and": []}}},
    "no kind first": {"r0": {"m": {"$and": [{"p0": 1}, {"k": "loss"}]}}},
    "not a conjunction": {"r0": {"m": {"$or": [{"k": "loss"}, {"k": "change"}]}}},
    "a test of absence": one({"$nex": {"p0": 1}}),
    "a text to match": one({"$mt": {"p0": "a.*"}}),
    "a missing value": one({"p0": None}),
    "a decimal number": one({"p0": 1.5}),
    "a number beyond 31 bits": one({"p0": 2**31}),
    "a long word": one({"p0": "w" * 41}),
    "a word with a space": one({"p0": "a word"}),
    "a word beyond ASCII": one({"p0": "wört"}),
    "two types of one property": one({"p0": 1}, {"$neq": {"p0": "one"}}),
    "a truth value for a number": one({"p0": 1}, {"$neq": {"p0": True}}),
    "the engine's own id": one({"id": 1}),
    "the engine's own session id": one({"sid": 1}),
    "the engine's own state": one({"$s": 1}),
    "a group before a constant": one({"$or": [{"p0": 1}, {"p0": 2}]}, {"p1": 1}),
    "groups beyond the slots": one(*({"$or": [{f"p{number}": 1}, {f"p{number}": 2}]} for number in range(14))),
    "several patterns that wait for nothing": {"r0": {"l": LINK, "b": JOINED}},
    "a join without its tail": joined({"$and": JOINED["$and"][:-1]}),
    "a join without a guard": joined({"$and": [{"k": "b0"}, {"o": {"l": "o"}}, TAIL]}),
    "a join with a property that is not guarded": joined(JOINED, link={"$and": [{"k": "l0"}]}),
    "a join with a pattern that does not exist": joined(
        {"$and": [{"k": "b0"}, {"$ex": {"o": 1}}, {"o": {"x": "o"}}, TAIL]}
    ),
    "a join inside a group": joined(
        {"$and": [{"k": "b0"}, {"$ex": {"o": 1}}, {"$or": [{"o": {"l": "o"}}, {"t": 1}]}, TAIL]}
    ),
    "a join after a group": joined(
        {"$and": [{"k": "b0"}, {"$ex": {"o": 1}}, {"$or": [{"t": 1}, {"t": 2}]}, {"o": {"l": "o"}}, TAIL]}
    ),
    "too many conditions at once": {f"r{number}": one({f"p{number}": 1})["r0"] for number in range(61)},
    "too many properties": {
        f"r{number}": one(*({f"p{number}x{each}": 1} for each in range(25)))["r0"] for number in range(10)
    },
}


@pytest.mark.parametrize("rules", REFUSED.values(), ids=REFUSED)
def test_unsafe_rulesets_are_refused(rules: dict[str, Any]) -> None:
    with pytest.raises(OutsideSubset):
        check(rules)


def test_equal_hashes_are_refused() -> None:
    # Two short words whose FNV-1a hashes are the same.
    assert fnv1a("costarring") == fnv1a("liquid")
    assert colliding(["costarring", "other", "liquid"]) == ("costarring", "liquid")
    with pytest.raises(OutsideSubset, match="same hash"):
        check(one({"costarring": 1}, {"liquid": 1}))


def test_names_pass_over_a_hash_that_is_taken() -> None:
    with patch.object(names, "_reserved", lambda: {fnv1a("p0"): "another"}):
        assert Names().new("p") == "p1"


def test_slots_count_joins_and_groups() -> None:
    assert slots(JOINED) == 2 + 1 + 2
    assert slots({"$and": [{"k": "loss"}, {"$or": [{"p0": 1}, {"$and": [{"p0": 2}, {"p1": 2}]}]}]}) == 6


def test_equalities_on_one_property_wait_one_at_a_time() -> None:
    network = Network()
    for number in range(200):
        network.add({"$and": [{"k": "loss"}, {"p0": number}]})
    assert network.depth() == 1
    for number in range(MOST_WAITING + 1):
        network.add({"$and": [{"k": "loss"}, {"$gt": {"p1": number}}]})
    assert network.depth() == MOST_WAITING + 2
    assert network.excess() is not None


def test_the_native_engine_overflows_just_where_the_model_says() -> None:
    run_apart(native.depth_of_the_stack)


# -- rulebooks --------------------------------------------------------------------------------------------------------


def signs_of(about: About, kind: type) -> list[Sign]:
    """The signs of a kind of record that have this type."""
    return [Sign(about, name) for name, type_ in book().vocabulary.of(about).items() if isinstance(type_, kind)]


def test_a_long_disjunction_is_cut() -> None:
    signs = signs_of("conflict", Tri)[:9]
    parts = tuple(n.AllOf((n.Says(one, True), n.Says(other, False))) for one in signs for other in signs)
    plan = Plan(with_matched(made("random.long", "conflict", n.AnyOf(parts))))
    assert max(each.stratum for each in plan.judgements) > 0
    assert all(ways(rail) <= MOST_WAYS for each in plan.judgements for rail in (each.yes, each.may))


def test_many_members_are_divided() -> None:
    members = tuple(f"m{number}" for number in range(40))
    plan = Plan(with_matched(made("random.members", "loss", n.Has(Sign("loss", "named_in"), "any", members))))
    assert len(plan.judgements) > 1
    assert all(slots(pattern("loss", rail)) <= MOST_SLOTS for each in plan.judgements for rail in (each.yes, each.may))


def test_a_single_test_that_does_not_fit_is_refused_by_name() -> None:
    kinds = frozenset(("death_of_person", "loss_of_job"))
    wide = made("random.wide", "loss", n.Among(Sign("loss", "kind"), kinds))
    with patch.object(planning, "MOST_COMPARISONS", 1), pytest.raises(RuleTooLarge, match=r"random\.wide"):
        Plan(with_matched(wide))


def test_a_large_rulebook_is_split_over_rulesets() -> None:
    number = signs_of("loss", Number)[0]
    rules = [made(f"random.rule-{low}", "loss", n.Between(number, low, low + 5)) for low in range(700)]
    (stratum,) = Program(with_matched(*rules)).strata
    assert len(stratum.records) >= 2 * len(rules) / MOST_RULES
    assert sum(len(each.rules) for each, _ in stratum.records) == 2 * len(rules)


def test_rules_that_say_the_same_are_matched_once() -> None:
    says = n.Says(signs_of("loss", Tri)[0], True)
    plan = Plan(with_matched(made("random.one", "loss", says), made("random.two", "loss", says)))
    assert len(plan.judgements) == 1
