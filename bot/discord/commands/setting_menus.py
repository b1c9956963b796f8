"""The menus and buttons below /settings: they show what is set, and change it; they survive a restart."""

from __future__ import annotations

import asyncio
import re
import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Self

import discord

from bot.discord import audit, layout
from bot.discord.access import admit_manager, tell_errors
from bot.discord.commands import setting_checks
from bot.discord.layout.settings_message import describe_changes
from bot.discord.localisation import mark, say
from bot.discord.spoken_language import speak_to
from bot.discord.worded_elsewhere import translate
from retrieval.errors import ClippingsError

if TYPE_CHECKING:
    from bot.discord.entities import GuildSettings
    from bot.discord.services import Interaction

CHOSEN = 25
"""Channels or roles that a menu takes."""

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

_SAVING = threading.Lock()
"""Held while settings change, so that two managers who change different ones at once don't undo each other's."""


def register(client: discord.Client) -> None:
    """Let a client handle the menus and buttons, old and new."""
    client.add_dynamic_items(SettingMenu, SettingSwitch, LogOff)


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


async def _apply(interaction: Interaction, changes: dict[str, Any]) -> None:
    guild_id = await admit_manager(interaction, turning=True)
    await show(interaction, await save_changes(interaction, guild_id, changes))


async def save_changes(
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
    speak_to(interaction)  # the language may be what was changed
    if said := describe_changes(before, chosen):
        await audit.log_change(interaction.client, guild_id, interaction.user.id, said, channel_id=before.log_channel)
    return chosen


async def show_settings(interaction: Interaction) -> None:
    """Show what is set to a manager alone, whatever they pressed; raise QuestionRefused for others."""
    guild_id = await admit_manager(interaction)
    await show(interaction, await asyncio.to_thread(interaction.client.services.records.get_settings, guild_id))


async def show(interaction: Interaction, chosen: GuildSettings) -> None:
    """Show what is set, what it lacks to work, and the menus that change it."""
    bot, guild_id = interaction.client, interaction.guild_id or 0
    try:
        library = await asyncio.to_thread(bot.services.archives.get_library, guild_id)
        notes = []
    except ClippingsError as error:
        # A library that is no longer shared must not keep the settings from being changed.
        library, notes = "", [translate(str(error))]
    notes += setting_checks.list_faults(interaction, chosen)
    said = "\n".join(f"⚠️ {note}" for note in notes)[:1_900]
    message = layout.format_settings(chosen, library=library, left_days=bot.services.settings.discord_left_days)
    await interaction.edit_original_response(
        content=said or None, embeds=message.embeds, view=build_menus(chosen, interaction.guild)
    )
