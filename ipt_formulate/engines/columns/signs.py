"""What follows for each record from the answers, over tables?

The same steps as `ipt_formulate.engines.signs`: entailments, derived signs, presumptions in the presumed pass, then the
situations that rules make. A sign that presumptions may reach has a second set of columns (`sign~`), all others one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import narwhals.stable.v2 as nw

from ipt_formulate.engines.columns.cohort import Cohort, Part
from ipt_formulate.engines.columns.conditions import Conditions, all_of, constant
from ipt_formulate.engines.columns.encoding import (
    CASE,
    NO_FRAME,
    columns_of,
    encoded,
    frame,
    least,
    member,
    most,
    plain,
    presumed,
    target,
)
from ipt_formulate.engines.columns.frames import (
    CASE_KEY,
    columns_in,
    either,
    every,
    flag,
    highest,
    matched,
    settled,
    stacked,
    whole,
)
from ipt_formulate.engines.columns.plan import ONSET, ONSET_TOLD, conditions_of
from ipt_formulate.engines.columns.primitives import Primitives, none_left
from ipt_formulate.engines.columns.quantified import Quantified
from ipt_formulate.engines.columns.tables import dtype_of, unknown_columns
from ipt_formulate.engines.facts import Value
from ipt_formulate.intake.types import Choice, Day, Link, Multi, Number, Text, Tri
from ipt_formulate.logic.possible import Span
from ipt_formulate.logic.truth import NO, UNKNOWN, YES
from ipt_formulate.rulebook import Rule
from ipt_formulate.rulebook import conclusions as c
from ipt_formulate.rulebook.loading import SignRule, inputs_of
from ipt_formulate.rulebook.nodes import About, Condition, Sign
from ipt_formulate.rulebook.vocabulary import SignType

AGAINST = "!"
"""Prefix of the column that tells that answers contradict one another about a sign."""


# -- entailments --------------------------------------------------------------------------------------------------


def entail(cohort: Cohort, parts: Sequence[Part], *, made: bool = False) -> None:
    """Narrow what is possible to what the answers entail; contradictions between answers are noted."""
    rules = [(rule, each) for rule, each in cohort.plan.book.concluding(c.Entails) if isinstance(each, c.Entails)]
    quantified = Quantified(cohort)
    fires: dict[int, str] = {}
    kept = {id(part): _set_aside(part) for part in parts} if made else {}
    for part in parts:
        mine = [(i, rule) for i, (rule, _) in enumerate(rules) if rule.about == part.about]
        wanted = [rule.when for _, rule in mine if rule.when is not None]
        if not wanted:
            continue
        cohort.lift(part)
        conditions = cohort.conditions(part.about, quantified.join(part, wanted, shown=False))
        columns = []
        for i, rule in mine:
            assert rule.when is not None
            fires[i] = f"entailed {i}"
            columns.append(flag(conditions.truth(rule.when) == YES).alias(fires[i]))
        part.frame = settled(part.frame.with_columns(*columns))
    for part in parts:
        for i, (rule, each) in enumerate(rules):
            if rule.about != part.about or i not in fires:
                continue
            sign = cohort.plan.vocabulary.find(rule.about, each.sign)
            assert sign is not None
            holder = part if sign.about == rule.about else cohort.real[sign.about]
            if sign.about != rule.about:
                told = highest(part.frame, [CASE_KEY], [fires[i]])
                holder.frame = settled(matched(holder.frame, told, [CASE_KEY], {fires[i]: 0}))
            _narrow(cohort, holder, sign, each.value, fires[i])
    for part in parts:
        quantified.drop(part)
        gone = [name for name in columns_in(part.frame) if name.startswith("entailed ")]
        part.frame = part.frame.drop(*gone) if gone else part.frame
        if made:
            against = sorted(cohort.contradictable.get(part.about, set()))
            before = kept[id(part)]
            columns = [
                (nw.col("kept " + name) if name in before else whole(0)).alias(AGAINST + name) for name in against
            ]
            part.frame = part.frame.with_columns(*columns) if columns else part.frame
            part.frame = part.frame.drop(*("kept " + name for name in before)) if before else part.frame
        # What was joined from the case was read before it was narrowed.
        gone = [CASE + name for name in part.lifted]
        part.frame = settled(part.frame.drop(*gone) if gone else part.frame)
        part.lifted = set()


def _set_aside(part: Part) -> list[str]:
    """Keep what is known of contradictions between answers apart: what a rule sets contradicts no answer."""
    names = [name for name in columns_in(part.frame) if name.startswith(AGAINST)]
    if names:
        columns = [nw.col(name).alias("kept " + name.removeprefix(AGAINST)) for name in names]
        part.frame = part.frame.with_columns(*columns).drop(*names)
    return [name.removeprefix(AGAINST) for name in names]


def _narrow(cohort: Cohort, part: Part, sign: Sign, to: object, fires: str) -> None:
    name, type_ = plain(sign.name), cohort.plan.vocabulary.type_of(sign)
    _against(cohort, part, name)
    against = nw.col(AGAINST + name)
    now = nw.col(fires) == 1
    if not isinstance(type_, Multi):
        now = now & (against == 0)
    unknown = unknown_columns(name, type_)
    match type_:
        case Link():
            agrees, narrowed = nw.col(name) != YES, {name: constant(NO)}
            unknown = {}
        case Choice(members=members):
            assert isinstance(to, frozenset)
            agrees = either(nw.col(member(name, each)) == 1 for each in members if each in to)
            narrowed = {member(name, each): nw.col(member(name, each)) if each in to else whole(0) for each in members}
        case Number():
            assert isinstance(to, Span)
            lower = nw.max_horizontal(nw.col(least(name)), whole(to.least, nw.Int64))
            upper = nw.min_horizontal(nw.col(most(name)), whole(to.most, nw.Int64))
            agrees, narrowed = lower <= upper, {least(name): lower, most(name): upper}
        case Multi():
            assert isinstance(to, tuple)
            columns = {member(name, each): told for each, told in to}
            agrees = every((nw.col(each) == UNKNOWN) | (nw.col(each) == told) for each, told in columns.items())
            unknown = {}
            narrowed = {
                each: nw.when((nw.col(each) == UNKNOWN) | (nw.col(each) == told))
                .then(constant(told))
                .otherwise(constant(UNKNOWN))
                for each, told in columns.items()
            }
            part.frame = part.frame.with_columns(
                nw.when(now & ~agrees).then(whole(1)).otherwise(against).alias(AGAINST + name),
                *(nw.when(now).then(e).otherwise(nw.col(k)).alias(k) for k, e in narrowed.items()),
            )
            return
        case _:
            assert isinstance(to, int)
            agrees = (nw.col(name) == UNKNOWN) | (nw.col(name) == to)
            narrowed = {name: constant(to)}
    dtype = dtype_of(type_)
    changed = [
        nw.when(now)
        .then(nw.when(agrees).then(new).otherwise(whole(unknown[column], dtype) if unknown else nw.col(column)))
        .otherwise(nw.col(column))
        .alias(column)
        for column, new in narrowed.items()
    ]
    part.frame = part.frame.with_columns(
        nw.when(now & ~agrees).then(whole(1)).otherwise(against).alias(AGAINST + name), *changed
    )


def _against(cohort: Cohort, part: Part, name: str) -> None:
    if AGAINST + name not in columns_in(part.frame):
        part.frame = part.frame.with_columns(whole(0).alias(AGAINST + name))
        cohort.contradictable.setdefault(part.about, set()).add(name)


# -- derived and presumed signs -----------------------------------------------------------------------------------


def derive(cohort: Cohort, parts: Sequence[Part]) -> None:
    """Every sign of these tables, each after those it reads; signs of the case as early as may be."""
    quantified = Quantified(cohort)
    abouts = {part.about for part in parts}
    waiting = [each for each in cohort.plan.signs if each.sign.about in abouts]
    open_ = {each.sign for each in waiting}
    while waiting:
        ready = [each for each in waiting if not _inputs(each, cohort) & open_ - {each.sign}]
        first = [each for each in ready if each.sign.about == "case"] or ready
        for about in dict.fromkeys(each.sign.about for each in first):
            for part in parts:
                if part.about == about:
                    _derived(cohort, part, [each for each in first if each.sign.about == about], quantified)
        for each in first:
            open_.discard(each.sign)
            cohort.done.add(each.sign)
        waiting = [each for each in waiting if each.sign in open_]
    for part in parts:
        quantified.drop(part)
        part.frame = settled(part.frame)
    for part in cohort.real.values():
        quantified.drop(part)


def _inputs(each: SignRule, cohort: Cohort) -> set[Sign]:
    vocabulary = cohort.plan.vocabulary
    return set().union(*(inputs_of(rule, rule.about, vocabulary) for rule in each.makers))


def _derived(cohort: Cohort, part: Part, signs: Sequence[SignRule], quantified: Quantified) -> None:
    plan = cohort.plan
    cohort.lift(part)
    made = [each for each in signs if each.derived_by is not None]
    own = [node for each in made if each.derived_by is not None for node in _sentences(each.derived_by)]
    for each in made:
        _link(cohort, part, each, shown=False)
    conditions = cohort.conditions(part.about, quantified.join(part, own, shown=False))
    _stand(part, made, conditions, cohort, shown=False)
    part.frame = part.frame.with_columns(*(e for each in made for e in _strict(cohort, part, each, conditions)))
    contradicting = [each for each in made if isinstance(_by(each), c.OneOf)]
    for each in contradicting:
        cohort.contradictable.setdefault(part.about, set()).add(plain(each.sign.name))
    touched = [each for each in signs if each.sign in plan.touched]
    if not touched:
        _tidied(part)
        return
    shown_own = [node for each in touched for rule in each.makers for node in _sentences(rule)]
    for each in touched:
        _link(cohort, part, each, shown=True)
    shown = cohort.conditions(part.about, quantified.join(part, shown_own, shown=True), shown=True)
    _stand(part, touched, shown, cohort, shown=True)
    part.frame = part.frame.with_columns(*(e for each in touched for e in _taken(each, part, shown, cohort)))
    filled = [e for each in touched if each.presumed_by for e in _filled(each, part, shown, cohort)]
    if filled:
        part.frame = part.frame.with_columns(*filled)
    _tidied(part)


def _stand(part: Part, signs: Sequence[SignRule], conditions: Conditions, cohort: Cohort, *, shown: bool) -> None:
    """Put on the table what the columns of these signs need."""
    needed: dict[str, nw.Expr] = {}
    for each in signs:
        for rule in each.makers if shown else (each.derived_by,):
            for by in _primitives(rule, each.sign.name):
                assert rule is not None
                primitives = Primitives(part.about, conditions, onset=_onset(rule, cohort), maker=rule.id)
                needed |= primitives.needed(by, presumed(each.sign.name) if shown else plain(each.sign.name))
    if needed:
        part.frame = part.frame.with_columns(*(expr.alias(name) for name, expr in needed.items()))


def _primitives(rule: Rule | None, sign: str) -> list[c.Primitive]:
    made = rule.conclusions if rule is not None else ()
    told = [one for one in made if isinstance(one, c.Derives | c.Presumes) and one.sign == sign]
    return [one.by for one in told if one.by is not None]


def _tidied(part: Part) -> None:
    gone = [name for name in columns_in(part.frame) if name.startswith("&")]
    part.frame = part.frame.drop(*gone) if gone else part.frame


def _sentences(rule: Rule) -> list[Condition]:
    return list(conditions_of(rule))


def _by(each: SignRule) -> c.Primitive | None:
    assert each.derived_by is not None
    return next(
        one.by for one in each.derived_by.conclusions if isinstance(one, c.Derives) and one.sign == each.sign.name
    )


def _onset(rule: Rule, cohort: Cohort) -> str:
    read = inputs_of(rule, rule.about, cohort.plan.vocabulary)
    return ONSET if Sign("case", ONSET) in read else ONSET_TOLD


def _strict(cohort: Cohort, part: Part, each: SignRule, conditions: Conditions) -> list[nw.Expr]:
    name, by, rule = plain(each.sign.name), _by(each), each.derived_by
    assert rule is not None
    if by is None:
        assert rule.when is not None
        return [conditions.truth(rule.when).alias(name)]
    columns = _computed(by, name, each.sign, rule, part, conditions, cohort)
    if isinstance(by, c.OneOf):
        none = none_left(by, rule.id, name)
        columns.append(none.alias("&none " + name))
        before = AGAINST + name
        columns.append((nw.max_horizontal(nw.col(before), none) if part.again else none).alias(before))
    return columns


def _computed(
    by: c.Primitive, name: str, sign: Sign, rule: Rule, part: Part, conditions: Conditions, cohort: Cohort
) -> list[nw.Expr]:
    type_ = cohort.plan.vocabulary.type_of(sign)
    if isinstance(by, c.OfLinked):
        return [nw.col(f"&{column}").alias(column) for column in columns_of(name, type_)]
    if isinstance(by, c.Count):
        return [nw.col(f"&{column}").alias(column) for column in columns_of(name, type_)]
    columns = Primitives(part.about, conditions, onset=_onset(rule, cohort), maker=rule.id).compute(by, name)
    dtype = dtype_of(type_)
    # A primitive may leave out members that it can never give.
    named = {
        column: expr.cast(dtype).alias(column) for column, expr in zip(_names(by, name, type_), columns, strict=True)
    }
    return [named.get(column, whole(0, dtype).alias(column)) for column in columns_of(name, type_)]


def _names(by: c.Primitive, name: str, type_: SignType) -> Iterable[str]:
    match by:
        case c.Band(_, bands):
            return [member(name, each) for each, _, _ in bands]
        case c.OneOf(values):
            return [member(name, each) for each, _ in values]
        case c.ScoreBand(_, _, tables):
            return [member(name, each) for each in dict.fromkeys(w for _, bands in tables for w, _, _ in bands)]
        case _:
            return columns_of(name, type_)


def _link(cohort: Cohort, part: Part, each: SignRule, *, shown: bool) -> None:
    """Join what a derived or presumed sign takes from the record that a link names."""
    plan = cohort.plan
    for rule in each.makers:
        for one in rule.conclusions:
            if not isinstance(one, c.Derives | c.Presumes) or one.sign != each.sign.name:
                continue
            if not isinstance(one.by, c.OfLinked):
                continue
            found = plan.vocabulary.find(part.about, one.by.through)
            assert found is not None
            link, type_ = cohort.conditions(part.about).name(found), plan.vocabulary.type_of(found)
            mine = columns_of(
                presumed(each.sign.name) if shown else plain(each.sign.name), plan.vocabulary.type_of(each.sign)
            )
            unknown = list(unknown_columns(each.sign.name, plan.vocabulary.type_of(each.sign)).values())
            dtype = dtype_of(plan.vocabulary.type_of(each.sign))
            if isinstance(type_, Link) and not type_.many:
                sources = []
                for other in plan.kinds_of(part.about, one.by.through):
                    sign = Sign(other, one.by.sign)
                    if not plan.vocabulary.has(other, one.by.sign):
                        continue
                    theirs = columns_of(
                        presumed(sign.name) if shown and sign in plan.touched else plain(sign.name),
                        plan.vocabulary.type_of(sign),
                    )
                    for each_part in cohort.parts(other):
                        sources.append(
                            each_part.frame.select(
                                nw.col(CASE_KEY),
                                nw.col("id").alias(target(link, 1)),
                                *(nw.col(b).alias(f"&{a}") for a, b in zip(mine, theirs, strict=True)),
                            )
                        )
                otherwise = {f"&{a}": value for a, value in zip(mine, unknown, strict=True)}
                part.frame = matched(part.frame, settled(stacked(sources)), [CASE_KEY, target(link, 1)], otherwise)
            else:
                part.frame = part.frame.with_columns(
                    *(whole(value, dtype).alias(f"&{a}") for a, value in zip(mine, unknown, strict=True))
                )


def _taken(each: SignRule, part: Part, shown: Conditions, cohort: Cohort) -> list[nw.Expr]:
    """The sign in the presumed pass, before presumptions on it."""
    name, type_ = plain(each.sign.name), cohort.plan.vocabulary.type_of(each.sign)
    pairs = list(zip(columns_of(presumed(name), type_), columns_of(name, type_), strict=True))
    if each.derived_by is None:
        return [nw.col(new if part.again else old).alias(new) for new, old in pairs]
    by = _by(each)
    if by is None:
        assert each.derived_by.when is not None
        return [shown.truth(each.derived_by.when).alias(presumed(name))]
    columns = _computed(by, presumed(name), each.sign, each.derived_by, part, shown, cohort)
    if not isinstance(by, c.OneOf):
        return columns
    # Answers that contradict one another, or presumptions that cannot all be, leave what the answers leave.
    keep = (nw.col("&none " + name) == 1) | (none_left(by, each.derived_by.id, presumed(name)) == 1)
    return [
        nw.when(keep).then(nw.col(old)).otherwise(new_expr).alias(new)
        for (new, old), new_expr in zip(pairs, columns, strict=True)
    ]


def _filled(each: SignRule, part: Part, shown: Conditions, cohort: Cohort) -> list[nw.Expr]:
    """The sign in the presumed pass with the presumptions filled in, the first that holds first."""
    name, type_ = plain(each.sign.name), cohort.plan.vocabulary.type_of(each.sign)
    there = columns_in(part.frame)
    free = nw.col(AGAINST + name) == 0 if AGAINST + name in there else nw.lit(True)
    columns = {column: nw.col(column) for column in columns_of(presumed(name), type_)}
    if not isinstance(type_, Multi):
        free = free & nothing_known_of(name, type_) & nothing_known_of(presumed(name), type_)
    for rule in reversed(each.presumed_by):
        assert rule.when is not None
        fires = free & (shown.truth(rule.when) == YES)
        for one in reversed(rule.conclusions):
            if not isinstance(one, c.Presumes) or plain(one.sign) != name:
                continue
            if isinstance(type_, Multi):
                assert isinstance(one.value, tuple)
                for who, told in one.value:
                    strict, now = nw.col(member(name, who)), member(presumed(name), who)
                    both = (strict == UNKNOWN) & (nw.col(now) == UNKNOWN)
                    columns[now] = nw.when(fires & both).then(constant(told)).otherwise(columns[now])
                continue
            values = _presumed(one, each.sign, rule, part, shown, cohort)
            if one.by is not None:
                fires = fires & ~_same(values, unknown_columns(presumed(name), type_))
            columns = {column: nw.when(fires).then(values[column]).otherwise(expr) for column, expr in columns.items()}
    return [expr.alias(column) for column, expr in columns.items()]


def _same(values: dict[str, nw.Expr], unknown: dict[str, int]) -> nw.Expr:
    return every(expr == unknown[column] for column, expr in values.items())


def _presumed(
    one: c.Presumes, sign: Sign, rule: Rule, part: Part, shown: Conditions, cohort: Cohort
) -> dict[str, nw.Expr]:
    name, type_ = presumed(sign.name), cohort.plan.vocabulary.type_of(sign)
    if one.by is not None:
        columns = _computed(one.by, name, sign, rule, part, shown, cohort)
        return dict(zip(columns_of(name, type_), columns, strict=True))
    value: Value = one.value  # type: ignore[assignment]
    return {column: whole(told, dtype_of(type_)) for column, told in encoded(name, type_, value).items()}


def nothing_known_of(name: str, type_: SignType) -> nw.Expr:
    """Is nothing known of the sign?"""
    match type_:
        case Tri() | Text() | Link():
            return nw.col(plain(name)) == UNKNOWN
        case Choice(members=members):
            return all_of(nw.col(member(name, each)) for each in members) == 1
        case Multi(members=members):
            return every(nw.col(member(name, each)) == UNKNOWN for each in members)
        case Number():
            ends = unknown_columns(name, type_)
            return (nw.col(least(name)) == ends[least(name)]) & (nw.col(most(name)) == ends[most(name)])
        case Day():
            return nw.col(frame(name)) == NO_FRAME


def about_order(cohort: Cohort) -> list[About]:
    """The kinds of record in the order in which a case lists them."""
    return ["case", "isolation", *(about for about in cohort.real if about not in ("case", "isolation"))]
