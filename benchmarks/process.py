"""How much memory and processor time does a process take, with the processes it started? On Linux; None elsewhere."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_SECONDS_BETWEEN_LOOKS = 0.2


def forget_peak() -> None:
    """Let the peak of this process start anew from what it holds now, where the system can do that."""
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        return


def peak_mb() -> float | None:
    """The most that this process held since `forget_peak`, in megabytes (10^6 bytes)."""
    return _field("VmHWM", "self")


def held_mb(process: int | str = "self") -> float | None:
    """What a process holds now, in megabytes."""
    return _field("VmRSS", process)


def _field(name: str, process: int | str) -> float | None:
    try:
        lines = Path(f"/proc/{process}/status").read_text().splitlines()
    except OSError:
        return None
    return next((int(line.split()[1]) * 1024 / 1e6 for line in lines if line.startswith(name + ":")), None)


def processor_seconds() -> float:
    """Processor time of this process and of all it started, threads included, as far as they still run."""
    return time.process_time() + sum(_processor(each) for each in _started_by(os.getpid()))


def _processor(process: int) -> float:
    fields = _stat(process)
    return (int(fields[11]) + int(fields[12])) / _TICKS if fields else 0.0


def _started_by(process: int) -> Iterator[int]:
    """Every process below one."""
    try:
        numbers = [int(each.name) for each in Path("/proc").iterdir() if each.name.isdecimal()]
    except OSError:
        return
    parents = {number: int(fields[1]) for number in numbers if (fields := _stat(number))}
    found = {process}
    while more := {number for number, parent in parents.items() if parent in found} - found:
        found |= more
    yield from found - {process}


def _stat(process: int) -> list[str]:
    """What stands after the name, which may itself hold blanks and brackets."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


@dataclass(frozen=True, slots=True)
class Watched:
    """What became of a command. `peak_mb`: the most that it and all it started held at once."""

    code: int
    output: str
    errors: str
    peak_mb: float


def watched(command: Sequence[str], folder: Path) -> Watched:
    """Run a command and look at its memory while it runs; its files go to a folder.

    The peak of the command alone is exact (the system keeps it); that of several processes together is the largest sum
    seen, five times a second.
    """
    told, warned = folder / "stdout", folder / "stderr"
    with told.open("w") as out, warned.open("w") as err:
        process = subprocess.Popen(command, stdout=out, stderr=err)
        together = 0.0
        while True:
            ended, status, usage = os.wait4(process.pid, os.WNOHANG)
            if ended:
                break
            below = [*_started_by(process.pid)]
            if below:
                together = max(together, sum(held_mb(each) or 0.0 for each in (process.pid, *below)))
            time.sleep(_SECONDS_BETWEEN_LOOKS)
        process.returncode = os.waitstatus_to_exitcode(status)
    alone = usage.ru_maxrss * 1024 / 1e6
    return Watched(process.returncode, told.read_text(), warned.read_text(), max(alone, together))
