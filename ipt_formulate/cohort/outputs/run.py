"""How does a cohort become files? Batch by batch into parts, and from all parts into the tables and what explains them.

Memory depends on the size of a batch, not on the number of cases (but for SPSS and Stata files, which are written from
memory). What is written stands under its name only when all of it is whole.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import narwhals.stable.v2 as nw
import polars as pl
import pyarrow.parquet as pq

from ipt_formulate.cohort.faults import CohortError
from ipt_formulate.cohort.layout import MARK
from ipt_formulate.cohort.outputs import codebook
from ipt_formulate.cohort.outputs.coding import Backend, Coder, made_up, unread, unread_counts
from ipt_formulate.cohort.outputs.crate import CRATE, crate_of
from ipt_formulate.cohort.outputs.files import FORMATS, CodedTable, Destination, write_tables
from ipt_formulate.cohort.outputs.methods import REJECTED_CASES, methods
from ipt_formulate.cohort.outputs.parts import Parts, Start, parts_beside
from ipt_formulate.cohort.outputs.receipt import TableReceipt, receipt_of
from ipt_formulate.cohort.outputs.record import File, inputs_of, outputs_of, record_of, written_before
from ipt_formulate.cohort.outputs.variables import CASES, REJECTS, TITLES, Variable, variables_of
from ipt_formulate.cohort.sources import Source, open_source
from ipt_formulate.cohort.writing import whole_file, whole_files
from ipt_formulate.engines.columns.engine import ColumnsEngine
from ipt_formulate.reading import Fault
from ipt_formulate.rulebook import Rulebook

CASES_PER_BATCH: Final = 100_000
CODEBOOK, CODEBOOK_CSV, METHODS, RECORD = "codebook.md", "codebook.csv", "methods.md", "run.json"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is: cases done of how many, how many of them were taken from an earlier run, seconds so far."""

    done: int
    of: int
    taken: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Written:
    """What a run wrote.

    Attributes
    ----------
    files
        All files.
    counts
        Rows by table; ``rejected_cases`` counts cases that are among the rejects and were not coded, ``unread_losses``
        and the like the rows of a list that could not be read and whose case could not be told.
    start
        ``new``, ``resumed`` (parts of an interrupted run were taken), ``changed`` (there were parts of another run, and
        they were not used), ``fresh``.
    receipt, rejects
        What made it, and the file with the table of rejects.
    """

    files: tuple[Path, ...]
    counts: Mapping[str, int]
    start: Start
    receipt: TableReceipt
    rejects: Path


def write_table(
    where: str | Path,
    to: Destination,
    book: Rulebook,
    *,
    mapping: str | Path | None = None,
    encoding: str | None = None,
    backend: Backend = "polars",
    findings: bool = False,
    cases_per_batch: int = CASES_PER_BATCH,
    fresh: bool = False,
    started: Callable[[Start], None] = lambda start: None,
    progress: Callable[[Progress], None] = lambda done: None,
) -> Written:
    """Code the cohort of a file or folder and write the coded tables, codebook, methods and run record.

    Parameters
    ----------
    where, mapping, encoding
        What `open_source` takes.
    to
        Where to, see `destination`.
    book
        The rulebook under its profile.
    backend
        Where the rules run; the result is the same. DuckDB takes far longer.
    findings
        Also the long table of what every rule said.
    cases_per_batch
        How many cases are in memory at once.
    fresh
        Do not go on from an interrupted run.
    started, progress
        Told how the run starts, and after every batch how far it is.

    Raises
    ------
    CohortError
        If the input cannot be used at all, or holds more cases than an SPSS or Stata file may, or the output cannot be
        written, or would take the place of files that no earlier run wrote; no half-written file is left, finished
        parts are kept.
    NotSupported
        If the rulebook says something that tables cannot say.
    """
    begun, clock = datetime.now(UTC), time.monotonic()
    receipt = receipt_of(book, backend)
    inputs = inputs_of(where, mapping)
    before = written_before(to.folder / to.beside(RECORD))
    before |= {CRATE} if before and not to.stem else set()  # it holds the hash of the record, which cannot name it
    _keep_what_is_there(Path(where), inputs, to, before)
    options = {"backend": backend, "cases_per_batch": cases_per_batch, "encoding": encoding, "findings": findings}
    fingerprint = {"inputs": [asdict(each) for each in inputs], "options": options, "receipt": asdict(receipt)}
    coder = Coder(ColumnsEngine(book), receipt, findings=findings)
    with (
        _opened(where, mapping, encoding, to, findings=findings) as source,
        parts_beside(to.path, fingerprint, fresh=fresh) as parts,
    ):
        started(parts.start)
        of, done, taken, batches = rows_in(source.tables[CASES]), 0, 0, 0
        for batch in source.batches(cases_per_batch):
            done += batch[CASES].num_rows
            if parts.has(batches):
                taken = done
            else:
                _code(coder, batch, source, parts, batches)
            batches += 1
            progress(Progress(done, of, taken, time.monotonic() - clock))
        counts = _counted(parts, batches)
        lost = unread_counts(source.rejects)
        counts |= lost | {REJECTED_CASES: counts[REJECTED_CASES] + lost[REJECTED_CASES]}
        broken = parts.folder / "unread.parquet"
        with whole_file(broken) as made:
            write_part(unread(source.rejects, source.places), made)
        tables = [
            CodedTable(name, variables, [*parts.files(name, batches), *([broken] if name == REJECTS else [])])
            for name, variables in _variables(parts, batches, book).items()
        ]
        counts[REJECTS] += sum(len(each.faults) for each in source.rejects)
        with whole_files(to.folder) as folder:
            write_tables(tables, to, folder, receipt)
            by_table = {table.name: table.variables for table in tables}
            (folder / to.beside(CODEBOOK_CSV)).write_text(codebook.to_csv(by_table), encoding="utf-8")
            (folder / to.beside(CODEBOOK)).write_text(codebook.to_markdown(by_table, receipt), encoding="utf-8")
            (folder / to.beside(METHODS)).write_text(methods(receipt, book, counts), encoding="utf-8")
            files = tuple(to.folder / each.name for each in sorted(folder.iterdir()))
            told = to.beside(RECORD)
            others = sorted(before - {told, CRATE, *(each.name for each in files)})
            # Tables of an earlier run that this one does not have would be taken for part of it.
            stale = [name for name in others if name.endswith(to.ending)]
            record = record_of(
                inputs=inputs, outputs=outputs_of(folder), earlier=[name for name in others if name not in stale],
                receipt=receipt, options=options, counts=counts, begun=begun, seconds=time.monotonic() - clock,
                batches=batches, start=parts.start,
            )  # fmt: skip
            (folder / told).write_text(record, encoding="utf-8")
            files = (*files, to.folder / told)
            if not to.stem:  # a crate is a folder, and what else lies beside a single file is none of its parts
                (folder / CRATE).write_text(crate_of(json.loads(record), outputs_of(folder)), encoding="utf-8")
                files = (*files, to.folder / CRATE)
        for name in stale:
            (to.folder / name).unlink(missing_ok=True)
        parts.remove()
    rejects = to.folder / to.of(REJECTS)
    return Written(files, counts, parts.start, receipt, rejects)


@contextmanager
def _opened(
    where: str | Path, mapping: str | Path | None, encoding: str | None, to: Destination, *, findings: bool
) -> Iterator[Source]:
    """The cohort, if it is not too large for the format; found out before anything is coded."""
    with open_source(where, mapping=mapping, encoding=encoding) as source:
        most = FORMATS[to.form].most
        if most is not None and (cases := rows_in(source.tables[CASES])) > most[findings]:
            more = ", or no findings" if findings and cases <= most[False] else ""
            message = f"would hold {cases} cases; it is written from memory, and takes {most[findings]} at most"
            expected = f"Parquet, CSV or DuckDB{more}; of these a selection can be saved as .{to.form}"
            raise CohortError([Fault("C137", str(to.path), message, None, expected)])
        yield source


def _keep_what_is_there(where: Path, inputs: Sequence[File], to: Destination, before: frozenset[str]) -> None:
    """Nothing is overwritten that is read, or that no earlier run of this kind wrote; found out before any work."""
    elsewhere = "another place for the output"
    if to.folder.exists() and not to.folder.is_dir():
        raise CohortError([Fault("C130", str(to.folder), "is a file, and a folder is to be written", None, elsewhere)])
    read = {Path(each.name).resolve() for each in inputs}
    names = {to.of(table) for table in TITLES} | {to.beside(each) for each in (CODEBOOK_CSV, CODEBOOK, METHODS, RECORD)}
    names |= {CRATE} if not to.stem else set()
    faults = []
    for path in (to.folder / name for name in sorted(names)):
        if path.resolve() in read:
            faults.append(Fault("C134", str(path), "would overwrite what is read", None, elsewhere))
        elif path.exists() and path.name not in before:
            message = "is there already, and no run record beside it says that `table` wrote it"
            faults.append(Fault("C135", str(path), message, None, elsewhere))
    if not faults and where.is_dir() and to.folder.resolve() == where.resolve():
        faults.append(Fault("C134", str(to.path), "would lie among the files that are read", None, elsewhere))
    if faults:
        raise CohortError(faults)


def rows_in(table: Any) -> int:
    """How many rows a table of any kind has."""
    rows = nw.from_native(table).select(nw.len().alias("rows"))
    return int((rows.collect() if isinstance(rows, nw.LazyFrame) else rows).item(0, "rows"))


def _code(coder: Coder, batch: Mapping[str, Any], source: Source, parts: Parts, number: int) -> None:
    tables = coder.code(batch, source.places, source.opened, source.columns)
    counts = {name: frame.height for name, frame in tables.items()}
    counts |= {REJECTED_CASES: batch[CASES].num_rows - counts[CASES], MARK: made_up(tables[CASES])}
    with parts.making(number) as made:
        for name, frame in tables.items():
            write_part(frame, made / f"{name}.parquet")
        parts.keep_counts(made, counts)


def write_part(frame: Any, path: Path) -> None:
    """A Polars frame as a plain Parquet file."""
    table = frame.to_arrow(compat_level=pl.CompatLevel.oldest())
    pq.write_table(table, path, compression="lz4", write_statistics=False, store_schema=False)


def _counted(parts: Parts, batches: int) -> dict[str, int]:
    counted: Counter[str] = Counter({CASES: 0, REJECTS: 0, REJECTED_CASES: 0})
    for number in range(batches):
        counted.update(parts.counts(number))
    return dict(counted)


def _variables(parts: Parts, batches: int, book: Rulebook) -> dict[str, tuple[Variable, ...]]:
    """The variables of the tables that the first part has, in the order of their columns."""
    there = {path.stem: set(pq.read_schema(path).names) for path in parts.of(0).glob("*.parquet")} if batches else {}
    return {
        table: tuple(each for each in variables if each.name in there[table])
        for table, variables in variables_of(book).items()
        if table in there
    }
