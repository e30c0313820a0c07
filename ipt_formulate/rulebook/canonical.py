"""What does a rule mean, apart from its words and its place?

Turns nodes, conclusions and rules into plain JSON values in a canonical form, for hashes and comparisons. Titles,
reasons, cases and places are left out: they do not change what is computed.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from typing import Any

from ipt_formulate.rulebook.nodes import Block, Exemption
from ipt_formulate.rulebook.rule import Rule


def plain(value: object) -> Any:
    """A JSON value that is equal for equal meanings: block names and places are dropped, sets are sorted."""
    if isinstance(value, Block | Exemption):
        return plain(value.part)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {each.name: plain(getattr(value, each.name)) for each in dataclasses.fields(value) if each.compare}
        return {"is": type(value).__name__, **fields}
    if isinstance(value, frozenset):
        return sorted(plain(each) for each in value)
    if isinstance(value, tuple | list):
        return [plain(each) for each in value]
    if isinstance(value, dict):
        return {str(key): plain(each) for key, each in value.items()}
    return value


def meaning(rule: Rule) -> dict[str, Any]:
    """The part of a rule that decides what is computed."""
    return {
        "id": rule.id,
        "about": rule.about,
        "when": plain(rule.when),
        "conclusions": plain(rule.conclusions),
        "active": rule.status != "retired",
    }


def sha256(value: Any) -> str:
    """SHA-256 over the canonical JSON of a plain value."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
