"""Runs a command to its end and tells what it took: time by the wall and of the processors, memory at its peak."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import resource
    from collections.abc import Sequence

ROOT = Path(__file__).parents[2]
PREFIX = "CLIPPINGS_"
STOPPED = 128 + signal.SIGTERM


@dataclass(frozen=True, slots=True)
class Finished:
    """A process that came to its end: what it printed and what it took."""

    out: str
    seconds: float
    megabytes: float
    processor: float
    """Seconds that processors worked for it, all of its threads together: what a busy machine changes least."""

    @property
    def last(self) -> dict[str, Any]:
        """The last line it printed, as a JSON object."""
        found: dict[str, Any] = json.loads(self.out.strip().rpartition("\n")[2])
        return found

    @property
    def lines(self) -> list[dict[str, Any]]:
        """Every line it printed, as JSON objects."""
        return [json.loads(line) for line in self.out.splitlines()]


def clippings(home: Path, *arguments: str | Path, allowed: Sequence[int] = (0,)) -> Finished:
    """Run this checkout's `clippings` with its data in `home` and every other setting at its default."""
    return run([sys.executable, "-m", "bot", *arguments], home=home, allowed=allowed)


def run(
    command: Sequence[str | Path], *, home: Path, allowed: Sequence[int] = (0,), limit: float | None = None
) -> Finished:
    """Run a command in an empty folder; end with its errors when its status is not among the allowed ones.

    Raises TimeoutError when it takes longer than `limit` seconds. It ends with this process.

    The memory that Linux reports for a child begins at what its parent held when it started it: a script that measures
    memory must not have loaded anything large itself.
    """
    environment = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    # Both sides have the model on disk: neither is to wait for a network.
    environment |= {f"{PREFIX}HOME": str(home), "HF_HUB_OFFLINE": "1", "ANONYMIZED_TELEMETRY": "False"}
    environment["PYTHONPATH"] = str(ROOT)
    # Nor to compile modules at every start: both are measured as once they were compiled.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    with tempfile.TemporaryDirectory() as empty, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        started = time.perf_counter()
        process = subprocess.Popen(
            command, cwd=empty, env=environment, stdin=subprocess.DEVNULL, stdout=out, stderr=err
        )
        try:
            waited, used = _waited(process.pid, limit and started + limit)
        except BaseException:
            process.kill()
            process.wait()
            raise
        seconds = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(waited)
        if process.returncode not in allowed:
            err.seek(0)
            said = err.read().decode(errors="replace").strip()
            raise SystemExit(f"{' '.join(map(str, command))} ended with status {process.returncode}:\n{said}")
        out.seek(0)
        return Finished(out.read().decode(), seconds, used.ru_maxrss / 1_000, used.ru_utime + used.ru_stime)


def end_cleanly() -> None:
    """Let SIGTERM end this process as Ctrl-C does: folders are removed, and the process that runs is stopped."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(STOPPED))


def _waited(pid: int, until: float | None) -> tuple[int, resource.struct_rusage]:
    """Wait for a child; return its status and what it used. Raises TimeoutError after `until`, by perf_counter."""
    while True:
        found, status, used = os.wait4(pid, os.WNOHANG if until else 0)
        if found:
            return status, used
        if until and time.perf_counter() > until:
            raise TimeoutError(f"process {pid} took too long")
        time.sleep(0.02)
