"""Is the rulebook what its lock says?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ipt_formulate.analysis.lints.lint import Lint, Material, Problem, Severity, file_of
from ipt_formulate.analysis.lock import LOCK_FILE, Drift, drift, read_lock


class ChangedWithoutRevision(Lint):
    """A rule that computes something else than what is locked, under the same or a lower revision."""

    name: ClassVar[str] = "changed_without_revision"
    severity: ClassVar[Severity] = "error"
    says: ClassVar[str] = "a rule has come to mean something else without a new revision"
    excludable: ClassVar[bool] = False

    def of_book(self, material: Material) -> Iterator[Problem]:
        """Every rule whose meaning or revision went against the lock; none while there is no lock."""
        for each in _drift(material):
            if each.kind == "changed":
                message = f"means something else than what is locked as revision {each.was}: raise `revision`"
            elif each.kind == "back":
                message = f"has revision {each.now}, and {each.was} is locked: `revision` only goes up"
            else:
                continue
            yield Problem(file_of(each.rule), ("revision",), message, each.rule)


class LockOutdated(Lint):
    """A rule or a revision that is not locked yet, or a locked rule that is no longer there."""

    name: ClassVar[str] = "lock_outdated"
    severity: ClassVar[Severity] = "error"
    says: ClassVar[str] = "the lock does not know a rule or a revision, or knows one that is gone"
    excludable: ClassVar[bool] = False

    def of_book(self, material: Material) -> Iterator[Problem]:
        """Every difference that writing the lock anew would take up; none while there is no lock."""
        for each in _drift(material):
            if each.kind == "gone":
                message = f"rule `{each.rule}` is locked and gone: retire a rule instead (`status: retired`)"
                yield Problem(LOCK_FILE, ("rules", each.rule), message, key=True)
            elif each.kind == "new":
                yield _not_locked(each, "is not locked yet")
            elif each.kind == "raised":
                yield _not_locked(each, f"has revision {each.now}, and {each.was} is locked")


def _drift(material: Material) -> Iterator[Drift]:
    kept = read_lock(material.book.folder)
    return iter(()) if kept is None else drift(material.book, kept)


def _not_locked(each: Drift, what: str) -> Problem:
    return Problem(
        file_of(each.rule), ("revision",), f"{what}: write the lock (`ipt-formulate rules lock --write`)", each.rule
    )
