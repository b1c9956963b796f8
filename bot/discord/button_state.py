"""What a button must know and has no room for: short texts under numbers, in a file of their own, until they expire.

They hold what people searched for, and are forgotten with their questions.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BUSY_SECONDS = 30.0

_SCHEMA = """CREATE TABLE IF NOT EXISTS notes (
    key INTEGER PRIMARY KEY AUTOINCREMENT, guild_id INTEGER NOT NULL, person_id INTEGER NOT NULL,
    noted_at REAL NOT NULL, text TEXT NOT NULL
)"""


class Notes:
    """The notes in a file, which is opened for each use: they are rare."""

    def __init__(self, path: Path, *, days: int) -> None:
        self.path = path
        self.days = days

    def keep(self, guild_id: int, person_id: int, text: str) -> int:
        """Keep a text and return its number, which one text has once for each person; drop what has expired."""
        now = datetime.now(UTC)
        with self._opened() as sql:
            self._expire(sql, now)
            values = (guild_id, person_id, text)
            known = sql.execute("SELECT key FROM notes WHERE guild_id = ? AND person_id = ? AND text = ?", values)
            if row := known.fetchone():
                return int(row[0])
            added = sql.execute(
                "INSERT INTO notes (guild_id, person_id, text, noted_at) VALUES (?, ?, ?, ?)",
                (*values, now.timestamp()),
            )
            return int(added.lastrowid or 0)

    def find(self, guild_id: int, key: int) -> str:
        """Return a text that was kept in this server; empty when it is no longer."""
        with self._opened() as sql:
            row = sql.execute("SELECT text FROM notes WHERE key = ? AND guild_id = ?", (key, guild_id)).fetchone()
        return str(row[0]) if row else ""

    def forget(self, person_id: int, guild_id: int | None = None) -> int:
        """Forget what a person searched for, in one server or in all; return how many texts that was."""
        where, values = "person_id = ?", [person_id]
        if guild_id is not None:
            where, values = "person_id = ? AND guild_id = ?", [person_id, guild_id]
        with self._opened() as sql:
            return sql.execute(f"DELETE FROM notes WHERE {where}", values).rowcount

    def expire(self) -> int:
        """Drop what has expired; return how many texts that was."""
        if not self.path.exists():
            return 0
        with self._opened() as sql:
            return self._expire(sql, datetime.now(UTC))

    def _expire(self, sql: sqlite3.Connection, now: datetime) -> int:
        before = (now - timedelta(days=self.days)).timestamp()
        return sql.execute("DELETE FROM notes WHERE noted_at < ?", (before,)).rowcount

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileExistsError):
            os.close(os.open(self.path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))  # for its owner's eyes only
        sql = sqlite3.connect(self.path, timeout=BUSY_SECONDS)
        try:
            with sql:
                sql.execute("PRAGMA secure_delete = ON")  # what is forgotten must not stay in free pages
                sql.execute(_SCHEMA)
                yield sql
        finally:
            sql.close()
