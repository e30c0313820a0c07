"""What becomes of the cases of a row that could not be read? A lost record must never make a list look complete.

Where the row names its case, that case is left out with all its rows, as a case with a faulty answer is. Where it does
not, the row may be of any case: then the lists that it may stand in are complete for nobody, and whatever counts the
records of a case has no certain number behind it. No row is ever mended.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from ipt_formulate.cohort.faults import CohortError
from ipt_formulate.cohort.layout import CASE, DECISIONS, ID, ROW, SOURCE
from ipt_formulate.cohort.sources.raw import MOST_NAMED, Raw, Reject
from ipt_formulate.cohort.sources.spool import ROW_IN_SOURCE, Spool, name_sql, text_sql
from ipt_formulate.reading import Fault

_CASES = "cases"
_CASE = name_sql(CASE)
OR_LATER: Final = "-or-later"
"""Behind the id of a record whose number may be a higher one, so that no link by number finds it."""


@dataclass(frozen=True, slots=True)
class Origin:
    """What a table of the layout was made from.

    ``case``: the column of the data that names the case. ``rows``: whatever tells which of its rows were taken; two
    tables of the same data with the same ``rows`` have the same rows. ``counted``: whether the ids of its records count
    the rows of each case.
    """

    raw: Raw
    case: str | None = CASE
    rows: Any = ()
    counted: bool = False


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
        more decisions. If there are records of more cases without a line than lines of cases that could not be read.
    """
    made = dict(tables)
    if not any(origin.raw.rejects for origin in origins.values()):
        return made, ()
    known = _known(
        made, {text for origin in origins.values() for texts in origin.raw.starts.values() for text in texts}, spool
    )
    rejects = [reject for names in _by_raw(origins) for reject in _rejects(names, origins, known)]
    rejects = _with_strays(rejects, made, origins, spool)
    _check([each for each in rejects if DECISIONS in each.opens])
    gone = {each.case for each in rejects if each.case is not None}
    opened = {name for each in rejects for name in each.opens}
    for name, table in tables.items():
        lost = [each.row for each in rejects if name in each.opens]
        changed = _open(table.columns, opened) if name == _CASES else _uncertain(origins[name], lost)
        if not gone and not changed:
            continue
        cells = f"* REPLACE ({', '.join(changed)})" if changed else "*"
        kept = f"{_CASE} IS NULL OR {_CASE} NOT IN ({_listed(gone)})" if gone else "true"
        made[name] = spool.kept(name, f"SELECT {cells} FROM {name_sql(name)} WHERE {kept}")
    return made, tuple(rejects)


def _known(tables: Mapping[str, Any], starts: set[str], spool: Spool) -> set[str]:
    """Which of these texts are ids of cases, in whatever table."""
    if not starts:
        return set()
    found: set[str] = set()
    for name in tables:
        sql = f"SELECT DISTINCT {_CASE} FROM {name_sql(name)} WHERE {_CASE} IN ({_listed(starts)})"
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
            counted = any(origins[name].counted for name in opens)
            found.append(replace(reject, table=table, opens=opens, faults=_told(reject, opens, counted=counted)))
    return found


def _told(reject: Reject, opens: tuple[str, ...], *, counted: bool) -> Any:
    if not opens:
        return reject.faults
    more = f"its case cannot be told, so for no case is the list complete: {', '.join(opens)}"
    if counted:
        more += f"; the records below it have no certain number (`{OR_LATER}`), so no link finds them: map an `id`"
    return tuple(replace(fault, message=f"{fault.message}; {more}") for fault in reject.faults)


def _with_strays(
    rejects: list[Reject], tables: Mapping[str, Any], origins: Mapping[str, Origin], spool: Spool
) -> list[Reject]:
    """Where lines of cases were lost, the records of cases that are not there are explained, and rejected with them.

    Their id may be that of a lost line, or a mistake for that of any case: the lists that they stand in are complete
    for nobody. That a lost line has the same text in some cell proves nothing: it may be an answer.
    """
    lost = [each for each in rejects if each.table == _CASES and each.case is None]
    if not lost:
        return rejects
    strays = _stray_ids(tables, {each.case for each in rejects if each.case is not None}, len(lost) + 1, spool)
    found = []
    for name in tables if strays else ():
        rows = f"(SELECT {_CASE} AS stray, {ROW_IN_SOURCE} AS place FROM {name_sql(name)})"
        those = f"SELECT stray, place FROM {rows} WHERE stray IN ({_listed(strays)}) ORDER BY place"
        message = (
            f"belongs to no case that was read; rows of {origins[_CASES].raw.place} could not be read and their case "
            f"cannot be told ({len(lost)}), so for no case is the list complete: {name}"
        )
        faults = (Fault("C103", "", message),)
        found += [Reject(name, row, case, faults, (name,)) for case, row in spool.connection.execute(those).fetchall()]
    if len(strays) > len(lost):
        raise CohortError([*_too_many(found, origins), *(fault for each in lost for fault in each.faults)])
    return [*rejects, *found]


def _too_many(strays: list[Reject], origins: Mapping[str, Origin]) -> Iterator[Fault]:
    """Records of more cases than could have been lost: their ids, or some of them, are wrong. The first rows."""
    for each in strays[:MOST_NAMED]:
        origin = origins[each.table]
        message = (
            "belongs to no case of the table of cases, and of cases fewer lines could not be read than are missing"
        )
        expected = "the id of a case; mend the lines that could not be read first"
        yield Fault("C103", f"{origin.raw.place}: row {each.row}: {origin.case or CASE}", message, None, expected)


def _stray_ids(tables: Mapping[str, Any], gone: set[str], most: int, spool: Spool) -> set[str]:
    """The ids of cases that have records and no line of their own, and are not left out already; so many at most."""
    ids = " UNION ".join(f"SELECT {_CASE} FROM {name_sql(name)}" for name in tables if name != _CASES)
    if not ids:
        return set()
    rest = f" AND {_CASE} NOT IN ({_listed(gone)})" if gone else ""
    without = f"({ids}) EXCEPT SELECT {_CASE} FROM {name_sql(_CASES)}"
    sql = f"SELECT {_CASE} FROM ({without}) WHERE {_CASE} IS NOT NULL{rest} LIMIT {most}"
    return {found for (found,) in spool.connection.execute(sql).fetchall()}


def _check(lost: list[Reject]) -> None:
    expected = "a line that can be read, or none"
    message = "may be a decision, cannot be read, and its case cannot be told"
    faults = [
        replace(fault, message=message, expected=expected) if each.case is None else fault
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


def _uncertain(origin: Origin, lost: list[int]) -> list[str]:
    """Ids that count rows say that they may be higher, behind a row that may have been one of those counted."""
    if not (lost and origin.counted):
        return []
    own = ROW in origin.raw.columns  # then rows are counted by it, and nobody knows what the lost one held
    behind = "true" if own else f"{name_sql(ROW)} > {min(lost)}"
    return [f"CASE WHEN {behind} THEN {name_sql(ID)} || '{OR_LATER}' ELSE {name_sql(ID)} END AS {name_sql(ID)}"]


def _listed(texts: Iterable[str]) -> str:
    return ", ".join(text_sql(text) for text in sorted(texts))
