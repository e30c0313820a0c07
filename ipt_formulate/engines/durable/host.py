"""How is the native engine run so that it can do no harm?

The only file that touches durable-rules. A host without timer threads; one ruleset for each session; one fixed session
id that is never a patient's; facts one at a time; the working memory deleted after every use, and the ruleset when the
session ends. Actions only write down what fired. After any fault the session is dropped and our own error raised,
without a word of what the facts held. Importing this file fails where durable-rules is missing or another one than
expected.
"""

from __future__ import annotations

import time
import weakref
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeAlias

from durable import engine

from ipt_formulate.engines.choosing import EngineUnavailable
from ipt_formulate.engines.durable.names import KIND, MOST_FACTS, STRATUM, fact_id
from ipt_formulate.engines.durable.subset import HOUSEKEEPING, Patterns, check

Facts: TypeAlias = Mapping[str, Mapping[str, Any]]
"""What a rule fired on: the facts by alias, each with its id."""

_NAME = "r"


def _expect_private_names() -> None:
    """The fence stands on two private names and one native call; without them there is no fence, hence no engine."""
    native = getattr(engine, "durable_rules_engine", None)
    there = {
        "Host._run": callable(getattr(getattr(engine, "Host", None), "_run", None)),
        "_unix_now": callable(getattr(engine, "_unix_now", None)),
        "delete_ruleset": callable(getattr(native, "delete_ruleset", None)),
    }
    missing = [name for name, found in there.items() if not found]
    if missing:
        raise ImportError(f"durable-rules 2.0.28 is needed; this one has no {', '.join(missing)}")


_expect_private_names()

# The engine's own clock warns on Python 3.12 and takes a change of the hour for an action that ran out of time.
engine._unix_now = time.time


class EngineFailed(EngineUnavailable):
    """The native engine failed within a case; nothing was concluded. Never says what the case holds."""

    def __init__(self, what: str) -> None:
        super().__init__(
            f"the native engine failed ({what}) and was restarted; nothing was concluded. "
            "Use engine='reference' for this case."
        )


class _QuietHost(engine.Host):  # type: ignore[misc]  # durable-rules has no types
    """A host that starts no timer threads."""

    def _run(self) -> None:
        pass


class Memory:
    """The working memory of one case, or of a part of it. `fired`: rules with their facts, once it is finished.

    Raises
    ------
    EngineFailed
        From every method, if the native engine did or an action has.
    """

    def __init__(self, host: Any) -> None:
        self._host = host
        self._held = 0
        self.fired: list[tuple[str, Facts]] = []
        # Something must fire first: deleting a memory in which nothing ever fired crashes the process.
        self._assert({"id": "~o", KIND: "~open"})

    def add(self, kind: str, properties: Mapping[str, int]) -> str:
        """Assert a fact; its id."""
        assert self._held < MOST_FACTS, "more facts than ids that were checked"
        made = fact_id(self._held)
        self._assert({"id": made, KIND: kind, **properties})
        self._held += 1
        return made

    def go(self, stratum: int) -> None:
        """Release the rules of the stratum: all its facts are there."""
        self._assert({"id": "~g", KIND: "go", STRATUM: stratum})

    def finish(self, fired: list[tuple[str, Facts]]) -> None:
        """Keep what fired, unless an action failed: the native engine says so in its state and nowhere else."""
        if "exception" in self._native(self._host.get_state, _NAME):
            raise EngineFailed("an action")
        self.fired = list(fired)

    def delete(self) -> None:
        """Forget the facts."""
        self._native(self._host.delete_state, _NAME)

    def _assert(self, fact: dict[str, Any]) -> None:
        self._native(self._host.assert_fact, _NAME, fact)

    @staticmethod
    def _native(call: Callable[..., Any], *arguments: Any) -> Any:
        try:
            return call(*arguments)
        except Exception as error:
            failure = type(error).__name__
        # Raised out here: the native exception holds the fact, and must not hang on ours.
        raise EngineFailed(failure)


class Session:
    """One ruleset inside the native engine. Not for several threads at once: whoever owns it holds a lock.

    Raises
    ------
    OutsideSubset
        When it is made, if the rules are not inside the safe subset.
    """

    def __init__(self, rules: Mapping[str, Patterns]) -> None:
        check(rules)
        self._rules = rules
        self._fired: list[tuple[str, Facts]] = []
        self._host: Any = None
        self._release: Callable[[], object] = _nothing_to_release

    @contextmanager
    def memory(self) -> Iterator[Memory]:
        """An empty working memory, deleted at the end. After any fault the session starts afresh at its next use.

        Raises
        ------
        EngineFailed
            If the native engine did, or an action.
        """
        if self._host is None:
            self._open()
        try:
            memory = Memory(self._host)
            try:
                yield memory
                memory.finish(self._fired)
            finally:
                self._fired.clear()
                memory.delete()
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Free the ruleset. The next use compiles it anew."""
        self._host = None
        self._release()

    def _open(self) -> None:
        definition = {
            name: {
                "all": [{alias: pattern} for alias, pattern in patterns.items()],
                "run": _action(name, self._fired) if name in self._rules else _ignore,
            }
            for name, patterns in {**HOUSEKEEPING, **self._rules}.items()
        }
        self._host = _QuietHost({_NAME: definition})
        # Nothing in durable-rules ever frees a ruleset.
        handle = self._host.get_ruleset(_NAME)._handle
        release = weakref.finalize(self, engine.durable_rules_engine.delete_ruleset, handle)
        release.atexit = False
        self._release = release


def _action(name: str, fired: list[tuple[str, Facts]]) -> Callable[[Any], None]:
    def fire(closure: Any) -> None:
        fired.append((name, closure._m))

    return fire


def _ignore(closure: Any) -> None:
    pass


def _nothing_to_release() -> None:
    pass
