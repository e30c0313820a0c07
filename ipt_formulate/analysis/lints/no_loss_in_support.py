"""Does a rule make a dispute or a transition stronger because no loss is on record?

Adding a death may never open the way for loneliness and isolation. It would, if a dispute or a transition stood only
while no death is recorded: the death would take the support away, and what waits behind those areas would come up. A
rule may read the one death that is *connected* to its own event (K-TRANS-11), never the list of losses.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ipt_formulate.analysis.lints.lint import Lint, Material, Problem, Severity, in_rule
from ipt_formulate.rulebook import Rule, Rulebook
from ipt_formulate.rulebook import conclusions as c
from ipt_formulate.rulebook import nodes as n
from ipt_formulate.rulebook.nodes import Condition, Sign

_AREAS = ("role_dispute", "role_transition")


class NoLossInSupport(Lint):
    """A supporting rule of dispute or transition that says `no loss where`, itself or through a sign."""

    name: ClassVar[str] = "no_loss_in_support"
    severity: ClassVar[Severity] = "error"
    says: ClassVar[str] = "a dispute or a transition gains support because no loss is on record"

    def of_rule(self, rule: Rule, material: Material) -> Iterator[Problem]:
        """Rules that support or floor one of the two areas."""
        lifts = any(isinstance(each, c.Supports | c.Floors) and each.area in _AREAS for each in rule.conclusions)
        if lifts and rule.when is not None:
            through = _missing_loss(rule.when, material.book, (), wanted=True)
            if through is not None:
                by = f" (through the sign `{through[-1].name}`)" if through else ""
                yield in_rule(rule, f"supports the area because no loss is on record{by}", "when")


def _missing_loss(
    node: Condition, book: Rulebook, through: tuple[Sign, ...], *, wanted: bool
) -> tuple[Sign, ...] | None:
    """The signs through which the condition holds because there is no such loss; None if it does not."""
    match node:
        case n.AtLeast(about="loss"):
            return None if wanted else through
        case n.Not(part):
            return _missing_loss(part, book, through, wanted=not wanted)
        case n.Says(sign, yes):
            maker = book.derived.get(sign)
            if maker is None or maker.when is None:
                return None
            return _missing_loss(maker.when, book, (*through, sign), wanted=wanted == yes)
        case _:
            found = (_missing_loss(part, book, through, wanted=wanted) for part in n.children(node))
            return next((each for each in found if each is not None), None)
