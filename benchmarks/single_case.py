"""How long does one case take? Reference engine, default path and durable alone, side by side in one run.

    python benchmarks/single_case.py [--repeat N] [--rules DIR]

Prints one table: medians over the shipped whole-intake cases, in milliseconds, and each as a ratio to the reference
engine; the answers of the engines are compared before anything is timed. Import time is measured in fresh processes.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from ipt_formulate.engines.choosing import verdicts_of
from ipt_formulate.engines.reference import ReferenceEngine
from ipt_formulate.engines.signs import situations_of
from ipt_formulate.explain.formulation import formulate
from ipt_formulate.formulation.formulate import outcome
from ipt_formulate.intake import Intake
from ipt_formulate.reading import read_file
from ipt_formulate.rulebook import Rulebook

ROOT = Path(__file__).resolve().parent.parent


def cases() -> list[Intake]:
    """The golden cases."""
    files = sorted((ROOT / "rules" / "cases" / "golden").glob("*.yaml"))
    return [Intake.from_dict(read_file(path).data["intake"]) for path in files]


def median_ms(work: Callable[[Intake], object], intakes: list[Intake], repeat: int) -> float:
    """The median over the cases of each case's best of `repeat` runs."""
    best = []
    for intake in intakes:
        work(intake)
        runs = []
        for _ in range(repeat):
            start = time.perf_counter()
            work(intake)
            runs.append(time.perf_counter() - start)
        best.append(min(runs) * 1000)
    return statistics.median(best)


def import_seconds(statement: str, repeat: int = 7) -> float:
    """The median time of a statement in a fresh interpreter, less that of an empty one."""

    def run(code: str) -> float:
        start = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], check=True)
        return time.perf_counter() - start

    empty = statistics.median(run("pass") for _ in range(repeat))
    return statistics.median(run(statement) for _ in range(repeat)) - empty


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    options.add_argument("--repeat", type=int, default=5, help="runs of each case; the best counts")
    options.add_argument("--rules", default=None, help="another rulebook")
    chosen = options.parse_args()
    book, intakes = Rulebook.load(chosen.rules), cases()
    rows: list[tuple[str, float]] = []

    def row(name: str, work: Callable[[Intake], object]) -> None:
        rows.append((name, median_ms(work, intakes, chosen.repeat)))

    situations = {id(each): situations_of(each, book) for each in intakes}
    for each in intakes:  # answers first: auto compares every verdict of both engines
        verdicts_of(situations[id(each)], book, "auto")
    row("reference engine, both passes", lambda each: ReferenceEngine().run(situations_of(each, book), book))
    row("reference engine to focus and stages", lambda each: outcome(each, book))
    row("whole result, reference engine", lambda each: formulate(each, rulebook=book, engine="reference"))
    row("whole result, default path", lambda each: formulate(each, rulebook=book, engine="auto"))
    try:
        from ipt_formulate.engines import durable
    except ImportError:
        print("durable-rules cannot be imported here: the default path is the reference engine")
    else:
        engine = durable.engine_for(book)
        row("durable alone, matching", lambda each: engine.run(situations[id(each)], book))
    yardstick = rows[0][1]
    print(f"{len(book.active)} rules, {len(intakes)} golden cases, median of each case's best of {chosen.repeat}")
    print(f"{'':40}{'ms a case':>10}{'ratio':>8}")
    for name, value in rows:
        print(f"{name:40}{value:10.2f}{value / yardstick:8.1f}")
    start = time.perf_counter()
    Rulebook.load(chosen.rules)
    print(f"{'loading the rulebook, cached':40}{time.perf_counter() - start:10.2f} s")
    print(f"{'import ipt_formulate':40}{import_seconds('import ipt_formulate'):10.2f} s")
    everything = "from ipt_formulate import formulate, Intake, Rulebook"
    print(f"{'import with all public names':40}{import_seconds(everything):10.2f} s")


if __name__ == "__main__":
    main()
