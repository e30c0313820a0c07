"""Which intakes look like those of real people? Random ones in which answers fit together and danger is rare.

`tests/properties/dense.py` draws every answer alike, so that nearly all of its cases contradict themselves and nearly
all of its disputes are blocked by fear. Here kinds of situation, days and danger are drawn as they are met, answers
that contradict others are taken out, and a situation may come from another or be the same event as another. Hypothesis
draws the seed and the shares only; a failure is replayed by its seed and made small by `tests/properties/smallest.py`.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from ipt_formulate.engines.signs import Contradiction, situations_of
from ipt_formulate.intake import ITEMS, SECTIONS, Intake, Item
from ipt_formulate.intake.answer import SOURCES
from ipt_formulate.intake.types import Choice, Day, Link, Multi, Number, Text, Tri
from ipt_formulate.intake.wishes import AREAS
from tests.properties.case import book
from tests.strategies import ASSESSED, repaired

IDS = {"loss": ("a", "b", "g"), "conflict": ("c", "d", "h"), "change": ("e", "f", "k"), "person": ("p", "q", "a")}
SITUATIONS = ("loss", "conflict", "change")
CASE_PARTS = ("frame", "episode", "wishes", "clinician", "group", "safety", "isolation")
STRUCTURE = ("id", "label", "from", "same_event")
KINDS = {
    "loss": ("death_of_person",) * 6 + ("break_up_or_divorce", "loss_of_job", "pregnancy_loss", "estrangement"),
    "conflict": (),
    "change": ("job_loss", "separation_or_divorce", "widowhood", "birth_or_adoption", "move", "retirement", "other"),
}
RARE = 0.06
"""How often a sign of danger is told."""

Wire = dict[str, Any]
Ids = Mapping[str, list[str]]


def value_of(item: Item, rng: random.Random, ids: Ids, onset: date) -> Any:
    """A wire value of an item, or None where there is nothing to say."""
    match item.type:
        case Tri():
            rare = item.safety or item.field in ("still_to_come", "ordinary_hassle", "spoken_of_as_child")
            return "yes" if rng.random() < (RARE if rare else 0.5) else "no"
        case Choice(members):
            usual = KINDS.get(item.about, ()) if item.field == "kind" else ()
            if item.safety or (item.about == "person" and item.field == "alive"):
                return members[0]
            return rng.choice(usual) if usual and rng.random() < 0.8 else rng.choice(members)
        case Multi(members):
            danger = item.safety or item.field == "group.excluding_conditions"
            share = rng.choice((0.0, 0.3, 0.5)) if not danger else 0.4 if rng.random() < RARE else 0.0
            return {member: "yes" if rng.random() < share else "no" for member in members}
        case Number(least, most):
            low = least or 0
            return rng.randint(low, min(30 if most is None else most, low + 30))
        case Day():
            return _day(item, rng, onset)
        case Link(to, many):
            named = [one for about in to for one in (["isolation"] if about == "isolation" else ids.get(about, []))]
            if not named or rng.random() < 0.4:
                return "none"
            return rng.sample(named, rng.randint(1, len(named))) if many else rng.choice(named)
        case Text():
            return "told" if rng.random() < 0.5 else None


def _day(item: Item, rng: random.Random, onset: date) -> Any:
    if item.field.endswith("onset"):
        return onset.isoformat()
    before = rng.choice((-40, -7, 0, 3, 20, 60, 120, 250, 500)) + rng.randint(0, 12)
    if rng.random() < 0.3:
        return {"before_onset": {"days": before}}
    day = min(onset - timedelta(days=before), ASSESSED - timedelta(days=1))
    return day.isoformat()[: rng.choice((10, 10, 10, 7))]


def plausible_intake(seed: int, gaps: float, records: int = 2) -> Intake:
    """A random intake without contradictions, in which each answer is missing with the probability `gaps`."""
    return Intake.from_dict(_plausible(seed, gaps, records))


def _plausible(seed: int, gaps: float, records: int) -> Wire:
    rng = random.Random(seed)
    onset = ASSESSED - timedelta(days=rng.choice((20, 60, 150, 400, 900)) + rng.randint(0, 20))
    ids = {about: list(names[: rng.randint(0, records)]) for about, names in IDS.items()}
    if ids["loss"]:
        ids["person"] = [one for one in ids["person"] if one not in ids["loss"] or rng.random() < 0.2]
    wire: Wire = {}
    for name, item in ITEMS["case"].items():
        part, _, field = name.partition(".")
        if rng.random() >= gaps and (value := value_of(item, rng, ids, onset)) is not None:
            wire.setdefault(part, {})[field] = _wrapped(value, rng)
    wire.setdefault("frame", {})["assessed_on"] = ASSESSED.isoformat()
    if rng.random() < 0.9:
        wire.setdefault("episode", {})["diagnosis"] = "mdd"
    wire["isolation"] = _answers("isolation", rng, gaps, ids, onset)
    earlier: list[str] = []
    for about, section in SECTIONS.items():
        items = []
        for name in ids[about]:
            others = {**ids, about: [one for one in ids[about] if one != name]}
            record = {"id": name, **_answers(about, rng, gaps, others, onset)}
            if about in SITUATIONS:
                if earlier and rng.random() < 0.12:
                    key = rng.choice(("from", "same_event"))
                    record[key] = rng.choice(earlier) if key == "from" else [rng.choice(earlier)]
                earlier.append(name)
            items.append(record)
        complete = "yes" if rng.random() >= gaps else rng.choice(("no", None))
        wire[section] = {"asked": "yes", **({"complete": complete} if complete else {}), "items": items}
    if earlier and rng.random() < 0.08:
        wire["decisions"] = [
            {
                "situation": rng.choice([*earlier, "isolation"]),
                "area": rng.choice(AREAS),
                "decision": rng.choice(("confirm", "keep", "exclude", "override")),
            }
        ]
    return consistent(repaired(wire))


def _answers(about: str, rng: random.Random, gaps: float, ids: Ids, onset: date) -> Wire:
    found = {}
    for name, item in ITEMS[about].items():
        if rng.random() >= gaps and (value := value_of(item, rng, ids, onset)) is not None:
            found[name] = _wrapped(value, rng)
    return found


def _wrapped(value: Any, rng: random.Random) -> Any:
    return {"value": value, "source": rng.choice(SOURCES)} if rng.random() < 0.08 else value


def consistent(wire: Wire) -> Wire:
    """The wire without the answers that contradict others."""
    while found := situations_of(Intake.from_dict(wire), book()).contradictions:
        for each in found:
            _forget(wire, each)
        wire = repaired(wire)
    return wire


def _forget(wire: Wire, found: Contradiction) -> None:
    """Take one side of the contradiction out."""
    about, _, name = found.key.partition(":")
    sign = found.others[0].name if found.sign in book().derived else found.sign.name
    if sign.endswith("_complete"):
        # The mark of a list may follow from an answer elsewhere.
        wire.get("isolation", {}).pop("any_recent_event", None)
        wire[sign.removesuffix("_complete")].pop("complete", None)
    elif about == "case":
        part, _, field = sign.partition(".")
        wire[part].pop(field, None)
    elif about == "isolation":
        wire["isolation"].pop(sign, None)
    else:
        for record in wire[SECTIONS[about]]["items"]:
            if record["id"] == name:
                record.pop(sign, None)


def plausible_pair(seed: int, gaps: float, hidden: float) -> tuple[Intake, Intake]:
    """A random intake with less known, and the intake itself."""
    full = plausible_intake(seed, gaps)
    return less_known(full, seed, hidden), full


def less_known(full: Intake, seed: int, hidden: float) -> Intake:
    """The intake with a share of what it tells hidden.

    Answers, single members of multi-choice answers, the precision of days, the marks of lists, and records of lists
    that are not said to be complete.
    """
    less = full.to_dict()
    rng = random.Random(seed + 1)
    for section in SECTIONS.values():
        if rng.random() < hidden:
            less.get(section, {}).pop("complete", None)
    for about, section in SECTIONS.items():
        if less.get(section, {}).get("complete") != "yes" and rng.random() < hidden:
            _take_out(less, about, rng)
    for part in CASE_PARTS:
        _hide(less.get(part, {}), rng, hidden)
    for section in SECTIONS.values():
        for record in less.get(section, {}).get("items", []):
            _hide(record, rng, hidden)
    return Intake.from_dict(repaired(less))


def _hide(answers: Wire, rng: random.Random, share: float) -> None:
    for name, told in [*answers.items()]:
        if name in (*STRUCTURE, "assessed_on") or rng.random() >= share:
            continue
        if isinstance(told, dict) and not {"value", "before_onset", "before_assessment"} & set(told):
            for member in [*told]:
                if rng.random() < 0.5:
                    told[member] = "unknown"
            if rng.random() < 0.5:
                continue
        elif isinstance(told, str) and len(told) == len("2026-03-14") and told[4] == "-" and rng.random() < 0.5:
            answers[name] = told[: rng.choice((4, 7))]
            continue
        del answers[name]


def _take_out(wire: Wire, about: str, rng: random.Random) -> None:
    """One record less, and no answer that names it; unless the case is built on it."""
    section = wire.get(SECTIONS[about], {})
    nothing_recent = wire.get("isolation", {}).get("any_recent_event") is not None
    if len(section.get("items", [])) <= nothing_recent:
        return  # an empty list may be complete by that answer, and could not grow again
    gone = rng.choice(section["items"])["id"]
    records = [record for name in SECTIONS.values() for record in wire.get(name, {}).get("items", [])]
    named = [one for record in records for one in (record.get("from"), *record.get("same_event", ()))]
    decided = [each["situation"] for each in wire.get("decisions", [])]
    mine = next(record for record in section["items"] if record["id"] == gone)
    if about in SITUATIONS and (gone in named or gone in decided or {"from", "same_event"} & set(mine)):
        return
    section["items"] = [record for record in section["items"] if record["id"] != gone]
    for kind in ("case", "isolation", *SECTIONS):
        for name, item in ITEMS[kind].items():
            if isinstance(item.type, Link) and about in item.type.to:
                for holder, field in _holders(wire, kind, name):
                    _unname(holder, field, gone)


def _holders(wire: Wire, kind: str, name: str) -> list[tuple[Wire, str]]:
    if kind == "case":
        part, _, field = name.partition(".")
        return [(wire.get(part, {}), field)]
    if kind == "isolation":
        return [(wire.get("isolation", {}), name)]
    return [(record, name) for record in wire.get(SECTIONS[kind], {}).get("items", [])]


def _unname(holder: Wire, field: str, gone: str) -> None:
    told = holder.get(field)
    wrapped = isinstance(told, dict)
    bare = told["value"] if isinstance(told, dict) and "value" in told else told
    if isinstance(bare, list) and gone in bare:
        left = [one for one in bare if one != gone]
        if not left:
            del holder[field]
        elif wrapped:
            told["value"] = left
        else:
            holder[field] = left
    elif bare == gone:
        del holder[field]
