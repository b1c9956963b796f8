"""/settings, for those who may manage a server: what is set, what is missing for it to work, and how to change it.

Numbers and the library are options of the command; channels, roles and switches are menus and buttons below it.
"""

from __future__ import annotations

import asyncio
import re
import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Self

import discord
from discord import app_commands

from bot.discord import escaping, layout
from bot.discord.access import MANAGERS, defer, tell_errors
from bot.discord.commands.autocomplete import SECONDS as SUGGEST_SECONDS
from bot.front_end_errors import QuestionRefused
from retrieval.errors import ClippingsError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.discord.entities import GuildSettings
    from bot.discord.records import Records
    from bot.discord.services import CommandTree, Interaction

SHORTEST, LONGEST, MOST = 200, 1_900, 10_000
CHOSEN = 25
"""Channels or roles that a menu takes."""

KINDS = [discord.ChannelType.text, discord.ChannelType.news, discord.ChannelType.forum, discord.ChannelType.voice]
CHANNELS = {"allowed_channels": "Answer in these channels only", "ask_channels": "Answer every question in these"}
ROLES = {"allowed_roles": "Answer these roles only", "ingest_roles": "Let these roles change the archive"}
SWITCHES = {"private": "Private answers", "threads": "Threads for mentions", "reactions": "Reaction without answer"}

NEEDED = ("view_channel", "send_messages", "embed_links", "read_message_history")
NEEDED_FOR_THREADS = ("create_public_threads", "send_messages_in_threads")
NEEDED_FOR_REACTIONS = ("add_reactions",)

UNREAD = (
    "I can't see what messages say unless they mention me, so ask channels don't work: "
    "whoever runs this bot has to turn on the Message Content Intent in Discord's developer portal."
)

UNHEARD = "Answers are private here, so nothing is answered in ask channels, where everybody reads along."

_SAVING = threading.Lock()
"""Held while settings change, so that two managers who change different ones at once don't undo each other's."""


def register(tree: CommandTree) -> None:
    """Add the command to the tree, and its menus and buttons to the client."""
    tree.add_command(change_settings)
    tree.client.add_dynamic_items(SettingMenu, SettingSwitch)


@app_commands.command(name="settings", description="See and change who may ask where, and how answers look")
@app_commands.describe(
    library="The library to ask",
    private="Only the asker sees an answer to a command",
    threads="A mention opens a thread",
    length="Characters of an answer's text in one message",
    daily_budget="Questions per person and day; 0 means no limit",
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
) -> None:
    """Change what is given, and show what is set."""
    given: dict[str, Any] = {"private": private, "threads": threads, "length": length, "daily_budget": daily_budget}
    guild_id = await _admit_manager(interaction)
    changes = {name: value for name, value in given.items() if value is not None}
    if library:
        archives = interaction.client.services.archives
        changes["library"] = await asyncio.to_thread(archives.resolve_choice, guild_id, library)
    await _show(interaction, await _save_changes(interaction.client.services.records, guild_id, changes))


@change_settings.autocomplete("library")
async def _suggest_libraries(interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
    if not interaction.guild_id or not interaction.permissions.manage_guild:
        return []
    try:
        async with asyncio.timeout(SUGGEST_SECONDS):
            known = await asyncio.to_thread(interaction.client.services.archives.list_libraries, interaction.guild_id)
    except (ClippingsError, TimeoutError):
        return []
    found = [name for name in known if current.casefold() in name.casefold()]
    return [app_commands.Choice(name=escaping.format_label(name, 100), value=name) for name in found[:CHOSEN]]


class SettingMenu(
    discord.ui.DynamicItem[discord.ui.ChannelSelect[Any] | discord.ui.RoleSelect[Any]],
    template=re.compile(rf"c:set:(?P<name>{'|'.join(CHANNELS | ROLES)})"),
):
    """A menu of channels or roles."""

    @classmethod
    async def from_custom_id(cls, _: discord.Interaction, item: Any, __: re.Match[str], /) -> Self:
        """Take the menu that was used."""
        return cls(item)

    @tell_errors
    async def callback(self, interaction: Interaction) -> None:
        """Save what was chosen."""
        name = self.custom_id.removeprefix("c:set:")
        await _apply(interaction, {name: tuple(each.id for each in self.item.values)})


class SettingSwitch(
    discord.ui.DynamicItem[discord.ui.Button[Any]], template=re.compile(rf"c:set:({'|'.join(SWITCHES)}):(on|off)")
):
    """A button that turns something on or off: to what it says, however often it is pressed."""

    @classmethod
    async def from_custom_id(cls, _: discord.Interaction, item: Any, __: re.Match[str], /) -> Self:
        """Take the button that was pressed."""
        return cls(item)

    @tell_errors
    async def callback(self, interaction: Interaction) -> None:
        """Save what it says."""
        name, _, state = self.custom_id.removeprefix("c:set:").partition(":")
        await _apply(interaction, {name: state == "on"})


def build_menus(chosen: GuildSettings, guild: discord.Guild | None) -> discord.ui.View:
    """Return the menus and buttons, which show what is set now; channels and roles that are gone are left out."""
    view = discord.ui.View(timeout=None)
    for name, label in (CHANNELS | ROLES).items():
        find = None if guild is None else guild.get_channel if name in CHANNELS else guild.get_role
        kept = [discord.Object(each) for each in getattr(chosen, name) if find is None or find(each)][:CHOSEN]
        view.add_item(SettingMenu(_build_select(name, label, kept)))
    for name, label in SWITCHES.items():
        on = getattr(chosen, name)
        style = discord.ButtonStyle.success if on else discord.ButtonStyle.secondary
        button = discord.ui.Button[Any](
            label=f"{label}: {'on' if on else 'off'}", style=style, custom_id=f"c:set:{name}:{'off' if on else 'on'}"
        )
        view.add_item(SettingSwitch(button))
    return view


def _build_select(
    name: str, label: str, kept: list[discord.Object]
) -> discord.ui.ChannelSelect[Any] | discord.ui.RoleSelect[Any]:
    options: dict[str, Any] = {"placeholder": label, "min_values": 0, "max_values": CHOSEN}
    if name in CHANNELS:
        defaults = [discord.SelectDefaultValue.from_channel(each) for each in kept]
        return discord.ui.ChannelSelect(
            custom_id=f"c:set:{name}", channel_types=KINDS, default_values=defaults, **options
        )
    defaults = [discord.SelectDefaultValue.from_role(each) for each in kept]
    return discord.ui.RoleSelect(custom_id=f"c:set:{name}", default_values=defaults, **options)


def describe_missing(chosen: GuildSettings, rights: Sequence[tuple[int, discord.Permissions]]) -> list[str]:
    """Say which permissions the bot lacks for what is set; `rights` are its permissions in the channels that matter."""
    needed = NEEDED + (NEEDED_FOR_THREADS if chosen.threads else ())
    needed += NEEDED_FOR_REACTIONS if chosen.reactions and chosen.ask_channels else ()
    found = []
    for channel_id, permissions in rights:
        if lacking := [name.replace("_", " ") for name in needed if not getattr(permissions, name)]:
            found.append(f"In <#{channel_id}> I lack the permissions: {', '.join(lacking)}.")
    return found


def _list_permissions(interaction: Interaction, chosen: GuildSettings) -> list[tuple[int, discord.Permissions]]:
    """Return what the bot may do in the chosen channels, or in this one where none is chosen."""
    guild = interaction.guild
    wanted = dict.fromkeys((*chosen.allowed_channels, *chosen.ask_channels))
    if not wanted or guild is None:
        return [(interaction.channel_id or 0, interaction.app_permissions)]
    channels = (guild.get_channel(each) for each in wanted)
    return [(channel.id, channel.permissions_for(guild.me)) for channel in channels if channel]


async def _admit_manager(interaction: Interaction, *, turning: bool = False) -> int:
    """Acknowledge a manager and return the server; raise QuestionRefused for others."""
    if not interaction.guild_id or not interaction.permissions.manage_guild:
        # Discord's own check can be loosened for a command in a server's settings, for buttons there is none.
        raise QuestionRefused(MANAGERS)
    await defer(interaction, private=True, turning=turning)
    return interaction.guild_id


async def _apply(interaction: Interaction, changes: dict[str, Any]) -> None:
    guild_id = await _admit_manager(interaction, turning=True)
    await _show(interaction, await _save_changes(interaction.client.services.records, guild_id, changes))


async def _save_changes(records: Records, guild_id: int, changes: dict[str, Any]) -> GuildSettings:
    """Save changes, and return what is set now."""

    def work() -> GuildSettings:
        with _SAVING:
            before = records.get_settings(guild_id)
            chosen = replace(before, **changes)
            if chosen != before:
                records.save_settings(guild_id, chosen)
            return chosen

    return await asyncio.to_thread(work)


async def _show(interaction: Interaction, chosen: GuildSettings) -> None:
    bot, guild_id = interaction.client, interaction.guild_id or 0
    try:
        library = await asyncio.to_thread(bot.services.archives.get_library, guild_id)
        notes = []
    except ClippingsError as error:
        # A library that is no longer shared must not keep the settings from being changed.
        library, notes = "", [str(error)]
    notes += describe_missing(chosen, _list_permissions(interaction, chosen))
    if chosen.ask_channels and not bot.reads_messages:
        notes.append(UNREAD)
    if chosen.ask_channels and chosen.private:
        notes.append(UNHEARD)
    said = "\n".join(f"⚠️ {note}" for note in notes)[:1_900]
    message = layout.format_settings(chosen, library=library, left_days=bot.services.settings.discord_left_days)
    await interaction.edit_original_response(
        content=said or None, embeds=message.embeds, view=build_menus(chosen, interaction.guild)
    )
