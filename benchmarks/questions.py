"""Does the order of `next_questions` find the lead with fewer questions than reading down the form?

Half of the answers of every shipped whole case are hidden at random. Each order asks for them one by one, and is told
the answer where the case has it, else that nobody knows. Counted are the questions until the lead is that of the whole
case and stays so. Questions about safety come first in every order and are not counted; neither is free text.

    python -m benchmarks.questions [--seeds N] [--share 0.5] [--every N] [--format text|md|json]
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from functools import reduce
from itertools import chain, combinations
from pathlib import Path
from statistics import mean, median

from benchmarks.table import FORMS, shown
from ipt_formulate.analysis.whole_cases import read_whole_case
from ipt_formulate.explain.questions import order_to_ask
from ipt_formulate.explain.relevance import Relevance
from ipt_formulate.formulation.formulate import Work, conclude
from ipt_formulate.formulation.outcome import lean_of
from ipt_formulate.intake import SECTIONS, Intake, IntakeError, Text, parse_path
from ipt_formulate.rulebook import Rulebook

ROOT = Path(__file__).resolve().parents[1]
ORDERS = ("next_questions", "result", "document", "random")
SHUFFLES = 5
MOST_LEFT = 7
"""Of so many answers every set is tried, which takes less than to rank all questions once more."""
DECISIONS = "decisions"
"""What a clinician decides is no question of the form."""


def cases(book: Rulebook) -> Iterator[tuple[str, Intake]]:
    """Every shipped whole case: golden, whole, examples and published."""
    for file in sorted((ROOT / "rules" / "cases").rglob("*.yaml")):
        yield file.stem, read_whole_case(file, book).intake
    for file in sorted((ROOT / "examples" / "cases").rglob("*.yaml")):
        if file.name != "labels.yaml":
            yield file.stem, Intake.from_file(file)


def pool(intake: Intake) -> list[str]:
    """What can be asked and counts, in the order of the form."""
    found = []
    for text in intake.paths():
        path = parse_path(text)
        is_mark = path.part in SECTIONS.values() and not path.id and path.field == "asked"
        counts = not is_mark and not path.item.safety and not isinstance(path.item.type, Text)
        if counts and not intake.answer(text).known:
            found.append(text)
    return found


def hidden(full: Intake, share: float, rng: random.Random) -> Intake:
    """The case with a share of its answers hidden; dates of the assessment and safety stay."""
    gone = {}
    for text in full.paths():
        path = parse_path(text)
        if path.field == "asked" and not path.id:
            continue
        if full.answer(text).known and not path.item.safety and text != "frame.assessed_on" and rng.random() < share:
            gone[text] = None
    return full.with_answers(gone)


def full_has(full: Intake, path: str) -> bool:
    """Does the full case have the answer?"""
    return not parse_path(path).origin and full.answer(path).known


def told(intake: Intake, full: Intake, path: str) -> Intake:
    """The intake with the answer of the full case, as far as it has one."""
    parsed = parse_path(path)
    if not full_has(full, path):
        return intake
    answer = full.answer(path)
    wire = {"value": parsed.item.type.write(answer.value)}
    if answer.source is not None:
        wire["source"] = answer.source
    try:
        return intake.with_answers({path: wire})
    except IntakeError:
        return intake


def bearing_on_lead(work: Work) -> set[str]:
    """The missing answers that may still bear on the lead; under no further answers can another one change it."""
    bearing = (path for path, what in Relevance(work).bears_on.items() if "focus" in what and path != DECISIONS)
    return {str(replace(parse_path(path), member=None)) for path in bearing}


def asked_in_order(start: Intake, full: Intake, book: Rulebook, order: list[str], bearing: set[str]) -> int:
    """Questions until the lead is the final one for good, in a fixed order."""
    goal = lean_of(full, book).lead
    last = 0 if lean_of(start, book).lead == goal else None
    now = start
    for number, path in enumerate(order, 1):
        after = told(now, full, path)
        if after is now:
            continue
        now = after
        if path not in bearing:
            continue  # the lead is as it was
        if lean_of(now, book).lead != goal:
            last = None
        elif last is None:
            last = number
    return last if last is not None else len(order) + 1


def stays(now: Intake, full: Intake, left: list[str], book: Rulebook) -> bool:
    """Does the lead stay, in whatever order the answers that are left are told? Not known where these are many."""
    if len(left) > MOST_LEFT:
        return False
    lead = lean_of(now, book).lead
    sets = chain.from_iterable(combinations(left, size) for size in range(len(left), 0, -1))
    return all(
        lean_of(reduce(lambda so_far, path: told(so_far, full, path), each, now), book).lead == lead for each in sets
    )


def asked_by_worth(start: Intake, full: Intake, book: Rulebook, *, plain: bool) -> int:
    """Questions until the lead is the final one for good, asked in the order of the library."""
    goal = lean_of(full, book).lead
    now, count = start, 0
    last = 0 if lean_of(start, book).lead == goal else None
    seen: set[str] = {path for path in start.paths() if parse_path(path).item.safety}
    while True:
        result, work = conclude(now, book, "reference")
        left = [path for path in sorted(bearing_on_lead(work) - seen) if full_has(full, path)]
        if last is not None and stays(now, full, left, book):
            break  # the lead is found, and nothing that can still be told takes it away
        if plain:
            paths = [each.path for each in result.questions if each.bucket == "can_change"]
        else:
            paths = list(order_to_ask(result, work, seen))
        after = now
        for path in paths:
            if path in seen or path == DECISIONS or parse_path(path).item.safety:
                continue
            seen.add(path)
            count += 1
            after = told(now, full, path)
            if after is not now:
                break
        if after is now:
            break
        now = after
        if lean_of(now, book).lead != goal:
            last = None
        elif last is None:
            last = count
    return last if last is not None else count + 1


def main() -> None:
    """Print the means over all cases."""
    assert __doc__ is not None
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.questions", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seeds", type=int, default=1, metavar="N", help="how often each case is hidden at random (1)")
    parser.add_argument("--share", type=float, default=0.5, help="share of the answers that are hidden (0.5)")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="only every N-th case")
    parser.add_argument("--cases", default="", metavar="TEXT", help="only cases whose name contains this")
    parser.add_argument("--list", action="store_true", help="also what each case took in the order of the library")
    parser.add_argument("--format", choices=FORMS, default="text", help="how the table is printed")
    options = parser.parse_args()
    book = Rulebook.load()
    counts: dict[str, list[float]] = {order: [] for order in ORDERS}
    began, tried = time.process_time(), 0
    chosen = [each for each in cases(book) if options.cases in each[0]][:: options.every]
    for at, (name, full) in enumerate(chosen, 1):
        for seed in range(options.seeds):
            rng = random.Random(f"{name} {seed}")
            start = hidden(full, options.share, rng)
            tried += 1
            if lean_of(start, book).lead == lean_of(full, book).lead:
                continue  # nothing to find: every order would be at its goal before the first question
            order = pool(start)
            bearing = bearing_on_lead(conclude(start, book, "reference")[1])
            counts["document"].append(asked_in_order(start, full, book, order, bearing))
            shuffled = []
            for _ in range(SHUFFLES):
                mixed = list(order)
                rng.shuffle(mixed)
                shuffled.append(asked_in_order(start, full, book, mixed, bearing))
            counts["random"].append(mean(shuffled))
            number = asked_by_worth(start, full, book, plain=False)
            counts["next_questions"].append(number)
            counts["result"].append(asked_by_worth(start, full, book, plain=True))
            if options.list:
                print(f"{name} {seed}: {number}")
        if sys.stderr.isatty():
            print(f"\r{at} of {len(chosen)} cases", end="", file=sys.stderr)
    rows = [
        {"order": order, "mean": mean(found), "median": float(median(found)), "most": float(max(found))}
        for order, found in counts.items()
        if found
    ]
    print(shown(("order", "mean", "median", "most"), rows, options.format))
    if options.format != "json":
        moved = len(counts["document"])
        print(f"\n{tried} cases with {options.share:.0%} of their answers hidden; in {moved} the lead had to be found.")
        print(f"random: the mean of {SHUFFLES} shuffles. {time.process_time() - began:.0f} s processor time in all.")


if __name__ == "__main__":
    main()
