"""How do the tables of a source become intakes again, so that they can be compared with those that were written?"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import narwhals.stable.v2 as nw
import polars as pl
import pyarrow as pa

from ipt_formulate.cohort.intakes import wires
from ipt_formulate.cohort.layout import TABLES
from ipt_formulate.cohort.sources import Source


def arrow(native: Any) -> pa.Table:
    frame = nw.from_native(native)
    return (frame.collect() if isinstance(frame, nw.LazyFrame) else frame).to_arrow()


def told(tables: Mapping[str, pa.Table]) -> list[dict[str, Any]]:
    """The wires of the cases."""
    return [*wires({name: iter(table.to_batches()) for name, table in tables.items()})]


def told_by(source: Source) -> list[dict[str, Any]]:
    return told({name: arrow(table) for name, table in source.tables.items()})


def frames_of(folder: Path) -> dict[str, pl.DataFrame]:
    return {name: pl.read_parquet(folder / f"{name}.parquet") for name in TABLES}
