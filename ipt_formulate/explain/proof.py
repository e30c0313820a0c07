"""Is there any further answer under which another one changes an aspect of the result? z3 is asked.

The formulae of an aspect are written twice, with other variables for the one answer, and the solver looks for a
difference. If it finds none there is none. What it finds is only proposed: the formulae may hold a little more than can
be (`explain/outlook.py`), so that it has to be tried.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

import z3

from ipt_formulate.explain.foreseen import Stands, flags, stages, standings
from ipt_formulate.explain.foreseen_focus import FocusForeseen
from ipt_formulate.explain.guarded import Formula, TooWide
from ipt_formulate.explain.hanging import Hanging
from ipt_formulate.explain.outlook import Outlook
from ipt_formulate.explain.relevance import Aspect
from ipt_formulate.formulation.formulate import Work

PATIENCE = 2_000_000
GLANCE = 100_000
"""What the solver may spend on one question, in its own measure, so that it gives up at the same point everywhere."""


class Question:
    """One aspect of the result of one case, as formulae over its missing answers."""

    def __init__(self, outlook: Outlook, formulae: Iterable[Formula]) -> None:
        self.outlook = outlook
        told = [each for each in dict.fromkeys(formulae) if not isinstance(each, bool)]
        allowed = [z3.Not(each) for each in outlook.forbidden if not isinstance(each, bool)]
        self.whole = z3.And([*told, *allowed])
        self.number = len(told)
        self.told = {
            variable.decl().name()
            for several in (outlook.choices, outlook.sources)
            for told in several.values()
            for variable, _ in told
        }

    def rules_out(self, path: str, patience: int = PATIENCE) -> bool:
        """Is there certainly no further answer beside which this one makes a difference? No where it is too hard."""
        solver = self._asked(path, patience)
        return solver is None or solver.check() == z3.unsat

    def proposals(self, path: str) -> Iterator[tuple[dict[str, Any], frozenset[str]] | None]:
        """Further answers beside which this one may make a difference, and the answers that these leave to draw.

        None, as the first and only one, if there are none for certain; nothing more where the solver gives up.
        """
        solver = self._asked(path)
        if solver is None or (told := solver.check()) == z3.unsat:
            yield None
            return
        own = {variable.decl().name() for variable in self.outlook.variables.get(path, ())}
        while told == z3.sat:
            model = solver.model()
            holding = {each.name(): each for each in model.decls() if z3.is_true(model[each])}
            yield self._answers(path, holding)
            chosen = [each() for name, each in holding.items() if name in self.told and name not in own]
            if not chosen:
                return
            solver.add(z3.Or([z3.Not(each) for each in chosen]))
            told = solver.check()

    def _asked(self, path: str, patience: int = PATIENCE) -> z3.Solver | None:
        """A solver for two answers that differ, beside the same further answers; None if nothing can differ."""
        variables = self.outlook.variables.get(path, ())
        again = z3.substitute(self.whole, *((each, z3.FreshBool()) for each in variables)) if variables else self.whole
        pairs = [*zip(self.whole.children(), again.children(), strict=True)]
        differ = [one != other for one, other in pairs[: self.number] if not one.eq(other)]
        if not differ:
            return None
        solver = z3.SimpleSolver()
        solver.set("rlimit", patience)
        solver.set("phase_selection", 0)  # few answers rather than many
        solver.add(z3.Or(differ))
        # Neither of the two contradicts itself.
        solver.add([each for pair in pairs[self.number :] for each in pair])
        return solver

    def _answers(self, path: str, holding: Container[str]) -> tuple[dict[str, Any], frozenset[str]]:
        """The answers for which some variables hold."""
        answers: dict[str, Any] = {}
        loose: set[str] = set()
        for other, names in self._names.items():
            if other == path or not any(name in holding for name in names):
                continue
            told = _chosen(self.outlook.choices.get(other, []), holding)
            by = _chosen(self.outlook.sources.get(other, []), holding)
            if not told:
                if any(name in holding and name not in self.told for name in names):
                    loose.add(other)
            elif other in self.outlook.many:
                answers[other] = "none" if told[0] == "none" else told
            else:
                answers[other] = {"value": told[0], "source": by[0]} if by else told[0]
        return answers, frozenset(loose)

    @cached_property
    def _names(self) -> dict[str, list[str]]:
        return {path: [each.decl().name() for each in told] for path, told in self.outlook.variables.items()}


def _chosen(told: Iterable[tuple[Formula, Any]], holding: Container[str]) -> list[Any]:
    return [each for variable, each in told if variable.decl().name() in holding]


def questions(
    work: Work,
    hanging: Hanging,
    missing: Iterable[str],
    wanted: frozenset[Aspect],
    days: Mapping[str, Sequence[Any]] | None = None,
) -> Iterator[tuple[Aspect, Question]]:
    """The aspects of the result of a case, as far as they can be worked out; with `days`, for these days only."""
    outlook = Outlook(work, hanging, missing, days)
    try:
        stands = [Stands(each, outlook) for each in work.contest.order]
    except TooWide:
        return
    made: dict[Aspect, Callable[[], Iterator[Formula]]] = {
        "flag": lambda: flags(outlook),
        "stage": lambda: stages(stands, outlook),
        "standing": lambda: standings(stands, outlook),
        "focus": lambda: FocusForeseen(stands, outlook).formulae(),
    }
    for aspect, formulae in made.items():
        if aspect in wanted:
            try:
                yield aspect, Question(outlook, list(formulae()))
            except TooWide:
                continue
