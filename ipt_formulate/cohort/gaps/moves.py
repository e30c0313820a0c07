"""Which other settings are tried: every value of every switch, and every parameter of our own inference moved a little?

A step of a scale and a count are moved by one, a number of days by a quarter; of bands each limit by a quarter; a list
loses one of its members, be it the only one, and a list of steps in an order may also gain the next step. What cannot
be moved is named with the reason. Parameters with a source of their own are not moved. Whether a moved value makes a
valid rulebook is for the loader to say.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from ipt_formulate.cohort.gaps.table import Kind
from ipt_formulate.intake.types import Choice
from ipt_formulate.reading import RULE_BYTES, read_file
from ipt_formulate.rulebook import Rulebook
from ipt_formulate.rulebook.nodes import About

OWN: Final = "OI"
DAYS, BANDS = "days", "timing bands"
QUARTER: Final = 0.25
TIMING: Final = "timing_bands"
STEPS: Final[Mapping[str, tuple[About, str]]] = {
    "severity words": ("case", "episode_severity"),
    "strengths of the link in time": ("loss", "timing_strength"),
}
"""Units of lists whose members are steps in an order, with the sign that has this order."""
NO_DAYS: Final = "no days is the day itself, and there is no quarter of it"
AS_IT_IS: Final = "as it is"


@dataclass(frozen=True, slots=True)
class Move:
    """One setting that is tried: the value of a switch or of a parameter, with `now` and `to` as people read them.

    `why_not`: why there is no other value to try.
    """

    kind: Kind
    name: str
    value: Any
    now: str
    to: str
    why_not: str | None = None


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
            for was in _unmoved(now, unit):
                yield Move("parameter", name, now, was, AS_IT_IS, NO_DAYS)


def _unmoved(now: Any, unit: str) -> Iterator[str]:
    """The limits at no days, as people read them."""
    if not unit.startswith(DAYS):
        return
    if isinstance(now, Mapping):
        yield from (f"{lower} up to 0" for lower, _ in pairwise(_in_order(now)) if now[lower][1] == 0)
    elif not isinstance(now, int):
        yield from (f"limit 0 of {_span(now)}" for limit in now if limit == 0)


def _moved(now: Any, unit: str, book: Rulebook) -> Iterator[tuple[Any, str, str]]:
    if isinstance(now, Mapping):
        yield from _bands(now)
    elif isinstance(now, int):
        for value in _numbers(now, unit):
            yield value, str(now), str(value)
    elif now and all(isinstance(each, int) for each in now):
        for place, limit in enumerate(now):
            for value in _numbers(limit, unit) if limit or not unit.startswith(DAYS) else ():
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
    for lower, upper in pairwise(_in_order(now)):
        limit = now[lower][1]
        if not limit:
            continue
        step = max(1, round(abs(limit) * QUARTER))
        for value in (limit - step, limit + step):
            moved = {name: list(each) for name, each in now.items()}
            moved[lower][1], moved[upper][0] = value, value + 1
            yield moved, f"{lower} up to {limit}", f"{lower} up to {value}"


def _in_order(bands: Mapping[str, Sequence[int | None]]) -> list[str]:
    """The names of bands from the lowest up."""
    return sorted(bands, key=lambda name: (bands[name][0] is not None, bands[name][0] or 0))


def _members(now: list[str], unit: str, book: Rulebook) -> Iterator[tuple[Any, str, str]]:
    """One member less; of steps in an order also the next one more, at either end."""
    for each in now:
        yield [one for one in now if one != each], _listed(now), f"without {each}"
    ordered = _steps(unit, book)
    places = [ordered.index(each) for each in now if each in ordered]
    for place in (min(places) - 1, max(places) + 1) if places else ():
        if 0 <= place < len(ordered):
            yield [*now, ordered[place]], _listed(now), f"with {ordered[place]}"


def _steps(unit: str, book: Rulebook) -> Sequence[str]:
    """The steps of a unit in their order; none where its members have no order."""
    if unit == BANDS:
        return _in_order(book.parameters[TIMING])
    sign = book.vocabulary.find(*STEPS[unit]) if unit in STEPS else None
    type_ = book.vocabulary.type_of(sign) if sign is not None else None
    return type_.members if isinstance(type_, Choice) else ()


def _span(limits: Sequence[int]) -> str:
    return " to ".join(str(each) for each in limits)
