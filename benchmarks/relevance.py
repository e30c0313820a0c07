"""How much sharper is relevance with a solver, for how many cases is it exact, and what does it cost?

For every shipped whole case: the missing answers that may change the result by the sound superset, those that are left
when z3 has looked at each, and the pairs of an answer and an aspect of the result that are neither proved nor refuted.

    python benchmarks/relevance.py [--seconds 10] [--cases gc]
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.questions import cases  # noqa: E402
from ipt_formulate.explain.exact import can_prove, missing_answers, sharpened  # noqa: E402
from ipt_formulate.explain.relevance import Relevance  # noqa: E402
from ipt_formulate.formulation.formulate import outcome  # noqa: E402
from ipt_formulate.rulebook import Rulebook  # noqa: E402

COLUMNS = ("missing", "superset", "sharpened", "pairs", "refuted", "undecided", "seconds")


def main() -> None:
    """Print one table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=None, help="stop after so many seconds in each case")
    parser.add_argument("--cases", default="", help="only cases whose name begins with this")
    options = parser.parse_args()
    if not can_prove():
        sys.exit("z3-solver is not installed: python -m pip install 'ipt-formulate[proof]'")
    book = Rulebook.load()
    rows: list[tuple[float, ...]] = []
    print(f"{'case':42}" + "".join(f"{name:>10}" for name in COLUMNS))
    for name, intake in cases(book):
        if not name.startswith(options.cases):
            continue
        work, _ = outcome(intake, book)
        began = time.process_time()
        relevance = Relevance(work)
        left = sharpened(work, relevance, options.seconds)
        seconds = time.process_time() - began
        missing = set(missing_answers(intake))
        before = {path: told for path, told in relevance.bears_on.items() if told and path in missing}
        after = {path: told for path, told in left.bears_on.items() if path in missing}
        pairs, kept = (sum(len(told) for told in each.values()) for each in (before, after))
        row = (len(missing), len(before), len(after), pairs, pairs - kept, left.undecided, seconds)
        rows.append(row)
        print(f"{name:42}" + "".join(f"{each:10}" for each in row[:-1]) + f"{seconds:10.1f}", flush=True)
    total = [sum(row[i] for row in rows) for i in range(len(COLUMNS))]
    exact = sum(row[5] == 0 for row in rows)
    print(f"{f'exact in {exact} of {len(rows)} cases':42}" + "".join(f"{each:10.0f}" for each in total))


if __name__ == "__main__":
    main()
