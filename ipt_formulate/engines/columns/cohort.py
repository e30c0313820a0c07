"""What does a cohort look like while the rules run: which frames, with which signs on them so far?

A `Part` is the table of one kind of record, recorded ones or those that rules made. Signs of the case are joined to the
records that read them once they are known (`lift`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import narwhals.stable.v2 as nw

from ipt_formulate.engines.columns.conditions import Conditions
from ipt_formulate.engines.columns.encoding import CASE, columns_of, plain, presumed, source, target
from ipt_formulate.engines.columns.frames import CASE_KEY, Frame, settled
from ipt_formulate.engines.columns.plan import Plan
from ipt_formulate.intake.types import Link
from ipt_formulate.rulebook.nodes import About, Condition, Sign


@dataclass(slots=True)
class Part:
    """The table of one kind of record, with the signs of the case that were joined to it.

    `again`: records that are a situation which a rule would make, whose signs are therefore derived once more.
    """

    about: About
    frame: Frame
    lifted: set[str] = field(default_factory=set)
    again: bool = False


@dataclass(slots=True)
class Cohort:
    """Every table of a cohort: recorded situations, and those that rules made from them."""

    plan: Plan
    real: dict[About, Part]
    slots: dict[tuple[About, str], int]
    made: dict[About, Part] = field(default_factory=dict)
    again: dict[About, Part] = field(default_factory=dict)
    done: set[Sign] = field(default_factory=set)
    contradictable: dict[About, set[str]] = field(default_factory=dict)

    def parts(self, about: About) -> list[Part]:
        """All tables of a kind of record."""
        return [self.real[about], *(more[about] for more in (self.again, self.made) if about in more)]

    def conditions(
        self, about: About, quantified: Mapping[Condition, str] | None = None, *, shown: bool = False
    ) -> Conditions:
        """Conditions about a kind of record in one pass."""
        touched = self.plan.touched if shown else frozenset()
        return Conditions(about, self.plan.vocabulary, quantified, touched=touched, settings=self.plan.book.settings)

    def columns_of(self, sign: Sign) -> list[str]:
        """Every column that holds something about a sign, both passes."""
        type_ = self.plan.vocabulary.type_of(sign)
        columns = list(columns_of(sign.name, type_))
        if isinstance(type_, Link):
            columns += link_columns(sign.name, self.slots[sign.about, sign.name])[1:]
        if sign in self.plan.touched and sign in self.done:
            columns += columns_of(presumed(sign.name), type_)
        if sign in self.plan.sources:
            columns.append(source(sign.name))
        return columns

    def lift(self, part: Part, signs: Iterable[Sign] | None = None) -> None:
        """Join the signs of the case that rules about this kind read, as far as they are known by now."""
        if part.about == "case":
            return
        case = self.real["case"]
        wanted = self.plan.case_signs[part.about] if signs is None else signs
        derived = {each.sign for each in self.plan.signs}
        known = [sign for sign in wanted if sign in self.done or sign not in derived]
        columns = [name for sign in known for name in self.columns_of(sign) if name not in part.lifted]
        if not columns:
            return
        case.frame = settled(case.frame)
        chosen = [nw.col(name).alias(CASE + name) for name in columns]
        part.frame = part.frame.join(case.frame.select(CASE_KEY, *chosen), on=[CASE_KEY], how="inner")
        part.lifted |= set(columns)


def link_columns(name: str, slots: int) -> list[str]:
    """The columns of a link: whether it names somebody, and whom."""
    return [plain(name), *(target(name, slot) for slot in range(1, slots + 1))]
