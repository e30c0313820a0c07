"""How is a coding file read, with one row a case? Every fault of it is named with its row."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from ipt_formulate.cohort.agreement import coded_files
from ipt_formulate.cohort.agreement.codes import (
    MISSING_WORDS,
    PRESENCE_WORDS,
    STANDINGS,
    PresenceRule,
    all_areas,
    rated_items,
)
from ipt_formulate.cohort.agreement.coding import Coding
from ipt_formulate.cohort.faults import CohortError
from ipt_formulate.cohort.spreadsheets import is_shielded
from ipt_formulate.reading import Fault, nearest

CASE: Final = "case"
SITUATIONS: Final = ("focus_situation", "lead_dispute")
SUFFIXES: Final = (".csv", ".tsv", ".parquet", *coded_files.SUFFIXES)
_DELIMITERS = ",;\t"
RECEIPT: Final = "rulebook_sha256"
"""A column that our own table has and no other."""
_NEAR = 0.8

Row = tuple[int, Mapping[str, str]]


def read_table(path: Path, rule: PresenceRule) -> Coding:
    """Read a coding file.

    Raises
    ------
    CohortError
        With every fault: no such file, wrong encoding, a damaged file, no or repeated case ids, unknown codes.
    """
    ending = path.suffix.lower()
    if ending in coded_files.SUFFIXES:
        columns, rows = _counted(coded_files.coded_file(path))
    elif ending == ".parquet":
        columns, rows = _counted(_parquet(path))
    else:
        columns, rows = _text(path)
    return _Reader(path, rule).read(columns, rows)


def _counted(frame: Any) -> tuple[Sequence[str], list[Row]]:
    return frame.columns, [(number, row) for number, row in enumerate(frame.iter_rows(named=True), start=1)]


def _refused(path: Path, code: str, message: str, expected: str | None = None) -> CohortError:
    return CohortError([Fault(code, str(path), message, None, expected)])


def _text(path: Path) -> tuple[Sequence[str], list[Row]]:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise _refused(path, "C110", "there is no such file") from None
    except OSError as error:
        raise _refused(path, "C110", f"cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise _refused(path, "C111", "is not UTF-8", "a text file in UTF-8; save it anew in that encoding") from None
    if "\0" in text:
        raise _refused(path, "C111", "is no text file", "CSV or TSV in UTF-8")
    header = text.partition("\n")[0].rstrip("\r")
    delimiter = next((one for one in _DELIMITERS if CASE in (cell.strip(' "') for cell in header.split(one))), ",")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        columns = [cell.strip() for cell in next(reader, [])]
        rows: list[Row] = []
        faults = []
        for cells in reader:
            if len(cells) == len(columns):
                rows.append((reader.line_num, dict(zip(columns, map(_plain, cells), strict=True))))
            elif cells:
                message = f"has {len(cells)} cells instead of {len(columns)}"
                faults.append(Fault("C118", f"{path}: line {reader.line_num}", message))
    except csv.Error:
        raise _refused(path, "C118", f"cannot be read beyond line {reader.line_num}: a quote is not closed") from None
    if faults:
        raise CohortError(faults)
    return columns, rows


def _plain(cell: str) -> str:
    """The text of a cell, without the apostrophe that keeps spreadsheets from taking it for a formula."""
    return cell[1:] if is_shielded(cell) else cell.strip()


def _parquet(path: Path) -> Any:
    import polars as pl

    if not path.is_file():
        raise _refused(path, "C110", "there is no such file")
    try:
        return coded_files.as_texts(pl.read_parquet(path))
    except (pl.exceptions.PolarsError, OSError):
        raise _refused(path, "C112", "cannot be read as Parquet with plain columns: it may be cut off") from None


class _Reader:
    """The codes in the rows of one file, and what is wrong with them."""

    def __init__(self, path: Path, rule: PresenceRule) -> None:
        self.path = path
        self.rule = rule
        self.items = {item.name: item for item in rated_items(all_areas())}
        self.faults: list[Fault] = []

    def read(self, columns: Sequence[str], rows: list[Row]) -> Coding:
        """All rows, or every fault."""
        self._check(columns)
        cases: dict[str, dict[str, str]] = {}
        situations: dict[str, dict[str, str]] = {}
        lines: dict[str, int] = {}
        for line, row in rows if CASE in columns else ():
            case = row[CASE]
            if not case:
                self._fault("C113", line, CASE, "has no case id")
            elif case in cases:
                self._fault("C114", line, CASE, f"is the same case as in line {lines[case]}")
            else:
                lines[case] = line
                cases[case] = dict(self._codes(line, row))
                situations[case] = {name: row[name] for name in SITUATIONS if row.get(name)}
        if not self.faults and not cases:
            self.faults.append(Fault("C113", str(self.path), "holds no case"))
        if self.faults:
            raise CohortError(self.faults)
        known = {CASE, *SITUATIONS, *self.items} | _ours(columns)
        ignored = tuple(name for name in columns if name not in known)
        return Coding(self.path.stem, cases, situations, ignored)

    def _check(self, columns: Sequence[str]) -> None:
        known = (CASE, *SITUATIONS, *self.items)
        for name in columns:
            if name not in known and (near := _misspelt(name, known, columns)):
                self.faults.append(Fault("C116", f"{self.path}: {name}", "is no column of codes", None, None, near))
        for name in {name for name in columns if columns.count(name) > 1}:
            self.faults.append(Fault("C116", f"{self.path}: {name}", "is the name of two columns"))
        if CASE not in columns:
            expected = "one row a case, its id in the column `case`"
            self.faults.append(Fault("C112", str(self.path), "has no column `case`", None, expected))
        elif not set(columns) & set(self.items):
            expected = f"one of {', '.join(self.items)}"
            self.faults.append(Fault("C112", str(self.path), "has no column of codes", None, expected))

    def _fault(self, code: str, line: int, column: str, message: str, **more: Any) -> None:
        self.faults.append(Fault(code, f"{self.path}: line {line}: {column}", message, **more))

    def _codes(self, line: int, row: Mapping[str, str]) -> Iterator[tuple[str, str]]:
        found: dict[str, str] = {}
        for name, item in self.items.items():
            word = row.get(name, "").lower()
            if word in MISSING_WORDS:
                continue
            choices = tuple(PRESENCE_WORDS) if name.startswith("presence_") else item.labels
            if word not in choices:
                shown = ("absent", "possible", "present") if name.startswith("presence_") else choices
                self._fault("C115", line, name, "is no code", expected=f"one of {', '.join(shown)}",
                            nearest=nearest(word, shown), details=repr(row[name]))  # fmt: skip
            else:
                found[name] = self.rule.of_word(PRESENCE_WORDS[word]) if name.startswith("presence_") else word
        for name, word in [*found.items()]:
            presence = name.replace("standing_", "presence_")
            # Where there is a column of presence, a cell without a code in it was not rated.
            if word in STANDINGS and presence not in row and name.startswith("standing_"):
                derived = self.rule.of_standing(word)
                if derived is not None:
                    found[presence] = derived
        yield from found.items()


def _ours(columns: Sequence[str]) -> frozenset[str]:
    """The other columns of our own table of cases, if these are its columns: known, though no codes."""
    if RECEIPT not in columns:
        return frozenset()
    from ipt_formulate.cohort.outputs.variables import CASES, variables_of
    from ipt_formulate.explain.formulation import load_rulebook

    return frozenset(each.name for each in variables_of(load_rulebook(None, "classic"))[CASES])


def _misspelt(name: str, known: Sequence[str], columns: Sequence[str]) -> str | None:
    """The known column that ``name`` was probably meant to be: close to one that is not there itself."""
    import difflib

    missing = [one for one in known if one not in columns]
    near = difflib.get_close_matches(name, missing, n=1, cutoff=_NEAR)
    return near[0] if near else None
