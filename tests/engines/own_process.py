"""How is native code tested so that a crash fails one test instead of ending all of them?

The test names a function of a plain module; it runs in a process of its own, under the same Hypothesis profile, and
must return. What it printed comes back.
"""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hypothesis import settings

ROOT = Path(__file__).parents[2]
SHOWN = 6000
LONGEST = 3600


def run_apart(function: Callable[..., object], *arguments: Any, env: dict[str, str] | None = None) -> str:
    """Call a function of a module in its own process and give back what it printed; fails if it did not return."""
    asked = json.dumps([function.__module__, function.__qualname__, arguments])
    profile = "ci" if is_short() else "long"
    done = subprocess.run(
        [sys.executable, "-X", "faulthandler", "-m", __name__, asked],
        cwd=ROOT,
        env={**os.environ, "HYPOTHESIS_PROFILE": profile, **(env or {})},
        capture_output=True,
        text=True,
        timeout=LONGEST,
        check=False,
    )
    if done.returncode != 0:
        raise AssertionError(f"ended with {done.returncode}\n{done.stdout[-SHOWN:]}\n{done.stderr[-SHOWN:]}")
    return done.stdout


def is_short() -> bool:
    """Is this an everyday run, not the long fuzz?"""
    return settings().max_examples <= 100


def examples(everyday: int) -> int:
    """How many examples a property gets: so many in an everyday run, all of the profile's in the long fuzz."""
    return everyday if is_short() else settings().max_examples


def _main() -> None:
    module, name, arguments = json.loads(sys.argv[1])
    importlib.import_module("tests.conftest")  # registers the profiles and loads the one in the environment
    getattr(importlib.import_module(module), name)(*arguments)


if __name__ == "__main__":
    _main()
