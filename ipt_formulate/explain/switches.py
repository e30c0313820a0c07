"""Does the result hang on where published sources disagree?

Every switch of the rulebook stands for one published disagreement. The result is worked out under every setting that
can make a difference to this case, and for each part of it is said: the same everywhere, or hanging on which switches.
Exact, without multiplying out all settings: a switch is left out only where nothing that reads it can turn, whatever
the other switches are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain, product
from math import prod
from typing import Any, Literal, TypeAlias

from ipt_formulate.explain import settings
from ipt_formulate.explain.alike import values_of
from ipt_formulate.explain.background import background
from ipt_formulate.explain.changes import flags_of
from ipt_formulate.explain.differences import FocusSeen, Frozen, focus_seen, stage_seen, titles_of
from ipt_formulate.explain.explanations import Explained, TextFormat
from ipt_formulate.explain.settings import Choice, Group
from ipt_formulate.formulation.formulate import Work
from ipt_formulate.formulation.outcome import Outcome
from ipt_formulate.formulation.standing import WORDS
from ipt_formulate.rulebook import Rulebook

Kind: TypeAlias = Literal["focus", "second", "standing", "stage", "gate", "flag"]


class SwitchSeen(Frozen):
    """A switch, what it stands for, its values, the one in use, and whether any part of this result hangs on it."""

    name: str
    question: str
    says: str
    values: tuple[str, ...]
    now: str | tuple[str, ...]
    matters: bool


class Under(Frozen):
    """What a part of the result is under some settings of the switches it hangs on.

    `value` is a `FocusSeen`, or the word of a standing, a stage, the gate or the certainty of a flag; None for no
    second focus, no such line of a dispute, an area that is off, or no flag.
    """

    settings: tuple[dict[str, str | tuple[str, ...]], ...]
    value: Any
    now: bool


class Across(Frozen):
    """A part of the result under all settings; `depends_on` is empty where it is the same under every one.

    `values` has the one in use first.
    """

    kind: Kind
    area: str | None
    situation: str | None
    label: str | None
    depends_on: tuple[str, ...]
    values: tuple[Under, ...]

    @property
    def settled_everywhere(self) -> bool:
        """The same whatever the switches are."""
        return not self.depends_on


class AcrossSwitches(Explained):
    """The result under every admissible setting of the switches.

    `settings` counts the admissible settings, `told_apart` those that can differ in this case at all, and `worked_out`
    those for which the result had to be computed; the rest follow.

    Where it was `stopped`, the switches in `left_in_use` stayed as they are: all that is said holds under every setting
    of the others, and nothing is said of these.
    """

    format: Literal["ipt-formulate.across_switches/1"] = "ipt-formulate.across_switches/1"
    switches: tuple[SwitchSeen, ...]
    parts: tuple[Across, ...]
    settings: int
    told_apart: int
    worked_out: int
    stopped: Literal["interrupted"] | None = None
    left_in_use: tuple[str, ...] = ()

    @property
    def settled_everywhere(self) -> bool:
        """Is every part of the result the same whatever the switches are? Not while some were not looked at."""
        return self.stopped is None and all(part.settled_everywhere for part in self.parts)

    def paths(self) -> tuple[str, ...]:
        """None: it speaks of no answer."""
        return ()

    def in_words(self, *, every: bool = False, format: TextFormat = "text") -> str:
        """In sentences.

        Parameters
        ----------
        every
            Also say each switch that changes nothing here.
        format
            ``text`` in 80 columns, or ``md``.
        """
        from ipt_formulate.explain.prose import across_switches_text

        return across_switches_text(self, every=every, format=format)


Key: TypeAlias = tuple[Kind, str | None, str | None]
Kinds: TypeAlias = tuple[int, ...]


def across_switches(work: Work, progress: Callable[[int, int], None] | None = None) -> AcrossSwitches:
    """The result of a case under every setting of the switches.

    `progress` is called with how many of the settings that can differ were looked at, and how many there are. After a
    KeyboardInterrupt the answer is for the switches that were looked at in full.
    """
    book = work.book
    across = settings.Across(work)
    grid: dict[Kinds, Outcome] = {}
    stopped: Literal["interrupted"] | None = None
    left: set[str] = set(book.switches)
    try:
        across.find_groups()
        left = set()
        count = prod(len(group.kinds) for group in across.groups)
        for kinds in product(*(range(len(group.kinds)) for group in across.groups)):
            grid[kinds] = across.outcome(kinds)
            if progress is not None:
                progress(len(grid), count)
    except KeyboardInterrupt:
        stopped = "interrupted"
    groups = across.groups
    now = across.outcome([0] * len(groups))
    if stopped is not None:
        groups = _looked_at_in_full(groups, len(grid))
        left |= {name for group in across.groups[: len(across.groups) - len(groups)] for name in group.names}
        first = (0,) * (len(across.groups) - len(groups))
        every = product(*(range(len(group.kinds)) for group in groups))
        grid = {kinds: across.outcome((*first, *kinds)) for kinds in every}
    different = {id(outcome): outcome for outcome in grid.values()}
    titles = titles_of(work)
    idle = frozenset(area.code for area in book.areas if area.extra) - across.extra
    parts = []
    for kind, area, situation in dict.fromkeys(chain.from_iterable(_parts(each, idle) for each in different.values())):
        told = {number: _value(outcome, (kind, area, situation)) for number, outcome in different.items()}
        distinct: list[Any] = []
        alike = {number: _place_in(distinct, value) for number, value in told.items()}
        values = {kinds: alike[id(outcome)] for kinds, outcome in grid.items()}
        depends_on = _depends_on(values, groups, book)
        parts.append(
            Across(
                kind=kind,
                area=area,
                situation=situation,
                label=titles(situation) if situation is not None else None,
                depends_on=depends_on,
                values=tuple(_under(values, distinct, groups, depends_on, book)),
            )
        )
    found = AcrossSwitches(
        switches=tuple(
            SwitchSeen(
                name=switch.name,
                question=switch.question,
                says=switch.says,
                values=switch.values,
                now=book.settings[switch.name],
                matters=any(switch.name in part.depends_on for part in parts),
            )
            for switch in book.switches.values()
        ),
        parts=tuple(parts),
        settings=prod(len(values_of(switch)) for switch in book.switches.values()),
        told_apart=len(grid),
        worked_out=across.worked_out,
        stopped=stopped,
        left_in_use=tuple(name for name in book.switches if name in left),
        **background(work, flags=flags_of(now)),
    )
    found._words = book.words
    return found


def _looked_at_in_full(groups: Sequence[Group], seen: int) -> list[Group]:
    """The last groups of which every combination is among the first that were seen, the others as in use."""
    full: list[Group] = []
    for group in reversed(groups):
        if prod(len(each.kinds) for each in (group, *full)) > seen:
            break
        full.insert(0, group)
    return full


# -- parts of a result ----------------------------------------------------------------------------------------------


def _parts(outcome: Outcome, extra: frozenset[str]) -> Iterator[Key]:
    """The parts of an outcome; of optional areas only those that somebody may be a candidate for."""
    yield ("focus", None, None)
    yield ("second", None, None)
    yield ("gate", None, None)
    yield from (("standing", area, None) for area, _ in outcome.areas if area not in extra)
    yield from (("stage", line, record) for (record, line), _ in outcome.stages)
    yield from (("flag", f"{flag}:{level}", None) for (flag, level), _ in outcome.flags)


def _value(outcome: Outcome, key: Key) -> Any:
    kind, area, situation = key
    match kind:
        case "focus":
            seen = focus_seen(outcome)
            return FocusSeen(status=seen.status, settled=seen.settled, leads=seen.leads, second=None)
        case "second":
            return focus_seen(outcome).second
        case "gate":
            return outcome.gate[1]
        case "standing":
            return next((WORDS[each.lean] for code, each in outcome.areas if code == area), None)
        case "stage":
            found = next((each for (record, line), each in outcome.stages if (line, record) == (area, situation)), None)
            return stage_seen(found).stage if found is not None else None
        case "flag":
            return next((told for (flag, level), told in outcome.flags if f"{flag}:{level}" == area), None)


def _place_in(distinct: list[Any], value: Any) -> int:
    """The number of a value among those seen so far."""
    if value not in distinct:
        distinct.append(value)
    return distinct.index(value)


def _depends_on(values: Mapping[Kinds, int], groups: Sequence[Group], book: Rulebook) -> tuple[str, ...]:
    """The switches of which one alone, the others kept, can make a difference."""
    found: set[str] = set()
    for index, group in enumerate(groups):
        rows: dict[Kinds, dict[int, int]] = defaultdict(dict)
        for kinds, value in values.items():
            rows[kinds[:index] + kinds[index + 1 :]][kinds[index]] = value
        different = {tuple(row[number] for number in range(len(group.kinds))) for row in rows.values()}
        kind_of = group.numbers
        for at, name in enumerate(group.names):
            pairs = {
                (number, kind_of[(*chosen[:at], other, *chosen[at + 1 :])])
                for chosen, number in kind_of.items()
                for other in values_of(book.switches[name])
            }
            if any(row[one] != row[other] for row in different for one, other in pairs if one != other):
                found.add(name)
    return tuple(name for name in book.switches if name in found)


def _under(
    values: Mapping[Kinds, int],
    distinct: Sequence[Any],
    groups: Sequence[Group],
    depends_on: Sequence[str],
    book: Rulebook,
) -> Iterator[Under]:
    """Each value with the settings of the switches it hangs on, the one in use first."""
    now = tuple(book.settings[name] for name in depends_on)
    found: dict[int, list[Choice]] = {}
    every = product(*(values_of(book.switches[name]) for name in depends_on))
    for chosen in sorted(every, key=lambda each: each != now):
        under = {**book.settings, **dict(zip(depends_on, chosen, strict=True))}
        found.setdefault(values[tuple(group.kind_of(under) for group in groups)], []).append(chosen)
    for number, (told, choices) in enumerate(found.items()):
        named = tuple(dict(zip(depends_on, chosen, strict=True)) for chosen in choices)
        yield Under(settings=named if depends_on else (), value=distinct[told], now=number == 0)
