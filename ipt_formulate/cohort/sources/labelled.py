"""How are SPSS and Stata files read? Codes as text, with their labels and with the codes that the file calls missing.

User-missing codes are kept as they are, not turned into nothing: which reason each stands for is said by the mapping,
or else by its label.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from ipt_formulate.cohort.layout import ROW
from ipt_formulate.cohort.sources.extras import needed
from ipt_formulate.cohort.sources.files import check_columns, found, refused
from ipt_formulate.cohort.sources.plain import plain
from ipt_formulate.cohort.sources.raw import Raw
from ipt_formulate.cohort.sources.spool import Spool

READERS: Final = {".sav": "read_sav", ".zsav": "read_sav", ".dta": "read_dta"}
_ROWS: Final = 50_000


def labelled(path: Path, name: str, spool: Spool) -> Raw:
    """An SPSS or Stata file, some rows at a time.

    Raises
    ------
    CohortError
        If the file is damaged, holds no row, or the extra that reads it is not installed.
    """
    library = needed("pyreadstat", str(path), "research")
    read = getattr(library, READERS[path.suffix.lower()])
    file = spool.new()
    try:
        _, meta = read(str(path), metadataonly=True, user_missing=True)
        check_columns(str(path), list(meta.column_names))
        missing = _written(library, read, path, file, meta)
    except (library.ReadstatError, library.PyreadstatError, OSError):
        raise refused("C105", str(path), "cannot be read: it is damaged or cut off") from None
    labels = {
        column: {code_text(code): str(label) for code, label in told.items()}
        for column, told in meta.variable_value_labels.items()
    }
    marked = {
        column: {code: labels.get(column, {}).get(code, "") for code in sorted(codes)}
        for column, codes in missing.items()
    }
    return Raw(
        str(path), spool.parquet(found(name), [file]), tuple(meta.column_names), labels, marked, view=found(name)
    )


def code_text(code: Any) -> str:
    """A code as it stands in a cell: 1.0 is the text 1."""
    return str(int(code)) if isinstance(code, float) and code.is_integer() else str(code)


def _written(library: Any, read: Any, path: Path, file: Path, meta: Any) -> dict[str, set[str]]:
    """Write the rows as Parquet; gives the codes for no answer that occur, by column."""
    chunks = library.read_file_in_chunks(
        read, str(path), chunksize=_ROWS, num_rows=meta.number_rows, user_missing=True, output_format="polars"
    )
    missing: dict[str, set[str]] = {}
    rows = 0
    names = list(meta.column_names)
    counted = [] if ROW in names else [(ROW, pa.int64())]
    with pq.ParquetWriter(
        file, pa.schema([*((name, pa.string()) for name in names), *counted]), compression="lz4"
    ) as to:
        for chunk, here in chunks:
            frame = _texts(chunk, str(path))
            for column, codes in _marked(frame, here):
                missing.setdefault(column, set()).update(codes)
            numbers = pl.int_range(rows + 1, rows + len(frame) + 1, dtype=pl.Int64).alias(ROW)
            rows += len(frame)
            to.write_table((frame.with_columns(numbers) if counted else frame).to_arrow().cast(to.schema))
    return missing


def _texts(chunk: pl.DataFrame, place: str) -> pl.DataFrame:
    """Every cell as text; an empty one is nothing. Stata keeps codes for no answer as letters among the numbers."""
    columns = [
        pl.Series(series.name, [None if each is None else code_text(each) for each in series], pl.String)
        if series.dtype == pl.Object
        else series.cast(pl.String)
        if series.dtype == pl.Time  # times of day are common in surveys, and no answer
        else series
        for series in chunk
    ]
    made: pl.DataFrame = plain(pl.DataFrame(columns), place)
    return made.with_columns(pl.all().cast(pl.String).str.strip_chars().replace("", None))


def _marked(frame: pl.DataFrame, meta: Any) -> Iterator[tuple[str, set[str]]]:
    """The codes of a chunk that its file calls missing, by column."""
    for column, ranges in meta.missing_ranges.items():
        there = frame[column].drop_nulls().unique().to_list()
        yield column, {code for code in there if any(_inside(code, each) for each in ranges)}
    for column, codes in meta.missing_user_values.items():
        yield column, {code_text(code) for code in codes}


def _inside(code: str, limits: Mapping[str, Any]) -> bool:
    low, high = limits["lo"], limits["hi"]
    if isinstance(low, str):
        return code == low.strip()
    try:
        return bool(low <= float(code) <= high)
    except ValueError:
        return False
