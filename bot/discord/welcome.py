"""First steps in a server that the bot has just come to: a message to whoever added it, with what to do next.

Discord does not say who that was, unless a bot may read the audit log. So the message goes into the server's system
channel, where newcomers are announced and its managers look; where the bot may not write there, to the server's owner.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import aiohttp
import discord

from bot.discord import logs
from bot.discord.delivery import send
from bot.discord.escaping import escape_line
from bot.discord.layout import Message
from bot.discord.layout.answer_message import COLOUR
from bot.discord.localisation import mark, say
from bot.discord.spoken_language import speak_in_server

if TYPE_CHECKING:
    from bot.discord.services import ServiceClient

TITLE = mark("I answer questions from your articles")
STEPS = mark(
    "Whoever added me: I quote articles, with their sources, and say so when they do not answer. Give me some first: "
    "follow a feed or a site, or upload files. Then everybody asks with `/ask`, or by mentioning me.\n"
    "-# Only people who may manage the server can use these buttons."
)
ALONE = mark(
    "I am in your server **{name}** now, but may not write in its system channel. I answer questions from "
    "articles: give me some with `/follow` or `/ingest` in the server, and choose with `/settings` who may ask where."
)


async def greet(client: ServiceClient, guild: discord.Guild, buttons: discord.ui.View) -> None:
    """Say what to do first, where managers see it; never raises."""
    channel = guild.system_channel
    speak_in_server(client.services, guild.id)
    try:
        if channel is not None and _may_write(channel, guild.me):
            embed = discord.Embed(title=say(TITLE), description=say(STEPS), colour=COLOUR)
            await send(channel, Message("", (embed,)), buttons)
            where = "system channel"
        elif guild.owner_id:
            direct = await client.create_dm(discord.Object(guild.owner_id))
            await send(direct, Message(say(ALONE, name=escape_line(guild.name, 100))))
            where = "owner"
        else:
            where = "nowhere"
    except (discord.HTTPException, OSError, aiohttp.ClientError, TimeoutError) as error:
        logs.log_warning("no welcome", guild_id=guild.id, error=type(error).__name__)
    else:
        logs.log_event("welcome", guild_id=guild.id, where=where)


def _may_write(channel: discord.TextChannel, me: discord.Member) -> bool:
    rights = channel.permissions_for(me)
    return rights.view_channel and rights.send_messages and rights.embed_links
