"""What becomes of the cases of a row that could not be read? A lost record must never make a list look complete.

Where the row names its case, that case is left out with all its rows, as a case with a faulty answer is. Where it does
not, the row may be of any case: then the lists that it may stand in are complete for nobody. No row is ever mended.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ipt_formulate.cohort.faults import CohortError
from ipt_formulate.cohort.layout import CASE, DECISIONS, SOURCE
from ipt_formulate.cohort.sources.raw import Raw, Reject
from ipt_formulate.cohort.sources.spool import Spool, name_sql, text_sql

_CASES = "cases"


@dataclass(frozen=True, slots=True)
class Origin:
    """What a table of the layout was made from.

    ``case``: the column of the data that names the case. ``rows``: whatever tells which of its rows were taken; two
    tables of the same data with the same ``rows`` have the same rows.
    """

    raw: Raw
    case: str | None = CASE
    rows: Any = ()


def settled(
    tables: Mapping[str, Any], origins: Mapping[str, Origin], spool: Spool
) -> tuple[dict[str, Any], tuple[Reject, ...]]:
    """The tables without what rows that could not be read leave in doubt, and these rows.

    Parameters
    ----------
    tables
        Relations of the spool, under their names.
    origins
        What each was made from.

    Raises
    ------
    CohortError
        If a decision may have been lost, of a case that cannot be told: nothing in the layout says that there may be
        more decisions.
    """
    made = dict(tables)
    if not any(origin.raw.rejects for origin in origins.values()):
        return made, ()
    known = _known(
        made, {text for origin in origins.values() for texts in origin.raw.starts.values() for text in texts}, spool
    )
    rejects = [reject for names in _by_raw(origins) for reject in _rejects(names, origins, known)]
    _check([each for each in rejects if DECISIONS in each.opens])
    gone = {each.case for each in rejects if each.case is not None}
    opened = {name for each in rejects for name in each.opens}
    for name, table in tables.items():
        changed = _open(table.columns, opened) if name == _CASES else []
        if not gone and not changed:
            continue
        cells = f"* REPLACE ({', '.join(changed)})" if changed else "*"
        kept = f"{name_sql(CASE)} IS NULL OR {name_sql(CASE)} NOT IN ({_listed(gone)})" if gone else "true"
        made[name] = spool.kept(name, f"SELECT {cells} FROM {name_sql(name)} WHERE {kept}")
    return made, tuple(rejects)


def _known(tables: Mapping[str, Any], starts: set[str], spool: Spool) -> set[str]:
    """Which of these texts are ids of cases, in whatever table."""
    if not starts:
        return set()
    found: set[str] = set()
    for name in tables:
        sql = f"SELECT DISTINCT {name_sql(CASE)} FROM {name_sql(name)} WHERE {name_sql(CASE)} IN ({_listed(starts)})"
        found |= {case for (case,) in spool.connection.execute(sql).fetchall()}
    return found


def _by_raw(origins: Mapping[str, Origin]) -> list[list[str]]:
    """The tables of the layout, those of the same data together."""
    grouped: dict[int, list[str]] = {}
    for name, origin in origins.items():
        grouped.setdefault(id(origin.raw), []).append(name)
    return [*grouped.values()]


def _rejects(names: list[str], origins: Mapping[str, Origin], known: set[str]) -> list[Reject]:
    """The rows of one table of the data that could not be read, each with its case or with the lists it leaves open."""
    raw = origins[names[0]].raw
    # Behind a cell too many or too few nobody knows which cell is which: the case must stand first.
    first = all(origins[name].case == raw.columns[0] for name in names)
    opens = tuple(
        name
        for name in names
        if name != _CASES and not (_CASES in names and origins[name].rows == origins[_CASES].rows)
    )
    table = _CASES if _CASES in names else names[0]
    found = []
    for reject in raw.rejects:
        cases = known.intersection(raw.starts.get(reject.row, ())) if first else set()
        if len(cases) == 1:
            found.append(replace(reject, table=table, case=cases.pop()))
        else:
            found.append(replace(reject, table=table, opens=opens, faults=_told(reject, opens)))
    return found


def _told(reject: Reject, opens: tuple[str, ...]) -> Any:
    if not opens:
        return reject.faults
    more = f"its case cannot be told, so for no case is the list complete: {', '.join(opens)}"
    return tuple(replace(fault, message=f"{fault.message}; {more}") for fault in reject.faults)


def _check(lost: list[Reject]) -> None:
    expected = "a line that can be read, or none"
    faults = [
        replace(fault, message="may be a decision, cannot be read, and its case cannot be told", expected=expected)
        for each in lost
        for fault in each.faults
    ]
    if faults:
        raise CohortError(faults)


def _open(columns: Iterable[str], lists: set[str]) -> list[str]:
    """Nothing said about whether these lists are complete, nor by whom; a column keeps its type."""
    marks = {f"{name}.complete{more}" for name in lists for more in ("", SOURCE)}
    return [
        f"CASE WHEN false THEN {name_sql(column)} END AS {name_sql(column)}" for column in columns if column in marks
    ]


def _listed(texts: Iterable[str]) -> str:
    return ", ".join(text_sql(text) for text in sorted(texts))
