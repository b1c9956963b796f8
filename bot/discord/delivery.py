"""Where an answer goes: an interaction or a message, and what to do when Discord won't take it there.

What an answer looks like is left to `layout`. A private answer is never published, whatever fails.
"""

from __future__ import annotations

import asyncio
import secrets
from abc import ABC, abstractmethod
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar

import aiohttp
import discord

from bot.discord import logs

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from bot.discord.client import ClippingsBot
    from bot.discord.layout import Message

T = TypeVar("T")

EXPIRED = frozenset({10015, 10062, 50027})
"""Unknown webhook, unknown interaction, invalid webhook token: an interaction has had its 3 s or 15 min."""
GONE = frozenset({10003, 10008})
"""Unknown channel, unknown message: somebody deleted what was to be edited, or where it stood."""
DENIED = frozenset({50001, 50007, 50013, 160005})
"""Missing access, no direct messages, missing permissions, locked thread."""
ACKNOWLEDGED = 40060
CANT_REPLY = frozenset({160002})
"""No right to read the channel's history, which replies need."""
ALREADY_THREADED = 160004

WAITS = (1.0, 3.0)
"""Seconds before each further attempt, after discord.py has made its own."""
BETWEEN_EDITS = 1.0


class Undeliverable(Exception):
    """The answer can't get to where it was asked for, and the asker knows, or it no longer matters."""


class Target(ABC):
    """The place that waits for one answer.

    `private` says whether the asker alone may see it, which the first acknowledgement fixes; `discreet` whether the
    asker alone sees a refusal.
    """

    def __init__(self, *, private: bool, discreet: bool) -> None:
        self.private = private
        self.discreet = discreet
        self.ids: list[int] = []
        self._text = ""
        self._settled = False
        self._editing = asyncio.Lock()
        self._pace: asyncio.Task[None] | None = None

    @property
    def channel_id(self) -> int:
        """The channel or thread that the answer goes to; 0 where it is the question's."""
        return 0

    @abstractmethod
    async def acknowledge(self) -> None:
        """Let the asker see at once that the question was heard; raise Undeliverable where no answer can follow."""

    async def show(self, text: str) -> None:
        """Show how far the answer is: edits at most once a second, drops what comes faster, never fails."""
        self._text = text
        if not self._settled and (self._pace is None or self._pace.done()):
            self._pace = asyncio.create_task(self._keep_pace())

    async def deliver(self, messages: Sequence[Message], view: discord.ui.View | None = None) -> list[int]:
        """Put the messages in place of what was shown, the view under the last; return the ids of those that arrived.

        Raises HTTPException when Discord is out of order and stays so.
        """
        await self.settle()
        for number in range(len(self.ids), len(messages)):
            under = view if number == len(messages) - 1 else None
            try:
                self.ids.append(await self._put(number, messages[number], under))
            except discord.HTTPException as error:
                if error.code not in GONE | DENIED | EXPIRED:
                    raise
                logs.trouble("undeliverable", code=error.code, delivered=number, messages=len(messages))
                break
        return self.ids

    async def fail(self, text: str) -> None:
        """Say in one line, to the asker alone where that is possible, why there is no answer; never raises."""
        from bot.discord.layout import Message

        try:
            await self.deliver([Message(text)])
        except (discord.HTTPException, OSError, aiohttp.ClientError) as error:
            logs.trouble("apology undeliverable", error=type(error).__name__)

    async def settle(self) -> None:
        """Stop showing drafts, after the edit that is under way: what comes next is the last word."""
        self._settled = True
        async with self._editing:
            if self._pace is not None:
                self._pace.cancel()

    async def withdraw(self) -> None:
        """Take back what was shown: nobody waits for the answer any more."""
        await self.settle()

    @abstractmethod
    async def _edit(self, text: str) -> None:
        """Show a text."""

    @abstractmethod
    async def _put(self, number: int, message: Message, view: discord.ui.View | None) -> int:
        """Send a message of the answer, the first in place of what is shown; return its id."""

    async def _keep_pace(self) -> None:
        last = ""
        while self._text != last:
            async with self._editing:
                if self._settled:
                    return
                last = self._text
                try:
                    await self._edit(last)
                except (discord.HTTPException, OSError, aiohttp.ClientError) as error:
                    logs.trouble("draft not shown", error=type(error).__name__, code=getattr(error, "code", 0))
                    return
            await asyncio.sleep(BETWEEN_EDITS)


class InteractionTarget(Target):
    """A command, a menu, a button or a modal: answered by a response of its own, which only the asker may see."""

    def __init__(self, interaction: discord.Interaction[ClippingsBot], *, private: bool = False) -> None:
        super().__init__(private=private, discreet=True)
        self.interaction = interaction
        self._elsewhere: discord.abc.Messageable | None = None

    async def acknowledge(self) -> None:
        """Defer, with the flag that fixes who sees the answer."""
        if self.interaction.response.is_done():
            return
        try:
            await self.interaction.response.defer(ephemeral=self.private, thinking=True)
        except discord.HTTPException as error:
            if error.code == ACKNOWLEDGED:
                return
            if error.code not in EXPIRED:
                raise
            await self._go_elsewhere(error)

    async def fail(self, text: str) -> None:
        """Respond to the asker alone, or in place of what was deferred."""
        if self.interaction.response.is_done() or self._elsewhere is not None:
            await super().fail(text)
            return
        try:
            await self.interaction.response.send_message(text, ephemeral=True)
        except (discord.HTTPException, OSError, aiohttp.ClientError) as error:
            logs.trouble("refusal undeliverable", error=type(error).__name__, code=getattr(error, "code", 0))

    async def withdraw(self) -> None:
        """Delete the response."""
        await super().withdraw()
        with suppress(discord.HTTPException):
            await self.interaction.delete_original_response()

    async def _edit(self, text: str) -> None:
        if self._elsewhere is None:
            await self.interaction.edit_original_response(content=text)

    async def _put(self, number: int, message: Message, view: discord.ui.View | None) -> int:
        if self._elsewhere is None:
            try:
                return await attempted(lambda: self._respond(number, message, view))
            except discord.HTTPException as error:
                if error.code not in EXPIRED:
                    raise
                await self._go_elsewhere(error)
        return (await send(self._elsewhere, message, view)).id if self._elsewhere is not None else 0

    async def _respond(self, number: int, message: Message, view: discord.ui.View | None) -> int:
        if number == 0:
            edited = await self.interaction.edit_original_response(
                content=message.content or None, embeds=message.embeds, view=view
            )
            return edited.id
        sent = await self.interaction.followup.send(
            message.content,
            embeds=message.embeds,
            view=view or discord.utils.MISSING,
            ephemeral=self.private,
            wait=True,
        )
        return sent.id

    async def _go_elsewhere(self, error: discord.HTTPException) -> None:
        """Choose where the answer goes when the interaction has expired: to the channel, or to the asker if private."""
        channel = self.interaction.channel
        logs.trouble("interaction expired", code=error.code, private=self.private)
        # The right to write is in the interaction itself: the channel of a direct message has none.
        if not self.private and isinstance(channel, discord.abc.Messageable) and _may_write(self.interaction):
            self._elsewhere = channel
        else:
            try:
                self._elsewhere = await self.interaction.user.create_dm()
            except discord.HTTPException as closed:
                raise Undeliverable from closed


class MessageTarget(Target):
    """A message that asks: answered by replies to it, or in a thread that is opened on it."""

    def __init__(self, message: discord.Message, *, thread: str = "") -> None:
        """Take the message, and the name of the thread to open if one is to be opened."""
        super().__init__(private=message.guild is None, discreet=message.guild is None)
        self.message = message
        self.channel: discord.abc.Messageable = message.channel
        self._thread = thread
        self._first: discord.Message | None = None
        self._typing: Any = None
        self._acknowledged = False
        self._told = False

    @property
    def channel_id(self) -> int:
        """The message's channel, or the thread that was opened on it."""
        return getattr(self.channel, "id", 0)

    async def acknowledge(self) -> None:
        """Open the thread and show the typing sign; tell the asker directly when nothing can be written here."""
        if self._acknowledged:
            return
        self._acknowledged = True
        if missing := lacking(self.message.channel):
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

    async def deliver(self, messages: Sequence[Message], view: discord.ui.View | None = None) -> list[int]:
        """Deliver; when a right was taken away meanwhile, tell the asker directly."""
        ids = await super().deliver(messages, view)
        if len(ids) < len(messages) and (missing := lacking(self.channel)):
            await self._explain(missing)
        return ids

    async def withdraw(self) -> None:
        """Delete the draft."""
        await super().withdraw()
        if self._first is not None:
            with suppress(discord.HTTPException):
                await self._first.delete()

    async def _edit(self, text: str) -> None:
        from bot.discord.layout import Message

        if self._first is None:
            self._first = await self._send(Message(text), None)
        else:
            await self._first.edit(content=text)

    async def _put(self, number: int, message: Message, view: discord.ui.View | None) -> int:
        first = self._first
        if number == 0 and first is not None:
            edited = await attempted(
                lambda: first.edit(content=message.content or None, embeds=message.embeds, view=view)
            )
            return edited.id
        return (await self._send(message, view)).id

    async def _send(self, message: Message, view: discord.ui.View | None) -> discord.Message:
        """Send to the channel; the first as a reply, if the message still stands and replies are allowed."""
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
                logs.trouble("no thread", code=error.code, channel_id=channel.id)

    async def _begin_typing(self) -> None:
        typing = self.channel.typing()
        try:
            await typing.__aenter__()
        except (discord.HTTPException, OSError, aiohttp.ClientError) as error:
            logs.trouble("no typing sign", code=getattr(error, "code", 0))
        else:
            self._typing = typing

    async def _explain(self, missing: Sequence[str]) -> None:
        """Tell the asker in a direct message what the bot lacks, once."""
        if self._told:
            return
        self._told = True
        where = getattr(self.message.channel, "mention", "that channel")
        logs.trouble("rights missing", missing=list(missing), channel_id=self.message.channel.id)
        with suppress(discord.HTTPException):
            await self.message.author.send(
                f"I can't answer you in {where}: I lack {_listed(missing)} there. "
                "Somebody who manages the server can give it to me; a command such as /ask may work meanwhile."
            )


async def attempted(call: Callable[[], Awaitable[T]]) -> T:
    """Await a call, again where Discord or the network failed for the moment; raise the last error."""
    for wait in WAITS:
        try:
            return await call()
        except (discord.HTTPException, OSError, aiohttp.ClientError, TimeoutError) as error:
            if isinstance(error, discord.HTTPException) and error.status < 500 and error.status != 429:
                raise
            logs.trouble("Discord out of order", error=type(error).__name__, status=getattr(error, "status", 0))
        await asyncio.sleep(wait)
    return await call()


async def send(
    channel: discord.abc.Messageable,
    message: Message,
    view: discord.ui.View | None = None,
    *,
    reference: discord.Message | None = None,
) -> discord.Message:
    """Send a message once, however often that has to be tried."""
    options: dict[str, Any] = {"nonce": secrets.randbits(53)}
    if view is not None:
        options["view"] = view
    if reference is not None:
        options |= {"reference": reference, "mention_author": False}
    return await attempted(lambda: channel.send(message.content or None, embeds=message.embeds, **options))


def lacking(channel: object) -> list[str]:
    """Name what the bot may not do in a channel and needs for an answer; nothing in direct messages."""
    guild = getattr(channel, "guild", None)
    member = guild.me if guild is not None else None
    if member is None or not isinstance(channel, discord.abc.GuildChannel | discord.Thread):
        return []
    rights = channel.permissions_for(member)
    writes = "send_messages_in_threads" if isinstance(channel, discord.Thread) else "send_messages"
    needed = {"view_channel": "View Channel", "embed_links": "Embed Links"}
    needed[writes] = "Send Messages in Threads" if isinstance(channel, discord.Thread) else "Send Messages"
    return [name for right, name in needed.items() if not getattr(rights, right)]


def _may_write(interaction: discord.Interaction[ClippingsBot]) -> bool:
    if interaction.guild_id is None:
        return True
    rights = interaction.app_permissions
    threaded = isinstance(interaction.channel, discord.Thread)
    return rights.view_channel and (rights.send_messages_in_threads if threaded else rights.send_messages)


def _listed(names: Sequence[str]) -> str:
    quoted = [f"“{name}”" for name in names]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} and {quoted[-1]}"
