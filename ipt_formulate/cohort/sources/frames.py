"""How does a frame that is already in Python come in? As it is; classic pandas goes through Arrow, column by column."""

from __future__ import annotations

from typing import Any

import narwhals.stable.v2 as nw

from ipt_formulate.cohort.faults import CohortError
from ipt_formulate.cohort.layout import ROW
from ipt_formulate.cohort.sources.files import check_columns
from ipt_formulate.cohort.sources.raw import Raw
from ipt_formulate.reading import Fault


def framed(native: Any, name: str) -> Raw:
    """A frame of Polars, PyArrow, DuckDB, Spark or pandas.

    Raises
    ------
    CohortError
        If it is no frame, has two columns of one name, or (pandas) a column of mixed types.
    """
    place = f"frame {name}"
    if type(native).__module__.partition(".")[0] == "pandas":
        native = _from_pandas(native, place)
    try:
        frame = nw.from_native(native)
    except TypeError:
        expected = "a frame of Polars, PyArrow, DuckDB, PySpark or pandas"
        raise CohortError([Fault("C140", place, "is no frame", None, expected)]) from None
    columns = list(frame.collect_schema().names())
    check_columns(place, columns)
    return Raw(place, native if ROW in columns else _with_rows(native, frame), tuple(columns))


def _with_rows(native: Any, frame: Any) -> Any:
    if isinstance(frame, nw.DataFrame):
        counted = frame.with_row_index(ROW)
        return counted.with_columns(nw.col(ROW).cast(nw.Int64) + 1).to_native()
    if frame.implementation.is_polars():
        return native.with_row_index(ROW, offset=1)
    if frame.implementation.is_duckdb():
        return native.project(f"*, row_number() OVER () AS {ROW}")
    return native


def _from_pandas(native: Any, place: str) -> Any:
    """Through Arrow, with missing values as nothing; an object column must hold values of one type."""
    import pyarrow as pa

    check_columns(place, [str(name) for name in native.columns])
    columns, faults = {}, []
    for name in native.columns:
        try:
            columns[str(name)] = pa.array(native[name], from_pandas=True)
        except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError):
            expected = "one type a column, such as text"
            faults.append(Fault("C145", f"{place}: {name}", "holds values of several types", None, expected))
    if faults:
        raise CohortError(faults)
    return pa.table(columns)
