"""Where does the value of a sign come from: which answer, which rule, or neither?

For every sign of a record its answer and path, the reason why it is missing, the rule that derived, entailed or
presumed it, and the traces of what that rule read. Values are taken from the case as it was formulated, never computed
again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple, cast

from ipt_formulate.engines.facts import TRI, Ids, Record, Value, View, When, read_value
from ipt_formulate.engines.kleene import truth
from ipt_formulate.engines.openness import path_of
from ipt_formulate.engines.signs import maker_of
from ipt_formulate.explain.shown import shown_answer, shown_value
from ipt_formulate.explain.trace import Absence, Trace
from ipt_formulate.formulation.formulate import Work
from ipt_formulate.intake import ITEMS, Answer
from ipt_formulate.intake.items import SECTIONS
from ipt_formulate.intake.types import Link
from ipt_formulate.logic.truth import UNKNOWN, YES, word
from ipt_formulate.rulebook import Rule
from ipt_formulate.rulebook import conclusions as c
from ipt_formulate.rulebook.nodes import About, Condition, Sign

ASSESSED = Sign("case", "frame.assessed_on")
ONSET = ("onset", "episode.onset")


class Both(NamedTuple):
    """One record in both passes."""

    strict: Record
    presumed: Record

    @property
    def key(self) -> str:
        """The key of the record."""
        return self.strict.key


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a value comes from. `kind`: answer, derived, made, list, decision, setting, recorded or result."""

    kind: str
    path: str | None = None
    answer: Any = None
    absence: Absence | None = None
    name: str | None = None
    presumed_by: str | None = None
    entailed_by: str | None = None
    contradicted_by: str | None = None
    parts: tuple[Trace, ...] = ()


class Origins:
    """The origins of the values of one case.

    Parameters
    ----------
    work
        The case as it was formulated.
    strict, presumed
        Its two passes; for advice both are the presumed pass with what was found.
    trace, read
        How to trace a condition about a record, and the reading of a sign.
    """

    def __init__(
        self,
        work: Work,
        strict: View,
        presumed: View,
        trace: Callable[[Condition, Both], Trace],
        read: Callable[[Sign, Both], Trace],
    ) -> None:
        self._work, self._book = work, work.book
        self._strict, self._presumed = strict, presumed
        self._trace, self._read = trace, read
        self._known: dict[tuple[str, str], Origin] = {}
        self._naming: dict[tuple[str, str], Trace] = {}
        self._holders: dict[str, Any] = {"case:case": work.intake, "isolation:isolation": work.intake.isolation}
        for about, section in SECTIONS.items():
            self._holders |= {f"{about}:{each.id}": each for each in getattr(work.intake, section).items}
        self._contradicted = {(each.key, each.sign.name): each.rule for each in work.case.contradictions}
        self._entailing: dict[Sign, list[Rule]] = {}
        for rule, each in self._book.concluding(c.Entails):
            assert isinstance(each, c.Entails)
            sign = self._book.vocabulary.find(rule.about, each.sign)
            if sign is not None:
                self._entailing.setdefault(sign, []).append(rule)

    def both(self, about: About) -> list[Both]:
        """The records of a kind in both passes."""
        return [Both(*pair) for pair in zip(self._strict.of(about), self._presumed.of(about), strict=True)]

    @property
    def case(self) -> Both:
        """The case itself."""
        return Both(self._strict.case, self._presumed.case)

    def holder(self, sign: Sign, both: Both) -> Both:
        """The record that has the sign: the case for signs of the case."""
        return self.case if sign.about == "case" else both

    def of(self, sign: Sign, both: Both) -> Origin:
        """The origin of a sign of the record (or of the case)."""
        holder = self.holder(sign, both)
        key = (holder.key, sign.name)
        if key not in self._known:
            self._known[key] = self._find(sign, holder)
        return self._known[key]

    def _find(self, sign: Sign, both: Both) -> Origin:
        name = sign.name
        if name in ITEMS[sign.about]:
            return self._made(sign, both) if both.strict.made_by is not None else self._answered(sign, both)
        if name.endswith("_complete"):
            return self._list(sign, both)
        if name.startswith("setting."):
            return Origin("setting", answer=self._shown(sign, both), name=name.removeprefix("setting."))
        if name.startswith("decided."):
            return self._decided(sign, both)
        if name.startswith("result."):
            return Origin("result", answer=self._shown(sign, both))
        if sign in self._book.derived:
            return self._derived(sign, both)
        return Origin("recorded", answer=self._shown(sign, both))

    def _shown(self, sign: Sign, both: Both) -> Any:
        return shown_value(both.presumed.values[sign.name], self._book.vocabulary.type_of(sign))

    # -- answers ----------------------------------------------------------------------------------------------------

    def _answered(self, sign: Sign, both: Both) -> Origin:
        item = ITEMS[sign.about][sign.name]
        answer = item.read(self._holders[both.key])
        path = path_of(both.strict, sign.name)
        return self._with_rules(sign, both, path, answer, read_value(item.type, answer))

    def _with_rules(self, sign: Sign, both: Both, path: str, answer: Answer[Any], told: Value) -> Origin:
        """The origin of an answer, and the rules that put something in its place."""
        item = ITEMS[sign.about].get(sign.name)
        shown = shown_answer(item.type, answer) if item is not None else None
        presumed_by = self._work.case.presumptions.get((both.key, sign.name))
        contradicted_by = self._contradicted.get((both.key, sign.name))
        entailed: tuple[Trace, ...] = ()
        if contradicted_by is not None or both.strict.values[sign.name] != told:
            entailed = tuple(self._entailments(sign, both))
        presumed = tuple(self._presumption(presumed_by, sign, both)) if presumed_by is not None else ()
        if item is None or entailed or (presumed and shown is None):
            shown = self._shown(sign, both) if contradicted_by is None else shown
        return Origin(
            "answer",
            path,
            shown,
            answer.unknown,
            presumed_by=presumed_by,
            entailed_by=entailed[0].name if entailed and contradicted_by is None else None,
            contradicted_by=contradicted_by,
            parts=(*entailed, *presumed),
        )

    def _entailments(self, sign: Sign, both: Both) -> Iterator[Trace]:
        for rule in self._entailing.get(sign, ()):
            assert rule.when is not None
            for reader in [both] if rule.about == sign.about else self.both(rule.about):
                if truth(rule.when, reader.strict, self._strict) == YES:
                    yield Trace(
                        code="entailment",
                        truth="yes",
                        leans="yes",
                        name=rule.id,
                        record=reader.key,
                        parts=(self._trace(rule.when, reader),),
                    )

    def _presumption(self, rule_id: str, sign: Sign, both: Both) -> Iterator[Trace]:
        rule = self._book.rules[rule_id]
        assert rule.when is not None
        for reader in [both] if rule.about == sign.about else self.both(rule.about):
            if truth(rule.when, reader.presumed, self._presumed) == YES:
                inputs = [
                    part
                    for each in rule.conclusions
                    if isinstance(each, c.Presumes) and each.sign == sign.name and each.by is not None
                    for part in self._inputs(each.by, sign, both)
                ]
                yield Trace(
                    code="presumption",
                    truth=word(truth(rule.when, reader.strict, self._strict)),
                    leans="yes",
                    name=rule.id,
                    record=reader.key,
                    parts=(self._trace(rule.when, reader), *inputs),
                )
                return

    # -- situations that rules made -------------------------------------------------------------------------------

    def _made(self, sign: Sign, both: Both) -> Origin:
        """A field of a spawned situation: copied, set by the rule, or not asked."""
        rule, spawn = maker_of(both.strict, self._book)
        origin = next((each for each in self.both(rule.about) if each.strict.id == both.strict.origin), None)
        path = path_of(both.strict, sign.name)
        copied = dict(spawn.copy).get(sign.name)
        shown = self._shown(sign, both)
        if copied is not None and origin is not None:
            source = self._book.vocabulary.find(rule.about, copied)
            assert source is not None
            return Origin("made", path, shown, name=rule.id, parts=(self._read(source, origin),))
        if sign.name in dict(spawn.set) or (sign.name == "person" and rule.about == "person"):
            return Origin("made", path, shown, name=rule.id)
        return self._with_rules(sign, both, path, Answer(), read_value(ITEMS[sign.about][sign.name].type, Answer()))

    def existence(self, both: Both) -> Trace | None:
        """Why a spawned situation exists; None for a recorded one."""
        if both.strict.made_by is None:
            return None
        rule = self._book.rules[both.strict.made_by]
        origin = next((each for each in self.both(rule.about) if each.strict.id == both.strict.origin), None)
        assert rule.when is not None
        assert origin is not None
        # No situation is made of a person whom a recorded one is about: those answers bear on it too.
        others = self.both(both.strict.about) if rule.about == "person" else []
        about = [
            self._read(Sign(each.strict.about, "person"), each)
            for each in others
            if each.strict.made_by is None and "person" in each.strict.values
        ]
        return Trace(
            code="existence",
            truth=word(both.strict.exists),
            leans=word(both.presumed.exists),
            name=rule.id,
            record=both.key,
            parts=(self._trace(rule.when, origin), *about),
        )

    # -- built-in signs -------------------------------------------------------------------------------------------

    def _list(self, sign: Sign, both: Both) -> Origin:
        """Whether a list is complete: what was said of the list, and what follows from other answers."""
        name = sign.name.removesuffix("_complete")
        section = getattr(self._work.intake, name)
        parts = []
        for field in ("asked", "complete"):
            answer: Answer[Any] = getattr(section, field)
            parts.append(
                Trace(
                    code="read" if answer.known else "unread",
                    sign=f"{name}.{field}",
                    path=f"{name}.{field}",
                    answer=answer.value,
                    absence=answer.unknown,
                )
            )
        told = TRI["no"] if section.asked.value == "no" else UNKNOWN
        if section.asked.value != "no" and section.complete.known:
            told = TRI[section.complete.value]
        origin = self._with_rules(sign, both, f"{name}.complete", section.complete, told)
        return Origin(
            "list",
            origin.path,
            origin.answer,
            origin.absence,
            name,
            origin.presumed_by,
            origin.entailed_by,
            origin.contradicted_by,
            (*parts, *origin.parts),
        )

    def _decided(self, sign: Sign, both: Both) -> Origin:
        told = [each for each in self._work.intake.decisions if each.situation == both.strict.id]
        answer = {each.area: each.decision for each in told} or None
        return Origin("decision", "decisions", answer, None if told else "not_asked")

    def naming(self, link: str, both: Both) -> Trace:
        """Whether the answer to a link of the case names this record."""
        key = (link, both.key)
        if key not in self._naming:
            self._naming[key] = self._names(link, both)
        return self._naming[key]

    def _names(self, link: str, both: Both) -> Trace:
        about, field = (
            ("isolation", link.removeprefix("isolation.")) if link.startswith("isolation.") else ("case", link)
        )
        answer = ITEMS[about][field].read(self._holders[f"{about}:{about}"])
        strict, presumed = both.strict.values["named_in"], both.presumed.values["named_in"]
        assert isinstance(strict, dict)
        assert isinstance(presumed, dict)
        return Trace(
            code="naming",
            truth=word(strict[link]),
            leans=word(presumed[link]),
            record=both.key,
            sign=link,
            path=link,
            answer=shown_answer(ITEMS[about][field].type, answer),
            absence=answer.unknown,
            wanted={"names": both.strict.id},
        )

    # -- derived signs --------------------------------------------------------------------------------------------

    def _derived(self, sign: Sign, both: Both) -> Origin:
        rule = self._book.derived[sign]
        by = next(each.by for each in rule.conclusions if isinstance(each, c.Derives) and each.sign == sign.name)
        if by is not None:
            parts = tuple(self._inputs(by, sign, both))
        else:
            assert rule.when is not None
            parts = (self._trace(rule.when, both),)
        presumed_by = self._work.case.presumptions.get((both.key, sign.name))
        if presumed_by is not None:
            parts += tuple(self._presumption(presumed_by, sign, both))
        return Origin(
            "derived",
            answer=self._shown(sign, both),
            name=rule.id,
            presumed_by=presumed_by,
            contradicted_by=self._contradicted.get((both.key, sign.name)),
            parts=parts,
        )

    def _inputs(self, by: c.Primitive, sign: Sign, both: Both) -> Iterator[Trace]:
        """What a primitive read to give a value to a sign."""
        match by:
            case c.Lag(start, end):
                yield from self._days(start, end, both)
            case c.OneOf(values):
                for value, condition in values:
                    part = self._trace(condition, both)
                    yield Trace(
                        code="value",
                        truth=part.truth,
                        leans=part.leans,
                        name=value,
                        record=both.key,
                        sign=sign.name,
                        parts=(part,),
                    )
            case c.Count(about, condition):
                for each in self.both(about):
                    parts = (self._trace(condition, each),) if condition is not None else ()
                    yield Trace(code="record", record=each.key, parts=parts)
                if about in SECTIONS:
                    yield self._read(Sign("case", f"{SECTIONS[about]}_complete"), both)
            case c.OfLinked(through, name):
                yield from self._through(through, name, both)
            case c.Band(name) | c.Members(name) | c.SameAs(name):
                yield from self._readings((name,), both)
            case c.ScoreBand(first, second) | c.Widened(first, second):
                yield from self._readings((first, second), both)

    def _readings(self, names: Iterable[str], both: Both) -> Iterator[Trace]:
        for name in names:
            sign = self._book.vocabulary.find(both.strict.about, name)
            if sign is not None:
                yield self._read(sign, both)

    def _days(self, start: str, end: str, both: Both) -> Iterator[Trace]:
        """The days of a lag; the day of the assessment too where one is counted from it and the other is not."""
        names = [start] if end == "assessment" else [start, end]
        values = [both.presumed.values.get(name, self._presumed.case.values.get(name)) for name in names]
        frames = {value.frame for value in values if isinstance(value, When)}
        if end in ONSET and frames and isinstance(values[0], When) and values[0].frame == "before_onset":
            names = [start]
        elif frames != {"before_assessment"} and (end == "assessment" or len(frames) > 1):
            names.append(ASSESSED.name)
        yield from self._readings(names, both)

    def _through(self, through: str, name: str, both: Both) -> Iterator[Trace]:
        yield from self._readings((through,), both)
        link = self._book.vocabulary.find(both.strict.about, through)
        ids = both.presumed.values.get(through)
        type_ = self._book.vocabulary.type_of(link) if link is not None else None
        if not isinstance(ids, Ids) or not isinstance(type_, Link):
            return
        for about in cast("tuple[About, ...]", type_.to):
            for each in self.both(about):
                if each.strict.id in ids.named:
                    yield from self._readings((name,), each)
