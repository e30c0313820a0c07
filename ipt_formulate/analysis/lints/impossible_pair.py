"""Is there evidence for a candidate that cannot exist?

A candidate is a situation with an area: its home area, or one that a rule routes its kind to. Evidence for any other
pair is computed and never read.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ipt_formulate.analysis.lints.conditions import then_path
from ipt_formulate.analysis.lints.lint import Lint, Material, Problem, Severity, in_rule
from ipt_formulate.rulebook import Rule, Rulebook
from ipt_formulate.rulebook import conclusions as c
from ipt_formulate.rulebook.nodes import About


class ImpossiblePair(Lint):
    """A conclusion about a kind of record and an area that are never a candidate together."""

    name: ClassVar[str] = "impossible_pair"
    severity: ClassVar[Severity] = "error"
    says: ClassVar[str] = "a conclusion is about a kind of record and an area that are never a candidate together"

    def of_rule(self, rule: Rule, material: Material) -> Iterator[Problem]:
        """Every conclusion of the rule that is about a candidate."""
        pairs = pairs_of(material.book)
        for index, each in enumerate(rule.conclusions):
            for about, area in _meant(rule, each):
                if (about, area) not in pairs:
                    message = (
                        f"no {about} is ever a candidate for `{area}`: it is no home area, and no rule routes there"
                    )
                    yield in_rule(rule, message, *then_path(rule, index))


def pairs_of(book: Rulebook) -> set[tuple[About, str]]:
    """Every kind of record with every area that it can be a candidate for."""
    homes = {(area.home, area.code) for area in book.areas if area.home is not None}
    return homes | {(rule.about, each.area) for rule, each in book.concluding(c.Routes) if isinstance(each, c.Routes)}


def _meant(rule: Rule, each: c.Conclusion) -> Iterator[tuple[About, str]]:
    match each:
        case c.Supports() | c.Opposes() | c.Excludes() | c.Caps() | c.Floors() | c.Bars():
            yield rule.about, each.area
        case c.Yields():
            yield rule.about, each.area
            yield each.of, each.to
        case _:
            pass
