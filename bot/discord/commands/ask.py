"""Commands that ask: /ask, and "Ask the archive about this" in the menu of a message."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

import discord
from discord import app_commands

from bot.discord import history, layout, message_parsing, question_handling
from bot.discord.delivery import InteractionTarget
from bot.discord.entities import IncomingQuestion
from bot.user_input import build_filter
from retrieval.domain import Filter
from retrieval.errors import InputError

if TYPE_CHECKING:
    from bot.discord.entities import Front
    from bot.discord.services import CommandTree, Interaction

MENU = "Ask the archive about this"
NO_TEXT = "That message has no text that I could look up."


def register(tree: CommandTree) -> None:
    """Add the commands of this group to the tree."""
    tree.add_command(ask)
    tree.add_command(app_commands.ContextMenu(name=MENU, callback=ask_about))


@app_commands.command()
@app_commands.describe(
    question="What would you like to know?",
    since='Only articles from this day on: 2023-06-27, "June 2023", "last month"',
    until="Only articles up to this day",
    as_of="Read the archive as it was on this day; undated articles are left out",
    author="Only articles by this author; part of a name will do",
    private="Whether only you see the answer",
)
async def ask(  # noqa: PLR0917 - Discord names its options by the parameters
    interaction: Interaction,
    question: str,
    since: str = "",
    until: str = "",
    author: str = "",
    as_of: str = "",
    private: bool | None = None,
) -> None:
    """Ask the archive; the answer names its sources."""
    try:
        # Reading "last month" takes milliseconds that belong to everybody's questions.
        limits = {"since": since, "until": until, "author": author, "as_of": as_of}
        where = await asyncio.to_thread(build_filter, limits, datetime.now(UTC).date())
    except InputError as error:
        await InteractionTarget(interaction).fail(layout.format_error(f"{error}"))
        return
    await _handle(interaction, question, "slash", where=where, private=private)


async def ask_about(interaction: Interaction, message: discord.Message) -> None:
    """Ask what a message says."""
    text = message_parsing.extract_text(message, interaction.client.user)
    if not text:
        await InteractionTarget(interaction).fail(NO_TEXT)
        return
    await _handle(interaction, text, "menu")


async def _handle(
    interaction: Interaction, text: str, front: Front, *, where: Filter | None = None, private: bool | None = None
) -> None:
    services, guild_id = interaction.client.services, interaction.guild_id or 0
    if private is None:
        private = (await asyncio.to_thread(services.records.get_settings, guild_id)).private
    channel_id = interaction.channel_id or 0
    question = IncomingQuestion(
        text=" ".join(text.split()),
        front=front,
        guild_id=guild_id,
        channel_id=channel_id,
        person_id=interaction.user.id,
        where=where or Filter(),
        # In direct messages nobody else reads, and the conversation goes on.
        private=private and bool(guild_id),
        role_ids=message_parsing.get_role_ids(interaction.user),
    )
    continues = not guild_id or isinstance(interaction.channel, discord.Thread)
    recall = partial(history.recall_channel, services.records, guild_id, channel_id) if continues else None
    target = InteractionTarget(interaction, private=question.private)
    await question_handling.handle_question(services, question, target, recall=recall)
