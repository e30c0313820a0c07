"""How are faults and findings of a rulebook printed: for people, for programs, and as annotations of a CI run?"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from ipt_formulate.analysis.lints import FAULTS, SEVERITIES, Finding
from ipt_formulate.reading import Fault, Place

_COMMANDS = {"error": "error", "warning": "warning", "hint": "notice"}


def text(faults: Sequence[Fault], findings: Sequence[Finding], rules: int) -> Iterator[str]:
    """One line each, and a line that counts."""
    yield from (fault.headline() for fault in faults)
    yield from (finding.headline for finding in findings)
    if faults:
        yield f"{len(faults)} faults: this is no rulebook yet, so its lints were not run"
    else:
        counts = [(severity, sum(each.severity == severity for each in findings)) for severity in SEVERITIES]
        yield f"{rules} rules: " + ", ".join(f"{count} {name}{'s' * (count != 1)}" for name, count in counts)


def as_json(faults: Sequence[Fault], findings: Sequence[Finding], rules: int) -> Iterator[str]:
    """One object with both lists."""
    told: Mapping[str, Any] = {
        "rules": rules,
        "faults": [
            {
                "code": fault.code,
                "lint": _lint_of(fault),
                "severity": "error",
                **_place(fault.place),
                "path": fault.path,
                "message": fault.message,
                "expected": fault.expected,
                "nearest": fault.nearest,
            }
            for fault in faults
        ],
        "findings": [
            {
                "lint": finding.lint,
                "severity": finding.severity,
                **_place(finding.place),
                "rule": finding.rule,
                "path": finding.path,
                "message": finding.message,
            }
            for finding in findings
        ],
    }
    yield json.dumps(told, indent=2, ensure_ascii=False)


def github(faults: Sequence[Fault], findings: Sequence[Finding], rules: int) -> Iterator[str]:
    """Workflow commands that GitHub and its likes show beside the line."""
    for fault in faults:
        bare = Fault(fault.code, fault.path, fault.message, None, fault.expected, fault.nearest)
        yield _annotation("error", fault.place, _lint_of(fault) or fault.code, bare.headline())
    for finding in findings:
        message = f"{finding.rule or finding.path}: {finding.message}"
        yield _annotation(_COMMANDS[finding.severity], finding.place, finding.lint, message)


FORMATS: Mapping[str, Callable[[Sequence[Fault], Sequence[Finding], int], Iterator[str]]] = {
    "text": text,
    "json": as_json,
    "github": github,
}


def _lint_of(fault: Fault) -> str | None:
    return FAULTS[fault.code].name if fault.code in FAULTS else None


def _place(place: Place | None) -> dict[str, Any]:
    if place is None:
        return {"file": None, "line": None, "column": None}
    return {"file": place.file, "line": place.line, "column": place.column}


def _annotation(command: str, place: Place | None, title: str, message: str) -> str:
    where = f"file={_property(place.file)},line={place.line},col={place.column}," if place is not None else ""
    return f"::{command} {where}title={_property(title)}::{_data(message)}"


def _data(value: str) -> str:
    return value.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(value: str) -> str:
    return _data(value).replace(":", "%3A").replace(",", "%2C")
