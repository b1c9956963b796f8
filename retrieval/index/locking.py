"""One writer at a time, and one clear line for whatever keeps it from writing. What is written is left to writer.py."""

from __future__ import annotations

import json
import os
import shutil
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from retrieval.errors import ClippingsError, LibraryError, LibraryLocked, is_failure, summarize_error
from retrieval.index.store_errors import is_disk_full

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

POLL_SECONDS = 0.1
MIN_ROOM_BYTES = 4_000_000
"""For the smallest ingest: a batch in each store, and SQLite's and Chroma's logs."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an ingest is: articles read, characters of a long one split, passages encoded or indexed.

    It is `done` of `total`, which may be unknown.
    """

    stage: str
    done: int
    total: int | None = None


@contextmanager
def write_lock(folder: Path, wait: float, tell: Callable[[Progress], None]) -> Iterator[None]:
    """Hold the library's lock; raise LibraryLocked, naming the holder, when it is not free within `wait` seconds."""

    def explain(holder: str) -> str:
        return (
            f"{holder} is writing to {folder}, and was not done after {wait:g} s: try again later, or stop that process"
        )

    with hold_lock(folder, "writer", wait=wait, tell=tell, explain=explain):
        yield


@contextmanager
def hold_lock(
    folder: Path, name: str, *, wait: float, tell: Callable[[Progress], None], explain: Callable[[str], str]
) -> Iterator[None]:
    """Hold the lock with this name in a folder, and write down who does.

    When it is not free within `wait` seconds, raise LibraryLocked with what `explain` makes of its holder.
    """
    from filelock import FileLock, Timeout

    with report_write_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / f"{name}.lock")
        holder = folder / f"{name}.json"
        try:
            lock.acquire(timeout=0)
        except Timeout:
            tell(Progress(f"Waiting for {_describe_holder(holder)}", 0))
            try:
                lock.acquire(timeout=wait, poll_interval=POLL_SECONDS)
            except Timeout:
                raise LibraryLocked(explain(_describe_holder(holder))) from None
    try:
        with report_write_errors(folder):
            command = " ".join([Path(sys.argv[0]).name, *sys.argv[1:]])[:200]
            since = datetime.now().astimezone().isoformat(timespec="seconds")
            holder.write_text(json.dumps({"pid": os.getpid(), "command": command, "since": since}), "utf-8")
        yield
    finally:
        holder.unlink(missing_ok=True)
        lock.release()


def check_room(folder: Path, *, copied: Path | None, rebuilds: bool) -> None:
    """Raise LibraryError where an ingest is bound to fill the disk: it copies Chroma's index, a rebuild everything."""
    size = sum(file.stat().st_size for file in copied.rglob("*") if file.is_file()) if copied else 0
    needed = MIN_ROOM_BYTES + size
    there = next(each for each in (folder, *folder.parents) if each.exists())
    if (free := shutil.disk_usage(there).free) < needed:
        doing = "a rebuild" if rebuilds else "an ingest"
        raise LibraryError(
            f"{folder} can't be written (the disk is full: {free / 1e6:,.1f} MB are left, and {doing} needs "
            f"{needed / 1e6:,.1f} MB at least): free some space and ingest again; what was complete is kept"
        )


def is_locked(folder: Path) -> bool:
    """Return whether a process is writing."""
    from filelock import FileLock, Timeout

    if not (folder / "writer.lock").exists():
        return False
    try:
        with FileLock(folder / "writer.lock", timeout=0):
            return False
    except Timeout:
        return True
    except OSError:  # who may not write can't tell, and reads on
        return False


def _describe_holder(file: Path) -> str:
    try:
        found = json.loads(file.read_text("utf-8"))
        return f"process {found['pid']} ({found['command']}, since {found['since']})"
    except (OSError, ValueError, KeyError, TypeError):
        return "another process"


@contextmanager
def report_write_errors(folder: Path) -> Iterator[None]:
    """Raise what keeps the library from being written as a LibraryError of one line; each store has its own errors."""
    try:
        yield
    except ClippingsError:
        raise
    except BaseException as error:
        if not is_failure(error):
            raise
        if is_disk_full(folder, error):
            problem, remedy = "the disk is full", "free some space and ingest again"
        else:
            problem, remedy = summarize_error(error), "see what `clippings doctor` says, then ingest again"
        raise LibraryError(f"{folder} can't be written ({problem}): {remedy}; what was complete is kept") from error
