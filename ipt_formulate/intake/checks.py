"""Do the answers of one intake fit together? References, ids, order of dates, scores, and sections.

Only what is impossible is a fault: dates are reversed only if every possible pair of days is. Answers that merely
contradict each other are left to the engine, which lists them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from ipt_formulate.intake.answer import links_of
from ipt_formulate.intake.change import Change
from ipt_formulate.intake.dates import PartialDay
from ipt_formulate.intake.items import CASE_PARTS, SECTIONS
from ipt_formulate.intake.loss import Loss
from ipt_formulate.intake.situation import ISOLATION, RESERVED_IDS, Named, Situation
from ipt_formulate.intake.types import Day, Link, Misread
from ipt_formulate.reading import nearest

if TYPE_CHECKING:
    from ipt_formulate.intake.item import Item, Record
    from ipt_formulate.intake.model import Intake

Steps = tuple[str | int, ...]

# Lowest and highest total of each instrument, from its own scoring.
SCORES: Mapping[str, tuple[int, int]] = {
    "phq9": (0, 27),
    "hamd17": (0, 52),
    "bdi2": (0, 63),
    "ces_d": (0, 60),
    "pg13r": (10, 50),
    "bgq": (0, 10),
    "icg": (0, 76),
    "tgi_sr": (18, 90),
    "ucla3": (3, 9),
    "ucla20": (20, 80),
    "dejong": (0, 11),
    "single_item": (0, 10),
}
_MOST_SHOWN = 5


def faults_of(intake: Intake, ids_unreadable: bool = False) -> Iterator[Misread]:
    """Everything in ``intake`` that cannot be; ``steps`` of each lead from the intake to the place.

    With ``ids_unreadable`` a reference to nowhere is no fault, because its record may be the unreadable one.
    """
    records = tuple(_records(intake))
    yield from _sections(intake)
    yield from _ids(intake)
    yield from _references(intake, records, ids_unreadable)
    yield from _origins(intake, ids_unreadable)
    for steps, record in records:
        yield from _scores(steps, record)
        yield from _days(intake, steps, record)


def _records(intake: Intake) -> Iterator[tuple[Steps, Record]]:
    """Every group of answers with the steps that lead to it."""
    for part in (*CASE_PARTS, ISOLATION):
        yield (part,), getattr(intake, part)
    for section in SECTIONS.values():
        for index, record in enumerate(getattr(intake, section).items):
            yield (section, "items", index), record


def _sections(intake: Intake) -> Iterator[Misread]:
    for name in SECTIONS.values():
        section = getattr(intake, name)
        if section.asked.value != "no":
            continue
        if section.items:
            yield Misread("A111", "was not asked, yet holds records", "asked: yes", steps=(name, "asked"))
        if section.complete.value == "yes":
            yield Misread("A111", "cannot be complete when it was not asked", "asked: yes", steps=(name, "complete"))


def _ids(intake: Intake) -> Iterator[Misread]:
    """Losses, conflicts and changes share one name space; people have one of their own."""
    for sections in (("losses", "conflicts", "changes"), ("people",)):
        first: dict[str, str] = {}
        for name in sections:
            for index, record in enumerate(getattr(intake, name).items):
                steps = (name, "items", index, "id")
                if record.id in RESERVED_IDS:
                    yield Misread("A110", "is a reserved word", f"an id other than {', '.join(sorted(RESERVED_IDS))}",
                                  steps=steps)  # fmt: skip
                elif record.id in first:
                    yield Misread("A109", f"is the same id as {first[record.id]}", details=repr(record.id), steps=steps)
                else:
                    first[record.id] = shown(steps)


def _references(intake: Intake, records: tuple[tuple[Steps, Record], ...], lenient: bool) -> Iterator[Misread]:
    places = _places(records)
    for steps, record in records:
        for name, item in record.questions().items():
            if not isinstance(item.type, Link):
                continue
            answer = getattr(record, name)
            for one in links_of(item.type, answer):
                if one == getattr(record, "id", None) and item.about in item.type.to:
                    yield Misread("A108", "refers to its own record", steps=(*steps, name))
                elif not (one == ISOLATION and ISOLATION in item.type.to):
                    yield from _reference(one, item.type.to, places, (*steps, name), lenient)
        if isinstance(record, Situation):
            for index, one in enumerate(record.same_event):
                at = (*steps, "same_event", index)
                if one == record.id:
                    yield Misread("A113", "refers to its own record", steps=at)
                else:
                    yield from _reference(one, SITUATIONS, places, at, lenient)
    for index, decision in enumerate(intake.decisions):
        if decision.situation != ISOLATION:
            yield from _reference(decision.situation, SITUATIONS, places, ("decisions", index, "situation"), lenient)


SITUATIONS = ("loss", "conflict", "change")
Places = Mapping[str, Mapping[str, str]]


def _places(records: tuple[tuple[Steps, Record], ...]) -> Places:
    """By kind of record, the place of every id."""
    places: dict[str, dict[str, str]] = {about: {} for about in SECTIONS}
    for steps, record in records:
        if isinstance(record, Named):
            places[record.about].setdefault(record.id, shown((*steps, "id")))
    return places


def _reference(one: str, to: tuple[str, ...], places: Places, steps: Steps, lenient: bool) -> Iterator[Misread]:
    kinds = [about for about in to if about in places]
    if any(one in places[about] for about in kinds):
        return
    wanted = " or ".join(kinds)
    there = {name: place for about in kinds for name, place in places[about].items()}
    for about, by_id in places.items():
        if one in by_id and not ({about, *kinds} > {"person"}):
            yield Misread(
                "A108", f"refers to the {about} at {by_id[one]}", f"the id of a {wanted}", None, repr(one), steps
            )
            return
    if not lenient:
        some = ", ".join(list(there.values())[:_MOST_SHOWN])
        which = f"ids of that kind stand at {some}" if there else "there is no record of that kind"
        close = nearest(one, there)
        details = repr(one) + (f", nearest {close!r}" if close else "")
        yield Misread("A107", f"refers to no record; {which}", f"the id of a {wanted}", None, details, steps)


def _origins(intake: Intake, lenient: bool) -> Iterator[Misread]:
    origins: dict[str, tuple[str | None, Steps]] = {}
    for name in ("losses", "conflicts", "changes"):
        for index, record in enumerate(getattr(intake, name).items):
            origins.setdefault(record.id, (record.origin, (name, "items", index, "from")))
    places: Places = {"loss": {one: shown((*steps[:-1], "id")) for one, (_, steps) in origins.items()}}
    for one, (origin, steps) in origins.items():
        if origin is None:
            continue
        if origin not in origins:
            for misread in _reference(origin, ("loss",), places, steps, lenient):
                yield Misread(misread.code, misread.message, "the id of a loss, conflict or change",
                              None, misread.details, steps)  # fmt: skip
            continue
        seen: set[str] = set()
        further: str | None = origin
        while further in origins and further not in seen:
            seen.add(further)
            further = origins[further][0]
        if one in seen:
            yield Misread("A113", "a situation cannot come from itself, directly or by way of others", steps=steps)


def _scores(steps: Steps, record: Record) -> Iterator[Misread]:
    fields = type(record).model_fields
    for name in fields:
        score = name.replace("_instrument", "_score")
        if not name.endswith("_instrument") or score not in fields:
            continue
        limits = SCORES.get(getattr(record, name).value)
        value = getattr(record, score).value
        if limits and value is not None and not limits[0] <= value <= limits[1]:
            expected = f"{limits[0]}..{limits[1]} for the instrument at {shown((*steps, name))}"
            yield Misread(
                "A115", "is outside what the instrument can give", expected, None, repr(value), (*steps, score)
            )


def _days(intake: Intake, steps: Steps, record: Record) -> Iterator[Misread]:
    for name, item in record.questions().items():
        if isinstance(item.type, Day):
            day = getattr(record, name).value
            if day is not None and _must_be_past(item, record) and _after_assessment(intake, day):
                yield Misread("A106", "lies after the assessment", steps=(*steps, name))
    for later, earlier in (("changed", "started"), ("last_attempt", "started"), ("until", "when")):
        if later in type(record).model_fields and earlier in type(record).model_fields:
            late, early = getattr(record, later).value, getattr(record, earlier).value
            if late is not None and early is not None and _surely_after(intake, early, late):
                yield Misread("A106", f"lies before {shown((*steps, earlier))}", steps=(*steps, later))
    if isinstance(record, Loss | Change) and _is_to_come(record):
        day, assessed = record.when.value, intake.frame.assessed_on.value
        if day is not None and assessed is not None and _surely_after(intake, assessed, day):
            yield Misread("A106", "is said to be still to come, yet lies before the assessment", steps=(*steps, "when"))


def _must_be_past(item: Item, record: Record) -> bool:
    """Whether the record says that this day has come."""
    if not isinstance(item.type, Day) or not item.type.may_come:
        return True
    if isinstance(record, Change):
        return record.phase.value == "over" or (record.phase.value == "going_on" and item.field == "when")
    return isinstance(record, Loss) and record.still_to_come.value == "no"


def _is_to_come(record: Loss | Change) -> bool:
    return record.phase.value == "to_come" if isinstance(record, Change) else record.still_to_come.value == "yes"


def _after_assessment(intake: Intake, day: PartialDay) -> bool:
    if day.kind == "before_assessment":
        return day.most is not None and day.most < 0
    assessed = intake.frame.assessed_on.value
    return assessed is not None and _surely_after(intake, day, assessed)


def _surely_after(intake: Intake, day: PartialDay, other: PartialDay) -> bool:
    return day.surely_after(other, intake.frame.assessed_on.value, intake.episode.onset.value)


def shown(steps: Steps) -> str:
    """Steps as people write them: ``losses.items[0].closeness``."""
    text = ""
    for step in steps:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text
