"""Where do the tables of a source live while it is open? In one DuckDB connection and one private folder beside it.

Text formats are read once and kept as Parquet in the folder, which only the owner can read and which is gone when the
source is closed. SQL is built here from quoted names and quoted texts only.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import duckdb
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from ipt_formulate.cohort.layout import ROW


def name_sql(name: str) -> str:
    """A name of a table or column, quoted."""
    return '"' + name.replace('"', '""') + '"'


def text_sql(text: str | Path) -> str:
    """A text, quoted."""
    return "'" + str(text).replace("'", "''") + "'"


ROW_IN_SOURCE: Final = f"coalesce(TRY_CAST({name_sql(ROW)} AS BIGINT), row_number() OVER ())"
"""Where a row stood in its source; some rows before it may not have been readable."""


class Spool:
    """A DuckDB database in memory and a folder for what is too large for it; `close` removes both.

    ``files``: the Parquet files of each name that can be read here.
    """

    def __init__(self) -> None:
        self._made = tempfile.TemporaryDirectory(prefix="ipt-formulate-", ignore_cleanup_errors=True)
        self.folder = Path(self._made.name)
        self.connection = duckdb.connect(":memory:")
        self.connection.execute(f"SET temp_directory = {text_sql(self.folder / 'spill')}")
        self.connection.execute("SET enable_progress_bar = false")
        # It makes a join of every list of six codes: hundreds of joins where a mapping has hundreds of columns.
        self.connection.execute("SET disabled_optimizers = 'in_clause'")
        self.files: dict[str, tuple[Path, ...]] = {}
        self._count = 0

    def new(self, ending: str = ".parquet") -> Path:
        """A name in the folder that nothing has yet."""
        self._count += 1
        return self.folder / f"{self._count}{ending}"

    def parquet(self, name: str, files: Sequence[Path]) -> Any:
        """Name Parquet files; the relation that reads them, with the number of each row unless they have it."""
        self.files[name] = tuple(files)
        listed = ", ".join(text_sql(file) for file in files)
        counted = "" if ROW in schema(files[0]).names else f", row_number() OVER () AS {name_sql(ROW)}"
        if counted and len(files) == 1:
            counted = f", file_row_number + 1 AS {name_sql(ROW)}"
        self.connection.execute(
            f"CREATE OR REPLACE VIEW {name_sql(name)} AS SELECT *{counted} FROM read_parquet([{listed}])"
        )
        return self.connection.table(name_sql(name))

    def kept(self, name: str, sql: str) -> Any:
        """Work a query out once, into a Parquet file; the relation that reads it."""
        file = self.new()
        self.connection.execute(f"COPY ({sql}) TO {text_sql(file)} (FORMAT parquet, COMPRESSION lz4)")
        return self.parquet(name, [file])

    def scan(self, name: str) -> pl.LazyFrame:
        """The same rows for Polars, which reads them fastest."""
        files = self.files[name]
        counted = None if ROW in schema(files[0]).names else ROW
        return pl.scan_parquet([*files], row_index_name=counted, row_index_offset=1)

    def close(self) -> None:
        """Forget everything."""
        self.connection.close()
        self._made.cleanup()


def schema(file: Path) -> pa.Schema:
    """The columns of a Parquet file."""
    return pq.ParquetFile(file).schema_arrow
