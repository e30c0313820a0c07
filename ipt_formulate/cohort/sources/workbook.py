"""How is an Excel or OpenDocument workbook read? A sheet a table, its first row the names, every cell as text."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import polars as pl

from ipt_formulate.cohort.faults import CohortError
from ipt_formulate.cohort.layout import ROW
from ipt_formulate.cohort.sources import redcap
from ipt_formulate.cohort.sources.extras import needed
from ipt_formulate.cohort.sources.files import check_columns, found, refused
from ipt_formulate.cohort.sources.raw import Raw
from ipt_formulate.cohort.sources.spool import Spool
from ipt_formulate.reading import Fault

MIDNIGHT: Final = " 00:00:00"
"""A day in a workbook has a time of day."""


def sheets(path: Path, spool: Spool) -> dict[str, Raw]:
    """The sheets that hold something, by name.

    Raises
    ------
    CohortError
        If the file is no workbook, or the extra that reads it is not installed.
    """
    fastexcel = needed("fastexcel", str(path), "tables")
    try:
        book = fastexcel.read_excel(str(path))
        read = {name: _cells(book, name) for name in book.sheet_names}
    except fastexcel.FastExcelError:
        raise refused(
            "C105", str(path), "cannot be read as a workbook: it is damaged, locked or of another kind"
        ) from None
    made: dict[str, Raw] = {}
    faults: list[Fault] = []
    for name, cells in read.items():
        if not cells.is_empty():
            try:
                made[name] = _sheet(f"{path}: {name}", name, cells, spool)
            except CohortError as error:
                faults += error.faults
    if not made and not faults:
        faults.append(Fault("C144", str(path), "is empty"))
    if faults:
        raise CohortError(faults)
    return made


def _cells(book: Any, name: str) -> pl.DataFrame:
    """Every cell of a sheet as text without blanks around it; an empty one is nothing."""
    frame: pl.DataFrame = book.load_sheet(name, header_row=None, dtypes="string").to_polars()
    return frame.with_columns(pl.all().str.strip_chars().replace("", None))


def _sheet(place: str, name: str, cells: pl.DataFrame, spool: Spool) -> Raw:
    used = [column for column in cells.columns if cells[column].null_count() < len(cells)]
    names = [cells[column][0] for column in used]
    columns = redcap.named([name or "" for name in names])
    check_columns(place, columns)
    body = cells[1:].select(
        pl.col(old).str.strip_suffix(MIDNIGHT).alias(new) for old, new in zip(used, columns, strict=True)
    )
    counted = body if ROW in columns else body.with_row_index(ROW, offset=1).with_columns(pl.col(ROW).cast(pl.Int64))
    told = counted.filter(~pl.all_horizontal(pl.col(columns).is_null()))
    file = spool.new()
    told.write_parquet(file, compression="lz4")
    return Raw(place, spool.parquet(found(name), [file]), tuple(columns), view=found(name))
