"""Which answers quote a library, which of their quotes were marked, and which notices take them back, in a table."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from bot.discord.database import Database


class CorrectionRecords:
    """The table; safe from any thread."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def list_libraries(self, since: datetime) -> list[str]:
        """Return the libraries that answers from a moment on are from."""
        rows = self._database.fetch_all("SELECT DISTINCT library FROM answers WHERE asked_at >= ?", _format(since))
        return sorted(name for (name,) in rows)

    def list_quoting(self, library: str, since: datetime, most: int) -> list[int]:
        """Return the keys of the answers that quote a library, newest first."""
        rows = self._database.fetch_all(
            "SELECT key FROM answers WHERE library = ? AND asked_at >= ? AND json_array_length(answer, '$.citations')"
            " ORDER BY key DESC LIMIT ?",
            library,
            _format(since),
            most,
        )
        return [key for (key,) in rows]

    def get_marked(self, key: int) -> set[int]:
        """Return the numbers of an answer's citations that are marked."""
        row = self._database.fetch_one("SELECT numbers FROM corrections WHERE key = ?", key)
        return set(json.loads(row[0])) if row else set()

    def note_marked(self, key: int, numbers: Iterable[int]) -> None:
        """Note that citations of an answer are marked."""
        with self._database.transaction() as sql:
            if sql.execute("SELECT 1 FROM answers WHERE key = ?", (key,)).fetchone():
                sql.execute(
                    "INSERT INTO corrections (key, numbers) VALUES (?, ?)"
                    " ON CONFLICT DO UPDATE SET numbers = excluded.numbers",
                    (key, json.dumps(sorted(numbers))),
                )

    def get_notices(self, key: int) -> dict[int, str]:
        """Return the titles of the articles that take quotes of an answer back, by the numbers of the citations."""
        row = self._database.fetch_one("SELECT notices FROM corrections WHERE key = ?", key)
        return {int(number): title for number, title in json.loads(row[0]).items()} if row else {}

    def note_notices(self, key: int, notices: Mapping[int, str]) -> None:
        """Note articles that take quotes of an answer back; of two for one quote the first stays."""
        with self._database.transaction() as sql:
            if sql.execute("SELECT 1 FROM answers WHERE key = ?", (key,)).fetchone():
                sql.execute(
                    "INSERT INTO corrections (key, numbers, notices) VALUES (?, '[]', ?)"
                    " ON CONFLICT DO UPDATE SET notices = json_patch(excluded.notices, notices)",
                    (key, json.dumps(notices)),
                )


def _format(at: datetime) -> str:
    return at.isoformat(timespec="microseconds")
