"""On which missing answers can a verdict still hang, in either pass?

Like `engines/openness.py`, which follows what is unknown for certain; here also what is taken to be so until asked:
an answer that lifts a presumption changes the lean. What is known for certain stays what it is under every further
answer that contradicts nothing, so nothing below it is followed. The result is a sound superset, by members for
multi-choice answers (`safety.self_harm.plan`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ipt_formulate.engines.connections import connected
from ipt_formulate.engines.facts import Ids, Record, Value, When
from ipt_formulate.engines.kleene import truth
from ipt_formulate.engines.openness import open_connection, open_list, path_of
from ipt_formulate.engines.signs import Situations, maker_of
from ipt_formulate.formulation.focus import LINKS_OF_CRITERION
from ipt_formulate.intake import ITEMS, Multi
from ipt_formulate.logic.possible import Span
from ipt_formulate.logic.truth import NO, UNKNOWN, YES
from ipt_formulate.rulebook import Rule, Rulebook
from ipt_formulate.rulebook import conclusions as c
from ipt_formulate.rulebook import nodes as n
from ipt_formulate.rulebook.loading import inputs_of
from ipt_formulate.rulebook.nodes import About, Condition, Sign
from ipt_formulate.rulebook.vocabulary import LISTS, case_links

DECISIONS = "decisions"


class Hanging:
    """The missing answers of one case, found by what hangs on them."""

    def __init__(self, case: Situations, book: Rulebook) -> None:
        self.view = case.strict
        self.book = book
        self._presumed = {each.sign: each.presumed_by for each in book.signs if each.presumed_by}
        self._entailed: dict[Sign, list[tuple[Rule, c.Entails]]] = {}
        for rule, entails in book.concluding(c.Entails):
            assert isinstance(entails, c.Entails)
            sign = book.vocabulary.find(rule.about, entails.sign)
            if sign is not None:
                self._entailed.setdefault(sign, []).append((rule, entails))
        self._spawns = [(rule, each) for rule, each in book.concluding(c.Spawns) if isinstance(each, c.Spawns)]
        self._kept: dict[tuple[str, str], frozenset[str]] = {}

    # -- conditions -----------------------------------------------------------------------------------------------

    def of_condition(self, node: Condition | None, record: Record) -> frozenset[str]:
        """What the truth of a condition hangs on; nothing if it is known."""
        return frozenset(self._condition(node, record)) if node is not None else frozenset()

    def _condition(self, node: Condition, record: Record) -> Iterator[str]:
        if truth(node, record, self.view) != UNKNOWN:
            return
        if isinstance(node, n.LEAVES):
            yield from self.of_leaf(node, record)
        elif isinstance(node, n.QUANTIFIED):
            if isinstance(node, n.Linked):
                yield from self.of_sign(node.sign, record)
            if isinstance(node, n.Connected):
                for other in self.view.of(node.about):
                    if other is not record:
                        yield from self.of_connection(record, other)
            yield from self._some(node.about, node.part)
        else:
            for part in n.children(node):
                yield from self._condition(part, record)

    def of_every_leaf(self, node: Condition, record: Record) -> Iterator[str]:
        """What any leaf of a condition hangs on, known parts included; for what looks at leaves one by one."""
        if isinstance(node, n.LEAVES):
            yield from self.of_leaf(node, record)
            return
        if isinstance(node, n.QUANTIFIED):
            if isinstance(node, n.Linked):
                yield from self.of_sign(node.sign, record)
            for each in self.view.of(node.about):
                if isinstance(node, n.Connected) and each is not record:
                    yield from self.of_connection(record, each)
                yield from self.of_every_leaf(node.part, each)
                yield from self.of_existence(each)
            yield from self.of_list(node.about)
            return
        for part in n.children(node):
            yield from self.of_every_leaf(part, record)

    def _some(self, about: About, part: Condition) -> Iterator[str]:
        for each in self.view.of(about):
            yield from self._condition(part, each)
            yield from self.of_existence(each)
        yield from self.of_list(about)

    def of_leaf(self, node: n.Leaf, record: Record) -> frozenset[str]:
        """What the sign that a leaf reads hangs on, as far as the leaf looks at it."""
        found = self.of_sign(node.sign, record)
        if isinstance(node, n.Has):
            return self._of_members(found, node.members, node.sign, record)
        return found

    def _of_members(
        self, found: frozenset[str], members: tuple[str, ...], sign: Sign, record: Record
    ) -> frozenset[str]:
        """Of what a multi-choice sign hangs on, what bears on these members; links are members of `named_in`."""
        if sign.name == "named_in":
            return frozenset(each for each in found if each in members)
        own = path_of(self.view.case if sign.about == "case" else record, sign.name) + "."
        return frozenset(each for each in found if not each.startswith(own) or each.removeprefix(own) in members)

    # -- records --------------------------------------------------------------------------------------------------

    def of_list(self, about: About) -> frozenset[str]:
        """What it hangs on whether the list of a kind of record is complete."""
        if about not in LISTS or self.view.complete(about) == YES:
            return frozenset()
        return frozenset(open_list(about, self.view)) | self.of_sign(
            Sign("case", f"{LISTS[about]}_complete"), self.view.case
        )

    def of_existence(self, record: Record) -> frozenset[str]:
        """What it hangs on whether a made situation exists."""
        if record.made_by is None or record.exists != UNKNOWN:
            return frozenset()
        rule = self.book.rules[record.made_by]
        return frozenset().union(
            *(self.of_condition(rule.when, each) for each in self.view.of(rule.about) if each.id == record.origin)
        )

    def of_connection(self, record: Record, other: Record) -> frozenset[str]:
        """What it hangs on whether two records are connected."""
        if connected(record, other, self.view) != UNKNOWN:
            return frozenset()
        return frozenset(open_connection(record, other, self.view))

    def of_criterion(self, name: str, record: Record) -> frozenset[str]:
        """What a criterion of the order hangs on, as far as it is about this record."""
        if name in LINKS_OF_CRITERION:
            return frozenset(self.of_naming(record, LINKS_OF_CRITERION[name]))
        if name == "severity":
            rules = (rule for rule, _ in self.book.concluding(c.Ranks) if rule.about == record.about)
            return frozenset().union(*(self.of_condition(rule.when, record) for rule in rules))
        return self.of_sign(Sign(record.about, "timing_strength" if name == "timing" else "lag"), record)

    def of_naming(self, record: Record, links: Iterable[str]) -> Iterator[str]:
        """Of some links, those of which it is not known whether they name the record."""
        told = record.values["named_in"]
        assert isinstance(told, dict)
        yield from (link for link in links if told[link] == UNKNOWN)

    # -- signs ----------------------------------------------------------------------------------------------------

    def of_sign(self, sign: Sign, record: Record) -> frozenset[str]:
        """What the value of a sign of a record (or of the case) hangs on; nothing if it is known to the last."""
        holder = self.view.case if sign.about == "case" else record
        key = (holder.key, sign.name)
        kept = self._kept.get(key)
        if kept is None:
            self._kept[key] = frozenset()  # a circle adds nothing
            kept = self._kept[key] = frozenset(self._sign(sign, holder))
        return kept

    def _sign(self, sign: Sign, holder: Record) -> Iterator[str]:
        value = holder.values[sign.name]
        if is_known(value):
            return
        if sign.name in ITEMS[sign.about]:
            yield from _own(sign, holder, value)
            yield from self._given(sign, holder)
        elif sign.name == "named_in":
            assert isinstance(value, dict)
            yield from (name for name in case_links() if value[name] == UNKNOWN)
        elif sign.name.endswith("_complete"):
            yield sign.name.removesuffix("_complete") + ".complete"
        elif sign.name.startswith("decided."):
            yield DECISIONS
        else:
            yield from self._derived(sign, holder)
        for rule in self._presumed.get(sign, ()):
            yield from self._made_by(rule, sign, holder)
        for rule, _ in self._entailed.get(sign, ()):
            for each in self.readers(rule, sign, holder):
                yield from self.of_condition(rule.when, each)

    def entailments(self, sign: Sign) -> list[tuple[Rule, c.Entails]]:
        """The rules by which a sign follows from other answers."""
        return self._entailed.get(sign, [])

    def presumptions(self, sign: Sign) -> Iterator[tuple[Rule, c.Presumes]]:
        """The rules that presume a sign."""
        for rule in self._presumed.get(sign, ()):
            yield from (
                (rule, each) for each in rule.conclusions if isinstance(each, c.Presumes) and each.sign == sign.name
            )

    def hangs_on_presumed(self, sign: Sign, holder: Record) -> bool:
        """Is there a presumption of anything that a sign is made from?"""
        waiting, seen = [sign], set()
        while waiting:
            each = waiting.pop()
            if each in seen:
                continue
            seen.add(each)
            if each in self._presumed and each != sign:
                return True
            maker = self.book.derived.get(each)
            if maker is not None:
                waiting += inputs_of(maker, maker.about, self.book.vocabulary)
            if holder.made_by is not None and each.about == holder.about:
                rule, spawn = maker_of(holder, self.book)
                sources = (source for name, source in spawn.copy if name == each.name)
                waiting += filter(None, (self.book.vocabulary.find(rule.about, source) for source in sources))
        return False

    def is_given(self, sign: Sign, holder: Record) -> bool:
        """May a rule that makes situations tell of the field?"""
        return next(self._given(sign, holder), None) is not None

    def _derived(self, sign: Sign, holder: Record) -> Iterator[str]:
        maker = self.book.derived.get(sign)
        if maker is not None:
            yield from self._made_by(maker, sign, holder)

    def _made_by(self, rule: Rule, sign: Sign, holder: Record) -> Iterator[str]:
        """What a rule that derives or presumes a sign hangs on."""
        made = (
            each for each in rule.conclusions if isinstance(each, c.Derives | c.Presumes) and each.sign == sign.name
        )
        by = next((each.by for each in made if each.by is not None), None)
        for each in self.readers(rule, sign, holder):
            if rule.when is not None:
                yield from self._condition(rule.when, each)
            if by is not None:
                yield from self._primitive(by, rule, each)

    def readers(self, rule: Rule, sign: Sign, holder: Record) -> list[Record]:
        """The records that a rule which tells of a sign looks at."""
        return [holder] if rule.about == sign.about else self.view.of(rule.about)

    def _primitive(self, by: c.Primitive, rule: Rule, record: Record) -> Iterator[str]:
        if isinstance(by, c.OneOf):
            for _, condition in by.values:
                yield from self._condition(condition, record)
            return
        if isinstance(by, c.Count):
            yield from self.of_list(by.about)
            for each in self.view.of(by.about):
                yield from self.of_existence(each)
                if by.part is not None:
                    yield from self._condition(by.part, each)
            return
        for read in inputs_of(rule, rule.about, self.book.vocabulary):
            holders = [record] if read.about in ("case", rule.about) else self.view.of(read.about)
            for each in holders:
                found = self.of_sign(read, each)
                yield from self._of_members(found, by.among, read, each) if isinstance(by, c.Members) else found

    def _given(self, sign: Sign, holder: Record) -> Iterator[str]:
        """What a rule that makes situations would tell of the field: of a made one, or of the recorded one."""
        for rule, spawn in self._spawns:
            if spawn.about != sign.about:
                continue
            copied = [source for name, source in spawn.copy if name == sign.name]
            if not copied and sign.name not in dict(spawn.set):
                continue
            for origin in self.view.of(rule.about):
                if holder.made_by is None and truth(rule.when, origin, self.view) == NO:  # type: ignore[arg-type]
                    continue
                if holder.made_by is not None and holder.origin != origin.id:
                    continue
                yield from self.of_condition(rule.when, origin)
                for source in copied:
                    read = self.book.vocabulary.find(rule.about, source)
                    if read is not None:
                        yield from self.of_sign(read, origin)


def _own(sign: Sign, holder: Record, value: Value) -> Iterator[str]:
    path = path_of(holder, sign.name)
    if isinstance(ITEMS[sign.about][sign.name].type, Multi):
        assert isinstance(value, dict)
        yield from (f"{path}.{member}" for member, told in value.items() if told == UNKNOWN)
    else:
        yield path


def is_known(value: Value) -> bool:
    """Is there nothing left open in the value?"""
    match value:
        case None:
            return False
        case Span():
            return value.least == value.most
        case When():
            return value.span.least == value.span.most
        case Ids():
            return value.closed
        case frozenset():
            return len(value) == 1
        case int():
            return value in (NO, YES)
        case _:
            return all(told != UNKNOWN for told in value.values())
