"""What runs in a process of its own: everything that calls the native engine in ways that could end the process."""

from __future__ import annotations

import gc
import os
import threading
from pathlib import Path
from typing import Any
from unittest.mock import patch

from ipt_formulate.engines.durable import DurableEngine, EngineFailed, engine, engine_for, host, subset
from ipt_formulate.engines.durable.host import Session
from ipt_formulate.engines.durable.network import MOST_WAITING, Network
from ipt_formulate.engines.reference import ReferenceEngine
from ipt_formulate.engines.signs import situations_of
from ipt_formulate.engines.verdicts import compare
from tests.engines.drawn import book, full_intake, made, with_matched

SECRET = 271828


def _thresholds(count: int) -> dict[str, Any]:
    """Rules that one fact satisfies all at once."""
    return {f"r{each}": {"m": {"$and": [{"k": "loss"}, {"$gt": {"p0": each}}]}} for each in range(count)}


def _fires(rules: dict[str, Any], **fact: int) -> int:
    session = Session(rules)
    with session.memory() as memory:
        memory.add("loss", fact)
    return len(memory.fired)


def depth_of_the_stack() -> None:
    """As many conditions as the model allows run; somewhat more, let past the check, are an error of the engine."""
    network = Network()
    for patterns in subset.HOUSEKEEPING.values():
        for pattern in patterns.values():
            network.add(pattern)
    at_most = MOST_WAITING - network.depth()
    for patterns in _thresholds(at_most).values():
        network.add(patterns["m"])
    assert network.excess() is None
    assert _fires(_thresholds(at_most), p0=1000) == at_most
    with patch.object(host, "check"):
        try:
            _fires(_thresholds(MOST_WAITING + 10), p0=1000)
        except EngineFailed:
            return
    raise AssertionError("the engine took more conditions than its stack holds")


def a_failing_action() -> None:
    """An exception in an action, which the engine swallows, is ours; the next use starts afresh."""
    session = Session(_thresholds(3))
    with session.memory() as memory:
        memory.add("loss", {"p0": SECRET})
    assert len(memory.fired) == 3
    session.close()
    with patch.object(session, "_fired", _Broken()):
        assert "an action" in _failure(session)
    assert session._host is None
    with session.memory() as memory:
        memory.add("loss", {"p0": SECRET})
    assert len(memory.fired) == 3


class _Broken(list[Any]):
    def append(self, item: Any) -> None:
        raise KeyError(SECRET)


def a_failing_engine() -> None:
    """A native error is ours, without the fact that it came from; the next use starts afresh."""
    session = Session(_thresholds(3))
    with session.memory() as memory:
        memory.add("loss", {"p0": 1})
    with patch.object(host, "fact_id", lambda place: "f0"):
        assert "MessageObservedException" in _failure(session, twice=True)
    with session.memory() as memory:
        memory.add("loss", {"p0": 1})
    assert len(memory.fired) == 1


def _failure(session: Session, *, twice: bool = False) -> str:
    try:
        with session.memory() as memory:
            memory.add("loss", {"p0": SECRET})
            if twice:
                memory.add("loss", {"p0": SECRET + 1})
    except EngineFailed as failed:
        seen: list[str] = []
        error: BaseException | None = failed
        while error is not None:
            seen.append(f"{error!r} {error} {error.args}")
            error = error.__cause__ or error.__context__
        assert not any(str(SECRET) in each for each in seen), "a value of the case is in the error"
        return str(failed)
    raise AssertionError("nothing was raised")


def an_interrupted_case() -> None:
    """Whatever stops a case, nothing of it is left for the next one."""
    session = Session(_thresholds(3))
    try:
        with session.memory() as memory:
            memory.add("loss", {"p0": 1000})
            raise KeyboardInterrupt
    except KeyboardInterrupt:
        pass
    with session.memory() as memory:
        memory.add("loss", {"p0": 0})
    assert memory.fired == []
    assert session._fired == []


def no_threads() -> None:
    """The host starts no timer."""
    book_ = book()
    engine_for(book_).run(situations_of(full_intake(1), book_), book_)
    assert threading.active_count() == 1


def flat_memory(cases: int) -> None:
    """Case after case in one process; prints by how many kB it grew after the first fifth."""
    book_ = book()
    durable = engine_for(book_)
    kept = [situations_of(full_intake(number), book_) for number in range(50)]
    for number in range(cases):
        if number == cases // 5:
            gc.collect()
            before = _resident()
        durable.run(kept[number % len(kept)], book_)
    gc.collect()
    print(_resident() - before)


def flat_rulesets(times: int) -> None:
    """Engines made and dropped; prints by how many kB the process grew in the second half.

    An engine holds 8 MB. The first few also grow what the process keeps for good, by 3 MB and in no fixed order.
    """
    book_ = book()
    situations = situations_of(full_intake(1), book_)
    for number in range(times):
        if number == times // 2:
            gc.collect()
            before = _resident()
        dropped = DurableEngine(book_)
        dropped.run(situations, book_)
        if number % 2:
            dropped.close()
    del dropped
    gc.collect()
    print(_resident() - before)


def _resident() -> int:
    status = Path(f"/proc/{os.getpid()}/status").read_text(encoding="ascii")
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS")))


def threads(count: int, cases: int) -> None:
    """Threads that share engines of two rulebooks, each case compared with the reference engine."""
    import sys

    sys.setswitchinterval(1e-5)
    books = [book(), book("who_group")]
    prepared = []
    for number in range(cases):
        book_ = books[number % 2]
        situations = situations_of(full_intake(number), book_)
        prepared.append((book_, situations, ReferenceEngine().run(situations, book_)))
    wrong: list[BaseException] = []

    def work(first: int) -> None:
        try:
            for number in range(cases):
                book_, situations, expected = prepared[(first + number) % cases]
                compare(engine_for(book_).run(situations, book_), expected, ("durable", "reference"))
        except BaseException as error:
            wrong.append(error)

    running = [threading.Thread(target=work, args=(7 * number,)) for number in range(count)]
    for each in running:
        each.start()
    for each in running:
        each.join()
    assert not wrong, wrong[0]


def engines_are_kept_and_freed() -> None:
    """One engine for a rulebook whatever its settings; the oldest is freed; a freed one still answers."""
    first = engine_for(book())
    assert engine_for(book()) is first
    switch = next(each for each in book().switches.values() if not each.many and len(each.values) > 1)
    others = [value for value in switch.values if value != book().settings[switch.name]]
    assert engine_for(book().with_settings({switch.name: others[0]})) is first
    assert engine_for(type(book()).load()) is first
    from ipt_formulate.rulebook import nodes as n
    from ipt_formulate.rulebook.nodes import Sign

    says = n.Says(Sign("loss", "spawned"), True)
    many = [with_matched(made(f"random.rule-{number}", "loss", says)) for number in range(engine.MOST_ENGINES)]
    situations = situations_of(full_intake(1), book())
    first.run(situations, book())
    for each in many:
        engine_for(each)
    assert all(session._host is None for stratum in first._program.strata for _, session in stratum.records)
    assert engine_for(book()) is not first
    compare(first.run(situations, book()), ReferenceEngine().run(situations, book()), ("durable", "reference"))
    try:
        first.run(situations, many[0])
    except ValueError:
        return
    raise AssertionError("an engine ran another rulebook than its own")
