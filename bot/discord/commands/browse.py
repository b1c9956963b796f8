"""Commands to look around in the archive: /search, /articles and /article.

How pages look is left to page_content.py, turning them to pagination.py.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from discord import app_commands

from bot import user_input
from bot.discord.access import admit, get_library
from bot.discord.commands import autocomplete, pagination
from bot.discord.entities import Listing
from bot.discord.message_parsing import extract_typed
from bot.discord.places import everywhere, for_people
from bot.discord.question_text import LONGEST_QUESTION  # noqa: TC001 - discord.py reads the annotations
from retrieval.domain import Filter
from retrieval.search.query import validate_question

if TYPE_CHECKING:
    from bot.discord.services import CommandTree, Interaction

LONGEST_LIMIT = 60


def register(tree: CommandTree) -> None:
    """Add the commands of this group to the tree, and their buttons to the client."""
    tree.add_command(search)
    tree.add_command(list_articles)
    tree.add_command(show_article)
    tree.client.add_dynamic_items(pagination.PageButton)


@app_commands.command(description="Find passages that are relevant to a question")
@app_commands.describe(
    question="What to look for",
    since='Only articles from this day on: 2023-06-27, or "June 2023"',
    until="Only articles up to this day",
    author="Only articles by this author; part of a name will do",
    as_of="Read the archive as it was on this day; undated articles are left out",
)
@everywhere
@for_people
async def search(  # noqa: PLR0917 - Discord names its options by the parameters
    interaction: Interaction,
    question: app_commands.Range[str, 1, LONGEST_QUESTION],
    since: app_commands.Range[str, 1, LONGEST_LIMIT] | None = None,
    until: app_commands.Range[str, 1, LONGEST_LIMIT] | None = None,
    author: app_commands.Range[str, 1, LONGEST_LIMIT] | None = None,
    as_of: app_commands.Range[str, 1, LONGEST_LIMIT] | None = None,
) -> None:
    """Show ranked passages."""
    guild_id = await admit(interaction, counted=True)
    text = validate_question(user_input.replace_surrogates(extract_typed(interaction, question)))
    where = await _parse_limits(interaction, since, until, author, as_of)
    person_id, library = interaction.user.id, get_library(interaction)
    await pagination.show_page(interaction, Listing("search", guild_id, person_id, text, where, library))


@app_commands.command(name="articles", description="List the articles of the archive, newest first")
@app_commands.describe(
    author="Only articles by this author; part of a name will do",
    since='Only articles from this day on: 2023-06-27, or "June 2023"',
    until="Only articles up to this day",
    as_of="The archive as it was on this day; undated articles are left out",
)
@everywhere
@for_people
async def list_articles(
    interaction: Interaction,
    author: app_commands.Range[str, 1, LONGEST_LIMIT] | None = None,
    since: app_commands.Range[str, 1, LONGEST_LIMIT] | None = None,
    until: app_commands.Range[str, 1, LONGEST_LIMIT] | None = None,
    as_of: app_commands.Range[str, 1, LONGEST_LIMIT] | None = None,
) -> None:
    """Show a list of articles."""
    guild_id = await admit(interaction)
    where = await _parse_limits(interaction, since, until, author, as_of)
    await pagination.show_page(
        interaction, Listing("articles", guild_id, interaction.user.id, where=where, library=get_library(interaction))
    )


@app_commands.command(name="article", description="Read an article")
@app_commands.describe(title="Part of its title; choose a suggestion")
@everywhere
@for_people
async def show_article(interaction: Interaction, title: app_commands.Range[str, 1, autocomplete.LONGEST]) -> None:
    """Show an article's text, part by part."""
    guild_id = await admit(interaction)
    library = get_library(interaction)
    listed = await interaction.client.services.archives.list_articles(guild_id, Filter(), library=library)
    info = await asyncio.to_thread(autocomplete.choose_article, listed, title)
    short_id = autocomplete.shorten_id(info.id)
    await pagination.show_page(
        interaction, Listing("article", guild_id, interaction.user.id, short_id, library=library)
    )


@show_article.autocomplete("title")
async def _suggest_titles(interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
    return await autocomplete.suggest_articles(interaction, current)


async def _parse_limits(interaction: Interaction, *given: str | None) -> Filter:
    """Read what a list is limited to; in a thread, because the parser of rare dates takes a second to load."""
    limits = dict(zip(user_input.LIMITS, given, strict=True))
    order = interaction.client.services.settings.date_order
    return await asyncio.to_thread(user_input.build_filter, limits, datetime.now(UTC).date(), order)
