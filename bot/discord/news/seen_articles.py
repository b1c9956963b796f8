"""Which articles of a library the bot has looked at, by the hash of their content: what is new and what has changed.

The tables are beside what the bot remembers; the articles are the library's.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from retrieval.index.versions import find_current_version, get_change_time, get_version_folder

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from bot.discord.database import Database


LOOKED_AT = ""
"""In the place of an article: the mark of a library that was looked at, if it was empty."""


@dataclass(frozen=True, slots=True)
class ArticleChanges:
    """The ids of articles that are new, that have changed, and that have gone, since a library was looked at."""

    new: frozenset[str] = frozenset()
    changed: frozenset[str] = frozenset()
    gone: frozenset[str] = frozenset()

    @property
    def fresh(self) -> frozenset[str]:
        """What is to be read."""
        return self.new | self.changed


class SeenArticles:
    """The table; safe from any thread."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, library: str, hashes: Mapping[str, str]) -> None:
        """Take all that a library holds for seen, unless it was looked at before."""
        if self._database.fetch_one("SELECT 1 FROM seen_articles WHERE library = ? LIMIT 1", library) is None:
            self.save(library, hashes, at=datetime.min.replace(tzinfo=UTC))

    def compare(self, library: str, hashes: Mapping[str, str]) -> ArticleChanges:
        """Return what has changed since a library was looked at; nothing where it never was."""
        rows = self._database.fetch_all("SELECT article_id, content_hash FROM seen_articles WHERE library = ?", library)
        seen = dict(rows)
        if seen.pop(LOOKED_AT, None) is None:
            return ArticleChanges()
        return ArticleChanges(
            frozenset(hashes.keys() - seen.keys()),
            frozenset(key for key, value in hashes.items() if key in seen and seen[key] != value),
            frozenset(seen.keys() - hashes.keys()),
        )

    def save(self, library: str, hashes: Mapping[str, str], *, at: datetime | None = None) -> None:
        """Note what a library holds; what is new counts from now on, or from a moment."""
        moment = (at or datetime.now(UTC)).isoformat(timespec="microseconds")
        with self._database.transaction() as sql:
            hashes = {**hashes, LOOKED_AT: ""}
            known = dict(
                sql.execute("SELECT article_id, content_hash FROM seen_articles WHERE library = ?", (library,))
            )
            sql.executemany(
                "DELETE FROM seen_articles WHERE library = ? AND article_id = ?",
                [(library, key) for key in known.keys() - hashes.keys()],
            )
            sql.executemany(
                "INSERT INTO seen_articles VALUES (?, ?, ?, ?)"
                " ON CONFLICT DO UPDATE SET content_hash = excluded.content_hash",
                [(library, key, value, moment) for key, value in hashes.items() if known.get(key) != value],
            )

    def list_libraries(self) -> list[str]:
        """Return the libraries that were looked at."""
        rows = self._database.fetch_all("SELECT library FROM seen_articles WHERE article_id = ?", LOOKED_AT)
        return sorted(name for (name,) in rows)

    def list_since(self, library: str, after: datetime, until: datetime) -> list[str]:
        """Return the articles that came in after one moment and up to another."""
        rows = self._database.fetch_all(
            "SELECT article_id FROM seen_articles"
            " WHERE library = ? AND article_id != ? AND seen_at > ? AND seen_at <= ?",
            library,
            LOOKED_AT,
            after.astimezone(UTC).isoformat(timespec="microseconds"),
            until.astimezone(UTC).isoformat(timespec="microseconds"),
        )
        return [key for (key,) in rows]


def find_change_mark(folder: Path) -> str:
    """Return what differs once a library has changed, without opening it; "" for none."""
    number = find_current_version(folder)
    return f"{number} {get_change_time(get_version_folder(folder, number))}" if number else ""
