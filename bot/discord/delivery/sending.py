"""Requests that fail at Discord: what its codes mean, and which requests are repeated."""

from __future__ import annotations

import asyncio
import secrets
from typing import TYPE_CHECKING, Any, TypeVar

import aiohttp
import discord

from bot.discord import logs

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.discord.layout import Message

T = TypeVar("T")

EXPIRED = frozenset({10015, 10062, 50027})
"""Unknown webhook, unknown interaction, invalid webhook token: an interaction has had its 3 s or 15 min."""
GONE = frozenset({10003, 10008})
"""Unknown channel, unknown message: somebody deleted the message to be edited, or its channel."""
DENIED = frozenset({50001, 50007, 50013, 160005})
"""Missing access, no direct messages, missing permissions, locked thread."""

WAITS = (1.0, 3.0)
"""Seconds before each further attempt, after discord.py has made its own."""


async def retry(call: Callable[[], Awaitable[T]]) -> T:
    """Await a call, and repeat it where Discord or the network failed temporarily; raise the last error."""
    for wait in WAITS:
        try:
            return await call()
        except (discord.HTTPException, OSError, aiohttp.ClientError, TimeoutError) as error:
            if isinstance(error, discord.HTTPException) and error.status < 500 and error.status != 429:
                raise
            logs.log_warning("Discord out of order", error=type(error).__name__, status=getattr(error, "status", 0))
        await asyncio.sleep(wait)
    return await call()


async def send(
    channel: discord.abc.Messageable,
    message: Message,
    view: discord.ui.View | None = None,
    *,
    reference: discord.Message | None = None,
    nonce: int = 0,
    mentions: discord.AllowedMentions | None = None,
) -> discord.Message:
    """Send a message, repeating the request where necessary; the message arrives once.

    `nonce` is the number by which Discord knows it when it is sent again some minutes later; by default a new one.
    `mentions` says who is pinged, nobody by default.
    """
    options: dict[str, Any] = {"nonce": nonce or secrets.randbits(53), **message.build_options(view)}
    if mentions is not None:
        options["allowed_mentions"] = mentions
    if reference is not None:
        options |= {"reference": reference, "mention_author": False}
    return await retry(lambda: channel.send(**options))


async def edit(channel: discord.abc.Messageable, message_id: int, options: dict[str, Any]) -> None:
    """Edit a message of ours by its id."""
    where: Any = channel  # every channel that messages are sent to has partial ones, which its base class leaves out
    await where.get_partial_message(message_id).edit(**options)
