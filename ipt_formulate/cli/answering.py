"""How is a line that somebody typed read as the answer to a question?

Takes numbers and names, with the nearest right name for a misspelt one. What cannot be an answer is refused with what
can; nothing is guessed, and a line is never repeated in a message.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ipt_formulate.explain.questions import OpenQuestion
from ipt_formulate.explain.words import Words, value_word, word
from ipt_formulate.intake import Choice, Day, Intake, Link, Multi, Number, Text, Tri, parse_path
from ipt_formulate.intake.situation import ISOLATION
from ipt_formulate.reading import nearest

YES, NO, NONE = "yes", "no", "none"
UNKNOWN = {"d": "do_not_know", "r": "declined"}
HELP = "Enter: leave open. d: nobody knows. r: would rather not say. b: back. q: stop. ?: this help."


class NoAnswer(ValueError):
    """A line that is no answer to the question; its text says what would be."""


@dataclass(frozen=True, slots=True)
class Option:
    """One answer that can be picked: its number, what is written, and its words."""

    wire: str
    words: str


def options_of(asked: OpenQuestion, intake: Intake, words: Words, names: dict[str, str]) -> list[Option]:
    """The answers that can be picked by number; none where something has to be typed.

    `names` has the name of each record by its id.
    """
    path = parse_path(asked.path)
    sign = path.item.field
    match path.item.type:
        case Tri():
            return [Option(each, word(words, "truths", each)) for each in (YES, NO)]
        case Choice(members=members):
            return [Option(each, value_word(words, sign, each)) for each in members]
        case Multi():
            return [Option(each, value_word(words, sign, each)) for each in asked.members]
        case Link(to=to):
            ids = [one for about in to for one in _ids(about, intake) if one != path.id]
            return [*(Option(one, names.get(one, one)) for one in ids), Option(NONE, word(words, "phrases", "none"))]
    return []


def _ids(about: str, intake: Intake) -> list[str]:
    return [ISOLATION] if about == ISOLATION else [each.id for each in intake.records(about)]


def hint_of(asked: OpenQuestion) -> str:
    """How the question is to be answered."""
    match parse_path(asked.path).item.type:
        case Tri():
            return "y or n"
        case Choice():
            return "one number"
        case Multi():
            return "numbers, separated by commas; those not named are no; 0: none of them"
        case Link(many=many):
            return "numbers, separated by commas" if many else "one number"
        case Number(least=least, most=most, unit=unit):
            reach = f"from {least if least is not None else 0}" + (f" to {most}" if most is not None else "")
            return f"a whole number {reach}" + (f" ({unit})" if unit else "")
        case Day():
            return "2026, 2026-03, 2026-03-14, or such as: 40 days before onset, about 2 years before assessment"
        case _:
            return "in own words"


def read_answer(line: str, asked: OpenQuestion, options: Sequence[Option]) -> dict[str, Any]:
    """The wire values by path that a line stands for.

    Raises
    ------
    NoAnswer
        If it cannot be an answer.
    """
    text = line.strip()
    path = asked.path
    item = parse_path(path).item.type
    if text.lower() in UNKNOWN:
        if asked.unknown is None:
            raise NoAnswer("part of this is answered already; leave the rest open with Enter")
        return {path: {"unknown": UNKNOWN[text.lower()]}}
    match item:
        case Tri():
            said = {"y": YES, "n": NO, "1": YES, "2": NO, YES: YES, NO: NO}.get(text.lower())
            if said is None:
                raise NoAnswer(f"{hint_of(asked)} is wanted here")
            return {path: said}
        case Choice():
            return {path: _picked(text, options)}
        case Multi():
            chosen = [] if text in ("0", NONE) else [_picked(each, options) for each in _parts(text)]
            return {f"{path}.{each.wire}": YES if each.wire in chosen else NO for each in options}
        case Link(many=many):
            picked = [_picked(each, options) for each in _parts(text)]
            if (not many and len(picked) > 1) or (NONE in picked and len(picked) > 1):
                raise NoAnswer("one number is wanted here")
            return {path: picked if many and picked != [NONE] else picked[0]}
        case Number(least=least, most=most):
            if not re.fullmatch(r"-?[0-9]{1,6}", text):
                raise NoAnswer(f"{hint_of(asked)} is wanted here")
            number = int(text)
            if (least is not None and number < least) or (most is not None and number > most):
                raise NoAnswer(f"{hint_of(asked)} is wanted here")
            return {path: number}
        case Day():
            from ipt_formulate.cohort.days import day_to_wire

            return {path: day_to_wire(" ".join(text.split()))}
        case Text():
            return {path: line.strip()}
    raise TypeError(f"no way to answer {type(item).__name__}")


def _parts(text: str) -> list[str]:
    parts = [each for each in re.split(r"[,\s]+", text) if each]
    if not parts:
        raise NoAnswer("a number is wanted here")
    return parts


def _picked(text: str, options: Sequence[Option]) -> str:
    if re.fullmatch(r"[0-9]{1,4}", text) and 1 <= int(text) <= len(options):
        return options[int(text) - 1].wire
    wires = [each.wire for each in options]
    if text in wires:
        return text
    near = nearest(text, wires)
    raise NoAnswer(f"a number from 1 to {len(options)} is wanted here" + (f"; did you mean {near}?" if near else ""))
