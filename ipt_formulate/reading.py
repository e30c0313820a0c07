"""How does a YAML or JSON text become plain data with places, and when is it refused?

Text goes in, plain data and the place of every key and value come out. Hostile and careless input (aliases, tags,
several documents, great depth or size, duplicate keys, binary) is refused, naming the limit. Nothing here knows about
psychotherapy, and no headline ever holds a value: values belong to case records and may only stand in ``details``.
"""

from __future__ import annotations

import difflib
import json
import os
import re
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

INTAKE_BYTES = 1_000_000
RULE_BYTES = 256_000
MOST_DEPTH = 64
MOST_NODES = 20_000
MOST_DIGITS = 18

Format = Literal["yaml", "json"]
Step = str | int
PlacePath = tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """A point in a file; line and column count from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with an input: where, what, and what was expected instead.

    ``message`` and ``expected`` never hold the offending value; ``nearest`` is a right *name* close to a misspelt
    one; ``details`` may hold the value and is shown only when the reader asked to see values.
    """

    code: str
    path: str
    message: str
    place: Place | None = None
    expected: str | None = None
    nearest: str | None = None
    details: str | None = None

    def headline(self, show_values: bool = False) -> str:
        """One line: place, path, message, expectation, nearest name, code; the value only when asked for."""
        start = ": ".join(str(part) for part in (self.place, self.path) if part)
        text = f"{start}: {self.message}" if start else self.message
        if self.expected:
            text += f"; expected {self.expected}"
        if self.nearest:
            text += f"; did you mean {self.nearest!r}?"
        text += f" [{self.code}]"
        if show_values and self.details:
            text += f" ({self.details})"
        return text


class FaultyInput(Exception):
    """An input with at least one fault; ``faults`` holds all of them, ``str()`` one headline a line."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults: tuple[Fault, ...] = tuple(faults)
        super().__init__(self.faults)

    def __str__(self) -> str:
        return "\n".join(fault.headline() for fault in self.faults)


@dataclass(frozen=True, slots=True)
class Document:
    """Plain data read from one text, with the place of every key and value.

    ``data`` is made of dict, list, str, int, float, bool and None only; every key is a str.
    """

    data: Any
    name: str
    values: Mapping[PlacePath, tuple[int, int]]
    keys: Mapping[PlacePath, tuple[int, int]]

    def place_of(self, path: Iterable[Step], key: bool = False) -> Place | None:
        """The place of the value at ``path`` (of its key, if ``key``), or of the nearest thing that encloses it."""
        steps = tuple(path)
        found = self.keys.get(steps) if key else None
        while found is None:
            found = self.values.get(steps)
            if not steps:
                break
            steps = steps[:-1]
        return None if found is None else Place(self.name, *found)


def nearest(name: str, choices: Iterable[str]) -> str | None:
    """The choice most like ``name``, or None when none is much like it."""
    found = difflib.get_close_matches(name, list(choices), n=1, cutoff=0.7) if len(name) <= 80 else []
    return found[0] if found else None


def read_file(path: str | os.PathLike[str], *, limit: int = INTAKE_BYTES) -> Document:
    """Read a ``.yaml``, ``.yml`` or ``.json`` file of at most ``limit`` bytes; raises FaultyInput.

    The size is asked of the file system first, so that a huge file is refused without being read.
    """
    file = Path(path)
    name = str(file)
    formats: dict[str, Format] = {".yaml": "yaml", ".yml": "yaml", ".json": "json"}
    format = formats.get(file.suffix.lower())
    if format is None:
        wrong = "is a folder" if file.is_dir() else "the name must end in .yaml, .yml or .json"
        raise _refusal("R101", name, wrong)
    try:
        status = file.stat()
        if not stat.S_ISREG(status.st_mode):
            raise _refusal("R101", name, "is not an ordinary file")
        if status.st_size > limit:
            raise _refusal("R102", name, f"is larger than the limit of {limit} bytes")
        with file.open("rb") as stream:
            content = stream.read(limit + 1)
    except FileNotFoundError as error:
        raise FaultyInput([Fault("R101", name, "there is no such file")]) from error
    except OSError as error:
        raise _refusal("R101", name, f"cannot be read ({type(error).__name__})") from error
    return read_text(content, name=name, format=format, limit=limit)


def read_text(text: str | bytes, *, name: str, format: Format, limit: int = INTAKE_BYTES) -> Document:
    """Read one YAML 1.2 or JSON document of at most ``limit`` bytes; raises FaultyInput with every fault found.

    YAML scalars are read by the core schema of YAML 1.2: ``yes``, ``no`` and dates stay text.
    """
    plain = _decoded(text, name, limit)
    events = _yaml_events(plain, name) if format == "yaml" else _json_events(plain, name)
    return _Builder(name).build(events)


def _refusal(
    code: str, name: str, message: str, at: tuple[int, int] = (1, 1), details: str | None = None
) -> FaultyInput:
    return FaultyInput([Fault(code, "", message, Place(name, *at), details=details)])


_CONTROL = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def _decoded(text: str | bytes, name: str, limit: int) -> str:
    if len(text) > limit or (isinstance(text, str) and len(text.encode("utf-8", "surrogatepass")) > limit):
        raise _refusal("R102", name, f"is larger than the limit of {limit} bytes")
    if isinstance(text, bytes):
        try:
            text = text.decode("utf-8")
        except UnicodeDecodeError as error:
            line = error.object.count(b"\n", 0, error.start) + 1
            raise _refusal("R103", name, "is not UTF-8 text", (line, 1)) from None
    plain = text.removeprefix("\ufeff")
    control = _CONTROL.search(plain)
    if control:
        at = _Lines(plain).at(control.start())
        raise _refusal("R103", name, "holds a control character; is it a binary file?", at)
    if not plain.strip():
        raise _refusal("R104", name, "is empty")
    return plain


@dataclass(frozen=True, slots=True)
class _Event:
    """One step of a document: a scalar, the start of a map or list, or the end of either."""

    kind: Literal["scalar", "map", "list", "end", "fault"]
    line: int
    column: int
    value: Any = None
    text: str = ""
    plain: bool = False


@dataclass(slots=True)
class _Open:
    """A map or list that is being filled."""

    data: Any
    path: PlacePath
    key: str | None = None


class _Builder:
    """Builds the data from events, watching depth, size and duplicate keys; never recursive."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.values: dict[PlacePath, tuple[int, int]] = {}
        self.keys: dict[PlacePath, tuple[int, int]] = {}
        self.faults: list[Fault] = []
        self.root: Any = None

    def build(self, events: Iterator[_Event]) -> Document:
        stack: list[_Open] = []
        try:
            for count, event in enumerate(events):
                if count >= MOST_NODES:
                    self._stop("R106", event, f"holds more than the limit of {MOST_NODES} values")
                if event.kind == "end":
                    stack.pop()
                elif event.kind == "fault":
                    self._note(event.text, event, str(event.value))
                elif stack and isinstance(stack[-1].data, dict) and stack[-1].key is None:
                    self._open_key(stack[-1], event)
                else:
                    self._place(stack, event)
                    if len(stack) > MOST_DEPTH:
                        self._stop("R105", event, f"is nested deeper than the limit of {MOST_DEPTH} levels")
        except FaultyInput as error:
            raise FaultyInput([*self.faults, *error.faults]) from None
        if self.faults:
            raise FaultyInput(self.faults)
        return Document(self.root, self.name, self.values, self.keys)

    def _open_key(self, parent: _Open, event: _Event) -> None:
        if event.kind != "scalar":
            self._stop("R107", event, "a key must be a single word, not a map or a list")
        key = event.text
        if event.plain and key == "<<":
            self._note("R108", event, "merge keys are not read; write the answers out")
        path = (*parent.path, key)
        here = (event.line, event.column)
        if path in self.keys:
            first = Place(self.name, *self.keys[path])
            self._note("R109", event, f"the same key stands twice here; the first is at {first}", key)
        self.keys.setdefault(path, here)
        parent.key = key

    def _place(self, stack: list[_Open], event: _Event) -> None:
        value: Any = {} if event.kind == "map" else [] if event.kind == "list" else event.value
        path: PlacePath = ()
        if not stack:
            self.root = value
        else:
            parent = stack[-1]
            if isinstance(parent.data, dict):
                assert parent.key is not None
                path = (*parent.path, parent.key)
                parent.data[parent.key] = value
                parent.key = None
            else:
                path = (*parent.path, len(parent.data))
                parent.data.append(value)
        self.values.setdefault(path, (event.line, event.column))
        if event.kind != "scalar":
            stack.append(_Open(value, path))

    def _note(self, code: str, event: _Event, message: str, details: str | None = None) -> None:
        self.faults.append(Fault(code, "", message, Place(self.name, event.line, event.column), details=details))

    def _stop(self, code: str, event: _Event, message: str) -> None:
        raise _refusal(code, self.name, message, (event.line, event.column))


_INTEGER = re.compile(r"[-+]?[0-9]+\Z")
_BASED = re.compile(r"0o[0-7]+\Z|0x[0-9a-fA-F]+\Z")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]{1,3})?\Z")
_WORDS: dict[str, bool | None] = dict.fromkeys(("", "~", "null", "Null", "NULL"))
_WORDS |= dict.fromkeys(("true", "True", "TRUE"), True) | dict.fromkeys(("false", "False", "FALSE"), False)


def _core_scalar(text: str) -> Any:
    """The YAML 1.2 core value of a plain scalar; whatever is no null, truth value or number is text."""
    if text in _WORDS:
        return _WORDS[text]
    if not text or text[0] not in "+-.0123456789" or len(text) > MOST_DIGITS:
        return text
    if _INTEGER.match(text):
        return int(text)
    if _BASED.match(text):
        return int(text, 0)
    return float(text) if _FLOAT.match(text) else text


# The parser's own wording may quote the text it choked on; its token names and single marks are harmless.
_QUOTED = re.compile(r"'(?!<[a-z ]+>')[^']{2,}'")


def _yaml_events(text: str, name: str) -> Iterator[_Event]:
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError
    from ruamel.yaml.events import (
        AliasEvent,
        DocumentStartEvent,
        MappingEndEvent,
        MappingStartEvent,
        ScalarEvent,
        SequenceEndEvent,
        SequenceStartEvent,
    )

    documents = 0
    try:
        for event in YAML(typ="safe", pure=True).parse(text):
            line, column = event.start_mark.line + 1, event.start_mark.column + 1
            if isinstance(event, ScalarEvent):
                yield from _unsafe_marks(event, line, column)
                plain = event.style is None or event.style == ""
                if _CONTROL.search(event.value):
                    raise _refusal("R103", name, "holds an escaped control character", (line, column))
                value = _core_scalar(event.value) if plain else event.value
                yield _Event("scalar", line, column, value, event.value, plain)
            elif isinstance(event, MappingStartEvent | SequenceStartEvent):
                yield from _unsafe_marks(event, line, column)
                yield _Event("map" if isinstance(event, MappingStartEvent) else "list", line, column)
            elif isinstance(event, MappingEndEvent | SequenceEndEvent):
                yield _Event("end", line, column)
            elif isinstance(event, AliasEvent):
                yield _Event("fault", line, column, "aliases are not read; write the answers out", "R108")
                yield _Event("scalar", line, column)
            elif isinstance(event, DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise _refusal("R110", name, "holds more than one document", (line, column))
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        at = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        problem = _QUOTED.sub("...", str(error.problem or ""))
        raise _refusal("R111", name, f"is not well-formed YAML here: {problem}", at) from None
    except YAMLError as error:
        raise _refusal("R111", name, "is not well-formed YAML", details=str(error)) from None


def _unsafe_marks(event: Any, line: int, column: int) -> Iterator[_Event]:
    if event.anchor is not None:
        yield _Event("fault", line, column, "anchors are not read; write the answers out", "R108")
    if event.ctag is not None:
        yield _Event("fault", line, column, "tags are not read; write the plain value", "R108")


_JSON_TOKEN = re.compile(
    r'[ \t\n\r]*(?:(?P<string>"(?:[^"\\\n]|\\.)*")|(?P<number>-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]{1,3})?)'
    r"|(?P<word>true|false|null)|(?P<mark>[{}\[\],:])|(?P<end>\Z))"
)


Broken = Callable[[int, str], FaultyInput]
_Expecting = Literal["value", "value or end", "key", "key or end", "colon", "comma", "nothing"]


def _json_events(text: str, name: str) -> Iterator[_Event]:
    """The events of a JSON text; written out because the standard reader keeps no places and recurses."""
    lines = _Lines(text)

    def broken(offset: int, what: str) -> FaultyInput:
        return _refusal("R111", name, f"is not well-formed JSON here: {what}", lines.at(offset))

    opened: list[str] = []
    expecting: _Expecting = "value"
    for kind, token, offset in _json_tokens(text, broken):
        at = lines.at(offset)
        wrong = _json_wrong(kind, token, expecting, opened)
        if wrong:
            raise broken(offset, wrong)
        if token in ("}", "]"):
            opened.pop()
            yield _Event("end", *at)
            expecting = "comma" if opened else "nothing"
        elif token == ":":
            expecting = "value"
        elif token == ",":
            expecting = "key" if opened[-1] == "}" else "value"
        elif token in ("{", "["):
            opened.append("}" if token == "{" else "]")
            yield _Event("map" if token == "{" else "list", *at)
            expecting = "key or end" if token == "{" else "value or end"
        elif kind != "end":
            value = _json_scalar(kind, token, offset, broken)
            yield _Event("scalar", *at, value, value if isinstance(value, str) else "")
            expecting = "colon" if expecting.startswith("key") else "comma" if opened else "nothing"


def _json_wrong(kind: str, token: str, expecting: _Expecting, opened: list[str]) -> str | None:
    """What is wrong with this token here, or None when it may stand here."""
    may_end = expecting in ("comma", "value or end", "key or end")
    if kind == "end" or expecting == "nothing":
        right = kind == "end" and expecting == "nothing"
        return None if right else "the text ends too early" if kind == "end" else "more text after the end"
    if token in ("}", "]"):
        return None if may_end and opened[-1] == token else "a bracket that closes nothing, or a comma too many"
    if expecting in ("colon", "comma"):
        return None if token == {"colon": ":", "comma": ","}[expecting] else f"expected a {expecting}"
    if expecting in ("key", "key or end"):
        return None if kind == "string" else "expected a key in double quotes"
    return "expected a value" if token in (":", ",") else None


def _json_tokens(text: str, broken: Broken) -> Iterator[tuple[str, str, int]]:
    offset = 0
    while True:
        found = _JSON_TOKEN.match(text, offset)
        if found is None or found.lastgroup is None:
            gap = re.compile(r"[ \t\n\r]*").match(text, offset)
            raise broken(gap.end() if gap else offset, "not a value, a bracket, a comma or a colon")
        yield found.lastgroup, found[found.lastgroup], found.start(found.lastgroup)
        if found.lastgroup == "end":
            return
        offset = found.end()


def _json_scalar(kind: str, token: str, offset: int, broken: Broken) -> Any:
    if kind == "number" and len(token) > MOST_DIGITS:
        raise broken(offset, f"a number longer than the limit of {MOST_DIGITS} digits")
    try:
        value = json.loads(token)
    except json.JSONDecodeError:
        raise broken(offset, "a string with a faulty escape") from None
    if isinstance(value, str) and _CONTROL.search(value):
        raise broken(offset, "a string with an escaped control character")
    return value


class _Lines:
    """Turns growing offsets of one text into line and column without counting from the start each time."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.line = 1
        self.start = 0

    def at(self, offset: int) -> tuple[int, int]:
        while True:
            following = self.text.find("\n", self.start, offset)
            if following < 0:
                return self.line, offset - self.start + 1
            self.line += 1
            self.start = following + 1
