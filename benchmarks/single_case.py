"""How long does one case take? Reference engine, default path and durable alone, side by side in one run.

    python -m benchmarks.single_case [--repeat 5] [--rules DIR] [--format text|md|json]

The answers of the engines are compared on every case before anything is timed. Then each case is run by each of them in
turn. One table: the median over the shipped golden cases of each case's median, the slowest case, and the ratio to the
reference engine. Processor time, so that a busy machine does not matter; imports and loading in fresh processes.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.table import FORMS, shown
from ipt_formulate import Formulation
from ipt_formulate.engines.reference import ReferenceEngine
from ipt_formulate.engines.signs import Situations, situations_of
from ipt_formulate.engines.verdicts import compare
from ipt_formulate.explain.formulation import formulate
from ipt_formulate.formulation.formulate import outcome
from ipt_formulate.intake import Intake
from ipt_formulate.reading import read_file
from ipt_formulate.rulebook import Rulebook

ROOT = Path(__file__).resolve().parent.parent
STATEMENTS = {
    "import ipt_formulate": "import ipt_formulate",
    "import, all names of the README": "from ipt_formulate import Intake, formulate, Rulebook",
    "import and load the rulebook": "from ipt_formulate import Rulebook; Rulebook.load()",
}


def golden_cases() -> list[Intake]:
    """The golden cases."""
    files = sorted((ROOT / "rules" / "cases" / "golden").glob("*.yaml"))
    return [Intake.from_dict(read_file(path).data["intake"]) for path in files]


def ways(book: Rulebook, intakes: list[Intake]) -> dict[str, tuple[str, Callable[[Intake, Situations], Any]]]:
    """What is timed, and the way it is judged by. Durable is left out where it cannot be imported."""
    reference = ReferenceEngine()
    plain = {id(intake): intake.to_dict() for intake in intakes}
    rules, whole = "rules: reference engine", "whole result: reference engine"
    found: dict[str, tuple[str, Callable[[Intake, Situations], Any]]] = {
        rules: (rules, lambda intake, situations: reference.run(situations, book)),
        "signs, rules, focus and stages: reference engine": (rules, lambda intake, situations: outcome(intake, book)),
        "reading: an intake from plain data": (rules, lambda intake, situations: Intake.from_dict(plain[id(intake)])),
        whole: (whole, lambda intake, situations: formulate(intake, rulebook=book, engine="reference")),
    }
    try:
        from ipt_formulate.engines.durable import engine_for
    except ImportError:
        print("durable-rules cannot be imported here: the default path is the reference engine", file=sys.stderr)
        return found
    durable = engine_for(book)
    found["rules: durable alone"] = rules, lambda intake, situations: durable.run(situations, book)
    found["whole result: default path"] = whole, lambda intake, situations: formulate(intake, rulebook=book)
    return dict(sorted(found.items(), key=lambda each: list(found).index(each[1][0])))


def compared(
    work: dict[str, tuple[str, Callable[[Intake, Situations], Any]]], intake: Intake, seen: Situations
) -> None:
    """Stop with an error unless the engines say the same of a case."""
    answers = {name: run(intake, seen) for name, (_, run) in work.items()}
    for name, (judge, _) in work.items():
        if name.endswith("durable alone"):
            compare(answers[name], answers[judge], ("durable", "reference"))
        elif isinstance(answers[name], Formulation):
            mine, theirs = (answers[each].model_dump(exclude={"receipt"}) for each in (name, judge))
            assert mine == theirs, f"{name} differs from {judge}"


def fresh_seconds(statement: str, repeat: int) -> float:
    """The median processor time of a statement in a fresh interpreter, less that of an empty one."""

    def run(code: str) -> float:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    return statistics.median(run(statement) for _ in range(repeat)) - statistics.median(
        run("pass") for _ in range(repeat)
    )


def main() -> None:
    """Measure and print."""
    assert __doc__ is not None
    options = argparse.ArgumentParser(
        prog="python -m benchmarks.single_case",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    options.add_argument("--repeat", type=int, default=5, help="runs of each case; the median counts (5)")
    options.add_argument("--rules", default=None, help="another rulebook")
    options.add_argument("--format", choices=FORMS, default="text", help="how the table is printed")
    chosen = options.parse_args()
    book, intakes = Rulebook.load(chosen.rules), golden_cases()
    work = ways(book, intakes)
    times: dict[str, list[float]] = {name: [] for name in work}
    for number, intake in enumerate(intakes, 1):
        situations = situations_of(intake, book)
        compared(work, intake, situations)
        runs: dict[str, list[float]] = {name: [] for name in work}
        for _ in range(chosen.repeat):
            for name, (_, run) in work.items():
                start = time.process_time()
                run(intake, situations)
                runs[name].append(time.process_time() - start)
        for name in work:
            times[name].append(statistics.median(runs[name]) * 1000)
        if sys.stderr.isatty():
            print(f"\r{number} of {len(intakes)} cases", end="", file=sys.stderr)
    rows: list[dict[str, Any]] = [
        {
            "what": name,
            "ms, median case": statistics.median(times[name]),
            "ms, slowest case": max(times[name]),
            "ratio": statistics.median(a / b for a, b in zip(times[name], times[judge], strict=True)),
        }
        for name, (judge, _) in work.items()
    ]
    rows += [{"what": name, "ms, median case": fresh_seconds(code, 7) * 1000} for name, code in STATEMENTS.items()]
    print(shown(("what", "ms, median case", "ms, slowest case", "ratio"), rows, chosen.format))
    if chosen.format != "json":
        print(f"\n{len(book.active)} rules, {len(intakes)} golden cases, each {chosen.repeat} times; processor time.")
        print("The engines agreed on every verdict of every case. ratio: to the reference engine, case by case.")


if __name__ == "__main__":
    main()
