"""What would come out of a case under other answers? The same as from the start, only sooner.

One case is worked out once. For other answers, signs are derived anew, and only the rules that read a changed sign are
matched again, by the definition of the reference engine; a property test compares every trial with a full run. Nothing
here chooses what to try.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from ipt_formulate.engines.facts import Record, Value, View, answers_of, settings_of
from ipt_formulate.engines.reference import ReferenceEngine, match
from ipt_formulate.engines.signs import Situations, situations_again, situations_from
from ipt_formulate.engines.verdicts import Verdicts
from ipt_formulate.formulation.formulate import Work, work_again, work_of
from ipt_formulate.formulation.outcome import FlagKey, Outcome, flags_in, outcome_of
from ipt_formulate.formulation.patching import ABOUT, Cell, cell_of, copied, patched
from ipt_formulate.formulation.readers import Readers, readers_of
from ipt_formulate.formulation.written import made_from, written_down
from ipt_formulate.intake import ITEMS, Intake, Link, parse_path
from ipt_formulate.rulebook import Rulebook
from ipt_formulate.rulebook import conclusions as c
from ipt_formulate.rulebook.book import Setting
from ipt_formulate.rulebook.nodes import SITUATIONS, About, Sign
from ipt_formulate.rulebook.switched import SETTING

Difference: TypeAlias = frozenset[tuple[Any, ...]]

# What the formulation reads of a record besides the verdicts of rules.
_READ_OF_SITUATIONS = ("timing_strength", "lag", "named_in", "decided.exclude", "decided.override")
_READ_OF_CONFLICTS = ("patient_wants", "other_wants")


@dataclass(frozen=True, slots=True)
class Trial:
    """What came out under other answers.

    `difference` holds every verdict and every directly read sign that is not as in the case itself; equal differences
    give equal outcomes. `contradicts`: the answers contradict one another, or what was told, in a new place.
    """

    outcome: Outcome
    difference: Difference | None
    contradicts: bool


class Trials:
    """One case and what comes out of it under other answers."""

    def __init__(self, intake: Intake, book: Rulebook) -> None:
        self.intake = intake
        self.book = book
        self.readers: Readers = readers_of(book)
        self._answers = answers_of(intake, book)
        self.case = situations_from(copied(self._answers), intake, book)
        self.verdicts = ReferenceEngine().run(self.case, book)
        self.work = work_of(intake, book, self.case, self.verdicts)
        self.base = outcome_of(self.work)
        self._records = {each.key: each for each in (self.case.strict.case, *self.case.strict.all())}
        self._kept: dict[Difference, Outcome] = {frozenset(): self.base}
        self._written: dict[frozenset[str], Trials] = {}
        self._about_many: frozenset[Cell] | None = None
        self._closures: dict[tuple[str, bool], tuple[frozenset[Cell], frozenset[Cell]]] = {}

    def under(self, answers: Mapping[str, Any]) -> Trial:
        """What comes out when each path has the given wire value, and everything else is as it was.

        Paths and values are those of `Intake.with_answers`, and so is the meaning, but for a situation that a rule made
        and a path names by its origin: it is written down as a record first, with what the rule says of it, which an
        intake alone cannot know. It keeps its name in the outcome.

        Raises
        ------
        IntakeError
            For an unknown path, an unfitting value, or an intake that cannot be.
        """
        told = patched(self._answers, answers)
        if told is not None:
            if not any(self._is_looked_at(path) for path in answers):
                return Trial(self.base, frozenset(), contradicts=False)
            return self._tried(self._situations(told, self.intake, answers), self.intake)
        intake, plain, renamed = answered(self.intake, answers, self.case.strict, self.book)
        if renamed:
            return self._with_records(intake, plain, renamed)
        intake = intake.with_answers(plain)
        return self._tried(self._situations(answers_of(intake, self.book), intake, answers), intake)

    def touched(self, path: str) -> frozenset[Cell]:
        """Every sign and verdict that an answer at this path can change, whatever else is answered.

        A rule that can make a situation, and everything that looks at more than one record, belongs to what an answer
        touches that the making hangs on.
        """
        return self._reached(path)[1]

    def touched_by_switch(self, name: str, *, makes: bool = True) -> tuple[frozenset[Cell], bool]:
        """Every sign and verdict that a switch can change, and whether situations can come into being by it.

        `makes`: false where no switch is known to make a situation in this case.
        """
        signs, cells = self._reached(f"{SETTING}{name}", makes=makes)
        return cells, makes and any(self._sign(cell) in self.readers.spawns for cell in signs)

    def signs_by_switches(self) -> frozenset[Sign]:
        """The signs that some switch can change, of any record, while it makes no situation and fills in none.

        The settings are among them.
        """
        cells = (self._reached(f"{SETTING}{name}", makes=False)[0] for name in self.book.switches)
        return frozenset(self._sign(cell) for each in cells for cell in each)

    def _is_looked_at(self, text: str) -> bool:
        return any(
            self.readers.looked_at(self._sign((key, name))) or self.reads_directly(key, name)
            for key, name in self._cells_of(text)
        )

    def _sign(self, cell: Cell) -> Sign:
        return Sign(self._records[cell[0]].about, cell[1])

    def _reached(self, path: str, *, makes: bool = True) -> tuple[frozenset[Cell], frozenset[Cell]]:
        """The signs that an answer at this path can change; and these with the verdicts that it can change."""
        kept = self._closures.get((path, makes))
        if kept is not None:
            return kept
        signs: set[Cell] = set()
        rules: set[Cell] = set()
        waiting = list(self._cells_of(path))
        while waiting:
            cell = waiting.pop()
            if cell in signs:
                continue
            signs.add(cell)
            key, sign = cell[0], self._sign(cell)
            for made, wide in self.readers.signs.get(sign, ()):
                waiting += [(other, made.name) for other in self._holders(key, sign.about, made.about, wide=wide)]
            for rule in self.readers.rules.get(sign, ()):
                about, wide = self.book.rules[rule].about, rule in self.readers.wide
                rules |= {(rule, other) for other in self._holders(key, sign.about, about, wide=wide)}
            for rule in self.readers.spawns.get(sign, ()) if makes else ():
                rules |= {(rule, "made"), *self._around()}
                waiting += self._completed_by(rule)
        found = self._closures[path, makes] = (frozenset(signs), frozenset(signs | rules))
        return found

    def _completed_by(self, rule: str) -> Iterator[Cell]:
        """What a rule that makes situations would fill in of recorded ones, which may be what it would make."""
        origins = self._answers.of(self.book.rules[rule].about)
        for each in self.book.rules[rule].conclusions:
            if not isinstance(each, c.Spawns):
                continue
            for record in self._answers.of(each.about):
                if any(_may_be_made_from(origin, record) for origin in origins):
                    yield from ((record.key, name) for name, _ in (*each.set, *each.copy))

    def _around(self) -> frozenset[Cell]:
        """All verdicts that look at more than one record, and everything about situations that rules made."""
        if self._about_many is None:
            made = [each for each in self.case.strict.all() if each.made_by is not None]
            verdicts = {
                (rule, each.key)
                for rules in self.readers.rules.values()
                for rule in rules
                for each in self.case.strict.of(self.book.rules[rule].about)
                if rule in self.readers.wide or each.made_by is not None
            }
            self._about_many = frozenset(verdicts | {(each.key, name) for each in made for name in each.values})
        return self._about_many

    def reads_directly(self, key: str, name: str) -> bool:
        """Does the formulation itself read this sign of this record, besides the verdicts of rules?"""
        record = self._records.get(key)
        return record is not None and _is_read_directly(record.about, name)

    # -- from answers to situations -------------------------------------------------------------------------------

    def _situations(self, answers: View, intake: Intake, paths: Iterable[str]) -> Situations:
        """Both passes under other answers; only what these can change is derived anew, where that is possible."""
        again = frozenset().union(*(self._reached(path)[0] for path in paths))
        signs = {self._sign(cell) for cell in again}
        made = any(self.case.recorded.values()) or any(sign in self.readers.spawns for sign in signs)
        if made or signs & self.readers.entails:
            return situations_from(answers, intake, self.book)
        return situations_again(self.case, answers, again, self.book)

    def _with_records(self, intake: Intake, answers: Mapping[str, Any], renamed: Mapping[str, str]) -> Trial:
        """A trial of the case with made situations written down as records, which is worked out once."""
        names = frozenset(renamed.values())
        other = self._written.get(names)
        if other is None:
            other = self._written[names] = Trials(intake, self.book)
        trial = other.under(answers)
        return Trial(trial.outcome.renamed(renamed), None, trial.contradicts)

    def _tried(self, case: Situations, intake: Intake) -> Trial:
        changed = self._changed(case)
        if changed is None:
            work = work_of(intake, self.book, case, ReferenceEngine().run(case, self.book))
            return Trial(outcome_of(work), None, self._contradicts(case))
        verdicts, difference = self._compared(case, changed)
        outcome = self._kept.get(difference)
        flags = self._flags(case, changed)
        if outcome is None:
            outcome = outcome_of(self._work(intake, case, verdicts, difference), flags)
            self._kept[difference] = outcome
        if outcome.flags != flags:
            outcome = replace(outcome, flags=flags)
        told = difference | {("flags", flags)} if flags != self.base.flags else difference
        return Trial(outcome, told, self._contradicts(case))

    def _work(self, intake: Intake, case: Situations, verdicts: Verdicts, difference: Difference) -> Work:
        """What follows from the verdicts, where they and what is read directly differ from the case as it is."""
        anew: set[str] = set()
        edges = False
        for table, key, *_ in difference:
            if table in ("rules", "bars"):
                anew.add(key[1])
            elif table == "edges":
                edges = True
            elif table != "contradiction":
                anew.add(self._records[table].id)
        return work_again(self.work, intake, case, verdicts, anew, edges=edges)

    def under_settings(self, settings: Mapping[str, Setting]) -> tuple[Situations, Verdicts]:
        """What the engines find under other settings of some switches; only what these can change is looked at anew."""
        book = self.book.with_settings(settings)
        answers = copied(self._answers)
        answers.case.values.update(settings_of(book))
        now = self.book.settings
        set_otherwise = [f"{SETTING}{name}" for name, value in book.settings.items() if value != now[name]]
        if not set_otherwise:
            return self.case, self.verdicts
        case = self._situations(answers, self.intake, set_otherwise)
        changed = self._changed(case)
        if changed is None:
            return case, ReferenceEngine().run(case, self.book)
        return case, self._compared(case, changed)[0]

    def difference_of(self, case: Situations) -> Difference | None:
        """Every verdict and directly read sign of another view of the case that is not as in this one.

        None if there are other records.
        """
        changed = self._changed(case)
        if changed is None:
            return None
        flags = self._flags(case, changed)
        return self._compared(case, changed)[1] | ({("flags", flags)} if flags != self.base.flags else set())

    def contents_of(self, case: Situations, verdicts: Verdicts) -> Hashable:
        """All that the formulation reads of a view of the case with other records; the settings are left out."""
        records = tuple(
            (
                (record.key, record.exists, record.made_by, record.origin, tuple(sorted(record.same_event))),
                tuple(
                    (name, _hashable(value)) for name, value in record.values.items() if not name.startswith(SETTING)
                ),
                tuple(record.sources.items()),
            )
            for view in (case.strict, case.presumed)
            for record in (view.case, *view.all())
        )
        contradictions = tuple((each.key, each.sign, each.rule) for each in case.contradictions)
        tables = (verdicts.rules, verdicts.bars, verdicts.edges)
        return (records, contradictions, *(frozenset(table.items()) for table in tables))

    def _compared(self, case: Situations, changed: Mapping[str, set[str]]) -> tuple[Verdicts, Difference]:
        verdicts, difference = self._matched(case, changed)
        difference |= self._read_directly(case, changed)
        contradictions = frozenset((each.key, each.sign, each.rule) for each in case.contradictions)
        before = frozenset((each.key, each.sign, each.rule) for each in self.case.contradictions)
        difference |= {("contradiction", *each) for each in contradictions ^ before}
        return verdicts, frozenset(difference)

    def _contradicts(self, case: Situations) -> bool:
        before = {(each.key, each.sign, each.rule) for each in self.case.contradictions}
        return any((each.key, each.sign, each.rule) not in before for each in case.contradictions)

    # -- what changed ---------------------------------------------------------------------------------------------

    def _changed(self, case: Situations) -> dict[str, set[str]] | None:
        """By record, the signs that differ in either pass; None if there are other records than before."""
        changed: dict[str, set[str]] = {}
        for mine, theirs in ((self.case.strict, case.strict), (self.case.presumed, case.presumed)):
            pairs = [(mine.case, theirs.case)]
            for about, records in mine.records.items():
                others = theirs.records[about]
                if len(others) != len(records):
                    return None
                pairs += zip(records, others, strict=True)
            for record, other in pairs:
                if record is other:
                    continue
                if (record.id, record.exists, record.made_by) != (other.id, other.exists, other.made_by):
                    return None
                if record.values != other.values:
                    names = changed.setdefault(record.key, set())
                    names |= {name for name, value in other.values.items() if record.values[name] != value}
                if record.sources != other.sources:
                    names = changed.setdefault(record.key, set())
                    names |= {name for name in (*record.sources, *other.sources) if _source(record, other, name)}
        return changed

    def _matched(self, case: Situations, changed: Mapping[str, set[str]]) -> tuple[Verdicts, set[tuple[Any, ...]]]:
        """All verdicts, and those that are not as before."""
        again: set[Cell] = set()
        for key, names in changed.items():
            about = self._records[key].about
            for name in names:
                for rule in self.readers.rules.get(Sign(about, name), ()):
                    of = self.book.rules[rule].about
                    again |= {(rule, other) for other in self._holders(key, about, of, wide=rule in self.readers.wide)}
        strict = {each.key: each for each in (case.strict.case, *case.strict.all())}
        presumed = {each.key: each for each in (case.presumed.case, *case.presumed.all())}
        fresh = Verdicts()
        for rule, key in again:
            match(self.book.rules[rule], strict[key], presumed[key], case, fresh)
        difference: set[tuple[Any, ...]] = set()
        for table, mine, theirs in (
            ("rules", self.verdicts.rules, fresh.rules),
            ("bars", self.verdicts.bars, fresh.bars),
            ("edges", self.verdicts.edges, fresh.edges),
        ):
            difference |= {(table, each, pair) for each, pair in theirs.items() if mine[each] != pair}  # type: ignore[index]
        return Verdicts(
            {**self.verdicts.rules, **fresh.rules},
            {**self.verdicts.bars, **fresh.bars},
            {**self.verdicts.edges, **fresh.edges},
        ), difference

    def _read_directly(self, case: Situations, changed: Mapping[str, set[str]]) -> set[tuple[Any, ...]]:
        found: set[tuple[Any, ...]] = set()
        for key, names in changed.items():
            for name in names:
                if _is_read_directly(self._records[key].about, name):
                    values = (_value(case.strict, key, name), _value(case.presumed, key, name))
                    found.add((key, name, *(_hashable(each) for each in values)))
        return found

    def _flags(self, case: Situations, changed: Mapping[str, set[str]]) -> tuple[tuple[FlagKey, str], ...]:
        about = {key: self._records[key].about for key in changed}
        if any(Sign(about[key], name) in self.readers.flags for key, names in changed.items() for name in names):
            return flags_in(case, self.book)
        return self.base.flags

    def _holders(self, key: str, about: About, of: About, *, wide: bool) -> Iterator[str]:
        """The records about which something is said that reads a sign of this record."""
        if not wide and about == of:
            yield key
        else:
            yield from (each.key for each in self.case.strict.of(of))

    def _cells_of(self, text: str) -> Iterator[Cell]:
        if text.startswith(SETTING):
            yield ("case:case", text)
            return
        path = parse_path(text)
        section, mark = path.part, path.field
        if section in ABOUT and not (path.id or path.origin):
            yield ("case:case", f"{section}_complete" if mark in ("asked", "complete") else mark)
            return
        if path.origin:
            made = made_from(self.case.strict, path.origin, section)
            recorded = next((each.id for each in _records(self.intake, section) if each.origin == path.origin), None)
            name = recorded if recorded is not None else made.id if made is not None else None
            if name is not None:
                yield (f"{ABOUT[section]}:{name}", mark)
            return
        yield cell_of(path)


def answered(
    intake: Intake, answers: Mapping[str, Any], view: View, book: Rulebook
) -> tuple[Intake, dict[str, Any], dict[str, str]]:
    """The intake with a record for each made situation that a path names by its origin.

    Parameters
    ----------
    intake, view
        The case, and its strict pass, which knows what rules made.
    answers
        Wire values by answer path.

    Returns
    -------
    tuple
        The intake, in which nothing is answered yet; the answers by the paths of the new records; and the name of the
        made situation for the id of each new record.
    """
    plain: dict[str, Any] = {}
    renamed: dict[str, str] = {}
    for text, value in answers.items():
        path = parse_path(text)
        made = made_from(view, path.origin, path.part) if path.origin else None
        recorded = path.origin and any(each.origin == path.origin for each in _records(intake, path.part))
        known = next((new for new, old in renamed.items() if made is not None and old == made.id), None)
        if made is None or (recorded and known is None):
            plain[text] = value
            continue
        if known is None:
            intake, known = written_down(intake, made, book)
            renamed[known] = made.id
        plain[str(replace(path, id=known, origin=None))] = value
    return intake, plain, renamed


def _records(intake: Intake, section: str) -> tuple[Any, ...]:
    items: tuple[Any, ...] = getattr(intake, section).items
    return items


def _value(view: View, key: str, name: str) -> Value:
    record = view.case if key == "case:case" else next(each for each in view.all() if each.key == key)
    return record.values[name]


def _source(record: Record, other: Record, name: str) -> bool:
    return record.sources.get(name) != other.sources.get(name)


def _is_read_directly(about: About, name: str) -> bool:
    if about == "case":
        return name == "episode_present" or name.endswith("_complete")
    item = ITEMS[about].get(name)
    if item is not None and isinstance(item.type, Link):
        return True
    if about == "conflict" and name in _READ_OF_CONFLICTS:
        return True
    return about in SITUATIONS and name in _READ_OF_SITUATIONS


def _may_be_made_from(origin: Record, record: Record) -> bool:
    """Can the record be what a rule makes of this one? Whom it is about may still be told otherwise."""
    if origin.about == "person":
        return "person" in record.values
    return record.origin == origin.id or origin.id in record.same_event or record.id in origin.same_event


def _hashable(value: Value) -> Hashable:
    return tuple(value.items()) if isinstance(value, Mapping) else value
