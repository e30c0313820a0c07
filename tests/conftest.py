"""What holds for all tests.

Hypothesis profiles: `ci` (default) is short and repeatable, `long` is for the fuzzing command in CONTRIBUTING.md.
Tests marked `spark` are skipped, with the reason, where Spark cannot run.
"""

from __future__ import annotations

import gc
import importlib.util
import os
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

_SLOW = (HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much)

settings.register_profile("ci", max_examples=30, deadline=None, derandomize=True, suppress_health_check=_SLOW)
settings.register_profile("long", max_examples=10_000, deadline=None, suppress_health_check=_SLOW)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))

# Rulebooks stay as long as the process does. To look through them for garbage as often as Python would takes a tenth of
# the time of all tests.
gc.set_threshold(50_000, 20, 50)


def no_spark() -> str | None:
    """Why Spark cannot run here, if it cannot."""
    if importlib.util.find_spec("pyspark") is None:
        return "pyspark is not installed: run .ci/spark"
    home = os.environ.get("JAVA_HOME")
    if not (Path(home, "bin", "java").is_file() if home else shutil.which("java")):
        return "Spark needs Java 17 or newer, and there is none: run .ci/spark"
    return None


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("spark") is not None and (reason := no_spark()) is not None:
        pytest.skip(reason)
