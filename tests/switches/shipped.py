"""Which whole intakes ship with this library, and what comes of one under some settings?"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from ipt_formulate.analysis.whole_cases import WholeCase, read_whole_case
from ipt_formulate.explain.prose import explanation, markdown, summary
from ipt_formulate.formulation.formulate import conclude
from ipt_formulate.formulation.result import Result
from ipt_formulate.intake import Intake
from ipt_formulate.rulebook import Rulebook

ROOT = Path(__file__).parents[2]
CASES = ROOT / "rules" / "cases"
PAIRS = CASES / "switches"
EXAMPLES = ROOT / "examples" / "cases"


@cache
def book(profile: str = "classic") -> Rulebook:
    """The rulebook under a profile, read once."""
    return Rulebook.load(profile=profile)


@cache
def case(file: Path) -> WholeCase:
    """A case of rules/cases, read once."""
    return read_whole_case(file, book())


def files(first: Path | None = None) -> list[Path]:
    """Every case of rules/cases, those of one folder first."""
    return sorted(CASES.rglob("*.yaml"), key=lambda file: (first is None or first not in file.parents, file))


def examples() -> Iterator[tuple[str, Intake]]:
    """Every intake of examples/cases."""
    for file in sorted(EXAMPLES.rglob("*.yaml")):
        if file.stem != "labels":
            yield file.stem, Intake.from_file(file)


def shown(intake: Intake, used: Rulebook) -> tuple[object, str]:
    """Everything that a reader sees of a result: its data without the receipt, and its three texts.

    The receipt names settings and profile whatever they do, and so does the head of the texts; neither may count.
    """
    result, _ = conclude(intake, used, "reference")
    unnamed = result.model_copy(update={"receipt": result.receipt.model_copy(update={"profile": "any"})})
    words = used.words
    texts = (summary(unnamed, words), explanation(unnamed, words), markdown(unnamed, words))
    return result.model_dump(mode="json", exclude={"receipt"}), "\n".join(texts)


def what_differs(before: tuple[object, str], after: tuple[object, str]) -> str:
    """In which parts two results differ; empty if in none.

    That an area which is on or off is listed at all is no difference; what is found of the areas that both have is.
    """
    data, other = before[0], after[0]
    assert isinstance(data, dict)
    assert isinstance(other, dict)
    both = data["areas"].keys() & other["areas"].keys()
    parts = [part for part in Result.model_fields if part != "areas" and data.get(part) != other.get(part)]
    if any(data["areas"][code] != other["areas"][code] for code in both):
        parts.append("areas")
    if before[1] != after[1] and (parts or data["areas"].keys() == other["areas"].keys()):
        parts.append("text")
    return ", ".join(parts)
