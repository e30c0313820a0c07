"""What do the switches alone say of a condition?

Yes or no where its settings decide it whatever is answered, else unknown. So a rule that a switch turns off is known to
be off before any case is read. Answers are never looked at here.
"""

from __future__ import annotations

from collections.abc import Mapping

from ipt_formulate.logic.truth import NO, UNKNOWN, YES, Truth
from ipt_formulate.rulebook import nodes as n

SETTING = "setting."


def by_settings(node: n.Condition, settings: Mapping[str, str | tuple[str, ...]]) -> Truth:
    """The truth of a condition when every answer is unknown and only the settings are known."""
    match node:
        case n.AllOf(parts):
            return min(by_settings(part, settings) for part in parts)
        case n.AnyOf(parts):
            return max(by_settings(part, settings) for part in parts)
        case n.Not(part):
            return YES - by_settings(part, settings)
        case n.Block(_, part) | n.Exemption(_, part):
            return by_settings(part, settings)
        case n.Among(sign, values) if sign.name.startswith(SETTING):
            return YES if _chosen(sign, settings) <= values else NO
        case n.Has(sign, how, members) if sign.name.startswith(SETTING):
            chosen = _chosen(sign, settings)
            held = [each in chosen for each in members]
            told = {"any": any(held), "all": all(held), "none": not any(held)}
            return YES if told[how] else NO
        case _:
            return UNKNOWN


def _chosen(sign: n.Sign, settings: Mapping[str, str | tuple[str, ...]]) -> frozenset[str]:
    value = settings[sign.name.removeprefix(SETTING)]
    return frozenset(value if isinstance(value, tuple) else (value,))
