"""The file of a catalog, held open by one writer or by readers, who write nothing to it and know when somebody did.

What is in it is left to catalog.py, what its errors mean to catalog_errors.py.
"""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from retrieval.errors import StoreMoved
from retrieval.index.catalog_errors import explain_error
from retrieval.index.sqlite_files import MAX_LOCK_SECONDS, connect, get_log, holds_log, take_stamp
from retrieval.index.store_errors import is_disk_full

if TYPE_CHECKING:
    from retrieval.errors import LibraryError

SECONDS_FOR_READERS = 2.0
"""How long a writer waits at its end for questions that are being answered."""


class CatalogFile:
    """One connection, `sql`, for one thread at a time; `writes` where it is a writer's."""

    def __init__(self, path: Path, *, create: bool = False, writes: bool = False) -> None:
        """Open a file for reading, or for writing, or create it; raise LibraryError, or what a full disk said."""
        self._path = path
        self.writes = writes or create
        self._stamp: tuple[int, ...] | None = None
        self._copy: tempfile.TemporaryDirectory[str] | None = None
        try:
            self.sql = self._connect(create=create)
        except (sqlite3.Error, OSError) as error:
            if self.writes and is_disk_full(path, error):
                raise
            raise self.explain(error) from error

    def _connect(self, *, create: bool) -> sqlite3.Connection:
        """Connect so that a reader writes nothing, wherever that can be.

        A catalog at rest is read as a file that does not change: that takes neither rights nor room, and `moved` tells
        when it did change. Where a writer is at work, or was interrupted, readers share its log, and where there is no
        room to do so, they read a copy.
        """
        if create:
            return connect(self._path, "mode=rwc")
        stamp = take_stamp(self._path)
        if self.writes:
            return connect(self._path, "mode=rw")
        if not holds_log(self._path):
            self._stamp = stamp
            return connect(self._path, "mode=ro&immutable=1")
        shared = connect(self._path, "mode=ro")
        try:
            shared.execute("SELECT value FROM state").fetchone()
        except sqlite3.Error as error:
            shared.close()
            if not is_disk_full(self._path, error):
                raise
        else:
            return shared
        self._stamp = stamp
        self._copy = tempfile.TemporaryDirectory(prefix="clippings-")
        for file in (self._path, get_log(self._path)):
            shutil.copy(file, self._copy.name)
        return connect(Path(self._copy.name) / self._path.name, "mode=rw")

    @property
    def moved(self) -> bool:
        """Whether the file was written since it was opened, and this connection can't know: it is to be opened anew."""
        try:
            return self._stamp is not None and self._stamp != take_stamp(self._path)
        except OSError:
            return True

    def explain(self, error: BaseException) -> LibraryError:
        """Return an error of one line for what a store said."""
        if self.moved:
            return StoreMoved(f"the catalog {self._path} was written while it was read: ask again")
        return explain_error(self._path, error)

    def close(self) -> None:
        """Close the connection."""
        self.sql.close()
        if self._copy:
            self._copy.cleanup()

    def empty_log(self) -> bool:
        """Move everything from the log into the file itself; return whether no reader kept that from happening."""
        self.sql.execute(f"PRAGMA busy_timeout = {int(1000 * SECONDS_FOR_READERS)}")
        busy, _, _ = self.sql.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        self.sql.execute(f"PRAGMA busy_timeout = {int(1000 * MAX_LOCK_SECONDS)}")
        return not busy
