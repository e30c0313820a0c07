"""Which answers could be otherwise, when somebody asks what would have to change?

States and views that are known. Never a fact, a death or a date, never what another person did, never an answer about
danger, never a rating or a decision of the clinician; and a gap that is filled is no change.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from ipt_formulate.explain.apart import Apart, sign_of
from ipt_formulate.explain.kinds import kinds_of
from ipt_formulate.intake import Answer, AnswerPath, Choice, Day, Intake, Item, Link, Multi, Number, Text, parse_path
from ipt_formulate.intake.answer import write_answer

RATED = frozenset(
    {
        ("case", "episode.diagnosis"),
        ("case", "episode.due_to_illness_or_substance"),
        ("case", "episode.personality_disorder_suspected"),
        ("case", "episode.alliance"),
        ("case", "frame.format"),
        ("case", "wishes.most_feeling"),
        ("loss", "feeling_when_spoken_of"),
        ("conflict", "stuck_because"),
        ("conflict", "kind"),
        ("change", "threat_in_context"),
        ("isolation", "attachment_style"),
        ("isolation", "avoidant_features"),
        ("person", "missing_from_story"),
    }
)
"""What the clinician rates, judges or decides; the part `clinician` besides."""
DONE = frozenset(
    {
        ("conflict", "attempts_led_to"),
        ("conflict", "attempts_in_last_4_weeks"),
        ("conflict", "steps_to_end"),
        ("conflict", "settled_long_ago"),
    }
)
"""What was done, and the intake does not say by whom."""
OWN = {("conflict", "attempts_by"): ("none", "patient_only"), ("conflict", "new_offers_by"): ("none", "patient")}
"""What was done and by whom: between these answers only the person does otherwise."""


@dataclass(frozen=True, slots=True)
class Step:
    """One answer given otherwise.

    `before` and `after` are wire values; `values` holds every answer that would do as well as `after` (the least and
    the most of a number).
    """

    path: str
    item: Item
    before: Any
    after: Any
    values: tuple[Any, ...]


def may_change(item: Item, *, acts: bool = False) -> bool:
    """Can the answer to this question be otherwise at all?

    With `acts` also what was done and when it was last done: not a change, but how a near case could have been told.
    """
    key = (item.about, item.field)
    if item.nature == "fact" or item.safety or isinstance(item.type, Text):
        return False
    if key in RATED or item.field.startswith("clinician."):
        return False
    return acts or not (isinstance(item.type, Day) or key in DONE)


def steps_of(intake: Intake, apart: Apart, *, acts: bool = False) -> Iterator[Step]:
    """Every single change of an intake that the rulebook can notice, one for each kind of answer."""
    for text in intake.paths():
        path = parse_path(text)
        answer = intake.answer(text)
        if answer.known and answer.source != "clinician" and may_change(path.item, acts=acts):
            yield from _otherwise(path, answer, intake, apart, acts=acts)


def _otherwise(path: AnswerPath, answer: Answer[Any], intake: Intake, apart: Apart, *, acts: bool) -> Iterator[Step]:
    item = path.item
    value: Any = answer.value
    before = write_answer(item.type, Answer(value, None))
    match item.type:
        case Multi(members=members):
            noticed = {member for each in apart.sets[sign_of(item)] for member in each}
            for member in members:
                if member in noticed and value[member] != "unknown":
                    other = "no" if value[member] == "yes" else "yes"
                    yield Step(f"{path}.{member}", item, value[member], other, (other,))
        case Link(many=True):
            ids = [kind.values[0] for kind in kinds_of(item, apart, intake, path.id) if kind.wire != "none"]
            for one in ids:
                named = [each for each in value if each != one] if one in value else [*value, one]
                yield Step(str(path), item, before, named or "none", (tuple(named),))
        case _:
            for kind in kinds_of(item, apart, intake, path.id):
                step = Step(str(path), item, before, kind.wire, kind.values)
                if isinstance(item.type, Number):
                    step = replace(step, after=min(max(value, kind.values[0]), kind.values[1]))
                if _differs(step, value, apart) and (acts or _is_own(item, value, step.after)):
                    yield step


def _differs(step: Step, value: Any, apart: Apart) -> bool:
    if isinstance(step.item.type, Choice | Number):
        return bool(apart.seen(step.item, step.after) != apart.seen(step.item, value))
    return bool(step.after != step.before)


def _is_own(item: Item, before: Any, after: Any) -> bool:
    allowed = OWN.get((item.about, item.field))
    return allowed is None or (before in allowed and after in allowed)
