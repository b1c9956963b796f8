"""What an error of a store means: a full disk, a lock, missing rights, a failing disk, or damage.

Damage is the last of them: nobody is to mend, or to throw away, what is healthy. What SQLite finds in a file is left to
catalog_errors.py.
"""

from __future__ import annotations

import errno
import logging
import os
import shutil
import sqlite3
from functools import cache
from typing import TYPE_CHECKING

from retrieval.errors import LibraryError, LibraryLocked, summarize_error

if TYPE_CHECKING:
    from pathlib import Path

log = logging.getLogger(__name__)

MIN_FREE_BYTES = 1_000_000
"""With less of it left, an error that names no reason is one of a full disk."""
REPAIR = "`clippings doctor --repair` mends it"

_NO_ROOM = (sqlite3.SQLITE_FULL,)
_BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
_NO_RIGHT = (sqlite3.SQLITE_PERM, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_AUTH)
_FAILING = (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_INTERRUPT, sqlite3.SQLITE_PROTOCOL)
_FULL_DISK = (errno.ENOSPC, errno.EDQUOT)
_FAILING_DISK = (errno.EIO, errno.ENOMEM, errno.EMFILE, errno.ENFILE, errno.ESTALE)


@cache
def tell(message: str) -> None:
    """Say once what an answer does without, where the program's warnings go: to standard error, or into a bot's log."""
    log.warning(message)


def is_disk_full(path: Path, error: BaseException) -> bool:
    """Return whether an error at a path is one of a full disk, or may be one because there is no room left."""
    if isinstance(error, OSError) and error.errno is not None:
        return error.errno in _FULL_DISK
    if isinstance(error, sqlite3.Error) and (code := _get_code(error)):
        return code in _NO_ROOM or (code in (*_FAILING, sqlite3.SQLITE_CANTOPEN) and has_no_room(path))
    return "no space left" in str(error).lower() or has_no_room(path)


def has_no_room(path: Path) -> bool:
    """Return whether next to nothing can be written at a path."""
    there = next(each for each in (path, *path.absolute().parents) if os.path.exists(each))  # noqa: PTH110 - denied: none
    return shutil.disk_usage(there).free < MIN_FREE_BYTES


def explain_outer_cause(path: Path, error: BaseException) -> LibraryError | None:
    """Return an error of one line for whatever keeps a healthy file from being read; None where it may be damaged."""
    reason, code = summarize_error(error), _get_code(error)
    number = error.errno if isinstance(error, OSError) else None
    denied = code in _NO_RIGHT or isinstance(error, PermissionError)
    failing = code in _FAILING or number in _FAILING_DISK
    if code in _BUSY:
        return LibraryLocked(f"{path} is kept busy by another process ({reason}): try again")
    full = code in _NO_ROOM or number in _FULL_DISK
    if full or (code is not None and (denied or failing) and has_no_room(path)):
        return LibraryError(f"{path} can't be read while its disk is full ({reason}): free some space; nothing is lost")
    if denied:
        return LibraryError(f"{path} can't be opened ({reason}): give yourself permission to read it and {path.parent}")
    if failing:
        return LibraryError(f"{path} can't be read ({reason}): check the disk and its connection, then try again")
    return None


def _get_code(error: BaseException) -> int | None:
    """Return the kind of an SQLite error, without what it says beyond that; None where it has none."""
    code: int | None = getattr(error, "sqlite_errorcode", None)
    return None if code is None else code & 0xFF
