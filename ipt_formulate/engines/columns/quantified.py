"""How do parts of a sentence that look at other records become columns?

Each such part is joined in as one column of 0, 1 and 2 before the sentence is computed. A list that is not known to be
complete counts as one more record of which nothing is known.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import narwhals.stable.v2 as nw

from ipt_formulate.engines.columns.cohort import Cohort, Part, link_columns
from ipt_formulate.engines.columns.conditions import any_of, constant
from ipt_formulate.engines.columns.connections import CONNECTED, ONE, TWO, Connections, closed
from ipt_formulate.engines.columns.encoding import CASE, plain, target
from ipt_formulate.engines.columns.frames import CASE_KEY, Frame, flag, highest, matched, settled, stacked, summed
from ipt_formulate.engines.columns.plan import quantified_in
from ipt_formulate.logic.truth import NO, UNKNOWN, YES
from ipt_formulate.rulebook import nodes as n
from ipt_formulate.rulebook.nodes import About, Condition
from ipt_formulate.rulebook.vocabulary import LISTS

TRUTH, YESES, MAYBES = "truth", "yeses", "maybes"


class Quantified:
    """Joins quantified parts to tables. Made anew whenever the records or their links have changed."""

    def __init__(self, cohort: Cohort) -> None:
        self.cohort = cohort
        self.connections = Connections(cohort)
        self._numbers: dict[tuple[n.Quantified, bool], str] = {}

    def join(self, part: Part, conditions: Iterable[Condition], *, shown: bool) -> dict[Condition, str]:
        """Join the quantified parts of these conditions to a table, in one pass; their columns, by part."""
        plan, found, new = self.cohort.plan, {}, {}
        for node in quantified_in(conditions):
            if plan.truth_is(node) != UNKNOWN:
                continue
            differs = shown and plan.differs(node)
            found[node] = self._numbers.setdefault((node, differs), f"?{len(self._numbers)}")
            if found[node] not in part.lifted:
                new[node] = found[node]
        if new:
            self._join(part, new, shown=shown)
        return found  # type: ignore[return-value]

    def _join(self, part: Part, new: Mapping[n.Quantified, str], *, shown: bool) -> None:
        """All of them on a narrow table first, so that the wide one is joined once."""
        keys = [CASE_KEY] if part.about == "case" else [CASE_KEY, "position"]
        part.frame = settled(part.frame)
        narrow = Part(
            part.about, part.frame.select(*keys, *sorted({each for node in new for each in self._read(part, node)}))
        )
        for node, column in new.items():
            self._joined(narrow, node, column, shown=shown)
            narrow.frame = settled(narrow.frame)
        part.frame = settled(part.frame.join(narrow.frame.select(*keys, *new.values()), on=keys, how="inner"))
        part.lifted |= set(new.values())

    def _read(self, part: Part, node: n.Quantified) -> list[str]:
        """What the table itself has to tell for the part: is the list complete, and whom does the link name?"""
        columns = [self._complete(part, node.about)] if node.about in LISTS else []
        if isinstance(node, n.Linked):
            link = self._link(part, node)
            columns += link_columns(link, self.cohort.slots[node.sign.about, node.sign.name])
        return columns

    @staticmethod
    def _complete(part: Part, about: About) -> str:
        return ("" if part.about == "case" else CASE) + f"{LISTS[about]}_complete"

    @staticmethod
    def _link(part: Part, node: n.Linked) -> str:
        return plain((CASE if node.sign.about == "case" != part.about else "") + node.sign.name)

    def drop(self, part: Part) -> None:
        """Take the joined columns off again, since the records they were read from may change."""
        gone = [name for name in part.lifted if name.startswith("?")]
        if gone:
            part.frame = part.frame.drop(*gone)
            part.lifted -= set(gone)

    def _joined(self, part: Part, node: n.Quantified, column: str, *, shown: bool) -> None:
        match node:
            case n.AtLeast():
                part.frame = self._at_least(part, node, column, shown=shown)
            case n.Linked():
                part.frame = self._linked(part, node, column, shown=shown)
            case n.Connected():
                part.frame = self._connected(part, node, column, shown=shown)

    def _others(self, node: n.Quantified, *, shown: bool) -> Frame:
        """Every record of the kind: position, id, and the truth that it exists and satisfies the part."""
        frames = []
        for part in self.cohort.parts(node.about):
            self.cohort.lift(part)
            names = self.join(part, [node.part], shown=shown)
            truth = self.cohort.conditions(node.about, names, shown=shown).truth(node.part)
            exists = nw.col("exists~" if shown else "exists")
            frames.append(part.frame.select(CASE_KEY, "position", "id", nw.min_horizontal(exists, truth).alias(TRUTH)))
        return stacked(frames)

    def _open(self, part: Part, about: About) -> nw.Expr:
        """May the list hold more?"""
        if about not in LISTS:
            return nw.lit(False)
        return nw.col(self._complete(part, about)) != YES

    def _at_least(self, part: Part, node: n.AtLeast, column: str, *, shown: bool) -> Frame:
        others = settled(
            self._others(node, shown=shown).with_columns(
                flag(nw.col(TRUTH) == YES).cast(nw.Int32).alias(YESES),
                flag(nw.col(TRUTH) != NO).cast(nw.Int32).alias(MAYBES),
            )
        )
        counted = summed(others, [CASE_KEY], [YESES, MAYBES])
        frame = matched(part.frame, counted, [CASE_KEY], {YESES: 0, MAYBES: 0})
        yeses, maybes = nw.col(YESES), nw.col(MAYBES)
        if node.other and node.about == part.about:
            own = others.select(CASE_KEY, "position", nw.col(YESES).alias("own yes"), nw.col(MAYBES).alias("own maybe"))
            frame = matched(frame, own, [CASE_KEY, "position"], {"own yes": 0, "own maybe": 0})
            yeses, maybes = yeses - nw.col("own yes"), maybes - nw.col("own maybe")
        may = (maybes >= node.count) | self._open(part, node.about)
        rest = nw.when(may).then(constant(UNKNOWN)).otherwise(constant(NO))
        frame = frame.with_columns(nw.when(yeses >= node.count).then(constant(YES)).otherwise(rest).alias(column))
        return frame.drop(YESES, MAYBES, *(("own yes", "own maybe") if node.other and node.about == part.about else ()))

    def _linked(self, part: Part, node: n.Linked, column: str, *, shown: bool) -> Frame:
        others = settled(self._others(node, shown=shown))
        link = self._link(part, node)
        frame, named = part.frame, []
        for slot in range(1, self.cohort.slots[node.sign.about, node.sign.name] + 1):
            by = target(link, slot)
            of = others.select(CASE_KEY, nw.col("id").alias(by), nw.col(TRUTH).alias(f"named {slot}"))
            frame = matched(frame, of, [CASE_KEY, by], {f"named {slot}": NO})
            named.append(f"named {slot}")
        perhaps = highest(others, [CASE_KEY], [TRUTH])
        frame = matched(frame, perhaps, [CASE_KEY], {TRUTH: NO})
        more = nw.when(self._open(part, node.about)).then(constant(UNKNOWN)).otherwise(constant(NO))
        unnamed = nw.max_horizontal(nw.min_horizontal(nw.col(TRUTH), constant(UNKNOWN)), more)
        shut = closed(link, self.cohort.plan.vocabulary.type_of(node.sign))
        rest = nw.when(shut).then(constant(NO)).otherwise(unnamed)
        truth = any_of([*(nw.col(name) for name in named), rest])
        return frame.with_columns(truth.alias(column)).drop(TRUTH, *named)

    def _connected(self, part: Part, node: n.Connected, column: str, *, shown: bool) -> Frame:
        others = self._others(node, shown=shown).select(CASE_KEY, nw.col("position").alias(TWO), TRUTH)
        pairs = self.connections.between(part.about, node.about)
        both = pairs.join(others, on=[CASE_KEY, TWO], how="inner").select(
            nw.col(CASE_KEY),
            nw.col(ONE).alias("position"),
            nw.min_horizontal(nw.col(CONNECTED), nw.col(TRUTH)).alias(TRUTH),
        )
        frame = matched(part.frame, highest(both, [CASE_KEY, "position"], [TRUTH]), [CASE_KEY, "position"], {TRUTH: NO})
        more = nw.when(self._open(part, node.about)).then(constant(UNKNOWN)).otherwise(constant(NO))
        return frame.with_columns(nw.max_horizontal(nw.col(TRUTH), more).alias(column)).drop(TRUTH)
