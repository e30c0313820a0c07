"""Which records of a case are connected, over tables?

The definition is `ipt_formulate.engines.connections`; here two tables are joined on the case, and every pair of records
gets a truth. Pairs that are surely not connected are left out.
"""

from __future__ import annotations

from collections.abc import Mapping

import narwhals.stable.v2 as nw

from ipt_formulate.engines.columns.cohort import Cohort, link_columns
from ipt_formulate.engines.columns.conditions import any_of, constant
from ipt_formulate.engines.columns.encoding import NOBODY, member, plain, target
from ipt_formulate.engines.columns.frames import CASE_KEY, Frame, columns_in, either, every, settled, stacked
from ipt_formulate.engines.columns.tables import SAME_EVENT
from ipt_formulate.engines.connections import SHARED_ANSWERS, links_between
from ipt_formulate.intake import ITEMS
from ipt_formulate.intake.types import Link
from ipt_formulate.logic.truth import NO, UNKNOWN, YES
from ipt_formulate.rulebook.nodes import SITUATIONS, About
from ipt_formulate.rulebook.vocabulary import SignType

OTHER = "other:"
ONE, TWO, CONNECTED = "one", "two", "connected"
"""Positions of the two records of a pair, and the truth of their connection."""


def closed(name: str, type_: SignType) -> nw.Expr:
    """Does the link name no other record than it says?"""
    assert isinstance(type_, Link)
    told = nw.col(plain(name))
    return told == NO if type_.many else told != UNKNOWN


def names(name: str, type_: SignType, slots: int, other: nw.Expr) -> nw.Expr:
    """Does the link name the record with this id?"""
    named = either(nw.col(target(name, slot)) == other for slot in range(1, slots + 1))
    open_ = nw.when(closed(name, type_)).then(constant(NO)).otherwise(constant(UNKNOWN))
    return nw.when(named).then(constant(YES)).otherwise(open_)


def pairs(cohort: Cohort, about: About, other: About) -> Frame:
    """Every pair of a record of one kind and another of the other, with its truth, unless they are not connected."""
    mine, theirs = _side(cohort, about, other), _side(cohort, other, about)
    theirs = theirs.select(
        CASE_KEY, *(nw.col(name).alias(OTHER + name) for name in columns_in(theirs) if name != CASE_KEY)
    )
    joined = mine.join(theirs, on=[CASE_KEY], how="inner")
    if about == other:
        joined = joined.filter(nw.col("position") != nw.col(OTHER + "position"))
    truth = _truth(cohort, about, other)
    return joined.select(
        nw.col(CASE_KEY), nw.col("position").alias(ONE), nw.col(OTHER + "position").alias(TWO), truth.alias(CONNECTED)
    ).filter(nw.col(CONNECTED) > NO)


def _side(cohort: Cohort, about: About, other: About) -> Frame:
    columns = [CASE_KEY, "position", "id", "origin", "made"]
    columns += link_columns(SAME_EVENT, cohort.slots[about, SAME_EVENT])[1:]
    for name in _links(about, other):
        columns += link_columns(name, cohort.slots[about, name])
    if about in SITUATIONS:
        columns += [member("named_in", each) for each in SHARED_ANSWERS]
    return stacked([part.frame for part in cohort.parts(about)], columns)


def _links(about: About, other: About) -> list[str]:
    links = list(links_between(about, other))
    if _has_person(about) and "person" not in links:
        links.append("person")
    return links


def _has_person(about: About) -> bool:
    return isinstance(getattr(ITEMS[about].get("person"), "type", None), Link)


def _truth(cohort: Cohort, about: About, other: About) -> nw.Expr:
    surely = [
        _comes_from(cohort, about, "", OTHER + "id"),
        _comes_from(cohort, other, OTHER, "id"),
    ]
    for where, prefix, against in ((about, "", OTHER + "id"), (other, OTHER, "id")):
        for slot in range(1, cohort.slots[where, SAME_EVENT] + 1):
            surely.append(nw.col(prefix + target(SAME_EVENT, slot)) == nw.col(against))
    best = []
    for where, to, prefix, against in ((about, other, "", OTHER + "id"), (other, about, OTHER, "id")):
        for name in links_between(where, to):
            type_ = cohort.plan.type_of(where, name)
            best.append(names(prefix + name, type_, cohort.slots[where, name], nw.col(against)))
    if _has_person(about) and _has_person(other):
        best.append(_same_person(cohort, about, other))
    if about in SITUATIONS and other in SITUATIONS:
        for each in SHARED_ANSWERS:
            named = member("named_in", each)
            best.append(nw.min_horizontal(nw.col(named), nw.col(OTHER + named)))
    return nw.when(either(surely)).then(constant(YES)).otherwise(any_of(best))


def _comes_from(cohort: Cohort, about: About, prefix: str, other: str) -> nw.Expr:
    origin = nw.col(prefix + "origin")
    comes = (origin == nw.col(other)) & (origin != NOBODY)
    if not _has_person(about):
        return comes
    # A person may have the id of a situation; what a rule made of the person does not come from the situation.
    slots = range(1, cohort.slots[about, "person"] + 1)
    of_person = either(nw.col(prefix + target("person", slot)) == origin for slot in slots)
    return comes & ~((nw.col(prefix + "made") == 1) & of_person)


def _same_person(cohort: Cohort, about: About, other: About) -> nw.Expr:
    mine = [nw.col(target("person", slot)) for slot in range(1, cohort.slots[about, "person"] + 1)]
    theirs = [nw.col(OTHER + target("person", slot)) for slot in range(1, cohort.slots[other, "person"] + 1)]
    same = either((a == b) & (a != NOBODY) for a in mine for b in theirs)
    told = every(
        [
            closed("person", cohort.plan.type_of(about, "person")),
            closed(OTHER + "person", cohort.plan.type_of(other, "person")),
        ]
    )
    rest = nw.when(told).then(constant(NO)).otherwise(constant(UNKNOWN))
    return nw.when(same).then(constant(YES)).otherwise(rest)


class Connections:
    """The pairs of each two kinds of record, each worked out once."""

    def __init__(self, cohort: Cohort) -> None:
        self.cohort = cohort
        self._kept: dict[tuple[About, About], Frame] = {}

    def between(self, about: About, other: About) -> Frame:
        """The connected pairs of two kinds of record."""
        if (about, other) not in self._kept:
            if (other, about) in self._kept and about != other:
                turned: Mapping[str, str] = {ONE: TWO, TWO: ONE}
                self._kept[about, other] = self._kept[other, about].rename(turned)
            else:
                self._kept[about, other] = settled(pairs(self.cohort, about, other))
        return self._kept[about, other]
