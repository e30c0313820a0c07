"""May interpersonal deficits be considered at all?

Only if every other area is known not to be possible and its list known to be complete. Unknown keeps the gate
unsettled; it never opens it. The switch `deficits_policy` says whether the gate decides at all; it is computed and
reported under every value.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ipt_formulate.engines.facts import View
from ipt_formulate.formulation.ranking import Ranked
from ipt_formulate.formulation.standing import OPEN, POSSIBLE, Standing
from ipt_formulate.logic.truth import NO, UNKNOWN, YES, Truth
from ipt_formulate.rulebook import Rulebook

DEFICITS = "interpersonal_deficits"
GATE_WORDS = {NO: "closed", UNKNOWN: "unsettled", YES: "open"}
POLICY = "deficits_policy"
EQUAL, NOTE_ONLY = "equal", "note_only"


@dataclass(frozen=True, slots=True)
class Gate:
    """The gate in the strict pass, whether it leans open, and which areas and lists hold it.

    `applied`: it decides whether deficits are ranked; not where they compete as an equal or are a note only, nor where
    the area is switched off.
    `released`: the clinician overrode it (K-DEF-24, H09); deficits may then be proposed, but are never settled.
    """

    truth: Truth
    leans_open: bool
    held_by: tuple[str, ...]
    open_lists: tuple[str, ...]
    applied: bool
    released: bool = False

    @property
    def admits(self) -> bool:
        """May deficits be ranked, settled or not?"""
        return not self.applied or self.released or self.truth == YES or self.leans_open

    @property
    def lean_word(self) -> str:
        """open, closed or unsettled, on what was said."""
        if self.truth == YES or self.leans_open:
            return "open"
        return "closed" if self.held_by else "unsettled"


def gate_of(order: Sequence[Ranked], areas: dict[str, Standing], view: View, book: Rulebook) -> Gate:
    """The gate of one case."""
    highest: Truth = NO
    held_by: list[str] = []
    open_lists: list[str] = []
    leans_open = True
    for area in book.areas_on:
        if area.code == DEFICITS:
            continue
        incomplete = [about for about in area.fed_by if view.complete(about) != YES]
        mine = [each.standing for each in order if each.candidate.area == area.code]
        other = max((_possible(each) for each in mine), default=NO)
        highest = max(highest, other, UNKNOWN if incomplete else NO)
        open_lists += [about for about in incomplete if about not in open_lists]
        if areas[area.code].lean >= POSSIBLE:
            held_by.append(area.code)
        leans_open = leans_open and not incomplete and areas[area.code].lean < OPEN
    in_use = any(area.code == DEFICITS for area in book.areas_on)
    applied = in_use and book.settings.get(POLICY) not in (EQUAL, NOTE_ONLY)
    return Gate(YES - highest, leans_open, tuple(held_by), tuple(open_lists), applied, _released(view))


def _released(view: View) -> bool:
    isolation = view.of("isolation")[0]
    told = isolation.values["decided.override"]
    assert isinstance(told, dict)
    return told.get(DEFICITS) == YES


def _possible(standing: Standing) -> Truth:
    if standing.worst >= POSSIBLE:
        return YES
    return NO if standing.best < POSSIBLE else UNKNOWN


def never_a_focus(area: str, book: Rulebook) -> bool:
    """Is the area described only, whatever is found (DIS-03)?"""
    return area == DEFICITS and book.settings.get(POLICY) == NOTE_ONLY


def never_second(area: str, book: Rulebook) -> bool:
    """May the area not stand beside a first focus (K-RANK-28)? Only where deficits are an equal may they (DIS-03)."""
    return area == DEFICITS and book.settings.get(POLICY) != EQUAL
