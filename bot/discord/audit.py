"""A line for every change, in the channel that a server's managers chose for these; none where they chose none."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

import aiohttp
import discord

from bot.discord import logs
from bot.discord.delivery import send
from bot.discord.escaping import escape_line
from bot.discord.layout import Message
from bot.discord.localisation import say

if TYPE_CHECKING:
    from bot.discord.services import ServiceClient

LONGEST = 1_500


async def log_change(client: ServiceClient, guild_id: int, person_id: int, change: str, *, channel_id: int = 0) -> None:
    """Write who changed what into a server's log channel, or into a channel that was it until now; never raises.

    Nobody is notified by the line. A `person_id` of 0 is somebody who was forgotten. `change` is Discord's Markdown;
    what others wrote in it is escaped by the caller.
    """
    try:
        chosen = await asyncio.to_thread(client.services.records.get_settings, guild_id)
        for number in {chosen.log_channel, channel_id} - {0}:
            who = f"<@{person_id}>" if person_id else say("somebody")
            line = f"<t:{int(time.time())}:f> {who} {change[:LONGEST]}"
            await send(client.get_partial_messageable(number, guild_id=guild_id), Message(line))
    except (discord.HTTPException, OSError, aiohttp.ClientError, TimeoutError) as error:
        logs.log_warning("change not logged", error=type(error).__name__, guild_id=guild_id)
    except Exception as error:
        # What was changed is changed, and said to be: the line is a courtesy.
        logs.log_error("change not logged", error, guild_id=guild_id)


def quote(text: str, longest: int = 200) -> str:
    """Return what somebody wrote as a change may repeat it."""
    return f"“{escape_line(text, longest)}”"
