"""What has to be computed over tables for a rulebook, and in which passes?

Which rules run, which signs they read (and nothing else is encoded), which signs may differ between the two passes
(the others have one column for both), and what the tables cannot say. Decided once for a rulebook; looks at no case.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from ipt_formulate.engines import verdicts
from ipt_formulate.engines.connections import SHARED_ANSWERS, links_between
from ipt_formulate.intake import ITEMS
from ipt_formulate.intake.types import Link
from ipt_formulate.rulebook import Rule, Rulebook
from ipt_formulate.rulebook import conclusions as c
from ipt_formulate.rulebook import nodes as n
from ipt_formulate.rulebook.loading import SignRule, inputs_of
from ipt_formulate.rulebook.nodes import ABOUTS, SITUATIONS, About, Condition, Sign
from ipt_formulate.rulebook.switched import SETTING, by_settings
from ipt_formulate.rulebook.vocabulary import LISTS, SignType, Vocabulary

MATCHED = (*verdicts.MATCHED, c.Flags)
"""Conclusions of rules that are matched over tables."""
OF_RECORDS = ("timing_strength", "lag", "named_in")
"""Signs of every situation that the order of candidates reads."""
ONSET, ONSET_TOLD, ASSESSED = "onset", "episode.onset", "frame.assessed_on"
WISHES = ("most_tied_to", "wants_to_work_on", "most_feeling", "most_pressing", "most_workable")


class NotSupported(Exception):
    """The rulebook says something that tables cannot say; names the rule. The reference engine can run it."""


@dataclass(frozen=True)
class Plan:
    """A rulebook, looked through for the columns engine.

    `every_sign` keeps the signs that only advice reads too (for comparisons).
    """

    book: Rulebook
    every_sign: bool = False

    def __post_init__(self) -> None:
        for rule in self.book.active:
            self._check(rule)

    @property
    def vocabulary(self) -> Vocabulary:
        """The signs of the rulebook."""
        return self.book.vocabulary

    # -- rules --------------------------------------------------------------------------------------------------------

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        """The rules whose sentence is matched, those that a switch turns off left in: their truth is no."""
        return tuple(rule for rule in self.book.active if any(isinstance(each, MATCHED) for each in rule.conclusions))

    @cached_property
    def spawned(self) -> frozenset[About]:
        """The kinds of situation that rules may make."""
        return frozenset(each.about for _, each in self.book.concluding(c.Spawns) if isinstance(each, c.Spawns))

    def truth_is(self, node: Condition) -> int:
        """What the switches alone say of a condition."""
        return by_settings(node, self.book.settings)

    # -- what is read -------------------------------------------------------------------------------------------------

    @cached_property
    def signs(self) -> tuple[SignRule, ...]:
        """The derived and presumed signs that something reads, each after those it reads."""
        if self.every_sign:
            return self.book.signs
        wanted = {sign for _, sign in self._outer_reads()}
        kept: list[SignRule] = []
        for each in reversed(self.book.signs):
            if each.sign in wanted:
                kept.append(each)
                wanted |= {sign for maker in each.makers for _, sign in self.rule_reads(maker)}
        return tuple(reversed(kept))

    @cached_property
    def reads(self) -> frozenset[tuple[About, Sign]]:
        """Every sign that is read, with the kind of record in whose table it is read."""
        found = set(self._outer_reads())
        for each in self.signs:
            for maker in each.makers:
                found |= set(self.rule_reads(maker))
            found.add((each.sign.about, each.sign))
        return frozenset(found)

    def _outer_reads(self) -> Iterator[tuple[About, Sign]]:
        for rule in self.rules:
            yield from self.rule_reads(rule)
        for rule, entails in self.book.concluding(c.Entails):
            assert isinstance(entails, c.Entails)
            yield from self.rule_reads(rule)
            yield from self._found(rule.about, entails.sign)
        for rule, spawns in self.book.concluding(c.Spawns):
            assert isinstance(spawns, c.Spawns)
            yield from self.rule_reads(rule)
            for old in (source for _, source in spawns.copy):
                yield from self._found(rule.about, old)
            yield from self._found(spawns.about, "kind")
            yield from self._listed(rule.about, spawns.about)
        for about in SITUATIONS:
            for name in (*OF_RECORDS, "decided.exclude"):
                yield about, Sign(about, name)
            for other in (*SITUATIONS, "person"):
                for name in links_between(about, other):
                    yield about, Sign(about, name)
        yield "isolation", Sign("isolation", "decided.override")
        for name in ("patient_wants", "other_wants"):
            yield "conflict", Sign("conflict", name)
        for name in ("episode_present", ONSET, *(f"wishes.{each}" for each in WISHES), *SHARED_ANSWERS):
            yield "case", Sign("case", name)
        for section in LISTS.values():
            yield "case", Sign("case", f"{section}_complete")

    def rule_reads(self, rule: Rule) -> Iterator[tuple[About, Sign]]:
        """What one rule reads, in which table."""
        for node in conditions_of(rule):
            yield from self.condition_reads(node, rule.about)
        for each in rule.conclusions:
            by = each.by if isinstance(each, c.Derives | c.Presumes) else None
            if isinstance(by, c.OfLinked):
                yield from self._found(rule.about, by.through)
                for other in self.kinds_of(rule.about, by.through):
                    yield from self._found(other, by.sign)
            elif isinstance(by, c.Count):
                yield from self._listed(rule.about, by.about)
            elif by is not None and not isinstance(by, c.OneOf):
                for name in names_in(by):
                    yield from self._found(rule.about, name)

    def condition_reads(self, node: Condition, about: About) -> Iterator[tuple[About, Sign]]:
        """What a condition about a kind of record reads, in which table."""
        if isinstance(node, n.LEAVES):
            if not node.sign.name.startswith(SETTING):
                yield about, node.sign
            if isinstance(node, n.Has) and node.sign.name == "named_in":
                yield from (self.link(each) for each in node.members)
            return
        if isinstance(node, n.QUANTIFIED):
            yield from self._listed(about, node.about)
            if isinstance(node, n.Linked):
                yield about, node.sign
            yield from self.condition_reads(node.part, node.about)
            return
        for part in n.children(node):
            yield from self.condition_reads(part, about)

    @staticmethod
    def link(name: str) -> tuple[About, Sign]:
        """A link of the case or of the isolation picture that names situations, and in which table it stands."""
        about: About = "isolation" if name.startswith("isolation.") else "case"
        return about, Sign(about, name.removeprefix("isolation."))

    def _listed(self, about: About, other: About) -> Iterator[tuple[About, Sign]]:
        if other in LISTS:
            yield about, Sign("case", f"{LISTS[other]}_complete")

    def _found(self, about: About, name: str) -> Iterator[tuple[About, Sign]]:
        sign = self.vocabulary.find(about, name)
        if sign is not None:
            yield about, sign

    def kinds_of(self, about: About, link: str) -> tuple[About, ...]:
        """The kinds of record that a link may name."""
        sign = self.vocabulary.find(about, link)
        type_ = self.vocabulary.type_of(sign) if sign is not None else None
        return type_.to if isinstance(type_, Link) else ()  # type: ignore[return-value]

    @cached_property
    def fields(self) -> Mapping[About, tuple[str, ...]]:
        """The answers that are read, by kind of record."""
        known = {about: {*ITEMS[about], *(f"decided.{each}" for each in _DECIDED)} for about in ABOUTS}
        known["case"] |= {f"{section}_complete" for section in LISTS.values()}
        return {
            about: tuple(sorted({s.name for _, s in self.reads if s.about == about and s.name in known[about]}))
            for about in ABOUTS
        }

    @cached_property
    def case_signs(self) -> Mapping[About, tuple[Sign, ...]]:
        """The signs of the case that rules about each kind of record read."""
        return {
            about: tuple(sorted({s for where, s in self.reads if where == about and s.about == "case"}, key=str))
            for about in ABOUTS
            if about != "case"
        }

    @cached_property
    def sources(self) -> frozenset[Sign]:
        """The answers of which it matters who gave them."""
        return frozenset(
            node.sign
            for rule in self.book.active
            for condition in conditions_of(rule)
            for node in n.walk(condition)
            if isinstance(node, n.SaidBy)
        )

    def type_of(self, about: About, name: str) -> SignType:
        """The type of a sign."""
        return self.vocabulary.type_of(Sign(about, name))

    # -- the two passes -----------------------------------------------------------------------------------------------

    @cached_property
    def touched(self) -> frozenset[Sign]:
        """The signs that presumptions reach, directly or through other signs."""
        found: set[Sign] = set()
        for each in self.signs:
            if each.presumed_by:
                found.add(each.sign)
            elif each.derived_by is not None:
                read = {sign for _, sign in self.rule_reads(each.derived_by)}
                read |= inputs_of(each.derived_by, each.derived_by.about, self.vocabulary)
                if read & found or any(self._over_spawned(node) for node in conditions_of(each.derived_by)):
                    found.add(each.sign)
        return frozenset(found)

    def differs(self, node: Condition) -> bool:
        """May the condition differ between the two passes?"""
        if isinstance(node, n.LEAVES):
            return node.sign in self.touched
        if isinstance(node, n.Linked) and node.sign in self.touched:
            return True
        return self._over_spawned(node) or any(self.differs(part) for part in n.children(node))

    def _over_spawned(self, node: Condition) -> bool:
        return any(isinstance(each, n.QUANTIFIED) and each.about in self.spawned for each in n.walk(node))

    # -- what cannot be said ------------------------------------------------------------------------------------------

    def _check(self, rule: Rule) -> None:
        def refuse(why: str) -> None:
            raise NotSupported(f"{rule.id}: over tables, {why}; use the reference engine for this rulebook")

        yields: set[About] = set()
        for each in rule.conclusions:
            match each:
                case c.Derives(by=c.Count()) | c.Presumes(by=c.Count()):
                    refuse("a sign that counts records is not supported")
                case c.Presumes(sign=name):
                    sign = self.vocabulary.find(rule.about, name)
                    if sign is not None and sign.about != rule.about:
                        refuse("a presumption on the case from a record of a list is not supported")
                    if sign is not None and isinstance(self.vocabulary.type_of(sign), Link):
                        refuse("a presumption on a link is not supported")
                case c.Entails(sign=name, value=value):
                    sign = self.vocabulary.find(rule.about, name)
                    from_list = sign is not None and sign.about == "case" and rule.about not in ("case", "isolation")
                    if from_list and not isinstance(value, int):
                        refuse("a record of a list may entail yes/no answers of the case only")
                    if from_list and rule.about in self.spawned_kinds():
                        refuse("an answer of the case entailed by a record that rules may make is not supported")
                case c.Spawns(copy=copy):
                    presumed = {each.sign for each in self.book.signs if each.presumed_by or each.derived_by}
                    if any(Sign(rule.about, old) in presumed for _, old in copy):
                        refuse("copying a derived or presumed sign to a situation that is made is not supported")
                case c.Yields(of=of):
                    if of in yields:
                        refuse("two differentials of one rule towards the same kind of record are not supported")
                    yields.add(of)
                case c.Flags():
                    if any(isinstance(node, n.QUANTIFIED) for part in conditions_of(rule) for node in n.walk(part)):
                        refuse("a safety rule that looks at other records is not supported")
                case _:
                    pass

    def spawned_kinds(self) -> frozenset[About]:
        """The same as `spawned`, before anything else of the plan is known."""
        return frozenset(each.about for _, each in self.book.concluding(c.Spawns) if isinstance(each, c.Spawns))


_DECIDED = ("confirm", "keep", "exclude", "override")


def conditions_of(rule: Rule) -> Iterator[Condition]:
    """Every condition of a rule that is matched: its sentence, and those inside its conclusions."""
    if rule.when is not None:
        yield rule.when
    for each in rule.conclusions:
        match each:
            case c.Yields(where=where) if where is not None:
                # Read in the table of the other record; see `Plan.rule_reads`.
                yield n.AtLeast(1, each.of, where)
            case c.Bars(until=until) if until is not None:
                yield until
            case c.Derives(by=c.OneOf(values)) | c.Presumes(by=c.OneOf(values)):
                for _, condition in values:
                    yield condition
            case c.Derives(by=c.Count(about, part)) | c.Presumes(by=c.Count(about, part)) if part is not None:
                yield n.AtLeast(1, about, part)
            case _:
                pass


def names_in(by: c.Primitive) -> tuple[str, ...]:
    """The signs of the record or the case that a primitive reads."""
    match by:
        case c.Lag(start, end):
            return (start, *(() if end == "assessment" else (end,)), ONSET, ONSET_TOLD, ASSESSED)
        case c.Band(of) | c.Members(of):
            return (of,)
        case c.ScoreBand(score, instrument):
            return (score, instrument)
        case c.SameAs(sign):
            return (sign,)
        case c.Widened(day, certainty):
            return (day, certainty)
        case _:
            return ()


def quantified_in(conditions: Iterable[Condition]) -> list[n.Quantified]:
    """The outermost quantified parts of conditions, each once."""
    found: dict[n.Quantified, None] = {}

    def look(node: Condition) -> None:
        if isinstance(node, n.QUANTIFIED):
            found.setdefault(node)
            return
        for part in n.children(node):
            look(part)

    for each in conditions:
        look(each)
    return list(found)


__all__ = ["NotSupported", "Plan", "conditions_of", "names_in", "quantified_in"]
