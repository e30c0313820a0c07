"""How long do cohorts take, from files to coded tables, and how much memory?

    python -m benchmarks.cohort [--size 1000 --size 10000] [--input parquet --input csv --input jsonl]
                                [--run NAME] [--folder DIR] [--format text|md|json]

The yardstick is the time DuckDB needs for the maximum of every column by case over the same files. Every run is a
process of its own. Its answers for the first 200 cases are compared with the reference engine, and a run with wrong
answers shows how many. Made-up cohorts are kept in the folder; a million cases need 2.5 GB (as JSON Lines 8 GB more).
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.cohort.inputs import KINDS, Kind, made
from benchmarks.cohort.runs import RUNS, Given
from benchmarks.process import watched
from benchmarks.table import FORMS, shown

COLUMNS = (
    "input", "cases", "run", "wrong", "s", "cpu s", "x yardstick", "x yardstick, cpu", "us a case",
    "x faster than loop", "MB", "note",
)  # fmt: skip
YARDSTICK, LOOP = "yardstick", "reference loop"
PARQUET_ONLY = ("whole path, Spark", "rules alone, Polars", "rules alone, DuckDB")
"""Runs that would measure the same whatever the files are, or that take tables only."""
NOTES = """
x yardstick: to the maximum of every column by case in DuckDB over the same files (seconds; and processor time).
us a case and x faster than loop: processor time; the loop is the reference engine over intakes, to focus and stages.
wrong: cases of the first 200 that differ from the reference engine in status, situation or settledness of the focus, in
the standing of an area, or in a flag. MB: the most that the process and all it started held at once."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print the table."""
    assert __doc__ is not None
    options = argparse.ArgumentParser(
        prog="python -m benchmarks.cohort", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--size", type=int, action="append", metavar="N", help="cases; may be repeated (1000, 10000)")
    options.add_argument("--input", choices=KINDS, action="append", help="kind of files; may be repeated (all)")
    options.add_argument(
        "--run",
        choices=list(RUNS),
        action="append",
        metavar="NAME",
        help=f"what is run; may be repeated (all): {', '.join(RUNS)}; ratios need the first two",
    )
    options.add_argument("--seed", type=int, default=7, help="which made-up cohort (7)")
    options.add_argument("--folder", type=Path, help="where cohorts are kept (a temporary folder)")
    options.add_argument("--format", choices=FORMS, default="text", help="how the table is printed")
    options.add_argument("--one", nargs=5, help=argparse.SUPPRESS)
    chosen = options.parse_args(arguments)
    if chosen.one:
        name, kind, where, tables, scratch = chosen.one
        there = Path(where)
        files = [there] if there.is_file() else sorted(path for path in there.iterdir() if path.suffix != ".md")
        print("\n" + json.dumps(RUNS[name](Given(kind, there, files, Path(tables), Path(scratch)))))
        return
    with tempfile.TemporaryDirectory() as temporary:
        folder = chosen.folder or Path(temporary)
        sizes, kinds = chosen.size or [1000, 10_000], chosen.input or list(KINDS)
        rows = [
            row
            for kind in kinds
            for size in sizes
            for row in _rows(kind, size, chosen.run or list(RUNS), chosen.seed, folder)
        ]
    print(shown(COLUMNS, rows, chosen.format))
    if chosen.format != "json":
        print(NOTES)
        print("\n".join(_growth(rows)))


def _rows(kind: Kind, size: int, names: Sequence[str], seed: int, folder: Path) -> list[dict[str, Any]]:
    print(f"{size} cases as {kind}", file=sys.stderr)
    where, _ = made(folder, size, seed, kind)
    tables, _ = made(folder, size, seed, "parquet")
    rows = []
    for name in names:
        if kind == "parquet" or name not in PARQUET_ONLY:
            print(f"  {name}", file=sys.stderr)
            rows.append({"input": kind, "cases": size, "run": name, **_in_a_process(name, kind, where, tables)})
    by_name = {row["run"]: row for row in rows}
    yardstick, loop = by_name.get(YARDSTICK, {}), by_name.get(LOOP, {})
    for row in rows:
        if "s" not in row:
            continue
        cases = row.pop("measured", size)
        row["us a case"] = row["cpu s"] / cases * 1e6
        if row is not loop:
            row["x yardstick"] = row["s"] / yardstick["s"] if "s" in yardstick else None
            row["x yardstick, cpu"] = row["cpu s"] / yardstick["cpu s"] if "s" in yardstick else None
        if row is not yardstick and "us a case" in loop:
            row["x faster than loop"] = loop["us a case"] / row["us a case"]
    return rows


def _in_a_process(name: str, kind: Kind, where: Path, tables: Path) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as scratch:
        one = ["--one", name, kind, str(where), str(tables), scratch]
        ended = watched([sys.executable, "-m", "benchmarks.cohort", *one], Path(scratch))
    if ended.code != 0:
        said = ended.errors.strip().splitlines()[-1:] or [f"exit code {ended.code}"]
        return {"note": said[0][:120]}
    timed: dict[str, Any] = json.loads(ended.output.strip().splitlines()[-1])
    compared, rejected = timed.pop("compared", None), timed.pop("rejected", 0)
    note = f"{rejected} rows rejected" if rejected else ""
    if compared is None:
        timed.pop("wrong", None)
    return {**timed, "MB": round(ended.peak_mb), "note": note}


def _growth(rows: Sequence[dict[str, Any]]) -> list[str]:
    """By how much the time grows when a cohort is ten times as large."""
    timed = {(row["input"], row["run"], row["cases"]): row["s"] for row in rows if "s" in row and row["run"] != LOOP}
    return [
        f"{kind}, {name}: {ten / one:.1f} times as long for {size * 10:,} as for {size:,} cases"
        for (kind, name, size), one in timed.items()
        if (ten := timed.get((kind, name, size * 10))) is not None
    ]


if __name__ == "__main__":
    main()
