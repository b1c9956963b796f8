"""/archive: which archive a person asks outside of servers, what their own library holds, and its deletion.

Whose archive a question is answered from is found by access.py. What is said here is seen by the person alone.
"""

from __future__ import annotations

import asyncio
import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Self

import discord
from discord import app_commands

from bot.discord import escaping, layout
from bot.discord.access import ASKED_ABOUT, acknowledge, fetch_member, get_target, respond, tell_errors
from bot.discord.commands.own_library import list_own
from bot.discord.layout.message_limits import OPTION, OPTIONS
from bot.discord.localisation import format_number, mark, say
from bot.discord.own_libraries import delete_own
from bot.discord.people_store import OWN, SHARED
from bot.discord.places import everywhere, for_people
from bot.front_end_errors import QuestionRefused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.discord.services import CommandTree, Interaction, Services

NOT_SHARED = mark("That archive is no longer shared with you: use /archive again.")
DELETED = mark("Your own library is deleted, and what was answered from it.")
SURE = mark("Your own library and what was answered from it will be deleted for good.")
NOT_CHOSEN = mark("the server where you asked last, or your own library")
CHOSEN_LINE = mark("Outside of servers I answer you from {name}.")
OWN_LINE = mark(
    "Your own library has {number} of {most} articles. Nobody else sees them. It is deleted after {days} days "
    "without any use of what you have chosen here: on {day}, if there is none from now on."
)


def register(tree: CommandTree) -> None:
    """Add the command to the tree, and its menu and buttons to the client."""
    tree.add_command(choose_archive)
    tree.client.add_dynamic_items(ArchiveMenu, DeleteLibrary)


@app_commands.command(
    name="archive", description="Choose which archive you ask outside of servers; see your own library"
)
@everywhere
@for_people
async def choose_archive(interaction: Interaction) -> None:
    """Show what is chosen, with a menu to choose otherwise."""
    await acknowledge(interaction, private=True)
    await _show(interaction)


class ArchiveMenu(discord.ui.DynamicItem[discord.ui.Select[Any]], template=re.compile("c:archive")):
    """A menu of the archives that a person may ask outside of servers."""

    def __init__(self, options: Sequence[discord.SelectOption]) -> None:
        super().__init__(
            discord.ui.Select(custom_id="c:archive", placeholder=say("Choose an archive"), options=list(options))
        )

    @classmethod
    async def from_custom_id(cls, _: Any, item: Any, __: re.Match[str], /) -> Self:
        """Take the menu that was used."""
        return cls(item.options)

    @tell_errors
    async def callback(self, interaction: Any) -> None:
        """Save what was chosen, if it is still shared with whoever chose."""
        await interaction.response.defer()
        services, person_id = interaction.client.services, interaction.user.id
        chosen = self.item.values[0] if self.item.values else ""
        if chosen not in {option.value for option in await _list_options(services, person_id)}:
            raise QuestionRefused(NOT_SHARED)
        await asyncio.to_thread(services.people.choose, person_id, chosen, datetime.now(UTC).date())
        await _show(interaction)


class DeleteLibrary(
    discord.ui.DynamicItem[discord.ui.Button[Any]], template=re.compile("c:own:delete(?P<sure>:sure)?")
):
    """A button that deletes the library of whoever presses it, once that is confirmed."""

    def __init__(self, *, sure: bool = False) -> None:
        label, style = say(mark("Delete for good") if sure else mark("Delete my library")), discord.ButtonStyle.danger
        custom_id = "c:own:delete:sure" if sure else "c:own:delete"
        super().__init__(discord.ui.Button(label=label, style=style, custom_id=custom_id))
        self.sure = sure

    @classmethod
    async def from_custom_id(cls, _: Any, __: Any, match: re.Match[str], /) -> Self:
        """Rebuild the button that was pressed."""
        return cls(sure=bool(match["sure"]))

    @tell_errors
    async def callback(self, interaction: Any) -> None:
        """Ask once more, then delete."""
        await interaction.response.defer()
        if not self.sure:
            view = discord.ui.View(timeout=None)
            view.add_item(DeleteLibrary(sure=True))
            await interaction.edit_original_response(content=say(SURE), view=view)
            return
        await delete_own(interaction.client.services, interaction.user.id)
        await interaction.edit_original_response(content=say(DELETED), view=None)


async def _show(interaction: Interaction) -> None:
    services, person_id = interaction.client.services, interaction.user.id
    options = await _list_options(services, person_id)
    if listed := await list_own(services, person_id):
        await asyncio.to_thread(services.people.note_use, person_id, datetime.now(UTC).date())
    chosen = next((option for option in options if option.default), None)
    name = escaping.escape_line(chosen.label, OPTION) if chosen else say(NOT_CHOSEN)
    lines = [say(CHOSEN_LINE, name=name)]
    view = discord.ui.View(timeout=None)
    if options:
        view.add_item(ArchiveMenu(options))
    if services.settings.discord_own_articles:
        days = services.settings.discord_own_days
        until = datetime.now(UTC) + timedelta(days=days)
        most, day = services.settings.discord_own_articles, f"<t:{int(until.timestamp())}:D>"
        counted = {"number": format_number(len(listed)), "most": format_number(most)}
        lines.append(say(OWN_LINE, days=days, day=day, **counted))
    if listed:
        view.add_item(DeleteLibrary())
    shown = layout.Message("\n".join(lines))
    if get_target(interaction):
        await respond(interaction, shown, view)
    else:
        await interaction.edit_original_response(content=shown.content, view=view)


async def _list_options(services: Services, person_id: int) -> list[discord.SelectOption]:
    """Return the archives that a person may choose; each server is one that they are a member of now."""
    choice, found = services.people.get_choice(person_id), []
    if services.settings.discord_own_articles:
        found.append(discord.SelectOption(label=say("Your own library"), value=OWN, default=choice == OWN))
    if services.archives.default:
        found.append(
            discord.SelectOption(label=say("The library for everybody"), value=SHARED, default=choice == SHARED)
        )
    last = await asyncio.to_thread(services.records.find_last_guild, person_id)
    wanted = [int(choice) if choice.isdecimal() else 0, last]
    known = services.guilds.guilds if len(services.guilds.guilds) <= ASKED_ABOUT else []
    near = {guild.id: guild for guild in (*map(services.guilds.get_guild, wanted), *known) if guild}
    members = await asyncio.gather(*(fetch_member(guild, person_id) for guild in near.values()))
    for guild in (member.guild for member in members if member):
        reach = (
            say("also from group messages and other servers")
            if services.records.get_settings(guild.id).elsewhere
            else ""
        )
        found.append(
            discord.SelectOption(
                label=escaping.format_label(guild.name, OPTION) or str(guild.id),
                description=reach or say("in direct messages with me"),
                value=str(guild.id),
                default=choice == str(guild.id),
            )
        )
    return found[:OPTIONS]
