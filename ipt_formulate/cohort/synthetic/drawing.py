"""What does one table answer before its answers are made to fit together? Draws every field of many records at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np

from ipt_formulate.cohort.layout import items_of
from ipt_formulate.cohort.synthetic.distributions import KINDS, Floats, Spec, distributions
from ipt_formulate.cohort.synthetic.values import Bools, Codes, Ints
from ipt_formulate.intake import Item
from ipt_formulate.intake.checks import SCORES
from ipt_formulate.intake.types import Choice, Multi, Number, Text, Tri


@dataclass(slots=True)
class Drawn:
    """The records of one kind, and what they would answer if everything were asked.

    ``case`` is the row of the case, ``place`` the number of the record within it, ``classes`` its class. ``raw`` by
    field: true/false for yes/no and text, a code for a choice, a table of true/false for a multi-choice, whole
    numbers, and for days the days before the assessment.
    """

    kind: str
    case: Ints
    place: Ints
    classes: Codes
    raw: dict[str, Codes]

    def __len__(self) -> int:
        return len(self.case)

    def is_class(self, *names: str) -> Bools:
        """Whether each record is of one of the classes."""
        known = distributions().kinds[self.kind].classes
        return np.isin(self.classes, [known.index(name) for name in names])

    def code(self, field: str, *members: str) -> Bools:
        """Whether each record answered a choice with one of the members."""
        known = self._members(field)
        return np.isin(self.raw[field], [known.index(member) for member in members])

    def put(self, field: str, member: str, where: Bools) -> None:
        """Make a choice ``member`` for some records."""
        self.raw[field] = np.where(where, self._members(field).index(member), self.raw[field])

    def ticked(self, field: str, *members: str) -> Bools:
        """Whether any of the members of a multi-choice is true; of all members, if none is named."""
        known = self._members(field)
        picked = self.raw[field][:, [known.index(member) for member in members]] if members else self.raw[field]
        return np.asarray(np.any(picked, axis=1), dtype=np.bool_)

    def _members(self, field: str) -> tuple[str, ...]:
        kind = items(self.kind)[field].type
        assert isinstance(kind, Choice | Multi)
        return kind.members


@cache
def items(kind: str) -> Mapping[str, Item]:
    """The questions about one kind of record, as columns of its table."""
    return items_of(KINDS[kind])


def choose(chances: Floats, rows: Codes, rng: np.random.Generator) -> Codes:
    """A code for each row, by the cumulative chances of its row of the table."""
    drawn = rng.random(len(rows), dtype=np.float32)
    edges = chances.astype(np.float32)
    found: Codes = np.zeros(len(rows), dtype=np.int8)
    for edge in range(chances.shape[1] - 1):
        found += drawn >= edges[:, edge][rows]
    return found


def draw(records: Drawn, onset: Ints, rng: np.random.Generator) -> Drawn:
    """Draw every field of records by their class; ``onset`` is the onset of each record's case, in days before."""
    for name, spec in distributions().kinds[records.kind].fields.items():
        records.raw[name] = _field(items(records.kind)[name], spec, records.classes, onset, rng)
    _scores(records, rng)
    return records


def _field(item: Item, spec: Spec, classes: Codes, onset: Ints, rng: np.random.Generator) -> Codes:
    rows = len(classes)
    match item.type:
        case Tri() | Text():
            return np.asarray(rng.random(rows, dtype=np.float32) < spec.table[classes, 0])
        case Multi():
            return np.asarray(rng.random((rows, spec.table.shape[1]), dtype=np.float32) < spec.table[classes])
        case Choice():
            return choose(spec.table, classes, rng)
        case Number(least, most):
            return np.clip(_number(spec, classes, rng), least or 0, most)
    low, high = spec.table[classes, 0], spec.table[classes, 1]
    days = np.rint(low + rng.random(rows) * (high - low)).astype(np.int64)
    if spec.form == "days":
        from_onset: Codes = spec.table[classes, 2] > 0
        return np.asarray(days + np.where(from_onset, onset, 0))
    return np.asarray(days + onset if spec.form == "before_onset" else days)


def _number(spec: Spec, classes: Codes, rng: np.random.Generator) -> Codes:
    if spec.form == "mean":
        return np.asarray(rng.poisson(spec.table[classes, 0]))
    if spec.form == "share":
        return np.zeros(len(classes), dtype=np.int64)  # drawn with its instrument, in `_scores`
    return choose(spec.table, classes, rng).astype(np.int16)


def _scores(drawn: Drawn, rng: np.random.Generator) -> None:
    """Give every score a value that its instrument can have."""
    for name, item in items(drawn.kind).items():
        score = name.replace("_instrument", "_score")
        if not name.endswith("_instrument") or score not in drawn.raw or score == "isolation.network_score":
            continue
        assert isinstance(item.type, Choice)
        limits = np.array([SCORES.get(each, (0, 40)) for each in item.type.members])[drawn.raw[name]]
        shape = distributions().kinds[drawn.kind].fields[score].table[drawn.classes]
        share = rng.beta(shape[:, 0], shape[:, 1])
        drawn.raw[score] = np.rint(limits[:, 0] + share * (limits[:, 1] - limits[:, 0])).astype(np.int64)
