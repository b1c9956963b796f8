"""Which feeds servers follow and what was announced of them, in tables of their own beside what the bot remembers.

What a feed lists, and when it was read, is kept beside its library (retrieval/web/followed.py).
"""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

from bot.discord.localisation import mark
from retrieval.errors import InputError

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from bot.discord.database import Database

NONCE_BITS = 53
"""Bits of the number by which Discord tells a message that is sent again."""
COMPARED_DAYS = 30
"""Days for which a text that was announced is not announced again from elsewhere."""

State = Literal["known", "posting", "posted", "left out"]
"""Of an article in a channel: there when the feed was first followed; about to be posted; posted; of a text that was
posted before, without the wanted words, or refused by Discord."""

_FEED = "SELECT key, guild_id, library, address, channel_id, words, without, person_id, followed_at, caught_up, problem"
_ANNOUNCEMENT = "SELECT channel_id, address, state, noted_at, nonce, message_id, article_id FROM announcements"


@dataclass(frozen=True, slots=True)
class FollowedFeed:
    """A feed that a server follows; `channel_id` 0 means that nothing is announced.

    `address` is as it may be shown. Announced is what has any of `words`, where there are some, and none of `without`.
    `caught_up` says that all that the feed listed at first is in; `problem`, why nothing could be posted the last time.
    """

    guild_id: int
    library: str
    address: str
    channel_id: int = 0
    words: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    person_id: int = 0
    followed_on: date = date.min
    caught_up: bool = False
    problem: str = ""
    key: int = 0


@dataclass(frozen=True, slots=True)
class Announcement:
    """An article in a channel, and what became of it; `nonce` marks its message while that is sent."""

    channel_id: int
    address: str
    state: State
    noted_at: datetime
    nonce: int
    message_id: int
    article_id: str


class FeedRecords:
    """The tables; safe from any thread."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # Feeds

    def add_feed(self, feed: FollowedFeed, known: Iterable[str]) -> FollowedFeed:
        """Note that a feed is followed, or followed otherwise; the pages `known` now are not announced."""
        now = _format(datetime.now(UTC))
        with self._database.transaction() as sql:
            key = sql.execute(
                "INSERT INTO feeds (guild_id, library, address, channel_id, words, without, person_id, followed_at)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (guild_id, library, address, channel_id) DO UPDATE SET"
                " words = excluded.words, without = excluded.without, problem = '' RETURNING key",
                (
                    feed.guild_id,
                    feed.library,
                    feed.address,
                    feed.channel_id,
                    json.dumps(feed.words),
                    json.dumps(feed.without),
                    feed.person_id,
                    now,
                ),
            ).fetchone()[0]
            _insert_known(sql, feed.channel_id, known, now)
        return replace(feed, key=key)

    def list_feeds(self, *, guild_id: int = 0, library: str = "") -> list[FollowedFeed]:
        """Return the feeds of a server, of a library, or all."""
        rows = self._database.fetch_all(
            f"{_FEED} FROM feeds WHERE (? = 0 OR guild_id = ?) AND (? = '' OR library = ?) ORDER BY key",
            guild_id,
            guild_id,
            library,
            library,
        )
        return [_make_feed(row) for row in rows]

    def remove_feed(self, key: int) -> None:
        """Follow a feed no more."""
        with self._database.transaction() as sql:
            sql.execute("DELETE FROM feeds WHERE key = ?", (key,))

    def note_caught_up(self, key: int) -> None:
        """Note that all is in that a feed listed when it was followed first."""
        with self._database.transaction() as sql:
            sql.execute("UPDATE feeds SET caught_up = 1 WHERE key = ?", (key,))

    def note_problem(self, key: int, problem: str) -> None:
        """Note why nothing can be posted, or "" that it can."""
        with self._database.transaction() as sql:
            sql.execute("UPDATE feeds SET problem = ? WHERE key = ?", (problem, key))

    # Announcements

    def list_noted(self, channel_id: int) -> set[str]:
        """Return the addresses that need no announcement in a channel any more, or are about to be posted."""
        rows = self._database.fetch_all("SELECT address FROM announcements WHERE channel_id = ?", channel_id)
        return {address for (address,) in rows}

    def list_texts(self, channel_id: int) -> list[frozenset[int]]:
        """Return what was posted in a channel lately, each as its hashes (fresh_pages.py)."""
        since = _format(datetime.now(UTC) - timedelta(days=COMPARED_DAYS))
        rows = self._database.fetch_all(
            "SELECT hashes FROM announcements WHERE channel_id = ? AND state IN ('posting', 'posted')"
            " AND noted_at >= ?",
            channel_id,
            since,
        )
        return [frozenset(json.loads(hashes)) for (hashes,) in rows]

    def note_known(self, channel_id: int, addresses: Iterable[str]) -> None:
        """Note that pages were there before a feed was followed."""
        with self._database.transaction() as sql:
            _insert_known(sql, channel_id, addresses, _format(datetime.now(UTC)))

    def note_address(self, channel_id: int, address: str, state: State) -> None:
        """Note that an address needs no announcement in a channel, or what became of one."""
        with self._database.transaction() as sql:
            sql.execute(
                "INSERT INTO announcements (channel_id, address, state, noted_at) VALUES (?, ?, ?, ?)"
                " ON CONFLICT DO UPDATE SET state = excluded.state",
                (channel_id, address, state, _format(datetime.now(UTC))),
            )

    def begin_posting(
        self, channel_id: int, address: str, article_id: str, hashes: Iterable[int]
    ) -> Announcement | None:
        """Note that an article is about to be posted; return None where that was noted before."""
        now, nonce = datetime.now(UTC), secrets.randbits(NONCE_BITS)
        with self._database.transaction() as sql:
            begun = sql.execute(
                "INSERT OR IGNORE INTO announcements"
                " (channel_id, address, state, noted_at, nonce, article_id, hashes)"
                " VALUES (?, ?, 'posting', ?, ?, ?, ?)",
                (channel_id, address, _format(now), nonce, article_id, json.dumps(sorted(hashes))),
            ).rowcount
        return Announcement(channel_id, address, "posting", now, nonce, 0, article_id) if begun else None

    def note_posted(self, channel_id: int, address: str, message_id: int) -> None:
        """Note that an article was posted."""
        with self._database.transaction() as sql:
            sql.execute(
                "UPDATE announcements SET state = 'posted', message_id = ? WHERE channel_id = ? AND address = ?",
                (message_id, channel_id, address),
            )

    def list_message_ids(self, channel_id: int) -> set[int]:
        """Return the messages that are known to announce articles in a channel."""
        rows = self._database.fetch_all(
            "SELECT message_id FROM announcements WHERE channel_id = ? AND message_id", channel_id
        )
        return {number for (number,) in rows}

    def list_posting(self, channel_id: int) -> list[Announcement]:
        """Return what was about to be posted in a channel when the bot was stopped, or when Discord failed."""
        rows = self._database.fetch_all(f"{_ANNOUNCEMENT} WHERE channel_id = ? AND state = 'posting'", channel_id)
        return [_make_announcement(row) for row in rows]

    # Libraries

    def get_round(self, library: str) -> tuple[float, str]:
        """Return when a library was synced last, as a time stamp, and as of which change it was looked through."""
        row = self._database.fetch_one("SELECT synced_at, seen FROM library_rounds WHERE library = ?", library)
        return (float(row[0]), str(row[1])) if row else (0.0, "")

    def note_sync(self, library: str, at: float) -> None:
        """Note when a library was synced."""
        with self._database.transaction() as sql:
            sql.execute(
                "INSERT INTO library_rounds VALUES (?, ?, '') ON CONFLICT DO UPDATE SET synced_at = excluded.synced_at",
                (library, at),
            )

    def note_seen(self, library: str, seen: str) -> None:
        """Note as of which change a library was looked through."""
        with self._database.transaction() as sql:
            sql.execute(
                "INSERT INTO library_rounds VALUES (?, 0, ?) ON CONFLICT DO UPDATE SET seen = excluded.seen",
                (library, seen),
            )


def require_feed(feeds: Iterable[FollowedFeed], named: str) -> FollowedFeed:
    """Return the feed whose number or address was given; raise InputError where there is none."""
    for feed in feeds:
        if named in {str(feed.key), feed.address}:
            return feed
    raise InputError(mark("No such feed is followed here: choose a suggestion while you type."))


def _insert_known(sql: sqlite3.Connection, channel_id: int, addresses: Iterable[str], now: str) -> None:
    if channel_id:
        sql.executemany(
            "INSERT OR IGNORE INTO announcements (channel_id, address, state, noted_at) VALUES (?, ?, 'known', ?)",
            [(channel_id, address, now) for address in addresses],
        )


def _make_feed(row: tuple[Any, ...]) -> FollowedFeed:
    key, guild_id, library, address, channel_id, words, without, person_id, followed_at, caught_up, problem = row
    return FollowedFeed(
        guild_id,
        library,
        address,
        channel_id,
        tuple(json.loads(words)),
        tuple(json.loads(without)),
        person_id,
        datetime.fromisoformat(followed_at).date(),
        bool(caught_up),
        problem,
        key,
    )


def _make_announcement(row: tuple[Any, ...]) -> Announcement:
    channel_id, address, state, noted_at, nonce, message_id, article_id = row
    return Announcement(channel_id, address, state, datetime.fromisoformat(noted_at), nonce, message_id, article_id)


def _format(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")
