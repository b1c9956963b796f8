"""Answers to messages: replies to them, or a thread that is opened on them."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

import aiohttp
import discord

from bot.discord import logs
from bot.discord.delivery.sending import edit, retry, send
from bot.discord.delivery.target import Target
from bot.discord.layout import Message, join_words
from bot.discord.localisation import say
from bot.discord.permission_names import quote_permissions
from bot.front_end_errors import Undeliverable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


CANT_REPLY = frozenset({160002})
"""No permission to read the channel's history, which replies need."""
ALREADY_THREADED = 160004

NOTHING_FOUND = "🤷"
"""The reaction to a question that nobody asked the bot and the articles don't answer."""


class MessageTarget(Target):
    """A message that asks: answered by replies to it, or in a thread that is opened on it."""

    def __init__(
        self, message: discord.Message, *, thread: str = "", overheard: bool = False, reacts: bool = False
    ) -> None:
        """Take the message, and the name of the thread to open if one is to be opened.

        `overheard` says that nobody asked the bot: nothing is shown before the answer, and where there is none, nothing
        is said, or a reaction says so if the bot `reacts`.
        """
        super().__init__(private=message.guild is None, discreet=message.guild is None)
        self.message = message
        self.channel: discord.abc.Messageable = message.channel
        self._thread = thread
        self._first: discord.Message | None = None
        self._typing: Any = None
        self._acknowledged = False
        self._told = False
        self._overheard = overheard
        self._reacts = reacts

    @property
    def channel_id(self) -> int:
        """The message's channel, or the thread that was opened on it."""
        return getattr(self.channel, "id", 0)

    async def acknowledge(self) -> None:
        """Open the thread and show the typing sign; tell the asker directly when nothing can be written here."""
        if self._acknowledged:
            return
        self._acknowledged = True
        if missing := find_missing_permissions(self.message.channel):
            if not self._overheard:
                await self._explain(missing)
            raise Undeliverable
        if self._thread:
            await self._open_thread()
        await self._begin_typing()

    async def settle(self) -> None:
        """Stop drafts, and the typing sign."""
        await super().settle()
        if self._typing is not None:
            await self._typing.__aexit__(None, None, None)
            self._typing = None

    async def show(self, text: str | Callable[[], str]) -> None:
        """Show how far the answer is, to those who wait for one."""
        if not self._overheard:
            await super().show(text)

    async def fail(self, text: str) -> None:
        """Say why there is no answer, to those who asked for one."""
        await (self.decline() if self._overheard else super().fail(text))

    async def decline(self) -> None:
        """Say nothing, or no more than that there was nothing to say."""
        await self.withdraw()
        if self._reacts:
            try:
                await self.message.add_reaction(NOTHING_FOUND)
            except discord.HTTPException as error:
                logs.log_warning("no reaction", code=error.code, channel_id=self.message.channel.id)

    async def deliver(self, messages: Sequence[Message], view: discord.ui.View | None = None) -> list[int]:
        """Deliver; when a permission was taken away meanwhile, tell the asker in a direct message."""
        ids = await super().deliver(messages, view)
        if len(ids) < len(messages) and (missing := find_missing_permissions(self.channel)):
            await self._explain(missing)
        return ids

    async def withdraw(self) -> None:
        """Delete the draft."""
        await super().withdraw()
        if self._first is not None:
            with suppress(discord.HTTPException):
                await self._first.delete()

    async def _edit(self, text: str) -> None:
        if self._first is None:
            self._first = await self._send(Message(text), None)
        else:
            await self._first.edit(content=text)

    async def _put(self, number: int, message: Message, view: discord.ui.View | None) -> int:
        first = self._first
        if number == 0 and first is not None:
            edited = await retry(lambda: first.edit(**message.build_options(view, editing=True)))
            return edited.id
        return (await self._send(message, view)).id

    async def _revise(self, message_id: int, options: dict[str, Any]) -> None:
        await edit(self.channel, message_id, options)

    async def _send(self, message: Message, view: discord.ui.View | None) -> discord.Message:
        """Send to the channel; the first as a reply, if the message still exists and replies are allowed."""
        if self.ids or self.channel is not self.message.channel:
            return await send(self.channel, message, view)
        try:
            return await send(self.channel, message, view, reference=self.message)
        except discord.HTTPException as error:
            if error.code not in CANT_REPLY:
                raise
            return await send(self.channel, message, view)

    async def _open_thread(self) -> None:
        """Open a thread on the message, or stay in the channel where that is not possible."""
        channel = self.message.channel
        if not isinstance(channel, discord.TextChannel):
            return
        try:
            self.channel = await self.message.create_thread(name=self._thread, auto_archive_duration=1440)
        except discord.HTTPException as error:
            if error.code == ALREADY_THREADED and self.message.thread is not None:
                self.channel = self.message.thread
            else:
                logs.log_warning("no thread", code=error.code, channel_id=channel.id)

    async def _begin_typing(self) -> None:
        typing = self.channel.typing()
        try:
            await typing.__aenter__()
        except (discord.HTTPException, OSError, aiohttp.ClientError) as error:
            logs.log_warning("no typing sign", code=getattr(error, "code", 0))
        else:
            self._typing = typing

    async def _explain(self, missing: Sequence[str]) -> None:
        """Tell the asker in a direct message what the bot lacks, once."""
        if self._told:
            return
        self._told = True
        where = getattr(self.message.channel, "mention", say("that channel"))
        lacking = join_words(quote_permissions(missing), say("and"))
        logs.log_warning("rights missing", missing=list(missing), channel_id=self.message.channel.id)
        with suppress(discord.HTTPException):
            await self.message.author.send(
                say(
                    "I can't answer you in {channel}: I lack {rights} there. "
                    "Somebody who manages the server can grant it; a command such as /ask may work meanwhile.",
                    channel=where,
                    rights=lacking,
                )
            )


def find_missing_permissions(channel: object) -> list[str]:
    """Return the permissions for an answer that the bot lacks in a channel; none in direct messages."""
    guild = getattr(channel, "guild", None)
    member = guild.me if guild is not None else None
    if member is None or not isinstance(channel, discord.abc.GuildChannel | discord.Thread):
        return []
    rights = channel.permissions_for(member)
    writes = "send_messages_in_threads" if isinstance(channel, discord.Thread) else "send_messages"
    return [right for right in ("view_channel", "embed_links", writes) if not getattr(rights, right)]
