"""Which files are the cohorts read from? Made-up ones, made once and kept in a folder."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Literal, TypeAlias

from ipt_formulate.cohort.layout import TABLES
from ipt_formulate.cohort.synthetic.cohort import Plan
from ipt_formulate.cohort.synthetic.folder import write_cohort

Kind: TypeAlias = Literal["parquet", "csv", "jsonl"]
KINDS: tuple[Kind, ...] = ("parquet", "csv", "jsonl")


def made(folder: Path, cases: int, seed: int, kind: Kind) -> tuple[Path, list[Path]]:
    """What is given to the library (a folder of tables, or a file of intakes), and all files that belong to it."""
    there = folder / f"{cases}-cases-seed-{seed}" / kind
    if not there.is_dir():
        making = there.with_name(f".{kind}.making")
        shutil.rmtree(making, ignore_errors=True)
        making.mkdir(parents=True)
        _make(making, folder, cases, seed, kind)
        making.rename(there)
    files = sorted(path for path in there.iterdir() if path.suffix != ".md")
    return (files[0] if kind == "jsonl" else there), files


def _make(making: Path, folder: Path, cases: int, seed: int, kind: Kind) -> None:
    match kind:
        case "parquet":
            write_cohort(making, cases, Plan(seed))
        case "jsonl":
            write_cohort(making, cases, Plan(seed), "ndjson")
        case "csv":
            import duckdb

            tables, _ = made(folder, cases, seed, "parquet")
            for name in TABLES:
                given, written = str(tables / f"{name}.parquet"), str(making / f"{name}.csv")
                duckdb.execute(f"copy (from read_parquet('{given}')) to '{written}' (header, delimiter ',')")
