"""What may every sign and every condition of a case become, under every further answer?

A missing answer is a choice among its kinds; signs and conditions follow from the choices by strong Kleene logic and by
the primitives of the engines, lifted over them (`explain/guarded.py`). What is known for certain stays. What is not
followed (days, and what rules tell of situations that they make) is left open between the answers it hangs on, so
that the outlook holds everything that can be, and may hold a little more. Answers that were given stay as they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cached_property
from itertools import pairwise
from typing import Any, TypeAlias

import z3

from ipt_formulate.engines.connections import SHARED_ANSWERS, connected, links_between
from ipt_formulate.engines.facts import Record, View, nothing_known, when_of
from ipt_formulate.engines.kleene import truth
from ipt_formulate.engines.openness import path_of
from ipt_formulate.engines.primitives import ASSESSED_ON, ONSET, compute, lag
from ipt_formulate.engines.signs import maker_of, may_be_recorded, narrowed_to
from ipt_formulate.explain.apart import apart_of
from ipt_formulate.explain.guarded import (
    KNOWN,
    Formula,
    Guarded,
    Rails,
    TooWide,
    all_of,
    any_of,
    at_least,
    both,
    cases,
    either,
    first_of,
    lifted,
    negated,
    only,
    rails_of,
    where,
)
from ipt_formulate.explain.hanging import Hanging, is_known
from ipt_formulate.explain.kinds import kinds_of
from ipt_formulate.formulation.formulate import Work
from ipt_formulate.intake import ITEMS, Choice, Day, Item, Link, Multi, Text
from ipt_formulate.intake.dates import PartialDay
from ipt_formulate.logic.possible import INFINITE, Span
from ipt_formulate.logic.truth import NO, UNKNOWN, YES, Truth
from ipt_formulate.rulebook import Rule
from ipt_formulate.rulebook import conclusions as c
from ipt_formulate.rulebook import nodes as n
from ipt_formulate.rulebook.nodes import About, Condition, Sign
from ipt_formulate.rulebook.vocabulary import LISTS

Pass: TypeAlias = int
ANSWERS, STRICT, PRESUMED = 0, 1, 2
"""What was answered, with what it entails, with what is presumed."""
MOST_MEMBERS = 6
"""So many values of one sign are told apart."""


class Outlook:
    """The signs and conditions of one case, over the choices among its missing answers.

    With `days`, by answer path, a missing date is one of these or stays missing, and is followed like every answer.

    Attributes
    ----------
    variables
        By answer path: every variable whose value may be another one when this answer is.
    choices
        By answer path: its kinds, as variables with wire values; the first that holds is the answer, none leaves it
        open. For links that may name several, the first means none and every other one adds a record.
    sources
        By answer path, where some rule asks: who said it; the first that holds, none leaves it unsaid.
    """

    def __init__(
        self, work: Work, hanging: Hanging, missing: Iterable[str], days: Mapping[str, Sequence[Any]] | None = None
    ) -> None:
        self.work, self.book, self.hanging = work, work.book, hanging
        self.days = days
        self.view = work.case.strict
        self.missing = frozenset(missing)
        self.apart = apart_of(work.book)
        self.presumed = {each.key: each for each in (work.case.presumed.case, *work.case.presumed.all())}
        self.variables: dict[str, list[Formula]] = {}
        self.choices: dict[str, list[tuple[Formula, Any]]] = {}
        self.many: set[str] = set()
        self.sources: dict[str, list[tuple[Formula, str]]] = {}
        self._cells: dict[tuple[str, str, Pass], Guarded | None] = {}
        self._links: dict[tuple[str, str], tuple[dict[str, Rails], Rails, Formula]] = {}
        self._rails: dict[tuple[int, str, Pass], Rails] = {}
        self._free: dict[tuple[Any, ...], tuple[Rails, Rails]] = {}

    @cached_property
    def forbidden(self) -> tuple[Formula, ...]:
        """What cannot be, because answers would contradict one another."""
        return tuple(dict.fromkeys(self.contradictions()))

    # -- variables ------------------------------------------------------------------------------------------------

    def _variable(self, name: str, paths: Iterable[str]) -> Formula:
        made = z3.Bool(name)
        for path in paths:
            self.variables.setdefault(path, []).append(made)
        return made

    def _choice(self, path: str, wires: Iterable[Any]) -> list[Formula]:
        """A variable for each kind of answer to a question."""
        if path not in self.choices:
            self.choices[path] = [(self._variable(f"{path}={wire}", (path,)), wire) for wire in wires]
        return [variable for variable, _ in self.choices[path]]

    def left_open(self, name: str, paths: Iterable[str]) -> Formula:
        """Something that may be another one when one of the answers comes."""
        return self._variable(name, sorted(self.asked(paths)))

    def asked(self, paths: Iterable[str]) -> frozenset[str]:
        """Of some answer paths, those of answers that are missing."""
        return self.missing.intersection(paths)

    def open_truth(
        self, key: tuple[Any, ...], paths: Iterable[str], strict: Truth, presumed: Truth
    ) -> tuple[Rails, Rails]:
        """A truth, in both passes, that may become anything when one of the answers comes."""
        if strict != UNKNOWN:
            return KNOWN[strict], KNOWN[strict]
        hangs_on = self.asked(paths)
        if not hangs_on:
            return KNOWN[strict], KNOWN[presumed]
        if key not in self._free:
            name = " ".join(str(each) for each in key)
            yes, no, leans, not_ = (
                self._variable(f"{name} {word}", sorted(hangs_on)) for word in ("yes", "no", "leans", "not")
            )
            told = rails_of(first_of(((yes, YES), (no, NO)), UNKNOWN))
            taken = rails_of(first_of(((yes, YES), (no, NO), (leans, YES), (not_, NO)), UNKNOWN))
            self._free[key] = (told, taken)
        return self._free[key]

    # -- conditions -----------------------------------------------------------------------------------------------

    def rails(self, node: Condition | None, record: Record, of: Pass) -> Rails:
        """The truth of a condition for a record of the strict pass."""
        if node is None:
            return KNOWN[NO]
        key = (id(node), record.key, of)
        if key not in self._rails:
            now = truth(node, record, self.view)
            stays = now != UNKNOWN and not asks(node)
            self._rails[key] = KNOWN[now] if stays else self._condition(node, record, of)
        return self._rails[key]

    def _condition(self, node: Condition, record: Record, of: Pass) -> Rails:
        match node:
            case n.AllOf(parts):
                return all_of(self.rails(part, record, of) for part in parts)
            case n.AnyOf(parts):
                return any_of(self.rails(part, record, of) for part in parts)
            case n.Not(part):
                told = self.rails(part, record, of)
                return Rails(told.no, told.yes)
            case n.Block(_, part) | n.Exemption(_, part):
                return self.rails(part, record, of)
            case n.AtLeast(count, about, part, other):
                found = [
                    all_of((self.exists(each, of), self.rails(part, each, of)))
                    for each in self.view.of(about)
                    if not (other and each is record)
                ]
                return at_least(count, found, self.complete(about, of).yes)
            case n.Connected(about, part):
                found = [
                    all_of((self.connected(record, each, of), self.exists(each, of), self.rails(part, each, of)))
                    for each in self.view.of(about)
                    if each is not record
                ]
                return at_least(1, found, self.complete(about, of).yes)
            case n.Linked(sign, about, part):
                return self._linked(node, sign, about, part, record, of)
            case _:
                return self._leaf(node, record, of)

    def _linked(self, node: n.Linked, sign: Sign, about: About, part: Condition, record: Record, of: Pass) -> Rails:
        try:
            names, _, closed = self.link(sign, self._holder(sign, record))
        except TooWide:
            return self._left_open(node, self.hanging.of_condition(node, record), record, of)
        parts = [
            all_of((names.get(each.id, Rails(False, closed)), self.exists(each, of), self.rails(part, each, of)))
            for each in self.view.of(about)
        ]
        return at_least(1, parts, either(closed, self.complete(about, of).yes))

    def _leaf(self, node: n.Leaf, record: Record, of: Pass) -> Rails:
        holder = self._holder(node.sign, record)
        try:
            if isinstance(node, n.SaidBy):
                return self._said_by(node, holder)
            if isinstance(node, n.Names):
                _, someone, _ = self.link(node.sign, holder)
                return someone if node.someone else Rails(someone.no, someone.yes)
            type_ = self.book.vocabulary.type_of(node.sign)
            if isinstance(node, n.Has):
                told = [self.member(node.sign, holder, member, of) for member in node.members]
                found = all_of(told) if node.how == "all" else any_of(told)
                return Rails(found.no, found.yes) if node.how == "none" else found
            if isinstance(type_, Multi | Link):
                raise TooWide
            return rails_of(lifted(lambda value: _told(node, value), self.cell(node.sign, holder, of)))
        except TooWide:
            return self._left_open(node, self.hanging.of_leaf(node, record), record, of)

    def _said_by(self, node: n.SaidBy, holder: Record) -> Rails:
        path = path_of(holder, node.sign.name)
        if path not in self.missing:
            return KNOWN[truth(node, holder, self.view)]
        item = ITEMS[node.sign.about][node.sign.name]
        if isinstance(item.type, Day | Multi | Link | Text):
            raise TooWide
        answered = either(*self._choice(path, [kind.wire for kind in kinds_of(item, self.apart, self.work.intake)]))
        if path not in self.sources:
            tellers = self.apart.tellers(node.sign)
            self.sources[path] = [(self._variable(f"{path} by {each}", (path,)), each) for each in tellers]
        who = first_of(self.sources[path], "")
        return Rails(
            both(answered, where(who, lambda one: one == node.source)),
            both(answered, where(who, lambda one: one not in ("", node.source))),
        )

    def _left_open(self, node: Condition, paths: Iterable[str], record: Record, of: Pass) -> Rails:
        now = truth(node, self.presumed[record.key], self.work.case.presumed)
        return self.open_truth(("leaf", id(node), record.key), paths, UNKNOWN, now)[of == PRESUMED]

    # -- records --------------------------------------------------------------------------------------------------

    def _holder(self, sign: Sign, record: Record) -> Record:
        return self.view.case if sign.about == "case" else record

    def exists(self, record: Record, of: Pass) -> Rails:
        """Does a situation exist?"""
        if record.exists != UNKNOWN:
            return KNOWN[record.exists]
        called_for = self._called_for(record, of)
        if called_for is not None:
            return called_for
        rule, spawn = maker_of(record, self.book)
        paths = set(self.hanging.of_existence(record))
        for origin in self.view.of(rule.about):
            paths |= {path_of(each, "person") for each in may_be_recorded(spawn, origin, self.view)}
        return self.open_truth(("exists", record.key), paths, UNKNOWN, self.presumed[record.key].exists)[of == PRESUMED]

    def _called_for(self, record: Record, of: Pass) -> Rails | None:
        """As in `engines/signs.py`; None where a record may turn out to be the situation, or records are counted."""
        rule, spawn = maker_of(record, self.book)
        origin = self.view.find(str(record.origin), rule.about)
        assert rule.when is not None
        assert origin is not None
        if any(isinstance(each, n.QUANTIFIED) for each in n.walk(rule.when)):
            return None
        if next(may_be_recorded(spawn, origin, self.view), None) is not None:
            return None
        told = self.rails(rule.when, origin, of)
        if rule.about != "person":
            return told
        complete = self.complete(spawn.about, of).yes
        return Rails(told.yes, either(told.no, both(negated(told.yes), complete)))

    def complete(self, about: About, of: Pass) -> Rails:
        """Is a list complete?"""
        if about not in LISTS:
            return KNOWN[YES]
        return rails_of(self.cell(Sign("case", f"{LISTS[about]}_complete"), self.view.case, of))

    def connected(self, record: Record, other: Record, of: Pass) -> Rails:
        """Are two records connected? As in `engines/connections.py`."""
        now = connected(record, other, self.view)
        if now != UNKNOWN:
            return KNOWN[now]
        try:
            return any_of(self._connections(record, other))
        except TooWide:
            then = connected(self.presumed[record.key], self.presumed[other.key], self.work.case.presumed)
            keys = sorted((record.key, other.key))
            found = self.open_truth(("connected", *keys), self.hanging.of_connection(record, other), now, then)
            return found[of == PRESUMED]

    def _connections(self, record: Record, other: Record) -> Iterator[Rails]:
        for source, target in ((record, other), (other, record)):
            for name in links_between(source.about, target.about):
                names, _, closed = self.link(Sign(source.about, name), source)
                yield names.get(target.id, Rails(False, closed))
        if "person" in record.values and "person" in other.values:
            mine, _, closed = self.link(Sign(record.about, "person"), record)
            theirs, _, others_closed = self.link(Sign(other.about, "person"), other)
            same = either(*(both(told.yes, theirs[one].yes) for one, told in mine.items() if one in theirs))
            yield Rails(same, both(closed, others_closed, negated(same)))
        if "named_in" in record.values and "named_in" in other.values:
            for name in SHARED_ANSWERS:
                yield all_of(self.member(Sign(each.about, "named_in"), each, name, STRICT) for each in (record, other))

    def link(self, sign: Sign, holder: Record) -> tuple[dict[str, Rails], Rails, Formula]:
        """Of each record whether a link names it; whether it names any; and whether it names no other."""
        key = (holder.key, sign.name)
        if key not in self._links:
            self._links[key] = self._link(sign, holder)
        return self._links[key]

    def _link(self, sign: Sign, holder: Record) -> tuple[dict[str, Rails], Rails, Formula]:
        ids: Any = holder.values[sign.name]
        path, item = path_of(holder, sign.name), ITEMS[sign.about][sign.name]
        assert isinstance(item.type, Link)
        self._must_be_told(sign, holder)
        if path not in self.missing:
            there = {each.id: KNOWN[ids.names(each.id)] for about in item.type.to for each in self.view.of(about)}  # type: ignore[arg-type]
            return there, KNOWN[YES if ids.named else NO if ids.closed else UNKNOWN], ids.closed
        kinds = kinds_of(item, self.apart, self.work.intake, holder.id)
        none, *named = reversed([str(kind.values[0]) for kind in kinds])
        variables = self._choice(path, [none, *named])
        if item.type.many:
            self.many.add(path)
            nobody = variables[0]
            told = {name: both(negated(nobody), each) for name, each in zip(named, variables[1:], strict=True)}
            names = {name: Rails(yes, nobody) for name, yes in told.items()}
            return names, Rails(either(*told.values()), nobody), nobody
        answer = first_of([*zip(variables, (none, *named), strict=True)], "")
        known = where(answer, bool)
        nobody = where(answer, lambda one: one == none)
        told = {name: where(answer, lambda one, name=name: one == name) for name in named}  # type: ignore[misc]
        names = {name: Rails(yes, both(known, negated(yes))) for name, yes in told.items()}
        return names, Rails(both(known, negated(nobody)), nobody), known

    # -- signs ----------------------------------------------------------------------------------------------------

    def _must_be_told(self, sign: Sign, holder: Record) -> None:
        """A field that a rule which makes situations may tell of is not followed."""
        if self.hanging.is_given(sign, holder):
            raise TooWide

    def member(self, sign: Sign, holder: Record, member: str, of: Pass) -> Rails:
        """Is a member of a multi-choice sign yes?"""
        values: Any = holder.values[sign.name]
        now: Truth = values[member]
        if now != UNKNOWN:
            return KNOWN[now]
        if sign.name == "named_in":
            case = not member.startswith("isolation.")
            about: About = "case" if case else "isolation"
            names, _, closed = self.link(Sign(about, member.removeprefix("isolation.")), self.view.of(about)[0])
            return names.get(holder.id, Rails(False, closed))
        if sign.name not in ITEMS[sign.about]:
            return KNOWN[UNKNOWN]  # what was decided is no answer
        self._must_be_told(sign, holder)
        path = f"{path_of(holder, sign.name)}.{member}"
        told = self._yes_or_no(path) if path in self.missing else only(UNKNOWN)
        if of != ANSWERS:
            for rule, each in self.hanging.entailments(sign):
                assert isinstance(each.value, tuple)
                for reader in self.hanging.readers(rule, sign, holder):
                    told = _set(told, self.rails(rule.when, reader, ANSWERS), dict(each.value).get(member, UNKNOWN))
        if of == PRESUMED:
            for rule, value in self.hanging.presumptions(sign):
                if not isinstance(value.value, tuple):
                    raise TooWide
                for reader in self.hanging.readers(rule, sign, holder):
                    taken = self.rails(rule.when, reader, PRESUMED)
                    told = _set(told, taken, dict(value.value).get(member, UNKNOWN))
        return rails_of(told)

    def _yes_or_no(self, path: str, otherwise: Truth = UNKNOWN) -> Guarded:
        yes, no = self._choice(path, ("yes", "no"))
        return first_of(((yes, YES), (no, NO)), otherwise)

    def cell(self, sign: Sign, holder: Record, of: Pass) -> Guarded:
        """The value of a sign that is neither multi-choice nor a link.

        Raises
        ------
        TooWide
            Where it is not followed; what it hangs on is told by `explain/hanging.py`.
        """
        key = (holder.key, sign.name, of)
        if key not in self._cells:
            self._cells[key] = None
            try:
                self._cells[key] = self._cell(sign, holder, of)
            except TooWide:
                return self._refused()
        found = self._cells[key]
        return found if found is not None else self._refused()

    def _refused(self) -> Guarded:
        raise TooWide

    def _cell(self, sign: Sign, holder: Record, of: Pass) -> Guarded:
        value: Any = holder.values[sign.name]
        if is_known(value):
            return only(value)
        if sign.name in ITEMS[sign.about]:
            found = self._field(sign, holder, of)
        elif sign.name.endswith("_complete") and sign.about == "case":
            path = sign.name.removesuffix("_complete") + ".complete"
            found = self._yes_or_no(path, value) if path in self.missing else only(value)
            found = self._entailed(found, sign, holder, of)
        else:
            maker = self.book.derived.get(sign)
            found = self._derived(maker, sign, holder, of) if maker is not None else only(value)
        if of == PRESUMED:
            for rule, each in self.hanging.presumptions(sign):
                for reader in self.hanging.readers(rule, sign, holder):
                    found = self._presumed_value(found, rule, each, sign, holder, reader)
        return found

    def _field(self, sign: Sign, holder: Record, of: Pass) -> Guarded:
        path, item = path_of(holder, sign.name), ITEMS[sign.about][sign.name]
        if isinstance(item.type, Multi | Link):
            raise TooWide
        value: Any = holder.values[sign.name]
        if path not in self.missing:
            return self._entailed(self._copied(sign, holder, of) or self._as_told(sign, holder), sign, holder, of)
        self._must_be_told(sign, holder)
        if isinstance(item.type, Day):
            return self._day(path, value)
        return self._entailed(self._answers(path, item, value), sign, holder, of)

    def _day(self, path: str, now: Any) -> Guarded:
        if self.days is None:
            raise TooWide
        wires = self.days.get(path, ())
        read = [when_of(PartialDay.read(each)) for each in wires]
        return first_of([*zip(self._choice(path, wires), read, strict=True)], now)

    def _as_told(self, sign: Sign, holder: Record) -> Guarded:
        self._must_be_told(sign, holder)
        return only(holder.values[sign.name])

    def _copied(self, sign: Sign, holder: Record, of: Pass) -> Guarded | None:
        """What a situation that a rule made has from the record it was made of."""
        if holder.made_by is None:
            return None
        rule, spawn = maker_of(holder, self.book)
        source = dict(spawn.copy).get(sign.name)
        origin = self.view.find(str(holder.origin), rule.about)
        if source is None or origin is None:
            return None
        return self._named(source, origin, STRICT if of == ANSWERS else of)

    def _answers(self, path: str, item: Item, now: Any) -> Guarded:
        kinds = kinds_of(item, self.apart, self.work.intake)
        if isinstance(item.type, Text):
            return first_of([(self._choice(path, ("told",))[0], YES)], now)
        variables = self._choice(path, [kind.wire for kind in kinds])
        values: list[Any] = []
        for kind in kinds:
            if isinstance(item.type, Choice):
                values.append(frozenset((kind.wire,)))
            else:
                values.append(
                    Span(kind.wire, kind.wire) if isinstance(kind.wire, int) else YES if kind.wire == "yes" else NO
                )
        return first_of([*zip(variables, values, strict=True)], now)

    def _entailed(self, found: Guarded, sign: Sign, holder: Record, of: Pass) -> Guarded:
        if of == ANSWERS:
            return found
        type_ = self.book.vocabulary.type_of(sign)
        for rule, each in self.hanging.entailments(sign):
            for reader in self.hanging.readers(rule, sign, holder):
                told = self.rails(rule.when, reader, ANSWERS).guarded
                found = lifted(
                    lambda value, told, to=each.value: narrowed_to(value, to, type_)[0] if told == YES else value,
                    found,
                    told,
                )
        return found

    def contradictions(self) -> Iterator[Formula]:
        """When do answers contradict one another, as far as it is followed?"""
        for rule, each in self.book.concluding(c.Entails):
            assert isinstance(each, c.Entails)
            sign = self.book.vocabulary.find(rule.about, each.sign)
            assert sign is not None
            for record in self.view.of(rule.about):
                called_for = self.rails(rule.when, record, ANSWERS)
                with suppress(TooWide):
                    yield both(called_for.yes, self._stands_against(sign, self._holder(sign, record), each.value))
        for sign, rule in self.book.derived.items():
            for each in rule.conclusions:
                if isinstance(each, c.Derives) and isinstance(each.by, c.OneOf):
                    for record in self.view.of(sign.about):
                        with suppress(TooWide):
                            yield where(self._primitive(each.by, sign, record, STRICT), lambda value: not value)

    def _stands_against(self, sign: Sign, holder: Record, to: object) -> Formula:
        """Was something else answered than what is entailed?"""
        type_ = self.book.vocabulary.type_of(sign)
        if isinstance(type_, Multi):
            assert isinstance(to, tuple)
            told = [(self.member(sign, holder, member, ANSWERS), value) for member, value in to]
            return either(*(now.no if value == YES else now.yes for now, value in told))
        if isinstance(type_, Link):
            return self.link(sign, holder)[1].yes
        return where(self.cell(sign, holder, ANSWERS), lambda value: not narrowed_to(value, to, type_)[1])

    def _derived(self, rule: Rule, sign: Sign, holder: Record, of: Pass) -> Guarded:
        by = next(each.by for each in rule.conclusions if isinstance(each, c.Derives) and each.sign == sign.name)
        if by is None:
            return self.rails(rule.when, holder, of).guarded
        if isinstance(by, c.Lag):
            with suppress(TooWide):
                return self._counted(by, holder, of)
            return self._lag(by, sign, holder, of)
        found = self._primitive(by, sign, holder, of)
        if isinstance(by, c.OneOf):
            nothing = nothing_known(self.book.vocabulary.type_of(sign))
            if of == PRESUMED:
                # Presumptions that cannot all be say nothing.
                return lifted(lambda taken, known: taken or known, found, self.cell(sign, holder, STRICT))
            return lifted(lambda value: value or nothing, found)
        return found

    def _primitive(self, by: c.Primitive, sign: Sign, holder: Record, of: Pass) -> Guarded:
        match by:
            case c.OneOf(values):
                parts = [self.rails(condition, holder, of).perhaps for _, condition in values]
                guarded = [cases((part, True), (negated(part), False)) for part in parts]
                names = [name for name, _ in values]
                return lifted(lambda *told: frozenset(m for m, yes in zip(names, told, strict=True) if yes), *guarded)
            case c.SameAs(name):
                return self._named(name, holder, of)
            case c.OfLinked(through, name):
                return self._of_linked(through, name, sign, holder, of)
            case c.Band(name):
                return self._worked_out(by, sign, {name: self._named(name, holder, of)})
            case c.Widened(day, certainty):
                return self._worked_out(by, sign, {name: self._named(name, holder, of) for name in (day, certainty)})
            case c.ScoreBand(score, instrument):
                inputs = {name: self._named(name, holder, of) for name in (score, instrument)}
                return self._worked_out(by, sign, inputs)
            case c.Members(name, among):
                read = self.book.vocabulary.find(holder.about, name)
                assert read is not None
                told = [self.member(read, self._holder(read, holder), member, of).guarded for member in among]
                return lifted(
                    lambda *now: compute(
                        by, sign, _dummy(sign, {name: dict(zip(among, now, strict=True))}), self.view, self.book
                    ),
                    *told,
                )
            case _:
                raise TooWide

    def _of_linked(self, through: str, name: str, sign: Sign, holder: Record, of: Pass) -> Guarded:
        read = self.book.vocabulary.find(holder.about, through)
        assert read is not None
        type_ = self.book.vocabulary.type_of(read)
        assert isinstance(type_, Link)
        if type_.many:
            raise TooWide
        nothing = nothing_known(self.book.vocabulary.type_of(sign))
        names, _, _ = self.link(read, self._holder(read, holder))
        there = [record for about in type_.to for record in self.view.of(about) if name in record.values]  # type: ignore[arg-type]
        told = [(names[each.id].yes, self.cell(Sign(each.about, name), each, of)) for each in there if each.id in names]
        none = both(*(negated(yes) for yes, _ in told))
        return cases(*((both(yes, guard), value) for yes, cell in told for guard, value in cell), (none, nothing))

    def _named(self, name: str, holder: Record, of: Pass) -> Guarded:
        sign = self.book.vocabulary.find(holder.about, name)
        assert sign is not None
        return self.cell(sign, self._holder(sign, holder), of)

    def _worked_out(self, by: c.Primitive, sign: Sign, inputs: Mapping[str, Guarded]) -> Guarded:
        return lifted(
            lambda *now: compute(by, sign, _dummy(sign, dict(zip(inputs, now, strict=True))), self.view, self.book),
            *inputs.values(),
        )

    def _counted(self, by: c.Lag, holder: Record, of: Pass) -> Guarded:
        """Days between two days, where they do not hang on a day that is missing and not followed."""
        told: dict[str, Guarded] = {}
        for name in (by.start, by.end, ASSESSED_ON, next(each for each in ONSET if each in self.view.case.values)):
            if name != "assessment" and name not in told:
                try:
                    told[name] = self._named(name, holder, of)
                except TooWide:
                    told[name] = only(_NOT_FOLLOWED)

        def days(*values: Any) -> Span:
            everything = Record("", "case", _Followed(zip(told, values, strict=True)))
            return lag(by.start, by.end, everything, View(everything, {}))

        return lifted(days, *told.values())

    def _lag(self, by: c.Lag, sign: Sign, holder: Record, of: Pass) -> Guarded:
        """Days between two days, of which one at least is missing: any stretch within what is possible now."""
        of = of if self.hanging.hangs_on_presumed(sign, holder) else STRICT
        possible: Any = holder.values[sign.name]
        # As it is before a presumption of its own, which any answer may lift, fills it in.
        now = lag(by.start, by.end, self.presumed[holder.key], self.work.case.presumed) if of == PRESUMED else possible
        paths = self.asked(self.hanging.of_sign(sign, holder))
        if not paths:
            return only(now)
        least, most = possible.least, possible.most
        cuts = sorted(each for each in self.apart.limits[sign] if least < each <= most and abs(each) < INFINITE)
        steps = [Span(start, after - 1) for start, after in pairwise((least, *cuts, most + 1))]
        spans = [Span(one.least, other.most) for i, one in enumerate(steps) for other in steps[i:]]
        name = f"{holder.key} {sign.name} {of == PRESUMED}"
        tests = [(self._variable(f"{name} {span}", sorted(paths)), span) for span in spans if span != now]
        return first_of(tests, now)

    def _presumed_value(
        self, found: Guarded, rule: Rule, each: c.Presumes, sign: Sign, holder: Record, reader: Record
    ) -> Guarded:
        taken = self.rails(rule.when, reader, PRESUMED)
        if taken.yes is False:
            return found
        nothing = nothing_known(self.book.vocabulary.type_of(sign))
        value = only(each.value) if each.by is None else self._primitive(each.by, sign, reader, PRESUMED)
        strict = self.cell(sign, holder, STRICT)
        fills = both(taken.yes, *(where(each, lambda now: now == nothing) for each in (strict, found)))
        return cases(
            *((both(fills, guard), nothing if to is None or to == frozenset() else to) for guard, to in value),
            *((both(negated(fills), guard), now) for guard, now in found),
        )


def asks(node: Condition) -> bool:
    """Does the condition look at whether something was answered? That alone does not stay what it is."""
    return any(isinstance(each, n.Answered) for each in n.walk(node))


class _Followed(dict[str, Any]):
    """Values of signs, of which some are not followed and may not be looked at."""

    def __getitem__(self, name: str) -> Any:
        value = super().__getitem__(name)
        if value is _NOT_FOLLOWED:
            raise TooWide
        return value


_NOT_FOLLOWED = object()


def _dummy(sign: Sign, values: dict[str, Any]) -> Record:
    return Record("", sign.about, values)


def _told(node: n.Leaf, value: Any) -> Truth:
    """The truth of a leaf for a value of its sign."""
    record = Record("", node.sign.about, {node.sign.name: value})
    return truth(node, record, View(record, {}))


def _set(told: Guarded, by: Rails, to: Truth) -> Guarded:
    """A truth, set where nothing is told of it and something says so."""
    if to == UNKNOWN or by.yes is False:
        return told
    return lifted(lambda now, says: to if now == UNKNOWN and says == YES else now, told, by.guarded)
