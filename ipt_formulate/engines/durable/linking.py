"""What is true of a record because of other records?

Counts, links, connections, and the edges of differentials. The native engine joins; existence of spawned records and
lists that are not known to be complete are reckoned here, as the definition says.
"""

from __future__ import annotations

from typing import TypeAlias

from ipt_formulate.engines.durable.findings import Cast, Findings, lift
from ipt_formulate.engines.durable.joining import Joinable, Link
from ipt_formulate.engines.durable.program import Edges, JoinedPart, Program, Stratum
from ipt_formulate.engines.durable.readings import Seat
from ipt_formulate.engines.facts import Ids
from ipt_formulate.engines.kleene import value_of
from ipt_formulate.logic.truth import NO, UNKNOWN, YES, Truth, at_least
from ipt_formulate.rulebook import nodes as n

EdgeTruths: TypeAlias = list[dict[tuple[int, int], Truth]]
"""For each `yields`, the truth from seat to seat where it is not no."""


def settle(stratum: Stratum, findings: Findings) -> None:
    """Make known what the rulesets of the stratum read."""
    facts = Joinable()
    for cast in findings.casts:
        for place, part in stratum.plain:
            truths = findings.parts[place]
            for seat in cast[part.about]:
                truths[seat.number] = (
                    _count(part.node, part.body, seat, cast, findings)
                    if isinstance(part.node, n.AtLeast)
                    else findings.truth(part.body, seat)
                )
        for joined in stratum.joined:
            for seat in cast[joined.part.about]:
                _add_links(joined, seat, cast, findings, facts)
    for (place, start, _), truth in stratum.joins.run(facts).items():
        lift(findings.parts[place], start, truth)


def edges(program: Program, findings: Findings) -> EdgeTruths:
    """The edges of every `yields`."""
    facts = Joinable()
    for cast in findings.casts:
        for each in program.edges:
            _add_edges(each, cast, findings, facts)
    found: EdgeTruths = [{} for _ in program.edges]
    for (place, start, end), truth in program.edge_joins.run(facts).items():
        found[place][start, end] = truth
    return found


def _count(node: n.AtLeast, body: int, seat: Seat, cast: Cast, findings: Findings) -> Truth:
    counted = [each for each in cast[node.about] if not (node.other and each is seat)]
    truths = [findings.present(body, each) for each in counted]
    return at_least(node.count, truths, more_may_exist=seat.view.complete(node.about) != YES)


def _add_links(joined: JoinedPart, seat: Seat, cast: Cast, findings: Findings, facts: Joinable) -> None:
    """Whom the record leads to, of those that are or may be as the part says; and what an open list leaves open."""
    node, join = joined.part.node, joined.join
    assert isinstance(node, n.Linked | n.Connected)
    assert join.body is not None
    ids = value_of(node.sign, seat.record, seat.view) if isinstance(node, n.Linked) else None
    assert ids is None or isinstance(ids, Ids)
    closed = ids is not None and ids.closed
    findings.parts[joined.number][seat.number] = NO if closed or seat.view.complete(node.about) == YES else UNKNOWN
    for other in cast[node.about]:
        present = findings.present(joined.part.body, other)
        if present == NO or (ids is None and other is seat):
            continue
        link = ids.names(other.record.id) if ids is not None else findings.connection(seat, other)
        if link != NO:
            facts.links[Link(join.link, seat.number, other.number)] = link
            facts.bodies.setdefault(other.number, {})[join.body] = present


def _add_edges(each: Edges, cast: Cast, findings: Findings, facts: Joinable) -> None:
    join = each.join
    assert join.source is not None
    for seat in cast[each.rule.about]:
        when = findings.truth(each.when, seat)
        if when == NO:
            continue
        facts.sources.setdefault(seat.number, {})[join.source] = when
        for other in cast[each.yields.of]:
            where = findings.truth(each.where, other) if each.where is not None else YES
            if where == NO or other is seat:
                continue
            link = findings.connection(seat, other)
            if link != NO:
                facts.links[Link(join.link, seat.number, other.number)] = link
                if join.body is not None:
                    facts.bodies.setdefault(other.number, {})[join.body] = where
