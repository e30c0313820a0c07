"""What is a cohort once it has been opened? Its tables in the common layout, whole or in batches of whole cases.

It holds data and hands it out; it judges no answer and drops none. Who closes it ends what it handed out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing
from typing import Any, Final

from ipt_formulate.cohort.layout import CASE
from ipt_formulate.cohort.sources.batches import Index
from ipt_formulate.cohort.sources.mapped import ReadFrom
from ipt_formulate.cohort.sources.raw import Reject
from ipt_formulate.cohort.sources.spool import Spool

CASES_PER_BATCH: Final = 100_000


class Source:
    """An opened cohort; use it in a ``with`` block, or close it.

    Attributes
    ----------
    tables
        By name (``cases``, ``losses``, ...), as DuckDB relations for what came from files, else as the kind of frame
        that was given (classic pandas as PyArrow). A table that is missing was not asked about. Columns are those of
        `ipt_formulate.cohort.layout` and ``row`` (the row in what was read, from 1). Each is text, whole numbers or
        truth values: decimals and dates were made text (``2.0`` is the text ``2``), and in what came from CSV or TSV
        everything is text. Case ids are text. Answers are as they were found, possible or not.
    rejects
        What could not be read. A case that such a row names is in no table. Where a record could not be read and its
        case not be told, the lists of that kind are complete for no case (``opens`` of the reject).
    places
        What each table was read from, for messages.
    columns
        For tables that came by a mapping: what each of their columns was read from; what nothing was read for is not
        there.
    """

    def __init__(
        self,
        tables: Mapping[str, Any],
        places: Mapping[str, str],
        rejects: tuple[Reject, ...],
        spool: Spool,
        columns: Mapping[str, Mapping[str, ReadFrom]],
    ) -> None:
        self.tables = tables
        self.places = places
        self.rejects = rejects
        self.columns = columns
        self._spool = spool

    @property
    def opened(self) -> tuple[str, ...]:
        """The lists that are complete for no case, since rows of them could not be read and may be of any."""
        return tuple(dict.fromkeys(name for each in self.rejects for name in each.opens))

    def check(self) -> None:
        """Do the tables belong together? One pass over the column of case ids of each.

        Raises
        ------
        CohortError
            If a case has no id or that of another case, or a record belongs to no case; the first rows of each.
        """
        with closing(self._index()) as index:
            index.check()

    def batches(self, cases_per_batch: int = CASES_PER_BATCH) -> Iterator[dict[str, Any]]:
        """The tables piece by piece, as PyArrow tables: some cases, and every record of these cases.

        Cases come in the order of their table. The tables of records may be in any order: if it is that of the cases,
        each is read once from front to back, else it is first sorted on disk. Memory depends on the size of a batch
        and, 17 bytes a case, on the number of cases; time is linear (but for that sorting). Every batch has the same
        tables with the same columns, a table without rows included. Texts are string views, which Polars and DuckDB
        take over without a copy (``polars.from_arrow``, ``duckdb.from_arrow``).

        Parameters
        ----------
        cases_per_batch
            How many cases a batch has; the last one may have fewer.

        Raises
        ------
        CohortError
            Before the first batch as `check`; later if a file turns out to be damaged.
        ValueError
            If there is no row order to go by (Spark).
        """
        if cases_per_batch < 1:
            raise ValueError("a batch has at least one case")
        with closing(self._index()) as index:
            index.check()
            yield from index.cut(cases_per_batch)

    def _index(self) -> Index:
        cases = {name: columns[CASE].column for name, columns in self.columns.items()}
        return Index(self.tables, self.places, self._spool, cases)

    def close(self) -> None:
        """Close the connection and remove temporary files."""
        self._spool.close()

    def __enter__(self) -> Source:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
