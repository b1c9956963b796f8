"""Posts what is new, by story and in quotes, when a digest is due: each once, and nothing where nothing is new.

What came in while the bot was stopped, or while the channel could not be written in, is in the next one.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

import aiohttp
import discord

from bot.discord import layout, logs
from bot.discord.delivery.sending import DENIED, GONE
from bot.discord.news.announcements import (
    BUSY,
    CLOCKS_APART,
    NO_CHANNEL,
    READ_BACK,
    REFUSED,
    explain_channel,
    list_forum_posts,
    post_message,
)
from bot.discord.news.digest_records import find_next_time
from bot.discord.spoken_language import speak_in_server
from retrieval.answering.news_stories import group_stories
from retrieval.errors import ClippingsError, LibraryMissing

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from bot.discord.news.digest_records import Digest, DigestRecords
    from bot.discord.news.feed_archives import FeedArchives
    from bot.discord.news.seen_articles import SeenArticles
    from bot.discord.services import Services
    from retrieval.answering.news_stories import NewsStory
    from retrieval.domain import ArticleInfo
    from retrieval.index import Library


class DigestPoster:
    """Posts the digests that are due."""

    def __init__(self, services: Services, feeds: FeedArchives, records: DigestRecords, seen: SeenArticles) -> None:
        self._services = services
        self._feeds = feeds
        self._records = records
        self._seen = seen

    async def post_due(self, now: datetime) -> None:
        """Post what is due; what fails for the moment is tried again in the next round."""
        for digest in await asyncio.to_thread(self._records.list_digests):
            guild = self._services.guilds.get_guild(digest.guild_id)
            if digest.next_at > now or guild is None or self._services.archives.closing:
                continue
            speak_in_server(self._services, guild.id)
            try:
                await self._post(digest, now)
            except ClippingsError as error:
                logs.log_error("a digest failed", error, guild_id=digest.guild_id)
            except (discord.HTTPException, OSError, aiohttp.ClientError) as error:
                logs.log_warning("a digest was not posted", error=type(error).__name__, guild_id=digest.guild_id)

    async def _post(self, digest: Digest, now: datetime) -> None:
        next_at = find_next_time(digest.every, digest.weekday, digest.hour, digest.zone, now)
        channel = self._services.guilds.get_channel(digest.channel_id)
        if problem := explain_channel(channel):
            await asyncio.to_thread(self._records.note_problem, digest, problem, next_at)
            return
        again = digest.begun_at is not None
        begun = digest if again else await asyncio.to_thread(self._records.begin_posting, digest, now)
        until = begun.begun_at or now
        ids = await asyncio.to_thread(self._seen.list_since, begun.library, begun.last_at, until)
        stories = await self._feeds.read(begun.library, lambda library: collect_stories(library, ids)) if ids else []
        title = layout.name_digest(begun.last_at, until)
        if stories and not (again and await _stands(channel, title, until)):
            message = layout.format_digest(title, stories)
            try:
                await post_message(channel, message, name=title, nonce=begun.nonce)
            except discord.HTTPException as error:
                if error.status >= BUSY and error.code not in GONE | DENIED:
                    raise
                problem = NO_CHANNEL if error.code in GONE else REFUSED.format(code=error.code)
                await asyncio.to_thread(self._records.note_problem, begun, problem, next_at)
                return
        await asyncio.to_thread(self._records.note_posted, begun, next_at)


def collect_stories(library: Library, ids: Collection[str]) -> list[NewsStory]:
    """Return the stories of those of the articles that are in a library."""
    try:
        found: list[ArticleInfo] = [info for info in library.list_articles() if info.id in set(ids)]
        if not found:
            return []
        return library.read(lambda snapshot: group_stories(snapshot, library.encoder, found))
    except LibraryMissing:
        return []


async def _stands(channel: object, title: str, since: datetime) -> bool:
    """Say whether a digest with a title was posted; where that can't be read, it is taken to: rather none than two."""
    with suppress(discord.HTTPException, OSError, aiohttp.ClientError):
        if isinstance(channel, discord.ForumChannel):
            return bool(await list_forum_posts(channel, title, since - CLOCKS_APART))
        assert isinstance(channel, discord.abc.Messageable)
        async for message in channel.history(limit=READ_BACK, after=since - CLOCKS_APART, oldest_first=True):
            if any(embed.title == title for embed in message.embeds):
                return True
        return False
    return True
