"""Which cases do the tests of explanations take apart, and which single answers do they change?"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from ipt_formulate.analysis.whole_cases import read_whole_case
from ipt_formulate.intake import Intake, IntakeError
from ipt_formulate.intake.types import Choice, Multi, Number, Tri
from ipt_formulate.rulebook import Rulebook

ROOT = Path(__file__).parents[2]


@cache
def book() -> Rulebook:
    """The shipped rulebook."""
    return Rulebook.load()


@cache
def cases() -> dict[str, Intake]:
    """The golden cases, and the examples with the published ones among them."""
    golden = sorted((ROOT / "rules" / "cases" / "golden").glob("*.yaml"))
    found = {file.stem: read_whole_case(file, book()).intake for file in golden}
    for file in sorted((ROOT / "examples" / "cases").rglob("*.yaml")):
        if file.name != "labels.yaml":
            found[file.stem] = Intake.from_file(file)
    return found


def known_paths(intake: Intake) -> Iterator[str]:
    """The paths of the answers that are known."""
    for path in intake.paths():
        if intake.answer(path).known:
            yield path


def mutants(intake: Intake, path: str) -> Iterator[Intake]:
    """The intake with this one answer made unknown, and with a few other values."""
    for value in (None, *_others(intake, path)):
        try:
            yield intake.with_answers({path: value})
        except IntakeError:
            continue  # the other answers do not allow it: a year that ends before it begins


def _others(intake: Intake, path: str) -> list[Any]:
    from ipt_formulate.intake import parse_path

    answer, type_ = intake.answer(path).value, parse_path(path).item.type
    match type_:
        case Tri():
            return ["no" if answer == "yes" else "yes"]
        case Choice(members=members):
            at = members.index(answer)
            return [members[(at + 1) % len(members)], members[at - 1]]
        case Number(least=least, most=most):
            ends = [0 if least is None else least, 4 if most is None else most]
            return [end for end in ends if end != answer]
        case Multi():
            told = {member: word for member, word in answer.items() if word != "unknown"}
            first = next(iter(told))
            return [{"none": True}, {**told, first: "no" if told[first] == "yes" else "yes"}]
    return []
