"""What may a whole case expect of its result, and is each part of it so?

A small fixed vocabulary; every name that is expected becomes one part with what was wanted and what was found, and an
unknown name is a fault, never passed over. Nothing here changes a result. Where one word is wanted, a list means "one
of these"; `none` means that there is nothing. A situation of several records answers to the id of each.

    focus        status, area, situation, settled
    second       area, situation of the second focus; or `none`
    order        pairs [area, situation] that stand at the head of the ranking, each at a rank of its own
    listed       pairs that are ranked anywhere; not_listed: pairs, or areas alone, that are ranked nowhere
    standing     by area: worst, best, lean, settled, lead
    candidate    a list of area and situation with worst, best, lean, settled, rank, barred, origin, and direction (all)
    stages       by conflict id: stage, confidence, variant, settled, shown (all); a list with `line` where it has two
    gate         value, lean, applied
    flags        by flag: certain or possible, or a mapping of certainty, level, requires_acknowledgement of the gravest
    no_flags     flags not raised; open_flags: not raised, and not known to be off either
    because      rules behind the leading candidate
    notes_by     rules whose note or advice is shown; no_notes_by: rules of which none is
    asks         paths of questions; withheld: kinds of text; contradictions: signs; group: verdict of the group check
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ipt_formulate.engines.kleene import truth
from ipt_formulate.formulation.formulate import Work
from ipt_formulate.formulation.result import Area, Candidate, Dispute, FocusPlace, Result
from ipt_formulate.logic.truth import UNKNOWN
from ipt_formulate.rulebook import Rulebook
from ipt_formulate.rulebook import conclusions as c
from ipt_formulate.rulebook.form import Form

NONE = "none"
STANDINGS = ("excluded", "not_supported", "open", "possible", "present")
STATUSES = ("proposed", "tie", "none", "insufficient", "not_applicable")
STAGES = ("renegotiation", "impasse", "dissolution", "undetermined", NONE)
YES_NO = ("yes", "no")
ANY_WORD: tuple[str, ...] = ()
ALL_WORDS = ("*",)  # a list is one set of words, not several that would do


@dataclass(frozen=True, slots=True)
class Expectation:
    """One part of what is expected: its name, what is wanted in words, and how to look."""

    name: str
    wanted: str
    look: Callable[[Result, Work], tuple[str, bool]]


def expectations_of(form: Form, book: Rulebook) -> tuple[Expectation, ...]:
    """Everything that the mapping expects; names that do not exist are noted as faults of the form."""
    found: list[Expectation] = []
    for key in form.data:
        reader = _READERS.get(key)
        if reader is None:
            form.fault("W201", f"`{key}` is nothing that can be expected", key, choices=_READERS, name=key, key=True)
        else:
            found += reader(form, key, book)
    if not found and not form.faults:
        form.fault("W202", "expects nothing")
    return tuple(found)


# -- words --------------------------------------------------------------------------------------------------------


def _word(value: Any) -> str:
    if value is None:
        return NONE
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def _words(form: Form, key: str | int, options: Iterable[str] = ANY_WORD) -> frozenset[str]:
    """One word or a list of words, each of the options."""
    raw = form.data.get(key) if isinstance(key, str) else None
    words = frozenset(_word(each) for each in (raw if isinstance(raw, list) else [raw]))
    allowed = tuple(options)
    for word in words if allowed else ():
        if word not in allowed:
            form.fault("W203", "is no word that can stand here", key, expected=", ".join(allowed),
                       choices=allowed, name=word)  # fmt: skip
    return words


def _set(words: Iterable[str]) -> str:
    return " and ".join(sorted(words)) or NONE


def _said(words: Iterable[str]) -> str:
    return " or ".join(sorted(words)) or NONE


def _compared(name: str, wanted: frozenset[str], look: Callable[[Result, Work], str]) -> Expectation:
    def looked(result: Result, work: Work) -> tuple[str, bool]:
        found = look(result, work)
        return found, found in wanted

    return Expectation(name, _said(wanted), looked)


def _attributes(
    form: Form, name: str, table: Mapping[str, tuple[Iterable[str], Callable[[Any], str]]],
    holder: Callable[[Result, Work], Any], also: Iterable[str] = (),
) -> Iterator[Expectation]:  # fmt: skip
    """One expectation for each key of the form; `holder` finds the thing, None if it is not there."""
    for key in form.data:
        if key in table:
            options, read = table[key]

            def looked(result: Result, work: Work, read: Callable[[Any], str] = read) -> str:
                found = holder(result, work)
                return "not there" if found is None else read(found)

            wanted = _words(form, key, ANY_WORD if options == ALL_WORDS else options)
            yield _compared(f"{name}.{key}", frozenset({_set(wanted)}) if options == ALL_WORDS else wanted, looked)
    form.close(also=(*table, *also))


def _members(
    found_in: Callable[[Result, Work], Iterable[str]], *, wanted: bool = True
) -> Callable[[Form, str, Rulebook], Iterator[Expectation]]:
    """A reader for a list of names, each of which must be there (or must not)."""

    def read(form: Form, key: str, book: Rulebook) -> Iterator[Expectation]:
        for each in form.texts(key):

            def looked(result: Result, work: Work, each: str = each) -> tuple[str, bool]:
                there = each in set(found_in(result, work))
                return "there" if there else "not there", there is wanted

            yield Expectation(f"{key}.{each}", "there" if wanted else "not there", looked)

    return read


def _rule_members(
    found_in: Callable[[Result, Work], Iterable[str]], *, wanted: bool = True
) -> Callable[[Form, str, Rulebook], Iterator[Expectation]]:
    """A reader for a list of rules that must have spoken (or must not)."""
    names = _members(found_in, wanted=wanted)

    def read(form: Form, key: str, book: Rulebook) -> Iterator[Expectation]:
        for each in form.texts(key):
            if each not in book.rules:
                form.fault("W204", f"there is no rule `{each}`", key, choices=book.rules, name=each)
        yield from names(form, key, book)

    return read


# -- places -------------------------------------------------------------------------------------------------------


def _is(candidate: Candidate, area: str, situation: str | None) -> bool:
    """Is it the pair? A situation of several records answers to the name of each."""
    return candidate.area == area and (situation is None or situation in _records(candidate.situation))


def _records(situation: str) -> set[str]:
    return {situation, *situation.split("+")}


def _pair(form: Form, key: str, raw: Any, book: Rulebook, *, area_alone: bool = False) -> tuple[str, str | None] | None:
    """`[area, situation]`, or the area by itself where that is allowed."""
    areas = [area.code for area in book.areas]
    if area_alone and isinstance(raw, str):
        raw = [raw]
    whole = isinstance(raw, list) and len(raw) in ((1, 2) if area_alone else (2,)) and all(
        isinstance(each, str) for each in raw
    )  # fmt: skip
    if not whole:
        form.fault("W205", "must be pairs of an area and a situation", key, expected="[[grief, mother], ...]")
        return None
    if raw[0] not in areas:
        form.fault("W206", f"there is no area `{raw[0]}`", key, choices=areas, name=raw[0])
        return None
    return raw[0], raw[1] if len(raw) == 2 else None


def _pairs(form: Form, key: str, book: Rulebook, *, area_alone: bool = False) -> list[tuple[str, str | None]]:
    raw = form.get(key)
    if not isinstance(raw, list) or not raw:
        form.fault("W205", "must be pairs of an area and a situation", key, expected="[[grief, mother], ...]")
        return []
    found = (_pair(form, key, each, book, area_alone=area_alone) for each in raw)
    return [each for each in found if each is not None]


def _ranked(result: Result) -> list[Candidate]:
    return [each for each in result.candidates if each.rank is not None]


def _spelt(place: tuple[str, str | None]) -> str:
    return " ".join(each for each in place if each is not None)


# -- the vocabulary -----------------------------------------------------------------------------------------------


def _place_words(book: Rulebook) -> dict[str, tuple[Iterable[str], Callable[[Any], str]]]:
    def situation(place: FocusPlace | None) -> str:
        return NONE if place is None or place.situation is None else place.situation

    areas = (*(area.code for area in book.areas), NONE)
    return {
        "area": (areas, lambda place: NONE if place is None else place.area),
        "situation": (ANY_WORD, situation),
    }


def _named(words: frozenset[str], found: str) -> bool:
    return found in words or bool(words & _records(found))


def _place(
    form: Form, name: str, book: Rulebook, at: Callable[[Result], FocusPlace | None], also: Iterable[str] = ()
) -> Iterator[Expectation]:
    for key, (options, read) in _place_words(book).items():
        if key in form.data:
            wanted = _words(form, key, options)

            def looked(
                result: Result, work: Work, read: Callable[[Any], str] = read, wanted: frozenset[str] = wanted
            ) -> tuple[str, bool]:
                found = read(at(result))
                return found, _named(wanted, found)

            yield Expectation(f"{name}.{key}", _said(wanted), looked)
    form.close(also=("area", "situation", *also))


def _focus(form: Form, key: str, book: Rulebook) -> Iterator[Expectation]:
    at = form.sub(key)
    if "status" in at.data:
        yield _compared(f"{key}.status", _words(at, "status", STATUSES), lambda result, _: result.focus.status)
    if "settled" in at.data:
        yield _compared(f"{key}.settled", _words(at, "settled", YES_NO), lambda result, _: _word(result.focus.settled))
    yield from _place(at, key, book, lambda result: result.focus.primary, also=("status", "settled"))


def _second(form: Form, key: str, book: Rulebook) -> Iterator[Expectation]:
    if form.get(key) == NONE:
        yield _compared(
            key, frozenset({NONE}),
            lambda result, _: NONE if result.focus.secondary is None else result.focus.secondary.area,
        )  # fmt: skip
        return
    yield from _place(form.sub(key), key, book, lambda result: result.focus.secondary)


def _order(form: Form, key: str, book: Rulebook) -> Iterator[Expectation]:
    """The list begins with these, each at a rank of its own."""
    wanted = _pairs(form, key, book)

    def look(result: Result, work: Work) -> tuple[str, bool]:
        ranked = _ranked(result)
        found = ", ".join(f"{each.rank} {each.area} {each.situation}" for each in ranked[: len(wanted) + 1]) or NONE
        ranks = [each.rank for each in ranked]
        alone = all(ranks.count(each.rank) == 1 for each in ranked[: len(wanted)])
        same = len(ranked) >= len(wanted) and all(
            _is(each, *place) for each, place in zip(ranked, wanted, strict=False)
        )
        return found, same and alone

    if wanted:
        yield Expectation(key, ", ".join(_spelt(place) for place in wanted), look)


def _listed(form: Form, key: str, book: Rulebook) -> Iterator[Expectation]:
    """Ranked anywhere (`listed`), or nowhere (`not_listed`, where an area may stand by itself)."""
    there_wanted = key == "listed"
    for place in _pairs(form, key, book, area_alone=not there_wanted):

        def look(result: Result, work: Work, place: tuple[str, str | None] = place) -> tuple[str, bool]:
            found = [each for each in _ranked(result) if _is(each, *place)]
            said = ", ".join(f"rank {each.rank}" for each in found) or "not listed"
            return said, bool(found) is there_wanted

        yield Expectation(f"{key}.{'.'.join(_spelt(place).split())}", "listed" if there_wanted else "not listed", look)


def _standing(form: Form, key: str, book: Rulebook) -> Iterator[Expectation]:
    at = form.sub(key)
    areas = [area.code for area in book.areas]
    for code in at.data:
        if code not in areas:
            at.fault("W206", f"there is no area `{code}`", code, choices=areas, name=code, key=True)
            continue

        def holder(result: Result, work: Work, code: str = code) -> Area | None:
            area = result.areas.get(code)
            return area if isinstance(area, Area) else None

        table: dict[str, tuple[Iterable[str], Callable[[Any], str]]] = {
            "worst": (STANDINGS, lambda area: area.standing.worst),
            "best": (STANDINGS, lambda area: area.standing.best),
            "lean": (STANDINGS, lambda area: area.standing.lean),
            "settled": (YES_NO, lambda area: _word(area.settled)),
            "lead": (ANY_WORD, lambda area: _word(area.lead)),
        }
        yield from _attributes(at.sub(code), f"{key}.{code}", table, holder)


def _barred(candidate: Candidate) -> str:
    places = {bar.place for bar in candidate.barred}
    return "both" if len(places) > 1 else next(iter(places), NONE)


_OF_CANDIDATE: dict[str, tuple[Iterable[str], Callable[[Any], str]]] = {
    "worst": (STANDINGS, lambda each: each.standing.worst),
    "best": (STANDINGS, lambda each: each.standing.best),
    "lean": (STANDINGS, lambda each: each.standing.lean),
    "settled": (YES_NO, lambda each: _word(each.settled)),
    "rank": (ANY_WORD, lambda each: _word(each.rank)),
    "barred": (("first", "second", "both", NONE), _barred),
    "origin": (("routed", "spawned", NONE), lambda each: NONE if each.origin is None else each.origin.kind),
    "direction": (ALL_WORDS, lambda each: _set(each.direction)),
}


def _candidate(form: Form, key: str, book: Rulebook) -> Iterator[Expectation]:
    raw = form.get(key)
    for index in range(len(raw)) if isinstance(raw, list) else ():
        at = form.sub(key, index)
        place = _pair(at, "area", [at.get("area"), at.get("situation")], book)
        if place is None:
            continue

        def holder(result: Result, work: Work, place: tuple[str, str | None] = place) -> Candidate | None:
            return next((each for each in result.candidates if _is(each, *place)), None)

        name = f"{key}.{'.'.join(each for each in place if each)}"
        yield from _attributes(at, name, _OF_CANDIDATE, holder, also=("area", "situation"))
    if not isinstance(raw, list) or not raw:
        form.fault("W207", "must be a list of candidates, each with area and situation", key)


_OF_DISPUTE: dict[str, tuple[Iterable[str], Callable[[Any], str]]] = {
    "stage": (STAGES, lambda each: _word(each.stage)),
    "confidence": (("clear", "leaning", NONE), lambda each: _word(each.confidence)),
    "variant": (ANY_WORD, lambda each: _word(each.variant)),
    "settled": (YES_NO, lambda each: _word(each.settled)),
    "shown": (ALL_WORDS, lambda each: _set(each.stages_shown)),
}


def _stages(form: Form, key: str, book: Rulebook) -> Iterator[Expectation]:
    """By the id of the conflict; a list where it has several lines, each with its `line`."""
    at = form.sub(key)
    for conflict, raw in at.data.items():
        forms = [at.sub(conflict, i) for i in range(len(raw))] if isinstance(raw, list) else [at.sub(conflict)]
        for one in forms:
            line = one.choice("line", ("couple", "coparent"), default="couple")

            def holder(result: Result, work: Work, conflict: str = str(conflict), line: str = line) -> Dispute | None:
                for staging, dispute in zip(work.stagings, result.disputes, strict=True):
                    if staging.record.id == conflict and staging.line == line:
                        return dispute
                return None

            name = f"{key}.{conflict}" + (f".{line}" if isinstance(raw, list) else "")
            yield from _attributes(one, name, _OF_DISPUTE, holder, also=("line",))


_CERTAINTIES = ("certain", "possible")
_OF_FLAG: dict[str, tuple[Iterable[str], Callable[[Any], str]]] = {
    "certainty": (_CERTAINTIES, lambda each: each.certainty),
    "level": (("emergency", "urgent", "review", "clinical"), lambda each: each.level),
    "requires_acknowledgement": (YES_NO, lambda each: _word(each.requires_acknowledgement)),
}


def _known_flag(form: Form, flag: str, book: Rulebook) -> None:
    flags = {each.flag for _, each in book.concluding(c.Flags) if isinstance(each, c.Flags)}
    if flag not in flags:
        form.fault("W208", f"no rule raises a flag `{flag}`", choices=flags, name=flag)


def _flags(form: Form, key: str, book: Rulebook) -> Iterator[Expectation]:
    """The gravest flag of that name: its certainty, or a mapping of what is expected of it."""
    at = form.sub(key)
    for flag, raw in at.data.items():
        _known_flag(at, flag, book)

        def holder(result: Result, work: Work, flag: str = str(flag)) -> Any:
            return next((each for each in result.flags if each.id == flag), None)

        if isinstance(raw, dict):
            yield from _attributes(at.sub(flag), f"{key}.{flag}", _OF_FLAG, holder)
            continue

        def strongest(result: Result, work: Work, flag: str = str(flag)) -> str:
            found = {each.certainty for each in result.flags if each.id == flag}
            return next((each for each in _CERTAINTIES if each in found), "not raised")

        yield _compared(f"{key}.{flag}", _words(at, flag, _CERTAINTIES), strongest)


def _no_flags(form: Form, key: str, book: Rulebook) -> Iterator[Expectation]:
    for flag in form.texts(key):
        _known_flag(form, flag, book)
    yield from _members(lambda result, _: (each.id for each in result.flags), wanted=False)(form, key, book)


def _open_flags(form: Form, key: str, book: Rulebook) -> Iterator[Expectation]:
    """Neither raised nor known to be off: an answer is missing."""

    def undecided(result: Result, work: Work) -> Iterator[str]:
        raised = {each.id for each in result.flags}
        for rule, each in work.book.concluding(c.Flags):
            if not isinstance(each, c.Flags) or each.flag in raised or rule.when is None:
                continue
            view = work.case.strict
            if any(truth(rule.when, record, view) == UNKNOWN for record in view.of(rule.about)):
                yield each.flag

    for flag in form.texts(key):
        _known_flag(form, flag, book)
    yield from _members(undecided)(form, key, book)


_GATE = ("open", "unsettled", "closed")
_OF_GATE: dict[str, tuple[Iterable[str], Callable[[Any], str]]] = {
    "value": (_GATE, lambda gate: gate.value),
    "lean": (_GATE, lambda gate: gate.lean),
    "applied": (YES_NO, lambda gate: _word(gate.applied)),
}


def _gate(form: Form, key: str, book: Rulebook) -> Iterator[Expectation]:
    yield from _attributes(form.sub(key), key, _OF_GATE, lambda result, _: result.gate)


def _group(form: Form, key: str, book: Rulebook) -> Iterator[Expectation]:
    verdicts = ("suitable", "suitable_with_notes", "not_now", "needs_info", NONE)
    yield _compared(
        key, _words(form, key, verdicts),
        lambda result, _: NONE if result.fit.group is None else result.fit.group.verdict,
    )  # fmt: skip


def _note_rules(result: Result, work: Work) -> Iterator[str]:
    yield from (each.rule for each in (*result.advice, *result.fit.notes))


_READERS: Mapping[str, Callable[[Form, str, Rulebook], Iterable[Expectation]]] = {
    "focus": _focus,
    "second": _second,
    "order": _order,
    "listed": _listed,
    "not_listed": _listed,
    "standing": _standing,
    "candidate": _candidate,
    "stages": _stages,
    "flags": _flags,
    "no_flags": _no_flags,
    "open_flags": _open_flags,
    "gate": _gate,
    "group": _group,
    "because": _rule_members(lambda result, _: result.focus.because),
    "notes_by": _rule_members(_note_rules),
    "no_notes_by": _rule_members(_note_rules, wanted=False),
    "asks": _members(lambda result, _: (each.path for each in result.questions)),
    "contradictions": _members(lambda result, _: (each.sign for each in result.contradictions)),
    "withheld": _members(lambda result, _: result.withheld),
}
