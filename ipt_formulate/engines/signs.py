"""What follows for each record from the answers, before any rule of evidence is asked?

Entailments first (by definition, counts as known), then derived signs in their order, then, in the presumed pass
only, presumptions where nothing is known of the sign. Spawned situations are made last. An answer that contradicts an
entailment is reported; its sign is then unknown in both passes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass, field

from ipt_formulate.engines.facts import (
    Ids,
    Record,
    Value,
    View,
    When,
    add_built_in,
    answers_of,
    case_link_values,
    nothing_known,
)
from ipt_formulate.engines.kleene import truth
from ipt_formulate.engines.primitives import compute, left_open
from ipt_formulate.intake import ITEMS, Intake
from ipt_formulate.logic.possible import Span
from ipt_formulate.logic.truth import NO, UNKNOWN, YES, Truth
from ipt_formulate.rulebook import Rule, Rulebook
from ipt_formulate.rulebook import conclusions as c
from ipt_formulate.rulebook.loading import SignRule, inputs_of
from ipt_formulate.rulebook.nodes import About, Sign, signs_read
from ipt_formulate.rulebook.vocabulary import SignType

RecordId = str
NOTHING_LEFT: Value = frozenset()
"""What answers leave of a sign that they contradict."""


@dataclass(frozen=True, slots=True)
class Contradiction:
    """An answer that cannot stand beside another: the sign, its record, the rule, and the fields on both sides."""

    key: str
    record: RecordId
    sign: Sign
    rule: str
    others: tuple[Sign, ...]


@dataclass(slots=True)
class Situations:
    """One case, ready for the rules: both passes, what was presumed, and what contradicts.

    `recorded` holds the records (their keys) that tell of a situation which a rule would else have made, with whether
    that told anything new of them. `taken_over` holds each time that one of them is such a situation: the rule and the
    name of what it makes, the key of the record, and whether what it says is taken over in each pass.
    """

    strict: View
    presumed: View
    presumptions: dict[tuple[str, str], str] = field(default_factory=dict)
    contradictions: list[Contradiction] = field(default_factory=list)
    recorded: dict[str, bool] = field(default_factory=dict)
    taken_over: list[tuple[str, str, str, tuple[bool, bool]]] = field(default_factory=list)


def situations_of(intake: Intake, book: Rulebook) -> Situations:
    """Both passes of one case."""
    return situations_from(answers_of(intake, book), intake, book)


def situations_from(answers: View, intake: Intake, book: Rulebook) -> Situations:
    """Both passes of one case whose answers are at hand as a view, which becomes the strict pass.

    Of `intake` only the clinician's decisions are read.
    """
    contradictions = _entail(answers, [answers.case, *answers.all()], book)
    situations = Situations(strict=answers, presumed=answers, contradictions=contradictions)
    situations.presumed = View(
        _copy(answers.case), {about: [_copy(each) for each in records] for about, records in answers.records.items()}
    )
    _derive(situations, _real(situations), book)
    made, recorded = _spawn(situations, intake, book)
    if made or recorded:
        _entail(situations.strict, [strict for strict, _ in (*recorded, *made)], book)
        _entail(situations.presumed, [presumed for _, presumed in (*recorded, *made)], book)
        _derive(situations, [*recorded, *made], book)
    return situations


def situations_again(before: Situations, answers: View, again: Set[tuple[str, str]], book: Rulebook) -> Situations:
    """The same case with other answers, where these entail nothing, and make and complete no situation; much sooner.

    Parameters
    ----------
    before
        The case as it was; it is left as it is.
    answers
        The other answers, with the same records.
    again
        Every sign, by record and name, that can be another one for it; the rest is taken over, and so are whole
        records of which no sign can.
    """
    now = {each.key: each for each in (answers.case, *answers.all())}
    touched = {key for key, _ in again}

    def renewed(record: Record) -> Record:
        if record.key not in touched:
            return record
        other = _copy(record)
        told = now.get(record.key)
        if told is not None:
            other.sources = told.sources
            other.values.update({name: each for name, each in told.values.items() if (record.key, name) in again})
        return other

    def recorded(view: View) -> View:
        lists = {about: [each for each in all_ if each.made_by is None] for about, all_ in view.records.items()}
        return View(renewed(view.case), {about: [renewed(each) for each in all_] for about, all_ in lists.items()})

    situations = Situations(
        recorded(before.strict),
        recorded(before.presumed),
        {key: rule for key, rule in before.presumptions.items() if key not in again},
        [each for each in before.contradictions if (each.key, each.sign.name) not in again],
        before.recorded,
        before.taken_over,
    )
    _derive(situations, _real(situations), book, again)
    made = [
        (_copy(strict), _copy(presumed))
        for about, records in before.strict.records.items()
        for strict, presumed in zip(records, before.presumed.records[about], strict=True)
        if strict.made_by is not None
    ]
    for pair, view in ((pair, view) for pair in made for view in (situations.strict, situations.presumed)):
        record = pair[0] if view is situations.strict else pair[1]
        links = case_link_values(view)
        record.values["named_in"] = {name: ids.names(record.id) for name, ids in links.items() if isinstance(ids, Ids)}
        view.records[record.about].append(record)
    recorded_before = [each for each in _real(situations) if each[0].key in before.recorded]
    if made or recorded_before:
        _derive(situations, [*recorded_before, *made], book, again)
    return situations


def _copy(record: Record) -> Record:
    return Record(
        record.id,
        record.about,
        dict(record.values),
        record.origin,
        record.same_event,
        record.made_by,
        record.exists,
        record.sources,
    )


def _real(situations: Situations) -> list[tuple[Record, Record]]:
    strict, presumed = situations.strict, situations.presumed
    pairs = [(strict.case, presumed.case)]
    for about, records in strict.records.items():
        pairs += zip(records, presumed.records[about], strict=True)
    return pairs


# -- entailments --------------------------------------------------------------------------------------------------


def _entail(view: View, records: Iterable[Record], book: Rulebook) -> list[Contradiction]:
    """Narrow what is possible to what the answers entail. Entailments read answers, never each other."""
    found: list[tuple[Record, Sign, object, Rule]] = []
    for record in records:
        for rule, each in book.concluding(c.Entails):
            assert isinstance(each, c.Entails) and rule.when is not None
            if rule.about == record.about and truth(rule.when, record, view) == YES:
                sign = book.vocabulary.find(rule.about, each.sign)
                assert sign is not None
                found.append((view.case if sign.about == "case" else record, sign, each.value, rule))
    contradictions: dict[tuple[str, str], Contradiction] = {}
    for record, sign, value, rule in found:
        key = (record.key, sign.name)
        if key in contradictions and not isinstance(record.values[sign.name], dict):
            continue
        narrowed, agrees = narrowed_to(record.values[sign.name], value, book.vocabulary.type_of(sign))
        record.values[sign.name] = narrowed
        if not agrees:
            assert rule.when is not None
            others = tuple(dict.fromkeys(each for each in signs_read(rule.when) if each != sign))
            contradictions.setdefault(key, Contradiction(record.key, record.id, sign, rule.id, others))
    return list(contradictions.values())


def narrowed_to(value: Value, to: object, type_: SignType) -> tuple[Value, bool]:
    """What is possible and entailed, and whether the two agree; where they do not, nothing is known."""
    narrowed: Value = None
    match value:
        case Ids():
            return (value, False) if value.named else (Ids(frozenset(), closed=True), True)
        case frozenset():
            assert isinstance(to, frozenset)
            narrowed = (value & to) or None
        case Span():
            assert isinstance(to, Span)
            both = Span(max(value.least, to.least), min(value.most, to.most))
            narrowed = both if both.least <= both.most else None
        case dict():
            assert isinstance(to, tuple)
            against = {member for member, told in to if value[member] not in (UNKNOWN, told)}
            # Only the member that is contradicted becomes unknown: the others were told apart from it.
            told_members = {member: UNKNOWN if member in against else told for member, told in to}
            return {**value, **told_members}, not against
        case _:
            assert isinstance(value, int) and isinstance(to, int)
            narrowed = to if value in (UNKNOWN, to) else None
    return (nothing_known(type_), False) if narrowed is None else (narrowed, True)


# -- derived and presumed signs -----------------------------------------------------------------------------------


def _derive(
    situations: Situations,
    pairs: list[tuple[Record, Record]],
    book: Rulebook,
    again: Set[tuple[str, str]] | None = None,
) -> None:
    """Derive and presume the signs of the records; of these only those in `again`, if it is given.

    The passes differ only in what is presumed and in what follows from that; elsewhere one walk serves both.
    """
    by_about: dict[About, list[tuple[Record, Record]]] = {}
    for strict, presumed in pairs:
        by_about.setdefault(strict.about, []).append((strict, presumed))
    contradicted = {(each.key, each.sign.name) for each in situations.contradictions}
    apart = _apart([*pairs, (situations.strict.case, situations.presumed.case)])
    names = None if again is None else {name for _, name in again}
    for sign_rule in book.signs:
        name = sign_rule.sign.name
        if names is not None and name not in names:
            continue
        for strict, presumed in by_about.get(sign_rule.sign.about, ()):
            if again is not None and (strict.key, name) not in again:
                continue
            if sign_rule.derived_by is None:
                if again is not None:
                    presumed.values[name] = strict.values[name]
            else:
                known = _derived(sign_rule, strict, situations.strict, book)
                same = sign_rule.reads is not None and apart.isdisjoint(sign_rule.reads)
                taken = known if same else _derived(sign_rule, presumed, situations.presumed, book)
                if known == NOTHING_LEFT:
                    if (strict.key, name) not in contradicted:
                        contradicted.add((strict.key, name))
                        situations.contradictions.append(_between_answers(sign_rule, strict, book))
                    known = taken = nothing_known(book.vocabulary.type_of(sign_rule.sign))
                strict.values[name] = known
                # Presumptions that cannot all be say nothing: what the answers leave open stays.
                presumed.values[name] = known if taken == NOTHING_LEFT else taken
            if (strict.key, name) not in contradicted:
                _presume(sign_rule, strict, presumed, situations, book)
            if presumed.values[name] != strict.values[name]:
                apart.add(sign_rule.sign)


def _apart(pairs: list[tuple[Record, Record]]) -> set[Sign]:
    """The signs that are not the same in both passes, of any record."""
    return {
        Sign(strict.about, name)
        for strict, presumed in pairs
        if strict.values != presumed.values
        for name, value in strict.values.items()
        if presumed.values.get(name) != value
    }


def _derived(sign_rule: SignRule, record: Record, view: View, book: Rulebook) -> Value:
    rule = sign_rule.derived_by
    assert rule is not None
    for each in rule.conclusions:
        if isinstance(each, c.Derives) and each.sign == sign_rule.sign.name:
            if isinstance(each.by, c.OneOf):
                return left_open(each.by.values, record, view)
            if each.by is not None:
                return compute(each.by, sign_rule.sign, record, view, book)
            assert rule.when is not None
            return truth(rule.when, record, view)
    raise AssertionError(f"{rule.id} does not derive {sign_rule.sign}")


def _between_answers(sign_rule: SignRule, record: Record, book: Rulebook) -> Contradiction:
    """The contradiction between the answers that a derived sign is made from."""
    assert sign_rule.derived_by is not None
    behind = sorted(_answers_behind(sign_rule.sign, record.about, book, set()), key=str)
    told = tuple(each for each in behind if record.values[each.name] != nothing_known(book.vocabulary.type_of(each)))
    return Contradiction(record.key, record.id, sign_rule.sign, sign_rule.derived_by.id, told)


def _answers_behind(sign: Sign, about: About, book: Rulebook, seen: set[Sign]) -> set[Sign]:
    """The fields of the record itself that a sign is made from, directly or through other signs."""
    if sign in seen or sign.about != about:
        return set()
    seen.add(sign)
    if sign.name in ITEMS[about]:
        return {sign}
    maker = book.derived.get(sign)
    if maker is None:
        return set()
    behind = [_answers_behind(each, about, book, seen) for each in inputs_of(maker, maker.about, book.vocabulary)]
    return set().union(*behind)


def _presume(sign_rule: SignRule, strict: Record, presumed: Record, situations: Situations, book: Rulebook) -> None:
    """Fill in what a presumption says, where nothing is known of the sign in either pass."""
    if not sign_rule.presumed_by:
        return
    sign = sign_rule.sign
    nothing = nothing_known(book.vocabulary.type_of(sign))
    for rule in sign_rule.presumed_by:
        assert rule.when is not None
        for record in _readers(rule, sign, strict, situations):
            if truth(rule.when, record, situations.presumed) != YES:
                continue
            for each in rule.conclusions:
                if isinstance(each, c.Presumes) and each.sign == sign.name:
                    value = (
                        compute(each.by, sign, record, situations.presumed, book) if each.by is not None else each.value
                    )
                    filled = filled_in(strict.values[sign.name], presumed.values[sign.name], value, nothing)
                    if filled is not None:
                        presumed.values[sign.name] = filled
                        situations.presumptions.setdefault((strict.key, sign.name), rule.id)


def _readers(rule: Rule, sign: Sign, strict: Record, situations: Situations) -> list[Record]:
    """The records of the presumed pass that the presumption looks at for this one."""
    if rule.about == sign.about:
        return [each for each in situations.presumed.of(rule.about) if each.key == strict.key]
    return situations.presumed.of(rule.about)


def filled_in(strict: Value, presumed: Value, value: object, nothing: Value) -> Value:
    """The presumed value with the presumption filled in; None if something is known already."""
    if isinstance(presumed, dict) and isinstance(strict, dict) and isinstance(value, tuple):
        filled = dict(presumed)
        for member, told in value:
            if strict[member] == UNKNOWN and filled[member] == UNKNOWN:
                filled[member] = told
        return filled if filled != presumed else None
    if strict != nothing or presumed != nothing or value == nothing or value is None:
        return None
    return value  # type: ignore[return-value]


# -- spawned situations -------------------------------------------------------------------------------------------


def _spawn(
    situations: Situations, intake: Intake, book: Rulebook
) -> tuple[list[tuple[Record, Record]], list[tuple[Record, Record]]]:
    """Make the situations that rules spawn from records, once, never from spawned ones.

    Returns the made ones, and the recorded ones that are such a situation: what would be set and copied is known of
    them too, unless the answers say something else.
    """
    made: list[tuple[Record, Record]] = []
    recorded: list[tuple[Record, Record]] = []
    spawns = [(rule, each) for rule, each in book.concluding(c.Spawns) if isinstance(each, c.Spawns)]
    for rule, each in sorted(spawns, key=lambda spawn: spawn[1].named):
        for origins in zip(situations.strict.of(rule.about), situations.presumed.of(rule.about), strict=True):
            if origins[0].made_by is not None:
                continue
            now = _called_for(rule, each, origins[0], situations.strict)
            perhaps = _called_for(rule, each, origins[1], situations.presumed)
            if now == NO and perhaps == NO:
                continue
            told = _recorded(each, origins, situations)
            if told is None and next(may_be_recorded(each, origins[0], situations.strict), None) is not None:
                # Not both: where the list is complete it is the one on record, else that is not known.
                most = NO if situations.strict.complete(each.about) == YES else UNKNOWN
                now, perhaps = min(now, most), min(perhaps, most)
                if most == NO:
                    continue
            if told is None:
                made.append(
                    (
                        _made(each, rule, origins[0], now, situations.strict, intake, book),
                        _made(each, rule, origins[1], perhaps, situations.presumed, intake, book),
                    )
                )
                continue
            for record, origin, called_for in zip(told, origins, (now, perhaps), strict=True):
                news = called_for == YES and _complete(record, each, origin)
                situations.recorded[record.key] = news or situations.recorded.get(record.key, False)
            recorded.append(told)
            situations.taken_over.append((rule.id, each.named, told[0].key, (now == YES, perhaps == YES)))
    for strict, presumed in made:
        situations.strict.records[strict.about].append(strict)
        situations.presumed.records[presumed.about].append(presumed)
    return made, recorded


def maker_of(made: Record, book: Rulebook) -> tuple[Rule, c.Spawns]:
    """The rule that made a situation, and what it says of it."""
    assert made.made_by is not None
    rule = book.rules[made.made_by]
    return rule, next(
        each
        for each in rule.conclusions
        if isinstance(each, c.Spawns) and (each.about, _id_of(each, made.origin)) == (made.about, made.id)
    )


def _id_of(spawn: c.Spawns, origin: str | None) -> str:
    return f"{origin}.{spawn.named}"


def _called_for(rule: Rule, spawn: c.Spawns, origin: Record, view: View) -> Truth:
    """Is the situation there? Of a person, not if it only may be and the list that would hold it is complete."""
    assert rule.when is not None
    told = truth(rule.when, origin, view)
    return NO if told == UNKNOWN and origin.about == "person" and view.complete(spawn.about) == YES else told


def _recorded(spawn: c.Spawns, origins: tuple[Record, Record], situations: Situations) -> tuple[Record, Record] | None:
    """The record that is the situation that would be made, in both passes."""
    kind = dict(spawn.set).get("kind")
    origin = origins[0]
    records = zip(situations.strict.records[spawn.about], situations.presumed.records[spawn.about], strict=True)
    for record, presumed in records:
        if record.made_by is not None:
            continue
        one_event = origin.id in record.same_event or record.id in origin.same_event
        if origin.about != "person" and (record.origin == origin.id or one_event):
            told = record.values.get("kind")
            if not isinstance(told, frozenset) or not isinstance(kind, frozenset) or told & kind:
                return record, presumed
        person = record.values.get("person")
        if origin.about == "person" and isinstance(person, Ids) and origin.id in person.named:
            return record, presumed
    return None


def may_be_recorded(spawn: c.Spawns, origin: Record, view: View) -> Iterator[Record]:
    """The records that may be what would be made of a person: nobody has said whom they are about."""
    if origin.about != "person":
        return
    given = [*spawn.set, *((name, origin.values[source]) for name, source in spawn.copy)]
    choices = [(name, value) for name, value in given if isinstance(value, frozenset)]
    for record in view.records[spawn.about]:
        person = record.values.get("person")
        if record.made_by is not None or not isinstance(person, Ids) or person.names(origin.id) != UNKNOWN:
            continue
        told = [(record.values[name], value) for name, value in choices]
        if all(isinstance(mine, frozenset) and mine & value for mine, value in told):
            yield record


def _complete(record: Record, spawn: c.Spawns, origin: Record) -> bool:
    """Fill in what is not told of a recorded situation: it is the one that would be made. Was there anything?"""
    before = dict(record.values)
    given = [*spawn.set, *((name, origin.values[source]) for name, source in spawn.copy)]
    for name, value in given:
        if record.values[name] == nothing_known(ITEMS[spawn.about][name].type):
            record.values[name] = _given(value, record.values[name])
    return record.values != before


def _given(value: object, told: Value) -> Value:
    """A value that a rule sets, in place of one of which nothing or some members are known."""
    given = dict(value) if isinstance(value, tuple) and not isinstance(value, (Span, Ids, When)) else value
    return {**told, **given} if isinstance(given, dict) and isinstance(told, dict) else given  # type: ignore[return-value]


def _made(
    spawn: c.Spawns, rule: Rule, origin: Record, exists: int, view: View, intake: Intake, book: Rulebook
) -> Record:
    values = {name: nothing_known(item.type) for name, item in ITEMS[spawn.about].items()}
    for name, value in spawn.set:
        values[name] = _given(value, values[name])
    for name, source in spawn.copy:
        values[name] = origin.values[source]
    if origin.about == "person" and "person" in values:
        values["person"] = Ids(frozenset((origin.id,)), closed=True)
    record = Record(_id_of(spawn, origin.id), spawn.about, values, origin.id, made_by=rule.id, exists=exists)
    add_built_in(record, case_link_values(view), intake, book)
    return record
