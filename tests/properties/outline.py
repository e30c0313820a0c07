"""What of a result must stay the same when nothing that matters changes? Plain data, without an order of listing."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from ipt_formulate.formulation.focus import Focus, focus_of
from ipt_formulate.formulation.formulate import Work
from ipt_formulate.formulation.ranking import Ranked
from ipt_formulate.formulation.safety import raised

Names = Callable[[str, str], str]
"""The name by which a record of a kind (`person`, or any situation) is to be compared."""

_RECORD = re.compile(r"^(\w+)\[(from=)?([a-z0-9_-]+)\]")


def unchanged(kind: str, name: str) -> str:
    """Compare under the names they have."""
    return name


def outline(work: Work, focus: Focus, names: Names = unchanged) -> dict[str, Any]:
    """Standings, keys, gate, stages, flags and focus, each under the names of their records."""

    def record(one: str) -> str:
        known = next((each for each in work.case.strict.all() if each.id == one and each.about != "person"), None)
        if known is not None and known.made_by is not None:
            origin, _, suffix = one.partition(".")
            kind = "person" if work.book.rules[known.made_by].about == "person" else "situation"
            return f"{names(kind, origin)}.{suffix}"
        return names("situation", one)

    def place(index: int) -> tuple[frozenset[str], str]:
        return _place(work.contest.order[index])

    def _place(each: Ranked) -> tuple[frozenset[str], str]:
        return frozenset(record(one) for one in each.candidate.records), each.candidate.area

    def path(text: str) -> str:
        found = _RECORD.match(text)
        if found is None:
            return text
        section, from_, one = found.groups()
        made_of_a_person = from_ and section == "losses"
        kind = "person" if section == "people" or made_of_a_person else "situation"
        return f"{section}[{from_ or ''}{names(kind, one)}]{text[found.end() :]}"

    contest = work.contest
    return {
        "standings": {
            _place(each): (each.standing, each.shown, each.certain, each.candidate.exists) for each in contest.order
        },
        "keys": {place(i): key.tuple for i, key in enumerate(contest.keys)},
        "bars": {
            place(i): frozenset((bar.place, bar.when, bar.until) for bar in bars) for i, bars in enumerate(contest.bars)
        },
        "areas": work.areas,
        "gate": (contest.gate.truth, contest.gate.lean_word, contest.gate.held_by, set(contest.gate.open_lists)),
        "stages": {
            (record(each.record.id), each.line): (
                each.stage,
                frozenset(each.shown),
                each.settled,
                each.confidence,
                each.variant,
            )
            for each in work.stagings
        },
        "ranked": {place(i) for i in work.ordered},
        "focus": (
            focus.status,
            frozenset(place(i) for i in focus.leaders),
            None if focus.second is None else place(focus.second),
            focus.settled,
            frozenset(path(each) for each in focus_of(work.contest, work.ordered).overturned_by),
        ),
        "flags": {
            (flag, level, certainty, names("person", each.id) if each.about == "person" else record(each.id))
            for flag, level, certainty, _, each in raised(work.case, work.book)
        },
        "contradictions": {(record(each.record), str(each.sign)) for each in work.case.contradictions},
    }


def differences(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """The parts in which two outlines differ, for messages; empty if they are equal."""
    return {
        part: {key: (told.get(key), also.get(key)) for key in {*told, *also} if told.get(key) != also.get(key)}
        if isinstance(told := one[part], dict) and isinstance(also := other[part], dict)
        else (one[part], other[part])
        for part in one
        if one[part] != other[part]
    }
