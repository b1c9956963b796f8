"""Tells people what is new to their alerts, each once: in a direct message, or in the channel that they chose.

Nobody is told who may not ask any more, and nobody but the asker is pinged. As with announcements, what is told is
noted before, and read back where the bot was stopped in between.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

import aiohttp
import discord

from bot.discord import layout, logs
from bot.discord.admission import explain_refusal
from bot.discord.delivery.sending import DENIED, GONE, send
from bot.discord.localisation import mark, use_language
from bot.discord.news.announcements import BUSY, CLOCKS_APART, NO_CHANNEL, READ_BACK, explain_channel
from bot.discord.news.standing_questions import find_news
from bot.discord.spoken_language import speak_in_server
from bot.front_end_errors import ClosingError

if TYPE_CHECKING:
    from collections.abc import Collection

    from bot.discord.news.alert_records import Alert, AlertRecords, PendingNews
    from bot.discord.news.feed_archives import FeedArchives
    from bot.discord.services import Services

NO_MESSAGES = mark("I can't send you direct messages")
NOT_ALLOWED = mark("you may not ask here any more")


class AlertWatch:
    """Looks new articles through for all alerts of a library, and tells what was found."""

    def __init__(self, services: Services, feeds: FeedArchives, records: AlertRecords) -> None:
        self._services = services
        self._feeds = feeds
        self._records = records

    async def look_through(self, library: str, fresh: Collection[str]) -> None:
        """Note what fresh articles say to the alerts of a library."""
        for alert in await asyncio.to_thread(self._records.list_alerts, library=library):
            find = partial(find_news, alert=alert, fresh=fresh, threshold=self._services.settings.threshold)
            try:
                kept, news = await self._feeds.read(library, find)
            except ClosingError:
                raise
            except Exception as error:
                logs.log_error("an alert was not looked through", error, guild_id=alert.guild_id)
                continue
            if kept != alert:
                await asyncio.to_thread(self._records.note_news, kept, news)

    async def tell_pending(self) -> None:
        """Tell what was noted and not told yet; what fails for the moment is told next time."""
        for pending in await asyncio.to_thread(self._records.list_pending):
            owner = pending.alert.guild_id
            guild = self._services.guilds.get_guild(owner) if owner > 0 else None
            if guild is None and owner > 0:
                continue
            try:
                await (self._tell(pending, guild) if guild else self._tell_person(pending))
            except discord.HTTPException as error:
                logs.log_warning("not told", code=error.code, status=error.status, guild_id=owner)
                if error.status < BUSY or error.code in GONE | DENIED:
                    problem = NO_CHANNEL if pending.alert.channel_id else NO_MESSAGES
                    await asyncio.to_thread(self._records.note_told, pending, problem)
            except (OSError, aiohttp.ClientError) as error:
                logs.log_warning("not told", error=type(error).__name__, guild_id=owner)

    async def _tell_person(self, pending: PendingNews) -> None:
        """Tell somebody what is new in the archive that they ask by themselves."""
        alert = pending.alert
        if not await asyncio.to_thread(self._services.archives.may_read, alert.guild_id, alert.library):
            await asyncio.to_thread(self._records.note_told, pending, NOT_ALLOWED)
            return
        use_language(alert.language)
        await self._send(pending, await self._services.guilds.create_dm(discord.Object(alert.person_id)))

    async def _tell(self, pending: PendingNews, guild: discord.Guild) -> None:
        alert = pending.alert
        speak_in_server(self._services, guild.id)
        try:
            person = await guild.fetch_member(alert.person_id)
        except discord.NotFound:
            await asyncio.to_thread(self._records.remove_alert, alert.key)
            return
        if problem := await self._find_problem(alert, person):
            await asyncio.to_thread(self._records.note_told, pending, problem)
            return
        channel: object = self._services.guilds.get_channel(alert.channel_id) if alert.channel_id else None
        if alert.channel_id and (problem := explain_channel(channel)):
            await asyncio.to_thread(self._records.note_told, pending, problem)
            return
        target = channel if alert.channel_id else await person.create_dm()
        assert isinstance(target, discord.abc.Messageable)
        await self._send(pending, target)

    async def _send(self, pending: PendingNews, target: discord.abc.Messageable) -> None:
        alert = pending.alert
        message = layout.format_alert(alert, pending.news)
        begun = await asyncio.to_thread(self._records.begin_telling, pending.key)
        if not (begun and await _was_told(target, pending, message, me=self._services.guilds.user)):
            person = discord.Object(alert.person_id)
            only = discord.AllowedMentions(everyone=False, roles=False, users=[person], replied_user=False)
            await send(target, message, nonce=pending.nonce, mentions=only if alert.channel_id else None)
        await asyncio.to_thread(self._records.note_told, pending)

    async def _find_problem(self, alert: Alert, person: discord.Member) -> str:
        """Say why somebody must not be told any more."""
        chosen = await asyncio.to_thread(self._services.records.get_settings, alert.guild_id)
        everywhere = {*chosen.allowed_channels, *chosen.ask_channels}
        roles = {role.id for role in person.roles}
        if explain_refusal(chosen, channel_ids=everywhere, role_ids=roles):
            return NOT_ALLOWED
        may_read = self._services.archives.may_read
        return "" if await asyncio.to_thread(may_read, alert.guild_id, alert.library) else NOT_ALLOWED


async def _was_told(
    target: discord.abc.Messageable, pending: PendingNews, message: layout.Message, *, me: object
) -> bool:
    """Say whether a message stands already; where that can't be read, it is taken to: rather none than two."""
    with suppress(discord.HTTPException, OSError, aiohttp.ClientError):
        since = pending.noted_at - CLOCKS_APART
        said = message.embeds[0].description
        async for each in target.history(limit=READ_BACK, after=since, oldest_first=True):
            same = any(embed.description == said for embed in each.embeds)
            if each.author == me and (each.nonce == str(pending.nonce) or same):
                return True
        return False
    return True
