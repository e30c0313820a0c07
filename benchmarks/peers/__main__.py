"""The same rules in other rule engines: are the answers right, and how long does a case take?

    python -m benchmarks.peers [--cases 30] [--together 1000] [--repeat 5] [--only NAME] [--format text|md|json]

Every engine runs in a process of its own, and beside it, case by case, the reference engine, so that the ratio holds
on a busy machine. Times are processor time. A table is printed at the end; progress goes to standard error. Engines
that are not installed are named: `pip install 'ipt-formulate[benchmarks]'`.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.metadata
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks.peers import ours
from benchmarks.peers.rows import Prepared, Row, only, prepared, synthetic
from benchmarks.peers.said import Way, said, sayable, verdict
from benchmarks.process import forget_peak, held_mb, peak_mb
from benchmarks.table import FORMS, shown
from ipt_formulate.engines.verdicts import matched_rules
from ipt_formulate.logic.truth import NO, UNKNOWN, YES, Truth
from ipt_formulate.rulebook import Rulebook


@dataclass(frozen=True, slots=True)
class Contestant:
    """One line of the table.

    `home`: its class, or nothing for our engines that take records. `lacks`: what the other rules would need and it has
    no words for, over and above the unknown.
    """

    name: str
    package: str | None = None
    home: str | None = None
    ways: tuple[Way, ...] = ("plain", "rails")
    lacks: tuple[str, ...] = ()


CONTESTANTS = (
    *(Contestant(name) for name in ours.ENGINES),
    Contestant("columns on Polars", "polars", "benchmarks.peers.ours:ColumnsPeer", ("rails",)),
    Contestant("clipspy", "clipspy", "benchmarks.peers.clips_peer:ClipsPeer"),
    Contestant("zen-engine", "zen-engine", "benchmarks.peers.zen_peer:ZenPeer"),
    Contestant("rule-engine", "rule-engine", "benchmarks.peers.rule_engine_peer:RuleEnginePeer"),
    Contestant(
        "business-rules",
        "business-rules",
        "benchmarks.peers.business_rules_peer:BusinessRulesPeer",
        lacks=("other records", "counting"),
    ),
    Contestant("experta", "experta", "benchmarks.peers.experta_peer:ExpertaPeer", lacks=("counting",)),
    Contestant("pandas script", "pandas", "benchmarks.peers.arrays_peer:PandasPeer", ("plain",)),
    Contestant("NumPy script", "numpy", "benchmarks.peers.arrays_peer:NumpyPeer", ("rails",)),
)
COLUMNS = (
    "engine", "version", "way", "rules", "verdicts", "wrong", "unknown as no", "unknown as yes", "other",
    "ms a case", "ratio", "ms a case of many", "ratio of many", "MB", "cannot say",
)  # fmt: skip
MISSING = 0.2
"""The share of answers that are missing in the made-up cases."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How much is measured."""

    cases: int
    together: int
    repeat: int
    seed: int


# -- one engine, in a process of its own --------------------------------------------------------------------------


def measured(contestant: Contestant, way: Way, settings: Settings, many: Path) -> dict[str, Any]:
    """The line of one engine: answers compared with the reference first, then times beside it."""
    book = Rulebook.load()
    rules = sayable(book)
    small = only(book, rules)
    cases = prepared(synthetic(settings.cases, settings.seed, MISSING), book, way)
    reference = ours.reference(small)
    rows = _read_rows(many)
    before = held_mb()
    forget_peak()
    try:
        answer, answers, together = _engine(contestant, way, rules, book, small)
    except ImportError as missing:
        return {"way": way, "other": f"not installed ({missing.name})"}
    line: dict[str, Any] = {"version": _version(contestant), "way": way if contestant.home else "", "rules": len(rules)}
    line["cannot say"] = ", ".join((("unknown",) if way == "plain" else ()) + contestant.lacks)
    wrong = Counter[str]()
    for case in cases:
        told = answers(answer(case), case)
        for key, expected in case.expected.items():
            if told[key] != expected:
                wrong[_mistake(expected, told[key])] += 1
    line |= {"verdicts": sum(len(case.expected) for case in cases), "wrong": sum(wrong.values())}
    line |= {kind: wrong[kind] for kind in ("unknown as no", "unknown as yes", "other")}
    theirs, beside, ratios = [], [], []
    for _ in range(settings.repeat):
        mine, its = 0.0, 0.0
        for case in cases:
            start = time.process_time()
            reference(case)
            middle = time.process_time()
            answer(case)
            its += time.process_time() - middle
            mine += middle - start
        theirs.append(its / len(cases))
        beside.append(mine / len(cases))
        ratios.append(its / mine)
    single, judged = statistics.median(theirs), statistics.median(beside)
    line |= {"ms a case": single * 1000, "ratio": statistics.median(ratios)}
    if together is not None:
        runs = []
        for _ in range(settings.repeat):
            start = time.process_time()
            together(rows)
            runs.append(time.process_time() - start)
        each = statistics.median(runs) / settings.together
        line |= {"ms a case of many": each * 1000, "ratio of many": each / judged}
    peak = peak_mb()
    if before is not None and peak is not None:
        line["MB"] = round(peak - before)
    return line


Answer = Callable[[Prepared], Any]
Answers = Callable[[Any, Prepared], dict[tuple[str, int], Truth]]


def _engine(
    contestant: Contestant, way: Way, rules: Sequence[Any], book: Rulebook, small: Rulebook
) -> tuple[Answer, Answers, Callable[[list[Row]], Any] | None]:
    """How it answers a case, how its answer is read, and how it answers many cases at once, if it has a way to."""
    if contestant.home is None:
        return ours.ENGINES[contestant.name](small), ours.truths, None
    module, _, name = contestant.home.partition(":")
    peer = getattr(importlib.import_module(module), name)(said(rules, book.vocabulary, way))
    if contestant.package is not None:
        importlib.metadata.version(contestant.package)
    return (
        lambda case: peer.fire(case.rows),
        lambda fired, case: {key: verdict(fired, *key, way) for key in case.expected},
        peer.fire if peer.batch else None,
    )


def _mistake(expected: Truth, told: Truth) -> str:
    if expected == UNKNOWN:
        return {NO: "unknown as no", YES: "unknown as yes"}[told]
    return "other"


def _version(contestant: Contestant) -> str:
    package = contestant.package or ("durable-rules" if "durable" in contestant.name else None)
    return importlib.metadata.version(package) if package else ""


# -- all of them --------------------------------------------------------------------------------------------------


def _write_rows(path: Path, cases: list[Prepared]) -> None:
    with path.open("w") as file:
        json.dump([[row.number, row.about, row.values] for case in cases for row in case.rows], file)


def _read_rows(path: Path) -> list[Row]:
    return [Row(number, about, values, "", False) for number, about, values in json.loads(path.read_text())]


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure every engine and print the table."""
    assert __doc__ is not None
    options = argparse.ArgumentParser(
        prog="python -m benchmarks.peers", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--cases", type=int, default=30, help="cases that are run one by one (30)")
    options.add_argument("--together", type=int, default=1000, help="cases that are run in one go (1000)")
    options.add_argument("--repeat", type=int, default=5, help="runs of everything; the median counts (5)")
    options.add_argument("--seed", type=int, default=7, help="which made-up cases (7)")
    options.add_argument("--only", action="append", metavar="NAME", help="only this engine; may be repeated")
    options.add_argument("--format", choices=FORMS, default="text", help="how the table is printed")
    options.add_argument("--one", nargs=3, metavar=("NAME", "WAY", "ROWS"), help=argparse.SUPPRESS)
    chosen = options.parse_args(arguments)
    settings = Settings(chosen.cases, chosen.together, chosen.repeat, chosen.seed)
    by_name = {each.name: each for each in CONTESTANTS}
    if chosen.one:
        name, way, many = chosen.one
        print(json.dumps(measured(by_name[name], way, settings, Path(many))))
        return
    for name in chosen.only or ():
        if name not in by_name:
            options.error(f"there is no engine {name!r}; there are: {', '.join(by_name)}")
    wanted = [each for each in CONTESTANTS if not chosen.only or each.name in chosen.only]
    print(shown(COLUMNS, _lines(wanted, settings), chosen.format))
    if chosen.format != "json":
        print(_notes(settings))


def _lines(wanted: Sequence[Contestant], settings: Settings) -> list[dict[str, Any]]:
    book = Rulebook.load()
    lines = []
    with tempfile.TemporaryDirectory() as folder:
        many = synthetic(settings.together, settings.seed + 1, MISSING)
        files: dict[Way, Path] = {way: Path(folder) / f"{way}.json" for way in ("plain", "rails")}
        for way, path in files.items():
            print(f"preparing {settings.together} cases, {way}", file=sys.stderr)
            _write_rows(path, prepared(many, book, way))
        for each in wanted:
            for way in each.ways if each.home else ("rails",):
                print(f"{each.name}, {way}", file=sys.stderr)
                lines.append({"engine": each.name, **_in_a_process(each, way, settings, files[way])})
    return lines


def _in_a_process(each: Contestant, way: Way, settings: Settings, many: Path) -> dict[str, Any]:
    numbers = [f"--{name}={value}" for name, value in asdict(settings).items()]
    command = [sys.executable, "-m", "benchmarks.peers", *numbers, "--one", each.name, way, str(many)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    if run.returncode != 0:
        reason = run.stderr.strip().splitlines()[-1:] or [f"exit code {run.returncode}"]
        return {"way": way, "other": f"failed: {reason[0]}"}
    found: dict[str, Any] = json.loads(run.stdout.splitlines()[-1])
    return found


def _notes(settings: Settings) -> str:
    book = Rulebook.load()
    matched, here = len(matched_rules(book)), len(sayable(book))
    return f"""
{here} of the {matched} matched rules look at one record and its case; the others count records or follow links and
are left out for everybody ("cannot say": what the engine would have no words for). A verdict is that of one rule on one
record in one pass (strict, presumed).
plain: the answers as they are, a missing one missing; the engine can only say yes or no.
rails: every rule twice ("it is so", "it may be so") over columns in which unknown is a value.
ms a case: {settings.cases} made-up cases with {MISSING:.0%} of their answers missing, one by one.
ms a case of many: {settings.together} in one go, for engines that can.
ratio: to the reference engine in the same process. Processor time, medians of {settings.repeat} runs.
MB: what the engine added to its process at most, its import included."""


if __name__ == "__main__":
    main()
