"""Has a rule come to mean something else without saying so?

`rulebook.lock.json` beside the rules holds, for each rule, its revision and a hash of what it computes (words, reasons,
cases and layout do not count; parameters do, since a result changes with them). A formulation that names a rule and its
revision can then be traced for good. Only `locked` decides what may be written; nothing here changes a rule.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from ipt_formulate.reading import Fault, FaultyInput, read_file
from ipt_formulate.rulebook import Rulebook, RulebookError
from ipt_formulate.rulebook.canonical import meaning, sha256
from ipt_formulate.rulebook.form import Form

LOCK_FILE = "rulebook.lock.json"
FORMAT = 1


@dataclass(frozen=True, slots=True)
class Locked:
    """What is kept of one rule."""

    revision: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Drift:
    """One difference between a rulebook and its lock.

    `kind`: *changed* (another meaning under the same revision), *back* (a lower revision), *raised* (a new revision
    that is not locked yet), *new* (a rule that is not locked yet), *gone* (a locked rule that is no longer there).
    """

    kind: Literal["changed", "back", "raised", "new", "gone"]
    rule: str
    was: int | None
    now: int | None


def locked(book: Rulebook) -> dict[str, Locked]:
    """The lock that the rulebook would have now."""
    return {rule.id: Locked(rule.revision, sha256(meaning(rule))) for rule in book.rules.values()}


def read_lock(folder: Path) -> dict[str, Locked] | None:
    """The lock kept beside a rulebook; None if there is none.

    Raises
    ------
    RulebookError
        If it cannot be read.
    """
    path = folder / LOCK_FILE
    if not path.exists():
        return None
    faults: list[Fault] = []
    try:
        form = Form(read_file(path), (), faults)
    except FaultyInput as error:
        raise RulebookError(error.faults) from error
    if form.whole("lock") != FORMAT:
        form.fault("R350", f"written by another version of this library, which reads format {FORMAT}", "lock")
    rules = form.sub("rules") if form.has("rules") else None
    kept: dict[str, Locked] = {}
    for name in rules.data if rules is not None else ():
        assert rules is not None
        entry = rules.sub(name)
        kept[name] = Locked(entry.whole("revision"), entry.text("sha256"))
        entry.close()
    form.close(also=("rulebook", "version", "rules"))
    if faults:
        raise RulebookError(faults)
    return kept


def drift(book: Rulebook, kept: Mapping[str, Locked]) -> Iterator[Drift]:
    """Every difference between the rulebook and a lock, in the order of rule ids."""
    now = locked(book)
    for name in sorted({*now, *kept}):
        mine, theirs = now.get(name), kept.get(name)
        if mine is None:
            yield Drift("gone", name, theirs.revision if theirs else None, None)
        elif theirs is None:
            yield Drift("new", name, None, mine.revision)
        elif mine.revision < theirs.revision:
            yield Drift("back", name, theirs.revision, mine.revision)
        elif mine.revision > theirs.revision:
            yield Drift("raised", name, theirs.revision, mine.revision)
        elif mine.sha256 != theirs.sha256:
            yield Drift("changed", name, theirs.revision, mine.revision)


def lock_text(book: Rulebook) -> str:
    """The lock file of the rulebook as it is now: one line for each rule, so that two changes seldom meet."""
    rules: Mapping[str, Locked] = locked(book)
    lines = [f" {json.dumps(name)}: {_entry(rules[name])}" for name in sorted(rules)]
    head: dict[str, Any] = {"lock": FORMAT, "rulebook": book.name, "version": book.version}
    start = json.dumps(head, ensure_ascii=False)[:-1]
    return f'{start}, "rules": {{\n' + ",\n".join(lines) + "\n}}\n"


def _entry(entry: Locked) -> str:
    return json.dumps({"revision": entry.revision, "sha256": entry.sha256})


def write_lock(book: Rulebook) -> Path:
    """Write the lock file of a rulebook.

    Raises
    ------
    RulebookError
        If a rule means something else under a revision that is locked already, or has gone back to a lower one; then
        nothing is written.
    """
    kept = read_lock(book.folder) or {}
    faults = []
    for each in drift(book, kept):
        if each.kind == "changed":
            message = f"means something else than under revision {each.was} as it is locked"
            faults.append(Fault("R351", each.rule, message, book.rules[each.rule].at, "a higher `revision`"))
        elif each.kind == "back":
            message = f"has revision {each.now}, and {each.was} is locked"
            faults.append(Fault("R352", each.rule, message, book.rules[each.rule].at, "a higher `revision`"))
    if faults:
        raise RulebookError(faults)
    path = book.folder / LOCK_FILE
    path.write_text(lock_text(book), encoding="utf-8")
    return path
