"""How does a made-up cohort get into a folder? Batch by batch, whole or not at all, with a file that says so."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Final, Literal

import pyarrow as pa
import pyarrow.parquet as pq

from ipt_formulate.cohort.faults import CohortError
from ipt_formulate.cohort.intakes import wires
from ipt_formulate.cohort.synthetic.cohort import Plan, batch
from ipt_formulate.cohort.writing import whole_files
from ipt_formulate.reading import Fault
from ipt_formulate.version import __version__

BATCH: Final = 50_000
"""Cases made at once; part of what a seed means."""
FILES: Final = {"parquet": ("cases", "losses", "conflicts", "changes", "people"), "ndjson": ("intakes",)}
README: Final = "README.md"
MARK: Final = "# SYNTHETIC cases"
Form = Literal["parquet", "ndjson"]
Progress = Callable[[int], None]


def write_cohort(
    folder: Path, cases: int, plan: Plan, form: Form = "parquet", progress: Progress = lambda done: None
) -> dict[str, int]:
    """Make a cohort and write it.

    Parameters
    ----------
    folder
        Made if missing. A made-up cohort in it is replaced, when all new files are whole.
    cases
        How many cases.
    plan
        Seed, missing answers, records a case. Equal arguments give equal cases.
    form
        ``parquet``: one file per kind of record. ``ndjson``: one intake a line.
    progress
        Called with the number of cases made so far.

    Returns
    -------
    dict
        Rows written, by kind of record.

    Raises
    ------
    CohortError
        If a file cannot be written, or the folder holds tables that were not made up; nothing is left half-written.
    """
    _keep_what_is_there(folder, form)
    rows: dict[str, int] = dict.fromkeys(FILES["parquet"], 0)
    with whole_files(folder) as made:
        write = _parquet if form == "parquet" else _ndjson
        for done, tables in write(made, _batches(cases, plan)):
            for name, table in tables.items():
                rows[name] += table.num_rows
            progress(done)
        (made / README).write_text(_readme(cases, plan, form, rows), encoding="utf-8")
    return rows


def _keep_what_is_there(folder: Path, form: Form) -> None:
    """Tables of people are not overwritten, and made-up ones not laid beside them, nor beside those of another form."""
    message = f"is there already, and no {README} says that it was made up"
    names = {name for each in FILES.values() for name in each} | {Path(README).stem}
    try:
        if (folder / README).read_text(encoding="utf-8").startswith(MARK):
            message = "is there already, and would stand beside the new cases"
            names = {name for other, each in FILES.items() if other != form for name in each}
    except (OSError, UnicodeDecodeError):
        pass
    there = sorted(each for each in folder.glob("*") if each.stem in names)
    if there:
        raise CohortError([Fault("C136", str(each), message, None, "another folder") for each in there])


Batches = Iterator[tuple[int, dict[str, pa.Table]]]


def _batches(cases: int, plan: Plan) -> Batches:
    for number, first in enumerate(range(0, max(cases, 1), BATCH)):
        size = min(BATCH, cases - first)
        yield first + size, batch(plan, number, first + 1, size)


def _parquet(folder: Path, batches: Batches) -> Batches:
    """Plain text columns with dictionaries, so that every reader of Parquet sees words.

    One batch is written while the next is made.
    """
    writers: dict[str, pq.ParquetWriter] = {}

    def write(tables: dict[str, pa.Table]) -> None:
        for name, table in tables.items():
            if name not in writers:
                schema = table.schema.with_metadata({"synthetic": "true", "made_by": f"ipt-formulate {__version__}"})
                file = folder / f"{name}.parquet"
                writers[name] = pq.ParquetWriter(file, schema, store_schema=False, write_statistics=False)
            writers[name].write_table(table)

    try:
        with ThreadPoolExecutor(max_workers=1) as hand:
            writing: Future[None] | None = None
            for done, tables in batches:
                if writing is not None:
                    writing.result()
                writing = hand.submit(write, tables)
                yield done, tables
            if writing is not None:
                writing.result()
    finally:
        for writer in writers.values():
            writer.close()


def _ndjson(folder: Path, batches: Batches) -> Batches:
    with (folder / "intakes.ndjson").open("w", encoding="utf-8") as file:
        for done, tables in batches:
            for wire in wires({name: iter(table.to_batches(1000)) for name, table in tables.items()}):
                file.write(json.dumps(wire, ensure_ascii=False, separators=(",", ":")) + "\n")
            yield done, tables


def _readme(cases: int, plan: Plan, form: Form, rows: dict[str, int]) -> str:
    means = ", ".join(f"{mean:g} {section}" for section, mean in plan.means.items())
    counted = "\n".join(f"- {name}: {count}" for name, count in rows.items())
    files = ", ".join(f"`{name}.{form}`" for name in FILES[form])
    return f"""{MARK}: nobody told any of this

These {cases} cases were made up by a computer program. They describe no person. Their shares, means and correlations
were made up too, so that every branch of the rules occurs: they are **not estimates** of anything and must not be
reported as findings.

- made by ipt-formulate {__version__}, `ipt-formulate synth {cases} --seed {plan.seed} --missing {plan.missing:g}`
- records a case, on average: {means}
- files: {files}; every case id begins with `synthetic-`

Rows:

{counted}
"""
