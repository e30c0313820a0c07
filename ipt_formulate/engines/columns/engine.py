"""How does a rulebook run over the tables of a cohort, from the answers to the whole result?

The same rulebook, the same meaning as the reference engine, one table in and one out for each kind of thing; no Python
for single rows. `ColumnsEngine(book).run(tables)` takes the tables that `tables.py` describes and runs where they are:
Polars, DuckDB; PyArrow and pandas go to Polars. On Spark every worker runs it over its own cases (`cohort/spark.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import narwhals.stable.v2 as nw

from ipt_formulate.engines.columns.areas import cases_of
from ipt_formulate.engines.columns.cohort import Cohort, Part
from ipt_formulate.engines.columns.condensing import condensed
from ipt_formulate.engines.columns.findings import Count, counts_of, findings_of
from ipt_formulate.engines.columns.flags import flag_columns, with_flags
from ipt_formulate.engines.columns.focus import STATUSES, focus_of
from ipt_formulate.engines.columns.folds import areas_of, candidates
from ipt_formulate.engines.columns.frames import CASE_KEY, Frame, matched, settled, whole, worded
from ipt_formulate.engines.columns.matching import Matched, match
from ipt_formulate.engines.columns.open_items import OPEN_ITEMS, count_open_items
from ipt_formulate.engines.columns.order import CANDIDATE, edges_of, numbered, ranked, with_keys
from ipt_formulate.engines.columns.plan import Plan
from ipt_formulate.engines.columns.same_event import SITUATION, TITLE, grouped
from ipt_formulate.engines.columns.signs import about_order, derive, entail
from ipt_formulate.engines.columns.spawning import UNCLEAR, add_built_in, joined, spawn
from ipt_formulate.engines.columns.stages import CONFIDENCES, STAGED, STAGES, disputes_of
from ipt_formulate.engines.columns.tables import opened_tables
from ipt_formulate.rulebook import Rulebook

WORDS = ("excluded", "not_supported", "open", "possible", "present")
GATE_WORDS = ("closed", "unsettled", "open")
LINES = ("couple", "coparent")
NOTHING = ""
NOT_SUPPORTED = "not_supported_because"
UNCLEAR_BECAUSE = "a record is what a rule would make, and takes over what is presumed or comes from several"


@dataclass(frozen=True)
class ColumnResult:
    """What was found, as frames of the backend of the tables: lazy ones of Polars, or relations of DuckDB.

    Attributes
    ----------
    cases
        One row a case: status, area and situation of the focus, whether it is settled, how many lead with equal right
        (`leaders`: 0 no focus, 1 a focus, more a tie), the second, how every area stands, the gate, contradictions, how
        many answers that rules read are still open (`open_items`: nothing is known of them, neither said nor entailed;
        over the records that are there), stage and confidence of the leading dispute, and every flag (0 none, 1
        possible, 2 certain). `not_supported_because` is empty but for cases that tables cannot tell: a record on file
        is the situation that a rule would make (it comes from the same record, is the same event or is about the same
        person), and either only presumptions would make it, or more than one record would. There the rest of the row
        is not to be used, and the reference engine can say it.
    candidates
        One row for each candidate that may exist: situation, area, how it stands, rank (0 for none), whether it leads.
    disputes
        One row for each dispute on record, and for each line of it: stage, settled, confidence, variant.
    """

    cases: Any
    candidates: Any
    disputes: Any
    find: Callable[[], Any] = field(repr=False, compare=False)
    count: Callable[[], tuple[Count, ...]] = field(repr=False, compare=False)
    """How findings and counts are made when they are asked for."""

    @cached_property
    def findings(self) -> Any:
        """One row for each rule that is not a no, record and thing that the rule does; made when first asked for.

        `case`, `rule`, `about`, `situation` (the id of the record; empty for the case), `truth` (strict) and `leans`
        (presumed), and what the rule does: `effect`, `area`, `strength`, `aspect`, `at`, empty where it has none.
        """
        return self.find()

    @cached_property
    def counts(self) -> tuple[Count, ...]:
        """For each rule: on how many records it is yes, unknown and no; counted when first asked for."""
        return self.count()


class ColumnsEngine:
    """A rulebook for tables.

    Raises
    ------
    NotSupported
        If the rulebook says something that tables cannot say; names the rule.
    """

    name = "columns"

    def __init__(self, book: Rulebook) -> None:
        self.book = book
        self.plan = Plan(book)

    def run(self, tables: Mapping[str, Any]) -> ColumnResult:
        """The result of every case of a cohort.

        Parameters
        ----------
        tables
            Tables by kind: ``case``, ``loss``, ``conflict``, ``change``, ``person``; all of one backend.

        Raises
        ------
        ValueError
            If a table is of no known kind, or the cases are missing.
        """
        return result_of(cohort_of(tables, self.plan))


def cohort_of(tables: Mapping[str, Any], plan: Plan) -> Cohort:
    """The tables with every sign in both passes, situations that rules make among them."""
    opened = opened_tables(tables, plan)
    cohort = Cohort(plan, {about: Part(about, frame) for about, frame in opened.frames.items()}, opened.slots)
    for about, part in cohort.real.items():
        part.frame = add_built_in(cohort, about, part.frame, made=False)
    parts = [cohort.real[about] for about in about_order(cohort)]
    entail(cohort, parts)
    derive(cohort, parts)
    spawn(cohort)
    made = [*cohort.again.values(), *cohort.made.values()]
    if made:
        entail(cohort, made, made=True)
    # Once answers are entailed, and before made situations stand beside recorded ones, which alone are counted.
    count_open_items(cohort)
    if made:
        derive(cohort, made)
        joined(cohort)
    return cohort


def result_of(cohort: Cohort) -> ColumnResult:
    """The whole result, once all signs are known."""
    found = condensed(match(cohort))
    plan = cohort.plan
    several = grouped(found.parts, cohort.slots)
    those = candidates(found, several=several)
    those = settled(those.with_columns(numbered(nw.col(SITUATION), nw.col("area")).alias(CANDIDATE)))
    cases = cases_of(found, those)
    edges = edges_of(found, those)
    keyed = with_keys(those, edges)
    ranks = ranked(found, keyed, cases)
    cases = focus_of(found, cases, keyed, ranks, edges, several=several)
    disputes = disputes_of(found, those)
    cases = with_flags(found, cases)
    ranking = settled(ranks.select(CASE_KEY, CANDIDATE, "rank", "leads"))
    listed = matched(keyed, ranking, [CASE_KEY, CANDIDATE], {"rank": 0, "leads": 0})
    if disputes is not None:
        cases = settled(
            matched(
                cases, _leading(plan, listed, disputes), [CASE_KEY], {"stage": 0, "confidence": 0, "stage settled": 0}
            )
        )
    return ColumnResult(
        cases=_cases(plan, cases, disputed=disputes is not None).to_native(),
        candidates=_candidates(plan, settled(listed)).to_native(),
        disputes=None if disputes is None else _disputes(disputes).to_native(),
        find=lambda: _findings(found),
        count=lambda: counts_of(found),
    )


def _findings(found: Matched) -> Any:
    listed = findings_of(found)
    return None if listed is None else listed.to_native()


def _leading(plan: Plan, listed: Frame, disputes: Frame) -> Frame:
    """Stage and confidence of the dispute that ranks first among disputes: of its first conflict, as a couple."""
    code = next(code for code, area in areas_of(plan) if area.code == "role_dispute")
    those = settled(listed.filter((nw.col("area") == code) & (nw.col("rank") > 0)))
    for name in ("rank", TITLE):
        best = those.group_by(CASE_KEY).agg(nw.col(name).min())
        those = settled(those.join(best, on=[CASE_KEY, name], how="semi"))
    own = settled(
        disputes.filter(nw.col("line") == 0).join(
            those.select(CASE_KEY, SITUATION), on=[CASE_KEY, SITUATION], how="inner"
        )
    )
    first = own.group_by(CASE_KEY).agg(nw.col("position").min())
    own = own.join(first, on=[CASE_KEY, "position"], how="semi")
    return settled(
        own.select(nw.col(CASE_KEY), nw.col("stage"), nw.col("confidence"), nw.col("settled").alias("stage settled"))
    )


def _cases(plan: Plan, cases: Frame, *, disputed: bool) -> Frame:
    codes = tuple(area.code for area in plan.book.areas)
    columns = [
        nw.col(CASE_KEY),
        nw.col("name"),
        worded(nw.col("status"), STATUSES).alias("focus_status"),
        worded(nw.col("focus area"), codes).alias("focus_area"),
        nw.col("focus situation").alias("focus_situation"),
        nw.col("settled").alias("focus_settled"),
        nw.when(nw.col("status") >= STATUSES.index("tie"))
        .then(nw.col("leaders"))
        .otherwise(whole(0))
        .cast(nw.Int32)
        .alias("leaders"),
        worded(nw.col("second area"), codes).alias("second_area"),
        nw.col("second situation").alias("second_situation"),
        nw.col("contradictions"),
        nw.col(OPEN_ITEMS).alias("open_items"),
        nw.when(nw.col(UNCLEAR) == 1).then(nw.lit(UNCLEAR_BECAUSE)).otherwise(nw.lit(NOTHING)).alias(NOT_SUPPORTED),
        worded(nw.col("gate"), GATE_WORDS).alias("gate"),
        worded(nw.col("gate lean"), GATE_WORDS).alias("gate_lean"),
    ]
    for _, area in areas_of(plan):
        columns += [
            worded(nw.col(f"{area.code} {part}"), WORDS).alias(f"{area.code}_{part}")
            for part in ("worst", "best", "lean")
        ]
        columns.append(nw.col(f"{area.code} settled").alias(f"{area.code}_settled"))
    if disputed:
        columns += [
            worded(nw.col("stage"), (NOTHING, *STAGES[1:])).alias("stage"),
            nw.col("stage settled").alias("stage_settled"),
            worded(nw.col("confidence"), CONFIDENCES).alias("stage_confidence"),
        ]
    columns += [nw.col(name).alias(name.replace(" ", "_")) for name in flag_columns(plan)]
    return settled(cases.select(*columns))


def _candidates(plan: Plan, listed: Frame) -> Frame:
    codes = tuple(area.code for area in plan.book.areas)
    return settled(
        listed.select(
            nw.col(CASE_KEY),
            nw.col(TITLE).alias("situation"),
            worded(nw.col("area"), codes).alias("area"),
            *(worded(nw.col(name), WORDS).alias(name) for name in ("worst", "best", "lean")),
            worded(nw.col("exists"), ("no", "unknown", "yes")).alias("exists"),
            worded(nw.col("exists~"), ("no", "unknown", "yes")).alias("exists_shown"),
            nw.col("rank"),
            nw.col("leads"),
        )
    )


def _disputes(disputes: Frame) -> Frame:
    return settled(
        disputes.select(
            nw.col(CASE_KEY),
            nw.col("name").alias("situation"),
            worded(nw.col("line"), LINES).alias("line"),
            worded(nw.col("stage"), (NOTHING, *STAGES[1:])).alias("stage"),
            *(nw.col(f"shown {each}").alias(f"shows_{each}") for each in STAGED),
            nw.col("settled"),
            worded(nw.col("confidence"), CONFIDENCES).alias("confidence"),
            nw.col("variant"),
        )
    )
