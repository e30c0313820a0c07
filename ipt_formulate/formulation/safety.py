"""Which flags stand above the ranking, and what of safety was not asked?

Safety rules alone may fire on what is unknown, and only towards caution. Flags never change the ranking: no rule of
an earlier stratum can read one.
"""

from __future__ import annotations

from collections.abc import Iterator

from ipt_formulate.engines.facts import Record, View
from ipt_formulate.engines.kleene import truth
from ipt_formulate.engines.signs import Situations
from ipt_formulate.formulation.result import Flag
from ipt_formulate.formulation.wording import Names
from ipt_formulate.intake import ITEMS, Intake
from ipt_formulate.logic.truth import NO, YES, Truth
from ipt_formulate.rulebook import Rule, Rulebook
from ipt_formulate.rulebook import conclusions as c
from ipt_formulate.rulebook import nodes as n
from ipt_formulate.rulebook.loading import inputs_of
from ipt_formulate.rulebook.nodes import Condition, Sign

LEVELS = ("emergency", "urgent", "review", "clinical")


def flags_of(case: Situations, names: Names, book: Rulebook) -> tuple[Flag, ...]:
    """Every flag, gravest first; several reasons for the same flag at the same level are one flag."""
    found: dict[tuple[str, str], list[tuple[str, Rule, Record]]] = {}
    for flag, level, certainty, rule, record in raised(case, book):
        found.setdefault((flag, level), []).append((certainty, rule, record))
    flags = [
        Flag(
            id=flag,
            level=level,  # type: ignore[arg-type]
            certainty="certain" if any(certainty == "certain" for certainty, _, _ in reasons) else "possible",
            because=tuple(dict.fromkeys(names.fill(rule.because, record) for _, rule, record in reasons)),
            rules=tuple(dict.fromkeys(rule.id for _, rule, _ in reasons)),
            records=tuple(dict.fromkeys(record.id for _, _, record in reasons)),
            requires_acknowledgement=level == "emergency",
        )
        for (flag, level), reasons in found.items()
    ]
    return tuple(sorted(flags, key=lambda flag: (LEVELS.index(flag.level), flag.certainty, flag.id)))


def raised(case: Situations, book: Rulebook) -> Iterator[tuple[str, str, str, Rule, Record]]:
    """Flag, level, certainty, rule and record of every safety rule that raises one."""
    for rule, each in book.concluding(c.Flags):
        assert isinstance(each, c.Flags) and rule.when is not None
        for strict, presumed in zip(case.strict.of(rule.about), case.presumed.of(rule.about), strict=True):
            certainty = _certainty(rule, each, strict, presumed, case, book)
            if certainty is not None:
                yield each.flag, each.level, certainty, rule, strict


def _certainty(
    rule: Rule, flag: c.Flags, strict: Record, presumed: Record, case: Situations, book: Rulebook
) -> str | None:
    assert rule.when is not None
    now = min(truth(rule.when, strict, case.strict), strict.exists)
    if now == YES:
        return "certain"
    if now == NO:
        return None
    if flag.on_unknown:
        return "possible"
    if flag.level == "clinical":
        return "possible" if min(truth(rule.when, presumed, case.presumed), presumed.exists) == YES else None
    return "possible" if _danger_told(rule.when, strict, case.strict, book, expected=True) else None


def _danger_told(node: Condition, record: Record, view: View, book: Rulebook, *, expected: bool) -> bool:
    """Is some leaf about safety known, on the side that would raise the flag, where it still can raise it?"""
    if truth(node, record, view) == (NO if expected else YES):
        return False  # this part is ruled out by something else that is known
    if isinstance(node, n.Not):
        return _danger_told(node.part, record, view, book, expected=not expected)
    if isinstance(node, n.Answered):
        return False  # that nobody asked is no sign of danger by itself
    if isinstance(node, n.LEAVES):
        told: Truth = YES if expected else NO
        return truth(node, record, view) == told and is_about_safety(node.sign, book)
    if isinstance(node, n.QUANTIFIED):
        return any(_danger_told(node.part, each, view, book, expected=expected) for each in view.of(node.about))
    return any(_danger_told(part, record, view, book, expected=expected) for part in n.children(node))


def is_about_safety(sign: Sign, book: Rulebook) -> bool:
    """Is the sign a safety item, or derived from one?"""
    item = ITEMS[sign.about].get(sign.name)
    if item is not None:
        return item.safety
    maker = book.derived.get(sign)
    return maker is not None and any(
        is_about_safety(read, book) for read in inputs_of(maker, maker.about, book.vocabulary) if read != sign
    )


def safety_unasked(intake: Intake, case: Situations) -> tuple[str, ...]:
    """The paths of safety items in the minimum set of which nothing is known."""
    paths = [
        name
        for name, item in ITEMS["case"].items()
        if name.startswith("safety.") and item.minimum and not item.read(intake).known
    ]
    for conflict in intake.conflicts.items:
        paths += [
            f"conflicts[{conflict.id}].{name}"
            for name, item in ITEMS["conflict"].items()
            if item.safety and item.minimum and not item.read(conflict).known
        ]
    return tuple(paths)
