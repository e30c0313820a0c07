"""Which names may stand in a ruleset?

The native engine tells names apart by a 32-bit hash alone: two names with one hash are one name to it. So every name is
made here, and a name whose hash is taken is passed over. Names never come from a rule or a case.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

MOST_FACTS = 1000
"""The most facts in one working memory; their ids, `f0` and so on, are among the taken names."""

KIND, TRUTH, FROM, TO, STRATUM = "k", "t", "f", "o", "s"
"""Properties of every fact, of counted facts and links, of links, and of the fact that releases a stratum."""

ALIASES = ("m", "g", "a", "l", "b")

_OWN = (KIND, TRUTH, FROM, TO, STRATUM, *ALIASES, "~open", "~rest", "~o", "~g", "go")
_THEIRS = (
    *("id", "sid", "0", "sid-0", "all", "any", "run", "pri", "count", "cap", "dist", "name"),
    *("$s", "$m", "$i", "$l", "$r", "$and", "$or", "$not", "$all", "$any", "$eq", "$neq", "$lt", "$lte", "$gt", "$gte"),
    *("$ex", "$nex", "$mt", "$imt", "$iall", "$iany", "$add", "$sub", "$mul", "$div", "$forward", "$time", "$pulse"),
)
_BASIS, _PRIME = 2166136261, 16777619


def fnv1a(name: str) -> int:
    """The hash by which the native engine tells names apart."""
    value = _BASIS
    for byte in name.encode("ascii"):
        value = ((value ^ byte) * _PRIME) & 0xFFFFFFFF
    return value


def fact_id(place: int) -> str:
    """The id of a fact in its working memory."""
    return f"f{place}"


def colliding(names: Iterable[str]) -> tuple[str, str] | None:
    """Two different names, reserved ones included, that are one to the native engine, if there are any."""
    seen = dict(_reserved())
    for name in names:
        other = seen.setdefault(fnv1a(name), name)
        if other != name:
            return other, name
    return None


@cache
def _reserved() -> Mapping[int, str]:
    """The names that every ruleset shares, by hash: ours, the engine's own, and the ids of facts."""
    return {fnv1a(name): name for name in (*_OWN, *_THEIRS, *map(fact_id, range(MOST_FACTS)))}


class Names:
    """Makes short names that differ in hash from each other and from all that are reserved."""

    def __init__(self) -> None:
        self._taken = set(_reserved())
        self._last: dict[str, int] = {}

    def new(self, prefix: str) -> str:
        """The next free name that begins with these lower-case letters."""
        while True:
            number = self._last[prefix] = self._last.get(prefix, -1) + 1
            hashed = fnv1a(f"{prefix}{number}")
            if hashed not in self._taken:
                self._taken.add(hashed)
                return f"{prefix}{number}"
