"""Which reader fits a file? Reads all codings of a comparison, or names the faults of all of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ipt_formulate.cohort.agreement import results, tables
from ipt_formulate.cohort.agreement.codes import PresenceRule
from ipt_formulate.cohort.agreement.coding import Coding
from ipt_formulate.cohort.faults import CohortError
from ipt_formulate.reading import Fault


def read_codings(paths: Sequence[Path], rule: PresenceRule) -> tuple[Coding, ...]:
    """The codings in the order of their files.

    Raises
    ------
    CohortError
        With the faults of every file.
    """
    codings: list[Coding] = []
    faults: list[Fault] = []
    for path in paths:
        try:
            codings.append(read_coding(path, rule))
        except CohortError as error:
            faults += error.faults
    if faults:
        raise CohortError(faults)
    return tuple(codings)


def read_coding(path: Path, rule: PresenceRule) -> Coding:
    """One coding, by the ending of its file."""
    ending = path.suffix.lower()
    if ending in results.SUFFIXES:
        return results.read_results(path, rule)
    if ending in tables.SUFFIXES:
        return tables.read_table(path, rule)
    known = ", ".join((*tables.SUFFIXES, *results.SUFFIXES))
    raise CohortError([Fault("C110", str(path), "is of no known kind", None, f"a name that ends in {known}")])
