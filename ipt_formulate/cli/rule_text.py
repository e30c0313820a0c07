"""How is one rule printed on a terminal of 80 columns?"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from ipt_formulate.analysis.card import Card
from ipt_formulate.analysis.pages import on_one_line
from ipt_formulate.analysis.written import written

WIDTH = 80


def card_text(card: Card) -> str:
    """The card of a rule as text; control characters in it cannot act."""
    return "\n".join(_lines(card)) + "\n"


def _lines(card: Card) -> Iterator[str]:
    rule = card.rule
    yield from _wrapped(rule.title)
    yield f"{rule.id}, revision {rule.revision}, {rule.status}; {', '.join(card.strata)}"
    yield ""
    yield from _wrapped(card.spoken.sentence)
    if rule.own is not None:
        yield from _wrapped(f"when: {written(rule.own)}", 2)
    for name, said in card.spoken.blocks:
        yield from _wrapped(f"{name}: {said}", 2)
    yield from _paragraph("Because", [rule.because] if rule.because else [])
    yield from _paragraph("Stands for", [f"{name}: {says}" for name, says in card.statements])
    named = [f"{each.key} ({each.read}): {each.reference}" for each in card.sources]
    yield from _paragraph(f"Authority: {rule.basis.label}, {card.label}", named)
    yield from _paragraph("Note", [rule.basis.note] if rule.basis.note else [])
    numbers = [
        f"${each.name} = {each.value} ({each.unit}; {each.label}) {each.note}".rstrip() for each in card.parameters
    ]
    yield from _paragraph("Parameters", numbers)
    yield from _paragraph("Answers it reads", [f"{code} {field}: {asked}" for code, field, asked in card.questions])
    yield from _paragraph("Exceptions", list(card.exceptions))
    yield from _paragraph("An exception to", list(card.exception_to))
    yield from _paragraph("Read by", list(card.read_by))
    yield from _paragraph("Cases", [f"{kind}: {'; '.join(names)}" for kind, names in card.cases])
    yield from _paragraph("Excluded from lints", [f"{name}: {reason}" for name, reason in rule.allow.items()])


def _paragraph(head: str, lines: list[str]) -> Iterator[str]:
    if lines:
        yield ""
        yield head
        for line in lines:
            yield from _wrapped(line, 2)


def _wrapped(text: str, indent: int = 0) -> list[str]:
    return textwrap.wrap(
        on_one_line(text),
        WIDTH,
        initial_indent=" " * indent,
        subsequent_indent=" " * (indent + 2 if indent else 0),
        break_on_hyphens=False,
    )
