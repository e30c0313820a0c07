"""Which compiled engine runs a rulebook?

One for each rulebook, kept for the next case: compiling takes far longer than a case. Only a few are kept, because the
native engine holds memory for each; the one that was not used for the longest time is freed.
"""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock

from ipt_formulate.engines.durable.program import Program
from ipt_formulate.engines.durable.running import run
from ipt_formulate.engines.signs import Situations
from ipt_formulate.engines.verdicts import Verdicts
from ipt_formulate.rulebook import Rulebook

MOST_ENGINES = 8
"""Each holds about eight megabytes; there is one for each shipped profile."""


class DurableEngine:
    """A rulebook compiled for durable-rules; its settings do not matter, they are facts to the rules.

    Any number of threads may use it; they take turns.

    Raises
    ------
    RuleTooLarge
        If a single test of a rule cannot be expressed.
    """

    name = "durable"

    def __init__(self, book: Rulebook) -> None:
        self.book = book
        self._lock = Lock()
        self._program = Program(book)

    def run(self, situations: Situations, book: Rulebook) -> Verdicts:
        """The verdict of every matched rule.

        Raises
        ------
        ValueError
            If the engine was made for another rulebook.
        EngineFailed
            If the native engine failed; nothing was concluded.
        """
        if book.rules is not self.book.rules and book.sha256 != self.book.sha256:
            raise ValueError("this engine was compiled for another rulebook; take the one of engine_for(book)")
        with self._lock:
            return run(self._program, situations)

    def close(self) -> None:
        """Free what the native engine holds. It is made anew if the engine is used again."""
        with self._lock:
            self._program.close()


_engines: OrderedDict[str, DurableEngine] = OrderedDict()
_engines_lock = Lock()


def engine_for(book: Rulebook) -> DurableEngine:
    """The engine of a rulebook, compiled at its first use.

    Raises
    ------
    RuleTooLarge
        If a single test of a rule cannot be expressed.
    """
    with _engines_lock:
        same_rules = (key for key, engine in _engines.items() if engine.book.rules is book.rules)
        key = next(same_rules, None) or book.sha256
        if key not in _engines:
            _engines[key] = DurableEngine(book)
        _engines.move_to_end(key)
        engine = _engines[key]
        dropped = _engines.popitem(last=False)[1] if len(_engines) > MOST_ENGINES else None
    if dropped is not None:
        dropped.close()
    return engine
