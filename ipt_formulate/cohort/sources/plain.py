"""How do columns of any type become text, whole numbers and truth values, as the layout has them?

Decimals that are whole, days and times of a day become the text of the layout, and a number that is none (NaN) an empty
cell; what is left (2.5) stays as text, for the reader of answers to refuse. Columns that cannot hold an
answer at all are faults.
"""

from __future__ import annotations

from typing import Any, Final

import narwhals.stable.v2 as nw

from ipt_formulate.cohort.faults import CohortError
from ipt_formulate.cohort.layout import CASE
from ipt_formulate.reading import Fault

_LARGEST: Final = 1e15
"""Whole decimals beyond this are not exact."""


def plain(table: Any, place: str) -> Any:
    """The table with plain columns; the same object if it has no others.

    Raises
    ------
    CohortError
        With every column that is of another type.
    """
    frame = nw.from_native(table)
    changed, faults = [], []
    for name, dtype in frame.collect_schema().items():
        if name == CASE and dtype.is_integer():
            changed.append(nw.col(name).cast(nw.String))
        elif dtype.is_float() or dtype.is_decimal():
            changed.append(_decimal(name))
        elif isinstance(dtype, nw.Date | nw.Datetime):
            changed.append(nw.col(name).dt.to_string("%Y-%m-%d"))
        elif isinstance(dtype, nw.Categorical | nw.Enum | nw.Unknown):  # unknown: nothing but nulls, UUIDs
            changed.append(nw.col(name).cast(nw.String))
        elif not (dtype.is_integer() or isinstance(dtype, nw.String | nw.Boolean)):
            message = "holds values of several types" if isinstance(dtype, nw.Object) else f"holds {dtype}"
            faults.append(Fault("C145", f"{place}: {name}", message, None, "text, whole numbers, yes and no, or days"))
    if faults:
        raise CohortError(faults)
    return frame.with_columns(*changed).to_native() if changed else table


def _decimal(name: str) -> nw.Expr:
    """Whole decimals as whole numbers, others as they are, NaN as nothing."""
    number = nw.col(name).cast(nw.Float64)
    value = nw.when(~number.is_nan()).then(number)
    whole = (value.floor() == value) & (value.abs() < _LARGEST)
    as_whole = nw.when(whole).then(value).otherwise(nw.lit(0.0)).cast(nw.Int64).cast(nw.String)
    return nw.when(whole).then(as_whole).otherwise(value.cast(nw.String)).alias(name)
