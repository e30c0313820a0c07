"""Which records of a case are one situation, over tables?

Records joined by `same_event`, directly or through others, are one; it is known by the first of them. Few cases have
any, so the rounds until nothing changes run on those only.
"""

from __future__ import annotations

from collections.abc import Mapping

import narwhals.stable.v2 as nw

from ipt_formulate.engines.columns.cohort import Part
from ipt_formulate.engines.columns.encoding import NOBODY, target
from ipt_formulate.engines.columns.frames import CASE_KEY, Frame, flag, matched, rows_in, settled, stacked
from ipt_formulate.engines.columns.tables import SAME_EVENT
from ipt_formulate.rulebook.nodes import SITUATIONS, About

SITUATION = "situation"
"""The position of the first record of a situation."""
ALONE = "alone"
"""1 for a record that is a situation by itself."""
TITLE = "title"
"""The ids of the records of a situation, as people wrote them."""


def grouped(parts: Mapping[About, Part], slots: Mapping[tuple[About, str], int]) -> bool:
    """Put the situation of every record on its table; False if every record is one by itself."""
    edges = settled(_edges(parts, slots))
    several = rows_in(edges) > 0
    groups = components(edges) if several else None
    titles = settled(_titles(parts, groups)) if groups is not None else None
    for about in SITUATIONS:
        frame = parts[about].frame
        if groups is None:
            frame = frame.with_columns(nw.col("position").alias(SITUATION), flag(nw.lit(True)).alias(ALONE))
            frame = frame.with_columns(nw.col("name").alias(TITLE))
        else:
            frame = matched(frame, groups, [CASE_KEY, "position"], {SITUATION: NOBODY})
            alone = nw.col(SITUATION) == NOBODY
            frame = frame.with_columns(
                flag(alone).alias(ALONE),
                nw.when(alone).then(nw.col("position")).otherwise(nw.col(SITUATION)).alias(SITUATION),
            )
            frame = matched(frame, titles, [CASE_KEY, SITUATION], {TITLE: ""})
            title = nw.when(nw.col(ALONE) == 1).then(nw.col("name")).otherwise(nw.col(TITLE))
            frame = frame.with_columns(title.alias(TITLE))
        parts[about].frame = settled(frame)
    return several


def _edges(parts: Mapping[About, Part], slots: Mapping[tuple[About, str], int]) -> Frame:
    """Pairs of records of one event, both ways round."""
    everyone = settled(stacked([parts[about].frame for about in SITUATIONS], [CASE_KEY, "id", "position"]))
    told = []
    for about in SITUATIONS:
        for slot in range(1, slots[about, SAME_EVENT] + 1):
            by = nw.col(target(SAME_EVENT, slot))
            told.append(
                parts[about]
                .frame.filter(by != NOBODY)
                .select(nw.col(CASE_KEY), nw.col("position").alias("one"), by.alias("id"))
            )
    there = everyone.rename({"position": "two"})
    found = stacked(told).join(there, on=[CASE_KEY, "id"], how="inner")
    ways = [
        found.select(CASE_KEY, "one", "two"),
        found.select(nw.col(CASE_KEY), nw.col("two").alias("one"), nw.col("one").alias("two")),
    ]
    return stacked(ways)


def components(edges: Frame) -> Frame:
    """The lowest position that each can be reached from, round after round until nothing changes.

    `edges` holds `one` and `two`, each pair both ways round.
    """
    edges = settled(edges.unique([CASE_KEY, "one", "two"]))
    reached = settled(
        edges.group_by(CASE_KEY, "one")
        .agg(nw.col("two").min().alias("two"))
        .select(nw.col(CASE_KEY), nw.col("one").alias("position"), nw.min_horizontal("one", "two").alias(SITUATION))
    )
    while True:
        theirs = reached.select(nw.col(CASE_KEY), nw.col("position").alias("two"), nw.col(SITUATION).alias("theirs"))
        nearer = (
            edges.join(theirs, on=[CASE_KEY, "two"], how="inner")
            .group_by(CASE_KEY, "one")
            .agg(nw.col("theirs").min())
            .select(nw.col(CASE_KEY), nw.col("one").alias("position"), nw.col("theirs"))
        )
        both = settled(
            reached.join(nearer, on=[CASE_KEY, "position"], how="inner").select(
                nw.col(CASE_KEY),
                nw.col("position"),
                nw.min_horizontal(SITUATION, "theirs").alias(SITUATION),
                flag(nw.col("theirs") < nw.col(SITUATION)).alias("moved"),
            )
        )
        reached = settled(both.select(CASE_KEY, "position", SITUATION))
        if rows_in(both.filter(nw.col("moved") == 1)) == 0:
            return reached


def _titles(parts: Mapping[About, Part], groups: Frame) -> Frame:
    """The ids of the records of each situation, joined in their order."""
    names = stacked([parts[about].frame for about in SITUATIONS], [CASE_KEY, "position", "name"])
    members = settled(groups.join(names, on=[CASE_KEY, "position"], how="inner"))
    titles = members.filter(nw.col("position") == nw.col(SITUATION)).select(
        nw.col(CASE_KEY), nw.col(SITUATION), nw.col("position"), nw.col("name").alias(TITLE)
    )
    while True:
        rest = members.join(
            titles.select(nw.col(CASE_KEY), nw.col(SITUATION), nw.col("position").alias("last")),
            on=[CASE_KEY, SITUATION],
            how="inner",
        ).filter(nw.col("position") > nw.col("last"))
        following = settled(rest.group_by(CASE_KEY, SITUATION).agg(nw.col("position").min().alias("next")))
        if rows_in(following) == 0:
            return titles.select(CASE_KEY, SITUATION, TITLE)
        more = following.join(
            members.select(CASE_KEY, nw.col("position").alias("next"), "name"), on=[CASE_KEY, "next"], how="inner"
        ).select(CASE_KEY, SITUATION, "next", "name")
        titles = matched(titles, settled(more), [CASE_KEY, SITUATION], {"next": NOBODY, "name": ""})
        further = nw.col("next") != NOBODY
        titles = settled(
            titles.select(
                nw.col(CASE_KEY),
                nw.col(SITUATION),
                nw.when(further).then(nw.col("next")).otherwise(nw.col("position")).alias("position"),
                nw.when(further).then(nw.concat_str(TITLE, nw.lit("+"), "name")).otherwise(nw.col(TITLE)).alias(TITLE),
            )
        )
