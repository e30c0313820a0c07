"""What runs where durable-rules is missing or unlike what is expected. Must not import the durable engine."""

from __future__ import annotations

import sys

from ipt_formulate import Intake, formulate
from ipt_formulate.engines.choosing import EngineUnavailable

CASE = {"losses": [{"id": "husband", "kind": "death_of_person"}]}


def hide(name: str) -> None:
    """Hide the whole of durable-rules, or one private name of it that the fence stands on."""
    if name == "durable":
        sys.modules["durable"] = None  # type: ignore[assignment]
        return
    from durable import engine

    owner, _, last = name.rpartition(".")
    holder = engine
    for each in owner.split(".") if owner else ():
        holder = getattr(holder, each)
    delattr(holder, last)


def without(name: str) -> None:
    """The reference engine runs alone, the receipt says so, and asking for durable by name says what is missing."""
    hide(name)
    intake = Intake.from_dict(CASE)
    receipt = formulate(intake).receipt
    assert receipt.engines == ("reference",)
    assert receipt.engine_note is not None
    assert "durable-rules" in receipt.engine_note
    try:
        formulate(intake, engine="durable")
    except EngineUnavailable as unavailable:
        print(unavailable.__cause__)
        return
    raise AssertionError("the durable engine ran without durable-rules")
