"""What names the variant of a stage, where several signals do?"""

from __future__ import annotations

from itertools import permutations

from ipt_formulate.rulebook import conclusions as c


def test_the_variant_that_is_named_does_not_hang_on_the_order_of_rules() -> None:
    """One that has any, clear before leaning, then by name."""
    signals = [
        c.Stages("impasse", "speak"),
        c.Stages("impasse", "speak", "leaning", "a"),
        c.Stages("impasse", "speak", "clear", "c"),
        c.Stages("impasse", "speak", "clear", "b"),
    ]
    for order in permutations(signals):
        assert min(order, key=c.naming_variant).variant == "b"
    assert min(signals[:2], key=c.naming_variant).variant == "a"
