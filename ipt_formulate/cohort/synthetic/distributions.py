"""By which made-up chances are synthetic answers drawn? Reads ``distributions.yaml``, whose every name is checked.

A spec becomes arrays with one row a class, so that drawing needs no loop over cases.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ipt_formulate.cohort.layout import items_of
from ipt_formulate.intake import Item
from ipt_formulate.intake.types import Choice, Day, Link, Multi, Number, Text, Tri
from ipt_formulate.reading import RULE_BYTES, read_file

Floats = NDArray[np.float64]
ELSE: Final = "else"
REST: Final = "rest"
ANY: Final = "any"
KINDS: Final[Mapping[str, str]] = {
    "case": "cases", "loss": "losses", "conflict": "conflicts", "change": "changes", "person": "people",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Spec:
    """How one field is drawn: chances with one row a class, and for days and numbers what they count from.

    ``form``: ``chance`` (yes/no, members, text), ``weights`` (choice, scale: cumulative), ``mean``, ``share`` (two
    columns), or the anchor of a day (two columns: from, to).
    """

    form: str
    table: Floats


@dataclass(frozen=True, slots=True)
class Distribution:
    """The classes of one kind of record and how each of its fields is drawn.

    ``by_theme`` holds cumulative chances of the classes, one row a theme. ``extra`` is everything else, as written.
    """

    classes: tuple[str, ...]
    by_theme: Floats
    fields: Mapping[str, Spec]
    extra: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Distributions:
    """All of them, by kind of record; the classes of a case are its themes."""

    themes: tuple[str, ...]
    theme_chances: Floats
    kinds: Mapping[str, Distribution]

    def of_theme(self, told: Mapping[str, float] | float) -> Floats:
        """One number a theme, from a spec by theme."""
        return by_class(told, self.themes)


@cache
def distributions() -> Distributions:
    """The distributions of this library."""
    told = read_file(Path(__file__).with_name("distributions.yaml"), limit=RULE_BYTES).data
    themes = tuple(told["case"]["themes"])
    kinds = {kind: _distribution(kind, told[kind], themes, told["default"]) for kind in KINDS}
    chances = cumulative(np.array([list(told["case"]["themes"].values())], dtype=float))
    return Distributions(themes, chances, kinds)


def by_class(told: Mapping[str, Any] | Any, classes: Sequence[str]) -> Floats:
    """One number a class; `else` for those that are not named."""
    if not isinstance(told, Mapping):
        return np.full(len(classes), float(told))
    _only(told, (*classes, ELSE))
    return np.array([float(told[each] if each in told else told[ELSE]) for each in classes])


def cumulative(weights: Floats) -> Floats:
    """Cumulative chances of each row of weights."""
    sums: Floats = np.cumsum(weights, axis=1)
    chances: Floats = sums / sums[:, -1:]
    return chances


def _distribution(
    kind: str, told: Mapping[str, Any], themes: Sequence[str], default: Mapping[str, Any]
) -> Distribution:
    if kind == "case":
        classes, table = tuple(themes), np.eye(len(themes))
    else:
        by_theme = told["classes"]
        _only(by_theme, (*themes, ELSE))
        classes = tuple(dict.fromkeys(each for weights in by_theme.values() for each in weights))
        rows = [by_theme.get(theme, by_theme[ELSE]) for theme in themes]
        table = np.array([[float(row.get(each, 0)) for each in classes] for row in rows])
    items = items_of(KINDS[kind])
    _only(told["answers"], items)
    fields = {
        name: _spec(item, told["answers"].get(name), classes, default)
        for name, item in items.items()
        if not isinstance(item.type, Link)
    }
    return Distribution(classes, cumulative(table), fields, told)


def _spec(item: Item, told: Any, classes: Sequence[str], default: Mapping[str, Any]) -> Spec:
    by = told if isinstance(told, Mapping) and ELSE in told else {ELSE: told}
    _only(by, (*classes, ELSE))
    rows = [_row(item, by.get(each, by[ELSE]), default) for each in classes]
    forms = {form for form, _ in rows}
    if len(forms) == 1:
        form = rows[0][0]
        most = max(len(row) for _, row in rows)
        table = np.array([[*row, *[0.0] * (most - len(row))] for _, row in rows])
        return Spec(form, cumulative(table) if form == "weights" else table)
    if forms == {"weights", "mean"}:
        return Spec(
            "weights", cumulative(np.array([_poisson(row) if form == "mean" else _padded(row) for form, row in rows]))
        )
    # Days counted from the onset in some classes and from the assessment in others: a third column tells.
    return Spec("days", np.array([[*row, float(form == "before_onset")] for form, row in rows]))


def _row(item: Item, told: Any, default: Mapping[str, Any]) -> tuple[str, list[float]]:
    match item.type:
        case Tri():
            return "chance", [float(default["yes_no"] if told is None else told)]
        case Text():
            return "chance", [float(default["text"] if told is None else told)]
        case Multi(members):
            told = default["member"] if told is None else told
            if not isinstance(told, Mapping):
                return "chance", [float(told)] * len(members)
            _only(told, (*members, REST))
            return "chance", [float(told.get(member, told.get(REST, 0))) for member in members]
        case Choice(members):
            if told in (None, ANY):
                return "weights", [1.0] * len(members)
            _only(told, members)
            return "weights", [float(told.get(member, 0)) for member in members]
        case Number(least, most):
            if told is None:
                told = default["scale"] if (least, most) == (0, 4) else default["number"]
            if isinstance(told, Mapping):
                form, value = next(iter(told.items()))
                return form, [float(each) for each in value] if form == "share" else [float(value)]
            return "weights", [float(each) for each in told]
        case Day():
            anchor, span = next(iter((default["day"] if told is None else told).items()))
            return anchor, [float(each) for each in span]
        case Link():
            raise TypeError("links are drawn among the records of a case")


_LONGEST = 40


def _poisson(row: Sequence[float]) -> list[float]:
    chances = [1.0]
    for count in range(1, _LONGEST):
        chances.append(chances[-1] * row[0] / count)
    return chances


def _padded(row: Sequence[float]) -> list[float]:
    return [*row, *[0.0] * (_LONGEST - len(row))]


def _only(told: Mapping[str, Any], names: Any) -> None:
    strange = [name for name in told if name not in names]
    if strange:
        raise KeyError(f"distributions.yaml: {', '.join(strange)}")
