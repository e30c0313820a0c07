"""How is one file of rows opened? Parquet where it lies; Arrow, CSV and TSV are read once and kept as Parquet.

Every cell of a text format is text, without the blanks around it; an empty one is nothing. Nothing is guessed from the
cells. A line that does not fit is rejected by its number, the others are read.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter
from pathlib import Path
from typing import Any, Final

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from ipt_formulate.cohort.faults import CohortError
from ipt_formulate.cohort.layout import ROW
from ipt_formulate.cohort.sources import redcap
from ipt_formulate.cohort.sources.raw import Raw, Reject
from ipt_formulate.cohort.sources.spool import Spool, name_sql, schema, text_sql
from ipt_formulate.reading import Fault

DELIMITERS: Final = ",;\t|"
MOST_BROKEN: Final = 1000
"""Broken lines in one file; with more of them it was probably written otherwise than it is read."""
_PLAIN: Final = "utf-8"
_MOST_BYTES: Final = 16_000_000
"""Of one line."""
_CHUNK: Final = 1 << 20
_MOST_PARTS: Final = 3
"""Cells too many that are tried as parts of the first one."""
_BLANKS: Final = "' \t\u00a0'"
_BROKEN = {
    "MISSING COLUMNS": "has too few cells",
    "TOO MANY COLUMNS": "has too many cells",
    "UNQUOTED VALUE": "has a quote that is not closed, or text after a quote",
    "LINE SIZE OVER MAXIMUM": "is too long",
    "INVALID STATE": "has a quote that is not closed, or text after a quote",
}
_TORN: Final = ("UNQUOTED VALUE", "INVALID STATE", "LINE SIZE OVER MAXIMUM")
"""What a quote that is not closed leads to; the lines up to the next quote are lost in it."""


def refused(code: str, place: str, message: str, expected: str | None = None) -> CohortError:
    """One fault of one file."""
    return CohortError([Fault(code, place, message, None, expected)])


def check_columns(place: str, columns: list[str]) -> None:
    """A name for each, and no name twice; DuckDB does not tell great and small letters apart.

    Raises
    ------
    CohortError
        If a column has no name, or with every name that stands twice.
    """
    if not columns:
        raise refused("C144", place, "has no columns")
    if "" in columns:
        raise refused("C143", place, f"has a column without a name: the one after {columns.index('')} others")
    counts = Counter(name.lower() for name in columns)
    twice = dict.fromkeys(name.lower() for name in columns if counts[name.lower()] > 1)
    if twice:
        raise CohortError([Fault("C143", f"{place}: {name}", "is the name of two columns") for name in twice])


# -- Parquet and Arrow ---------------------------------------------------------------------------------------------


def parquet(path: Path, name: str, spool: Spool) -> Raw:
    """A Parquet file, or a folder of parts as Spark writes it, where it lies."""
    parts = sorted(path.glob("*.parquet")) if path.is_dir() else [path]
    if not parts:
        raise refused("C101", str(path), "holds no Parquet file")
    first: pa.Schema | None = None
    for part in parts:
        try:
            columns = schema(part)
        except (pa.ArrowException, OSError):
            raise refused("C105", str(part), "cannot be read as Parquet: it is damaged or cut off") from None
        first = columns if first is None else first
        _check_part(part, columns, first, parts[0].name)
    assert first is not None
    columns = first.names
    check_columns(str(path), columns)
    return Raw(str(path), spool.parquet(found(name), parts), tuple(columns), view=found(name))


def _check_part(part: Path, columns: pa.Schema, first: pa.Schema, name: str) -> None:
    """Do the parts of a folder have the same columns?"""
    expected = f"the columns of {name}"
    faults = [
        Fault("C143", f"{part}: {column}", "stands in some parts of the table only", None, expected)
        for column in sorted({*columns.names} ^ {*first.names})
    ]
    if not faults:
        faults = [
            Fault("C145", f"{part}: {field.name}", "is of another type than in other parts", None, expected)
            for field in columns
            if _kind(field.type) != _kind(first.field(field.name).type)
        ]
    if faults:
        raise CohortError(faults)


def _kind(kind: pa.DataType) -> pa.DataType:
    """A type of Arrow; all that hold text are one."""
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    return pa.string() if pa.types.is_large_string(kind) or pa.types.is_string_view(kind) else kind


def found(name: str) -> str:
    """The name of a table before anybody says what its columns mean."""
    return f"{name} as found"


def arrow(path: Path, name: str, spool: Spool) -> Raw:
    """An Arrow or Feather file, batch by batch."""
    file = spool.new()
    try:
        with pa.memory_map(str(path)) as mapped:
            try:
                opened = pa.ipc.open_file(mapped)
                batches = (opened.get_batch(number) for number in range(opened.num_record_batches))
            except pa.ArrowInvalid:
                mapped.seek(0)
                opened = batches = pa.ipc.open_stream(mapped)
            check_columns(str(path), opened.schema.names)
            with pq.ParquetWriter(file, opened.schema, compression="lz4") as writer:
                for batch in batches:
                    writer.write_batch(batch)
    except (pa.ArrowException, OSError):
        raise refused("C105", str(path), "cannot be read as Arrow: it is damaged or cut off") from None
    return Raw(str(path), spool.parquet(found(name), [file]), tuple(opened.schema.names), view=found(name))


# -- text ----------------------------------------------------------------------------------------------------------


def delimited(path: Path, name: str, spool: Spool, encoding: str | None = None) -> Raw:
    """A CSV or TSV file: one line of names, then one line a row."""
    if path.stat().st_size == 0:
        raise refused("C144", str(path), "is empty")
    read = _in_utf8(path, spool, encoding)
    columns, delimiter = _header(path, read)
    columns = redcap.named(columns)
    check_columns(str(path), columns)
    types = ", ".join(f"{text_sql(column)}: 'VARCHAR'" for column in columns)
    cells = ", ".join(f"nullif(trim({name_sql(column)}, {_BLANKS}), '') AS {name_sql(column)}" for column in columns)
    row = "" if ROW in columns else f", row_number() OVER () AS {name_sql(ROW)}"
    source = (
        f"read_csv({text_sql(read)}, auto_detect = false, header = true, columns = {{{types}}}, "
        f"delim = {text_sql(delimiter)}, quote = '\"', escape = '\"', strict_mode = true, null_padding = false, "
        f"max_line_size = {_MOST_BYTES}, store_rejects = true, rejects_limit = 0)"
    )
    try:
        relation = spool.kept(found(name), f"SELECT {cells}{row} FROM {source}")
        broken = spool.connection.sql(
            "SELECT line_byte_position, first(error_type::VARCHAR), "
            "bool_or(contains(trim(csv_line, chr(10)), chr(10))), first(csv_line) "
            "FROM reject_errors GROUP BY line_byte_position ORDER BY line_byte_position"
        ).fetchall()
        spool.connection.execute("DROP TABLE reject_errors; DROP TABLE reject_scans")
    except duckdb.IOException:
        raise refused("C105", str(path), "cannot be read to its end: the disk is full, or the file is gone") from None
    except duckdb.Error as error:
        message = f"cannot be read as delimited text ({type(error).__name__})"
        raise refused("C146", str(path), message, "one line of column names, then one line a row") from None
    placed = _placed(read, [start for start, *_ in broken], alone=len(columns) == 1) if broken else []
    _check_text(path, [(line, kind, torn) for (line, _), (_, kind, torn, _) in zip(placed, broken, strict=True)])
    if broken and row:
        relation = _renumbered(name, [number for _, number in placed], spool)
    rejects = tuple(
        Reject(name, number, None, (Fault("C146", f"{path}: line {line}", _BROKEN.get(kind, "cannot be read")),))
        for (line, number), (_, kind, _, _) in zip(placed, broken, strict=True)
    )
    starts = {
        number: _starts(text, delimiter, len(columns)) for (_, number), (*_, text) in zip(placed, broken, strict=True)
    }
    return Raw(str(path), relation, tuple(columns), rejects=rejects, starts=starts, view=found(name))


def _starts(line: str, delimiter: str, columns: int) -> tuple[str, ...]:
    """What the first cell of a broken line may have been; nothing where the line may have been cut within it.

    Where there are cells too many, the text of the first one may have held what parts cells.
    """
    try:
        cells = next(csv.reader(io.StringIO(line, newline=""), delimiter=delimiter), [])
    except csv.Error:
        return ()
    if len(cells) < 2:
        return ()
    more = min(max(len(cells) - columns, 0), _MOST_PARTS)
    texts = (delimiter.join(cells[:parts]).strip(" \t\u00a0") for parts in range(1, more + 2))
    return tuple(text for text in texts if text)


def _in_utf8(path: Path, spool: Spool, encoding: str | None) -> Path:
    """The file itself, or a copy of it in UTF-8."""
    with path.open("rb") as file:
        start = file.read(4)
    if encoding is None:
        if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            raise refused("C141", str(path), "is not UTF-8 but UTF-16", "--encoding utf-16, or the file saved as UTF-8")
        return path
    try:
        codecs.lookup(encoding)
    except LookupError:
        raise refused(
            "C141", str(path), "is asked to be read in an encoding that is not known", "such as cp1252"
        ) from None
    copy = spool.new(".csv")
    line = 1
    try:
        with path.open(encoding=encoding, newline="") as file, copy.open("w", encoding=_PLAIN, newline="") as made:
            while text := file.read(_CHUNK):
                line += text.count("\n")
                made.write(text)
    except UnicodeError:
        raise refused(
            "C141", f"{path}: line {line} or later", f"is not {encoding} text", "another --encoding"
        ) from None
    return copy


def _header(path: Path, read: Path) -> tuple[list[str], str]:
    """The names of the columns, and what parts them."""
    with read.open("rb") as file:
        line = file.readline(_MOST_BYTES)
        while line.count(b'"') % 2 and (more := file.readline(_MOST_BYTES)):
            line += more
    try:
        first = line.decode("utf-8-sig")
    except UnicodeError:
        raise _not_utf8(f"{path}: line 1") from None
    if "\0" in first:
        raise refused(
            "C141", str(path), "is no text file", "delimited text; for other formats the right ending of the name"
        )
    bare = "".join(first.split('"')[::2])
    delimiter = "\t" if path.suffix.lower() == ".tsv" else max(DELIMITERS, key=bare.count)
    columns = next(csv.reader([first], delimiter=delimiter, skipinitialspace=True), [])
    return [column.strip() for column in columns], delimiter


def _not_utf8(place: str) -> CohortError:
    expected = "text in UTF-8; if the file comes from Windows, try --encoding cp1252"
    return refused("C141", place, "is not UTF-8", expected)


def _placed(read: Path, starts: list[int], *, alone: bool) -> list[tuple[int, int]]:
    """Line and row of each broken row, by the bytes they start at: a cell may hold lines, and a blank line is no row.

    ``alone``: there is but one column, and a blank line is a row with an empty cell.
    """
    placed: list[tuple[int, int]] = []
    at = rows = 0
    inside = False
    with read.open("rb") as file:
        for number, line in enumerate(file, 1):
            if len(placed) == len(starts):
                break
            # Bytes count from 1; after a line that ends in CR LF the start is that of the LF.
            broken = at + 2 > starts[len(placed)] and (alone or bool(line.strip(b"\r\n")))
            if broken:
                placed.append((number, rows))
            if broken or (not inside and (alone or line.strip(b"\r\n"))):
                rows += 1
            inside = not broken and inside ^ bool(line.count(b'"') % 2)
            at += len(line)
    return placed


def _check_text(path: Path, broken: list[tuple[int, str, bool]]) -> None:
    """Is it text, and are the broken lines few, with no other lines lost in them?"""
    foreign = [line for line, kind, _ in broken if kind == "INVALID ENCODING"]
    if foreign:
        raise _not_utf8(f"{path}: line {foreign[0]}")
    if len(broken) > MOST_BROKEN:
        message = f"has {len(broken)} lines that do not fit its header, the first in line {broken[0][0]}"
        raise refused("C146", str(path), message, "the same number of cells in every line")
    swallowing = [line for line, kind, torn in broken if torn and kind in _TORN]
    if swallowing:
        message = "has a quote that is not closed, or text after a quote, and lines below are lost in it"
        raise refused("C146", f"{path}: line {swallowing[0]}", message, "every quote closed; one within a text doubled")


def _renumbered(name: str, gone: list[int], spool: Spool) -> Any:
    """Number the rows as they stood in the file, where some were left out."""
    places = [row - left_out for left_out, row in enumerate(sorted(gone))]
    row = name_sql(ROW)
    counted = f"{row} + len(list_filter({places}, lambda gap: gap <= {row}))"
    return spool.kept(found(name), f"SELECT * REPLACE ({counted} AS {row}) FROM {name_sql(found(name))}")
