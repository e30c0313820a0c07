"""Which rules can never say yes when some questions were never put to anybody?

For cohorts: a study that has no column for an answer knows nothing of it in any case. A rule that cannot be yes while
all those answers are unknown never fires there, whatever the others are. The search is that of `worlds`, over three
values, with the answers that are not there held unknown; what it is not sure of is not listed.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ipt_formulate.analysis.worlds import Question, Search, Test, Worlds
from ipt_formulate.logic.truth import YES
from ipt_formulate.rulebook import Rule, Rulebook
from ipt_formulate.rulebook import conclusions as c
from ipt_formulate.rulebook import nodes as n
from ipt_formulate.rulebook.canonical import plain
from ipt_formulate.rulebook.loading import inputs_of
from ipt_formulate.rulebook.nodes import About, Condition, Sign
from ipt_formulate.rulebook.vocabulary import LISTS, case_links


@dataclass(frozen=True, slots=True)
class Silent:
    """A rule that never fires, and the answers it reads that are not there; none where its list itself is not."""

    rule: str
    title: str
    absent: tuple[str, ...]


def never_firing(book: Rulebook, fields: Mapping[str, Collection[str]]) -> tuple[Silent, ...]:
    """The rules that never fire; those that only ask are left out, for they may fire on what is unknown.

    Parameters
    ----------
    book
        The rulebook.
    fields
        The answers that the study has, by kind of record: fields of the record (of the case dotted, with
        ``losses.complete`` and the like, and ``decisions`` if there are any). A kind that is missing has no table.
    """
    there = _There(book, fields)
    return tuple(
        Silent(rule.id, rule.title, there.absent_in(rule))
        for rule in book.active
        if rule.when is not None
        and not all(isinstance(each, c.Asks) for each in rule.conclusions)
        and not there.can_fire(rule, rule.when)
    )


class _There:
    """What can be known at all in a study."""

    def __init__(self, book: Rulebook, fields: Mapping[str, Collection[str]]) -> None:
        self.book = book
        self.fields = fields
        self.worlds = Worlds(book)
        self.makers: dict[Sign, list[Rule]] = {}
        for rule, each in book.concluding(c.Derives, c.Entails, c.Presumes):
            assert isinstance(each, c.Derives | c.Entails | c.Presumes)
            sign = book.vocabulary.find(rule.about, each.sign)
            if sign is not None:
                self.makers.setdefault(sign, []).append(rule)
        self.set = {
            Sign(each.about, name)
            for _, each in book.concluding(c.Spawns)
            if isinstance(each, c.Spawns)
            for name in (*(name for name, _ in each.set), *(name for name, _ in each.copy))
        }
        self.known = self._known()

    def has(self, about: About) -> bool:
        """May there be records of this kind? Rules may make changes from losses."""
        if about not in LISTS or about in self.fields:
            return True
        spawning = [rule for rule, each in self.book.concluding(c.Spawns) if getattr(each, "about", None) == about]
        return any(rule.about != about and self.has(rule.about) for rule in spawning)

    def can_fire(self, rule: Rule, when: Condition) -> bool:
        """May the sentence be yes in some case?"""
        entails = any(isinstance(each, c.Entails) for each in rule.conclusions)
        return self.has(rule.about) and self.can_be(when, definitions=not entails)

    def can_be(self, condition: Condition, *, definitions: bool = True) -> bool:
        """May a condition be yes? Yes as well where the search was given up. Entailments hold but for themselves."""
        return _Without(self, condition, definitions=definitions).reaches(YES, YES) is not False

    def absent_in(self, rule: Rule) -> tuple[str, ...]:
        """The intake answers that the rule reads, directly or through signs, and that are not there."""
        if not self.has(rule.about):
            return (LISTS[rule.about],)
        assert rule.when is not None
        return tuple(dict.fromkeys(sorted(self._absent(set(n.signs_read(rule.when)), set()))))

    def _absent(self, signs: set[Sign], seen: set[Sign]) -> Iterator[str]:
        for sign in signs - seen:
            seen.add(sign)
            if sign in self.makers:
                for maker in self.makers[sign]:
                    yield from self._absent(inputs_of(maker, maker.about, self.book.vocabulary), seen)
            elif sign not in self.known:
                yield str(sign)

    def _known(self) -> set[Sign]:
        """Every sign of which something may be known in some case."""
        known = {Sign("case", name) for name in self.fields.get("case", ())}
        for about in n.ABOUTS:
            for name in self.book.vocabulary.of(about):
                sign = Sign(about, name)
                if sign in self.set or self._given(about, name):
                    known.add(sign)
        grown = True
        while grown:
            more = {
                sign
                for sign, makers in self.makers.items()
                if sign not in known and any(self._works(maker, known) for maker in makers)
            }
            known |= more
            grown = bool(more)
        return known

    def _given(self, about: About, name: str) -> bool:
        if name.startswith(("setting.", "result.")) or name == "spawned":
            return True
        if name.startswith("decided."):
            return "decisions" in self.fields.get("case", ())
        if name == "named_in":
            links = {*case_links()}
            given = {*self.fields.get("case", ()), *(f"isolation.{each}" for each in self.fields.get("isolation", ()))}
            return bool(links & given)
        for kind, section in LISTS.items():
            if name == f"{section}_complete":
                return f"{section}.complete" in self.fields.get("case", ())
            if name == f"{section}_recorded":
                return kind in self.fields
        return name in self.fields.get(about, ())

    def _works(self, maker: Rule, known: set[Sign]) -> bool:
        read = inputs_of(maker, maker.about, self.book.vocabulary)
        return not read or bool(read & known)


class _Without(Search):
    """The search with the answers that are not there held unknown."""

    def __init__(self, there: _There, condition: Condition, *, definitions: bool) -> None:
        self.there = there
        self.quantified: dict[Question, n.Quantified] = {}
        super().__init__(there.worlds, condition, gaps=True, definitions=definitions)

    def _made(self, node: Condition) -> Any:
        if isinstance(node, n.QUANTIFIED):
            self.quantified["quantified", json.dumps(plain(node), sort_keys=True)] = node
        return super()._made(node)

    def _test(self, question: Question, yes: Any, domain: Sequence[Any], tells_gaps: bool = False) -> Test:
        if question in self.quantified:
            domain = self._answers_of(self.quantified[question])
        elif Sign(question[1], question[2]) not in self.there.known:  # type: ignore[arg-type]
            domain = ()
        test = Test(question, frozenset(yes), tells_gaps)
        self.tests.setdefault(question, []).append(test)
        self.domains[question] = domain
        return test

    def _told_apart(self, question: Question) -> Sequence[Any]:
        return super()._told_apart(question) if self.domains[question] else (None,)

    def _answers_of(self, node: n.Quantified) -> tuple[str, ...]:
        """Yes needs a record that may satisfy the part; no needs to know that there are no more."""
        found = []
        if self.there.has(node.about) and self.there.can_be(node.part):
            found.append("yes")
        section = LISTS.get(node.about)
        linked = isinstance(node, n.Linked) and node.sign in self.there.known
        if section is None or linked or Sign("case", f"{section}_complete") in self.there.known:
            found.append("no")
        return tuple(found)
