"""Is a source that nobody re-read quoted as if it had been?

A key with the mark ° is believed, not checked. A rule labelled as stated by a manual or supported by a study, of which
every source is of that kind, has to say so in its note.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import ClassVar

from ipt_formulate.analysis.lints.lint import Lint, Material, Problem, Severity, Step, in_rule
from ipt_formulate.rulebook import Rule

_MARK = "°"


class RecalledAsCertain(Lint):
    """A recalled source without its mark, or a label that only recalled sources hold up."""

    name: ClassVar[str] = "recalled_as_certain"
    severity: ClassVar[Severity] = "warning"
    says: ClassVar[str] = "a source that was not re-read (°) is quoted as certain"

    def of_book(self, material: Material) -> Iterator[Problem]:
        """Rules, statements and parameters."""
        yield from super().of_book(material)
        for statement, body in material.book.statements.items():
            for path, key in self._unmarked(body.get("sources"), material, (statement, "sources")):
                yield Problem("statements.yaml", path, f"`{key}` was not re-read: write `{key}{_MARK}`")
        for name, body in material.places.data("parameters.yaml").items():
            for path, key in self._unmarked(body.get("sources"), material, (name, "sources")):
                yield Problem("parameters.yaml", path, f"`{key}` was not re-read: write `{key}{_MARK}`")

    def of_rule(self, rule: Rule, material: Material) -> Iterator[Problem]:
        """The sources of one rule."""
        basis = rule.basis
        for path, key in self._unmarked(basis.sources, material, ("basis", "sources")):
            yield in_rule(rule, f"`{key}` was not re-read: write `{key}{_MARK}`", *path)
        certain = basis.label in ("MS", "SS") and not basis.note
        if certain and basis.sources and all(key.endswith(_MARK) for key in basis.sources):
            message = f"is labelled {basis.label}, but no source was re-read: say so in a note, or take another label"
            yield in_rule(rule, message, "basis", "label")

    def _unmarked(
        self, keys: Iterable[str] | None, material: Material, path: tuple[Step, ...]
    ) -> Iterator[tuple[tuple[Step, ...], str]]:
        for index, key in enumerate(keys or ()):
            source = material.book.sources.get(key)
            if isinstance(source, dict) and source.get("read") == "recalled":
                yield (*path, index), key
