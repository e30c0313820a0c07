"""What does each primitive of a derived sign give, over a table?

The same definitions as `ipt_formulate.engines.primitives`, as expressions: sets and spans come out, never a default.
What several columns need is put on the table first (`needed`). `count` and `of_linked` look at other records and are
joined between strata.
"""

from __future__ import annotations

import narwhals.stable.v2 as nw

from ipt_formulate.engines.columns.conditions import Conditions, Expr
from ipt_formulate.engines.columns.encoding import FRAMES, NO_FRAME, columns_of, frame, least, member, most, plain
from ipt_formulate.engines.primitives import ASSESSED_ON, ONSET
from ipt_formulate.intake.types import Choice
from ipt_formulate.logic.possible import INFINITE
from ipt_formulate.logic.truth import NO, YES
from ipt_formulate.rulebook import conclusions as c
from ipt_formulate.rulebook.nodes import About, Condition

CALENDAR, BEFORE_ONSET, BEFORE_ASSESSMENT = FRAMES["calendar"], FRAMES["before_onset"], FRAMES["before_assessment"]
Ends = tuple[Expr, Expr]


class Primitives:
    """The columns that primitives give to derived signs of one kind of record."""

    def __init__(self, about: About, conditions: Conditions, *, onset: str, maker: str = "") -> None:
        """`maker`: the rule that gives the sign; several may, and each has its own columns of what is needed."""
        self.about = about
        self.maker = maker
        self.conditions = conditions
        self.onset = self._name(onset)
        self.assessed = self._name(ASSESSED_ON)

    def needed(self, by: c.Primitive, sign: str) -> dict[str, Expr]:
        """What must stand on the table before `compute` is asked, by the name of its column (each begins with `&`)."""
        match by:
            case c.Lag(start, end):
                found: dict[str, Expr] = {}
                for day in (self._name(start), *(() if end == "assessment" else (self._name(end),))):
                    known, ends = self._before_assessment(day)
                    found[self._told(day)] = _flag(known)
                    found[self._told(least(day))], found[self._told(most(day))] = ends
                return found
            case c.OneOf(values):
                return {
                    may(self.maker, sign, name): _flag(self.conditions.truth(condition) != NO).cast(nw.Int8)
                    for name, condition in values
                }
            case _:
                return {}

    def compute(self, by: c.Primitive, sign: str) -> list[Expr]:
        """The columns of a derived sign, under their names, from a table with what is `needed`."""
        match by:
            case c.Lag(start, end):
                return self._ends(sign, self.lag(start, end))
            case c.Band(of, bands):
                return self._band(sign, self._name(of), bands)
            case c.OneOf(values):
                return self._one_of(sign, values)
            case c.Members(of, among):
                return self._members(sign, self._name(of), among)
            case c.ScoreBand(score, instrument, tables):
                return self._score_band(sign, score, instrument, tables)
            case c.Widened(day, certainty, days):
                return self._widened(sign, self._name(day), certainty, dict(days))
            case c.SameAs(name):
                return self._same(sign, name)
            case c.Count() | c.OfLinked():
                raise TypeError("looks at other records; joined between strata")

    def _name(self, name: str) -> str:
        found = self.conditions.vocabulary.find(self.about, name)
        assert found is not None
        return self.conditions.name(found)

    @staticmethod
    def _ends(sign: str, ends: Ends) -> list[Expr]:
        return [ends[0].alias(least(sign)), ends[1].alias(most(sign))]

    # -- days -----------------------------------------------------------------------------------------------------

    def lag(self, start: str, end: str) -> Ends:
        """Days from one day to another; any number where either is unknown."""
        first = self._name(start)
        if end == "assessment":
            return self._or_any(*self._counted(first))
        last = self._name(end)
        same_calendar = (nw.col(frame(first)) == CALENDAR) & (nw.col(frame(last)) == CALENDAR)
        same_lag = (nw.col(frame(first)) == nw.col(frame(last))) & (nw.col(frame(first)) > CALENDAR)
        first_known, before_first = self._counted(first)
        last_known, before_last = self._counted(last)
        rules: list[tuple[Expr, Ends]] = []
        if end in ONSET:
            rules.append((nw.col(frame(first)) == BEFORE_ONSET, (nw.col(least(first)), nw.col(most(first)))))
        rules += [
            (same_calendar, _minus(_span(last), _span(first))),
            (same_lag, _minus(_span(first), _span(last))),
            (first_known & last_known, _minus(before_first, before_last)),
        ]
        known = nw.col(frame(first)) != NO_FRAME
        if end not in ONSET:
            known = known & (nw.col(frame(last)) != NO_FRAME)
        lower, upper = _number(-INFINITE), _number(INFINITE)
        for when, ends in reversed(rules):
            lower = nw.when(when & known).then(ends[0]).otherwise(lower)
            upper = nw.when(when & known).then(ends[1]).otherwise(upper)
        return lower, upper

    def _before_assessment(self, day: str) -> tuple[Expr, Ends]:
        """Whether it can be told, and how many days before the assessment the day lies."""
        from_calendar, from_calendar_ends = self._from_calendar(day)
        own = nw.col(frame(day)) == BEFORE_ASSESSMENT
        onset_calendar, onset_calendar_ends = self._from_calendar(self.onset)
        onset_own = nw.col(frame(self.onset)) == BEFORE_ASSESSMENT
        onset_ends = _choose(onset_own, _span(self.onset), onset_calendar_ends)
        through_onset = (nw.col(frame(day)) == BEFORE_ONSET) & (onset_own | onset_calendar)
        added = (nw.col(least(day)) + onset_ends[0], nw.col(most(day)) + onset_ends[1])
        ends = _choose(own, _span(day), _choose(from_calendar, from_calendar_ends, added))
        return own | from_calendar | through_onset, ends

    def _told(self, day: str) -> str:
        """The column that tells a day as days before the assessment."""
        return plain(f"&before by {self.onset} {day}")

    def _counted(self, day: str) -> tuple[Expr, Ends]:
        return nw.col(self._told(day)) == 1, (nw.col(self._told(least(day))), nw.col(self._told(most(day))))

    def _from_calendar(self, day: str) -> tuple[Expr, Ends]:
        known = (nw.col(frame(day)) == CALENDAR) & (nw.col(frame(self.assessed)) == CALENDAR)
        return known, _minus(_span(self.assessed), _span(day))

    @staticmethod
    def _or_any(known: Expr, ends: Ends) -> Ends:
        return _choose(known, ends, (_number(-INFINITE), _number(INFINITE)))

    def _widened(self, sign: str, day: str, certainty: str, days: dict[str, int]) -> list[Expr]:
        found = self.conditions.vocabulary.find(self.about, certainty)
        assert found is not None
        type_ = self.conditions.vocabulary.type_of(found)
        assert isinstance(type_, Choice)
        sure = self._name(certainty)
        spreads = [nw.col(member(sure, each)).cast(nw.Int64) * days.get(each, 0) for each in type_.members]
        spread = nw.max_horizontal(*spreads)
        known = nw.col(frame(day)) != NO_FRAME
        ends = _choose(known, (nw.col(least(day)) - spread, nw.col(most(day)) + spread), _span(day))
        return [nw.col(frame(day)).alias(frame(sign)), *self._ends(sign, ends)]

    # -- sets -----------------------------------------------------------------------------------------------------

    def _band(self, sign: str, of: str, bands: tuple[tuple[str, int, int], ...]) -> list[Expr]:
        return [
            _flag((nw.col(least(of)) <= high) & (nw.col(most(of)) >= low)).alias(member(sign, name))
            for name, low, high in bands
        ]

    def _one_of(self, sign: str, values: tuple[tuple[str, Condition], ...]) -> list[Expr]:
        possible = {name: nw.col(may(self.maker, sign, name)) for name, _ in values}
        none = _none(list(possible.values()))
        return [nw.max_horizontal(each, none).alias(member(sign, name)) for name, each in possible.items()]

    def _members(self, sign: str, of: str, among: tuple[str, ...]) -> list[Expr]:
        told = [nw.col(member(of, each)) for each in among]
        lower = _sum([_flag(each == YES) for each in told])
        upper = _sum([_flag(each != NO) for each in told])
        return [lower.alias(least(sign)), upper.alias(most(sign))]

    def _score_band(
        self,
        sign: str,
        score: str,
        instrument: str,
        tables: tuple[tuple[str, tuple[tuple[str, int, int], ...]], ...],
    ) -> list[Expr]:
        vocabulary = self.conditions.vocabulary
        found = vocabulary.find(self.about, instrument)
        assert found is not None
        type_ = vocabulary.type_of(found)
        assert isinstance(type_, Choice)
        known = {name for name, _ in tables}
        used = self._name(instrument)
        points = self._name(score)
        other = _any(
            [nw.col(member(used, each)) == 1 for each in type_.members if each not in known] or [nw.lit(False)]
        )
        words = tuple(dict.fromkeys(name for _, bands in tables for name, _, _ in bands))
        possible = {
            word: _any(
                [
                    (nw.col(member(used, each)) == 1) & (nw.col(least(points)) <= high) & (nw.col(most(points)) >= low)
                    for each, bands in tables
                    for name, low, high in bands
                    if name == word
                ]
            )
            for word in words
        }
        none = ~_any(list(possible.values()))
        return [_flag(each | none | other).alias(member(sign, word)) for word, each in possible.items()]

    def _same(self, sign: str, name: str) -> list[Expr]:
        found = self.conditions.vocabulary.find(self.about, name)
        assert found is not None
        type_ = self.conditions.vocabulary.type_of(found)
        pairs = zip(columns_of(sign, type_), columns_of(self._name(name), type_), strict=True)
        return [nw.col(old).alias(new) for new, old in pairs]


def may(maker: str, sign: str, member_: str) -> str:
    """The column that tells whether the answers leave a member of a sign possible."""
    return plain(f"&{maker} {sign}={member_}")


def none_left(by: c.OneOf, maker: str, sign: str) -> Expr:
    """1 where the answers leave no member possible: they contradict one another."""
    return _none([nw.col(may(maker, sign, each)) for each, _ in by.values])


def _none(possible: list[Expr]) -> Expr:
    return (nw.lit(1, dtype=nw.Int8) - nw.max_horizontal(*possible)).cast(nw.Int8)


def _span(sign: str) -> Ends:
    return nw.col(least(sign)), nw.col(most(sign))


def _minus(a: Ends, b: Ends) -> Ends:
    return a[0] - b[1], a[1] - b[0]


def _choose(when: Expr, then: Ends, otherwise: Ends) -> Ends:
    return nw.when(when).then(then[0]).otherwise(otherwise[0]), nw.when(when).then(then[1]).otherwise(otherwise[1])


def _number(value: int) -> Expr:
    return nw.lit(value, dtype=nw.Int64)


def _flag(holds: Expr) -> Expr:
    return nw.when(holds).then(nw.lit(1, dtype=nw.Int64)).otherwise(nw.lit(0, dtype=nw.Int64))


def _any(parts: list[Expr]) -> Expr:
    found = parts[0]
    for part in parts[1:]:
        found = found | part
    return found


def _sum(parts: list[Expr]) -> Expr:
    found = parts[0]
    for part in parts[1:]:
        found = found + part
    return found
