"""The loop of what the bot does by itself: one library after the other is synced, and what is new there is told.

Bounded: one library at a time, some pages of it a round, some posts a feed. Whatever fails with one library is logged,
and the next one has its turn.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from bot.discord import logs
from bot.discord.news.alert_watch import AlertWatch
from bot.discord.news.announcements import Announcer
from bot.discord.news.correction_records import CorrectionRecords
from bot.discord.news.corrections import Corrector
from bot.discord.news.digests import DigestPoster
from bot.discord.news.seen_articles import find_change_mark
from bot.front_end_errors import ClosingError
from retrieval.errors import LibraryLocked

if TYPE_CHECKING:
    from bot.discord.news.feed_records import FollowedFeed
    from bot.discord.news.news_desk import NewsDesk
    from bot.discord.services import Services

TICK = 60.0
"""Seconds between two rounds; a library is synced when its interval has passed."""
FIRST_TICK = 1.0


class NewsRounds:
    """The loop, and what it works with; to be used from one event loop."""

    def __init__(self, services: Services, news: NewsDesk) -> None:
        self._feeds, self._records = news.feeds, news.records
        self._seen = news.seen
        self._services = services
        self._alerts = AlertWatch(services, news.feeds, news.alerts)
        self._digests = DigestPoster(services, news.feeds, news.digests, news.seen)
        self._corrector = Corrector(services, news.feeds, CorrectionRecords(services.records.database))
        self._announcer = Announcer(services, news.records, news.feeds)
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin, unless that was done."""
        if self._task is None:
            self._task = asyncio.create_task(self._go_on())

    async def stop(self) -> None:
        """End; what runs in a thread ends with the next page."""
        self._feeds.close()
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def run_round(self, now: float | None = None) -> None:
        """Go once through all libraries of feeds, of alerts and digests, and of answers that are still kept."""
        at = time.time() if now is None else now
        feeds = [feed for feed in await asyncio.to_thread(self._records.list_feeds) if self._is_member(feed)]
        watched = await asyncio.to_thread(self._seen.list_libraries)
        watched += await self._corrector.list_libraries()
        for library in dict.fromkeys([*(feed.library for feed in feeds), *watched]):
            if self._services.archives.closing:
                return
            try:
                await self._sync(library, [feed for feed in feeds if feed.library == library], at)
                await self._look_through(library, at)
            except ClosingError:
                return
            except LibraryLocked:
                continue  # another process syncs it, or writes to it: the next round is soon
            except Exception as error:
                logs.log_error("a library was not kept in step", error, library=library)
        await self._alerts.tell_pending()
        await self._digests.post_due(datetime.fromtimestamp(at, UTC))

    async def _sync(self, library: str, feeds: list[FollowedFeed], now: float) -> None:
        """Sync a library if it is time, and announce what came in."""
        every = self._services.settings.discord_sync_minutes * 60
        synced_at, _ = await asyncio.to_thread(self._records.get_round, library)
        if not every or not feeds or now - synced_at < every:
            return
        await asyncio.to_thread(self._records.note_sync, library, now)
        report = await self._feeds.sync(library)
        logs.log_event(
            "synced",
            library=library,
            added=report.added,
            updated=report.updated,
            waiting=report.waiting,
            problems=len(report.problems),
            seconds=round(report.seconds, 1),
        )
        waiting = {
            source.shown: source.pages.get("waiting", 0) or not source.succeeded_at
            for source in await self._feeds.list_sources(library)
        }
        for feed in feeds:
            if feed.channel_id:
                await self._announcer.announce(feed, caught_up=not waiting.get(feed.address, True))

    async def _look_through(self, library: str, now: float) -> None:
        """Look what has come in or changed through for alerts and old answers, whoever changed the library."""
        folder = self._services.settings.locate_library(library)
        mark = await asyncio.to_thread(find_change_mark, folder)
        _, seen = await asyncio.to_thread(self._records.get_round, library)
        if not mark or mark == seen:
            return
        hashes = await self._feeds.read(library, lambda opened: opened.list_content_hashes())
        changes = await asyncio.to_thread(self._seen.compare, library, hashes)
        if changes.fresh:
            await self._alerts.look_through(library, changes.fresh)
        await self._corrector.look_through(library, changes.fresh)
        await asyncio.to_thread(partial(self._seen.save, library, hashes, at=datetime.fromtimestamp(now, UTC)))
        await asyncio.to_thread(self._records.note_seen, library, mark)

    def _is_member(self, feed: FollowedFeed) -> bool:
        return self._services.guilds.get_guild(feed.guild_id) is not None

    async def _go_on(self) -> None:
        await asyncio.sleep(FIRST_TICK)
        while True:
            try:
                await self.run_round()
            except Exception as error:
                logs.log_error("a round failed", error)
            await asyncio.sleep(TICK)
