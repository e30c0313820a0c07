"""What made these tables? The receipt of a run: versions, hashes, profile and switches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ipt_formulate.formulation.result import NOTICE
from ipt_formulate.rulebook import Rulebook
from ipt_formulate.rulebook.canonical import plain, sha256
from ipt_formulate.version import __version__


@dataclass(frozen=True, slots=True)
class TableReceipt:
    """What made a coded table.

    Attributes
    ----------
    library
        Version of this library.
    rulebook, rulebook_version, rulebook_sha256
        Name, version, and hash of what the rulebook means under the profile.
    profile, settings, settings_sha256
        Profile, the value of every switch, and a hash of these values.
    backend
        Where the rules ran: ``duckdb``, ``polars``, ``pyspark``.
    notice
        What the codes are not.
    """

    library: str
    rulebook: str
    rulebook_version: str
    rulebook_sha256: str
    profile: str
    settings: Mapping[str, Any]
    settings_sha256: str
    backend: str
    notice: str = NOTICE


def receipt_of(book: Rulebook, backend: str) -> TableReceipt:
    """The receipt of a run of a rulebook."""
    settings = {name: plain(value) for name, value in sorted(book.settings.items())}
    return TableReceipt(
        library=__version__,
        rulebook=book.name,
        rulebook_version=book.version,
        rulebook_sha256=book.sha256,
        profile=book.profile.name,
        settings=settings,
        settings_sha256=sha256(settings),
        backend=backend,
    )
