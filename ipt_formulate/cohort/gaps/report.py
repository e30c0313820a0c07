"""What do the gaps of a cohort do to its figures, and how much hangs on the choices behind the rules?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from ipt_formulate.cohort.gaps.attrition import of_results, over_tables
from ipt_formulate.cohort.gaps.bounds import bounds_of, standings_of, steps_of
from ipt_formulate.cohort.gaps.hanging import Drivers
from ipt_formulate.cohort.gaps.missing import missing_of
from ipt_formulate.cohort.gaps.moves import moves_of
from ipt_formulate.cohort.gaps.ran import EveryRule, Ran, run
from ipt_formulate.cohort.gaps.reading import read
from ipt_formulate.cohort.gaps.sensitivity import Progress, sensitivity
from ipt_formulate.cohort.gaps.table import Gaps, Reject
from ipt_formulate.engines.columns.engine import NOT_SUPPORTED
from ipt_formulate.formulation.formulate import conclude
from ipt_formulate.intake import Intake
from ipt_formulate.rulebook import Rulebook
from ipt_formulate.version import __version__

SAMPLE: Final = 500


def gaps(
    cohort: str | Path | Iterable[Intake],
    book: Rulebook,
    *,
    sample: int = SAMPLE,
    seed: int = 1,
    settings: bool = True,
    progress: Progress = lambda told: None,
) -> Gaps:
    """Bounds, what they hang on, verdicts of every rule, and what other settings would change.

    Parameters
    ----------
    cohort
        What `open_source` takes of files and folders, a folder or file of intakes in YAML or JSON, or intakes.
    book
        The rulebook with the settings in use.
    sample, seed
        How many cases are taken apart one by one to see on which items they hang, drawn without replacement.
    settings
        Whether other settings of switches and parameters are tried, which takes longest.
    progress
        Called with a line before each step.

    Raises
    ------
    CohortError
        If the cohort cannot be read, holds no case, or its tables do not belong together.
    """
    progress("reading")
    known = read(cohort, EveryRule(book), sample=sample, seed=seed)
    progress("running the rules")
    ran = run(known.tables, book)
    report = report_of(ran, known.sample, seed=seed, settings=settings, progress=progress)
    rejects = tuple(Reject.model_validate(each) for each in known.rejects)
    return report.model_copy(update={"rejected": known.rejected, "rejects": rejects, "opened": known.opened})


def report_of(
    ran: Ran, drawn: Sequence[Intake], *, seed: int, settings: bool = True, progress: Progress = lambda told: None
) -> Gaps:
    """The report on a cohort over which the rules ran, with the sample that was drawn from it."""
    book = ran.plan.book
    drivers, results = Drivers(), []
    for number, intake in enumerate(drawn, start=1):
        progress(f"case {number} of {len(drawn)}")
        result, work = conclude(intake, book, "reference")
        drivers.add(work)
        results.append((work, result))
    progress("counting")
    rules = sorted([*over_tables(ran), *of_results(book, results)], key=lambda each: each.rule)
    cases = ran.result.cases.collect()
    found = Gaps(
        library=__version__,
        rulebook=f"{book.name} {book.version}",
        profile=book.profile.name,
        rulebook_sha256=book.sha256,
        cases=cases.height,
        rejected=0,
        rejects=(),
        opened=(),
        contradictory=int((cases["contradictions"] == 1).sum()),
        untold=int((cases[NOT_SUPPORTED] != "").sum()),
        sample=len(drawn),
        seed=seed,
        bounds=bounds_of(ran),
        standings=tuple(standings_of(ran)),
        steps=tuple(steps_of(ran)),
        rules=tuple(rules),
        unsettled=tuple(drivers.unsettled()),
        hanging=tuple(drivers.hanging()),
        missing=tuple(missing_of(ran)),
        changes=(),
    )
    if not settings:
        return found
    return found.model_copy(update={"changes": sensitivity(ran, moves_of(book), progress)})
