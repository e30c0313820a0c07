"""How is a coding read that stands in an SPSS, Stata or DuckDB file? As the rows that a CSV file of it would have.

A code with a value label becomes the word that the label stands for: the word itself, or the label that `table` writes
for it. Any other code stays as it is, for the reader of tables to judge. Codes that the file calls missing were not
rated.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import Any, Final

from ipt_formulate.cohort.agreement.codes import MISSING_WORDS, PRESENCE_WORDS, all_areas, rated_items
from ipt_formulate.cohort.faults import CohortError
from ipt_formulate.cohort.outputs.variables import CASES, Variable, variables_of
from ipt_formulate.reading import Fault
from ipt_formulate.rulebook import Rulebook

LABELLED: Final = (".sav", ".zsav", ".dta")
DUCKDB: Final = ".duckdb"
SUFFIXES: Final = (*LABELLED, DUCKDB)
_PRESENCE: Final = "presence_"


def coded_file(path: Path) -> Any:
    """The codings of a file as a Polars frame of texts, an empty cell for what was not rated.

    Raises
    ------
    CohortError
        If there is no such file, it is damaged, holds no table of cases, or what reads it is not installed.
    """
    if not path.is_file():
        raise CohortError([Fault("C110", str(path), "there is no such file")])
    return _duckdb(path) if path.suffix.lower() == DUCKDB else _labelled(path)


def _labelled(path: Path) -> Any:
    import polars as pl

    from ipt_formulate.cohort.sources.labelled import labelled
    from ipt_formulate.cohort.sources.spool import Spool

    with closing(Spool()) as spool:
        raw = labelled(path, CASES, spool)
        frame = raw.table.pl().select(pl.col(raw.columns).fill_null(""))
    names = {each.stata: each.name for each in _ours().values()} if path.suffix.lower() == ".dta" else {}
    told = []
    for column in frame.columns:
        name = names.get(column, column) if names.get(column) not in frame.columns else column
        words = _words(name, raw.labels.get(column, {})) | dict.fromkeys(raw.missing.get(column, {}), "")
        told.append(pl.col(column).replace(words).alias(name) if words else pl.col(column).alias(name))
    return frame.select(told)


def _words(name: str, labels: Mapping[str, str]) -> dict[str, str]:
    """The word that each code of a column stands for, if its label says one."""
    mine = _ours().get(name)
    ours = {each.label.lower(): each.word for each in mine.values} if mine is not None else {}
    known = _known().get(name, frozenset())
    found = {}
    for code, label in labels.items():
        told = label.strip().lower()
        word = told if told in known else ours.get(told)
        if word is not None:
            found[code] = word
    return found


@cache
def _ours() -> dict[str, Variable]:
    """The variables of our own table of cases, the optional areas included."""
    book = Rulebook.load()
    every_area = book.with_settings({"extra_areas": book.switches["extra_areas"].values})
    return {each.name: each for each in variables_of(every_area)[CASES]}


@cache
def _known() -> dict[str, frozenset[str]]:
    """The codes of every item."""
    return {
        item.name: frozenset((*(PRESENCE_WORDS if item.name.startswith(_PRESENCE) else item.labels), *MISSING_WORDS))
        for item in rated_items(all_areas())
    }


def _duckdb(path: Path) -> Any:
    import duckdb

    refused = Fault("C112", str(path), "cannot be read as a DuckDB file: it is damaged, in use, or of another version")
    try:
        with duckdb.connect(str(path), read_only=True, config={"enable_external_access": "false"}) as made:
            tables = [name for (name,) in made.execute("SELECT table_name FROM duckdb_tables()").fetchall()]
            if CASES not in tables and len(tables) != 1:
                expected = f"a table `{CASES}`, or one table only"
                raise CohortError([Fault("C112", str(path), "holds no table of cases", None, expected)])
            frame = made.table(CASES if CASES in tables else tables[0]).pl()
    except duckdb.Error:
        raise CohortError([refused]) from None
    return as_texts(frame)


def as_texts(frame: Any) -> Any:
    """Every cell of a Polars frame as a text, an empty one for nothing."""
    import polars as pl

    return frame.select(pl.all().cast(pl.String).str.strip_chars().fill_null(""))
