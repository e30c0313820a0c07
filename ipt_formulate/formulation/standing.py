"""How does a candidate, and an area, stand?

Three numbers, never one: `worst` and `best` under every completion of the missing answers (strict pass), and the
`lean`, the verdict on what was said (presumed pass). Unknown evidence against an area lowers its worst, never its lean.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple, TypeAlias

from ipt_formulate.engines.facts import View
from ipt_formulate.engines.verdicts import Pair
from ipt_formulate.formulation.candidates import Candidate, Evidence
from ipt_formulate.logic.truth import UNKNOWN, YES, Truth
from ipt_formulate.rulebook import Rulebook
from ipt_formulate.rulebook import conclusions as c
from ipt_formulate.rulebook.book import Area

Level: TypeAlias = int
EXCLUDED, NOT_SUPPORTED, OPEN, POSSIBLE, PRESENT = range(5)
WORDS = ("excluded", "not_supported", "open", "possible", "present")
_STEPS = (NOT_SUPPORTED, POSSIBLE, PRESENT)


class Standing(NamedTuple):
    """How far down and up it may still go, and where it leans."""

    worst: Level
    best: Level
    lean: Level

    @property
    def settled(self) -> bool:
        """No missing answer can change it."""
        return self.worst == self.best


def standing_of(candidate: Candidate) -> Standing:
    """The standing of one candidate.

    The existence of the pair enters as an excluding rule of the opposite truth.
    """

    def strict(pair: Pair) -> Truth:
        return pair.strict

    def presumed(pair: Pair) -> Truth:
        return pair.presumed

    def folded(of: Callable[[Pair], Truth], for_it: Truth, against_it: Truth) -> Level:
        def holding(least: Truth, *kinds: type[c.Evidence]) -> list[Evidence]:
            return [each for each in candidate.of(*kinds) if of(each.truth) >= least]

        excluded = bool(holding(against_it, c.Excludes)) or YES - of(candidate.exists) >= against_it
        return fold(
            supports=[each.conclusion for each in holding(for_it, c.Supports)],  # type: ignore[misc]
            opposing=len(holding(against_it, c.Opposes)),
            excluded=excluded,
            caps=[_level(each) for each in holding(against_it, c.Caps)],
            floors=[_level(each) for each in holding(for_it, c.Floors)],
        )

    if candidate.ruled_out:
        # A decision is no answer that may still come: while there is none, nothing is left open by it.
        return Standing(EXCLUDED, EXCLUDED, EXCLUDED)
    worst = folded(strict, YES, UNKNOWN)
    best = folded(strict, UNKNOWN, YES)
    lean = folded(presumed, YES, YES)
    if lean == NOT_SUPPORTED and candidate.home and folded(presumed, UNKNOWN, YES) >= POSSIBLE:
        against = candidate.of(c.Opposes, c.Excludes, c.Caps)
        if not any(each.truth.presumed == YES for each in against):
            lean = OPEN
    return Standing(worst, best, lean)


def fold(
    *,
    supports: Sequence[c.Supports],
    opposing: int,
    excluded: bool,
    caps: Sequence[Level],
    floors: Sequence[Level],
) -> Level:
    """Evidence to a level: excluded, not supported, possible or present.

    A strong finding, or moderate ones of two aspects, make it present; one moderate makes it possible. Findings that
    do not stand alone count only beside another moderate that does. Weak findings colour, and count for nothing here.
    """
    if excluded:
        return EXCLUDED
    moderate = [each for each in supports if each.strength == "moderate"]
    alone = {each.aspect for each in moderate if each.stands_alone}
    aspects = alone | {each.aspect for each in moderate if alone}
    step = 2 if any(each.strength == "strong" for each in supports) else min(len(aspects), 2)
    level = _STEPS[max(step - opposing, 0)]
    return min([max([level, *floors]), *caps])


def _level(evidence: Evidence) -> Level:
    conclusion = evidence.conclusion
    assert isinstance(conclusion, c.Caps | c.Floors)
    return WORDS.index(conclusion.at)


def area_standing(area: Area, candidates: Iterable[tuple[Candidate, Standing]], view: View, book: Rulebook) -> Standing:
    """The standing of an area: its best candidate's, and open upwards while a list that can feed it is not complete."""
    mine = [(candidate, standing) for candidate, standing in candidates if candidate.area == area.code]
    complete = all(view.complete(about) == YES for about in area.fed_by)
    if not mine:
        if complete and _needs_a_record(area, book):
            return Standing(EXCLUDED, EXCLUDED, EXCLUDED)
        # While the list may still grow, its next situation may turn out excluded: the range has to hold that too.
        settled = Standing(NOT_SUPPORTED, NOT_SUPPORTED, NOT_SUPPORTED)
        return settled if complete else Standing(EXCLUDED, PRESENT, NOT_SUPPORTED)
    shown = [standing.lean for candidate, standing in mine if candidate.exists.presumed == YES]
    worst = max(standing.worst for _, standing in mine)
    best = max(standing.best for _, standing in mine) if complete else PRESENT
    # Where no candidate is shown nothing supports the area, or less than that if its range says so.
    return Standing(worst, best, max(shown) if shown else min(max(NOT_SUPPORTED, worst), best))


def _needs_a_record(area: Area, book: Rulebook) -> bool:
    """Grief in classic scope and disputes cannot be without a death, or somebody to be in conflict with."""
    if area.code == "grief":
        return book.settings.get("grief_scope") != "wide"
    return area.code == "role_dispute"
