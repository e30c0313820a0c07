"""Which records are linked to one that is as a rule says?

Joins in the native engine over three kinds of small facts: links with a truth, records for which the body of a part is
not known to be no, and, for edges, records whose own rule is not known to be no. A join fires at the lowest truth of
its facts; what several links of one record together mean is for the caller to say.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

from ipt_formulate.engines.durable.host import Session
from ipt_formulate.engines.durable.names import FROM, KIND, MOST_FACTS, TO, TRUTH, Names
from ipt_formulate.engines.durable.patterns import RAILS, edge, linked
from ipt_formulate.engines.durable.subset import MOST_RULES, Patterns
from ipt_formulate.logic.truth import NO, Truth

_Ends: TypeAlias = tuple[tuple[str, Truth], ...]
_Fact: TypeAlias = tuple[str, Mapping[str, int]]

Joined: TypeAlias = Mapping[tuple[int, int, int], Truth]
"""The truth of a join from a seat to a seat, by the join's number and theirs; no where there is none."""


@dataclass(frozen=True, slots=True)
class Join:
    """What is joined: kinds of facts. `number` is the caller's; without `source` every record counts."""

    number: int
    link: str
    body: str | None
    source: str | None = None


class Link(NamedTuple):
    """A link of some kind between two seats."""

    kind: str
    start: int
    end: int


@dataclass(slots=True)
class Joinable:
    """The facts of one case: links, and bodies and sources by seat and kind. What is *no* is left out."""

    links: dict[Link, Truth] = field(default_factory=dict)
    bodies: dict[int, dict[str, Truth]] = field(default_factory=dict)
    sources: dict[int, dict[str, Truth]] = field(default_factory=dict)


class Joins:
    """The joins that are made in one stratum."""

    def __init__(self, stratum: int, joins: Sequence[Join], names: Names) -> None:
        self._stratum = stratum
        self._sessions: list[tuple[Session, Mapping[str, tuple[int, Truth]]]] = []
        self._reads: dict[str, set[str | None]] = {}
        for join in joins:
            self._reads.setdefault(join.link, set()).update((join.source, join.body))
        most = MOST_RULES // len(RAILS)
        for start in range(0, len(joins), most):
            rules: dict[str, Patterns] = {}
            concludes: dict[str, tuple[int, Truth]] = {}
            for join in joins[start : start + most]:
                for truth in RAILS:
                    name = names.new("j")
                    rules[name] = _patterns(stratum, join, truth)
                    concludes[name] = (join.number, truth)
            self._sessions.append((Session(rules), concludes))

    def run(self, facts: Joinable) -> Joined:
        """Every join that may hold. Links that are alike at both ends are joined once."""
        alike: dict[tuple[str, Truth, _Ends, _Ends], list[Link]] = {}
        for link, truth in facts.links.items():
            read = self._reads[link.kind]
            sources, bodies = _ends(facts.sources, link.start, read), _ends(facts.bodies, link.end, read)
            alike.setdefault((link.kind, truth, sources, bodies), []).append(link)
        lots = {links[0]: links for links in alike.values()}
        batches = list(_batches({links[0]: which for which, links in alike.items()}))
        found: dict[tuple[int, int, int], Truth] = {}
        for session, concludes in self._sessions:
            for batch in batches:
                with session.memory() as memory:
                    for kind, properties in batch:
                        memory.add(kind, properties)
                    memory.go(self._stratum)
                for name, matched in memory.fired:
                    number, truth = concludes[name]
                    fact = matched["l"]
                    for link in lots[Link(fact[KIND], fact[FROM], fact[TO])]:
                        key = number, link.start, link.end
                        found[key] = max(truth, found.get(key, NO))
        return found

    def close(self) -> None:
        """Free the rulesets."""
        for session, _ in self._sessions:
            session.close()


def _patterns(stratum: int, join: Join, truth: Truth) -> Patterns:
    if join.source is not None:
        return edge(stratum, truth, join.source, join.link, join.body)
    assert join.body is not None
    return linked(stratum, truth, join.link, join.body)


def _ends(facts: Mapping[int, Mapping[str, Truth]], seat: int, read: Container[str | None]) -> _Ends:
    """What is asserted of the seat at one end of a link."""
    return tuple(sorted((kind, truth) for kind, truth in facts.get(seat, {}).items() if kind in read))


def _batches(links: Mapping[Link, tuple[str, Truth, _Ends, _Ends]]) -> Iterator[list[_Fact]]:
    """The links, each together with the facts at both its ends, in lots that one working memory holds."""
    batch: dict[object, _Fact] = {}
    for link, (_, truth, sources, bodies) in links.items():
        needed: dict[object, _Fact] = {link: (link.kind, {FROM: link.start, TO: link.end, TRUTH: truth})}
        needed |= {(kind, link.start): (kind, {FROM: link.start, TRUTH: its}) for kind, its in sources}
        needed |= {(kind, link.end): (kind, {TO: link.end, TRUTH: its}) for kind, its in bodies}
        if len(batch) + len(needed) > MOST_FACTS:
            yield list(batch.values())
            batch = {}
        batch.update(needed)
    if batch:
        yield list(batch.values())
