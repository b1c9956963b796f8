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

from bot.discord import audit, escaping, layout
from bot.discord.access import admit_manager, tell_errors
from bot.discord.commands.autocomplete import SECONDS as SUGGEST_SECONDS
from bot.discord.commands.channel_option import NewsChannel, check_channel
from bot.discord.layout.setting_changes import describe_changes
from bot.discord.localisation import mark, say
from bot.discord.worded_elsewhere import translate
from retrieval.errors import ClippingsError, InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.discord.entities import GuildSettings
    from bot.discord.services import CommandTree, Interaction

SHORTEST, LONGEST, MOST = 200, 1_900, 10_000
CHOSEN = 25
"""Channels or roles that a menu takes."""

SERVERS = "-"
"""What stands for the server's library, where a channel is to have none of its own; no library can be called so."""

KINDS = [discord.ChannelType.text, discord.ChannelType.news, discord.ChannelType.forum, discord.ChannelType.voice]
CHANNELS = {
    "allowed_channels": mark("Answer in these channels only"),
    "ask_channels": mark("Answer every question in these"),
}
ROLES = {"allowed_roles": mark("Answer these roles only"), "ingest_roles": mark("Let these roles change the archive")}
SWITCHES = {
    "private": mark("Private answers"),
    "threads": mark("Threads for mentions"),
    "reactions": mark("Reaction without answer"),
    "embeds": mark("Answers as embeds"),
}

NEEDED = ("view_channel", "send_messages", "embed_links", "read_message_history")
NEEDED_FOR_THREADS = ("create_public_threads", "send_messages_in_threads")
NEEDED_FOR_REACTIONS = ("add_reactions",)

UNREAD = mark(
    "I can't see what messages say unless they mention me, so ask channels don't work: "
    "whoever runs this bot has to turn on the Message Content Intent in Discord's developer portal."
)

UNHEARD = mark("Answers are private here, so nothing is answered in ask channels, where everybody reads along.")

LACKS = mark("In {channel} I lack the permissions: {rights}.")
LACKS_FOR_TAGS = mark("In {channel} I lack the permissions: manage threads. “Solved” needs them.")

_SAVING = threading.Lock()
"""Held while settings change, so that two managers who change different ones at once don't undo each other's."""


def register(tree: CommandTree) -> None:
    """Add the command to the tree, and its menus and buttons to the client."""
    tree.add_command(change_settings)
    tree.client.add_dynamic_items(SettingMenu, SettingSwitch, LogOff)


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
    elsewhere="Members may ask the archive from group messages and other servers, for themselves",
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
    await _show(interaction, await _save_changes(interaction, guild_id, changes, own))


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


class LogOff(discord.ui.DynamicItem[discord.ui.Button[Any]], template=re.compile("c:log:off")):
    """A button that ends the lines about changes."""

    def __init__(self) -> None:
        super().__init__(discord.ui.Button(label=say("Stop writing changes down"), custom_id="c:log:off"))

    @classmethod
    async def from_custom_id(cls, _: discord.Interaction, __: Any, ___: re.Match[str], /) -> Self:
        """Take the button that was pressed."""
        return cls()

    @tell_errors
    async def callback(self, interaction: Interaction) -> None:
        """Choose no log channel."""
        await _apply(interaction, {"log_channel": 0})


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
            label=f"{say(label)}: {say('on') if on else say('off')}",
            style=style,
            custom_id=f"c:set:{name}:{'off' if on else 'on'}",
        )
        view.add_item(SettingSwitch(button))
    if chosen.log_channel:
        view.add_item(LogOff())
    return view


def _build_select(
    name: str, label: str, kept: list[discord.Object]
) -> discord.ui.ChannelSelect[Any] | discord.ui.RoleSelect[Any]:
    options: dict[str, Any] = {"placeholder": say(label), "min_values": 0, "max_values": CHOSEN}
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
            found.append(say(LACKS, channel=f"<#{channel_id}>", rights=", ".join(lacking)))
    return found


def _list_permissions(interaction: Interaction, chosen: GuildSettings) -> list[tuple[int, discord.Permissions]]:
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
            notes.append(say(LACKS_FOR_TAGS, channel=f"<#{forum.id}>"))
    for role in filter(None, map(guild.get_role, chosen.helper_roles)):
        if not role.mentionable and not guild.me.guild_permissions.mention_everyone:
            notes.append(say("I can't ping {role}: allow everyone to mention that role.", role=f"<@&{role.id}>"))
    return notes


async def _apply(interaction: Interaction, changes: dict[str, Any]) -> None:
    guild_id = await admit_manager(interaction, turning=True)
    await _show(interaction, await _save_changes(interaction, guild_id, changes))


async def _save_changes(
    interaction: Interaction, guild_id: int, changes: dict[str, Any], own: tuple[int, str] = (0, "")
) -> GuildSettings:
    """Save changes, and the library of a channel's own, and return what is set now; the log channel gets a line."""
    records = interaction.client.services.records

    def work() -> tuple[GuildSettings, GuildSettings]:
        with _SAVING:
            before = records.get_settings(guild_id)
            chosen = replace(before, **changes)
            if own[0]:
                others = tuple(each for each in before.channel_libraries if each[0] != own[0])
                chosen = replace(chosen, channel_libraries=(*others, own) if own[1] else others)
            if chosen != before:
                records.save_settings(guild_id, chosen)
            return before, chosen

    before, chosen = await asyncio.to_thread(work)
    if said := describe_changes(before, chosen):
        await audit.log_change(interaction.client, guild_id, interaction.user.id, said, channel_id=before.log_channel)
    return chosen


async def show_settings(interaction: Interaction) -> None:
    """Show what is set to a manager alone, whatever they pressed; raise QuestionRefused for others."""
    guild_id = await admit_manager(interaction)
    await _show(interaction, await asyncio.to_thread(interaction.client.services.records.get_settings, guild_id))


async def _show(interaction: Interaction, chosen: GuildSettings) -> None:
    bot, guild_id = interaction.client, interaction.guild_id or 0
    try:
        library = await asyncio.to_thread(bot.services.archives.get_library, guild_id)
        notes = []
    except ClippingsError as error:
        # A library that is no longer shared must not keep the settings from being changed.
        library, notes = "", [translate(str(error))]
    notes += describe_missing(chosen, _list_permissions(interaction, chosen))
    notes += describe_help(chosen, interaction.guild)
    if chosen.ask_channels and not bot.reads_messages:
        notes.append(say(UNREAD))
    if chosen.ask_channels and chosen.private:
        notes.append(say(UNHEARD))
    said = "\n".join(f"⚠️ {note}" for note in notes)[:1_900]
    message = layout.format_settings(chosen, library=library, left_days=bot.services.settings.discord_left_days)
    await interaction.edit_original_response(
        content=said or None, embeds=message.embeds, view=build_menus(chosen, interaction.guild)
    )
