"""Where a command or button was used, and whose rules hold there: a server's, or those for a person alone.

A person who has installed the bot takes it along into group messages and servers that it is not in. There it has no
channel, only its responses, and what it says is seen by the person alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from discord import app_commands

from bot.discord.people_store import SHARED

if TYPE_CHECKING:
    from bot.discord.services import Interaction

GUILD_ONLY = app_commands.AppCommandContext(guild=True, dm_channel=False, private_channel=False)
SERVERS = app_commands.AppInstallationType(guild=True, user=False)

everywhere = app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
"""Makes a command usable wherever somebody may have taken the bot."""
outside_servers = app_commands.allowed_contexts(guilds=False, dms=True, private_channels=True)
"""Makes a command usable in messages only."""
for_people = app_commands.allowed_installs(guilds=True, users=True)
"""Makes a command one that people take along; without it, servers alone have it."""


def get_home(interaction: Interaction) -> int:
    """Return the server whose archive and rules hold; 0 in messages, and in servers that the bot is not in."""
    guild_id = interaction.guild_id or 0
    known = interaction.is_guild_integration() or interaction.client.get_guild(guild_id) is not None
    return guild_id if guild_id and known else 0


def is_elsewhere(interaction: Interaction) -> bool:
    """Tell whether others are there, in a place that the bot is not in: it has nothing there but its responses."""
    return not get_home(interaction) and (bool(interaction.guild_id) or interaction.context.private_channel is True)


def is_seen_by_one(interaction: Interaction, wanted: bool | None) -> bool:
    """Tell whether the asker alone is to see an answer; `wanted` is what they said of that, None for nothing.

    In a server its managers' choice counts where nothing was said. In places that the bot is not in, only what comes
    from the library that the operator lets all people ask may be shown to others, where the asker wants that.
    """
    services, home = interaction.client.services, get_home(interaction)
    if home:
        return services.records.get_settings(home).private if wanted is None else wanted
    shown = wanted is False and services.people.get_choice(interaction.user.id) == SHARED
    return is_elsewhere(interaction) and not shown


def is_private_below(interaction: Interaction, *, private: bool) -> bool:
    """Tell whether the asker alone sees what is asked by a button below an answer, which itself is `private` or not."""
    home = get_home(interaction)
    if home:
        return private or interaction.client.services.records.get_settings(home).private
    return is_seen_by_one(interaction, private)
