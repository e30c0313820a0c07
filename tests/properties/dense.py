"""Which intakes are nearly complete? Random ones with few gaps, in which verdicts are decided and ties are rare.

Hypothesis draws only the seed and the share of gaps: an intake holds hundreds of answers, far more than it would draw
one by one. Failures are replayed by seed; `tests/strategies.py` has the thin intakes that shrink well.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from ipt_formulate.intake import ITEMS, SECTIONS, Intake, Item
from ipt_formulate.intake.types import Choice, Day, Link, Multi, Number, Text, Tri
from tests.strategies import ASSESSED, repaired

CASE_PARTS = ("frame", "episode", "wishes", "clinician", "group", "safety", "isolation")
IDS = {"loss": "ab", "conflict": "cd", "change": "ef", "person": "pq"}


def some_value(item: Item, rng: random.Random, ids: Mapping[str, list[str]]) -> Any:
    """A wire value of an item, or None where there is nothing to say."""
    match item.type:
        case Tri():
            return rng.choice(("yes", "no"))
        case Choice(members):
            return rng.choice(members)
        case Multi(members):
            return {member: rng.choice(("yes", "no", "no")) for member in members}
        case Number(least, most):
            low, high = least or 0, 30 if most is None else most
            return rng.randint(low, min(high, low + 30))
        case Day():
            if rng.random() < 0.5 and item.field not in ("onset", "frame.assessed_on", "episode.onset"):
                return {"before_onset": {"days": rng.randint(0, 500)}}
            return (ASSESSED - timedelta(days=rng.randint(1, 900))).isoformat()
        case Link(to, many):
            named = [one for about in to for one in (["isolation"] if about == "isolation" else ids.get(about, []))]
            if not named or rng.random() < 0.4:
                return "none"
            return [rng.choice(named)] if many else rng.choice(named)
        case Text():
            return None


def dense_intake(seed: int, gaps: float, records: int = 2) -> Intake:
    """A random intake in which each answer is missing with the probability `gaps`."""
    rng = random.Random(seed)
    ids = {about: list(names[: rng.randint(0, records)]) for about, names in IDS.items()}
    wire: dict[str, Any] = {"frame": {"assessed_on": ASSESSED.isoformat()}}
    for name, item in ITEMS["case"].items():
        part, _, field = name.partition(".")
        if rng.random() >= gaps and (value := some_value(item, rng, ids)) is not None:
            wire.setdefault(part, {})[field] = value
    wire["frame"]["assessed_on"] = ASSESSED.isoformat()
    if rng.random() < 0.9:
        wire.setdefault("episode", {})["diagnosis"] = "mdd"
    wire["isolation"] = _answers("isolation", rng, gaps, ids)
    for about, section in SECTIONS.items():
        items = []
        for name in ids[about]:
            others = {**ids, about: [one for one in ids[about] if one != name]}
            items.append({"id": name, **_answers(about, rng, gaps, others)})
        complete = "yes" if rng.random() >= gaps else rng.choice(("no", None))
        wire[section] = {"asked": "yes", **({"complete": complete} if complete else {}), "items": items}
    return Intake.from_dict(repaired(wire))


def _answers(about: str, rng: random.Random, gaps: float, ids: Mapping[str, list[str]]) -> dict[str, Any]:
    found = {}
    for name, item in ITEMS[about].items():
        if rng.random() >= gaps and (value := some_value(item, rng, ids)) is not None:
            found[name] = value
    return found


def dense_pair(seed: int, gaps: float, hidden: float) -> tuple[Intake, Intake]:
    """A random intake with a share of its answers (and completeness marks) hidden, and the intake itself."""
    full = dense_intake(seed, gaps)
    rng = random.Random(seed + 1)
    wire = full.to_dict()
    for part in CASE_PARTS:
        _hide(wire.get(part, {}), rng, hidden)
    wire.setdefault("frame", {})["assessed_on"] = ASSESSED.isoformat()
    for section in SECTIONS.values():
        told = wire.get(section, {})
        if rng.random() < hidden:
            told.pop("complete", None)
        for record in told.get("items", []):
            _hide(record, rng, hidden)
    return Intake.from_dict(repaired(wire)), full


def _hide(answers: dict[str, Any], rng: random.Random, share: float) -> None:
    for name in [*answers]:
        if name not in ("id", "label", "from", "same_event") and rng.random() < share:
            del answers[name]
