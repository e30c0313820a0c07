"""Is there any set of complete answers under which a condition is yes?

A small exact search over the answers that a condition reads, for lints: each sign has so many different answers as the
condition can tell apart, derived signs are followed down to what they are made from, and what holds by definition
(entailments) holds. Quantified parts are taken as free to be yes or no, so *impossible* is always true of the rule,
while *possible* may be too kind. A search that grows too large answers None, never a guess.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from ipt_formulate.intake.types import Choice, Multi, Number, Tri
from ipt_formulate.logic.possible import INFINITE, Span
from ipt_formulate.logic.truth import NO, UNKNOWN, YES, Truth
from ipt_formulate.rulebook import Rulebook
from ipt_formulate.rulebook import conclusions as c
from ipt_formulate.rulebook import nodes as n
from ipt_formulate.rulebook.blocks import SOURCES
from ipt_formulate.rulebook.canonical import plain
from ipt_formulate.rulebook.nodes import Condition, Sign

MOST_STEPS = 4000

Question: TypeAlias = tuple[str, ...]
"""What is asked: a sign, a member of a multi-choice sign, the source of an answer, or a quantified part."""


@dataclass(frozen=True, slots=True)
class Test:
    """Yes for some answers to one question; unknown where the answer is missing, unless `tells_gaps`."""

    question: Question
    yes: frozenset[Any]
    tells_gaps: bool = False

    def truth(self, answer: Any) -> Truth:
        """The truth of the test for an answer; None stands for a missing one."""
        if answer is None and not self.tells_gaps:
            return UNKNOWN
        return YES if answer in self.yes else NO


@dataclass(frozen=True, slots=True)
class Joint:
    """All parts (`every`) or any of them."""

    every: bool
    parts: tuple[Formula, ...]


@dataclass(frozen=True, slots=True)
class Opposite:
    """Not the part."""

    part: Formula


Formula: TypeAlias = Test | Joint | Opposite


class Worlds:
    """Searches the answers to the signs of one rulebook."""

    def __init__(self, book: Rulebook) -> None:
        self.book = book
        self._entailed = [(rule, each) for rule, each in book.concluding(c.Entails) if isinstance(each, c.Entails)]
        self._fixed = {Sign(rule.about, each.sign) for rule, each in self._entailed}
        self._presumed = {each.sign for each in book.signs if each.presumed_by}

    def possible(
        self, condition: Condition, wanted: Truth = YES, *, gaps: bool = False, definitions: bool = True
    ) -> bool | None:
        """Can the condition have at least this truth?

        Parameters
        ----------
        condition
            Any condition of a rule.
        wanted
            YES, or UNKNOWN for "not no".
        gaps
            Whether answers may be missing. Where the condition tests `answered`, they always may.
        definitions
            Whether what holds by definition holds. An entailment itself is asked before it does.

        Returns
        -------
        bool or None
            None if the search was given up.
        """
        return Search(self, condition, gaps=gaps, definitions=definitions).reaches(wanted, YES)

    def can_fail(self, condition: Condition) -> bool | None:
        """Can the condition be other than yes while every answer is there?"""
        return Search(self, condition).reaches(NO, UNKNOWN)

    def can_be_unknown(self, condition: Condition) -> bool | None:
        """Can the condition be unknown while answers are missing?"""
        return Search(self, condition, gaps=True).reaches(UNKNOWN, UNKNOWN)

    def made_of(self, sign: Sign) -> c.Primitive | Condition | None:
        """What a derived sign is made of; None for what must be taken as it is."""
        maker = self.book.derived.get(sign)
        if maker is None or sign in self._fixed or sign in self._presumed:
            return None
        if maker.when is not None:
            return maker.when
        return next((each.by for each in maker.conclusions if isinstance(each, c.Derives)), None)

    def limits(self, sign: Sign) -> Span:
        """The least and the most that a number can be."""
        made = self.made_of(sign)
        if isinstance(made, c.Members):
            return Span(0, len(made.among))
        type_ = self.book.vocabulary.type_of(sign)
        assert isinstance(type_, Number)
        return Span(-INFINITE if type_.least is None else type_.least, INFINITE if type_.most is None else type_.most)

    def definitions(self, signs: set[Sign]) -> Iterator[Condition]:
        """What holds by definition and speaks of one of these signs."""
        for rule, each in self._entailed:
            sign = self.book.vocabulary.find(rule.about, each.sign)
            if sign in signs and rule.when is not None:
                yield n.AnyOf((n.Not(rule.when), _has_value(sign, each.value)))


def _has_value(sign: Sign, value: Any) -> Condition:
    if isinstance(value, frozenset):
        return n.Among(sign, value)
    if isinstance(value, Span):
        return n.Between(sign, value.least, value.most)
    if isinstance(value, tuple):
        yes = tuple(member for member, told in value if told == YES)
        no = tuple(member for member, told in value if told == NO)
        return n.AllOf((n.Has(sign, "all", yes), n.Has(sign, "none", no)))
    return n.Says(sign, value == YES)


class Search:
    """One condition, made into tests of single questions, and the search for answers."""

    def __init__(self, worlds: Worlds, condition: Condition, *, gaps: bool = False, definitions: bool = True) -> None:
        self.worlds = worlds
        self.gaps = gaps
        self.asked = {node.sign for node in n.walk(condition) if isinstance(node, n.Answered)}
        self.signs: set[Sign] = set()
        self.tests: dict[Question, list[Test]] = {}
        self.domains: dict[Question, Sequence[Any]] = {}
        self.formula = self._made(condition)
        holding = worlds.definitions(set(self.signs)) if definitions else ()
        self.rules = [self._made(each) for each in holding]
        self.domains = {question: self._told_apart(question) for question in self.tests}
        self.steps = 0

    # -- from nodes to tests --------------------------------------------------------------------------------------

    def _made(self, node: Condition) -> Formula:
        match node:
            case n.AllOf(parts) | n.AnyOf(parts):
                return Joint(isinstance(node, n.AllOf), tuple(self._made(part) for part in parts))
            case n.Not(part):
                return Opposite(self._made(part))
            case n.Block(_, part) | n.Exemption(_, part):
                return self._made(part)
            case n.AtLeast() | n.Linked() | n.Connected():
                return self._test(("quantified", json.dumps(plain(node), sort_keys=True)), {"yes"}, ("yes", "no"))
            case _:
                self.signs.add(node.sign)
                return self._leaf(node)

    def _leaf(self, node: n.Leaf) -> Formula:
        sign = node.sign
        match node:
            case n.SaidBy(source=source):
                return self._test(("source", *_spelt(sign)), {source}, SOURCES)
            case n.Names(someone=someone):
                return self._test(("link", *_spelt(sign)), {"someone" if someone else "none"}, ("someone", "none"))
            case n.Answered(yes=yes):
                told = self._told(sign)
                return told if yes else Opposite(told)
        made = self.worlds.made_of(sign) if sign not in self.asked else None
        match node:
            case n.Says(yes=yes):
                if isinstance(made, c.SameAs):
                    return self._leaf(n.Says(self._same(sign, made), yes))
                if made is not None and not isinstance(made, c.Primitive):
                    inner = self._made(made)
                    return inner if yes else Opposite(inner)
                return self._test(("yes/no", *_spelt(sign)), {yes}, (True, False))
            case n.Among(values=values):
                return self._choice(sign, values, made)
            case n.Between(least=least, most=most):
                return self._number(sign, least, most)
            case n.Has(how=how, members=members):
                parts = tuple(self._test(("member", *_spelt(sign), each), {True}, (True, False)) for each in members)
                return Joint(True, parts) if how == "all" else self._turned(Joint(False, parts), how == "none")
        raise TypeError(f"not a leaf: {type(node).__name__}")

    def _choice(self, sign: Sign, values: frozenset[str], made: Any) -> Formula:
        match made:
            case c.SameAs():
                return self._leaf(n.Among(self._same(sign, made), values))
            case c.OneOf(sentences):
                return Joint(False, tuple(self._made(part) for name, part in sentences if name in values))
            case c.Band(of, bands):
                number = self.worlds.book.vocabulary.find(sign.about, of)
                assert number is not None
                chosen = [(least, most) for name, least, most in bands if name in values]
                return Joint(False, tuple(self._number(number, least, most) for least, most in chosen))
        type_ = self.worlds.book.vocabulary.type_of(sign)
        assert isinstance(type_, Choice)
        return self._test(("choice", *_spelt(sign)), values, type_.members)

    def _number(self, sign: Sign, least: int, most: int) -> Formula:
        made = self.worlds.made_of(sign) if sign not in self.asked else None
        if isinstance(made, c.SameAs):
            return self._number(self._same(sign, made), least, most)
        self.signs.add(sign)
        return self._test(("number", *_spelt(sign)), {(least, most)}, (self.worlds.limits(sign),))

    def _same(self, sign: Sign, made: c.SameAs) -> Sign:
        other = self.worlds.book.vocabulary.find(sign.about, made.sign)
        assert other is not None
        self.signs.add(other)
        return other

    def _told(self, sign: Sign) -> Formula:
        """Is anything known of the sign?"""
        type_ = self.worlds.book.vocabulary.type_of(sign)
        match type_:
            case Tri():
                return self._test(("yes/no", *_spelt(sign)), {True, False}, (True, False), tells_gaps=True)
            case Choice(members=members):
                return self._test(("choice", *_spelt(sign)), members, members, tells_gaps=True)
            case Multi(members=members):
                parts = [("member", *_spelt(sign), each) for each in members]
                return Joint(False, tuple(self._test(each, {True, False}, (True, False), True) for each in parts))
            case Number():
                limits = self.worlds.limits(sign)
                return self._test(("number", *_spelt(sign)), {tuple(limits)}, (limits,), tells_gaps=True)
            case _:
                question = ("link", *_spelt(sign))
                return self._test(question, {"someone", "none"}, ("someone", "none"), tells_gaps=True)

    def _turned(self, formula: Formula, really: bool) -> Formula:
        return Opposite(formula) if really else formula

    def _test(self, question: Question, yes: Any, domain: Sequence[Any], tells_gaps: bool = False) -> Test:
        test = Test(question, frozenset(yes), tells_gaps)
        self.tests.setdefault(question, []).append(test)
        self.domains[question] = domain
        return test

    # -- answers --------------------------------------------------------------------------------------------------

    def _told_apart(self, question: Question) -> Sequence[Any]:
        """One answer for each way in which the tests of a question can come out together."""
        tests = self.tests[question]
        domain: Sequence[Any] = self.domains[question]
        if question[0] == "number":
            domain = _numbers(tests, domain[0])
        missing = self.gaps or any(test.tells_gaps for test in tests)
        apart: dict[tuple[Truth, ...], Any] = {}
        for answer in (*domain, None) if missing else domain:
            apart.setdefault(tuple(_truth(test, answer) for test in tests), answer)
        return tuple(apart.values())

    def reaches(self, least: Truth, most: Truth) -> bool | None:
        """Is there an assignment with a truth in this range, against no definition?"""
        self.steps = 0
        try:
            return self._search({}, (least, most))
        except OverflowError:
            return None

    def _search(self, answers: dict[Question, Any], wanted: tuple[Truth, Truth]) -> bool:
        self.steps += 1
        if self.steps > MOST_STEPS:
            raise OverflowError
        goals = [(self.formula, wanted), *((rule, (UNKNOWN, YES)) for rule in self.rules)]
        open_: Formula | None = None
        for formula, (least, most) in goals:
            low, high = self._range(formula, answers)
            if high < least or most < low:
                return False
            if (low < least or most < high) and open_ is None:
                open_ = formula
        if open_ is None:
            return True
        question = self._next(open_, answers)
        assert question is not None
        return any(self._search({**answers, question: answer}, wanted) for answer in self.domains[question])

    def _range(self, formula: Formula, answers: dict[Question, Any]) -> tuple[Truth, Truth]:
        match formula:
            case Test(question=question):
                if question in answers:
                    truth = _truth(formula, answers[question])
                    return truth, truth
                truths = [_truth(formula, answer) for answer in self.domains[question]]
                return min(truths), max(truths)
            case Opposite(part):
                low, high = self._range(part, answers)
                return YES - high, YES - low
            case Joint(every, parts):
                ranges = [self._range(part, answers) for part in parts]
                if every:
                    return min((low for low, _ in ranges), default=YES), min((high for _, high in ranges), default=YES)
                return max((low for low, _ in ranges), default=NO), max((high for _, high in ranges), default=NO)

    def _next(self, formula: Formula, answers: dict[Question, Any]) -> Question | None:
        """A question that is still open in an undecided part."""
        low, high = self._range(formula, answers)
        if low == high:
            return None
        if isinstance(formula, Test):
            return formula.question
        parts = (formula.part,) if isinstance(formula, Opposite) else formula.parts
        return next((found for part in parts if (found := self._next(part, answers)) is not None), None)


def _truth(test: Test, answer: Any) -> Truth:
    if test.question[0] == "number" and answer is not None:
        return YES if any(least <= answer <= most for least, most in test.yes) else NO
    return test.truth(answer)


def _numbers(tests: Sequence[Test], limits: Span) -> tuple[int, ...]:
    """The limits, and each number at which some test changes."""
    turns = {turn for test in tests for least, most in test.yes for turn in (least, most + 1)}
    inside = {each for each in turns if limits.least <= each <= limits.most}
    return tuple(sorted({limits.least, *inside}))


def _spelt(sign: Sign) -> tuple[str, str]:
    return sign.about, sign.name
