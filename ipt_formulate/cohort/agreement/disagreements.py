"""Why does the engine see a case otherwise than a coder, and which few answers or rules would bring them together?

The intake must be at hand. Answers only speak for the engine's side: what the coder had in mind is not known here.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from ipt_formulate.cohort.agreement.bootstrap import Progress
from ipt_formulate.cohort.agreement.codes import AREAS, STAGES, STANDINGS, PresenceRule
from ipt_formulate.cohort.agreement.separating import Said, rules_that_separate
from ipt_formulate.cohort.agreement.table import Agreement, Disagreement
from ipt_formulate.cohort.faults import CohortError
from ipt_formulate.cohort.intakes import intakes_in
from ipt_formulate.explain.errors import UnknownTarget
from ipt_formulate.explain.formulation import Formulation, formulate, load_rulebook
from ipt_formulate.formulation.result import Area
from ipt_formulate.reading import Fault

MOST_ANSWERS: Final = 2
SECONDS: Final = 3.0
_SHOWN: Final = 3


def explained(report: Agreement, folder: Path, profile: str, progress: Progress = lambda told: None) -> Agreement:
    """The report with an explanation at every disagreement whose intake stands in the folder.

    Raises
    ------
    CohortError
        If the folder is missing, an intake in it has faults, or none of the cases is there.
    RulebookError
        If there is no such profile.
    """
    book = load_rulebook(None, profile)
    wanted = {each.case for each in report.disagreements}
    intakes = {case: intake for intake in intakes_in(folder) if (case := intake.case_id) in wanted}
    if wanted and not intakes:
        raise CohortError([Fault("C121", str(folder), "holds none of the cases in which engine and coders differ")])
    told: dict[tuple[str, str, str], tuple[str, tuple[str, ...], tuple[str, ...]]] = {}
    presence = PresenceRule(report.settings["present_from"], report.settings["open_counts_as"])  # type: ignore[arg-type]
    formulations: dict[str, Formulation] = {}
    found = []
    for number, each in enumerate(report.disagreements, start=1):
        progress(f"disagreement {number} of {len(report.disagreements)}")
        intake = intakes.get(each.case)
        if intake is not None:
            if each.case not in formulations:
                formulations[each.case] = formulate(intake, rulebook=book, engine="reference")
            key = (each.case, each.item, each.said)
            if key not in told:
                formulation = formulations[each.case]
                told[key] = (
                    _explanation(formulation, each),
                    tuple(_separated_by(formulation, each)),
                    tuple(_separated_by_rules(formulation, each, presence)),
                )
            explanation, answers, rules = told[key]
            found.append(replace(each, explanation=explanation, separated_by=answers, separated_by_rules=rules))
        else:
            found.append(each)
    return replace(report, disagreements=tuple(found), counts={**report.counts, "explained": len(intakes)})


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
        for each in found.sets[:_SHOWN]:
            yield "; ".join(f"{change.path}: {change.after}" for change in each.changes)
        if found.sets:
            return


def _separated_by_rules(formulation: Formulation, disagreement: Disagreement, presence: PresenceRule) -> Iterator[str]:
    """The smallest sets of other verdicts of rules with which the engine would say what the coder said."""
    said = Said(disagreement.item, _lead(formulation), presence)
    if said.by_engine(formulation.work) != disagreement.engine:
        return  # the file of the engine was made under other rules than these
    sets = rules_that_separate(formulation.work, said, disagreement.said, seconds=SECONDS, shown=_SHOWN)
    for each in sets:
        yield "; ".join(str(turned) for turned in each)
