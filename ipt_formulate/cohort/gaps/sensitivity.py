"""How many cases come out otherwise under another setting of a switch, or with a parameter moved?

One setting is changed at a time. Left out is what cannot matter: a setting that changes no rule the tables run, and the
cases in which no condition that a moved parameter changed comes out otherwise, on the very signs that the cohort has.
Settings that change conditions alone run together (`variants`), any other by itself; a few cases go through the
reference engine one by one (`few`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import narwhals.stable.v2 as nw

from ipt_formulate.cohort.gaps.few import FEW_TOGETHER, few_cases
from ipt_formulate.cohort.gaps.moves import Move
from ipt_formulate.cohort.gaps.ran import Ran
from ipt_formulate.cohort.gaps.table import Change
from ipt_formulate.cohort.gaps.variants import (
    MOVED,
    by_conditions,
    conditions_in,
    copies,
    numbered,
    same_but_for_conditions,
)
from ipt_formulate.engines.columns.engine import NOT_SUPPORTED, ColumnsEngine, cohort_of, result_of
from ipt_formulate.engines.columns.frames import CASE_KEY, flag
from ipt_formulate.engines.columns.plan import Plan, conditions_of
from ipt_formulate.engines.columns.quantified import Quantified
from ipt_formulate.explain.settings import BY_FORMULATION
from ipt_formulate.intake import Intake
from ipt_formulate.rulebook import Rule, Rulebook, RulebookError
from ipt_formulate.rulebook import conclusions as c
from ipt_formulate.rulebook import nodes as n
from ipt_formulate.rulebook.nodes import About, Condition
from ipt_formulate.rulebook.switched import SETTING

Progress: TypeAlias = Callable[[str], None]
Changed: TypeAlias = Sequence[tuple[Rule, Rule]]
"""The rules that a setting changes, old and new."""
MOST_COPIES: Final = 100_000
"""As many cases as `table` works on at once, so that memory does not hang on how many settings there are."""
MOST_SETTINGS: Final = 60
OFF: Final = "off"
"""The standing of an area that a switch turns off; no other than one that says there is nothing."""
NOTHING: Final = ("excluded", "not_supported", OFF)
BEFORE: Final = " before"


def ordered(changes: Iterable[Change]) -> tuple[Change, ...]:
    """The setting that changes most cases first."""
    return tuple(sorted(changes, key=lambda each: (-each.any, -each.focus, each.kind, each.name, each.to)))


@dataclass(frozen=True, slots=True)
class _Tried:
    """What trying a setting takes: another engine, other conditions, or nothing since no result can change.

    ``why_not``: why it cannot be tried.
    """

    move: Move
    engine: ColumnsEngine | None = None
    changed: Changed | None = None
    why_not: str | None = None


class Sensitivity:
    """Settings to try on any number of cohorts.

    Parameters
    ----------
    book
        The rulebook under the settings in use.
    moves
        The settings to try.
    """

    def __init__(self, book: Rulebook, moves: Sequence[Move]) -> None:
        self.book = book
        self.moves = moves
        self._run = _run(Plan(book))
        self._tried: list[_Tried] = []
        self._last: tuple[Move, Rulebook] | None = None

    def changes(
        self, ran: Ran, progress: Progress = lambda told: None, few: Mapping[int, Intake] | None = None
    ) -> list[Change]:
        """What each setting changes in a cohort: alone, together with others, or not at all where nothing can change.

        Parameters
        ----------
        ran
            The cohort under the settings in use.
        progress
            Called with a line before each step.
        few
            The same cases as intakes, by the number of the case, if there are so few that it is sooner to conclude them
            one by one. A case that tables cannot tell, under the settings in use or that tried, is left out either way.
        """
        base, probe = ran.result.cases.collect(), Probe(ran)
        found: list[Change] = []
        together: list[tuple[Move, Changed, Any]] = []
        for number, move in enumerate(self.moves, start=1):
            progress(f"setting {number} of {len(self.moves)}: {move.name}")
            if number > len(self._tried):
                self._tried.append(self._try(move))
            each = self._tried[number - 1]
            cases = probe.cases_that_differ(each.changed) if each.changed is not None else None
            if each.engine is None and cases is None:
                found.append(_unchanged(move, base, self.book, each.why_not))
                continue
            if few is not None and (cases is None or len(few) <= FEW_TOGETHER):
                those = few if cases is None else {number: few[number] for number in cases}
                found.append(_differences(move, base, few_cases(those, self._book(move)), self.book))
            elif each.engine is not None:
                after = each.engine.run(ran.tables).cases.collect()
                found.append(_differences(move, base, after, self.book))
            elif each.changed is not None:
                together.append((move, each.changed, cases))
        for batch in _batches(together):
            progress(f"{len(batch)} settings together")
            found += self._together(batch, ran, base)
        return found

    def _book(self, move: Move) -> Rulebook:
        """The rulebook under a setting. Only the last one is kept: all of them together take much memory."""
        if self._last is None or self._last[0] is not move:
            self._last = (move, _book(self.book, move))
        return self._last[1]

    def _try(self, move: Move) -> _Tried:
        if move.why_not is not None or not self._read(move):
            return _Tried(move, why_not=move.why_not)
        try:
            other = self._book(move)
        except RulebookError as error:
            return _Tried(move, why_not=error.faults[0].message)
        changed = self._changed(other)
        if move.kind == "switch" or not all(same_but_for_conditions(old, new) for old, new in changed):
            return _Tried(move, engine=ColumnsEngine(other))
        return _Tried(move, changed=changed)

    def _read(self, move: Move) -> bool:
        if move.kind == "switch":
            return move.name in BY_FORMULATION or any(_reads(rule, move.name) for rule in self._run)
        return any(move.name in rule.parameters for rule in self._run)

    def _changed(self, other: Rulebook) -> Changed:
        pairs = ((rule, other.rules[rule.id]) for rule in self._run)
        return [
            (by_conditions(old, self.book), by_conditions(new, self.book))
            for old, new in pairs
            if (old.when, old.conclusions) != (new.when, new.conclusions)
        ]

    def _together(self, batch: Sequence[tuple[Move, Changed, Any]], ran: Ran, base: Any) -> Iterator[Change]:
        import polars as pl

        plan = numbered(self.book, {number: changed for number, (_, changed, _) in enumerate(batch, start=1)})
        places = pl.concat(
            [
                cases.to_frame().with_columns(pl.lit(number, dtype=pl.Int64).alias(MOVED))
                for number, (_, _, cases) in enumerate(batch, start=1)
            ]
        ).with_row_index("copy")
        places = places.with_columns(pl.col("copy").cast(pl.Int64))
        told = result_of(cohort_of(copies(ran.tables, places), plan)).cases.collect()
        told = told.rename({CASE_KEY: "copy"}).join(places, on="copy", how="inner").drop("copy")
        for number, (move, _, _) in enumerate(batch, start=1):
            after = told.filter(pl.col(MOVED) == number).drop(MOVED)
            yield _differences(move, base, after, self.book)


def _batches(together: Sequence[tuple[Move, Changed, Any]]) -> Iterator[list[tuple[Move, Changed, Any]]]:
    """Settings that run together: not too many cases, nor too many forms of one rulebook."""
    batch: list[tuple[Move, Changed, Any]] = []
    rows = 0
    for each in together:
        if batch and (rows + len(each[2]) > MOST_COPIES or len(batch) == MOST_SETTINGS):
            yield batch
            batch, rows = [], 0
        batch.append(each)
        rows += len(each[2])
    if batch:
        yield batch


def _book(book: Rulebook, move: Move) -> Rulebook:
    if move.kind == "switch":
        return book.with_settings({move.name: move.value})
    return book.with_parameters({move.name: move.value})


# -- what cannot matter -------------------------------------------------------------------------------------------


def _run(plan: Plan) -> list[Rule]:
    """Every rule on which a result can hang."""
    making = {rule.id: rule for each in plan.signs for rule in each.makers}
    others = {rule.id: rule for rule, _ in plan.book.concluding(c.Entails, c.Spawns)}
    return [*({rule.id: rule for rule in plan.rules} | making | others).values()]


def _reads(rule: Rule, switch: str) -> bool:
    return any(
        isinstance(node, n.LEAVES) and node.sign.name == f"{SETTING}{switch}"
        for condition in conditions_of(rule)
        for node in n.walk(condition)
    )


class Probe:
    """In which cases do two forms of a condition differ, on the signs that the cohort has?"""

    def __init__(self, ran: Ran) -> None:
        self.cohort = ran.signs
        self._quantified = Quantified(self.cohort)
        for part in self.cohort.real.values():
            self._quantified.drop(part)

    def cases_that_differ(self, changed: Changed) -> Any | None:
        """The cases in which a condition differs from its changed form, in either pass; None if there are none."""
        import polars as pl

        found = []
        for old, new in changed:
            for (about, one), (_, other) in zip(conditions_in(old), conditions_in(new), strict=True):
                if one != other:
                    found.append(self._where(about, one, other))
        kept = [each for each in found if len(each)]
        return pl.concat(kept).unique().sort() if kept else None

    def _where(self, about: About, one: Condition, other: Condition) -> Any:
        part = self.cohort.real[about]
        self.cohort.lift(part)
        differ = nw.lit(False)
        for shown in (False, True):
            both = self._quantified.join(part, [one, other], shown=shown)
            conditions = self.cohort.conditions(about, both, shown=shown)
            differ = differ | (conditions.truth(one) != conditions.truth(other))
        told = part.frame.select(nw.col(CASE_KEY), flag(differ).alias("differs")).filter(nw.col("differs") == 1)
        return told.collect().to_native()[CASE_KEY]


# -- what differs -------------------------------------------------------------------------------------------------


def _unchanged(move: Move, base: Any, book: Rulebook, why_not: str | None = None) -> Change:
    counted = int((base[NOT_SUPPORTED] == "").sum())
    nothing = dict.fromkeys((area.code for area in book.areas_on), 0)
    return Change(
        kind=move.kind, name=move.name, now=move.now, to=move.to, n=counted, any=0, focus=0, focus_area=0, settled=0,
        stage=0, areas=nothing, why_not=why_not,
    )  # fmt: skip


def _differences(move: Move, base: Any, after: Any, book: Rulebook) -> Change:
    import polars as pl

    areas = [
        area
        for area in (each.code for each in book.areas)
        if any(f"{area}_lean" in frame.columns for frame in (base, after))
    ]
    compared = [
        "focus_status",
        "focus_area",
        "focus_situation",
        "focus_settled",
        "stage",
        *(f"{a}_lean" for a in areas),
    ]
    sides = []
    for frame, suffix in ((base, BEFORE), (after, "")):
        present = [name if name in frame.columns else pl.lit(OFF).alias(name) for name in compared]
        sides.append(
            frame.filter(pl.col(NOT_SUPPORTED) == "")
            .select(CASE_KEY, *present)
            .rename({name: name + suffix for name in compared})
        )
    both = sides[0].join(sides[1], on=CASE_KEY, how="inner")

    def changed(*names: str) -> pl.Expr:
        return pl.any_horizontal(pl.col(name) != pl.col(name + BEFORE) for name in names)

    def stands_otherwise(area: str) -> pl.Expr:
        now, before = pl.col(f"{area}_lean"), pl.col(f"{area}_lean{BEFORE}")
        off = ((now == OFF) | (before == OFF)) & now.is_in(NOTHING) & before.is_in(NOTHING)
        return (now != before) & ~off

    told: dict[str, pl.Expr] = {
        "focus": changed("focus_status", "focus_area", "focus_situation"),
        "focus_area": changed("focus_area"),
        "settled": changed("focus_settled"),
        "stage": changed("stage"),
        **{f"area {area}": stands_otherwise(area) for area in areas},
    }
    counts = both.select(
        *(each.sum().alias(name) for name, each in told.items()), pl.any_horizontal(*told.values()).sum().alias("any")
    ).row(0, named=True)
    untold = pl.concat([frame.filter(pl.col(NOT_SUPPORTED) != "")[CASE_KEY] for frame in (base, after)]).n_unique()
    return Change(
        kind=move.kind,
        name=move.name,
        now=move.now,
        to=move.to,
        n=base.height - untold,
        any=counts["any"],
        focus=counts["focus"],
        focus_area=counts["focus_area"],
        settled=counts["settled"],
        stage=counts["stage"],
        areas={area: counts[f"area {area}"] for area in areas},
    )
