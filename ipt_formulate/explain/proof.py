"""Is there any further answer under which another one changes an aspect of the result? z3 is asked.

The formulae of an aspect are written twice, with other variables for the one answer, and the solver looks for a
difference. If it finds none there is none. What it finds is only proposed: the formulae may hold a little more than can
be (`explain/outlook.py`), so that it has to be tried.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator
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
"""What the solver may spend on one question, in its own measure, so that it gives up at the same point everywhere."""


class Question:
    """One aspect of the result of one case, as formulae over its missing answers."""

    def __init__(self, outlook: Outlook, formulae: Iterable[Formula]) -> None:
        self.outlook = outlook
        told = [each for each in dict.fromkeys(formulae) if not isinstance(each, bool)]
        allowed = [z3.Not(each) for each in outlook.forbidden if not isinstance(each, bool)]
        self.whole = z3.And([*told, *allowed])
        self.number = len(told)
        self.kinds = {variable.decl().name() for kinds in outlook.choices.values() for variable, _ in kinds}

    def proposals(self, path: str) -> Iterator[tuple[dict[str, Any], frozenset[str]] | None]:
        """Further answers beside which this one may make a difference, and the answers that these leave to draw.

        None, as the first and only one, if there are none for certain; nothing more where the solver gives up.
        """
        variables = self.outlook.variables.get(path, ())
        again = z3.substitute(self.whole, *((each, z3.FreshBool()) for each in variables)) if variables else self.whole
        pairs = [*zip(self.whole.children(), again.children(), strict=True)]
        differ = [one != other for one, other in pairs[: self.number] if not one.eq(other)]
        if not differ:
            yield None
            return
        solver = z3.SimpleSolver()
        solver.set("rlimit", PATIENCE)
        solver.add(z3.Or(differ))
        # Neither of the two contradicts itself.
        solver.add([each for pair in pairs[self.number :] for each in pair])
        told = solver.check()
        if told == z3.unsat:
            yield None
        own = {variable.decl().name() for variable in variables}
        while told == z3.sat:
            model = solver.model()
            holding = {each.name(): each for each in model.decls() if z3.is_true(model[each])}
            yield self._answers(path, holding)
            chosen = [each() for name, each in holding.items() if name in self.kinds and name not in own]
            if not chosen:
                return
            solver.add(z3.Or([z3.Not(each) for each in chosen]))
            told = solver.check()

    def _answers(self, path: str, holding: Container[str]) -> tuple[dict[str, Any], frozenset[str]]:
        """The answers for which some variables hold."""
        answers: dict[str, Any] = {}
        loose: set[str] = set()
        for other, names in self._names.items():
            if other == path or not any(name in holding for name in names):
                continue
            kinds = self.outlook.choices.get(other, [])
            told = [wire for variable, wire in kinds if variable.decl().name() in holding]
            if not told:
                loose.add(other)
            elif other in self.outlook.many:
                answers[other] = "none" if told[0] == "none" else told
            else:
                answers[other] = told[0]
        return answers, frozenset(loose)

    @cached_property
    def _names(self) -> dict[str, list[str]]:
        return {path: [each.decl().name() for each in told] for path, told in self.outlook.variables.items()}


def questions(
    work: Work, hanging: Hanging, missing: Iterable[str], wanted: frozenset[Aspect]
) -> Iterator[tuple[Aspect, Question]]:
    """The aspects of the result of a case, as far as they can be worked out."""
    outlook = Outlook(work, hanging, missing)
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
