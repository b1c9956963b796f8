"""/settings, for those who may manage a server: what is set, what is missing for it to work, and how to change it.

Numbers and the library are options of the command; channels, roles and switches are menus and buttons below it.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands

from bot.discord import escaping
from bot.discord.access import admit_manager
from bot.discord.commands import setting_menus
from bot.discord.commands.autocomplete import SECONDS as SUGGEST_SECONDS
from bot.discord.commands.channel_option import NewsChannel, check_channel
from bot.discord.commands.setting_menus import CHOSEN
from bot.discord.localisation import NAMES, mark, say
from retrieval.errors import ClippingsError, InputError

if TYPE_CHECKING:
    from bot.discord.entities import GuildSettings
    from bot.discord.services import CommandTree, Interaction

SHORTEST, LONGEST, MOST = 200, 1_900, 10_000
AUTOMATIC = "automatic"
"""The choice of the language that Discord tells."""

SERVERS = "-"
"""What stands for the server's library, where a channel is to have none of its own; no library can be called so."""


def register(tree: CommandTree) -> None:
    """Add the command to the tree, and its menus and buttons to the client."""
    tree.add_command(change_settings)
    setting_menus.register(tree.client)


@app_commands.command(name="settings", description="See and change who may ask where, and how answers look")
@app_commands.describe(
    library="The library to ask",
    private="Only the asker sees an answer to a command",
    threads="A mention opens a thread",
    length="Characters of an answer's text in one message",
    daily_budget="Questions per person and day; 0 means no limit",
    log_channel="Write a line here for every change of the archive and the settings",
    helpers="The role that “Ask a person” pings; @everyone for none",
    solved_tag="The tag of a forum that “Solved” sets",
    channel="A channel to give a library of its own, together with channel_library",
    channel_library="The library of that channel",
    language="The language of answers' frames, buttons and messages",
    elsewhere="Members may ask the archive from group messages and other servers, for themselves",
)
@app_commands.choices(
    language=[
        app_commands.Choice(name=AUTOMATIC, value=AUTOMATIC),
        *(app_commands.Choice(name=name, value=code) for code, name in NAMES.items()),
    ]
)
@app_commands.default_permissions(manage_guild=True)
@app_commands.allowed_contexts(guilds=True, dms=False, private_channels=False)
async def change_settings(
    interaction: Interaction,
    *,
    library: app_commands.Range[str, 1, 100] | None = None,
    private: bool | None = None,
    threads: bool | None = None,
    length: app_commands.Range[int, SHORTEST, LONGEST] | None = None,
    daily_budget: app_commands.Range[int, 0, MOST] | None = None,
    log_channel: discord.TextChannel | None = None,
    helpers: discord.Role | None = None,
    solved_tag: app_commands.Range[str, 1, 100] | None = None,
    channel: NewsChannel | None = None,
    channel_library: app_commands.Range[str, 1, 100] | None = None,
    language: str | None = None,
    elsewhere: bool | None = None,
) -> None:
    """Change what is given, and show what is set."""
    given: dict[str, Any] = {"private": private, "threads": threads, "length": length, "daily_budget": daily_budget}
    given["elsewhere"] = elsewhere
    guild_id = await admit_manager(interaction)
    changes = {name: value for name, value in given.items() if value is not None}
    if (channel is None) != (channel_library is None):
        raise InputError(mark("A library of a channel's own needs both: channel and channel_library."))
    archives = interaction.client.services.archives
    if language is not None:
        changes["language"] = language.replace(AUTOMATIC, "")
    if library:
        changes["library"] = await asyncio.to_thread(archives.resolve_choice, guild_id, library)
    if log_channel is not None:
        check_channel(interaction, log_channel)
        changes["log_channel"] = log_channel.id
    if helpers is not None:
        changes["helper_roles"] = () if helpers.is_default() else (helpers.id,)
    if solved_tag is not None:
        before = interaction.client.services.records.get_settings(guild_id)
        changes["solved_tags"] = _choose_tag(before, interaction.guild, solved_tag)
    own = (0, "")
    if channel is not None and channel_library is not None:
        own = (channel.id, "" if channel_library == SERVERS else archives.resolve_choice(guild_id, channel_library))
    await setting_menus.show(interaction, await setting_menus.save_changes(interaction, guild_id, changes, own))


@change_settings.autocomplete("channel_library")
async def _suggest_channel_libraries(interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
    servers = [app_commands.Choice(name=say("the server's library, none of its own"), value=SERVERS)]
    return [*servers, *await _list_choices(interaction, current)][:CHOSEN]


@change_settings.autocomplete("solved_tag")
async def _suggest_tags(interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
    if not interaction.guild or not interaction.permissions.manage_guild:
        return []
    named = {
        f"{forum.name}: {tag.name}": str(tag.id) for forum in interaction.guild.forums for tag in forum.available_tags
    }
    found = [(name, value) for name, value in named.items() if current.casefold() in name.casefold()]
    none = app_commands.Choice(name=say("none in any forum"), value=SERVERS)
    shown = [app_commands.Choice(name=escaping.format_label(name, 100), value=value) for name, value in found]
    return [none, *shown][:CHOSEN]


def _choose_tag(before: GuildSettings, guild: discord.Guild | None, given: str) -> tuple[int, ...]:
    """Return the chosen tags with one more, which takes the place of another of its forum."""
    if given == SERVERS:
        return ()
    for forum in guild.forums if guild else ():
        tags = [tag.id for tag in forum.available_tags]
        if given.isdecimal() and int(given) in tags:
            return (*(each for each in before.solved_tags if each not in tags), int(given))
    raise InputError(mark("No forum here has that tag: choose a suggestion while you type."))


@change_settings.autocomplete("library")
async def _suggest_libraries(interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
    return await _list_choices(interaction, current)


async def _list_choices(interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
    if not interaction.guild_id or not interaction.permissions.manage_guild:
        return []
    try:
        async with asyncio.timeout(SUGGEST_SECONDS):
            known = await asyncio.to_thread(interaction.client.services.archives.list_libraries, interaction.guild_id)
    except (ClippingsError, TimeoutError):
        return []
    found = [name for name in known if current.casefold() in name.casefold()]
    return [app_commands.Choice(name=escaping.format_label(name, 100), value=name) for name in found[:CHOSEN]]
