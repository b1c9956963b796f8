"""A channel as an option of a command: one where the bot posts by itself, and both it and the person may write."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands

from bot.discord.localisation import say
from bot.discord.news.announcements import NO_CHANNEL, explain_channel
from bot.discord.worded_elsewhere import translate
from bot.front_end_errors import QuestionRefused

if TYPE_CHECKING:
    from typing import TypeAlias

    from bot.discord.services import Interaction

KINDS = (
    discord.ChannelType.text,
    discord.ChannelType.news,
    discord.ChannelType.forum,
    discord.ChannelType.public_thread,
)


class _ChannelOption(app_commands.Transformer):
    """Takes the kinds of channels that news fits into."""

    @property
    def type(self) -> discord.AppCommandOptionType:
        """What Discord offers: channels."""
        return discord.AppCommandOptionType.channel

    @property
    def channel_types(self) -> list[discord.ChannelType]:
        """And of these the kinds."""
        return list(KINDS)

    async def transform(self, interaction: Any, value: Any, /) -> Any:
        """Return the channel itself."""
        found = value.resolve() or interaction.client.get_channel(value.id)
        if found is None:
            raise QuestionRefused(say("I can't write in {channel}: {why}.", channel=value.mention, why=say(NO_CHANNEL)))
        return found


if TYPE_CHECKING:
    NewsChannel: TypeAlias = discord.TextChannel | discord.ForumChannel | discord.Thread
else:
    NewsChannel = app_commands.Transform[discord.abc.GuildChannel, _ChannelOption]


def check_channel(interaction: Interaction, channel: NewsChannel) -> None:
    """Raise QuestionRefused where the person may not write in a channel that they chose, or the bot can't."""
    person = interaction.user
    if isinstance(person, discord.Member):
        rights = channel.permissions_for(person)
        writes = rights.send_messages_in_threads if isinstance(channel, discord.Thread) else rights.send_messages
        if not (rights.view_channel and writes):
            raise QuestionRefused(
                say("You may not write in {channel}: choose a channel where you may.", channel=channel.mention)
            )
    if problem := explain_channel(channel):
        raise QuestionRefused(
            say("I can't write in {channel}: {why}.", channel=channel.mention, why=translate(problem))
        )
