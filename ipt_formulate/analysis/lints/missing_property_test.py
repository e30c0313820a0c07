"""Does the property test exist that is said to keep a statement?

Only a checkout has tests; an installed rulebook, or one of somebody else's without a `tests/properties` folder beside
it, is not asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

from ipt_formulate.analysis.coverage import kept_by
from ipt_formulate.analysis.lints.lint import Lint, Material, Problem, Severity, did_you_mean

_TEST = re.compile(r"^(?:async )?def (test_\w+)\(", re.MULTILINE)


class MissingPropertyTest(Lint):
    """A `kept_by` that names no test."""

    name: ClassVar[str] = "missing_property_test"
    severity: ClassVar[Severity] = "error"
    says: ClassVar[str] = "a statement is said to be kept by a property test that does not exist"

    def of_book(self, material: Material) -> Iterator[Problem]:
        """Every statement with `kept_by`."""
        tests = tests_in(material.book.folder.parent / "tests" / "properties")
        if tests is None:
            return
        for statement, body in material.book.statements.items():
            for name in kept_by(body):
                if name not in tests:
                    message = f"there is no test `{name}` in tests/properties{did_you_mean(name, tests)}"
                    yield Problem("statements.yaml", (statement, "kept_by"), message)


def tests_in(folder: Path) -> frozenset[str] | None:
    """The names of the tests below a folder; None if there is no such folder."""
    if not folder.is_dir():
        return None
    return frozenset(
        name for file in sorted(folder.rglob("test_*.py")) for name in _TEST.findall(file.read_text(encoding="utf-8"))
    )
