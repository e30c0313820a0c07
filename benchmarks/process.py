"""How much memory did this process take at most since a moment? On Linux; None elsewhere."""

from __future__ import annotations

from pathlib import Path

_STATUS = "/proc/{}/status"


def forget_peak() -> None:
    """Let the peak start anew from what is held now, where the system can do that."""
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        return


def peak_mb(process: int | str = "self") -> float | None:
    """The most that was held since `forget_peak`, in megabytes (10^6 bytes)."""
    return _field("VmHWM", process)


def held_mb(process: int | str = "self") -> float | None:
    """What is held now."""
    return _field("VmRSS", process)


def _field(name: str, process: int | str) -> float | None:
    try:
        lines = Path(_STATUS.format(process)).read_text().splitlines()
    except OSError:
        return None
    return next((int(line.split()[1]) * 1024 / 1e6 for line in lines if line.startswith(name + ":")), None)
