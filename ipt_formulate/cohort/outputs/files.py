"""How is a coded table written in each format, with what it means inside where the format can hold that?

Parquet carries the codebook and the receipt in its metadata; SPSS and Stata files carry variable and value labels and
codes instead of words; a DuckDB file carries comments. CSV can carry nothing, and is made safe for spreadsheets.
"""

from __future__ import annotations

import errno
import json
import os
import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from ipt_formulate.cohort.faults import CohortError
from ipt_formulate.cohort.outputs.codebook import entries
from ipt_formulate.cohort.outputs.receipt import TableReceipt
from ipt_formulate.cohort.outputs.variables import CASES, TITLES, Variable
from ipt_formulate.cohort.spreadsheets import FORMULA
from ipt_formulate.reading import Fault

_ROWS: Final = 100_000
_MOST_LABEL: Final = 80
_MEMORY: Final = "1GB"
FROM_MEMORY: Final = (2_000_000, 100_000)
"""Cases, without findings and with them. Nothing that writes SPSS or Stata files can add rows to one, so a table is in
memory as a whole, at 24 to 30 bytes a cell: this many cases take some 3.2 GB."""


@dataclass(frozen=True, slots=True)
class CodedTable:
    """One coded table on its way out: its name, its variables, and the Parquet files of its parts in their order."""

    name: str
    variables: Sequence[Variable]
    parts: Sequence[Path]

    def batches(self) -> Iterator[Any]:
        """The rows as Arrow batches."""
        import pyarrow.parquet as pq

        for part in self.parts:
            yield from pq.ParquetFile(part).iter_batches(_ROWS)

    @property
    def schema(self) -> Any:
        """The Arrow schema."""
        import pyarrow.parquet as pq

        return pq.read_schema(self.parts[0])


@dataclass(frozen=True, slots=True)
class Destination:
    """Where the tables go: the path that was named, the folder, what the names begin with, and the format."""

    path: Path
    folder: Path
    stem: str
    form: str

    @property
    def ending(self) -> str:
        """How the names of the tables end."""
        return FORMATS[self.form].ending

    def of(self, table: str) -> str:
        """The name of the file of a table."""
        if self.form == "duckdb":
            return f"{self.stem or 'cohort'}{self.ending}"
        if not self.stem:
            return f"{table}{self.ending}"
        return f"{self.stem}{self.ending}" if table == CASES else f"{self.stem}.{table}{self.ending}"

    def beside(self, name: str) -> str:
        """The name of a file that is no table."""
        return f"{self.stem}.{name}" if self.stem else name


def destination(output: Path, form: str | None = None) -> Destination:
    """Where `output` says that the tables go: one file by its ending, or a folder.

    Raises
    ------
    CohortError
        If the ending is of no known format, or says another than `form`.
    """
    ending = output.suffix.lower()
    by_ending = {each.ending: name for name, each in FORMATS.items()}
    if output.is_dir() or not ending:
        return Destination(output, output, "", form or "parquet")
    known = ", ".join(by_ending)
    if ending not in by_ending:
        message = f"ends in {ending}, which is no known format"
        raise CohortError([Fault("C132", str(output), message, None, f"a name that ends in {known}, or a folder")])
    if form is not None and by_ending[ending] != form:
        message = f"ends in {ending}, but {form} was asked for"
        raise CohortError([Fault("C132", str(output), message, None, f"a name that ends in {FORMATS[form].ending}")])
    return Destination(output, output.parent, output.name[: -len(ending)], by_ending[ending])


def write_tables(tables: Sequence[CodedTable], to: Destination, folder: Path, receipt: TableReceipt) -> None:
    """Write all tables to `folder` under the names that `to` gives them.

    Raises
    ------
    OSError
        If a file cannot be written.
    CohortError
        If a name does not fit into the format.
    """
    for table in tables:
        FORMATS[to.form].write(table, folder / to.of(table.name), receipt)


# -- formats ------------------------------------------------------------------------------------------------------


def _parquet(table: CodedTable, path: Path, receipt: TableReceipt) -> None:
    import pyarrow.parquet as pq

    told = {
        "title": TITLES[table.name],
        "codebook": json.dumps([asdict(each) for each in entries({table.name: table.variables})], ensure_ascii=False),
        "receipt": json.dumps(asdict(receipt), ensure_ascii=False),
        "notice": receipt.notice,
    }
    schema = table.schema.with_metadata({f"ipt_formulate.{name}": text for name, text in told.items()})
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for batch in table.batches():
            writer.write_batch(batch)


def _csv(table: CodedTable, path: Path, _receipt: TableReceipt) -> None:
    import pyarrow as pa
    import pyarrow.csv as pc

    texts = {each.name for each in table.variables if each.kind == "text"}
    with pc.CSVWriter(path, table.schema) as writer:
        for batch in table.batches():
            columns = [_harmless(batch[name]) if name in texts else batch[name] for name in batch.schema.names]
            writer.write_batch(pa.record_batch(columns, schema=batch.schema))


def _harmless(column: Any) -> Any:
    """The texts, an apostrophe in front of those that a spreadsheet would take for a formula."""
    import pyarrow.compute as pc

    formula = pc.match_substring_regex(column, FORMULA)
    if not pc.any(formula).as_py():
        return column
    return pc.if_else(formula, pc.binary_join_element_wise("'", column, ""), column)


def _sav(table: CodedTable, path: Path, receipt: TableReceipt) -> None:
    import pyreadstat

    measures = {"choice": "nominal", "text": "nominal", "count": "scale"}
    with _statistics_errors(path):
        pyreadstat.write_sav(
            _codes(table),
            path,
            file_label=_made_by(receipt),
            row_compress=True,
            note=textwrap.wrap(f"{TITLES[table.name]} {receipt.notice}", _MOST_LABEL),
            column_labels={each.name: each.label for each in table.variables},
            variable_value_labels={each.name: _labels(each) for each in table.variables if each.values},
            variable_measure={each.name: measures[each.kind] for each in table.variables},
        )


def _dta(table: CodedTable, path: Path, receipt: TableReceipt) -> None:
    import pyreadstat

    names = {each.name: each.stata for each in table.variables}
    twice = {name for name in names.values() if list(names.values()).count(name) > 1}
    if twice:
        message = f"would hold two variables of the name {', '.join(sorted(twice))}: Stata takes short names only"
        raise CohortError([Fault("C133", str(path.name), message, None, "another format, such as .sav or .parquet")])
    with _statistics_errors(path):
        pyreadstat.write_dta(
            _codes(table).rename(names),
            path,
            file_label=_made_by(receipt),
            column_labels={each.stata: each.label[:_MOST_LABEL] for each in table.variables},
            variable_value_labels={each.stata: _labels(each) for each in table.variables if each.values},
        )


def _codes(table: CodedTable) -> Any:
    """The whole table in memory, codes instead of words."""
    import polars as pl

    coded = {each.name: each.codes for each in table.variables if each.values}
    columns = [pl.col(name).replace_strict(codes, return_dtype=pl.Int8) for name, codes in coded.items()]
    frames = [pl.DataFrame(batch).with_columns(columns) for batch in table.batches()]
    return pl.concat(frames) if frames else pl.DataFrame(schema=_empty(table))


def _empty(table: CodedTable) -> dict[str, Any]:
    import polars as pl

    kinds = {"text": pl.String, "choice": pl.Int8, "count": pl.Int32}
    return {each.name: kinds[each.kind] for each in table.variables}


def _labels(variable: Variable) -> dict[int | float, str]:
    return {each.code: each.label for each in variable.values}


def _made_by(receipt: TableReceipt) -> str:
    return f"ipt-formulate {receipt.library}, rulebook {receipt.rulebook} {receipt.rulebook_version}"[:_MOST_LABEL]


class _statistics_errors:
    """What pyreadstat raises when it cannot write, as an error of the system."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: Any, error: BaseException | None, _trace: Any) -> None:
        import pyreadstat

        if isinstance(error, pyreadstat.ReadstatError | pyreadstat.PyreadstatError):
            raise OSError(errno.EIO, os.strerror(errno.EIO), str(self._path)) from error


def _duckdb(table: CodedTable, path: Path, _receipt: TableReceipt) -> None:
    import duckdb

    try:
        with duckdb.connect(str(path), config={"memory_limit": _MEMORY}) as made:
            files = ", ".join(_quoted(str(part)) for part in table.parts)
            made.execute(f"create table {table.name} as from read_parquet([{files}])")
            made.execute(f"comment on table {table.name} is {_quoted(TITLES[table.name])}")
            for each in entries({table.name: table.variables}):
                told = "; ".join(part for part in (each.label, each.values, each.unknown) if part)
                made.execute(f'comment on column {table.name}."{each.variable}" is {_quoted(told)}')
    except duckdb.IOException as error:
        raise OSError(errno.EIO, os.strerror(errno.EIO), str(path)) from error


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


@dataclass(frozen=True, slots=True)
class Format:
    """One way of writing: the ending of its files, the writer of one table, and what it needs.

    ``most``: how many cases may be written, without findings and with them; None where memory does not depend on it.
    """

    ending: str
    write: Callable[[CodedTable, Path, TableReceipt], None]
    needs: str = "pyarrow"
    most: tuple[int, int] | None = None

    def installed(self) -> bool:
        """Is the package there that writes it?"""
        return find_spec(self.needs) is not None


FORMATS: Final[Mapping[str, Format]] = {
    "parquet": Format(".parquet", _parquet),
    "csv": Format(".csv", _csv),
    "sav": Format(".sav", _sav, "pyreadstat", FROM_MEMORY),
    "dta": Format(".dta", _dta, "pyreadstat", FROM_MEMORY),
    "duckdb": Format(".duckdb", _duckdb),
}
