"""How does a value of a sign look as plain data, for JSON and for words?

None is "nothing known"; what is known in part is a list of what it may be. Free text of the case never appears: an
answer in own words is shown as "given".
"""

from __future__ import annotations

from datetime import date
from typing import Any

from ipt_formulate.engines.facts import Ids, Value, When
from ipt_formulate.intake.answer import Answer, write_answer
from ipt_formulate.intake.types import AnswerType, Multi, Text
from ipt_formulate.logic.possible import INFINITE, Span
from ipt_formulate.logic.truth import NO, UNKNOWN, YES, word
from ipt_formulate.rulebook import nodes as n
from ipt_formulate.rulebook.vocabulary import SignType

GIVEN = "given"


def shown_answer(type_: AnswerType, answer: Answer[Any]) -> Any:
    """A known answer in its wire form, without source and day; None for one that is missing.

    Of one member of a multi-choice answer it is yes or no.
    """
    if not answer.known:
        return None
    if isinstance(type_, Text):
        return GIVEN
    if isinstance(type_, Multi) and isinstance(answer.value, str):
        return answer.value
    return write_answer(type_, Answer(answer.value, None))


def shown_value(value: Value, type_: SignType) -> Any:
    """What is known of a value: one thing, a list of what it may be, or None."""
    if value is None:
        return None
    if isinstance(value, When):
        return _when(value)
    if isinstance(value, Span):
        return _span(value)
    if isinstance(value, Ids):
        return sorted(value.named) or ("none" if value.closed else None)
    if isinstance(value, frozenset):
        members = [each for each in getattr(type_, "members", ()) if each in value] or sorted(value)
        if len(members) == 1:
            return members[0]
        return None if len(members) == len(getattr(type_, "members", ())) else members
    if isinstance(value, int):
        return None if value == UNKNOWN else word(value)
    told = {member: word(each) for member, each in value.items() if each != UNKNOWN}
    return told or None


def _when(value: When) -> Any:
    first, last = value.span
    if value.frame == "calendar":
        days = [date.fromordinal(each).isoformat() for each in (first, last)]
        return days[0] if first == last else {"from": days[0], "to": days[1]}
    return {value.frame: {"days": first if first == last else [first, last]}}


def _span(value: Span) -> Any:
    if value.least == value.most:
        return value.least
    least = None if value.least <= -INFINITE else value.least
    most = None if value.most >= INFINITE else value.most
    return None if least is None and most is None else {"at_least": least, "at_most": most}


def wanted_by(node: n.Leaf, type_: SignType) -> dict[str, Any]:
    """What a test asks for, as a rule file would write it."""
    match node:
        case n.Says(_, yes):
            return {"is": "yes" if yes else "no"}
        case n.Among(_, values):
            return {"in": [each for each in getattr(type_, "members", ()) if each in values] or sorted(values)}
        case n.Between(_, least, most):
            limits = {"at_least": least, "at_most": most}
            return {name: limit for name, limit in limits.items() if abs(limit) < INFINITE}
        case n.Has(_, how, members):
            return {f"{how}_of": list(members)}
        case n.Names(_, someone):
            return {"names": "someone" if someone else "none"}
        case n.SaidBy(_, source):
            return {"said_by": source}
        case n.Answered(_, yes):
            return {"answered": "yes" if yes else "no"}


def only_members(answer: Any, members: tuple[str, ...]) -> Any:
    """Of a multi-choice answer, what was told of these members, as a table; None if nothing was."""
    if isinstance(answer, list):
        answer = dict.fromkeys(answer, word(YES))
    if isinstance(answer, dict) and answer.get("none") is True:
        answer = dict.fromkeys(members, word(NO))
    if not isinstance(answer, dict):
        return answer
    return {member: told for member, told in answer.items() if member in members} or None
