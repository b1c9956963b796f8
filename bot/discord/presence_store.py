"""The table of servers that the bot is or was in, and the deletion of all that its file holds of one.

Whatever tables there are, those with a server's id or the name of one of its libraries are meant.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection

    from bot.discord.database import Database


@dataclass(frozen=True, slots=True)
class Departure:
    """A server that the bot is no longer in, and since when that is known."""

    guild_id: int
    left_at: datetime


class PresenceStore:
    """Where the bot is and was, by its application: another one with the same file knows nothing of this one's."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def note_all(self, application_id: int, guild_ids: Collection[int], now: datetime) -> list[Departure]:
        """Note in which servers the bot is, all of them; return those that it is found to have left now.

        Servers of which there are settings or questions, but no note yet, are taken for ones it was in.
        """
        with self._database.transaction() as sql:
            for table in ("guilds", "questions", "answers"):
                sql.execute(
                    f"INSERT OR IGNORE INTO presences SELECT DISTINCT guild_id, ?, NULL, 0 FROM {table}"
                    " WHERE guild_id > 0",
                    (application_id,),
                )
            for guild_id in guild_ids:
                _note_present(sql, application_id, guild_id)
            known = sql.execute(
                "SELECT guild_id FROM presences WHERE application_id = ? AND left_at IS NULL", (application_id,)
            ).fetchall()
            left = sorted({guild_id for (guild_id,) in known} - {*guild_ids})
            for guild_id in left:
                _note_left(sql, application_id, guild_id, now)
        return [Departure(guild_id, now) for guild_id in left]

    def note_joined(self, application_id: int, guild_id: int) -> bool:
        """Note that the bot is in a server; return whether nothing was known of it."""
        query = "SELECT application_id, left_at FROM presences WHERE guild_id = ?"
        if self._database.fetch_one(query, guild_id) == (application_id, None):
            return False  # said of each server at every start: nothing to write
        with self._database.transaction() as sql:
            known = sql.execute("SELECT 1 FROM presences WHERE guild_id = ?", (guild_id,)).fetchone()
            _note_present(sql, application_id, guild_id)
        return known is None

    def note_left(self, application_id: int, guild_id: int, now: datetime) -> Departure:
        """Note that the bot is no longer in a server; return since when, which a second note does not change."""
        with self._database.transaction() as sql:
            return _note_left(sql, application_id, guild_id, now)

    def claim_due(self, application_id: int, before: datetime) -> list[int]:
        """Return the servers that were left before a moment, or whose deletion was begun; from now on it goes on."""
        with self._database.transaction() as sql:
            rows = sql.execute(
                "UPDATE presences SET deleting = 1 WHERE application_id = ? AND (deleting OR left_at < ?)"
                " RETURNING guild_id",
                (application_id, _format_moment(before)),
            ).fetchall()
        return sorted(guild_id for (guild_id,) in rows)

    def delete_server(self, guild_id: int, library: str) -> None:
        """Delete all of a server, and its note, in one step; the names of its libraries begin with `library`."""
        with self._database.transaction() as sql:
            channels = _list_channels(sql, guild_id)
            for table, column in _list_columns(sql, "guild_id", "library"):
                if column == "guild_id":
                    sql.execute(f"DELETE FROM {table} WHERE guild_id = ?", (guild_id,))
                else:
                    sql.execute(f"DELETE FROM {table} WHERE library = ? OR library GLOB ?", (library, f"{library}-*"))
            of_servers = {table for table, _ in _list_columns(sql, "guild_id")}
            for table, _ in _list_columns(sql, "channel_id"):
                if table not in of_servers:
                    sql.executemany(f"DELETE FROM {table} WHERE channel_id = ?", [(each,) for each in channels])
        self._database.truncate_log()

    def list_departures(self) -> list[Departure]:
        """Return the servers that the bot has left and whose data is still there."""
        rows = self._database.fetch_all(
            "SELECT guild_id, left_at FROM presences WHERE left_at IS NOT NULL ORDER BY guild_id"
        )
        return [Departure(guild_id, datetime.fromisoformat(left_at)) for guild_id, left_at in rows]


def _list_columns(sql: sqlite3.Connection, *names: str) -> list[tuple[str, str]]:
    """Return the tables with columns of these names, and the columns."""
    marks = ", ".join("?" * len(names))
    return sql.execute(
        "SELECT tables.name, columns.name FROM sqlite_schema AS tables JOIN pragma_table_info(tables.name) AS columns"
        f" WHERE tables.type = 'table' AND columns.name IN ({marks})",
        names,
    ).fetchall()


def _list_channels(sql: sqlite3.Connection, guild_id: int) -> list[int]:
    """Return the channels that are known to be a server's; some tables name nothing but these."""
    of_servers = {table for table, _ in _list_columns(sql, "guild_id")}
    tables = [table for table, _ in _list_columns(sql, "channel_id") if table in of_servers]
    rows = [sql.execute(f"SELECT channel_id FROM {table} WHERE guild_id = ?", (guild_id,)) for table in tables]
    return sorted({channel_id for row in rows for (channel_id,) in row.fetchall()})


def _note_present(sql: sqlite3.Connection, application_id: int, guild_id: int) -> None:
    sql.execute(
        "INSERT INTO presences VALUES (?, ?, NULL, 0) ON CONFLICT (guild_id) DO UPDATE SET"
        " application_id = excluded.application_id, left_at = NULL",
        (guild_id, application_id),
    )


def _note_left(sql: sqlite3.Connection, application_id: int, guild_id: int, now: datetime) -> Departure:
    (left_at,) = sql.execute(
        "INSERT INTO presences VALUES (?, ?, ?, 0) ON CONFLICT (guild_id) DO UPDATE SET"
        " left_at = coalesce(left_at, excluded.left_at) RETURNING left_at",
        (guild_id, application_id, _format_moment(now)),
    ).fetchone()
    return Departure(guild_id, datetime.fromisoformat(left_at))


def _format_moment(at: datetime) -> str:
    """Write a moment so that later ones sort after it."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")
