"""How is said what of a result hangs on a published disagreement?

One line for each part of the result, and one for each other value that some setting gives it. Nothing is worked out
here; see `switches`.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Any, TypeAlias

from ipt_formulate.explain.switches import Across, AcrossSwitches, SwitchSeen, Under
from ipt_formulate.explain.turning import Turning
from ipt_formulate.explain.words import capital, joined, word

Value: TypeAlias = str | tuple[str, ...]
MOST_SETTINGS = 3
"""So many settings that give a value are told one by one; JSON has all of them."""


class Switching(Turning):
    """What the template of the switches calls."""

    def part(self, part: Across) -> str:
        """A part of the result and what it is now."""
        return f"{self._name(part)}: {self._value(part, part.values[0].value)}"

    def others(self, part: Across) -> list[str]:
        """Every other value of a part, with the settings that give it."""
        return [
            f"{capital(self._value(part, under.value))} {word(self.words, 'switches', 'with')} {self._settings(under)}."
            for under in part.values
            if not under.now
        ]

    def switch(self, switch: SwitchSeen) -> str:
        """A switch: what is in dispute, and what is in use."""
        values = joined(self.words, [_shown(each) for each in switch.values], "or")
        in_use = f"{capital(word(self.words, 'switches', 'in_use'))}: {_shown(switch.now)} ({values})"
        return f"{switch.says} {in_use}. [{switch.name}, {switch.question}]"

    def mattering(self, across: AcrossSwitches, *, every: bool) -> list[SwitchSeen]:
        """The switches that matter here, or all of them."""
        return [each for each in across.switches if every or each.matters]

    def left_in_use(self, across: AcrossSwitches) -> str:
        """The switches that were not looked at."""
        return joined(self.words, list(across.left_in_use))

    def _name(self, part: Across) -> str:
        if part.kind == "standing":
            assert part.area is not None
            return capital(self.area(part.area))
        if part.kind == "stage":
            assert part.situation is not None
            line = f", {word(self.words, 'lines', part.area)}" if part.area == "coparent" else ""
            return f"{word(self.words, 'switches', 'stage')} ({self.situation(part.situation)}{line})"
        if part.kind == "flag":
            assert part.area is not None
            flag, _, level = part.area.partition(":")
            return (
                f"{word(self.words, 'switches', 'flag')} {word(self.words, 'flags', flag)} "
                f"({word(self.words, 'levels', level)})"
            )
        return word(self.words, "switches", part.kind)

    def _value(self, part: Across, value: Any) -> str:
        if part.kind == "focus":
            told = self.focus(value)
            if value.status != "proposed":
                return told
            return f"{told}, {word(self.words, 'settledness', 'settled' if value.settled else 'provisional')}"
        if value is None:
            return word(self.words, "switches", f"no_{part.kind}")
        if part.kind == "second":
            return self.focus_place(value)
        table = {"standing": "standings", "stage": "stages", "gate": "gates", "flag": "certainties"}[part.kind]
        return word(self.words, table, value)

    def _settings(self, under: Under) -> str:
        """The settings in words: as ranges of each switch where they are all combinations, else one by one."""
        names = list(under.settings[0])
        ranges = {name: list(dict.fromkeys(each[name] for each in under.settings)) for name in names}
        if prod(len(values) for values in ranges.values()) == len(under.settings):
            return joined(self.words, [self._range(name, values) for name, values in ranges.items()])
        told = [
            joined(self.words, [self._range(name, [value]) for name, value in each.items()])
            for each in under.settings[:MOST_SETTINGS]
        ]
        if len(under.settings) > MOST_SETTINGS:
            rest = str(len(under.settings) - MOST_SETTINGS)
            told.append(word(self.words, "switches", "more").replace("{count}", rest))
        return f"; {word(self.words, 'switches', 'or_with')} ".join(told)

    def _range(self, name: str, values: Sequence[Value]) -> str:
        return f"{name} {joined(self.words, [_shown(each) for each in values], 'or')}"


def _shown(value: Value) -> str:
    """A value of a switch as it stands in a profile."""
    return value if isinstance(value, str) else f"[{', '.join(value)}]"
