"""How does everything wrong with an intake become one list of faults, each with its place?

Pydantic says where reading failed; this turns that into our codes, paths and expectations. Values go nowhere but
into ``details``. When some answers cannot be read, the rest is still checked as a whole, so that one run reports all.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ValidationError

from ipt_formulate.intake.checks import shown
from ipt_formulate.intake.item import Record
from ipt_formulate.intake.items import SECTIONS
from ipt_formulate.intake.types import Misread
from ipt_formulate.reading import Document, Fault, FaultyInput, nearest

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

Steps = tuple[str | int, ...]


class IntakeError(FaultyInput):
    """An intake that cannot be read; ``faults`` lists everything wrong with it."""


def fault_of(misread: Misread, data: Any = None, document: Document | None = None) -> Fault:
    """The fault for one misread, with its place in ``document`` if there is one."""
    place = None
    if document is not None:
        place = document.place_of(_wire_steps(misread.steps, data), key=misread.code == "A101")
    path = shown(_readable(misread))
    return Fault(misread.code, path, misread.message, place, misread.expected, misread.nearest, misread.details)


def misreads_of(error: ValidationError, model: type[BaseModel]) -> Iterator[Misread]:
    """Our misreads for everything pydantic found, with steps from the intake on."""
    for found in error.errors(include_url=False):
        if found["type"] == "misread":
            for one in found["ctx"]["misreads"]:
                steps = (*found["loc"], *one.steps)
                yield Misread(one.code, one.message, one.expected, one.nearest, one.details, steps)
        else:
            yield _translated(found, model)


def without(data: Mapping[str, Any], misreads: Sequence[Misread]) -> tuple[dict[str, Any], bool]:
    """A copy of ``data`` without the answers that could not be read, and whether any id was among them.

    A record whose id could not be read keeps its place under a stand-in, so that the steps to its answers stay right.
    """
    kept = copy.deepcopy(dict(data))
    ids_unreadable = False
    for number, steps in enumerate(dict.fromkeys(_wire_steps(one.steps, data) for one in misreads)):
        holder, name = _answer_at(kept, steps)
        stand_in = {"id": f"unreadable-{number}"}
        if isinstance(holder, list) and isinstance(name, int):
            holder[name] = stand_in
            ids_unreadable = True
        elif isinstance(holder, dict) and name == "id":
            holder.update(stand_in)
            ids_unreadable = True
        elif isinstance(holder, dict):
            holder.pop(name, None)
    return kept, ids_unreadable


def _answer_at(data: dict[str, Any], steps: Steps) -> tuple[Any, str | int]:
    """The map or list that holds the whole answer (or record, or part) in which ``steps`` end, and its name there."""
    holder: Any = data
    depth = 0
    if steps[0] in SECTIONS.values():
        # Down to the field of a record; what lies deeper is part of one answer.
        while depth < len(steps) - 1 and (steps[depth] in (steps[0], "items") or isinstance(steps[depth], int)):
            holder = _at(holder, steps[depth])
            depth += 1
            if isinstance(steps[depth - 1], int):
                break
    elif steps[0] != "decisions" and len(steps) > 1:
        holder, depth = holder.get(steps[0]), 1
    return holder, steps[depth]


def _wire_steps(steps: Steps, data: Any) -> Steps:
    """The same steps in the file, where a section may be written as a bare list."""
    found: list[str | int] = []
    for step in steps:
        if step == "items" and isinstance(data, list | tuple):
            continue
        found.append(step)
        data = _at(data, step)
    return tuple(found)


def _at(data: Any, step: str | int) -> Any:
    if isinstance(data, Mapping):
        return data.get(step)
    inside = isinstance(data, list | tuple) and isinstance(step, int) and step < len(data)
    return data[step] if inside else None


def _readable(misread: Misread) -> Steps:
    """Steps without a key we do not know: it may be anything, so it is named only when it is close to a known one."""
    if misread.code == "A101" and misread.nearest is None:
        return (*misread.steps[:-1], "?")
    return misread.steps


def _translated(found: ErrorDetails, model: type[BaseModel]) -> Misread:
    steps = found["loc"]
    details = repr(found["input"])[:200]
    match found["type"]:
        case "extra_forbidden":
            names = _names_at(model, steps[:-1])
            close = nearest(str(steps[-1]), names)
            return Misread("A101", "is no field of the intake", None, close, repr(steps[-1]), steps)
        case "invalid_key":
            return Misread("A101", "is no field of the intake", "a name", None, repr(steps[-1]), steps)
        case "missing":
            return Misread("A114", "is missing", steps=steps)
        case "string_pattern_mismatch":
            expected = "a small letter, then small letters, digits, - or _, at most 40 in all"
            return Misread("A110", "is not an id", expected, None, details, steps)
        case "string_type":
            return Misread("A102", "holds no text", "text (put it in quotes)", None, details, steps)
        case "string_too_short" | "too_short":
            return Misread("A102", "is empty", "some text, or leave it out", None, details, steps)
        case "string_too_long" | "too_long":
            return Misread("A103", "is too long", "at most 200 characters", None, details, steps)
        case "tuple_type":
            return Misread("A102", "is no list", "a list", None, details, steps)
        case "model_type" | "model_attributes_type" | "dict_type":
            return Misread("A102", "is no group of answers", "a map of fields", None, details, steps)
        case _:
            return Misread("A102", "cannot be read", None, None, details, steps)


def _names_at(model: type[BaseModel], steps: Steps) -> list[str]:
    """The field names that may stand where ``steps`` lead."""
    current: Any = model
    for step in steps:
        if isinstance(step, str) and step in current.model_fields:
            current = _record_in(current.model_fields[step].annotation) or current
    return [info.alias or name for name, info in current.model_fields.items()]


def _record_in(annotation: Any) -> type[Record] | None:
    if isinstance(annotation, type) and issubclass(annotation, Record):
        return annotation
    for inner in getattr(annotation, "__args__", ()):
        found = _record_in(inner)
        if found:
            return found
    return None
