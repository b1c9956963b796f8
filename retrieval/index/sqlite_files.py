"""A file of SQLite and its log: opened in a mode, and what changes whenever it is written.

What is in it, and what its errors mean, is left to others.
"""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

MAX_LOCK_SECONDS = 30.0
"""How long a statement waits for another process."""


def connect(path: Path, mode: str) -> sqlite3.Connection:
    """Connect to a file in a mode, such as `mode=ro`, for one thread at a time; no transaction begins by itself."""
    return sqlite3.connect(
        f"{path.absolute().as_uri()}?{mode}",
        uri=True,
        timeout=MAX_LOCK_SECONDS,
        isolation_level=None,
        check_same_thread=False,
    )


def get_log(path: Path) -> Path:
    """Return where the log of a file is."""
    return path.with_name(f"{path.name}-wal")


def holds_log(path: Path) -> bool:
    """Return whether a file's newest changes are still in the log of a writer, at work or interrupted."""
    try:
        return get_log(path).stat().st_size > 0
    except FileNotFoundError:
        return False


def take_stamp(path: Path) -> tuple[int, ...]:
    """Return what changes whenever a file is written, be it the file itself or its log; raise OSError."""
    found, log = path.stat(), get_log(path)
    with suppress(FileNotFoundError):
        if (its := log.stat()).st_size:
            return found.st_ino, found.st_size, found.st_mtime_ns, its.st_size, its.st_mtime_ns
    return found.st_ino, found.st_size, found.st_mtime_ns
