"""The table of what is to be written into libraries: a row stays until its work is done and told.

The files of a job are left to upload_folders.py, doing the work to job_running.py.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal, cast

from retrieval.domain import Rejection

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.discord.database import Database

JobKind = Literal["ingest", "reindex"]


@dataclass(frozen=True, slots=True)
class WriteJob:
    """Work on a server's library that somebody asked for.

    `complete` says whether everything that it needs is on disk, `starts` how often it was begun before it was read from
    the table, `refused` what was not taken of it.
    """

    key: int
    guild_id: int
    channel_id: int
    person_id: int
    kind: JobKind
    library: str
    complete: bool = False
    starts: int = 0
    refused: tuple[Rejection, ...] = ()


class JobStore:
    """The jobs in the file of the bot's records."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def open(self, kind: JobKind, *, guild_id: int, channel_id: int, person_id: int, library: str) -> WriteJob:
        """Note a job that is about to be taken in."""
        values = (guild_id, channel_id, person_id, kind, library, datetime.now(UTC).isoformat())
        with self._database.transaction() as sql:
            key = sql.execute(
                "INSERT INTO jobs (guild_id, channel_id, person_id, kind, library, asked_at, complete, starts, refused)"
                " VALUES (?, ?, ?, ?, ?, ?, 0, 0, '[]') RETURNING key",
                values,
            ).fetchone()[0]
        return WriteJob(int(key), guild_id, channel_id, person_id, kind, library)

    def complete(self, key: int, refused: Sequence[Rejection] = ()) -> None:
        """Note that everything a job needs is on disk, and what was refused of it."""
        with self._database.transaction() as sql:
            pairs = json.dumps([(each.source, each.reason) for each in refused])
            sql.execute("UPDATE jobs SET complete = 1, refused = ? WHERE key = ?", (pairs, key))

    def start(self, key: int) -> int:
        """Count a beginning of a job's work; return how many there were, 0 for a job that is gone."""
        with self._database.transaction() as sql:
            row = sql.execute("UPDATE jobs SET starts = starts + 1 WHERE key = ? RETURNING starts", (key,)).fetchone()
            return int(row[0]) if row else 0

    def close(self, key: int) -> None:
        """Delete a job that is done, or given up."""
        with self._database.transaction() as sql:
            sql.execute("DELETE FROM jobs WHERE key = ?", (key,))

    def list_open(self) -> list[WriteJob]:
        """Return all jobs that are not done, oldest first."""
        rows = self._database.fetch_all(
            "SELECT key, guild_id, channel_id, person_id, kind, library, complete, starts, refused FROM jobs"
            " ORDER BY key"
        )
        return [
            WriteJob(
                key, guild_id, channel_id, person_id, cast("JobKind", kind), library, bool(complete), starts, refused
            )
            for key, guild_id, channel_id, person_id, kind, library, complete, starts, refused in (
                (*row[:8], _load_refused(row[8])) for row in rows
            )
        ]


def _load_refused(text: str) -> tuple[Rejection, ...]:
    return tuple(Rejection(source, reason) for source, reason in json.loads(text))
