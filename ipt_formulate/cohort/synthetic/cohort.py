"""What is one batch of made-up cases? All tables, each with its columns, drawn together so that links hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import pyarrow as pa

from ipt_formulate.cohort.layout import CASE, ID, MADE_UP, MARK
from ipt_formulate.cohort.synthetic import fitting, values
from ipt_formulate.cohort.synthetic.dates import exactly, tell
from ipt_formulate.cohort.synthetic.distributions import KINDS, by_class, distributions
from ipt_formulate.cohort.synthetic.drawing import Drawn, choose, draw, items
from ipt_formulate.cohort.synthetic.linking import MOST, by_code, names, optional, situations, some_of
from ipt_formulate.cohort.synthetic.values import YES_NO, Bools, Ints, Numbers, Ticked, Value, Words, coded
from ipt_formulate.intake.types import Choice, Day, Link, Multi, Number, Text, Tri

SITUATIONS: Final = ("loss", "conflict", "change")
ASSESSED: Final = (np.datetime64("2025-01-01"), np.datetime64("2026-07-01"))
FIXED: Final = ("frame.assessed_on",)
"""Never missing: every date is counted from it."""
_WRITTEN = pa.array(["synthetic text"])
_PRE_ONSET = {"loss": ("when",), "conflict": ("started", "betrayal_on"), "change": ("when",)}


@dataclass(frozen=True, slots=True)
class Plan:
    """What is asked of a cohort.

    ``missing``: share of answers that are missing, 0 to 1. The means are records a case.
    """

    seed: int
    missing: float = 0.1
    means: Mapping[str, float] = field(
        default_factory=lambda: {"losses": 1.2, "conflicts": 1.0, "changes": 1.0, "people": 2.0}
    )


@dataclass(slots=True)
class Batch:
    """The cases of one batch while they are made."""

    plan: Plan
    rng: np.random.Generator
    themes: Any
    onset: Ints
    assessed: Ints
    counts: dict[str, Ints]
    drawn: dict[str, Drawn]
    links: dict[tuple[str, str], Words]


def batch(plan: Plan, number: int, first: int, cases: int) -> dict[str, pa.Table]:
    """Make the tables of a batch: its ``number`` with the seed decides everything, ``first`` is its first case."""
    made = _drawn(plan, number, cases)
    fitting.fit_cases(made.drawn["case"], made.counts)
    fitting.fit_losses(made.drawn["loss"], made.rng)
    fitting.fit_conflicts(made.drawn["conflict"])
    fitting.fit_changes(made.drawn["change"], made.onset[made.drawn["change"].case], made.rng)
    _add_people(made)
    _link(made)
    ids = pa.array([f"{MADE_UP}{plan.seed}-{number:07d}" for number in range(first, first + cases)])
    return {KINDS[kind]: _table(made, kind, ids) for kind in KINDS}


def _drawn(plan: Plan, number: int, cases: int) -> Batch:
    rng = np.random.default_rng([plan.seed, number])
    known = distributions()
    themes = choose(known.theme_chances, np.zeros(cases, dtype=np.int64), rng)
    told_onset = known.kinds["case"].extra["onset_days"]
    onset = np.rint(told_onset["median"] * np.exp(told_onset["spread"] * rng.standard_normal(cases)))
    onset = onset.astype(np.int64).clip(10, 4000)
    days = (ASSESSED[1] - ASSESSED[0]).astype(int)
    assessed = ASSESSED[0].astype(np.int64) + rng.integers(0, days, cases)
    counts, drawn = {}, {}
    nobody = np.arange(cases)
    drawn["case"] = draw(Drawn("case", nobody, nobody, themes, {}), onset, rng)
    chances = np.diff(known.theme_chances[0], prepend=0.0)
    for kind, section in KINDS.items():
        if kind == "case":
            continue
        factor = by_class(known.kinds["case"].extra["records"][section], known.themes)
        mean = plan.means[section] * factor / float(chances @ factor)
        counts[section] = rng.poisson(mean[themes]).clip(0, MOST // 3)
        if kind != "person":
            drawn[kind] = _records(kind, counts[section], themes, onset, rng)
    return Batch(plan, rng, themes, onset, assessed, counts, drawn, {})


def _records(kind: str, counts: Ints, themes: Any, onset: Ints, rng: np.random.Generator) -> Drawn:
    case = np.repeat(np.arange(len(counts)), counts)
    place = np.arange(len(case)) - np.repeat(np.cumsum(counts) - counts, counts)
    classes = choose(distributions().kinds[kind].by_theme, themes[case], rng)
    return draw(Drawn(kind, case, place, classes, {}), onset[case], rng)


def _add_people(made: Batch) -> None:
    """The inventory: most others of conflicts, some of the dead, and further people."""
    rng, known = made.rng, distributions().kinds
    conflicts, losses = made.drawn["conflict"], made.drawn["loss"]
    other = (rng.random(len(conflicts)) < known["conflict"].extra["in_inventory"]) & ~conflicts.code(
        "relation", "deceased_person", "group_or_institution"
    )
    dead = (rng.random(len(losses)) < known["loss"].extra["in_inventory"]) & losses.code("kind", "death_of_person")
    dead &= ~losses.raw["still_to_come"]
    spare = np.maximum(made.counts["people"] - np.bincount(conflicts.case[other], minlength=len(made.onset)), 0)
    case = np.concatenate([conflicts.case[other], losses.case[dead], np.repeat(np.arange(len(spare)), spare)])
    order = np.argsort(case, kind="stable")
    counts = np.bincount(case, minlength=len(spare))
    case = case[order]
    place = np.arange(len(case)) - np.repeat(np.cumsum(counts) - counts, counts)
    classes = choose(known["person"].by_theme, made.themes[case], rng)
    people = draw(Drawn("person", case, place, classes, {}), made.onset[case], rng)
    back = np.empty(len(order), dtype=np.int64)
    back[order] = np.arange(len(order))
    here, gone = np.split(back[: int(other.sum()) + int(dead.sum())], [int(other.sum())])
    alive = np.ones(len(people), dtype=np.bool_)
    alive[gone] = False
    people.raw["alive"] = alive
    for record, rows, mask in ((conflicts, here, other), (losses, gone, dead)):
        people.raw["relation"][rows] = _same_words(record, mask)
        place_of = np.full(len(record), -1, dtype=np.int64)
        place_of[mask] = place[rows]
        made.links[record.kind, "person"] = names("person", place_of)
    people.put("changed_before_onset", "ended", ~alive)
    people.raw["changed_on"] = np.maximum(people.raw["changed_on"], 0)
    made.drawn["person"] = people
    made.counts["people"] = counts


def _same_words(record: Drawn, mask: Bools) -> Any:
    """The relation of some records as codes of the relations of people."""
    mine, its = items(record.kind)["relation"].type, items("person")["relation"].type
    assert isinstance(mine, Choice)
    assert isinstance(its, Choice)
    return np.array([its.members.index(each) for each in mine.members])[record.raw["relation"][mask]]


def _link(made: Batch) -> None:
    """Every link that is not yet set."""
    rng, links, drawn, counts = made.rng, made.links, made.drawn, made.counts
    known = distributions()
    cases = len(made.onset)
    alone = drawn["case"].is_class("alone", "quiet") & (rng.random(cases) < 0.8)
    parts = []
    for kind in SITUATIONS:
        weights = by_class(known.kinds[kind].extra["weight"], known.kinds[kind].classes)
        parts.append((kind, drawn[kind].case, drawn[kind].place, weights[drawn[kind].classes]))
    there_are = situations(cases, parts)
    first = there_are.heaviest(alone, rng)
    often = known.kinds["case"].extra["most_tied_first"]
    nobody = np.zeros(cases, dtype=np.bool_)
    for name, item in items("case").items():
        if isinstance(item.type, Link):
            may_be_alone = "isolation" in item.type.to
            second = there_are.heaviest(alone if may_be_alone else nobody, rng)
            codes = np.where(rng.random(cases) < often, first, second)
            links["case", name] = by_code(codes if may_be_alone else np.where(alone & (codes == first), second, codes))
    losses, conflicts, changes = (drawn[kind] for kind in SITUATIONS)
    there = {kind: {section: counts[section][drawn[kind].case] for section in counts} for kind in SITUATIONS}
    many = losses.raw["other_deaths_same_year"] > 0
    links["loss", "other_deaths_links"] = names("loss", some_of(there["loss"]["losses"], losses.place, many, rng))
    links["conflict", "similar_elsewhere_links"] = names(
        "conflict", some_of(there["conflict"]["conflicts"], conflicts.place, conflicts.raw["similar_elsewhere"], rng)
    )
    for kind, name, to, section in (
        ("conflict", "set_off_by", "change", "changes"),
        ("change", "death_in_it", "loss", "losses"),
        ("change", "quarrelled_over", "conflict", "conflicts"),
    ):
        chance = by_class(known.kinds[kind].extra[name], known.themes)[made.themes[drawn[kind].case]]
        wanted = rng.random(len(drawn[kind])) < chance
        links[kind, name] = names(to, some_of(there[kind][section], None, wanted, rng))
    from_loss = changes.code("kind", "widowhood", "end_of_caring")
    links["change", "from"] = optional("loss", some_of(there["change"]["losses"], None, from_loss, rng))
    parted = changes.code("kind", "separation_or_divorce") & (rng.random(len(changes)) < 0.5)
    links["change", "same_event"] = optional("conflict", some_of(there["change"]["conflicts"], None, parted, rng))


def _table(made: Batch, kind: str, ids: pa.Array) -> pa.Table:
    drawn = made.drawn[kind]
    table: dict[str, pa.Array] = {}
    if kind == "case":
        table[CASE] = ids
        table[MARK] = pa.array(np.ones(len(drawn), dtype=np.bool_))
        for section, counts in made.counts.items():
            table |= _section(made, section, counts)
    else:
        table[CASE] = ids.take(pa.array(drawn.case))
        table[ID] = coded(*_pair(names(kind, drawn.place)))
        for name in ("from", "same_event"):
            if (kind, name) in made.links:
                table[name] = coded(*_pair(made.links[kind, name]))
    asked = _asked(drawn)
    for name, item in items(kind).items():
        rate = 0.0 if name in FIXED else made.plan.missing
        value = made.links[kind, name] if isinstance(item.type, Link) else _value(made, drawn, name)
        table.update(values.columns(name, value, rate, made.rng, asked.get(name)))
    return pa.table(table)


def _pair(value: Words) -> tuple[Any, pa.Array]:
    return value.codes, value.words


def _section(made: Batch, section: str, counts: Ints) -> dict[str, pa.Array]:
    """Whether a list was asked and is complete; a list with records was asked."""
    rng, chances = made.rng, distributions().kinds["case"].extra["sections"]
    rows = len(counts)
    asked = (counts > 0) | ((rng.random(rows) < chances["asked"]) & (rng.random(rows) >= made.plan.missing))
    complete = asked & (rng.random(rows) < chances["complete"]) & (rng.random(rows) >= made.plan.missing)
    yes = np.zeros(rows, dtype=np.int8)
    return {f"{section}.asked": coded(yes, YES_NO, ~asked), f"{section}.complete": coded(yes, YES_NO, ~complete)}


def _asked(drawn: Drawn) -> Mapping[str, Bools]:
    match drawn.kind:
        case "case":
            return fitting.cases_asked(drawn)
        case "loss":
            return fitting.losses_asked(drawn, distributions().kinds["loss"].extra["only_for_deaths"])
        case "conflict":
            return fitting.conflicts_asked(drawn)
        case "change":
            return fitting.changes_asked(drawn)
    return fitting.people_asked(drawn)


def _value(made: Batch, drawn: Drawn, name: str) -> Value:
    item, raw = items(drawn.kind)[name], drawn.raw[name]
    match item.type:
        case Choice(members):
            return values.words(raw, members)
        case Multi(members):
            return Ticked(members, raw)
        case Number():
            return Numbers(raw)
        case Text():
            return Words(np.where(raw, 0, -1), _WRITTEN)
        case Day():
            return _day(made, drawn, name, item.type)
        case Tri():
            return values.told(raw)
    raise TypeError(name)


def _day(made: Batch, drawn: Drawn, name: str, kind: Day) -> Words:
    assessed, onset = made.assessed[drawn.case], made.onset[drawn.case]
    match name:
        case "frame.assessed_on":
            return exactly(np.zeros(len(drawn), dtype=np.int64), assessed)
        case "episode.onset":
            return tell(onset, assessed, None, kind, made.rng)
    days = drawn.raw[name]
    return tell(days if kind.may_come else np.maximum(days, 0), assessed, onset, kind, made.rng)
