"""What the bot lacks in a server for what its managers have set there, a line each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.discord.localisation import mark, say
from bot.discord.permission_names import quote_permissions

if TYPE_CHECKING:
    from collections.abc import Sequence

    import discord

    from bot.discord.entities import GuildSettings
    from bot.discord.services import Interaction

NEEDED = ("view_channel", "send_messages", "embed_links", "read_message_history")
NEEDED_FOR_THREADS = ("create_public_threads", "send_messages_in_threads")
NEEDED_FOR_REACTIONS = ("add_reactions",)
NEEDED_FOR_TAGS = ("manage_threads",)

UNREAD = mark(
    "I can't see what messages say unless they mention me, so ask channels don't work: "
    "whoever runs this bot has to turn on the Message Content Intent in Discord's developer portal."
)
UNHEARD = mark("Answers are private here, so nothing is answered in ask channels, where everybody reads along.")
LACKS = mark("In {channel} I lack the permissions: {rights}.")
LACKS_FOR_TAGS = mark("In {channel} I lack the permission {rights}, which “Solved” needs.")


def list_faults(interaction: Interaction, chosen: GuildSettings) -> list[str]:
    """Say all that is missing for what was chosen to work."""
    notes = describe_missing(chosen, list_rights(interaction, chosen))
    notes += describe_help(chosen, interaction.guild)
    if chosen.ask_channels and not interaction.client.reads_messages:
        notes.append(say(UNREAD))
    if chosen.ask_channels and chosen.private:
        notes.append(say(UNHEARD))
    return notes


def describe_missing(chosen: GuildSettings, rights: Sequence[tuple[int, discord.Permissions]]) -> list[str]:
    """Say which permissions the bot lacks for what is set; `rights` are its permissions in the channels that matter."""
    needed = NEEDED + (NEEDED_FOR_THREADS if chosen.threads else ())
    needed += NEEDED_FOR_REACTIONS if chosen.reactions and chosen.ask_channels else ()
    found = []
    for channel_id, permissions in rights:
        if lacking := [name for name in needed if not getattr(permissions, name)]:
            found.append(say(LACKS, channel=f"<#{channel_id}>", rights=", ".join(quote_permissions(lacking))))
    return found


def list_rights(interaction: Interaction, chosen: GuildSettings) -> list[tuple[int, discord.Permissions]]:
    """Return what the bot may do in the chosen channels, or in this one where none is chosen."""
    guild = interaction.guild
    log = (chosen.log_channel,) if chosen.log_channel else ()
    wanted = dict.fromkeys((*chosen.allowed_channels, *chosen.ask_channels, *log))
    if not wanted or guild is None:
        return [(interaction.channel_id or 0, interaction.app_permissions)]
    channels = (guild.get_channel(each) for each in wanted)
    return [(channel.id, channel.permissions_for(guild.me)) for channel in channels if channel]


def describe_help(chosen: GuildSettings, guild: discord.Guild | None) -> list[str]:
    """Say what the bot lacks to set tags and to ping the roles that were chosen."""
    if guild is None:
        return []
    notes = []
    for forum in guild.forums:
        tagged = any(tag.id in chosen.solved_tags for tag in forum.available_tags)
        if tagged and not forum.permissions_for(guild.me).manage_threads:
            (lacking,) = quote_permissions(NEEDED_FOR_TAGS)
            notes.append(say(LACKS_FOR_TAGS, channel=f"<#{forum.id}>", rights=lacking))
    for role in filter(None, map(guild.get_role, chosen.helper_roles)):
        if not role.mentionable and not guild.me.guild_permissions.mention_everyone:
            notes.append(say("I can't ping {role}: allow everyone to mention that role.", role=f"<@&{role.id}>"))
    return notes
