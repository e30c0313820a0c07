"""What was told of a case, in words and without any verdict?

For somebody who is to judge it before the engine does: every answer that was given, under the person's own labels, each
with a number to point at. Free text stands as it was told, escaped. Left out is what would give a verdict away: the
clinician's rating and decisions, every flag, and everything that rules made.
"""

from __future__ import annotations

from collections.abc import Iterator

from ipt_formulate.explain.background import background
from ipt_formulate.explain.differences import Frozen
from ipt_formulate.explain.explanations import Explained, TextFormat
from ipt_formulate.explain.shown import shown_answer
from ipt_formulate.formulation.formulate import Work
from ipt_formulate.formulation.patching import ABOUT
from ipt_formulate.intake import AnswerPath, Text, parse_path

VERDICTS = ("clinician",)
"""Parts of an intake that hold a verdict."""


class Fact(Frozen):
    """One answer, by number and path; `answer` in wire form, None for one that is missing for the reason `unknown`."""

    number: int
    path: str
    answer: object
    unknown: str | None = None


class FactGroup(Frozen):
    """The answers of one part of the intake, or about one record (its key)."""

    part: str
    record: str | None
    facts: tuple[Fact, ...]


class CaseSheet(Explained):
    """A case as it was told.

    `vignette` is a story of it, where there is one. What is not in `groups` was not asked.
    """

    case: str
    vignette: str | None = None
    groups: tuple[FactGroup, ...]

    def facts(self) -> dict[int, Fact]:
        """Every fact by its number."""
        return {fact.number: fact for group in self.groups for fact in group.facts}

    def paths(self) -> tuple[str, ...]:
        """The paths of the answers that are named."""
        return tuple(fact.path for fact in self.facts().values())

    def in_words(self, *, format: TextFormat = "text") -> str:
        """In sentences: ``text`` in 80 columns, or ``md``."""
        from ipt_formulate.explain.prose import case_sheet_text

        return case_sheet_text(self, format=format)


def case_sheet(case: str, work: Work, vignette: str | None = None) -> CaseSheet:
    """The sheet of a case."""
    groups: dict[tuple[str, str | None], list[Fact]] = {}
    for number, (path, fact) in enumerate(_told(work), 1):
        record = f"{ABOUT[path.part]}:{path.id}" if path.id else None
        groups.setdefault((path.part, record), []).append(fact.model_copy(update={"number": number}))
    found = CaseSheet(
        case=case,
        vignette=vignette,
        groups=tuple(
            FactGroup(part=part, record=record, facts=tuple(facts)) for (part, record), facts in groups.items()
        ),
        **background(work, flags=()),
    )
    found._words = work.book.words
    return found


def _told(work: Work) -> Iterator[tuple[AnswerPath, Fact]]:
    for text in work.intake.paths():
        path, answer = parse_path(text), work.intake.answer(text)
        if path.part in VERDICTS or (not answer.known and answer.unknown == "not_asked"):
            continue
        told = answer.value if isinstance(path.item.type, Text) else shown_answer(path.item.type, answer)
        yield path, Fact(number=0, path=text, answer=told, unknown=answer.unknown)
