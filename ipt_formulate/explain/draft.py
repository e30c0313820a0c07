"""What belongs into a first draft of the formulation itself (K-RANK-27)?

The symptoms, when they began, the event or relationship, the area, and the question whether this fits. Only what was
told, with the gaps named; a draft for a clinician to change, never a text to hand over unread.
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict

from ipt_formulate.engines.facts import Record
from ipt_formulate.explain.shown import shown_answer
from ipt_formulate.formulation.formulate import Work
from ipt_formulate.formulation.result import Area, FocusPlace, Result
from ipt_formulate.intake import ITEMS
from ipt_formulate.rulebook.nodes import SITUATIONS

HINDERED = ("impairment_at_work", "impairment_at_home", "impairment_in_family", "impairment_socially")
MARKED = 3
MOST_REASONS = 4


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, defer_build=True)


class Event(_Frozen):
    """One situation of the draft: what and when it was, and what was told of it."""

    place: FocusPlace
    label: str
    kind: str | None
    when: Any
    timing: tuple[str, ...]
    stage: str | None
    because: tuple[tuple[str, bool], ...]
    aspects: tuple[str, ...]


class Draft(_Frozen):
    """The parts of a draft; None where nothing was told.

    `because` of an event: the reasons with the most weight, each with whether it was presumed. `hindered`: fields of
    life that suffer markedly.
    """

    diagnosis: str | None
    instrument: str | None
    score: int | None
    severity: str | None
    hindered: tuple[str, ...]
    onset: Any
    status: str
    settled: bool
    events: tuple[Event, ...]
    second: Event | None
    area: str | None


def draft_of(work: Work, result: Result) -> Draft:
    """The draft of one case."""
    episode = {name: _told(work, f"episode.{name}") for name in ("diagnosis", "onset", "severity_instrument")}
    focus = result.focus
    places = focus.tied or ((focus.primary,) if focus.primary is not None else ())
    hindered = [name for name in HINDERED if (told := _told(work, f"episode.{name}")) is not None and told >= MARKED]
    severity = work.case.presumed.case.values.get("episode_severity")
    return Draft(
        diagnosis=episode["diagnosis"],
        instrument=episode["severity_instrument"],
        score=_told(work, "episode.severity_score"),
        severity=next(iter(severity)) if isinstance(severity, frozenset) and len(severity) == 1 else None,
        hindered=tuple(hindered),
        onset=episode["onset"],
        status=focus.status,
        settled=focus.settled,
        events=tuple(event for place in places if (event := _event(place, work, result)) is not None),
        second=_event(focus.secondary, work, result) if focus.secondary is not None else None,
        area=focus.primary.area if focus.primary is not None else None,
    )


def _told(work: Work, name: str) -> Any:
    item = ITEMS["case"][name]
    return shown_answer(item.type, item.read(work.intake))


def _event(place: FocusPlace, work: Work, result: Result) -> Event | None:
    first = (place.situation or "").partition("+")[0]
    records = [each for about in SITUATIONS for each in work.case.presumed.of(about)]
    record = next((each for each in records if each.id == first), None)
    if record is None:
        return None
    timing = record.values["timing"]
    assert isinstance(timing, frozenset)
    stage = next((each.stage for each in result.disputes if each.situation == place.situation), None)
    return Event(
        place=place,
        label=work.names.title(record),
        kind=_kind(record),
        when=_when(record, work),
        timing=tuple(sorted(timing)) if len(timing) == 1 else (),
        stage=stage if place.area == "role_dispute" and "stage_advice" not in result.withheld else None,
        because=tuple(_because(place, result)),
        aspects=tuple(_aspects(place, result)),
    )


def _kind(record: Record) -> str | None:
    kind = record.values.get("kind")
    return next(iter(kind)) if isinstance(kind, frozenset) and len(kind) == 1 else None


def _when(record: Record, work: Work) -> Any:
    """The day of the event as it was told."""
    holder = next((each for each in work.intake.records(record.about) if getattr(each, "id", None) == record.id), None)
    name = "started" if record.about == "conflict" else "when"
    item = ITEMS[record.about].get(name)
    return shown_answer(item.type, item.read(holder)) if item is not None and holder is not None else None


def _carrying(place: FocusPlace, result: Result) -> list[Any]:
    area = result.areas.get(place.area)
    if not isinstance(area, Area):
        return []
    found = [
        each
        for each in area.findings
        if each.situation == place.situation and each.effect == "supports" and each.leans == "yes"
    ]
    return sorted(found, key=lambda each: ("strong", "moderate", "weak").index(each.strength or "weak"))


def _because(place: FocusPlace, result: Result) -> list[tuple[str, bool]]:
    carrying = [each for each in _carrying(place, result) if each.strength != "weak"]
    told = {each.because: each.truth == "unknown" for each in carrying}
    return list(told.items())[:MOST_REASONS]


def _aspects(place: FocusPlace, result: Result) -> list[str]:
    return list(dict.fromkeys(each.aspect for each in _carrying(place, result) if each.aspect))
