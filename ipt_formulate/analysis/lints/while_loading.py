"""What is already refused while a rulebook is read?

These have a name and a page like every lint, but they are load faults: a rulebook that has one is no rulebook, so
nothing could be looked at afterwards, and no rule can be excluded from them.
"""

from __future__ import annotations

from typing import ClassVar

from ipt_formulate.analysis.lints.lint import Lint, Severity


class BlockNeverUsed(Lint):
    """A block that no sentence and no conclusion uses."""

    name: ClassVar[str] = "block_never_used"
    severity: ClassVar[Severity] = "error"
    says: ClassVar[str] = "a block is named and then used by no sentence and no conclusion"
    fault: ClassVar[str | None] = "R315"
    excludable: ClassVar[bool] = False


class UnknownStatement(Lint):
    """A statement id that is not in statements.yaml."""

    name: ClassVar[str] = "unknown_statement"
    severity: ClassVar[Severity] = "error"
    says: ClassVar[str] = "a rule claims to stand for a statement that does not exist"
    fault: ClassVar[str | None] = "R317"
    excludable: ClassVar[bool] = False


class UnknownSource(Lint):
    """A source key that is not in sources.yaml."""

    name: ClassVar[str] = "unknown_source"
    severity: ClassVar[Severity] = "error"
    says: ClassVar[str] = "a rule names a source that does not exist"
    fault: ClassVar[str | None] = "R323"
    excludable: ClassVar[bool] = False
