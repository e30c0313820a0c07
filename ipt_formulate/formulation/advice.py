"""Which texts and questions stand beside the result?

Rules of the stratum advice, which alone may read what the formulation found. They change no standing, no rank, no
stage and no flag.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ipt_formulate.engines.facts import Record, Value, View, nothing_known
from ipt_formulate.engines.kleene import truth, value_of
from ipt_formulate.engines.openness import Openness, path_of
from ipt_formulate.formulation.result import GroupCheck, Text
from ipt_formulate.formulation.wording import Names
from ipt_formulate.intake import ITEMS
from ipt_formulate.logic.truth import NO, UNKNOWN, YES
from ipt_formulate.rulebook import Rule, Rulebook
from ipt_formulate.rulebook import conclusions as c
from ipt_formulate.rulebook.vocabulary import LISTS

GROUP_FORMAT = "frame.format"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that a rule asks: its path, the rule's reason."""

    path: str
    why: str
    rule: str


@dataclass(frozen=True, slots=True)
class Beside:
    """Everything that the stratum advice adds."""

    texts: tuple[Text, ...]
    fit: tuple[Text, ...]
    asked: tuple[Asked, ...]
    group: GroupCheck | None
    withheld: tuple[str, ...]


def with_results(view: View, of_case: Mapping[str, Value], of_records: Mapping[str, Mapping[str, Value]]) -> View:
    """The presumed view with what was found added as signs of the case and of the records."""

    def enriched(record: Record, values: Mapping[str, Value]) -> Record:
        return Record(
            record.id,
            record.about,
            {**record.values, **values},
            record.origin,
            record.same_event,
            record.made_by,
            record.exists,
            record.sources,
        )

    return View(
        enriched(view.case, of_case),
        {
            about: [enriched(record, of_records.get(record.key, {})) for record in records]
            for about, records in view.records.items()
        },
    )


def beside(openness: Openness, view: View, names: Names) -> Beside:
    """Texts, questions, the group check and what is withheld.

    `openness` is that of the strict pass, `view` the presumed one with results.
    """
    texts: list[Text] = []
    fit: list[Text] = []
    asked: dict[bool, list[Asked]] = {True: [], False: []}
    withheld: list[str] = []
    book = openness.book
    for rule in book.in_stratum("advice"):
        assert rule.when is not None
        for record in view.of(rule.about):
            if record.exists == NO:
                continue
            verdict = min(truth(rule.when, record, view), record.exists)
            for each in rule.conclusions:
                if isinstance(each, c.Asks) and verdict != NO:
                    holds = verdict == YES
                    asked[holds] += _questions(rule, each, record, openness, names, holds=holds)
                elif verdict == YES and isinstance(each, c.Advises | c.Notes):
                    text = _text(rule, each, record, names)
                    (fit if isinstance(each, c.Notes) and each.under == "fit" else texts).append(text)
                elif verdict == YES and isinstance(each, c.Withholds):
                    withheld.append(each.what)
    return Beside(
        tuple(dict.fromkeys(texts)),
        tuple(dict.fromkeys(fit)),
        # A question keeps the first reason: one that holds before one that only may.
        (*asked[True], *asked[False]),
        _group(view, names, book),
        tuple(dict.fromkeys(withheld)),
    )


def _text(rule: Rule, each: c.Advises | c.Notes, record: Record, names: Names) -> Text:
    return Text(
        text=names.fill(each.text, record),
        under=each.under,
        rule=rule.id,
        situation=None if record.about == "case" else record.id,
        label=rule.basis.label,
        sources=rule.basis.sources,
    )


def _questions(
    rule: Rule, asks: c.Asks, record: Record, openness: Openness, names: Names, *, holds: bool
) -> Iterator[Asked]:
    """The fields of the rule that are still open for the record; derived signs lead to the fields they are made of.

    The reason of a rule that only may hold is told as what may apply, never as what is.
    """
    view = openness.view
    strict = view.case if record.about == "case" else view.find(record.id, record.about)
    if strict is None:
        return
    why = names.fill(rule.because, record)
    phrases = openness.book.words["phrases"]
    if not holds and why.partition(" ")[0] not in phrases["says_no_fact"].split():
        why = phrases["if_it_applies"].replace("{because}", why)
    for name in asks.fields:
        sign = openness.book.vocabulary.find(rule.about, name)
        if sign is None:
            about = next((about for about, section in LISTS.items() if section == name.partition(".")[0]), None)
            if about is not None and view.complete(about) != YES:
                yield Asked(name, why, rule.id)
            continue
        holder = view.case if sign.about == "case" else strict
        if sign.name in ITEMS[sign.about]:
            if value_of(sign, strict, view) == nothing_known(ITEMS[sign.about][sign.name].type):
                yield Asked(path_of(holder, sign.name), why, rule.id)
        else:
            for path in sorted(openness.sign(sign, strict)):
                yield Asked(path, why, rule.id)


def _group(view: View, names: Names, book: Rulebook) -> GroupCheck | None:
    """Not now if any reason holds; needs information while one may; else suitable, with notes if there are any."""
    if view.case.values[GROUP_FORMAT] != frozenset({"group"}):
        return None
    reasons: list[str] = []
    notes: list[str] = []
    questions: set[str] = set()
    openness = Openness(view, book)
    for rule, each in book.concluding(c.Group):
        assert isinstance(each, c.Group) and rule.when is not None
        for record in view.of(rule.about):
            verdict = min(truth(rule.when, record, view), record.exists)
            because = names.fill(rule.because, record)
            if verdict == YES:
                (reasons if each.verdict == "not_now" else notes).append(because)
            elif verdict == UNKNOWN and each.verdict == "not_now":
                questions |= openness.answers(rule.when, record)
    if reasons:
        return GroupCheck(verdict="not_now", because=tuple(dict.fromkeys(reasons)), questions=())
    if questions:
        return GroupCheck(verdict="needs_info", because=tuple(dict.fromkeys(notes)), questions=tuple(sorted(questions)))
    verdict_word = "suitable_with_notes" if notes else "suitable"
    return GroupCheck(verdict=verdict_word, because=tuple(dict.fromkeys(notes)), questions=())  # type: ignore[arg-type]
