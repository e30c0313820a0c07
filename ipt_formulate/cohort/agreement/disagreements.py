"""Why does the engine see a case otherwise than a coder, and which few answers or rules would bring them together?

The intake must be at hand. Answers only speak for the engine's side: what the coder had in mind is not known here.
"""

from __future__ import annotations

import textwrap
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from ipt_formulate.cohort.agreement.bootstrap import Progress
from ipt_formulate.cohort.agreement.codes import AREAS, STAGES, STANDINGS, PresenceRule
from ipt_formulate.cohort.agreement.separating import Said, rules_that_separate
from ipt_formulate.cohort.agreement.table import OTHERWISE, Agreement, Disagreement, Looked
from ipt_formulate.cohort.faults import CohortError
from ipt_formulate.cohort.reading import Read, batches, stands_at
from ipt_formulate.engines.columns.plan import Plan
from ipt_formulate.explain.errors import UnknownTarget
from ipt_formulate.explain.formulation import Formulation, formulate, load_rulebook
from ipt_formulate.formulation.result import Area
from ipt_formulate.intake import Intake
from ipt_formulate.reading import Fault
from ipt_formulate.rulebook import Rulebook

MOST_ANSWERS: Final = 2
SECONDS: Final = 3.0
"""Of one search; a disagreement takes up to three."""
SECONDS_FOR_ALL: Final = 300.0
NOT_THERE: Final = "its case is not among the intakes"
NOT_USABLE: Final = "its case could not be used"
_SHOWN: Final = 3


def explained(
    report: Agreement,
    cohort: Path,
    book: Rulebook,
    *,
    mapping: Path | None = None,
    encoding: str | None = None,
    folder: str | None = None,
    seconds: float = SECONDS_FOR_ALL,
    progress: Progress = lambda told: None,
) -> Agreement:
    """The report with an explanation at every disagreement whose case can be read.

    Parameters
    ----------
    report
        What was compared.
    cohort, mapping, encoding
        Where the intakes are, as `ipt_formulate.cohort.reading.batches` takes them.
    book, folder
        The rulebook and profile that the engine's codes were made with, and its folder if it is not the library's own.
    seconds
        After which no further disagreement is begun; `looked` of the report says how far it came. The same when it is
        interrupted: what was found by then is given back.
    progress
        Called with a line before each step.

    Raises
    ------
    CohortError
        If the intakes cannot be read, or none of the cases with a disagreement is there.
    """
    wanted = {each.case for each in report.disagreements}
    intakes, read = _intakes(cohort, wanted, mapping, encoding, progress)
    why_not = _why_not(read.rejects)
    if wanted and not wanted & (intakes.keys() | why_not.keys()):
        raise CohortError([Fault("C121", str(cohort), "holds none of the cases in which engine and coders differ")])
    presence = PresenceRule(report.settings["present_from"], report.settings["open_counts_as"])  # type: ignore[arg-type]
    explain = _Explaining(intakes, book, presence)
    able = [number for number, each in enumerate(report.disagreements) if each.case in intakes]
    found = [
        each if each.case in intakes else replace(each, why_not=why_not.get(each.case, NOT_THERE))
        for each in report.disagreements
    ]
    until, stopped, looked_at = time.monotonic() + seconds, None, 0
    try:
        for number in able:
            if time.monotonic() > until:
                stopped = "time"
                break
            progress(f"disagreement {looked_at + 1} of {len(able)}")
            found[number] = explain(found[number])
            looked_at += 1
    except KeyboardInterrupt:
        stopped = "interrupted"
    looked = Looked(
        looked_at=looked_at,
        of=len(able),
        seconds=seconds,
        stopped=stopped,  # type: ignore[arg-type]
        rulebook=f"{book.name} {book.version}",
        profile=book.profile.name,
        rulebook_sha256=book.sha256,
        rulebook_folder=folder,
        unusable=read.rejected,
        opened=read.opened,
    )
    counts = {**report.counts, "explained": len({found[number].case for number in able[:looked_at]})}
    return replace(report, disagreements=tuple(found), counts=counts, looked=looked)


def _intakes(
    cohort: Path, wanted: set[str], mapping: Path | None, encoding: str | None, progress: Progress
) -> tuple[dict[str, Intake], Read]:
    """The intakes of these cases, and what was read; no other case is made an intake of."""
    progress("reading the intakes")
    found: dict[str, Intake] = {}
    # Only the answers are wanted, and all of them are checked whatever the rules: any plan will do.
    read, plan = Read(), Plan(load_rulebook(None, "classic"))
    with closing(batches(cohort, plan, read, mapping=mapping, encoding=encoding)) as given:
        for batch in given:
            places = [place for place, name in enumerate(batch.names) if name in wanted]
            found |= zip((batch.names[place] for place in places), batch.intakes(places), strict=True)
            progress(f"{read.done} intakes read")
    return found, read


def _why_not(rejects: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """By case, why it could not be used; never a value."""
    told: dict[str, list[str]] = {}
    for each in rejects:
        if each["case"] is not None:
            told.setdefault(each["case"], []).append(f"{stands_at(each)}: {each['reason']}")
    more = {case: f"; and {len(whys) - _SHOWN} more" if len(whys) > _SHOWN else "" for case, whys in told.items()}
    return {case: f"{NOT_USABLE}: {'; '.join(whys[:_SHOWN])}{more[case]}" for case, whys in told.items()}


class _Explaining:
    """Explains disagreements, the same of two coders once."""

    def __init__(self, intakes: Mapping[str, Intake], book: Rulebook, presence: PresenceRule) -> None:
        self._intakes = intakes
        self._book = book
        self._presence = presence
        self._formulations: dict[str, Formulation] = {}
        self._told: dict[tuple[str, str, str], tuple[str, tuple[str, ...], tuple[str, ...]]] = {}

    def __call__(self, each: Disagreement) -> Disagreement:
        key = (each.case, each.item, each.said)
        if key not in self._told:
            if each.case not in self._formulations:
                made = formulate(self._intakes[each.case], rulebook=self._book, engine="reference")
                self._formulations[each.case] = made
            self._told[key] = self._taken_apart(self._formulations[each.case], each)
        explanation, answers, rules = self._told[key]
        return replace(each, explanation=explanation, separated_by=answers, separated_by_rules=rules)

    def _taken_apart(self, made: Formulation, each: Disagreement) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
        said = Said(each.item, _lead(made), self._presence)
        if said.by_engine(made.work) != each.engine:
            return OTHERWISE, (), ()
        return _explanation(made, each), (*_separated_by(made, each),), (*_separated_by_rules(made, said, each.said),)


def _target(formulation: Formulation, item: str) -> str | None:
    """What to ask the formulation about."""
    kind, _, area = item.partition("_")
    if kind in ("presence", "standing"):
        return area
    if item == "focus":
        return "focus"
    lead = _lead(formulation)
    return f"stage:{lead}" if lead else None


def _lead(formulation: Formulation) -> str | None:
    disputes = formulation.areas.get("role_dispute")
    return disputes.lead if isinstance(disputes, Area) else None


def _explanation(formulation: Formulation, disagreement: Disagreement) -> str:
    """What carried the engine's verdict; where the coder saw more than it, what held it back."""
    target = _target(formulation, disagreement.item)
    if target is None:
        return "The engine stages no dispute in this case."
    less = _less(disagreement)
    try:
        found = formulation.why_not(target) if less else formulation.why(target)
        return found.in_words(depth=0).strip()
    except UnknownTarget:
        return textwrap.fill("Nothing that was recorded could be told for or against it.", 80)


def _less(disagreement: Disagreement) -> bool:
    """Whether the engine gave the lower of two standings, or none where the coder saw the area."""
    if disagreement.item.startswith("presence_"):
        return disagreement.engine == "absent"
    if disagreement.item.startswith("standing_"):
        return STANDINGS.index(disagreement.engine) < STANDINGS.index(disagreement.said)
    return False


def _aims(formulation: Formulation, disagreement: Disagreement) -> Iterator[str]:
    """Results in which engine and coder would agree."""
    kind, _, area = disagreement.item.partition("_")
    said = disagreement.said
    if kind == "standing":
        yield f"{area} is {said}"
    elif kind == "presence":
        yield from (f"{area} is {word}" for word in (STANDINGS[3:] if said == "present" else STANDINGS[1::-1]))
    elif disagreement.item == "focus" and said in AREAS:
        yield f"{said} leads"
    elif disagreement.item == "stage" and said in STAGES:
        target = _target(formulation, "stage")
        if target is not None:
            yield f"stage of {target.removeprefix('stage:')} is {said}"


def _separated_by(formulation: Formulation, disagreement: Disagreement) -> Iterator[str]:
    """The smallest sets of other answers with which the engine would say what the coder said."""
    from ipt_formulate.explain.changes import smallest_changes

    for aim in _aims(formulation, disagreement):
        try:
            found = smallest_changes(formulation.work, aim, most=MOST_ANSWERS, seconds=SECONDS)
        except UnknownTarget:
            continue
        if found.stopped == "interrupted":
            raise KeyboardInterrupt  # the search keeps what it found; here all of the looking ends
        for each in found.sets[:_SHOWN]:
            yield "; ".join(f"{change.path}: {change.after}" for change in each.changes)
        if found.sets:
            return


def _separated_by_rules(formulation: Formulation, said: Said, wanted: str) -> Iterator[str]:
    """The smallest sets of other verdicts of rules with which the engine would say what the coder said."""
    sets = rules_that_separate(formulation.work, said, wanted, seconds=SECONDS, shown=_SHOWN)
    for each in sets:
        yield "; ".join(str(turned) for turned in each)
