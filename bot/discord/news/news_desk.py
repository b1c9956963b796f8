"""What commands and rounds share of the news: the feeds of libraries, and the tables of their own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from bot.discord.news.alert_records import AlertRecords
from bot.discord.news.digest_records import DigestRecords
from bot.discord.news.feed_records import FeedRecords
from bot.discord.news.seen_articles import SeenArticles

if TYPE_CHECKING:
    from bot.discord.database import Database
    from bot.discord.news.feed_archives import FeedArchives


@dataclass(frozen=True, slots=True)
class NewsDesk:
    """The collaborators of everything that tells news."""

    feeds: FeedArchives
    records: FeedRecords
    alerts: AlertRecords
    seen: SeenArticles
    digests: DigestRecords

    @classmethod
    def open(cls, feeds: FeedArchives, tables: Database) -> Self:
        """Return them over the file that has the tables."""
        return cls(feeds, FeedRecords(tables), AlertRecords(tables), SeenArticles(tables), DigestRecords(tables))
