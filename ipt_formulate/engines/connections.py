"""Are two records connected?

One refers to the other through a link, one was made from the other, both are one event, both are about the same
person, or the same answer on what came before the episode or kept it going names both. A question that was not asked
leaves it unknown.
"""

from __future__ import annotations

from functools import cache

from ipt_formulate.engines.facts import Ids, Record, View
from ipt_formulate.intake import ITEMS
from ipt_formulate.intake.types import Link
from ipt_formulate.logic.truth import NO, UNKNOWN, YES, Truth
from ipt_formulate.rulebook.nodes import About

SHARED_ANSWERS = ("episode.happened_before_links", "episode.made_it_go_on_links")
"""B07 and B08: situations named in the same answer are connected."""


@cache
def links_between(about: About, other: About) -> tuple[str, ...]:
    """The links of a record of one kind that may name a record of the other."""
    return tuple(name for name, item in ITEMS[about].items() if isinstance(item.type, Link) and other in item.type.to)


def connected(record: Record, other: Record, view: View) -> Truth:
    """The truth of "connected", the same either way round."""
    if _one_from_other(record, other) or _one_event(record, other):
        return YES
    best: Truth = NO
    for source, target in ((record, other), (other, record)):
        for name in links_between(source.about, target.about):
            ids = source.values[name]
            assert isinstance(ids, Ids)
            best = max(best, ids.names(target.id))
    return max(best, _same_person(record, other), _named_together(record, other))


def _one_from_other(record: Record, other: Record) -> bool:
    return _comes_from(record, other) or _comes_from(other, record)


def _comes_from(record: Record, other: Record) -> bool:
    if record.origin != other.id:
        return False
    # A person may have the id of a situation; what a rule made of the person does not come from the situation.
    person = record.values.get("person")
    return record.made_by is None or not (isinstance(person, Ids) and record.origin in person.named)


def _one_event(record: Record, other: Record) -> bool:
    return other.id in record.same_event or record.id in other.same_event


def _same_person(record: Record, other: Record) -> Truth:
    mine, theirs = record.values.get("person"), other.values.get("person")
    if not isinstance(mine, Ids) or not isinstance(theirs, Ids):
        return NO
    if mine.named & theirs.named:
        return YES
    return NO if mine.closed and theirs.closed else UNKNOWN


def _named_together(record: Record, other: Record) -> Truth:
    mine, theirs = record.values.get("named_in"), other.values.get("named_in")
    if not isinstance(mine, dict) or not isinstance(theirs, dict):
        return NO
    both: list[Truth] = [min(mine.get(name, NO), theirs.get(name, NO)) for name in SHARED_ANSWERS]
    return max(both)
