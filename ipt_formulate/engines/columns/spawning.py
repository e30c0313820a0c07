"""Which situations do rules make from records, over tables?

Once, from recorded ones only, and not where a record says that it is the situation already. What is made is a table of
its own, with the same columns, until all its signs are known; then both are one table.
"""

from __future__ import annotations

import narwhals.stable.v2 as nw

from ipt_formulate.engines.columns.cohort import Cohort, Part, link_columns
from ipt_formulate.engines.columns.conditions import constant
from ipt_formulate.engines.columns.connections import closed, names
from ipt_formulate.engines.columns.encoding import CASE, NOBODY, columns_of, encoded, member, plain, source, target
from ipt_formulate.engines.columns.frames import (
    CASE_KEY,
    Frame,
    columns_in,
    counted,
    either,
    every,
    flag,
    highest,
    matched,
    rows_in,
    settled,
    stacked,
    whole,
)
from ipt_formulate.engines.columns.quantified import Quantified
from ipt_formulate.engines.columns.signs import AGAINST, nothing_known_of
from ipt_formulate.engines.columns.tables import (
    MADE_STEP,
    NAMED_STEP,
    RULE_STEP,
    SAME_EVENT,
    dtype_of,
    position_of,
    unknown_columns,
)
from ipt_formulate.intake.types import Choice, Link
from ipt_formulate.logic.possible import Span
from ipt_formulate.logic.truth import NO, UNKNOWN, YES
from ipt_formulate.rulebook import Rule
from ipt_formulate.rulebook import conclusions as c
from ipt_formulate.rulebook.nodes import SITUATIONS, About
from ipt_formulate.rulebook.vocabulary import LISTS, case_links

HELD = "held:"
TOLD, AGAIN, UNCLEAR = "told", "again", "unclear"
"""The record that is what would be made; records whose signs are derived once more; cases that tables cannot tell."""


def add_built_in(cohort: Cohort, about: About, frame: Frame, *, made: bool) -> Frame:
    """The situations with what every situation has: which answers name it, and whether a rule made it."""
    if about not in SITUATIONS:
        return frame
    plan = cohort.plan
    wanted = [link for link in case_links() if _holder(link) in cohort.slots]
    by_holder: dict[About, list[str]] = {}
    for link in wanted:
        by_holder.setdefault(_holder(link)[0], []).append(_holder(link)[1])
    for holder, fields in by_holder.items():
        columns = [name for field in fields for name in link_columns(field, cohort.slots[holder, field])]
        told = cohort.real[holder].frame.select(
            nw.col(CASE_KEY), *(nw.col(name).alias(f"{HELD}{holder}/{name}") for name in columns)
        )
        frame = frame.join(settled(told), on=[CASE_KEY], how="inner")
    named = []
    for link in case_links():
        holder, field = _holder(link)
        column = member("named_in", link)
        if (holder, field) not in cohort.slots:
            named.append(constant(UNKNOWN).alias(column))
            continue
        held, type_ = plain(f"{HELD}{holder}/{field}"), plan.type_of(holder, field)
        if made:
            truth = nw.when(closed(held, type_)).then(constant(NO)).otherwise(constant(UNKNOWN))
        else:
            truth = names(held, type_, cohort.slots[holder, field], nw.col("id"))
        named.append(truth.alias(column))
    frame = frame.with_columns(*named, constant(YES if made else NO).alias("spawned"))
    gone = [name for name in columns_in(frame) if name.startswith(HELD)]
    return settled(frame.drop(*gone) if gone else frame)


def _holder(link: str) -> tuple[About, str]:
    return ("isolation", link.removeprefix("isolation.")) if link.startswith("isolation.") else ("case", link)


def spawn(cohort: Cohort) -> None:
    """Make the situations, with nothing derived for them yet.

    A record that is such a situation already is completed instead, and put apart with what was made (`again`).
    """
    rules = [(rule, each) for rule, each in cohort.plan.book.concluding(c.Spawns) if isinstance(each, c.Spawns)]
    rules.sort(key=lambda spawn: spawn[1].named)
    words = list(dict.fromkeys(each.named for _, each in rules))
    quantified = Quantified(cohort)
    made: dict[About, list[Frame]] = {}
    for about in cohort.plan.spawned:
        part = cohort.real[about]
        part.frame = part.frame.with_columns(whole(0).alias(AGAIN), whole(0).alias(UNCLEAR))
    for number, (rule, each) in enumerate(rules):
        if cohort.plan.truth_is(rule.when) == NO:  # type: ignore[arg-type]
            continue
        origins = _origins(cohort, rule, each, quantified)
        there = settled(_recorded(cohort, each, rule.about, origins))
        origins = settled(
            matched(origins, there.select(CASE_KEY, "position", TOLD), [CASE_KEY, "position"], {TOLD: NOBODY})
        )
        _complete(cohort, rule, each, settled(origins.filter(nw.col(TOLD) != NOBODY)))
        origins = origins.filter(nw.col(TOLD) == NOBODY)
        if rule.about == "person":
            origins = _unless_recorded(cohort, rule, each, settled(origins))
        made.setdefault(each.about, []).append(
            _made(cohort, rule, each, number, words.index(each.named) + 1, origins=settled(origins))
        )
    for part in cohort.real.values():
        quantified.drop(part)
    for about, frames in made.items():
        cohort.made[about] = Part(about, settled(stacked(frames)))
        real = cohort.real[about]
        apart = settled(real.frame.filter(nw.col(AGAIN) == 1))
        if rows_in(apart) > 0:
            cohort.again[about] = Part(about, apart, set(real.lifted), again=True)
            real.frame = settled(real.frame.filter(nw.col(AGAIN) == 0))


def _origins(cohort: Cohort, rule: Rule, each: c.Spawns, quantified: Quantified) -> Frame:
    """The records from which the situation is made, if no record is it already."""
    assert rule.when is not None
    plan, part = cohort.plan, cohort.real[rule.about]
    cohort.lift(part)
    strict = quantified.join(part, [rule.when], shown=False)
    now = cohort.conditions(rule.about, strict).truth(rule.when)
    perhaps = now
    if plan.differs(rule.when):
        shown = quantified.join(part, [rule.when], shown=True)
        perhaps = cohort.conditions(rule.about, shown, shown=True).truth(rule.when)
    if rule.about == "person" and each.about in LISTS:
        # What a complete list does not hold has not happened, if it only may have.
        complete = nw.col(f"{CASE}{LISTS[each.about]}_complete") == YES
        now, perhaps = (
            nw.when((told == UNKNOWN) & complete).then(constant(NO)).otherwise(told) for told in (now, perhaps)
        )
    copied = [column for _, old in each.copy for column in columns_of(old, plan.type_of(rule.about, old))]
    events = link_columns(SAME_EVENT, cohort.slots[rule.about, SAME_EVENT])[1:]
    complete_ = [f"{CASE}{LISTS[each.about]}_complete"] if rule.about == "person" else []
    origins = part.frame.with_columns(now.alias("now"), perhaps.alias("perhaps")).select(
        CASE_KEY, "name", "id", "position", "now", "perhaps", *dict.fromkeys(copied), *events, *complete_
    )
    return settled(origins.filter((nw.col("now") != NO) | (nw.col("perhaps") != NO)))


def _complete(cohort: Cohort, rule: Rule, each: c.Spawns, origins: Frame) -> None:
    """Fill in what is not told of records that are the situation that would be made."""
    if rows_in(origins) == 0:
        return
    plan, part = cohort.plan, cohort.real[each.about]
    read = plan.fields[each.about]
    named = [(name, _given(name, value, plan.type_of(each.about, name))) for name, value in each.set if name in read]
    for name, old in each.copy:
        if name not in read:
            continue
        theirs = columns_of(old, plan.type_of(rule.about, old))
        mine = columns_of(name, plan.type_of(each.about, name))
        named.append((name, {new: nw.col(b) for new, b in zip(mine, theirs, strict=True)}))
    columns = {column: expr for _, values in named for column, expr in values.items()}
    by = [CASE_KEY, TOLD]
    alone = counted(origins, by, "origins")
    # What only the presumed pass would fill in, or several records would, is not told over tables.
    unclear = (nw.col("origins") > 1) | ((nw.col("perhaps") == YES) != (nw.col("now") == YES))
    given = origins.join(alone, on=by, how="inner").select(
        nw.col(CASE_KEY),
        nw.col(TOLD).alias("position"),
        flag(nw.col("now") == YES).alias("fills"),
        flag(unclear).alias("unclear now"),
        *(expr.alias("new " + column) for column, expr in columns.items()),
    )
    given = settled(given.unique([CASE_KEY, "position"]))
    otherwise = {"fills": NOBODY, "unclear now": 0, **{"new " + column: 0 for column in columns}}
    frame = matched(part.frame, given, [CASE_KEY, "position"], otherwise)
    frame = frame.with_columns(
        *(
            flag((nw.col("fills") == 1) & nothing_known_of(name, plan.type_of(each.about, name))).alias(f"fills {name}")
            for name, _ in named
        )
    )
    changed = []
    for name, values in named:
        changed += [
            nw.when(nw.col(f"fills {name}") == 1).then(nw.col("new " + column)).otherwise(nw.col(column)).alias(column)
            for column in values
        ]
    frame = frame.with_columns(
        *changed,
        nw.when(nw.col("fills") != NOBODY).then(whole(1)).otherwise(nw.col(AGAIN)).alias(AGAIN),
        nw.max_horizontal(nw.col(UNCLEAR), nw.col("unclear now")).alias(UNCLEAR),
    )
    part.frame = settled(frame.drop(*otherwise, *(f"fills {name}" for name, _ in named)))


def _unless_recorded(cohort: Cohort, rule: Rule, each: c.Spawns, origins: Frame) -> Frame:
    """What may be a record that says of nobody whom it is about: not made if the list is complete, else uncertain."""
    plan, others = cohort.plan, cohort.real[each.about]
    if "person" not in plan.fields[each.about]:
        return origins
    choices = {name: value for name, value in each.set if isinstance(value, frozenset)}
    copied = [(name, old) for name, old in each.copy if isinstance(plan.type_of(each.about, name), Choice)]
    alike = [either(nw.col("their " + member(name, one)) == 1 for one in value) for name, value in choices.items()]
    wanted = [member(name, one) for name, value in choices.items() for one in value]
    for name, old in copied:
        mine = columns_of(old, plan.type_of(rule.about, old))
        theirs = columns_of(name, plan.type_of(each.about, name))
        alike.append(either((nw.col(a) == 1) & (nw.col("their " + b) == 1) for a, b in zip(mine, theirs, strict=True)))
        wanted += theirs
    people = link_columns("person", cohort.slots[each.about, "person"])
    theirs_ = others.frame.select(
        nw.col(CASE_KEY), *(nw.col(name).alias("their " + name) for name in dict.fromkeys([*people, *wanted]))
    )
    both = origins.join(settled(theirs_), on=[CASE_KEY], how="inner")
    unsaid = names("their person", plan.type_of(each.about, "person"), len(people) - 1, nw.col("id")) == UNKNOWN
    found = both.with_columns(flag(unsaid & every(alike)).alias("perhaps told"))
    told = settled(highest(found, [CASE_KEY, "position"], ["perhaps told"]))
    origins = matched(origins, told, [CASE_KEY, "position"], {"perhaps told": 0})
    maybe = nw.col("perhaps told") == 1
    complete = nw.col(f"{CASE}{LISTS[each.about]}_complete") == YES
    less = [
        nw.when(maybe).then(nw.min_horizontal(nw.col(name), constant(UNKNOWN))).otherwise(nw.col(name)).alias(name)
        for name in ("now", "perhaps")
    ]
    return origins.filter(~(maybe & complete)).with_columns(*less)


def _made(cohort: Cohort, rule: Rule, each: c.Spawns, number: int, word: int, *, origins: Frame) -> Frame:
    plan = cohort.plan
    order = nw.col("position") - position_of(rule.about)
    position = order + (position_of(each.about) + MADE_STEP + RULE_STEP * number)
    values: dict[str, nw.Expr] = {}
    given, copy = dict(each.set), dict(each.copy)
    for name in plan.fields[each.about]:
        type_ = plan.type_of(each.about, name)
        values |= {column: whole(told, dtype_of(type_)) for column, told in unknown_columns(name, type_).items()}
        if isinstance(type_, Link):
            slots = range(1, cohort.slots[each.about, name] + 1)
            values |= {target(name, slot): whole(NOBODY, nw.Int32) for slot in slots}
        if name in given:
            values |= _given(name, given[name], type_)
        if name in copy:
            old = columns_of(copy[name], plan.type_of(rule.about, copy[name]))
            values |= {new: nw.col(b) for new, b in zip(columns_of(name, type_), old, strict=True)}
        if rule.about == "person" and name == "person":
            values |= {name: constant(YES), target(name, 1): nw.col("id").cast(nw.Int32)}
    for sign in plan.sources:
        if sign.about == each.about:
            values[source(sign.name)] = whole(0)
    slots = range(1, cohort.slots[each.about, SAME_EVENT] + 1)
    frame = origins.select(
        nw.col(CASE_KEY),
        nw.concat_str(nw.col("name"), nw.lit("." + each.named)).alias("name"),
        (nw.col("id") + NAMED_STEP * word).cast(nw.Int32).alias("id"),
        position.cast(nw.Int32).alias("position"),
        nw.col("id").cast(nw.Int32).alias("origin"),
        whole(1).alias("made"),
        nw.col("now").alias("exists"),
        nw.col("perhaps").alias("exists~"),
        *(whole(NOBODY, nw.Int32).alias(target(SAME_EVENT, slot)) for slot in slots),
        *(value.alias(column) for column, value in values.items()),
    )
    return add_built_in(cohort, each.about, settled(frame), made=True)


def _given(name: str, value: object, type_: object) -> dict[str, nw.Expr]:
    if isinstance(value, tuple) and not isinstance(value, Span):
        return {member(name, each): constant(told) for each, told in value}
    told = encoded(name, type_, value)  # type: ignore[arg-type]
    return {column: whole(each, dtype_of(type_)) for column, each in told.items()}  # type: ignore[arg-type]


def _recorded(cohort: Cohort, each: c.Spawns, about: About, origins: Frame) -> Frame:
    """The first record (`told`) that says that it is the situation that would be made, for each origin that has one."""
    others = cohort.real[each.about]
    kind = dict(each.set).get("kind")
    events = link_columns(SAME_EVENT, cohort.slots[each.about, SAME_EVENT])[1:]
    person = "person" in cohort.plan.fields[each.about] and about == "person"
    people = link_columns("person", cohort.slots[each.about, "person"])[1:] if person else []
    alike = flag(either(nw.col(member("kind", one)) == 1 for one in kind)) if isinstance(kind, frozenset) else whole(1)
    theirs = others.frame.with_columns(alike.alias("alike")).select(
        nw.col(CASE_KEY),
        *(nw.col(name).alias(f"their {name}") for name in ("id", "position", "origin", "alike", *events, *people)),
    )
    both = origins.join(settled(theirs), on=[CASE_KEY], how="inner")
    if about == "person":
        says = either(nw.col(f"their {name}") == nw.col("id") for name in people)
    else:
        mine = link_columns(SAME_EVENT, cohort.slots[about, SAME_EVENT])[1:]
        one_event = [nw.col(f"their {name}") == nw.col("id") for name in (*events, "origin")]
        one_event += [nw.col(name) == nw.col("their id") for name in mine]
        says = either(one_event) & (nw.col("their alike") == 1)
    found = both.filter(says).group_by(CASE_KEY, "position").agg(nw.col("their position").min())
    return found.rename({"their position": TOLD})


def joined(cohort: Cohort) -> None:
    """Put the situations that rules made into the tables of the recorded ones."""
    for about in sorted({*cohort.made, *cohort.again}):
        real = cohort.real[about]
        parts = [more[about] for more in (cohort.again, cohort.made) if about in more]
        names_ = [name for name in columns_in(real.frame) if not name.startswith("case/")]
        frames = [real.frame]
        for part in parts:
            there = set(columns_in(part.frame))
            missing = [name for name in names_ if name not in there]
            # Only what concerns answers may be missing: situations that rules make have none.
            assert all(name.startswith(AGAINST) or name in (AGAIN, UNCLEAR) for name in missing), missing
            frame = part.frame.with_columns(*(whole(0).alias(name) for name in missing)) if missing else part.frame
            frames.append(frame)
        real.frame = settled(stacked(frames, names_))
        real.lifted = set()
    cohort.made, cohort.again = {}, {}
