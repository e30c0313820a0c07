"""How is a condition walked so that its trace cannot differ from its verdict?

Every node asks `kleene.truth` in both passes, the very function that gives the verdict, and the parts are what that
function looks at: for blocks their sentence, for exceptions the other rule's, for derived signs what they were made
from, for quantified parts every record. Nothing is decided here.
"""

from __future__ import annotations

from collections.abc import Iterator

from ipt_formulate.engines.connections import SHARED_ANSWERS, connected, links_between
from ipt_formulate.engines.facts import Ids, View
from ipt_formulate.engines.kleene import truth
from ipt_formulate.explain.origins import Both, Origin, Origins
from ipt_formulate.explain.shown import only_members, wanted_by
from ipt_formulate.explain.trace import Code, Trace
from ipt_formulate.formulation.formulate import Work
from ipt_formulate.logic.truth import NO, YES, Truth, negation, word
from ipt_formulate.rulebook import nodes as n
from ipt_formulate.rulebook.nodes import About, Condition, Sign
from ipt_formulate.rulebook.vocabulary import LISTS

NAMED_IN = "named_in"


class Tracer:
    """Traces of one case. Traces are kept, since rules share blocks and signs.

    Parameters
    ----------
    work
        The case as it was formulated.
    view
        For advice: the presumed pass with what was found, in place of both passes.
    whole
        Trace what does not bear on the verdict too; otherwise as `Trace.decisive` leaves it.
    """

    def __init__(self, work: Work, view: View | None = None, *, whole: bool = False) -> None:
        self.whole = whole
        self.strict, self.presumed = view or work.case.strict, view or work.case.presumed
        self._vocabulary = work.book.vocabulary
        self.origins = Origins(work, self.strict, self.presumed, self.trace, self.read)
        self._traces: dict[tuple[int, str, bool], Trace] = {}
        self._known: dict[tuple[int, str], tuple[Truth, Truth]] = {}

    def both(self, about: About) -> list[Both]:
        """The records of a kind in both passes."""
        return self.origins.both(about)

    def find(self, key: str) -> Both:
        """The record with this key in both passes."""
        about = key.partition(":")[0]
        return next(each for each in self.both(about) if each.key == key)  # type: ignore[arg-type]

    def trace(self, node: Condition, both: Both, against: bool = False) -> Trace:
        """Why the condition is yes, no or unknown for the record."""
        # By identity: the nodes live as long as the rulebook, and comparing whole conditions would cost more.
        key = (id(node), both.key, against)
        if key not in self._traces:
            self._traces[key] = self._node(node, both, against)
        return self._traces[key]

    def _truths(self, node: Condition, both: Both) -> tuple[Truth, Truth]:
        key = (id(node), both.key)
        if key not in self._known:
            self._known[key] = truth(node, both.strict, self.strict), truth(node, both.presumed, self.presumed)
        return self._known[key]

    def _node(self, node: Condition, both: Both, against: bool) -> Trace:
        if isinstance(node, n.Has) and node.sign.name == NAMED_IN:
            return self._named(node, both, against)
        if isinstance(node, n.LEAVES):
            return self._leaf(node, both, against)
        strict, presumed = self._truths(node, both)
        name: str | None = None
        code: Code
        match node:
            case n.AllOf(parts):
                code, below = "all_of", self._parts(parts, NO, presumed, both, against)
            case n.AnyOf(parts):
                code, below = "any_of", self._parts(parts, YES, presumed, both, against)
            case n.Not(part):
                code, below = "negation", (self.trace(part, both, not against),)
            case n.Block(name, part):
                code, below = "block", (self.trace(part, both, against),)
            case n.Exemption(name, part):
                code, below = "exception", (self.trace(part, both, against),)
            case n.AtLeast():
                code, below = "at_least", tuple(self._counted(node, both, presumed, against))
            case n.Linked():
                code, below = "linked", tuple(self._linked(node, both, presumed, against))
            case n.Connected():
                code, below = "connected", tuple(self._connected(node, both, presumed, against))
            case _:
                raise TypeError(f"not a condition: {type(node).__name__}")
        wanted = {"at_least": node.count, "of": node.about} if isinstance(node, n.AtLeast) else None
        if isinstance(node, n.Linked | n.Connected):
            wanted = {"of": node.about}
        return Trace(
            code=code,
            truth=word(strict),
            leans=word(presumed),
            name=name,
            record=both.key,
            wanted=wanted,
            against=against,
            parts=below,
        )

    def _parts(
        self, parts: tuple[Condition, ...], deciding: Truth, verdict: Truth, both: Both, against: bool
    ) -> tuple[Trace, ...]:
        """The traces of the parts: of those that decide the verdict, if it is decided by some of them."""
        if verdict == deciding and not self.whole:
            parts = tuple(part for part in parts if self._truths(part, both)[1] == deciding)
        return tuple(self.trace(part, both, against) for part in parts)

    # -- leaves ---------------------------------------------------------------------------------------------------

    def _leaf(self, node: n.Leaf, both: Both, against: bool) -> Trace:
        origin = self.origins.of(node.sign, both)
        strict, presumed = self._truths(node, both)
        answer, absence = origin.answer, origin.absence
        if isinstance(node, n.Has):
            answer = only_members(answer, node.members)
        elif isinstance(node, n.SaidBy):
            holder = self.origins.holder(node.sign, both)
            answer = holder.strict.sources.get(node.sign.name)
        return Trace(
            code=_code(origin, presumed),
            truth=word(strict),
            leans=word(presumed),
            name=origin.name or origin.contradicted_by,
            record=self.origins.holder(node.sign, both).key,
            sign=node.sign.name,
            path=origin.path,
            answer=answer,
            absence=absence,
            wanted=wanted_by(node, self._vocabulary.type_of(node.sign)),
            against=against,
            presumed_by=origin.presumed_by,
            entailed_by=origin.entailed_by,
            parts=origin.parts,
        )

    def read(self, sign: Sign, both: Both) -> Trace:
        """A value that is read without a test, and where it comes from."""
        origin = self.origins.of(sign, both)
        code: Code = "read" if origin.answer is not None else "unread"
        if origin.kind not in ("answer", "made"):
            code = origin.kind  # type: ignore[assignment]
        return Trace(
            code=code,
            name=origin.name,
            record=self.origins.holder(sign, both).key,
            sign=sign.name,
            path=origin.path,
            answer=origin.answer,
            absence=origin.absence,
            presumed_by=origin.presumed_by,
            entailed_by=origin.entailed_by,
            parts=origin.parts,
        )

    def _named(self, node: n.Has, both: Both, against: bool) -> Trace:
        """Whether answers of the case name the record: one part for each of those answers."""
        strict, presumed = self._truths(node, both)
        inverted = node.how == "none"
        parts = tuple(
            self.origins.naming(member, both).model_copy(update={"against": against != inverted})
            for member in node.members
        )
        joined: Code = "all_of" if node.how == "all" else "any_of"
        some = presumed if not inverted else negation(presumed)
        deciding = NO if node.how == "all" else YES
        if some == deciding and not self.whole:
            parts = tuple(part for part in parts if part.leans == word(deciding))
        if inverted:
            any_ = Trace(
                code="any_of",
                truth=word(negation(strict)),
                leans=word(negation(presumed)),
                record=both.key,
                sign=NAMED_IN,
                against=not against,
                parts=parts,
            )
            joined, parts = "negation", (any_,)
        return Trace(
            code=joined,
            truth=word(strict),
            leans=word(presumed),
            record=both.key,
            sign=NAMED_IN,
            against=against,
            parts=parts,
        )

    # -- several records --------------------------------------------------------------------------------------------

    def _record(
        self,
        each: Both,
        part: Condition,
        *,
        verdict: Truth,
        against: bool,
        tied: tuple[Truth, Truth] = (YES, YES),
        by: Both | None = None,
    ) -> Iterator[Trace]:
        """One record of a quantified part: is it the one that is meant, does it exist, and is it as wanted?"""
        strict, presumed = self._truths(part, each)
        truths = min(strict, tied[0], each.strict.exists), min(presumed, tied[1], each.presumed.exists)
        if verdict == YES != truths[1] and not self.whole:
            return
        # Of a record that does not count, what it fails on is enough.
        failing = truths[1] == NO and not self.whole
        below: list[Trace] = []
        if by is not None and not (failing and tied[1] != NO):
            below.append(self.connection(by, each))
        if each.strict.made_by is not None and not (failing and each.presumed.exists != NO):
            below += [made for made in [self.origins.existence(each)] if made is not None]
        if not (failing and presumed != NO):
            below.append(self.trace(part, each, against))
        yield Trace(
            code="record",
            truth=word(truths[0]),
            leans=word(truths[1]),
            record=each.key,
            against=against,
            parts=tuple(below),
        )

    def _list(self, about: About, verdict: Truth, against: bool) -> Iterator[Trace]:
        """Whether there may be more records than these."""
        if about not in LISTS or (verdict == YES and not self.whole):
            return
        sign = Sign("case", f"{LISTS[about]}_complete")
        strict, presumed = self.strict.complete(about), self.presumed.complete(about)
        # What counts is whether there may be another record: no, if the list is complete, else unknown.
        yield self.read(sign, self.origins.case).model_copy(
            update={
                "truth": "no" if strict == YES else "unknown",
                "leans": "no" if presumed == YES else "unknown",
                "against": against,
            }
        )

    def _counted(self, node: n.AtLeast, both: Both, verdict: Truth, against: bool) -> Iterator[Trace]:
        for each in self.both(node.about):
            if not (node.other and each.key == both.key):
                yield from self._record(each, node.part, verdict=verdict, against=against)
        yield from self._list(node.about, verdict, against)

    def _linked(self, node: n.Linked, both: Both, verdict: Truth, against: bool) -> Iterator[Trace]:
        holder = self.origins.holder(node.sign, both)
        strict, presumed = holder.strict.values[node.sign.name], holder.presumed.values[node.sign.name]
        assert isinstance(strict, Ids)
        assert isinstance(presumed, Ids)
        yield self.read(node.sign, both)
        for each in self.both(node.about):
            tied = strict.names(each.strict.id), presumed.names(each.strict.id)
            if tied != (NO, NO):
                yield from self._record(each, node.part, verdict=verdict, against=against, tied=tied)
        if not presumed.closed:
            yield from self._list(node.about, verdict, against)

    def _connected(self, node: n.Connected, both: Both, verdict: Truth, against: bool) -> Iterator[Trace]:
        for each in self.both(node.about):
            if each.key != both.key:
                tied = self._connections(both, each)
                yield from self._record(each, node.part, verdict=verdict, against=against, tied=tied, by=both)
        yield from self._list(node.about, verdict, against)

    def _connections(self, one: Both, other: Both) -> tuple[Truth, Truth]:
        return (
            connected(one.strict, other.strict, self.strict),
            connected(one.presumed, other.presumed, self.presumed),
        )

    def connection(self, one: Both, other: Both) -> Trace:
        """Why two records are connected, are not, or may be."""
        strict, presumed = self._connections(one, other)
        return Trace(
            code="connection",
            truth=word(strict),
            leans=word(presumed),
            record=other.key,
            parts=tuple(each for each in self._ties(one, other) if self.whole or _bears(each, presumed)),
        )

    def _ties(self, one: Both, other: Both) -> Iterator[Trace]:
        a, b = one.strict, other.strict
        if a.origin == b.id or b.origin == a.id or b.id in a.same_event or a.id in b.same_event:
            yield Trace(code="joined", truth="yes", leans="yes", record=other.key)
        for source, target in ((one, other), (other, one)):
            for name in links_between(source.strict.about, target.strict.about):
                yield self._link(Sign(source.strict.about, name), source, target.strict.id)
        if "person" in a.values and "person" in b.values:
            mine, theirs = a.values["person"], b.values["person"]
            if isinstance(mine, Ids) and isinstance(theirs, Ids):
                same = "yes" if mine.named & theirs.named else "no" if mine.closed and theirs.closed else "unknown"
                for each in (one, other):
                    read = self.read(Sign(each.strict.about, "person"), each)
                    yield read.model_copy(update={"truth": same, "leans": same})
        if NAMED_IN in a.values and NAMED_IN in b.values:
            for name in SHARED_ANSWERS:
                yield self._together(name, one, other)

    def _link(self, sign: Sign, source: Both, target: str) -> Trace:
        strict, presumed = source.strict.values[sign.name], source.presumed.values[sign.name]
        assert isinstance(strict, Ids)
        assert isinstance(presumed, Ids)
        return self.read(sign, source).model_copy(
            update={
                "truth": word(strict.names(target)),
                "leans": word(presumed.names(target)),
                "wanted": {"names": target},
            }
        )

    def _together(self, link: str, one: Both, other: Both) -> Trace:
        first, second = self.origins.naming(link, one), self.origins.naming(link, other)
        both = {"no", first.truth, second.truth}
        truth_ = "no" if "no" in (first.truth, second.truth) else "unknown" if "unknown" in both else "yes"
        return first.model_copy(
            update={
                "truth": truth_,
                "leans": truth_,
                "record": other.key,
                "wanted": {"names": [one.strict.id, other.strict.id]},
            }
        )


def _bears(tie: Trace, connected_: Truth) -> bool:
    """Does a tie bear on whether two records are connected? Of a yes, only what ties them."""
    return connected_ != YES or tie.leans in ("yes", None)


def _code(origin: Origin, leans: Truth) -> Code:
    if origin.contradicted_by is not None:
        return "contradicted"
    if origin.kind not in ("answer", "made"):
        return origin.kind  # type: ignore[return-value]
    if leans == NO:
        return "other_answer"
    if leans == YES:
        return "answer_fits"
    return "not_answered" if origin.answer is None else "partly_known"
