"""Which intakes are there? Hypothesis strategies for valid intakes, for answers, and for what comes to light later."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from typing import Any

from hypothesis import strategies as st

from ipt_formulate.intake import ITEMS, SECTIONS, Intake, IntakeError, Item, Tri, parse_path
from ipt_formulate.intake.answer import ABSENCES, SOURCES
from ipt_formulate.intake.section import Section
from ipt_formulate.intake.types import Choice, Day, Link, Members, Multi, Number, Text
from ipt_formulate.intake.wishes import AREAS

ASSESSED = date(2026, 6, 15)
LONGEST_BACK = 1200
SITUATIONS = ("loss", "conflict", "change")
NO_IDS: Mapping[str, Sequence[str]] = {}
MOST_ANSWERS = 6

# Few letters, but those that YAML, JSON and markup trip over.
words = st.text("abyesno0 é\u2028\n:#-'\"<&{[%\\", min_size=1, max_size=8).map(lambda text: f"w{text}")

_extras = st.sampled_from([{}, {"on": "2026-06-14"}, *({"source": source} for source in SOURCES)])
_absences = st.builds(lambda reason, extra: {"unknown": reason, **extra}, st.sampled_from(ABSENCES), _extras)


def values_for(item: Item, ids: Mapping[str, Sequence[str]] = NO_IDS) -> st.SearchStrategy[Any]:
    """Bare wire values that say something; links name one of ``ids``, given by kind of record, or ``none``."""
    match item.type:
        case Tri():
            return st.sampled_from(("yes", "no"))
        case Choice(members):
            return st.sampled_from(members)
        case Multi(members):
            some = st.lists(st.sampled_from(members), min_size=1, unique=True)
            told = st.dictionaries(st.sampled_from(members), st.sampled_from(("yes", "no", "unknown")), min_size=1)
            return st.one_of(st.just({"none": True}), some, told)
        case Number(least, most):
            return st.integers(least, most)
        case Day(frames, may_come):
            return days(frames, -400 if may_come else 0)
        case Text():
            return words
        case Link(to, many):
            targets = [one for about in to for one in (("isolation",) if about == "isolation" else ids.get(about, ()))]
            if not targets:
                return st.just("none")
            one = st.sampled_from(targets)
            return st.one_of(st.just("none"), st.lists(one, min_size=1, max_size=3, unique=True) if many else one)


def days(frames: Sequence[str] = ("calendar",), soonest: int = 0) -> st.SearchStrategy[Any]:
    """Dates of every precision, at least ``soonest`` days before the assessment."""
    back = st.integers(soonest, LONGEST_BACK)
    day = back.map(lambda count: (ASSESSED - timedelta(days=count)).isoformat())
    written = st.builds(lambda text, length: text[:length], day, st.sampled_from((4, 7, 10)))
    shapes: list[st.SearchStrategy[Any]] = [written, written.map(lambda text: {"date": text, "about": True})]
    lags = {"days": back, "weeks": st.integers(0, 60), "months": st.integers(0, 24), "years": st.integers(0, 3)}
    for frame in frames:
        if frame != "calendar":
            unit = st.sampled_from(sorted(lags))
            lag = unit.flatmap(lambda name: lags[name].map(lambda count: {name: count}))
            shapes.append(st.builds(lambda told, about, key=frame: {key: told, "about": about}, lag, st.booleans()))
    return st.one_of(shapes)


def answers_for(item: Item, ids: Mapping[str, Sequence[str]] = NO_IDS) -> st.SearchStrategy[Any]:
    """Wire answers of every form: bare, with source and day, and unknown for every reason."""
    return _told(values_for(item, ids)) if isinstance(item.type, Link) else _answers_without_links(item)


@cache
def _answers_without_links(item: Item) -> st.SearchStrategy[Any]:
    """Kept, because making a strategy costs more than drawing from it."""
    return _told(values_for(item))


def _told(bare: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(
        bare,
        bare,
        st.builds(lambda value, extra: {"value": value, **extra}, bare, _extras),
        _absences,
        st.none(),
    )


@cache
def _some_of(names: tuple[str, ...]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(names), max_size=MOST_ANSWERS, unique=True)


@st.composite
def groups(draw: st.DrawFn, items: Mapping[str, Item], ids: Mapping[str, Sequence[str]] = NO_IDS) -> dict[str, Any]:
    """Some answers of one group of questions."""
    chosen = draw(_some_of(tuple(items)))
    return {name: draw(answers_for(items[name], ids)) for name in chosen}


@st.composite
def records(
    draw: st.DrawFn, about: str, name: str, ids: Mapping[str, Sequence[str]], earlier: Sequence[str]
) -> dict[str, Any]:
    """One record; it may come from, or tell the same event as, one of the ``earlier`` situations."""
    links = {kind: [one for one in named if one != name] for kind, named in ids.items()}
    record = {"id": name, **draw(groups(ITEMS[about], links))}
    if draw(st.booleans()):
        record["label"] = draw(words)
    if about != "person" and earlier and draw(st.integers(0, 3)) == 0:
        record[draw(st.sampled_from(("from", "same_event")))] = draw(st.sampled_from(list(earlier)))
        if "same_event" in record:
            record["same_event"] = [record["same_event"]]
    return record


@st.composite
def sections(
    draw: st.DrawFn, about: str, ids: Mapping[str, Sequence[str]], earlier: Sequence[str]
) -> dict[str, Any] | list[Any]:
    """A section in any state: not asked, asked, complete, not known, with or without records."""
    listed = [draw(records(about, name, ids, earlier)) for name in ids[about]]
    if listed and draw(st.integers(0, 4)) == 0:
        return listed
    section: dict[str, Any] = draw(groups(Section.questions()))
    return {**section, "items": listed} if listed else section


@st.composite
def intake_wires(draw: st.DrawFn, most_records: int = 3) -> dict[str, Any]:
    """Wire data of intakes over all fields. Answers that do not fit together are taken out again."""
    ids: dict[str, list[str]] = {}
    for about in SECTIONS:
        count = draw(st.integers(0, most_records))
        named = [f"{about}-{number}" for number in range(1, count + 1)]
        ids[about] = named[::-1] if draw(st.booleans()) else named
    wire: dict[str, Any] = {"intake_version": "1", "frame": {"assessed_on": ASSESSED.isoformat()}}
    for part in draw(st.lists(st.sampled_from(sorted(_CASE)), unique=True)):
        wire[part] = {**draw(groups(_CASE[part], ids)), **wire.get(part, {})}
    if draw(st.booleans()):
        wire["isolation"] = draw(groups(ITEMS["isolation"], ids))
    earlier: list[str] = []
    for about, section in SECTIONS.items():
        wire[section] = draw(sections(about, ids, earlier))
        if about in SITUATIONS:
            earlier += ids[about]
    if earlier and draw(st.integers(0, 4)) == 0:
        wire["decisions"] = [
            {
                "situation": draw(st.sampled_from([*earlier, "isolation"])),
                "area": draw(st.sampled_from(AREAS)),
                "decision": draw(st.sampled_from(("confirm", "keep", "exclude", "override"))),
                "by": draw(words),
                "when": "2026-06-16",
            }
        ]
    return repaired(wire)


def intakes(most_records: int = 3) -> st.SearchStrategy[Intake]:
    """Valid intakes over all fields, with every kind of absence, link, date and state of a list."""
    return intake_wires(most_records).map(Intake.from_dict)


@st.composite
def refinements(draw: st.DrawFn, intake: Intake) -> Intake:
    """``intake`` with more known: unknown answers filled in, records added to open lists, lists closed.

    No known answer is changed, so the result may be ``intake`` itself when nothing more fits.
    """
    for section in draw(st.lists(st.sampled_from(sorted(SECTIONS.values())), max_size=2, unique=True)):
        intake = draw(_with_new_record(intake, section))
    still_open = [parse_path(path) for path in _open_paths(intake)]
    ids = {about: [record.id for record in intake.records(about)] for about in SECTIONS}
    for path in draw(st.lists(st.sampled_from(still_open), max_size=8, unique=True)):
        others = {about: [one for one in named if one != path.id] for about, named in ids.items()}
        value = draw(st.sampled_from(("yes", "no")) if path.member else values_for(path.item, others))
        intake = _if_valid(intake, {str(path): value})
    return intake


@st.composite
def _with_new_record(draw: st.DrawFn, intake: Intake, section: str) -> Intake:
    """One more record, if the list may still grow."""
    listed = getattr(intake, section)
    if listed.asked.value == "no" or listed.complete.value == "yes":
        return intake
    about = next(about for about, name in SECTIONS.items() if name == section)
    ids = {kind: [record.id for record in intake.records(kind)] for kind in SECTIONS}
    name = f"{about}-new{len(ids[about])}"
    record = draw(records(about, name, ids, ()))
    wire = intake.to_dict()
    wire.setdefault(section, {}).setdefault("items", []).append(record)
    return Intake.from_dict(repaired(wire))


def _open_paths(intake: Intake) -> Iterator[str]:
    """Paths of answers, and of members of multi-choice answers, that are not known yet."""
    for path in intake.paths():
        answer = intake.answer(path)
        if not answer.known:
            yield path
        elif isinstance(answer.value, Members):
            yield from (f"{path}.{member}" for member, told in answer.value.items() if told == "unknown")


def _if_valid(intake: Intake, answers: Mapping[str, Any]) -> Intake:
    try:
        return intake.with_answers(answers)
    except IntakeError:
        return intake


def repaired(wire: dict[str, Any]) -> dict[str, Any]:
    """``wire`` without the answers that cannot be: impossible dates and scores, contradictory lists."""
    while True:
        try:
            Intake.from_dict(wire)
        except IntakeError as error:
            for fault in error.faults:
                _drop(wire, fault.path)
        else:
            return wire


def _drop(wire: dict[str, Any], path: str) -> None:
    holder: Any = wire
    *steps, last = path.replace("[", ".").replace("]", "").split(".")
    for step in steps:
        if isinstance(holder, list):
            if step != "items":
                holder = holder[int(step)]
        else:
            holder = holder[step]
    holder.pop(last, None)


_CASE: dict[str, dict[str, Item]] = {}
for _name, _item in ITEMS["case"].items():
    _part, _field = _name.split(".")
    _CASE.setdefault(_part, {})[_field] = _item
