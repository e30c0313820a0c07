"""What should a report of agreement tell? The fifteen points of GRRAS (Kottner et al. 2011), in our own words.

What the software knows is filled in, the rest is left as a labelled blank. The list is data, because a revision is in
preparation.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ipt_formulate.cohort.agreement.table import Agreement

BLANK: Final = "(to be written)"
ITEMS: Final = (
    (1, "title", "Say in title or abstract that reliability or agreement was studied."),
    (2, "introduction", "Name and describe what was used to rate."),
    (3, "introduction", "Say which people, or cases, it is meant for."),
    (4, "introduction", "Say which raters it is meant for."),
    (5, "introduction", "Tell what is known of its agreement, and why this study."),
    (6, "methods", "Explain how the numbers of cases, raters and repeated ratings were chosen."),
    (7, "methods", "Describe how cases and raters were sampled."),
    (8, "methods", "Describe the rating: time between ratings, what raters knew, blinding."),
    (9, "methods", "State whether the ratings were made independently."),
    (10, "methods", "Describe the statistics."),
    (11, "results", "State the actual numbers of raters and cases, and of repeated ratings."),
    (12, "results", "Describe raters (training, experience) and cases."),
    (13, "results", "Report coefficients with their uncertainty."),
    (14, "discussion", "Discuss what the results mean in practice."),
    (15, "auxiliary", "Give detailed results, if possible."),
)


@dataclass(frozen=True, slots=True)
class GrrasItem:
    """One point with what is known about it, or a blank."""

    number: int
    section: str
    asks: str
    told: str


def grras(report: Agreement) -> tuple[GrrasItem, ...]:
    """All points for this report."""
    known = {
        2: f"ipt-formulate {report.settings['library']}; rules, profile and hashes stand in the receipts of results.",
        6: f"{report.counts['compared']} cases compared, {len(report.coders)} human raters. Why so many: {BLANK}",
        10: _statistics(report),
        11: "; ".join(f"{name}: {count}" for name, count in report.counts.items()) + "; no repeated ratings",
        13: "See the tables of this report.",
        15: "Cross tables of every pair and the list of disagreements are part of this report.",
    }
    return tuple(GrrasItem(number, section, asks, known.get(number, BLANK)) for number, section, asks in ITEMS)


def _statistics(report: Agreement) -> str:
    told = report.settings
    return (
        "Raw agreement; Cohen's kappa for two raters (with linear weights for standings too); Fleiss' and Light's "
        "kappa for more; Krippendorff's alpha (nominal, for standings ordinal); Gwet's AC1; prevalence- and "
        f"bias-adjusted kappa. {told['level']} percentile intervals from {told['drawings']} drawings of cases "
        f"(bootstrap, seed {told['seed']}); Wilson's interval for full agreement. An area counts as "
        f"present from a standing of {told['present_from']} on; an open standing counts as {told['open_counts_as']}."
    )
