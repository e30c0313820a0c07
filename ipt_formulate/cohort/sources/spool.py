"""Where do the tables of a source live while it is open? In one DuckDB connection and one private folder beside it.

Text formats are read once and kept as Parquet in the folder, which only the owner can read and which is gone when the
source is closed. SQL is built here from quoted names and quoted texts only.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

import duckdb


def name_sql(name: str) -> str:
    """A name of a table or column, quoted."""
    return '"' + name.replace('"', '""') + '"'


def text_sql(text: str | Path) -> str:
    """A text, quoted."""
    return "'" + str(text).replace("'", "''") + "'"


class Spool:
    """A DuckDB database in memory and a folder for what is too large for it; `close` removes both.

    ``views``: the names of the queries that can be read here.
    """

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="ipt-formulate-"))
        self.connection = duckdb.connect(":memory:")
        self.connection.execute(f"SET temp_directory = {text_sql(self.folder / 'spill')}")
        self.connection.execute("SET enable_progress_bar = false")
        self.views: set[str] = set()
        self._files = 0

    def file(self, ending: str = ".parquet") -> Path:
        """A new name in the folder."""
        self._files += 1
        return self.folder / f"{self._files}{ending}"

    def view(self, name: str, sql: str) -> Any:
        """Name a query; the relation that reads it."""
        self.connection.execute(f"CREATE OR REPLACE VIEW {name_sql(name)} AS {sql}")
        self.views.add(name)
        return self.connection.table(name_sql(name))

    def parquet(self, name: str, file: Path) -> Any:
        """Name a Parquet file; the relation that reads it."""
        return self.view(name, f"SELECT * FROM read_parquet({text_sql(file)})")

    def kept(self, name: str, sql: str) -> Any:
        """Work a query out once, into a Parquet file; the relation that reads it."""
        file = self.file()
        self.connection.execute(f"COPY ({sql}) TO {text_sql(file)} (FORMAT parquet, COMPRESSION lz4)")
        return self.parquet(name, file)

    def close(self) -> None:
        """Forget everything."""
        self.connection.close()
        shutil.rmtree(self.folder, ignore_errors=True)
