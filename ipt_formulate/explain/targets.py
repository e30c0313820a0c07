"""What is a question about: which area, situation, stage, flag or rule of this case?

Reads what a person types. A name that does not exist is refused with the nearest one that does; nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ipt_formulate.engines.facts import Record
from ipt_formulate.explain.errors import UnknownTarget
from ipt_formulate.explain.explanations import Target
from ipt_formulate.formulation.formulate import Work
from ipt_formulate.reading import nearest
from ipt_formulate.rulebook import conclusions as c
from ipt_formulate.rulebook.nodes import SITUATIONS

FOCUS = "focus"
STAGES = ("renegotiation", "impasse", "dissolution")
FORMS = (
    "Ask about focus, an area, area:situation, a situation, stage:<conflict>, flag:<flag>, a rule or rule:<situation>."
)


def target_of(text: str, work: Work) -> Target:
    """The target that a text names.

    Raises
    ------
    UnknownTarget
        With the nearest right name.
    """
    asked = text.strip()
    head, _, tail = asked.partition(":")
    areas = [area.code for area in work.book.areas]
    if asked == FOCUS:
        return Target(text=text, kind="focus")
    if head == "stage" and tail:
        return _stage(text, tail, work)
    if head == "flag" and tail:
        return _flag(text, tail, work)
    if head in work.book.rules:
        return _rule(text, head, tail, work)
    area = head.strip().lower().replace(" ", "_")
    if area in areas:
        situation = _situation(tail, work) if tail else None
        if tail and situation is None:
            raise _unknown(text, (f"{area}:{each}" for each in _situations(work)))
        return Target(text=text, kind="candidate" if tail else "area", area=area, situation=situation)
    situation = _situation(asked, work)
    if situation is not None:
        return Target(text=text, kind="candidate", situation=situation)
    raise _unknown(text, names(work))


def names(work: Work) -> Iterator[str]:
    """Everything of this case that can be asked about."""
    yield FOCUS
    for area in work.book.areas:
        yield area.code
        yield from (f"{area.code}:{each}" for each in _situations(work))
    yield from _situations(work)
    yield from (f"stage:{each.id}" for each in work.case.strict.of("conflict"))
    yield from (f"flag:{each}" for each in flags(work))
    yield from (rule.id for rule in work.book.active)


def flags(work: Work) -> tuple[str, ...]:
    """Every flag that a rule can raise."""
    found = (each.flag for _, each in work.book.concluding(c.Flags) if isinstance(each, c.Flags))
    return tuple(dict.fromkeys(found))


def _situations(work: Work) -> list[str]:
    """Situations, and the records in those that several records tell of."""
    found = [each.candidate.situation for each in work.contest.order]
    found += [record.id for about in SITUATIONS for record in work.case.strict.of(about)]
    return list(dict.fromkeys(found))


def _situation(text: str, work: Work) -> str | None:
    """The situation of an id, or of a label that only one record has."""
    asked = text.strip()
    for each in work.contest.order:
        if asked == each.candidate.situation or asked in each.candidate.records:
            return each.candidate.situation
    records = [record for about in SITUATIONS for record in work.case.strict.of(about)]
    if any(record.id == asked for record in records):
        return asked
    labelled = _labelled(asked, records, work)
    return _situation(labelled[0], work) if len(labelled) == 1 else None


def _labelled(text: str, records: Iterable[Record], work: Work) -> list[str]:
    """The ids of the records with this label, large and small letters alike."""
    asked = text.strip().casefold()
    return list(dict.fromkeys(each.id for each in records if (work.names.label(each) or "").casefold() == asked != ""))


def _stage(text: str, tail: str, work: Work) -> Target:
    conflict, _, stage = tail.partition(":")
    records = work.case.strict.of("conflict")
    conflicts = [each.id for each in records]
    # A situation that several records tell of is named after all of them; its stage is that of its one conflict.
    named = list(dict.fromkeys(each.record.id for each in work.stagings if each.situation == conflict))
    named = named or _labelled(conflict, records, work)
    found = conflict if conflict in conflicts else named[0] if len(named) == 1 else None
    if found is None:
        staged = [f"stage:{each}" for each in conflicts]
        told = (
            f"Only disputes have stages, here {', '.join(staged)}." if staged else "There is no dispute to stage here."
        )
        raise _unknown(text, staged, told)
    if stage and stage not in STAGES:
        raise _unknown(text, (f"stage:{conflict}:{each}" for each in STAGES))
    return Target(text=text, kind="stage", situation=found, stage=stage or None)


def _flag(text: str, flag: str, work: Work) -> Target:
    if flag not in flags(work):
        raise _unknown(text, (f"flag:{each}" for each in flags(work)))
    return Target(text=text, kind="flag", flag=flag)


def _rule(text: str, rule_id: str, tail: str, work: Work) -> Target:
    rule = work.book.rules[rule_id]
    records = [each.id for each in work.case.strict.of(rule.about)]
    if tail and tail not in records:
        raise _unknown(text, (f"{rule_id}:{each}" for each in records))
    return Target(text=text, kind="rule", rule=rule_id, situation=tail or None)


def _unknown(text: str, known: Iterable[str], forms: str = FORMS) -> UnknownTarget:
    return UnknownTarget(text, nearest(text.strip(), list(known)), forms)
