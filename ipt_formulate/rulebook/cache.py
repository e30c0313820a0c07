"""How is a rulebook read without parsing 250 YAML files each time?

The plain data of its files is kept as JSON in the user's cache folder, under the hash of their content. A cache that
does not match its own digest is ignored and replaced; nothing but rule files is ever kept. Places are not kept: when
a rulebook turns out to have faults, its files are read again with places.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ipt_formulate.version import __version__


def fingerprint(contents: Mapping[str, bytes]) -> str:
    """SHA-256 over names and contents of all files and the version of this library."""
    digest = hashlib.sha256(__version__.encode())
    for name in sorted(contents):
        for part in (name.encode(), contents[name]):
            digest.update(len(part).to_bytes(8, "big"))
            digest.update(part)
    return digest.hexdigest()


def cache_folder() -> Path | None:
    """Where parsed rulebooks are kept; None if `IPT_FORMULATE_CACHE` is set to nothing or no home is known."""
    chosen = os.environ.get("IPT_FORMULATE_CACHE")
    if chosen is not None:
        return Path(chosen) if chosen else None
    base = os.environ.get("XDG_CACHE_HOME")
    try:
        return (Path(base) if base else Path.home() / ".cache") / "ipt_formulate"
    except RuntimeError:
        return None


def recall(key: str) -> dict[str, Any] | None:
    """The data kept under `key`, or None if there is none or it is damaged."""
    folder = cache_folder()
    if folder is None:
        return None
    try:
        raw = (folder / f"{key}.json").read_bytes()
    except OSError:
        return None
    digest, _, body = raw.partition(b"\n")
    if hashlib.sha256(body).hexdigest().encode() != digest:
        return None
    try:
        kept = json.loads(body)
    except ValueError:
        return None
    return kept["files"] if isinstance(kept, dict) and kept.get("key") == key else None


def keep(key: str, files: Mapping[str, Any]) -> None:
    """Keep the data of a rulebook; a folder that cannot be written to is no error."""
    folder = cache_folder()
    if folder is None:
        return
    body = json.dumps({"key": key, "files": files}, separators=(",", ":")).encode()
    temporary = None
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=folder, suffix=".part")
        with os.fdopen(handle, "wb") as stream:
            stream.write(hashlib.sha256(body).hexdigest().encode() + b"\n" + body)
        os.replace(temporary, folder / f"{key}.json")
    except OSError:
        if temporary is not None:
            Path(temporary).unlink(missing_ok=True)
