"""Which other settings are tried: every value of every switch, and every parameter of our own inference moved a little?

A step of a scale and a count are moved by one, a number of days by a quarter; of bands each limit by a quarter; a list
loses one of its members, and a list of timing bands may also gain the next band. Parameters with a source of their own
are not moved. Whether a moved value makes a valid rulebook is for the loader to say.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from ipt_formulate.cohort.gaps.table import Kind
from ipt_formulate.reading import RULE_BYTES, read_file
from ipt_formulate.rulebook import Rulebook

OWN: Final = "OI"
SCALE, DAYS, BANDS = "scale step", "days", "timing bands"
QUARTER: Final = 0.25
TIMING: Final = "timing_bands"


@dataclass(frozen=True, slots=True)
class Move:
    """One setting that is tried: the value of a switch or of a parameter, with `now` and `to` as people read them."""

    kind: Kind
    name: str
    value: Any
    now: str
    to: str


def moves_of(book: Rulebook) -> tuple[Move, ...]:
    """Every setting that is tried beside the one in use."""
    return (*_switches(book), *_parameters(book))


def _switches(book: Rulebook) -> Iterator[Move]:
    for switch in book.switches.values():
        now = book.settings[switch.name]
        for each in switch.values:
            if isinstance(now, tuple):
                # Of several values that may hold at once, each is turned over by itself.
                value = tuple(one for one in switch.values if (one in now) != (one == each))
                yield Move("switch", switch.name, value, _listed(now), _listed(value))
            elif each != now:
                yield Move("switch", switch.name, each, now, each)


def _listed(words: Sequence[str]) -> str:
    return ", ".join(words) or "none"


def _parameters(book: Rulebook) -> Iterator[Move]:
    entries = read_file(book.folder / "parameters.yaml", limit=RULE_BYTES).data
    for name, entry in entries.items():
        if entry["label"] == OWN:
            now, unit = book.parameters[name], str(entry.get("unit", ""))
            for value, was, to in _moved(now, unit, book):
                yield Move("parameter", name, value, was, to)


def _moved(now: Any, unit: str, book: Rulebook) -> Iterator[tuple[Any, str, str]]:
    if isinstance(now, Mapping):
        yield from _bands(now)
    elif isinstance(now, int):
        for value in _numbers(now, unit):
            yield value, str(now), str(value)
    elif all(isinstance(each, int) for each in now):
        for place, limit in enumerate(now):
            for value in _numbers(limit, unit) if limit else ():
                moved = [*now[:place], value, *now[place + 1 :]]
                yield moved, _span(now), _span(moved)
    else:
        yield from _members(list(now), unit, book)


def _numbers(now: int, unit: str) -> Iterator[int]:
    """One step down and one up."""
    step = max(1, round(abs(now) * QUARTER)) if unit.startswith(DAYS) else 1
    yield from (value for value in (now - step, now + step) if value >= 0 or now < 0)


def _bands(now: Mapping[str, Sequence[int | None]]) -> Iterator[tuple[Any, str, str]]:
    """Each limit between two bands by a quarter of its days either way; a limit at no days stays."""
    ordered = sorted(now, key=lambda name: (now[name][0] is not None, now[name][0] or 0))
    for lower, upper in pairwise(ordered):
        limit = now[lower][1]
        if not limit:
            continue
        step = max(1, round(abs(limit) * QUARTER))
        for value in (limit - step, limit + step):
            moved = {name: list(each) for name, each in now.items()}
            moved[lower][1], moved[upper][0] = value, value + 1
            yield moved, f"{lower} up to {limit}", f"{lower} up to {value}"


def _members(now: list[str], unit: str, book: Rulebook) -> Iterator[tuple[Any, str, str]]:
    """One member less, if one is left; of timing bands also the next one more."""
    for each in now if len(now) > 1 else ():
        yield [one for one in now if one != each], _listed(now), f"without {each}"
    if unit == BANDS:
        limits = book.parameters[TIMING]
        ordered = sorted(limits, key=lambda name: (limits[name][0] is not None, limits[name][0] or 0))
        places = [ordered.index(each) for each in now]
        for place in (min(places) - 1, max(places) + 1):
            if 0 <= place < len(ordered):
                yield [*now, ordered[place]], _listed(now), f"with {ordered[place]}"


def _span(limits: Sequence[int]) -> str:
    return " to ".join(str(each) for each in limits)
