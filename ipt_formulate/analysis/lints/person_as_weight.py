"""Does what a person *is* weigh in on the result?

K-RANK-25: age, sex, culture and diagnosis serve prompts and optional areas, never as weight. The lint follows such an
answer through derived signs to every rule that gives evidence, stages, ranks or lets one candidate give way, and
reports the rule that reads the answer itself: that is where a reason has to stand, if there is one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar

from ipt_formulate.analysis.lints.lint import Lint, Material, Problem, Severity, in_rule
from ipt_formulate.analysis.readers import read_by, signs_made
from ipt_formulate.rulebook import Rule, Rulebook
from ipt_formulate.rulebook.nodes import Sign

WEIGHING = frozenset({"evidence", "differential", "stage", "rank"})
WHAT_A_PERSON_IS: Mapping[str, str] = {
    "frame.age_band": "age",
    "frame.perinatal": "a pregnancy or birth",
    "frame.perinatal_kind": "a pregnancy or birth",
    "frame.household_tags": "culture",
    "frame.migrant_or_displaced": "culture",
    "frame.migrated_on": "culture",
    "frame.bipolar_known": "diagnosis",
    "frame.own_serious_illness": "diagnosis",
    "episode.diagnosis": "diagnosis",
    "episode.personality_disorder_suspected": "diagnosis",
}


class PersonAsWeight(Lint):
    """A rule through which age, culture or diagnosis changes evidence, stage, order or what gives way."""

    name: ClassVar[str] = "person_as_weight"
    severity: ClassVar[Severity] = "error"
    says: ClassVar[str] = "age, sex, culture or diagnosis weighs in on the result"

    def of_book(self, material: Material) -> Iterator[Problem]:
        """Every rule that reads such an answer itself and weighs, or makes a sign that reaches one that does."""
        book = material.book
        reached = _weighing_rules(book)
        for rule in book.active:
            kinds = {
                WHAT_A_PERSON_IS[sign.name]
                for sign in read_by(rule, book)
                if sign.about == "case" and sign.name in WHAT_A_PERSON_IS
            }
            if not kinds:
                continue
            names = ", ".join(sorted(kinds))
            if weighs(rule, book):
                yield in_rule(rule, f"{names} changes the result here", "blocks")
            elif through := sorted({name for sign in signs_made(rule, book) for name in reached.get(sign, ())}):
                more = f" and {len(through) - 1} more" if len(through) > 1 else ""
                yield in_rule(rule, f"{names} reaches the result through {through[0]}{more}", "blocks")


def weighs(rule: Rule, book: Rulebook) -> bool:
    """Does the rule change evidence, a stage, the order or what gives way, beyond the optional areas?"""
    optional = {area.code for area in book.areas if area.extra}
    return any(each.stratum in WEIGHING and getattr(each, "area", None) not in optional for each in rule.conclusions)


def _weighing_rules(book: Rulebook) -> dict[Sign, frozenset[str]]:
    """For each sign the rules of weight that read it, directly or through other signs."""
    reached: dict[Sign, set[str]] = {}
    for rule in book.active:
        if weighs(rule, book):
            for sign in read_by(rule, book):
                reached.setdefault(sign, set()).add(rule.id)
    for each in reversed(book.signs):
        for maker in (each.derived_by, *each.presumed_by):
            if maker is not None and each.sign in reached:
                for sign in read_by(maker, book):
                    reached.setdefault(sign, set()).update(reached[each.sign])
    return {sign: frozenset(rules) for sign, rules in reached.items()}
