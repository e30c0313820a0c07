"""What became of each case, and what is there to say about it?

Joins the cases beside the rules and the whole intakes into one run. A case that fails is told with its place and with
the tests that decided; so is every case when somebody wants to see all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ipt_formulate.analysis.cases import cases_of
from ipt_formulate.analysis.deciding import decided_by
from ipt_formulate.analysis.lints.lint import file_of
from ipt_formulate.analysis.places import Places
from ipt_formulate.analysis.whole_cases import run_whole_cases
from ipt_formulate.rulebook import Rule, Rulebook


@dataclass(frozen=True, slots=True)
class Trial:
    """One case that was run: where it stands, what it is called, what is wrong, and what decided."""

    place: str
    name: str
    problems: tuple[str, ...]
    decided: str = ""

    @property
    def passed(self) -> bool:
        """Nothing is wrong."""
        return not self.problems

    def lines(self, *, verbose: bool) -> Iterator[str]:
        """A line for each problem; with `verbose` also for a case that passed."""
        decided = f" <- {self.decided}" if self.decided else ""
        for problem in self.problems:
            yield f"{self.place}: {self.name}: {problem}{decided}"
        if verbose and self.passed:
            yield f"{self.name}: as it says{decided}"


def rule_trials(book: Rulebook, rules: Iterable[Rule], *, decided: bool = False) -> Iterator[Trial]:
    """The cases beside these rules."""
    places = Places(book.folder)
    for rule in rules:
        numbers: dict[str, int] = {}
        for outcome in cases_of(rule, book):
            kind = outcome.case.kind
            number = numbers.setdefault(kind, 0)
            numbers[kind] += 1
            name = f"{rule.id} [{kind}] {outcome.case.name or f'case {number + 1}'}"
            tell = decided or not outcome.passed
            yield Trial(
                place=str(places.at(file_of(rule.id), ("cases", kind, number))) if not outcome.passed else "",
                name=name,
                problems=outcome.problems,
                decided=decided_by(rule, outcome.case, book) if tell else "",
            )


def whole_trials(book: Rulebook) -> Iterator[Trial]:
    """The whole intakes beside the rulebook."""
    for outcome in run_whole_cases(book):
        yield Trial(_shown(outcome.file), f"whole case {outcome.id}", outcome.problems)


def _shown(path: Path) -> str:
    full = path.resolve()
    return str(full.relative_to(Path.cwd())) if full.is_relative_to(Path.cwd()) else str(path)
