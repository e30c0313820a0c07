"""Which kinds of answers does a question have, for a case?

Answers that no rule tells apart are one kind, and trying one of them is trying all. Days are an exception: a kind of
day stands for the days of one band.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from ipt_formulate.explain.apart import Apart, sign_of
from ipt_formulate.intake import Choice, Day, Intake, Item, Link, Multi, Number, Text, Tri
from ipt_formulate.intake.situation import ISOLATION
from ipt_formulate.logic.possible import INFINITE, Span

LONGEST = 3000
"""Days: the longest lag that is tried."""
BEYOND = 30
"""Days: how far beyond the last limit a lag is tried."""


@dataclass(frozen=True, slots=True)
class Kind:
    """Answers that the rulebook cannot tell apart: one of them in wire form, and all of them for a reader.

    `values` holds every member of a choice, or the least and the most of a number or a lag.
    """

    wire: Any
    values: tuple[Any, ...]


def kinds_of(item: Item, apart: Apart, intake: Intake, record: str | None = None) -> tuple[Kind, ...]:
    """The kinds of answers; none for free text and for days that nothing is counted from.

    Parameters
    ----------
    item
        The question.
    apart
        What the rulebook tells apart.
    intake
        The case, for the records that a link may name.
    record
        The id of the record the question is about: a link cannot name its own.
    """
    sign = sign_of(item)
    match item.type:
        case Tri():
            return (Kind("yes", ("yes",)), Kind("no", ("no",)))
        case Choice(members=members):
            return tuple(Kind(each[0], each) for each in _partition(members, apart.sets[sign]))
        case Number(least=least, most=most):
            return tuple(_intervals(least or 0, LONGEST if most is None else most, apart.limits[sign]))
        case Multi(members=members):
            groups = _partition(members, apart.sets[sign])
            yes = (Kind({m: "yes" if m == each[0] else "no" for m in members}, each) for each in groups)
            return (Kind({"none": True}, ("none",)), *yes)
        case Day():
            return tuple(kinds_of_days(item.type, apart.lags[sign]))
        case Link(to=to, many=many):
            return tuple(_links(to, many, intake, record))
        case Text():
            return ()


def _partition(members: Iterable[str], sets: set[frozenset[str]]) -> list[tuple[str, ...]]:
    """The members of a choice, those together that are in the same sets."""
    groups: dict[frozenset[frozenset[str]], list[str]] = {}
    for member in members:
        groups.setdefault(frozenset(each for each in sets if member in each), []).append(member)
    return [tuple(each) for each in groups.values()]


def _intervals(least: int, most: int, limits: set[int]) -> Iterator[Kind]:
    for start, after in pairwise([least, *sorted(limit for limit in limits if least < limit <= most), most + 1]):
        yield Kind(start, (start, after - 1))


def kinds_of_days(day: Day, lags: Set[tuple[str, str, Span]]) -> Iterator[Kind]:
    """A day for each band, counted as the band is."""
    for frame, _, span in sorted(lags):
        if frame not in day.frames:
            continue
        must_be_past = frame == "before_assessment" and not day.may_come
        least = max(span.least, 0 if must_be_past else -LONGEST)
        most = min(span.most, LONGEST)
        if most < least:
            continue
        if span.most >= INFINITE:
            days = least + BEYOND
        elif span.least <= -INFINITE and not must_be_past:
            days = most - BEYOND
        else:
            days = (least + most) // 2
        yield Kind({frame: {"days": days}}, (least, most))


def _links(to: Sequence[str], many: bool, intake: Intake, record: str | None) -> Iterator[Kind]:
    for about in to:
        ids = [ISOLATION] if about == ISOLATION else [each.id for each in intake.records(about)]
        for one in ids:
            if one != record:
                yield Kind([one] if many else one, (one,))
    yield Kind("none", ("none",))
