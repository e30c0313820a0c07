"""How is a mapping file read? As data, with every fault at its line and column, before any of the study's data is seen.

Limits, duplicate keys, anchors and tags are the business of `ipt_formulate.reading`. Nothing in a mapping is ever run.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from ipt_formulate.cohort.faults import CohortError
from ipt_formulate.cohort.layout import DECISIONS, TABLES
from ipt_formulate.cohort.mapping.fields import Field, fields_of
from ipt_formulate.cohort.mapping.model import (
    NUMBER,
    VERSION,
    AnswerMap,
    Columns,
    Lag,
    StudyMapping,
    TableMap,
)
from ipt_formulate.intake.answer import ABSENCES
from ipt_formulate.intake.dates import Frame
from ipt_formulate.intake.types import NO, YES, Day, Link, Multi
from ipt_formulate.reading import Document, Fault, FaultyInput, Place, nearest, read_file, read_text

MAPPING_BYTES: Final = 1_000_000
UNITS: Final = ("days", "weeks", "months", "years")
ANCHORS: Final = ("onset", "assessment")
NAMES: Final = (*TABLES, DECISIONS)
TOP: Final = ("mapping_version", "title", "missing", "dates", "tables", "ignored")
TABLE: Final = ("from", "where", "case", "id", "answers")
ANSWER: Final = ("column", "always", "values", "missing", "dates", "lag", "about", "separator", "unlisted", "prefix")
DIRECTIVES: Final = "dmYybBHMSIp%"
_LAG = re.compile(rf"({'|'.join(UNITS)}) (before|after) ({'|'.join(ANCHORS)})\Z")
_DIRECTIVE = re.compile(r"%(.?)")
Path_ = tuple[str | int, ...]


def mapping_from_file(path: str | os.PathLike[str]) -> StudyMapping:
    """Read a mapping file (YAML or JSON).

    Raises
    ------
    CohortError
        With every fault, each with file:line:column.
    """
    try:
        return _read(read_file(Path(path), limit=MAPPING_BYTES))
    except FaultyInput as error:
        raise CohortError(error.faults) from None


def mapping_from_text(text: str, name: str = "<mapping>") -> StudyMapping:
    """Read the text of a mapping file; ``name`` stands for the file. Raises CohortError."""
    try:
        return _read(read_text(text, name=name, format="yaml", limit=MAPPING_BYTES))
    except FaultyInput as error:
        raise CohortError(error.faults) from None


def _read(document: Document) -> StudyMapping:
    reader = _Reader(document)
    mapping = reader.mapping()
    if reader.faults:
        raise CohortError(
            sorted(reader.faults, key=lambda each: (each.place.line, each.place.column) if each.place else (0, 0))
        )
    return mapping


def word_of(value: Any) -> str | None:
    """A scalar as the word that was meant; None for what is no scalar."""
    if isinstance(value, bool):
        return YES if value else NO
    return str(value) if isinstance(value, str | int | float) else None


class _Reader:
    """One document, and what is wrong with it."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.faults: list[Fault] = []

    # -- parts of a file -------------------------------------------------------------------------------------------

    def mapping(self) -> StudyMapping:
        """The whole file."""
        data = self._map(self.document.data, ())
        self._keys(data, (), TOP)
        version = data.get("mapping_version")
        if version not in (VERSION, str(VERSION)):
            self._fault("C190", ("mapping_version",), "is no version that this library reads", expected=f'"{VERSION}"')
        tables = self._map(data.get("tables"), ("tables",))
        self._keys(tables, ("tables",), NAMES, "C182", "is no table of the layout")
        if "cases" not in tables:
            self._fault("C189", ("tables",), "has no table `cases`", expected="one row a case")
        return StudyMapping(
            self.document.name,
            {name: self._table(name, tables[name]) for name in NAMES if name in tables},
            self._text(data.get("title"), ("title",)),
            self._absent(data, ()),
            self._dates(data, ()),
            self._texts(data.get("ignored", ()), ("ignored",)),
        )

    def _table(self, name: str, data: Any) -> TableMap:
        path: Path_ = ("tables", name)
        data = self._map(data, path)
        self._keys(data, path, TABLE)
        case = self._columns(data.get("case"), (*path, "case"))
        if not case.names:
            self._fault("C189", path, "has no `case`", expected="the column with the id of the case")
        fields = fields_of(name)
        answers = self._map(data.get("answers", {}), (*path, "answers"))
        self._keys(answers, (*path, "answers"), fields, "C183", "is no field of this table")
        told = [self._answer(fields[key], answers[key], (*path, "answers", key)) for key in answers if key in fields]
        identity = None
        if "id" in data:
            if name in ("cases", DECISIONS):
                self._fault("C181", (*path, "id"), "is only for records", key=True)
            identity = self._answer(Field("id", None, "id"), data["id"], (*path, "id"))
        where = self._map(data.get("where", {}), (*path, "where"))
        rows = [
            (Columns((column,), self._place((*path, "where", column), key=True)),
             self._texts(where[column], (*path, "where", column)))
            for column in where
        ]  # fmt: skip
        table = TableMap(
            name, case, tuple(told), identity, self._text(data.get("from"), (*path, "from")), tuple(rows),
            self._place(path, key=True),
        )  # fmt: skip
        self._overlaps(table, path)
        if name == "cases":
            for columns in table.columns():
                if any(NUMBER in each for each in columns.names):
                    self._add("C187", columns.place, f"holds {NUMBER}, which is for records of a list")
        return table

    def _overlaps(self, table: TableMap, path: Path_) -> None:
        """A multi-choice answer as a whole and by its members."""
        told = {each.field for each in table.answers}
        fields = fields_of(table.table)
        for each in table.answers:
            field = fields[each.field]
            if field.member is not None and field.answer in told:
                message = f"is filled twice: here and by `{field.answer}`"
                self._fault("C187", (*path, "answers", each.field), message, key=True)

    def _answer(self, field: Field, data: Any, path: Path_) -> AnswerMap:
        place = self._place(path, key=True)
        if isinstance(data, str | list):
            data = {"column": data}
        data = self._map(data, path)
        self._keys(data, path, ANSWER)
        if ("column" in data) == ("always" in data):
            self._fault("C187", path, "says where it comes from twice, or not at all", expected="`column` or `always`")
        always = None
        if "always" in data:
            always = self._word(field, data["always"], (*path, "always"))
            extra = [key for key in data if key not in ("always", "column") and key in ANSWER]
            if extra:
                self._fault("C187", (*path, extra[0]), "has no meaning beside `always`", key=True)
        values = self._map(data.get("values", {}), (*path, "values"))
        words = {code: self._word(field, word, (*path, "values", code)) for code, word in values.items()}
        missing = self._absent(data, path)
        for code in missing:
            if code in words:
                self._fault("C187", (*path, "missing", code), "stands among the values too", key=True)
        separator = data.get("separator")
        if separator is not None and (not isinstance(separator, str) or not separator):
            self._fault("C180", (*path, "separator"), "is no text", expected='such as ";"')
        many = isinstance(field.type, Multi) or (isinstance(field.type, Link) and field.type.many)
        self._only(data, path, "separator", many, "is for answers that may hold several")
        self._only(data, path, "unlisted", isinstance(field.type, Multi), "is for a multi-choice answer in one column")
        self._only(data, path, "prefix", field.type is None or isinstance(field.type, Link), "is for ids of records")
        for key in ("dates", "lag", "about"):
            self._only(data, path, key, isinstance(field.type, Day), "is for days")
        if isinstance(field.type, Multi) and "column" in data and separator is None:
            expected = "`separator` for a text that names several, or one column for each member"
            self._fault("C187", path, "is a multi-choice answer", expected=expected)
        if data.get("unlisted", NO) not in (NO, False):
            self._fault("C184", (*path, "unlisted"), "is not known", expected="no, or leave it out: then unknown")
        return AnswerMap(
            field.name,
            self._columns(data["column"], (*path, "column")) if "column" in data else None,
            always,
            {code: word for code, word in words.items() if word is not None},
            missing,
            self._dates(data, path),
            self._lag(field, data, path),
            data.get("about") in (YES, True),
            separator if isinstance(separator, str) else None,
            "no" if "unlisted" in data else None,
            self._text(data.get("prefix"), (*path, "prefix")) or "",
            place,
        )

    def _only(self, data: Mapping[str, Any], path: Path_, key: str, allowed: bool, message: str) -> None:
        if key in data and not allowed:
            self._fault("C187", (*path, key), message, key=True)

    # -- small things ----------------------------------------------------------------------------------------------

    def _word(self, field: Field, value: Any, path: Path_) -> str | None:
        word = word_of(value)
        expected = "one word" if word is None else field.misfit(word)
        if expected is not None:
            members = expected.removeprefix("one of ").split(", ")
            self._fault("C184", path, "cannot be an answer here", expected=expected, near=nearest(word or "", members))
        return word

    def _lag(self, field: Field, data: Mapping[str, Any], path: Path_) -> Lag | None:
        if "lag" not in data:
            return None
        told = _LAG.match(data["lag"]) if isinstance(data["lag"], str) else None
        if told is None:
            expected = "such as `days before onset` or `weeks before assessment`"
            self._fault("C185", (*path, "lag"), "is no lag", expected=expected)
            return None
        unit, direction, anchor = told.groups()
        frame: Frame = "before_onset" if anchor == "onset" else "before_assessment"
        if isinstance(field.type, Day) and frame not in field.type.frames:
            self._fault("C185", (*path, "lag"), "cannot be told for this day", expected=field.type.describe())
        return Lag(unit, direction == "after", anchor)

    def _dates(self, data: Mapping[str, Any], path: Path_) -> tuple[str, ...]:
        formats = self._texts(data.get("dates", ()), (*path, "dates"))
        for told in formats:
            used = _DIRECTIVE.findall(told)
            if not {"Y", "y"} & set(used) or any(each not in DIRECTIVES or not each for each in used):
                expected = "%Y with %m and %d, such as %d/%m/%Y, %m/%Y or %d %b %Y"
                self._fault("C185", (*path, "dates"), "is no format of days", expected=expected)
        return formats

    def _absent(self, data: Mapping[str, Any], path: Path_) -> dict[str, str]:
        found = {}
        for code, reason in self._map(data.get("missing", {}), (*path, "missing")).items():
            if reason in ABSENCES:
                found[code] = reason
            else:
                near = nearest(str(reason), ABSENCES)
                self._fault("C184", (*path, "missing", code), "is no reason for having no answer",
                            expected=f"one of {', '.join(ABSENCES)}", near=near)  # fmt: skip
        return found

    def _columns(self, data: Any, path: Path_) -> Columns:
        return Columns(self._texts(() if data is None else data, path), self._place(path))

    def _texts(self, data: Any, path: Path_) -> tuple[str, ...]:
        """One text, or a list of texts."""
        listed = data if isinstance(data, list | tuple) else [data]
        found = []
        for number, each in enumerate(listed):
            word = word_of(each) if not isinstance(each, bool) else None
            if word is None:
                self._fault("C180", (*path, number) if isinstance(data, list) else path, "is no text", expected="text")
            else:
                found.append(word)
        return tuple(found)

    def _text(self, data: Any, path: Path_) -> str | None:
        if data is None:
            return None
        found = self._texts(data, path)
        return found[0] if found else None

    def _map(self, data: Any, path: Path_) -> dict[str, Any]:
        if isinstance(data, dict):
            return data
        self._fault("C180", path, "is no map", expected="keys with values")
        return {}

    def _keys(
        self, data: Mapping[str, Any], path: Path_, known: Iterable[str], code: str = "C181",
        message: str = "is no key here",
    ) -> None:  # fmt: skip
        names = [*known]
        for key in data:
            if key not in names:
                expected = f"one of {', '.join(names)}" if len(names) < 12 else None
                self._fault(code, (*path, key), message, expected=expected, near=nearest(key, names), key=True)

    def _place(self, path: Path_, key: bool = False) -> Place | None:
        return self.document.place_of(path, key=key)

    def _fault(
        self, code: str, path: Path_, message: str, *, expected: str | None = None, near: str | None = None,
        key: bool = False,
    ) -> None:  # fmt: skip
        shown = ".".join(str(step) for step in path)
        self.faults.append(Fault(code, shown, message, self._place(path, key), expected, near))

    def _add(self, code: str, place: Place | None, message: str) -> None:
        self.faults.append(Fault(code, "", message, place))
