"""What does a paper have to say about how these codes were made? One paragraph, and what was not validated."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from ipt_formulate.cohort.layout import MARK
from ipt_formulate.cohort.outputs.receipt import TableReceipt
from ipt_formulate.rulebook import Rulebook

BACKENDS: Final[Mapping[str, str]] = {"duckdb": "DuckDB", "polars": "Polars", "pyspark": "Apache Spark"}
REJECTED_CASES: Final = "rejected_cases"
UNREAD: Final = "unread_"
"""Before the name of a list: the count of its rows that could not be read and whose case could not be told."""
NOT_VALIDATED: Final = (
    "The codes were not validated: no clinician has reviewed the rules, agreement with human coders was not measured "
    "on these data, and many thresholds are the rule authors' own inference. They are no diagnoses and no measure of "
    "severity or risk, and a flag that is absent is no evidence of safety."
)


def methods(receipt: TableReceipt, book: Rulebook, counts: Mapping[str, int]) -> str:
    """The paragraph, as Markdown that is also plain text.

    `counts`: cases, rejected cases, cases that are made up, and for each list the rows of no known case (`UNREAD`).
    """
    changed = {name: value for name, value in receipt.settings.items() if value != _plain(book.switches[name].default)}
    switches = (
        "all switches at their defaults"
        if not changed
        else "switches other than by default: "
        + ", ".join(f"{name} = {_told(value)}" for name, value in changed.items())
    )
    rejected = counts[REJECTED_CASES]
    given = counts["cases"] + rejected
    return (
        f"Structured intakes of {given} cases were coded with ipt-formulate {receipt.library} (rulebook "
        f"{receipt.rulebook} {receipt.rulebook_version}, profile {receipt.profile}, {switches}; SHA-256 of the rules "
        f"{receipt.rulebook_sha256}), run over tables on {BACKENDS.get(receipt.backend, receipt.backend)}. "
        f"{counts['cases']} cases were coded; {rejected} were rejected because of faults in their data and are listed "
        f"with the reason. {_opened(counts)}{_made_up(counts)}"
        "Each problem area was given its standing on what was said (lean) and the lowest and highest standing that the "
        "missing answers allow; a code is called settled where no missing answer could change it. "
        "Missing answers were kept as unknown and were never read as no; nothing was imputed. Ties are reported as "
        f"ties.\n\n{NOT_VALIDATED}\n"
    )


def _opened(counts: Mapping[str, int]) -> str:
    """Which lists are complete for nobody, since rows of them were lost."""
    lost = {name.removeprefix(UNREAD): rows for name, rows in counts.items() if name.startswith(UNREAD) and rows}
    if not lost:
        return ""
    told = ", ".join(f"{rows} of {name}" for name, rows in lost.items())
    return (
        f"Rows that could not be read and whose case could not be told ({told}) may belong to any case: the lists of "
        f"{', '.join(lost)} were therefore taken as not complete for every case. "
    )


def _made_up(counts: Mapping[str, int]) -> str:
    """That cases are not of people, which nobody must read past."""
    marked = counts.get(MARK, 0)
    if not marked:
        return ""
    return f"{marked} of the coded cases are made up (synthetic): nothing about people follows from them. "


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _told(value: Any) -> str:
    return ", ".join(value) or "none" if isinstance(value, list) else str(value)
