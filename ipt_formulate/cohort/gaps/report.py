"""What do the gaps of a cohort do to its figures, and how much hangs on the choices behind the rules?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, Final

from ipt_formulate.cohort.gaps.attrition import of_results
from ipt_formulate.cohort.gaps.counts import Counts, counts_of
from ipt_formulate.cohort.gaps.few import FEW
from ipt_formulate.cohort.gaps.hanging import Drivers
from ipt_formulate.cohort.gaps.moves import moves_of
from ipt_formulate.cohort.gaps.ran import EveryRule, run
from ipt_formulate.cohort.gaps.sampling import Sample
from ipt_formulate.cohort.gaps.sensitivity import Progress, Sensitivity, ordered
from ipt_formulate.cohort.gaps.table import Gaps, Reject
from ipt_formulate.cohort.reading import CASES_PER_BATCH, Read, batches
from ipt_formulate.engines.columns.frames import CASE_KEY
from ipt_formulate.formulation.formulate import conclude
from ipt_formulate.intake import Intake
from ipt_formulate.rulebook import Rulebook
from ipt_formulate.version import __version__

SAMPLE: Final = 500


def gaps(
    cohort: str | Path | Iterable[Intake],
    book: Rulebook,
    *,
    mapping: str | Path | None = None,
    encoding: str | None = None,
    folder: str | None = None,
    sample: int = SAMPLE,
    seed: int = 1,
    settings: bool = True,
    cases_per_batch: int = CASES_PER_BATCH,
    progress: Progress = lambda told: None,
) -> Gaps:
    """Bounds, what they hang on, verdicts of every rule, and what other settings would change.

    Parameters
    ----------
    cohort
        What `open_source` takes of files and folders, a folder or file of intakes in YAML or JSON, or intakes.
    book, folder
        The rulebook with the settings in use, and its folder if it is not the library's own; that is recorded.
    mapping, encoding
        What `open_source` takes. With a mapping the cohort is a table or tables.
    sample, seed
        How many cases are taken apart one by one to see on which items they hang, drawn without replacement.
    settings
        Whether other settings of switches and parameters are tried, which takes longest.
    cases_per_batch
        How many cases are in memory at once; the report is the same.
    progress
        Called with a line before each step.

    Raises
    ------
    CohortError
        If the cohort cannot be read, holds no case, or its tables do not belong together.
    NotSupported
        If the rulebook says something that tables cannot say; names the rule.
    """
    progress("reading")
    plan = EveryRule(book)
    tried = Sensitivity(book, moves_of(book)) if settings else None
    read, drawn, counts = Read(), Sample(sample, seed), Counts()
    begun = 0
    given = batches(cohort, plan, read, mapping=mapping, encoding=encoding, cases_per_batch=cases_per_batch)
    with closing(given):
        for batch in given:
            drawn.add(len(batch.names), batch.intakes)
            tables, few = batch.tables(), None
            if tried is not None and len(batch.names) <= FEW:
                few = [*batch.intakes(range(len(batch.names)))]
            del batch  # what was read makes room for what is worked on
            far = f"cases {begun + 1} to {read.done}" + (f" of {read.of}" if read.of is not None else "")
            counts += _counted(tables, plan, tried, few, _after(far, progress))
            begun = read.done
            del tables  # before the next ones are read
    drivers, results = Drivers(), []
    for number, intake in enumerate(drawn.intakes, start=1):
        progress(f"case {number} of the {len(drawn.intakes)} of the sample")
        result, work = conclude(intake, book, "reference")
        drivers.add(work)
        results.append((work, result))
    return Gaps(
        library=__version__,
        rulebook=f"{book.name} {book.version}",
        rulebook_folder=folder,
        profile=book.profile.name,
        rulebook_sha256=book.sha256,
        cases=counts.cases,
        made_up=read.made_up,
        rejected=read.rejected,
        rejects=tuple(Reject.model_validate(each) for each in read.rejects),
        opened=read.opened,
        contradictory=counts.contradictory,
        untold=counts.untold,
        sample=len(results),
        seed=seed,
        bounds=tuple(counts.bounds),
        standings=tuple(counts.standings),
        steps=tuple(counts.steps),
        rules=tuple(sorted([*counts.rules, *of_results(book, results)], key=lambda each: each.rule)),
        unsettled=tuple(drivers.unsettled()),
        hanging=tuple(drivers.hanging()),
        missing=tuple(counts.missing),
        changes=ordered(counts.changes),
    )


def _counted(
    tables: Mapping[str, Any],
    plan: EveryRule,
    tried: Sensitivity | None,
    few: Sequence[Intake] | None,
    progress: Progress,
) -> Counts:
    """The counts of one batch; `few`: its cases, in their order, where there are few."""
    progress("running the rules")
    ran = run(tables, plan)
    if tried is None:
        return counts_of(ran)
    numbers = ran.tables["case"][CASE_KEY].sort().to_list()
    return counts_of(ran, tried.changes(ran, progress, None if few is None else dict(zip(numbers, few, strict=True))))


def _after(far: str, progress: Progress) -> Progress:
    """Progress within a batch: how far the batches are stands first."""
    return lambda told: progress(f"{far}: {told}")
