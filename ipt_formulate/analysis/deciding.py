"""Which tests decided the verdict on one case?

Follows a condition down to the tests that its truth hangs on: of an *and* that is no, the parts that are no; of an *or*
that is yes, the parts that are yes; and of what is unknown, the parts that are unknown.
"""

from __future__ import annotations

from collections.abc import Iterator

from ipt_formulate.analysis.cases import placed
from ipt_formulate.engines.facts import Record, View
from ipt_formulate.engines.kleene import truth
from ipt_formulate.intake import IntakeError
from ipt_formulate.logic.truth import Truth, word
from ipt_formulate.rulebook import Case, Rule, Rulebook, RulebookError
from ipt_formulate.rulebook import nodes as n
from ipt_formulate.rulebook.nodes import Condition


def deciding(node: Condition, record: Record, view: View) -> tuple[tuple[str, Truth], ...]:
    """The tests that decided, each as `block: sign` with its truth.

    A part about other records counts as one test; whether the list is complete is part of it.
    """
    return tuple(dict.fromkeys(_deciding(node, record, view, "")))


def decided_by(rule: Rule, case: Case, book: Rulebook) -> str:
    """The verdict of a rule on one of its cases and the tests that decided it, in one line.

    Empty for a sign that a primitive gives, and for a case that cannot be built.
    """
    try:
        record, view = placed(rule, case, book)
    except (IntakeError, RulebookError):
        return ""
    if rule.when is None:
        return ""
    tests = ", ".join(f"{test} {word(told)}" for test, told in deciding(rule.when, record, view))
    return f"{word(truth(rule.when, record, view))}: {tests}"


def _deciding(node: Condition, record: Record, view: View, block: str) -> Iterator[tuple[str, Truth]]:
    found = truth(node, record, view)
    match node:
        case n.AllOf(parts) | n.AnyOf(parts):
            # Of an `and` that is yes, and of an `or` that is no, every part has the truth of the whole.
            for part in parts:
                if truth(part, record, view) == found:
                    yield from _deciding(part, record, view, block)
        case n.Not(part):
            yield from _deciding(part, record, view, block)
        case n.Block(name, part):
            yield from _deciding(part, record, view, name)
        case n.Exemption(rule, part):
            yield from _deciding(part, record, view, rule)
        case n.AtLeast() | n.Connected():
            names = [each.name for each in n.walk(node) if isinstance(each, n.Block)]
            yield f"{', '.join(names)}: {node.about}", found
        case n.Linked(sign):
            names = [each.name for each in n.walk(node) if isinstance(each, n.Block)]
            yield f"{', '.join(names)}: {sign.name}", found
        case _:
            yield f"{block}: {node.sign.name}" if block else node.sign.name, found
