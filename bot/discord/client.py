"""The bot's connection to Discord: its events, its start and its end. What a question becomes is left to `asking`."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import discord
from discord import app_commands

from bot.discord import commands

if TYPE_CHECKING:
    from bot.discord.archives import Archives
    from bot.discord.limits import Limits, Line
    from bot.discord.records import Records
    from bot.settings import Settings


def intents() -> discord.Intents:
    """Return what the bot is told of: servers and messages. What messages say comes by mentions without a privilege."""
    wanted = discord.Intents.none()
    wanted.guilds = True
    wanted.guild_messages = True
    wanted.dm_messages = True
    return wanted


class Tree(app_commands.CommandTree["ClippingsBot"]):
    """The commands; an error in one is told with a reference that the log has too."""


class ClippingsBot(discord.AutoShardedClient):
    """A client with what its rooms share: settings, records, archives, limits, the line and the commands."""

    def __init__(self, settings: Settings, *, records: Records, archives: Archives, limits: Limits, line: Line) -> None:
        super().__init__(
            intents=intents(),
            allowed_mentions=discord.AllowedMentions.none(),
            chunk_guilds_at_startup=False,
            member_cache_flags=discord.MemberCacheFlags.none(),
        )
        self.settings = settings
        self.records = records
        self.archives = archives
        self.limits = limits
        self.line = line
        self.started = datetime.now(UTC)
        self.tree = Tree(self)
        commands.register(self.tree)

    @property
    def reads_messages(self) -> bool:
        """Whether what messages say is told without a mention, which ask-channels need (Message Content Intent)."""
        return self.intents.message_content
