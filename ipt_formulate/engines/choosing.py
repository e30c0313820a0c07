"""Which engines run, and do they agree?

`auto` runs durable where it can be imported and the reference engine beside it, and compares every verdict; elsewhere
the reference engine runs alone and the receipt says so. A disagreement is an error, never a silent choice.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from ipt_formulate.engines.reference import ReferenceEngine
from ipt_formulate.engines.signs import Situations
from ipt_formulate.engines.verdicts import Verdicts, compare
from ipt_formulate.rulebook import Rulebook

EngineName: TypeAlias = Literal["auto", "durable", "reference"]
ENGINES: tuple[EngineName, ...] = ("auto", "durable", "reference")


class EngineUnavailable(Exception):
    """The engine that was asked for cannot run here; says why and what to do."""


def verdicts_of(
    situations: Situations, book: Rulebook, engine: EngineName = "auto"
) -> tuple[Verdicts, tuple[str, ...], str | None]:
    """Verdicts, the names of the engines that ran, and a note if the one that was hoped for could not.

    Raises
    ------
    EngineUnavailable
        If `durable` was asked for by name and cannot be imported.
    EngineDisagreement
        If two engines differ in any verdict.
    ValueError
        If there is no such engine; nothing has run then.
    """
    if engine not in ENGINES:
        raise ValueError(f"there is no engine {engine!r}; choose {', '.join(ENGINES)}")
    reference = ReferenceEngine().run(situations, book)
    if engine == "reference":
        return reference, ("reference",), None
    try:
        from ipt_formulate.engines import durable
    except ImportError as missing:
        note = "durable-rules cannot be imported here; the reference engine ran alone"
        if engine == "durable":
            raise EngineUnavailable(
                "the durable engine cannot run: durable-rules cannot be imported (it needs Python 3.11 or 3.12 and a "
                "C compiler at installation); use engine='reference'"
            ) from missing
        return reference, ("reference",), note
    found = durable.engine_for(book).run(situations, book)
    compare(found, reference, ("durable", "reference"))
    return reference, ("durable", "reference"), None
