"""How long does it take to load the rulebook, to check it and to try every case in it?

    python -m benchmarks.rulebook [--repeat 3] [--format text|md|json]

What `ipt-formulate rules check` and `rules test` do, on the shipped rulebook, in one process. Processor time; medians.
A case that does not come out as its file says stops the measurement. Ratio: to loading from the cache.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

from benchmarks.table import FORMS, shown
from ipt_formulate.analysis.lints import run_lints
from ipt_formulate.analysis.trials import Trial, rule_trials, whole_trials
from ipt_formulate.rulebook import Rulebook

BOUNDS = {"load from the cache": 0.5, "check and test together": 20.0}
"""Seconds that it may take; an aim, not a test."""


def measured(book: Rulebook) -> dict[str, float]:
    """Seconds of each step, once.

    Raises
    ------
    SystemExit
        If a case does not come out as its file says: a time is worth nothing then.
    """
    trials: list[Trial] = []
    found = {
        "load from the files": seconds(lambda: Rulebook.load(book.folder, places=True)),
        "load from the cache": seconds(lambda: Rulebook.load(book.folder)),
        "another profile, same parameters": seconds(lambda: book.under("uk")),
        "every lint": seconds(lambda: run_lints(book)),
        "every case of a rule": seconds(lambda: trials.extend(rule_trials(book, book.active))),
        "every whole case": seconds(lambda: trials.extend(whole_trials(book))),
    }
    wrong = [line for trial in trials for line in trial.lines(verbose=False)]
    if wrong:
        sys.exit("\n".join(["cases do not come out as their files say:", *wrong]))
    found["check and test together"] = sum(
        found[name] for name in ("every lint", "every case of a rule", "every whole case")
    )
    return found


def seconds(run: Callable[[], Any]) -> float:
    """Processor time of one call."""
    start = time.process_time()
    run()
    return time.process_time() - start


def main() -> None:
    """Measure and print."""
    assert __doc__ is not None
    options = argparse.ArgumentParser(
        prog="python -m benchmarks.rulebook",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    options.add_argument("--repeat", type=int, default=3, help="how often each step runs; the median counts (3)")
    options.add_argument("--format", choices=FORMS, default="text", help="how the table is printed")
    chosen = options.parse_args()
    book = Rulebook.load()
    runs = []
    for number in range(chosen.repeat):
        runs.append(measured(book))
        if sys.stderr.isatty():
            print(f"\r{number + 1} of {chosen.repeat} runs", end="\n" * (number + 1 == chosen.repeat), file=sys.stderr)
    medians = {name: statistics.median(run[name] for run in runs) for name in runs[0]}
    rows = [
        {"what": name, "s": taken, "bound, s": BOUNDS.get(name), "ratio": taken / medians["load from the cache"]}
        for name, taken in medians.items()
    ]
    print(shown(("what", "s", "bound, s", "ratio"), rows, chosen.format))
    if chosen.format != "json":
        cases = sum(len(rule.cases) for rule in book.active)
        whole = sum(1 for _ in (book.folder / "cases").rglob("*.yaml"))
        print(f"\n{len(book.active)} rules with {cases:,} cases, {whole} whole cases; processor time.")


if __name__ == "__main__":
    main()
