"""What an error of a catalog means, in one line: damage where nothing else explains it.

What SQLite calls corrupt is so only where a look at the file confirms it. What keeps a healthy file from being read is
left to store_errors.py.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from retrieval.errors import LibraryDamaged, LibraryError
from retrieval.index.sqlite_files import connect, holds_log
from retrieval.index.store_errors import explain_outer_cause

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SALVAGE = "`clippings doctor --repair` saves what can be read"


def explain_error(path: Path, error: BaseException) -> LibraryError:
    """Return an error of one line for what was said about a catalog."""
    if isinstance(error, FileNotFoundError):
        return LibraryDamaged(f"the catalog {path} is missing: restore it from a backup, or {SALVAGE}")
    if outer := explain_outer_cause(path, error):
        return outer
    if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_CORRUPT and not find_damage(path):
        return LibraryError(f"{path} could not be read ({error}), and SQLite finds nothing wrong with it: try again")
    return make_damage_error(path, error)


@contextmanager
def explain_catalog_errors(path: Path) -> Iterator[None]:
    """Raise what SQLite says of a catalog as an error of one line."""
    try:
        yield
    except sqlite3.Error as error:
        raise explain_error(path, error) from error


def make_damage_error(path: Path, reason: object) -> LibraryDamaged:
    """Return the error for a catalog that is damaged beyond doubt."""
    return LibraryDamaged(f"the catalog {path} is damaged ({reason}): {SALVAGE}")


def find_damage(path: Path) -> str:
    """Return what SQLite finds wrong with a catalog, or an empty string; only reads."""
    mode = "mode=ro" if holds_log(path) else "mode=ro&immutable=1"
    try:
        with closing(connect(path, mode)) as sql:
            (finding,) = sql.execute("PRAGMA integrity_check(1)").fetchone()
            return "" if finding == "ok" else str(finding)
    except sqlite3.Error as error:
        return "" if explain_outer_cause(path, error) else str(error)
