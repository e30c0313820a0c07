"""How long does it take to take one case apart? Every verb beside the formulation itself, in one run.

    python -m benchmarks.explain [--repeat 3] [--every N] [--format text|md|json]

Over the shipped golden cases and examples. `why`, `why_not` and `contrast` are asked about everything that a case has;
the first question to a case, which also makes ready what the others share, stands apart. `next_questions` is asked of
each case with half of its answers hidden, without a solver, for the first five and for all that can change the result;
`what_if` takes each of a few answers away; `smallest_changes` looks for each area that does not lead, up to two
changes; `compare` is given another focus than the engine's, with no time for near misses, which are smallest changes.
Processor time; ratio: to formulating the same case on the reference engine.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

from benchmarks.questions import hidden
from benchmarks.single_case import golden_cases
from benchmarks.table import FORMS, shown
from ipt_formulate.explain.formulation import Formulation, formulate
from ipt_formulate.explain.questions import next_questions
from ipt_formulate.formulation.formulate import conclude
from ipt_formulate.intake import Intake
from ipt_formulate.rulebook import Rulebook

BOUNDS = {"why": 20, "why_not": 20, "contrast": 20, "next_questions": 1000, "smallest_changes, to two": 5000}
"""Milliseconds that a call may take; an aim, not a test."""
WHAT_IFS = 5
ROOT = Path(__file__).resolve().parents[1]


def cases() -> list[Intake]:
    """The golden cases, and the examples with the published ones among them."""
    files = sorted((ROOT / "examples" / "cases").rglob("*.yaml"))
    return [*golden_cases(), *(Intake.from_file(file) for file in files if file.name != "labels.yaml")]


def seconds(run: Callable[[], Any]) -> float:
    """Processor time of one call."""
    start = time.process_time()
    run()
    return time.process_time() - start


def targets(made: Formulation) -> list[str]:
    """Everything of a case that can be asked about, rules left out."""
    areas = [code for code, area in made.areas.items() if hasattr(area, "standing")]
    stages = [f"stage:{each.situation}" for each in made.disputes]
    situations = [f"{each.area}:{each.situation}" for each in made.candidates]
    return ["focus", *areas, *situations, *stages, *(f"flag:{each.id}" for each in made.flags)]


def measured(intake: Intake, book: Rulebook, repeat: int, seed: int) -> dict[str, list[float]]:
    """Seconds of every call by verb; the median of the runs of each."""
    found: dict[str, list[float]] = defaultdict(list)

    def note(name: str, run: Callable[[], Any], times: int = repeat) -> None:
        found[name].append(statistics.median(seconds(run) for _ in range(times)))

    note("formulate", lambda: formulate(intake, rulebook=book, engine="reference"))
    made = formulate(intake, rulebook=book, engine="reference")
    found["the first why"].append(seconds(lambda: made.why("focus")))
    for target in targets(made):
        note("why", lambda target=target: made.why(target))
        note("why_not", lambda target=target: made.why_not(target))
    ranked = [f"{each.area}:{each.situation}" for each in made.candidates]
    for one, other in pairwise(ranked):
        note("contrast", lambda one=one, other=other: made.contrast(one, other))
    note("formulation_text", made.formulation_text)
    known = [path for path in intake.paths() if intake.answer(path).known and path != "frame.assessed_on"]
    for path in known[:: max(len(known) // WHAT_IFS, 1)][:WHAT_IFS]:
        note("what_if", lambda path=path: made.what_if({path: None}))
    other = "grief" if made.focus.primary is None or made.focus.primary.area != "grief" else "role_dispute"
    trainee = {"areas": [other], "focus": other}
    note("compare, without near misses", lambda: made.compare(trainee, seconds=0), times=1)
    half = hidden(intake, 0.5, random.Random(seed))
    result, work = conclude(half, book, "reference")
    note("next_questions", lambda: next_questions(result, work), times=1)
    note("next_questions, all of them", lambda: next_questions(result, work, None), times=1)
    lead = made.focus.primary.area if made.focus.primary else None
    for area in ("grief", "role_dispute", "role_transition"):
        if area != lead:
            note("smallest_changes, to two", lambda area=area: made.smallest_changes(f"{area} leads"), times=1)
    note("across_switches", made.across_switches, times=1)
    return found


def main() -> None:
    """Measure and print."""
    assert __doc__ is not None
    options = argparse.ArgumentParser(
        prog="python -m benchmarks.explain",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    options.add_argument("--repeat", type=int, default=3, help="runs of each quick call; the median counts (3)")
    options.add_argument("--every", type=int, default=1, metavar="N", help="only every N-th case")
    options.add_argument("--format", choices=FORMS, default="text", help="how the table is printed")
    chosen = options.parse_args()
    book, intakes = Rulebook.load(), cases()[:: chosen.every]
    calls: dict[str, list[float]] = defaultdict(list)
    ratios: dict[str, list[float]] = defaultdict(list)
    for number, intake in enumerate(intakes, 1):
        found = measured(intake, book, chosen.repeat, number)
        for name, taken in found.items():
            calls[name] += taken
            ratios[name] += [each / found["formulate"][0] for each in taken]
        if sys.stderr.isatty():
            print(f"\r{number} of {len(intakes)} cases", end="", file=sys.stderr)
    rows = [
        {
            "what": name,
            "calls": len(taken),
            "ms, median": statistics.median(taken) * 1000,
            "ms, slowest": max(taken) * 1000,
            "bound, ms": BOUNDS.get(name),
            "ratio, median": statistics.median(ratios[name]),
        }
        for name, taken in calls.items()
    ]
    print(shown(("what", "calls", "ms, median", "ms, slowest", "bound, ms", "ratio, median"), rows, chosen.format))
    if chosen.format != "json":
        print(f"\n{len(book.active)} rules, {len(intakes)} golden cases and examples; processor time.")


if __name__ == "__main__":
    main()
