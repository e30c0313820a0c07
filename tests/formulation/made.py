"""How does a test make a candidate, a contest or a case without depending on what the shipped rules say?

Intakes and views are real; standings, evidence, differentials and bars are given by hand.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

from ipt_formulate.engines.facts import Record
from ipt_formulate.engines.verdicts import Pair
from ipt_formulate.formulation.candidates import Candidate, Evidence, Member
from ipt_formulate.formulation.focus import Bar, Contest, Focus, focus_of, shown_order
from ipt_formulate.formulation.formulate import Work, conclude, outcome
from ipt_formulate.formulation.gate import gate_of
from ipt_formulate.formulation.ranking import Edge, effective_keys, shown_edges
from ipt_formulate.formulation.result import Result
from ipt_formulate.formulation.standing import WORDS, Standing, area_standing
from ipt_formulate.intake import Intake
from ipt_formulate.logic.truth import NO, UNKNOWN, YES
from ipt_formulate.rulebook import Rule, Rulebook
from ipt_formulate.rulebook import conclusions as c

TRUTHS = {"yes": YES, "unknown": UNKNOWN, "no": NO}
COMPLETE = {"asked": "yes", "complete": "yes"}
NOTHING = {"losses": COMPLETE, "conflicts": COMPLETE, "changes": COMPLETE, "people": COMPLETE}
DEPRESSED = {"frame": {"assessed_on": "2026-06-15"}, "episode": {"diagnosis": "mdd"}}


@cache
def book(profile: str = "classic") -> Rulebook:
    """The shipped rulebook under a profile."""
    return Rulebook.load(profile=profile)


def any_rule(about: str = "loss") -> Rule:
    """A rule of evidence about a kind of record, where it does not matter which."""
    return next(rule for rule in book().in_stratum("evidence") if rule.about == about and rule.when is not None)


def formulated(data: Mapping[str, Any], profile: str = "classic", **settings: Any) -> Result:
    """The result of plain data."""
    rules = book(profile).with_settings(settings) if settings else book(profile)
    return conclude(Intake.from_dict(data), rules, "reference")[0]


def worked(data: Mapping[str, Any], **settings: Any) -> tuple[Work, Focus]:
    """What lies behind the result of plain data."""
    return outcome(Intake.from_dict(data), book().with_settings(settings) if settings else book())


def listed(*records: Mapping[str, Any], complete: bool = True) -> dict[str, Any]:
    """A list section with these records."""
    return {"asked": "yes", **({"complete": "yes"} if complete else {}), "items": list(records)}


# -- evidence -----------------------------------------------------------------------------------------------------


def pair(told: str) -> Pair:
    """`yes`, `no` and `unknown` in both passes; `unknown/yes`: strict and presumed."""
    strict, _, presumed = told.partition("/")
    return Pair(TRUTHS[strict], TRUTHS[presumed or strict])


def strong(aspect: str = "link") -> c.Supports:
    """Strong evidence for grief."""
    return c.Supports("grief", "strong", aspect)


def moderate(aspect: str = "kind", *, alone: bool = True) -> c.Supports:
    """Moderate evidence for grief."""
    return c.Supports("grief", "moderate", aspect, alone)


def weak(aspect: str = "kind") -> c.Supports:
    """Weak evidence for grief."""
    return c.Supports("grief", "weak", aspect)


def candidate(
    *evidence: tuple[c.Evidence, str], exists: str = "yes", home: bool = True, area: str = "grief"
) -> Candidate:
    """A candidate of one record with this evidence."""
    record = Record("one", "loss", {})
    given = tuple(Evidence(any_rule(), conclusion, "one", pair(told)) for conclusion, told in evidence)
    return Candidate("one", area, (Member(record, record, pair(exists)),), pair(exists), home, given)


# -- contests -----------------------------------------------------------------------------------------------------

Place = tuple[str, str]
"""A situation and an area."""


def standing(told: str) -> Standing:
    """`worst lean best`, or one word for all three."""
    words = told.split()
    worst, lean, best = words if len(words) == 3 else words * 3
    return Standing(WORDS.index(worst), WORDS.index(best), WORDS.index(lean))


def contest(
    data: Mapping[str, Any],
    standings: Mapping[Place, str],
    edges: Sequence[tuple[Place, Place, str]] = (),
    bars: Mapping[Place, Sequence[tuple[str, str, str]]] | None = None,
    **settings: Any,
) -> tuple[Contest, Focus]:
    """The contest of a case in which these candidates stand as given, and all others are excluded.

    Parameters
    ----------
    edges
        Who gives way to whom, and the truth of the rule that says so.
    bars
        For a candidate: place, truth of the bar, truth of what it waits for.
    """
    work, _ = worked(data, **settings)
    names = [(each.candidate.situation, each.candidate.area) for each in work.contest.order]
    assert set(standings) <= set(names), names
    order = tuple(
        replace(each, standing=given, certain=((given.worst, given.best), *each.certain[1:]))
        for each, name in zip(work.contest.order, names, strict=True)
        for given in [standing(standings.get(name, "excluded"))]
    )
    order = tuple(replace(each, certain=(type(each.certain[1])(*each.certain[0]), *each.certain[1:])) for each in order)
    abouts = [each.candidate.members[0].strict.about for each in order]
    drawn = tuple(
        Edge(names.index(x), names.index(y), any_rule(abouts[names.index(x)]).id, pair(told)) for x, y, told in edges
    )
    areas = {
        area.code: area_standing(area, [(each.candidate, each.standing) for each in order], work.case.strict, work.book)
        for area in work.book.areas_on
    }
    made = replace(
        work.contest,
        order=order,
        edges=drawn,
        keys=tuple(effective_keys(order, shown_edges(order, drawn))),
        bars=tuple(
            tuple(
                Bar(place, any_rule(about), name[0], pair(when), pair(until))
                for place, when, until in (bars or {}).get(name, ())
            )
            for name, about in zip(names, abouts, strict=True)
        ),
        gate=gate_of(order, areas, work.case.strict, work.book),
    )
    return made, focus_of(made, shown_order(made))


def places(made: Contest, indices: Sequence[int]) -> list[Place]:
    """Candidates by name."""
    return [(made.order[i].candidate.situation, made.order[i].candidate.area) for i in indices]
