"""When and where a server gets its digests, and which one was posted last, in a table of its own."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.discord.localisation import mark
from bot.discord.news.feed_records import NONCE_BITS
from retrieval.errors import InputError

if TYPE_CHECKING:
    from bot.discord.database import Database

Rhythm = Literal["daily", "weekly"]

NO_ZONE = mark("{zone} is no time zone: choose a suggestion, such as Europe/Berlin.")
_DIGEST = (
    "SELECT guild_id, channel_id, library, every, weekday, hour, zone, last_at, next_at, begun_at, nonce, problem"
    " FROM digests"
)


@dataclass(frozen=True, slots=True)
class Digest:
    """A digest of what is new in a library, for a channel; `weekday` counts from Monday, 0, and `hour` is of `zone`.

    What came in after `last_at` is new. `begun_at` is when the one that is due was begun, None before that.
    """

    guild_id: int
    channel_id: int
    library: str
    every: Rhythm
    weekday: int
    hour: int
    zone: str
    last_at: datetime
    next_at: datetime
    begun_at: datetime | None = None
    nonce: int = 0
    problem: str = ""


class DigestRecords:
    """The table; safe from any thread."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def save_digest(self, digest: Digest) -> None:
        """Keep a digest in the place of the channel's other one; what that has told is not told again."""
        with self._database.transaction() as sql:
            row = sql.execute(
                "SELECT last_at FROM digests WHERE guild_id = ? AND channel_id = ? AND library = ?",
                (digest.guild_id, digest.channel_id, digest.library),
            ).fetchone()
            sql.execute(
                "INSERT OR REPLACE INTO digests VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, '', 0, '')",
                (
                    digest.guild_id,
                    digest.channel_id,
                    digest.library,
                    digest.every,
                    digest.weekday,
                    digest.hour,
                    digest.zone,
                    row[0] if row else _format(digest.last_at),
                    _format(digest.next_at),
                ),
            )

    def remove_digest(self, guild_id: int, channel_id: int) -> bool:
        """Remove a channel's digest; return whether there was one."""
        with self._database.transaction() as sql:
            removed = sql.execute("DELETE FROM digests WHERE guild_id = ? AND channel_id = ?", (guild_id, channel_id))
            return bool(removed.rowcount)

    def list_digests(self, *, guild_id: int = 0) -> list[Digest]:
        """Return the digests of a server, or all."""
        rows = self._database.fetch_all(
            f"{_DIGEST} WHERE ? = 0 OR guild_id = ? ORDER BY guild_id, channel_id", guild_id, guild_id
        )
        return [_make_digest(row) for row in rows]

    def begin_posting(self, digest: Digest, at: datetime) -> Digest:
        """Note that a digest is about to be posted, of what came in up to a moment."""
        begun = replace(digest, begun_at=at, nonce=secrets.randbits(NONCE_BITS))
        self._update(digest, "begun_at = ?, nonce = ?", _format(at), begun.nonce)
        return begun

    def note_posted(self, digest: Digest, next_at: datetime) -> None:
        """Note that a digest was posted, or that nothing was new."""
        last = _format(digest.begun_at or digest.last_at)
        self._update(digest, "last_at = ?, next_at = ?, begun_at = '', nonce = 0, problem = ''", last, _format(next_at))

    def note_problem(self, digest: Digest, problem: str, next_at: datetime) -> None:
        """Note why a digest can't be posted; the next one tells all of it."""
        self._update(digest, "problem = ?, next_at = ?, begun_at = '', nonce = 0", problem, _format(next_at))

    def _update(self, digest: Digest, change: str, *values: object) -> None:
        with self._database.transaction() as sql:
            sql.execute(
                f"UPDATE digests SET {change} WHERE guild_id = ? AND channel_id = ?",
                (*values, digest.guild_id, digest.channel_id),
            )


def find_next_time(every: Rhythm, weekday: int, hour: int, zone: str, after: datetime) -> datetime:
    """Return the first moment after another at which a digest is due, in UTC; raise InputError for no time zone."""
    try:
        place = ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise InputError(NO_ZONE.format(zone=zone)) from error
    local = after.astimezone(place)
    for days in range(9):
        day = local.date() + timedelta(days=days)
        due = datetime(day.year, day.month, day.day, hour, tzinfo=place).astimezone(UTC)
        if due > after and (every == "daily" or day.weekday() == weekday):
            return due
    raise AssertionError("a week has every weekday")


def _make_digest(row: tuple[Any, ...]) -> Digest:
    guild_id, channel_id, library, every, weekday, hour, zone, last_at, next_at, begun_at, nonce, problem = row
    return Digest(
        guild_id,
        channel_id,
        library,
        every,
        weekday,
        hour,
        zone,
        datetime.fromisoformat(last_at),
        datetime.fromisoformat(next_at),
        datetime.fromisoformat(begun_at) if begun_at else None,
        nonce,
        problem,
    )


def _format(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")
