"""Commands that change the archive: /ingest, /remove and /reindex, with progress; questions are answered meanwhile.

What may be uploaded is left to attachments.py, writing to the library to server_archives.py.
"""

from __future__ import annotations

import asyncio
import contextvars
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Self

import discord
from discord import app_commands

from bot.discord import escaping, layout
from bot.discord.access import admit, get_target, respond, tell_errors
from bot.discord.commands import attachments, autocomplete
from retrieval.domain import Filter, IngestReport
from retrieval.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from bot.discord.server_archives import ServerArchives
    from bot.discord.services import CommandTree, Interaction
    from retrieval.domain import ArticleInfo
    from retrieval.index import Progress

    Work = Callable[[int, Callable[[Progress], None]], Awaitable[IngestReport]]

LONGEST_TEXT, LONGEST_NAME = 6_000, 200


def register(tree: CommandTree) -> None:
    """Add the commands of this group to the tree, and their button to the client."""
    tree.add_command(ingest)
    tree.add_command(remove)
    tree.add_command(reindex)
    tree.client.add_dynamic_items(Remove)


@app_commands.command(description="Add articles to the archive: files, or a text")
@app_commands.describe(
    file="txt, md, html, pdf, json or jsonl",
    file2="A second file",
    file3="A third file",
    file4="A fourth file",
    file5="A fifth file",
    text="An article's text, instead of files or as well",
    title="The text's title; the same title again replaces the text",
    author="The text's author",
)
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

    async def work(guild_id: int, tell: Callable[[Progress], None]) -> IngestReport:
        archives, limit = interaction.client.services.archives, interaction.client.services.settings.max_file_mb
        if not attached and not (text or "").strip():
            raise InputError("There is nothing to add: attach a file, or give a text.")
        archives.get_writable(guild_id)  # whoever may not write need not upload
        taken, rejected = await attachments.read(attached, limit_mb=limit)
        if text:
            taken.append(attachments.make_text_file(text, title or "", author or ""))
        done = await archives.ingest(guild_id, taken, tell) if taken else IngestReport()
        return replace(done, skipped=(*rejected, *done.skipped))

    await _run(interaction, work)


@app_commands.command(description="Rebuild the archive from its articles; it answers meanwhile")
@app_commands.allowed_contexts(guilds=True, dms=False, private_channels=False)
async def reindex(interaction: Interaction) -> None:
    """Rebuild the archive, and report."""
    await _run(interaction, interaction.client.services.archives.reindex)


@app_commands.command(description="Remove an article from the archive")
@app_commands.describe(title="Part of its title; choose a suggestion")
@app_commands.allowed_contexts(guilds=True, dms=False, private_channels=False)
async def remove(interaction: Interaction, title: app_commands.Range[str, 1, autocomplete.LONGEST]) -> None:
    """Show the article, and ask for confirmation."""
    guild_id = await admit(interaction, private=True, writes=True)
    listed = await _list_own(interaction.client.services.archives, guild_id)
    info = await asyncio.to_thread(autocomplete.choose_article, listed, title)
    view = discord.ui.View(timeout=None)
    view.add_item(Remove(autocomplete.shorten_id(info.id)))
    asked = f"Remove **{escaping.escape_line(info.title or info.id, 200)}** from the archive? This can't be undone."
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
        super().__init__(discord.ui.Button(label="Remove", style=style, custom_id=f"c:remove:{name}"))
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
        listed = await _list_own(archives, guild_id)
        info = await asyncio.to_thread(autocomplete.find_article, listed, self.name)
        await archives.remove(guild_id, [info.id])
        await interaction.edit_original_response(content=layout.format_removed(1), view=None)


async def _run(interaction: Interaction, work: Work) -> None:
    """Do slow work: show progress by editing the response, then a report."""
    guild_id = await admit(interaction, private=True, writes=True)
    target, showing = get_target(interaction), set[asyncio.Task[None]]()
    assert target
    # What comes from the thread that writes comes in that thread's context, which knows nothing of this interaction.
    context = contextvars.copy_context()

    def tell(now: Progress) -> None:
        task = asyncio.create_task(target.show(layout.format_progress(now.stage, now.done, now.total)), context=context)
        showing.add(task)
        task.add_done_callback(showing.discard)

    await target.deliver([layout.format_report(await work(guild_id, tell))])


async def _list_own(archives: ServerArchives, guild_id: int) -> Sequence[ArticleInfo]:
    """Return the articles that a server may remove; raise InputError where it reads a shared library."""
    if await asyncio.to_thread(archives.get_library, guild_id) != archives.get_writable(guild_id):
        raise InputError("This server has no articles of its own: shared ones are changed by whoever runs the bot.")
    return await archives.list_articles(guild_id, Filter())
