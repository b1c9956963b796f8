"""Commands that change the archive: /ingest, /remove and /reindex; questions are answered meanwhile.

What is uploaded is left to uploading.py, writing to the library to server_archives.py.
"""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING, Self

import discord
from discord import app_commands

from bot.discord import audit, escaping, layout
from bot.discord.access import admit, get_library, get_target, respond, tell_errors
from bot.discord.commands import attachments, autocomplete, uploading
from bot.discord.localisation import mark, say
from retrieval.domain import Filter
from retrieval.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.discord.services import CommandTree, Interaction
    from retrieval.domain import ArticleInfo

LONGEST_TEXT, LONGEST_NAME = 6_000, 200


def register(tree: CommandTree) -> None:
    """Add the commands of this group to the tree, and their button to the client."""
    tree.add_command(ingest)
    tree.add_command(remove)
    tree.add_command(reindex)
    uploading.register(tree)
    tree.client.add_dynamic_items(Remove)


@app_commands.command(description="Add articles to the archive: files, or a text")
@attachments.describe_files
@app_commands.allowed_contexts(guilds=True, dms=False, private_channels=False)
async def ingest(
    interaction: Interaction,
    *,
    file: discord.Attachment | None = None,
    file2: discord.Attachment | None = None,
    file3: discord.Attachment | None = None,
    file4: discord.Attachment | None = None,
    file5: discord.Attachment | None = None,
    text: app_commands.Range[str, 1, LONGEST_TEXT] | None = None,
    title: app_commands.Range[str, 1, LONGEST_NAME] | None = None,
    author: app_commands.Range[str, 1, LONGEST_NAME] | None = None,
) -> None:
    """Add files and a text, and report."""
    attached = [each for each in (file, file2, file3, file4, file5) if each]
    given = attachments.take_text(text, title, author)
    if attached or given:
        await uploading.take_in(interaction, attached, given)
    else:
        await uploading.open_form(interaction)


@app_commands.command(description="Rebuild the archive from its articles; it answers meanwhile")
@app_commands.allowed_contexts(guilds=True, dms=False, private_channels=False)
async def reindex(interaction: Interaction) -> None:
    """Rebuild the archive, and report."""
    guild_id = await admit(interaction, private=True, writes=True)
    services = interaction.client.services
    job = await services.jobs.open(
        "reindex",
        guild_id=guild_id,
        channel_id=interaction.channel_id or 0,
        person_id=interaction.user.id,
        library=services.archives.changes.get_writable(guild_id, get_library(interaction)),
    )
    target = get_target(interaction)
    assert target
    await uploading.run_job(interaction.client, target, await services.jobs.complete(job))


@app_commands.command(description="Remove an article from the archive")
@app_commands.describe(title="Part of its title; choose a suggestion")
@app_commands.allowed_contexts(guilds=True, dms=False, private_channels=False)
async def remove(interaction: Interaction, title: app_commands.Range[str, 1, autocomplete.LONGEST]) -> None:
    """Show the article, and ask for confirmation."""
    guild_id = await admit(interaction, private=True, writes=True)
    listed = await _list_own(interaction, guild_id)
    info = await asyncio.to_thread(autocomplete.choose_article, listed, title)
    view = discord.ui.View(timeout=None)
    view.add_item(Remove(autocomplete.shorten_id(info.id)))
    title = escaping.escape_line(info.title or info.id, 200)
    asked = say("Remove **{title}** from the archive? This can't be undone.", title=title)
    await respond(interaction, layout.Message(asked), view)


@remove.autocomplete("title")
async def _suggest_titles(interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
    return await autocomplete.suggest_articles(interaction, current, writes=True)


class Remove(
    discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]], template=re.compile(r"c:remove:(?P<name>[0-9a-f]{20})")
):
    """A button that removes an article."""

    def __init__(self, name: str) -> None:
        style = discord.ButtonStyle.danger
        super().__init__(discord.ui.Button(label=say("Remove"), style=style, custom_id=f"c:remove:{name}"))
        self.name = name

    @classmethod
    async def from_custom_id(
        cls, _: discord.Interaction, __: discord.ui.Item[discord.ui.View], match: re.Match[str], /
    ) -> Self:
        """Rebuild the button that was pressed."""
        return cls(match["name"])

    @tell_errors
    async def callback(self, interaction: Interaction) -> None:
        """Remove the article, if whoever presses may still do that."""
        archives = interaction.client.services.archives
        guild_id = await admit(interaction, writes=True, turning=True)
        listed = await _list_own(interaction, guild_id)
        info = await asyncio.to_thread(autocomplete.find_article, listed, self.name)
        await archives.changes.remove(guild_id, [info.id], library=get_library(interaction))
        await interaction.edit_original_response(content=layout.format_removed(1), view=None)
        change = say("removed {title}", title=audit.quote(info.title or info.id))
        await audit.log_change(interaction.client, guild_id, interaction.user.id, change)


async def _list_own(interaction: Interaction, guild_id: int) -> Sequence[ArticleInfo]:
    """Return the articles that a server may remove; raise InputError where it reads a shared library."""
    archives, library = interaction.client.services.archives, get_library(interaction)
    if await asyncio.to_thread(archives.get_library, guild_id, library) != archives.changes.get_writable(
        guild_id, library
    ):
        raise InputError(
            mark("This server has no articles of its own: shared ones are changed by whoever runs the bot.")
        )
    return await archives.list_articles(guild_id, Filter(), library=library)
